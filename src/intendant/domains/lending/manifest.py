"""Everything lending brings, in one value."""

from collections.abc import Sequence
from typing import Any

from intendant.domains.lending.actions.payout import PAYOUT, PAYOUT_REVERSAL
from intendant.domains.lending.collections.kind import LendingCollectionKind
from intendant.domains.lending.contract import COLLECTIONS_COMPONENT, TRAINING_TASK
from intendant.domains.lending.invariants import INVARIANTS
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.ledger.invariants import LEDGER_INVARIANTS
from intendant.domains.lending.metrics import METRICS
from intendant.kernel.gate import Level
from intendant.kernel.registry import Domain, Doors, Round

APPLICATION = LendingApplicationKind()
COLLECTION = LendingCollectionKind()
COLLECTIONS_SECONDS = 15.0


def _routes(doors: Doors) -> Sequence[Any]:
    from intendant.domains.lending.http import routes

    return routes(doors, APPLICATION)


def _train(context: Any) -> Any:
    from intendant.domains.lending.tasks import train

    return train(context, APPLICATION)


def _settle_collections(system: Any) -> bool:
    from intendant.domains.lending.collections.settlement import settle_everywhere

    return settle_everywhere(system.database)


LENDING = Domain(
    name="lending",
    kinds=(APPLICATION, COLLECTION),
    actions=(PAYOUT, PAYOUT_REVERSAL),
    routes=_routes,
    invariants={**INVARIANTS, **LEDGER_INVARIANTS},
    tasks={TRAINING_TASK: _train},
    metrics=METRICS,
    first_levels={COLLECTIONS_COMPONENT: Level.ASSISTED},
    rounds=(Round("collections", COLLECTIONS_SECONDS, _settle_collections),),
)
