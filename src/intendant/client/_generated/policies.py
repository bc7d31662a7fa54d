"""The operations of policies. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from intendant.client._generated.models import policies as models
from intendant.client._groups import AsyncDownload, AsyncGroup, Download, Group, quoted


class Policies(Group):
    """The operations of policies."""

    def approve(
        self, proposal_id: uuid.UUID | str, *, digest: str, reason: str, idempotency_key: str | None = None
    ) -> models.ProposalView:
        """Approve a proposal.

        Give the second person's word: it holds at once, or from its date on. The author and their keys
        cannot.

        `POST /api/v1/policies/proposals/{proposal_id}/approve`, permission `kernel:policy:publish`.
        """
        return self._send(
            models.ProposalView,
            "POST",
            f"/api/v1/policies/proposals/{quoted(proposal_id)}/approve",
            fields={"digest": digest, "reason": reason},
            once=True,
            key=idempotency_key,
        )

    def cancel(
        self, proposal_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.ProposalView:
        """Cancel a scheduled policy.

        Cancel what is scheduled, and with it what was to follow it.

        `POST /api/v1/policies/proposals/{proposal_id}/cancel`, permission `kernel:policy:publish`.
        """
        return self._send(
            models.ProposalView,
            "POST",
            f"/api/v1/policies/proposals/{quoted(proposal_id)}/cancel",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def check(
        self, kind: str, *, policy: models.PolicyDocument | Mapping[str, Any], idempotency_key: str | None = None
    ) -> models.CheckAnswer:
        """Check a policy.

        Check a policy without publishing it: contradictions block; gaps and overlaps are shown with an
        example.

        `POST /api/v1/policies/{kind}/check`, permission `kernel:policy:publish`.
        """
        return self._send(
            models.CheckAnswer,
            "POST",
            f"/api/v1/policies/{quoted(kind)}/check",
            fields={"policy": policy},
            once=True,
            key=idempotency_key,
        )

    def diff(self, kind: str, *, old: int, new: int) -> models.DiffAnswer:
        """Compare two versions.

        Say in words what changed between two versions.

        `GET /api/v1/policies/{kind}/diff`, permission `kernel:policy:read`.
        """
        return self._send(
            models.DiffAnswer, "GET", f"/api/v1/policies/{quoted(kind)}/diff", query={"old": old, "new": new}
        )

    def export_trial(
        self, kind: str, *, policy: models.PolicyDocument | Mapping[str, Any], limit: int | None = None
    ) -> Download:
        """Export what a draft would change as a table.

        Try a draft like `try`, and return every decision that it would change, before and after.

        A file: use the answer in a `with` block, and read or save it there.

        `POST /api/v1/policies/{kind}/try/export.csv`, permission `kernel:policy:publish`.
        """
        return self._download(
            "POST",
            f"/api/v1/policies/{quoted(kind)}/try/export.csv",
            fields={"policy": policy},
            options={"limit": limit},
        )

    def get(self, kind: str, *, version: int | None = None) -> models.PolicyView:
        """Return a policy.

        Return the active policy of a kind, or one version of it.

        `GET /api/v1/policies/{kind}`, permission `kernel:policy:read`.
        """
        return self._send(models.PolicyView, "GET", f"/api/v1/policies/{quoted(kind)}", query={"version": version})

    def get_proposal(self, proposal_id: uuid.UUID | str) -> models.ProposalDetail:
        """Return a proposal.

        Return a proposal with its policy and its changes in words.

        `GET /api/v1/policies/proposals/{proposal_id}`, permission `kernel:policy:read`.
        """
        return self._send(models.ProposalDetail, "GET", f"/api/v1/policies/proposals/{quoted(proposal_id)}")

    def get_vocabulary(self, kind: str) -> models.VocabularyView:
        """List the words of a kind's policy.

        Say what a policy of a kind may be written with: values, how each compares, actions, and every closed
        list of words.

        `GET /api/v1/policies/{kind}/vocabulary`, permission `kernel:policy:read`.
        """
        return self._send(models.VocabularyView, "GET", f"/api/v1/policies/{quoted(kind)}/vocabulary")

    def list(
        self, *, kind: str | None = None, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.PolicyVersionPage:
        """List policy versions.

        List versions of policies, newest first, without their bodies.

        `GET /api/v1/policies`, permission `kernel:policy:read`.
        """
        return self._send(
            models.PolicyVersionPage, "GET", "/api/v1/policies", query={"kind": kind, "after": after, "limit": limit}
        )

    def iterate(self, *, kind: str | None = None, limit: int | None = None) -> Iterator[models.PolicyVersion]:
        """List policy versions.

        List versions of policies, newest first, without their bodies.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/policies`, permission `kernel:policy:read`.
        """
        return self._pages(models.PolicyVersionPage, "/api/v1/policies", query={"kind": kind, "limit": limit})

    def list_proposals(
        self,
        *,
        kind: str | None = None,
        waiting: bool | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.ProposalViewPage:
        """List proposals.

        List policies that were proposed or scheduled, newest first; with `waiting` only those that still are.

        `GET /api/v1/policies/proposals`, permission `kernel:policy:read`.
        """
        return self._send(
            models.ProposalViewPage,
            "GET",
            "/api/v1/policies/proposals",
            query={"kind": kind, "waiting": waiting, "after": after, "limit": limit},
        )

    def iterate_proposals(
        self, *, kind: str | None = None, waiting: bool | None = None, limit: int | None = None
    ) -> Iterator[models.ProposalView]:
        """List proposals.

        List policies that were proposed or scheduled, newest first; with `waiting` only those that still are.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/policies/proposals`, permission `kernel:policy:read`.
        """
        return self._pages(
            models.ProposalViewPage,
            "/api/v1/policies/proposals",
            query={"kind": kind, "waiting": waiting, "limit": limit},
        )

    def publish(
        self,
        kind: str,
        *,
        policy: models.PolicyDocument | Mapping[str, Any],
        reason: str,
        effective_from: datetime.datetime | None = None,
        follows: uuid.UUID | str | None = None,
        replaces: int | None = None,
        whatever_is_active: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.SubmittedPolicy:
        """Publish a policy.

        Publish a new version from the next decision on, or from a date on; where the active one asks for it,
        propose it.

        `POST /api/v1/policies/{kind}`, permission `kernel:policy:publish`.
        """
        return self._send(
            models.SubmittedPolicy,
            "POST",
            f"/api/v1/policies/{quoted(kind)}",
            fields={"policy": policy, "reason": reason},
            options={
                "effective_from": effective_from,
                "follows": follows,
                "replaces": replaces,
                "whatever_is_active": whatever_is_active,
            },
            once=True,
            key=idempotency_key,
        )

    def reject(
        self, proposal_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.ProposalView:
        """Reject a proposal.

        Say no as the second person.

        `POST /api/v1/policies/proposals/{proposal_id}/reject`, permission `kernel:policy:publish`.
        """
        return self._send(
            models.ProposalView,
            "POST",
            f"/api/v1/policies/proposals/{quoted(proposal_id)}/reject",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def roll_back(
        self,
        kind: str,
        *,
        reason: str,
        version: int,
        effective_from: datetime.datetime | None = None,
        follows: uuid.UUID | str | None = None,
        whatever_is_active: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.SubmittedPolicy:
        """Roll a policy back.

        Publish an earlier version's policy as a new version, at once or from a date on; or propose it.

        `POST /api/v1/policies/{kind}/rollback`, permission `kernel:policy:publish`.
        """
        return self._send(
            models.SubmittedPolicy,
            "POST",
            f"/api/v1/policies/{quoted(kind)}/rollback",
            fields={"reason": reason, "version": version},
            options={"effective_from": effective_from, "follows": follows, "whatever_is_active": whatever_is_active},
            once=True,
            key=idempotency_key,
        )

    def try_draft(
        self, kind: str, *, policy: models.PolicyDocument | Mapping[str, Any], limit: int | None = None
    ) -> models.TrialAnswer:
        """Try a draft on recorded decisions.

        Say what a draft would have done with the newest decisions, on their frozen values. It changes
        nothing.

        `POST /api/v1/policies/{kind}/try`, permission `kernel:policy:publish`.
        """
        return self._send(
            models.TrialAnswer,
            "POST",
            f"/api/v1/policies/{quoted(kind)}/try",
            fields={"policy": policy},
            options={"limit": limit},
        )

    def withdraw(
        self, proposal_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.ProposalView:
        """Withdraw a proposal.

        Take one's own proposal back.

        `POST /api/v1/policies/proposals/{proposal_id}/withdraw`, permission `kernel:policy:publish`.
        """
        return self._send(
            models.ProposalView,
            "POST",
            f"/api/v1/policies/proposals/{quoted(proposal_id)}/withdraw",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )


class AsyncPolicies(AsyncGroup):
    """The operations of policies, for asynchronous programs."""

    async def approve(
        self, proposal_id: uuid.UUID | str, *, digest: str, reason: str, idempotency_key: str | None = None
    ) -> models.ProposalView:
        """Approve a proposal.

        Give the second person's word: it holds at once, or from its date on. The author and their keys
        cannot.

        `POST /api/v1/policies/proposals/{proposal_id}/approve`, permission `kernel:policy:publish`.
        """
        return await self._send(
            models.ProposalView,
            "POST",
            f"/api/v1/policies/proposals/{quoted(proposal_id)}/approve",
            fields={"digest": digest, "reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def cancel(
        self, proposal_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.ProposalView:
        """Cancel a scheduled policy.

        Cancel what is scheduled, and with it what was to follow it.

        `POST /api/v1/policies/proposals/{proposal_id}/cancel`, permission `kernel:policy:publish`.
        """
        return await self._send(
            models.ProposalView,
            "POST",
            f"/api/v1/policies/proposals/{quoted(proposal_id)}/cancel",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def check(
        self, kind: str, *, policy: models.PolicyDocument | Mapping[str, Any], idempotency_key: str | None = None
    ) -> models.CheckAnswer:
        """Check a policy.

        Check a policy without publishing it: contradictions block; gaps and overlaps are shown with an
        example.

        `POST /api/v1/policies/{kind}/check`, permission `kernel:policy:publish`.
        """
        return await self._send(
            models.CheckAnswer,
            "POST",
            f"/api/v1/policies/{quoted(kind)}/check",
            fields={"policy": policy},
            once=True,
            key=idempotency_key,
        )

    async def diff(self, kind: str, *, old: int, new: int) -> models.DiffAnswer:
        """Compare two versions.

        Say in words what changed between two versions.

        `GET /api/v1/policies/{kind}/diff`, permission `kernel:policy:read`.
        """
        return await self._send(
            models.DiffAnswer, "GET", f"/api/v1/policies/{quoted(kind)}/diff", query={"old": old, "new": new}
        )

    def export_trial(
        self, kind: str, *, policy: models.PolicyDocument | Mapping[str, Any], limit: int | None = None
    ) -> AsyncDownload:
        """Export what a draft would change as a table.

        Try a draft like `try`, and return every decision that it would change, before and after.

        A file: use the answer in a `with` block, and read or save it there.

        `POST /api/v1/policies/{kind}/try/export.csv`, permission `kernel:policy:publish`.
        """
        return self._download(
            "POST",
            f"/api/v1/policies/{quoted(kind)}/try/export.csv",
            fields={"policy": policy},
            options={"limit": limit},
        )

    async def get(self, kind: str, *, version: int | None = None) -> models.PolicyView:
        """Return a policy.

        Return the active policy of a kind, or one version of it.

        `GET /api/v1/policies/{kind}`, permission `kernel:policy:read`.
        """
        return await self._send(
            models.PolicyView, "GET", f"/api/v1/policies/{quoted(kind)}", query={"version": version}
        )

    async def get_proposal(self, proposal_id: uuid.UUID | str) -> models.ProposalDetail:
        """Return a proposal.

        Return a proposal with its policy and its changes in words.

        `GET /api/v1/policies/proposals/{proposal_id}`, permission `kernel:policy:read`.
        """
        return await self._send(models.ProposalDetail, "GET", f"/api/v1/policies/proposals/{quoted(proposal_id)}")

    async def get_vocabulary(self, kind: str) -> models.VocabularyView:
        """List the words of a kind's policy.

        Say what a policy of a kind may be written with: values, how each compares, actions, and every closed
        list of words.

        `GET /api/v1/policies/{kind}/vocabulary`, permission `kernel:policy:read`.
        """
        return await self._send(models.VocabularyView, "GET", f"/api/v1/policies/{quoted(kind)}/vocabulary")

    async def list(
        self, *, kind: str | None = None, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.PolicyVersionPage:
        """List policy versions.

        List versions of policies, newest first, without their bodies.

        `GET /api/v1/policies`, permission `kernel:policy:read`.
        """
        return await self._send(
            models.PolicyVersionPage, "GET", "/api/v1/policies", query={"kind": kind, "after": after, "limit": limit}
        )

    def iterate(self, *, kind: str | None = None, limit: int | None = None) -> AsyncIterator[models.PolicyVersion]:
        """List policy versions.

        List versions of policies, newest first, without their bodies.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/policies`, permission `kernel:policy:read`.
        """
        return self._pages(models.PolicyVersionPage, "/api/v1/policies", query={"kind": kind, "limit": limit})

    async def list_proposals(
        self,
        *,
        kind: str | None = None,
        waiting: bool | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.ProposalViewPage:
        """List proposals.

        List policies that were proposed or scheduled, newest first; with `waiting` only those that still are.

        `GET /api/v1/policies/proposals`, permission `kernel:policy:read`.
        """
        return await self._send(
            models.ProposalViewPage,
            "GET",
            "/api/v1/policies/proposals",
            query={"kind": kind, "waiting": waiting, "after": after, "limit": limit},
        )

    def iterate_proposals(
        self, *, kind: str | None = None, waiting: bool | None = None, limit: int | None = None
    ) -> AsyncIterator[models.ProposalView]:
        """List proposals.

        List policies that were proposed or scheduled, newest first; with `waiting` only those that still are.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/policies/proposals`, permission `kernel:policy:read`.
        """
        return self._pages(
            models.ProposalViewPage,
            "/api/v1/policies/proposals",
            query={"kind": kind, "waiting": waiting, "limit": limit},
        )

    async def publish(
        self,
        kind: str,
        *,
        policy: models.PolicyDocument | Mapping[str, Any],
        reason: str,
        effective_from: datetime.datetime | None = None,
        follows: uuid.UUID | str | None = None,
        replaces: int | None = None,
        whatever_is_active: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.SubmittedPolicy:
        """Publish a policy.

        Publish a new version from the next decision on, or from a date on; where the active one asks for it,
        propose it.

        `POST /api/v1/policies/{kind}`, permission `kernel:policy:publish`.
        """
        return await self._send(
            models.SubmittedPolicy,
            "POST",
            f"/api/v1/policies/{quoted(kind)}",
            fields={"policy": policy, "reason": reason},
            options={
                "effective_from": effective_from,
                "follows": follows,
                "replaces": replaces,
                "whatever_is_active": whatever_is_active,
            },
            once=True,
            key=idempotency_key,
        )

    async def reject(
        self, proposal_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.ProposalView:
        """Reject a proposal.

        Say no as the second person.

        `POST /api/v1/policies/proposals/{proposal_id}/reject`, permission `kernel:policy:publish`.
        """
        return await self._send(
            models.ProposalView,
            "POST",
            f"/api/v1/policies/proposals/{quoted(proposal_id)}/reject",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def roll_back(
        self,
        kind: str,
        *,
        reason: str,
        version: int,
        effective_from: datetime.datetime | None = None,
        follows: uuid.UUID | str | None = None,
        whatever_is_active: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.SubmittedPolicy:
        """Roll a policy back.

        Publish an earlier version's policy as a new version, at once or from a date on; or propose it.

        `POST /api/v1/policies/{kind}/rollback`, permission `kernel:policy:publish`.
        """
        return await self._send(
            models.SubmittedPolicy,
            "POST",
            f"/api/v1/policies/{quoted(kind)}/rollback",
            fields={"reason": reason, "version": version},
            options={"effective_from": effective_from, "follows": follows, "whatever_is_active": whatever_is_active},
            once=True,
            key=idempotency_key,
        )

    async def try_draft(
        self, kind: str, *, policy: models.PolicyDocument | Mapping[str, Any], limit: int | None = None
    ) -> models.TrialAnswer:
        """Try a draft on recorded decisions.

        Say what a draft would have done with the newest decisions, on their frozen values. It changes
        nothing.

        `POST /api/v1/policies/{kind}/try`, permission `kernel:policy:publish`.
        """
        return await self._send(
            models.TrialAnswer,
            "POST",
            f"/api/v1/policies/{quoted(kind)}/try",
            fields={"policy": policy},
            options={"limit": limit},
        )

    async def withdraw(
        self, proposal_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.ProposalView:
        """Withdraw a proposal.

        Take one's own proposal back.

        `POST /api/v1/policies/proposals/{proposal_id}/withdraw`, permission `kernel:policy:publish`.
        """
        return await self._send(
            models.ProposalView,
            "POST",
            f"/api/v1/policies/proposals/{quoted(proposal_id)}/withdraw",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )
