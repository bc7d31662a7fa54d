"""The outbox of effects: claimed once, fairly, by fence; settled, retried, taken back, resolved; events and audit with each."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.configuring import configure
from tests.support.payouts import SPECS, plan_payouts, states

from intendant.kernel import actions
from intendant.kernel.actions import EffectState
from intendant.kernel.organizations import Organization, create_organization, set_clock
from intendant.kernel.registry._actions import SettledEffect
from intendant.kit import clock, ids
from intendant.kit.bulk import Writes
from intendant.kit.clock import BusinessClock
from intendant.kit.database import Database, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound


def claim(database: Database, limit: int = 64, executor: str = "one", **options: float) -> list[actions.ClaimedEffect]:
    return actions.claim(database, executor, ["payouts"], limit, clock.system_now(), **options)


def get(database: Database, organization: Organization, effect_id: UUID) -> actions.Effect:
    with database.transaction(organization.id) as tx:
        return actions.get_effect(tx, effect_id)


def event_names(database: Database, organization: Organization) -> Counter[str]:
    with database.transaction(organization.id) as tx:
        audited = Counter(row["act"] for row in tx.all("select body::json ->> 'act' as act from audit"))
        emitted = Counter(row["name"] for row in tx.all("select name from events"))
    assert audited == emitted
    return emitted


def test_a_hundred_claimers_share_the_queue_and_no_effect_is_claimed_twice(database, organization):
    planned = plan_payouts(database, organization.id, 300)
    with ThreadPoolExecutor(16) as pool:
        claims = list(pool.map(lambda number: claim(database, 5, f"claimer-{number}"), range(100)))
    claimed = Counter(one.effect.id for batch in claims for one in batch)
    assert set(claimed.values()) == {1}
    assert set(claimed) <= set(planned)
    rest = [one.effect.id for one in claim(database, 256)]
    assert set(planned) == set(claimed) | set(rest)


def test_a_long_queue_of_one_organisation_does_not_starve_another(database, organization, other_organization):
    plan_payouts(database, organization.id, 500)
    plan_payouts(database, other_organization.id, 8)
    first = Counter(one.effect.organization_id for one in claim(database, 20))
    assert first == {organization.id: 10, other_organization.id: 8}


def test_where_organisations_outnumber_places_the_places_rotate(database):
    with database.system() as tx:
        organizations = [create_organization(tx, slug=f"o{number}", name="O") for number in range(30)]
    for one in organizations:
        plan_payouts(database, one.id, 40)
    served: Counter[UUID] = Counter()
    for _ in range(60):
        served.update(one.effect.organization_id for one in claim(database, 6))
    assert set(served) == {one.id for one in organizations}


def test_a_halted_organisation_is_passed_over_and_a_stopped_one_drains(database, organization, other_organization):
    for one, state in ((organization, "halted"), (other_organization, "stopped")):
        plan_payouts(database, one.id, 3)
        with database.transaction(one.id) as tx:
            tx.execute("update controls set state = %s", [state])
    assert {one.effect.organization_id for one in claim(database)} == {other_organization.id}


def test_only_connectors_named_are_claimed(database, organization):
    plan_payouts(database, organization.id, 2, connector="letters")
    assert claim(database) == []


def test_a_held_effect_waits_for_business_time_and_not_for_system_time(database, organization):
    now = clock.system_now()
    plan_payouts(database, organization.id, 1, hold_until=now + timedelta(hours=1), due_at=now)
    assert claim(database) == []
    with database.system() as tx:
        set_clock(tx, organization.id, BusinessClock(now, now + timedelta(hours=2), 1.0))
    assert len(claim(database)) == 1


def test_a_clock_made_faster_brings_held_effects_forward(database, organization):
    now = clock.system_now()
    plan_payouts(database, organization.id, 1, hold_until=now + timedelta(hours=1), due_at=now + timedelta(hours=1))
    with database.system() as tx:
        set_clock(tx, organization.id, BusinessClock(now, now, 3600.0))
    with database.transaction(organization.id) as tx:
        assert actions.reschedule_holds(tx) == 1
    at = now + timedelta(seconds=1.01)
    assert len(actions.claim(database, "one", ["payouts"], 5, at)) == 1


def test_an_effect_planned_for_later_is_not_claimed_now(database, organization):
    plan_payouts(database, organization.id, 1, due_at=clock.system_now() + timedelta(minutes=1))
    assert claim(database) == []


def test_a_stale_claimant_changes_nothing_and_learns_it(database, organization):
    plan_payouts(database, organization.id, 1)
    (stale,) = claim(database, executor="paused", lease_seconds=-1)
    (fresh,) = actions.claim_lapsed(database, "other", ["payouts"], 10, clock.system_now())
    assert fresh.effect.fence == stale.effect.fence + 1
    with pytest.raises(Conflict) as lost:
        actions.complete(database, stale, {"paid": True}, clock.system_now())
    assert lost.value.code == "claim_lost"
    assert get(database, organization, stale.effect.id).state is EffectState.RUNNING
    actions.complete(database, fresh, {"paid": True}, clock.system_now())
    assert event_names(database, organization) == {"kernel.effect.done": 1}


def test_a_batch_settles_what_it_holds_and_names_what_it_lost(database, organization):
    plan_payouts(database, organization.id, 4)
    claimed = claim(database)
    actions.complete(database, claimed[0], {}, clock.system_now())
    settlements = [actions.done(one, {}) for one in claimed[:2]] + [
        actions.failed(claimed[2], "no"),
        actions.unknown(claimed[3], "?"),
    ]
    troubles: list[actions.Settlement] = []
    lost = actions.settle(database, settlements, clock.system_now(), on_trouble=lambda tx, seen: troubles.extend(seen))
    assert lost == [claimed[0]]
    assert states(database, organization.id) == {"done": 2, "failed": 1, "unknown": 1}
    assert {one.claimed.effect.id for one in troubles} == {claimed[2].effect.id, claimed[3].effect.id}
    assert event_names(database, organization) == {
        "kernel.effect.done": 2,
        "kernel.effect.failed": 1,
        "kernel.effect.unknown": 1,
    }


def test_an_alert_that_cannot_be_written_leaves_the_effect_as_it_was(database, organization):
    plan_payouts(database, organization.id, 1)
    (claimed,) = claim(database)

    def refuse(tx: object, seen: object) -> None:
        raise RuntimeError("no room for alerts")

    with pytest.raises(RuntimeError):
        actions.settle(database, [actions.unknown(claimed, "?")], clock.system_now(), on_trouble=refuse)
    assert states(database, organization.id) == {"running": 1}
    assert event_names(database, organization) == {}


def test_a_released_effect_has_used_no_attempt_and_a_retried_one_has(database, organization):
    plan_payouts(database, organization.id, 2)
    first, second = claim(database)
    actions.settle(
        database, [actions.released(first), actions.retried(second, "busy", clock.system_now())], clock.system_now()
    )
    assert [get(database, organization, one.effect.id).attempts for one in (first, second)] == [0, 1]
    assert len(claim(database)) == 2


@pytest.mark.parametrize(
    ("changes", "retried"),
    [({}, True), ({"max_retry_attempts": 0}, False), ({"auto_retry_failed_tasks": False}, False)],
)
def test_an_organisation_configures_how_often_its_effects_are_tried_again(
    database, organization, other_organization, changes, retried
):
    configure(database, organization, max_retry_attempts=1)
    configure(database, organization, **changes)
    plan_payouts(database, organization.id, 1)
    plan_payouts(database, other_organization.id, 1)
    for claimed in claim(database):
        mine = claimed.effect.organization_id == organization.id
        assert claimed.retry_count_max == (int(retried) if mine else None)
        due_at = actions.retry_due_at(claimed, clock.system_now(), Random(1))
        assert (due_at is not None) == (retried or not mine)


@given(st.integers(1, 40), st.integers(0, 10), st.integers(0, 2**32))
def test_retries_are_bounded_and_their_pauses_grow_within_limits(attempts, retry_count_max, seed):
    now = clock.system_now()
    claimed = _claimed(attempts)
    due_at = actions.retry_due_at(claimed, now, Random(seed), retry_count_max=retry_count_max)
    assert due_at == actions.retry_due_at(claimed, now, Random(seed), retry_count_max=retry_count_max)
    if attempts > retry_count_max:
        assert due_at is None
    else:
        assert due_at is not None
        assert 0.5 <= (due_at - now).total_seconds() <= 300


def _claimed(attempts: int) -> actions.ClaimedEffect:
    now = clock.system_now()
    effect = actions.Effect(
        ids.new_id(), ids.new_id(), ids.new_id(), ids.new_id(), "payouts", "pay", {}, EffectState.RUNNING, None, now,
        attempts, 1, "one", now, None, None, None, now, now,
    )  # fmt: skip
    return actions.ClaimedEffect(effect, clock.REAL_TIME, "one", now)


def test_what_is_held_is_taken_back_by_cancelling_and_is_never_carried_out(database, organization):
    hold_until = clock.system_now() + timedelta(hours=1)
    (effect_id,) = plan_payouts(database, organization.id, 1, hold_until=hold_until, due_at=hold_until)
    taken = take_back(database, organization, effect_id)
    assert taken.undo_effect_id is None
    assert get(database, organization, effect_id).state is EffectState.CANCELLED
    assert claim(database) == []
    assert event_names(database, organization) == {"kernel.effect.cancelled": 1}


def take_back(
    database: Database, organization: Organization, effect_id: UUID, reason: str = "a mistake"
) -> actions.TakenBack:
    with database.transaction(organization.id) as tx:
        return actions.take_back(tx, effect_id, by="user:ann", reason=reason, now=clock.system_now(), actions=SPECS)


def carried_out(database: Database, organization: Organization, action: str = "pay") -> UUID:
    (effect_id,) = plan_payouts(database, organization.id, 1, action=action)
    (claimed,) = claim(database)
    actions.complete(database, claimed, {"provider_id": "p-1"}, clock.system_now())
    return effect_id


def test_what_is_done_is_taken_back_by_its_undo_which_carries_the_receipt(database, organization):
    effect_id = carried_out(database, organization)
    undo_id = take_back(database, organization, effect_id).undo_effect_id
    (claimed,) = claim(database)
    assert (claimed.effect.id, claimed.effect.action) == (undo_id, "take-back")
    assert claimed.effect.call.original == effect_id
    assert claimed.effect.call.receipt == {"provider_id": "p-1"}
    actions.complete(database, claimed, {}, clock.system_now())
    assert get(database, organization, effect_id).state is EffectState.UNDONE


def test_an_effect_is_undone_once_however_many_ask(database, organization):
    effect_id = carried_out(database, organization)
    barrier = threading.Barrier(6)

    def ask(_: int) -> str:
        barrier.wait()
        try:
            take_back(database, organization, effect_id)
        except Conflict as error:
            return error.code
        return "planned"

    with ThreadPoolExecutor(6) as pool:
        answers = Counter(pool.map(ask, range(6)))
    assert answers == {"planned": 1, "effect_not_taken_back": 5}


def test_an_undo_that_failed_may_be_asked_for_again(database, organization):
    effect_id = carried_out(database, organization)
    take_back(database, organization, effect_id)
    (claimed,) = claim(database)
    actions.fail(database, claimed, "refused", clock.system_now())
    assert get(database, organization, effect_id).state is EffectState.DONE
    assert take_back(database, organization, effect_id).undo_effect_id is not None


def test_an_irreversible_effect_that_is_done_is_not_taken_back(database, organization):
    effect_id = carried_out(database, organization, "pay-for-good")
    with pytest.raises(Conflict) as refused:
        take_back(database, organization, effect_id)
    assert refused.value.code == "effect_irreversible"


@pytest.mark.parametrize("state", [EffectState.RUNNING, EffectState.UNKNOWN, EffectState.FAILED])
def test_an_effect_in_the_wrong_state_is_not_taken_back(database, organization, state):
    (effect_id,) = plan_payouts(database, organization.id, 1)
    (claimed,) = claim(database)
    if state is EffectState.UNKNOWN:
        actions.lose_track(database, claimed, "?", clock.system_now())
    if state is EffectState.FAILED:
        actions.fail(database, claimed, "no", clock.system_now())
    with pytest.raises(Conflict) as refused:
        take_back(database, organization, effect_id)
    assert refused.value.data == {"state": state.value}


def test_taking_back_needs_a_reason(database, organization):
    (effect_id,) = plan_payouts(database, organization.id, 1)
    with pytest.raises(Invalid) as refused:
        take_back(database, organization, effect_id, " ")
    assert refused.value.field == "reason"


def test_another_organisation_cannot_see_or_take_back_an_effect(database, organization, other_organization):
    (effect_id,) = plan_payouts(database, organization.id, 1)
    with pytest.raises(NotFound):
        take_back(database, other_organization, effect_id)
    with database.transaction(other_organization.id) as tx:
        assert actions.list_effects(tx) == []


@pytest.mark.parametrize(("happened", "state"), [(True, EffectState.DONE), (False, EffectState.FAILED)])
def test_a_person_says_what_became_of_an_unknown_effect(database, organization, happened, state):
    (effect_id,) = plan_payouts(database, organization.id, 1)
    (claimed,) = claim(database)
    actions.lose_track(database, claimed, "?", clock.system_now())
    with database.transaction(organization.id) as tx:
        said = actions.resolve_unknown(
            tx,
            effect_id,
            happened=happened,
            by="user:ann",
            reason="asked the bank",
            now=clock.system_now(),
            actions=SPECS,
        )
    assert said.state is state
    with pytest.raises(Conflict) as twice, database.transaction(organization.id) as tx:
        actions.resolve_unknown(
            tx, effect_id, happened=True, by="user:bob", reason="no", now=clock.system_now(), actions=SPECS
        )
    assert twice.value.code == "effect_not_unknown"


def test_effects_are_listed_newest_first_in_pages_without_gaps(database, organization):
    planned = plan_payouts(database, organization.id, 25)
    seen: list[UUID] = []
    with database.transaction(organization.id) as tx:
        while page := actions.list_effects(tx, before=seen[-1] if seen else None, limit=10):
            seen += [effect.id for effect in page]
        none = actions.list_effects(tx, actions.EffectFilter(state=EffectState.DONE))
    assert seen == sorted(planned, reverse=True)
    assert none == []


def test_parameters_have_a_bound(organization):
    now = clock.system_now()
    with pytest.raises(Invalid) as refused:
        actions.plan(
            Writes(), organization_id=organization.id, decision_id=ids.new_id(), subject_id=ids.new_id(),
            connector="payouts", action="pay", parameters={"text": "x" * 100_000}, hold_until=None, due_at=now, now=now,
        )  # fmt: skip
    assert refused.value.code == "effect_too_large"


def test_what_follows_is_written_with_the_record_and_its_failure_goes_to_a_person(database, organization):
    followed: list[tuple[str, str]] = []

    def follow(tx: Transaction, settled: SettledEffect) -> None:
        followed.append((settled.call.action, settled.state))
        tx.execute("update controls set reason = %s", [settled.state])
        if settled.call.parameters["amount"] == "101.00":
            tx.execute("select 1 / 0")

    specs = {name: replace(spec, settled=follow) for name, spec in SPECS.items()}
    plan_payouts(database, organization.id, 2)
    claimed = claim(database)
    troubles: list[actions.Settlement] = []
    actions.settle(
        database, [actions.done(one, {"provider_id": "p"}) for one in claimed], clock.system_now(), specs=specs,
        on_trouble=lambda tx, seen: troubles.extend(seen),
    )  # fmt: skip
    assert followed == [("pay", "done"), ("pay", "done")]
    assert states(database, organization.id) == {"done": 2}
    assert [one.claimed.effect.parameters["amount"] for one in troubles] == ["101.00"]
    with database.transaction(organization.id) as tx:
        assert tx.scalar("select reason from controls") == "done"
        actions.take_back(tx, claimed[0].effect.id, by="user:ann", reason="no", now=clock.system_now(), actions=specs)
    (undo,) = claim(database)
    actions.settle(database, [actions.done(undo, {})], clock.system_now(), specs=specs)
    assert followed[2:] == [("take-back", "done"), ("pay", "undone")]
