"""PostgreSQL's client programs, run without the password in their arguments, which every user of the machine can read."""

import os
import signal
import subprocess
from collections.abc import Sequence

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from intendant.kit.postgres._binaries import ENVIRONMENT, find_binaries

__all__ = ["run_psql", "without_password"]


def run_psql(url: str, arguments: Sequence[str]) -> int:
    """Run psql at our terminal until its user leaves, and return its exit status."""
    address, environment = without_password(url)
    # The user's own environment (terminal, pager, home) stays; only this process and its child see the password.
    os.putenv("PGPASSWORD", environment.get("PGPASSWORD", ""))
    # Ctrl-C is for psql, which cancels a query by it.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(
            [find_binaries().program("psql"), "--no-password", f"--dbname={address}", *arguments],
            preexec_fn=_take_interrupts,  # noqa: PLW1509 - the command line has no other threads
        )
        return process.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def without_password(url: str) -> tuple[str, dict[str, str]]:
    """Return the address without its password, and the environment that carries it."""
    parts = conninfo_to_dict(url)
    password = parts.pop("password", None)
    return make_conninfo("", **parts), {**ENVIRONMENT, **({"PGPASSWORD": str(password)} if password else {})}


def _take_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
