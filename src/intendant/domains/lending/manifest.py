"""Everything lending brings, in one value."""

from collections.abc import Sequence
from typing import Any

from intendant.domains.lending.actions.payout import PAYOUT, PAYOUT_REVERSAL
from intendant.domains.lending.invariants import INVARIANTS
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.kernel.registry import Domain

APPLICATION = LendingApplicationKind()


def _routes(system: Any) -> Sequence[Any]:
    from intendant.domains.lending.http import routes

    return routes(system, APPLICATION)


LENDING = Domain(
    name="lending", kinds=(APPLICATION,), actions=(PAYOUT, PAYOUT_REVERSAL), routes=_routes, invariants=INVARIANTS
)
