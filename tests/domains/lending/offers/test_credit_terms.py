"""Credit terms: what is written is read back, what is wrong is told at its place, and a loan freezes what holds."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.lending import PRODUCT
from tests.support.offers import CREDIT_TERMS

from intendant.domains.lending import drafts
from intendant.domains.lending.catalogue import dump_product, parse_product
from intendant.domains.lending.credit_terms import Band, BandedRate, CreditTerms, IndexRate
from intendant.domains.lending.credit_terms_json import credit_terms_faults, dump_credit_terms, parse_credit_terms
from intendant.domains.lending.model import ProductInvalid
from intendant.domains.lending.terms import TermsInvalid, parse_every

START = date(2026, 1, 15)


def parsed(**changes: Any) -> CreditTerms:
    """Return the credit terms with changes."""
    return parse_credit_terms({**CREDIT_TERMS, **changes}, currency="USD", loss_share=0.6)


def places(**changes: Any) -> list[str]:
    """Return where credit terms with changes are wrong."""
    return [str(fault.field) for fault in credit_terms_faults({**CREDIT_TERMS, **changes})]


def test_what_is_written_is_read_back_the_same() -> None:
    terms = parsed(
        every="2w",
        day_count="30/360",
        rounding={"mode": "half-up", "unit": "0.05"},
        balloon={"value": "20", "base": "principal"},
        fees=[{"name": "Account", "when": "instalment", "portion": {"value": "2.50"}}],
        penalty={"rate": "12", "grace_days": 5, "from_due": True},
        allocation={"order": ["principal", "interest", "fee", "penalty"], "by_instalment": False, "excess": "hold"},
        provisioning={"lgd": "0.45"},
    )
    assert parse_credit_terms(dump_credit_terms(terms), currency="USD", loss_share=0.6) == terms
    product = parse_product({**PRODUCT, "credit_terms": dump_credit_terms(terms)})
    assert parse_product(dump_product(product)).credit_terms == terms


def test_a_product_without_credit_terms_is_written_as_before() -> None:
    product = parse_product(PRODUCT)
    assert "credit_terms" not in dump_product(product)
    assert (product.is_offered, product.pays_at_approval) == (False, True)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"colour": 1}, "credit_terms.colour"),
        ({"amounts": {"minimum": "10"}}, "credit_terms.amounts.maximum"),
        ({"amounts": {"minimum": "10", "maximum": "5"}}, "credit_terms.amounts.minimum"),
        ({"terms": {"minimum": 6, "maximum": 12, "allowed": [24]}}, "credit_terms.terms.allowed"),
        ({"rate": {"kind": "odd"}}, "credit_terms.rate.kind"),
        ({"rate": {"kind": "fixed", "rate": True}}, "credit_terms.rate.rate"),
        ({"rate": {"kind": "fixed", "rate": "1e9"}}, "credit_terms.rate.rate"),
        ({"rate": {"kind": "bands", "bands": []}}, "credit_terms.rate.bands"),
        ({"rate": {"kind": "bands", "bands": [{"name": "A", "rate": "1"}]}}, "credit_terms.rate.bands[0].up_to_probability_of_default"),
        ({"rate": {"kind": "index", "index": "SOFR", "margin": "2", "floor": "5", "cap": "4"}}, "credit_terms.rate.cap"),
        ({"every": "5m"}, "credit_terms.terms"),
        ({"every": "1q"}, "credit_terms.every"),
        ({"due_day": 32}, "credit_terms.due_day"),
        ({"grace": {"principal": 6}}, "credit_terms.grace"),
        ({"rounding": {"unit": "0"}}, "credit_terms.rounding.unit"),
        ({"allocation": {"order": ["fee"]}}, "credit_terms.allocation.order"),
        ({"balloon": {"value": "5", "base": "overdue"}}, "credit_terms.balloon.base"),
        ({"offer": {"valid_days": 0}}, "credit_terms.offer.valid_days"),
        ({"conditions": [{"key": "No", "label": "x"}]}, "credit_terms.conditions[0].key"),
        ({"tranches_max": 0}, "credit_terms.tranches_max"),
        ({"provisioning": {"lgd": "2"}}, "credit_terms.provisioning.lgd"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place(changes: dict[str, Any], place: str) -> None:
    assert place in places(**changes)
    with pytest.raises(ProductInvalid):
        parsed(**changes)


def test_every_fault_is_told_at_once_to_the_editor() -> None:
    bad = {**CREDIT_TERMS, "every": "1q", "tranches_max": "x", "offer": {"required": 1}}
    found = drafts.check_draft({**PRODUCT, "credit_terms": bad})
    assert sorted(each.path for each in found) == [
        "credit_terms.every",
        "credit_terms.offer.required",
        "credit_terms.tranches_max",
    ]


def test_an_offer_needs_a_product_that_pays_out() -> None:
    found = drafts.check_draft({**PRODUCT, "payout": False, "credit_terms": CREDIT_TERMS})
    assert [each.path for each in found] == ["credit_terms.offer.required"]


def test_changes_of_terms_are_told_one_by_one_and_warned_of() -> None:
    old = parse_product({**PRODUCT, "credit_terms": CREDIT_TERMS})
    bands = [{**CREDIT_TERMS["rate"]["bands"][0], "rate": "10"}, CREDIT_TERMS["rate"]["bands"][1]]
    new = parse_product({**PRODUCT, "credit_terms": {**CREDIT_TERMS, "rate": {"kind": "bands", "bands": bands}}})
    assert [(each.path, each.old, each.new) for each in drafts.list_changes(old, new)] == [
        ("credit_terms.rate.bands.A.rate", "9.5", "10")
    ]
    codes = {each.code for each in drafts.consequences(new, old, None)}
    assert {"terms_changed", "form_beyond_terms"} <= codes


@pytest.mark.parametrize(
    ("every", "months", "periods"), [("1m", 7, 7), ("3m", 12, 4), ("1w", 12, 52), ("2w", 6, 13), ("1y", 24, 2)]
)
def test_a_term_becomes_periods(every: str, months: int, periods: int) -> None:
    terms = parsed(every=every, terms={"minimum": months, "maximum": months})
    assert terms.loan_terms(Decimal(5000), months, Decimal(9), START).periods == periods


def test_a_term_that_does_not_divide_names_those_that_do() -> None:
    terms = parsed(every="3m", terms={"minimum": 6, "maximum": 12})
    with pytest.raises(TermsInvalid) as refused:
        terms.loan_terms(Decimal(5000), 7, Decimal(9), START)
    assert (refused.value.field, refused.value.remedy) == ("term_months", "Choose 6 or 9 months, or other periods.")


@pytest.mark.parametrize(("amount", "months", "field"), [("99", 12, "amount"), ("5000", 61, "term_months")])
def test_what_is_not_lent_is_refused(amount: str, months: int, field: str) -> None:
    with pytest.raises(TermsInvalid) as refused:
        parsed().loan_terms(Decimal(amount), months, Decimal(9), START)
    assert refused.value.field == field


def test_a_loan_takes_its_loss_from_the_product_unless_said_otherwise() -> None:
    usual = parsed().loan_terms(Decimal(5000), 12, Decimal(9), START, Decimal("0.04")).provisioning
    assert (usual.pd, usual.lgd) == (Decimal("0.04"), Decimal("0.6"))
    stated = parsed(provisioning={"lgd": "0.45"}).loan_terms(Decimal(5000), 12, Decimal(9), START).provisioning
    assert (stated.pd, stated.lgd) == (0, Decimal("0.45"))


@given(st.lists(st.decimals(0, 1, places=4), min_size=1, max_size=8, unique=True), st.decimals(0, 1, places=4))
def test_a_band_is_the_first_that_takes_the_risk(limits: list[Decimal], risk: Decimal) -> None:
    bounds = sorted(limits)
    rate = BandedRate(tuple(Band(f"B{place}", Decimal(place), bound) for place, bound in enumerate(bounds)))
    found = rate.find(risk, None)
    taking = [bound for bound in bounds if risk <= bound]
    assert (None if found is None else found.up_to_probability_of_default) == (taking[0] if taking else None)


@given(
    st.decimals(-5, 30, places=2),
    st.decimals(-5, 10, places=2),
    st.decimals(0, 5, places=2),
    st.decimals(5, 40, places=2),
)
def test_a_floating_rate_stays_within_floor_and_cap(
    index: Decimal, margin: Decimal, floor: Decimal, cap: Decimal
) -> None:
    rate = IndexRate("SOFR", margin, floor, cap, parse_every("3m")).rate_at(index)
    assert floor <= rate <= cap
    assert rate in (index + margin, floor, cap)
