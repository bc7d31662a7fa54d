"""The operations of system. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

from intendant.client._generated.models import system as models
from intendant.client._groups import AsyncGroup, Group


class System(Group):
    """The operations of system."""

    def show(self) -> models.SystemView:
        """Show how the installation is.

        Return checks with remedies, processes and queues; to a super administrator also the database, errors
        and slow statements.

        `GET /api/v1/system`, permission `kernel:system:read`.
        """
        return self._send(models.SystemView, "GET", "/api/v1/system")


class AsyncSystem(AsyncGroup):
    """The operations of system, for asynchronous programs."""

    async def show(self) -> models.SystemView:
        """Show how the installation is.

        Return checks with remedies, processes and queues; to a super administrator also the database, errors
        and slow statements.

        `GET /api/v1/system`, permission `kernel:system:read`.
        """
        return await self._send(models.SystemView, "GET", "/api/v1/system")
