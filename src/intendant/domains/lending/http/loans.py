"""Routes that read loans: the list, one loan on any day, its transactions, what it takes to be rid of it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import StringConstraints

from intendant.domains.lending.http import loan_views as views
from intendant.domains.lending.http.loan_shown import ROW_FIELDS, show_loan, show_payoff, show_row, show_transactions
from intendant.domains.lending.http.parameters import PAGE_SIZE, Limit
from intendant.domains.lending.http.views import FacetValue, Page
from intendant.domains.lending.loans import books, repository, worklist
from intendant.domains.lending.loans.worklist import LoanFilter, LoanSort
from intendant.domains.lending.servicing.model import LoanState
from intendant.domains.lending.servicing.payoff import payoff
from intendant.kernel import audit
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.kit.spreadsheet import CSV_TYPE, encode_lines

VALUES_MAX = 50
TEXT_LENGTH_MAX = 200
EXPORT_ROWS_MAX = 1_000_000
EXPORT_CHUNK_ROWS = 1_000

_Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LENGTH_MAX, pattern=r"^[^\x00]+$")]
_On = Annotated[date | None, Query(description="The day whose books are asked for; by default today. Ahead, too.")]
_KnownAt = Annotated[
    datetime | None,
    Query(description="Business time with its zone: what was recorded later is left out."),
]


def read_filter(
    state: Annotated[list[LoanState], Query(max_length=VALUES_MAX, description="Any of these.")] = [],  # noqa: B006
    bucket: Annotated[list[int], Query(max_length=VALUES_MAX, description="Lower bounds; any of these.")] = [],  # noqa: B006
    product: Annotated[list[_Text], Query(max_length=VALUES_MAX, description="Keys; any of these.")] = [],  # noqa: B006
    in_arrears: Annotated[bool | None, Query(description="Whether anything is past due.")] = None,
    q: Annotated[
        _Text | None,
        Query(
            description="The beginning of a number, a name or an id (8 digits or more); of the newest loans also another part of number or name."
        ),
    ] = None,
) -> LoanFilter:
    """Read the filters of the list from the query."""
    return LoanFilter(
        states=state,
        buckets=[each for each in bucket if abs(each) < 2**31],
        products=product,
        in_arrears=in_arrears,
        q=q,
    )


Filter = Annotated[LoanFilter, Depends(read_filter)]


def loan_routes(doors: Doors) -> APIRouter:
    """Return the routes that read loans; the fixed paths come before one loan, whose path would swallow them."""
    router = APIRouter(prefix="/api/v1/lending/loans", tags=["loans"])
    database = doors.system.database

    @router.get("", summary="List loans")
    def list_loans(
        wanted: Filter,
        sort: LoanSort = LoanSort.NEWEST,
        after: Annotated[str | None, Query(max_length=100, description="`next` of the page before.")] = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.LOAN_READ),
    ) -> Page[views.LoanRow]:
        """List loans with their figures as of the last end of day or transaction."""
        with database.transaction(principal.organization_id) as tx:
            rows = worklist.list_loans(tx, wanted, sort=sort, after=after, limit=limit + 1)
        more = worklist.cursor(sort, rows[limit - 1]) if len(rows) > limit else None
        return Page(items=[show_row(row) for row in rows[:limit]], next=more)

    @router.get("/facets", summary="Count loans by facet")
    def count_facets(wanted: Filter, principal: Principal = doors.requires(Permission.LOAN_READ)) -> views.LoanFacets:
        """Count loans by state, bucket of days past due and product, each facet without its own filter."""
        with database.transaction(principal.organization_id) as tx:
            found = worklist.count_facets(tx, wanted)
        return views.LoanFacets(
            states=_values(found.by["state"]),
            buckets=_values(found.by["bucket"]),
            products=_values(found.by["product"]),
            total=found.total,
            capped=found.capped,
        )

    @router.get(
        "/export.csv",
        summary="Export loans",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The list as CSV."}},
    )
    def export_loans(
        wanted: Filter,
        sort: LoanSort = LoanSort.NEWEST,
        principal: Principal = doors.requires(Permission.LOAN_READ),
    ) -> StreamingResponse:
        """Export the filtered list as CSV in UTF-8, at most 1,000,000 rows. That it was done is recorded."""
        act = audit.Act(principal.organization_id, principal.label, "loans.list.exported", "loans", clock.system_now())
        with database.transaction(principal.organization_id) as tx:
            audit.append(tx, [act])
        return StreamingResponse(
            export_chunks(database, principal, wanted, sort=sort),
            media_type=CSV_TYPE,
            headers={"Content-Disposition": 'attachment; filename="loans.csv"', "Cache-Control": "no-store"},
        )

    @router.get("/{loan_id}", summary="Get a loan")
    def get_loan(
        loan_id: UUID,
        on: _On = None,
        known_at: _KnownAt = None,
        principal: Principal = doors.requires(Permission.LOAN_READ),
    ) -> views.LoanView:
        """Get a loan with its terms, its instalments and its figures on a day: past, present, or as it comes if nothing happens."""
        with database.snapshot(principal.organization_id) as tx:
            loan = repository.get_loan(tx, loan_id)
            book = books.book_of_loan(tx, loan, on=on, known_at=books.check_moment(known_at))
            links = repository.find_links(tx, loan)
        return show_loan(loan, book, principal, links, known_at=known_at)

    @router.get("/{loan_id}/transactions", summary="List a loan's transactions")
    def list_transactions(
        loan_id: UUID,
        after: Annotated[int | None, Query(ge=0, description="`next` of the page before.")] = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.LOAN_READ),
    ) -> Page[views.TransactionView]:
        """List what was recorded of a loan in the order in which it became known, with what each payment paid."""
        with database.snapshot(principal.organization_id) as tx:
            loan = repository.get_loan(tx, loan_id)
            rows = repository.list_transactions(tx, loan_id)
            book = books.book_until_now(loan, rows) if rows else None
        shown = [each for each in show_transactions(rows, book) if after is None or each.sequence > after]
        return Page(items=shown[:limit], next=str(shown[limit - 1].sequence) if len(shown) > limit else None)

    @router.get("/{loan_id}/payoff", summary="Quote what pays a loan off")
    def quote_payoff(
        loan_id: UUID, on: _On = None, principal: Principal = doors.requires(Permission.LOAN_READ)
    ) -> views.PayoffView:
        """Quote what pays a loan off on a day, today or ahead, if nothing happens before."""
        with database.snapshot(principal.organization_id) as tx:
            loan = repository.get_loan(tx, loan_id)
            book = books.book_of_loan(tx, loan, on=on)
        return show_payoff(loan, payoff(book, book.on))

    return router


def _values(counts: Mapping[str, int]) -> list[FacetValue]:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [FacetValue(value=value, count=count) for value, count in ordered]


def export_chunks(
    database: Database,
    by: Principal,
    wanted: LoanFilter,
    *,
    sort: LoanSort = LoanSort.NEWEST,
    chunk_rows: int = EXPORT_CHUNK_ROWS,
    rows_max: int = EXPORT_ROWS_MAX,
) -> Iterator[bytes]:
    """Return the filtered list as CSV, piece by piece; each has a transaction of its own, so that a slow reader holds none."""
    after, rows_left = None, rows_max
    yield encode_lines([ROW_FIELDS])
    while rows_left > 0:
        limit = min(chunk_rows, rows_left)
        with database.transaction(by.organization_id) as tx:
            rows = worklist.list_loans(tx, wanted, sort=sort, after=after, limit=limit + 1)
        yield encode_lines([[value for _, value in show_row(row)] for row in rows[:limit]])
        if len(rows) <= limit:
            return
        after, rows_left = worklist.cursor(sort, rows[limit - 1]), rows_left - limit
