"""Levels and control: set with a reason, one person at a time, effective with the next decision, on the record."""

from typing import Any

import pytest
from tests.support.deciding import together
from tests.support.lending import GOOD, Lender, open_lender

from intendant.domains.lending.contract import COMPONENT
from intendant.kernel import autonomy
from intendant.kernel.gate import Level
from intendant.kit import clock
from intendant.kit.database import Row
from intendant.kit.errors import Invalid


def change(lender: Lender, what: Any, *arguments: Any, by: str = "user:ann", why: str = "For a test.") -> Row:
    with lender.database.transaction(lender.organization.id) as tx:
        return what(tx, lender.organization, *arguments, by=by, why=why, system_now=clock.system_now())


def test_new_components_observe(database, organization):
    lender = open_lender(database, organization, level="observe")
    with database.transaction(organization.id) as tx:
        assert {row["level"] for row in autonomy.list_components(tx)} == {"observe"}
    assert lender.decide(GOOD)["verdict"] == "observe"


def test_a_level_holds_from_the_next_decision_on_and_is_on_record(lender):
    change(lender, autonomy.set_level, COMPONENT, "assisted")
    assert lender.decide(GOOD)["verdict"] == "ask"
    change(lender, autonomy.set_level, COMPONENT, "full")
    assert lender.decide(GOOD)["verdict"] == "act"
    with lender.database.transaction(lender.organization.id) as tx:
        rows = tx.all("select body::json as body from events where name = 'kernel.component.set' order by seq")
        leaves = tx.scalar("select count(*) from audit where body::json ->> 'act' = 'kernel.component.set'")
    assert [(row["body"]["from"]["level"], row["body"]["to"]["level"]) for row in rows] == [
        ("full", "assisted"),
        ("assisted", "full"),
    ]
    assert leaves == 2


def test_whoever_takes_control_is_asked_about_everything_until_it_is_handed_back(lender):
    change(lender, autonomy.take_control, COMPONENT)
    record = lender.decide(GOOD)
    assert (record["verdict"], record["reasons"][0]["code"]) == ("ask", "controlled")
    change(lender, autonomy.take_control, COMPONENT)  # again by the same person changes nothing
    with pytest.raises(autonomy.ControlTaken):
        change(lender, autonomy.take_control, COMPONENT, by="user:bob")
    change(lender, autonomy.hand_back, COMPONENT, by="user:bob")
    assert lender.decide(GOOD)["verdict"] == "act"
    with pytest.raises(autonomy.ControlNotTaken):
        change(lender, autonomy.hand_back, COMPONENT)


def test_of_two_who_take_control_at_once_one_has_it(lender):
    people = [f"user:{n}" for n in range(6)]
    results = together([lambda p=each: change(lender, autonomy.take_control, COMPONENT, by=p) for each in people])
    held = [each["controlled_by"] for each in results if isinstance(each, dict)]
    assert len(held) == 1
    with lender.database.transaction(lender.organization.id) as tx:
        assert autonomy.get_component(tx, COMPONENT)["controlled_by"] == held[0]


def test_levels_components_and_reasons_are_checked(lender):
    for what, arguments, error in (
        (autonomy.set_level, (COMPONENT, "godlike"), autonomy.LevelInvalid),
        (autonomy.set_level, ("nobody", Level.FULL), autonomy.ComponentUnknown),
        (autonomy.take_control, ("nobody",), autonomy.ComponentUnknown),
        (autonomy.hand_back, ("nobody",), autonomy.ComponentUnknown),
    ):
        with pytest.raises(error):
            change(lender, what, *arguments)
    for why in ("", "  ", "x" * 2_001):
        with pytest.raises(Invalid):
            change(lender, autonomy.set_level, COMPONENT, "manual", why=why)
    assert lender.decide(GOOD)["level"] == "full"
