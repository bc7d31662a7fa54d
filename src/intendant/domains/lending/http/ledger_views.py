"""What the ledger's routes take and answer. Money is a decimal string; a balance is positive where debits outweigh credits."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from intendant.domains.lending.http.views import Amount, Shown
from intendant.domains.lending.ledger.accounts import CODE_PATTERN, NAME_LENGTH_MAX, AccountType
from intendant.domains.lending.ledger.periods import REASON_LENGTH_MAX
from intendant.domains.lending.servicing.model import Account, TransactionType


class LedgerAccountView(Shown):
    """An account of the chart. `purpose` says what lending books to it, null for the organisation's own; `version` grows by
    each change; `updated_at` is business time."""

    code: str
    name: str
    type: AccountType
    purpose: Account | None
    version: int
    changed_by: str
    updated_at: datetime


class LedgerAccountBody(BaseModel):
    """An account to add."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(pattern=CODE_PATTERN)
    name: str = Field(min_length=1, max_length=NAME_LENGTH_MAX)
    type: AccountType


class LedgerAccountChange(BaseModel):
    """What an account is to be called. `purpose` is one that it takes over from another account that has no postings; null
    leaves its own. `replaces` is the version that was looked at."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=NAME_LENGTH_MAX)
    purpose: Account | None = None
    replaces: int = Field(ge=1, le=2**31 - 1)


class TrialBalanceLineView(Shown):
    """An account in a currency: balance before the range, debits and credits within it, balance after."""

    code: str
    name: str
    type: AccountType
    purpose: Account | None
    currency: str
    opening: Amount
    debit: Amount
    credit: Amount
    balance: Amount


class CurrencyTotalView(Shown):
    """The sums over all accounts in a currency; `balance` is zero unless the books are broken."""

    currency: str
    debit: Amount
    credit: Amount
    balance: Amount


class ControlView(Shown):
    """An account against the sum of the loans it stands for; `difference` is zero unless something was booked beside them."""

    purpose: Account
    code: str
    currency: str
    account: Amount
    loans: Amount
    difference: Amount


class TrialBalanceView(Shown):
    """The balances at the end of a day. `since` is the first day of the range, null for all that ever moved; `closed_to` the
    last day of the last closed period; `controls` is null unless the books of the present day were asked for."""

    on: date
    since: date | None
    known_at: datetime | None
    closed_to: date | None
    lines: list[TrialBalanceLineView]
    totals: list[CurrencyTotalView]
    controls: list[ControlView] | None


class PostingView(Shown):
    """A movement of an amount from the account `credit` to the account `debit`.

    `value_on` is the day it concerns, `booked_on` the day in whose books it stands: later where that day was closed. `reverses`
    is the posting it takes back, `reversed_by` the one that took it back. `recorded_at` is business time.
    """

    id: UUID
    kind: str
    value_on: date
    booked_on: date
    debit: str
    debit_name: str
    credit: str
    credit_name: str
    amount: Amount
    currency: str
    loan_id: UUID | None
    loan_reference: str | None
    transaction_id: UUID | None
    reverses: UUID | None
    reversed_by: UUID | None
    recorded_at: datetime


class PostingCause(Shown):
    """The loan's transaction from which a posting follows, and the decision behind it. `recorded_at` is business time."""

    id: UUID
    type: TransactionType
    value_on: date
    amount: Amount
    reference: str | None
    reason: str | None
    decision_id: UUID | None
    recorded_by: str
    recorded_at: datetime


class PostingDetail(PostingView):
    """A posting with its cause; null where it follows from time alone, as interest does."""

    cause: PostingCause | None


class StatementLineView(Shown):
    """A posting as one account sees it; `balance` is the running one."""

    id: UUID
    kind: str
    value_on: date
    booked_on: date
    other_account: str
    other_name: str
    debit: Amount
    credit: Amount
    balance: Amount
    loan_id: UUID | None
    loan_reference: str | None
    transaction_id: UUID | None
    reverses: UUID | None
    reversed_by: UUID | None


class StatementView(Shown):
    """An account's statement in one currency: the balance before, what moved, the balance after, and a page of postings, the
    oldest first. `next` is the `after` of the page that follows, null on the last."""

    account: LedgerAccountView
    currency: str
    since: date
    until: date
    opening: Amount
    debit: Amount
    credit: Amount
    closing: Amount
    items: list[StatementLineView]
    next: str | None


class PeriodBody(BaseModel):
    """Up to which day the books are to be closed, that day included, and why."""

    model_config = ConfigDict(extra="forbid")

    ends_on: date
    reason: str = Field(min_length=1, max_length=REASON_LENGTH_MAX)


class StoredBalanceView(Shown):
    """What was debited and credited to an account from the beginning to the end of a period."""

    account: str
    currency: str
    debit: Amount
    credit: Amount
    balance: Amount


class PeriodView(Shown):
    """A closed period; it is never opened again. `digest` is SHA-256 of its balances and of the period before, in hexadecimal;
    `closed_at` is business time."""

    ends_on: date
    closed_by: str
    reason: str
    closed_at: datetime
    digest: str
    balances: list[StoredBalanceView]
