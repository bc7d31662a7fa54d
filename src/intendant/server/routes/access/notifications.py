"""What a user wants to be told of, and by which ways they can be."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from intendant.kernel import preferences
from intendant.kernel.access import Permission, Principal
from intendant.kernel.alerts import AlertKind, Severity
from intendant.kernel.preferences import AlertNotification, Notifications
from intendant.server.auth import requires
from intendant.server.routes.access.account import require_user
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/access/me/notifications", tags=["access"])
Caller = Annotated[Principal, requires(Permission.SELF_READ)]
Channel = Literal["email", "slack", "teams", "webhook"]
CHANNELS: tuple[Channel, ...] = ("email", "slack", "teams", "webhook")


class AlertChoice(BaseModel):
    """For one kind of alert, the least severity at which each way of the console tells of it; null is never."""

    model_config = ConfigDict(extra="forbid")
    kind: AlertKind
    badge: Severity | None
    toast: Severity | None
    browser: Severity | None


class NotificationsBody(BaseModel):
    """One's choices; kinds that are left out go back to their default."""

    model_config = ConfigDict(extra="forbid")
    alerts: Annotated[list[AlertChoice], Field(max_length=20)]


class ChannelView(BaseModel):
    """A way out of the console. None is connected: nothing is sent there."""

    name: Channel
    state: Literal["not_connected"]


class NotificationsView(BaseModel):
    """One's choices for every kind of alert in this organisation, and the channels."""

    alerts: list[AlertChoice]
    channels: list[ChannelView]


@router.get("", summary="Return what one wants to be told of")
def get_notifications(request: Request, principal: Caller) -> NotificationsView:
    """Return one's own choices in this organisation."""
    require_user(principal)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return _view(preferences.get_notifications(tx, principal.id))


@router.put("", summary="Choose what one wants to be told of")
def put_notifications(request: Request, principal: Caller, body: NotificationsBody) -> NotificationsView:
    """Keep one's own choices for this organisation."""
    require_user(principal)
    chosen = [AlertNotification(**choice.model_dump()) for choice in body.alerts]
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return _view(preferences.put_notifications(tx, principal.id, chosen))


def _view(notifications: Notifications) -> NotificationsView:
    return NotificationsView(
        alerts=[
            AlertChoice(kind=each.kind, badge=each.badge, toast=each.toast, browser=each.browser)
            for each in notifications.alerts
        ],
        channels=[ChannelView(name=name, state="not_connected") for name in CHANNELS],
    )
