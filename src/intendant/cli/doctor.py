"""`intendant doctor`: what is wrong and what to do about it; works while nothing runs, and changes nothing."""

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from intendant.kit.database import Database
    from intendant.kit.settings import Settings
    from intendant.operations import Check

_SIGNS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "failed": ("✗", "red")}
_STATUS = {"ok": 0, "warning": 1, "failed": 2}
_TITLES = {"settings": "Settings", "machine": "This machine", "database": "Database", "work": "Work"}
CONNECT_SECONDS = 3


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@click.option("--all", "everything", is_flag=True, help="Show also what is well.")
def doctor(as_json: bool, everything: bool) -> None:
    """Say what is wrong and what to do. Ends with status 0 where all is well, 1 with warnings, 2 where something is broken."""
    from intendant.cli.console import print_json
    from intendant.kit.logging import configure_logging
    from intendant.operations import worst

    configure_logging("error")
    checks = examine()
    state = worst(checks)
    if as_json:
        print_json({"state": state, "checks": [_plain(check) for check in checks]})
    else:
        _print(checks, everything=everything)
    sys.exit(_STATUS[state])


def examine() -> "list[Check]":
    """Look at everything that can be looked at."""
    from intendant.kit.errors import IntendantError
    from intendant.kit.settings import load_settings
    from intendant.operations import Check, CheckState, diagnose

    try:
        settings = load_settings()
    except IntendantError as error:
        return [Check("settings.valid", "settings", CheckState.FAILED, error.message, error.remedy)]
    checks = [Check("settings.valid", "settings", CheckState.OK, "The settings are valid.")]
    database, why = _database(settings)
    try:
        checks += diagnose(settings, database)
    finally:
        if database is not None:
            database.close()
    checks += why
    checks += _port(settings, checks)
    return checks


def _database(settings: "Settings") -> "tuple[Database | None, list[Check]]":
    """Return the database without starting it or bringing it up to date, or why it cannot be looked at."""
    import psycopg

    from intendant.kit.database import SYSTEM_ROLE, Database, DatabaseUrls, url_for_role
    from intendant.kit.errors import IntendantError
    from intendant.kit.postgres import EmbeddedPostgres
    from intendant.operations import Check, CheckState

    def failed(summary: str, remedy: str) -> "tuple[None, list[Check]]":
        return None, [Check("database.reachable", "database", CheckState.FAILED, summary, remedy)]

    url = settings.database_url
    if url is None:
        folder = settings.home / "postgres"
        if not folder.exists():
            return failed("There is no installation here yet.", "Start it with `intendant up`, or set INTENDANT_HOME.")
        try:
            postgres = EmbeddedPostgres(folder)
            status = postgres.status()
            if not status.running:
                log = f"If it should run, its own log says why it does not: {status.log_folder}"
                return failed(f"The embedded database is {status.state}.", f"Start it with `intendant up`. {log}")
            url = postgres.superuser_url()
        except (IntendantError, OSError) as error:
            return failed(f"The embedded database cannot be looked at: {error}", "Run as the account that started it.")
    password = settings.keys / f"{SYSTEM_ROLE}.password"
    try:
        system_url = url_for_role(url, SYSTEM_ROLE, password.read_text().strip())
    except OSError as error:
        return failed(
            f"The password of the system role cannot be read: {error.strerror}.",
            "Run as the account that owns keys/, or join this machine to the installation with `intendant join`.",
        )
    try:
        psycopg.connect(system_url, connect_timeout=CONNECT_SECONDS).close()
    except psycopg.OperationalError as error:
        first = (str(error).splitlines() or ["no answer"])[-1].strip()[:200]
        return failed(
            f"The database does not let us in: {first}",
            "See that it runs and is reachable from here, and that keys/ belongs to this very database.",
        )
    return Database(DatabaseUrls(system_url, system_url, system_url)), []


def _port(settings: "Settings", checks: "list[Check]") -> "list[Check]":
    """Say whether somebody else has the server's port: something answers there while no server is known."""
    import socket

    from intendant.operations import Check, CheckState

    serving = any(each.name == "work.servers" and each.detail.get("alive") for each in checks)
    if serving:
        return []
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.settimeout(1.0)
        try:
            taken = probe.connect_ex((settings.host, settings.port)) == 0
        except OSError:
            taken = False
    if not taken:
        return []
    return [
        Check(
            "machine.port",
            "machine",
            CheckState.FAILED,
            f"Another program listens on {settings.host}:{settings.port}, so a server cannot.",
            "End that program, or set INTENDANT_PORT to a free port.",
        )
    ]


def _plain(check: "Check") -> dict[str, object]:
    return {
        "name": check.name,
        "group": check.group,
        "state": check.state,
        "summary": check.summary,
        "remedy": check.remedy,
        "detail": check.detail,
    }


def _print(checks: "list[Check]", *, everything: bool) -> None:
    for group, title in _TITLES.items():
        found = [check for check in checks if check.group == group]
        if not found:
            continue
        click.secho(title, bold=True)
        wrong = [check for check in found if check.state != "ok"]
        for check in found if everything else wrong:
            sign, color = _SIGNS[check.state]
            click.echo(f"  {click.style(sign, fg=color)} {check.summary}")
            if check.remedy:
                click.echo(f"      {check.remedy}")
        well = len(found) - len(wrong)
        if well and not everything:
            click.echo(
                f"  {click.style('✓', fg='green')} {well} {'check' if well == 1 else 'checks'} without a finding"
            )
