"""The embedded PostgreSQL: made, reached, shared and refused."""

import stat
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from tests.support.postgres import create_database, drop_database, postgres_server  # noqa: F401

from intendant.kit.postgres import EmbeddedPostgres


def test_a_new_server_answers_with_checksums_and_utf8(postgres_server: EmbeddedPostgres) -> None:  # noqa: F811
    question = "SELECT current_setting('data_checksums'), current_setting('server_encoding'), upper('grün')"
    with psycopg.connect(postgres_server.superuser_url()) as connection:
        assert connection.execute(question).fetchone() == ("on", "UTF8", "GRÜN")


def test_the_address_serves_sqlalchemy(postgres_server: EmbeddedPostgres) -> None:  # noqa: F811
    url = postgres_server.superuser_url().replace("postgresql://", "postgresql+psycopg://")
    with create_engine(url).connect() as connection:
        assert connection.execute(text("SELECT current_database()")).scalar_one() == "intendant"


def test_a_wrong_password_is_refused(postgres_server: EmbeddedPostgres) -> None:  # noqa: F811
    address = postgres_server.ensure_started()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address.url("postgres", "wrong"))


def test_every_way_in_asks_for_scram(postgres_server: EmbeddedPostgres) -> None:  # noqa: F811
    with psycopg.connect(postgres_server.superuser_url()) as connection:
        methods = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
        assert methods == [("scram-sha-256",)]
        assert connection.execute("SELECT current_setting('listen_addresses')").fetchone() == ("",)


def test_socket_folder_and_password_are_private(postgres_server: EmbeddedPostgres) -> None:  # noqa: F811
    status = postgres_server.status()
    assert status.address is not None
    assert stat.S_IMODE(Path(status.address.host).stat().st_mode) == 0o700
    assert stat.S_IMODE((status.folder / "superuser-password").stat().st_mode) == 0o600


def test_a_database_is_made_from_a_template(postgres_server: EmbeddedPostgres) -> None:  # noqa: F811
    template = create_database(postgres_server)
    with psycopg.connect(postgres_server.superuser_url(template), autocommit=True) as connection:
        connection.execute("CREATE TABLE marks (id int)")
    copy = create_database(postgres_server, template)
    with psycopg.connect(postgres_server.superuser_url(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM marks").fetchone() == (0,)
    drop_database(postgres_server, copy)
    drop_database(postgres_server, template)
