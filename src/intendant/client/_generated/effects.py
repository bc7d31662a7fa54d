"""The operations of effects. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator

from intendant.client._generated.models import effects as models
from intendant.client._generated.models import shared
from intendant.client._groups import AsyncGroup, Group, quoted


class Effects(Group):
    """The operations of effects."""

    def get(self, effect_id: uuid.UUID | str) -> models.EffectView:
        """Return an effect.

        Return one effect.

        `GET /api/v1/effects/{effect_id}`, permission `kernel:effect:read`.
        """
        return self._send(models.EffectView, "GET", f"/api/v1/effects/{quoted(effect_id)}")

    def list(
        self,
        *,
        state: shared.EffectState | None = None,
        decision_id: uuid.UUID | str | None = None,
        subject_id: uuid.UUID | str | None = None,
        action: str | None = None,
        connector: str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.EffectViewPage:
        """List effects.

        List effects, newest first.

        `GET /api/v1/effects`, permission `kernel:effect:read`.
        """
        return self._send(
            models.EffectViewPage,
            "GET",
            "/api/v1/effects",
            query={
                "state": state,
                "decision_id": decision_id,
                "subject_id": subject_id,
                "action": action,
                "connector": connector,
                "after": after,
                "limit": limit,
            },
        )

    def iterate(
        self,
        *,
        state: shared.EffectState | None = None,
        decision_id: uuid.UUID | str | None = None,
        subject_id: uuid.UUID | str | None = None,
        action: str | None = None,
        connector: str | None = None,
        limit: int | None = None,
    ) -> Iterator[models.EffectView]:
        """List effects.

        List effects, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/effects`, permission `kernel:effect:read`.
        """
        return self._pages(
            models.EffectViewPage,
            "/api/v1/effects",
            query={
                "state": state,
                "decision_id": decision_id,
                "subject_id": subject_id,
                "action": action,
                "connector": connector,
                "limit": limit,
            },
        )

    def settle(
        self, effect_id: uuid.UUID | str, *, happened: bool, reason: str, idempotency_key: str | None = None
    ) -> models.SettledAnswer:
        """Settle an effect of unknown fate.

        Settle an effect of unknown fate by a person's word.

        `POST /api/v1/effects/{effect_id}/settle`, permission `kernel:effect:undo`.
        """
        return self._send(
            models.SettledAnswer,
            "POST",
            f"/api/v1/effects/{quoted(effect_id)}/settle",
            fields={"happened": happened, "reason": reason},
            once=True,
            key=idempotency_key,
        )

    def undo(
        self, effect_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.TakenBackAnswer:
        """Take an effect back.

        Take a held effect back, or plan the declared undo of one that is done.

        `POST /api/v1/effects/{effect_id}/undo`, permission `kernel:effect:undo`.
        """
        return self._send(
            models.TakenBackAnswer,
            "POST",
            f"/api/v1/effects/{quoted(effect_id)}/undo",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )


class AsyncEffects(AsyncGroup):
    """The operations of effects, for asynchronous programs."""

    async def get(self, effect_id: uuid.UUID | str) -> models.EffectView:
        """Return an effect.

        Return one effect.

        `GET /api/v1/effects/{effect_id}`, permission `kernel:effect:read`.
        """
        return await self._send(models.EffectView, "GET", f"/api/v1/effects/{quoted(effect_id)}")

    async def list(
        self,
        *,
        state: shared.EffectState | None = None,
        decision_id: uuid.UUID | str | None = None,
        subject_id: uuid.UUID | str | None = None,
        action: str | None = None,
        connector: str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.EffectViewPage:
        """List effects.

        List effects, newest first.

        `GET /api/v1/effects`, permission `kernel:effect:read`.
        """
        return await self._send(
            models.EffectViewPage,
            "GET",
            "/api/v1/effects",
            query={
                "state": state,
                "decision_id": decision_id,
                "subject_id": subject_id,
                "action": action,
                "connector": connector,
                "after": after,
                "limit": limit,
            },
        )

    def iterate(
        self,
        *,
        state: shared.EffectState | None = None,
        decision_id: uuid.UUID | str | None = None,
        subject_id: uuid.UUID | str | None = None,
        action: str | None = None,
        connector: str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.EffectView]:
        """List effects.

        List effects, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/effects`, permission `kernel:effect:read`.
        """
        return self._pages(
            models.EffectViewPage,
            "/api/v1/effects",
            query={
                "state": state,
                "decision_id": decision_id,
                "subject_id": subject_id,
                "action": action,
                "connector": connector,
                "limit": limit,
            },
        )

    async def settle(
        self, effect_id: uuid.UUID | str, *, happened: bool, reason: str, idempotency_key: str | None = None
    ) -> models.SettledAnswer:
        """Settle an effect of unknown fate.

        Settle an effect of unknown fate by a person's word.

        `POST /api/v1/effects/{effect_id}/settle`, permission `kernel:effect:undo`.
        """
        return await self._send(
            models.SettledAnswer,
            "POST",
            f"/api/v1/effects/{quoted(effect_id)}/settle",
            fields={"happened": happened, "reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def undo(
        self, effect_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.TakenBackAnswer:
        """Take an effect back.

        Take a held effect back, or plan the declared undo of one that is done.

        `POST /api/v1/effects/{effect_id}/undo`, permission `kernel:effect:undo`.
        """
        return await self._send(
            models.TakenBackAnswer,
            "POST",
            f"/api/v1/effects/{quoted(effect_id)}/undo",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )
