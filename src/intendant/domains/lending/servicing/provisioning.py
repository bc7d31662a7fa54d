"""Expected credit loss: probability of default x loss given default x exposure, by stage (IFRS 9, 5.5)."""

from decimal import Decimal

from intendant.domains.lending.servicing.model import Account
from intendant.domains.lending.servicing.state import ONE_DAY, ZERO, Book
from intendant.domains.lending.terms import Provisioning

ONE = Decimal(1)
YEAR_DAYS = Decimal("365.25")


def stage_of(terms: Provisioning, days_past_due: int) -> int:
    """Return the stage of a loan by its days past due."""
    if days_past_due >= terms.stage3_days:
        return 3
    return 2 if days_past_due > terms.stage2_days else 1


def expected_loss(book: Book) -> Decimal:
    """Return the expected loss on all that is owed, rounded.

    Stage 1: that of a year. Stage 2: that of the remaining life, 1 - (1 - pd) ^ years, at least a year's, so that a loan never
    costs less for being late. Stage 3: default is certain.
    """
    terms = book.terms.provisioning
    if (not terms.pd and book.stage < 3) or not terms.lgd:
        return ZERO
    if book.stage == 3:
        probability = ONE
    elif book.stage == 2:
        years = max(ONE, (book.matures_on - book.on).days / YEAR_DAYS)
        probability = ONE - (ONE - terms.pd) ** years
    else:
        probability = terms.pd
    return book.round(max(ZERO, book.owed) * probability * terms.lgd)


def provide(book: Book) -> None:
    """Bring the allowance to what is expected, at the end of the day before."""
    book.provided_stage = book.stage
    wanted = expected_loss(book)
    book.post(
        "provision", Account.PROVISION_EXPENSE, Account.LOSS_ALLOWANCE, wanted - book.provision, on=book.on - ONE_DAY
    )
    book.provision = wanted


def release(book: Book) -> None:
    """Let go of the allowance of a loan that leaves the books."""
    book.provided_stage = 1
    book.post("provision", Account.PROVISION_EXPENSE, Account.LOSS_ALLOWANCE, -book.provision)
    book.provision = ZERO
