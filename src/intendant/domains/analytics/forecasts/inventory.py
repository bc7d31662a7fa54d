"""Inventory."""

from typing import Any


def forecast_inventory(figures: Any, wish: Any, progress: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Forecast."""
    raise NotImplementedError
