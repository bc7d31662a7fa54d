"""Secrets over HTTP: kept, renewed, changed, disabled, removed; never shown, in answers, tables, logs or errors."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.serving import People

from intendant.bootstrap import System, build
from intendant.kernel import access
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.kit.settings import Settings
from intendant.worker._vault import keep_vault, remind_of_secrets

SECRETS = "/api/v1/vault/secrets"
VALUE = "sk-SENTINEL-5d1f0c77"
BODY = {"name": "Bank", "connection": "payouts:main", "destinations": ["api.bank.test"], "value": VALUE}


@pytest.fixture
def system(database: Database, tmp_path: Path) -> Iterator[System]:
    system = build(Settings(home=tmp_path), database)
    yield system
    system.vault.close()


@pytest.fixture
def client(system: System, people: People, organization: Organization) -> Iterator[TestClient]:
    """Lend a signed-in owner."""
    with TestClient(lend_app(system), headers=people.signed_in(organization)) as client:
        yield client


def kept(client: TestClient, **more: Any) -> dict[str, Any]:
    answer = client.post(SECRETS, json=BODY | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_secret_lives_from_its_making_to_its_removal_and_no_answer_shows_it(
    client: TestClient, system: System, organization: Organization
) -> None:
    secret = kept(client)
    path = f"{SECRETS}/{secret['id']}"
    by = access.system_principal(organization.id, "payer")
    use = {"connection": "payouts:main", "by": by, "purpose": "pay"}
    answers = [
        client.get(SECRETS),
        client.get(path),
        client.put(path, json={"destinations": ["API2.bank.test"], "revision": 1}),
        client.put(path, json={"destinations": [], "revision": 1}),
        client.post(f"{path}/rotate", json={"value": VALUE + "-next", "revision": 2}),
        client.post(f"{path}/rotate", json={"value": VALUE + "-next"}),
        client.post(SECRETS, json=BODY),
        client.post(SECRETS, json=BODY | {"destinations": ["https://x"], "name": "b"}),
        client.post(SECRETS, json={"name": "c", "value": VALUE, "connection": 3}),
        client.post(SECRETS, json=BODY | {"name": "d", "value": [VALUE]}),
        client.post(f"{path}/disable"),
        client.post(f"{path}/enable", json={"revision": 4}),
    ]
    assert [each.status_code for each in answers] == [200, 200, 200, 409, 200, 422, 409, 422, 422, 422, 200, 200]
    value = system.vault.use(organization.id, secret["id"], destination="api2.bank.test", **use)
    assert value.reveal() == VALUE + "-next"
    answers += [client.get(f"{path}/accesses"), client.get(f"{path}/history"), client.get("/api/v1/vault/health")]
    assert [each["outcome"] for each in answers[-3].json()["items"]] == ["given"]
    acts = [each["act"] for each in answers[-2].json()["items"]]
    assert acts == ["enabled", "disabled", "rotated", "changed", "created"]
    assert (answers[-1].json()["ok"], answers[-1].json()["active"]) == (True, 1)
    answers += [client.delete(path), client.get(SECRETS), client.get(path), client.post(f"{path}/enable")]
    assert [each.status_code for each in answers[-4:]] == [204, 200, 200, 404]
    assert answers[-3].json()["items"] == []
    assert answers[-2].json()["state"] == "removed"
    assert not [each.text for each in answers if "SENTINEL" in each.text]


def test_what_is_stolen_with_the_database_shows_no_value(
    client: TestClient, system: System, organization: Organization, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = kept(client)
    headers = {"Idempotency-Key": "once"}
    for _ in range(2):
        rotated = client.post(f"{SECRETS}/{secret['id']}/rotate", json={"value": VALUE + "-b"}, headers=headers)
        assert rotated.json()["version"] == 2
    by = access.system_principal(organization.id, "payer")
    opened = system.vault.open(
        organization.id, secret["id"], connection="payouts:main", destination="api.bank.test", by=by, purpose="pay"
    )
    assert opened.previous is not None
    assert (opened.value.reveal(), opened.previous.reveal()) == (VALUE + "-b", VALUE)
    forms = {VALUE, VALUE.encode().hex(), VALUE[::-1]}
    with system.database.system() as tx:
        tables = tx.all(
            "select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = 'public' and c.relkind = 'r'"
        )
        assert len(tables) > 40
        for table in tables:
            if not tx.scalar("select has_table_privilege(%s, 'select')", [table["name"]]):
                continue
            text = str(tx.all(f'select t::text as line from "{table["name"]}" t'))
            assert not [form for form in forms if form in text], table["name"]
    said = capfd.readouterr()
    assert "SENTINEL" not in said.out + said.err


def test_only_those_with_the_permission_see_that_there_are_secrets(
    client: TestClient, people: People, organization: Organization, other_organization: Organization
) -> None:
    secret = kept(client)
    path = f"{SECRETS}/{secret['id']}"
    for role in (Role.MANAGER, Role.READ_ONLY):
        headers = people.signed_in(organization, role)
        assert client.get(SECRETS, headers=headers).status_code == 403
        assert client.post(SECRETS, json=BODY, headers=headers).status_code == 403
    foreign = people.signed_in(other_organization)
    assert client.get(path, headers=foreign).status_code == 404
    assert client.post(f"{path}/rotate", json={"value": "another"}, headers=foreign).status_code == 404


def test_lists_are_filtered_and_paged(client: TestClient) -> None:
    soon = (clock.system_now() + timedelta(days=3)).isoformat()
    for number in range(3):
        kept(client, name=f"n{number}", **({"rotate_after": soon} if number == 1 else {}))
    first = client.get(SECRETS, params={"limit": 2}).json()
    rest = client.get(SECRETS, params={"limit": 2, "after": first["next"]}).json()
    assert [each["name"] for each in first["items"] + rest["items"]] == ["n2", "n1", "n0"]
    assert rest["next"] is None
    assert [each["name"] for each in client.get(SECRETS, params={"due_days": 7}).json()["items"]] == ["n1"]
    assert client.get(SECRETS, params={"words": "N2"}).json()["items"][0]["name"] == "n2"
    assert client.get(SECRETS, params={"state": "odd"}).status_code == 422


def test_the_data_key_is_renewed_while_secrets_stay_usable(
    client: TestClient, system: System, organization: Organization
) -> None:
    secrets = [kept(client, name=f"n{number}")["id"] for number in range(3)]
    assert client.post("/api/v1/vault/data-key/rotate").json() == {"version": 2}
    health = client.get("/api/v1/vault/health").json()
    assert (health["reencrypting"], [key["version"] for key in health["data_keys"]]) == (3, [2, 1])
    by = access.system_principal(organization.id, "payer")
    place = {"connection": "payouts:main", "destination": "api.bank.test", "by": by, "purpose": "pay"}
    assert system.vault.use(organization.id, secrets[0], **place).reveal() == VALUE
    assert kept(client, name="after")["version"] == 1
    keep_vault(system)
    keep_vault(system)
    health = client.get("/api/v1/vault/health").json()
    assert health["reencrypting"] == 0
    assert [key["retired_at"] is None for key in health["data_keys"]] == [True, False]
    assert {system.vault.use(organization.id, each, **place).reveal() for each in secrets} == {VALUE}


def test_a_secret_past_its_day_raises_one_alert(client: TestClient, system: System) -> None:
    kept(client, rotate_after=(clock.system_now() + timedelta(days=3)).isoformat())
    remind_of_secrets(system)
    with system.database.system() as tx:
        assert tx.scalar("select count(*) from alerts") == 0
        tx.execute("update secrets set rotate_after = %s", [clock.system_now()])
    for _ in range(2):
        remind_of_secrets(system)
    with system.database.system() as tx:
        alert = tx.find("select title, count from alerts where cause like 'secret.%'")
    assert alert == {"title": "The secret 'Bank' is to be renewed", "count": 1}
