"""The bodies that the routes of loans take. Amounts are decimal strings or numbers, days ISO dates."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from intendant.domains.lending.loans.model import NewTransaction
from intendant.domains.lending.servicing.model import TransactionType
from intendant.domains.lending.wire import Number, Written

_Currency = Annotated[
    str | None, Field(default=None, min_length=1, max_length=10, description="By default the loan's.")
]
_Day = Annotated[date | None, Field(default=None, description="The day from which it counts; by default today.")]
_Reference = Annotated[
    str | None,
    Field(default=None, min_length=1, max_length=100, description="Unique in the organisation: twice is once."),
]
_Reason = Annotated[str | None, Field(default=None, max_length=2_000)]
_Version = Annotated[
    int | None, Field(default=None, ge=1, description="The loan's version as it was looked at; refused if it moved on.")
]
_Why = Annotated[str, Field(min_length=1, max_length=2_000)]


class RepaymentBody(Written):
    """A payment by the borrower."""

    amount: Number
    currency: _Currency
    value_on: _Day
    reference: _Reference
    reason: _Reason

    def as_transaction(self) -> NewTransaction:
        """Return what is to be recorded."""
        return NewTransaction(type=TransactionType.REPAYMENT, **self.model_dump())


class TransactionBody(Written):
    """Anything that may be recorded of a loan. `parameters` depend on the type:

    charge: component (fee or penalty), name. waiver: component. rate_change: rate. pause: until. restructure: periods, rate,
    first_due, capitalize. The others have none.
    """

    type: TransactionType
    amount: Number = Decimal(0)
    currency: _Currency
    value_on: _Day
    parameters: dict[str, Any] = Field(default_factory=dict, max_length=20)
    reference: _Reference
    reason: _Reason
    expected_version: _Version

    def as_transaction(self) -> NewTransaction:
        """Return what is to be recorded."""
        return NewTransaction(**self.model_dump(exclude={"expected_version"}))


class ReversalBody(Written):
    """Why a transaction is taken back."""

    reason: _Why
    expected_version: _Version


class CancellationBody(Written):
    """Why a loan is not paid out."""

    reason: _Why
    expected_version: _Version


class RestructureBody(Written):
    """New terms for what is left; what is left out stays. `capitalize` adds what is overdue to the principal."""

    periods: int | None = None
    rate: Number | None = None
    first_due: date | None = None
    capitalize: bool = False
    value_on: _Day
    reference: _Reference
    reason: _Reason
    expected_version: _Version

    def as_transaction(self) -> NewTransaction:
        """Return what is to be recorded."""
        changed = self.model_dump(include={"periods", "rate", "first_due", "capitalize"}, exclude_none=True)
        return NewTransaction(
            type=TransactionType.RESTRUCTURE,
            value_on=self.value_on,
            parameters={name: value for name, value in changed.items() if value is not False},
            reference=self.reference,
            reason=self.reason,
        )


class RefinanceBody(Written):
    """A new loan of the same product that pays this one off today; `rate` by default the product's."""

    amount: Number
    term_months: int = Field(ge=1, le=1_200)
    rate: Number | None = None
    number: str | None = Field(default=None, min_length=1, max_length=200, description="The new loan's number.")
    reason: _Why
    expected_version: _Version


class PastTransaction(Written):
    """Something that happened to a loan before it came here."""

    type: TransactionType
    amount: Number = Decimal(0)
    value_on: date
    parameters: dict[str, Any] = Field(default_factory=dict, max_length=20)
    reference: _Reference
    reason: _Reason

    def as_transaction(self) -> NewTransaction:
        """Return what is to be recorded."""
        return NewTransaction(**self.model_dump())


class ImportBody(Written):
    """A loan that was made elsewhere. `terms` as a schedule preview takes them; the whole amount is paid out on `disbursed_on`.

    Without `disbursed_on` nothing is paid out yet, unless the transactions say so.
    """

    reference: str = Field(min_length=1, max_length=200)
    borrower: str = Field(min_length=1, max_length=200)
    product: str = Field(min_length=1, max_length=63)
    terms: dict[str, Any]
    disbursed_on: date | None = None
    transactions: list[PastTransaction] = Field(default_factory=list, max_length=1_000)


class IndexRateBody(Written):
    """What an index stands at from a day on, percent a year."""

    name: str = Field(min_length=1, max_length=63)
    effective_on: date
    rate: Number
