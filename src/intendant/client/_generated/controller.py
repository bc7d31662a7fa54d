"""The operations of controller. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from intendant.client._generated.models import controller as models
from intendant.client._generated.models import shared
from intendant.client._groups import AsyncGroup, Group
from intendant.client._values import OMITTED, Omitted


class Controller(Group):
    """The operations of controller."""

    def get_config(self) -> models.ConfigurationView:
        """Return the configuration in force.

        `GET /api/admin/autonomous-business/config`, permission `kernel:config:read`.
        """
        return self._send(models.ConfigurationView, "GET", "/api/admin/autonomous-business/config")

    def halt(self, *, reason: str, idempotency_key: str | None = None) -> models.SwitchView:
        """Halt everything at once.

        Emergency stop: within a second no outside call starts, and open ones are aborted and become unknown.

        `POST /api/admin/autonomous-business/halt`, permission `kernel:switch:use`.
        """
        return self._send(
            models.SwitchView,
            "POST",
            "/api/admin/autonomous-business/halt",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def hand_back(self, *, component: str, reason: str, idempotency_key: str | None = None) -> shared.ComponentState:
        """Hand a component back.

        `POST /api/admin/autonomous-business/hand-back`, permission `kernel:component:control`.
        """
        return self._send(
            shared.ComponentState,
            "POST",
            "/api/admin/autonomous-business/hand-back",
            fields={"component": component, "reason": reason},
            once=True,
            key=idempotency_key,
        )

    def health_check(self, *, idempotency_key: str | None = None) -> models.HealthCheck:
        """Check the health of the parts.

        Check the parts now: database, migrations, workers' heartbeats, effects unknown or failed within a
        day.

        `POST /api/admin/autonomous-business/health-check`, permission `kernel:switch:read`.
        """
        return self._send(
            models.HealthCheck, "POST", "/api/admin/autonomous-business/health-check", once=True, key=idempotency_key
        )

    def put_config(
        self, *, changes: Mapping[str, Any], reason: str, replaces: int | Omitted | None = OMITTED
    ) -> models.ConfigurationView:
        """Change the configuration.

        Change the configuration; a new version with author and reason.

        `PUT /api/admin/autonomous-business/config`, permission `kernel:config:update`.
        """
        return self._send(
            models.ConfigurationView,
            "PUT",
            "/api/admin/autonomous-business/config",
            fields={"changes": changes, "reason": reason},
            options={"replaces": replaces},
        )

    def start(self, *, reason: str, idempotency_key: str | None = None) -> models.SwitchView:
        """Start the business.

        `POST /api/admin/autonomous-business/start`, permission `kernel:switch:use`.
        """
        return self._send(
            models.SwitchView,
            "POST",
            "/api/admin/autonomous-business/start",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def status(self) -> models.Status:
        """Return the status of the whole.

        Return switch, components, queue, waiting approvals, open alerts and the last day's decisions.

        `GET /api/admin/autonomous-business/status`, permission `kernel:switch:read`.
        """
        return self._send(models.Status, "GET", "/api/admin/autonomous-business/status")

    def stop(self, *, reason: str, idempotency_key: str | None = None) -> models.SwitchView:
        """Stop the business.

        Stop the business: nothing new acts; what is planned is carried out.

        `POST /api/admin/autonomous-business/stop`, permission `kernel:switch:use`.
        """
        return self._send(
            models.SwitchView,
            "POST",
            "/api/admin/autonomous-business/stop",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def take_control(self, *, component: str, reason: str, idempotency_key: str | None = None) -> shared.ComponentState:
        """Take control of a component.

        `POST /api/admin/autonomous-business/take-control`, permission `kernel:component:control`.
        """
        return self._send(
            shared.ComponentState,
            "POST",
            "/api/admin/autonomous-business/take-control",
            fields={"component": component, "reason": reason},
            once=True,
            key=idempotency_key,
        )


class AsyncController(AsyncGroup):
    """The operations of controller, for asynchronous programs."""

    async def get_config(self) -> models.ConfigurationView:
        """Return the configuration in force.

        `GET /api/admin/autonomous-business/config`, permission `kernel:config:read`.
        """
        return await self._send(models.ConfigurationView, "GET", "/api/admin/autonomous-business/config")

    async def halt(self, *, reason: str, idempotency_key: str | None = None) -> models.SwitchView:
        """Halt everything at once.

        Emergency stop: within a second no outside call starts, and open ones are aborted and become unknown.

        `POST /api/admin/autonomous-business/halt`, permission `kernel:switch:use`.
        """
        return await self._send(
            models.SwitchView,
            "POST",
            "/api/admin/autonomous-business/halt",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def hand_back(
        self, *, component: str, reason: str, idempotency_key: str | None = None
    ) -> shared.ComponentState:
        """Hand a component back.

        `POST /api/admin/autonomous-business/hand-back`, permission `kernel:component:control`.
        """
        return await self._send(
            shared.ComponentState,
            "POST",
            "/api/admin/autonomous-business/hand-back",
            fields={"component": component, "reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def health_check(self, *, idempotency_key: str | None = None) -> models.HealthCheck:
        """Check the health of the parts.

        Check the parts now: database, migrations, workers' heartbeats, effects unknown or failed within a
        day.

        `POST /api/admin/autonomous-business/health-check`, permission `kernel:switch:read`.
        """
        return await self._send(
            models.HealthCheck, "POST", "/api/admin/autonomous-business/health-check", once=True, key=idempotency_key
        )

    async def put_config(
        self, *, changes: Mapping[str, Any], reason: str, replaces: int | Omitted | None = OMITTED
    ) -> models.ConfigurationView:
        """Change the configuration.

        Change the configuration; a new version with author and reason.

        `PUT /api/admin/autonomous-business/config`, permission `kernel:config:update`.
        """
        return await self._send(
            models.ConfigurationView,
            "PUT",
            "/api/admin/autonomous-business/config",
            fields={"changes": changes, "reason": reason},
            options={"replaces": replaces},
        )

    async def start(self, *, reason: str, idempotency_key: str | None = None) -> models.SwitchView:
        """Start the business.

        `POST /api/admin/autonomous-business/start`, permission `kernel:switch:use`.
        """
        return await self._send(
            models.SwitchView,
            "POST",
            "/api/admin/autonomous-business/start",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def status(self) -> models.Status:
        """Return the status of the whole.

        Return switch, components, queue, waiting approvals, open alerts and the last day's decisions.

        `GET /api/admin/autonomous-business/status`, permission `kernel:switch:read`.
        """
        return await self._send(models.Status, "GET", "/api/admin/autonomous-business/status")

    async def stop(self, *, reason: str, idempotency_key: str | None = None) -> models.SwitchView:
        """Stop the business.

        Stop the business: nothing new acts; what is planned is carried out.

        `POST /api/admin/autonomous-business/stop`, permission `kernel:switch:use`.
        """
        return await self._send(
            models.SwitchView,
            "POST",
            "/api/admin/autonomous-business/stop",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def take_control(
        self, *, component: str, reason: str, idempotency_key: str | None = None
    ) -> shared.ComponentState:
        """Take control of a component.

        `POST /api/admin/autonomous-business/take-control`, permission `kernel:component:control`.
        """
        return await self._send(
            shared.ComponentState,
            "POST",
            "/api/admin/autonomous-business/take-control",
            fields={"component": component, "reason": reason},
            once=True,
            key=idempotency_key,
        )
