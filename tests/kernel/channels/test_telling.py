"""Telling people: rules, groups, quiet, escalation, follow-ups; and what happens when a channel fails or a worker dies."""

from datetime import time, timedelta
from random import Random
from typing import Any

import pytest
from tests.support.finished import wait_until_finished

from intendant.kernel import alerts, channels
from intendant.kernel.access import system_principal
from intendant.kernel.channels import ChannelInvalid, RuleInvalid, Sent
from intendant.kit.errors import Conflict
from intendant.ports.calls import ProviderRefused, ProviderUnavailable

PAGER = {"kind": "pagerduty", "settings": {"region": "us"}, "secret": "0" * 32}


def subjects(sent: list[Any]) -> list[str]:
    return [message.subject for _, message in sent]


def test_the_first_channel_brings_a_rule_for_high_and_critical_alerts(house):
    house.raised("before", "critical")
    house.channel()
    house.raised("low", "low")
    house.raised("fees", "high")
    assert house.passes(seconds=30) == []
    assert subjects(house.passes(seconds=40)) == ["High: About fees"]
    house.channel("second")
    with house.system.database.transaction(house.organization.id) as tx:
        assert [rule.name for rule in channels.list_rules(tx)] == [channels.FIRST_RULE]


def test_alerts_of_one_window_go_in_one_message_and_repeats_are_not_told(house):
    house.channel()
    first = house.raised("a")
    house.raised("b", "critical")
    sent = house.passes(seconds=70)
    assert subjects(sent) == ["2 alerts, the worst critical"]
    house.raised("a")
    assert house.passes(seconds=70) == []
    house.raised("a", "critical")
    (worse,) = house.passes(seconds=70)
    assert worse[1].subject == "Critical: About a"
    assert worse[1].thread == "1"
    house.does(alerts.end_alert, first, state="resolved", note="")
    assert subjects(house.passes(seconds=70)) == ["Over: About a"]
    house.raised("a")
    assert subjects(house.passes(seconds=70)) == ["High: About a"]


def test_what_is_over_before_it_was_told_is_not_told(house):
    house.channel()
    house.does(alerts.end_alert, house.raised(), state="cleared", note="")
    assert house.passes(seconds=70) == []


def test_escalation_goes_on_until_somebody_acknowledges(house):
    one, two, three = (house.channel(name) for name in ("first", "second", "third"))
    steps = [{"after_minutes": minutes, "channel_ids": [each]} for minutes, each in ((0, one), (10, two), (30, three))]
    house.rule(steps=steps, group_seconds=0)
    alert_id = house.raised()
    assert [to for to, _ in house.passes(seconds=5)] == ["@first"]
    assert house.passes(minutes=9) == []
    (told,) = house.passes(minutes=2)
    assert told[0] == "@second"
    assert told[1].subject == "Nobody has acknowledged: High: About c"
    house.does(alerts.acknowledge_alert, alert_id)
    assert house.passes(minutes=60) == []


@pytest.mark.parametrize(
    ("act", "more"),
    [
        (alerts.snooze_alert, {"until": None}),
        (alerts.end_alert, {"state": "resolved", "note": ""}),
    ],
)
def test_escalation_stops_when_the_alert_is_snoozed_or_over(house, act, more):
    one, two = house.channel("first"), house.channel("second")
    house.rule(
        steps=[{"channel_ids": [one]}, {"after_minutes": 10, "channel_ids": [two]}],
        group_seconds=0,
        tell_when_over=False,
    )
    alert_id = house.raised()
    assert len(house.passes(seconds=5)) == 1
    if "until" in more:
        more = {"until": house.now + timedelta(hours=2)}
    house.does(act, alert_id, **more)
    assert house.passes(minutes=11) == []


def test_quiet_hours_hold_what_is_not_critical_and_send_one_digest_at_their_end(house):
    channel = house.channel()
    start = (house.now - timedelta(minutes=5)).time().replace(tzinfo=None, microsecond=0)
    end = (house.now + timedelta(hours=2)).time().replace(tzinfo=None, microsecond=0)
    quiet = {"start": start, "end": end, "time_zone": "UTC"}
    house.rule(
        steps=[{"channel_ids": [channel]}, {"after_minutes": 5, "channel_ids": [channel]}], quiet=quiet, group_seconds=0
    )
    house.raised("a")
    gone = house.raised("b", "low")
    house.raised("c", "critical")
    assert subjects(house.passes(seconds=5)) == ["Critical: About c"]
    house.does(alerts.end_alert, gone, state="resolved", note="")
    assert subjects(house.passes(minutes=30)) == ["Nobody has acknowledged: Critical: About c"]
    sent = house.passes(hours=2)
    assert subjects(sent) == ["While it was quiet: 2 alerts, the worst high"]
    assert {alert.state for alert in sent[0][1].alerts} == {"open", "resolved"}
    assert house.passes(hours=1) == []


