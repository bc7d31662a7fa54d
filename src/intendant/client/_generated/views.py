"""The operations of views. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from intendant.client._generated.models import views as models
from intendant.client._groups import AsyncGroup, Group, quoted
from intendant.client._values import OMITTED, Omitted


class Views(Group):
    """The operations of views."""

    def change(
        self,
        view_id: uuid.UUID | str,
        *,
        name: str | Omitted | None = OMITTED,
        search: Mapping[str, Any] | Omitted | None = OMITTED,
        shared: bool | Omitted | None = OMITTED,
    ) -> models.ViewView:
        """Change a saved view.

        Rename a view of one's own, share it, or give it another search.

        `PUT /api/v1/views/{view_id}`, permission `organizations:organization:read`.
        """
        return self._send(
            models.ViewView,
            "PUT",
            f"/api/v1/views/{quoted(view_id)}",
            options={"name": name, "search": search, "shared": shared},
            fields={},
        )

    def list(
        self, *, page: str | None = None, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.ViewViewPage:
        """List saved views.

        List one's own views and those that others share, oldest first.

        `GET /api/v1/views`, permission `organizations:organization:read`.
        """
        return self._send(
            models.ViewViewPage, "GET", "/api/v1/views", query={"page": page, "after": after, "limit": limit}
        )

    def iterate(self, *, page: str | None = None, limit: int | None = None) -> Iterator[models.ViewView]:
        """List saved views.

        List one's own views and those that others share, oldest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/views`, permission `organizations:organization:read`.
        """
        return self._pages(models.ViewViewPage, "/api/v1/views", query={"page": page, "limit": limit})

    def remove(self, view_id: uuid.UUID | str) -> None:
        """Delete a saved view.

        Delete a view of one's own.

        `DELETE /api/v1/views/{view_id}`, permission `organizations:organization:read`.
        """
        self._act("DELETE", f"/api/v1/views/{quoted(view_id)}")

    def save(
        self,
        *,
        name: str,
        page: str,
        search: Mapping[str, Any],
        shared: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.ViewView:
        """Save a view.

        Save a view of one's own, a hundred at most; its name is unique among one's own on the page.

        `POST /api/v1/views`, permission `organizations:organization:read`.
        """
        return self._send(
            models.ViewView,
            "POST",
            "/api/v1/views",
            fields={"name": name, "page": page, "search": search},
            options={"shared": shared},
            once=True,
            key=idempotency_key,
        )


class AsyncViews(AsyncGroup):
    """The operations of views, for asynchronous programs."""

    async def change(
        self,
        view_id: uuid.UUID | str,
        *,
        name: str | Omitted | None = OMITTED,
        search: Mapping[str, Any] | Omitted | None = OMITTED,
        shared: bool | Omitted | None = OMITTED,
    ) -> models.ViewView:
        """Change a saved view.

        Rename a view of one's own, share it, or give it another search.

        `PUT /api/v1/views/{view_id}`, permission `organizations:organization:read`.
        """
        return await self._send(
            models.ViewView,
            "PUT",
            f"/api/v1/views/{quoted(view_id)}",
            options={"name": name, "search": search, "shared": shared},
            fields={},
        )

    async def list(
        self, *, page: str | None = None, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.ViewViewPage:
        """List saved views.

        List one's own views and those that others share, oldest first.

        `GET /api/v1/views`, permission `organizations:organization:read`.
        """
        return await self._send(
            models.ViewViewPage, "GET", "/api/v1/views", query={"page": page, "after": after, "limit": limit}
        )

    def iterate(self, *, page: str | None = None, limit: int | None = None) -> AsyncIterator[models.ViewView]:
        """List saved views.

        List one's own views and those that others share, oldest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/views`, permission `organizations:organization:read`.
        """
        return self._pages(models.ViewViewPage, "/api/v1/views", query={"page": page, "limit": limit})

    async def remove(self, view_id: uuid.UUID | str) -> None:
        """Delete a saved view.

        Delete a view of one's own.

        `DELETE /api/v1/views/{view_id}`, permission `organizations:organization:read`.
        """
        await self._act("DELETE", f"/api/v1/views/{quoted(view_id)}")

    async def save(
        self,
        *,
        name: str,
        page: str,
        search: Mapping[str, Any],
        shared: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.ViewView:
        """Save a view.

        Save a view of one's own, a hundred at most; its name is unique among one's own on the page.

        `POST /api/v1/views`, permission `organizations:organization:read`.
        """
        return await self._send(
            models.ViewView,
            "POST",
            "/api/v1/views",
            fields={"name": name, "page": page, "search": search},
            options={"shared": shared},
            once=True,
            key=idempotency_key,
        )
