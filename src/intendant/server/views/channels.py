"""What the routes about channels, rules of notification and deliveries answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from intendant.kernel import channels
from intendant.kernel.alerts import AlertKind, Severity
from intendant.kernel.channels import (
    Channel,
    ChannelKind,
    ChannelState,
    DeliveryState,
    EmailSettings,
    EscalationStep,
    PagerDutySettings,
    Quiet,
    Rule,
    SlackSettings,
    TelegramSettings,
    WebhookSettings,
)
from intendant.kit.database import Row

COUNTED = timedelta(hours=24)
What = Literal["alert", "digest", "acknowledged", "ended", "test"]
SecretNeed = Literal["always", "with_username", "made_if_missing"]


class DeliveryCounts(BaseModel):
    """How many messages were made in the last 24 hours, by what became of them."""

    queued: int = 0
    sending: int = 0
    sent: int = 0
    dead: int = 0


class AlertChannelView(BaseModel):
    """A channel. Its secret is never shown; `has_secret` says whether there is one. All times are system time."""

    id: UUID
    kind: ChannelKind
    name: str
    settings: EmailSettings | SlackSettings | PagerDutySettings | TelegramSettings | WebhookSettings
    destination: str
    """The host that messages go to."""
    has_secret: bool
    secret_id: UUID | None
    enabled: bool
    state: ChannelState
    failing_since: datetime | None
    last_ok_at: datetime | None
    last_error: str | None
    """What the provider said last, in plain words, while the channel fails."""
    retry_at: datetime | None
    """Before then nothing is sent: the provider asked to wait."""
    last_day: DeliveryCounts
    revision: int
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime


class ChannelMade(AlertChannelView):
    """A new channel; `signing_secret` is shown this once, where one was made for a webhook."""

    signing_secret: str | None = None


class ChannelKindView(BaseModel):
    """A kind of channel, for a form: its settings as JSON Schema, and what its secret is."""

    kind: ChannelKind
    label: str
    settings_schema: dict[str, Any]
    secret_label: str
    secret: SecretNeed
    sent_twice: str
    """What happens when a worker dies between sending a message and writing it down."""
    follows_up: list[Literal["acknowledged", "ended"]]
    """What it is told of an alert after the first message."""


class MessagePreview(BaseModel):
    """A message as it would be sent now."""

    subject: str
    text: str
    alert_id: UUID | None
    """The alert it is about; null where there is none yet, and an example stands in."""


class NotificationRuleView(BaseModel):
    """A rule of notification. Nothing named means all of it; `days` count from Monday (0)."""

    id: UUID
    name: str
    position: int
    enabled: bool
    kinds: list[AlertKind]
    severities: list[Severity]
    components: list[str]
    causes: list[str]
    steps: list[EscalationStep]
    channel_names: dict[UUID, str]
    quiet: Quiet | None
    quiet_until: datetime | None
    """Until when it is quiet, if it is just now."""
    group_seconds: int
    tell_when_over: bool
    revision: int
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime


class DeliveryView(BaseModel):
    """One message over one channel, and what came of it. All times are system time."""

    id: UUID
    channel_id: UUID
    channel_name: str
    channel_kind: ChannelKind
    rule_id: UUID | None
    rule_name: str | None
    what: What
    subject: str
    alert_count: int
    alert_ids: list[UUID]
    """The alerts it is about, at most 200."""
    state: DeliveryState
    attempts: int
    attempts_max: int
    due_at: datetime
    """When it is tried next, while it is queued."""
    why: str | None
    """Why it was not sent, in plain words."""
    answer: str | None
    provider_id: str | None
    created_by: str
    created_at: datetime
    sent_at: datetime | None


class NotificationView(BaseModel):
    """That somebody is, was or was not told of an alert over a channel."""

    id: UUID
    rule_id: UUID
    rule_name: str
    step: int
    channel_id: UUID
    channel_name: str
    channel_kind: ChannelKind
    occasion: str
    """raised:<severity>, acknowledged or ended."""
    severity: Severity
    state: Literal["planned", "held", "handed_over", "stopped"]
    due_at: datetime
    why: str | None
    delivery_id: UUID | None
    delivery_state: DeliveryState | None
    delivery_why: str | None
    answer: str | None
    attempts: int | None
    sent_at: datetime | None


class AlertTimelineEntry(BaseModel):
    """Something that happened to an alert, or shall. `at` is system time; `name` is an event's, or what became of telling."""

    at: datetime
    what: Literal["event", "notification"]
    name: str
    detail: dict[str, Any]
    notification: NotificationView | None


class AlertTimeline(BaseModel):
    """What became of an alert, oldest first, at most 1,000 entries."""

    items: list[AlertTimelineEntry]


def show_channel(channel: Channel, counts: Mapping[str, int]) -> AlertChannelView:
    """Return a channel."""
    return AlertChannelView(**shown_channel(channel, counts))


def shown_channel(channel: Channel, counts: Mapping[str, int]) -> dict[str, Any]:
    """Return a channel's fields."""
    return {
        **{name: getattr(channel, name) for name in AlertChannelView.model_fields if hasattr(channel, name)},
        "has_secret": channel.secret_id is not None,
        "last_day": DeliveryCounts(**counts),
    }


def show_rule(rule: Rule, names: Mapping[UUID, str], zone: str, now: datetime) -> NotificationRuleView:
    """Return a rule; `now` is system time, `zone` the organisation's."""
    hours = rule.quiet_hours()
    until = None if hours is None else channels.quiet_until(hours, ZoneInfo(hours.time_zone or zone), now)
    own = {name: getattr(rule, name) for name in NotificationRuleView.model_fields if hasattr(rule, name)}
    body = {name: getattr(rule.body, name) for name in type(rule.body).model_fields}
    wanted = {channel_id for step in rule.body.steps for channel_id in step.channel_ids}
    return NotificationRuleView(
        **own, **body, channel_names={key: name for key, name in names.items() if key in wanted}, quiet_until=until
    )


def show_delivery(row: Row) -> DeliveryView:
    """Return a delivery."""
    return DeliveryView(**{**row, "attempts_max": channels.ATTEMPTS_MAX})


def show_entry(entry: channels.Entry) -> AlertTimelineEntry:
    """Return an entry of an alert's timeline."""
    if entry.what == "event":
        return AlertTimelineEntry(at=entry.at, what="event", name=entry.name, detail=entry.detail, notification=None)
    told = NotificationView(**entry.detail)
    return AlertTimelineEntry(at=entry.at, what="notification", name=entry.name, detail={}, notification=told)
