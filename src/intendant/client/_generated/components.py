"""The operations of components. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

from intendant.client._generated.models import components as models
from intendant.client._generated.models import shared
from intendant.client._groups import AsyncGroup, Group, quoted


class Components(Group):
    """The operations of components."""

    def get(self, name: str) -> models.ComponentDetail:
        """Return a component.

        Return one component with its record and the changes of its level and control.

        `GET /api/v1/components/{name}`, permission `kernel:component:read`.
        """
        return self._send(models.ComponentDetail, "GET", f"/api/v1/components/{quoted(name)}")

    def hand_back(self, name: str, *, reason: str, idempotency_key: str | None = None) -> shared.ComponentState:
        """Hand a component back.

        Hand a component back: its own level holds again.

        `POST /api/v1/components/{name}/hand-back`, permission `kernel:component:control`.
        """
        return self._send(
            shared.ComponentState,
            "POST",
            f"/api/v1/components/{quoted(name)}/hand-back",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def list(self) -> models.ComponentViewPage:
        """List components.

        List components with level, control and what they did in the last thirty business days.

        `GET /api/v1/components`, permission `kernel:component:read`.
        """
        return self._send(models.ComponentViewPage, "GET", "/api/v1/components")

    def set_level(self, name: str, *, level: shared.Level, reason: str) -> shared.ComponentState:
        """Set the level of a component.

        Put a component on a level; it holds from the next decision on.

        `PUT /api/v1/components/{name}/level`, permission `kernel:component:control`.
        """
        return self._send(
            shared.ComponentState,
            "PUT",
            f"/api/v1/components/{quoted(name)}/level",
            fields={"level": level, "reason": reason},
        )

    def take_control(self, name: str, *, reason: str, idempotency_key: str | None = None) -> shared.ComponentState:
        """Take control of a component.

        Take control of a component: from now on it asks about everything.

        `POST /api/v1/components/{name}/take-control`, permission `kernel:component:control`.
        """
        return self._send(
            shared.ComponentState,
            "POST",
            f"/api/v1/components/{quoted(name)}/take-control",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )


class AsyncComponents(AsyncGroup):
    """The operations of components, for asynchronous programs."""

    async def get(self, name: str) -> models.ComponentDetail:
        """Return a component.

        Return one component with its record and the changes of its level and control.

        `GET /api/v1/components/{name}`, permission `kernel:component:read`.
        """
        return await self._send(models.ComponentDetail, "GET", f"/api/v1/components/{quoted(name)}")

    async def hand_back(self, name: str, *, reason: str, idempotency_key: str | None = None) -> shared.ComponentState:
        """Hand a component back.

        Hand a component back: its own level holds again.

        `POST /api/v1/components/{name}/hand-back`, permission `kernel:component:control`.
        """
        return await self._send(
            shared.ComponentState,
            "POST",
            f"/api/v1/components/{quoted(name)}/hand-back",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def list(self) -> models.ComponentViewPage:
        """List components.

        List components with level, control and what they did in the last thirty business days.

        `GET /api/v1/components`, permission `kernel:component:read`.
        """
        return await self._send(models.ComponentViewPage, "GET", "/api/v1/components")

    async def set_level(self, name: str, *, level: shared.Level, reason: str) -> shared.ComponentState:
        """Set the level of a component.

        Put a component on a level; it holds from the next decision on.

        `PUT /api/v1/components/{name}/level`, permission `kernel:component:control`.
        """
        return await self._send(
            shared.ComponentState,
            "PUT",
            f"/api/v1/components/{quoted(name)}/level",
            fields={"level": level, "reason": reason},
        )

    async def take_control(
        self, name: str, *, reason: str, idempotency_key: str | None = None
    ) -> shared.ComponentState:
        """Take control of a component.

        Take control of a component: from now on it asks about everything.

        `POST /api/v1/components/{name}/take-control`, permission `kernel:component:control`.
        """
        return await self._send(
            shared.ComponentState,
            "POST",
            f"/api/v1/components/{quoted(name)}/take-control",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )
