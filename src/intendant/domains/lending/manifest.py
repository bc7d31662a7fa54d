"""Everything lending brings, in one value."""

from collections.abc import Sequence
from typing import Any

from intendant.domains.lending.actions.disburse import DISBURSEMENT
from intendant.domains.lending.actions.payout import PAYOUT, PAYOUT_REVERSAL
from intendant.domains.lending.collections.invariants import INVARIANTS as COLLECTION_INVARIANTS
from intendant.domains.lending.collections.kind import LendingCollectionKind
from intendant.domains.lending.contract import (
    APPLICATION_KIND,
    BORROWER_PAGES,
    COLLECTIONS_COMPONENT,
    DISBURSEMENTS_COMPONENT,
    END_OF_DAY_TASK,
    OFFERS_COMPONENT,
    TRAINING_TASK,
)
from intendant.domains.lending.intake import ApplicationIntake
from intendant.domains.lending.invariants import INVARIANTS
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.ledger.invariants import LEDGER_INVARIANTS
from intendant.domains.lending.loans.invariants import LOAN_INVARIANTS
from intendant.domains.lending.metrics import METRICS
from intendant.domains.lending.offers.disbursing import LendingDisbursementKind
from intendant.domains.lending.offers.invariants import OFFER_INVARIANTS
from intendant.domains.lending.offers.kind import LendingOfferKind
from intendant.domains.lending.personal import PERSONAL
from intendant.domains.lending.sources import SOURCES
from intendant.kernel.gate import Level
from intendant.kernel.registry import Domain, Doors, Round

APPLICATION = LendingApplicationKind()
OFFERS = LendingOfferKind(APPLICATION.catalogue)
DISBURSEMENTS = LendingDisbursementKind(APPLICATION.catalogue)
COLLECTION = LendingCollectionKind()
COLLECTIONS_SECONDS = 15.0
EXPIRY_SECONDS = 5.0
NOTICES_SECONDS = 10.0
LETTERS_SECONDS = 10.0
DEADLINES_SECONDS = 600.0


def _routes(doors: Doors) -> Sequence[Any]:
    from intendant.domains.lending.http import routes

    return routes(doors, APPLICATION)


def _train(context: Any) -> Any:
    from intendant.domains.lending.tasks import train

    return train(context, APPLICATION)


def _end_of_day(context: Any) -> Any:
    from intendant.domains.lending.daily import after_end_of_day
    from intendant.domains.lending.loans.end_of_day import end_of_day

    return end_of_day(context, after=after_end_of_day())


def _settle_collections(system: Any) -> bool:
    from intendant.domains.lending.collections.settlement import settle_everywhere

    return settle_everywhere(system.database)


def _expire_offers(system: Any) -> bool:
    from intendant.domains.lending.offers.closing import expire_offers

    return expire_offers(system.database)


def _write_notices(system: Any) -> bool:
    from intendant.domains.lending.letters.notices import collect_rejections, write_notices

    more = collect_rejections(system.database)
    return write_notices(system.database, APPLICATION) or more


def _write_letters(system: Any) -> bool:
    from intendant.domains.lending.letters.automatic import collect_occasions, write_letters

    more = collect_occasions(system.database)
    return write_letters(system.database, APPLICATION) or more


def _watch_deadlines(system: Any) -> None:
    from intendant.domains.lending.letters.automatic import watch_unwritten
    from intendant.domains.lending.letters.notices import watch_deadlines

    watch_deadlines(system.database)
    watch_unwritten(system.database)


LENDING = Domain(
    name="lending",
    kinds=(APPLICATION, OFFERS, DISBURSEMENTS, COLLECTION),
    actions=(PAYOUT, DISBURSEMENT, PAYOUT_REVERSAL),
    routes=_routes,
    invariants={**INVARIANTS, **LEDGER_INVARIANTS, **LOAN_INVARIANTS, **OFFER_INVARIANTS, **COLLECTION_INVARIANTS},
    tasks={TRAINING_TASK: _train, END_OF_DAY_TASK: _end_of_day},
    metrics=METRICS,
    sources=SOURCES,
    first_levels={
        OFFERS_COMPONENT: Level.ASSISTED,
        DISBURSEMENTS_COMPONENT: Level.ASSISTED,
        COLLECTIONS_COMPONENT: Level.ASSISTED,
    },
    rounds=(
        Round("offers", EXPIRY_SECONDS, _expire_offers),
        Round("collections", COLLECTIONS_SECONDS, _settle_collections),
        Round("notices", NOTICES_SECONDS, _write_notices),
        Round("letters", LETTERS_SECONDS, _write_letters),
        Round("notice deadlines", DEADLINES_SECONDS, _watch_deadlines),
    ),
    public=frozenset(BORROWER_PAGES),
    personal=PERSONAL,
    intakes={APPLICATION_KIND: ApplicationIntake(APPLICATION.catalogue)},
)
