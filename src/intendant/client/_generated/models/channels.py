"""Models of channels. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Literal

from intendant.client._model import Model


class AlertChannelView(Model):
    """A channel. Its secret is never shown; `has_secret` says whether there is one. All times are system time."""

    created_at: datetime.datetime
    created_by: str
    destination: str
    enabled: bool
    failing_since: datetime.datetime | None
    has_secret: bool
    id: uuid.UUID
    kind: Literal["email", "slack", "pagerduty", "telegram", "webhook"]
    last_day: DeliveryCounts
    last_error: str | None
    last_ok_at: datetime.datetime | None
    name: str
    retry_at: datetime.datetime | None
    revision: int
    secret_id: uuid.UUID | None
    settings: EmailSettings | SlackSettings | PagerDutySettings | TelegramSettings | WebhookSettings
    state: Literal["ok", "failing", "never_used", "not_connected", "paused"]
    updated_at: datetime.datetime
    updated_by: str


class AlertChannelViewPage(Model):
    """Alert channel view page."""

    items: list[AlertChannelView]
    next: str | None = None


class ChannelBody(Model):
    """A channel to make. `secret` goes into the vault; a webhook without one gets one made, which is shown once."""

    kind: Literal["email", "slack", "pagerduty", "telegram", "webhook"]
    name: str
    secret: str | None = None
    settings: dict[str, Any]


class ChannelChange(Model):
    """What shall change of a channel; what is left out stays. `enabled` false pauses it."""

    enabled: bool | None = None
    name: str | None = None
    revision: int
    secret: str | None = None
    settings: dict[str, Any] | None = None


class ChannelKindView(Model):
    """A kind of channel, for a form: its settings as JSON Schema, and what its secret is."""

    follows_up: list[Literal["acknowledged", "ended"]]
    kind: Literal["email", "slack", "pagerduty", "telegram", "webhook"]
    label: str
    secret: Literal["always", "with_username", "made_if_missing"]
    secret_label: str
    sent_twice: str
    settings_schema: dict[str, Any]


class ChannelMade(Model):
    """A new channel; `signing_secret` is shown this once, where one was made for a webhook."""

    created_at: datetime.datetime
    created_by: str
    destination: str
    enabled: bool
    failing_since: datetime.datetime | None
    has_secret: bool
    id: uuid.UUID
    kind: Literal["email", "slack", "pagerduty", "telegram", "webhook"]
    last_day: DeliveryCounts
    last_error: str | None
    last_ok_at: datetime.datetime | None
    name: str
    retry_at: datetime.datetime | None
    revision: int
    secret_id: uuid.UUID | None
    settings: EmailSettings | SlackSettings | PagerDutySettings | TelegramSettings | WebhookSettings
    signing_secret: str | None = None
    state: Literal["ok", "failing", "never_used", "not_connected", "paused"]
    updated_at: datetime.datetime
    updated_by: str


class DeliveryCounts(Model):
    """How many messages were made in the last 24 hours, by what became of them."""

    dead: int = 0
    queued: int = 0
    sending: int = 0
    sent: int = 0


class DeliveryView(Model):
    """One message over one channel, and what came of it. All times are system time."""

    alert_count: int
    alert_ids: list[uuid.UUID]
    answer: str | None
    attempts: int
    attempts_max: int
    channel_id: uuid.UUID
    channel_kind: Literal["email", "slack", "pagerduty", "telegram", "webhook"]
    channel_name: str
    created_at: datetime.datetime
    created_by: str
    due_at: datetime.datetime
    id: uuid.UUID
    provider_id: str | None
    rule_id: uuid.UUID | None
    rule_name: str | None
    sent_at: datetime.datetime | None
    state: Literal["queued", "sending", "sent", "dead"]
    subject: str
    what: Literal["alert", "digest", "acknowledged", "ended", "test"]
    why: str | None


class DeliveryViewPage(Model):
    """Delivery view page."""

    items: list[DeliveryView]
    next: str | None = None


class EmailSettings(Model):
    """A mail server that takes messages for sending. The secret is the password of `username`."""

    host: str
    port: int = 587
    recipients: list[str]
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str
    username: str | None = None


class EscalationStep(Model):
    """Who is told, so many minutes after the alert was raised if nobody has acknowledged, snoozed or ended it by
    then.
    """

    after_minutes: int = 0
    channel_ids: list[uuid.UUID]


class MessagePreview(Model):
    """A message as it would be sent now."""

    alert_id: uuid.UUID | None
    subject: str
    text: str


class NotificationRuleView(Model):
    """A rule of notification. Nothing named means all of it; `days` count from Monday (0)."""

    causes: list[str]
    channel_names: dict[str, str]
    components: list[str]
    created_at: datetime.datetime
    created_by: str
    enabled: bool
    group_seconds: int
    id: uuid.UUID
    kinds: list[Literal["intervention", "anomaly", "performance", "security"]]
    name: str
    position: int
    quiet: Quiet | None
    quiet_until: datetime.datetime | None
    revision: int
    severities: list[Literal["low", "medium", "high", "critical"]]
    steps: list[EscalationStep]
    tell_when_over: bool
    updated_at: datetime.datetime
    updated_by: str


class NotificationRuleViewPage(Model):
    """Notification rule view page."""

    items: list[NotificationRuleView]
    next: str | None = None


class PagerDutySettings(Model):
    """A service with an Events API v2 integration, whose key is the secret."""

    region: Literal["us", "eu"] = "us"


class Quiet(Model):
    """Hours in which messages wait; all that waited goes in one digest at their end. `days` are those on which
    they begin.
    """

    days: list[int] | None = None
    end: datetime.time
    hold_critical: bool = False
    start: datetime.time
    time_zone: str | None = None


class RuleChange(Model):
    """A rule as it shall be from now on: what is left out is at its default, as in a new one."""

    causes: list[str] | None = None
    components: list[str] | None = None
    enabled: bool = True
    group_seconds: int = 60
    kinds: list[Literal["intervention", "anomaly", "performance", "security"]] | None = None
    name: str
    position: int | None = None
    quiet: Quiet | None = None
    revision: int
    severities: list[Literal["low", "medium", "high", "critical"]] | None = None
    steps: list[EscalationStep] | None = None
    tell_when_over: bool = True


class RuleNew(Model):
    """A rule to make."""

    causes: list[str] | None = None
    components: list[str] | None = None
    enabled: bool = True
    group_seconds: int = 60
    kinds: list[Literal["intervention", "anomaly", "performance", "security"]] | None = None
    name: str
    quiet: Quiet | None = None
    severities: list[Literal["low", "medium", "high", "critical"]] | None = None
    steps: list[EscalationStep] | None = None
    tell_when_over: bool = True


class SlackSettings(Model):
    """With `channel`, the secret is a bot's token (xoxb-...); without, the address of an incoming webhook."""

    api_url: str = "https://slack.com/api"
    channel: str | None = None
    webhook_host: str = "hooks.slack.com"


class TelegramSettings(Model):
    """A chat that a bot may write to; the bot's token is the secret."""

    api_url: str = "https://api.telegram.org"
    chat_id: str


class WebhookSettings(Model):
    """An address of yours that takes signed requests. The secret signs them; without one given, one is made."""

    url: str
