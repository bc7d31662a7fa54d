"""Everything that writes predictions, batches and feedback: a whole chunk is one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from intendant.domains.analytics.predictions.model import About, Made
from intendant.kit import clock
from intendant.kit.database import Row, Transaction

ROWS_PER_STATEMENT_MAX = 5_000
SHADOW_LABEL = "system:shadow"

# What is the same for all rows goes beside them: it is written and read once, and not for every row.
_INSERT = """
insert into prediction_results (organization_id, id, model_id, version_id, role, answers, batch_id, batch_row, input_data,
  prediction_context, business_entity_type, business_entity_id, output, confidence, score, processing_ms, predicted_by,
  predicted_at, recorded_at)
select %(organization)s, r.id, coalesce(r.model_id, %(model)s::uuid), r.version_id, r.role, r.answers, %(batch)s::uuid, r.batch_row,
  r.input_data, coalesce(r.context, %(context)s::jsonb), coalesce(r.entity_type, %(entity_type)s::text), r.entity_id, r.output,
  r.confidence, r.score, r.ms, coalesce(r.by, %(by)s::text), %(at)s, %(recorded)s
from json_to_recordset(%(rows)s::json) as r(id uuid, model_id uuid, by text, context jsonb, version_id uuid, role text, answers uuid, batch_row integer,
  input_data jsonb, entity_type text, entity_id text, output jsonb, confidence double precision, score double precision, ms double precision)
"""
# Another worker may have let the shadow answer meanwhile.
_INSERT_SHADOWS = f"{_INSERT} on conflict (organization_id, answers, version_id) where answers is not null do nothing"


def store_predictions(
    tx: Transaction, made: Sequence[Made], *, model_id: UUID, about: About, batch_id: UUID | None, by: str, at: datetime
) -> None:
    """Keep the predictions of one request or chunk. `at` is business time."""
    rows = [_row(each, in_batch=batch_id is not None) for each in made]
    _run(tx, _INSERT, rows, model_id=model_id, about=about, batch_id=batch_id, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one of several requests said, and who asked."""

    made: Sequence[Made]
    model_id: UUID
    about: About
    by: str


def store_gathered(tx: Transaction, requests: Sequence[Gathered], *, at: datetime) -> None:
    """Keep the predictions of several requests of one organisation."""
    rows = [
        _row(made, in_batch=False)
        | {
            "model_id": each.model_id,
            "by": each.by,
            "context": each.about.context,
            "entity_type": each.about.entity_type,
        }
        for each in requests
        for made in each.made
    ]
    _run(tx, _INSERT, rows, model_id=None, about=About(), batch_id=None, by=None, at=at)


def store_shadows(
    tx: Transaction, made: Sequence[Made], entity_types: Sequence[str | None], *, model_id: UUID, at: datetime
) -> None:
    """Keep what a shadow said; `entity_types` go with the predictions one by one."""
    rows = [
        _row(each, in_batch=False) | {"answers": each.answers, "entity_type": entity_type}
        for each, entity_type in zip(made, entity_types, strict=True)
    ]
    _run(tx, _INSERT_SHADOWS, rows, model_id=model_id, about=About(), batch_id=None, by=SHADOW_LABEL, at=at)


def _run(
    tx: Transaction,
    statement: str,
    rows: Sequence[Mapping[str, object]],
    *,
    model_id: UUID | None,
    about: About,
    batch_id: UUID | None,
    by: str | None,
    at: datetime,
) -> None:
    constants: dict[str, Any] = {
        "organization": tx.organization_id,
        "model": model_id,
        "batch": batch_id,
        "context": None if about.context is None else orjson.dumps(about.context).decode(),
        "entity_type": about.entity_type,
        "by": by,
        "at": at,
        "recorded": clock.system_now(),
    }
    for start in range(0, len(rows), ROWS_PER_STATEMENT_MAX):
        part = rows[start : start + ROWS_PER_STATEMENT_MAX]
        tx.execute(statement, constants | {"rows": orjson.dumps(part).decode()})


