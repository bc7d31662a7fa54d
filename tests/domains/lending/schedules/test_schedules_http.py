"""Previewing a schedule over HTTP."""

from typing import Any

from tests.support.lending_door import Door

TERMS: dict[str, Any] = {"amount": "100", "currency": "USD", "rate": "15.678", "periods": 6, "start": "2024-01-01"}


def test_a_preview_is_the_whole_schedule_with_its_costs(door: Door) -> None:
    shown = door.post("/schedules/preview", TERMS, 200)
    assert [each["interest"] for each in shown["instalments"]] == ["1.33", "1.05", "0.90", "0.66", "0.46", "0.22"]
    assert shown["instalments"][0] == {
        "number": 1,
        "from": "2024-01-01",
        "due": "2024-02-01",
        "days": 31,
        "principal": "16.10",
        "interest": "1.33",
        "fees": "0.00",
        "total": "17.43",
        "balance": "83.90",
    }
    assert shown["totals"] == {
        "principal": "100.00",
        "interest": "4.62",
        "fees": "0.00",
        "kept_back": "0.00",
        "total": "104.62",
    }
    assert (shown["apr"], shown["effective_rate"], shown["maturity"]) == ("15.6663", "16.8416", "2024-07-01")


def test_the_terms_of_a_preview_can_be_previewed_again(door: Door) -> None:
    more = {
        "every": "2w",
        "day_count": "30/360",
        "grace": {"principal": 1},
        "balloon": {"value": "20", "base": "principal"},
        "fees": [{"name": "origination", "when": "disbursement", "portion": {"value": "2"}, "deducted": True}],
    }
    shown = door.post("/schedules/preview", TERMS | more, 200)
    assert shown["paid_out"] == "98.00"
    assert door.post("/schedules/preview", shown["terms"], 200) == shown


def test_what_is_planned_is_part_of_the_preview(door: Door) -> None:
    more = {
        "rate": "7",
        "day_count": "30/360",
        "disbursements": [{"on": "2024-01-01", "amount": "60"}, {"on": "2024-02-01", "amount": "40"}],
        "rate_changes": [{"on": "2024-03-10", "rate": "5"}],
        "payments": [{"on": "2024-03-20", "amount": "10"}],
    }
    shown = door.post("/schedules/preview", TERMS | more, 200)
    assert shown["disbursed"] == shown["totals"]["principal"] == "100.00"
    refused = door.post("/schedules/preview", TERMS | {"payments": [{"on": "2023-01-01", "amount": "1"}]}, 422)
    assert (refused["code"], refused["field"]) == ("planned_event_invalid", "payments[0]")


def test_a_wrong_field_is_named(door: Door) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"amount": "0"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"periods": 1201}, "periods"),
        ({"every": "fortnight"}, "every"),
        ({"start": "2024-02-30"}, "start"),
        ({"grace": {"principal": 6}}, "grace"),
        ({"rounding": {"mode": "nearest"}}, "rounding.mode"),
        ({"fees": [{"name": "x", "when": "late", "portion": {"value": "-1"}}]}, "fees[0].portion.value"),
        ({"colour": "red"}, "colour"),
        ({"fixed_instalment": "1.00", "rate": "500"}, "fixed_instalment"),
    ]
    for more, field in cases:
        refused = door.post("/schedules/preview", TERMS | more, 422)
        assert (refused["code"], refused["field"]) == ("terms_invalid", field)


def test_a_missing_field_is_named(door: Door) -> None:
    assert door.post("/schedules/preview", {"amount": "100"}, 422)["field"] == "currency"
