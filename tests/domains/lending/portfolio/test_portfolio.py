"""The portfolio against a small book that can be added up by hand."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from tests.support.arrears import Collector, today
from tests.support.lending import Lender
from tests.support.lending_door import Door
from tests.support.serving import People

from intendant.domains.lending.ledger import postings
from intendant.domains.lending.portfolio.figures import FIGURES
from intendant.domains.lending.portfolio.model import Cohort, Every, Loss, Move, curves, rolls
from intendant.domains.lending.servicing.model import Account, Posting
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.database import Database


@pytest.fixture
def collector(database: Database, organization: Organization) -> Collector:
    """Lend short ways to write loans."""
    return Collector(database, organization)


@pytest.fixture
def reader(client: TestClient, people: People, organization: Organization) -> Door:
    return Door(client, people.key(organization, Role.READ_ONLY))


def _month_end(organization: Organization, back: int) -> date:
    day = today(organization).replace(day=1)
    for _ in range(back - 1):
        day = (day - timedelta(days=1)).replace(day=1)
    return day - timedelta(days=1)


def _end(collector: Collector, loan_id: UUID, month: date, outstanding: int, days: int = 0, **columns: Any) -> None:
    bucket = max(bound for bound in (0, 1, 30, 60, 90) if bound <= days)
    row = {
        "organization_id": collector.organization.id,
        "loan_id": loan_id,
        "month": month,
        "state": "active",
        "outstanding": outstanding,
        "arrears": 10 if days else 0,
        "days_past_due": days,
        "bucket": bucket,
        "provision": 5,
    } | columns
    names = ", ".join(row)
    with collector.database.transaction(collector.organization.id) as tx:
        tx.execute(f"insert into loan_month_ends ({names}) values ({', '.join(f'%({n})s' for n in row)})", row)


def _post(collector: Collector, loan_id: UUID, *of: Posting) -> None:
    with collector.database.transaction(collector.organization.id) as tx:
        now = collector.organization.clock.now()
        postings.book(tx, [postings.LoanPostings(loan_id, "USD", list(of))], now=now)


def _loan(collector: Collector, on: date, amount: int = 1000, **columns: Any) -> UUID:
    given = {"days": 0, "disbursed_on": on, "principal": amount, "outstanding": amount, "provision": 0} | columns
    return collector.add_loan(**given)


def test_the_portfolio_as_it_stands_adds_up(reader: Door, collector: Collector) -> None:
    on = today(collector.organization)
    terms = '{"rate": "12"}'
    _loan(collector, on, outstanding=900, provision=9, terms=terms)
    _loan(collector, on, outstanding=100, provision=50, days=35, terms='{"rate": "22"}')
    _loan(collector, on, outstanding=500, days=200, state="charged_off", terms=terms)
    _loan(collector, on, outstanding=0, state="closed", terms=terms)
    _loan(collector, on, outstanding=77, currency="EUR", terms=terms)
    found = reader.get("/portfolio")
    assert (found["count"], found["outstanding"], found["principal"]) == (2, "1000.00", "2000.00")
    assert (found["provision"], found["coverage"]) == ("59.00", 0.059)
    assert found["average_rate"] == pytest.approx(13.0)
    assert found["average_size"] == "1000.00"
    assert {each["days"]: each["share"] for each in found["at_risk"]} == {1: 0.1, 30: 0.1, 60: 0.0, 90: 0.0}
    assert [(each["key"], each["count"], each["share"]) for each in found["buckets"]] == [(0, 1, 0.9), (30, 1, 0.1)]
    assert [(each["key"], each["coverage"]) for each in found["stages"]] == [(1, 0.01), (2, 0.5)]
    assert (found["charged_off_count"], found["charged_off_claim"]) == (1, "500.00")
    assert {(each["currency"], each["count"]) for each in found["offered"]} == {("USD", 4), ("EUR", 1)}
    assert reader.get("/portfolio?currency=EUR")["outstanding"] == "77.00"
    assert reader.get("/portfolio?product=nothing")["count"] == 0


def test_an_empty_portfolio_has_no_shares(reader: Door) -> None:
    found = reader.get("/portfolio")
    assert (found["count"], found["coverage"], found["average_rate"], found["buckets"]) == (0, None, None, [])
    assert reader.get("/portfolio/vintages")["curves"] == []
    assert reader.get("/portfolio/rolls")["rolls"] == []
    assert len(reader.get("/portfolio/months?months=3")["months"]) == 3


def test_an_earlier_day_is_told_by_the_end_of_the_month_before_it(reader: Door, collector: Collector) -> None:
    end = _month_end(collector.organization, 1)
    loan_id = _loan(collector, end - timedelta(days=40), outstanding=300)
    _end(collector, loan_id, end, 400, 95)
    found = reader.get(f"/portfolio?on={end}")
    assert (found["month_end"], found["outstanding"], found["stages"]) == (end.isoformat(), "400.00", [])
    assert found["at_risk"][-1] == {"days": 90, "share": 1.0}
    assert reader.get(f"/portfolio?on={end - timedelta(days=1)}")["count"] == 0
    tomorrow = today(collector.organization) + timedelta(days=1)
    assert reader.get(f"/portfolio?on={tomorrow}", 422)["field"] == "on"
    reader.get("/portfolio?currency=dollars", 422)


def test_months_add_up(reader: Door, collector: Collector) -> None:
    before, end = _month_end(collector.organization, 2), _month_end(collector.organization, 1)
    loan_id = _loan(collector, end - timedelta(days=2), amount=800)
    other = _loan(collector, before - timedelta(days=100), product="car")
    _end(collector, other, before, 1000)
    _end(collector, other, end, 900, 31)
    _end(collector, loan_id, end, 300)
    _post(
        collector,
        other,
        Posting("accrual", end, Account.INTEREST_RECEIVABLE, Account.INTEREST_INCOME, Decimal(11)),
        Posting("recovery", end, Account.CASH, Account.RECOVERY_INCOME, Decimal(7)),
        Posting("charge_off", end, Account.CHARGE_OFF_EXPENSE, Account.PRINCIPAL, Decimal(40)),
        Posting("charge_off", end, Account.CHARGE_OFF_EXPENSE, Account.INTEREST_RECEIVABLE, Decimal(3)),
    )
    months = reader.get("/portfolio/months?months=3")["months"]
    assert [month["begins"] for month in months] == [
        before.replace(day=1).isoformat(),
        end.replace(day=1).isoformat(),
        today(collector.organization).replace(day=1).isoformat(),
    ]
    last = months[1]
    assert (last["new_count"], last["disbursed"]) == (1, "800.00")
    assert (last["count"], last["outstanding"]) == (2, "1200.00")
    assert last["at_risk"][0] == {"days": 30, "share": 0.75}
    assert (last["charged_off"], last["recovered"], last["written_off"]) == ("40.00", "7.00", "0.00")
    assert last["income"] == "18.00"
    assert last["yield_share"] == pytest.approx(18 * 12 / 1100)
    assert months[2]["outstanding"] is None
    of_car = reader.get("/portfolio/months?months=3&product=car")["months"][1]
    assert (of_car["outstanding"], of_car["new_count"], of_car["income"]) == ("900.00", 0, None)
    reader.get("/portfolio/months?months=0", 422)


def test_repayments_that_were_reversed_do_not_count(reader: Door, collector: Collector) -> None:
    on = today(collector.organization)
    loan_id = _loan(collector, on)
    first, second, third = ids.new_id(), ids.new_id(), ids.new_id()
    with collector.database.transaction(collector.organization.id) as tx:
        for place, (each, kind, amount, of) in enumerate(
            [(first, "repayment", 50, None), (second, "repayment", 60, None), (third, "reversal", 0, first)], 1
        ):
            tx.execute(
                "insert into loan_transactions (organization_id, id, loan_id, sequence, type, value_on, amount, currency,"
                " parameters, reverses, recorded_by, recorded_at) values (%s, %s, %s, %s, %s, %s, %s, 'USD', '{}', %s, 'x', now())",
                [collector.organization.id, each, loan_id, place, kind, on, amount, of],
            )
    month = reader.get("/portfolio/months?months=1")["months"][0]
    assert (month["repaid"], month["repayments"]) == ("60.00", 1)


def test_rolls_tell_what_became_of_each_bucket(reader: Door, collector: Collector) -> None:
    before, end = _month_end(collector.organization, 2), _month_end(collector.organization, 1)
    for was, became, state, amount in (
        (0, 0, "active", 600),
        (0, 5, "active", 400),
        (35, 0, "active", 100),
        (35, 65, "active", 200),
        (35, 5, "active", 50),
        (35, 35, "charged_off", 50),
        (95, None, "closed", 10),
    ):
        loan_id = _loan(collector, before)
        _end(collector, loan_id, before, amount, was)
        if became is not None:
            _end(collector, loan_id, end, amount, became, state=state)
    found = reader.get("/portfolio/rolls")
    by_bucket = {each["bucket"]: each for each in found["rolls"]}
    assert (by_bucket["0"]["same"], by_bucket["0"]["worse"]) == (0.6, 0.4)
    assert {name: by_bucket["30"][name] for name in ("cured", "better", "same", "worse", "lost")} == {
        "cured": 0.25,
        "better": 0.125,
        "same": 0.0,
        "worse": 0.5,
        "lost": 0.125,
    }
    assert by_bucket["90"]["cured"] == 1.0
    assert found["cure_rate"] == pytest.approx(110 / 410)
    assert (found["before"], found["after"]) == (before.isoformat(), end.isoformat())


def test_rolls_of_nothing_are_none() -> None:
    (roll,) = rolls([Move("30", "0", 1, Decimal(0))])
    assert (roll.count, roll.cured) == (1, None)


def test_vintages_are_those_worked_out_by_hand(reader: Door, collector: Collector) -> None:
    ends = [_month_end(collector.organization, back) for back in (3, 2, 1)]
    first = _loan(collector, ends[0].replace(day=10), amount=1000)
    second = _loan(collector, ends[0].replace(day=20), amount=3000)
    third = _loan(collector, ends[1].replace(day=5), amount=500)
    for loan_id, states in (
        (first, [(1000, 0), (900, 31), (800, 95)]),
        (second, [(3000, 0), (2900, 0), (2800, 40)]),
        (third, [None, (500, 0), (480, 35)]),
    ):
        for month, state in zip(ends, states, strict=True):
            if state is not None:
                _end(collector, loan_id, month, *state)
    found = reader.get("/portfolio/vintages?measure=par30&by=month")
    assert [(curve["begins"], curve["count"], curve["amount"]) for curve in found["curves"]] == [
        (ends[0].replace(day=1).isoformat(), 2, "4000.00"),
        (ends[1].replace(day=1).isoformat(), 1, "500.00"),
    ]
    shares = [[cell["share"] for cell in curve["cells"]] for curve in found["curves"]]
    assert shares == [[0.0, 900 / 4000, 3600 / 4000], [0.0, 480 / 500]]
    assert all(cell["mature"] for curve in found["curves"] for cell in curve["cells"])
    par90 = reader.get("/portfolio/vintages?measure=par90&by=month")["curves"]
    assert [cell["share"] for cell in par90[0]["cells"]] == [0.0, 0.0, 800 / 4000]
    short = reader.get("/portfolio/vintages?by=month&months=1")["curves"]
    assert [len(curve["cells"]) for curve in short] == [2, 2]
    reader.get("/portfolio/vintages?measure=everything", 422)


def test_what_was_charged_off_adds_up_over_months_on_book(reader: Door, collector: Collector) -> None:
    ends = [_month_end(collector.organization, back) for back in (3, 2, 1)]
    loan_id = _loan(collector, ends[0].replace(day=10), amount=1000)
    for month in ends:
        _end(collector, loan_id, month, 700)
    _post(
        collector,
        loan_id,
        Posting("charge_off", ends[1], Account.CHARGE_OFF_EXPENSE, Account.PRINCIPAL, Decimal(300)),
        Posting("charge_off", ends[1], Account.CHARGE_OFF_EXPENSE, Account.INTEREST_RECEIVABLE, Decimal(9)),
        Posting("write_off", ends[2], Account.WRITE_OFF_EXPENSE, Account.PRINCIPAL, Decimal(100)),
        Posting("recovery", ends[2], Account.CASH, Account.RECOVERY_INCOME, Decimal(50)),
    )
    (curve,) = reader.get("/portfolio/vintages?measure=charged_off&by=month")["curves"]
    assert [cell["share"] for cell in curve["cells"]] == [0.0, 0.3, 0.4]


def test_a_quarter_is_mature_only_as_far_as_its_last_month() -> None:
    cohort = Cohort(date(2025, 1, 1), 3, Decimal(300))
    (curve,) = curves(
        [cohort],
        [Loss(date(2025, 1, 1), 4, Decimal(30))],
        every=Every.QUARTER,
        last_month=date(2025, 6, 30),
        months_max=60,
        cumulative=False,
    )
    assert [cell.months for cell in curve.cells] == [0, 1, 2, 3, 4, 5]
    assert [cell.mature for cell in curve.cells] == [True, True, True, True, False, False]
    assert curve.cells[4].share == 0.1


def test_another_organization_sees_nothing(
    client: TestClient, people: People, lender: Lender, collector: Collector, other_organization: Organization
) -> None:
    end = _month_end(collector.organization, 1)
    _end(collector, _loan(collector, end), end, 100)
    stranger = Door(client, people.key(other_organization, Role.MANAGER))
    assert stranger.get("/portfolio")["offered"] == []
    assert stranger.get("/portfolio/vintages")["last_month"] is None
    applicant = Door(client, people.key(collector.organization, Role.CLIENT))
    applicant.get("/portfolio", 403)


def _measured(collector: Collector, key: str) -> list[float]:
    now = collector.organization.clock.now()
    edges = [now - timedelta(days=40), now - timedelta(days=20), now + timedelta(days=1)]
    metric = next(each for each in FIGURES if each.key == key)
    with collector.database.transaction(collector.organization.id) as tx:
        return [each.amount for each in metric.measure(tx, edges)]


def test_a_customer_is_new_with_the_first_loan(collector: Collector) -> None:
    on = today(collector.organization)
    _loan(collector, on, borrower="Ada")
    _loan(collector, on, borrower="Ada")
    _loan(collector, on - timedelta(days=30), borrower="Bob")
    _loan(collector, on, borrower="Bob")
    _loan(collector, on - timedelta(days=300), borrower="Cid")
    _loan(collector, on, borrower="Cid")
    _loan(collector, on, borrower="Dan", state="cancelled")
    assert _measured(collector, "new_customers") == [1, 1]


def test_revenue_is_what_was_earned_and_a_reversal_takes_it_back(collector: Collector) -> None:
    on = today(collector.organization)
    loan_id = _loan(collector, on)
    earned = Posting("accrual", on, Account.INTEREST_RECEIVABLE, Account.INTEREST_INCOME, Decimal("10.50"))
    before = Posting("fee", on - timedelta(days=30), Account.FEES_RECEIVABLE, Account.FEE_INCOME, Decimal(4))
    principal = Posting("repayment", on, Account.CASH, Account.PRINCIPAL, Decimal(100))
    _post(collector, loan_id, earned, before, principal)
    assert _measured(collector, "revenue") == [4.0, 10.5]
    with collector.database.transaction(collector.organization.id) as tx:
        now = collector.organization.clock.now()
        postings.rebook(tx, [postings.LoanPostings(loan_id, "USD", [before, principal])], now=now)
    assert _measured(collector, "revenue") == [4.0, 0.0]
