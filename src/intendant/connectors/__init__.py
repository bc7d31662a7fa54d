"""Connectors: the only code that opens connections to the outside, each behind a port."""
