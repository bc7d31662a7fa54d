"""Simulated borrowers and the loans of before: the same for the same seed, most paying in time, some late, some not at all."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from intendant.domains.lending.catalogue import parse_product
from intendant.domains.lending.schedules.preview import preview
from intendant.domains.lending.schedules.terms_json import parse_terms
from intendant.simulator.borrowers import CHARGE_OFF_DAYS, Borrower, borrower_of, months_between, pays_today
from intendant.simulator.lender import HOME_LOAN, PRODUCT
from intendant.simulator.past import PAST_DAYS, PAST_LOANS, history_of, past_borrower, past_loan

SEED = 20
TODAY = date(2026, 3, 1)


def row(**changes: Any) -> dict[str, Any]:
    """Return a loan as the product lists it: begun on the first of January, its next instalment due today."""
    return {
        "reference": "L-1",
        "disbursed_on": "2026-01-01",
        "booked_to": TODAY.isoformat(),
        "arrears": "0.00",
        "days_past_due": 0,
        "next_due_on": TODAY.isoformat(),
        "next_due": "110.50",
    } | changes


def test_who_is_punctual_pays_what_falls_due_on_its_day_and_not_before() -> None:
    punctual = Borrower("L-1", SEED, (0,), None)
    payment = pays_today(punctual, row(), TODAY)
    assert payment is not None
    assert (payment.loan, payment.amount, payment.on) == ("L-1", Decimal("110.50"), TODAY)
    assert pays_today(punctual, row(), TODAY - timedelta(days=1)) is None
    assert pays_today(punctual, row(next_due_on=None, next_due=None), TODAY) is None


def test_who_is_careless_pays_the_arrears_when_their_days_are_over() -> None:
    careless = Borrower("L-1", SEED, (9,), None)
    assert pays_today(careless, row(), TODAY) is None
    late = row(arrears="112.00", days_past_due=8, next_due_on="2026-04-01", booked_to="2026-03-09")
    assert pays_today(careless, late, date(2026, 3, 9)) is None
    payment = pays_today(careless, late | {"days_past_due": 9, "booked_to": "2026-03-10"}, date(2026, 3, 10))
    assert payment is not None
    assert payment.amount == Decimal("112.00")


def test_who_does_not_repay_stops_before_the_end_and_pays_nothing_more() -> None:
    defaulter = Borrower("L-1", SEED, (0,), 1)
    assert pays_today(defaulter, row(next_due_on="2026-02-01"), date(2026, 2, 1)) is not None
    assert pays_today(defaulter, row(), TODAY) is None
    late = row(arrears="331.00", days_past_due=70, booked_to="2026-05-10")
    assert pays_today(defaulter, late, date(2026, 5, 10)) is None
    assert all(
        borrower_of(SEED, f"L-{n}", repays=False, instalments=n).stops_after in range(max(n, 1)) for n in range(12)
    )


def test_instalments_are_counted_by_their_due_dates() -> None:
    assert months_between(date(2026, 1, 31), date(2026, 2, 28)) == 1
    assert months_between(date(2026, 1, 1), date(2026, 2, 1)) == 1
    assert months_between(date(2025, 12, 15), date(2026, 3, 15)) == 3


def test_the_past_is_the_same_for_the_same_seed_and_lies_before_the_first_day() -> None:
    loans = [past_loan(SEED, number, TODAY) for number in range(1, PAST_LOANS + 1)]
    assert loans == [past_loan(SEED, number, TODAY) for number in range(1, PAST_LOANS + 1)]
    assert len({loan.reference for loan in loans}) == PAST_LOANS
    given_up = unpaid = 0
    for loan in loans:
        assert TODAY - timedelta(days=PAST_DAYS + 10) < loan.begun_on < TODAY
        instalments = [
            {"due": line.due.isoformat(), "total": str(line.principal + line.interest)}
            for line in preview(parse_terms(dict(loan.terms))).lines
        ]
        history = history_of(SEED, loan, instalments, TODAY)
        assert history == history_of(SEED, loan, instalments, TODAY)
        days = [date.fromisoformat(each["value_on"]) for each in history]
        assert all(loan.begun_on < day < TODAY for day in days)
        assert len({each["reference"] for each in history if "reference" in each}) == sum(
            "reference" in e for e in history
        )
        given_up += any(each["type"] == "charge_off" for each in history)
        unpaid += not loan.applicant.repays
        assert past_borrower(SEED, loan.reference, len(instalments)) is not None
    assert 0 < given_up < unpaid < PAST_LOANS / 2
    assert past_borrower(SEED, "PAST-9999", 12) is None
    assert CHARGE_OFF_DAYS > 90


def test_the_products_are_ones_that_the_catalogue_takes() -> None:
    paid_at_once, offered = parse_product(PRODUCT), parse_product(HOME_LOAN)
    assert not paid_at_once.is_offered
    assert offered.is_offered
    assert paid_at_once.credit_terms is not None
    assert paid_at_once.credit_terms.price(probability_of_default=Decimal(1)) is not None
