"""The operations of events. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from intendant.client._generated.models import events as models
from intendant.client._groups import AsyncGroup, Group


class Events(Group):
    """The operations of events."""

    def list(
        self, *, after: str | None = None, limit: int | None = None, prefix: str | None = None
    ) -> models.EventPage:
        """Read events, or listen to them.

        Return events after a cursor; with `Accept: text/event-stream`, send them as they come.

        A stream begins behind `Last-Event-ID` or `after`, and without either with what happens from now on.
        Nothing is missed and nothing comes twice when a reader resumes with the last id it has.

        `GET /api/v1/events`, permission `kernel:event:read`.
        """
        return self._send(
            models.EventPage, "GET", "/api/v1/events", query={"after": after, "limit": limit, "prefix": prefix}
        )

    def iterate(self, *, limit: int | None = None, prefix: str | None = None) -> Iterator[models.EventView]:
        """Read events, or listen to them.

        Return events after a cursor; with `Accept: text/event-stream`, send them as they come.

        A stream begins behind `Last-Event-ID` or `after`, and without either with what happens from now on.
        Nothing is missed and nothing comes twice when a reader resumes with the last id it has.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/events`, permission `kernel:event:read`.
        """
        return self._pages(models.EventPage, "/api/v1/events", query={"limit": limit, "prefix": prefix})


class AsyncEvents(AsyncGroup):
    """The operations of events, for asynchronous programs."""

    async def list(
        self, *, after: str | None = None, limit: int | None = None, prefix: str | None = None
    ) -> models.EventPage:
        """Read events, or listen to them.

        Return events after a cursor; with `Accept: text/event-stream`, send them as they come.

        A stream begins behind `Last-Event-ID` or `after`, and without either with what happens from now on.
        Nothing is missed and nothing comes twice when a reader resumes with the last id it has.

        `GET /api/v1/events`, permission `kernel:event:read`.
        """
        return await self._send(
            models.EventPage, "GET", "/api/v1/events", query={"after": after, "limit": limit, "prefix": prefix}
        )

    def iterate(self, *, limit: int | None = None, prefix: str | None = None) -> AsyncIterator[models.EventView]:
        """Read events, or listen to them.

        Return events after a cursor; with `Accept: text/event-stream`, send them as they come.

        A stream begins behind `Last-Event-ID` or `after`, and without either with what happens from now on.
        Nothing is missed and nothing comes twice when a reader resumes with the last id it has.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/events`, permission `kernel:event:read`.
        """
        return self._pages(models.EventPage, "/api/v1/events", query={"limit": limit, "prefix": prefix})
