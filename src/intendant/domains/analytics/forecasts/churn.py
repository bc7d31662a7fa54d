"""Churn."""

from typing import Any


def forecast_churn(figures: Any, wish: Any, progress: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Forecast."""
    raise NotImplementedError
