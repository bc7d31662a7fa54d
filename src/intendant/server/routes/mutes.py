"""/api/v1/mutes: rules that do not ask about one customer for a while."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from intendant.kernel import mutes, organizations, policies
from intendant.kernel.access import Permission, Principal
from intendant.kernel.gate import parse_policy
from intendant.kernel.mutes import MuteInvalid
from intendant.kernel.registry import DecisionKind
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import system_of
from intendant.server.views.lists import EndMuteBody, MuteBody, MuteView, show_mute

router = APIRouter(prefix="/api/v1/mutes", tags=["mutes"])
Reader = Annotated[Principal, requires(Permission.LIST_READ)]
Keeper = Annotated[Principal, requires(Permission.LIST_MANAGE)]
Name = Annotated[str | None, Query(max_length=200)]


@router.get("", summary="List muted rules")
def list_mutes(
    request: Request,
    principal: Reader,
    kind: Name = None,
    rule: Name = None,
    value: Annotated[str | None, Query(max_length=500, description="The customer, as lists compare values.")] = None,
    standing: mutes.Standing | None = "open",
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[MuteView]:
    """List mutes, newest first: those that hold now, unless `standing` asks for what ran out or was ended."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        now = organizations.get_organization(tx, principal.organization_id).clock.now()
        rows = mutes.list_mutes(
            tx, now=now, kind=kind, rule=rule, value=value, standing=standing, after=after, limit=limit + 1
        )
    return page(rows, limit, show=lambda row: show_mute(row, now), key=lambda row: row["id"])


@router.get("/{mute_id}", summary="Return a muted rule")
def get_mute(request: Request, principal: Reader, mute_id: UUID) -> MuteView:
    """Return one mute, ended or not."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        now = organizations.get_organization(tx, principal.organization_id).clock.now()
        return show_mute(mutes.get_mute(tx, mute_id), now)


@router.post("", status_code=201, summary="Mute a rule for a customer", response_model=MuteView)
def mute(request: Request, principal: Keeper, body: MuteBody, once: Idempotency) -> Response:
    """Keep a rule from asking about one customer until a business moment. A rule that refuses is never muted."""
    system = system_of(request)
    declared = system.registry.kind(body.kind)

    def work(tx: Transaction) -> MuteView:
        _require_customer(tx, declared, body.field)
        organization = organizations.get_organization(tx, principal.organization_id)
        system_now = clock.system_now()
        row = mutes.mute(tx, organization, **body.model_dump(), by=principal.label, system_now=system_now)
        return show_mute(row, organization.clock.at(system_now))

    with system.database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx), status=201)
    return answer


@router.post("/{mute_id}/end", summary="End a mute", response_model=MuteView)
def end_mute(request: Request, principal: Keeper, mute_id: UUID, body: EndMuteBody, once: Idempotency) -> Response:
    """End a mute before its time: the rule asks again from the next decision on."""

    def work(tx: Transaction) -> MuteView:
        organization = organizations.get_organization(tx, principal.organization_id)
        system_now = clock.system_now()
        row = mutes.end_mute(tx, organization, mute_id, reason=body.reason, by=principal.label, system_now=system_now)
        return show_mute(row, organization.clock.at(system_now))

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer


def _require_customer(tx: Transaction, kind: DecisionKind, field: str) -> None:
    """Refuse a value that does not tell customers apart: by it a rule would be muted for everybody alike."""
    named = {value.name for value in kind.vocabulary(tx).values if value.identifies}
    active = policies.find_active(tx, kind.name, tx.organization_id)
    if active is not None:
        named |= {each.by for each in parse_policy(active["body"]).aggregates}
    if field not in named:
        raise MuteInvalid(
            f"'{field[:60]}' does not tell customers apart.",
            field="field",
            remedy=f"Use one of {', '.join(sorted(named)[:20])}." if named else "No value of this kind does.",
        )
