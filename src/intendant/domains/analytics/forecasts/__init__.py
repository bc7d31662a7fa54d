"""Forecasts of revenue, churn, service demand and inventory."""
