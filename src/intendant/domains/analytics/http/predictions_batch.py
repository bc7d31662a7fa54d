"""The route that predicts a whole file: rows come as a stream and are answered as one."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import IO, Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from intendant.domains.analytics.contract import PREFIX
from intendant.domains.analytics.http import predictions_views as views
from intendant.domains.analytics.http.parameters import Key
from intendant.domains.analytics.http.predictions_bodies import show_failure, show_made, show_stored
from intendant.domains.analytics.models.serving import Served
from intendant.domains.analytics.predictions import batch, rowfiles
from intendant.domains.analytics.predictions.model import About
from intendant.domains.analytics.predictions.rowfiles import Form
from intendant.domains.analytics.predictions.tables import dataset_chunks
from intendant.domains.analytics.predictions.versions import Positives, Versions
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.kit.errors import IntendantError, Invalid
from intendant.kit.spreadsheet import CSV_TYPE, encode_lines

BODY_BYTES_MAX = 256 * 1024 * 1024
SPOOLED_BYTES_MAX = 1024 * 1024
"""Of a body in memory; what is more lies on disk while it is answered."""
NDJSON_TYPE = "application/x-ndjson"
REASONS_MAX = 20
CSV_COLUMNS = (
    "row",
    "prediction_id",
    "business_entity_id",
    "label",
    "value",
    "lower",
    "upper",
    "set",
    "confidence",
    "version",
    "role",
    "unusual",
    "reasons",
    "error",
)


class BatchInvalid(Invalid):
    """A batch without rows, or with rows from two places."""

    code = "prediction_batch_invalid"


def batch_routes(doors: Doors, versions: Versions | None = None) -> APIRouter:
    """Return the route of batches; `versions` loads the models, by default those of the system."""
    router = APIRouter(prefix=PREFIX, tags=["ai-analytics"])
    database: Database = doors.system.database
    served: Versions = Served(doors.system) if versions is None else versions
    positives = Positives()

    def begin(
        principal: Principal, asked: batch.BatchAsked, file: IO[bytes], form: Form, dataset_id: UUID | None
    ) -> tuple[batch.Batch, Iterable[Sequence[object]]]:
        if dataset_id is None:
            chunks: Iterable[Sequence[object]] = rowfiles.read_chunks(file, form)
        else:
            with database.snapshot(principal.organization_id) as tx:
                chunks, rows = dataset_chunks(tx, doors.system.files, dataset_id)
            # After a refresh the same key stands for other rows.
            asked = replace(asked, digest=hashlib.sha256(asked.digest + rows).digest())
        return batch.begin(database, principal, served, positives, asked), chunks

    @router.post(
        "/predict/batch",
        summary="Predict a whole file",
        response_class=StreamingResponse,
        responses={
            200: {
                "content": {NDJSON_TYPE: {"schema": {"type": "string"}}, "text/csv": {"schema": {"type": "string"}}},
                "description": "One answer a line, in the order of the rows, and at last a summary.",
            }
        },
        openapi_extra={
            "requestBody": {
                "required": False,
                "content": {NDJSON_TYPE: {"schema": {"type": "string"}}, "text/csv": {"schema": {"type": "string"}}},
            }
        },
        max_body_size=BODY_BYTES_MAX,
    )
    async def predict_batch(
        request: Request,
        model_id: UUID | None = None,
        model_name: Annotated[str | None, Query(min_length=1, max_length=views.NAME_LENGTH_MAX)] = None,
        dataset_id: Annotated[UUID | None, Query(description="Instead of a body: the rows of a dataset.")] = None,
        format: Annotated[Form, Query(description="What the body is.")] = "ndjson",  # noqa: A002
        answer: Annotated[Form, Query(description="What the answer shall be.")] = "ndjson",
        version: Annotated[str | None, Query(max_length=20, description="A number or an alias.")] = None,
        reasons: Annotated[int, Query(ge=0, le=REASONS_MAX, description="How many for each row.")] = 0,
        business_entity_type: Annotated[str | None, Query(min_length=1, max_length=200, pattern=r"^[^\x00]+$")] = None,
        entity_field: Annotated[
            str | None, Query(min_length=1, max_length=200, description="The field that holds the business entity.")
        ] = None,
        idempotency_key: Key = None,
        principal: Principal = doors.requires(Permission.AI_PREDICT),
    ) -> StreamingResponse:
        """Predict up to 1,000,000 rows: one JSON object a line, CSV with a header, or a dataset. Answers come as they are kept.

        Bad rows get an error in their place. The answer is whole when its last line is the summary; if it breaks off, send the
        same again with the same Idempotency-Key: what was predicted is answered again, and only the rest is new.
        """
        digest = hashlib.sha256(f"{format} {dataset_id}\n".encode())
        file = tempfile.SpooledTemporaryFile(max_size=SPOOLED_BYTES_MAX)  # noqa: SIM115 - closed when it is answered
        try:
            size = await _spool(request, file, digest)
            _check(size, dataset_id)
            wanted = int(version) if version is not None and version.isdecimal() else version
            asked = batch.BatchAsked(
                model_id,
                model_name,
                About(business_entity_type, None, reasons, wanted),
                digest.digest(),
                entity_field,
                idempotency_key,
            )
            begun = clock.monotonic_seconds()
            opened, chunks = await run_in_threadpool(begin, principal, asked, file, format, dataset_id)
        except BaseException:
            file.close()
            raise
        write = _ndjson if answer == "ndjson" else _csv
        return StreamingResponse(
            _closing(file, write(opened, batch.run(database, opened, chunks), begun)),
            media_type=NDJSON_TYPE if answer == "ndjson" else CSV_TYPE,
            headers={"X-Batch-Id": str(opened.id), "Cache-Control": "no-store"},
        )

    return router


async def _spool(request: Request, file: IO[bytes], digest: Any) -> int:
    """Keep the whole body before anything is answered: many clients send all before they read."""
    size = 0
    async for part in request.stream():
        digest.update(part)
        size += len(part)
        if size > SPOOLED_BYTES_MAX:
            await run_in_threadpool(file.write, part)
        else:
            file.write(part)
    file.seek(0)
    return size


def _check(size: int, dataset_id: UUID | None) -> None:
    if (size == 0) == (dataset_id is None):
        raise BatchInvalid(
            "The rows come from one place.", field="body", remedy="Send rows in the body, or name a dataset_id."
        )


def _closing(file: IO[bytes], pieces: Iterator[bytes]) -> Iterator[bytes]:
    with file:
        yield from pieces


def _ndjson(opened: batch.Batch, chunks: Iterator[batch.Chunk], begun: float) -> Iterator[bytes]:
    try:
        for chunk in chunks:
            yield b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in _answers(chunk))
    except IntendantError as error:
        # The status was sent long ago; without a summary the answer is not whole.
        told = {"code": error.code, "message": error.message, "field": error.field, "remedy": error.remedy}
        yield orjson.dumps({"error": told}, option=orjson.OPT_APPEND_NEWLINE)
        return
    summary = views.BatchSummary(
        batch_id=opened.id,
        model_id=opened.model_id,
        model_name=opened.panel.standing.model_name,
        rows=opened.rows,
        predicted=opened.predicted,
        failed=opened.failed,
        replayed=opened.replayed,
        ignored_fields=sorted(opened.reader.ignored),
        seconds=round(clock.monotonic_seconds() - begun, 3),
    )
    yield b'{"summary":' + summary.model_dump_json().encode() + b"}\n"


def _csv(_opened: batch.Batch, chunks: Iterator[batch.Chunk], _begun: float) -> Iterator[bytes]:
    """A table has no place for a summary: an error breaks the connection, so that nobody takes a part for the whole."""
    yield encode_lines([CSV_COLUMNS])
    for chunk in chunks:
        yield encode_lines(_cells(each) for each in _answers(chunk))


def _answers(chunk: batch.Chunk) -> Iterator[Mapping[str, Any]]:
    for row in chunk.rows:
        if row in chunk.made:
            yield show_made(chunk.made[row])
        elif row in chunk.stored:
            yield show_stored(chunk.stored[row])
        else:
            yield show_failure(row, chunk.failed[row])


def _cells(shown: Mapping[str, Any]) -> list[object]:
    output = shown.get("output") or {}
    error = shown.get("error")
    return [
        shown["row"],
        shown.get("prediction_id"),
        shown.get("business_entity_id"),
        output.get("label"),
        output.get("value"),
        output.get("lower"),
        output.get("upper"),
        "; ".join(output.get("set", ())),
        shown.get("confidence"),
        shown.get("version"),
        shown.get("role"),
        "; ".join(shown.get("unusual", ())),
        " ".join(each["sentence"] for each in shown.get("reasons", ())),
        None if error is None else f"{error['field']}: {error['message']}",
    ]
