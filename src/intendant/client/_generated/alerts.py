"""The operations of alerts. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Literal

from intendant.client._generated.models import alerts as models
from intendant.client._groups import AsyncGroup, Group, quoted


class Alerts(Group):
    """The operations of alerts."""

    def acknowledge(self, alert_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.AlertView:
        """Acknowledge an alert.

        Say that you have seen an alert and look into it; it stays open.

        `POST /api/admin/autonomous-business/alerts/{alert_id}/acknowledge`, permission
        `kernel:alert:resolve`.
        """
        return self._send(
            models.AlertView,
            "POST",
            f"/api/admin/autonomous-business/alerts/{quoted(alert_id)}/acknowledge",
            once=True,
            key=idempotency_key,
        )

    def assign(
        self, alert_id: uuid.UUID | str, *, user_id: uuid.UUID | str | None, idempotency_key: str | None = None
    ) -> models.AlertView:
        """Assign an alert.

        Assign an alert to a member, or to nobody.

        `POST /api/admin/autonomous-business/alerts/{alert_id}/assign`, permission `kernel:alert:resolve`.
        """
        return self._send(
            models.AlertView,
            "POST",
            f"/api/admin/autonomous-business/alerts/{quoted(alert_id)}/assign",
            fields={"user_id": user_id},
            once=True,
            key=idempotency_key,
        )

    def count(
        self,
        *,
        state: Literal["open", "acknowledged", "snoozed", "resolved", "cleared"] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        kind: Sequence[Literal["intervention", "anomaly", "performance", "security"]] | None = None,
        cause: str | None = None,
        component: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
    ) -> models.AlertFacets:
        """Count alerts.

        Count alerts by severity, kind (each without its own filter), state and the first word of their cause.

        `GET /api/admin/autonomous-business/alerts/facets`, permission `kernel:alert:read`.
        """
        return self._send(
            models.AlertFacets,
            "GET",
            "/api/admin/autonomous-business/alerts/facets",
            query={
                "state": state,
                "severity": severity,
                "kind": kind,
                "cause": cause,
                "component": component,
                "assignee": assignee,
            },
        )

    def end(
        self,
        alert_id: uuid.UUID | str,
        *,
        note: str | None = None,
        state: Literal["resolved", "cleared"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.AlertView:
        """Resolve or clear an alert.

        `POST /api/admin/autonomous-business/alerts/{alert_id}/end`, permission `kernel:alert:resolve`.
        """
        return self._send(
            models.AlertView,
            "POST",
            f"/api/admin/autonomous-business/alerts/{quoted(alert_id)}/end",
            options={"note": note, "state": state},
            fields={},
            once=True,
            key=idempotency_key,
        )

    def end_alerts(
        self,
        *,
        alert_ids: Sequence[uuid.UUID | str] | None = None,
        note: str | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        state: Literal["resolved", "cleared"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.AlertsEnded:
        """Resolve or clear alerts.

        Resolve or clear the alerts that are named, or all that are open, at most a thousand at once.

        `POST /api/admin/autonomous-business/alerts/end`, permission `kernel:alert:resolve`.
        """
        return self._send(
            models.AlertsEnded,
            "POST",
            "/api/admin/autonomous-business/alerts/end",
            options={"alert_ids": alert_ids, "note": note, "severity": severity, "state": state},
            fields={},
            once=True,
            key=idempotency_key,
        )

    def get(self, alert_id: uuid.UUID | str) -> models.AlertDetail:
        """Return an alert.

        Return one alert with what it refers to.

        `GET /api/admin/autonomous-business/alerts/{alert_id}`, permission `kernel:alert:read`.
        """
        return self._send(models.AlertDetail, "GET", f"/api/admin/autonomous-business/alerts/{quoted(alert_id)}")

    def get_timeline(self, alert_id: uuid.UUID | str) -> models.AlertTimeline:
        """Return what became of an alert.

        Return what people did with an alert, and who was told when over which channel and what came of it.

        `GET /api/admin/autonomous-business/alerts/{alert_id}/timeline`, permission `kernel:alert:read`.
        """
        return self._send(
            models.AlertTimeline, "GET", f"/api/admin/autonomous-business/alerts/{quoted(alert_id)}/timeline"
        )

    def group(
        self,
        *,
        by: Literal["cause", "component", "kind", "severity"] | None = None,
        state: Literal["open", "acknowledged", "snoozed", "resolved", "cleared"] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        kind: Sequence[Literal["intervention", "anomaly", "performance", "security"]] | None = None,
        cause: str | None = None,
        component: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> models.AlertGroupPage:
        """Group alerts.

        Group alerts by cause, component, kind or severity, in the order of the key, each with its count and
        worst severity.

        `GET /api/admin/autonomous-business/alerts/groups`, permission `kernel:alert:read`.
        """
        return self._send(
            models.AlertGroupPage,
            "GET",
            "/api/admin/autonomous-business/alerts/groups",
            query={
                "by": by,
                "state": state,
                "severity": severity,
                "kind": kind,
                "cause": cause,
                "component": component,
                "assignee": assignee,
                "after": after,
                "limit": limit,
            },
        )

    def iterate_group(
        self,
        *,
        by: Literal["cause", "component", "kind", "severity"] | None = None,
        state: Literal["open", "acknowledged", "snoozed", "resolved", "cleared"] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        kind: Sequence[Literal["intervention", "anomaly", "performance", "security"]] | None = None,
        cause: str | None = None,
        component: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> Iterator[models.AlertGroup]:
        """Group alerts.

        Group alerts by cause, component, kind or severity, in the order of the key, each with its count and
        worst severity.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/admin/autonomous-business/alerts/groups`, permission `kernel:alert:read`.
        """
        return self._pages(
            models.AlertGroupPage,
            "/api/admin/autonomous-business/alerts/groups",
            query={
                "by": by,
                "state": state,
                "severity": severity,
                "kind": kind,
                "cause": cause,
                "component": component,
                "assignee": assignee,
                "limit": limit,
            },
        )

    def list(
        self,
        *,
        state: Literal["open", "acknowledged", "snoozed", "resolved", "cleared"] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        kind: Sequence[Literal["intervention", "anomaly", "performance", "security"]] | None = None,
        cause: str | None = None,
        component: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.AlertViewPage:
        """List alerts.

        List alerts, newest first. `open` are those not ended and not snoozed; `acknowledged` are those of
        them seen.

        `GET /api/admin/autonomous-business/alerts`, permission `kernel:alert:read`.
        """
        return self._send(
            models.AlertViewPage,
            "GET",
            "/api/admin/autonomous-business/alerts",
            query={
                "state": state,
                "severity": severity,
                "kind": kind,
                "cause": cause,
                "component": component,
                "assignee": assignee,
                "after": after,
                "limit": limit,
            },
        )

    def iterate(
        self,
        *,
        state: Literal["open", "acknowledged", "snoozed", "resolved", "cleared"] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        kind: Sequence[Literal["intervention", "anomaly", "performance", "security"]] | None = None,
        cause: str | None = None,
        component: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> Iterator[models.AlertView]:
        """List alerts.

        List alerts, newest first. `open` are those not ended and not snoozed; `acknowledged` are those of
        them seen.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/admin/autonomous-business/alerts`, permission `kernel:alert:read`.
        """
        return self._pages(
            models.AlertViewPage,
            "/api/admin/autonomous-business/alerts",
            query={
                "state": state,
                "severity": severity,
                "kind": kind,
                "cause": cause,
                "component": component,
                "assignee": assignee,
                "limit": limit,
            },
        )

    def snooze(
        self,
        alert_id: uuid.UUID | str,
        *,
        minutes: int | None = None,
        until: datetime.datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.AlertView:
        """Snooze an alert.

        Put an alert out of sight for a while; it comes back when the time is over or when it grows worse.

        `POST /api/admin/autonomous-business/alerts/{alert_id}/snooze`, permission `kernel:alert:resolve`.
        """
        return self._send(
            models.AlertView,
            "POST",
            f"/api/admin/autonomous-business/alerts/{quoted(alert_id)}/snooze",
            options={"minutes": minutes, "until": until},
            fields={},
            once=True,
            key=idempotency_key,
        )

    def wake(self, alert_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.AlertView:
        """End an alert's snooze.

        Bring a snoozed alert back now.

        `POST /api/admin/autonomous-business/alerts/{alert_id}/wake`, permission `kernel:alert:resolve`.
        """
        return self._send(
            models.AlertView,
            "POST",
            f"/api/admin/autonomous-business/alerts/{quoted(alert_id)}/wake",
            once=True,
            key=idempotency_key,
        )


class AsyncAlerts(AsyncGroup):
    """The operations of alerts, for asynchronous programs."""

    async def acknowledge(self, alert_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.AlertView:
        """Acknowledge an alert.

        Say that you have seen an alert and look into it; it stays open.

        `POST /api/admin/autonomous-business/alerts/{alert_id}/acknowledge`, permission
        `kernel:alert:resolve`.
        """
        return await self._send(
            models.AlertView,
            "POST",
            f"/api/admin/autonomous-business/alerts/{quoted(alert_id)}/acknowledge",
            once=True,
            key=idempotency_key,
        )

    async def assign(
        self, alert_id: uuid.UUID | str, *, user_id: uuid.UUID | str | None, idempotency_key: str | None = None
    ) -> models.AlertView:
        """Assign an alert.

        Assign an alert to a member, or to nobody.

        `POST /api/admin/autonomous-business/alerts/{alert_id}/assign`, permission `kernel:alert:resolve`.
        """
        return await self._send(
            models.AlertView,
            "POST",
            f"/api/admin/autonomous-business/alerts/{quoted(alert_id)}/assign",
            fields={"user_id": user_id},
            once=True,
            key=idempotency_key,
        )

    async def count(
        self,
        *,
        state: Literal["open", "acknowledged", "snoozed", "resolved", "cleared"] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        kind: Sequence[Literal["intervention", "anomaly", "performance", "security"]] | None = None,
        cause: str | None = None,
        component: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
    ) -> models.AlertFacets:
        """Count alerts.

        Count alerts by severity, kind (each without its own filter), state and the first word of their cause.

        `GET /api/admin/autonomous-business/alerts/facets`, permission `kernel:alert:read`.
        """
        return await self._send(
            models.AlertFacets,
            "GET",
            "/api/admin/autonomous-business/alerts/facets",
            query={
                "state": state,
                "severity": severity,
                "kind": kind,
                "cause": cause,
                "component": component,
                "assignee": assignee,
            },
        )

    async def end(
        self,
        alert_id: uuid.UUID | str,
        *,
        note: str | None = None,
        state: Literal["resolved", "cleared"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.AlertView:
        """Resolve or clear an alert.

        `POST /api/admin/autonomous-business/alerts/{alert_id}/end`, permission `kernel:alert:resolve`.
        """
        return await self._send(
            models.AlertView,
            "POST",
            f"/api/admin/autonomous-business/alerts/{quoted(alert_id)}/end",
            options={"note": note, "state": state},
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def end_alerts(
        self,
        *,
        alert_ids: Sequence[uuid.UUID | str] | None = None,
        note: str | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        state: Literal["resolved", "cleared"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.AlertsEnded:
        """Resolve or clear alerts.

        Resolve or clear the alerts that are named, or all that are open, at most a thousand at once.

        `POST /api/admin/autonomous-business/alerts/end`, permission `kernel:alert:resolve`.
        """
        return await self._send(
            models.AlertsEnded,
            "POST",
            "/api/admin/autonomous-business/alerts/end",
            options={"alert_ids": alert_ids, "note": note, "severity": severity, "state": state},
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def get(self, alert_id: uuid.UUID | str) -> models.AlertDetail:
        """Return an alert.

        Return one alert with what it refers to.

        `GET /api/admin/autonomous-business/alerts/{alert_id}`, permission `kernel:alert:read`.
        """
        return await self._send(models.AlertDetail, "GET", f"/api/admin/autonomous-business/alerts/{quoted(alert_id)}")

    async def get_timeline(self, alert_id: uuid.UUID | str) -> models.AlertTimeline:
        """Return what became of an alert.

        Return what people did with an alert, and who was told when over which channel and what came of it.

        `GET /api/admin/autonomous-business/alerts/{alert_id}/timeline`, permission `kernel:alert:read`.
        """
        return await self._send(
            models.AlertTimeline, "GET", f"/api/admin/autonomous-business/alerts/{quoted(alert_id)}/timeline"
        )

    async def group(
        self,
        *,
        by: Literal["cause", "component", "kind", "severity"] | None = None,
        state: Literal["open", "acknowledged", "snoozed", "resolved", "cleared"] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        kind: Sequence[Literal["intervention", "anomaly", "performance", "security"]] | None = None,
        cause: str | None = None,
        component: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> models.AlertGroupPage:
        """Group alerts.

        Group alerts by cause, component, kind or severity, in the order of the key, each with its count and
        worst severity.

        `GET /api/admin/autonomous-business/alerts/groups`, permission `kernel:alert:read`.
        """
        return await self._send(
            models.AlertGroupPage,
            "GET",
            "/api/admin/autonomous-business/alerts/groups",
            query={
                "by": by,
                "state": state,
                "severity": severity,
                "kind": kind,
                "cause": cause,
                "component": component,
                "assignee": assignee,
                "after": after,
                "limit": limit,
            },
        )

    def iterate_group(
        self,
        *,
        by: Literal["cause", "component", "kind", "severity"] | None = None,
        state: Literal["open", "acknowledged", "snoozed", "resolved", "cleared"] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        kind: Sequence[Literal["intervention", "anomaly", "performance", "security"]] | None = None,
        cause: str | None = None,
        component: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.AlertGroup]:
        """Group alerts.

        Group alerts by cause, component, kind or severity, in the order of the key, each with its count and
        worst severity.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/admin/autonomous-business/alerts/groups`, permission `kernel:alert:read`.
        """
        return self._pages(
            models.AlertGroupPage,
            "/api/admin/autonomous-business/alerts/groups",
            query={
                "by": by,
                "state": state,
                "severity": severity,
                "kind": kind,
                "cause": cause,
                "component": component,
                "assignee": assignee,
                "limit": limit,
            },
        )

    async def list(
        self,
        *,
        state: Literal["open", "acknowledged", "snoozed", "resolved", "cleared"] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        kind: Sequence[Literal["intervention", "anomaly", "performance", "security"]] | None = None,
        cause: str | None = None,
        component: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.AlertViewPage:
        """List alerts.

        List alerts, newest first. `open` are those not ended and not snoozed; `acknowledged` are those of
        them seen.

        `GET /api/admin/autonomous-business/alerts`, permission `kernel:alert:read`.
        """
        return await self._send(
            models.AlertViewPage,
            "GET",
            "/api/admin/autonomous-business/alerts",
            query={
                "state": state,
                "severity": severity,
                "kind": kind,
                "cause": cause,
                "component": component,
                "assignee": assignee,
                "after": after,
                "limit": limit,
            },
        )

    def iterate(
        self,
        *,
        state: Literal["open", "acknowledged", "snoozed", "resolved", "cleared"] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        kind: Sequence[Literal["intervention", "anomaly", "performance", "security"]] | None = None,
        cause: str | None = None,
        component: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.AlertView]:
        """List alerts.

        List alerts, newest first. `open` are those not ended and not snoozed; `acknowledged` are those of
        them seen.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/admin/autonomous-business/alerts`, permission `kernel:alert:read`.
        """
        return self._pages(
            models.AlertViewPage,
            "/api/admin/autonomous-business/alerts",
            query={
                "state": state,
                "severity": severity,
                "kind": kind,
                "cause": cause,
                "component": component,
                "assignee": assignee,
                "limit": limit,
            },
        )

    async def snooze(
        self,
        alert_id: uuid.UUID | str,
        *,
        minutes: int | None = None,
        until: datetime.datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.AlertView:
        """Snooze an alert.

        Put an alert out of sight for a while; it comes back when the time is over or when it grows worse.

        `POST /api/admin/autonomous-business/alerts/{alert_id}/snooze`, permission `kernel:alert:resolve`.
        """
        return await self._send(
            models.AlertView,
            "POST",
            f"/api/admin/autonomous-business/alerts/{quoted(alert_id)}/snooze",
            options={"minutes": minutes, "until": until},
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def wake(self, alert_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.AlertView:
        """End an alert's snooze.

        Bring a snoozed alert back now.

        `POST /api/admin/autonomous-business/alerts/{alert_id}/wake`, permission `kernel:alert:resolve`.
        """
        return await self._send(
            models.AlertView,
            "POST",
            f"/api/admin/autonomous-business/alerts/{quoted(alert_id)}/wake",
            once=True,
            key=idempotency_key,
        )
