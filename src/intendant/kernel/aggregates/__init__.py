"""Aggregates over time that rules look at: how often, how much, how many different, for one entity."""

__all__ = []
