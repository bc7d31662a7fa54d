"""/api/v1/approvals: the inbox, read and shared out; see `answers` for answering."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from intendant.kernel import approvals, decisions, organizations
from intendant.kernel.access import Permission, Principal
from intendant.kernel.gate import Tier
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.members import Assignee, names_for, parse_assignee
from intendant.server.paging import PAGE_SIZE, Limit, Page
from intendant.server.system import system_of
from intendant.server.views.approvals import (
    ApprovalDetail,
    ApprovalFacets,
    ApprovalState,
    ApprovalView,
    counts,
    show_approval,
    show_detail,
)
from intendant.server.views.decisions import show_record

router = APIRouter(prefix="/api/v1/approvals", tags=["approvals"])
Reader = Annotated[Principal, requires(Permission.APPROVAL_READ)]
Answerer = Annotated[Principal, requires(Permission.APPROVAL_ANSWER)]
State = ApprovalState
Tiers = Annotated[list[Tier] | None, Query(max_length=3, description="Any of these; repeatable.")]
Risks = Annotated[list[approvals.Risk] | None, Query(max_length=3, description="Any of these; repeatable.")]
Kinds = Annotated[list[str] | None, Query(max_length=20, description="Any of these; repeatable.")]
Text = Annotated[
    str | None,
    Query(min_length=1, max_length=approvals.TEXT_LENGTH_MAX, description="Part of the reference, summary or id."),
]
Held = Annotated[bool | None, Query(description="Only those whose answer is held, or only those whose answer is not.")]
Cursor = Annotated[str | None, Query(max_length=300, description="The `next` of the page before, in the same order.")]


class AssignBody(BaseModel):
    """Who shall answer; null for nobody."""

    model_config = ConfigDict(extra="forbid")
    user_id: UUID | None


@router.get("", summary="List approvals")
def list_approvals(
    request: Request,
    principal: Reader,
    state: State | None = "open",
    tier: Tiers = None,
    risk: Risks = None,
    kind: Kinds = None,
    assignee: Assignee = None,
    held: Held = None,
    q: Text = None,
    sort: approvals.Sort | None = None,
    after: Cursor = None,
    limit: Limit = PAGE_SIZE,
) -> Page[ApprovalView]:
    """List approvals, by default those that wait. Those come by default in the order of their deadlines, others newest first."""
    order: approvals.Sort = sort or ("due_at" if state == "open" else "-created_at")
    inbox = _inbox(principal, state, tier, risk, kind, assignee, held, q)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = approvals.list_approvals(tx, inbox, sort=order, after=after, limit=limit + 1)
        now = _business(tx, principal)
    shown = rows[:limit]
    names = names_for(request, principal, shown)
    following = approvals.cursor_of(shown[-1], order) if len(rows) > limit else None
    return Page(items=[show_approval(row, now, names) for row in shown], next=following)


@router.get("/facets", summary="Count approvals")
def count_approvals(
    request: Request,
    principal: Reader,
    state: State | None = "open",
    tier: Tiers = None,
    risk: Risks = None,
    kind: Kinds = None,
    assignee: Assignee = None,
    held: Held = None,
    q: Text = None,
) -> ApprovalFacets:
    """Count approvals by risk, kind, tier, held answers (each without its own filter) and state, by default those that wait."""
    inbox = _inbox(principal, state, tier, risk, kind, assignee, held, q)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        counted = approvals.facets(tx, inbox)
    by = {name: counts(values) for name, values in counted.by.items() if name != "held"}
    return ApprovalFacets(**by, held=counted.by["held"].get("true", 0), total=counted.total, capped=counted.capped)


@router.get("/{approval_id}", summary="Return an approval")
def get_approval(request: Request, principal: Reader, approval_id: UUID) -> ApprovalDetail:
    """Return an approval with the decision that asked. A blind case hides what was proposed until it is answered."""
    system = system_of(request)
    with system.database.transaction(principal.organization_id) as tx:
        row = approvals.get_approval(tx, approval_id)
        record = decisions.get_decision(tx, row["decision_id"])
        hidden, now = approvals.is_hidden(row), _business(tx, principal)
        words = system.registry.kind(row["kind"]).vocabulary(tx)
        if not hidden:
            approvals.mark_shown(tx, approval_id, now, to=principal.label)
    decision = show_record(record, hidden=hidden)
    return show_detail(row, now, names_for(request, principal, [row]), decision, words, record["values"])


@router.post("/{approval_id}/assign", summary="Assign an approval", response_model=ApprovalView)
def assign(request: Request, principal: Answerer, approval_id: UUID, body: AssignBody, once: Idempotency) -> Response:
    """Assign an open approval to a user, or to nobody."""

    def work() -> ApprovalView:
        now = clock.system_now()
        business = organizations.get_organization(tx, principal.organization_id).clock.at(now)
        row = approvals.assign(tx, approval_id, body.user_id, by=principal.label, now=business, system_now=now)
        return show_approval(row, business, names_for(request, principal, [row]))

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, work)
    return answer


def _inbox(
    principal: Principal,
    state: State | None,
    tier: list[Tier] | None,
    risk: list[approvals.Risk] | None,
    kind: list[str] | None,
    assignee: Assignee,
    held: bool | None,
    text: str | None,
) -> approvals.Inbox:
    user, unassigned = parse_assignee(principal, assignee)
    return approvals.Inbox(state, tier or (), risk or (), kind or (), user, unassigned, text, held)


def _business(tx: Transaction, principal: Principal) -> datetime:
    return organizations.get_organization(tx, principal.organization_id).clock.now()
