"""`intendant db`: what the operator sees."""

import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result
from tests.support.postgres import private_folder

from intendant.cli.db import db
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.schema import prepare_database

HAPPENED = """
INSERT INTO events (organization_id, id, name, version, body, at, recorded_at)
VALUES (gen_random_uuid(), first_id_at(now()), %s, 1, '{}', now(), now())
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    made = private_folder(f"intendant-command-tests-{secrets.token_hex(4)}")
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    made = EmbeddedPostgres(home / "postgres", durable=False)
    with made.lease():
        prepare_database(made.superuser_url(), home / "keys")
        with psycopg.connect(made.superuser_url(), autocommit=True) as connection:
            connection.execute(HAPPENED, ["before"])
    yield made
    made.remove()


def run(home: Path, *arguments: str, answer: str = "") -> Result:
    return CliRunner(env={"INTENDANT_HOME": str(home)}).invoke(db, arguments, input=answer)


def test_status_tells_state_place_and_size(home: Path, server: EmbeddedPostgres) -> None:
    assert "stopped" in run(home, "status").output
    with server.lease():
        output = run(home, "status").output
    assert "ready" in output
    assert "used by 1" in output
    assert str(home / "postgres") in output


def test_a_backup_restored_by_command_begins_a_new_epoch(home: Path, server: EmbeddedPostgres) -> None:
    file = home / "evening.backup"
    assert re.search(r"4 rows of \d+ tables", run(home, "backup", str(file)).output)
    with server.lease(), psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        connection.execute(HAPPENED, ["lost"])
    assert run(home, "restore", str(file), answer="n\n").exit_code == 1
    restored = run(home, "restore", str(file), "--yes")
    assert restored.exit_code == 0, restored.output
    with server.lease(), psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        connection.execute(HAPPENED, ["after"])
        assert connection.execute("SELECT epoch, name FROM events ORDER BY 1").fetchall() == [
            (1, "before"),
            (2, "after"),
        ]


def test_a_damaged_backup_is_a_sentence_and_not_a_stack(home: Path, server: EmbeddedPostgres) -> None:
    file = home / "damaged.backup"
    file.write_bytes(b"PK nonsense")
    result = run(home, "restore", str(file), "--yes")
    assert result.exit_code == 1
    assert "damaged" in result.output
    assert "Traceback" not in result.output


def test_an_external_database_that_is_away_is_a_sentence() -> None:
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    result = CliRunner(env={"INTENDANT_DATABASE_URL": url}).invoke(db, ["status"])
    assert result.exit_code == 1
    assert "INTENDANT_DATABASE_URL" in result.output
