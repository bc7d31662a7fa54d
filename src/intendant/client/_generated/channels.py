"""The operations of channels. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import builtins
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Literal

from intendant.client._generated.models import channels as models
from intendant.client._groups import AsyncGroup, Group, quoted
from intendant.client._values import OMITTED, Omitted


class Channels(Group):
    """The operations of channels."""

    def change(
        self,
        channel_id: uuid.UUID | str,
        *,
        revision: int,
        enabled: bool | Omitted | None = OMITTED,
        name: str | Omitted | None = OMITTED,
        secret: str | Omitted | None = OMITTED,
        settings: Mapping[str, Any] | Omitted | None = OMITTED,
    ) -> models.AlertChannelView:
        """Change a channel.

        Change, pause or resume a channel. To send to another host it needs its secret again.

        `PUT /api/v1/channels/{channel_id}`, permission `kernel:channel:manage`.
        """
        return self._send(
            models.AlertChannelView,
            "PUT",
            f"/api/v1/channels/{quoted(channel_id)}",
            fields={"revision": revision},
            options={"enabled": enabled, "name": name, "secret": secret, "settings": settings},
        )

    def change_rule(
        self,
        rule_id: uuid.UUID | str,
        *,
        name: str,
        revision: int,
        causes: Sequence[str] | Omitted = OMITTED,
        components: Sequence[str] | Omitted = OMITTED,
        enabled: bool | Omitted = OMITTED,
        group_seconds: int | Omitted = OMITTED,
        kinds: Sequence[Literal["intervention", "anomaly", "performance", "security"]] | Omitted = OMITTED,
        position: int | Omitted | None = OMITTED,
        quiet: models.Quiet | Mapping[str, Any] | Omitted | None = OMITTED,
        severities: Sequence[Literal["low", "medium", "high", "critical"]] | Omitted = OMITTED,
        steps: Sequence[models.EscalationStep | Mapping[str, Any]] | Omitted = OMITTED,
        tell_when_over: bool | Omitted = OMITTED,
    ) -> models.NotificationRuleView:
        """Change a rule of notification.

        Change a rule, pause it or move it; what it has planned already stays planned.

        `PUT /api/v1/notification-rules/{rule_id}`, permission `kernel:channel:manage`.
        """
        return self._send(
            models.NotificationRuleView,
            "PUT",
            f"/api/v1/notification-rules/{quoted(rule_id)}",
            fields={"name": name, "revision": revision},
            options={
                "causes": causes,
                "components": components,
                "enabled": enabled,
                "group_seconds": group_seconds,
                "kinds": kinds,
                "position": position,
                "quiet": quiet,
                "severities": severities,
                "steps": steps,
                "tell_when_over": tell_when_over,
            },
        )

    def create(
        self,
        *,
        kind: Literal["email", "slack", "pagerduty", "telegram", "webhook"],
        name: str,
        settings: Mapping[str, Any],
        secret: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.ChannelMade:
        """Create a channel.

        Create a channel. The first of an organisation brings a rule: high and critical alerts go there.

        `POST /api/v1/channels`, permission `kernel:channel:manage`.
        """
        return self._send(
            models.ChannelMade,
            "POST",
            "/api/v1/channels",
            fields={"kind": kind, "name": name, "settings": settings},
            options={"secret": secret},
            once=True,
            key=idempotency_key,
        )

    def create_rule(
        self,
        *,
        name: str,
        causes: Sequence[str] | None = None,
        components: Sequence[str] | None = None,
        enabled: bool | None = None,
        group_seconds: int | None = None,
        kinds: Sequence[Literal["intervention", "anomaly", "performance", "security"]] | None = None,
        quiet: models.Quiet | Mapping[str, Any] | None = None,
        severities: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        steps: Sequence[models.EscalationStep | Mapping[str, Any]] | None = None,
        tell_when_over: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.NotificationRuleView:
        """Create a rule of notification.

        Create a rule. It tells of alerts that are raised from now on.

        `POST /api/v1/notification-rules`, permission `kernel:channel:manage`.
        """
        return self._send(
            models.NotificationRuleView,
            "POST",
            "/api/v1/notification-rules",
            fields={"name": name},
            options={
                "causes": causes,
                "components": components,
                "enabled": enabled,
                "group_seconds": group_seconds,
                "kinds": kinds,
                "quiet": quiet,
                "severities": severities,
                "steps": steps,
                "tell_when_over": tell_when_over,
            },
            once=True,
            key=idempotency_key,
        )

    def get(self, channel_id: uuid.UUID | str) -> models.AlertChannelView:
        """Return a channel.

        Return one channel.

        `GET /api/v1/channels/{channel_id}`, permission `kernel:channel:read`.
        """
        return self._send(models.AlertChannelView, "GET", f"/api/v1/channels/{quoted(channel_id)}")

    def get_delivery(self, delivery_id: uuid.UUID | str) -> models.DeliveryView:
        """Return a delivery.

        Return one delivery.

        `GET /api/v1/deliveries/{delivery_id}`, permission `kernel:channel:read`.
        """
        return self._send(models.DeliveryView, "GET", f"/api/v1/deliveries/{quoted(delivery_id)}")

    def get_rule(self, rule_id: uuid.UUID | str) -> models.NotificationRuleView:
        """Return a rule of notification.

        Return one rule.

        `GET /api/v1/notification-rules/{rule_id}`, permission `kernel:channel:read`.
        """
        return self._send(models.NotificationRuleView, "GET", f"/api/v1/notification-rules/{quoted(rule_id)}")

    def list(self, *, after: uuid.UUID | str | None = None, limit: int | None = None) -> models.AlertChannelViewPage:
        """List channels.

        List channels, oldest first, with their state and what came of the messages of the last 24 hours.

        `GET /api/v1/channels`, permission `kernel:channel:read`.
        """
        return self._send(
            models.AlertChannelViewPage, "GET", "/api/v1/channels", query={"after": after, "limit": limit}
        )

    def iterate(self, *, limit: int | None = None) -> Iterator[models.AlertChannelView]:
        """List channels.

        List channels, oldest first, with their state and what came of the messages of the last 24 hours.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/channels`, permission `kernel:channel:read`.
        """
        return self._pages(models.AlertChannelViewPage, "/api/v1/channels", query={"limit": limit})

    def list_deliveries(
        self,
        *,
        state: Literal["queued", "sending", "sent", "dead"] | None = None,
        channel: uuid.UUID | str | None = None,
        alert: uuid.UUID | str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.DeliveryViewPage:
        """List deliveries.

        List deliveries, newest first.

        `GET /api/v1/deliveries`, permission `kernel:channel:read`.
        """
        return self._send(
            models.DeliveryViewPage,
            "GET",
            "/api/v1/deliveries",
            query={"state": state, "channel": channel, "alert": alert, "after": after, "limit": limit},
        )

    def iterate_deliveries(
        self,
        *,
        state: Literal["queued", "sending", "sent", "dead"] | None = None,
        channel: uuid.UUID | str | None = None,
        alert: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> Iterator[models.DeliveryView]:
        """List deliveries.

        List deliveries, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/deliveries`, permission `kernel:channel:read`.
        """
        return self._pages(
            models.DeliveryViewPage,
            "/api/v1/deliveries",
            query={"state": state, "channel": channel, "alert": alert, "limit": limit},
        )

    def list_kinds(self) -> builtins.list[models.ChannelKindView]:
        """List kinds of channel.

        List the kinds of channel, each with its settings as JSON Schema.

        `GET /api/v1/channels/kinds`, permission `kernel:channel:read`.
        """
        return self._send(builtins.list[models.ChannelKindView], "GET", "/api/v1/channels/kinds")

    def list_rules(
        self, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.NotificationRuleViewPage:
        """List rules of notification.

        List rules, oldest first; where several name a channel, an alert goes there by the rule of the lowest
        `position`.

        `GET /api/v1/notification-rules`, permission `kernel:channel:read`.
        """
        return self._send(
            models.NotificationRuleViewPage, "GET", "/api/v1/notification-rules", query={"after": after, "limit": limit}
        )

    def iterate_rules(self, *, limit: int | None = None) -> Iterator[models.NotificationRuleView]:
        """List rules of notification.

        List rules, oldest first; where several name a channel, an alert goes there by the rule of the lowest
        `position`.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/notification-rules`, permission `kernel:channel:read`.
        """
        return self._pages(models.NotificationRuleViewPage, "/api/v1/notification-rules", query={"limit": limit})

    def preview_message(
        self, channel_id: uuid.UUID | str, *, alert_id: uuid.UUID | str | None = None
    ) -> models.MessagePreview:
        """Preview a message.

        Return the message that this channel would carry of an alert.

        `GET /api/v1/channels/{channel_id}/preview`, permission `kernel:channel:read`.
        """
        return self._send(
            models.MessagePreview, "GET", f"/api/v1/channels/{quoted(channel_id)}/preview", query={"alert_id": alert_id}
        )

    def remove(self, channel_id: uuid.UUID | str) -> None:
        """Remove a channel.

        Remove a channel, its secret with it, and take it out of the rules; what it sent stays on record.

        `DELETE /api/v1/channels/{channel_id}`, permission `kernel:channel:manage`.
        """
        self._act("DELETE", f"/api/v1/channels/{quoted(channel_id)}")

    def remove_rule(self, rule_id: uuid.UUID | str) -> None:
        """Remove a rule of notification.

        Remove a rule; what it has not sent yet is not sent any more.

        `DELETE /api/v1/notification-rules/{rule_id}`, permission `kernel:channel:manage`.
        """
        self._act("DELETE", f"/api/v1/notification-rules/{quoted(rule_id)}")

    def send_again(self, delivery_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.DeliveryView:
        """Send a dead delivery again.

        Queue a dead delivery again, under the same id at the provider.

        `POST /api/v1/deliveries/{delivery_id}/send-again`, permission `kernel:channel:manage`.
        """
        return self._send(
            models.DeliveryView,
            "POST",
            f"/api/v1/deliveries/{quoted(delivery_id)}/send-again",
            once=True,
            key=idempotency_key,
        )

    def test(self, channel_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.DeliveryView:
        """Send a test message.

        Queue a test message, which a worker sends within a second or two; GET /api/v1/deliveries/{id} says
        what came of it.

        `POST /api/v1/channels/{channel_id}/test`, permission `kernel:channel:manage`.
        """
        return self._send(
            models.DeliveryView, "POST", f"/api/v1/channels/{quoted(channel_id)}/test", once=True, key=idempotency_key
        )


class AsyncChannels(AsyncGroup):
    """The operations of channels, for asynchronous programs."""

    async def change(
        self,
        channel_id: uuid.UUID | str,
        *,
        revision: int,
        enabled: bool | Omitted | None = OMITTED,
        name: str | Omitted | None = OMITTED,
        secret: str | Omitted | None = OMITTED,
        settings: Mapping[str, Any] | Omitted | None = OMITTED,
    ) -> models.AlertChannelView:
        """Change a channel.

        Change, pause or resume a channel. To send to another host it needs its secret again.

        `PUT /api/v1/channels/{channel_id}`, permission `kernel:channel:manage`.
        """
        return await self._send(
            models.AlertChannelView,
            "PUT",
            f"/api/v1/channels/{quoted(channel_id)}",
            fields={"revision": revision},
            options={"enabled": enabled, "name": name, "secret": secret, "settings": settings},
        )

    async def change_rule(
        self,
        rule_id: uuid.UUID | str,
        *,
        name: str,
        revision: int,
        causes: Sequence[str] | Omitted = OMITTED,
        components: Sequence[str] | Omitted = OMITTED,
        enabled: bool | Omitted = OMITTED,
        group_seconds: int | Omitted = OMITTED,
        kinds: Sequence[Literal["intervention", "anomaly", "performance", "security"]] | Omitted = OMITTED,
        position: int | Omitted | None = OMITTED,
        quiet: models.Quiet | Mapping[str, Any] | Omitted | None = OMITTED,
        severities: Sequence[Literal["low", "medium", "high", "critical"]] | Omitted = OMITTED,
        steps: Sequence[models.EscalationStep | Mapping[str, Any]] | Omitted = OMITTED,
        tell_when_over: bool | Omitted = OMITTED,
    ) -> models.NotificationRuleView:
        """Change a rule of notification.

        Change a rule, pause it or move it; what it has planned already stays planned.

        `PUT /api/v1/notification-rules/{rule_id}`, permission `kernel:channel:manage`.
        """
        return await self._send(
            models.NotificationRuleView,
            "PUT",
            f"/api/v1/notification-rules/{quoted(rule_id)}",
            fields={"name": name, "revision": revision},
            options={
                "causes": causes,
                "components": components,
                "enabled": enabled,
                "group_seconds": group_seconds,
                "kinds": kinds,
                "position": position,
                "quiet": quiet,
                "severities": severities,
                "steps": steps,
                "tell_when_over": tell_when_over,
            },
        )

    async def create(
        self,
        *,
        kind: Literal["email", "slack", "pagerduty", "telegram", "webhook"],
        name: str,
        settings: Mapping[str, Any],
        secret: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.ChannelMade:
        """Create a channel.

        Create a channel. The first of an organisation brings a rule: high and critical alerts go there.

        `POST /api/v1/channels`, permission `kernel:channel:manage`.
        """
        return await self._send(
            models.ChannelMade,
            "POST",
            "/api/v1/channels",
            fields={"kind": kind, "name": name, "settings": settings},
            options={"secret": secret},
            once=True,
            key=idempotency_key,
        )

    async def create_rule(
        self,
        *,
        name: str,
        causes: Sequence[str] | None = None,
        components: Sequence[str] | None = None,
        enabled: bool | None = None,
        group_seconds: int | None = None,
        kinds: Sequence[Literal["intervention", "anomaly", "performance", "security"]] | None = None,
        quiet: models.Quiet | Mapping[str, Any] | None = None,
        severities: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        steps: Sequence[models.EscalationStep | Mapping[str, Any]] | None = None,
        tell_when_over: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.NotificationRuleView:
        """Create a rule of notification.

        Create a rule. It tells of alerts that are raised from now on.

        `POST /api/v1/notification-rules`, permission `kernel:channel:manage`.
        """
        return await self._send(
            models.NotificationRuleView,
            "POST",
            "/api/v1/notification-rules",
            fields={"name": name},
            options={
                "causes": causes,
                "components": components,
                "enabled": enabled,
                "group_seconds": group_seconds,
                "kinds": kinds,
                "quiet": quiet,
                "severities": severities,
                "steps": steps,
                "tell_when_over": tell_when_over,
            },
            once=True,
            key=idempotency_key,
        )

    async def get(self, channel_id: uuid.UUID | str) -> models.AlertChannelView:
        """Return a channel.

        Return one channel.

        `GET /api/v1/channels/{channel_id}`, permission `kernel:channel:read`.
        """
        return await self._send(models.AlertChannelView, "GET", f"/api/v1/channels/{quoted(channel_id)}")

    async def get_delivery(self, delivery_id: uuid.UUID | str) -> models.DeliveryView:
        """Return a delivery.

        Return one delivery.

        `GET /api/v1/deliveries/{delivery_id}`, permission `kernel:channel:read`.
        """
        return await self._send(models.DeliveryView, "GET", f"/api/v1/deliveries/{quoted(delivery_id)}")

    async def get_rule(self, rule_id: uuid.UUID | str) -> models.NotificationRuleView:
        """Return a rule of notification.

        Return one rule.

        `GET /api/v1/notification-rules/{rule_id}`, permission `kernel:channel:read`.
        """
        return await self._send(models.NotificationRuleView, "GET", f"/api/v1/notification-rules/{quoted(rule_id)}")

    async def list(
        self, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.AlertChannelViewPage:
        """List channels.

        List channels, oldest first, with their state and what came of the messages of the last 24 hours.

        `GET /api/v1/channels`, permission `kernel:channel:read`.
        """
        return await self._send(
            models.AlertChannelViewPage, "GET", "/api/v1/channels", query={"after": after, "limit": limit}
        )

    def iterate(self, *, limit: int | None = None) -> AsyncIterator[models.AlertChannelView]:
        """List channels.

        List channels, oldest first, with their state and what came of the messages of the last 24 hours.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/channels`, permission `kernel:channel:read`.
        """
        return self._pages(models.AlertChannelViewPage, "/api/v1/channels", query={"limit": limit})

    async def list_deliveries(
        self,
        *,
        state: Literal["queued", "sending", "sent", "dead"] | None = None,
        channel: uuid.UUID | str | None = None,
        alert: uuid.UUID | str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.DeliveryViewPage:
        """List deliveries.

        List deliveries, newest first.

        `GET /api/v1/deliveries`, permission `kernel:channel:read`.
        """
        return await self._send(
            models.DeliveryViewPage,
            "GET",
            "/api/v1/deliveries",
            query={"state": state, "channel": channel, "alert": alert, "after": after, "limit": limit},
        )

    def iterate_deliveries(
        self,
        *,
        state: Literal["queued", "sending", "sent", "dead"] | None = None,
        channel: uuid.UUID | str | None = None,
        alert: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.DeliveryView]:
        """List deliveries.

        List deliveries, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/deliveries`, permission `kernel:channel:read`.
        """
        return self._pages(
            models.DeliveryViewPage,
            "/api/v1/deliveries",
            query={"state": state, "channel": channel, "alert": alert, "limit": limit},
        )

    async def list_kinds(self) -> builtins.list[models.ChannelKindView]:
        """List kinds of channel.

        List the kinds of channel, each with its settings as JSON Schema.

        `GET /api/v1/channels/kinds`, permission `kernel:channel:read`.
        """
        return await self._send(builtins.list[models.ChannelKindView], "GET", "/api/v1/channels/kinds")

    async def list_rules(
        self, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.NotificationRuleViewPage:
        """List rules of notification.

        List rules, oldest first; where several name a channel, an alert goes there by the rule of the lowest
        `position`.

        `GET /api/v1/notification-rules`, permission `kernel:channel:read`.
        """
        return await self._send(
            models.NotificationRuleViewPage, "GET", "/api/v1/notification-rules", query={"after": after, "limit": limit}
        )

    def iterate_rules(self, *, limit: int | None = None) -> AsyncIterator[models.NotificationRuleView]:
        """List rules of notification.

        List rules, oldest first; where several name a channel, an alert goes there by the rule of the lowest
        `position`.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/notification-rules`, permission `kernel:channel:read`.
        """
        return self._pages(models.NotificationRuleViewPage, "/api/v1/notification-rules", query={"limit": limit})

    async def preview_message(
        self, channel_id: uuid.UUID | str, *, alert_id: uuid.UUID | str | None = None
    ) -> models.MessagePreview:
        """Preview a message.

        Return the message that this channel would carry of an alert.

        `GET /api/v1/channels/{channel_id}/preview`, permission `kernel:channel:read`.
        """
        return await self._send(
            models.MessagePreview, "GET", f"/api/v1/channels/{quoted(channel_id)}/preview", query={"alert_id": alert_id}
        )

    async def remove(self, channel_id: uuid.UUID | str) -> None:
        """Remove a channel.

        Remove a channel, its secret with it, and take it out of the rules; what it sent stays on record.

        `DELETE /api/v1/channels/{channel_id}`, permission `kernel:channel:manage`.
        """
        await self._act("DELETE", f"/api/v1/channels/{quoted(channel_id)}")

    async def remove_rule(self, rule_id: uuid.UUID | str) -> None:
        """Remove a rule of notification.

        Remove a rule; what it has not sent yet is not sent any more.

        `DELETE /api/v1/notification-rules/{rule_id}`, permission `kernel:channel:manage`.
        """
        await self._act("DELETE", f"/api/v1/notification-rules/{quoted(rule_id)}")

    async def send_again(
        self, delivery_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.DeliveryView:
        """Send a dead delivery again.

        Queue a dead delivery again, under the same id at the provider.

        `POST /api/v1/deliveries/{delivery_id}/send-again`, permission `kernel:channel:manage`.
        """
        return await self._send(
            models.DeliveryView,
            "POST",
            f"/api/v1/deliveries/{quoted(delivery_id)}/send-again",
            once=True,
            key=idempotency_key,
        )

    async def test(self, channel_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.DeliveryView:
        """Send a test message.

        Queue a test message, which a worker sends within a second or two; GET /api/v1/deliveries/{id} says
        what came of it.

        `POST /api/v1/channels/{channel_id}/test`, permission `kernel:channel:manage`.
        """
        return await self._send(
            models.DeliveryView, "POST", f"/api/v1/channels/{quoted(channel_id)}/test", once=True, key=idempotency_key
        )
