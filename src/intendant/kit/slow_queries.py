"""Statements that took long: logged with their text but never their values, and the last of them kept to be shown."""

import re
import sys
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import structlog
from psycopg import sql

from intendant.kit import clock, metrics

KEPT_MAX = 100
TEXT_LENGTH_MAX = 1_000
CALLER_DEPTH_MAX = 60
DEFAULT_SECONDS = 0.5
_LITERAL = re.compile(r"'(?:[^']|'')*'|(?<![\w$%.])\d+(?:\.\d+)?\b")
_SPACES = re.compile(r"\s+")
_PACKAGE = Path(__file__).parent.parent
_OURS = frozenset({str(_PACKAGE / "kit" / name) for name in ("slow_queries.py", "database.py", "bulk.py")})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SlowQuery:
    """One statement that took long. `at` is system time."""

    at: datetime
    milliseconds: float
    statement: str
    caller: str
    request_id: str | None


class SlowQueries:
    """The last slow statements of this process."""

    def __init__(self) -> None:
        self.threshold_seconds = DEFAULT_SECONDS
        self.count = 0
        self._kept: deque[SlowQuery] = deque(maxlen=KEPT_MAX)

    def list(self) -> "list[SlowQuery]":
        """Return the last ones, newest first."""
        return sorted(self._kept, key=lambda each: each.at, reverse=True)

    def note(self, statement: object, seconds: float) -> None:
        """Keep and log one."""
        found = SlowQuery(
            at=clock.system_now(),
            milliseconds=round(seconds * 1000, 1),
            statement=without_values(statement),
            caller=_caller(),
            request_id=structlog.contextvars.get_contextvars().get("request_id"),
        )
        self.count += 1
        self._kept.append(found)
        metrics.SLOW_QUERIES.add()
        log.warning(
            "database.slow_query", statement=found.statement, milliseconds=found.milliseconds, caller=found.caller
        )


SLOW = SlowQueries()


class TimedCursor(psycopg.Cursor[dict[str, Any]]):
    """A cursor that notes statements which took long. What is sent in a pipeline is waited for elsewhere, and is not timed."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "TimedCursor":
        """Run a statement."""
        began = clock.monotonic_seconds()
        try:
            return super().execute(query, params, **options)
        finally:
            seconds = clock.monotonic_seconds() - began
            if seconds >= SLOW.threshold_seconds:
                SLOW.note(query, seconds)


def without_values(statement: object) -> str:
    """Return a statement's text, literals replaced by a question mark, in one line of at most `TEXT_LENGTH_MAX`."""
    match statement:
        case bytes():
            text = statement.decode(errors="replace")
        case sql.Composable():
            text = statement.as_string(None)
        case _:
            text = str(statement)
    return _SPACES.sub(" ", _LITERAL.sub("?", text)).strip()[:TEXT_LENGTH_MAX]


def _caller() -> str:
    """Name the innermost function of ours that is no part of the database's own modules."""
    frame = sys._getframe(1)
    for _ in range(CALLER_DEPTH_MAX):
        name = frame.f_code.co_filename
        if name not in _OURS and name.startswith(str(_PACKAGE)):
            place = Path(name).relative_to(_PACKAGE).with_suffix("").as_posix().replace("/", ".")
            return f"{place}.{frame.f_code.co_name}"
        if frame.f_back is None:
            break
        frame = frame.f_back
    return "unknown"