def test_critical_alerts_wait_where_the_rule_says_so(house):
    channel = house.channel()
    quiet = {"start": time(0), "end": time(0), "hold_critical": True, "time_zone": "UTC"}
    house.rule(steps=[{"channel_ids": [channel]}], quiet=quiet, group_seconds=0)
    house.raised("c", "critical")
    assert house.passes(seconds=5) == []


def test_a_pager_gets_each_alert_by_itself_and_hears_of_what_people_do(house):
    house.channel("pager", **PAGER)
    first, second = house.raised("a"), house.raised("b")
    assert len(house.passes(seconds=2)) == 2
    house.does(alerts.acknowledge_alert, first)
    house.does(alerts.end_alert, second, state="resolved", note="")
    sent = house.passes(seconds=2)
    assert {message.alerts[0].id: message.what for _, message in sent} == {first: "acknowledged", second: "ended"}


def test_nothing_is_over_before_it_was_told(house):
    house.channel("pager", **PAGER)
    house.postman.fails = ProviderUnavailable("away")
    alert_id = house.raised()
    house.passes(seconds=2)
    house.does(alerts.end_alert, alert_id, state="resolved", note="")
    house.passes(seconds=2)
    house.postman.fails = None
    sent = house.passes(minutes=1)
    assert [message.what for _, message in sent] == ["alert", "ended"]


def test_a_message_is_tried_eight_times_and_then_sent_again_by_hand(house):
    channel = house.channel()
    house.postman.fails = ProviderUnavailable("The provider is away.")
    house.raised()
    for _ in range(20):
        house.passes(hours=1)
    (dead,) = house.deliveries(state="dead")
    assert (dead["attempts"], dead["why"]) == (channels.ATTEMPTS_MAX, "The provider is away.")
    house.postman.fails = None
    with house.system.database.transaction(house.organization.id) as tx:
        assert channels.get_channel(tx, channel).state == "failing"
        channels.send_again(tx, dead["id"], by=house.by)
        with pytest.raises(Conflict):
            channels.send_again(tx, dead["id"], by=house.by)
    (sent,) = house.passes(seconds=1)
    assert sent[1].id == dead["id"]
    with house.system.database.transaction(house.organization.id) as tx:
        assert channels.get_channel(tx, channel).state == "ok"


def test_being_asked_to_wait_is_no_failure_and_holds_the_whole_channel(house):
    house.channel()
    house.postman.fails = ProviderUnavailable("busy", data={"retry_after_seconds": 120})
    house.raised("a")
    house.passes(seconds=70)
    house.postman.fails = None
    house.raised("b")
    assert house.passes(seconds=70) == []
    assert len(house.passes(seconds=70)) == 2
    assert [row["attempts"] for row in house.deliveries()] == [1, 1]


def test_a_refusal_is_final_and_a_channel_that_fails_is_told_over_another_but_not_over_itself(house):
    broken = house.channel("broken")
    house.raised()
    house.postman.fails = ProviderRefused("The token was revoked.")
    house.passes(seconds=70)
    house.postman.fails = None
    channels.watch_channels(house.system.database, house.now)
    channels.watch_channels(house.system.database, house.now)
    assert house.passes(seconds=70) == []
    other = house.channel("other")
    house.rule(steps=[{"channel_ids": [broken, other]}], group_seconds=0)
    with house.system.database.transaction(house.organization.id) as tx:
        (alert,) = alerts.list_alerts(tx, alerts.AlertFilter(cause=channels.FAILING_CAUSE))
        assert (alert["count"], alert["detail"]["why"]) == (1, "The token was revoked.")
        tx.execute("update channels set alerted_at = null")
        alerts.end_alert(tx, alert["id"], state="cleared", note="", by=house.by)
    channels.watch_channels(house.system.database, house.now)
    assert [to for to, _ in house.passes(seconds=5)] == ["@other"]


