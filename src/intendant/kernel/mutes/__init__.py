"""Mutes: a rule that is silent for one customer until a time."""

__all__ = []
