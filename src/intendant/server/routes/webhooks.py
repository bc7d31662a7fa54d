"""/api/v1/webhooks: endpoints that are told of events, what was sent to them, and stretches of the log sent once more."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from intendant.kernel import webhooks
from intendant.kernel.access import Permission, Principal
from intendant.kernel.webhooks import DeliveryState, EndpointState, Resume
from intendant.kit.addresses import ADDRESS_LENGTH_MAX, OutboundPolicy, parse_outbound
from intendant.kit.database import Transaction
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import system_of
from intendant.server.views.webhooks import (
    DeliveriesRetried,
    EndpointMade,
    EndpointView,
    PingSent,
    WebhookDeliveryDetail,
    WebhookDeliveryView,
    WebhookReplayView,
    show_delivery,
    show_delivery_detail,
    show_endpoint,
    show_made,
    show_replay,
)

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])
Reader = Annotated[Principal, requires(Permission.WEBHOOK_READ)]
Keeper = Annotated[Principal, requires(Permission.WEBHOOK_MANAGE)]
DESCRIPTION_LENGTH_MAX = 500
OVERLAP_HOURS_MAX = 24 * 7
Url = Annotated[str, Field(max_length=ADDRESS_LENGTH_MAX)]
Description = Annotated[str, Field(max_length=DESCRIPTION_LENGTH_MAX)]
Names = Annotated[
    list[Annotated[str, Field(max_length=webhooks.PATTERN_LENGTH_MAX)]],
    Field(min_length=1, max_length=webhooks.PATTERNS_MAX, description="Names, prefixes such as lending.loan.*, or *."),
]
EventPrefix = Annotated[str | None, Query(max_length=100, description="How the event's name begins.")]


class EndpointBody(BaseModel):
    """An address to be told of events: https and public, unless the operator allowed its host."""

    model_config = ConfigDict(extra="forbid")
    url: Url
    events: Names
    description: Description = ""
    enabled: bool = True


class EndpointChange(BaseModel):
    """What shall change; what is null stays. `resume` says from where an endpoint goes on that is enabled again."""

    model_config = ConfigDict(extra="forbid")
    revision: Annotated[int, Field(ge=1)]
    url: Url | None = None
    events: Names | None = None
    description: Description | None = None
    enabled: bool | None = None
    resume: Resume = "now"


class RotateBody(BaseModel):
    """For how long the old secret signs beside the new one."""

    model_config = ConfigDict(extra="forbid")
    overlap_hours: Annotated[int, Field(ge=0, le=OVERLAP_HOURS_MAX)] = 24


class RetryFailedBody(BaseModel):
    """Which deliveries are tried again: those that failed, created since this moment of system time."""

    model_config = ConfigDict(extra="forbid")
    since: AwareDatetime


class ReplayBody(BaseModel):
    """Which stretch of the log is sent once more: behind a cursor (`after`) or from a moment on (`since`), to `until`.

    `events` null: the names of the endpoint. Times are system time (`recorded_at`).
    """

    model_config = ConfigDict(extra="forbid")
    events: Names | None = None
    after: Annotated[str | None, Field(max_length=60)] = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


@router.get("/endpoints", summary="List webhook endpoints")
def list_endpoints(
    request: Request,
    principal: Reader,
    state: EndpointState | None = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[EndpointView]:
    """List endpoints, oldest first."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = webhooks.list_endpoints(tx, state=state, after=after, limit=limit + 1)
    return page(rows, limit, show=show_endpoint, key=lambda row: row["id"])


@router.post("/endpoints", summary="Add a webhook endpoint", status_code=201, response_model=EndpointMade)
def create_endpoint(request: Request, principal: Keeper, body: EndpointBody, once: Idempotency) -> Response:
    """Add an address that is told of what happens from now on. The answer shows its signing secret, this once."""
    system = system_of(request)
    given = webhooks.Given(body.url, body.description, body.events, body.enabled)
    system.vault.prepare(principal.organization_id)

    def work(tx: Transaction) -> EndpointMade:
        return show_made(*webhooks.create_endpoint(tx, principal, system.vault, _policy(request), given))

    with system.database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx), status=201, hidden=("secret",))
    return answer


