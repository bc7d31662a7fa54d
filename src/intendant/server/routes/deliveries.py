"""/api/v1/deliveries: the messages that were or are to be sent over channels, and what came of each."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from intendant.kernel import channels
from intendant.kernel.access import Permission, Principal
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.routes.channels import by_of
from intendant.server.system import system_of
from intendant.server.views.channels import DeliveryView, show_delivery

router = APIRouter(prefix="/api/v1/deliveries", tags=["channels"])
Reader = Annotated[Principal, requires(Permission.CHANNEL_READ)]
Keeper = Annotated[Principal, requires(Permission.CHANNEL_MANAGE)]


@router.get("", summary="List deliveries")
def list_deliveries(
    request: Request,
    principal: Reader,
    state: channels.DeliveryState | None = None,
    channel: Annotated[UUID | None, Query(description="Only those of this channel.")] = None,
    alert: Annotated[UUID | None, Query(description="Only those about this alert.")] = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[DeliveryView]:
    """List deliveries, newest first."""
    wanted = channels.DeliveryFilter(state, channel, alert)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = channels.list_deliveries(tx, wanted, after=after, limit=limit + 1)
    return page(rows, limit, show=show_delivery, key=lambda row: row["id"])


@router.get("/{delivery_id}", summary="Return a delivery")
def get_delivery(request: Request, principal: Reader, delivery_id: UUID) -> DeliveryView:
    """Return one delivery."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return show_delivery(channels.get_delivery(tx, delivery_id))


@router.post("/{delivery_id}/send-again", summary="Send a dead delivery again", response_model=DeliveryView)
def send_again(request: Request, principal: Keeper, delivery_id: UUID, once: Idempotency) -> Response:
    """Queue a dead delivery again, under the same id at the provider."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: show_delivery(channels.send_again(tx, delivery_id, by=by_of(tx, principal))))
    return answer
