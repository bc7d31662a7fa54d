"""Anomalies in any metric: found, grouped, weighed in money, worked off, learnt from."""
