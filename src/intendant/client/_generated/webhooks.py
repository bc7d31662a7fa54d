"""The operations of webhooks. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import builtins
import datetime
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Literal

from intendant.client._generated.models import webhooks as models
from intendant.client._groups import AsyncGroup, Group, quoted
from intendant.client._values import OMITTED, Omitted


class Webhooks(Group):
    """The operations of webhooks."""

    def change_endpoint(
        self,
        endpoint_id: uuid.UUID | str,
        *,
        revision: int,
        description: str | Omitted | None = OMITTED,
        enabled: bool | Omitted | None = OMITTED,
        events: Sequence[str] | Omitted | None = OMITTED,
        resume: Literal["now", "where_it_stopped"] | Omitted = OMITTED,
        url: str | Omitted | None = OMITTED,
    ) -> models.EndpointView:
        """Change a webhook endpoint.

        Change what is given; one that is enabled again goes on from now, or from where it stopped.

        `PATCH /api/v1/webhooks/endpoints/{endpoint_id}`, permission `kernel:webhook:manage`.
        """
        return self._send(
            models.EndpointView,
            "PATCH",
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}",
            fields={"revision": revision},
            options={"description": description, "enabled": enabled, "events": events, "resume": resume, "url": url},
        )

    def change_source(
        self,
        webhook_source_id: uuid.UUID | str,
        *,
        name: str,
        revision: int,
        enabled: bool | Omitted = OMITTED,
        header: str | Omitted | None = OMITTED,
        kind: str | Omitted | None = OMITTED,
        mapping: Mapping[str, Mapping[str, Any]] | Omitted = OMITTED,
        scheme: Literal["standard", "plain", "timed"] | Omitted = OMITTED,
    ) -> models.WebhookSourceView:
        """Change a webhook source.

        Replace what is said of a source.

        `PUT /api/v1/webhooks/sources/{webhook_source_id}`, permission `kernel:webhook:manage`.
        """
        return self._send(
            models.WebhookSourceView,
            "PUT",
            f"/api/v1/webhooks/sources/{quoted(webhook_source_id)}",
            fields={"name": name, "revision": revision},
            options={"enabled": enabled, "header": header, "kind": kind, "mapping": mapping, "scheme": scheme},
        )

    def create_endpoint(
        self,
        *,
        events: Sequence[str],
        url: str,
        description: str | None = None,
        enabled: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.EndpointMade:
        """Add a webhook endpoint.

        Add an address that is told of what happens from now on. The answer shows its signing secret, this
        once.

        `POST /api/v1/webhooks/endpoints`, permission `kernel:webhook:manage`.
        """
        return self._send(
            models.EndpointMade,
            "POST",
            "/api/v1/webhooks/endpoints",
            fields={"events": events, "url": url},
            options={"description": description, "enabled": enabled},
            once=True,
            key=idempotency_key,
        )

    def create_source(
        self,
        *,
        name: str,
        enabled: bool | None = None,
        header: str | None = None,
        kind: str | None = None,
        mapping: Mapping[str, Mapping[str, Any]] | None = None,
        scheme: Literal["standard", "plain", "timed"] | None = None,
        secret: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.SourceMade:
        """Add a webhook source.

        Add who may send messages in; where we make the secret, the answer shows it, this once.

        `POST /api/v1/webhooks/sources`, permission `kernel:webhook:manage`.
        """
        return self._send(
            models.SourceMade,
            "POST",
            "/api/v1/webhooks/sources",
            fields={"name": name},
            options={
                "enabled": enabled,
                "header": header,
                "kind": kind,
                "mapping": mapping,
                "scheme": scheme,
                "secret": secret,
            },
            once=True,
            key=idempotency_key,
        )

    def get_delivery(self, webhook_delivery_id: uuid.UUID | str) -> models.WebhookDeliveryDetail:
        """Return a webhook delivery.

        Return a delivery with every try: status, milliseconds, how the answer began.

        `GET /api/v1/webhooks/deliveries/{webhook_delivery_id}`, permission `kernel:webhook:read`.
        """
        return self._send(
            models.WebhookDeliveryDetail, "GET", f"/api/v1/webhooks/deliveries/{quoted(webhook_delivery_id)}"
        )

    def get_endpoint(self, endpoint_id: uuid.UUID | str) -> models.EndpointView:
        """Return a webhook endpoint.

        Return an endpoint with how it does.

        `GET /api/v1/webhooks/endpoints/{endpoint_id}`, permission `kernel:webhook:read`.
        """
        return self._send(models.EndpointView, "GET", f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}")

    def get_message(self, webhook_message_id: uuid.UUID | str) -> models.WebhookMessageDetail:
        """Return a message that came in.

        Return a message as it came, for those who manage webhooks: it may hold personal data.

        `GET /api/v1/webhooks/messages/{webhook_message_id}`, permission `kernel:webhook:manage`.
        """
        return self._send(models.WebhookMessageDetail, "GET", f"/api/v1/webhooks/messages/{quoted(webhook_message_id)}")

    def get_replay(self, webhook_replay_id: uuid.UUID | str) -> models.WebhookReplayView:
        """Return a webhook replay.

        Return a replay with how far it came.

        `GET /api/v1/webhooks/replays/{webhook_replay_id}`, permission `kernel:webhook:read`.
        """
        return self._send(models.WebhookReplayView, "GET", f"/api/v1/webhooks/replays/{quoted(webhook_replay_id)}")

    def get_source(self, webhook_source_id: uuid.UUID | str) -> models.WebhookSourceView:
        """Return a webhook source.

        Return a source with what came, what came twice, what was refused and what is set aside.

        `GET /api/v1/webhooks/sources/{webhook_source_id}`, permission `kernel:webhook:read`.
        """
        return self._send(models.WebhookSourceView, "GET", f"/api/v1/webhooks/sources/{quoted(webhook_source_id)}")

    def list_deliveries(
        self,
        endpoint_id: uuid.UUID | str,
        *,
        state: Literal["waiting", "delivered", "dead"] | None = None,
        event: str | None = None,
        replay_id: uuid.UUID | str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.WebhookDeliveryViewPage:
        """List what is sent to an endpoint.

        List deliveries, newest first; `dead` are those that were tried as often as they are.

        `GET /api/v1/webhooks/endpoints/{endpoint_id}/deliveries`, permission `kernel:webhook:read`.
        """
        return self._send(
            models.WebhookDeliveryViewPage,
            "GET",
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/deliveries",
            query={"state": state, "event": event, "replay_id": replay_id, "after": after, "limit": limit},
        )

    def iterate_deliveries(
        self,
        endpoint_id: uuid.UUID | str,
        *,
        state: Literal["waiting", "delivered", "dead"] | None = None,
        event: str | None = None,
        replay_id: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> Iterator[models.WebhookDeliveryView]:
        """List what is sent to an endpoint.

        List deliveries, newest first; `dead` are those that were tried as often as they are.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/webhooks/endpoints/{endpoint_id}/deliveries`, permission `kernel:webhook:read`.
        """
        return self._pages(
            models.WebhookDeliveryViewPage,
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/deliveries",
            query={"state": state, "event": event, "replay_id": replay_id, "limit": limit},
        )

    def list_endpoints(
        self,
        *,
        state: Literal["enabled", "disabled"] | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.EndpointViewPage:
        """List webhook endpoints.

        List endpoints, oldest first.

        `GET /api/v1/webhooks/endpoints`, permission `kernel:webhook:read`.
        """
        return self._send(
            models.EndpointViewPage,
            "GET",
            "/api/v1/webhooks/endpoints",
            query={"state": state, "after": after, "limit": limit},
        )

    def iterate_endpoints(
        self, *, state: Literal["enabled", "disabled"] | None = None, limit: int | None = None
    ) -> Iterator[models.EndpointView]:
        """List webhook endpoints.

        List endpoints, oldest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/webhooks/endpoints`, permission `kernel:webhook:read`.
        """
        return self._pages(
            models.EndpointViewPage, "/api/v1/webhooks/endpoints", query={"state": state, "limit": limit}
        )

    def list_intakes(self) -> builtins.list[str]:
        """List kinds of proposal.

        List the kinds of proposal that a source's messages may become.

        `GET /api/v1/webhooks/intakes`, permission `kernel:webhook:read`.
        """
        return self._send(builtins.list[str], "GET", "/api/v1/webhooks/intakes")

    def list_messages(
        self,
        webhook_source_id: uuid.UUID | str,
        *,
        state: Literal["kept", "waiting", "proposed", "quarantined"] | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.WebhookMessageViewPage:
        """List what a source sent.

        List messages, newest first, without their bodies.

        `GET /api/v1/webhooks/sources/{webhook_source_id}/messages`, permission `kernel:webhook:read`.
        """
        return self._send(
            models.WebhookMessageViewPage,
            "GET",
            f"/api/v1/webhooks/sources/{quoted(webhook_source_id)}/messages",
            query={"state": state, "after": after, "limit": limit},
        )

    def iterate_messages(
        self,
        webhook_source_id: uuid.UUID | str,
        *,
        state: Literal["kept", "waiting", "proposed", "quarantined"] | None = None,
        limit: int | None = None,
    ) -> Iterator[models.WebhookMessageView]:
        """List what a source sent.

        List messages, newest first, without their bodies.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/webhooks/sources/{webhook_source_id}/messages`, permission `kernel:webhook:read`.
        """
        return self._pages(
            models.WebhookMessageViewPage,
            f"/api/v1/webhooks/sources/{quoted(webhook_source_id)}/messages",
            query={"state": state, "limit": limit},
        )

    def list_replays(
        self, endpoint_id: uuid.UUID | str, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.WebhookReplayViewPage:
        """List an endpoint's replays.

        List stretches of the log that were sent once more, newest first.

        `GET /api/v1/webhooks/endpoints/{endpoint_id}/replays`, permission `kernel:webhook:read`.
        """
        return self._send(
            models.WebhookReplayViewPage,
            "GET",
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/replays",
            query={"after": after, "limit": limit},
        )

    def iterate_replays(
        self, endpoint_id: uuid.UUID | str, *, limit: int | None = None
    ) -> Iterator[models.WebhookReplayView]:
        """List an endpoint's replays.

        List stretches of the log that were sent once more, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/webhooks/endpoints/{endpoint_id}/replays`, permission `kernel:webhook:read`.
        """
        return self._pages(
            models.WebhookReplayViewPage,
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/replays",
            query={"limit": limit},
        )

    def list_sources(
        self, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.WebhookSourceViewPage:
        """List webhook sources.

        List who may send messages in, oldest first.

        `GET /api/v1/webhooks/sources`, permission `kernel:webhook:read`.
        """
        return self._send(
            models.WebhookSourceViewPage, "GET", "/api/v1/webhooks/sources", query={"after": after, "limit": limit}
        )

    def iterate_sources(self, *, limit: int | None = None) -> Iterator[models.WebhookSourceView]:
        """List webhook sources.

        List who may send messages in, oldest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/webhooks/sources`, permission `kernel:webhook:read`.
        """
        return self._pages(models.WebhookSourceViewPage, "/api/v1/webhooks/sources", query={"limit": limit})

    def ping(self, endpoint_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.PingSent:
        """Send a test to an endpoint.

        Queue a test message (type kernel.webhook.ping); its delivery shows within a second what became of it.

        `POST /api/v1/webhooks/endpoints/{endpoint_id}/ping`, permission `kernel:webhook:manage`.
        """
        return self._send(
            models.PingSent,
            "POST",
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/ping",
            once=True,
            key=idempotency_key,
        )

    def remove_endpoint(self, endpoint_id: uuid.UUID | str) -> None:
        """Remove a webhook endpoint.

        Remove an endpoint with its deliveries and its secret; the log of events stays.

        `DELETE /api/v1/webhooks/endpoints/{endpoint_id}`, permission `kernel:webhook:manage`.
        """
        self._act("DELETE", f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}")

    def remove_source(self, webhook_source_id: uuid.UUID | str) -> None:
        """Remove a webhook source.

        Remove a source with its messages and its secret; what was proposed stays.

        `DELETE /api/v1/webhooks/sources/{webhook_source_id}`, permission `kernel:webhook:manage`.
        """
        self._act("DELETE", f"/api/v1/webhooks/sources/{quoted(webhook_source_id)}")

    def retry_delivery(
        self, webhook_delivery_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.WebhookDeliveryView:
        """Send a delivery again.

        Send a delivery again now, whatever became of it, under the same webhook-id.

        `POST /api/v1/webhooks/deliveries/{webhook_delivery_id}/retry`, permission `kernel:webhook:manage`.
        """
        return self._send(
            models.WebhookDeliveryView,
            "POST",
            f"/api/v1/webhooks/deliveries/{quoted(webhook_delivery_id)}/retry",
            once=True,
            key=idempotency_key,
        )

    def retry_failed(
        self, endpoint_id: uuid.UUID | str, *, since: datetime.datetime, idempotency_key: str | None = None
    ) -> models.DeliveriesRetried:
        """Send again what failed.

        Send again now all that is dead, or waits after a failure, of the deliveries created since a moment.

        `POST /api/v1/webhooks/endpoints/{endpoint_id}/retry`, permission `kernel:webhook:manage`.
        """
        return self._send(
            models.DeliveriesRetried,
            "POST",
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/retry",
            fields={"since": since},
            once=True,
            key=idempotency_key,
        )

    def retry_message(
        self, webhook_message_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.WebhookMessageView:
        """Try a message again.

        Propose a message that was set aside once more, by the source's mapping of now.

        `POST /api/v1/webhooks/messages/{webhook_message_id}/retry`, permission `kernel:webhook:manage`.
        """
        return self._send(
            models.WebhookMessageView,
            "POST",
            f"/api/v1/webhooks/messages/{quoted(webhook_message_id)}/retry",
            once=True,
            key=idempotency_key,
        )

    def rotate_endpoint(
        self, endpoint_id: uuid.UUID | str, *, overlap_hours: int | None = None, idempotency_key: str | None = None
    ) -> models.EndpointMade:
        """Give an endpoint a new secret.

        Make a new signing secret, shown this once; for the hours of overlap messages carry signatures of
        both.

        `POST /api/v1/webhooks/endpoints/{endpoint_id}/rotate`, permission `kernel:webhook:manage`.
        """
        return self._send(
            models.EndpointMade,
            "POST",
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/rotate",
            options={"overlap_hours": overlap_hours},
            fields={},
            once=True,
            key=idempotency_key,
        )

    def rotate_source(
        self,
        webhook_source_id: uuid.UUID | str,
        *,
        overlap_hours: int | None = None,
        secret: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.SourceMade:
        """Give a source a new secret.

        Give a source a new secret; for the hours of overlap the old one is taken as well.

        `POST /api/v1/webhooks/sources/{webhook_source_id}/rotate`, permission `kernel:webhook:manage`.
        """
        return self._send(
            models.SourceMade,
            "POST",
            f"/api/v1/webhooks/sources/{quoted(webhook_source_id)}/rotate",
            options={"overlap_hours": overlap_hours, "secret": secret},
            fields={},
            once=True,
            key=idempotency_key,
        )

    def start_replay(
        self,
        endpoint_id: uuid.UUID | str,
        *,
        after: str | None = None,
        events: Sequence[str] | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.WebhookReplayView:
        """Send a stretch of the log again.

        Send once more what stands in the log of events, at most 100,000 events; one replay to an endpoint at
        a time.

        `POST /api/v1/webhooks/endpoints/{endpoint_id}/replays`, permission `kernel:webhook:manage`.
        """
        return self._send(
            models.WebhookReplayView,
            "POST",
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/replays",
            options={"after": after, "events": events, "since": since, "until": until},
            fields={},
            once=True,
            key=idempotency_key,
        )

    def stop_replay(
        self, webhook_replay_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.WebhookReplayView:
        """Stop a webhook replay.

        Stop a replay; what is queued already is still sent.

        `POST /api/v1/webhooks/replays/{webhook_replay_id}/stop`, permission `kernel:webhook:manage`.
        """
        return self._send(
            models.WebhookReplayView,
            "POST",
            f"/api/v1/webhooks/replays/{quoted(webhook_replay_id)}/stop",
            once=True,
            key=idempotency_key,
        )

    def take_hook(self, webhook_source_id: uuid.UUID | str) -> models.HookTaken:
        """Send a signed message in.

        Take a message whose signature holds by the scheme of its source; the same one again changes nothing.

        Whatever is wrong, the answer is 401 and no more: what it was stands with the source, for those who
        may see it.

        `POST /api/v1/hooks/{webhook_source_id}`.
        """
        return self._send(models.HookTaken, "POST", f"/api/v1/hooks/{quoted(webhook_source_id)}")


class AsyncWebhooks(AsyncGroup):
    """The operations of webhooks, for asynchronous programs."""

    async def change_endpoint(
        self,
        endpoint_id: uuid.UUID | str,
        *,
        revision: int,
        description: str | Omitted | None = OMITTED,
        enabled: bool | Omitted | None = OMITTED,
        events: Sequence[str] | Omitted | None = OMITTED,
        resume: Literal["now", "where_it_stopped"] | Omitted = OMITTED,
        url: str | Omitted | None = OMITTED,
    ) -> models.EndpointView:
        """Change a webhook endpoint.

        Change what is given; one that is enabled again goes on from now, or from where it stopped.

        `PATCH /api/v1/webhooks/endpoints/{endpoint_id}`, permission `kernel:webhook:manage`.
        """
        return await self._send(
            models.EndpointView,
            "PATCH",
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}",
            fields={"revision": revision},
            options={"description": description, "enabled": enabled, "events": events, "resume": resume, "url": url},
        )

    async def change_source(
        self,
        webhook_source_id: uuid.UUID | str,
        *,
        name: str,
        revision: int,
        enabled: bool | Omitted = OMITTED,
        header: str | Omitted | None = OMITTED,
        kind: str | Omitted | None = OMITTED,
        mapping: Mapping[str, Mapping[str, Any]] | Omitted = OMITTED,
        scheme: Literal["standard", "plain", "timed"] | Omitted = OMITTED,
    ) -> models.WebhookSourceView:
        """Change a webhook source.

        Replace what is said of a source.

        `PUT /api/v1/webhooks/sources/{webhook_source_id}`, permission `kernel:webhook:manage`.
        """
        return await self._send(
            models.WebhookSourceView,
            "PUT",
            f"/api/v1/webhooks/sources/{quoted(webhook_source_id)}",
            fields={"name": name, "revision": revision},
            options={"enabled": enabled, "header": header, "kind": kind, "mapping": mapping, "scheme": scheme},
        )

    async def create_endpoint(
        self,
        *,
        events: Sequence[str],
        url: str,
        description: str | None = None,
        enabled: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.EndpointMade:
        """Add a webhook endpoint.

        Add an address that is told of what happens from now on. The answer shows its signing secret, this
        once.

        `POST /api/v1/webhooks/endpoints`, permission `kernel:webhook:manage`.
        """
        return await self._send(
            models.EndpointMade,
            "POST",
            "/api/v1/webhooks/endpoints",
            fields={"events": events, "url": url},
            options={"description": description, "enabled": enabled},
            once=True,
            key=idempotency_key,
        )

    async def create_source(
        self,
        *,
        name: str,
        enabled: bool | None = None,
        header: str | None = None,
        kind: str | None = None,
        mapping: Mapping[str, Mapping[str, Any]] | None = None,
        scheme: Literal["standard", "plain", "timed"] | None = None,
        secret: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.SourceMade:
        """Add a webhook source.

        Add who may send messages in; where we make the secret, the answer shows it, this once.

        `POST /api/v1/webhooks/sources`, permission `kernel:webhook:manage`.
        """
        return await self._send(
            models.SourceMade,
            "POST",
            "/api/v1/webhooks/sources",
            fields={"name": name},
            options={
                "enabled": enabled,
                "header": header,
                "kind": kind,
                "mapping": mapping,
                "scheme": scheme,
                "secret": secret,
            },
            once=True,
            key=idempotency_key,
        )

    async def get_delivery(self, webhook_delivery_id: uuid.UUID | str) -> models.WebhookDeliveryDetail:
        """Return a webhook delivery.

        Return a delivery with every try: status, milliseconds, how the answer began.

        `GET /api/v1/webhooks/deliveries/{webhook_delivery_id}`, permission `kernel:webhook:read`.
        """
        return await self._send(
            models.WebhookDeliveryDetail, "GET", f"/api/v1/webhooks/deliveries/{quoted(webhook_delivery_id)}"
        )

    async def get_endpoint(self, endpoint_id: uuid.UUID | str) -> models.EndpointView:
        """Return a webhook endpoint.

        Return an endpoint with how it does.

        `GET /api/v1/webhooks/endpoints/{endpoint_id}`, permission `kernel:webhook:read`.
        """
        return await self._send(models.EndpointView, "GET", f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}")

    async def get_message(self, webhook_message_id: uuid.UUID | str) -> models.WebhookMessageDetail:
        """Return a message that came in.

        Return a message as it came, for those who manage webhooks: it may hold personal data.

        `GET /api/v1/webhooks/messages/{webhook_message_id}`, permission `kernel:webhook:manage`.
        """
        return await self._send(
            models.WebhookMessageDetail, "GET", f"/api/v1/webhooks/messages/{quoted(webhook_message_id)}"
        )

    async def get_replay(self, webhook_replay_id: uuid.UUID | str) -> models.WebhookReplayView:
        """Return a webhook replay.

        Return a replay with how far it came.

        `GET /api/v1/webhooks/replays/{webhook_replay_id}`, permission `kernel:webhook:read`.
        """
        return await self._send(
            models.WebhookReplayView, "GET", f"/api/v1/webhooks/replays/{quoted(webhook_replay_id)}"
        )

    async def get_source(self, webhook_source_id: uuid.UUID | str) -> models.WebhookSourceView:
        """Return a webhook source.

        Return a source with what came, what came twice, what was refused and what is set aside.

        `GET /api/v1/webhooks/sources/{webhook_source_id}`, permission `kernel:webhook:read`.
        """
        return await self._send(
            models.WebhookSourceView, "GET", f"/api/v1/webhooks/sources/{quoted(webhook_source_id)}"
        )

    async def list_deliveries(
        self,
        endpoint_id: uuid.UUID | str,
        *,
        state: Literal["waiting", "delivered", "dead"] | None = None,
        event: str | None = None,
        replay_id: uuid.UUID | str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.WebhookDeliveryViewPage:
        """List what is sent to an endpoint.

        List deliveries, newest first; `dead` are those that were tried as often as they are.

        `GET /api/v1/webhooks/endpoints/{endpoint_id}/deliveries`, permission `kernel:webhook:read`.
        """
        return await self._send(
            models.WebhookDeliveryViewPage,
            "GET",
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/deliveries",
            query={"state": state, "event": event, "replay_id": replay_id, "after": after, "limit": limit},
        )

    def iterate_deliveries(
        self,
        endpoint_id: uuid.UUID | str,
        *,
        state: Literal["waiting", "delivered", "dead"] | None = None,
        event: str | None = None,
        replay_id: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.WebhookDeliveryView]:
        """List what is sent to an endpoint.

        List deliveries, newest first; `dead` are those that were tried as often as they are.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/webhooks/endpoints/{endpoint_id}/deliveries`, permission `kernel:webhook:read`.
        """
        return self._pages(
            models.WebhookDeliveryViewPage,
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/deliveries",
            query={"state": state, "event": event, "replay_id": replay_id, "limit": limit},
        )

    async def list_endpoints(
        self,
        *,
        state: Literal["enabled", "disabled"] | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.EndpointViewPage:
        """List webhook endpoints.

        List endpoints, oldest first.

        `GET /api/v1/webhooks/endpoints`, permission `kernel:webhook:read`.
        """
        return await self._send(
            models.EndpointViewPage,
            "GET",
            "/api/v1/webhooks/endpoints",
            query={"state": state, "after": after, "limit": limit},
        )

    def iterate_endpoints(
        self, *, state: Literal["enabled", "disabled"] | None = None, limit: int | None = None
    ) -> AsyncIterator[models.EndpointView]:
        """List webhook endpoints.

        List endpoints, oldest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/webhooks/endpoints`, permission `kernel:webhook:read`.
        """
        return self._pages(
            models.EndpointViewPage, "/api/v1/webhooks/endpoints", query={"state": state, "limit": limit}
        )

    async def list_intakes(self) -> builtins.list[str]:
        """List kinds of proposal.

        List the kinds of proposal that a source's messages may become.

        `GET /api/v1/webhooks/intakes`, permission `kernel:webhook:read`.
        """
        return await self._send(builtins.list[str], "GET", "/api/v1/webhooks/intakes")

    async def list_messages(
        self,
        webhook_source_id: uuid.UUID | str,
        *,
        state: Literal["kept", "waiting", "proposed", "quarantined"] | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.WebhookMessageViewPage:
        """List what a source sent.

        List messages, newest first, without their bodies.

        `GET /api/v1/webhooks/sources/{webhook_source_id}/messages`, permission `kernel:webhook:read`.
        """
        return await self._send(
            models.WebhookMessageViewPage,
            "GET",
            f"/api/v1/webhooks/sources/{quoted(webhook_source_id)}/messages",
            query={"state": state, "after": after, "limit": limit},
        )

    def iterate_messages(
        self,
        webhook_source_id: uuid.UUID | str,
        *,
        state: Literal["kept", "waiting", "proposed", "quarantined"] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.WebhookMessageView]:
        """List what a source sent.

        List messages, newest first, without their bodies.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/webhooks/sources/{webhook_source_id}/messages`, permission `kernel:webhook:read`.
        """
        return self._pages(
            models.WebhookMessageViewPage,
            f"/api/v1/webhooks/sources/{quoted(webhook_source_id)}/messages",
            query={"state": state, "limit": limit},
        )

    async def list_replays(
        self, endpoint_id: uuid.UUID | str, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.WebhookReplayViewPage:
        """List an endpoint's replays.

        List stretches of the log that were sent once more, newest first.

        `GET /api/v1/webhooks/endpoints/{endpoint_id}/replays`, permission `kernel:webhook:read`.
        """
        return await self._send(
            models.WebhookReplayViewPage,
            "GET",
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/replays",
            query={"after": after, "limit": limit},
        )

    def iterate_replays(
        self, endpoint_id: uuid.UUID | str, *, limit: int | None = None
    ) -> AsyncIterator[models.WebhookReplayView]:
        """List an endpoint's replays.

        List stretches of the log that were sent once more, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/webhooks/endpoints/{endpoint_id}/replays`, permission `kernel:webhook:read`.
        """
        return self._pages(
            models.WebhookReplayViewPage,
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/replays",
            query={"limit": limit},
        )

    async def list_sources(
        self, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.WebhookSourceViewPage:
        """List webhook sources.

        List who may send messages in, oldest first.

        `GET /api/v1/webhooks/sources`, permission `kernel:webhook:read`.
        """
        return await self._send(
            models.WebhookSourceViewPage, "GET", "/api/v1/webhooks/sources", query={"after": after, "limit": limit}
        )

    def iterate_sources(self, *, limit: int | None = None) -> AsyncIterator[models.WebhookSourceView]:
        """List webhook sources.

        List who may send messages in, oldest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/webhooks/sources`, permission `kernel:webhook:read`.
        """
        return self._pages(models.WebhookSourceViewPage, "/api/v1/webhooks/sources", query={"limit": limit})

    async def ping(self, endpoint_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.PingSent:
        """Send a test to an endpoint.

        Queue a test message (type kernel.webhook.ping); its delivery shows within a second what became of it.

        `POST /api/v1/webhooks/endpoints/{endpoint_id}/ping`, permission `kernel:webhook:manage`.
        """
        return await self._send(
            models.PingSent,
            "POST",
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/ping",
            once=True,
            key=idempotency_key,
        )

    async def remove_endpoint(self, endpoint_id: uuid.UUID | str) -> None:
        """Remove a webhook endpoint.

        Remove an endpoint with its deliveries and its secret; the log of events stays.

        `DELETE /api/v1/webhooks/endpoints/{endpoint_id}`, permission `kernel:webhook:manage`.
        """
        await self._act("DELETE", f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}")

    async def remove_source(self, webhook_source_id: uuid.UUID | str) -> None:
        """Remove a webhook source.

        Remove a source with its messages and its secret; what was proposed stays.

        `DELETE /api/v1/webhooks/sources/{webhook_source_id}`, permission `kernel:webhook:manage`.
        """
        await self._act("DELETE", f"/api/v1/webhooks/sources/{quoted(webhook_source_id)}")

    async def retry_delivery(
        self, webhook_delivery_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.WebhookDeliveryView:
        """Send a delivery again.

        Send a delivery again now, whatever became of it, under the same webhook-id.

        `POST /api/v1/webhooks/deliveries/{webhook_delivery_id}/retry`, permission `kernel:webhook:manage`.
        """
        return await self._send(
            models.WebhookDeliveryView,
            "POST",
            f"/api/v1/webhooks/deliveries/{quoted(webhook_delivery_id)}/retry",
            once=True,
            key=idempotency_key,
        )

    async def retry_failed(
        self, endpoint_id: uuid.UUID | str, *, since: datetime.datetime, idempotency_key: str | None = None
    ) -> models.DeliveriesRetried:
        """Send again what failed.

        Send again now all that is dead, or waits after a failure, of the deliveries created since a moment.

        `POST /api/v1/webhooks/endpoints/{endpoint_id}/retry`, permission `kernel:webhook:manage`.
        """
        return await self._send(
            models.DeliveriesRetried,
            "POST",
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/retry",
            fields={"since": since},
            once=True,
            key=idempotency_key,
        )

    async def retry_message(
        self, webhook_message_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.WebhookMessageView:
        """Try a message again.

        Propose a message that was set aside once more, by the source's mapping of now.

        `POST /api/v1/webhooks/messages/{webhook_message_id}/retry`, permission `kernel:webhook:manage`.
        """
        return await self._send(
            models.WebhookMessageView,
            "POST",
            f"/api/v1/webhooks/messages/{quoted(webhook_message_id)}/retry",
            once=True,
            key=idempotency_key,
        )

    async def rotate_endpoint(
        self, endpoint_id: uuid.UUID | str, *, overlap_hours: int | None = None, idempotency_key: str | None = None
    ) -> models.EndpointMade:
        """Give an endpoint a new secret.

        Make a new signing secret, shown this once; for the hours of overlap messages carry signatures of
        both.

        `POST /api/v1/webhooks/endpoints/{endpoint_id}/rotate`, permission `kernel:webhook:manage`.
        """
        return await self._send(
            models.EndpointMade,
            "POST",
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/rotate",
            options={"overlap_hours": overlap_hours},
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def rotate_source(
        self,
        webhook_source_id: uuid.UUID | str,
        *,
        overlap_hours: int | None = None,
        secret: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.SourceMade:
        """Give a source a new secret.

        Give a source a new secret; for the hours of overlap the old one is taken as well.

        `POST /api/v1/webhooks/sources/{webhook_source_id}/rotate`, permission `kernel:webhook:manage`.
        """
        return await self._send(
            models.SourceMade,
            "POST",
            f"/api/v1/webhooks/sources/{quoted(webhook_source_id)}/rotate",
            options={"overlap_hours": overlap_hours, "secret": secret},
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def start_replay(
        self,
        endpoint_id: uuid.UUID | str,
        *,
        after: str | None = None,
        events: Sequence[str] | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.WebhookReplayView:
        """Send a stretch of the log again.

        Send once more what stands in the log of events, at most 100,000 events; one replay to an endpoint at
        a time.

        `POST /api/v1/webhooks/endpoints/{endpoint_id}/replays`, permission `kernel:webhook:manage`.
        """
        return await self._send(
            models.WebhookReplayView,
            "POST",
            f"/api/v1/webhooks/endpoints/{quoted(endpoint_id)}/replays",
            options={"after": after, "events": events, "since": since, "until": until},
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def stop_replay(
        self, webhook_replay_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.WebhookReplayView:
        """Stop a webhook replay.

        Stop a replay; what is queued already is still sent.

        `POST /api/v1/webhooks/replays/{webhook_replay_id}/stop`, permission `kernel:webhook:manage`.
        """
        return await self._send(
            models.WebhookReplayView,
            "POST",
            f"/api/v1/webhooks/replays/{quoted(webhook_replay_id)}/stop",
            once=True,
            key=idempotency_key,
        )

    async def take_hook(self, webhook_source_id: uuid.UUID | str) -> models.HookTaken:
        """Send a signed message in.

        Take a message whose signature holds by the scheme of its source; the same one again changes nothing.

        Whatever is wrong, the answer is 401 and no more: what it was stands with the source, for those who
        may see it.

        `POST /api/v1/hooks/{webhook_source_id}`.
        """
        return await self._send(models.HookTaken, "POST", f"/api/v1/hooks/{quoted(webhook_source_id)}")