def _row(made: Made, *, in_batch: bool) -> dict[str, object]:
    answer = made.answer
    return {
        "id": made.id,
        "version_id": made.version_id,
        "role": made.role,
        "batch_row": made.case.row if in_batch else None,
        "input_data": made.case.data,
        "entity_id": made.case.entity_id,
        "output": answer.output,
        "confidence": answer.confidence,
        "score": answer.score,
        "ms": answer.processing_ms,
    }


def open_batch(tx: Transaction, batch_id: UUID, model_id: UUID, *, body_digest: bytes, by: str, at: datetime) -> Row:
    """Begin a batch, or find it where it was begun before."""
    tx.execute(
        "insert into prediction_batches (organization_id, id, model_id, body_digest, created_by, started_at)"
        " values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
        [tx.organization_id, batch_id, model_id, body_digest, by, at],
    )
    row = tx.find(
        "select * from prediction_batches where organization_id = %s and id = %s", [tx.organization_id, batch_id]
    )
    assert row is not None  # noqa: S101 - it was inserted just now, or before
    return row


def add_batch(
    tx: Transaction, batch_id: UUID, model_id: UUID, *, predicted: int, failed: int, by: str, at: datetime
) -> None:
    """Keep a batch that began and ended in this transaction; its Idempotency-Key, if it has one, is kept with the request."""
    tx.execute(
        "insert into prediction_batches (organization_id, id, model_id, body_digest, predicted, failed, created_by, started_at,"
        " finished_at) values (%s, %s, %s, '', %s, %s, %s, %s, %s)",
        [tx.organization_id, batch_id, model_id, predicted, failed, by, at, at],
    )


def finish_batch(tx: Transaction, batch_id: UUID, *, predicted: int, failed: int, at: datetime) -> bool:
    """Close a batch; say whether it was open."""
    return (
        tx.execute(
            "update prediction_batches set predicted = %s, failed = %s, finished_at = %s"
            " where organization_id = %s and id = %s and finished_at is null",
            [predicted, failed, at, tx.organization_id, batch_id],
        )
        == 1
    )


def lock_batch(tx: Transaction, batch_id: UUID) -> None:
    """Let no other transaction write to a batch before this one has ended: two tries at once must not both predict a row."""
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{tx.organization_id} batch {batch_id}"])


def find_in_batch(tx: Transaction, batch_id: UUID, first: int, last: int) -> dict[int, Row]:
    """Find what a batch has for some of its rows already, by row."""
    rows = tx.all(
        "select p.batch_row, p.id, p.version_id, v.number, p.role, p.business_entity_id, p.output, p.confidence,"
        " p.processing_ms from prediction_results p"
        " join ai_model_versions v on v.organization_id = p.organization_id and v.id = p.version_id"
        " where p.organization_id = %s and p.batch_id = %s and p.batch_row between %s and %s",
        [tx.organization_id, batch_id, first, last],
    )
    return {row["batch_row"]: row for row in rows}


_FEEDBACK = """
insert into prediction_feedback (organization_id, id, prediction_id, model_id, actual, rating, note, observed_at, corrects,
  created_by, recorded_at)
select %(organization)s, r.id, r.prediction_id, r.model_id, r.actual, r.rating, r.note, r.observed_at, r.corrects, %(by)s,
  r.recorded_at
from json_to_recordset(%(rows)s::json) as r(id uuid, prediction_id uuid, model_id uuid, actual jsonb, rating smallint,
  note text, observed_at timestamptz, corrects uuid, recorded_at timestamptz)
"""


def store_feedback(tx: Transaction, rows: Iterable[Row], *, by: str) -> None:
    """Keep feedback."""
    kept = list(rows)
    for start in range(0, len(kept), ROWS_PER_STATEMENT_MAX):
        part = kept[start : start + ROWS_PER_STATEMENT_MAX]
        tx.execute(
            _FEEDBACK,
            {
                "organization": tx.organization_id,
                "by": by,
                "rows": orjson.dumps(part).decode(),
            },
        )
