"""/api/v1/decisions: what was decided, with its record, explanation, outcomes and effects."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request

from intendant.kernel import approvals, decisions, outcomes
from intendant.kernel.access import Permission, Principal
from intendant.kernel.gate import VerdictKind
from intendant.server.auth import requires
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import system_of
from intendant.server.views.decisions import (
    DecisionRecord,
    DecisionView,
    Explanation,
    OutcomeView,
    Trace,
    show_record,
    show_row,
)

router = APIRouter(prefix="/api/v1/decisions", tags=["decisions"])
Reader = Annotated[Principal, requires(Permission.DECISION_READ)]


@router.get("", summary="List decisions")
def list_decisions(
    request: Request,
    principal: Reader,
    kind: str | None = None,
    verdict: VerdictKind | None = None,
    action: str | None = None,
    subject_id: UUID | None = None,
    since: Annotated[datetime | None, Query(description="Business time; only decisions from then on.")] = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[DecisionView]:
    """List decisions, newest first, without their records."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = decisions.list_decisions(
            tx,
            kind=kind,
            verdict=verdict,
            action=action,
            subject_id=subject_id,
            since=since,
            after=after,
            limit=limit + 1,
        )
        hidden = approvals.list_hidden(tx, [row["id"] for row in rows])
    return page(rows, limit, show=lambda row: show_row(row, hidden=row["id"] in hidden), key=lambda row: row["id"])


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


@router.get("/{decision_id}/outcomes", summary="List the outcomes of a decision")
def list_decision_outcomes(
    request: Request, principal: Reader, decision_id: UUID, after: UUID | None = None, limit: Limit = PAGE_SIZE
) -> Page[OutcomeView]:
    """List what became of a decision, newest first."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        decisions.get_decision(tx, decision_id)
        rows = outcomes.list_outcomes(tx, decision_id=decision_id, after=after, limit=limit + 1)
    return page(rows, limit, show=OutcomeView.model_validate, key=lambda row: row["id"])


def listing(rows: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    """Return a page of rows: the one beyond `limit` says that there are more."""
    shown = rows[:limit]
    return {"items": shown, "next": str(shown[-1]["id"]) if len(rows) > limit else None}
