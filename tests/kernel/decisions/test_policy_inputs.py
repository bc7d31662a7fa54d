"""Lists, aggregates and mutes on the deciding path: looked up for the batch, frozen on the record, the same in replay."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.support.deciding import active_policy, publish, together
from tests.support.lending import GOOD, Lender

from intendant.kernel import lists, mutes, organizations, policies
from intendant.kernel.decisions import Decision, draws, get_decision, trace
from intendant.kernel.gate import Policy, dump_policy, parse_policy
from intendant.kit import clock
from intendant.kit.errors import IntendantError

HOUR = timedelta(hours=1)
BLOCKED = {"field": "employer", "op": "in_list", "value": "blocked"}
SEEN = {"name": "seen", "measure": "count", "by": "employer", "over": "24h"}
ASKED = {"name": "asked", "measure": "sum", "of": "amount", "by": "employer", "over": "3h"}
ACCOUNTS = {
    "name": "accounts",
    "measure": "distinct",
    "of": "iban",
    "by": "employer",
    "over": "2d",
    "where": {"field": "amount", "op": "ge", "value": 3000},
}
ALL = [SEEN, ASKED, ACCOUNTS]


@pytest.fixture(autouse=True)
def _still(lender: Lender) -> None:
    """Let business time stand still, to be moved by hand."""
    move(lender, timedelta(0))


def move(lender: Lender, by: timedelta) -> None:
    now = lender.organization.clock.now() + by
    still = clock.BusinessClock(clock.system_now(), now, 0.0)
    with lender.database.system() as tx:
        organizations.set_clock(tx, lender.organization.id, still)
    lender.organization = replace(lender.organization, clock=still)


def with_rules(lender: Lender, *rules: dict[str, Any], aggregates: Sequence[dict[str, Any]] = ()) -> Policy:
    written = dump_policy(active_policy(lender))
    written["rules"] = [*written["rules"], *rules]
    return parse_policy(written | {"aggregates": list(aggregates)})


def ask(name: str, when: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "effect": "ask", "when": when, "missing": "ignore", **more}


def make_list(lender: Lender, *values: str, name: str = "blocked", **more: Any) -> UUID:
    now = clock.system_now()
    with lender.database.transaction(lender.organization.id) as tx:
        row = lists.create_list(
            tx,
            lender.organization,
            name=name,
            label="Blocked",
            holds="text",
            description="",
            by="user:test",
            system_now=now,
        )
        given = [lists.Given(value, **more) for value in values]
        lists.add_entries(tx, lender.organization, row["id"], given, by="user:test", system_now=now)
    found: UUID = row["id"]
    return found


def fired(record: dict[str, Any]) -> set[str]:
    return {each["rule"] for each in record["fired"] if each["kind"] is not None}


def tried(lender: Lender, draft: Policy) -> policies.Trial:
    with lender.database.transaction(lender.organization.id) as tx:
        return policies.try_policy(tx, lender.kind, draft, limit=1000, draws=draws)


def test_a_rule_asks_a_list_and_the_answer_stands_on_the_record(lender: Lender) -> None:
    list_id = make_list(lender, "  ACME Straße ")
    publish(lender, with_rules(lender, ask("blocked", BLOCKED)))
    record = lender.decide(GOOD | {"employer": "acme STRASSE"})
    assert fired(record) == {"blocked"}
    assert record["values"]["lists.blocked(employer)"] is True
    other, nobody = lender.decide(GOOD | {"employer": "Else"}), lender.decide(GOOD)
    assert (other["values"]["lists.blocked(employer)"], nobody["values"]["lists.blocked(employer)"]) == (False, None)
    with lender.database.transaction(lender.organization.id) as tx:
        (entry,) = lists.list_entries(tx, list_id, now=lender.organization.clock.now())
        lists.end_entries(
            tx, lender.organization, list_id, [entry["id"]], by="user:test", system_now=clock.system_now()
        )
        (step,) = [each for each in trace(tx, UUID(record["id"]))["trace"]["rules"] if each["rule"] == "blocked"]
    assert (step["kind"], step["conditions"][0]["wanted"]) == ("ask", "blocked")
    assert fired(lender.decide(GOOD | {"employer": "acme strasse"})) == set()


def test_a_list_nobody_keeps_keeps_a_policy_from_being_published(lender: Lender) -> None:
    with pytest.raises(policies.PolicyContradicts) as refused:
        publish(lender, with_rules(lender, ask("blocked", BLOCKED)))
    findings: Any = refused.value.data["findings"]
    assert "unknown_list" in {each["kind"] for each in findings}


def test_a_draft_asks_lists_as_they_were_at_the_time_of_each_decision(lender: Lender) -> None:
    lender.decide(GOOD | {"employer": "acme"})
    move(lender, HOUR)
    make_list(lender, "acme", expires_at=lender.organization.clock.now() + HOUR)
    lender.decide(GOOD | {"employer": "acme"})
    move(lender, HOUR)
    lender.decide(GOOD | {"employer": "acme"})
    trial = tried(lender, with_rules(lender, ask("blocked", BLOCKED)))
    assert (trial.tried, trial.changed) == (3, 1)


def test_what_a_draft_counts_is_what_live_counted_in_batches_by_two_threads(lender: Lender) -> None:
    chance = random.Random(7)
    publish(lender, with_rules(lender, aggregates=ALL))
    results: list[Decision] = []
    for _ in range(6):
        batches = [[_person(lender, chance) for _ in range(chance.randint(1, 9))] for _ in range(2)]
        for found in together([lambda batch=batch: lender.decide_many(*batch) for batch in batches]):
            assert not [each for each in found if isinstance(each, IntendantError)]
            results += found
        move(lender, chance.choice([timedelta(0), HOUR, 5 * HOUR, 30 * HOUR]))
    records = sorted((each.as_dict() for each in results), key=lambda record: record["id"])
    for place, record in enumerate(records):
        assert {name: record["values"][f"aggregates.{name}"] for name in ("seen", "asked", "accounts")} == _counted(
            records[:place], record
        ), place
    # The same under other names and another version: counted anew from the records.
    renamed = [each | {"name": f"{each['name']}_again"} for each in ALL] + [
        SEEN | {"name": "filtered", "where": {"field": "amount", "op": "lt", "value": 0}}
    ]
    publish(lender, with_rules(lender))
    publish(lender, with_rules(lender, aggregates=renamed))
    late = lender.decide(GOOD | {"employer": "a", "iban": "1"})
    assert {name: late["values"][f"aggregates.{name}_again"] for name in ("seen", "asked", "accounts")} == _counted(
        records, late
    )
    assert late["values"]["aggregates.filtered"] == 0
    # A draft that asks a rule of every amount of them changes exactly those that live would have changed.
    for name, bound in (("seen", 2), ("asked", 9000), ("accounts", 1)):
        draft = with_rules(
            lender,
            ask("often", {"field": f"aggregates.{name}_x", "op": "gt", "value": bound}),
            aggregates=[
                each | {"name": f"{each['name']}_x", "over": "25h"}
                if each is SEEN
                else each | {"name": f"{each['name']}_x"}
                for each in ALL
            ],
        )
        expected = [
            record
            for place, record in enumerate([*records, late])
            if (value := _counted([*records, late][:place], record, seen=25)[name]) is not None and value > bound
        ]
        assert tried(lender, draft).changed == len(expected)


def _person(lender: Lender, chance: random.Random) -> Any:
    inputs = GOOD | {"amount": chance.choice([1000, 2500, 3000.25, 4200])}
    employer, iban = chance.choice(["a", "A ", "b", None]), chance.choice(["1", "2", None])
    return lender.proposal(inputs | ({"employer": employer} if employer else {}) | ({"iban": iban} if iban else {}))


def _counted(before: Sequence[dict[str, Any]], record: dict[str, Any], seen: int = 24) -> dict[str, Any]:
    """Count by the definition, one after the other."""

    def at(each: dict[str, Any]) -> datetime:
        return datetime.fromisoformat(each["decided_at"])

    def whom(each: dict[str, Any]) -> str | None:
        employer = each["values"].get("employer")
        return None if employer is None else employer.strip().casefold()

    def within(hours: int) -> Iterator[dict[str, Any]]:
        for each in before:
            if whom(each) == whom(record) and at(record) - hours * HOUR < at(each) <= at(record):
                yield each["values"]

    if whom(record) is None:
        return {"seen": None, "asked": None, "accounts": None}
    return {
        "seen": len(list(within(seen))),
        "asked": sum(each["amount"] for each in within(3)),
        "accounts": len(
            {each["iban"] for each in within(48) if each.get("iban") is not None and each["amount"] >= 3000}
        ),
    }


def test_answers_are_not_counted_and_do_not_count_what_they_answer(lender: Lender) -> None:
    from tests.support.deciding import approval_of, respond

    rule = ask("second", {"field": "aggregates.seen", "op": "ge", "value": 1})
    publish(lender, with_rules(lender, rule, aggregates=[SEEN]))
    lender.decide(GOOD | {"employer": "a"})
    record = lender.decide(GOOD | {"employer": "a"})
    answered = respond(lender, approval_of(lender, record)).as_dict()
    assert answered["values"]["aggregates.seen"] == 1
    assert lender.decide(GOOD | {"employer": "a"})["values"]["aggregates.seen"] == 2


def test_a_muted_rule_does_not_ask_about_its_customer_until_the_mute_ends(lender: Lender) -> None:
    publish(lender, with_rules(lender, ask("watched", {"field": "employer", "op": "is_present"})))
    assert fired(lender.decide(GOOD | {"employer": "Acme"})) == {"watched"}
    now = lender.organization.clock.now()
    with lender.database.transaction(lender.organization.id) as tx:
        row = mutes.mute(
            tx,
            lender.organization,
            kind=lender.kind.name,
            rule="watched",
            field="employer",
            value=" ACME",
            until=now + 2 * HOUR,
            reason="Known.",
            by="user:test",
            system_now=clock.system_now(),
        )
    record = lender.decide(GOOD | {"employer": "acme"})
    assert (record["verdict"], fired(record)) == ("act", set())
    assert [each["mute"] for each in record["fired"]] == [str(row["id"])]
    assert record["mutes"] == {"watched": str(row["id"])}
    assert fired(lender.decide(GOOD | {"employer": "Else"})) == {"watched"}
    with lender.database.transaction(lender.organization.id) as tx:
        rules = {each["rule"]: each for each in trace(tx, UUID(record["id"]))["trace"]["rules"]}
        assert (rules["watched"]["kind"], rules["watched"]["mute"]) == (None, str(row["id"]))
        assert "mutes" not in get_decision(tx, UUID(lender.decide(GOOD)["id"]))
    assert tried(lender, active_policy(lender)).changed == 0
    move(lender, 2 * HOUR)
    assert fired(lender.decide(GOOD | {"employer": "acme"})) == {"watched"}


@pytest.mark.parametrize("rule", [{"effect": "forbid"}, {"mutable": False}])
def test_a_rule_that_refuses_or_may_not_be_muted_is_not(lender: Lender, rule: dict[str, Any]) -> None:
    publish(lender, with_rules(lender, ask("firm", {"field": "employer", "op": "eq", "value": "x"}) | rule))
    until = lender.organization.clock.now() + HOUR
    with pytest.raises(mutes.RuleNotMutable), lender.database.transaction(lender.organization.id) as tx:
        mutes.mute(
            tx,
            lender.organization,
            kind=lender.kind.name,
            rule="firm",
            field="employer",
            value="a",
            until=until,
            reason="Known.",
            by="user:test",
            system_now=clock.system_now(),
        )
