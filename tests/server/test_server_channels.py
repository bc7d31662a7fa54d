"""Channels, rules and deliveries over HTTP, and alerts in groups and in time: from the form to the message and its answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.peers import telegram
from tests.support.serving import People

from intendant.bootstrap import System, build
from intendant.kernel import alerts
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.kit.settings import Settings
from intendant.worker import _notifications as worker

CHANNELS, RULES, DELIVERIES = "/api/v1/channels", "/api/v1/notification-rules", "/api/v1/deliveries"
ALERTS = "/api/admin/autonomous-business/alerts"


@pytest.fixture(scope="module")
def provider() -> Iterator[telegram.Telegram]:
    """Lend Telegram."""
    peer = telegram.Telegram()
    with peer.serving():
        yield peer


@pytest.fixture
def system(database: Database, tmp_path: Path) -> Iterator[System]:
    """Lend a system that may call this machine."""
    system = build(Settings(home=tmp_path, outbound_allow="127.0.0.1"), database)
    yield system
    system.vault.close()


@pytest.fixture
def client(system: System, people: People, organization: Organization) -> Iterator[TestClient]:
    """Lend a signed-in owner."""
    with TestClient(lend_app(system), headers=people.signed_in(organization)) as client:
        yield client


def made(client: TestClient, provider: telegram.Telegram, **changes: Any) -> dict[str, Any]:
    body = {
        "kind": "telegram",
        "name": "Night shift",
        "settings": {"chat_id": telegram.CHAT, "api_url": provider.url},
        "secret": telegram.TOKEN,
    }
    answer = client.post(CHANNELS, json=body | changes)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_test_message_goes_from_the_form_to_the_provider_and_its_answer_back(client, system, provider):
    channel = made(client, provider)
    assert (channel["state"], channel["has_secret"]) == ("never_used", True)
    queued = client.post(f"{CHANNELS}/{channel['id']}/test")
    assert (queued.status_code, queued.json()["state"]) == (202, "queued")
    worker.send_messages(system)
    sent = client.get(f"{DELIVERIES}/{queued.json()['id']}").json()
    assert (sent["state"], sent["answer"]) == ("sent", "Telegram took the message.")
    (shown,) = client.get(CHANNELS).json()["items"]
    assert (shown["state"], shown["last_day"]["sent"]) == ("ok", 1)


def test_a_test_that_fails_says_why_at_once_and_shows_no_secret(client, system, provider, caplog, capsys):
    secret = "999999999:ZZabcdefghijklmnopqrstuvwxyz0123456"
    channel = made(client, provider, secret=secret)
    queued = client.post(f"{CHANNELS}/{channel['id']}/test").json()
    worker.send_messages(system)
    failed = client.get(f"{DELIVERIES}/{queued['id']}")
    assert (failed.json()["state"], failed.json()["attempts"]) == ("dead", 1)
    assert "token is not valid" in failed.json()["why"]
    shown = client.get(f"{CHANNELS}/{channel['id']}")
    assert shown.json()["state"] == "failing"
    with system.database.system() as tx:
        kept = tx.all("select body from events union all select body from audit")
    output = capsys.readouterr()
    everything = failed.text + shown.text + str(kept) + caplog.text + output.out + output.err
    assert secret not in everything


def test_a_channel_without_its_secret_is_not_connected(client, provider):
    channel = made(client, provider, secret=None)
    assert channel["state"] == "not_connected"
    refused = client.post(f"{CHANNELS}/{channel['id']}/test")
    assert (refused.status_code, refused.json()["code"]) == (409, "channel_not_ready")


def test_a_signing_secret_is_made_and_shown_once(client):
    body = {"kind": "webhook", "name": "Ours", "settings": {"url": "https://hooks.example.com/in"}}
    first = client.post(CHANNELS, json=body, headers={"Idempotency-Key": "k"}).json()
    again = client.post(CHANNELS, json=body, headers={"Idempotency-Key": "k"}).json()
    assert first["signing_secret"].startswith("whsec_")
    assert (again["id"], again["signing_secret"]) == (first["id"], None)
    assert "signing_secret" not in client.get(f"{CHANNELS}/{first['id']}").json()
    # In the vault people find it by the channel's name, not by an id.
    (kept,) = client.get("/api/v1/vault/secrets").json()["items"]
    assert kept["name"] == f"Channel Ours ({first['id'][-6:]})"


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"settings": {}}, 422, "settings.chat_id"),
        ({"settings": {"chat_id": "-5", "api_url": "http://10.0.0.1"}}, 422, "settings.api_url"),
        ({"secret": "nonsense"}, 422, "secret"),
        ({"name": " "}, 422, "name"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(client, provider, changes, status, field):
    body = {"kind": "telegram", "name": "x", "settings": {"chat_id": "-5"}, "secret": telegram.TOKEN}
    refused = client.post(CHANNELS, json=body | changes)
    assert (refused.status_code, refused.json()["field"]) == (status, field)
    assert telegram.TOKEN not in refused.text


def test_two_people_do_not_overwrite_each_other(client, provider):
    channel = made(client, provider)
    change = {"revision": 1, "enabled": False}
    assert client.put(f"{CHANNELS}/{channel['id']}", json=change).json()["state"] == "paused"
    assert client.put(f"{CHANNELS}/{channel['id']}", json=change).status_code == 409
    (rule,) = client.get(RULES).json()["items"]
    wanted = {"name": "Night", "revision": 1, "steps": [{"channel_ids": [channel["id"]]}]}
    quiet = {"start": "00:00:00", "end": "00:00:00"}
    changed = client.put(f"{RULES}/{rule['id']}", json=wanted | {"quiet": quiet})
    assert changed.json()["quiet_until"] is not None
    assert client.put(f"{RULES}/{rule['id']}", json=wanted).status_code == 409
    refused = client.post(RULES, json={"name": "None", "steps": []})
    assert (refused.status_code, refused.json()["field"]) == (422, "steps")
    assert client.delete(f"{RULES}/{rule['id']}").status_code == 204
    assert client.delete(f"{CHANNELS}/{channel['id']}").status_code == 204
    assert client.get(CHANNELS).json()["items"] == []


def test_an_alert_shows_who_was_told_and_what_people_did(client, system, organization, provider):
    channel = made(client, provider)
    rule = client.get(RULES).json()["items"][0]
    quick = {"name": "At once", "revision": 1, "group_seconds": 0, "steps": [{"channel_ids": [channel["id"]]}]}
    assert client.put(f"{RULES}/{rule['id']}", json=quick).status_code == 200
    now = organization.clock.now()
    with system.database.transaction(organization.id) as tx:
        given = [
            alerts.Alert(organization.id, "anomaly", severity, cause, cause, now)
            for cause, severity in (("limit:a", "high"), ("limit:b", "critical"), ("other", "low"))
        ]
        alerts.raise_alerts(tx, given)
        alert_id = tx.scalar("select id from alerts where cause = 'limit:a'")
    worker.notify(system)
    worker.send_messages(system)
    client.post(f"{ALERTS}/{alert_id}/acknowledge")
    timeline = client.get(f"{ALERTS}/{alert_id}/timeline").json()["items"]
    assert [entry["name"] for entry in timeline] == ["kernel.alert.raised", "sent", "kernel.alert.acknowledged"]
    assert timeline[1]["notification"]["channel_name"] == "Night shift"
    told = client.get(DELIVERIES, params={"alert": str(alert_id)}).json()["items"]
    assert len(told[0]["alert_ids"]) == 3
    groups = client.get(f"{ALERTS}/groups").json()["items"]
    assert [(group["key"], group["count"], group["severity"]) for group in groups] == [
        ("limit", 2, "critical"),
        ("other", 1, "low"),
    ]
    first = client.get(f"{ALERTS}/groups", params={"limit": 1}).json()
    assert client.get(f"{ALERTS}/groups", params={"after": first["next"]}).json()["items"][0]["key"] == "other"
    assert client.get(f"{ALERTS}/groups", params={"component": "nowhere"}).json()["items"] == []
    preview = client.get(f"{CHANNELS}/{channel['id']}/preview", params={"alert_id": str(alert_id)}).json()
    assert preview["subject"] == "High: limit:a"


def test_who_only_reads_changes_nothing(client, people, organization, provider):
    channel = made(client, provider)
    reader = people.signed_in(organization, Role.READ_ONLY)
    assert client.get(CHANNELS, headers=reader).status_code in (200, 403)
    for method, path in (("POST", f"{CHANNELS}/{channel['id']}/test"), ("DELETE", f"{CHANNELS}/{channel['id']}")):
        assert client.request(method, path, headers=reader).status_code == 403


def test_forms_learn_the_kinds_of_channel(client):
    kinds = client.get(f"{CHANNELS}/kinds").json()
    assert [kind["kind"] for kind in kinds] == ["email", "slack", "pagerduty", "telegram", "webhook"]
    assert "chat_id" in kinds[3]["settings_schema"]["properties"]
