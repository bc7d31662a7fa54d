"""Do work on what strangers wrote, files and queries, in a process of its own: with bounds on memory and time, an empty
environment and no way to the database, so that neither can harm or halt the server."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from intendant.domains.analytics.datasets.contents import ColumnUnsupported
from intendant.domains.analytics.datasets.duck import QueryInvalid, WorkTooHeavy
from intendant.domains.analytics.datasets.isolated import ANSWER, REQUEST, RESULT
from intendant.domains.analytics.datasets.prepared import DatasetInvalid
from intendant.kit.errors import Bug, IntendantError, TooManyRequests
from intendant.learning.datasets import TableEmpty, TableTooLarge, TableUnreadable

AT_ONCE_MAX = 2
"""How many run beside each other in one server process."""
WAIT_SECONDS_MAX = 20.0
MODULE = "intendant.domains.analytics.datasets.isolated"
_ROOM = threading.BoundedSemaphore(AT_ONCE_MAX)


class IsolationBusy(TooManyRequests):
    """Too many files and queries are worked on already."""

    code = "dataset_work_busy"


@dataclass(frozen=True, slots=True)
class Done:
    """What the work gave: its answer, and the file it wrote, if it did."""

    answer: Mapping[str, Any]
    body: bytes | None


Supply = Callable[[Sequence[str], Path], None]
"""Puts the tables of these names (in lower case) that it knows into a folder, as `<place in the list>.parquet`."""


def folder() -> tempfile.TemporaryDirectory[str]:
    """Lend a private folder for one piece of work."""
    return tempfile.TemporaryDirectory(prefix="intendant-")


def run_apart(
    place: Path, request: Mapping[str, Any], *, seconds: float, memory_bytes: int, supply: Supply | None = None
) -> Done:
    """Do what `request` asks for in a process of its own, within a folder.

    Raises what the work raised, WorkTooHeavy, or IsolationBusy where there is no room for one more.
    """
    if not _ROOM.acquire(timeout=WAIT_SECONDS_MAX):
        raise IsolationBusy(
            "Other files and queries are being worked on.",
            remedy="Try again in a moment.",
            data={"retry_after_seconds": 5},
        )
    try:
        return _run(place, {**request, "memory_bytes": memory_bytes}, seconds, supply)
    finally:
        _ROOM.release()


def _run(place: Path, request: Mapping[str, Any], seconds: float, supply: Supply | None) -> Done:
    (place / REQUEST).write_bytes(orjson.dumps(request))
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE, str(place)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd=place,
        env={
            "PYTHONPATH": os.pathsep.join(sys.path),
            "ARROW_DEFAULT_MEMORY_POOL": "system",
            "OMP_NUM_THREADS": "2",
            "PYTHONHASHSEED": "0",
        },
        start_new_session=True,
    )
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    watch = threading.Timer(seconds, end)
    try:
        with process:
            watch.start()
            try:
                _converse(process, place, supply)
            except BaseException:
                process.kill()
                raise
    finally:
        watch.cancel()
    return _answer(place, late=late.is_set(), seconds=seconds)


def _converse(process: subprocess.Popen[bytes], place: Path, supply: Supply | None) -> None:
    """Hand over the tables that the work asks for, then wait for its end."""
    if process.stdin is None or process.stdout is None:
        raise Bug("The process has no pipes.")
    asked = process.stdout.readline()
    if asked.strip() and supply is not None:
        supply(orjson.loads(asked), place)
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(b"go\n")
    process.wait()


def _answer(place: Path, *, late: bool, seconds: float) -> Done:
    try:
        answer: dict[str, Any] = orjson.loads((place / ANSWER).read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        if late:
            raise WorkTooHeavy(
                f"This took longer than {seconds:g} seconds.",
                remedy="Ask for fewer rows or tables, or split the file.",
                data={"seconds_max": seconds},
            ) from None
        raise WorkTooHeavy(
            "This needed more memory than it may have.", remedy="Ask for fewer rows or columns, or split the file."
        ) from None
    error = answer.get("error")
    if error is not None:
        kind = _ERRORS.get(error["code"])
        if kind is None:
            raise Bug(f"Work apart failed: {error['code']}.")
        raise kind(error["message"], field=error["field"], remedy=error["remedy"], data=error["data"])
    result = place / RESULT
    return Done(answer, result.read_bytes() if result.exists() else None)


_ERRORS: dict[str, type[IntendantError]] = {
    each.code: each
    for each in (
        ColumnUnsupported, DatasetInvalid, QueryInvalid, TableEmpty, TableTooLarge, TableUnreadable, WorkTooHeavy,
    )
}  # fmt: skip
