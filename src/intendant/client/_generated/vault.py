"""The operations of vault. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Literal

from intendant.client._generated.models import vault as models
from intendant.client._groups import AsyncGroup, Group, quoted
from intendant.client._values import OMITTED, Omitted


class Vault(Group):
    """The operations of vault."""

    def change_secret(
        self,
        secret_id: uuid.UUID | str,
        *,
        destinations: Sequence[str] | Omitted | None = OMITTED,
        expires_at: datetime.datetime | Omitted | None = OMITTED,
        name: str | Omitted | None = OMITTED,
        revision: int | Omitted | None = OMITTED,
        rotate_after: datetime.datetime | Omitted | None = OMITTED,
        idempotency_key: str | None = None,
    ) -> models.SecretView:
        """Change a secret.

        Change its name, where it may go, when it expires or is to be renewed. What is not named stays.

        `PUT /api/v1/vault/secrets/{secret_id}`, permission `kernel:secret:manage`.
        """
        return self._send(
            models.SecretView,
            "PUT",
            f"/api/v1/vault/secrets/{quoted(secret_id)}",
            options={
                "destinations": destinations,
                "expires_at": expires_at,
                "name": name,
                "revision": revision,
                "rotate_after": rotate_after,
            },
            fields={},
            once=True,
            key=idempotency_key,
        )

    def create_secret(
        self,
        *,
        connection: str,
        destinations: Sequence[str],
        name: str,
        value: str,
        expires_at: datetime.datetime | None = None,
        rotate_after: datetime.datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.SecretView:
        """Keep a secret.

        Keep a secret for a connection. From now on nobody reads its value back; the connection uses it.

        `POST /api/v1/vault/secrets`, permission `kernel:secret:manage`.
        """
        return self._send(
            models.SecretView,
            "POST",
            "/api/v1/vault/secrets",
            fields={"connection": connection, "destinations": destinations, "name": name, "value": value},
            options={"expires_at": expires_at, "rotate_after": rotate_after},
            once=True,
            key=idempotency_key,
        )

    def disable_secret(
        self, secret_id: uuid.UUID | str, *, revision: int | None = None, idempotency_key: str | None = None
    ) -> models.SecretView:
        """Disable a secret.

        Stop every use of a secret from now on; it can be enabled again.

        `POST /api/v1/vault/secrets/{secret_id}/disable`, permission `kernel:secret:manage`.
        """
        return self._send(
            models.SecretView,
            "POST",
            f"/api/v1/vault/secrets/{quoted(secret_id)}/disable",
            options={"revision": revision},
            once=True,
            key=idempotency_key,
        )

    def enable_secret(
        self, secret_id: uuid.UUID | str, *, revision: int | None = None, idempotency_key: str | None = None
    ) -> models.SecretView:
        """Enable a secret.

        Allow a disabled secret to be used again.

        `POST /api/v1/vault/secrets/{secret_id}/enable`, permission `kernel:secret:manage`.
        """
        return self._send(
            models.SecretView,
            "POST",
            f"/api/v1/vault/secrets/{quoted(secret_id)}/enable",
            options={"revision": revision},
            once=True,
            key=idempotency_key,
        )

    def get_health(self) -> models.VaultHealthView:
        """Return how the vault is.

        Say which back end keeps the keys and whether it can, which data keys there are, and what is to be
        renewed.

        `GET /api/v1/vault/health`, permission `kernel:secret:read`.
        """
        return self._send(models.VaultHealthView, "GET", "/api/v1/vault/health")

    def get_secret(self, secret_id: uuid.UUID | str) -> models.SecretView:
        """Return a secret.

        Return a secret without its value.

        `GET /api/v1/vault/secrets/{secret_id}`, permission `kernel:secret:read`.
        """
        return self._send(models.SecretView, "GET", f"/api/v1/vault/secrets/{quoted(secret_id)}")

    def list_accesses(
        self, secret_id: uuid.UUID | str, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.SecretAccessViewPage:
        """List accesses of a secret.

        List the minutes in which a secret was asked for, newest first, given or refused; the audit log proves
        each.

        `GET /api/v1/vault/secrets/{secret_id}/accesses`, permission `kernel:secret:read`.
        """
        return self._send(
            models.SecretAccessViewPage,
            "GET",
            f"/api/v1/vault/secrets/{quoted(secret_id)}/accesses",
            query={"after": after, "limit": limit},
        )

    def iterate_accesses(
        self, secret_id: uuid.UUID | str, *, limit: int | None = None
    ) -> Iterator[models.SecretAccessView]:
        """List accesses of a secret.

        List the minutes in which a secret was asked for, newest first, given or refused; the audit log proves
        each.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/vault/secrets/{secret_id}/accesses`, permission `kernel:secret:read`.
        """
        return self._pages(
            models.SecretAccessViewPage, f"/api/v1/vault/secrets/{quoted(secret_id)}/accesses", query={"limit": limit}
        )

    def list_history(
        self, secret_id: uuid.UUID | str, *, after: int | None = None, limit: int | None = None
    ) -> models.SecretHistoryViewPage:
        """List what was done to a secret.

        List what was done to a secret, newest first: made, rotated, changed, disabled, removed, and by whom.

        `GET /api/v1/vault/secrets/{secret_id}/history`, permission `kernel:secret:read`.
        """
        return self._send(
            models.SecretHistoryViewPage,
            "GET",
            f"/api/v1/vault/secrets/{quoted(secret_id)}/history",
            query={"after": after, "limit": limit},
        )

    def iterate_history(
        self, secret_id: uuid.UUID | str, *, limit: int | None = None
    ) -> Iterator[models.SecretHistoryView]:
        """List what was done to a secret.

        List what was done to a secret, newest first: made, rotated, changed, disabled, removed, and by whom.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/vault/secrets/{secret_id}/history`, permission `kernel:secret:read`.
        """
        return self._pages(
            models.SecretHistoryViewPage, f"/api/v1/vault/secrets/{quoted(secret_id)}/history", query={"limit": limit}
        )

    def list_secrets(
        self,
        *,
        state: Literal["active", "disabled", "removed"] | None = None,
        connection: str | None = None,
        destination: str | None = None,
        words: str | None = None,
        due_days: int | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.SecretViewPage:
        """List secrets.

        List secrets, newest first; removed ones only where `state` asks for them.

        `GET /api/v1/vault/secrets`, permission `kernel:secret:read`.
        """
        return self._send(
            models.SecretViewPage,
            "GET",
            "/api/v1/vault/secrets",
            query={
                "state": state,
                "connection": connection,
                "destination": destination,
                "words": words,
                "due_days": due_days,
                "after": after,
                "limit": limit,
            },
        )

    def iterate_secrets(
        self,
        *,
        state: Literal["active", "disabled", "removed"] | None = None,
        connection: str | None = None,
        destination: str | None = None,
        words: str | None = None,
        due_days: int | None = None,
        limit: int | None = None,
    ) -> Iterator[models.SecretView]:
        """List secrets.

        List secrets, newest first; removed ones only where `state` asks for them.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/vault/secrets`, permission `kernel:secret:read`.
        """
        return self._pages(
            models.SecretViewPage,
            "/api/v1/vault/secrets",
            query={
                "state": state,
                "connection": connection,
                "destination": destination,
                "words": words,
                "due_days": due_days,
                "limit": limit,
            },
        )

    def remove_secret(self, secret_id: uuid.UUID | str) -> None:
        """Remove a secret.

        Destroy the values of a secret. Its name, history and accesses stay; there is no way back.

        `DELETE /api/v1/vault/secrets/{secret_id}`, permission `kernel:secret:manage`.
        """
        self._act("DELETE", f"/api/v1/vault/secrets/{quoted(secret_id)}")

    def rotate_data_key(self, *, idempotency_key: str | None = None) -> models.DataKeyAnswer:
        """Renew the data key.

        Make a new data key for the organisation. Secrets are brought under it by and by; all stay usable
        meanwhile.

        `POST /api/v1/vault/data-key/rotate`, permission `kernel:secret:manage`.
        """
        return self._send(models.DataKeyAnswer, "POST", "/api/v1/vault/data-key/rotate", once=True, key=idempotency_key)

    def rotate_secret(
        self,
        secret_id: uuid.UUID | str,
        *,
        value: str,
        expires_at: datetime.datetime | None = None,
        grace_seconds: int | None = None,
        revision: int | None = None,
        rotate_after: datetime.datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.SecretView:
        """Rotate a secret.

        Give a secret a new value; the one before is still given beside it for a time, so that nothing stands
        still.

        `POST /api/v1/vault/secrets/{secret_id}/rotate`, permission `kernel:secret:manage`.
        """
        return self._send(
            models.SecretView,
            "POST",
            f"/api/v1/vault/secrets/{quoted(secret_id)}/rotate",
            fields={"value": value},
            options={
                "expires_at": expires_at,
                "grace_seconds": grace_seconds,
                "revision": revision,
                "rotate_after": rotate_after,
            },
            once=True,
            key=idempotency_key,
        )


class AsyncVault(AsyncGroup):
    """The operations of vault, for asynchronous programs."""

    async def change_secret(
        self,
        secret_id: uuid.UUID | str,
        *,
        destinations: Sequence[str] | Omitted | None = OMITTED,
        expires_at: datetime.datetime | Omitted | None = OMITTED,
        name: str | Omitted | None = OMITTED,
        revision: int | Omitted | None = OMITTED,
        rotate_after: datetime.datetime | Omitted | None = OMITTED,
        idempotency_key: str | None = None,
    ) -> models.SecretView:
        """Change a secret.

        Change its name, where it may go, when it expires or is to be renewed. What is not named stays.

        `PUT /api/v1/vault/secrets/{secret_id}`, permission `kernel:secret:manage`.
        """
        return await self._send(
            models.SecretView,
            "PUT",
            f"/api/v1/vault/secrets/{quoted(secret_id)}",
            options={
                "destinations": destinations,
                "expires_at": expires_at,
                "name": name,
                "revision": revision,
                "rotate_after": rotate_after,
            },
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def create_secret(
        self,
        *,
        connection: str,
        destinations: Sequence[str],
        name: str,
        value: str,
        expires_at: datetime.datetime | None = None,
        rotate_after: datetime.datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.SecretView:
        """Keep a secret.

        Keep a secret for a connection. From now on nobody reads its value back; the connection uses it.

        `POST /api/v1/vault/secrets`, permission `kernel:secret:manage`.
        """
        return await self._send(
            models.SecretView,
            "POST",
            "/api/v1/vault/secrets",
            fields={"connection": connection, "destinations": destinations, "name": name, "value": value},
            options={"expires_at": expires_at, "rotate_after": rotate_after},
            once=True,
            key=idempotency_key,
        )

    async def disable_secret(
        self, secret_id: uuid.UUID | str, *, revision: int | None = None, idempotency_key: str | None = None
    ) -> models.SecretView:
        """Disable a secret.

        Stop every use of a secret from now on; it can be enabled again.

        `POST /api/v1/vault/secrets/{secret_id}/disable`, permission `kernel:secret:manage`.
        """
        return await self._send(
            models.SecretView,
            "POST",
            f"/api/v1/vault/secrets/{quoted(secret_id)}/disable",
            options={"revision": revision},
            once=True,
            key=idempotency_key,
        )

    async def enable_secret(
        self, secret_id: uuid.UUID | str, *, revision: int | None = None, idempotency_key: str | None = None
    ) -> models.SecretView:
        """Enable a secret.

        Allow a disabled secret to be used again.

        `POST /api/v1/vault/secrets/{secret_id}/enable`, permission `kernel:secret:manage`.
        """
        return await self._send(
            models.SecretView,
            "POST",
            f"/api/v1/vault/secrets/{quoted(secret_id)}/enable",
            options={"revision": revision},
            once=True,
            key=idempotency_key,
        )

    async def get_health(self) -> models.VaultHealthView:
        """Return how the vault is.

        Say which back end keeps the keys and whether it can, which data keys there are, and what is to be
        renewed.

        `GET /api/v1/vault/health`, permission `kernel:secret:read`.
        """
        return await self._send(models.VaultHealthView, "GET", "/api/v1/vault/health")

    async def get_secret(self, secret_id: uuid.UUID | str) -> models.SecretView:
        """Return a secret.

        Return a secret without its value.

        `GET /api/v1/vault/secrets/{secret_id}`, permission `kernel:secret:read`.
        """
        return await self._send(models.SecretView, "GET", f"/api/v1/vault/secrets/{quoted(secret_id)}")

    async def list_accesses(
        self, secret_id: uuid.UUID | str, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.SecretAccessViewPage:
        """List accesses of a secret.

        List the minutes in which a secret was asked for, newest first, given or refused; the audit log proves
        each.

        `GET /api/v1/vault/secrets/{secret_id}/accesses`, permission `kernel:secret:read`.
        """
        return await self._send(
            models.SecretAccessViewPage,
            "GET",
            f"/api/v1/vault/secrets/{quoted(secret_id)}/accesses",
            query={"after": after, "limit": limit},
        )

    def iterate_accesses(
        self, secret_id: uuid.UUID | str, *, limit: int | None = None
    ) -> AsyncIterator[models.SecretAccessView]:
        """List accesses of a secret.

        List the minutes in which a secret was asked for, newest first, given or refused; the audit log proves
        each.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/vault/secrets/{secret_id}/accesses`, permission `kernel:secret:read`.
        """
        return self._pages(
            models.SecretAccessViewPage, f"/api/v1/vault/secrets/{quoted(secret_id)}/accesses", query={"limit": limit}
        )

    async def list_history(
        self, secret_id: uuid.UUID | str, *, after: int | None = None, limit: int | None = None
    ) -> models.SecretHistoryViewPage:
        """List what was done to a secret.

        List what was done to a secret, newest first: made, rotated, changed, disabled, removed, and by whom.

        `GET /api/v1/vault/secrets/{secret_id}/history`, permission `kernel:secret:read`.
        """
        return await self._send(
            models.SecretHistoryViewPage,
            "GET",
            f"/api/v1/vault/secrets/{quoted(secret_id)}/history",
            query={"after": after, "limit": limit},
        )

    def iterate_history(
        self, secret_id: uuid.UUID | str, *, limit: int | None = None
    ) -> AsyncIterator[models.SecretHistoryView]:
        """List what was done to a secret.

        List what was done to a secret, newest first: made, rotated, changed, disabled, removed, and by whom.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/vault/secrets/{secret_id}/history`, permission `kernel:secret:read`.
        """
        return self._pages(
            models.SecretHistoryViewPage, f"/api/v1/vault/secrets/{quoted(secret_id)}/history", query={"limit": limit}
        )

    async def list_secrets(
        self,
        *,
        state: Literal["active", "disabled", "removed"] | None = None,
        connection: str | None = None,
        destination: str | None = None,
        words: str | None = None,
        due_days: int | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.SecretViewPage:
        """List secrets.

        List secrets, newest first; removed ones only where `state` asks for them.

        `GET /api/v1/vault/secrets`, permission `kernel:secret:read`.
        """
        return await self._send(
            models.SecretViewPage,
            "GET",
            "/api/v1/vault/secrets",
            query={
                "state": state,
                "connection": connection,
                "destination": destination,
                "words": words,
                "due_days": due_days,
                "after": after,
                "limit": limit,
            },
        )

    def iterate_secrets(
        self,
        *,
        state: Literal["active", "disabled", "removed"] | None = None,
        connection: str | None = None,
        destination: str | None = None,
        words: str | None = None,
        due_days: int | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.SecretView]:
        """List secrets.

        List secrets, newest first; removed ones only where `state` asks for them.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/vault/secrets`, permission `kernel:secret:read`.
        """
        return self._pages(
            models.SecretViewPage,
            "/api/v1/vault/secrets",
            query={
                "state": state,
                "connection": connection,
                "destination": destination,
                "words": words,
                "due_days": due_days,
                "limit": limit,
            },
        )

    async def remove_secret(self, secret_id: uuid.UUID | str) -> None:
        """Remove a secret.

        Destroy the values of a secret. Its name, history and accesses stay; there is no way back.

        `DELETE /api/v1/vault/secrets/{secret_id}`, permission `kernel:secret:manage`.
        """
        await self._act("DELETE", f"/api/v1/vault/secrets/{quoted(secret_id)}")

    async def rotate_data_key(self, *, idempotency_key: str | None = None) -> models.DataKeyAnswer:
        """Renew the data key.

        Make a new data key for the organisation. Secrets are brought under it by and by; all stay usable
        meanwhile.

        `POST /api/v1/vault/data-key/rotate`, permission `kernel:secret:manage`.
        """
        return await self._send(
            models.DataKeyAnswer, "POST", "/api/v1/vault/data-key/rotate", once=True, key=idempotency_key
        )

    async def rotate_secret(
        self,
        secret_id: uuid.UUID | str,
        *,
        value: str,
        expires_at: datetime.datetime | None = None,
        grace_seconds: int | None = None,
        revision: int | None = None,
        rotate_after: datetime.datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.SecretView:
        """Rotate a secret.

        Give a secret a new value; the one before is still given beside it for a time, so that nothing stands
        still.

        `POST /api/v1/vault/secrets/{secret_id}/rotate`, permission `kernel:secret:manage`.
        """
        return await self._send(
            models.SecretView,
            "POST",
            f"/api/v1/vault/secrets/{quoted(secret_id)}/rotate",
            fields={"value": value},
            options={
                "expires_at": expires_at,
                "grace_seconds": grace_seconds,
                "revision": revision,
                "rotate_after": rotate_after,
            },
            once=True,
            key=idempotency_key,
        )
