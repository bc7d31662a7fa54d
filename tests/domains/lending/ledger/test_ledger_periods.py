"""Closing periods: what it keeps, what it refuses, and that nobody books behind its back."""

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.domains.lending.ledger.conftest import NOW, Ledger, posting
from tests.domains.lending.ledger.test_ledger_postings import FIRST, SECOND, usd

from intendant.domains.lending.ledger import balances, periods, postings
from intendant.domains.lending.ledger.balances import AccountKey
from intendant.domains.lending.ledger.periods import (
    LoansNotBooked,
    Period,
    PeriodClosed,
    PeriodInvalid,
    close_period,
    list_periods,
    period_digest,
)
from intendant.domains.lending.ledger.postings import Rebooked
from intendant.domains.lending.servicing.model import Account, Posting
from intendant.kernel.access import PermissionMissing, Role
from intendant.kit.errors import Bug
from intendant.kit.ids import new_id

JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 28)
TODAY = NOW.date()


def close(ledger: Ledger, ends_on: date, *, role: Role = Role.MANAGER, reason: str = "month end") -> Period:
    """Close in a transaction of its own."""
    with ledger.database.transaction(ledger.organization.id) as tx:
        return close_period(tx, ledger.by(role), ends_on=ends_on, reason=reason, today=TODAY, now=NOW)


def test_a_closed_period_keeps_its_balances_and_their_digest(ledger: Ledger) -> None:
    ledger.book(usd(FIRST, posting("100.00")), usd(SECOND, posting("7.00", date(2026, 2, 1))))
    closed = close(ledger, JANUARY)
    assert [(each.account, each.debit, each.credit) for each in closed.balances] == [
        ("1000", Decimal(0), Decimal(100)),
        ("1200", Decimal(100), Decimal(0)),
    ]
    assert closed.digest == period_digest(ledger.organization.id, JANUARY, closed.balances, None)
    with ledger.database.transaction(ledger.organization.id) as tx:
        assert list_periods(tx, ledger.by(), after=None, limit=10) == [closed]
    [event] = ledger.rows("select * from events where name = 'lending.period.closed'")
    assert closed.digest.hex() in event["body"]
    [leaf] = ledger.rows("select * from audit where body like '%%lending.period.closed%%'")
    assert '"user:manager"' in leaf["body"]


def test_the_next_period_counts_on_and_is_bound_to_the_one_before(ledger: Ledger) -> None:
    ledger.book(usd(FIRST, posting("100.00")), usd(SECOND, posting("7.00", date(2026, 2, 1))))
    january, february = close(ledger, JANUARY), close(ledger, FEBRUARY)
    assert february.balances[0].credit == Decimal(107)
    assert february.digest == period_digest(ledger.organization.id, FEBRUARY, february.balances, january.digest)
    with ledger.database.transaction(ledger.organization.id) as tx:
        assert list_periods(tx, ledger.by(), after=FEBRUARY, limit=10) == [january]


@pytest.mark.parametrize("ends_on", [TODAY, TODAY + timedelta(days=1), date(1, 1, 1), date(9999, 12, 31)])
def test_a_day_that_is_not_over_or_out_of_all_reason_is_not_closed(ledger: Ledger, ends_on: date) -> None:
    with pytest.raises(PeriodInvalid):
        close(ledger, ends_on)


def test_a_closed_period_is_neither_closed_again_nor_opened(ledger: Ledger) -> None:
    close(ledger, FEBRUARY)
    for ends_on in (FEBRUARY, JANUARY):
        with pytest.raises(PeriodClosed, match="not opened again"):
            close(ledger, ends_on)


def test_closing_needs_the_permission_and_a_reason(ledger: Ledger) -> None:
    with pytest.raises(PermissionMissing):
        close(ledger, JANUARY, role=Role.OPERATOR)
    with pytest.raises(PeriodInvalid, match="reason"):
        close(ledger, JANUARY, reason="  ")


def test_a_period_is_not_closed_while_loans_wait_for_their_end_of_day(ledger: Ledger) -> None:
    ledger.loan(FIRST, "100.00", booked_to=JANUARY)
    ledger.loan(SECOND, "0.00", booked_to=date(2026, 1, 3), state="closed")
    with pytest.raises(LoansNotBooked) as refused:
        close(ledger, JANUARY)
    assert refused.value.data == {"waiting": 1, "booked_to": "2026-01-31"}
    assert close(ledger, JANUARY - timedelta(days=1))


