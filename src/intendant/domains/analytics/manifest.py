"""Everything the hub brings, in one value."""

from collections.abc import Sequence
from typing import Any

from intendant.domains.analytics.contract import FORECAST_TASK, REPRODUCTION_TASK, TRAINING_TASK
from intendant.kernel.registry import Domain, Doors


def _routes(doors: Doors) -> Sequence[Any]:
    from intendant.domains.analytics.http import routes

    return routes(doors)


def _train(context: Any) -> Any:
    from intendant.domains.analytics.models.tasks import train

    return train(context)


def _reproduce(context: Any) -> Any:
    from intendant.domains.analytics.models.tasks import reproduce

    return reproduce(context)


def _forecast(context: Any) -> Any:
    from intendant.domains.analytics.forecasts.tasks import forecast

    return forecast(context)


ANALYTICS = Domain(
    name="analytics",
    routes=_routes,
    tasks={TRAINING_TASK: _train, REPRODUCTION_TASK: _reproduce, FORECAST_TASK: _forecast},
)
