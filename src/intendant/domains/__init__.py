"""Business domains: one folder each, listed in `intendant.bootstrap`; they know each other only through `contract.py`."""
