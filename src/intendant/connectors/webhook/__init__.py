"""Webhooks: signed messages to addresses that people typed, by the guarded way out."""
