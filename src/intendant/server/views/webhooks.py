"""What the routes about webhooks answer. Signing secrets are shown once, by the route that makes them, and never again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from intendant.kernel.webhooks import DeliveryState, EndpointState, MessageState, Scheme, SourceState
from intendant.kit.database import Row

SHOWN_AS_TEXT_MAX = 65_536


class EndpointView(BaseModel):
    """An address that is told of events. Counts stop at 10,001; times are system time.

    `failing_since` is null while it takes what it is told; `rotating_until`: so long the old secret signs as well.
    """

    id: UUID
    url: str
    description: str
    events: list[str]
    state: EndpointState
    disabled_why: str | None
    revision: int
    cursor: str
    waiting_count: int
    dead_count: int
    failing_since: datetime | None
    delivered_at: datetime | None
    rotating_until: datetime | None
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime


class EndpointMade(EndpointView):
    """An endpoint with its signing secret, which is shown this once (null where the answer is replayed)."""

    secret: str | None


class WebhookDeliveryView(BaseModel):
    """An event that was or is to be sent. `webhook_id` is the same however often the event is sent.

    `sending` is true while a worker holds it; `due_at` is when it is tried (again).
    """

    id: UUID
    webhook_id: str
    endpoint_id: UUID
    event_id: UUID
    event_name: str
    replay_id: UUID | None
    state: DeliveryState
    sending: bool
    attempts: int
    due_at: datetime | None
    last_status: int | None
    last_problem: str | None
    created_at: datetime
    ended_at: datetime | None


class WebhookAttemptView(BaseModel):
    """One try. `status` null: nobody answered, and `problem` says why. `answer` is how the answer began, as plain text."""

    number: int
    at: datetime
    status: int | None
    milliseconds: int
    problem: str | None
    answer: str


class WebhookDeliveryDetail(WebhookDeliveryView):
    """A delivery with its tries, first to last."""

    tries: list[WebhookAttemptView]


class DeliveriesRetried(BaseModel):
    """How many deliveries are tried again; `more` says that there may be further ones."""

    count: int
    more: bool


class PingSent(BaseModel):
    """The test is queued; its delivery tells what became of it."""

    delivery_id: UUID


class WebhookReplayView(BaseModel):
    """A stretch of the log that is sent once more. `reached_at` is the time of the last event that was read."""

    id: UUID
    endpoint_id: UUID
    events: list[str]
    state: str
    recorded_from: datetime | None
    recorded_until: datetime
    read_count: int
    sent_count: int
    reached_at: datetime | None
    requested_by: str
    created_at: datetime
    ended_at: datetime | None


class WebhookSourceView(BaseModel):
    """Who may send messages in. `path` is where; `kind` null: they are kept and told, and nothing is proposed."""

    id: UUID
    name: str
    path: str
    scheme: Scheme
    header: str | None
    state: SourceState
    kind: str | None
    mapping: dict[str, dict[str, Any]]
    revision: int
    received_count: int
    repeated_count: int
    refused_count: int
    quarantined_count: int
    received_at: datetime | None
    refused_at: datetime | None
    refused_why: str | None
    rotating_until: datetime | None
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime


class SourceMade(WebhookSourceView):
    """A source with the secret that was made for it, shown this once; null where the sender made it."""

    secret: str | None


class WebhookMessageView(BaseModel):
    """A message that came in. Of one that is set aside, `code`, `reason` and `errors` say why."""

    id: UUID
    source_id: UUID
    message_id: str
    content_type: str
    bytes: int
    state: MessageState
    code: str | None
    reason: str | None
    decision_id: UUID | None
    tries: int
    received_at: datetime


class WebhookMessageDetail(WebhookMessageView):
    """A message as it came: text of at most 64 KiB, never markup nor instruction."""

    errors: Any | None
    body: str
    truncated: bool


class HookTaken(BaseModel):
    """The message was taken; `repeated` says that it had come before."""

    repeated: bool


def show_endpoint(row: Row) -> EndpointView:
    """Show an endpoint."""
    return EndpointView(**_named(EndpointView, row))


def show_made(row: Row, secret: str) -> EndpointMade:
    """Show an endpoint with its new secret."""
    return EndpointMade(**_named(EndpointView, row), secret=secret)


def show_delivery(row: Row) -> WebhookDeliveryView:
    """Show a delivery."""
    return WebhookDeliveryView(**_delivery(row))


def show_delivery_detail(row: Row, attempts: list[Row]) -> WebhookDeliveryDetail:
    """Show a delivery with its tries."""
    return WebhookDeliveryDetail(**_delivery(row), tries=[WebhookAttemptView(**each) for each in attempts])


def show_replay(row: Row) -> WebhookReplayView:
    """Show a replay."""
    return WebhookReplayView(**_named(WebhookReplayView, row))


def show_source(row: Row) -> WebhookSourceView:
    """Show a source."""
    return WebhookSourceView(**_source(row))


def show_source_made(row: Row, secret: str | None) -> SourceMade:
    """Show a source with the secret that was made for it."""
    return SourceMade(**_source(row), secret=secret)


def show_message(row: Row) -> WebhookMessageView:
    """Show a message."""
    return WebhookMessageView(**_named(WebhookMessageView, row))


def show_message_detail(row: Row) -> WebhookMessageDetail:
    """Show a message as it came."""
    body = bytes(row["body"])
    return WebhookMessageDetail(
        **_named(WebhookMessageView, row),
        errors=row["errors"],
        body=body[:SHOWN_AS_TEXT_MAX].decode("utf-8", "replace"),
        truncated=len(body) > SHOWN_AS_TEXT_MAX,
    )


def _delivery(row: Row) -> Row:
    more = {
        "webhook_id": f"evt_{row['event_id'].hex}",
        "sending": row["fence"] is not None,
        "due_at": row["due_at"] if row["state"] == "waiting" else None,
    }
    return _named(WebhookDeliveryView, row | more)


def _source(row: Row) -> Row:
    return _named(WebhookSourceView, row | {"path": f"/api/v1/hooks/{row['id']}"})


def _named(view: type[BaseModel], row: Row) -> Row:
    return {name: row[name] for name in view.model_fields}
