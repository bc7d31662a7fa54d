"""The operations of lists. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Literal

from intendant.client._generated.models import lists as models
from intendant.client._groups import AsyncDownload, AsyncGroup, Download, Group, quoted
from intendant.client._values import OMITTED, Omitted


class Lists(Group):
    """The operations of lists."""

    def add_entries(
        self,
        list_id: uuid.UUID | str,
        *,
        entries: Sequence[models.EntryBody | Mapping[str, Any]] | None = None,
        expires_at: datetime.datetime | None = None,
        reason: str | None = None,
        text: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.EntriesAdded:
        """Put values on a list.

        Put values on a list, some or a whole file; bad lines are reported and keep no good ones out.

        `POST /api/v1/lists/{list_id}/entries`, permission `kernel:list:manage`.
        """
        return self._send(
            models.EntriesAdded,
            "POST",
            f"/api/v1/lists/{quoted(list_id)}/entries",
            options={"entries": entries, "expires_at": expires_at, "reason": reason, "text": text},
            fields={},
            once=True,
            key=idempotency_key,
        )

    def change(
        self,
        list_id: uuid.UUID | str,
        *,
        revision: int,
        description: str | Omitted | None = OMITTED,
        label: str | Omitted | None = OMITTED,
    ) -> models.ListView:
        """Describe a list otherwise.

        Change a list's label or description; 409 if another revision is present by now.

        `PATCH /api/v1/lists/{list_id}`, permission `kernel:list:manage`.
        """
        return self._send(
            models.ListView,
            "PATCH",
            f"/api/v1/lists/{quoted(list_id)}",
            fields={"revision": revision},
            options={"description": description, "label": label},
        )

    def create(
        self,
        *,
        label: str,
        name: str,
        description: str | None = None,
        holds: Literal["text", "email", "phone", "account", "device", "address"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.ListView:
        """Begin a list.

        Begin an empty list; rules may ask it from then on.

        `POST /api/v1/lists`, permission `kernel:list:manage`.
        """
        return self._send(
            models.ListView,
            "POST",
            "/api/v1/lists",
            fields={"label": label, "name": name},
            options={"description": description, "holds": holds},
            once=True,
            key=idempotency_key,
        )

    def export_entries(
        self, list_id: uuid.UUID | str, *, standing: Literal["open", "expired", "removed"] | None = None
    ) -> Download:
        """Export what stands on a list.

        Export a list as CSV that can be uploaded again. That it was done is recorded.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/lists/{list_id}/entries/export.csv`, permission `kernel:list:read`.
        """
        return self._download(
            "GET", f"/api/v1/lists/{quoted(list_id)}/entries/export.csv", query={"standing": standing}
        )

    def get(self, list_id: uuid.UUID | str) -> models.ListView:
        """Return a list.

        Return a list, with how much stands on it and which policies in force ask it.

        `GET /api/v1/lists/{list_id}`, permission `kernel:list:read`.
        """
        return self._send(models.ListView, "GET", f"/api/v1/lists/{quoted(list_id)}")

    def list(self, *, q: str | None = None, after: str | None = None, limit: int | None = None) -> models.ListViewPage:
        """List lists.

        List lists by name, with how much stands on each and which policies in force ask it.

        `GET /api/v1/lists`, permission `kernel:list:read`.
        """
        return self._send(models.ListViewPage, "GET", "/api/v1/lists", query={"q": q, "after": after, "limit": limit})

    def iterate(self, *, q: str | None = None, limit: int | None = None) -> Iterator[models.ListView]:
        """List lists.

        List lists by name, with how much stands on each and which policies in force ask it.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lists`, permission `kernel:list:read`.
        """
        return self._pages(models.ListViewPage, "/api/v1/lists", query={"q": q, "limit": limit})

    def list_entries(
        self,
        list_id: uuid.UUID | str,
        *,
        standing: Literal["open", "expired", "removed"] | None = None,
        q: str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.EntryViewPage:
        """List what stands on a list.

        List entries, newest first: those that count now, unless `standing` asks for what ran out or was
        removed.

        `GET /api/v1/lists/{list_id}/entries`, permission `kernel:list:read`.
        """
        return self._send(
            models.EntryViewPage,
            "GET",
            f"/api/v1/lists/{quoted(list_id)}/entries",
            query={"standing": standing, "q": q, "after": after, "limit": limit},
        )

    def iterate_entries(
        self,
        list_id: uuid.UUID | str,
        *,
        standing: Literal["open", "expired", "removed"] | None = None,
        q: str | None = None,
        limit: int | None = None,
    ) -> Iterator[models.EntryView]:
        """List what stands on a list.

        List entries, newest first: those that count now, unless `standing` asks for what ran out or was
        removed.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lists/{list_id}/entries`, permission `kernel:list:read`.
        """
        return self._pages(
            models.EntryViewPage,
            f"/api/v1/lists/{quoted(list_id)}/entries",
            query={"standing": standing, "q": q, "limit": limit},
        )

    def remove(self, list_id: uuid.UUID | str) -> None:
        """Remove a list.

        Remove a list that no policy in force asks; what stood on it stays on record.

        `DELETE /api/v1/lists/{list_id}`, permission `kernel:list:manage`.
        """
        self._act("DELETE", f"/api/v1/lists/{quoted(list_id)}")

    def remove_entries(
        self,
        list_id: uuid.UUID | str,
        *,
        entry_ids: Sequence[uuid.UUID | str],
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.EntriesRemoved:
        """Take values off a list.

        Take entries off a list from now on; adding a value again undoes it.

        `POST /api/v1/lists/{list_id}/entries/remove`, permission `kernel:list:manage`.
        """
        return self._send(
            models.EntriesRemoved,
            "POST",
            f"/api/v1/lists/{quoted(list_id)}/entries/remove",
            fields={"entry_ids": entry_ids},
            options={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def remove_entry(self, list_id: uuid.UUID | str, entry_id: uuid.UUID | str) -> None:
        """Take a value off a list.

        Take one entry off a list from now on; adding its value again undoes it.

        `DELETE /api/v1/lists/{list_id}/entries/{entry_id}`, permission `kernel:list:manage`.
        """
        self._act("DELETE", f"/api/v1/lists/{quoted(list_id)}/entries/{quoted(entry_id)}")


class AsyncLists(AsyncGroup):
    """The operations of lists, for asynchronous programs."""

    async def add_entries(
        self,
        list_id: uuid.UUID | str,
        *,
        entries: Sequence[models.EntryBody | Mapping[str, Any]] | None = None,
        expires_at: datetime.datetime | None = None,
        reason: str | None = None,
        text: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.EntriesAdded:
        """Put values on a list.

        Put values on a list, some or a whole file; bad lines are reported and keep no good ones out.

        `POST /api/v1/lists/{list_id}/entries`, permission `kernel:list:manage`.
        """
        return await self._send(
            models.EntriesAdded,
            "POST",
            f"/api/v1/lists/{quoted(list_id)}/entries",
            options={"entries": entries, "expires_at": expires_at, "reason": reason, "text": text},
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def change(
        self,
        list_id: uuid.UUID | str,
        *,
        revision: int,
        description: str | Omitted | None = OMITTED,
        label: str | Omitted | None = OMITTED,
    ) -> models.ListView:
        """Describe a list otherwise.

        Change a list's label or description; 409 if another revision is present by now.

        `PATCH /api/v1/lists/{list_id}`, permission `kernel:list:manage`.
        """
        return await self._send(
            models.ListView,
            "PATCH",
            f"/api/v1/lists/{quoted(list_id)}",
            fields={"revision": revision},
            options={"description": description, "label": label},
        )

    async def create(
        self,
        *,
        label: str,
        name: str,
        description: str | None = None,
        holds: Literal["text", "email", "phone", "account", "device", "address"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.ListView:
        """Begin a list.

        Begin an empty list; rules may ask it from then on.

        `POST /api/v1/lists`, permission `kernel:list:manage`.
        """
        return await self._send(
            models.ListView,
            "POST",
            "/api/v1/lists",
            fields={"label": label, "name": name},
            options={"description": description, "holds": holds},
            once=True,
            key=idempotency_key,
        )

    def export_entries(
        self, list_id: uuid.UUID | str, *, standing: Literal["open", "expired", "removed"] | None = None
    ) -> AsyncDownload:
        """Export what stands on a list.

        Export a list as CSV that can be uploaded again. That it was done is recorded.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/lists/{list_id}/entries/export.csv`, permission `kernel:list:read`.
        """
        return self._download(
            "GET", f"/api/v1/lists/{quoted(list_id)}/entries/export.csv", query={"standing": standing}
        )

    async def get(self, list_id: uuid.UUID | str) -> models.ListView:
        """Return a list.

        Return a list, with how much stands on it and which policies in force ask it.

        `GET /api/v1/lists/{list_id}`, permission `kernel:list:read`.
        """
        return await self._send(models.ListView, "GET", f"/api/v1/lists/{quoted(list_id)}")

    async def list(
        self, *, q: str | None = None, after: str | None = None, limit: int | None = None
    ) -> models.ListViewPage:
        """List lists.

        List lists by name, with how much stands on each and which policies in force ask it.

        `GET /api/v1/lists`, permission `kernel:list:read`.
        """
        return await self._send(
            models.ListViewPage, "GET", "/api/v1/lists", query={"q": q, "after": after, "limit": limit}
        )

    def iterate(self, *, q: str | None = None, limit: int | None = None) -> AsyncIterator[models.ListView]:
        """List lists.

        List lists by name, with how much stands on each and which policies in force ask it.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lists`, permission `kernel:list:read`.
        """
        return self._pages(models.ListViewPage, "/api/v1/lists", query={"q": q, "limit": limit})

    async def list_entries(
        self,
        list_id: uuid.UUID | str,
        *,
        standing: Literal["open", "expired", "removed"] | None = None,
        q: str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.EntryViewPage:
        """List what stands on a list.

        List entries, newest first: those that count now, unless `standing` asks for what ran out or was
        removed.

        `GET /api/v1/lists/{list_id}/entries`, permission `kernel:list:read`.
        """
        return await self._send(
            models.EntryViewPage,
            "GET",
            f"/api/v1/lists/{quoted(list_id)}/entries",
            query={"standing": standing, "q": q, "after": after, "limit": limit},
        )

    def iterate_entries(
        self,
        list_id: uuid.UUID | str,
        *,
        standing: Literal["open", "expired", "removed"] | None = None,
        q: str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.EntryView]:
        """List what stands on a list.

        List entries, newest first: those that count now, unless `standing` asks for what ran out or was
        removed.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lists/{list_id}/entries`, permission `kernel:list:read`.
        """
        return self._pages(
            models.EntryViewPage,
            f"/api/v1/lists/{quoted(list_id)}/entries",
            query={"standing": standing, "q": q, "limit": limit},
        )

    async def remove(self, list_id: uuid.UUID | str) -> None:
        """Remove a list.

        Remove a list that no policy in force asks; what stood on it stays on record.

        `DELETE /api/v1/lists/{list_id}`, permission `kernel:list:manage`.
        """
        await self._act("DELETE", f"/api/v1/lists/{quoted(list_id)}")

    async def remove_entries(
        self,
        list_id: uuid.UUID | str,
        *,
        entry_ids: Sequence[uuid.UUID | str],
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.EntriesRemoved:
        """Take values off a list.

        Take entries off a list from now on; adding a value again undoes it.

        `POST /api/v1/lists/{list_id}/entries/remove`, permission `kernel:list:manage`.
        """
        return await self._send(
            models.EntriesRemoved,
            "POST",
            f"/api/v1/lists/{quoted(list_id)}/entries/remove",
            fields={"entry_ids": entry_ids},
            options={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def remove_entry(self, list_id: uuid.UUID | str, entry_id: uuid.UUID | str) -> None:
        """Take a value off a list.

        Take one entry off a list from now on; adding its value again undoes it.

        `DELETE /api/v1/lists/{list_id}/entries/{entry_id}`, permission `kernel:list:manage`.
        """
        await self._act("DELETE", f"/api/v1/lists/{quoted(list_id)}/entries/{quoted(entry_id)}")
