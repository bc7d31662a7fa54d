"""The journal as plain text in the format of hledger, which Ledger and others read too. Pure.

One transaction is a line with day, code and description, and two indented lines with account and amount. An account's name ends
at two spaces, `;` begins a comment, `:` divides levels of accounts; so none of these, nor line ends, may stand in a name.
Amounts never have three decimals, which some would read as thousands.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from intendant.domains.lending.ledger.accounts import AccountType, LedgerAccount

TOP: Mapping[AccountType, str] = {
    AccountType.ASSET: "assets",
    AccountType.LIABILITY: "liabilities",
    AccountType.EQUITY: "equity",
    AccountType.INCOME: "income",
    AccountType.EXPENSE: "expenses",
}
"""The names by which such tools know the type of an account."""
_UNFIT = re.compile(r"[\x00-\x20;:|\x7f-\xa0\u2028\u2029]+")
_CENT = Decimal("0.01")


def write_head(
    title: str,
    since: date,
    until: date,
    known_at: datetime,
    accounts: Iterable[LedgerAccount],
    currencies: Iterable[str],
) -> str:
    """Write what comes first: what it is, the currencies, and the accounts with their types."""
    lines = [
        f"; {_fit(title)}: {since} to {until} by day of booking, as recorded until {known_at.isoformat()}",
        "decimal-mark .",
        *(f"commodity 1000.00 {currency}" for currency in currencies),
        *(f"account {write_account(each)}" for each in accounts),
    ]
    return "\n".join(lines) + "\n"


def write_account(account: LedgerAccount) -> str:
    """Write an account as the tools name it, such as `assets:1000 Cash and bank`."""
    return f"{TOP[account.type]}:{_fit(f'{account.code} {account.name}')}"


def write_posting(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Write a posting as a transaction; `names` maps codes to accounts as written."""
    tags = [f"value_on:{row['value_on']}"]
    tags += [
        f"{tag}:{row[column]}"
        for tag, column in (("loan_id", "loan_id"), ("transaction_id", "transaction_id"), ("reverses", "reverses"))
        if row[column] is not None
    ]
    what = _fit(" ".join([row["loan_reference"] or "", row["kind"]]))
    amount = write_amount(row["amount"])
    return (
        f"\n{row['booked_on']} * ({row['id']}) {what}  ; {', '.join(tags)}\n"
        f"    {names[row['debit']]}  {amount} {row['currency']}\n"
        f"    {names[row['credit']]}  -{amount} {row['currency']}\n"
    )


def write_day(on: date, currency: str, moved: Iterable[tuple[str, Decimal, Decimal]]) -> str:
    """Write a day's postings in one currency as one transaction, of accounts (as written) with debits and credits."""
    lines = [f"\n{on} * postings of the day in {currency}"]
    for name, debit, credit in moved:
        lines += [f"    {name}  {write_amount(debit)} {currency}"] if debit else []
        lines += [f"    {name}  -{write_amount(credit)} {currency}"] if credit else []
    return "\n".join(lines) + "\n"


def write_opening(on: date, currency: str, balances: Iterable[tuple[str, Decimal]]) -> str:
    """Write the balances before a day in one currency, debit positive, as one transaction."""
    lines = [f"\n{on} * opening balances in {currency}"]
    lines += [f"    {name}  {write_amount(balance)} {currency}" for name, balance in balances]
    return "\n".join(lines) + "\n"


def write_amount(amount: Decimal) -> str:
    """Write an amount with two decimals, or with four where it has more."""
    cents = amount.quantize(_CENT)
    return f"{cents if cents == amount else amount.quantize(Decimal('0.0001')):f}"


def _fit(text: str) -> str:
    return _UNFIT.sub(" ", text).strip()
