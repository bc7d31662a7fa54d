"""The functions of a financial calculator agree with numpy-financial."""

from decimal import Decimal
from typing import Any

import pytest
from tests.domains.lending.schedules.reference import needs_reference, reference

from intendant.domains.lending.schedules import finance
from intendant.domains.lending.schedules.finance import FinanceInvalid, RateNotFound


def argument(value: Any) -> Any:
    if isinstance(value, list):
        return [argument(each) for each in value]
    if isinstance(value, str):
        over, _, under = value.partition("/")
        return Decimal(over) / Decimal(under or 1)
    return Decimal(str(value)) if isinstance(value, float) else value


@needs_reference
@pytest.mark.parametrize(
    "case", reference("numpy_financial")["cases"], ids=lambda case: f"{case['fn']}-{case['expect']:g}"
)
def test_numpy_financials_own_cases_come_out_the_same(case: dict[str, Any]) -> None:
    arguments = [argument(each) for each in case["args"]]
    amounts = [Decimal(each) if isinstance(each, int) and place else each for place, each in enumerate(arguments)]
    first = amounts[0] if case["fn"] == "rate" or isinstance(amounts[0], list) else Decimal(amounts[0])
    found = getattr(finance, case["fn"])(first, *amounts[1:])
    written = str(case["expect"])
    # Few digits are all that numpy-financial compares; its own search for a rate stops at about eleven.
    digits = len(written.partition(".")[2]) if len(written) < 15 else 11
    assert float(found) == pytest.approx(case["expect"], abs=0.6 * 10**-digits, rel=1e-13)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("-150000 15000 25000 35000 45000 60000", 0.0524),
        ("-100 0 0 74", -0.0955),
        ("-100 39 59 55 20", 0.28095),
        ("-100 100 0 -7", -0.0833),
        ("-100 100 0 7", 0.06206),
        ("-5 10.5 1 -8 1 0 0 0", 0.0886),
    ],
)
def test_the_internal_rate_of_return_is_the_one_that_spreadsheets_show(values: str, expected: float) -> None:
    found = finance.irr([Decimal(each) for each in values.split()])
    assert float(found) == pytest.approx(expected, abs=6e-5)


def test_payment_present_value_future_value_rate_and_number_of_periods_agree() -> None:
    rate, count, lent = Decimal("0.01"), 24, Decimal(10_000)
    for begin in (False, True):
        payment = finance.pmt(rate, count, lent, begin=begin)
        assert finance.pv(rate, count, payment, begin=begin) == pytest.approx(lent, abs=Decimal("1e-20"))
        assert finance.fv(rate, count, payment, lent, begin=begin) == pytest.approx(Decimal(0), abs=Decimal("1e-20"))
        assert finance.nper(rate, payment, lent, begin=begin) == pytest.approx(Decimal(count), abs=Decimal("1e-20"))
        assert finance.rate(count, payment, lent, begin=begin) == pytest.approx(rate, abs=Decimal("1e-12"))
        parts = [finance.ppmt(rate, each, count, lent, begin=begin) for each in range(1, count + 1)]
        assert sum(parts) == pytest.approx(-lent, abs=Decimal("1e-20"))


def test_interest_of_a_payment_is_that_of_the_balance_before_it() -> None:
    assert finance.ipmt(Decimal("0.1") / 12, 1, 24, Decimal(2000)) == pytest.approx(
        Decimal("-16.6666666666"), abs=Decimal("1e-9")
    )
    assert finance.ppmt(Decimal("0.1") / 12, 1, 60, Decimal(55000)) == pytest.approx(
        Decimal("-710.25412578642"), abs=Decimal("1e-9")
    )


def test_what_has_no_value_is_refused() -> None:
    with pytest.raises(RateNotFound):
        finance.irr([Decimal(1), Decimal(2)])
    with pytest.raises(RateNotFound):
        finance.mirr([Decimal(1), Decimal(2)], Decimal("0.1"), Decimal("0.1"))
    with pytest.raises(FinanceInvalid):
        finance.nper(Decimal("0.1"), Decimal(-1), Decimal(1000))
    with pytest.raises(FinanceInvalid):
        finance.pmt(Decimal("0.1"), 0, Decimal(1000))
    with pytest.raises(FinanceInvalid):
        finance.npv(Decimal(-1), [Decimal(1)])
    with pytest.raises(FinanceInvalid):
        finance.rate(0, Decimal(1), Decimal(1))
