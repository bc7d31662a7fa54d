"""Webhooks: events told to others, messages of others taken in."""

__all__ = []
