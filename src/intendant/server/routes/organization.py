"""/api/v1/organization: its name, time zone and currency; and the end of a demo."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from intendant.kernel import events, organizations
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import (
    REMOVED_DEMO_FILE,
    OrganizationKind,
    OrganizationReal,
    OrganizationSettings,
)
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.kit.errors import Invalid
from intendant.server.auth import requires
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/organization", tags=["organization"])
Reader = Annotated[Principal, requires(Permission.ORGANIZATION_READ)]
Owner = Annotated[Principal, requires(Permission.ORGANIZATION_MANAGE)]

log = structlog.get_logger(__name__)


class RemovalNotConfirmed(Invalid):
    """The slug that confirms a removal is another one."""

    code = "removal_not_confirmed"


class OrganizationView(BaseModel):
    """An organisation's settings. `version` grows by each change; the currency is fixed once it `has_decisions`.

    `speed` is how fast its business time runs: 1 is real time.
    """

    slug: str
    name: str
    kind: OrganizationKind
    time_zone: str
    currency: str
    version: int
    has_decisions: bool
    speed: float
    business_time: datetime
    created_at: datetime


class OrganizationBody(BaseModel):
    """What shall change; what is left out stays. `replaces` is the version that was looked at."""

    model_config = ConfigDict(extra="forbid")
    replaces: Annotated[int, Field(ge=1, le=2**31 - 1)]
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    time_zone: Annotated[str, Field(max_length=60)] | None = None
    currency: Annotated[str, Field(max_length=3)] | None = None


class RemovalBody(BaseModel):
    """The slug of the organisation, as a confirmation."""

    model_config = ConfigDict(extra="forbid")
    confirm: Annotated[str, Field(max_length=63)]


class Removed(BaseModel):
    """The demo that is gone."""

    slug: str
    id: UUID


@router.get("", summary="Return the organisation's settings")
def get_organization(request: Request, principal: Reader) -> OrganizationView:
    """Return name, time zone, currency and kind of this organisation."""
    with system_of(request).database.system() as tx:
        return _view(tx, organizations.get_settings(tx, principal.organization_id))


@router.put("", summary="Change the organisation's settings")
def change_organization(request: Request, principal: Owner, body: OrganizationBody) -> OrganizationView:
    """Change name, time zone or currency. The currency stays once a decision was made in it."""
    with system_of(request).database.system() as tx:
        changed, changes = organizations.change_settings(
            tx,
            principal.organization_id,
            name=body.name,
            time_zone=body.time_zone,
            currency=body.currency,
            replaces=body.replaces,
        )
        if changes:
            organization = organizations.get_organization(tx, principal.organization_id)
            system_now = clock.system_now()
            event = events.Event(
                organization.id,
                "kernel.organization.changed",
                f"organization:{organization.id}",
                {
                    "version": changed.version,
                    "changes": {name: {"from": old, "to": new} for name, (old, new) in changes.items()},
                    "by": principal.label,
                },
                organization.clock.at(system_now),
                system_now,
                actor=principal.label,
            )
            events.emit(tx, [event])
        return _view(tx, changed)


@router.post("/remove-demo", summary="Remove a demo organisation")
def remove_demo(request: Request, principal: Owner, body: RemovalBody) -> Removed:
    """Delete a demo with everything that belongs to it, at once and for good; its simulator ends, and `up` brings no new one.

    A real organisation is never deleted. Done once it cannot be done again, so it takes no Idempotency-Key.
    """
    system = system_of(request)
    with system.database.system() as tx:
        settings = organizations.get_settings(tx, principal.organization_id)
        if settings.kind != "demo":
            raise OrganizationReal(
                f"This organisation is {'a sandbox' if settings.kind == 'sandbox' else 'real'}; only a demo is deleted here.",
                field="organization",
                remedy="Stop it instead.",
            )
        if body.confirm != settings.slug:
            raise RemovalNotConfirmed(
                "The confirmation is not the organisation's slug.", field="confirm", remedy=f"Write '{settings.slug}'."
            )
        organizations.remove_organization(tx, settings.id)
    (system.settings.home / REMOVED_DEMO_FILE).touch()
    system.credentials.refresh()
    log.info("a demo was removed", organization_id=str(settings.id), slug=settings.slug, by=principal.label)
    return Removed(slug=settings.slug, id=settings.id)


def _view(tx: Transaction, settings: OrganizationSettings) -> OrganizationView:
    business_clock = organizations.get_organization(tx, settings.id).clock
    return OrganizationView(
        slug=settings.slug,
        name=settings.name,
        kind=settings.kind,
        time_zone=settings.time_zone,
        currency=settings.currency,
        version=settings.version,
        has_decisions=settings.has_decisions,
        speed=business_clock.speed,
        business_time=business_clock.now(),
        created_at=settings.created_at,
    )
