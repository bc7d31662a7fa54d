"""The words of kit: money, clocks, ids, canonical JSON."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from intendant.kit import ids
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.clock import REAL_TIME, BusinessClock
from intendant.kit.money import Money, MoneyInvalid, parse_amount

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them bare
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_money_adds_up_in_any_order(a: Decimal, b: Decimal, c: Decimal) -> None:
    x, y, z = (Money(each, "EUR") for each in (a, b, c))
    assert (x + y) + z == x + (y + z)
    assert x + y == y + x
    assert x - x == Money(Decimal(0), "EUR")
    assert x + -x == Money(Decimal(0), "EUR")


@given(AMOUNTS)
def test_an_amount_written_down_is_read_back_exactly(amount: Decimal) -> None:
    assert parse_amount(str(amount)) == amount


def test_currencies_do_not_mix() -> None:
    with pytest.raises(MoneyInvalid, match="do not add up"):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")


@pytest.mark.parametrize("value", ["much", "", None, True, float("nan"), float("inf"), "1e30", "1,000", [], "0x10"])
def test_what_is_no_amount_is_refused_with_field_and_remedy(value: object) -> None:
    with pytest.raises(MoneyInvalid) as refused:
        parse_amount(value, field="inputs.amount")
    assert refused.value.field == "inputs.amount"
    assert refused.value.remedy


@pytest.mark.parametrize(("value", "amount"), [("0.005", "0.00"), ("0.015", "0.02"), (0.1, "0.10"), (7, "7.00")])
def test_amounts_are_rounded_to_cents_half_to_even(value: object, amount: str) -> None:
    assert str(parse_amount(value)) == amount


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "E1R", "€"])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(MoneyInvalid):
        Money(Decimal(1), currency)


@given(MOMENTS, MOMENTS, st.floats(0.01, 100_000))
def test_business_time_runs_in_a_straight_line_and_back(system: datetime, anchor: datetime, speed: float) -> None:
    clock = BusinessClock(anchor, anchor, speed)
    assume(abs((system - anchor).total_seconds() * speed) < 10**10)
    try:
        business = clock.at(system)
    except OverflowError:
        assume(False)
    assert abs(clock.system_at(business) - system) <= timedelta(seconds=1e-3)
    assert clock.at(anchor) == anchor


@given(MOMENTS)
def test_in_real_time_both_times_are_one(moment: datetime) -> None:
    assert REAL_TIME.at(moment) == moment


def test_a_stopped_clock_never_reaches_what_lies_ahead() -> None:
    anchor = datetime(2026, 1, 1, tzinfo=UTC)
    clock = BusinessClock(anchor, anchor, speed=0)
    assert clock.at(anchor + timedelta(days=9)) == anchor
    assert clock.system_at(anchor + timedelta(seconds=1)) == datetime.max.replace(tzinfo=UTC)
    assert clock.system_at(anchor) == anchor


def test_ids_are_version_7_unique_and_in_the_order_of_their_making() -> None:
    made = [ids.new_id() for _ in range(5_000)]
    assert len(set(made)) == len(made)
    assert {each.version for each in made} == {7}
    assert {each.variant for each in made} == {uuid.RFC_4122}
    # Within a fraction of a microsecond the order is open; over milliseconds it holds.
    assert [each.int >> 64 for each in made] == sorted(each.int >> 64 for each in made)
    assert {uuid.UUID(str(each)) for each in made} == set(made)


def test_an_id_tells_when_it_was_made_and_bounds_a_partition() -> None:
    made = ids.new_id()
    moment = ids.id_time(made)
    assert ids.first_id_at(moment) <= made < ids.first_id_at(moment + timedelta(milliseconds=1))


@given(JSON)
def test_canonical_json_does_not_depend_on_the_order_of_keys(value: object) -> None:
    def turned(each: object) -> object:
        if isinstance(each, dict):
            return {key: turned(inner) for key, inner in reversed(each.items())}
        return [turned(inner) for inner in each] if isinstance(each, list) else each

    assert canonical_json(value) == canonical_json(turned(value))


def test_canonical_json_writes_every_value_in_one_way() -> None:
    value = {"b": Decimal("1.50"), "a": b"\x01\xff", "c": frozenset({"y", "x"}), "d": datetime(2026, 1, 2, tzinfo=UTC)}
    assert canonical_json(value) == b'{"a":"01ff","b":"1.50","c":["x","y"],"d":"2026-01-02T00:00:00+00:00"}'
    assert digest(b"") == bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical_json({"thing": object()})
