"""The operations of approvals. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Literal

from intendant.client._generated.models import approvals as models
from intendant.client._generated.models import shared
from intendant.client._groups import AsyncGroup, Group, quoted


class Approvals(Group):
    """The operations of approvals."""

    def amend(
        self,
        approval_id: uuid.UUID | str,
        *,
        digest: str,
        reason: str,
        action: str | None = None,
        hold_seconds: int | None = None,
        parameters: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> shared.DecisionRecord | models.ApprovalView:
        """Amend a proposal.

        Answer with another action or other parameters than were proposed.

        `POST /api/v1/approvals/{approval_id}/amend`, permission `kernel:approval:answer`.
        """
        return self._either(
            shared.DecisionRecord,
            202,
            models.ApprovalView,
            "POST",
            f"/api/v1/approvals/{quoted(approval_id)}/amend",
            fields={"digest": digest, "reason": reason},
            options={"action": action, "hold_seconds": hold_seconds, "parameters": parameters},
            once=True,
            key=idempotency_key,
        )

    def answer_many(
        self,
        *,
        answer: Literal["approve", "decline"],
        answers: Sequence[models.BulkAnswer | Mapping[str, Any]],
        reason: str,
        hold_seconds: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.BulkView:
        """Answer many proposals alike.

        Approve or decline many proposals at once; each is held, and told apart by its own result.

        `POST /api/v1/approvals/bulk`, permission `kernel:approval:answer`.
        """
        return self._send(
            models.BulkView,
            "POST",
            "/api/v1/approvals/bulk",
            fields={"answer": answer, "answers": answers, "reason": reason},
            options={"hold_seconds": hold_seconds},
            once=True,
            key=idempotency_key,
        )

    def approve(
        self,
        approval_id: uuid.UUID | str,
        *,
        digest: str,
        reason: str,
        hold_seconds: int | None = None,
        idempotency_key: str | None = None,
    ) -> shared.DecisionRecord | models.ApprovalView:
        """Approve a proposal.

        Approve what was proposed.

        `POST /api/v1/approvals/{approval_id}/approve`, permission `kernel:approval:answer`.
        """
        return self._either(
            shared.DecisionRecord,
            202,
            models.ApprovalView,
            "POST",
            f"/api/v1/approvals/{quoted(approval_id)}/approve",
            fields={"digest": digest, "reason": reason},
            options={"hold_seconds": hold_seconds},
            once=True,
            key=idempotency_key,
        )

    def assign(
        self, approval_id: uuid.UUID | str, *, user_id: uuid.UUID | str | None, idempotency_key: str | None = None
    ) -> models.ApprovalView:
        """Assign an approval.

        Assign an open approval to a user, or to nobody.

        `POST /api/v1/approvals/{approval_id}/assign`, permission `kernel:approval:answer`.
        """
        return self._send(
            models.ApprovalView,
            "POST",
            f"/api/v1/approvals/{quoted(approval_id)}/assign",
            fields={"user_id": user_id},
            once=True,
            key=idempotency_key,
        )

    def count(
        self,
        *,
        state: Literal["open", "answered", "expired", "stale", "withdrawn"] | None = None,
        tier: Sequence[shared.Tier] | None = None,
        risk: Sequence[Literal["low", "medium", "high"]] | None = None,
        kind: Sequence[str] | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        held: bool | None = None,
        q: str | None = None,
    ) -> models.ApprovalFacets:
        """Count approvals.

        Count approvals by risk, kind, tier, held answers (each without its own filter) and state, by default
        those that wait.

        `GET /api/v1/approvals/facets`, permission `kernel:approval:read`.
        """
        return self._send(
            models.ApprovalFacets,
            "GET",
            "/api/v1/approvals/facets",
            query={
                "state": state,
                "tier": tier,
                "risk": risk,
                "kind": kind,
                "assignee": assignee,
                "held": held,
                "q": q,
            },
        )

    def decline(
        self,
        approval_id: uuid.UUID | str,
        *,
        digest: str,
        reason: str,
        hold_seconds: int | None = None,
        idempotency_key: str | None = None,
    ) -> shared.DecisionRecord | models.ApprovalView:
        """Decline a proposal.

        Decline what was proposed.

        `POST /api/v1/approvals/{approval_id}/decline`, permission `kernel:approval:answer`.
        """
        return self._either(
            shared.DecisionRecord,
            202,
            models.ApprovalView,
            "POST",
            f"/api/v1/approvals/{quoted(approval_id)}/decline",
            fields={"digest": digest, "reason": reason},
            options={"hold_seconds": hold_seconds},
            once=True,
            key=idempotency_key,
        )

    def get(self, approval_id: uuid.UUID | str) -> models.ApprovalDetail:
        """Return an approval.

        Return an approval with the decision that asked. A blind case hides what was proposed until it is
        answered.

        `GET /api/v1/approvals/{approval_id}`, permission `kernel:approval:read`.
        """
        return self._send(models.ApprovalDetail, "GET", f"/api/v1/approvals/{quoted(approval_id)}")

    def list(
        self,
        *,
        state: Literal["open", "answered", "expired", "stale", "withdrawn"] | None = None,
        tier: Sequence[shared.Tier] | None = None,
        risk: Sequence[Literal["low", "medium", "high"]] | None = None,
        kind: Sequence[str] | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        held: bool | None = None,
        q: str | None = None,
        sort: Literal["due_at", "created_at", "-created_at", "-amount", "confidence"] | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> models.ApprovalViewPage:
        """List approvals.

        List approvals, by default those that wait. Those come by default in the order of their deadlines,
        others newest first.

        `GET /api/v1/approvals`, permission `kernel:approval:read`.
        """
        return self._send(
            models.ApprovalViewPage,
            "GET",
            "/api/v1/approvals",
            query={
                "state": state,
                "tier": tier,
                "risk": risk,
                "kind": kind,
                "assignee": assignee,
                "held": held,
                "q": q,
                "sort": sort,
                "after": after,
                "limit": limit,
            },
        )

    def iterate(
        self,
        *,
        state: Literal["open", "answered", "expired", "stale", "withdrawn"] | None = None,
        tier: Sequence[shared.Tier] | None = None,
        risk: Sequence[Literal["low", "medium", "high"]] | None = None,
        kind: Sequence[str] | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        held: bool | None = None,
        q: str | None = None,
        sort: Literal["due_at", "created_at", "-created_at", "-amount", "confidence"] | None = None,
        limit: int | None = None,
    ) -> Iterator[models.ApprovalView]:
        """List approvals.

        List approvals, by default those that wait. Those come by default in the order of their deadlines,
        others newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/approvals`, permission `kernel:approval:read`.
        """
        return self._pages(
            models.ApprovalViewPage,
            "/api/v1/approvals",
            query={
                "state": state,
                "tier": tier,
                "risk": risk,
                "kind": kind,
                "assignee": assignee,
                "held": held,
                "q": q,
                "sort": sort,
                "limit": limit,
            },
        )

    def take_back(self, approval_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.ApprovalView:
        """Take a held answer back.

        Take a held answer back, one's own or that of a lower tier; the case waits again.

        `POST /api/v1/approvals/{approval_id}/take-back`, permission `kernel:approval:answer`.
        """
        return self._send(
            models.ApprovalView,
            "POST",
            f"/api/v1/approvals/{quoted(approval_id)}/take-back",
            once=True,
            key=idempotency_key,
        )

    def take_back_many(
        self, *, approval_ids: Sequence[uuid.UUID | str], idempotency_key: str | None = None
    ) -> models.BulkView:
        """Take many held answers back.

        Take held answers back, one's own or those of a lower tier; each is told apart by its own result.

        `POST /api/v1/approvals/take-back`, permission `kernel:approval:answer`.
        """
        return self._send(
            models.BulkView,
            "POST",
            "/api/v1/approvals/take-back",
            fields={"approval_ids": approval_ids},
            once=True,
            key=idempotency_key,
        )


class AsyncApprovals(AsyncGroup):
    """The operations of approvals, for asynchronous programs."""

    async def amend(
        self,
        approval_id: uuid.UUID | str,
        *,
        digest: str,
        reason: str,
        action: str | None = None,
        hold_seconds: int | None = None,
        parameters: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> shared.DecisionRecord | models.ApprovalView:
        """Amend a proposal.

        Answer with another action or other parameters than were proposed.

        `POST /api/v1/approvals/{approval_id}/amend`, permission `kernel:approval:answer`.
        """
        return await self._either(
            shared.DecisionRecord,
            202,
            models.ApprovalView,
            "POST",
            f"/api/v1/approvals/{quoted(approval_id)}/amend",
            fields={"digest": digest, "reason": reason},
            options={"action": action, "hold_seconds": hold_seconds, "parameters": parameters},
            once=True,
            key=idempotency_key,
        )

    async def answer_many(
        self,
        *,
        answer: Literal["approve", "decline"],
        answers: Sequence[models.BulkAnswer | Mapping[str, Any]],
        reason: str,
        hold_seconds: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.BulkView:
        """Answer many proposals alike.

        Approve or decline many proposals at once; each is held, and told apart by its own result.

        `POST /api/v1/approvals/bulk`, permission `kernel:approval:answer`.
        """
        return await self._send(
            models.BulkView,
            "POST",
            "/api/v1/approvals/bulk",
            fields={"answer": answer, "answers": answers, "reason": reason},
            options={"hold_seconds": hold_seconds},
            once=True,
            key=idempotency_key,
        )

    async def approve(
        self,
        approval_id: uuid.UUID | str,
        *,
        digest: str,
        reason: str,
        hold_seconds: int | None = None,
        idempotency_key: str | None = None,
    ) -> shared.DecisionRecord | models.ApprovalView:
        """Approve a proposal.

        Approve what was proposed.

        `POST /api/v1/approvals/{approval_id}/approve`, permission `kernel:approval:answer`.
        """
        return await self._either(
            shared.DecisionRecord,
            202,
            models.ApprovalView,
            "POST",
            f"/api/v1/approvals/{quoted(approval_id)}/approve",
            fields={"digest": digest, "reason": reason},
            options={"hold_seconds": hold_seconds},
            once=True,
            key=idempotency_key,
        )

    async def assign(
        self, approval_id: uuid.UUID | str, *, user_id: uuid.UUID | str | None, idempotency_key: str | None = None
    ) -> models.ApprovalView:
        """Assign an approval.

        Assign an open approval to a user, or to nobody.

        `POST /api/v1/approvals/{approval_id}/assign`, permission `kernel:approval:answer`.
        """
        return await self._send(
            models.ApprovalView,
            "POST",
            f"/api/v1/approvals/{quoted(approval_id)}/assign",
            fields={"user_id": user_id},
            once=True,
            key=idempotency_key,
        )

    async def count(
        self,
        *,
        state: Literal["open", "answered", "expired", "stale", "withdrawn"] | None = None,
        tier: Sequence[shared.Tier] | None = None,
        risk: Sequence[Literal["low", "medium", "high"]] | None = None,
        kind: Sequence[str] | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        held: bool | None = None,
        q: str | None = None,
    ) -> models.ApprovalFacets:
        """Count approvals.

        Count approvals by risk, kind, tier, held answers (each without its own filter) and state, by default
        those that wait.

        `GET /api/v1/approvals/facets`, permission `kernel:approval:read`.
        """
        return await self._send(
            models.ApprovalFacets,
            "GET",
            "/api/v1/approvals/facets",
            query={
                "state": state,
                "tier": tier,
                "risk": risk,
                "kind": kind,
                "assignee": assignee,
                "held": held,
                "q": q,
            },
        )

    async def decline(
        self,
        approval_id: uuid.UUID | str,
        *,
        digest: str,
        reason: str,
        hold_seconds: int | None = None,
        idempotency_key: str | None = None,
    ) -> shared.DecisionRecord | models.ApprovalView:
        """Decline a proposal.

        Decline what was proposed.

        `POST /api/v1/approvals/{approval_id}/decline`, permission `kernel:approval:answer`.
        """
        return await self._either(
            shared.DecisionRecord,
            202,
            models.ApprovalView,
            "POST",
            f"/api/v1/approvals/{quoted(approval_id)}/decline",
            fields={"digest": digest, "reason": reason},
            options={"hold_seconds": hold_seconds},
            once=True,
            key=idempotency_key,
        )

    async def get(self, approval_id: uuid.UUID | str) -> models.ApprovalDetail:
        """Return an approval.

        Return an approval with the decision that asked. A blind case hides what was proposed until it is
        answered.

        `GET /api/v1/approvals/{approval_id}`, permission `kernel:approval:read`.
        """
        return await self._send(models.ApprovalDetail, "GET", f"/api/v1/approvals/{quoted(approval_id)}")

    async def list(
        self,
        *,
        state: Literal["open", "answered", "expired", "stale", "withdrawn"] | None = None,
        tier: Sequence[shared.Tier] | None = None,
        risk: Sequence[Literal["low", "medium", "high"]] | None = None,
        kind: Sequence[str] | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        held: bool | None = None,
        q: str | None = None,
        sort: Literal["due_at", "created_at", "-created_at", "-amount", "confidence"] | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> models.ApprovalViewPage:
        """List approvals.

        List approvals, by default those that wait. Those come by default in the order of their deadlines,
        others newest first.

        `GET /api/v1/approvals`, permission `kernel:approval:read`.
        """
        return await self._send(
            models.ApprovalViewPage,
            "GET",
            "/api/v1/approvals",
            query={
                "state": state,
                "tier": tier,
                "risk": risk,
                "kind": kind,
                "assignee": assignee,
                "held": held,
                "q": q,
                "sort": sort,
                "after": after,
                "limit": limit,
            },
        )

    def iterate(
        self,
        *,
        state: Literal["open", "answered", "expired", "stale", "withdrawn"] | None = None,
        tier: Sequence[shared.Tier] | None = None,
        risk: Sequence[Literal["low", "medium", "high"]] | None = None,
        kind: Sequence[str] | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        held: bool | None = None,
        q: str | None = None,
        sort: Literal["due_at", "created_at", "-created_at", "-amount", "confidence"] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.ApprovalView]:
        """List approvals.

        List approvals, by default those that wait. Those come by default in the order of their deadlines,
        others newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/approvals`, permission `kernel:approval:read`.
        """
        return self._pages(
            models.ApprovalViewPage,
            "/api/v1/approvals",
            query={
                "state": state,
                "tier": tier,
                "risk": risk,
                "kind": kind,
                "assignee": assignee,
                "held": held,
                "q": q,
                "sort": sort,
                "limit": limit,
            },
        )

    async def take_back(
        self, approval_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.ApprovalView:
        """Take a held answer back.

        Take a held answer back, one's own or that of a lower tier; the case waits again.

        `POST /api/v1/approvals/{approval_id}/take-back`, permission `kernel:approval:answer`.
        """
        return await self._send(
            models.ApprovalView,
            "POST",
            f"/api/v1/approvals/{quoted(approval_id)}/take-back",
            once=True,
            key=idempotency_key,
        )

    async def take_back_many(
        self, *, approval_ids: Sequence[uuid.UUID | str], idempotency_key: str | None = None
    ) -> models.BulkView:
        """Take many held answers back.

        Take held answers back, one's own or those of a lower tier; each is told apart by its own result.

        `POST /api/v1/approvals/take-back`, permission `kernel:approval:answer`.
        """
        return await self._send(
            models.BulkView,
            "POST",
            "/api/v1/approvals/take-back",
            fields={"approval_ids": approval_ids},
            once=True,
            key=idempotency_key,
        )
