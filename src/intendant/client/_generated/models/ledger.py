"""Models of ledger. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Literal

from intendant.client._generated.models import shared
from intendant.client._model import Model

Account = Literal[
    "cash",
    "principal",
    "interest_receivable",
    "fees_receivable",
    "penalties_receivable",
    "loss_allowance",
    "borrower_credit",
    "interest_income",
    "fee_income",
    "penalty_income",
    "recovery_income",
    "provision_expense",
    "waiver_expense",
    "charge_off_expense",
    "write_off_expense",
]
"""The accounts that postings use, by what they are for; an organisation's chart gives each a code and a name."""

AccountType = Literal["asset", "liability", "equity", "income", "expense"]
"""The five types of account."""


class ControlView(Model):
    """An account against the sum of the loans it stands for; `difference` is zero unless something was booked
    beside them.
    """

    account: str
    code: str
    currency: str
    difference: str
    loans: str
    purpose: Account


class CurrencyTotalView(Model):
    """The sums over all accounts in a currency; `balance` is zero unless the books are broken."""

    balance: str
    credit: str
    currency: str
    debit: str


class LedgerAccountBody(Model):
    """An account to add."""

    code: str
    name: str
    type: AccountType


class LedgerAccountChange(Model):
    """What an account is to be called. `purpose` is one that it takes over from another account that has no
    postings; null leaves its own. `replaces` is the version that was looked at.
    """

    name: str
    purpose: Account | None = None
    replaces: int


class LedgerAccountView(Model):
    """An account of the chart. `purpose` says what lending books to it, null for the organisation's own;
    `version` grows by each change; `updated_at` is business time.
    """

    changed_by: str
    code: str
    name: str
    purpose: Account | None
    type: AccountType
    updated_at: datetime.datetime
    version: int


class LedgerAccountViewPage(Model):
    """Ledger account view page."""

    items: list[LedgerAccountView]
    next: str | None


class PeriodBody(Model):
    """Up to which day the books are to be closed, that day included, and why."""

    ends_on: datetime.date
    reason: str


class PeriodView(Model):
    """A closed period; it is never opened again. `digest` is SHA-256 of its balances and of the period before,
    in hexadecimal; `closed_at` is business time.
    """

    balances: list[StoredBalanceView]
    closed_at: datetime.datetime
    closed_by: str
    digest: str
    ends_on: datetime.date
    reason: str


class PeriodViewPage(Model):
    """Period view page."""

    items: list[PeriodView]
    next: str | None


class PostingCause(Model):
    """The loan's transaction from which a posting follows, and the decision behind it. `recorded_at` is business
    time.
    """

    amount: str
    decision_id: uuid.UUID | None
    id: uuid.UUID
    reason: str | None
    recorded_at: datetime.datetime
    recorded_by: str
    reference: str | None
    type: shared.TransactionType
    value_on: datetime.date


class PostingDetail(Model):
    """A posting with its cause; null where it follows from time alone, as interest does."""

    amount: str
    booked_on: datetime.date
    cause: PostingCause | None
    credit: str
    credit_name: str
    currency: str
    debit: str
    debit_name: str
    id: uuid.UUID
    kind: str
    loan_id: uuid.UUID | None
    loan_reference: str | None
    recorded_at: datetime.datetime
    reversed_by: uuid.UUID | None
    reverses: uuid.UUID | None
    transaction_id: uuid.UUID | None
    value_on: datetime.date


class PostingView(Model):
    """A movement of an amount from the account `credit` to the account `debit`.

    `value_on` is the day it concerns, `booked_on` the day in whose books it stands: later where that day was
    closed. `reverses` is the posting it takes back, `reversed_by` the one that took it back. `recorded_at` is
    business time.
    """

    amount: str
    booked_on: datetime.date
    credit: str
    credit_name: str
    currency: str
    debit: str
    debit_name: str
    id: uuid.UUID
    kind: str
    loan_id: uuid.UUID | None
    loan_reference: str | None
    recorded_at: datetime.datetime
    reversed_by: uuid.UUID | None
    reverses: uuid.UUID | None
    transaction_id: uuid.UUID | None
    value_on: datetime.date


class PostingViewPage(Model):
    """Posting view page."""

    items: list[PostingView]
    next: str | None


class StatementLineView(Model):
    """A posting as one account sees it; `balance` is the running one."""

    balance: str
    booked_on: datetime.date
    credit: str
    debit: str
    id: uuid.UUID
    kind: str
    loan_id: uuid.UUID | None
    loan_reference: str | None
    other_account: str
    other_name: str
    reversed_by: uuid.UUID | None
    reverses: uuid.UUID | None
    transaction_id: uuid.UUID | None
    value_on: datetime.date


class StatementView(Model):
    """An account's statement in one currency: the balance before, what moved, the balance after, and a page of
    postings, the oldest first. `next` is the `after` of the page that follows, null on the last.
    """

    account: LedgerAccountView
    closing: str
    credit: str
    currency: str
    debit: str
    items: list[StatementLineView]
    next: str | None
    opening: str
    since: datetime.date
    until: datetime.date


class StoredBalanceView(Model):
    """What was debited and credited to an account from the beginning to the end of a period."""

    account: str
    balance: str
    credit: str
    currency: str
    debit: str


class TrialBalanceLineView(Model):
    """An account in a currency: balance before the range, debits and credits within it, balance after."""

    balance: str
    code: str
    credit: str
    currency: str
    debit: str
    name: str
    opening: str
    purpose: Account | None
    type: AccountType


class TrialBalanceView(Model):
    """The balances at the end of a day. `since` is the first day of the range, null for all that ever moved;
    `closed_to` the last day of the last closed period; `controls` is null unless the books of the present day
    were asked for.
    """

    closed_to: datetime.date | None
    controls: list[ControlView] | None
    known_at: datetime.datetime | None
    lines: list[TrialBalanceLineView]
    on: datetime.date
    since: datetime.date | None
    totals: list[CurrencyTotalView]
