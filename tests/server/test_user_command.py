"""`intendant user`: from the terminal to a signed-in browser."""

import json
from collections.abc import Callable

import psycopg.conninfo
import pytest
from click.testing import CliRunner, Result
from fastapi.testclient import TestClient
from tests.support.serving import PASSWORD, People

from intendant.cli.main import cli
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.kit.postgres import EmbeddedPostgres

Run = Callable[..., Result]


@pytest.fixture
def run(
    database: Database, organization: Organization, postgres_server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run the command line on the test's database."""
    name = psycopg.conninfo.conninfo_to_dict(database.urls.owner)["dbname"]
    monkeypatch.setenv("INTENDANT_DATABASE_URL", postgres_server.superuser_url(str(name)))
    # The home whose keys the template's roles have: they are the server's, not the database's.
    monkeypatch.setenv("INTENDANT_HOME", str(postgres_server.status().folder.parent))

    def invoke(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(cli, ["user", *arguments], input=typed)

    return invoke


def test_a_new_user_comes_in_by_the_link_that_is_printed(run: Run, client: TestClient) -> None:
    result = run("add", "Ada@Example.com", "--role", "owner", "--name", "Ada")
    assert result.exit_code == 0, result.output
    first, link = result.output.strip().splitlines()
    assert first == "ada@example.com: owner of acme."
    assert link.startswith("http://127.0.0.1:8321/reset/il_")
    assert client.post(link.removeprefix("http://127.0.0.1:8321"), data={"password": PASSWORD}).status_code == 303
    assert client.get("/api/v1/access/me").json()["label"] == "user:ada@example.com"


def test_a_password_comes_by_standard_input_alone(run: Run, client: TestClient) -> None:
    assert run("add", "ada@example.com", "--role", "owner", "--password-stdin", typed="short\n").exit_code != 0
    assert run("add", "ada@example.com", "--role", "owner", "--password-stdin", typed=PASSWORD + "\n").exit_code == 0
    body = {"email": "ada@example.com", "password": PASSWORD}
    assert client.post("/api/v1/access/sign-in", json=body).status_code == 200
    assert "--password " not in run("add", "--help").output


def test_a_reset_and_a_sign_in_link_are_printed_and_on_the_record(
    run: Run, client: TestClient, people: People, organization: Organization, acts: Callable[[Organization], list[str]]
) -> None:
    people.user(organization, email="ada@example.com")
    path = run("link", "ada@example.com").output.strip().removeprefix("http://127.0.0.1:8321")
    assert client.post(path).status_code == 303
    assert "/reset/il_" in run("reset", "ADA@example.com").output
    links = [act for act in acts(organization) if act.endswith("_link.made")]
    assert links == ["access.sign_in_link.made", "access.reset_link.made"]
    unknown = run("reset", "nobody@example.com")
    assert unknown.exit_code != 0


def test_a_key_is_created_listed_and_revoked(run: Run, client: TestClient) -> None:
    secret = run("key", "create", "robot", "--role", "operator", "--days", "30").output.strip()
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/access/me", headers=headers).json()["label"] == "key:robot"
    (listed,) = json.loads(run("key", "list", "--json").output)
    assert (listed["name"], listed["role"]) == ("robot", "operator")
    assert secret not in run("key", "list").output
    assert run("key", "revoke", listed["id"]).exit_code == 0
    assert run("key", "revoke", listed["id"]).exit_code != 0


def test_users_are_listed_given_roles_and_shut_out(run: Run, people: People, organization: Organization) -> None:
    people.user(organization, email="boss@example.com")
    people.user(organization, email="ada@example.com")
    assert run("role", "ada@example.com", "--role", "manager").exit_code == 0
    assert run("disable", "ada@example.com").exit_code == 0
    rows = {row["email"]: row for row in json.loads(run("list", "--json").output)}
    assert rows["ada@example.com"]["role"] == "manager"
    assert rows["ada@example.com"]["disabled_at"]
    assert run("enable", "ada@example.com").exit_code == 0
    assert run("disable", "boss@example.com").exit_code != 0
    assert "boss@example.com" in run("list").output
