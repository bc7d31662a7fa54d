"""A second person's word and dates: who may approve what, what a proposal is bound to, and when it comes to hold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.support.deciding import active_policy, publish, together
from tests.support.lending import GOOD, Lender

from intendant.kernel import access, alerts, policies
from intendant.kernel.access import Principal, Role
from intendant.kernel.gate import Policy, with_action
from intendant.kernel.policies import Author, Submitted
from intendant.kit import clock, ids
from intendant.kit.database import Row
from intendant.kit.errors import Invalid

ANNE = Author("user:anne@acme.test")


def person(lender: Lender, email: str, role: Role = Role.MANAGER) -> Principal:
    return access.user_principal(
        ids.new_id(), email, lender.organization.id, role, session_id=ids.new_id(), is_super_admin=False
    )


def stricter(lender: Lender, threshold: float = 0.95) -> Policy:
    policy = active_policy(lender)
    return with_action(policy, "approve", replace(policy.actions["approve"], act_threshold=threshold))


def ask_for_two(lender: Lender) -> Row:
    return publish(lender, replace(active_policy(lender), second_person=True))


def submit(lender: Lender, policy: Policy, author: Author = ANNE, **more: Any) -> Submitted:
    with lender.database.transaction(lender.organization.id) as tx:
        return policies.submit(
            tx,
            lender.organization,
            policy,
            author=author,
            reason="For a test.",
            system_now=clock.system_now(),
            **more,
        )


def propose(lender: Lender, policy: Policy, author: Author = ANNE, **more: Any) -> Row:
    proposal = submit(lender, policy, author, **more).proposal
    assert proposal is not None
    return proposal


def approve(lender: Lender, row: Row, by: str | Principal = "bert@acme.test", **more: Any) -> Submitted:
    with lender.database.transaction(lender.organization.id) as tx:
        return policies.approve(
            tx,
            lender.organization,
            row["id"],
            **{
                "by": person(lender, by) if isinstance(by, str) else by,
                "digest": row["digest"],
                "reason": "It is right.",
                "system_now": clock.system_now(),
                **more,
            },
        )


def end(lender: Lender, how: str, row: Row, by: Any) -> Row:
    with lender.database.transaction(lender.organization.id) as tx:
        act = {"reject": policies.reject, "withdraw": policies.withdraw, "cancel": policies.cancel}[how]
        return act(tx, lender.organization, row["id"], by=by, reason="No.", system_now=clock.system_now())  # type: ignore[operator]


def again(lender: Lender, row: Row) -> Row:
    with lender.database.transaction(lender.organization.id) as tx:
        return policies.get_proposal(tx, row["id"])


def causes(lender: Lender) -> set[str]:
    with lender.database.transaction(lender.organization.id) as tx:
        return {
            row["cause"] for row in tx.all("select cause from alerts where state = 'open' and kind = 'intervention'")
        }


def events_of(lender: Lender, row: Row) -> list[str]:
    with lender.database.transaction(lender.organization.id) as tx:
        return [
            each["name"].removeprefix("kernel.policy.")
            for each in tx.all(
                "select name from events where name like 'kernel.policy.%%' and body::json ->> 'proposal_id' = %s order by id",
                [str(row["id"])],
            )
        ]


def keep_times(lender: Lender, at: datetime) -> None:
    policies.keep_times(lender.database, system_now=at)


def version(lender: Lender) -> int:
    with lender.database.transaction(lender.organization.id) as tx:
        return int(policies.get_active(tx, lender.kind.name)["version"])


def business(lender: Lender, **ahead: float) -> datetime:
    return lender.organization.clock.now() + timedelta(**ahead)


def system_at(lender: Lender, at: datetime) -> datetime:
    return lender.organization.clock.system_at(at) + timedelta(seconds=1)


def test_one_person_proposes_and_another_approves(lender: Lender) -> None:
    ask_for_two(lender)
    row = propose(lender, stricter(lender))
    assert (row["state"], row["replaces"], version(lender)) == ("proposed", 2, 2)
    assert causes(lender) == {f"policy.proposed.{row['id']}"}
    assert lender.decide(GOOD)["verdict"] == "act"
    made = approve(lender, row).version
    assert made is not None
    assert (made["version"], made["author"], made["approved_by"]) == (3, ANNE.label, "user:bert@acme.test")
    assert lender.decide(GOOD)["verdict"] == "ask"
    assert causes(lender) == set()
    assert events_of(lender, row) == ["proposed", "approved"]
    with pytest.raises(policies.ProposalEnded):
        approve(lender, row)


def test_switching_the_second_person_off_takes_one_and_so_does_a_roll_back(lender: Lender) -> None:
    ask_for_two(lender)
    with pytest.raises(policies.SecondPersonNeeded):
        publish(lender, replace(active_policy(lender), second_person=False))
    row = propose(lender, replace(active_policy(lender), second_person=False))
    assert version(lender) == 2
    approve(lender, row)
    assert submit(lender, active_policy(lender)).version is not None


def test_nobody_stands_in_for_the_second_person(lender: Lender) -> None:
    ask_for_two(lender)
    row = propose(lender, stricter(lender), Author("key:ci", ("key:ci", "user:anne@acme.test", "user:carl@acme.test")))
    organization_id = lender.organization.id
    for by in (
        person(lender, "anne@acme.test"),
        person(lender, "carl@acme.test", Role.OWNER),
        access.key_principal(ids.new_id(), "other", organization_id, Role.OWNER),
        access.console_principal(organization_id, "root"),
        person(lender, "dora@acme.test", Role.READ_ONLY),
    ):
        with pytest.raises(policies.SecondPersonRefused):
            approve(lender, row, by)
        with pytest.raises(policies.SecondPersonRefused):
            end(lender, "reject", row, by)
    assert (again(lender, row)["state"], version(lender)) == ("proposed", 2)


def test_an_approval_is_bound_to_the_very_body_and_to_what_it_replaces(lender: Lender) -> None:
    ask_for_two(lender)
    row, other = propose(lender, stricter(lender)), propose(lender, stricter(lender, 0.99))
    with pytest.raises(policies.ProposalAltered):
        approve(lender, row, digest=other["digest"])
    with lender.database.transaction(lender.organization.id) as tx:
        tx.execute(
            "update policy_proposals set body = jsonb_set(body, '{intervention_threshold}', '0.1') where id = %s",
            [row["id"]],
        )
    with pytest.raises(policies.ProposalAltered):
        approve(lender, row)
    third = propose(lender, stricter(lender, 0.9))
    approve(lender, other)
    assert again(lender, third)["state"] == "displaced"
    with pytest.raises(policies.ProposalEnded, match="displaced"):
        approve(lender, third)
    assert causes(lender) == set()


def test_of_two_who_approve_at_once_one_makes_the_version(lender: Lender) -> None:
    ask_for_two(lender)
    row = propose(lender, stricter(lender))
    results = together([lambda name=name: approve(lender, row, name) for name in ("b@a.test", "c@a.test", "d@a.test")])
    assert sum(isinstance(each, Submitted) for each in results) == 1
    assert version(lender) == 3


def test_a_proposal_is_rejected_by_another_and_withdrawn_by_its_author(lender: Lender) -> None:
    ask_for_two(lender)
    rejected, withdrawn = propose(lender, stricter(lender)), propose(lender, stricter(lender))
    assert end(lender, "reject", rejected, person(lender, "bert@acme.test"))["state"] == "rejected"
    with pytest.raises(policies.SecondPersonRefused):
        end(lender, "withdraw", withdrawn, Author("user:bert@acme.test"))
    assert end(lender, "withdraw", withdrawn, ANNE)["state"] == "withdrawn"
    assert (events_of(lender, rejected), events_of(lender, withdrawn)) == (
        ["proposed", "rejected"],
        ["proposed", "withdrawn"],
    )
    assert causes(lender) == set()


def test_what_nobody_approves_in_fourteen_days_expires(lender: Lender) -> None:
    ask_for_two(lender)
    row = propose(lender, stricter(lender))
    assert row["expires_at"] - row["proposed_at"] == timedelta(days=14)
    late = system_at(lender, row["expires_at"])
    with pytest.raises(policies.ProposalEnded, match="over"):
        approve(lender, row, system_now=late)
    keep_times(lender, clock.system_now())
    assert again(lender, row)["state"] == "proposed"
    keep_times(lender, late)
    assert (again(lender, row)["state"], causes(lender)) == ("expired", set())


def test_a_scheduled_version_comes_to_hold_once_however_many_workers_look(lender: Lender) -> None:
    at = business(lender, days=2)
    row = propose(lender, stricter(lender), effective_from=at)
    assert (row["state"], events_of(lender, row)) == ("scheduled", ["scheduled"])
    keep_times(lender, system_at(lender, at - timedelta(hours=1)))
    assert version(lender) == 1
    together([lambda: keep_times(lender, system_at(lender, at)) for _ in range(4)])
    assert (version(lender), again(lender, row)["state"], again(lender, row)["version"]) == (2, "published", 2)
    with lender.database.transaction(lender.organization.id) as tx:
        later, earlier = policies.list_versions(tx, lender.kind.name)
    assert earlier["until"] == later["effective_from"] >= at
    assert later["until"] is None


def test_two_scheduled_versions_follow_each_other(lender: Lender) -> None:
    first = propose(lender, stricter(lender, 0.9), effective_from=business(lender, days=1))
    with pytest.raises(policies.ScheduleOrder):
        propose(lender, stricter(lender), effective_from=business(lender, days=2))
    second = propose(lender, stricter(lender), effective_from=business(lender, days=2), follows=first["id"])
    keep_times(lender, system_at(lender, second["effective_from"]))
    keep_times(lender, system_at(lender, second["effective_from"]))
    assert (version(lender), again(lender, second)["version"]) == (3, 3)
    assert lender.decide(GOOD)["verdict"] == "ask"


def test_whoever_publishes_meanwhile_displaces_what_is_scheduled_and_what_follows_it(lender: Lender) -> None:
    first = propose(lender, stricter(lender, 0.9), effective_from=business(lender, days=1))
    second = propose(lender, stricter(lender), effective_from=business(lender, days=2), follows=first["id"])
    anyway = propose(lender, stricter(lender, 0.8), effective_from=business(lender, days=3), whatever_is_active=True)
    publish(lender, active_policy(lender))
    assert [again(lender, each)["state"] for each in (first, second, anyway)] == ["displaced", "displaced", "scheduled"]
    assert causes(lender) == {f"policy.scheduled.{each['id']}" for each in (first, second)}
    keep_times(lender, system_at(lender, anyway["effective_from"]))
    assert (version(lender), again(lender, anyway)["state"]) == (3, "published")


def test_cancelling_what_is_scheduled_leaves_what_holds(lender: Lender) -> None:
    row = propose(lender, stricter(lender), effective_from=business(lender, days=1))
    assert end(lender, "cancel", row, "user:bert@acme.test")["state"] == "cancelled"
    keep_times(lender, system_at(lender, row["effective_from"]))
    assert version(lender) == 1


def test_what_may_not_hold_any_more_on_its_date_fails_and_an_alert_says_so(lender: Lender) -> None:
    altered = propose(lender, stricter(lender), effective_from=business(lender, days=1))
    alone = propose(lender, stricter(lender), effective_from=business(lender, days=2), whatever_is_active=True)
    with lender.database.transaction(lender.organization.id) as tx:
        tx.execute("update policy_proposals set body = body - 'rules' where id = %s", [altered["id"]])
    keep_times(lender, system_at(lender, altered["effective_from"]))
    assert "digest" in again(lender, altered)["end_reason"]
    ask_for_two(lender)
    keep_times(lender, system_at(lender, alone["effective_from"]))
    assert "second person" in again(lender, alone)["end_reason"]
    assert causes(lender) == {f"policy.scheduled.{each['id']}" for each in (altered, alone)}
    assert version(lender) == 2


def test_what_is_scheduled_behind_a_policy_that_asks_for_two_needs_two(lender: Lender) -> None:
    first = propose(lender, replace(active_policy(lender), second_person=True), effective_from=business(lender, days=1))
    second = propose(lender, stricter(lender), effective_from=business(lender, days=2), follows=first["id"])
    assert (first["state"], second["state"]) == ("scheduled", "proposed")
    assert approve(lender, second).version is None
    assert again(lender, second)["state"] == "scheduled"
    keep_times(lender, system_at(lender, second["effective_from"]))
    keep_times(lender, system_at(lender, second["effective_from"]))
    assert version(lender) == 3


def test_a_date_lies_ahead_and_replaces_one_thing(lender: Lender) -> None:
    policy = active_policy(lender)
    for wrong in (
        {"effective_from": business(lender, days=-1)},
        {"effective_from": business(lender, days=400)},
        {"effective_from": datetime(2999, 1, 1, tzinfo=UTC).replace(tzinfo=None)},
        {"whatever_is_active": True},
        {"follows": UUID(int=1)},
        {"effective_from": business(lender, days=1), "replaces": 1, "whatever_is_active": True},
    ):
        with pytest.raises(Invalid):
            submit(lender, policy, **wrong)
    for wrong in ({"replaces": 7}, {"follows": UUID(int=1)}):
        with pytest.raises((policies.PolicyChanged, policies.ScheduleOrder)):
            submit(lender, policy, effective_from=business(lender, days=1), **wrong)


def test_people_behind_a_key_are_all_who_made_one_of_its_name(lender: Lender) -> None:
    organization_id = lender.organization.id
    with lender.database.system() as tx:
        for name, by in (("ci", "key:root"), ("root", "user:anne@acme.test"), ("ci", "user:carl@acme.test")):
            access.create_key(tx, organization_id=organization_id, name=name, role=Role.MANAGER, by=by)
        key = access.key_principal(ids.new_id(), "ci", organization_id, Role.MANAGER)
        assert access.list_people_behind(tx, key) == (
            "key:ci",
            "key:root",
            "user:anne@acme.test",
            "user:carl@acme.test",
        )


def test_alerts_about_proposals_are_interventions(lender: Lender) -> None:
    ask_for_two(lender)
    propose(lender, stricter(lender))
    with lender.database.transaction(lender.organization.id) as tx:
        (row,) = [
            each
            for each in alerts.list_alerts(tx, alerts.AlertFilter(), limit=50)
            if each["cause"].startswith("policy.")
        ]
    assert (row["kind"], row["severity"]) == ("intervention", "medium")
