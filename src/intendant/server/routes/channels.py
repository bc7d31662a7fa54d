"""/api/v1/channels: where people are told of alerts. Secrets go into the vault and are never shown; a test is sent by a worker."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from intendant.kernel import alerts, channels, organizations
from intendant.kernel.access import Permission, Principal
from intendant.kernel.channels import ChannelKind
from intendant.kit import clock, ids
from intendant.kit.addresses import parse_outbound
from intendant.kit.database import Transaction
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.secret_bodies import find_digest
from intendant.server.system import system_of
from intendant.server.views.channels import (
    COUNTED,
    AlertChannelView,
    ChannelKindView,
    ChannelMade,
    DeliveryView,
    MessagePreview,
    show_channel,
    show_delivery,
    shown_channel,
)

router = APIRouter(prefix="/api/v1/channels", tags=["channels"])
Reader = Annotated[Principal, requires(Permission.CHANNEL_READ)]
Keeper = Annotated[Principal, requires(Permission.CHANNEL_MANAGE)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Secret = Annotated[SecretStr, Field(min_length=1, max_length=4_000)]
SettingsGiven = Annotated[dict[str, Any], Field(max_length=20, description="As GET /api/v1/channels/kinds says.")]
Revision = Annotated[int, Field(ge=1, description="The revision that was read.")]


class ChannelBody(BaseModel):
    """A channel to make. `secret` goes into the vault; a webhook without one gets one made, which is shown once."""

    model_config = ConfigDict(extra="forbid")
    kind: ChannelKind
    name: Name
    settings: SettingsGiven
    secret: Secret | None = None


class ChannelChange(BaseModel):
    """What shall change of a channel; what is left out stays. `enabled` false pauses it."""

    model_config = ConfigDict(extra="forbid")
    revision: Revision
    name: Name | None = None
    settings: SettingsGiven | None = None
    secret: Secret | None = None
    enabled: bool | None = None


_TWICE = "The message may come twice."
_KINDS: Mapping[ChannelKind, dict[str, Any]] = {
    "email": {
        "label": "E-mail",
        "secret_label": "Password of the user",
        "secret": "with_username",
        "sent_twice": "The e-mail may come twice, with one Message-ID, by which many mail programs show it once.",
        "follows_up": ["ended"],
    },
    "slack": {
        "label": "Slack",
        "secret_label": "Bot token, or address of an incoming webhook",
        "secret": "always",
        "sent_twice": _TWICE,
        "follows_up": ["acknowledged", "ended"],
    },
    "pagerduty": {
        "label": "PagerDuty",
        "secret_label": "Integration key (Events API v2)",
        "secret": "always",
        "sent_twice": "Nothing: PagerDuty knows the alert by its dedup key.",
        "follows_up": ["acknowledged", "ended"],
    },
    "telegram": {
        "label": "Telegram",
        "secret_label": "Bot token",
        "secret": "always",
        "sent_twice": _TWICE,
        "follows_up": ["ended"],
    },
    "webhook": {
        "label": "Signed webhook",
        "secret_label": "Signing secret (whsec_...)",
        "secret": "made_if_missing",
        "sent_twice": "The request may come twice, with one webhook-id, by which the receiver knows it.",
        "follows_up": ["acknowledged", "ended"],
    },
}
_MODELS: Mapping[ChannelKind, type[BaseModel]] = {
    "email": channels.EmailSettings,
    "slack": channels.SlackSettings,
    "pagerduty": channels.PagerDutySettings,
    "telegram": channels.TelegramSettings,
    "webhook": channels.WebhookSettings,
}


@router.get("", summary="List channels")
def list_channels(
    request: Request, principal: Reader, after: UUID | None = None, limit: Limit = PAGE_SIZE
) -> Page[AlertChannelView]:
    """List channels, oldest first, with their state and what came of the messages of the last 24 hours."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = channels.list_channels(tx, after=after, limit=limit + 1)
        shown = {each.id: view for each, view in zip(rows, _show(tx, rows), strict=True)}
    return page(rows, limit, show=lambda each: shown[each.id], key=lambda each: each.id)


@router.get("/kinds", summary="List kinds of channel")
def list_kinds(_: Reader) -> list[ChannelKindView]:
    """List the kinds of channel, each with its settings as JSON Schema."""
    return [
        ChannelKindView(kind=kind, settings_schema=_MODELS[kind].model_json_schema(), **facts)
        for kind, facts in _KINDS.items()
    ]


