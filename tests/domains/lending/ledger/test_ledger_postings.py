"""Booking and rebooking: by many loans at once, twice is once, nothing edited."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.domains.lending.ledger.conftest import NOW, Ledger, posting

from intendant.domains.lending.ledger.postings import LoanPostings, Rebooked
from intendant.domains.lending.servicing.model import Account, Posting
from intendant.kernel.organizations import create_organization, remove_organization
from intendant.kit import ids
from intendant.kit.database import Database
from intendant.kit.errors import Bug

FIRST, SECOND = UUID(int=1), UUID(int=2)


def usd(loan_id: UUID, *postings: Posting) -> LoanPostings:
    """Return a loan's postings in dollars."""
    return LoanPostings(loan_id, "USD", postings)


def test_an_organisation_gets_its_chart_when_it_first_books(ledger: Ledger) -> None:
    assert ledger.rows("select * from ledger_accounts") == []
    assert ledger.book(usd(FIRST, posting("100.00"))) == 1
    accounts = ledger.rows("select code, purpose from ledger_accounts where purpose is not null")
    assert {row["purpose"] for row in accounts} == {each.value for each in Account}
    row = ledger.rows("select * from ledger_postings")[0]
    assert (row["debit"], row["credit"], row["amount"]) == ("1200", "1000", Decimal("100.0000"))
    assert row["value_on"] == row["booked_on"] == date(2026, 1, 15)
    assert row["recorded_at"] == NOW


def test_booking_many_postings_goes_in_parts(ledger: Ledger) -> None:
    many = (usd(ids.new_id(), posting("1.00"), posting("2.00", kind="fee")) for _ in range(3_000))
    assert ledger.book(*many) == 6_000
    assert ledger.rows("select count(*) as n, sum(amount) as total from ledger_postings") == [
        {"n": 6_000, "total": Decimal("9000.0000")}
    ]


def test_rebooking_what_is_booked_already_does_nothing(ledger: Ledger) -> None:
    wanted = usd(FIRST, posting("100.00"), posting("1.25", kind="accrual"))
    ledger.book(wanted)
    assert ledger.rebook(wanted) == Rebooked(kept=2)
    assert len(ledger.rows("select * from ledger_postings")) == 2


def test_rebooking_reverses_what_differs_and_books_what_is_new(ledger: Ledger) -> None:
    ledger.book(usd(FIRST, posting("100.00"), posting("1.25", kind="accrual")), usd(SECOND, posting("7.00")))
    assert ledger.rebook(usd(FIRST, posting("100.00"), posting("1.30", kind="accrual"))) == Rebooked(1, 1, 1)
    rows = ledger.rows("select * from ledger_postings where kind = 'accrual' order by id")
    assert [(row["debit"], row["credit"], str(row["amount"])) for row in rows] == [
        ("1200", "1000", "1.2500"),
        ("1000", "1200", "1.2500"),
        ("1200", "1000", "1.3000"),
    ]
    assert [row["reverses"] for row in rows] == [None, rows[0]["id"], None]
    assert len(ledger.rows("select * from ledger_postings where loan_id = %s", [SECOND])) == 1


def test_a_loan_that_should_have_no_postings_has_all_reversed(ledger: Ledger) -> None:
    ledger.book(usd(FIRST, posting("100.00"), posting("1.25", kind="accrual")))
    assert ledger.rebook(usd(FIRST)) == Rebooked(0, 2, 0)
    assert ledger.net(FIRST) == {}
    assert ledger.rebook(usd(FIRST)) == Rebooked()


def test_postings_of_one_key_are_one(ledger: Ledger) -> None:
    ledger.book(usd(FIRST, posting("60.00")))
    ledger.book(usd(FIRST, posting("40.00")))
    assert ledger.rebook(usd(FIRST, posting("30.00"), posting("70.00"))) == Rebooked(kept=2)
    assert ledger.rebook(usd(FIRST, posting("99.00"))) == Rebooked(0, 2, 1)
    assert list(ledger.net(FIRST).values()) == [Decimal("99.0000")]


def test_the_same_movement_in_another_currency_is_another_posting(ledger: Ledger) -> None:
    ledger.book(usd(FIRST, posting("100.00")))
    assert ledger.rebook(LoanPostings(FIRST, "EUR", [posting("100.00")])) == Rebooked(0, 1, 1)


