"""Metering: what each key and person used."""

__all__ = []
