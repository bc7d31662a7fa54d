"""The operations of audit. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator

from intendant.client._generated.models import audit as models
from intendant.client._groups import AsyncDownload, AsyncGroup, Download, Group, quoted


class Audit(Group):
    """The operations of audit."""

    def export(self) -> Download:
        """Export the log.

        Return the whole log of this organisation (NDJSON, compressed); `intendant audit verify FILE` needs no
        more than it and the public key. The export is itself on the record.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/audit/export`, permission `kernel:audit:export`.
        """
        return self._download("GET", "/api/v1/audit/export")

    def get_leaf(self, leaf_id: uuid.UUID | str) -> models.LeafDetail:
        """Return a leaf.

        Return one leaf of the log with everything that its hash is made of.

        `GET /api/v1/audit/{leaf_id}`, permission `kernel:audit:read`.
        """
        return self._send(models.LeafDetail, "GET", f"/api/v1/audit/{quoted(leaf_id)}")

    def list_checkpoints(self, *, after: int | None = None, limit: int | None = None) -> models.CheckpointViewPage:
        """List checkpoints.

        List the signed checkpoints of this organisation's log, newest first.

        `GET /api/v1/audit/checkpoints`, permission `kernel:audit:read`.
        """
        return self._send(
            models.CheckpointViewPage, "GET", "/api/v1/audit/checkpoints", query={"after": after, "limit": limit}
        )

    def iterate_checkpoints(self, *, limit: int | None = None) -> Iterator[models.CheckpointView]:
        """List checkpoints.

        List the signed checkpoints of this organisation's log, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/audit/checkpoints`, permission `kernel:audit:read`.
        """
        return self._pages(models.CheckpointViewPage, "/api/v1/audit/checkpoints", query={"limit": limit})

    def list_leaves(
        self,
        *,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
        actor: str | None = None,
        act: str | None = None,
        subject: str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        q: str | None = None,
    ) -> models.LeafPage:
        """List what was done.

        List leaves of this organisation's audit log, newest first. A page looks at 20,000 leaves at most.

        `GET /api/v1/audit`, permission `kernel:audit:read`.
        """
        return self._send(
            models.LeafPage,
            "GET",
            "/api/v1/audit",
            query={
                "after": after,
                "limit": limit,
                "actor": actor,
                "act": act,
                "subject": subject,
                "since": since,
                "until": until,
                "q": q,
            },
        )

    def iterate_leaves(
        self,
        *,
        limit: int | None = None,
        actor: str | None = None,
        act: str | None = None,
        subject: str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        q: str | None = None,
    ) -> Iterator[models.LeafView]:
        """List what was done.

        List leaves of this organisation's audit log, newest first. A page looks at 20,000 leaves at most.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/audit`, permission `kernel:audit:read`.
        """
        return self._pages(
            models.LeafPage,
            "/api/v1/audit",
            query={
                "limit": limit,
                "actor": actor,
                "act": act,
                "subject": subject,
                "since": since,
                "until": until,
                "q": q,
            },
        )

    def prove_decision(self, decision_id: uuid.UUID | str) -> models.DecisionProof:
        """Prove that a decision is in the log.

        Prove that a decision's record is in the log as it was written; not while a blind case about it waits.

        `GET /api/v1/decisions/{decision_id}/proof`, permission `kernel:decision:read`.
        """
        return self._send(models.DecisionProof, "GET", f"/api/v1/decisions/{quoted(decision_id)}/proof")

    def prove_leaf(self, leaf_id: uuid.UUID | str) -> models.ProofView:
        """Prove that a leaf is in the log.

        Prove with a few hashes and one signature that a leaf is in the log.

        `GET /api/v1/audit/{leaf_id}/proof`, permission `kernel:audit:read`.
        """
        return self._send(models.ProofView, "GET", f"/api/v1/audit/{quoted(leaf_id)}/proof")

    def public_key(self) -> Download:
        """Return the public key.

        Return the public key (PEM) with which anybody can verify an export.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/audit/public-key`, permission `kernel:audit:read`.
        """
        return self._download("GET", "/api/v1/audit/public-key")

    def verify(self) -> models.VerifyAnswer:
        """Verify the log.

        Check every leaf, every record it binds and every signed checkpoint; name the first that fails.

        What counts is the checkpoint file outside the database. It changes nothing but the record that it was
        done, so it takes no Idempotency-Key.

        `POST /api/v1/audit/verify`, permission `kernel:audit:read`.
        """
        return self._send(models.VerifyAnswer, "POST", "/api/v1/audit/verify")


class AsyncAudit(AsyncGroup):
    """The operations of audit, for asynchronous programs."""

    def export(self) -> AsyncDownload:
        """Export the log.

        Return the whole log of this organisation (NDJSON, compressed); `intendant audit verify FILE` needs no
        more than it and the public key. The export is itself on the record.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/audit/export`, permission `kernel:audit:export`.
        """
        return self._download("GET", "/api/v1/audit/export")

    async def get_leaf(self, leaf_id: uuid.UUID | str) -> models.LeafDetail:
        """Return a leaf.

        Return one leaf of the log with everything that its hash is made of.

        `GET /api/v1/audit/{leaf_id}`, permission `kernel:audit:read`.
        """
        return await self._send(models.LeafDetail, "GET", f"/api/v1/audit/{quoted(leaf_id)}")

    async def list_checkpoints(
        self, *, after: int | None = None, limit: int | None = None
    ) -> models.CheckpointViewPage:
        """List checkpoints.

        List the signed checkpoints of this organisation's log, newest first.

        `GET /api/v1/audit/checkpoints`, permission `kernel:audit:read`.
        """
        return await self._send(
            models.CheckpointViewPage, "GET", "/api/v1/audit/checkpoints", query={"after": after, "limit": limit}
        )

    def iterate_checkpoints(self, *, limit: int | None = None) -> AsyncIterator[models.CheckpointView]:
        """List checkpoints.

        List the signed checkpoints of this organisation's log, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/audit/checkpoints`, permission `kernel:audit:read`.
        """
        return self._pages(models.CheckpointViewPage, "/api/v1/audit/checkpoints", query={"limit": limit})

    async def list_leaves(
        self,
        *,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
        actor: str | None = None,
        act: str | None = None,
        subject: str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        q: str | None = None,
    ) -> models.LeafPage:
        """List what was done.

        List leaves of this organisation's audit log, newest first. A page looks at 20,000 leaves at most.

        `GET /api/v1/audit`, permission `kernel:audit:read`.
        """
        return await self._send(
            models.LeafPage,
            "GET",
            "/api/v1/audit",
            query={
                "after": after,
                "limit": limit,
                "actor": actor,
                "act": act,
                "subject": subject,
                "since": since,
                "until": until,
                "q": q,
            },
        )

    def iterate_leaves(
        self,
        *,
        limit: int | None = None,
        actor: str | None = None,
        act: str | None = None,
        subject: str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        q: str | None = None,
    ) -> AsyncIterator[models.LeafView]:
        """List what was done.

        List leaves of this organisation's audit log, newest first. A page looks at 20,000 leaves at most.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/audit`, permission `kernel:audit:read`.
        """
        return self._pages(
            models.LeafPage,
            "/api/v1/audit",
            query={
                "limit": limit,
                "actor": actor,
                "act": act,
                "subject": subject,
                "since": since,
                "until": until,
                "q": q,
            },
        )

    async def prove_decision(self, decision_id: uuid.UUID | str) -> models.DecisionProof:
        """Prove that a decision is in the log.

        Prove that a decision's record is in the log as it was written; not while a blind case about it waits.

        `GET /api/v1/decisions/{decision_id}/proof`, permission `kernel:decision:read`.
        """
        return await self._send(models.DecisionProof, "GET", f"/api/v1/decisions/{quoted(decision_id)}/proof")

    async def prove_leaf(self, leaf_id: uuid.UUID | str) -> models.ProofView:
        """Prove that a leaf is in the log.

        Prove with a few hashes and one signature that a leaf is in the log.

        `GET /api/v1/audit/{leaf_id}/proof`, permission `kernel:audit:read`.
        """
        return await self._send(models.ProofView, "GET", f"/api/v1/audit/{quoted(leaf_id)}/proof")

    def public_key(self) -> AsyncDownload:
        """Return the public key.

        Return the public key (PEM) with which anybody can verify an export.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/audit/public-key`, permission `kernel:audit:read`.
        """
        return self._download("GET", "/api/v1/audit/public-key")

    async def verify(self) -> models.VerifyAnswer:
        """Verify the log.

        Check every leaf, every record it binds and every signed checkpoint; name the first that fails.

        What counts is the checkpoint file outside the database. It changes nothing but the record that it was
        done, so it takes no Idempotency-Key.

        `POST /api/v1/audit/verify`, permission `kernel:audit:read`.
        """
        return await self._send(models.VerifyAnswer, "POST", "/api/v1/audit/verify")