def test_a_posting_of_nothing_is_none_and_a_negative_one_is_a_bug(ledger: Ledger) -> None:
    assert ledger.book(usd(FIRST, posting("0"), posting("0.00001"))) == 0
    with pytest.raises(Bug, match="negative"):
        ledger.book(usd(FIRST, posting("-1")))


def test_another_organisation_neither_sees_nor_reverses_the_postings(ledger: Ledger, other_ledger: Ledger) -> None:
    ledger.book(usd(FIRST, posting("100.00")))
    assert other_ledger.rows("select * from ledger_postings") == []
    assert other_ledger.rebook(usd(FIRST)) == Rebooked()
    assert len(ledger.rows("select * from ledger_postings")) == 1


def test_nobody_changes_what_is_booked(ledger: Ledger) -> None:
    ledger.book(usd(FIRST, posting("100.00")))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ledger.rows("update ledger_postings set amount = 1 returning id")
    with pytest.raises(psycopg.errors.CheckViolation), ledger.database.system() as tx:
        tx.execute("update ledger_postings set amount = 1")


@pytest.mark.parametrize(
    "change",
    ["amount = amount + 1", "debit = credit, credit = debit", "kind = 'other'", "currency = 'EUR'", "loan_id = id"],
)
def test_a_reversal_that_is_not_the_mirror_of_its_original_is_refused(ledger: Ledger, change: str) -> None:
    ledger.book(usd(FIRST, posting("100.00")))
    columns = ledger.rows("select * from ledger_postings")[0]
    mirror = columns | {
        "id": ids.new_id(),
        "reverses": columns["id"],
        "debit": columns["credit"],
        "credit": columns["debit"],
    }
    names = ", ".join(mirror)
    wrong = {
        "amount = amount + 1": {"amount": columns["amount"] + 1},
        "debit = credit, credit = debit": {"debit": columns["debit"], "credit": columns["credit"]},
        "kind = 'other'": {"kind": "other"},
        "currency = 'EUR'": {"currency": "EUR"},
        "loan_id = id": {"loan_id": SECOND},
    }[change]
    insert = f"insert into ledger_postings ({names}) values ({', '.join(['%s'] * len(mirror))}) returning id"
    with pytest.raises(psycopg.errors.CheckViolation, match="exactly"):
        ledger.rows(insert, list((mirror | wrong).values()))
    assert ledger.rows(insert, list(mirror.values()))
    with pytest.raises(psycopg.errors.UniqueViolation):
        ledger.rows(insert, list((mirror | {"id": ids.new_id()}).values()))


_POSTINGS = st.lists(
    st.builds(
        Posting,
        st.sampled_from(["accrual", "repayment"]),
        st.dates(date(2026, 1, 1), date(2026, 1, 3)),
        st.sampled_from([Account.CASH, Account.PRINCIPAL]),
        st.sampled_from([Account.INTEREST_INCOME, Account.FEE_INCOME]),
        st.decimals(0, 5, places=2),
        st.sampled_from([None, UUID(int=7)]),
    ),
    max_size=6,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=st.tuples(st.lists(_POSTINGS, min_size=1, max_size=4), st.lists(_POSTINGS, min_size=1, max_size=4)))
def test_after_rebooking_the_books_say_what_they_should_and_a_second_time_changes_nothing(
    ledger: Ledger, histories: tuple[list[list[Posting]], list[list[Posting]]]
) -> None:
    loans = (ids.new_id(), ids.new_id())
    for step in range(max(len(history) for history in histories)):
        wanted = [
            usd(loan, *history[min(step, len(history) - 1)]) for loan, history in zip(loans, histories, strict=True)
        ]
        ledger.rebook(*wanted)
        again = ledger.rebook(*wanted)
        assert again.reversed == again.booked == 0
    for loan, history in zip(loans, histories, strict=True):
        fresh = ids.new_id()
        ledger.book(usd(fresh, *history[-1]))
        assert ledger.net(loan) == ledger.net(fresh)


def test_a_demo_is_removed_with_its_ledger(database: Database) -> None:
    with database.system() as tx:
        demo = create_organization(tx, slug="demo", name="Demo", kind="demo")
    ledger = Ledger(database, demo)
    ledger.loan(FIRST, "100.00", booked_to=date(2026, 6, 1))
    ledger.book(usd(FIRST, posting("100.00")))
    ledger.rebook(usd(FIRST))
    with database.system() as tx:
        remove_organization(tx, demo.id)
        assert tx.scalar("select count(*) from ledger_postings") == 0
