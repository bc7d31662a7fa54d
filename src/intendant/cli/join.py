"""`intendant invite` and `intendant join`: bring the keys of this installation to another machine, once and safely."""

import socket
from typing import TYPE_CHECKING

import click

from intendant.cli.console import whoami

if TYPE_CHECKING:
    from intendant.kit.settings import Settings

INVITED_MINUTES = 15


@click.command()
@click.option("--minutes", type=int, default=INVITED_MINUTES, show_default=True, help="For how long the token holds.")
def invite(minutes: int) -> None:
    """Print a token with which one other machine gets this installation's keys, once.

    Needs an external PostgreSQL, and runs where it is administered. The token is worth all keys: tell it to nobody else.
    """
    from intendant.bootstrap import open_system
    from intendant.kernel.tasks import prepare_engine
    from intendant.kit import machines
    from intendant.kit.logging import configure_logging
    from intendant.kit.settings import load_settings
    from intendant.worker import record_invited

    configure_logging("warning")
    settings = load_settings()
    url = _external(settings)
    with open_system(settings) as system:
        # Made here where they are lacking: a newcomer may make neither keys nor tables.
        system.make_keys()
        prepare_engine(system.database.urls)
        invitation = machines.invite(url, settings.keys, by=whoami(), minutes=minutes)
        record_invited(system, by=whoami(), expires_at=invitation.expires_at)
    click.echo(f"On the other machine, until {invitation.expires_at:%H:%M} UTC, once:\n")
    click.echo(f"    intendant join {_address(url)} {invitation.token}")


@click.command()
@click.argument("url")
@click.argument("token", required=False)
@click.option(
    "--name", default=socket.gethostname, help="What the audit logs call this machine; its host name by default."
)
def join(url: str, token: str | None, name: str) -> None:
    """Let this machine work for the installation in the database at URL, by the TOKEN of an invitation.

    URL is postgresql://HOST/DATABASE with what else the connection needs (sslmode=verify-full), without user or password. Without
    TOKEN it is asked for, so that it stands in no history of commands.
    """
    from dataclasses import replace

    from intendant.bootstrap import open_system
    from intendant.kit import machines
    from intendant.kit.logging import configure_logging
    from intendant.kit.settings import load_settings
    from intendant.worker import record_joined

    configure_logging("warning")
    settings = load_settings()
    given = token or click.prompt("Token", hide_input=True)
    written = machines.take_up(url, given, settings.keys, machine=name)
    with open_system(replace(settings, database_url=url)) as system:
        record_joined(system)
    click.echo(f"{name} has joined: {len(written)} keys are in {settings.keys}.")
    click.echo("Start `intendant server` or `intendant worker` here; INTENDANT_DATABASE_URL need not be set.")


def _external(settings: "Settings") -> str:
    from intendant.kit.machines import InvitationRefused

    if settings.database_url is None:
        raise InvitationRefused(
            "The embedded database listens on no network, so no other machine can work with it.",
            field="INTENDANT_DATABASE_URL",
            remedy="Run on an external PostgreSQL first.",
        )
    return settings.database_url


def _address(url: str) -> str:
    """Return a database's address without user and password, for the terminal."""
    from urllib.parse import urlsplit, urlunsplit

    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