def test_corrections_of_a_closed_period_are_booked_on_the_first_open_day(ledger: Ledger) -> None:
    ledger.book(usd(FIRST, posting("100.00"), posting("1.00", kind="accrual")))
    close(ledger, JANUARY)
    assert ledger.rebook(usd(FIRST, posting("100.00"), posting("1.50", kind="accrual"))) == Rebooked(1, 1, 1)
    rows = ledger.rows("select * from ledger_postings where kind = 'accrual' order by id")
    assert [(row["value_on"], row["booked_on"]) for row in rows] == [
        (date(2026, 1, 15), date(2026, 1, 15)),
        (date(2026, 1, 15), date(2026, 2, 1)),
        (date(2026, 1, 15), date(2026, 2, 1)),
    ]
    ledger.book(usd(SECOND, posting("5.00", date(2026, 3, 9))))
    assert ledger.rows("select booked_on from ledger_postings where loan_id = %s", [SECOND]) == [
        {"booked_on": date(2026, 3, 9)}
    ]


def test_no_write_gets_into_a_closed_period(ledger: Ledger) -> None:
    ledger.book(usd(FIRST, posting("100.00")))
    close(ledger, JANUARY)
    row = ledger.rows("select * from ledger_postings")[0] | {"id": new_id()}
    insert = f"insert into ledger_postings ({', '.join(row)}) values ({', '.join(['%s'] * len(row))})"
    for opened in (ledger.database.transaction(ledger.organization.id), ledger.database.system()):
        with pytest.raises(psycopg.errors.CheckViolation, match="closed period"), opened as tx:
            tx.execute(insert, list(row.values()))


def test_a_closed_period_of_one_organisation_closes_nothing_for_another(ledger: Ledger, other_ledger: Ledger) -> None:
    close(ledger, JANUARY)
    other_ledger.book(usd(FIRST, posting("100.00")))
    assert other_ledger.rows("select booked_on from ledger_postings") == [{"booked_on": date(2026, 1, 15)}]
    with other_ledger.database.transaction(other_ledger.organization.id) as tx:
        assert list_periods(tx, other_ledger.by(), after=None, limit=10) == []


def test_closing_waits_for_who_is_booking_and_then_sees_what_they_booked(ledger: Ledger) -> None:
    ledger.book(usd(SECOND, posting("1.00")))
    began, done = threading.Event(), []

    def closing() -> None:
        began.set()
        done.append(close(ledger, JANUARY))

    thread = threading.Thread(target=closing)
    with ledger.database.transaction(ledger.organization.id) as tx:
        postings.book(tx, [usd(FIRST, posting("100.00"))], now=NOW)
        thread.start()
        began.wait()
        wait_for_lock(ledger)
        assert done == []
    thread.join()
    assert sum(each.debit for each in done[0].balances) == Decimal(101)


def test_booking_waits_for_who_is_closing_and_then_books_on_the_first_open_day(ledger: Ledger) -> None:
    ledger.book(usd(SECOND, posting("1.00")))
    thread = threading.Thread(target=lambda: ledger.book(usd(FIRST, posting("100.00"))))
    with ledger.database.transaction(ledger.organization.id) as tx:
        close_period(tx, ledger.by(), ends_on=JANUARY, reason="month end", today=TODAY, now=NOW)
        thread.start()
        wait_for_lock(ledger)
    thread.join()
    assert ledger.rows("select booked_on from ledger_postings where loan_id = %s", [FIRST]) == [
        {"booked_on": date(2026, 2, 1)}
    ]


def test_a_write_beside_booking_that_waited_for_a_closing_is_refused(ledger: Ledger) -> None:
    ledger.book(usd(FIRST, posting("100.00")))
    row = ledger.rows("select * from ledger_postings")[0] | {"id": new_id()}
    refused = []

    def write() -> None:
        try:
            ledger.rows(
                f"insert into ledger_postings ({', '.join(row)}) values ({', '.join(['%s'] * len(row))}) returning id",
                list(row.values()),
            )
        except psycopg.errors.CheckViolation as error:
            refused.append(error)

    thread = threading.Thread(target=write)
    with ledger.database.transaction(ledger.organization.id) as tx:
        close_period(tx, ledger.by(), ends_on=JANUARY, reason="month end", today=TODAY, now=NOW)
        thread.start()
        wait_for_lock(ledger)
    thread.join()
    assert len(refused) == 1


