"""/api/v1/webhooks/sources: who may send messages in, what came, and what was set aside; /api/v1/hooks: where it comes in."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from intendant.kernel import webhooks
from intendant.kernel.access import Permission, Principal, RateLimit, system_principal
from intendant.kernel.webhooks import MessageState, Scheme
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.kit.signing import SignatureRefused
from intendant.server.auth import address_of, requires
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.routes.webhooks import OVERLAP_HOURS_MAX
from intendant.server.secret_bodies import find_digest
from intendant.server.system import ServedSystem, system_of
from intendant.server.views.webhooks import (
    HookTaken,
    SourceMade,
    WebhookMessageDetail,
    WebhookMessageView,
    WebhookSourceView,
    show_message,
    show_message_detail,
    show_source,
    show_source_made,
)

router = APIRouter(prefix="/api/v1", tags=["webhooks"])
Reader = Annotated[Principal, requires(Permission.WEBHOOK_READ)]
Keeper = Annotated[Principal, requires(Permission.WEBHOOK_MANAGE)]
MESSAGES_PER_SECOND, MESSAGES_AT_ONCE = 50, 200
REFUSED_PER_SECOND, REFUSED_AT_ONCE = 2, 100
"""Messages of one address that do not hold, to whatever source: beyond these it waits before anything is looked up."""
SECRETS_KEPT_SECONDS, SECRETS_KEPT_MAX = 15.0, 1_000
Secret = Annotated[str, Field(max_length=500)]


class SourceBody(BaseModel):
    """Who may send. `mapping` takes fields of the kind's body from the message: `{"inputs.amount": {"path": "data.sum"}}`.

    `secret` null: one is made and shown once. Without `kind` messages are kept and told, and nothing is proposed.
    """

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, max_length=100)]
    scheme: Scheme = "standard"
    header: Annotated[str | None, Field(max_length=100, pattern=r"^[A-Za-z0-9-]+$")] = None
    kind: Annotated[str | None, Field(max_length=100)] = None
    mapping: Annotated[dict[str, dict[str, Any]], Field(max_length=100)] = {}
    secret: Secret | None = None
    enabled: bool = True


class SourceChange(BaseModel):
    """A source as it shall be; its secret is changed by rotating."""

    model_config = ConfigDict(extra="forbid")
    revision: Annotated[int, Field(ge=1)]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    scheme: Scheme = "standard"
    header: Annotated[str | None, Field(max_length=100, pattern=r"^[A-Za-z0-9-]+$")] = None
    kind: Annotated[str | None, Field(max_length=100)] = None
    mapping: Annotated[dict[str, dict[str, Any]], Field(max_length=100)] = {}
    enabled: bool = True


class SourceRotateBody(BaseModel):
    """The new secret, made here where it is null; for how long the old one is taken as well."""

    model_config = ConfigDict(extra="forbid")
    secret: Secret | None = None
    overlap_hours: Annotated[int, Field(ge=0, le=OVERLAP_HOURS_MAX)] = 24


class HookDoor:
    """What stands before messages from outside, in memory: how many a caller may send, and the secrets of sources."""

    def __init__(self) -> None:
        self.limit = RateLimit(per_second=MESSAGES_PER_SECOND, burst=MESSAGES_AT_ONCE)
        self.refused = RateLimit(per_second=REFUSED_PER_SECOND, burst=REFUSED_AT_ONCE)
        self._kept: OrderedDict[UUID, tuple[float, tuple[str, ...]]] = OrderedDict()

    def secrets_of(self, system: ServedSystem, source: Row) -> tuple[str, ...]:
        """Return the secrets that verify a source's messages, newest first; asked of the vault once in a while."""
        kept = self._kept.get(source["id"])
        if kept is None or kept[0] < clock.monotonic_seconds():
            opened = system.vault.open(
                source["organization_id"],
                source["secret_id"],
                connection=webhooks.source_connection(source["id"]),
                destination=None,
                by=system_principal(source["organization_id"], "webhooks"),
                purpose="verify",
            )
            values = tuple(each.reveal() for each in (opened.value, opened.previous) if each is not None)
            kept = self._kept[source["id"]] = clock.monotonic_seconds() + SECRETS_KEPT_SECONDS, values
            while len(self._kept) > SECRETS_KEPT_MAX:
                self._kept.popitem(last=False)
        return kept[1]

    def forget(self, source_id: UUID) -> None:
        """Ask the vault again for a source's secrets."""
        self._kept.pop(source_id, None)


@router.post("/hooks/{webhook_source_id}", summary="Send a signed message in")
async def take_hook(request: Request, webhook_source_id: UUID) -> HookTaken:
    """Take a message whose signature holds by the scheme of its source; the same one again changes nothing.

    Whatever is wrong, the answer is 401 and no more: what it was stands with the source, for those who may see it.
    """
    door: HookDoor = request.app.state.hooks
    address = address_of(request)
    if door.refused.wait_for_one(address):
        door.refused.take(address)
    door.limit.take((address, webhook_source_id))
    body = await request.body()
    headers = dict(request.headers.items())
    try:
        return await run_in_threadpool(_take, system_of(request), door, webhook_source_id, headers, body)
    except SignatureRefused:
        door.refused.wait_seconds(address)
        raise


