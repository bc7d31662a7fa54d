"""/api/v1/policies/proposals: policies that wait for a second person or for their date; approve, reject, withdraw, cancel."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from intendant.kernel import access, organizations, policies
from intendant.kernel.access import Permission, Principal
from intendant.kernel.gate import diff_policies, parse_policy
from intendant.kernel.policies import Author
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.policy_document import PolicyDocument
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/policies/proposals", tags=["policies"])
Reader = Annotated[Principal, requires(Permission.POLICY_READ)]
Publisher = Annotated[Principal, requires(Permission.POLICY_PUBLISH)]
Reason = Annotated[str, Field(min_length=1, max_length=2000)]
ProposalState = Literal[
    "proposed", "scheduled", "published", "rejected", "withdrawn", "cancelled", "expired", "displaced", "failed"
]


class ChangeView(BaseModel):
    """One difference between two policies, with a sentence for people; null where there is or was nothing."""

    path: str
    before: Any
    after: Any
    text: str


class ProposalView(BaseModel):
    """A policy that waits for a second person (`proposed`), for its date (`scheduled`), or did once.

    `replaces` is the version it was made from, `follows` the scheduled proposal it comes after; without both it replaces
    whatever is active then. `effective_from` and `expires_at` are business time; `effective_from` is null for at once.
    `is_own` says whether the caller is, or may stand behind, its author; `why_not_answer` why they may not approve or reject it.
    """

    id: UUID
    kind: str
    state: ProposalState
    digest: str
    replaces: int | None
    follows: UUID | None
    effective_from: datetime | None
    author: str
    reason: str
    created_at: datetime
    expires_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    approval_reason: str | None
    ended_by: str | None
    ended_at: datetime | None
    end_reason: str | None
    version: int | None
    is_own: bool
    why_not_answer: str | None


class ProposalDetail(ProposalView):
    """A proposal with its policy and what it changes, against the version or the proposal it replaces."""

    body: PolicyDocument
    changes: list[ChangeView]


class ApproveBody(BaseModel):
    """The second person's word. `digest` is that of the proposal as it was read."""

    model_config = ConfigDict(extra="forbid")
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    reason: Reason


class EndBody(BaseModel):
    """Why a proposal shall not come to hold."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason


@router.get("", summary="List proposals")
def list_proposals(
    request: Request,
    principal: Reader,
    kind: Annotated[str | None, Query(max_length=200)] = None,
    waiting: bool = False,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[ProposalView]:
    """List policies that were proposed or scheduled, newest first; with `waiting` only those that still are."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = policies.list_proposals(tx, kind, waiting=waiting, before=after, limit=limit + 1)
    return page(rows, limit, show=lambda row: proposal_view(row, principal), key=lambda row: row["id"])


@router.get("/{proposal_id}", summary="Return a proposal")
def get_proposal(request: Request, principal: Reader, proposal_id: UUID) -> ProposalDetail:
    """Return a proposal with its policy and its changes in words."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return _detail(tx, policies.get_proposal(tx, proposal_id), principal)


@router.post("/{proposal_id}/approve", summary="Approve a proposal", response_model=ProposalView)
def approve(
    request: Request, principal: Publisher, proposal_id: UUID, body: ApproveBody, once: Idempotency
) -> Response:
    """Give the second person's word: it holds at once, or from its date on. The author and their keys cannot."""

    def work() -> ProposalView:
        organization = organizations.get_organization(tx, principal.organization_id)
        policies.approve(
            tx,
            organization,
            proposal_id,
            by=principal,
            digest=body.digest,
            reason=body.reason,
            system_now=clock.system_now(),
        )
        return proposal_view(policies.get_proposal(tx, proposal_id), principal)

    with system_of(request).database.transaction(principal.organization_id) as tx:
        return once.run(tx, work)


@router.post("/{proposal_id}/reject", summary="Reject a proposal", response_model=ProposalView)
def reject(request: Request, principal: Publisher, proposal_id: UUID, body: EndBody, once: Idempotency) -> Response:
    """Say no as the second person."""

    def work() -> ProposalView:
        organization = organizations.get_organization(tx, principal.organization_id)
        row = policies.reject(
            tx, organization, proposal_id, by=principal, reason=body.reason, system_now=clock.system_now()
        )
        return proposal_view(row, principal)

    with system_of(request).database.transaction(principal.organization_id) as tx:
        return once.run(tx, work)


@router.post("/{proposal_id}/withdraw", summary="Withdraw a proposal", response_model=ProposalView)
def withdraw(request: Request, principal: Publisher, proposal_id: UUID, body: EndBody, once: Idempotency) -> Response:
    """Take one's own proposal back."""

    def work() -> ProposalView:
        organization = organizations.get_organization(tx, principal.organization_id)
        by = Author(principal.label)
        row = policies.withdraw(tx, organization, proposal_id, by=by, reason=body.reason, system_now=clock.system_now())
        return proposal_view(row, principal)

    with system_of(request).database.transaction(principal.organization_id) as tx:
        return once.run(tx, work)


@router.post("/{proposal_id}/cancel", summary="Cancel a scheduled policy", response_model=ProposalView)
def cancel(request: Request, principal: Publisher, proposal_id: UUID, body: EndBody, once: Idempotency) -> Response:
    """Cancel what is scheduled, and with it what was to follow it."""

    def work() -> ProposalView:
        organization = organizations.get_organization(tx, principal.organization_id)
        row = policies.cancel(
            tx, organization, proposal_id, by=principal.label, reason=body.reason, system_now=clock.system_now()
        )
        return proposal_view(row, principal)

    with system_of(request).database.transaction(principal.organization_id) as tx:
        return once.run(tx, work)


def proposal_view(row: Row, principal: Principal) -> ProposalView:
    """Show a proposal to somebody, with what they may do with it."""
    shown = {name: row[name] for name in ProposalView.model_fields if name in row}
    why_not = policies.why_not_answer(row, principal) if row["state"] == "proposed" else None
    return ProposalView(**shown, is_own=principal.label in row["people"], why_not_answer=why_not)


def author_of(request: Request, principal: Principal) -> Author:
    """Return who publishes, with all who may stand behind them."""
    if principal.kind != "key":
        return Author(principal.label)
    with system_of(request).database.system() as tx:
        return Author(principal.label, access.list_people_behind(tx, principal))


def _detail(tx: Transaction, row: Row, principal: Principal) -> ProposalDetail:
    if row["follows"] is not None and row["expects"] is None:
        before = policies.get_proposal(tx, row["follows"])["body"]
    elif row["expects"] is not None:
        before = policies.get_version(tx, row["kind"], row["expects"])["body"]
    else:
        before = policies.get_active(tx, row["kind"])["body"]
    changes = diff_policies(parse_policy(before), parse_policy(row["body"]))
    return ProposalDetail(
        **proposal_view(row, principal).model_dump(),
        body=row["body"],
        changes=[ChangeView(**change._asdict()) for change in changes],
    )
