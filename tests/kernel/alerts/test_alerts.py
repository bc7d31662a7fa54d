"""Alerts: one for each open cause, counted, at the worst severity; resolved, cleared, assigned."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.support.deciding import active_policy, publish, together
from tests.support.finished import wait_until_finished
from tests.support.lending import BAD, Lender
from tests.support.serving import People

from intendant.kernel import events
from intendant.kernel.alerts import (
    Alert,
    AlertAssigneeUnknown,
    AlertEnded,
    AlertUnknown,
    By,
    assign_alert,
    end_alert,
    list_alerts,
    raise_alerts,
)
from intendant.kernel.gate import Policy
from intendant.kit import ids

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY = By("user:ann", NOW, NOW)


def alert(lender: Lender, cause: str = "c", severity: Any = "medium", at: datetime = NOW) -> Alert:
    return Alert(lender.organization.id, "anomaly", severity, cause, "Something is odd", at)


def opened(lender: Lender) -> list[dict[str, Any]]:
    with lender.database.transaction(lender.organization.id) as tx:
        return list_alerts(tx)


def raised(lender: Lender, *alerts: Alert) -> None:
    with lender.database.transaction(lender.organization.id) as tx:
        raise_alerts(tx, alerts)


def test_a_cause_raises_one_alert_that_counts_and_takes_the_worst_severity(lender):
    raised(lender, alert(lender, severity="low"), alert(lender, severity="high"), alert(lender, "other"))
    raised(lender, alert(lender, severity="medium", at=NOW + timedelta(hours=1)))
    raised(lender, alert(lender, severity="critical", at=NOW - timedelta(hours=1)))
    (one,) = [each for each in opened(lender) if each["cause"] == "c"]
    assert (one["count"], one["severity"], one["raised_at"], one["last_at"]) == (
        4,
        "critical",
        NOW,
        NOW + timedelta(hours=1),
    )
    assert len(opened(lender)) == 2


def test_many_at_once_still_make_one_alert(lender):
    def several() -> None:
        raised(lender, *[alert(lender, cause) for cause in ("b", "a", "c")])

    assert together([several for _ in range(12)]) == [None] * 12
    assert {each["cause"]: each["count"] for each in opened(lender)} == {"a": 12, "b": 12, "c": 12}


@pytest.mark.parametrize("state", ["resolved", "cleared"])
def test_an_alert_ends_once_and_its_cause_may_come_again(lender, state):
    raised(lender, alert(lender))
    (first,) = opened(lender)
    end: dict[str, Any] = {"state": state, "note": "seen", "by": BY}
    with lender.database.transaction(lender.organization.id) as tx:
        assert end_alert(tx, first["id"], **end)["ended_by"] == "user:ann"
    with lender.database.transaction(lender.organization.id) as tx, pytest.raises(AlertEnded):
        end_alert(tx, first["id"], **end)
    raised(lender, alert(lender))
    (second,) = opened(lender)
    assert second["id"] != first["id"]
    assert second["count"] == 1
    assert lender.scalar("select count(*) from events where name = %s", [f"kernel.alert.{state}"]) == 1


def test_an_alert_is_assigned_to_members_only(lender, organization, other_organization, database):
    raised(lender, alert(lender))
    (one,) = opened(lender)
    ours, theirs = People(database).user(organization), People(database).user(other_organization)
    times: dict[str, Any] = {"by": BY}
    with lender.database.transaction(lender.organization.id) as tx:
        assert assign_alert(tx, one["id"], ours.user.id, **times)["assignee"] == ours.user.id
        assert assign_alert(tx, one["id"], None, **times)["assignee"] is None
    for alert_id, assignee, error in (
        (one["id"], theirs.user.id, AlertAssigneeUnknown),
        (one["id"], ids.new_id(), AlertAssigneeUnknown),
        (ids.new_id(), None, AlertUnknown),
    ):
        with lender.database.transaction(lender.organization.id) as tx, pytest.raises(error):
            assign_alert(tx, alert_id, assignee, **times)


def test_no_organisation_sees_or_ends_another_s_alert(lender, other_lender):
    raised(lender, alert(lender))
    (one,) = opened(lender)
    assert opened(other_lender) == []
    with other_lender.database.transaction(other_lender.organization.id) as tx, pytest.raises(AlertUnknown):
        end_alert(tx, one["id"], state="cleared", note="", by=BY)


def test_confidence_below_the_intervention_threshold_raises_one_alert_for_a_batch(lender):
    policy: Policy = active_policy(lender)
    publish(lender, replace(policy, intervention_threshold=0.7))
    lender.decide_many(*[lender.proposal(BAD, f"r{n}") for n in range(5)])
    (one,) = opened(lender)
    assert (one["kind"], one["severity"], one["count"]) == ("intervention", "high", 5)


def told(lender: Lender) -> list[dict[str, Any]]:
    wait_until_finished(lender.database)
    with lender.database.transaction(lender.organization.id) as tx:
        return [event.body for event in events.read(tx, events.START, 100, prefix="kernel.alert.raised")[0]]


def test_an_alert_is_told_when_it_is_opened_or_grows_worse_and_not_when_it_repeats(lender):
    raised(lender, alert(lender, severity="low"), alert(lender, severity="low"), alert(lender, "other"))
    raised(lender, alert(lender, severity="low"), alert(lender, "other", severity="low"))
    raised(lender, alert(lender, severity="high"))
    by_cause = {each["cause"]: each["id"] for each in opened(lender)}
    news = sorted((body["cause"], body["severity"], body["alert_id"]) for body in told(lender))
    assert news == [
        ("c", "high", str(by_cause["c"])),
        ("c", "low", str(by_cause["c"])),
        ("other", "medium", str(by_cause["other"])),
    ]
    assert lender.scalar("select count(*) from audit where body::json ->> 'act' = 'kernel.alert.raised'") == 3


def test_a_cause_that_comes_back_after_its_alert_ended_is_told_again(lender):
    raised(lender, alert(lender))
    (first,) = opened(lender)
    with lender.database.transaction(lender.organization.id) as tx:
        end_alert(tx, first["id"], state="resolved", note="", by=BY)
    raised(lender, alert(lender))
    assert len({body["alert_id"] for body in told(lender)}) == 2


def test_a_batch_that_is_unsure_twice_tells_it_once(lender):
    assert told(lender) == []
    lender.decide(BAD)
    causes = [body["cause"] for body in told(lender)]
    lender.decide(BAD)
    assert [body["cause"] for body in told(lender)] == causes
    assert sorted(causes) == sorted(each["cause"] for each in opened(lender))
