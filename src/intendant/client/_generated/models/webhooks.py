"""Models of webhooks. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Literal

from intendant.client._model import Model


class DeliveriesRetried(Model):
    """How many deliveries are tried again; `more` says that there may be further ones."""

    count: int
    more: bool


class EndpointBody(Model):
    """An address to be told of events: https and public, unless the operator allowed its host."""

    description: str = ""
    enabled: bool = True
    events: list[str]
    url: str


class EndpointChange(Model):
    """What shall change; what is null stays. `resume` says from where an endpoint goes on that is enabled again."""

    description: str | None = None
    enabled: bool | None = None
    events: list[str] | None = None
    resume: Literal["now", "where_it_stopped"] = "now"
    revision: int
    url: str | None = None


class EndpointMade(Model):
    """An endpoint with its signing secret, which is shown this once (null where the answer is replayed)."""

    changed_at: datetime.datetime
    changed_by: str
    created_at: datetime.datetime
    created_by: str
    cursor: str
    dead_count: int
    delivered_at: datetime.datetime | None
    description: str
    disabled_why: str | None
    events: list[str]
    failing_since: datetime.datetime | None
    id: uuid.UUID
    revision: int
    rotating_until: datetime.datetime | None
    secret: str | None
    state: Literal["enabled", "disabled"]
    url: str
    waiting_count: int


class EndpointView(Model):
    """An address that is told of events. Counts stop at 10,001; times are system time.

    `failing_since` is null while it takes what it is told; `rotating_until`: so long the old secret signs as
    well.
    """

    changed_at: datetime.datetime
    changed_by: str
    created_at: datetime.datetime
    created_by: str
    cursor: str
    dead_count: int
    delivered_at: datetime.datetime | None
    description: str
    disabled_why: str | None
    events: list[str]
    failing_since: datetime.datetime | None
    id: uuid.UUID
    revision: int
    rotating_until: datetime.datetime | None
    state: Literal["enabled", "disabled"]
    url: str
    waiting_count: int


class EndpointViewPage(Model):
    """Endpoint view page."""

    items: list[EndpointView]
    next: str | None = None


class HookTaken(Model):
    """The message was taken; `repeated` says that it had come before."""

    repeated: bool


class PingSent(Model):
    """The test is queued; its delivery tells what became of it."""

    delivery_id: uuid.UUID


class ReplayBody(Model):
    """Which stretch of the log is sent once more: behind a cursor (`after`) or from a moment on (`since`), to
    `until`.

    `events` null: the names of the endpoint. Times are system time (`recorded_at`).
    """

    after: str | None = None
    events: list[str] | None = None
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None


class RetryFailedBody(Model):
    """Which deliveries are tried again: those that failed, created since this moment of system time."""

    since: datetime.datetime


class RotateBody(Model):
    """For how long the old secret signs beside the new one."""

    overlap_hours: int = 24


class SourceBody(Model):
    """Who may send. `mapping` takes fields of the kind's body from the message: `{"inputs.amount": {"path":
    "data.sum"}}`.

    `secret` null: one is made and shown once. Without `kind` messages are kept and told, and nothing is
    proposed.
    """

    enabled: bool = True
    header: str | None = None
    kind: str | None = None
    mapping: dict[str, dict[str, Any]] | None = None
    name: str
    scheme: Literal["standard", "plain", "timed"] = "standard"
    secret: str | None = None


class SourceChange(Model):
    """A source as it shall be; its secret is changed by rotating."""

    enabled: bool = True
    header: str | None = None
    kind: str | None = None
    mapping: dict[str, dict[str, Any]] | None = None
    name: str
    revision: int
    scheme: Literal["standard", "plain", "timed"] = "standard"


class SourceMade(Model):
    """A source with the secret that was made for it, shown this once; null where the sender made it."""

    changed_at: datetime.datetime
    changed_by: str
    created_at: datetime.datetime
    created_by: str
    header: str | None
    id: uuid.UUID
    kind: str | None
    mapping: dict[str, dict[str, Any]]
    name: str
    path: str
    quarantined_count: int
    received_at: datetime.datetime | None
    received_count: int
    refused_at: datetime.datetime | None
    refused_count: int
    refused_why: str | None
    repeated_count: int
    revision: int
    rotating_until: datetime.datetime | None
    scheme: Literal["standard", "plain", "timed"]
    secret: str | None
    state: Literal["enabled", "disabled"]


class SourceRotateBody(Model):
    """The new secret, made here where it is null; for how long the old one is taken as well."""

    overlap_hours: int = 24
    secret: str | None = None


class WebhookAttemptView(Model):
    """One try. `status` null: nobody answered, and `problem` says why. `answer` is how the answer began, as
    plain text.
    """

    answer: str
    at: datetime.datetime
    milliseconds: int
    number: int
    problem: str | None
    status: int | None


class WebhookDeliveryDetail(Model):
    """A delivery with its tries, first to last."""

    attempts: int
    created_at: datetime.datetime
    due_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    endpoint_id: uuid.UUID
    event_id: uuid.UUID
    event_name: str
    id: uuid.UUID
    last_problem: str | None
    last_status: int | None
    replay_id: uuid.UUID | None
    sending: bool
    state: Literal["waiting", "delivered", "dead"]
    tries: list[WebhookAttemptView]
    webhook_id: str


class WebhookDeliveryView(Model):
    """An event that was or is to be sent. `webhook_id` is the same however often the event is sent.

    `sending` is true while a worker holds it; `due_at` is when it is tried (again).
    """

    attempts: int
    created_at: datetime.datetime
    due_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    endpoint_id: uuid.UUID
    event_id: uuid.UUID
    event_name: str
    id: uuid.UUID
    last_problem: str | None
    last_status: int | None
    replay_id: uuid.UUID | None
    sending: bool
    state: Literal["waiting", "delivered", "dead"]
    webhook_id: str


class WebhookDeliveryViewPage(Model):
    """Webhook delivery view page."""

    items: list[WebhookDeliveryView]
    next: str | None = None


class WebhookMessageDetail(Model):
    """A message as it came: text of at most 64 KiB, never markup nor instruction."""

    body: str
    bytes: int
    code: str | None
    content_type: str
    decision_id: uuid.UUID | None
    errors: Any
    id: uuid.UUID
    message_id: str
    reason: str | None
    received_at: datetime.datetime
    source_id: uuid.UUID
    state: Literal["kept", "waiting", "proposed", "quarantined"]
    tries: int
    truncated: bool


class WebhookMessageView(Model):
    """A message that came in. Of one that is set aside, `code`, `reason` and `errors` say why."""

    bytes: int
    code: str | None
    content_type: str
    decision_id: uuid.UUID | None
    id: uuid.UUID
    message_id: str
    reason: str | None
    received_at: datetime.datetime
    source_id: uuid.UUID
    state: Literal["kept", "waiting", "proposed", "quarantined"]
    tries: int


class WebhookMessageViewPage(Model):
    """Webhook message view page."""

    items: list[WebhookMessageView]
    next: str | None = None


class WebhookReplayView(Model):
    """A stretch of the log that is sent once more. `reached_at` is the time of the last event that was read."""

    created_at: datetime.datetime
    ended_at: datetime.datetime | None
    endpoint_id: uuid.UUID
    events: list[str]
    id: uuid.UUID
    reached_at: datetime.datetime | None
    read_count: int
    recorded_from: datetime.datetime | None
    recorded_until: datetime.datetime
    requested_by: str
    sent_count: int
    state: str


class WebhookReplayViewPage(Model):
    """Webhook replay view page."""

    items: list[WebhookReplayView]
    next: str | None = None


class WebhookSourceView(Model):
    """Who may send messages in. `path` is where; `kind` null: they are kept and told, and nothing is proposed."""

    changed_at: datetime.datetime
    changed_by: str
    created_at: datetime.datetime
    created_by: str
    header: str | None
    id: uuid.UUID
    kind: str | None
    mapping: dict[str, dict[str, Any]]
    name: str
    path: str
    quarantined_count: int
    received_at: datetime.datetime | None
    received_count: int
    refused_at: datetime.datetime | None
    refused_count: int
    refused_why: str | None
    repeated_count: int
    revision: int
    rotating_until: datetime.datetime | None
    scheme: Literal["standard", "plain", "timed"]
    state: Literal["enabled", "disabled"]


class WebhookSourceViewPage(Model):
    """Webhook source view page."""

    items: list[WebhookSourceView]
    next: str | None = None
