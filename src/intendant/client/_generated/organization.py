"""The operations of organization. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

from intendant.client._generated.models import organization as models
from intendant.client._groups import AsyncGroup, Group
from intendant.client._values import OMITTED, Omitted


class Organization(Group):
    """The operations of organization."""

    def change(
        self,
        *,
        replaces: int,
        currency: str | Omitted | None = OMITTED,
        name: str | Omitted | None = OMITTED,
        time_zone: str | Omitted | None = OMITTED,
    ) -> models.OrganizationView:
        """Change the organisation's settings.

        Change name, time zone or currency. The currency stays once a decision was made in it.

        `PUT /api/v1/organization`, permission `organizations:organization:manage`.
        """
        return self._send(
            models.OrganizationView,
            "PUT",
            "/api/v1/organization",
            fields={"replaces": replaces},
            options={"currency": currency, "name": name, "time_zone": time_zone},
        )

    def get(self) -> models.OrganizationView:
        """Return the organisation's settings.

        Return name, time zone, currency and kind of this organisation.

        `GET /api/v1/organization`, permission `organizations:organization:read`.
        """
        return self._send(models.OrganizationView, "GET", "/api/v1/organization")

    def remove_demo(self, *, confirm: str) -> models.Removed:
        """Remove a demo organisation.

        Delete a demo with everything that belongs to it, at once and for good; its simulator ends, and `up`
        brings no new one.

        A real organisation is never deleted. Done once it cannot be done again, so it takes no Idempotency-
        Key.

        `POST /api/v1/organization/remove-demo`, permission `organizations:organization:manage`.
        """
        return self._send(models.Removed, "POST", "/api/v1/organization/remove-demo", fields={"confirm": confirm})


class AsyncOrganization(AsyncGroup):
    """The operations of organization, for asynchronous programs."""

    async def change(
        self,
        *,
        replaces: int,
        currency: str | Omitted | None = OMITTED,
        name: str | Omitted | None = OMITTED,
        time_zone: str | Omitted | None = OMITTED,
    ) -> models.OrganizationView:
        """Change the organisation's settings.

        Change name, time zone or currency. The currency stays once a decision was made in it.

        `PUT /api/v1/organization`, permission `organizations:organization:manage`.
        """
        return await self._send(
            models.OrganizationView,
            "PUT",
            "/api/v1/organization",
            fields={"replaces": replaces},
            options={"currency": currency, "name": name, "time_zone": time_zone},
        )

    async def get(self) -> models.OrganizationView:
        """Return the organisation's settings.

        Return name, time zone, currency and kind of this organisation.

        `GET /api/v1/organization`, permission `organizations:organization:read`.
        """
        return await self._send(models.OrganizationView, "GET", "/api/v1/organization")

    async def remove_demo(self, *, confirm: str) -> models.Removed:
        """Remove a demo organisation.

        Delete a demo with everything that belongs to it, at once and for good; its simulator ends, and `up`
        brings no new one.

        A real organisation is never deleted. Done once it cannot be done again, so it takes no Idempotency-
        Key.

        `POST /api/v1/organization/remove-demo`, permission `organizations:organization:manage`.
        """
        return await self._send(models.Removed, "POST", "/api/v1/organization/remove-demo", fields={"confirm": confirm})
