"""The chart of accounts: a default one for every organisation, which it may rename and extend.

Each purpose that postings use (`servicing.model.Account`) has exactly one account, always.
"""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from intendant.domains.lending import contract
from intendant.domains.lending.servicing.model import Account
from intendant.kernel import events
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.bulk import BulkInsert
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

ACCOUNTS_MAX = 1_000
NAME_LENGTH_MAX = 100
CODE_PATTERN = r"^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$"
_CODE = re.compile(CODE_PATTERN.removesuffix("$") + r"\Z")
SYSTEM = "system"


class AccountType(StrEnum):
    """The five types of account."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"


class AccountInvalid(Invalid):
    """A code, name or type that no account can have."""

    code = "account_invalid"


class AccountUnknown(NotFound):
    """No such account in this organisation's chart."""

    code = "account_unknown"


class AccountExists(Conflict):
    """The code is taken."""

    code = "account_exists"


class AccountChanged(Conflict):
    """Somebody else changed the account meanwhile."""

    code = "account_changed"


class AccountUsed(Conflict):
    """The account has postings or a purpose, so this cannot be done to it."""

    code = "account_used"


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """An account. `purpose` is what lending books to it; None for the organisation's own accounts. `version` grows by each change."""

    code: str
    name: str
    type: AccountType
    purpose: Account | None
    version: int
    changed_by: str
    updated_at: datetime


DEFAULT_CHART: tuple[tuple[str, str, AccountType, Account | None], ...] = (
    ("1000", "Cash and bank", AccountType.ASSET, Account.CASH),
    ("1200", "Loans to customers", AccountType.ASSET, Account.PRINCIPAL),
    ("1210", "Interest receivable", AccountType.ASSET, Account.INTEREST_RECEIVABLE),
    ("1220", "Fees receivable", AccountType.ASSET, Account.FEES_RECEIVABLE),
    ("1230", "Penalties receivable", AccountType.ASSET, Account.PENALTIES_RECEIVABLE),
    ("1290", "Loss allowance", AccountType.ASSET, Account.LOSS_ALLOWANCE),
    ("2100", "Credit balances of borrowers", AccountType.LIABILITY, Account.BORROWER_CREDIT),
    ("3000", "Share capital", AccountType.EQUITY, None),
    ("3900", "Retained earnings", AccountType.EQUITY, None),
    ("4000", "Interest income", AccountType.INCOME, Account.INTEREST_INCOME),
    ("4100", "Fee income", AccountType.INCOME, Account.FEE_INCOME),
    ("4200", "Penalty income", AccountType.INCOME, Account.PENALTY_INCOME),
    ("4300", "Recoveries", AccountType.INCOME, Account.RECOVERY_INCOME),
    ("5000", "Provision for expected credit loss", AccountType.EXPENSE, Account.PROVISION_EXPENSE),
    ("5100", "Waivers", AccountType.EXPENSE, Account.WAIVER_EXPENSE),
    ("5200", "Charge-offs", AccountType.EXPENSE, Account.CHARGE_OFF_EXPENSE),
    ("5300", "Write-offs", AccountType.EXPENSE, Account.WRITE_OFF_EXPENSE),
)
"""Codes in the common order: assets, liabilities, equity, income, expenses."""
TYPE_OF_PURPOSE = {purpose: kind for _, _, kind, purpose in DEFAULT_CHART if purpose is not None}

_ACCOUNTS = BulkInsert(
    "ledger_accounts",
    {
        "organization_id": "uuid",
        "code": "text",
        "name": "text",
        "type": "text",
        "purpose": "text",
        "version": "integer",
        "changed_by": "text",
        "updated_at": "timestamptz",
    },
    "on conflict do nothing",
)


def install_chart(tx: Transaction, organization_id: UUID, *, now: datetime) -> None:
    """Give an organisation the default chart, unless every purpose has an account already. Twice is once."""
    if len(_codes(tx, organization_id)) < len(Account):
        _ACCOUNTS.run(tx, [_row(organization_id, *each, SYSTEM, now) for each in DEFAULT_CHART])


def codes(tx: Transaction, *, now: datetime) -> dict[Account, str]:
    """Return the code of each purpose's account; an organisation that has no chart yet is given the default one."""
    found = _codes(tx, tx.organization_id)
    if len(found) < len(Account):
        install_chart(tx, tx.organization_id, now=now)
        found = _codes(tx, tx.organization_id)
    return found


