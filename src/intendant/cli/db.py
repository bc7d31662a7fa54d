"""`intendant db`: the state of the database, its backup and its restore, and a shell on it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from intendant.kit.postgres import EmbeddedPostgres
    from intendant.kit.settings import Settings

_BYTES_PER_MEGABYTE = 1 << 20


@click.group()
def db() -> None:
    """Look at, back up and restore the database."""


@db.command()
def status() -> None:
    """Say whether the database runs, where it is and how large it is."""
    with _plain_errors():
        settings = _settings()
        lines = _external_status(settings.database_url) if settings.database_url else _embedded_status(settings)
    for name, value in lines:
        click.echo(f"{name:<12} {value}")


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything to the new file FILE. It holds all records, so keep it where only you reach it."""
    from intendant.kit.clock import system_now
    from intendant.kit.postgres.backup import back_up

    with _plain_errors():
        settings = _settings()
        if settings.database_url:
            manifest = back_up(settings.database_url, file, created_at=system_now())
        else:
            manifest = _embedded(settings).backup(file, created_at=system_now())
    rows, tables = sum(manifest.row_counts.values()), len(manifest.row_counts)
    click.echo(
        f"{file}: {rows:,} rows of {tables} tables, {_megabytes(manifest.size_bytes)}, SHA-256 {manifest.sha256}"
    )


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, yes: bool) -> None:
    """Replace everything by the backup FILE, or change nothing where it is damaged. Stop the product first."""
    from intendant.kernel.events import start_epoch
    from intendant.kit.postgres.backup import load, verify

    with _plain_errors():
        settings = _settings()
        manifest = verify(file)
        rows = sum(manifest.row_counts.values())
        click.echo(f"{file} is sound: {rows:,} rows, written at {manifest.created_at:%Y-%m-%d %H:%M} UTC.")
        where = "the external database" if settings.database_url else f"everything below {settings.home / 'postgres'}"
        if not yes:
            click.confirm(f"Replace {where} by it?", abort=True)
        if settings.database_url:
            load(settings.database_url, file, manifest, after_restore=start_epoch)
        else:
            _embedded(settings).restore(file, after_restore=start_epoch, on_progress=_tell)
    _acknowledge(settings)
    click.echo("Restored.")


def _acknowledge(settings: "Settings") -> None:
    """Sign, where the backup lacks what audit checkpoints covered, that it does; sealing goes on from there."""
    from intendant.bootstrap import open_system
    from intendant.kernel.audit import acknowledge_restores

    with open_system(settings) as system:
        for checkpoint in acknowledge_restores(system.database, settings.checkpoints, system.signer):
            said = checkpoint.statement
            click.echo(
                f"The audit log of {said.organization_id} is back at {said.size:,} leaves; that is now on its record."
            )


@db.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> None:
    """Open psql on the database as its superuser; ARGUMENTS go to psql."""
    from intendant.kit.postgres.client import run_psql

    with _plain_errors():
        settings = _settings()
        if settings.database_url:
            sys.exit(run_psql(settings.database_url, arguments))
        server = _embedded(settings)
        with server.lease(on_progress=_tell):
            status_code = run_psql(server.superuser_url(), arguments)
    sys.exit(status_code)


def _embedded_status(settings: "Settings") -> list[tuple[str, str]]:
    found = _embedded(settings).status()
    lines = [("server", f"embedded PostgreSQL {found.version}, {found.state}")]
    if found.pid is not None:
        up = "" if found.uptime_seconds is None else f", up {found.uptime_seconds:,.0f} s"
        lines.append(("process", f"{found.pid}{up}, used by {found.lease_count}"))
    lines.append(("folder", str(found.folder)))
    lines.append(("size", _megabytes(found.data_size_bytes)))
    lines.append(("logs", str(found.log_folder)))
    if found.address is not None:
        lines.append(("socket", found.address.host))
    return lines


def _external_status(url: str) -> list[tuple[str, str]]:
    import psycopg

    from intendant.kit.errors import Unavailable

    question = "SELECT current_setting('server_version'), pg_database_size(current_database()), current_database()"
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            row = connection.execute(question).fetchone()
            place = f"{connection.info.host}:{connection.info.port}"
    except psycopg.OperationalError as error:
        raise Unavailable(
            f"The external database does not answer: {error}", remedy="See INTENDANT_DATABASE_URL."
        ) from error
    version, size, name = row or ("", 0, "")
    return [("server", f"external PostgreSQL {version}, {place}"), ("database", name), ("size", _megabytes(size))]


def _settings() -> "Settings":
    from intendant.kit.settings import load_settings

    return load_settings()


def _embedded(settings: "Settings") -> "EmbeddedPostgres":
    from intendant.kit.postgres import EmbeddedPostgres

    return EmbeddedPostgres(settings.home / "postgres")


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / _BYTES_PER_MEGABYTE:,.1f} MB"


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Show foreseen errors as a sentence, without a stack."""
    from intendant.kit.errors import Bug, IntendantError

    try:
        yield
    except Bug:
        raise
    except IntendantError as error:
        raise click.ClickException(str(error)) from error
