"""The outside world in our words: Protocols only, no connections."""