@router.get("/{channel_id}", summary="Return a channel")
def get_channel(request: Request, principal: Reader, channel_id: UUID) -> AlertChannelView:
    """Return one channel."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return _show(tx, [channels.get_channel(tx, channel_id)])[0]


@router.post("", summary="Create a channel", status_code=201, response_model=ChannelMade)
def create_channel(request: Request, principal: Keeper, body: ChannelBody, once: Idempotency) -> Response:
    """Create a channel. The first of an organisation brings a rule: high and critical alerts go there."""
    system = system_of(request)
    _check(request, body.kind, body.settings)
    system.vault.prepare(principal.organization_id)

    def work(tx: Transaction) -> ChannelMade:
        channel, made = channels.create_channel(
            tx,
            system.vault.keyring,
            kind=body.kind,
            name=body.name,
            settings=body.settings,
            secret=None if body.secret is None else body.secret.get_secret_value(),
            principal=principal,
            by=by_of(tx, principal),
        )
        return ChannelMade(**shown_channel(channel, {}), signing_secret=made)

    with system.database.transaction(principal.organization_id) as tx:
        digest = find_digest(system, tx, once, body)
        answer = once.run(tx, lambda: work(tx), status=201, hidden=("signing_secret",), body_digest=digest)
    return answer


@router.put("/{channel_id}", summary="Change a channel")
def change_channel(request: Request, principal: Keeper, channel_id: UUID, body: ChannelChange) -> AlertChannelView:
    """Change, pause or resume a channel. To send to another host it needs its secret again."""
    system = system_of(request)
    if body.settings is not None:
        with system.database.transaction(principal.organization_id) as tx:
            kind = channels.get_channel(tx, channel_id).kind
        _check(request, kind, body.settings)
    system.vault.prepare(principal.organization_id)
    with system.database.transaction(principal.organization_id) as tx:
        channel = channels.change_channel(
            tx,
            system.vault.keyring,
            channel_id,
            revision=body.revision,
            name=body.name,
            settings=body.settings,
            secret=None if body.secret is None else body.secret.get_secret_value(),
            enabled=body.enabled,
            principal=principal,
            by=by_of(tx, principal),
        )
        view = _show(tx, [channel])[0]
    return view


@router.delete("/{channel_id}", summary="Remove a channel", status_code=204)
def remove_channel(request: Request, principal: Keeper, channel_id: UUID) -> None:
    """Remove a channel, its secret with it, and take it out of the rules; what it sent stays on record."""
    system = system_of(request)
    with system.database.transaction(principal.organization_id) as tx:
        channels.remove_channel(tx, system.vault.keyring, channel_id, principal=principal, by=by_of(tx, principal))


@router.post("/{channel_id}/test", summary="Send a test message", status_code=202, response_model=DeliveryView)
def test_channel(request: Request, principal: Keeper, channel_id: UUID, once: Idempotency) -> Response:
    """Queue a test message, which a worker sends within a second or two; GET /api/v1/deliveries/{id} says what came of it."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(
            tx, lambda: show_delivery(channels.queue_test(tx, channel_id, by=by_of(tx, principal))), status=202
        )
    return answer


@router.get("/{channel_id}/preview", summary="Preview a message")
def preview_message(
    request: Request,
    principal: Reader,
    channel_id: UUID,
    alert_id: Annotated[UUID | None, Query(description="Which alert; by default the newest.")] = None,
) -> MessagePreview:
    """Return the message that this channel would carry of an alert."""
    system = system_of(request)
    base = (system.settings.public_url or str(request.base_url)).rstrip("/")
    with system.database.transaction(principal.organization_id) as tx:
        organization = organizations.get_organization(tx, principal.organization_id)
        channels.get_channel(tx, channel_id)
        if alert_id is not None:
            rows = [alerts.get_alert(tx, alert_id)]
        else:
            rows = alerts.list_alerts(tx, alerts.AlertFilter(standing=None), limit=1)
    row = rows[0] if rows else {**_EXAMPLE, "raised_at": organization.clock.now()}
    alert = channels.sample_alert(row.get("id") or ids.new_id(), row, base)
    subject = channels.subject_of("alert", alert.severity, [alert.title], 1)
    text = channels.text_of("alert", organization.name, subject, [alert], 1)
    return MessagePreview(subject=subject, text=text, alert_id=alert.id if rows else None)


_EXAMPLE: dict[str, Any] = {
    "kind": "intervention",
    "severity": "high",
    "title": "An example of an alert",
    "cause": "example",
    "component": None,
    "state": "open",
    "count": 1,
    "ended_by": None,
    "acknowledged_by": None,
}


def by_of(tx: Transaction, principal: Principal) -> alerts.By:
    """Return who does something, and when."""
    now = clock.system_now()
    return alerts.By(principal.label, organizations.get_organization(tx, principal.organization_id).clock.at(now), now)


def _check(request: Request, kind: ChannelKind, settings: Mapping[str, Any]) -> None:
    policy = parse_outbound(system_of(request).settings.outbound_allow)
    channels.check_addresses(channels.parse_settings(kind, settings), policy)


def _show(tx: Transaction, found: Sequence[channels.Channel]) -> list[AlertChannelView]:
    counts = channels.count_deliveries(tx, [each.id for each in found], clock.system_now() - COUNTED)
    return [show_channel(each, counts.get(each.id, {})) for each in found]
