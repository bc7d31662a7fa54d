"""The operations of health. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

from intendant.client._generated.models import health as models
from intendant.client._groups import AsyncGroup, Group


class Health(Group):
    """The operations of health."""

    def health(self) -> models.Health:
        """Say that the process is alive.

        Answer without touching anything else.

        `GET /health`.
        """
        return self._send(models.Health, "GET", "/health")

    def readiness(self) -> models.Readiness:
        """Say what keeps requests from being served.

        Answer like /ready, with what it rests on; 503 while requests cannot be served. Without workers they
        can.

        `GET /health/ready`.
        """
        return self._send(models.Readiness, "GET", "/health/ready")

    def ready(self) -> models.Health:
        """Say whether requests can be served.

        Answer when the database answers and its schema is the one this code was written for; 503 otherwise.

        `GET /ready`.
        """
        return self._send(models.Health, "GET", "/ready")


class AsyncHealth(AsyncGroup):
    """The operations of health, for asynchronous programs."""

    async def health(self) -> models.Health:
        """Say that the process is alive.

        Answer without touching anything else.

        `GET /health`.
        """
        return await self._send(models.Health, "GET", "/health")

    async def readiness(self) -> models.Readiness:
        """Say what keeps requests from being served.

        Answer like /ready, with what it rests on; 503 while requests cannot be served. Without workers they
        can.

        `GET /health/ready`.
        """
        return await self._send(models.Readiness, "GET", "/health/ready")

    async def ready(self) -> models.Health:
        """Say whether requests can be served.

        Answer when the database answers and its schema is the one this code was written for; 503 otherwise.

        `GET /ready`.
        """
        return await self._send(models.Health, "GET", "/ready")