def wait_for_lock(ledger: Ledger) -> None:
    """Return once somebody waits for an advisory lock of this database."""
    for _ in range(500):
        with ledger.database.system() as tx:
            if tx.scalar(
                "select count(*) from pg_locks where locktype = 'advisory' and not granted"
                " and database = (select oid from pg_database where datname = current_database())"
            ):
                return
            tx.execute("select pg_sleep(0.01)")
    raise AssertionError("Nobody waits.")


def test_the_trial_balance_begins_at_the_last_closed_period_and_counts_on(ledger: Ledger) -> None:
    ledger.book(usd(FIRST, posting("100.00"), posting("30.00", date(2026, 2, 5)), posting("4.00", date(2026, 3, 5))))
    before = [turnovers(ledger, on=on, since=since) for on, since in RANGES]
    close(ledger, JANUARY)
    close(ledger, FEBRUARY)
    assert [turnovers(ledger, on=on, since=since) for on, since in RANGES] == before
    assert turnovers(ledger, on=date(2026, 3, 31), since=date(2026, 2, 1))["1200", "USD"] == (
        Decimal(100),
        Decimal(34),
        Decimal(0),
    )


RANGES = [
    (JANUARY, None),
    (date(2026, 2, 10), None),
    (date(2026, 3, 31), date(2026, 2, 1)),
    (date(2026, 3, 31), date(2026, 2, 6)),
    (date(2026, 3, 31), date(2026, 3, 1)),
    (date(2025, 12, 31), None),
]


def turnovers(
    ledger: Ledger, *, on: date, since: date | None
) -> dict[tuple[str, str], tuple[Decimal, Decimal, Decimal]]:
    """Return opening, debit and credit of each account that moved."""
    with ledger.database.transaction(ledger.organization.id) as tx:
        found = balances.turnovers(tx, on=on, since=since)
    return {(key.code, key.currency): (each.opening, each.debit, each.credit) for key, each in found.items()}


def test_what_was_recorded_later_is_left_out_of_books_as_they_were_known(ledger: Ledger) -> None:
    later = datetime(2026, 6, 2, tzinfo=UTC)
    ledger.book(usd(FIRST, posting("100.00")))
    ledger.book(usd(SECOND, posting("9.00")), now=later)
    with ledger.database.transaction(ledger.organization.id) as tx:
        close_period(tx, ledger.by(), ends_on=JANUARY, reason="month end", today=TODAY, now=later)
        for known_at, total in ((NOW, 100), (later, 109), (None, 109)):
            found = balances.turnovers(tx, on=TODAY, known_at=known_at)
            assert found[AccountKey("1200", "USD")].balance == total


def test_books_out_of_balance_are_not_closed() -> None:
    odd = (periods.StoredBalance("1000", "USD", Decimal(1), Decimal(0)),)
    with pytest.raises(Bug, match="out of balance"):
        periods.require_balanced(odd)


_MOVEMENTS = st.lists(
    st.tuples(
        st.sampled_from([Account.CASH, Account.PRINCIPAL, Account.INTEREST_RECEIVABLE]),
        st.sampled_from([Account.INTEREST_INCOME, Account.BORROWER_CREDIT]),
        st.decimals(0, 1000, places=2),
        st.dates(date(2026, 1, 1), date(2026, 4, 30)),
        st.sampled_from(["USD", "EUR"]),
    ),
    max_size=8,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=_MOVEMENTS, after=_MOVEMENTS)
def test_the_books_sum_to_zero_on_every_day_in_every_currency(
    ledger: Ledger,
    before: list[tuple[Account, Account, Decimal, date, str]],
    after: list[tuple[Account, Account, Decimal, date, str]],
) -> None:
    loan_id: UUID = new_id()
    for movements in (before, after):
        with ledger.database.transaction(ledger.organization.id) as tx:
            of = [
                postings.LoanPostings(
                    loan_id,
                    currency,
                    [
                        Posting("any", on, debit, credit, amount)
                        for debit, credit, amount, on, each in movements
                        if each == currency
                    ],
                )
                for currency in ("USD", "EUR")
            ]
            postings.rebook(tx, of, now=NOW)
    with ledger.database.transaction(ledger.organization.id) as tx:
        for on in (date(2026, 1, 15), date(2026, 3, 1), TODAY):
            found = balances.trial_balance(tx, ledger.by(), on=on, today=TODAY)
            assert all(total.balance == 0 and total.debit == total.credit for total in found.totals)
