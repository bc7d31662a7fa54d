"""The operations of access. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Literal

from intendant.client._generated.models import access as models
from intendant.client._groups import AsyncGroup, Group, quoted
from intendant.client._values import OMITTED, Omitted


class Access(Group):
    """The operations of access."""

    def add_user(
        self, *, email: str, role: models.Role, name: str | None = None, idempotency_key: str | None = None
    ) -> models.UserAdded:
        """Add a user.

        Add a user to this organisation. Nobody grants a role above their own.

        `POST /api/v1/access/users`, permission `access:user:manage`.
        """
        return self._send(
            models.UserAdded,
            "POST",
            "/api/v1/access/users",
            fields={"email": email, "role": role},
            options={"name": name},
            once=True,
            key=idempotency_key,
        )

    def change_me(
        self, *, name: str | Omitted | None = OMITTED, time_zone: str | Omitted | None = OMITTED
    ) -> models.Me:
        """Change one's own profile.

        Change one's own name, and the time zone in which one wants to read times.

        `PATCH /api/v1/access/me`, permission `access:self:read`.
        """
        return self._send(
            models.Me, "PATCH", "/api/v1/access/me", options={"name": name, "time_zone": time_zone}, fields={}
        )

    def change_password(self, *, current: str, password: str) -> models.Ended:
        """Change one's own password.

        Change one's own password; all other sessions end.

        `POST /api/v1/access/password`, permission `access:self:read`.
        """
        return self._send(
            models.Ended, "POST", "/api/v1/access/password", fields={"current": current, "password": password}
        )

    def create_key(
        self,
        *,
        name: str,
        role: models.Role,
        expires_at: datetime.datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.KeyCreated:
        """Create an API key.

        Create an API key of this organisation. Its secret is in this answer and nowhere else.

        `POST /api/v1/access/keys`, permission `access:key:manage`.
        """
        return self._send(
            models.KeyCreated,
            "POST",
            "/api/v1/access/keys",
            fields={"name": name, "role": role},
            options={"expires_at": expires_at},
            once=True,
            key=idempotency_key,
        )

    def disable_user(self, user_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.UserView:
        """Shut a user out.

        End all sessions of a user and let them open no other.

        `POST /api/v1/access/users/{user_id}/disable`, permission `access:user:manage`.
        """
        return self._send(
            models.UserView, "POST", f"/api/v1/access/users/{quoted(user_id)}/disable", once=True, key=idempotency_key
        )

    def enable_user(self, user_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.UserView:
        """Let a user in again.

        Let a user who was shut out sign in again.

        `POST /api/v1/access/users/{user_id}/enable`, permission `access:user:manage`.
        """
        return self._send(
            models.UserView, "POST", f"/api/v1/access/users/{quoted(user_id)}/enable", once=True, key=idempotency_key
        )

    def end_other_sessions(self, *, idempotency_key: str | None = None) -> models.Ended:
        """End all other sessions.

        End every session of one's own but this one, effective within a second everywhere.

        `POST /api/v1/access/sessions/end-others`, permission `access:self:read`.
        """
        return self._send(models.Ended, "POST", "/api/v1/access/sessions/end-others", once=True, key=idempotency_key)

    def get_notifications(self) -> models.NotificationsView:
        """Return what one wants to be told of.

        Return one's own choices in this organisation.

        `GET /api/v1/access/me/notifications`, permission `access:self:read`.
        """
        return self._send(models.NotificationsView, "GET", "/api/v1/access/me/notifications")

    def list_keys(self, *, after: uuid.UUID | str | None = None, limit: int | None = None) -> models.KeyViewPage:
        """List API keys.

        List API keys of this organisation, newest first, revoked ones too.

        `GET /api/v1/access/keys`, permission `access:key:read`.
        """
        return self._send(models.KeyViewPage, "GET", "/api/v1/access/keys", query={"after": after, "limit": limit})

    def iterate_keys(self, *, limit: int | None = None) -> Iterator[models.KeyView]:
        """List API keys.

        List API keys of this organisation, newest first, revoked ones too.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/access/keys`, permission `access:key:read`.
        """
        return self._pages(models.KeyViewPage, "/api/v1/access/keys", query={"limit": limit})

    def list_sessions(
        self, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.SessionViewPage:
        """List one's own sessions.

        List one's own living sessions, newest first.

        `GET /api/v1/access/sessions`, permission `access:self:read`.
        """
        return self._send(
            models.SessionViewPage, "GET", "/api/v1/access/sessions", query={"after": after, "limit": limit}
        )

    def iterate_sessions(self, *, limit: int | None = None) -> Iterator[models.SessionView]:
        """List one's own sessions.

        List one's own living sessions, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/access/sessions`, permission `access:self:read`.
        """
        return self._pages(models.SessionViewPage, "/api/v1/access/sessions", query={"limit": limit})

    def list_users(self, *, after: uuid.UUID | str | None = None, limit: int | None = None) -> models.UserViewPage:
        """List users.

        List users of this organisation in the order in which they were made.

        `GET /api/v1/access/users`, permission `access:user:read`.
        """
        return self._send(models.UserViewPage, "GET", "/api/v1/access/users", query={"after": after, "limit": limit})

    def iterate_users(self, *, limit: int | None = None) -> Iterator[models.UserView]:
        """List users.

        List users of this organisation in the order in which they were made.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/access/users`, permission `access:user:read`.
        """
        return self._pages(models.UserViewPage, "/api/v1/access/users", query={"limit": limit})

    def make_reset_link(self, user_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.LinkMade:
        """Make a link to a new password.

        Make a one-time link by which a user chooses a new password; hand it over by a way you trust.

        `POST /api/v1/access/users/{user_id}/reset-link`, permission `access:user:manage`.
        """
        return self._send(
            models.LinkMade,
            "POST",
            f"/api/v1/access/users/{quoted(user_id)}/reset-link",
            once=True,
            key=idempotency_key,
        )

    def me(self) -> models.Me:
        """Say who is asking.

        Return the caller's role and permissions here, and the other organisations they belong to.

        `GET /api/v1/access/me`, permission `access:self:read`.
        """
        return self._send(models.Me, "GET", "/api/v1/access/me")

    def put_notifications(
        self, *, alerts: Sequence[models.AlertChoice | Mapping[str, Any]]
    ) -> models.NotificationsView:
        """Choose what one wants to be told of.

        Keep one's own choices for this organisation.

        `PUT /api/v1/access/me/notifications`, permission `access:self:read`.
        """
        return self._send(models.NotificationsView, "PUT", "/api/v1/access/me/notifications", fields={"alerts": alerts})

    def remove_user(self, user_id: uuid.UUID | str) -> None:
        """Take a user out of this organisation.

        Take a user's place in this organisation away; in others they keep theirs.

        `DELETE /api/v1/access/users/{user_id}`, permission `access:user:manage`.
        """
        self._act("DELETE", f"/api/v1/access/users/{quoted(user_id)}")

    def revoke_key(self, key_id: uuid.UUID | str) -> None:
        """Revoke an API key.

        Revoke an API key, effective within a second everywhere.

        `DELETE /api/v1/access/keys/{key_id}`, permission `access:key:manage`.
        """
        self._act("DELETE", f"/api/v1/access/keys/{quoted(key_id)}")

    def revoke_session(self, session_id: uuid.UUID | str) -> None:
        """End one of one's own sessions.

        End a session of one's own, effective within a second everywhere.

        `DELETE /api/v1/access/sessions/{session_id}`, permission `access:self:read`.
        """
        self._act("DELETE", f"/api/v1/access/sessions/{quoted(session_id)}")

    def set_role(self, user_id: uuid.UUID | str, *, role: models.Role) -> models.UserView:
        """Give a user another role.

        Give a user another role in this organisation, effective within a second.

        `PUT /api/v1/access/users/{user_id}/role`, permission `access:user:manage`.
        """
        return self._send(models.UserView, "PUT", f"/api/v1/access/users/{quoted(user_id)}/role", fields={"role": role})

    def sign_in(
        self, *, email: str, password: str, session: Literal["bearer", "cookie"] | None = None
    ) -> models.SignInAnswer:
        """Open a session.

        Open a session for e-mail and password. Attempts are limited per e-mail and per address.

        `POST /api/v1/access/sign-in`.
        """
        return self._send(
            models.SignInAnswer,
            "POST",
            "/api/v1/access/sign-in",
            fields={"email": email, "password": password},
            options={"session": session},
        )

    def sign_out(self) -> None:
        """End this session.

        End the session that this request came with. An API key stays as it is.

        `POST /api/v1/access/sign-out`, permission `access:self:read`.
        """
        self._act("POST", "/api/v1/access/sign-out")


class AsyncAccess(AsyncGroup):
    """The operations of access, for asynchronous programs."""

    async def add_user(
        self, *, email: str, role: models.Role, name: str | None = None, idempotency_key: str | None = None
    ) -> models.UserAdded:
        """Add a user.

        Add a user to this organisation. Nobody grants a role above their own.

        `POST /api/v1/access/users`, permission `access:user:manage`.
        """
        return await self._send(
            models.UserAdded,
            "POST",
            "/api/v1/access/users",
            fields={"email": email, "role": role},
            options={"name": name},
            once=True,
            key=idempotency_key,
        )

    async def change_me(
        self, *, name: str | Omitted | None = OMITTED, time_zone: str | Omitted | None = OMITTED
    ) -> models.Me:
        """Change one's own profile.

        Change one's own name, and the time zone in which one wants to read times.

        `PATCH /api/v1/access/me`, permission `access:self:read`.
        """
        return await self._send(
            models.Me, "PATCH", "/api/v1/access/me", options={"name": name, "time_zone": time_zone}, fields={}
        )

    async def change_password(self, *, current: str, password: str) -> models.Ended:
        """Change one's own password.

        Change one's own password; all other sessions end.

        `POST /api/v1/access/password`, permission `access:self:read`.
        """
        return await self._send(
            models.Ended, "POST", "/api/v1/access/password", fields={"current": current, "password": password}
        )

    async def create_key(
        self,
        *,
        name: str,
        role: models.Role,
        expires_at: datetime.datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.KeyCreated:
        """Create an API key.

        Create an API key of this organisation. Its secret is in this answer and nowhere else.

        `POST /api/v1/access/keys`, permission `access:key:manage`.
        """
        return await self._send(
            models.KeyCreated,
            "POST",
            "/api/v1/access/keys",
            fields={"name": name, "role": role},
            options={"expires_at": expires_at},
            once=True,
            key=idempotency_key,
        )

    async def disable_user(self, user_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.UserView:
        """Shut a user out.

        End all sessions of a user and let them open no other.

        `POST /api/v1/access/users/{user_id}/disable`, permission `access:user:manage`.
        """
        return await self._send(
            models.UserView, "POST", f"/api/v1/access/users/{quoted(user_id)}/disable", once=True, key=idempotency_key
        )

    async def enable_user(self, user_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.UserView:
        """Let a user in again.

        Let a user who was shut out sign in again.

        `POST /api/v1/access/users/{user_id}/enable`, permission `access:user:manage`.
        """
        return await self._send(
            models.UserView, "POST", f"/api/v1/access/users/{quoted(user_id)}/enable", once=True, key=idempotency_key
        )

    async def end_other_sessions(self, *, idempotency_key: str | None = None) -> models.Ended:
        """End all other sessions.

        End every session of one's own but this one, effective within a second everywhere.

        `POST /api/v1/access/sessions/end-others`, permission `access:self:read`.
        """
        return await self._send(
            models.Ended, "POST", "/api/v1/access/sessions/end-others", once=True, key=idempotency_key
        )

    async def get_notifications(self) -> models.NotificationsView:
        """Return what one wants to be told of.

        Return one's own choices in this organisation.

        `GET /api/v1/access/me/notifications`, permission `access:self:read`.
        """
        return await self._send(models.NotificationsView, "GET", "/api/v1/access/me/notifications")

    async def list_keys(self, *, after: uuid.UUID | str | None = None, limit: int | None = None) -> models.KeyViewPage:
        """List API keys.

        List API keys of this organisation, newest first, revoked ones too.

        `GET /api/v1/access/keys`, permission `access:key:read`.
        """
        return await self._send(
            models.KeyViewPage, "GET", "/api/v1/access/keys", query={"after": after, "limit": limit}
        )

    def iterate_keys(self, *, limit: int | None = None) -> AsyncIterator[models.KeyView]:
        """List API keys.

        List API keys of this organisation, newest first, revoked ones too.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/access/keys`, permission `access:key:read`.
        """
        return self._pages(models.KeyViewPage, "/api/v1/access/keys", query={"limit": limit})

    async def list_sessions(
        self, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.SessionViewPage:
        """List one's own sessions.

        List one's own living sessions, newest first.

        `GET /api/v1/access/sessions`, permission `access:self:read`.
        """
        return await self._send(
            models.SessionViewPage, "GET", "/api/v1/access/sessions", query={"after": after, "limit": limit}
        )

    def iterate_sessions(self, *, limit: int | None = None) -> AsyncIterator[models.SessionView]:
        """List one's own sessions.

        List one's own living sessions, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/access/sessions`, permission `access:self:read`.
        """
        return self._pages(models.SessionViewPage, "/api/v1/access/sessions", query={"limit": limit})

    async def list_users(
        self, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.UserViewPage:
        """List users.

        List users of this organisation in the order in which they were made.

        `GET /api/v1/access/users`, permission `access:user:read`.
        """
        return await self._send(
            models.UserViewPage, "GET", "/api/v1/access/users", query={"after": after, "limit": limit}
        )

    def iterate_users(self, *, limit: int | None = None) -> AsyncIterator[models.UserView]:
        """List users.

        List users of this organisation in the order in which they were made.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/access/users`, permission `access:user:read`.
        """
        return self._pages(models.UserViewPage, "/api/v1/access/users", query={"limit": limit})

    async def make_reset_link(self, user_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.LinkMade:
        """Make a link to a new password.

        Make a one-time link by which a user chooses a new password; hand it over by a way you trust.

        `POST /api/v1/access/users/{user_id}/reset-link`, permission `access:user:manage`.
        """
        return await self._send(
            models.LinkMade,
            "POST",
            f"/api/v1/access/users/{quoted(user_id)}/reset-link",
            once=True,
            key=idempotency_key,
        )

    async def me(self) -> models.Me:
        """Say who is asking.

        Return the caller's role and permissions here, and the other organisations they belong to.

        `GET /api/v1/access/me`, permission `access:self:read`.
        """
        return await self._send(models.Me, "GET", "/api/v1/access/me")

    async def put_notifications(
        self, *, alerts: Sequence[models.AlertChoice | Mapping[str, Any]]
    ) -> models.NotificationsView:
        """Choose what one wants to be told of.

        Keep one's own choices for this organisation.

        `PUT /api/v1/access/me/notifications`, permission `access:self:read`.
        """
        return await self._send(
            models.NotificationsView, "PUT", "/api/v1/access/me/notifications", fields={"alerts": alerts}
        )

    async def remove_user(self, user_id: uuid.UUID | str) -> None:
        """Take a user out of this organisation.

        Take a user's place in this organisation away; in others they keep theirs.

        `DELETE /api/v1/access/users/{user_id}`, permission `access:user:manage`.
        """
        await self._act("DELETE", f"/api/v1/access/users/{quoted(user_id)}")

    async def revoke_key(self, key_id: uuid.UUID | str) -> None:
        """Revoke an API key.

        Revoke an API key, effective within a second everywhere.

        `DELETE /api/v1/access/keys/{key_id}`, permission `access:key:manage`.
        """
        await self._act("DELETE", f"/api/v1/access/keys/{quoted(key_id)}")

    async def revoke_session(self, session_id: uuid.UUID | str) -> None:
        """End one of one's own sessions.

        End a session of one's own, effective within a second everywhere.

        `DELETE /api/v1/access/sessions/{session_id}`, permission `access:self:read`.
        """
        await self._act("DELETE", f"/api/v1/access/sessions/{quoted(session_id)}")

    async def set_role(self, user_id: uuid.UUID | str, *, role: models.Role) -> models.UserView:
        """Give a user another role.

        Give a user another role in this organisation, effective within a second.

        `PUT /api/v1/access/users/{user_id}/role`, permission `access:user:manage`.
        """
        return await self._send(
            models.UserView, "PUT", f"/api/v1/access/users/{quoted(user_id)}/role", fields={"role": role}
        )

    async def sign_in(
        self, *, email: str, password: str, session: Literal["bearer", "cookie"] | None = None
    ) -> models.SignInAnswer:
        """Open a session.

        Open a session for e-mail and password. Attempts are limited per e-mail and per address.

        `POST /api/v1/access/sign-in`.
        """
        return await self._send(
            models.SignInAnswer,
            "POST",
            "/api/v1/access/sign-in",
            fields={"email": email, "password": password},
            options={"session": session},
        )

    async def sign_out(self) -> None:
        """End this session.

        End the session that this request came with. An API key stays as it is.

        `POST /api/v1/access/sign-out`, permission `access:self:read`.
        """
        await self._act("POST", "/api/v1/access/sign-out")
