"""The operations of privacy. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Literal

from intendant.client._generated.models import privacy as models
from intendant.client._groups import AsyncDownload, AsyncGroup, Download, Group, quoted


class Privacy(Group):
    """The operations of privacy."""

    def confirm_request(
        self, request_id: uuid.UUID | str, *, revision: int, seen: str, idempotency_key: str | None = None
    ) -> models.RequestView:
        """Confirm an erasure.

        Confirm an erasure that was looked at: a task carries it out. It cannot be taken back.

        `POST /api/v1/privacy/requests/{request_id}/confirm`, permission `kernel:person:erase`.
        """
        return self._send(
            models.RequestView,
            "POST",
            f"/api/v1/privacy/requests/{quoted(request_id)}/confirm",
            fields={"revision": revision, "seen": seen},
            once=True,
            key=idempotency_key,
        )

    def current_consents(self, *, person: str) -> models.CurrentConsents:
        """Return where a person stands.

        Return the last thing that a person said about each purpose, and what they said before.

        `POST /api/v1/privacy/consents/current`, permission `kernel:person:read`.
        """
        return self._send(models.CurrentConsents, "POST", "/api/v1/privacy/consents/current", fields={"person": person})

    def dry_run(self, data_class: str, *, after_days: int | None = None) -> models.DryRunView:
        """Count what a rule would touch.

        Count what a rule would touch now, without touching it.

        `GET /api/v1/privacy/retention/{data_class}/dry-run`, permission `kernel:person:read`.
        """
        return self._send(
            models.DryRunView,
            "GET",
            f"/api/v1/privacy/retention/{quoted(data_class)}/dry-run",
            query={"after_days": after_days},
        )

    def get_data_map(self) -> models.DataMap:
        """Show where personal data lies.

        Return every table that holds data about people, with what becomes of it, and every other with the
        reason.

        `GET /api/v1/privacy/data-map`, permission `kernel:person:read`.
        """
        return self._send(models.DataMap, "GET", "/api/v1/privacy/data-map")

    def get_request(self, request_id: uuid.UUID | str) -> models.RequestView:
        """Return a request.

        Return one request with its progress.

        `GET /api/v1/privacy/requests/{request_id}`, permission `kernel:person:read`.
        """
        return self._send(models.RequestView, "GET", f"/api/v1/privacy/requests/{quoted(request_id)}")

    def list_consents(
        self,
        *,
        purpose: str | None = None,
        state: Sequence[Literal["given", "withdrawn"]] | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.ConsentViewPage:
        """List consents.

        List what people said, newest first.

        `GET /api/v1/privacy/consents`, permission `kernel:person:read`.
        """
        return self._send(
            models.ConsentViewPage,
            "GET",
            "/api/v1/privacy/consents",
            query={"purpose": purpose, "state": state, "after": after, "limit": limit},
        )

    def iterate_consents(
        self,
        *,
        purpose: str | None = None,
        state: Sequence[Literal["given", "withdrawn"]] | None = None,
        limit: int | None = None,
    ) -> Iterator[models.ConsentView]:
        """List consents.

        List what people said, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/privacy/consents`, permission `kernel:person:read`.
        """
        return self._pages(
            models.ConsentViewPage,
            "/api/v1/privacy/consents",
            query={"purpose": purpose, "state": state, "limit": limit},
        )

    def list_holds(
        self, *, open: bool | None = None, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.HoldViewPage:
        """List legal holds.

        List legal holds, newest first.

        `GET /api/v1/privacy/holds`, permission `kernel:person:read`.
        """
        return self._send(
            models.HoldViewPage, "GET", "/api/v1/privacy/holds", query={"open": open, "after": after, "limit": limit}
        )

    def iterate_holds(self, *, open: bool | None = None, limit: int | None = None) -> Iterator[models.HoldView]:
        """List legal holds.

        List legal holds, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/privacy/holds`, permission `kernel:person:read`.
        """
        return self._pages(models.HoldViewPage, "/api/v1/privacy/holds", query={"open": open, "limit": limit})

    def list_requests(
        self,
        *,
        kind: Literal["export", "erasure"] | None = None,
        state: Sequence[Literal["open", "queued", "running", "done", "refused", "expired", "failed"]] | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.RequestViewPage:
        """List requests of people.

        List requests for copies and erasure, newest first.

        `GET /api/v1/privacy/requests`, permission `kernel:person:read`.
        """
        return self._send(
            models.RequestViewPage,
            "GET",
            "/api/v1/privacy/requests",
            query={"kind": kind, "state": state, "after": after, "limit": limit},
        )

    def iterate_requests(
        self,
        *,
        kind: Literal["export", "erasure"] | None = None,
        state: Sequence[Literal["open", "queued", "running", "done", "refused", "expired", "failed"]] | None = None,
        limit: int | None = None,
    ) -> Iterator[models.RequestView]:
        """List requests of people.

        List requests for copies and erasure, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/privacy/requests`, permission `kernel:person:read`.
        """
        return self._pages(
            models.RequestViewPage, "/api/v1/privacy/requests", query={"kind": kind, "state": state, "limit": limit}
        )

    def list_rules(self) -> models.RulesView:
        """List rules of retention.

        List every class of data with its rule. Nothing is deleted unless `enabled`.

        `GET /api/v1/privacy/retention`, permission `kernel:person:read`.
        """
        return self._send(models.RulesView, "GET", "/api/v1/privacy/retention")

    def list_runs(
        self, *, data_class: str | None = None, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.RunViewPage:
        """List runs of retention.

        List what rules of retention erased, newest first.

        `GET /api/v1/privacy/retention-runs`, permission `kernel:person:read`.
        """
        return self._send(
            models.RunViewPage,
            "GET",
            "/api/v1/privacy/retention-runs",
            query={"data_class": data_class, "after": after, "limit": limit},
        )

    def iterate_runs(self, *, data_class: str | None = None, limit: int | None = None) -> Iterator[models.RunView]:
        """List runs of retention.

        List what rules of retention erased, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/privacy/retention-runs`, permission `kernel:person:read`.
        """
        return self._pages(
            models.RunViewPage, "/api/v1/privacy/retention-runs", query={"data_class": data_class, "limit": limit}
        )

    def make_request(
        self,
        *,
        ground: str,
        kind: Literal["export", "erasure"],
        person: str,
        roots: Sequence[uuid.UUID | str],
        requested_at: datetime.datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.RequestView:
        """Take down a request.

        Take down what a person asks. A copy is made at once; an erasure waits to be looked at and confirmed.

        `POST /api/v1/privacy/requests`, permission `kernel:person:read`.
        """
        return self._send(
            models.RequestView,
            "POST",
            "/api/v1/privacy/requests",
            fields={"ground": ground, "kind": kind, "person": person, "roots": roots},
            options={"requested_at": requested_at},
            once=True,
            key=idempotency_key,
        )

    def place_hold(
        self,
        *,
        reason: str,
        data_class: str | None = None,
        root: uuid.UUID | str | None = None,
        idempotency_key: str | None = None,
    ) -> models.HoldView:
        """Place a legal hold.

        Keep one case or a class of data, whatever a rule says or a person asks, until the hold is released.

        `POST /api/v1/privacy/holds`, permission `kernel:retention:manage`.
        """
        return self._send(
            models.HoldView,
            "POST",
            "/api/v1/privacy/holds",
            fields={"reason": reason},
            options={"data_class": data_class, "root": root},
            once=True,
            key=idempotency_key,
        )

    def preview_request(self, request_id: uuid.UUID | str) -> models.ErasurePreview:
        """Show what an erasure would do.

        Work out what would go, what must stay and why, and how many rows of each table are concerned; nothing
        is changed.

        `GET /api/v1/privacy/requests/{request_id}/preview`, permission `kernel:person:read`.
        """
        return self._send(models.ErasurePreview, "GET", f"/api/v1/privacy/requests/{quoted(request_id)}/preview")

    def record_consent(
        self,
        *,
        person: str,
        purpose: str,
        source: str,
        state: Literal["given", "withdrawn"],
        text_version: str,
        at: datetime.datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.ConsentView:
        """Take down a consent.

        Take down that a person consented to a purpose, or withdrew that. What was said before stays on
        record.

        `POST /api/v1/privacy/consents`, permission `kernel:person:consent`.
        """
        return self._send(
            models.ConsentView,
            "POST",
            "/api/v1/privacy/consents",
            fields={
                "person": person,
                "purpose": purpose,
                "source": source,
                "state": state,
                "text_version": text_version,
            },
            options={"at": at},
            once=True,
            key=idempotency_key,
        )

    def refuse_request(
        self, request_id: uuid.UUID | str, *, reason: str, revision: int, idempotency_key: str | None = None
    ) -> models.RequestView:
        """Refuse a request.

        Refuse an open request with the reason that the person is told.

        `POST /api/v1/privacy/requests/{request_id}/refuse`, permission `kernel:person:erase`.
        """
        return self._send(
            models.RequestView,
            "POST",
            f"/api/v1/privacy/requests/{quoted(request_id)}/refuse",
            fields={"reason": reason, "revision": revision},
            once=True,
            key=idempotency_key,
        )

    def release_hold(
        self, hold_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.HoldView:
        """Release a legal hold.

        Release a hold; rules and requests apply again.

        `POST /api/v1/privacy/holds/{hold_id}/release`, permission `kernel:retention:manage`.
        """
        return self._send(
            models.HoldView,
            "POST",
            f"/api/v1/privacy/holds/{quoted(hold_id)}/release",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def search_people(
        self,
        *,
        born: str | None = None,
        email: str | None = None,
        name: str | None = None,
        phone: str | None = None,
        reference: str | None = None,
    ) -> models.PeopleFound:
        """Find a person.

        List what may be this person's, newest first in each class. The search is on record, its words are
        not.

        `POST /api/v1/privacy/people/search`, permission `kernel:person:read`.
        """
        return self._send(
            models.PeopleFound,
            "POST",
            "/api/v1/privacy/people/search",
            options={"born": born, "email": email, "name": name, "phone": phone, "reference": reference},
            fields={},
        )

    def set_rule(
        self, data_class: str, *, after_days: int, enabled: bool, legal_days: int, reason: str, revision: int
    ) -> models.RetentionRuleView:
        """Set a rule of retention.

        Set for how long a class of data is kept after its end, and whether it then goes.

        `PUT /api/v1/privacy/retention/{data_class}`, permission `kernel:retention:manage`.
        """
        return self._send(
            models.RetentionRuleView,
            "PUT",
            f"/api/v1/privacy/retention/{quoted(data_class)}",
            fields={
                "after_days": after_days,
                "enabled": enabled,
                "legal_days": legal_days,
                "reason": reason,
                "revision": revision,
            },
        )

    def take_copy(self, request_id: uuid.UUID | str) -> Download:
        """Take a copy.

        Return the copy as a zip file (`index.html`, `index.json`, `data/*.json`); that it was taken is on
        record.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/privacy/requests/{request_id}/file`, permission `kernel:person:read`.
        """
        return self._download("GET", f"/api/v1/privacy/requests/{quoted(request_id)}/file")


class AsyncPrivacy(AsyncGroup):
    """The operations of privacy, for asynchronous programs."""

    async def confirm_request(
        self, request_id: uuid.UUID | str, *, revision: int, seen: str, idempotency_key: str | None = None
    ) -> models.RequestView:
        """Confirm an erasure.

        Confirm an erasure that was looked at: a task carries it out. It cannot be taken back.

        `POST /api/v1/privacy/requests/{request_id}/confirm`, permission `kernel:person:erase`.
        """
        return await self._send(
            models.RequestView,
            "POST",
            f"/api/v1/privacy/requests/{quoted(request_id)}/confirm",
            fields={"revision": revision, "seen": seen},
            once=True,
            key=idempotency_key,
        )

    async def current_consents(self, *, person: str) -> models.CurrentConsents:
        """Return where a person stands.

        Return the last thing that a person said about each purpose, and what they said before.

        `POST /api/v1/privacy/consents/current`, permission `kernel:person:read`.
        """
        return await self._send(
            models.CurrentConsents, "POST", "/api/v1/privacy/consents/current", fields={"person": person}
        )

    async def dry_run(self, data_class: str, *, after_days: int | None = None) -> models.DryRunView:
        """Count what a rule would touch.

        Count what a rule would touch now, without touching it.

        `GET /api/v1/privacy/retention/{data_class}/dry-run`, permission `kernel:person:read`.
        """
        return await self._send(
            models.DryRunView,
            "GET",
            f"/api/v1/privacy/retention/{quoted(data_class)}/dry-run",
            query={"after_days": after_days},
        )

    async def get_data_map(self) -> models.DataMap:
        """Show where personal data lies.

        Return every table that holds data about people, with what becomes of it, and every other with the
        reason.

        `GET /api/v1/privacy/data-map`, permission `kernel:person:read`.
        """
        return await self._send(models.DataMap, "GET", "/api/v1/privacy/data-map")

    async def get_request(self, request_id: uuid.UUID | str) -> models.RequestView:
        """Return a request.

        Return one request with its progress.

        `GET /api/v1/privacy/requests/{request_id}`, permission `kernel:person:read`.
        """
        return await self._send(models.RequestView, "GET", f"/api/v1/privacy/requests/{quoted(request_id)}")

    async def list_consents(
        self,
        *,
        purpose: str | None = None,
        state: Sequence[Literal["given", "withdrawn"]] | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.ConsentViewPage:
        """List consents.

        List what people said, newest first.

        `GET /api/v1/privacy/consents`, permission `kernel:person:read`.
        """
        return await self._send(
            models.ConsentViewPage,
            "GET",
            "/api/v1/privacy/consents",
            query={"purpose": purpose, "state": state, "after": after, "limit": limit},
        )

    def iterate_consents(
        self,
        *,
        purpose: str | None = None,
        state: Sequence[Literal["given", "withdrawn"]] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.ConsentView]:
        """List consents.

        List what people said, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/privacy/consents`, permission `kernel:person:read`.
        """
        return self._pages(
            models.ConsentViewPage,
            "/api/v1/privacy/consents",
            query={"purpose": purpose, "state": state, "limit": limit},
        )

    async def list_holds(
        self, *, open: bool | None = None, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.HoldViewPage:
        """List legal holds.

        List legal holds, newest first.

        `GET /api/v1/privacy/holds`, permission `kernel:person:read`.
        """
        return await self._send(
            models.HoldViewPage, "GET", "/api/v1/privacy/holds", query={"open": open, "after": after, "limit": limit}
        )

    def iterate_holds(self, *, open: bool | None = None, limit: int | None = None) -> AsyncIterator[models.HoldView]:
        """List legal holds.

        List legal holds, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/privacy/holds`, permission `kernel:person:read`.
        """
        return self._pages(models.HoldViewPage, "/api/v1/privacy/holds", query={"open": open, "limit": limit})

    async def list_requests(
        self,
        *,
        kind: Literal["export", "erasure"] | None = None,
        state: Sequence[Literal["open", "queued", "running", "done", "refused", "expired", "failed"]] | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.RequestViewPage:
        """List requests of people.

        List requests for copies and erasure, newest first.

        `GET /api/v1/privacy/requests`, permission `kernel:person:read`.
        """
        return await self._send(
            models.RequestViewPage,
            "GET",
            "/api/v1/privacy/requests",
            query={"kind": kind, "state": state, "after": after, "limit": limit},
        )

    def iterate_requests(
        self,
        *,
        kind: Literal["export", "erasure"] | None = None,
        state: Sequence[Literal["open", "queued", "running", "done", "refused", "expired", "failed"]] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.RequestView]:
        """List requests of people.

        List requests for copies and erasure, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/privacy/requests`, permission `kernel:person:read`.
        """
        return self._pages(
            models.RequestViewPage, "/api/v1/privacy/requests", query={"kind": kind, "state": state, "limit": limit}
        )

    async def list_rules(self) -> models.RulesView:
        """List rules of retention.

        List every class of data with its rule. Nothing is deleted unless `enabled`.

        `GET /api/v1/privacy/retention`, permission `kernel:person:read`.
        """
        return await self._send(models.RulesView, "GET", "/api/v1/privacy/retention")

    async def list_runs(
        self, *, data_class: str | None = None, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.RunViewPage:
        """List runs of retention.

        List what rules of retention erased, newest first.

        `GET /api/v1/privacy/retention-runs`, permission `kernel:person:read`.
        """
        return await self._send(
            models.RunViewPage,
            "GET",
            "/api/v1/privacy/retention-runs",
            query={"data_class": data_class, "after": after, "limit": limit},
        )

    def iterate_runs(self, *, data_class: str | None = None, limit: int | None = None) -> AsyncIterator[models.RunView]:
        """List runs of retention.

        List what rules of retention erased, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/privacy/retention-runs`, permission `kernel:person:read`.
        """
        return self._pages(
            models.RunViewPage, "/api/v1/privacy/retention-runs", query={"data_class": data_class, "limit": limit}
        )

    async def make_request(
        self,
        *,
        ground: str,
        kind: Literal["export", "erasure"],
        person: str,
        roots: Sequence[uuid.UUID | str],
        requested_at: datetime.datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.RequestView:
        """Take down a request.

        Take down what a person asks. A copy is made at once; an erasure waits to be looked at and confirmed.

        `POST /api/v1/privacy/requests`, permission `kernel:person:read`.
        """
        return await self._send(
            models.RequestView,
            "POST",
            "/api/v1/privacy/requests",
            fields={"ground": ground, "kind": kind, "person": person, "roots": roots},
            options={"requested_at": requested_at},
            once=True,
            key=idempotency_key,
        )

    async def place_hold(
        self,
        *,
        reason: str,
        data_class: str | None = None,
        root: uuid.UUID | str | None = None,
        idempotency_key: str | None = None,
    ) -> models.HoldView:
        """Place a legal hold.

        Keep one case or a class of data, whatever a rule says or a person asks, until the hold is released.

        `POST /api/v1/privacy/holds`, permission `kernel:retention:manage`.
        """
        return await self._send(
            models.HoldView,
            "POST",
            "/api/v1/privacy/holds",
            fields={"reason": reason},
            options={"data_class": data_class, "root": root},
            once=True,
            key=idempotency_key,
        )

    async def preview_request(self, request_id: uuid.UUID | str) -> models.ErasurePreview:
        """Show what an erasure would do.

        Work out what would go, what must stay and why, and how many rows of each table are concerned; nothing
        is changed.

        `GET /api/v1/privacy/requests/{request_id}/preview`, permission `kernel:person:read`.
        """
        return await self._send(models.ErasurePreview, "GET", f"/api/v1/privacy/requests/{quoted(request_id)}/preview")

    async def record_consent(
        self,
        *,
        person: str,
        purpose: str,
        source: str,
        state: Literal["given", "withdrawn"],
        text_version: str,
        at: datetime.datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.ConsentView:
        """Take down a consent.

        Take down that a person consented to a purpose, or withdrew that. What was said before stays on
        record.

        `POST /api/v1/privacy/consents`, permission `kernel:person:consent`.
        """
        return await self._send(
            models.ConsentView,
            "POST",
            "/api/v1/privacy/consents",
            fields={
                "person": person,
                "purpose": purpose,
                "source": source,
                "state": state,
                "text_version": text_version,
            },
            options={"at": at},
            once=True,
            key=idempotency_key,
        )

    async def refuse_request(
        self, request_id: uuid.UUID | str, *, reason: str, revision: int, idempotency_key: str | None = None
    ) -> models.RequestView:
        """Refuse a request.

        Refuse an open request with the reason that the person is told.

        `POST /api/v1/privacy/requests/{request_id}/refuse`, permission `kernel:person:erase`.
        """
        return await self._send(
            models.RequestView,
            "POST",
            f"/api/v1/privacy/requests/{quoted(request_id)}/refuse",
            fields={"reason": reason, "revision": revision},
            once=True,
            key=idempotency_key,
        )

    async def release_hold(
        self, hold_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.HoldView:
        """Release a legal hold.

        Release a hold; rules and requests apply again.

        `POST /api/v1/privacy/holds/{hold_id}/release`, permission `kernel:retention:manage`.
        """
        return await self._send(
            models.HoldView,
            "POST",
            f"/api/v1/privacy/holds/{quoted(hold_id)}/release",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def search_people(
        self,
        *,
        born: str | None = None,
        email: str | None = None,
        name: str | None = None,
        phone: str | None = None,
        reference: str | None = None,
    ) -> models.PeopleFound:
        """Find a person.

        List what may be this person's, newest first in each class. The search is on record, its words are
        not.

        `POST /api/v1/privacy/people/search`, permission `kernel:person:read`.
        """
        return await self._send(
            models.PeopleFound,
            "POST",
            "/api/v1/privacy/people/search",
            options={"born": born, "email": email, "name": name, "phone": phone, "reference": reference},
            fields={},
        )

    async def set_rule(
        self, data_class: str, *, after_days: int, enabled: bool, legal_days: int, reason: str, revision: int
    ) -> models.RetentionRuleView:
        """Set a rule of retention.

        Set for how long a class of data is kept after its end, and whether it then goes.

        `PUT /api/v1/privacy/retention/{data_class}`, permission `kernel:retention:manage`.
        """
        return await self._send(
            models.RetentionRuleView,
            "PUT",
            f"/api/v1/privacy/retention/{quoted(data_class)}",
            fields={
                "after_days": after_days,
                "enabled": enabled,
                "legal_days": legal_days,
                "reason": reason,
                "revision": revision,
            },
        )

    def take_copy(self, request_id: uuid.UUID | str) -> AsyncDownload:
        """Take a copy.

        Return the copy as a zip file (`index.html`, `index.json`, `data/*.json`); that it was taken is on
        record.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/privacy/requests/{request_id}/file`, permission `kernel:person:read`.
        """
        return self._download("GET", f"/api/v1/privacy/requests/{quoted(request_id)}/file")
