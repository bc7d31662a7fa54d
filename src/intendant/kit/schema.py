"""Brings a database to the present schema: the three roles with their passwords, then the chain of migrations.

A machine that has the owner's password administers the database: it makes roles and migrates. One that joined has the passwords
of the serving and the system role alone; it takes the schema as it finds it, or refuses to start on one that it cannot live with.
"""

import fcntl
import os
import re
import secrets
from pathlib import Path

import psycopg
from psycopg import sql

from intendant.kit.database import APP_ROLE, OWNER_ROLE, SYSTEM_ROLE, DatabaseUrls, url_for_role, with_liveness
from intendant.kit.errors import Conflict, Unavailable

CONNECT_SECONDS_MAX = 10
_MIGRATION_LOCK = 7_021_001
_ROLES = (OWNER_ROLE, SYSTEM_ROLE, APP_ROLE)
_FIRST_RELEASE = "0009"
"""Migrations up to here came out together, so that no code knows a part of them."""


class SchemaTooNew(Conflict):
    """A newer version changed the schema in a way that this version cannot live with."""

    code = "schema_too_new"


class SchemaTooOld(Conflict):
    """The schema lacks what this version needs, and this machine may not change it."""

    code = "schema_too_old"


class DatabaseRefused(Unavailable):
    """The database does not answer, or does not let this machine in."""

    code = "database_refused"


def prepare_database(url: str, keys: Path) -> DatabaseUrls:
    """Create roles and schema where they lack, and return the URLs of the three roles. Safe to call from many processes.

    `url` is a role that may create roles and owns or may create in the database. Passwords are made once and kept in `keys`
    (files of mode 0600); the database holds only their SCRAM verifiers. On a machine that joined (`has_joined`) the role in
    `url` is not used: nothing is created, and the URL of the owner is None. Raises SchemaTooNew and SchemaTooOld.
    """
    if has_joined(keys):
        return _open(url, keys)
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (keys / "lock").open("w") as lock:
        # Roles belong to the whole cluster, so the advisory lock of one database does not keep others out.
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _prepare(url, {role: _password(keys, role) for role in _ROLES})


def has_joined(keys: Path) -> bool:
    """Say whether this machine joined an installation that another one administers: it has passwords, but not the owner's."""
    return _password_file(keys, APP_ROLE).exists() and not _password_file(keys, OWNER_ROLE).exists()


def owner_password(keys: Path) -> str | None:
    """Return the owner's password, None on a machine that lacks it."""
    path = _password_file(keys, OWNER_ROLE)
    return path.read_text().strip() if path.exists() else None


def _open(url: str, keys: Path) -> DatabaseUrls:
    app, system = (
        with_liveness(url_for_role(url, role, _password_file(keys, role).read_text().strip()))
        for role in (APP_ROLE, SYSTEM_ROLE)
    )
    try:
        with psycopg.connect(system, autocommit=True, connect_timeout=CONNECT_SECONDS_MAX) as connection:
            current = is_current(connection)
    except psycopg.OperationalError as error:
        raise DatabaseRefused(
            f"The database does not let this machine in: {_first_line(error)}",
            field="INTENDANT_DATABASE_URL",
            remedy="Check the address; if the passwords were renewed, let this machine join again.",
        ) from error
    if not current:
        raise SchemaTooOld(
            f"The schema lacks what this version needs ({newest_revision()}), and this machine may not change it.",
            remedy="Start this version first on a machine that administers the database.",
        )
    return DatabaseUrls(app=app, system=system, owner=None)


def _prepare(superuser_url: str, passwords: dict[str, str]) -> DatabaseUrls:
    owner = url_for_role(superuser_url, OWNER_ROLE, passwords[OWNER_ROLE])
    urls = DatabaseUrls(
        app=with_liveness(url_for_role(superuser_url, APP_ROLE, passwords[APP_ROLE])),
        system=with_liveness(url_for_role(superuser_url, SYSTEM_ROLE, passwords[SYSTEM_ROLE])),
        owner=owner,
    )
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        _create_roles(connection, passwords)
        if not is_current(connection):
            _migrate(owner)
    return urls


def is_current(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Say whether the schema has all that this code needs. Raises SchemaTooNew where it has outgrown this code."""
    if connection.execute("select to_regclass('public.alembic_version')").fetchone() == (None,):
        return False
    row = connection.execute("select version_num from alembic_version").fetchone()
    if row is None or str(row[0]) < newest_revision():
        return False
    if str(row[0]) > newest_revision():
        oldest = connection.execute("select compatible_from from installation").fetchone()
        if oldest is None or str(oldest[0]) > newest_revision():
            raise SchemaTooNew(
                f"A newer version brought the schema to {row[0]}; this version knows {newest_revision()}.",
                remedy="Start the newer version on this machine too.",
            )
    return True


def newest_revision() -> str:
    """Return the revision of the newest migration file, read from its name (no import of the migration tool)."""
    return max(path.name.partition("_")[0] for path in _migrations())


def compatible_from() -> str:
    """Return the oldest revision whose code can live with the newest schema.

    A migration says with `COMPATIBLE_FROM = "0011"` whose code it leaves working; one that does not say is taken to leave none.
    """
    found = [_FIRST_RELEASE]
    for path in _migrations():
        revision = path.name.partition("_")[0]
        if revision > _FIRST_RELEASE:
            said = re.search(r'^COMPATIBLE_FROM = "(\d{4})"$', path.read_text(), re.MULTILINE)
            found.append(said.group(1) if said else revision)
    return max(found)


def _migrations() -> list[Path]:
    return sorted((Path(__file__).parent.parent / "migrations" / "versions").glob("[0-9]*.py"))


def _password_file(keys: Path, role: str) -> Path:
    return keys / f"{role}.password"


def _password(keys: Path, role: str) -> str:
    path = _password_file(keys, role)
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
    with psycopg.connect(owner_url, autocommit=True) as plain:
        plain.execute("update installation set compatible_from = %s", [compatible_from()])


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[-1] if str(error).strip() else "no answer"
