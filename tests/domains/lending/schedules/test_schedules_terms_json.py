"""Terms as JSON: what is written is read back, and every wrong field is named."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.lending.schedules.loans import loans, terms

from intendant.domains.lending.schedules.terms_json import dump_terms, parse_terms
from intendant.domains.lending.terms import (
    Allocation,
    Base,
    Component,
    Excess,
    Fee,
    FeeWhen,
    InterestBasis,
    LoanTerms,
    Penalty,
    Portion,
    Provisioning,
    TermsInvalid,
)

PLAIN: dict[str, Any] = {"amount": "1000", "currency": "USD", "rate": "12", "periods": 12, "start": "2024-01-01"}

fees = st.builds(
    Fee,
    name=st.text(st.characters(codec="ascii", categories=("L",)), min_size=1, max_size=20),
    when=st.sampled_from([FeeWhen.INSTALMENT, FeeWhen.LATE]),
    portion=st.builds(Portion, st.decimals(0, 100, places=2), st.sampled_from([Base.FLAT, Base.PRINCIPAL])),
)


@settings(deadline=None, max_examples=200)
@given(
    loans(),
    st.lists(fees, max_size=3),
    st.permutations(list(Component)),
    st.sampled_from(Excess),
    st.sampled_from(InterestBasis),
    st.decimals(0, 1, places=4),
)
def test_what_is_written_is_read_back(
    loan: LoanTerms, some_fees: list[Fee], order: list[Component], excess: Excess, basis: InterestBasis, pd: Decimal
) -> None:
    loan = replace(
        loan,
        fees=tuple(some_fees),
        allocation=Allocation(tuple(order), by_instalment=False, excess=excess),
        basis=basis,
        penalty=Penalty(Decimal("25"), 4, from_due=True),
        provisioning=Provisioning(pd, Decimal("0.45")),
        tolerance_amount=Decimal("0.5"),
        tolerance_days=3,
        close_tolerance=Decimal("1.00"),
    )
    assert parse_terms(json.loads(json.dumps(dump_terms(loan)))) == loan


def test_what_is_left_out_takes_its_default() -> None:
    assert parse_terms(PLAIN) == terms()
    assert parse_terms(PLAIN | {"rate": 12.0, "amount": 1000}) == terms(rate=Decimal("12.0"))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"amount": "a lot"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "Infinity"}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1e20"}, "amount"),
        ({"amount": "10.001"}, "amount"),
        ({"amount": "10.5", "currency": "JPY"}, "amount"),
        ({"currency": "dollars"}, "currency"),
        ({"currency": 5}, "currency"),
        ({"rate": "1001"}, "rate"),
        ({"rate": "0.1234567890123"}, "rate"),
        ({"rate": None}, "rate"),
        ({"periods": "12"}, "periods"),
        ({"periods": 0}, "periods"),
        ({"periods": 10**9}, "periods"),
        ({"start": "1 January"}, "start"),
        ({"start": 20240101}, "start"),
        ({"first_due": "2023-12-31"}, "first_due"),
        ({"every": "0m"}, "every"),
        ({"every": {"count": 1}}, "every"),
        ({"due_day": 32}, "due_day"),
        ({"due_day": 5, "every": "1w"}, "due_day"),
        ({"day_count": "ACT/999"}, "day_count"),
        ({"method": "magic"}, "method"),
        ({"method": ["equal_instalment"]}, "method"),
        ({"rounding": "half-even"}, "rounding"),
        ({"rounding": {"unit": "0"}}, "rounding.unit"),
        ({"rounding": {"unit": "0.005"}}, "rounding.unit"),
        ({"instalment_rounding": {"unit": "0.015"}}, "instalment_rounding.unit"),
        ({"instalment_rounding": {"mode": 1}}, "instalment_rounding.mode"),
        ({"level_last": "yes"}, "level_last"),
        ({"fixed_instalment": "-5"}, "fixed_instalment"),
        ({"fixed_instalment": "5.005"}, "fixed_instalment"),
        ({"grace": {"principal": 12}}, "grace"),
        ({"grace": {"days": 1}}, "grace.days"),
        ({"grace": {"principal": 1.5}}, "grace.principal"),
        ({"balloon": {"value": "10", "base": "overdue"}}, "balloon.base"),
        ({"balloon": {"value": "1001"}}, "balloon"),
        ({"balloon": {"value": "101", "base": "principal"}}, "balloon.value"),
        ({"balloon": {}}, "balloon.value"),
        ({"balloon": {"value": "60", "base": "principal"}, "down_payment": {"value": "500"}}, "balloon"),
        ({"down_payment": {"value": "1000"}}, "down_payment"),
        ({"fees": "none"}, "fees"),
        ({"fees": [{}] * 201}, "fees"),
        ({"fees": [{"name": "a", "when": "late", "portion": {"value": "1"}}] * 21}, "fees"),
        ({"fees": [{"name": "", "when": "late", "portion": {"value": "1"}}]}, "fees[0].name"),
        ({"fees": [{"name": "a", "when": "never", "portion": {"value": "1"}}]}, "fees[0].when"),
        ({"fees": [{"name": "a", "when": "late"}]}, "fees[0].portion"),
        (
            {"fees": [{"name": "a", "when": "instalment", "portion": {"value": "1", "base": "overdue"}}]},
            "fees[0].portion.base",
        ),
        (
            {"fees": [{"name": "a", "when": "late", "portion": {"value": "1"}, "deducted": True}]},
            "fees[0].deducted",
        ),
        ({"penalty": {"rate": "-1"}}, "penalty"),
        ({"allocation": {"order": ["fee"]}}, "allocation.order"),
        ({"allocation": {"order": ["tea"]}}, "allocation.order[0]"),
        ({"allocation": {"excess": "burn"}}, "allocation.excess"),
        ({"tolerance_days": -1}, "tolerance"),
        ({"provisioning": {"pd": "2"}}, "provisioning"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_every_wrong_field_is_named(more: dict[str, Any], field: str) -> None:
    with pytest.raises(TermsInvalid) as refused:
        parse_terms(PLAIN | more)
    assert refused.value.field == field
    assert refused.value.remedy


@pytest.mark.parametrize("name", PLAIN)
def test_what_must_be_given_is_named(name: str) -> None:
    with pytest.raises(TermsInvalid) as refused:
        parse_terms({key: value for key, value in PLAIN.items() if key != name})
    assert refused.value.field == name


@pytest.mark.parametrize("written", [None, [], "terms", 5])
def test_what_is_no_object_is_refused(written: object) -> None:
    with pytest.raises(TermsInvalid):
        parse_terms(written)


def test_dates_and_decimals_are_text() -> None:
    dumped = dump_terms(terms(first_due=date(2024, 2, 5), rate=Decimal("1E+1")))
    assert (dumped["rate"], dumped["first_due"], dumped["every"]) == ("10", "2024-02-05", "1m")
