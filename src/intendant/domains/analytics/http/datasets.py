"""Routes of datasets: bring one, look at it, rename, refresh, export and remove it."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse

from intendant.domains.analytics.contract import PREFIX
from intendant.domains.analytics.datasets import frames, querying, records, rows, usecases
from intendant.domains.analytics.datasets.prepared import Prepared
from intendant.domains.analytics.datasets.refreshing import read_again
from intendant.domains.analytics.http import dataset_views as views
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors
from intendant.learning.datasets import escape_cell

PAGE_SIZE, PAGE_SIZE_MAX = 50, 200
ROWS_COLUMNS_MAX = 200
EXPORT_BATCH_ROWS = 2_000
Limit = Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX, description="How many items at most.")]


def dataset_routes(doors: Doors) -> APIRouter:
    """Return the routes of datasets."""
    router = APIRouter(prefix=PREFIX, tags=["datasets"])
    _add_making(router, doors)
    _add_reading(router, doors)
    _add_changing(router, doors)
    return router


def _add_making(router: APIRouter, doors: Doors) -> None:
    system = doors.system
    database = system.database

    @router.get("/datasets/sources", summary="List the tables of the record")
    def list_sources(principal: Principal = doors.requires(Permission.AI_READ)) -> views.SourceList:
        """List the tables of the organisation's own record that queries may name and datasets may be taken from."""
        with database.snapshot(principal.organization_id) as tx:
            found = [(source, source.columns_of(tx)) for source in records.list_sources(system.registry)]
        return views.SourceList(
            items=[
                views.SourceView(
                    name=source.name,
                    why=source.why,
                    columns=[views.SourceColumn(name=name, type=kind) for name, kind in columns.items()],
                )
                for source, columns in found
            ]
        )

    @router.post("/datasets/query/preview", summary="Try a query", response_model=views.QueryPreview)
    def preview_query(body: views.PreviewBody, principal: Principal = doors.requires(Permission.AI_CREATE)) -> Any:
        """Run one SELECT over datasets and tables of the record, and return its first 100 rows. Nothing is kept."""
        return querying.preview_query(system, principal.organization_id, body.sql)

    @router.post("/datasets/query", summary="Keep a query's answer", status_code=201, response_model=views.DatasetView)
    def keep_query(
        body: views.QueryBody,
        principal: Principal = doors.requires(Permission.AI_CREATE),
        once: Any = doors.once,
    ) -> Response:
        """Run one SELECT over datasets and tables of the record, and keep its rows as a dataset that can be refreshed."""
        usecases.check_name(body.name, records.source_names(system.registry))
        prepared = querying.run_query(system, principal.organization_id, body.sql)
        asked = usecases.Asked(body.name, body.description, "query", query=body.sql)
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, lambda: add(tx, principal, asked, prepared), status=201)
        return response

    @router.post(
        "/datasets/record", summary="Keep rows of the record", status_code=201, response_model=views.DatasetView
    )
    def keep_record(
        body: views.RecordBody,
        principal: Principal = doors.requires(Permission.AI_CREATE),
        once: Any = doors.once,
    ) -> Response:
        """Keep the newest rows of a table of the record as a dataset that can be refreshed."""
        usecases.check_name(body.name, records.source_names(system.registry))
        source = records.find_source(system.registry, body.source)
        with database.snapshot(principal.organization_id) as tx:
            prepared = records.read_source(tx, source, body.limit)
        asked = usecases.Asked(body.name, body.description, "record", source=source.name, row_limit=body.limit)
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, lambda: add(tx, principal, asked, prepared), status=201)
        return response

    def add(tx: Any, principal: Principal, asked: usecases.Asked, prepared: Prepared) -> views.DatasetView:
        dataset = usecases.add_dataset(
            tx, principal, system.files, asked, prepared, taken_names=records.source_names(system.registry)
        )
        return views.show_dataset(dataset, [dict(each) for each in prepared.columns], [])


