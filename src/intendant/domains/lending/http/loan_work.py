"""Routes about many loans at once: repayments from a file, rates of indices, the end of day."""

import hashlib
import tempfile
from datetime import date
from typing import IO, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from intendant.domains.lending.contract import END_OF_DAY_TASK
from intendant.domains.lending.http import loan_bodies as bodies
from intendant.domains.lending.http import loan_views as views
from intendant.domains.lending.http.parameters import PAGE_SIZE, Limit
from intendant.domains.lending.http.views import Page
from intendant.domains.lending.loans import index_rates, repayment_file
from intendant.domains.lending.loans.repayment_file import FileResult
from intendant.kernel import tasks
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors
from intendant.kit import clock

SPOOLED_BYTES_MAX = 1024 * 1024


def loan_work_routes(doors: Doors) -> APIRouter:
    """Return the routes about many loans at once."""
    router = APIRouter(prefix="/api/v1/lending", tags=["loans"])
    database = doors.system.database

    def record_file(principal: Principal, written: Any, file: IO[bytes], digest: bytes) -> FileResult:
        lines = repayment_file.bounded_lines(file)
        return repayment_file.record_file(database, principal, written, lines, digest=digest)

    @router.post(
        "/repayments/bulk",
        summary="Record a file of repayments",
        response_model=views.BulkRepayments,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "text/csv": {"schema": {"type": "string"}},
                    "application/x-ndjson": {"schema": {"type": "string"}},
                },
            }
        },
        max_body_size=repayment_file.BYTES_MAX,
    )
    async def upload_repayments(
        request: Request,
        format: Annotated[Literal["csv", "ndjson"], Query(description="What the body is.")] = "csv",  # noqa: A002
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
    ) -> Any:
        """Record many repayments: CSV with the columns loan, amount, currency, date and reference, or a JSON object a line.

        Bad rows are set aside with reasons and the others recorded; the counts add up to the rows. Each row's reference makes it
        happen once, so a file may be sent again.
        """
        digest = hashlib.sha256()
        with tempfile.SpooledTemporaryFile(max_size=SPOOLED_BYTES_MAX) as file:
            async for part in request.stream():
                digest.update(part)
                if len(part) + file.tell() > SPOOLED_BYTES_MAX:
                    await run_in_threadpool(file.write, part)
                else:
                    file.write(part)
            file.seek(0)
            found = await run_in_threadpool(record_file, principal, format, file, digest.digest())
        return views.BulkRepayments(
            rows=found.rows,
            recorded=found.recorded,
            replayed=found.replayed,
            quarantined=found.quarantined,
            quarantined_by_code=dict(found.codes),
            problems=[views.RepaymentProblem.model_validate(each) for each in found.problems],
            problems_left_out=found.quarantined - len(found.problems),
        )

    @router.get("/index-rates", summary="List index rates")
    def list_rates(
        name: Annotated[str | None, Query(min_length=1, max_length=63, pattern=r"^[^\x00]+$")] = None,
        before: Annotated[date | None, Query(description="`next` of the page before: rates before this day.")] = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.LOAN_READ),
    ) -> Page[views.IndexRateView]:
        """List what indices stand at, newest first; those of one day are never parted by a page of one index."""
        with database.transaction(principal.organization_id) as tx:
            rows = index_rates.list_rates(tx, name=name, before=before, limit=limit + 1)
        more = str(rows[limit - 1]["effective_on"]) if len(rows) > limit else None
        return Page(items=[views.IndexRateView.model_validate(row) for row in rows[:limit]], next=more)

    @router.post("/index-rates", summary="Record an index rate", status_code=201, response_model=views.IndexRateView)
    def record_rate(
        body: bodies.IndexRateBody,
        principal: Principal = doors.requires(Permission.LOAN_RELIEVE),
        once: Any = doors.once,
    ) -> Response:
        """Record what an index stands at from a day on. Loans that follow it take it at their next reset."""

        def work() -> views.IndexRateView:
            row = index_rates.record_rate(tx, principal, body.name, body.effective_on, body.rate)
            return views.IndexRateView.model_validate(row)

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=201)
        return response

    @router.post("/end-of-day", summary="Book all loans now", status_code=202, response_model=views.EndOfDayTask)
    def run_end_of_day(
        principal: Principal = doors.requires(Permission.TASK_MANAGE), once: Any = doors.once
    ) -> Response:
        """Book all loans up to today, as a task; while one is under way that one is answered."""

        def work() -> views.EndOfDayTask:
            task_id = tasks.enqueue(
                tx,
                END_OF_DAY_TASK,
                parameters={},
                created_by=principal.label,
                now=clock.system_now(),
                subject="lending:end-of-day",
                dedup_key="now",
            )
            return views.EndOfDayTask(task_id=task_id)

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=202)
        return response

    return router
