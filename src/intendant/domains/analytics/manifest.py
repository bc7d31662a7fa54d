"""Everything the hub brings, in one value."""

from collections.abc import Sequence
from typing import Any

from intendant.domains.analytics.contract import (
    FORECAST_TASK,
    PROMOTIONS_COMPONENT,
    REPRODUCTION_TASK,
    TRAINING_TASK,
)
from intendant.domains.analytics.metrics import METRICS
from intendant.domains.analytics.models.kind import PromotionKind
from intendant.domains.analytics.personal import PERSONAL
from intendant.domains.analytics.predictions.invariants import PREDICTION_INVARIANTS
from intendant.kernel.decisions import DECISIONS_SOURCE
from intendant.kernel.gate import Level
from intendant.kernel.registry import Domain, Doors, Round

MONITORING_SECONDS = 60.0
FILES_SECONDS = 3_600.0
ANOMALIES_SECONDS = 30.0
SHADOW_SECONDS = 5.0
TRIAL_SECONDS = 30.0
RETRAINING_SECONDS = 60.0
TRACKING_SECONDS = 15.0


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


def _watch(system: Any) -> bool:
    from intendant.domains.analytics.monitoring.watching import watch_everywhere

    return watch_everywhere(system.database)


def _watch_figures(system: Any) -> bool:
    from intendant.domains.analytics.anomalies.watching import watch_everywhere

    return watch_everywhere(system)


def _let_shadows_answer(system: Any) -> bool:
    from intendant.domains.analytics.predictions.shadows import SHADOWS

    return SHADOWS.work(system)


def _look_at_trials(system: Any) -> None:
    from intendant.domains.analytics.models.trials import look_at_trials

    look_at_trials(system)


def _retrain(system: Any) -> None:
    from intendant.domains.analytics.models.retraining import ask_where_due

    ask_where_due(system)


def _sweep_files(system: Any) -> None:
    from intendant.kernel import files
    from intendant.kit import clock

    if system.files is not None:
        with system.database.system() as tx:
            files.sweep(tx, system.files, now=clock.system_now())


def _tell_versions(system: Any) -> bool:
    from intendant.domains.analytics.actions.tracking import tell_versions

    return tell_versions(system)


ANALYTICS = Domain(
    name="analytics",
    kinds=(PromotionKind(),),
    first_levels={PROMOTIONS_COMPONENT: Level.ASSISTED},
    routes=_routes,
    invariants=PREDICTION_INVARIANTS,
    metrics=METRICS,
    sources=(DECISIONS_SOURCE,),
    tasks={TRAINING_TASK: _train, REPRODUCTION_TASK: _reproduce, FORECAST_TASK: _forecast},
    rounds=(
        Round("files", FILES_SECONDS, _sweep_files),
        Round("model monitoring", MONITORING_SECONDS, _watch),
        Round("anomalies", ANOMALIES_SECONDS, _watch_figures),
        Round("trials", TRIAL_SECONDS, _look_at_trials),
        Round("tracking", TRACKING_SECONDS, _tell_versions),
        Round("retraining", RETRAINING_SECONDS, _retrain),
        Round("shadows", SHADOW_SECONDS, _let_shadows_answer),
    ),
    personal=PERSONAL,
)
