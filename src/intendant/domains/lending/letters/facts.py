"""The facts of each kind of letter: all that it says, as frozen values that JSON can hold. Nothing here is worded or laid out."""

from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from intendant.domains.lending.letters.document import Paper

ZERO = Decimal(0)


class LetterKind(StrEnum):
    """The kinds of letters."""

    OFFER = "offer"
    SCHEDULE = "schedule"
    ADVERSE_ACTION = "adverse_action"
    STATEMENT = "statement"
    ARREARS = "arrears"
    SETTLEMENT = "settlement"


@dataclass(frozen=True, slots=True)
class Agency:
    """A body named to the reader: a credit bureau, or the authority that watches over the lender."""

    name: str
    address: tuple[str, ...] = ()
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Lender:
    """Who writes, and what is said at the foot of every letter."""

    name: str
    address: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    website: str = ""
    footer: str = ""
    payment: str = ""
    """How to pay, in the lender's own words."""
    help: str = ""
    """Where help is to be had by whoever cannot pay."""
    paper: Paper = "a4"


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the top of every letter. `reference` is that of the loan or, before there is one, of the application."""

    number: str
    issued_on: date
    lender: Lender
    borrower: str
    reference: str
    product: str
    currency: str
    is_demo: bool = False
    address: tuple[str, ...] = ()
    """The borrower's, where the application holds it."""


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One instalment as it is planned."""

    number: int
    due: date
    principal: Decimal
    interest: Decimal
    fees: Decimal
    balance: Decimal

    @property
    def total(self) -> Decimal:
        """Return what is to be paid."""
        return self.principal + self.interest + self.fees


@dataclass(frozen=True, slots=True)
class Charge:
    """A fee that is part of the agreement: its name, and what it is or how it is computed."""

    name: str
    terms: str


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """An offer of a loan."""

    head: Head
    amount: Decimal
    rate: Decimal
    apr: Decimal | None
    every: str
    """The length of a period, such as 1m."""
    lines: tuple[ScheduleLine, ...]
    charges: tuple[Charge, ...]
    paid_out: Decimal
    """What the borrower receives, after fees that are kept back."""
    valid_until: date


@dataclass(frozen=True, slots=True)
class ScheduleFacts:
    """The schedule of a loan, as it stands on a day."""

    head: Head
    as_of: date
    amount: Decimal
    rate: Decimal
    outstanding: Decimal
    lines: tuple[ScheduleLine, ...]


@dataclass(frozen=True, slots=True)
class CreditReport:
    """A consumer report that was used (FCRA 615(a)): who made it, and the score with what moved it most."""

    agency: Agency
    score: str
    scored_on: date
    lowest: int
    highest: int
    factors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AdverseActionFacts:
    """A rejection, with its principal reasons (12 CFR 1002.9(b)(2)) and the authority's address (1002.9(b)(1))."""

    head: Head
    applied_on: date
    decided_on: date
    amount: Decimal
    term_months: int | None
    reasons: tuple[str, ...]
    authority: Agency
    report: CreditReport | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """A transaction of a statement, and what its money paid. `balance` is the principal outstanding after it."""

    on: date
    what: str
    amount: Decimal
    principal: Decimal
    interest: Decimal
    charges: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """What happened to a loan from one day to another, both included."""

    head: Head
    begins: date
    ends: date
    rate: Decimal
    opening: Decimal
    closing: Decimal
    paid: Decimal
    interest: Decimal
    charges: Decimal
    movements: tuple[Movement, ...]
    arrears: Decimal
    credit: Decimal
    next_due_on: date | None
    next_due: Decimal | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """An instalment that was not paid in full."""

    number: int
    due: date
    days: int
    principal: Decimal
    interest: Decimal
    charges: Decimal

    @property
    def total(self) -> Decimal:
        """Return what is overdue of it."""
        return self.principal + self.interest + self.charges


@dataclass(frozen=True, slots=True)
class ArrearsFacts:
    """What is overdue on a day, and until when to pay it."""

    head: Head
    as_of: date
    pay_by: date
    days_past_due: int
    overdue: tuple[Overdue, ...]
    outstanding: Decimal


@dataclass(frozen=True, slots=True)
class SettlementFacts:
    """What pays a loan off on a day; once it is closed, that it is paid in full (`closed_on`)."""

    head: Head
    valid_on: date
    principal: Decimal
    interest: Decimal
    fees: Decimal
    penalties: Decimal
    credit: Decimal
    total: Decimal
    per_day: Decimal
    closed_on: date | None = None
    paid: Decimal = ZERO
    """All that was ever paid, where it is closed."""


Facts = OfferFacts | ScheduleFacts | AdverseActionFacts | StatementFacts | ArrearsFacts | SettlementFacts


def dump_facts(value: object) -> Any:
    """Return facts as JSON holds them: amounts as decimal text, days in ISO 8601."""
    match value:
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case tuple() | list():
            return [dump_facts(each) for each in value]
        case _ if is_dataclass(value):
            return {each.name: dump_facts(getattr(value, each.name)) for each in fields(value)}
        case _:
            return value
