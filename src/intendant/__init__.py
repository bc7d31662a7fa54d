"""Intendant runs a business by itself, inside limits its owner sets, and renders account."""

__version__ = "0.1.0"
