"""The facts of letters about a loan, from its row, its transactions and its books on the days concerned."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from intendant.domains.lending.letters.facts import (
    ArrearsFacts,
    Head,
    Movement,
    Overdue,
    ScheduleFacts,
    ScheduleLine,
    SettlementFacts,
    StatementFacts,
)
from intendant.domains.lending.letters.settings import LetterSettings
from intendant.domains.lending.loans.books import book_of_loan
from intendant.domains.lending.loans.model import Loan
from intendant.domains.lending.loans.repository import list_transactions, standing
from intendant.domains.lending.servicing.book import Book, replay
from intendant.domains.lending.servicing.model import Account, Allocated, Instalment, LoanState, Posting
from intendant.domains.lending.servicing.payoff import payoff
from intendant.domains.lending.terms import Component
from intendant.kernel.organizations import Organization
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid

ZERO = Decimal(0)
PAY_WITHIN_DAYS = 14
"""How long an arrears notice gives to pay."""
PERIOD_DAYS_MAX = 3_700
QUOTE_DAYS_MAX = 366
"""How far ahead a pay-off figure is given."""
SETTLED = frozenset({LoanState.CLOSED, LoanState.OVERPAID})
NOTHING_TO_SAY = frozenset({LoanState.APPROVED, LoanState.CANCELLED})

_WORDS = {
    "disbursement": "Paid out to you",
    "repayment": "Payment",
    "refund": "Refund to you",
    "charge": "Charge",
    "waiver": "Waived",
    "rate_change": "New interest rate",
    "restructure": "New terms",
    "pause": "Pause",
    "charge_off": "Charged off",
    "write_off": "Written off",
}
_CREDIT_USED = "Credit used for a payment"


class LetterNotPossible(Conflict):
    """The loan is in no state for this letter."""

    code = "letter_not_possible"


class LetterPeriodInvalid(Invalid):
    """A period that no statement can cover."""

    code = "letter_period_invalid"


@dataclass(frozen=True, slots=True)
class About:
    """What every letter about a loan needs."""

    organization: Organization
    settings: LetterSettings
    loan: Loan
    product: str
    address: tuple[str, ...]
    today: date

    @property
    def head(self) -> Head:
        """Return what stands at the top, yet without a number."""
        return Head(
            "",
            self.today,
            self.settings.lender,
            self.loan.borrower,
            self.loan.reference,
            self.product,
            self.loan.terms.currency,
            self.organization.kind != "real",
            self.address,
        )


def product_name(tx: Transaction, loan: Loan) -> str:
    """Return what the loan's product is called."""
    found = tx.scalar(
        "select name from lending_products where organization_id = %s and key = %s and version = %s",
        [tx.organization_id, loan.product, loan.product_version],
    )
    return loan.product if found is None else str(found)


def schedule_lines(instalments: Iterable[Instalment]) -> tuple[ScheduleLine, ...]:
    """Return instalments as lines of a schedule; fees and penalties together."""
    return tuple(
        ScheduleLine(
            each.number, each.due, each.principal.due, each.interest.due, each.fee.due + each.penalty.due, each.balance
        )
        for each in instalments
        if each.total
    )


def schedule_facts(tx: Transaction, about: About) -> ScheduleFacts:
    """Return the schedule as it stands today."""
    book = book_of_loan(tx, about.loan)
    if about.loan.state is LoanState.CANCELLED:
        raise _not_possible(about.loan, "schedule")
    lines = schedule_lines(book.instalments)
    return ScheduleFacts(about.head, book.on, about.loan.terms.amount, book.rate, book.balance, lines)


def statement_facts(about: About, rows: Sequence[Row], begins: date, ends: date) -> StatementFacts:
    """Return what happened from one day to another, both included, by all `rows` that were recorded of the loan.

    Raises LetterPeriodInvalid or LetterNotPossible.
    """
    loan = about.loan
    if loan.state in NOTHING_TO_SAY:
        raise _not_possible(loan, "statement")
    if not loan.terms.start <= begins <= ends <= about.today or (ends - begins).days > PERIOD_DAYS_MAX:
        raise LetterPeriodInvalid(
            f"No statement covers {begins} to {ends}.",
            field="begins",
            remedy=f"Give days from {loan.terms.start} to {about.today}, the earlier one first.",
        )
    # The book of the day after, before anything happened on it.
    known = [each for each in standing(rows) if each.value_on <= ends]
    after = replay(loan.terms, known, ends + timedelta(days=1))
    postings = [each for each in after.postings if begins <= each.value_on <= ends]
    opening = sum((_principal(each) for each in after.postings if each.value_on < begins), ZERO)
    reversed_ids = {row["reverses"] for row in rows}
    told = [
        row
        for row in rows
        if begins <= row["value_on"] <= ends and row["type"] in _WORDS and row["id"] not in reversed_ids
    ]
    movements = tuple(_movements(told, postings, after.allocations, opening, begins, ends))
    due = next((each for each in after.instalments if each.due > ends and each.left > 0), None)
    return StatementFacts(
        head=about.head,
        begins=begins,
        ends=ends,
        rate=after.rate,
        opening=opening,
        closing=after.balance,
        paid=sum((row["amount"] for row in told if row["type"] == "repayment"), ZERO),
        interest=_earned(postings, Account.INTEREST_INCOME),
        charges=_earned(postings, Account.FEE_INCOME) + _earned(postings, Account.PENALTY_INCOME),
        movements=movements,
        arrears=after.arrears,
        credit=after.credit,
        next_due_on=None if due is None else due.due,
        next_due=None if due is None else due.left,
    )


