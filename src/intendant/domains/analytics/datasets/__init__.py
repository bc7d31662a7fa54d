"""Datasets: tables that models learn from, uploaded, or queried from the organisation's record."""
