"""Everything lending brings, in one value."""

from collections.abc import Sequence
from typing import Any

from intendant.domains.lending.actions.payout import PAYOUT, PAYOUT_REVERSAL
from intendant.domains.lending.contract import TRAINING_TASK
from intendant.domains.lending.invariants import INVARIANTS
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.metrics import METRICS
from intendant.kernel.registry import Domain, Doors

APPLICATION = LendingApplicationKind()


def _routes(doors: Doors) -> Sequence[Any]:
    from intendant.domains.lending.http import routes

    return routes(doors, APPLICATION)


def _train(context: Any) -> Any:
    from intendant.domains.lending.tasks import train

    return train(context, APPLICATION)


LENDING = Domain(
    name="lending",
    kinds=(APPLICATION,),
    actions=(PAYOUT, PAYOUT_REVERSAL),
    routes=_routes,
    invariants=INVARIANTS,
    tasks={TRAINING_TASK: _train},
    metrics=METRICS,
)
