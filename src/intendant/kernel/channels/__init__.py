"""Channels: who is told of alerts, over which way, when."""

__all__ = []
