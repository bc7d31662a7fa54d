"""The ledger on the terminal."""

import json
from datetime import date
from decimal import Decimal

import pytest
from tests.cli.conftest import Terminal
from tests.support.lending import Lender

from intendant.domains.lending.ledger.postings import LoanPostings, book
from intendant.domains.lending.servicing.model import Account, Posting
from intendant.kit import ids
from intendant.kit.database import Database


@pytest.fixture(scope="module", autouse=True)
def booked(terminal: Terminal, lender: Lender) -> None:
    """Book a payout."""
    paid = Posting("disbursement", date(2026, 1, 15), Account.PRINCIPAL, Account.CASH, Decimal(100))
    database = Database(lender.database.urls)
    with database.transaction(lender.organization.id) as tx:
        book(tx, [LoanPostings(ids.new_id(), "USD", [paid])], now=lender.organization.clock.now())
    database.close()


def test_the_trial_balance_shows_every_account_and_whether_the_loans_agree(terminal: Terminal) -> None:
    said = terminal.does("lending", "trial-balance")
    assert "1200 Loans to customers" in said.out
    assert "Total 100.00 and 100.00 USD; balance 0.00." in said.out
    assert "The account 1200 differs from the loans by 100.00 USD." in said.err
    lines = terminal.does("lending", "trial-balance", "--on", "2026-01-31", "--json").json["lines"]
    assert [(line["code"], Decimal(line["balance"])) for line in lines] == [("1000", -100), ("1200", 100)]
    assert json.loads(terminal.does("lending", "trial-balance", "--on", "2026-01-14", "--json").out)["lines"] == []


def test_the_journal_is_printed_for_tools_and_for_spreadsheets(terminal: Terminal) -> None:
    said = terminal.does("lending", "journal", "--from", "2026-01-01", "--to", "2026-01-31", "--by-day")
    assert said.out.endswith(
        "\n2026-01-15 * postings of the day in USD\n"
        "    assets:1000 Cash and bank  -100.00 USD\n"
        "    assets:1200 Loans to customers  100.00 USD\n"
    )
    table = terminal.does("lending", "journal", "--from", "2026-01-01", "--to", "2026-01-31", "--csv").out
    assert table.startswith("booked_on,value_on,kind,")
    refused = terminal.refuses("lending", "journal", "--from", "2026-01-01", "--to", "2025-01-31")
    assert "no range to export" in refused
