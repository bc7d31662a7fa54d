"""Brings a database to the present schema: the three roles with their passwords, then the chain of migrations."""

import fcntl
import os
import secrets
from pathlib import Path

import psycopg
from psycopg import sql

from intendant.kit.database import APP_ROLE, OWNER_ROLE, SYSTEM_ROLE, DatabaseUrls, url_for_role

_MIGRATION_LOCK = 7_021_001
_ROLES = (OWNER_ROLE, SYSTEM_ROLE, APP_ROLE)


def prepare_database(superuser_url: str, keys: Path) -> DatabaseUrls:
    """Create roles and schema where they lack, and return the URLs of the three roles. Safe to call from many processes.

    `superuser_url` is a role that may create roles and owns or may create in the database. Passwords are made once and kept
    in `keys` (files of mode 0600); the database holds only their SCRAM verifiers.
    """
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (keys / "lock").open("w") as lock:
        # Roles belong to the whole cluster, so the advisory lock of one database does not keep others out.
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _prepare(superuser_url, {role: _password(keys, role) for role in _ROLES})


def _prepare(superuser_url: str, passwords: dict[str, str]) -> DatabaseUrls:
    urls = DatabaseUrls(
        app=url_for_role(superuser_url, APP_ROLE, passwords[APP_ROLE]),
        system=url_for_role(superuser_url, SYSTEM_ROLE, passwords[SYSTEM_ROLE]),
        owner=url_for_role(superuser_url, OWNER_ROLE, passwords[OWNER_ROLE]),
    )
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        _create_roles(connection, passwords)
        if not is_current(connection):
            _migrate(urls.owner)
    return urls


def is_current(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Say whether the newest migration of this code has been applied."""
    if connection.execute("select to_regclass('public.alembic_version')").fetchone() == (None,):
        return False
    row = connection.execute("select version_num from alembic_version").fetchone()
    return row is not None and row[0] == newest_revision()


def newest_revision() -> str:
    """Return the revision of the newest migration file, read from its name (no import of the migration tool)."""
    folder = Path(__file__).parent.parent / "migrations" / "versions"
    return max(path.name.partition("_")[0] for path in folder.glob("[0-9]*.py"))


def _password(keys: Path, role: str) -> str:
    path = keys / f"{role}.password"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32))
    return path.read_text().strip()


def _create_roles(connection: psycopg.Connection[tuple[object, ...]], passwords: dict[str, str]) -> None:
    present = {
        row[0] for row in connection.execute("select rolname from pg_roles where rolname = any(%s)", [list(_ROLES)])
    }
    for role, password in passwords.items():
        if role in present and _can_connect(connection, role, password):
            continue
        verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        verb = "alter" if role in present else "create"
        connection.execute(
            sql.SQL("{} role {} login nosuperuser nocreatedb nocreaterole nobypassrls password {}").format(
                sql.SQL(verb), sql.Identifier(role), sql.Literal(verifier)
            )
        )
    database = connection.info.dbname
    connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(database)))
    connection.execute(
        sql.SQL("grant connect, temporary on database {} to {}, {}").format(
            sql.Identifier(database), sql.Identifier(SYSTEM_ROLE), sql.Identifier(APP_ROLE)
        )
    )
    connection.execute(
        sql.SQL("grant connect, create on database {} to {}").format(
            sql.Identifier(database), sql.Identifier(OWNER_ROLE)
        )
    )
    connection.execute(sql.SQL("grant usage, create on schema public to {}").format(sql.Identifier(OWNER_ROLE)))


def _can_connect(connection: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> bool:
    parameters = connection.info.get_parameters() | {"user": role, "password": password}
    try:
        psycopg.connect(**parameters).close()  # type: ignore[arg-type]
    except psycopg.OperationalError:
        return False
    return True


def _migrate(owner_url: str) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
    engine = create_engine(owner_url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
