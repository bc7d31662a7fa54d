"""`intendant`: the command line. Commands are named here and imported only when they run, so that the start is quick."""

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence

import click

from intendant import __version__
from intendant.cli.lazy import Commands, LazyGroup
from intendant.kit.errors import Bug, IntendantError

PARENT_POLL_SECONDS = 0.5

COMMANDS: Commands = {
    "up": ("intendant.cli.up", "up", "Start everything: database, server, worker, demo."),
    "server": ("intendant.cli.up", "server", "Start the HTTP server alone."),
    "worker": ("intendant.cli.up", "worker", "Start a worker alone."),
    "invite": ("intendant.cli.join", "invite", "Print a token with which another machine can join."),
    "join": ("intendant.cli.join", "join", "Join the installation in an external database, by a token."),
    "demo": ("intendant.cli.demo", "demo", "Create or remove the demo organisation."),
    "replay": ("intendant.cli.replay", "replay", "Replay a table of past applications through the live path."),
    "decide": ("intendant.cli.decisions", "decide", "Decide one application."),
    "lending": ("intendant.cli.lending", "lending", "Print a loan's schedule; needs no installation."),
    "ai": ("intendant.cli.ai", "ai", "Evaluate models, forecast, find anomalies in a file; needs no installation."),
    "decisions": ("intendant.cli.decisions", "decisions", "List and show decisions."),
    "approvals": ("intendant.cli.approvals", "approvals", "List and answer what waits for a person."),
    "policy": ("intendant.cli.policy", "policy", "Show, export, compare, publish and roll back policies."),
    "start": ("intendant.cli.control", "start", "Start the business."),
    "stop": ("intendant.cli.control", "stop", "Stop the business; what is planned is still carried out."),
    "halt": ("intendant.cli.control", "halt", "Stop everything at once, also what is under way."),
    "status": ("intendant.cli.control", "status", "Show switch, components, queue and database."),
    "component": ("intendant.cli.control", "component", "Show components, set levels, take control and hand it back."),
    "doctor": ("intendant.cli.doctor", "doctor", "Say what is wrong and what to do about it."),
    "privacy": ("intendant.cli.privacy", "privacy", "Find people, give them copies, erase them; rules of retention."),
    "audit": ("intendant.cli.audit", "audit", "Verify and export the audit log."),
    "db": ("intendant.cli.db", "db", "Look at, back up and restore the database."),
    "vault": ("intendant.cli.vault", "vault", "Look at the keys around secrets, renew them, move them."),
    "user": ("intendant.cli.user", "user", "Add users and keys, reset passwords."),
    "mcp": ("intendant.cli.mcp", "mcp", "Serve assistants that speak MCP, with an API key."),
    "organization": ("intendant.cli.organization", "organization", "Add and list organisations."),
    "new": ("intendant.cli.new", "new", "Scaffold a new domain with its tests."),
}


@click.command(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="intendant")
@click.option("--parent", type=int, hidden=True, help="End when the process with this id, which started us, has ended.")
def cli(parent: int | None) -> None:
    """Run a business by itself, inside limits its owner sets, and render account."""
    if parent is not None:
        threading.Thread(target=_end_with, args=[parent], name="parent", daemon=True).start()


def _end_with(parent: int) -> None:
    """Ask this process to end once its parent is gone: nothing of `intendant up` outlives it, not even a kill -9."""
    while os.getppid() == parent:
        time.sleep(PARENT_POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; an error that was foreseen is printed as one sentence and ends with status 1."""
    try:
        # Without the standalone mode click returns the status of `Exit` instead of raising it.
        status = cli.main(
            args=None if arguments is None else list(arguments), prog_name="intendant", standalone_mode=False
        )
    except click.exceptions.Abort:
        click.echo("Aborted.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Bug:
        raise
    except IntendantError as error:
        where = f"{error.field}: " if error.field else ""
        click.echo(f"Error: {where}{error}", err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(f"Error: {error.strerror or error}{f': {error.filename}' if error.filename else ''}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    if isinstance(status, int) and status:
        sys.exit(status)


if __name__ == "__main__":
    main()
