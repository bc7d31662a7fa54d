"""Routes that take many at once, in bounded memory."""

import hashlib
import tempfile
from typing import IO, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from intendant.domains.lending import ingest, usecases, wire
from intendant.domains.lending.http import views
from intendant.domains.lending.http.parameters import Key
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kernel.registry import Doors

SPOOLED_BYTES_MAX = 1024 * 1024


def upload_routes(doors: Doors, kind: LendingApplicationKind) -> APIRouter:
    """Return the routes that take many at once: applications from a file, outcomes in a list."""
    router = APIRouter(prefix="/api/v1/lending", tags=["lending"])
    database = doors.system.database

    def decide_upload(principal: Principal, upload: ingest.Upload, file: IO[bytes]) -> dict[str, object]:
        with database.transaction(principal.organization_id) as tx:
            organization = get_organization(tx, principal.organization_id)
        # A bounded readline: a file without line ends must not become one line of 64 megabytes.
        lines = iter(lambda: file.readline(ingest.LINE_BYTES_MAX + 1), b"")
        decide_many = doors.system.decider.decide_many
        return ingest.submit_many(database, decide_many, kind.catalogue, organization, upload, lines).as_dict()

    @router.post(
        "/applications/bulk",
        summary="Decide a file of applications",
        response_model=views.UploadView,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-ndjson": {"schema": {"type": "string"}},
                    "text/csv": {"schema": {"type": "string"}},
                },
            }
        },
        max_body_size=wire.BULK_BYTES_MAX,
    )
    async def upload_applications(
        request: Request,
        format: Annotated[Literal["ndjson", "csv"], Query(description="What the body is.")] = "ndjson",  # noqa: A002
        product: Annotated[str | None, Query(max_length=63, description="For rows that name no product.")] = None,
        idempotency_key: Key = None,
        principal: Principal = doors.requires(Permission.APPLICATION_CREATE),
    ) -> Any:
        """Decide many applications: one JSON object a line (product, reference, inputs), or CSV with a header.

        Bad rows are set aside with reasons and the others decided; the counts add up to the rows.
        """
        digest = hashlib.sha256(f"{format} {product}\n".encode())
        with tempfile.SpooledTemporaryFile(max_size=SPOOLED_BYTES_MAX) as file:
            async for part in request.stream():
                digest.update(part)
                if len(part) + file.tell() > SPOOLED_BYTES_MAX:
                    await run_in_threadpool(file.write, part)
                else:
                    file.write(part)
            file.seek(0)
            upload = ingest.Upload(format, principal.label, product, idempotency_key, digest.digest())
            return await run_in_threadpool(decide_upload, principal, upload, file)

    @router.post("/outcomes", summary="Record many outcomes", status_code=201, response_model=views.RecordedOutcomes)
    def record_outcomes(
        body: wire.OutcomesBody,
        principal: Principal = doors.requires(Permission.OUTCOME_RECORD),
        once: Any = doors.once,
    ) -> Response:
        """Record what became of many applications at once; all of them or none."""
        given = [usecases.GivenOutcome(**each.model_dump()) for each in body.outcomes]
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(
                tx,
                lambda: {"outcome_ids": usecases.record_outcomes(tx, principal, given, source=principal.label)},
                status=201,
            )
        return response

    return router
