"""Errors of this process, told apart by a fingerprint and counted, so that one cause is one line however often it strikes."""

import hashlib
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from intendant.kit import clock, metrics

KINDS_MAX = 200
"""Different errors kept between two reports; what comes beyond is counted with the last of all, as `other`."""
TEXT_LENGTH_MAX = 200
FRAMES_MAX = 200
_PACKAGE = str(Path(__file__).parent.parent)


@dataclass(slots=True)
class Fault:
    """One cause of errors and how often it struck since the last report."""

    fingerprint: str
    event: str
    kind: str
    place: str
    count: int
    last_at: datetime
    last_request_id: str | None


class Faults:
    """What went wrong in this process since it was last reported. Threads may note at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[str, Fault] = {}

    def note(self, event: str, error: BaseException | None, request_id: str | None) -> str:
        """Count an error; return its fingerprint, which depends on event, type and place and not on any value."""
        event = event[:TEXT_LENGTH_MAX]
        kind = "" if error is None else type(error).__name__
        place = "" if error is None else _place_of(error.__traceback__)
        fingerprint = hashlib.blake2b(f"{event}|{kind}|{place}".encode(), digest_size=6).hexdigest()
        metrics.FAULTS.add(event)
        now = clock.system_now()
        with self._lock:
            if fingerprint not in self._found and len(self._found) >= KINDS_MAX:
                fingerprint, event, kind, place = "other", "other", "", ""
            fault = self._found.setdefault(fingerprint, Fault(fingerprint, event, kind, place, 0, now, request_id))
            fault.count += 1
            fault.last_at, fault.last_request_id = now, request_id or fault.last_request_id
        return fingerprint

    def drain(self) -> list[Fault]:
        """Return what came since the last time, and begin anew."""
        with self._lock:
            found, self._found = self._found, {}
        return list(found.values())

    def give_back(self, faults: list[Fault]) -> None:
        """Take back what could not be written."""
        with self._lock:
            for fault in faults:
                kept = self._found.get(fault.fingerprint)
                if kept is not None:
                    kept.count += fault.count
                elif len(self._found) < KINDS_MAX:
                    self._found[fault.fingerprint] = fault


FAULTS = Faults()


def mark_faults(_logger: Any, method: str, fields: Any) -> Mapping[str, Any]:
    """Count what is logged as an error, and write its fingerprint beside it (a processor of structlog)."""
    if method in ("error", "exception", "critical"):
        fields["fingerprint"] = FAULTS.note(
            str(fields.get("event", "")), _error_of(fields.get("exc_info")), fields.get("request_id")
        )
    return fields  # type: ignore[no-any-return]


def _error_of(information: object) -> BaseException | None:
    match information:
        case BaseException():
            return information
        case (_, BaseException() as error, _):
            return error
        case True:
            return sys.exc_info()[1]
        case _:
            return None


def _place_of(trace: TracebackType | None) -> str:
    """Name the innermost place in our own code that an error came through."""
    place = ""
    for _ in range(FRAMES_MAX):
        if trace is None:
            break
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(_PACKAGE):
            module = Path(code.co_filename).relative_to(_PACKAGE).with_suffix("").as_posix().replace("/", ".")
            place = f"{module}.{code.co_name}"
        trace = trace.tb_next
    return place
