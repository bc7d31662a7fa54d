"""Machines join by a token: keys arrive whole and once, and no more rights come with them than a machine needs."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.support.postgres import create_database, drop_database

from intendant.kit import machines, schema
from intendant.kit.database import APP_ROLE, OWNER_ROLE, SYSTEM_ROLE, url_for_role
from intendant.kit.machines import _invitation
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.schema import prepare_database


@dataclass(frozen=True)
class First:
    """The machine that administers a database."""

    url: str
    keys: Path

    def invite(self, minutes: int = 15) -> str:
        return machines.invite(self.url, self.keys, by="console:tester", minutes=minutes).token

    def ask(self, query: str) -> Any:
        with psycopg.connect(self.url) as connection:
            row = connection.execute(query.encode()).fetchone()
        return None if row is None else row[0]


@pytest.fixture(scope="module")
def first(
    postgres_server: EmbeddedPostgres, migrated_template: tuple[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[First]:
    """Lend a machine with a database, and with keys that another one needs."""
    name, _ = migrated_template
    made = create_database(postgres_server, name)
    keys = tmp_path_factory.mktemp("first")
    for each in (OWNER_ROLE, SYSTEM_ROLE, APP_ROLE):
        (keys / f"{each}.password").write_text(password_of(migrated_template, each))
    (keys / "audit-signing.pem").write_text("private")
    (keys / "vault").mkdir()
    (keys / "vault" / "ring.json").write_text("ring")
    (keys / "lock").touch()
    yield First(postgres_server.superuser_url(made), keys)
    drop_database(postgres_server, made)


def password_of(template: tuple[str, Any], role: str) -> str:
    """Return the password of a role, which all databases of the test server share."""
    urls = template[1]
    url = {OWNER_ROLE: urls.owner, SYSTEM_ROLE: urls.system, APP_ROLE: urls.app}[role]
    return str(psycopg.conninfo.conninfo_to_dict(url)["password"])


def test_a_machine_joins_once_and_gets_every_key_but_the_owners(first: First, tmp_path: Path) -> None:
    token = first.invite()
    written = machines.take_up(first.url, token, tmp_path / "keys", machine="second")
    assert set(written) == {
        f"{APP_ROLE}.password",
        f"{SYSTEM_ROLE}.password",
        "audit-signing.pem",
        "vault/ring.json",
    }
    assert (tmp_path / "keys" / "vault" / "ring.json").read_text() == "ring"
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").rglob("*") if path.is_file()} == {0o600}
    address = (tmp_path / "keys" / "database.url").read_text()
    assert "@" not in address.partition("?")[0].removeprefix("postgresql://").partition("/")[0]
    assert token not in str(first.ask("select to_jsonb(array_agg(m)) from machines m"))

    urls = prepare_database(address.strip(), tmp_path / "keys")
    assert urls.owner is None
    with psycopg.connect(urls.system) as connection:
        assert connection.execute("select current_user").fetchone() == (SYSTEM_ROLE,)

    with pytest.raises(machines.InvitationInvalid, match="taken up before"):
        machines.take_up(first.url, token, tmp_path / "third", machine="third")
    assert not (tmp_path / "third").exists()
    assert first.ask("select count(*) from machines where name = 'third'") == 0


def test_what_is_no_token_or_has_lapsed_opens_nothing(first: First, tmp_path: Path) -> None:
    wrong = "im_" + secrets.token_urlsafe(32)
    for each in ("", "im_", "nonsense", wrong + "AA", wrong):
        with pytest.raises(machines.InvitationInvalid):
            machines.take_up(first.url, each, tmp_path / "keys", machine="second")
    late = first.invite()
    with psycopg.connect(first.url) as connection:
        connection.execute("update machine_invitations set expires_at = now() - interval '1 second'")
    with pytest.raises(machines.InvitationInvalid):
        machines.take_up(first.url, late, tmp_path / "keys", machine="second")
    forgotten = first.invite()
    with psycopg.connect(first.url) as connection:
        # PostgreSQL itself keeps the hour, whatever our table says.
        (role,) = connection.execute("select role from machine_invitations where expires_at > now()").fetchone() or (
            "",
        )
        connection.execute(f"alter role {role} valid until '2000-01-01'".encode())
    with pytest.raises(machines.InvitationInvalid, match="password"):
        machines.take_up(first.url, forgotten, tmp_path / "keys", machine="second")
    assert not (tmp_path / "keys").exists()


def test_the_account_of_an_invitation_can_do_nothing_else(first: First) -> None:
    opened = _invitation._open(first.invite(), psycopg.conninfo.conninfo_to_dict(first.url)["dbname"])
    with psycopg.connect(url_for_role(first.url, opened.role, opened.password), autocommit=True) as connection:
        tables = [row[0] for row in connection.execute("select tablename from pg_tables where schemaname = 'public'")]
        assert "machine_invitations" in tables
        readable = [
            each
            for each in tables
            if connection.execute("select has_table_privilege(%s, 'select')", [f"public.{each}"]).fetchone() != (False,)
        ]
        assert not readable
        for statement in ("select * from machine_invitations", "create table mine (a integer)", "create role mine"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


def test_accounts_that_lapsed_are_removed_with_the_next_invitation(first: First, tmp_path: Path) -> None:
    machines.take_up(first.url, first.invite(), tmp_path / "keys", machine="fourth")
    with psycopg.connect(first.url) as connection:
        connection.execute("update machine_invitations set expires_at = now() - interval '1 second'")
    first.invite()
    stem = _invitation._stem(psycopg.conninfo.conninfo_to_dict(first.url)["dbname"])
    assert first.ask(f"select count(*) from pg_roles where starts_with(rolname, '{stem}')") == 1


def test_a_machine_with_other_keys_is_left_as_it_is_and_one_that_joined_may_join_again(
    first: First, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "audit-signing.pem").write_text("another")
    with pytest.raises(machines.KeysDiffer):
        machines.take_up(first.url, first.invite(), keys, machine="fifth")
    assert [path.name for path in keys.iterdir()] == ["audit-signing.pem"]

    with pytest.raises(machines.InvitationRefused):
        machines.take_up(first.url, first.invite(), first.keys, machine="first")
    again = tmp_path / "again"
    machines.take_up(first.url, first.invite(), again, machine="sixth")
    with pytest.raises(machines.InvitationRefused):
        machines.invite(first.url, again, by="console:tester", minutes=1)
    (first.keys / "vault" / "ring.json").write_text("ring with a newer key")
    assert machines.take_up(first.url, first.invite(), again, machine="sixth") == ["vault/ring.json"]
    assert (again / "vault" / "ring.json").read_text() == "ring with a newer key"
    (first.keys / "vault" / "ring.json").write_text("ring")


def test_a_bundle_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    for name in ("../evil", "/etc/evil", ".hidden", "lock", f"{OWNER_ROLE}.password"):
        with pytest.raises(machines.KeysForeign):
            machines.write_keys(f'{{"{name}": ""}}'.encode(), tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_was_changed_in_the_database_does_not_open(first: First, tmp_path: Path) -> None:
    token = first.invite()
    with psycopg.connect(first.url) as connection:
        connection.execute("update machine_invitations set sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)")
    with pytest.raises(machines.InvitationInvalid, match="not what was sealed"):
        machines.take_up(first.url, token, tmp_path / "keys", machine="second")


def test_an_older_version_starts_on_a_newer_schema_only_where_it_can_live_with_it(first: First) -> None:
    with psycopg.connect(first.url) as connection:
        assert schema.is_current(connection)
        connection.execute("update alembic_version set version_num = '9001'")
        connection.execute("update installation set compatible_from = %s", [schema.newest_revision()])
        assert schema.is_current(connection)
        connection.execute("update installation set compatible_from = '9001'")
        with pytest.raises(schema.SchemaTooNew, match="9001"):
            schema.is_current(connection)
        connection.rollback()


def test_a_machine_that_joined_changes_no_schema(first: First, tmp_path: Path) -> None:
    machines.take_up(first.url, first.invite(), tmp_path / "keys", machine="seventh")
    newest = schema.newest_revision()
    with psycopg.connect(first.url) as connection:
        connection.execute("update alembic_version set version_num = '0000'")
    try:
        with pytest.raises(schema.SchemaTooOld):
            prepare_database(first.url, tmp_path / "keys")
    finally:
        with psycopg.connect(first.url) as connection:
            connection.execute("update alembic_version set version_num = %s", [newest])
