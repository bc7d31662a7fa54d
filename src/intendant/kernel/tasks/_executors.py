"""Executors: the worker processes that live, known by their heartbeats in system time."""

import os
import socket
from datetime import datetime, timedelta

from intendant.kit import clock, ids
from intendant.kit.database import Database, Transaction
from intendant.kit.errors import Conflict

HEARTBEAT_SECONDS = 3.0
STALE_SECONDS = 15.0
EXECUTORS_MAX = 1_000


class ExecutorDeclaredDead(Conflict):
    """This process was silent for so long that others took its work over; it must end."""

    code = "executor_declared_dead"


def new_executor_id() -> str:
    """Make an id that no other process, now or later, has."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{ids.new_id()}"


def register_executor(database: Database, executor_id: str, role: str, now: datetime) -> None:
    """Announce this process before it takes any work."""
    with database.system() as tx:
        tx.execute(
            "insert into executors (id, host, pid, role, started_at, heartbeat_at) values (%s, %s, %s, %s, %s, %s)",
            [executor_id, socket.gethostname(), os.getpid(), role, now, now],
        )


def beat(database: Database, executor_id: str, now: datetime) -> None:
    """Say that this process lives; raises ExecutorDeclaredDead."""
    with database.system() as tx:
        if not tx.execute("update executors set heartbeat_at = %s where id = %s", [now, executor_id]):
            raise ExecutorDeclaredDead("Others took this worker's work over.", remedy="Start a new worker.")


def unregister_executor(database: Database, executor_id: str) -> None:
    """Say that this process ends; what it left unfinished is taken over at once."""
    with database.system() as tx:
        tx.execute("delete from executors where id = %s", [executor_id])


class Watch:
    """What a leader remembers of silent executors. It believes its own clock only: an executor is dead when its heartbeat looks
    stale and has not moved while this leader watched, so that an outage of the database or a clock that is off kills nobody."""

    def __init__(self, stale_seconds: float) -> None:
        self._stale_seconds = stale_seconds
        self._suspects: dict[str, tuple[datetime, float]] = {}

    def bury_stale(self, tx: Transaction, now: datetime) -> list[str]:
        """Remove executors that are dead, and name them. `now` is system time."""
        limit = now - timedelta(seconds=self._stale_seconds)
        silent = {
            row["id"]: row["heartbeat_at"]
            for row in tx.all(
                "select id, heartbeat_at from executors where heartbeat_at < %s limit %s", [limit, EXECUTORS_MAX]
            )
        }
        seen, suspects = clock.monotonic_seconds(), {}
        for executor_id, heartbeat_at in silent.items():
            before = self._suspects.get(executor_id)
            since = before[1] if before is not None and before[0] == heartbeat_at else seen
            suspects[executor_id] = (heartbeat_at, since)
        self._suspects = suspects
        dead = [one for one, (_, since) in suspects.items() if seen - since >= self._stale_seconds / 2]
        if dead:
            tx.execute("delete from executors where id = any(%s) and heartbeat_at < %s", [dead, limit])
        return dead
