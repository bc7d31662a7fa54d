"""Blanking the insert-only record with its proof: decisions, events and leaves go together with the act that names them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from intendant.kernel import audit
from intendant.kernel.audit import ERASED, bound_rows
from intendant.kernel.privacy._redaction import Redactor, blank_record
from intendant.kit import clock
from intendant.kit.canonical import canonical_json, json_bytes
from intendant.kit.database import Row, Transaction

BATCH = 200
_CHECKS = {check.prefix: check for check in (*audit.RECORD_CHECKS, audit.EVENT)}


@dataclass(slots=True)
class Blanking:
    """What one transaction blanks."""

    decisions: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    leaves: list[UUID] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Return how many rows that is."""
        return len(self.decisions) + len(self.events) + len(self.leaves)


def blank_decisions(tx: Transaction, ids: Sequence[UUID], *, request: UUID, by: str) -> int:
    """Blank the next records of decisions about `ids`; return how many were left to do, 0 at the end."""
    rows = tx.all(
        "select id, record from decisions where organization_id = %s and subject_id = any(%s)"
        " and record::json ->> 'erased' is null order by id limit %s",
        [tx.organization_id, list(ids), BATCH],
    )
    blanking = Blanking()
    for row in rows:
        _add_decision(blanking, row, request, leaf=row["id"])
    return _carry_out(tx, blanking, request, by)


def blank_events(tx: Transaction, patterns: Sequence[str], redactor: Redactor, *, request: UUID, by: str) -> int:
    """Blank the next events and leaves in which the person's words stand; return how many, 0 at the end."""
    events = tx.all(
        f"select {_EVENT_COLUMNS} from events where organization_id = %s and body ilike any(%s)"  # noqa: S608
        " order by id limit %s",
        [tx.organization_id, list(patterns), BATCH],
    )
    leaves = tx.all(
        "select id, body from audit where organization_id = %s and body ilike any(%s) order by id limit %s",
        [tx.organization_id, list(patterns), BATCH],
    )
    leaves += _leaves_of(tx, events)
    blanking = Blanking()
    known = {row["id"]: row for row in events}
    done: set[str] = set()
    for leaf in {row["id"]: row for row in leaves}.values():
        blanking.leaves.append(leaf["id"])
        for one in bound_rows(leaf["body"]):
            prefix, identifier = one
            row = known.get(UUID(identifier)) if prefix == audit.EVENT.prefix else None
            row = row or _read(tx, prefix, identifier)
            if row is None or identifier in done:
                continue
            done.add(identifier)
            if prefix == audit.EVENT.prefix:
                _add_event(blanking, row, redactor, request, leaf["id"])
            elif prefix == audit.DECISION.prefix:
                _add_decision(blanking, row, request, leaf=leaf["id"])
            else:
                blanking.rows.append([str(leaf["id"]), prefix, identifier, _CHECKS[prefix].digest(row).hex()])
    return _carry_out(tx, blanking, request, by)


_EVENT_COLUMNS = "organization_id, id, epoch, xid, name, version, body, at, recorded_at"


def _leaves_of(tx: Transaction, events: Sequence[Row]) -> list[Row]:
    """Find the leaves of events, which stand in their transactions."""
    if not events:
        return []
    return tx.all(
        "select a.id, a.body from audit a join unnest(%s::int[], %s::xid8[], %s::text[]) w(epoch, xid, pattern)"
        " on a.epoch = w.epoch and a.xid = w.xid and a.body like w.pattern where a.organization_id = %s limit %s",
        [
            [row["epoch"] for row in events],
            [str(row["xid"]) for row in events],
            [f'%"event":"{row["id"]}"%' for row in events],
            tx.organization_id,
            BATCH * 2,
        ],
    )


def _read(tx: Transaction, prefix: str, identifier: str) -> Row | None:
    check = _CHECKS.get(prefix)
    if check is None:
        return None
    names = [*check.columns, *([check.record] if check.record else [])]
    return tx.find(
        f"select {', '.join(names)} from {check.table} where organization_id = %s and id = %s::uuid limit 1",  # noqa: S608
        [tx.organization_id, identifier],
    )


def _add_decision(blanking: Blanking, row: Row, request: UUID, *, leaf: UUID) -> None:
    record: dict[str, Any] = orjson.loads(row["record"])
    text: bytes = str(row["record"]).encode()
    if not record.get(ERASED):
        text = json_bytes(blank_record(record, str(request)))
        blanking.decisions.append({"id": row["id"], "text": text.decode()})
    digest = audit.DECISION.digest({"record": text.decode()}).hex()
    blanking.rows.append([str(leaf), audit.DECISION.prefix, str(row["id"]), digest])


def _add_event(blanking: Blanking, row: Row, redactor: Redactor, request: UUID, leaf: UUID) -> None:
    body = orjson.loads(redactor.text(row["body"]))
    text = canonical_json({**body, ERASED: body.get(ERASED) or str(request)}).decode()
    blanking.events.append({"id": row["id"], "text": text})
    digest = audit.EVENT.digest({**row, "body": text}).hex()
    blanking.rows.append([str(leaf), audit.EVENT.prefix, str(row["id"]), digest])


def _carry_out(tx: Transaction, blanking: Blanking, request: UUID, by: str) -> int:
    if not blanking.count:
        return 0
    detail: dict[str, object] = {
        "request": str(request),
        "leaves": [str(leaf) for leaf in blanking.leaves],
        "rows": list(_sorted(blanking.rows)),
    }
    audit.append(
        tx,
        [audit.Act(tx.organization_id, by, audit.ERASURE, f"person_request:{request}", clock.system_now(), detail)],
    )
    audit.erase(tx, tx.organization_id, records=blanking.decisions, bodies=blanking.events, leaves=blanking.leaves)
    return blanking.count


def _sorted(rows: Iterable[list[str]]) -> list[list[str]]:
    return sorted(rows)
