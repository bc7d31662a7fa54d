"""Backup and restore: everything comes back, or nothing changes."""

import secrets
import shutil
import stat
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from tests.support.postgres import create_database, private_folder

from intendant.kit.errors import Invalid
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.postgres._manifest import BackupForeign
from intendant.kit.postgres._server import ServerInUse
from intendant.kit.postgres.backup import (
    BackupCorrupt,
    BackupTargetExists,
    NothingToBackUp,
    RestoreTargetNotEmpty,
    back_up,
    load,
    verify,
)

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
CONTENT = """
CREATE ROLE intendant_owner NOLOGIN;
CREATE ROLE intendant_app LOGIN PASSWORD 'app-secret';
CREATE ROLE intendant_system LOGIN PASSWORD 'system-secret' BYPASSRLS;
GRANT intendant_owner TO intendant_system WITH INHERIT FALSE;
ALTER ROLE intendant_app SET search_path = public, "Odd Schema";
ALTER DATABASE intendant SET lock_timeout = '7s';
REVOKE CONNECT ON DATABASE intendant FROM PUBLIC;
GRANT CONNECT ON DATABASE intendant TO intendant_app, intendant_system;
CREATE SCHEMA "Odd Schema" AUTHORIZATION intendant_owner;
CREATE EXTENSION vector;
CREATE TABLE decisions (organization_id int, id bigint GENERATED ALWAYS AS IDENTITY, at date, note text, embedding vector(3))
    PARTITION BY RANGE (at);
CREATE TABLE decisions_2026 PARTITION OF decisions FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE decisions_rest PARTITION OF decisions DEFAULT;
ALTER TABLE decisions OWNER TO intendant_owner;
ALTER TABLE decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE decisions FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON decisions TO intendant_app
    USING (organization_id = nullif(current_setting('intendant.organization', true), '')::int);
GRANT SELECT, INSERT ON decisions TO intendant_app;
CREATE TABLE "Odd Schema"."a ""quoted"" % name" (id int);
INSERT INTO decisions (organization_id, at, note, embedding)
    SELECT i % 3, date '2025-12-30' + i % 5, 'note ' || i, '[1,2,3]' FROM generate_series(1, 3000) AS i;
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = private_folder(f"intendant-backup-tests-{secrets.token_hex(4)}")
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    """A server with roles and contents of its own, because roles belong to the whole cluster."""
    made = EmbeddedPostgres(folder / "source", durable=False)
    with made.lease():
        with psycopg.connect(made.superuser_url(), autocommit=True) as connection:
            connection.execute(CONTENT)
        yield made


@pytest.fixture(scope="module")
def backup(server: EmbeddedPostgres, folder: Path) -> Path:
    target = folder / "full.backup"
    manifest = server.backup(target, created_at=NOW)
    assert manifest.row_counts["public.decisions_2026"] + manifest.row_counts["public.decisions_rest"] == 3000
    return target


def test_a_backup_is_private_and_verifies(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    manifest = verify(backup)
    assert manifest.created_at == NOW
    assert manifest.server_version.startswith("18.")
    assert {role.name for role in manifest.definition.roles} == {"intendant_app", "intendant_owner", "intendant_system"}


def test_a_backup_holds_no_plain_password(backup: Path) -> None:
    content = backup.read_bytes()
    assert b"app-secret" not in content
    assert b"SCRAM-SHA-256$" in content


def test_a_backup_is_not_written_over_another_file(server: EmbeddedPostgres, backup: Path) -> None:
    with pytest.raises(BackupTargetExists):
        server.backup(backup, created_at=NOW)


def test_an_empty_database_is_not_taken_for_a_backup(server: EmbeddedPostgres, folder: Path) -> None:
    empty = create_database(server)
    with pytest.raises(NothingToBackUp):
        back_up(server.superuser_url(empty), folder / "empty.backup", created_at=NOW)
    assert not list(folder.glob("empty.backup*"))


def test_a_restore_brings_back_rows_roles_passwords_policies_and_settings(folder: Path, backup: Path) -> None:
    fresh = EmbeddedPostgres(folder / "fresh", durable=False)
    with fresh.lease() as address:
        with psycopg.connect(fresh.superuser_url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE of_before (id int)")

        def start_a_new_epoch(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
            connection.execute("CREATE TABLE epoch AS SELECT 2 AS epoch")

        fresh.restore(backup, after_restore=start_a_new_epoch)
        with psycopg.connect(address.url("intendant_app", "app-secret")) as connection:
            assert connection.execute("SELECT count(*) FROM decisions").fetchone() == (0,)
            connection.execute("SELECT set_config('intendant.organization', '1', true)")
            assert connection.execute("SELECT count(*) FROM decisions").fetchone() == (1000,)
            assert connection.execute("SHOW search_path").fetchone() == ('public, "Odd Schema"',)
            assert connection.execute("SHOW lock_timeout").fetchone() == ("7s",)
        with psycopg.connect(fresh.superuser_url()) as connection:
            assert connection.execute("SELECT * FROM epoch").fetchone() == (2,)
            assert connection.execute("SELECT to_regclass('of_before')").fetchone() == (None,)
            owner = connection.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'decisions'").fetchone()
            assert owner == ("intendant_owner",)
            connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'stranger'")
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(address.url("stranger", "stranger"))
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(address.url("intendant_app", "wrong"))
    assert len(list(fresh.status().folder.glob("cluster-*"))) == 1


def test_a_restored_database_can_be_backed_up_and_has_the_same_rows(folder: Path, backup: Path) -> None:
    again = EmbeddedPostgres(folder / "again")
    again.restore(backup)
    assert not again.status().running
    manifest = again.backup(folder / "again.backup", created_at=NOW)
    assert manifest.row_counts == verify(backup).row_counts
    assert manifest.definition == verify(backup).definition


@pytest.mark.parametrize("damage", ["cut short", "a bit flipped", "empty", "foreign archive", "not an archive"])
def test_a_damaged_backup_is_refused_and_changes_nothing(folder: Path, backup: Path, damage: str) -> None:
    bad = folder / "bad.backup"
    content = bytearray(backup.read_bytes())
    if damage == "cut short":
        bad.write_bytes(content[: len(content) * 2 // 3])
    elif damage == "a bit flipped":
        content[len(content) // 3] ^= 4
        bad.write_bytes(content)
    elif damage == "empty":
        bad.write_bytes(b"")
    elif damage == "foreign archive":
        with zipfile.ZipFile(bad, "w") as archive:
            archive.writestr("hello.txt", "hello")
    else:
        bad.write_text("-- SQL dump")
    target = EmbeddedPostgres(folder / "untouched", durable=False)
    with target.lease():
        with psycopg.connect(target.superuser_url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
        with pytest.raises(Invalid) as refusal:
            target.restore(bad)
        assert isinstance(refusal.value, BackupCorrupt | BackupForeign)
        assert refusal.value.remedy
        with psycopg.connect(target.superuser_url()) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_manifest_that_promises_other_rows_is_refused_after_loading(folder: Path, backup: Path) -> None:
    lying = folder / "lying.backup"
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(lying, "w") as target:
        target.writestr("database.dump", source.read("database.dump"))
        text = source.read("manifest.json").decode()
        assert '"public.decisions_rest": ' in text
        target.writestr("manifest.json", text.replace('"public.decisions_rest": ', '"public.decisions_rest": 9'))
    place = EmbeddedPostgres(folder / "untouched", durable=False)
    with place.lease():
        with pytest.raises(BackupCorrupt, match="differ in their number of rows"):
            place.restore(lying)
        assert len(list(place.status().folder.glob("cluster-*"))) == 1


def test_a_failing_hook_leaves_the_old_database_in_use(folder: Path, backup: Path) -> None:
    place = EmbeddedPostgres(folder / "untouched", durable=False)

    def fail(_: "psycopg.Connection[tuple[object, ...]]") -> None:
        raise LookupError("no epoch")

    with place.lease():
        with psycopg.connect(place.superuser_url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
        with pytest.raises(LookupError):
            place.restore(backup, after_restore=fail)
        with psycopg.connect(place.superuser_url()) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_restore_is_refused_while_others_use_the_server(folder: Path, backup: Path) -> None:
    other = EmbeddedPostgres(folder / "untouched", durable=False)
    with other.lease(), pytest.raises(ServerInUse):
        EmbeddedPostgres(folder / "untouched", durable=False).restore(backup)


def test_a_backup_loads_into_an_empty_database_and_into_no_other(server: EmbeddedPostgres, backup: Path) -> None:
    name = create_database(server)
    load(server.superuser_url(name), backup, verify(backup))
    with psycopg.connect(server.superuser_url(name)) as connection:
        assert connection.execute("SELECT count(*) FROM decisions").fetchone() == (3000,)
    with pytest.raises(RestoreTargetNotEmpty):
        load(server.superuser_url(name), backup, verify(backup))


def test_rows_written_during_a_backup_do_not_spoil_its_counts(server: EmbeddedPostgres, folder: Path) -> None:
    """Count and dump share a snapshot, so a backup taken under load still proves itself at restore."""
    url = server.superuser_url()
    with psycopg.connect(url, autocommit=True) as writer:
        writer.execute("SELECT pg_sleep(0)")
        manifest = back_up(url, folder / "live.backup", created_at=NOW)
        writer.execute("INSERT INTO decisions (organization_id, at) VALUES (1, '2026-02-02')")
    assert verify(folder / "live.backup").row_counts == manifest.row_counts
