"""/api/v1/decisions: what was decided, with its record, explanation, outcomes and effects."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from intendant.kernel import approvals, decisions, outcomes
from intendant.kernel.access import Permission, Principal
from intendant.kernel.decisions import DeciderKind, DecisionFilter, Sort
from intendant.kernel.gate import VerdictKind
from intendant.kit import clock
from intendant.kit.spreadsheet import CSV_TYPE
from intendant.server.acts import record_by
from intendant.server.auth import requires
from intendant.server.decision_table import encode_rows, header
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import system_of
from intendant.server.views.decisions import (
    DecisionPage,
    DecisionRecord,
    Explanation,
    FacetsView,
    OutcomeView,
    SimilarView,
    Timeline,
    Trace,
    show_entry,
    show_facets,
    show_record,
    show_row,
)

router = APIRouter(prefix="/api/v1/decisions", tags=["decisions"])
Reader = Annotated[Principal, requires(Permission.DECISION_READ)]

CHOICES_MAX = 50
CURSOR_LENGTH_MAX = 100
TEXT_LENGTH_MAX = 200
AMOUNT_MAX = Decimal(10) ** 16
SIMILAR_SHOWN, SIMILAR_SHOWN_MAX = 5, 50

Names = Annotated[list[Annotated[str, Query(max_length=200)]], Query(max_length=CHOICES_MAX)]
Amount = Annotated[Decimal | None, Query(ge=0, le=AMOUNT_MAX)]
Share = Annotated[float | None, Query(ge=0, le=1)]


def _filter(
    kind: Names = [],  # noqa: B006 - FastAPI copies defaults
    verdict: Annotated[list[VerdictKind], Query(max_length=CHOICES_MAX)] = [],  # noqa: B006
    action: Names = [],  # noqa: B006
    component: Names = [],  # noqa: B006
    decided_by: Annotated[list[DeciderKind], Query(max_length=CHOICES_MAX)] = [],  # noqa: B006
    subject_id: UUID | None = None,
    since: Annotated[AwareDatetime | None, Query(description="Business time; only decisions from then on.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Business time; only decisions before then.")] = None,
    min_confidence: Share = None,
    max_confidence: Share = None,
    min_amount: Amount = None,
    max_amount: Amount = None,
    q: Annotated[
        str | None,
        Query(
            max_length=TEXT_LENGTH_MAX,
            description="An idempotency key, or the beginning (8 digits or more) of the id of a decision or subject, is found"
            " however old; else words of summary, key and reference among the newest.",
        ),
    ] = None,
) -> DecisionFilter:
    return DecisionFilter(
        kinds=kind,
        verdicts=verdict,
        actions=action,
        components=component,
        deciders=decided_by,
        since=since,
        until=until,
        min_confidence=min_confidence,
        max_confidence=max_confidence,
        min_amount=min_amount,
        max_amount=max_amount,
        subject_id=subject_id,
        text=(q or "").strip() or None,
    )


Wanted = Annotated[DecisionFilter, Depends(_filter)]


@router.get("", summary="List decisions")
def list_decisions(
    request: Request,
    principal: Reader,
    wanted: Wanted,
    sort: Sort = Sort.NEWEST,
    after: Annotated[
        str | None, Query(max_length=CURSOR_LENGTH_MAX, description="The `next` of the page before.")
    ] = None,
    limit: Limit = PAGE_SIZE,
) -> DecisionPage:
    """List decisions, newest first unless `sort` says otherwise, without their records.

    A filter may be given several times (`verdict=ask&verdict=refuse`): any of its values will do.
    """
    system = system_of(request)
    with system.database.transaction(principal.organization_id) as tx:
        found = decisions.search_decisions(
            tx, wanted, sort=sort, after=after, limit=limit, kinds=tuple(system.registry.kinds)
        )
        hidden = approvals.list_hidden(tx, [row["id"] for row in found.rows])
    items = [show_row(row, hidden=row["id"] in hidden) for row in found.rows]
    return DecisionPage(items=items, next=found.next, capped=found.capped)


@router.get("/facets", summary="Count decisions by facet")
def count_facets(request: Request, principal: Reader, wanted: Wanted) -> FacetsView:
    """Count decisions by verdict, action, kind, component and who decided, each without its own filter."""
    system = system_of(request)
    with system.database.transaction(principal.organization_id) as tx:
        return show_facets(decisions.count_facets(tx, wanted, kinds=tuple(system.registry.kinds)))


@router.get(
    "/export.csv",
    summary="Export decisions as a table",
    response_class=StreamingResponse,
    responses={200: {"content": {CSV_TYPE: {"schema": {"type": "string"}}}, "description": "One line for each."}},
)
def export(request: Request, principal: Reader, wanted: Wanted) -> StreamingResponse:
    """Export the decisions that the filters let through, newest first, at most a million. That it was done is recorded."""
    system = system_of(request)
    chunks = decisions.export_decisions(
        system.database, principal.organization_id, wanted, kinds=tuple(system.registry.kinds)
    )
    # Whatever is wrong with the request or the database shows now, while there still is a status to answer with.
    first = next(chunks)
    with system.database.transaction(principal.organization_id) as tx:
        record_by(tx, principal, "decisions.list.exported", "decisions")

    def lines() -> Iterator[bytes]:
        yield header()
        yield encode_rows(first)
        for rows in chunks:
            yield encode_rows(rows)

    name = f"decisions-{clock.system_now():%Y%m%d-%H%M%S}.csv"
    return StreamingResponse(
        lines(), media_type=CSV_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@router.get("/{decision_id}", summary="Return the record of a decision")
def get_decision(request: Request, principal: Reader, decision_id: UUID) -> DecisionRecord:
    """Return the full record of a decision; without the proposal while a blind case about it waits for an answer."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        record = decisions.get_decision(tx, decision_id)
        return show_record(record, hidden=bool(approvals.list_hidden(tx, [decision_id])))


