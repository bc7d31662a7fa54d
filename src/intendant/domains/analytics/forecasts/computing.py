"""From a wish to what came out: reads the rows, forecasts by kind, and puts it in the words of the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intendant.domains.analytics.forecasts.reading import read_figures
from intendant.domains.analytics.forecasts.results import Line
from intendant.domains.analytics.forecasts.wish import Wish

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Computed:
    """The summary and the lines of a forecast, as plain data; the most important line first."""

    summary: dict[str, Any]
    lines: Sequence[Line]


def compute(system: Any, organization_id: UUID, wish: Wish, *, progress: Progress | None = None) -> Computed:
    """Forecast what is wished for. Deterministic; raises Invalid, or what reading the source raises."""
    tell: Progress = progress or (lambda _share, _stage: None)
    tell(0.02, "reading the rows")
    figures = read_figures(system, organization_id, wish)
    tell(0.15, "forecasting")

    def later(share: float, stage: str) -> None:
        tell(0.15 + 0.8 * share, stage)

    match wish.kind:
        case "revenue" | "service_demand":
            from intendant.domains.analytics.forecasts.amounts import forecast_amounts

            return Computed(*forecast_amounts(figures, wish, later))
        case "inventory":
            from intendant.domains.analytics.forecasts.inventory import forecast_inventory

            return Computed(*forecast_inventory(figures, wish, later))
        case "churn":
            from intendant.domains.analytics.forecasts.churn import forecast_churn

            return Computed(*forecast_churn(figures, wish, later))