def _codes(tx: Transaction, organization_id: UUID) -> dict[Account, str]:
    rows = tx.all(
        "select purpose, code from ledger_accounts where organization_id = %s and purpose is not null",
        [organization_id],
    )
    return {Account(row["purpose"]): row["code"] for row in rows}


def _row(
    organization_id: UUID,
    code: str,
    name: str,
    kind: AccountType,
    purpose: Account | None,
    by: str,
    now: datetime,
) -> dict[str, Any]:
    return {
        "organization_id": organization_id,
        "code": code,
        "name": name,
        "type": kind.value,
        "purpose": None if purpose is None else purpose.value,
        "version": 1,
        "changed_by": by,
        "updated_at": now,
    }


def list_accounts(
    tx: Transaction, by: Principal, *, now: datetime, after: str | None = None, limit: int = ACCOUNTS_MAX
) -> list[LedgerAccount]:
    """List the chart by code, from `after` (exclusive); at most `ACCOUNTS_MAX`."""
    by.require(Permission.LEDGER_READ)
    codes(tx, now=now)
    return [each for code, each in sorted(read_chart(tx).items()) if after is None or code > after][:limit]


def read_chart(tx: Transaction) -> dict[str, LedgerAccount]:
    """Return the accounts by code, as they stand; empty where nothing was ever booked."""
    rows = tx.all(
        "select * from ledger_accounts where organization_id = %s order by code limit %s",
        [tx.organization_id, ACCOUNTS_MAX],
    )
    return {row["code"]: _account(row) for row in rows}


def get_account(tx: Transaction, by: Principal, code: str) -> LedgerAccount:
    """Get an account; raises AccountUnknown."""
    by.require(Permission.LEDGER_READ)
    return _get(tx, code, lock="")


def _get(tx: Transaction, code: str, *, lock: str) -> LedgerAccount:
    row = tx.find(
        f"select * from ledger_accounts where organization_id = %s and code = %s{lock}",  # noqa: S608 - a constant
        [tx.organization_id, code],
    )
    if row is None:
        raise AccountUnknown(
            f"There is no account '{code[:20]}'.", field="code", remedy="Look at the chart of accounts for its code."
        )
    return _account(row)


def add_account(
    tx: Transaction, by: Principal, *, code: str, name: str, kind: AccountType, now: datetime
) -> LedgerAccount:
    """Add an account of the organisation's own; raises AccountInvalid or AccountExists."""
    by.require(Permission.LEDGER_MANAGE)
    if not _CODE.match(code):
        raise AccountInvalid(
            f"'{code[:20]}' is no code of an account.",
            field="code",
            remedy="Use 1 to 20 letters, digits, dots and hyphens.",
        )
    install_chart(tx, tx.organization_id, now=now)
    if (
        tx.scalar("select count(*) from ledger_accounts where organization_id = %s", [tx.organization_id])
        >= ACCOUNTS_MAX
    ):
        raise AccountInvalid(
            f"There are {ACCOUNTS_MAX} accounts already.", field="code", remedy="Remove one that is not used."
        )
    row = _row(tx.organization_id, code, _name(name), kind, None, by.label, now)
    if not _ACCOUNTS_ONE.returning(tx, [row]):
        raise AccountExists(f"There is an account '{code}' already.", field="code", remedy="Choose another code.")
    added = _account(row)
    _tell(tx, by, contract.ACCOUNT_ADDED, added)
    return added


_ACCOUNTS_ONE = BulkInsert("ledger_accounts", _ACCOUNTS.columns, "on conflict do nothing returning code")