def _add_reading(router: APIRouter, doors: Doors) -> None:
    system = doors.system
    database = system.database

    @router.get("/datasets", summary="List datasets")
    def list_datasets(
        q: Annotated[str | None, Query(max_length=200, description="Looked for in name and description.")] = None,
        after: Annotated[UUID | None, Query(description="`next` of the page before.")] = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> views.DatasetPage:
        """List datasets, newest first."""
        with database.snapshot(principal.organization_id) as tx:
            found = rows.list_datasets(tx, text=q and q.replace("\0", ""), after=after, limit=limit + 1)
            users = rows.count_using_models(tx, [each.id for each in found])
        more = str(found[limit - 1].id) if len(found) > limit else None
        return views.DatasetPage(
            items=[views.show_row(each, users.get(each.id, 0)) for each in found[:limit]], next=more
        )

    @router.get("/datasets/{dataset_id}", summary="Show a dataset")
    def get_dataset(dataset_id: UUID, principal: Principal = doors.requires(Permission.AI_READ)) -> views.DatasetView:
        """Return a dataset with the profile of its columns and the models that are trained from it."""
        with database.snapshot(principal.organization_id) as tx:
            return show(tx, dataset_id)

    def show(tx: Any, dataset_id: UUID) -> views.DatasetView:
        dataset = rows.get_dataset(tx, dataset_id)
        return views.show_dataset(dataset, rows.get_columns(tx, dataset_id), rows.list_using_models(tx, dataset_id))

    @router.get("/datasets/{dataset_id}/rows", summary="Look at rows")
    def list_rows(
        dataset_id: UUID,
        columns: Annotated[
            list[str] | None, Query(max_length=ROWS_COLUMNS_MAX, description="Which; by default the first 200.")
        ] = None,
        after: Annotated[int, Query(ge=0, le=10_000_000, description="How many rows come before.")] = 0,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> views.RowsPage:
        """Return some rows in the order in which they are kept."""
        with database.snapshot(principal.organization_id) as tx:
            dataset = rows.get_dataset(tx, dataset_id)
            wanted = columns or [each["name"] for each in rows.get_columns(tx, dataset_id)[:ROWS_COLUMNS_MAX]]
            table = frames.read_content(tx, system.files, principal.organization_id, dataset.digest, wanted)
        shown = table.slice(after, limit)
        last = after + shown.num_rows
        return views.RowsPage(
            columns=wanted,
            rows=[
                [_plain(cell) for cell in row]
                for row in zip(*(each.to_pylist() for each in shown.columns), strict=True)
            ],
            row_count=table.num_rows,
            next=str(last) if last < table.num_rows else None,
        )

    @router.get("/datasets/{dataset_id}/quarantine", summary="Look at rows set aside")
    def get_quarantine(
        dataset_id: UUID, principal: Principal = doors.requires(Permission.AI_READ)
    ) -> views.QuarantineView:
        """Return how many rows of the file were set aside and why, and the first thousand of them."""
        with database.snapshot(principal.organization_id) as tx:
            dataset = rows.get_dataset(tx, dataset_id)
            found = rows.get_quarantine(tx, dataset_id)
        nothing = {
            "rows_in_file": dataset.row_count, "rows_accepted": dataset.row_count, "rows_quarantined": 0, "counts": {}, "rows": [],
        }  # fmt: skip
        return views.QuarantineView.model_validate(found or nothing)

    @router.get(
        "/datasets/{dataset_id}/export",
        summary="Export a dataset",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    )
    def export(dataset_id: UUID, principal: Principal = doors.requires(Permission.AI_READ)) -> StreamingResponse:
        """Stream all rows as CSV; cells that a spreadsheet would take for formulas are quoted."""
        with database.snapshot(principal.organization_id) as tx:
            table = frames.read_table(tx, system.files, principal.organization_id, dataset_id)
        headers = {"Content-Disposition": f'attachment; filename="dataset-{dataset_id}.csv"'}
        return StreamingResponse(_lines(table), media_type="text/csv; charset=utf-8", headers=headers)


def _add_changing(router: APIRouter, doors: Doors) -> None:
    system = doors.system
    database = system.database

    def shown(tx: Any, dataset: rows.Dataset) -> views.DatasetView:
        return views.show_dataset(dataset, rows.get_columns(tx, dataset.id), rows.list_using_models(tx, dataset.id))

    @router.put("/datasets/{dataset_id}", summary="Rename or describe a dataset")
    def describe(
        dataset_id: UUID,
        body: views.DescriptionBody,
        principal: Principal = doors.requires(Permission.AI_UPDATE),
    ) -> views.DatasetView:
        """Change name or description; a field that is null stays. Queries that name it must be changed along."""
        with database.transaction(principal.organization_id) as tx:
            dataset = usecases.describe_dataset(
                tx,
                principal,
                dataset_id,
                name=body.name,
                description=body.description,
                revision=body.revision,
                taken_names=records.source_names(system.registry),
            )
            return shown(tx, dataset)

    @router.post("/datasets/{dataset_id}/refresh", summary="Read a dataset again", response_model=views.DatasetView)
    def refresh(
        dataset_id: UUID,
        principal: Principal = doors.requires(Permission.AI_UPDATE),
        once: Any = doors.once,
    ) -> Response:
        """Run a dataset's query, or read its table of the record, again: other rows and digest under the same id."""
        with database.snapshot(principal.organization_id) as tx:
            before = rows.get_dataset(tx, dataset_id)
        prepared = read_again(system, principal.organization_id, before)
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(
                tx,
                lambda: shown(tx, usecases.refresh_dataset(tx, principal, system.files, before, prepared)),
            )
        return response

    @router.delete("/datasets/{dataset_id}", summary="Remove a dataset", status_code=204)
    def remove(dataset_id: UUID, principal: Principal = doors.requires(Permission.AI_MANAGE)) -> None:
        """Remove a dataset and its rows; refused while a model is trained from it. What models recorded of it stays."""
        with database.transaction(principal.organization_id) as tx:
            usecases.remove_dataset(tx, principal, dataset_id)


def _lines(table: Any) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([escape_cell(name) for name in table.column_names])
    for batch in table.to_batches(max_chunksize=EXPORT_BATCH_ROWS):
        for row in zip(*(values.to_pylist() for values in batch.columns), strict=True):
            writer.writerow([escape_cell(_plain(cell)) for cell in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _plain(cell: Any) -> Any:
    """Write a cell as JSON and CSV have it: whole numbers without a point, moments as ISO."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return cell.isoformat() if hasattr(cell, "isoformat") else cell
