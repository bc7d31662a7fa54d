"""What a borrower may see, as values: where the loan stands, what comes next, what was paid, what pays it off, an offer that waits."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.domains.lending import repository as applications
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.letters import loan_facts, offer_facts
from intendant.domains.lending.letters.facts import Lender, OfferFacts, SettlementFacts
from intendant.domains.lending.letters.repository import Subject, list_letters_of
from intendant.domains.lending.letters.settings import get_settings
from intendant.domains.lending.letters.usecases import load_about
from intendant.domains.lending.loans.books import book_of_loan
from intendant.domains.lending.loans.model import business_day
from intendant.domains.lending.loans.repository import find_loan_of
from intendant.domains.lending.model import ApplicationState
from intendant.domains.lending.servicing.book import Book
from intendant.domains.lending.servicing.model import Instalment, LoanState
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction

ZERO = Decimal(0)
PAYMENTS_SHOWN_MAX = 100


@dataclass(frozen=True, slots=True)
class PlannedPayment:
    """An instalment: when it is due, of how much, and what is left of it."""

    number: int
    due: date
    total: Decimal
    left: Decimal
    standing: str
    """paid, overdue, due or planned."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that came in."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LoanView:
    """A loan, as its borrower sees it."""

    reference: str
    product: str
    currency: str
    state: LoanState
    amount: Decimal
    rate: Decimal
    outstanding: Decimal
    overdue: Decimal
    credit: Decimal
    following: PlannedPayment | None
    plan: tuple[PlannedPayment, ...]
    payments: tuple[Payment, ...]
    closed_on: date | None
    payoff: SettlementFacts | None
    payoff_problem: str | None


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer that waits for an answer."""

    id: UUID
    version: int
    facts: OfferFacts


@dataclass(frozen=True, slots=True)
class BorrowerView:
    """All that a link shows."""

    lender: Lender
    is_demo: bool
    today: date
    reference: str
    product: str
    application: ApplicationState | None
    loan: LoanView | None
    offer: OfferView | None
    letters: tuple[Row, ...]


def look(
    tx: Transaction, kind: LendingApplicationKind, subject: Subject, *, payoff_on: date | None = None
) -> BorrowerView | None:
    """Return what a link about `subject` shows, or None where there is nothing any more. `payoff_on` None stands for today."""
    organization, now = get_organization(tx, tx.organization_id), clock.system_now()
    today = business_day(organization, now)
    settings, _ = get_settings(tx, organization)
    loan_id = subject.loan_id
    if loan_id is None:
        assert subject.application_id is not None  # noqa: S101 - a link is about one or the other
        found = find_loan_of(tx, subject.application_id)
        # A loan that was never paid out is still an application to its borrower.
        if found is not None and found.state is not LoanState.CANCELLED:
            loan_id = found.id
    about = None if loan_id is None else load_about(tx, organization, kind, loan_id, today)
    application_id = subject.application_id if about is None else about.loan.application_id
    both = Subject(loan_id=loan_id, application_id=application_id)
    application = None
    offer = None
    if about is None and application_id is not None:
        application = applications.get_application(tx, kind.catalogue, application_id)
        made = offer_facts.find_standing_offer(tx, application_id)
        if made is not None and made["state"] == "made" and made["expires_at"] > organization.clock.at(now):
            facts = offer_facts.offer_facts(organization, settings, application, made, now=organization.clock.at(now))
            offer = OfferView(made["id"], made["version"], facts)
    reference, product = "", ""
    if about is not None:
        reference, product = about.loan.reference, about.product
    elif application is not None:
        reference, product = application.reference, application.product.name
    return BorrowerView(
        lender=settings.lender,
        is_demo=organization.kind != "real",
        today=today,
        reference=reference,
        product=product,
        application=None if application is None else application.state,
        loan=None if about is None else _loan_view(tx, about, payoff_on or today),
        offer=offer,
        letters=tuple(
            # The day that the letter itself states.
            row | {"issued_on": row["issued_at"].astimezone(ZoneInfo(organization.time_zone)).date()}
            for row in list_letters_of(tx, both)
        ),
    )


def _loan_view(tx: Transaction, about: loan_facts.About, payoff_on: date) -> LoanView:
    loan, today = about.loan, about.today
    book = book_of_loan(tx, loan)
    plan = tuple(_planned(each, today) for each in book.instalments if each.total)
    following = next((each for each in plan if each.left > 0 and each.due >= today), None)
    running = loan.state in (LoanState.ACTIVE, LoanState.CHARGED_OFF)
    payoff, problem = _payoff(book, about, payoff_on) if running else (None, None)
    rows = [row for row in loan_facts.standing_rows(tx, loan) if row["type"] == "repayment"]
    payments = tuple(Payment(row["value_on"], row["amount"]) for row in reversed(rows[-PAYMENTS_SHOWN_MAX:]))
    return LoanView(
        reference=loan.reference,
        product=about.product,
        currency=loan.terms.currency,
        state=loan.state,
        amount=loan.terms.amount,
        rate=book.rate,
        outstanding=book.balance,
        overdue=sum((each.left for each in plan if each.standing == "overdue"), ZERO),
        credit=book.credit,
        following=following,
        plan=plan,
        payments=payments,
        closed_on=loan.closed_on,
        payoff=payoff,
        payoff_problem=problem,
    )


def _payoff(book: Book, about: loan_facts.About, on: date) -> tuple[SettlementFacts | None, str | None]:
    last = about.today + timedelta(days=loan_facts.QUOTE_DAYS_MAX)
    if not about.today <= on <= last:
        return None, "Please choose a day from today to a year from now."
    return loan_facts.settlement_of(book, about.head, on), None


def _planned(instalment: Instalment, today: date) -> PlannedPayment:
    left = instalment.left
    if left <= 0:
        standing = "paid"
    elif instalment.due < today:
        standing = "overdue"
    else:
        standing = "due" if instalment.due == today else "planned"
    return PlannedPayment(instalment.number, instalment.due, instalment.total, left, standing)
