"""Replay: a table of past applications with known outcomes goes through the live path, and the report says what it would have earned."""
