"""What leaves bind: for each insert-only table, how a row is turned into the bytes whose digest stands in its leaf.

A table either holds its own record (`decisions.record`, canonical JSON whose keys the columns repeat), or its row is the
record. Both are compared column by column, so that no column can be changed without notice.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

import orjson

from intendant.kit.canonical import canonical_json, digest

ColumnKind = Literal["uuid", "text", "integer", "double", "numeric", "moment", "boolean", "json"]


def _moment(value: object) -> str:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.astimezone(UTC).isoformat()


def _double(value: object) -> float | str:
    number = float(str(value))
    # JSON knows no NaN and would write null: the two must not look the same.
    return number if math.isfinite(number) else str(number)


def _json(value: object) -> str:
    return canonical_json(orjson.loads(value) if isinstance(value, str) else value).decode()


_NORMAL: dict[ColumnKind, Callable[[Any], object]] = {
    "uuid": str,
    "text": str,
    "integer": int,
    "double": _double,
    "numeric": lambda value: str(Decimal(str(value)).normalize()),
    "moment": _moment,
    "boolean": bool,
    "json": _json,
}


@dataclass(frozen=True, slots=True)
class RecordCheck:
    """How rows of `table` are bound. `prefix` is that of the leaf's subject ("decision" of "decision:<id>").

    `columns` are all columns but `record`. Where `record` names a column, that text is the record; where it is None, the
    row itself is, written canonically.
    """

    prefix: str
    table: str
    columns: Mapping[str, ColumnKind]
    record: str | None = None

    def normal(self, row: Mapping[str, Any]) -> dict[str, object]:
        """Bring a row to one form, whether it comes from the database, from an export or from its writer."""
        return {name: None if row[name] is None else _NORMAL[kind](row[name]) for name, kind in self.columns.items()}

    def digest(self, row: Mapping[str, Any]) -> bytes:
        """Return the digest that a leaf must carry to bind `row`."""
        if self.record is not None:
            return digest(str(row[self.record]).encode())
        return digest(canonical_json(self.normal(row)))

    def faults(self, row: Mapping[str, Any], expected: str) -> str | None:
        """Say what is wrong with `row`, whose leaf carries the digest `expected` (hex); None if nothing is."""
        try:
            if self.digest(row).hex() != expected:
                return "it is not what its audit leaf recorded"
            if self.record is None:
                return None
            stated = orjson.loads(row[self.record])
            columns, recorded = self.normal(row), self.normal(stated)
        except (KeyError, ValueError, TypeError, ArithmeticError) as error:
            return f"it cannot be read ({type(error).__name__}: {error})"
        wrong = [name for name in self.columns if columns[name] != recorded[name]]
        return f"its column {wrong[0]} differs from its record" if wrong else None


DECISION = RecordCheck(
    "decision",
    "decisions",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "kind": "text",
        "component": "text",
        "subject_id": "uuid",
        "action": "text",
        "verdict": "text",
        "would": "text",
        "confidence": "double",
        "amount": "numeric",
        "policy_version": "integer",
        "model_version": "text",
        "answers": "uuid",
        "decided_by": "text",
        "decided_at": "moment",
        "recorded_at": "moment",
    },
    record="record",
)
OUTCOME = RecordCheck(
    "outcome",
    "outcomes",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "kind": "text",
        "subject_id": "uuid",
        "decision_id": "uuid",
        "measure": "text",
        "value": "double",
        "observed_at": "moment",
        "matured_at": "moment",
        "censored": "boolean",
        "corrects": "uuid",
        "source": "text",
        "recorded_at": "moment",
    },
)
POLICY = RecordCheck(
    "policy",
    "policies",
    {
        "organization_id": "uuid",
        "kind": "text",
        "version": "integer",
        "id": "uuid",
        "body": "json",
        "effective_from": "moment",
        "author": "text",
        "reason": "text",
        "created_at": "moment",
        "proposal_id": "uuid",
        "approved_by": "text",
    },
)
"""All of a published policy but its state, which changes when the next version is published."""

EVENT = RecordCheck(
    "event",
    "events",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "name": "text",
        "version": "integer",
        "body": "text",
        "at": "moment",
        "recorded_at": "moment",
    },
)
"""Bound by the leaf's detail (`event`, `event_digest`), since a leaf's subject is what the event is about."""

RECORD_CHECKS = (DECISION, OUTCOME, POLICY)

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


@dataclass(frozen=True, slots=True)
class Bound:
    """One row that a leaf binds: which table, which id, which digest (hex)."""

    check: RecordCheck
    id: str
    digest: str


def bound_by(leaf: Mapping[str, Any], checks: Mapping[str, RecordCheck]) -> list[Bound]:
    """Name the rows that a leaf (its body, parsed) binds. `checks` are keyed by prefix."""
    result = []
    detail = leaf.get("detail")
    if isinstance(detail, dict) and "event_digest" in detail and _UUID.match(str(detail.get("event"))):
        result.append(Bound(EVENT, str(detail["event"]), str(detail["event_digest"])))
    prefix, _, identifier = str(leaf.get("subject")).partition(":")
    if leaf.get("digest") is not None and prefix in checks and _UUID.match(identifier):
        result.append(Bound(checks[prefix], identifier, str(leaf["digest"])))
    return result


def bound_rows(body: str) -> list[tuple[str, str]]:
    """Name, as prefix and id, the rows that a leaf with this body binds."""
    checks = {check.prefix: check for check in RECORD_CHECKS}
    return [(one.check.prefix, one.id) for one in bound_by(orjson.loads(body), checks)]