def _movements(
    rows: Sequence[Row],
    postings: Sequence[Posting],
    allocations: Sequence[Allocated],
    opening: Decimal,
    begins: date,
    ends: date,
) -> Iterable[Movement]:
    """Yield transactions, and days on which held credit paid something, in order, with the principal after each."""
    paid: dict[tuple[date, UUID | None], dict[Component, Decimal]] = {}
    for part in allocations:
        if begins <= part.on <= ends:
            of = paid.setdefault((part.on, part.transaction_id), {})
            of[part.component] = of.get(part.component, ZERO) + part.amount
    moved: dict[tuple[date, UUID | None], Decimal] = {}
    for each in postings:
        key = (each.value_on, each.transaction_id)
        moved[key] = moved.get(key, ZERO) + _principal(each)
    entries = [((row["value_on"], row["id"]), row["sequence"], _what(row), row["amount"]) for row in rows]
    entries += [(key, 0, _CREDIT_USED, sum(parts.values(), ZERO)) for key, parts in paid.items() if key[1] is None]
    balance = opening
    for key, _, what, amount in sorted(entries, key=lambda entry: (entry[0][0], entry[1])):
        balance += moved.get(key, ZERO)
        parts = paid.get(key, {})
        charges = parts.get(Component.FEE, ZERO) + parts.get(Component.PENALTY, ZERO)
        yield Movement(
            key[0],
            what,
            amount,
            parts.get(Component.PRINCIPAL, ZERO),
            parts.get(Component.INTEREST, ZERO),
            charges,
            balance,
        )


def _what(row: Row) -> str:
    parameters: Mapping[str, object] = row["parameters"] or {}
    if row["type"] == "charge" and parameters.get("name"):
        return str(parameters["name"])
    return _WORDS[row["type"]]


def arrears_facts(tx: Transaction, about: About) -> ArrearsFacts:
    """Return what is overdue today; raises LetterNotPossible where nothing is."""
    book = book_of_loan(tx, about.loan)
    overdue = tuple(
        Overdue(
            each.number,
            each.due,
            (book.on - each.due).days,
            each.principal.left,
            each.interest.left,
            each.fee.left + each.penalty.left,
        )
        for each in book.instalments
        if each.due < book.on and each.left > 0
    )
    if not overdue:
        raise LetterNotPossible("Nothing is overdue.", field="kind", remedy="Arrears notices are for overdue loans.")
    pay_by = about.today + timedelta(days=PAY_WITHIN_DAYS)
    return ArrearsFacts(about.head, book.on, pay_by, (book.on - overdue[0].due).days, overdue, book.balance)


def settlement_facts(tx: Transaction, about: About, valid_on: date) -> SettlementFacts:
    """Return what pays the loan off on a day; of a closed loan, that it is paid in full. Raises LetterNotPossible."""
    loan = about.loan
    if loan.state in NOTHING_TO_SAY or loan.state is LoanState.WRITTEN_OFF:
        raise _not_possible(loan, "settlement")
    book = book_of_loan(tx, loan)
    if loan.state in SETTLED:
        paid = sum((row["amount"] for row in standing_rows(tx, loan) if row["type"] == "repayment"), ZERO)
        return SettlementFacts(
            about.head, book.on, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, loan.closed_on or book.on, paid
        )
    last = about.today + timedelta(days=QUOTE_DAYS_MAX)
    if not about.today <= valid_on <= last:
        raise LetterPeriodInvalid(
            f"No figure holds on {valid_on}.", field="valid_on", remedy=f"Give a day from {about.today} to {last}."
        )
    return settlement_of(book, about.head, valid_on)


def settlement_of(book: Book, head: Head, valid_on: date) -> SettlementFacts:
    """Return what pays off a loan that runs, from its book."""
    quote, later = payoff(book, valid_on), payoff(book, valid_on + timedelta(days=1))
    return SettlementFacts(
        head,
        valid_on,
        quote.principal,
        quote.interest,
        quote.fees,
        quote.penalties,
        quote.credit,
        quote.total,
        later.total - quote.total,
    )


def standing_rows(tx: Transaction, loan: Loan) -> list[Row]:
    """Return the rows of a loan's transactions that were not reversed."""
    rows = list_transactions(tx, loan.id)
    reversed_ids = {row["reverses"] for row in rows}
    return [row for row in rows if row["type"] != "reversal" and row["id"] not in reversed_ids]


def _principal(posting: Posting) -> Decimal:
    return posting.amount * ((posting.debit is Account.PRINCIPAL) - (posting.credit is Account.PRINCIPAL))


def _earned(postings: Iterable[Posting], account: Account) -> Decimal:
    return sum((each.amount * ((each.credit is account) - (each.debit is account)) for each in postings), ZERO)


def _not_possible(loan: Loan, kind: str) -> LetterNotPossible:
    return LetterNotPossible(
        f"A loan that is {loan.state.value} has no {kind}.", field="kind", remedy="Choose a letter that fits its state."
    )
