"""What must hold of the ledger, asked as production asks hourly; and that each query notices what it is for."""

from datetime import date
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb
from tests.domains.lending.ledger.conftest import NOW, Ledger, posting
from tests.domains.lending.ledger.test_ledger_periods import close
from tests.domains.lending.ledger.test_ledger_postings import FIRST, SECOND, usd

from intendant.domains.lending.ledger.invariants import LEDGER_INVARIANTS
from intendant.domains.lending.servicing.model import Account


def broken(ledger: Ledger) -> set[str]:
    """Return the names of the invariants that do not hold."""
    with ledger.database.system() as tx:
        return {name for name, query in LEDGER_INVARIANTS.items() if tx.all(query)}


@pytest.fixture
def booked(ledger: Ledger) -> Ledger:
    """Book two loans over three months, close one, and correct something of it."""
    ledger.loan(FIRST, "130.00", booked_to=date(2026, 6, 1))
    ledger.loan(SECOND, "50.00", booked_to=date(2026, 6, 1), state="charged_off")
    ledger.book(usd(FIRST, posting("100.00"), posting("29.00", date(2026, 2, 5))))
    close(ledger, date(2026, 1, 31))
    ledger.rebook(usd(FIRST, posting("101.00"), posting("29.00", date(2026, 2, 5))))
    close(ledger, date(2026, 2, 28))
    return ledger


def test_everything_holds_of_books_that_were_kept(booked: Ledger, other_ledger: Ledger) -> None:
    other_ledger.book(usd(FIRST, posting("0.00")))
    assert broken(booked) == set()


def test_a_loan_that_owes_other_than_what_was_booked_is_noticed(booked: Ledger) -> None:
    booked.loan(UUID(int=3), "0.01", booked_to=date(2026, 6, 1))
    assert broken(booked) == {"the_accounts_of_principal_and_loss_allowance_are_what_the_loans_say"}
    booked.book(usd(UUID(int=3), posting("0.01", date(2026, 6, 1))))
    assert broken(booked) == set()


def test_an_allowance_that_is_not_what_was_provided_for_the_loans_is_noticed(booked: Ledger) -> None:
    booked.loan(UUID(int=3), "0.00", booked_to=date(2026, 6, 1), provision="2.50")
    assert broken(booked) == {"the_accounts_of_principal_and_loss_allowance_are_what_the_loans_say"}
    provided = posting("2.50", date(2026, 6, 1), Account.PROVISION_EXPENSE, Account.LOSS_ALLOWANCE, "provision")
    booked.book(usd(UUID(int=3), provided))
    assert broken(booked) == set()


def test_stored_balances_that_are_not_those_of_the_postings_are_noticed(booked: Ledger) -> None:
    stored = [
        {"account": "1200", "currency": "USD", "debit": "130.0000", "credit": "0.0000"},
        {"account": "1000", "currency": "USD", "debit": "0.0000", "credit": "129.0000"},
    ]
    with booked.database.transaction(booked.organization.id) as tx:
        tx.execute(
            "insert into ledger_periods (organization_id, ends_on, balances, digest, closed_by, reason, closed_at)"
            " values (%s, '2026-03-31', %s, '', 'test', 'test', %s)",
            [booked.organization.id, Jsonb(stored), NOW],
        )
    assert broken(booked) == {
        "the_balances_of_a_closed_period_sum_to_zero_in_each_currency",
        "the_balances_of_the_last_closed_period_are_those_before_and_its_postings",
    }


def test_every_purpose_is_counted(booked: Ledger) -> None:
    assert f"<> {len(Account)} " in LEDGER_INVARIANTS["every_purpose_of_an_organisation_that_books_has_its_account"]
    with booked.database.transaction(booked.organization.id) as tx:
        tx.execute("update ledger_accounts set purpose = null where purpose = 'cash'")
    assert broken(booked) == {"every_purpose_of_an_organisation_that_books_has_its_account"}