@router.get("/endpoints/{endpoint_id}", summary="Return a webhook endpoint")
def get_endpoint(request: Request, principal: Reader, endpoint_id: UUID) -> EndpointView:
    """Return an endpoint with how it does."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return show_endpoint(webhooks.get_endpoint(tx, endpoint_id))


@router.patch("/endpoints/{endpoint_id}", summary="Change a webhook endpoint")
def change_endpoint(request: Request, principal: Keeper, endpoint_id: UUID, body: EndpointChange) -> EndpointView:
    """Change what is given; one that is enabled again goes on from now, or from where it stopped."""
    given = webhooks.Given(body.url, body.description, body.events, body.enabled, body.resume)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        row = webhooks.change_endpoint(tx, principal, _policy(request), endpoint_id, given, revision=body.revision)
    return show_endpoint(row)


@router.delete("/endpoints/{endpoint_id}", summary="Remove a webhook endpoint", status_code=204)
def remove_endpoint(request: Request, principal: Keeper, endpoint_id: UUID) -> None:
    """Remove an endpoint with its deliveries and its secret; the log of events stays."""
    system = system_of(request)
    with system.database.transaction(principal.organization_id) as tx:
        webhooks.remove_endpoint(tx, principal, system.vault, endpoint_id)


@router.post("/endpoints/{endpoint_id}/rotate", summary="Give an endpoint a new secret", response_model=EndpointMade)
def rotate_endpoint(
    request: Request, principal: Keeper, endpoint_id: UUID, body: RotateBody, once: Idempotency
) -> Response:
    """Make a new signing secret, shown this once; for the hours of overlap messages carry signatures of both."""
    system = system_of(request)
    system.vault.prepare(principal.organization_id)
    overlap = timedelta(hours=body.overlap_hours)

    def work(tx: Transaction) -> EndpointMade:
        return show_made(*webhooks.rotate_endpoint(tx, principal, system.vault, endpoint_id, overlap=overlap))

    with system.database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx), hidden=("secret",))
    return answer


@router.post(
    "/endpoints/{endpoint_id}/ping", summary="Send a test to an endpoint", status_code=202, response_model=PingSent
)
def ping(request: Request, principal: Keeper, endpoint_id: UUID, once: Idempotency) -> Response:
    """Queue a test message (type kernel.webhook.ping); its delivery shows within a second what became of it."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: PingSent(delivery_id=webhooks.ping(tx, principal, endpoint_id)), status=202)
    return answer


@router.post("/endpoints/{endpoint_id}/retry", summary="Send again what failed", response_model=DeliveriesRetried)
def retry_failed(
    request: Request, principal: Keeper, endpoint_id: UUID, body: RetryFailedBody, once: Idempotency
) -> Response:
    """Send again now all that is dead, or waits after a failure, of the deliveries created since a moment."""

    def work(tx: Transaction) -> DeliveriesRetried:
        count = webhooks.retry_failed(tx, principal, endpoint_id, body.since)
        return DeliveriesRetried(count=count, more=count >= webhooks.RETRIED_MAX)

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer


@router.get("/endpoints/{endpoint_id}/deliveries", summary="List what is sent to an endpoint")
def list_deliveries(
    request: Request,
    principal: Reader,
    endpoint_id: UUID,
    state: DeliveryState | None = None,
    event: EventPrefix = None,
    replay_id: UUID | None = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[WebhookDeliveryView]:
    """List deliveries, newest first; `dead` are those that were tried as often as they are."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = webhooks.list_deliveries(
            tx, endpoint_id, state=state, event=event, replay_id=replay_id, after=after, limit=limit + 1
        )
    return page(rows, limit, show=show_delivery, key=lambda row: row["id"])


@router.get("/deliveries/{webhook_delivery_id}", summary="Return a webhook delivery")
def get_delivery(request: Request, principal: Reader, webhook_delivery_id: UUID) -> WebhookDeliveryDetail:
    """Return a delivery with every try: status, milliseconds, how the answer began."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return show_delivery_detail(*webhooks.get_delivery(tx, webhook_delivery_id))


@router.post(
    "/deliveries/{webhook_delivery_id}/retry", summary="Send a delivery again", response_model=WebhookDeliveryView
)
def retry_delivery(request: Request, principal: Keeper, webhook_delivery_id: UUID, once: Idempotency) -> Response:
    """Send a delivery again now, whatever became of it, under the same webhook-id."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: show_delivery(webhooks.retry_delivery(tx, principal, webhook_delivery_id)))
    return answer


@router.get("/endpoints/{endpoint_id}/replays", summary="List an endpoint's replays")
def list_replays(
    request: Request, principal: Reader, endpoint_id: UUID, after: UUID | None = None, limit: Limit = PAGE_SIZE
) -> Page[WebhookReplayView]:
    """List stretches of the log that were sent once more, newest first."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = webhooks.list_replays(tx, endpoint_id, after=after, limit=limit + 1)
    return page(rows, limit, show=show_replay, key=lambda row: row["id"])


@router.post(
    "/endpoints/{endpoint_id}/replays",
    summary="Send a stretch of the log again",
    status_code=202,
    response_model=WebhookReplayView,
)
def start_replay(
    request: Request, principal: Keeper, endpoint_id: UUID, body: ReplayBody, once: Idempotency
) -> Response:
    """Send once more what stands in the log of events, at most 100,000 events; one replay to an endpoint at a time."""

    def work(tx: Transaction) -> WebhookReplayView:
        row = webhooks.start_replay(
            tx, principal, endpoint_id, names=body.events, after=body.after, since=body.since, until=body.until
        )
        return show_replay(row)

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx), status=202)
    return answer


@router.get("/replays/{webhook_replay_id}", summary="Return a webhook replay")
def get_replay(request: Request, principal: Reader, webhook_replay_id: UUID) -> WebhookReplayView:
    """Return a replay with how far it came."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return show_replay(webhooks.get_replay(tx, webhook_replay_id))


@router.post("/replays/{webhook_replay_id}/stop", summary="Stop a webhook replay", response_model=WebhookReplayView)
def stop_replay(request: Request, principal: Keeper, webhook_replay_id: UUID, once: Idempotency) -> Response:
    """Stop a replay; what is queued already is still sent."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: show_replay(webhooks.stop_replay(tx, principal, webhook_replay_id)))
    return answer


def _policy(request: Request) -> OutboundPolicy:
    return parse_outbound(system_of(request).settings.outbound_allow)
