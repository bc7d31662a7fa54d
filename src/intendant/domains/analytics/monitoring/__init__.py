"""Monitoring: how models do over time, before and after outcomes come, and what is done about it."""