def test_a_worker_that_dies_between_sending_and_writing_sends_again_under_the_same_id(house):
    house.channel()
    house.raised()
    house.now += timedelta(seconds=70)
    wait_until_finished(house.system.database)
    channels.plan_notifications(house.system.database)
    channels.gather_notifications(house.system.database, house.now)
    (claimed,) = channels.claim_deliveries(house.system.database, house.now)
    assert house.passes(seconds=30) == []
    (sent,) = house.passes(seconds=61)
    assert sent[1].id == claimed["id"]
    with house.system.database.transaction(house.organization.id) as tx:
        late = channels.settle_delivery(tx, claimed, Sent("late"), now=house.now, random=Random(1))
    assert not late


def test_planning_twice_plans_once(house):
    house.channel()
    house.raised()
    with house.system.database.system() as tx:
        before = tx.scalar("select cursor from notification_cursors")
    wait_until_finished(house.system.database)
    channels.plan_notifications(house.system.database)
    with house.system.database.system() as tx:
        tx.execute("update notification_cursors set cursor = %s", [before])
    channels.plan_notifications(house.system.database)
    assert len(house.passes(seconds=70)) == 1


def test_a_paused_channel_gets_nothing_and_a_removed_one_leaves_its_rules(house):
    channel = house.channel()
    house.raised()
    keyring = house.system.vault.keyring
    principal = system_principal(house.organization.id)
    with house.system.database.transaction(house.organization.id) as tx:
        channels.change_channel(tx, keyring, channel, revision=1, enabled=False, principal=principal, by=house.by)
    assert house.passes(seconds=70) == []
    with house.system.database.transaction(house.organization.id) as tx:
        channels.remove_channel(tx, keyring, channel, principal=principal, by=house.by)
        (rule,) = channels.list_rules(tx)
    assert (rule.enabled, rule.body.steps) == (False, ())


def test_a_secret_goes_nowhere_else(house):
    channel = house.channel()
    keyring, principal = house.system.vault.keyring, system_principal(house.organization.id)
    elsewhere = {"chat_id": "@phones", "api_url": "https://evil.example.com"}
    with house.system.database.transaction(house.organization.id) as tx:
        with pytest.raises(ChannelInvalid) as caught:
            channels.change_channel(
                tx, keyring, channel, revision=1, settings=elsewhere, principal=principal, by=house.by
            )
        assert caught.value.field == "secret"
        channels.change_channel(
            tx, keyring, channel, revision=1, settings={"chat_id": "@others"}, principal=principal, by=house.by
        )


@pytest.mark.parametrize(
    ("kind", "settings", "field"),
    [
        ("email", {"host": "mail.test", "sender": "a@b.test", "recipients": []}, "settings.recipients"),
        ("email", {"host": "mail.test", "sender": "a@b.test\nBcc: x@y", "recipients": ["a@b.test"]}, "settings.sender"),
        (
            "email",
            {"host": "m.test", "security": "none", "username": "u", "sender": "a@b.test", "recipients": ["a@b.test"]},
            "settings.security",
        ),
        ("telegram", {}, "settings.chat_id"),
        ("webhook", {"url": "ftp://x"}, "settings.url"),
        ("pagerduty", {"region": "mars"}, "settings.region"),
        ("slack", {"channel": "#a", "else": 1}, "settings.else"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_name(kind, settings, field):
    with pytest.raises(ChannelInvalid) as caught:
        channels.parse_settings(kind, settings)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"steps": [{"after_minutes": 5, "channel_ids": []}]}, "steps.0.channel_ids"),
        ({"quiet": {"start": "22:00", "end": "07:00", "time_zone": "Mars/Olympus"}}, "quiet.time_zone"),
        ({"quiet": {"start": "22:00", "end": "07:00", "days": [7]}}, "quiet.days.0"),
        ({"severities": ["odd"]}, "severities.0"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_name(body, field):
    with pytest.raises(RuleInvalid) as caught:
        channels.parse_rule(body)
    assert caught.value.field == field


def test_waiting_grows_and_is_bounded():
    waits = [channels.retry_seconds(attempt, None, Random(attempt)) for attempt in range(1, 20)]
    assert 7 <= waits[0] <= 13
    assert max(waits) <= 1_800 * 1.25
    assert channels.retry_seconds(1, 1e9, Random(1)) == 3_600