def _take(system: ServedSystem, door: HookDoor, source_id: UUID, headers: Mapping[str, str], body: bytes) -> HookTaken:
    with system.database.system() as tx:
        source = webhooks.find_source(tx, source_id)
    if source is None:
        raise SignatureRefused("no such source")
    try:
        message_id = webhooks.verify(source, door.secrets_of(system, source), headers, body, now=clock.system_now())
    except SignatureRefused as error:
        with system.database.transaction(source["organization_id"]) as tx:
            webhooks.count_refused(tx, source, error.reason)
        raise
    with system.database.transaction(source["organization_id"]) as tx:
        new = webhooks.receive(tx, source, message_id, headers.get("content-type", ""), body)
    return HookTaken(repeated=not new)


@router.get("/webhooks/sources", summary="List webhook sources")
def list_sources(
    request: Request, principal: Reader, after: UUID | None = None, limit: Limit = PAGE_SIZE
) -> Page[WebhookSourceView]:
    """List who may send messages in, oldest first."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = webhooks.list_sources(tx, after=after, limit=limit + 1)
    return page(rows, limit, show=show_source, key=lambda row: row["id"])


@router.get("/webhooks/intakes", summary="List kinds of proposal")
def list_intakes(request: Request, _: Reader) -> list[str]:
    """List the kinds of proposal that a source's messages may become."""
    return sorted(system_of(request).registry.intakes)


@router.post("/webhooks/sources", summary="Add a webhook source", status_code=201, response_model=SourceMade)
def create_source(request: Request, principal: Keeper, body: SourceBody, once: Idempotency) -> Response:
    """Add who may send messages in; where we make the secret, the answer shows it, this once."""
    system = system_of(request)
    given = webhooks.GivenSource(**body.model_dump())
    system.vault.prepare(principal.organization_id)

    def work(tx: Transaction) -> SourceMade:
        return show_source_made(*webhooks.create_source(tx, principal, system.vault, system.registry, given))

    with system.database.transaction(principal.organization_id) as tx:
        digest = find_digest(system, tx, once, body)
        answer = once.run(tx, lambda: work(tx), status=201, hidden=("secret",), body_digest=digest)
    return answer


@router.get("/webhooks/sources/{webhook_source_id}", summary="Return a webhook source")
def get_source(request: Request, principal: Reader, webhook_source_id: UUID) -> WebhookSourceView:
    """Return a source with what came, what came twice, what was refused and what is set aside."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return show_source(webhooks.get_source(tx, webhook_source_id))


@router.put("/webhooks/sources/{webhook_source_id}", summary="Change a webhook source")
def change_source(
    request: Request, principal: Keeper, webhook_source_id: UUID, body: SourceChange
) -> WebhookSourceView:
    """Replace what is said of a source."""
    system = system_of(request)
    given = webhooks.GivenSource(**body.model_dump(exclude={"revision"}))
    with system.database.transaction(principal.organization_id) as tx:
        row = webhooks.change_source(tx, principal, system.registry, webhook_source_id, given, revision=body.revision)
    return show_source(row)


@router.delete("/webhooks/sources/{webhook_source_id}", summary="Remove a webhook source", status_code=204)
def remove_source(request: Request, principal: Keeper, webhook_source_id: UUID) -> None:
    """Remove a source with its messages and its secret; what was proposed stays."""
    system = system_of(request)
    with system.database.transaction(principal.organization_id) as tx:
        webhooks.remove_source(tx, principal, system.vault, webhook_source_id)


@router.post(
    "/webhooks/sources/{webhook_source_id}/rotate", summary="Give a source a new secret", response_model=SourceMade
)
def rotate_source(
    request: Request, principal: Keeper, webhook_source_id: UUID, body: SourceRotateBody, once: Idempotency
) -> Response:
    """Give a source a new secret; for the hours of overlap the old one is taken as well."""
    system = system_of(request)
    system.vault.prepare(principal.organization_id)
    overlap = timedelta(hours=body.overlap_hours)

    def work(tx: Transaction) -> SourceMade:
        return show_source_made(
            *webhooks.rotate_source(tx, principal, system.vault, webhook_source_id, secret=body.secret, overlap=overlap)
        )

    with system.database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx), hidden=("secret",), body_digest=find_digest(system, tx, once, body))
    door: HookDoor = request.app.state.hooks
    door.forget(webhook_source_id)
    return answer


@router.get("/webhooks/sources/{webhook_source_id}/messages", summary="List what a source sent")
def list_messages(
    request: Request,
    principal: Reader,
    webhook_source_id: UUID,
    state: MessageState | None = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[WebhookMessageView]:
    """List messages, newest first, without their bodies."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        webhooks.get_source(tx, webhook_source_id)
        rows = webhooks.list_messages(tx, webhook_source_id, state=state, after=after, limit=limit + 1)
    return page(rows, limit, show=show_message, key=lambda row: row["id"])


@router.get("/webhooks/messages/{webhook_message_id}", summary="Return a message that came in")
def get_message(request: Request, principal: Keeper, webhook_message_id: UUID) -> WebhookMessageDetail:
    """Return a message as it came, for those who manage webhooks: it may hold personal data."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return show_message_detail(webhooks.get_message(tx, webhook_message_id))


@router.post(
    "/webhooks/messages/{webhook_message_id}/retry", summary="Try a message again", response_model=WebhookMessageView
)
def retry_message(request: Request, principal: Keeper, webhook_message_id: UUID, once: Idempotency) -> Response:
    """Propose a message that was set aside once more, by the source's mapping of now."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: show_message(webhooks.retry_message(tx, principal, webhook_message_id)))
    return answer
