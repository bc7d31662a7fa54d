"""Counting in memory what callers use, and adding it up in the table every few seconds.

A process that is killed loses what it had not written yet: at most `FLUSH_SECONDS` of metering. Nothing else depends on it.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from intendant.kernel.access import Principal
from intendant.kit.database import Database

FLUSH_SECONDS = 5.0
ROWS_MAX = 20_000
"""Different callers and areas between two flushes; what comes beyond is not metered one by one."""


@dataclass(slots=True)
class Used:
    """What one caller used of one area since the last flush."""

    organization_id: UUID
    caller: str
    area: str
    requests: int = 0
    errors: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    decisions: int = 0
    milliseconds: float = 0.0


class Meter:
    """What callers used since the last flush. Threads may count at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # By the identity of the principal, which the entry keeps alive: hashing two ids a request would cost more than counting.
        self._used: dict[tuple[int, str], tuple[Principal, Used]] = {}
        self._decided: dict[tuple[UUID, str], int] = {}

    def count(
        self,
        principal: Principal,
        area: str,
        failed: bool,
        bytes_in: int,
        bytes_out: int,
        decisions: int,
        seconds: float,
    ) -> None:
        """Count one request. By position: this stands behind every one."""
        key = (id(principal), area)
        with self._lock:
            entry = self._used.get(key)
            if entry is None:
                if len(self._used) >= ROWS_MAX:
                    return
                caller = f"{principal.kind}:{principal.id}"
                entry = self._used[key] = (principal, Used(principal.organization_id, caller, area))
            used = entry[1]
            used.requests += 1
            used.errors += failed
            used.bytes_in += bytes_in
            used.bytes_out += bytes_out
            used.decisions += decisions
            used.milliseconds += seconds * 1000

    def decided(self, organization_id: UUID, source: str, count: int) -> None:
        """Count decisions by who proposed them: a user, a key, the system."""
        with self._lock:
            key = (organization_id, source)
            if key in self._decided or len(self._decided) < ROWS_MAX:
                self._decided[key] = self._decided.get(key, 0) + count

    def drain(self) -> list[Used]:
        """Return what was used since the last time, and begin anew."""
        with self._lock:
            used, self._used = self._used, {}
            decided, self._decided = self._decided, {}
        found: dict[tuple[UUID, str, str], Used] = {}
        for _, each in used.values():
            # A caller whose principal was loaded anew has two entries.
            _add(found, each)
        for (organization_id, source), count in decided.items():
            _add(found, Used(organization_id, f"source:{source}", "decisions", decisions=count))
        return list(found.values())

    def give_back(self, used: Iterable[Used]) -> None:
        """Take back decisions that could not be written; requests of that time are lost, as after a crash."""
        for each in used:
            if each.caller.startswith("source:"):
                self.decided(each.organization_id, each.caller.removeprefix("source:"), each.decisions)


def _add(found: dict[tuple[UUID, str, str], Used], each: Used) -> None:
    kept = found.setdefault((each.organization_id, each.caller, each.area), each)
    if kept is each:
        return
    for name in ("requests", "errors", "bytes_in", "bytes_out", "decisions", "milliseconds"):
        setattr(kept, name, getattr(kept, name) + getattr(each, name))


_ADD = """
insert into usage (organization_id, day, caller, area, requests, errors, bytes_in, bytes_out, decisions, milliseconds)
select r.organization_id, %s::date, r.caller, r.area, r.requests, r.errors, r.bytes_in, r.bytes_out, r.decisions, r.milliseconds
from unnest(%s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
            %s::double precision[])
     as r (organization_id, caller, area, requests, errors, bytes_in, bytes_out, decisions, milliseconds)
join organizations o on o.id = r.organization_id
order by r.organization_id, r.caller, r.area
on conflict (organization_id, day, caller, area) do update
set requests = usage.requests + excluded.requests, errors = usage.errors + excluded.errors,
    bytes_in = usage.bytes_in + excluded.bytes_in, bytes_out = usage.bytes_out + excluded.bytes_out,
    decisions = usage.decisions + excluded.decisions, milliseconds = usage.milliseconds + excluded.milliseconds
"""
_COLUMNS: tuple[
    Literal[
        "organization_id",
        "caller",
        "area",
        "requests",
        "errors",
        "bytes_in",
        "bytes_out",
        "decisions",
        "milliseconds",
    ],
    ...,
] = (
    "organization_id",
    "caller",
    "area",
    "requests",
    "errors",
    "bytes_in",
    "bytes_out",
    "decisions",
    "milliseconds",
)


def flush(database: Database, meter: Meter, now: datetime) -> int:
    """Add what was counted to the day of `now` (system time, UTC); return how many rows that touched."""
    used = meter.drain()
    if not used:
        return 0
    try:
        with database.system() as tx:
            columns = [[getattr(each, name) for each in used] for name in _COLUMNS]
            return tx.execute(_ADD, [now.date(), *columns])
    except Exception:
        meter.give_back(used)
        raise
