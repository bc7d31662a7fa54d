"""The operations of mutes. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Literal

from intendant.client._generated.models import mutes as models
from intendant.client._groups import AsyncGroup, Group, quoted


class Mutes(Group):
    """The operations of mutes."""

    def end(
        self, mute_id: uuid.UUID | str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> models.MuteView:
        """End a mute.

        End a mute before its time: the rule asks again from the next decision on.

        `POST /api/v1/mutes/{mute_id}/end`, permission `kernel:list:manage`.
        """
        return self._send(
            models.MuteView,
            "POST",
            f"/api/v1/mutes/{quoted(mute_id)}/end",
            options={"reason": reason},
            fields={},
            once=True,
            key=idempotency_key,
        )

    def get(self, mute_id: uuid.UUID | str) -> models.MuteView:
        """Return a muted rule.

        Return one mute, ended or not.

        `GET /api/v1/mutes/{mute_id}`, permission `kernel:list:read`.
        """
        return self._send(models.MuteView, "GET", f"/api/v1/mutes/{quoted(mute_id)}")

    def list(
        self,
        *,
        kind: str | None = None,
        rule: str | None = None,
        value: str | None = None,
        standing: Literal["open", "expired", "ended"] | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.MuteViewPage:
        """List muted rules.

        List mutes, newest first: those that hold now, unless `standing` asks for what ran out or was ended.

        `GET /api/v1/mutes`, permission `kernel:list:read`.
        """
        return self._send(
            models.MuteViewPage,
            "GET",
            "/api/v1/mutes",
            query={"kind": kind, "rule": rule, "value": value, "standing": standing, "after": after, "limit": limit},
        )

    def iterate(
        self,
        *,
        kind: str | None = None,
        rule: str | None = None,
        value: str | None = None,
        standing: Literal["open", "expired", "ended"] | None = None,
        limit: int | None = None,
    ) -> Iterator[models.MuteView]:
        """List muted rules.

        List mutes, newest first: those that hold now, unless `standing` asks for what ran out or was ended.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/mutes`, permission `kernel:list:read`.
        """
        return self._pages(
            models.MuteViewPage,
            "/api/v1/mutes",
            query={"kind": kind, "rule": rule, "value": value, "standing": standing, "limit": limit},
        )

    def mute(
        self,
        *,
        field: str,
        kind: str,
        reason: str,
        rule: str,
        until: datetime.datetime,
        value: str,
        idempotency_key: str | None = None,
    ) -> models.MuteView:
        """Mute a rule for a customer.

        Keep a rule from asking about one customer until a business moment. A rule that refuses is never
        muted.

        `POST /api/v1/mutes`, permission `kernel:list:manage`.
        """
        return self._send(
            models.MuteView,
            "POST",
            "/api/v1/mutes",
            fields={"field": field, "kind": kind, "reason": reason, "rule": rule, "until": until, "value": value},
            once=True,
            key=idempotency_key,
        )


class AsyncMutes(AsyncGroup):
    """The operations of mutes, for asynchronous programs."""

    async def end(
        self, mute_id: uuid.UUID | str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> models.MuteView:
        """End a mute.

        End a mute before its time: the rule asks again from the next decision on.

        `POST /api/v1/mutes/{mute_id}/end`, permission `kernel:list:manage`.
        """
        return await self._send(
            models.MuteView,
            "POST",
            f"/api/v1/mutes/{quoted(mute_id)}/end",
            options={"reason": reason},
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def get(self, mute_id: uuid.UUID | str) -> models.MuteView:
        """Return a muted rule.

        Return one mute, ended or not.

        `GET /api/v1/mutes/{mute_id}`, permission `kernel:list:read`.
        """
        return await self._send(models.MuteView, "GET", f"/api/v1/mutes/{quoted(mute_id)}")

    async def list(
        self,
        *,
        kind: str | None = None,
        rule: str | None = None,
        value: str | None = None,
        standing: Literal["open", "expired", "ended"] | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.MuteViewPage:
        """List muted rules.

        List mutes, newest first: those that hold now, unless `standing` asks for what ran out or was ended.

        `GET /api/v1/mutes`, permission `kernel:list:read`.
        """
        return await self._send(
            models.MuteViewPage,
            "GET",
            "/api/v1/mutes",
            query={"kind": kind, "rule": rule, "value": value, "standing": standing, "after": after, "limit": limit},
        )

    def iterate(
        self,
        *,
        kind: str | None = None,
        rule: str | None = None,
        value: str | None = None,
        standing: Literal["open", "expired", "ended"] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.MuteView]:
        """List muted rules.

        List mutes, newest first: those that hold now, unless `standing` asks for what ran out or was ended.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/mutes`, permission `kernel:list:read`.
        """
        return self._pages(
            models.MuteViewPage,
            "/api/v1/mutes",
            query={"kind": kind, "rule": rule, "value": value, "standing": standing, "limit": limit},
        )

    async def mute(
        self,
        *,
        field: str,
        kind: str,
        reason: str,
        rule: str,
        until: datetime.datetime,
        value: str,
        idempotency_key: str | None = None,
    ) -> models.MuteView:
        """Mute a rule for a customer.

        Keep a rule from asking about one customer until a business moment. A rule that refuses is never
        muted.

        `POST /api/v1/mutes`, permission `kernel:list:manage`.
        """
        return await self._send(
            models.MuteView,
            "POST",
            "/api/v1/mutes",
            fields={"field": field, "kind": kind, "reason": reason, "rule": rule, "until": until, "value": value},
            once=True,
            key=idempotency_key,
        )