def change_account(
    tx: Transaction,
    by: Principal,
    code: str,
    *,
    name: str,
    purpose: Account | None,
    replaces: int,
    now: datetime,
) -> LedgerAccount:
    """Rename an account, or let it take over a purpose from the account that has it; `replaces` is the version looked at.

    A purpose moves only while the account that has it has no postings, to one of the same type. None leaves the purpose, so
    that none is ever without an account. Raises AccountUnknown, AccountChanged, AccountUsed, AccountInvalid.
    """
    by.require(Permission.LEDGER_MANAGE)
    install_chart(tx, tx.organization_id, now=now)
    if purpose is not None:
        # Before any row is locked: who is booking holds the rows of accounts, and waits for nobody who waits for it.
        seal(tx)
    before = _get(tx, code, lock=" for no key update")
    if before.version != replaces:
        raise AccountChanged(
            f"The account is at version {before.version} by now, not {replaces}.",
            field="replaces",
            remedy="Look at it again.",
            data={"version": before.version},
        )
    if purpose is not None and purpose is not before.purpose:
        _move_purpose(tx, by, before, purpose, now)
    serves = purpose or before.purpose
    tx.execute(
        "update ledger_accounts set name = %s, purpose = %s, version = version + 1, changed_by = %s, updated_at = %s"
        " where organization_id = %s and code = %s",
        [_name(name), None if serves is None else serves.value, by.label, now, tx.organization_id, code],
    )
    after = _get(tx, code, lock="")
    _tell(tx, by, contract.ACCOUNT_CHANGED, after)
    return after


def _move_purpose(tx: Transaction, by: Principal, to: LedgerAccount, purpose: Account, now: datetime) -> None:
    if to.purpose is not None:
        raise AccountUsed(
            f"The account {to.code} serves the purpose '{to.purpose}', which needs an account.",
            field="purpose",
            remedy="Let another account take that purpose over first.",
        )
    if to.type is not TYPE_OF_PURPOSE[purpose]:
        raise AccountInvalid(
            f"The purpose '{purpose}' needs an account of type {TYPE_OF_PURPOSE[purpose]}, and {to.code} is of type {to.type}.",
            field="purpose",
            remedy=f"Choose an account of type {TYPE_OF_PURPOSE[purpose]}.",
        )
    source = codes(tx, now=now)[purpose]
    if _is_used(tx, source):
        raise AccountUsed(
            f"The account {source} has postings of the purpose '{purpose}'.",
            field="purpose",
            remedy="Rename that account; its postings stay where they are.",
        )
    tx.execute(
        "update ledger_accounts set purpose = null, version = version + 1, changed_by = %s, updated_at = %s"
        " where organization_id = %s and code = %s",
        [by.label, now, tx.organization_id, source],
    )


def remove_account(tx: Transaction, by: Principal, code: str) -> None:
    """Remove an account that has neither a purpose nor postings; raises AccountUnknown or AccountUsed."""
    by.require(Permission.LEDGER_MANAGE)
    seal(tx)
    held = _get(tx, code, lock=" for update")
    if held.purpose is not None or _is_used(tx, code):
        raise AccountUsed(
            f"The account {code} " + ("has postings." if held.purpose is None else f"serves '{held.purpose}'."),
            field="code",
            remedy="Rename it instead.",
        )
    tx.execute("delete from ledger_accounts where organization_id = %s and code = %s", [tx.organization_id, code])
    _tell(tx, by, contract.ACCOUNT_REMOVED, held)


def _is_used(tx: Transaction, code: str) -> bool:
    found = tx.scalar(
        "select exists (select from ledger_postings where organization_id = %s and (debit = %s or credit = %s))",
        [tx.organization_id, code, code],
    )
    return bool(found)


def enter(tx: Transaction) -> None:
    """Wait for whoever closes a period or changes the chart, and keep them waiting until this transaction ends."""
    tx.execute("select pg_advisory_xact_lock_shared(ledger_lock(%s))", [tx.organization_id])


def seal(tx: Transaction) -> None:
    """Wait until nobody is booking, and keep bookings waiting until this transaction ends."""
    tx.execute("select pg_advisory_xact_lock(ledger_lock(%s))", [tx.organization_id])


def _name(written: str) -> str:
    name = " ".join(written.split())
    if not 1 <= len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise AccountInvalid(
            "This is no name.", field="name", remedy=f"Use 1 to {NAME_LENGTH_MAX} printable characters."
        )
    return name


def _account(row: Row) -> LedgerAccount:
    return LedgerAccount(
        row["code"],
        row["name"],
        AccountType(row["type"]),
        None if row["purpose"] is None else Account(row["purpose"]),
        row["version"],
        row["changed_by"],
        row["updated_at"],
    )


def _tell(tx: Transaction, by: Principal, name: str, account: LedgerAccount) -> None:
    now = clock.system_now()
    event = events.Event(
        tx.organization_id,
        name,
        account.code,
        asdict(account),
        get_organization(tx, tx.organization_id).clock.at(now),
        now,
        by.label,
    )
    events.emit(tx, [event])
