"""Routes of the officer's list of applications: filters, orders, facets."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import StringConstraints

from intendant.domains.lending import usecases, worklist
from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.http import views
from intendant.domains.lending.http.parameters import PAGE_SIZE, Limit
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.model import TERM_MONTHS_MAX, ApplicationState, Product
from intendant.domains.lending.worklist import ApplicationFilter, ApplicationSort
from intendant.kernel import audit
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors
from intendant.kit import clock
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.money import AMOUNT_MAX
from intendant.kit.spreadsheet import CSV_TYPE, encode_lines

VALUES_MAX = 50
TEXT_LENGTH_MAX = 200
EXPORT_ROWS_MAX = 1_000_000
EXPORT_CHUNK_ROWS = 1_000
EXPORT_COLUMNS = (
    "reference",
    "product",
    "product_version",
    "state",
    "amount",
    "currency",
    "term_months",
    "purpose",
    "action",
    "verdict",
    "confidence",
    "decided_by",
    "approval_due_at",
    "submitted_at",
    "updated_at",
    "id",
    "decision_id",
)

_Amount = Annotated[Decimal | None, Query(ge=0, le=AMOUNT_MAX, description="Included.")]
_Term = Annotated[int | None, Query(ge=0, le=TERM_MONTHS_MAX, description="In months, included.")]
_Share = Annotated[float | None, Query(ge=0, le=1, description="Of the last decision, included.")]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LENGTH_MAX, pattern=r"^[^\x00]+$")]


def read_filter(
    state: Annotated[list[ApplicationState], Query(max_length=VALUES_MAX, description="Any of these.")] = [],  # noqa: B006
    product: Annotated[list[_Text], Query(max_length=VALUES_MAX, description="Keys; any of these.")] = [],  # noqa: B006
    purpose: Annotated[list[_Text], Query(max_length=VALUES_MAX, description="Any of these.")] = [],  # noqa: B006
    reference: Annotated[_Text | None, Query(description="Exactly this reference.")] = None,
    q: Annotated[
        _Text | None, Query(description="Part of a reference, or the beginning of an id (8 digits or more).")
    ] = None,
    min_amount: _Amount = None,
    max_amount: _Amount = None,
    min_term: _Term = None,
    max_term: _Term = None,
    min_confidence: _Share = None,
    max_confidence: _Share = None,
    waiting: Annotated[bool | None, Query(description="Whether a question about it waits for an answer.")] = None,
    since: Annotated[datetime | None, Query(description="Business time of submission, included.")] = None,
    until: Annotated[datetime | None, Query(description="Business time of submission, excluded.")] = None,
) -> ApplicationFilter:
    """Read the filters of the list from the query."""
    return ApplicationFilter(
        states=state,
        products=product,
        purposes=purpose,
        reference=reference,
        q=q,
        min_amount=min_amount,
        max_amount=max_amount,
        min_term=min_term,
        max_term=max_term,
        min_confidence=min_confidence,
        max_confidence=max_confidence,
        waiting=waiting,
        since=since,
        until=until,
    )


Filter = Annotated[ApplicationFilter, Depends(read_filter)]
Mine = Annotated[bool, Query(description="Only those whose open question is assigned to the caller.")]


def worklist_routes(doors: Doors, kind: LendingApplicationKind) -> APIRouter:
    """Return the routes of the list."""
    router = APIRouter(prefix="/api/v1/lending/applications", tags=["lending"])
    database, catalogue = doors.system.database, kind.catalogue

    @router.get("", summary="List applications")
    def list_applications(
        wanted: Filter,
        mine: Mine = False,
        sort: ApplicationSort = ApplicationSort.NEWEST,
        after: Annotated[str | None, Query(max_length=100, description="`next` of the page before.")] = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.APPLICATION_READ),
    ) -> views.Page[views.ApplicationRow]:
        """List applications, each with its last decision in short and the question that waits; without inputs."""
        with database.transaction(principal.organization_id) as tx:
            rows = usecases.list_applications(tx, principal, wanted, mine=mine, sort=sort, after=after, limit=limit + 1)
            items = show_rows(tx, catalogue, rows[:limit])
        return views.Page(items=items, next=worklist.cursor(sort, rows[limit - 1]) if len(rows) > limit else None)

    @router.get("/facets", summary="Count applications by facet")
    def count_facets(
        wanted: Filter,
        mine: Mine = False,
        principal: Principal = doors.requires(Permission.APPLICATION_READ),
    ) -> views.ApplicationFacets:
        """Count applications by state, product and purpose, each facet without its own filter, as shops do."""
        with database.transaction(principal.organization_id) as tx:
            found = usecases.count_facets(tx, principal, wanted, mine=mine)
        return views.ApplicationFacets(
            states=_values(found.states),
            products=_values(found.products),
            purposes=_values(found.purposes),
            total=found.total,
            capped=found.capped,
            purposes_capped=found.purposes_capped,
        )

    @router.get(
        "/export.csv",
        summary="Export applications",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The list as CSV."}},
    )
    def export_applications(
        wanted: Filter,
        mine: Mine = False,
        sort: ApplicationSort = ApplicationSort.NEWEST,
        principal: Principal = doors.requires(Permission.APPLICATION_READ),
    ) -> StreamingResponse:
        """Export the filtered list as CSV in UTF-8, at most 1,000,000 rows; cells that a spreadsheet would run are defused.

        That it was done is recorded.
        """
        act = audit.Act(
            principal.organization_id, principal.label, "applications.list.exported", "applications", clock.system_now()
        )
        with database.transaction(principal.organization_id) as tx:
            audit.append(tx, [act])
        return StreamingResponse(
            export_chunks(database, catalogue, principal, wanted, sort=sort, mine=mine),
            media_type=CSV_TYPE,
            headers={"Content-Disposition": 'attachment; filename="applications.csv"', "Cache-Control": "no-store"},
        )

    return router


def _values(counts: Mapping[str, int]) -> list[views.FacetValue]:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [views.FacetValue(value=value, count=count) for value, count in ordered]


def _cells(row: views.ApplicationRow) -> list[object]:
    due_at = None if row.approval is None else row.approval.due_at
    values = row.model_dump(mode="json") | {"approval_due_at": None if due_at is None else due_at.isoformat()}
    return [values[name] for name in EXPORT_COLUMNS]


def export_chunks(
    database: Database,
    catalogue: Catalogue,
    by: Principal,
    wanted: ApplicationFilter,
    *,
    sort: ApplicationSort = ApplicationSort.NEWEST,
    mine: bool = False,
    chunk_rows: int = EXPORT_CHUNK_ROWS,
    rows_max: int = EXPORT_ROWS_MAX,
) -> Iterator[bytes]:
    """Return the filtered list as CSV, piece by piece; each has a transaction of its own, so that a slow reader holds none."""
    after, rows_left = None, rows_max
    yield encode_lines([EXPORT_COLUMNS])
    while rows_left > 0:
        limit = min(chunk_rows, rows_left)
        with database.transaction(by.organization_id) as tx:
            rows = usecases.list_applications(tx, by, wanted, mine=mine, sort=sort, after=after, limit=limit + 1)
            shown = show_rows(tx, catalogue, rows[:limit])
        yield encode_lines([_cells(each) for each in shown])
        if len(rows) <= limit:
            return
        after, rows_left = worklist.cursor(sort, rows[limit - 1]), rows_left - limit


def show_rows(tx: Transaction, catalogue: Catalogue, rows: list[Row]) -> list[views.ApplicationRow]:
    """Return rows of the list as they are shown."""
    keys = {(tx.organization_id, row["product"], row["product_version"]) for row in rows}
    products = catalogue.versions(tx, keys) if keys else {}
    return [_shown(row, products[tx.organization_id, row["product"], row["product_version"]]) for row in rows]


def _shown(row: Row, product: Product) -> views.ApplicationRow:
    inputs: dict[str, Any] = orjson.loads(row["inputs"])
    shown = row | {"purpose": worklist.purpose_of(inputs, product), "summary": worklist.describe(row, inputs, product)}
    if row["concealed"]:
        shown |= dict.fromkeys(("action", "confidence", "decided_by"))
    waiting = None
    if row["approval_id"] is not None:
        waiting = {"id": row["approval_id"], **{name: row[name] for name in ("due_at", "tier", "assignee")}}
    return views.ApplicationRow.model_validate(shown | {"approval": waiting})
