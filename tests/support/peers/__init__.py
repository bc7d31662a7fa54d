"""Peers: what stands on the other side in tests, each built from its own published description."""
