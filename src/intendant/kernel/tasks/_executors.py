"""Executors: the worker processes that live, known by their heartbeats in system time."""

import os
import socket
from datetime import datetime, timedelta

from intendant.kit import ids
from intendant.kit.database import Database, Transaction
from intendant.kit.errors import Conflict

HEARTBEAT_SECONDS = 3.0
STALE_SECONDS = 15.0


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


def bury_stale(tx: Transaction, now: datetime, *, stale_seconds: float = STALE_SECONDS) -> list[str]:
    """Remove executors whose heartbeat is stale, and name them."""
    limit = now - timedelta(seconds=stale_seconds)
    return [row["id"] for row in tx.all("delete from executors where heartbeat_at < %s returning id", [limit])]
