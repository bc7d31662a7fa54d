"""Predictions as a table for spreadsheets, in pieces: each has a transaction of its own, so that a slow reader holds none."""

from collections.abc import Iterator
from uuid import UUID

import orjson

from intendant.domains.analytics.predictions.queries import PredictionFilter, list_predictions
from intendant.kernel import audit
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock
from intendant.kit.database import Database, Row
from intendant.kit.spreadsheet import encode_lines

ROWS_MAX = 1_000_000
ROWS_PER_PIECE = 2_000
COLUMNS = (
    "prediction_id",
    "predicted_at",
    "model_name",
    "version",
    "role",
    "business_entity_type",
    "business_entity_id",
    "batch_id",
    "label",
    "value",
    "lower",
    "upper",
    "set",
    "confidence",
    "actual_outcome",
    "correct",
    "error",
    "observed_at",
    "rating",
    "input_data",
)


def begin_export(database: Database, by: Principal, wanted: PredictionFilter) -> Organization:
    """Put on record that predictions are taken away, and return whose they are."""
    by.require(Permission.AI_READ)
    now = clock.system_now()
    with database.transaction(by.organization_id) as tx:
        detail = {name: str(value) for name in wanted.__slots__ if (value := getattr(wanted, name)) is not None}
        subject = "ai_models" if wanted.model_id is None else f"ai_model:{wanted.model_id}"
        audit.append(
            tx,
            [
                audit.Act(
                    tx.organization_id, by.label, "analytics.predictions.exported", subject, now, detail=dict(detail)
                )
            ],
        )
        return get_organization(tx, tx.organization_id)


def pieces(
    database: Database, organization: Organization, wanted: PredictionFilter, *, rows_per_piece: int = ROWS_PER_PIECE
) -> Iterator[bytes]:
    """Write predictions, newest first, up to `ROWS_MAX`; what is made after the first piece is left out."""
    yield encode_lines([COLUMNS])
    after: UUID | None = None
    written = 0
    while written < ROWS_MAX:
        with database.snapshot(organization.id) as tx:
            rows = list_predictions(
                tx,
                wanted,
                organization.clock,
                after=after,
                limit=min(rows_per_piece, ROWS_MAX - written),
                with_input=True,
            )
        if rows:
            yield encode_lines(_cells(row) for row in rows)
            written, after = written + len(rows), rows[-1]["id"]
        if len(rows) < rows_per_piece:
            return


def _cells(row: Row) -> list[object]:
    output, outcome = row["output"], row["outcome"] or {}
    sets = output.get("set")
    return [
        row["id"],
        row["predicted_at"],
        row["model_name"],
        row["version"],
        row["role"],
        row["business_entity_type"],
        row["business_entity_id"],
        row["batch_id"],
        output.get("label"),
        output.get("value"),
        output.get("lower"),
        output.get("upper"),
        None if sets is None else "; ".join(sets),
        row["confidence"],
        outcome.get("actual_outcome"),
        outcome.get("correct"),
        outcome.get("error"),
        outcome.get("observed_at"),
        row["rating"],
        orjson.dumps(row["input_data"]).decode(),
    ]