@router.get("/{decision_id}/explanation", summary="Explain a decision")
def explain_decision(request: Request, principal: Reader, decision_id: UUID) -> Explanation:
    """Explain a decision from its frozen values: reasons, factors, what would have changed it. Computed when asked."""
    system = system_of(request)
    with system.database.transaction(principal.organization_id) as tx:
        record = decisions.get_decision(tx, decision_id)
        approvals.require_shown(tx, decision_id)
        return Explanation.model_validate(system.registry.kind(record["kind"]).explain(tx, record))


@router.get("/{decision_id}/trace", summary="Return the full trace of a decision")
def trace_decision(request: Request, principal: Reader, decision_id: UUID) -> Trace:
    """Return every rule and condition of the policy version that held, recomputed on the decision's frozen values."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        approvals.require_shown(tx, decision_id)
        return Trace.model_validate(decisions.trace(tx, decision_id))


@router.get("/{decision_id}/timeline", summary="Return what happened around a decision")
def read_timeline(request: Request, principal: Reader, decision_id: UUID) -> Timeline:
    """Return in order how a decision came about, what was asked and answered, done and taken back, and what became of it."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return Timeline(entries=[show_entry(entry) for entry in decisions.read_timeline(tx, decision_id)])


@router.get("/{decision_id}/similar", summary="List settled cases like a decision's")
def list_similar(
    request: Request,
    principal: Reader,
    decision_id: UUID,
    limit: Annotated[int, Query(ge=1, le=SIMILAR_SHOWN_MAX, description="How many items at most.")] = SIMILAR_SHOWN,
) -> Page[SimilarView]:
    """List past cases like this one, nearest first, and how they ended; not while this one is to be judged blind."""
    system = system_of(request)
    with system.database.transaction(principal.organization_id) as tx:
        record = decisions.get_decision(tx, decision_id)
        approvals.require_shown(tx, decision_id)
        cases = system.registry.kind(record["kind"]).similar(tx, record, limit=limit)
        hidden = approvals.list_hidden(tx, [case.decision_id for case in cases])
    return Page(items=[SimilarView.model_validate(case) for case in cases if case.decision_id not in hidden])


@router.get("/{decision_id}/outcomes", summary="List the outcomes of a decision")
def list_decision_outcomes(
    request: Request, principal: Reader, decision_id: UUID, after: UUID | None = None, limit: Limit = PAGE_SIZE
) -> Page[OutcomeView]:
    """List what became of a decision, newest first."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        decisions.get_decision(tx, decision_id)
        rows = outcomes.list_outcomes(tx, decision_id=decision_id, after=after, limit=limit + 1)
    return page(rows, limit, show=OutcomeView.model_validate, key=lambda row: row["id"])
