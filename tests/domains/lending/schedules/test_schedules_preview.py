"""A preview is what would be booked, with what is planned to happen."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from tests.domains.lending.schedules.loans import loans, terms

from intendant.domains.lending.schedules.plan import projection
from intendant.domains.lending.schedules.planned import parse_planned
from intendant.domains.lending.schedules.preview import (
    EVENTS_BY_PERIODS_MAX,
    EVENTS_MAX,
    PlannedEvent,
    PlannedEventInvalid,
    Preview,
    preview,
)
from intendant.domains.lending.schedules.terms_json import dump_terms
from intendant.domains.lending.servicing.book import replay
from intendant.domains.lending.servicing.model import Transaction, TransactionType
from intendant.domains.lending.terms import Allocation, DayCount, Excess, LoanTerms, TermsInvalid

THIRTY = {"amount": Decimal(100), "rate": Decimal(7), "periods": 6, "day_count": DayCount.THIRTY_360}
DISBURSEMENT, REPAYMENT, RATE_CHANGE = (
    TransactionType.DISBURSEMENT,
    TransactionType.REPAYMENT,
    TransactionType.RATE_CHANGE,
)


def planned(kind: TransactionType, on: date, value: str) -> PlannedEvent:
    return PlannedEvent(kind, on, Decimal(value), "here")


def totals(found: Preview) -> list[str]:
    return [str(each.total) for each in found.lines]


@settings(deadline=None, max_examples=150)
@given(loans(periods_max=24))
def test_the_preview_the_plan_and_the_book_of_a_loan_are_one(loan: LoanTerms) -> None:
    shown = [(each.number, each.due, each.principal, each.interest, each.balance) for each in preview(loan).lines]
    book = replay(loan, [Transaction(UUID(int=1), 1, DISBURSEMENT, loan.start, loan.amount)], loan.start)
    assert shown == [
        (each.number, each.due, each.principal.due, each.interest.due, each.balance) for each in book.instalments
    ]
    lines = projection(loan).lines
    assert [each for each in shown if each[0]] == [
        (each.number, each.due, each.principal, each.interest, each.balance) for each in lines
    ]


def test_a_tranche_on_a_due_date_comes_after_the_instalment_of_that_day() -> None:
    loan = terms(**THIRTY | {"amount": Decimal(200), "rate": Decimal("9.4822")})
    found = preview(
        loan, [planned(DISBURSEMENT, date(2024, 1, 1), "100"), planned(DISBURSEMENT, date(2024, 3, 1), "100")]
    )
    assert totals(found) == ["17.13", "17.13", "42.63", "42.63", "42.63", "42.61"]
    assert found.disbursed == 200


def test_a_new_rate_makes_the_instalments_to_come_smaller() -> None:
    found = preview(terms(**THIRTY), [planned(RATE_CHANGE, date(2024, 2, 15), "4")])
    assert totals(found) == ["17.01", "16.90", "16.90", "16.90", "16.90", "16.90"]
    assert found.apr is not None
    assert 4 < found.apr < 7


def test_a_prepayment_shortens_the_loan_or_lowers_its_instalments() -> None:
    events = [planned(REPAYMENT, date(2024, 2, 15), "50")]
    shorter = preview(terms(**THIRTY, allocation=Allocation(excess=Excess.SHORTEN)), events)
    assert [each.number for each in shorter.lines] == [1, 0, 2, 3]
    assert shorter.lines[-1].balance == 0
    lower = preview(terms(**THIRTY, allocation=Allocation(excess=Excess.LOWER)), events)
    assert [each.number for each in lower.lines] == [1, 0, 2, 3, 4, 5, 6]
    assert len({each.total for each in lower.lines[2:-1]}) == 1
    assert lower.lines[2].total < shorter.lines[2].total


@pytest.mark.parametrize(
    "events",
    [
        [planned(REPAYMENT, date(2023, 12, 31), "1")],
        [planned(REPAYMENT, date(2300, 1, 1), "1")],
        [planned(REPAYMENT, date(2024, 2, 2), "0")],
        [planned(REPAYMENT, date(2024, 2, 2), "-5")],
        [planned(REPAYMENT, date(2024, 2, 2), "0.005")],
        [planned(DISBURSEMENT, date(2024, 1, 1), "101")],
        [planned(DISBURSEMENT, date(2024, 2, 1), "50"), planned(REPAYMENT, date(2024, 1, 9), "5")],
        [planned(RATE_CHANGE, date(2024, 2, 1), "-1")],
        [planned(REPAYMENT, date(2025, 1, 1), "5")],
        [planned(RATE_CHANGE, date(2024, 2, 1), "5")] * (EVENTS_MAX + 1),
    ],
)
def test_an_event_that_the_loan_would_not_take_is_refused(events: list[PlannedEvent]) -> None:
    with pytest.raises(PlannedEventInvalid) as refused:
        preview(terms(**THIRTY), events)
    assert refused.value.field == "here"
    assert refused.value.remedy


def test_a_wrong_event_is_named_by_its_place() -> None:
    written = dump_terms(terms())
    with pytest.raises(TermsInvalid) as refused:
        parse_planned(written | {"payments": [{"on": "2024-02-01", "amount": "1"}, {"on": "soon", "amount": "1"}]})
    assert refused.value.field == "payments[1].on"
    with pytest.raises(TermsInvalid) as refused:
        parse_planned(written | {"rate_changes": [{"on": "2024-02-01"}]})
    assert refused.value.field == "rate_changes[0].rate"


def test_what_would_keep_the_machine_busy_is_refused() -> None:
    long = terms(**THIRTY | {"periods": 1_200})
    most = EVENTS_BY_PERIODS_MAX // 1_200
    events = [planned(RATE_CHANGE, date(2024, 2, 1), "5")] * (most + 1)
    with pytest.raises(PlannedEventInvalid, match="too much") as refused:
        preview(long, events)
    assert refused.value.remedy.startswith(f"Plan at most {most} ")


def test_an_event_at_the_end_of_the_calendar_is_refused_as_any_other() -> None:
    with pytest.raises((PlannedEventInvalid, TermsInvalid)):
        preview(terms(**THIRTY | {"start": date(9950, 1, 1)}), [planned(REPAYMENT, date(9951, 1, 1), "1")])
