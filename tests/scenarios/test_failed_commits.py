"""A commit that fails is answered 503, never with success; what the client sends again is then done once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient
from tests.support.commits import BREAK_THE_CONNECTION, DISK_FULL, failing_commits
from tests.support.lending import GOOD, Lender, open_lender

from intendant.bootstrap import build
from intendant.kernel import access
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.kit.settings import Settings
from intendant.server.app import create_app


@pytest.fixture
def lender(database: Database, organization: Organization) -> Lender:
    """Lend an organisation that lends."""
    return open_lender(database, organization)


@pytest.fixture
def client(lender: Lender, database: Database, tmp_path: Path) -> Iterator[TestClient]:
    """Lend the owner's client of the whole application."""
    with database.system() as tx:
        secret, _ = access.create_key(
            tx, organization_id=lender.organization.id, name="test", role=access.Role.OWNER, by="test"
        )
    system = build(Settings(home=tmp_path), database)
    with TestClient(create_app(system), raise_server_exceptions=False) as client:
        client.headers["Authorization"] = f"Bearer {secret}"
        yield client


def apply(client: TestClient) -> Any:
    body = {"product": "personal", "reference": "A-1", "inputs": GOOD}
    return client.post("/api/v1/lending/applications", json=body, headers={"Idempotency-Key": "k"})


@pytest.mark.parametrize("how", [BREAK_THE_CONNECTION, DISK_FULL])
def test_a_decision_whose_commit_fails_is_answered_503_and_made_once_when_sent_again(lender, client, how):
    with failing_commits(lender.database, how):
        answer = apply(client)
        assert (answer.status_code, answer.json()["status"]) == (503, 503)
        assert answer.headers["Retry-After"]
        assert answer.json()["remedy"]
    assert lender.scalar("select count(*) from decisions") == 0
    first, second = apply(client), apply(client)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert lender.scalar("select count(*) from decisions") == 1


@pytest.mark.parametrize("how", [BREAK_THE_CONNECTION, DISK_FULL])
def test_any_other_post_whose_commit_fails_is_answered_503_and_done_once_when_sent_again(lender, client, how):
    told = apply(client).json()
    place = f"/api/v1/lending/applications/{told['application_id']}/outcome"

    def report() -> Any:
        return client.post(place, json={"repaid": 1}, headers={"Idempotency-Key": "o"})

    with psycopg.connect(lender.database.urls.owner, autocommit=True) as connection:
        connection.execute(
            f"create function fail_outcome() returns trigger language plpgsql as $$ begin {how} return null; end $$;"
            " create constraint trigger fail_outcome after insert on requests deferrable initially deferred"
            " for each row execute function fail_outcome()"
        )
        answer = report()
        assert (answer.status_code, answer.json()["status"]) == (503, 503)
        connection.execute("drop function fail_outcome cascade")
    assert lender.scalar("select count(*) from outcomes") == 0
    first, second = report(), report()
    assert (first.status_code, second.headers["Idempotency-Replayed"]) == (201, "true")
    assert lender.scalar("select count(*) from outcomes") == 1


def test_a_fault_of_ours_is_500_and_leaves_the_next_request_alone(lender, client):
    with psycopg.connect(lender.database.urls.owner, autocommit=True) as connection:
        connection.execute("alter table lending_applications rename to elsewhere")
        assert apply(client).status_code == 500
        connection.execute("alter table elsewhere rename to lending_applications")
    assert apply(client).status_code == 201
