"""One server process over one cluster folder: is it alive, start it, wait for it, stop it, clear up after its death."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from intendant.kit.errors import Unavailable
from intendant.kit.postgres._account import ServerAccount
from intendant.kit.postgres._binaries import ENVIRONMENT, Binaries

Progress = Callable[[str], None]

POLL_SECONDS = 0.02
RECOVERY_SECONDS_MAX = 24 * 3600
"""Recovery may take long; it is waited for as long as the server process lives."""
STOP_SECONDS_MAX = 120
_ORPHAN_SECONDS_MAX = 10
_PROGRESS_EVERY_POLLS = 100
_LOG_TAIL_BYTES = 4096

_STOP_SIGNALS: Mapping[str, signal.Signals] = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}


class PostgresNotStarted(Unavailable):
    """The server ended before it accepted connections."""

    code = "postgres_not_started"


class PostgresNotStopped(Unavailable):
    """The server did not end in time."""

    code = "postgres_not_stopped"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What a running server says of itself in `postmaster.pid`."""

    pid: int
    port: int
    socket_folder: Path
    state: str

    @property
    def is_ready(self) -> bool:
        """Tell whether the server accepts connections."""
        return self.state == "ready"


def find_postmaster(cluster: Path) -> Postmaster | None:
    """Return the live server of `cluster`, or None; a stale or half-written pid file counts as none."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    try:
        pid = int(lines[0])
    except (IndexError, ValueError):
        return None
    if not _is_server_of(pid, cluster):
        return None
    port = int(lines[3]) if len(lines) > 3 and lines[3].strip().isdigit() else 0
    socket_folder = Path(lines[4].strip()) if len(lines) > 4 else Path()
    state = lines[7].strip() if len(lines) > 7 else "starting"
    return Postmaster(pid, port, socket_folder, state)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; a zombie that nobody reaps does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
    except OSError:
        return not sys.platform.startswith("linux")
    return after_name.split()[0] not in {"Z", "X"}


def start(
    cluster: Path,
    binaries: Binaries,
    account: ServerAccount | None,
    *,
    output: Path,
    overrides: Mapping[str, str] | None = None,
) -> int:
    """Start the server detached from us and return its process id; `overrides` win over the settings file."""
    options = [part for name, value in (overrides or {}).items() for part in ("-c", f"{name}={value}")]
    # The shell leaves at once, so the server belongs to init: it is neither our zombie nor hit by our terminal's Ctrl-C.
    script = 'output=$1; shift; "$@" </dev/null >"$output" 2>&1 & echo $!'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", str(output), binaries.program("postgres"), "-D", str(cluster), *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd="/",
        env=ENVIRONMENT,
        start_new_session=True,
        umask=0o077,
        timeout=30,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    return int(done.stdout)


def wait_until_ready(
    cluster: Path, pid: int, *, output: Path, log_folder: Path, on_progress: Progress | None = None
) -> Postmaster:
    """Wait until the server accepts connections, however long its recovery takes, and say now and then how far it is."""
    for poll in range(int(RECOVERY_SECONDS_MAX / POLL_SECONDS)):
        found = find_postmaster(cluster)
        if found is not None and found.is_ready:
            return found
        if not is_alive(pid):
            raise PostgresNotStarted(
                f"PostgreSQL ended while starting: {_tail(output, log_folder) or 'it left no message'}",
                remedy=f"See {output} and {log_folder}.",
            )
        if on_progress is not None and poll and poll % _PROGRESS_EVERY_POLLS == 0:
            on_progress(_tail(None, log_folder).rpartition("\n")[2] or "PostgreSQL is starting")
        time.sleep(POLL_SECONDS)
    raise PostgresNotStarted("PostgreSQL has not finished its recovery.", remedy=f"See {log_folder}.")


def stop(cluster: Path, mode: str = "fast") -> bool:
    """Stop the server of `cluster` and wait until it is gone; return whether one was running."""
    found = find_postmaster(cluster)
    if found is None:
        return False
    os.kill(found.pid, _STOP_SIGNALS[mode])
    for _ in range(int(STOP_SECONDS_MAX / POLL_SECONDS)):
        if not is_alive(found.pid):
            return True
        time.sleep(POLL_SECONDS)
    raise PostgresNotStopped(
        f"PostgreSQL (process {found.pid}) did not stop within {STOP_SECONDS_MAX} seconds.",
        remedy="Close its clients, or stop it in mode 'immediate'; the next start then recovers.",
    )


def clear_remains(cluster: Path, socket_folder: Path) -> None:
    """Prepare a cluster whose server was killed for its next start; the folder's lock is held and no server runs.

    Backends that outlive their postmaster keep the shared memory in use, and PostgreSQL rightly refuses to start beside
    them. Pid files whose number now belongs to a stranger, or to a zombie that nobody reaps (as in a container without
    an init), would make it refuse for ever.
    """
    for path in socket_folder.glob(".s.PGSQL.*"):
        path.unlink(missing_ok=True)
    pid_file = cluster / "postmaster.pid"
    if not pid_file.exists():
        return
    for number in (signal.SIGQUIT, signal.SIGKILL):
        for _ in range(int(_ORPHAN_SECONDS_MAX / 2 / POLL_SECONDS)):
            orphans = [pid for pid in _process_ids() if _is_server_of(pid, cluster, strict=True)]
            if not orphans:
                pid_file.unlink(missing_ok=True)
                return
            for pid in orphans:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            time.sleep(POLL_SECONDS)
    raise PostgresNotStarted(
        f"Processes of a server that was killed still use {cluster}.", remedy="End them, or restart the machine."
    )


def _process_ids() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()] if sys.platform.startswith("linux") else []


def _is_server_of(pid: int, cluster: Path, *, strict: bool = False) -> bool:
    """Tell whether `pid` is a live PostgreSQL process working in `cluster`; unless `strict`, doubt counts as yes."""
    if not is_alive(pid):
        return False
    if not sys.platform.startswith("linux"):
        command = subprocess.run(
            ["/bin/ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False, timeout=30
        )
        return "postgres" in command.stdout
    try:
        works_in = os.path.realpath(os.readlink(f"/proc/{pid}/cwd"))
        program = os.readlink(f"/proc/{pid}/exe")
    except PermissionError:
        return not strict
    except OSError:
        return False
    return Path(program.removesuffix(" (deleted)")).name == "postgres" and works_in == os.path.realpath(cluster)


def _tail(output: Path | None, log_folder: Path) -> str:
    """Return the last lines of what the server said, from its first output or else from its newest log."""
    newest = sorted(log_folder.glob("postgresql-*.log"), key=lambda path: path.stat().st_mtime_ns)
    texts = []
    for path in (output, newest[-1] if newest else None):
        if path is None or not path.exists():
            continue
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _LOG_TAIL_BYTES))
            texts.append(file.read().decode("utf-8", "replace").strip())
    lines = "\n".join(text for text in texts if text).splitlines()
    return "\n".join(lines[-5:])
