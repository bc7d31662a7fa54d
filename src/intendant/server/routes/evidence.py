"""/api/v1/evidence: what the record shows of each control, for those who are audited; never a certificate."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

import intendant
from intendant.kernel import organizations
from intendant.kernel.access import Permission, Principal
from intendant.kit import clock
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.database import Transaction
from intendant.kit.spreadsheet import CSV_TYPE, encode_lines
from intendant.operations import (
    DISCLAIMER,
    SOURCE,
    ControlStatus,
    Evidence,
    Statement,
    gather_evidence,
    state_evidence,
)
from intendant.server.acts import record_by
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.system import ServedSystem, system_of

router = APIRouter(prefix="/api/v1/evidence", tags=["evidence"])
Reader = Annotated[Principal, requires(Permission.EVIDENCE_READ)]
Reviewer = Annotated[Principal, requires(Permission.EVIDENCE_STATE)]


class FactView(BaseModel):
    """One thing that was looked at. `shown` is null where there was nothing to look at yet; `page` is where to see it.

    `clock` says which time `at` is: `system`, or `business` for a moment of the organisation's own clock.
    """

    name: str
    text: str
    shown: bool | None
    value: int | None
    at: datetime | None
    clock: Literal["system", "business"]
    page: str | None


class ControlStatementView(BaseModel):
    """What somebody put on record about a control."""

    control: str
    note: str
    by: str
    at: datetime


class EvidenceControlView(BaseModel):
    """A control with the evidence for it now. `due_at`: when somebody must confirm it (again); null where nobody needs to."""

    id: str
    criterion: str
    area: str
    title: str
    how: str
    by_hand: bool
    status: ControlStatus
    facts: list[FactView]
    statement: ControlStatementView | None
    due_at: datetime | None


class EvidenceView(BaseModel):
    """All controls, computed at `at` from the record. `disclaimer` belongs on every page that shows them."""

    source: str
    disclaimer: str
    organization: str
    version: str
    at: datetime
    counts: dict[ControlStatus, int]
    items: list[EvidenceControlView]


class StatementBody(BaseModel):
    """That a control was seen to: a review, a drill, an audit; what was done and found."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    control: Annotated[str, Field(max_length=60)]
    note: Annotated[str, Field(min_length=1, max_length=2000)]


@router.get("", summary="Show the evidence")
def get_evidence(request: Request, principal: Reader) -> EvidenceView:
    """Compute what the record shows of each control now."""
    return _view(system_of(request), principal)


@router.get("/export", summary="Export the evidence", response_class=Response)
def export_evidence(
    request: Request, principal: Reader, kind: Annotated[Literal["json", "csv"], Query(alias="format")] = "json"
) -> Response:
    """Return the evidence as a file. Its SHA-256 is put on the audit record, whose checkpoints are signed."""
    system = system_of(request)
    view = _view(system, principal)
    content = canonical_json(view.model_dump(mode="json")) if kind == "json" else _csv(view)
    sha256 = digest(content).hex()
    with system.database.transaction(principal.organization_id) as tx:
        detail: dict[str, object] = {"format": kind, "sha256": sha256, "bytes": len(content)}
        record_by(tx, principal, "evidence.exported", f"organization:{principal.organization_id}", detail)
    name = f"evidence-{view.at:%Y-%m-%d}.{kind}"
    media = "application/json" if kind == "json" else CSV_TYPE
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-SHA256": sha256}
    return Response(content, media_type=media, headers=headers)


@router.post("/statements", summary="Put a review on record", response_model=ControlStatementView, status_code=201)
def state(request: Request, principal: Reviewer, body: StatementBody, once: Idempotency) -> Response:
    """Put on record that a control was seen to, in the caller's name."""

    def work(tx: Transaction) -> ControlStatementView:
        said = state_evidence(tx, body.control, body.note, by=principal.label, system_now=clock.system_now())
        return _statement(said)

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx), status=201)
    return answer


def _view(system: ServedSystem, principal: Principal) -> EvidenceView:
    now = clock.system_now()
    found = gather_evidence(system.settings, system.database, principal.organization_id, system_now=now)
    with system.database.transaction(principal.organization_id) as tx:
        name = organizations.get_organization(tx, principal.organization_id).name
    return EvidenceView(
        source=SOURCE,
        disclaimer=DISCLAIMER,
        organization=name,
        version=intendant.__version__,
        at=now,
        counts={status: sum(each.status is status for each in found) for status in ControlStatus},
        items=[_control(each) for each in found],
    )


def _control(each: Evidence) -> EvidenceControlView:
    control = each.control
    return EvidenceControlView(
        id=control.id,
        criterion=control.criterion,
        area=control.criterion.partition(".")[0],
        title=control.title,
        how=control.how,
        by_hand=control.by_hand,
        status=each.status,
        facts=[
            FactView.model_validate({name: getattr(fact, name) for name in FactView.model_fields})
            for fact in each.facts
        ],
        statement=None if each.statement is None else _statement(each.statement),
        due_at=each.due_at,
    )


def _statement(said: Statement) -> ControlStatementView:
    return ControlStatementView(control=said.control, note=said.note, by=said.by, at=said.at)


def _csv(view: EvidenceView) -> bytes:
    columns = ("criterion", "control", "title", "status", "evidence", "statement", "stated_by", "stated_at", "at")
    lines: list[Sequence[object]] = [columns]
    for each in view.items:
        said = each.statement
        stated = (said.note, said.by, said.at) if said else ("", "", "")
        facts = " ".join(fact.text for fact in each.facts)
        lines.append((each.criterion, each.id, each.title, each.status.value, facts, *stated, view.at))
    return encode_lines(lines)
