"""The journal as text: escaped, balanced, and read back by the tool it is for, where that is installed."""

import re
import shutil
import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.lending.ledger.conftest import Ledger, posting
from tests.domains.lending.ledger.test_ledger_postings import FIRST, SECOND, usd

from intendant.domains.lending.ledger import export, journal
from intendant.domains.lending.ledger.accounts import AccountType, LedgerAccount
from intendant.domains.lending.ledger.export import ExportTooLarge
from intendant.domains.lending.ledger.postings import LoanPostings
from intendant.domains.lending.servicing.model import Account
from intendant.kernel.access import PermissionMissing, Role
from intendant.kit.ids import new_id

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
LINE = re.compile(
    r"    (?P<account>[^\s;](?:[^;\n]*?[^\s;])?)  (?P<amount>-?\d+\.(?:\d\d|\d{4})) (?P<currency>[A-Z]{3})\Z"
)


def account(name: str, code: str = "1000", kind: AccountType = AccountType.ASSET) -> LedgerAccount:
    """Return an account of a name."""
    return LedgerAccount(code, name, kind, None, 1, "test", datetime(2026, 1, 1, tzinfo=UTC))


def written(
    ledger: Ledger, form: Literal["csv", "journal"] = "journal", *, by_day: bool = False, rows_per_piece: int = 2
) -> str:
    """Return a year's export in small pieces."""
    by = ledger.by(Role.READ_ONLY)
    with ledger.database.transaction(ledger.organization.id) as tx:
        begun = export.begin_export(tx, by, form, by_day=by_day, since=YEAR[0], until=YEAR[1])
    return b"".join(export.pieces(ledger.database, by, begun, rows_per_piece=rows_per_piece)).decode()


@pytest.fixture
def booked(ledger: Ledger) -> Ledger:
    """Book something in two currencies, with a correction."""
    interest = (Account.INTEREST_RECEIVABLE, Account.INTEREST_INCOME, "accrual")
    ledger.loan(FIRST, "100.00", booked_to=YEAR[0], reference="L;1  (two)\n:three")
    first = (posting("100.00"), posting("0.1234", date(2026, 1, 16), *interest, UUID(int=9)))
    ledger.book(usd(FIRST, *first), LoanPostings(SECOND, "EUR", [posting("1234.50")]))
    ledger.rebook(usd(FIRST, first[0]))
    return ledger


def test_the_journal_says_each_posting_with_its_ids(booked: Ledger) -> None:
    lines = written(booked).split("\n")
    assert lines[1:4] == ["decimal-mark .", "commodity 1000.00 EUR", "commodity 1000.00 USD"]
    assert "account assets:1000 Cash and bank" in lines
    [first] = booked.rows("select id from ledger_postings where kind = 'disbursement' and currency = 'USD'")
    start = lines.index(
        f"2026-01-15 * ({first['id']}) L 1 (two) three disbursement  ; value_on:2026-01-15, loan_id:{FIRST}"
    )
    assert lines[start + 1 : start + 4] == [
        "    assets:1200 Loans to customers  100.00 USD",
        "    assets:1000 Cash and bank  -100.00 USD",
        "",
    ]
    [taken_back] = booked.rows("select reverses from ledger_postings where reverses is not null")
    assert sum(f"reverses:{taken_back['reverses']}" in line for line in lines) == 1


@pytest.mark.parametrize("by_day", [False, True])
def test_every_transaction_of_the_journal_sums_to_zero(booked: Ledger, by_day: bool) -> None:
    for block in written(booked, by_day=by_day).split("\n\n")[1:]:
        sums: dict[str, Decimal] = {}
        for line in block.strip("\n").split("\n")[1:]:
            found = LINE.match(line)
            assert found, line
            sums[found["currency"]] = sums.get(found["currency"], Decimal(0)) + Decimal(found["amount"])
        assert set(sums.values()) == {Decimal(0)}


@pytest.mark.parametrize("rows_per_piece", [1, 2, 3, 100])
def test_pieces_of_any_size_make_the_same_whole(booked: Ledger, rows_per_piece: int) -> None:
    assert written(booked, "csv", rows_per_piece=rows_per_piece) == written(booked, "csv", rows_per_piece=50)


def test_what_is_recorded_after_the_request_is_left_out(booked: Ledger) -> None:
    late = booked.organization.clock.now().replace(year=2100)
    booked.book(usd(new_id(), posting("5.55")), now=late)
    assert "5.55" not in written(booked)


def test_an_export_needs_the_permission_and_has_bounds(booked: Ledger) -> None:
    with booked.database.transaction(booked.organization.id) as tx:
        with pytest.raises(PermissionMissing):
            export.begin_export(tx, booked.by(Role.CLIENT), "csv", by_day=False, since=YEAR[0], until=YEAR[1])
        with pytest.raises(ExportTooLarge):
            export.begin_export(tx, booked.by(), "csv", by_day=True, since=date(2020, 1, 1), until=YEAR[1])


def test_a_journal_may_begin_with_the_balances_before_it(booked: Ledger) -> None:
    with booked.database.transaction(booked.organization.id) as tx:
        begun = export.begin_export(
            tx, booked.by(), "journal", by_day=False, since=date(2026, 1, 17), until=YEAR[1], opening=True
        )
    text = b"".join(export.pieces(booked.database, booked.by(), begun)).decode()
    assert text.endswith(
        "\n2026-01-17 * opening balances in EUR\n"
        "    assets:1000 Cash and bank  -1234.50 EUR\n"
        "    assets:1200 Loans to customers  1234.50 EUR\n"
        "\n2026-01-17 * opening balances in USD\n"
        "    assets:1000 Cash and bank  -100.00 USD\n"
        "    assets:1200 Loans to customers  100.00 USD\n"
    )
    assert "commodity 1000.00 EUR" in text


@given(st.text(max_size=60))
def test_no_name_breaks_out_of_its_account(name: str) -> None:
    line = journal.write_account(account(name))
    assert line.startswith("assets:1000")
    assert "  " not in line
    assert ";" not in line
    assert line.count(":") == 1
    assert len(line.splitlines()) == 1


@given(st.decimals(Decimal("0.0001"), Decimal(10) ** 12, places=4))
def test_an_amount_is_written_exactly_and_never_with_three_decimals(amount: Decimal) -> None:
    text = journal.write_amount(amount)
    assert Decimal(text) == amount
    assert len(text.partition(".")[2]) in (2, 4)


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
@pytest.mark.parametrize("by_day", [False, True])
def test_the_tool_reads_the_journal_strictly_and_comes_to_the_same_balances(
    booked: Ledger, tmp_path: Path, by_day: bool
) -> None:
    path = tmp_path / "ledger.journal"
    path.write_text(written(booked, by_day=by_day), encoding="utf-8")
    subprocess.run(["hledger", "-f", path, "check", "--strict"], check=True)
    found = subprocess.run(
        ["hledger", "-f", path, "balance", "-N", "--flat", "-O", "csv"], check=True, capture_output=True, text=True
    ).stdout
    assert '"assets:1200 Loans to customers","1234.50 EUR, 100.00 USD"' in found
