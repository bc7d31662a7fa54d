"""The operations of decisions. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from decimal import Decimal

from intendant.client._generated.models import decisions as models
from intendant.client._generated.models import shared
from intendant.client._groups import AsyncDownload, AsyncGroup, Download, Group, quoted


class Decisions(Group):
    """The operations of decisions."""

    def count_facets(
        self,
        *,
        kind: Sequence[str] | None = None,
        verdict: Sequence[shared.VerdictKind] | None = None,
        action: Sequence[str] | None = None,
        component: Sequence[str] | None = None,
        decided_by: Sequence[models.DeciderKind] | None = None,
        subject_id: uuid.UUID | str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        q: str | None = None,
    ) -> models.FacetsView:
        """Count decisions by facet.

        Count decisions by verdict, action, kind, component and who decided, each without its own filter.

        `GET /api/v1/decisions/facets`, permission `kernel:decision:read`.
        """
        return self._send(
            models.FacetsView,
            "GET",
            "/api/v1/decisions/facets",
            query={
                "kind": kind,
                "verdict": verdict,
                "action": action,
                "component": component,
                "decided_by": decided_by,
                "subject_id": subject_id,
                "since": since,
                "until": until,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "q": q,
            },
        )

    def explain(self, decision_id: uuid.UUID | str) -> models.Explanation:
        """Explain a decision.

        Explain a decision from its frozen values: reasons, factors, what would have changed it. Computed when
        asked.

        `GET /api/v1/decisions/{decision_id}/explanation`, permission `kernel:decision:read`.
        """
        return self._send(models.Explanation, "GET", f"/api/v1/decisions/{quoted(decision_id)}/explanation")

    def export(
        self,
        *,
        kind: Sequence[str] | None = None,
        verdict: Sequence[shared.VerdictKind] | None = None,
        action: Sequence[str] | None = None,
        component: Sequence[str] | None = None,
        decided_by: Sequence[models.DeciderKind] | None = None,
        subject_id: uuid.UUID | str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        q: str | None = None,
    ) -> Download:
        """Export decisions as a table.

        Export the decisions that the filters let through, newest first, at most a million. That it was done
        is recorded.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/decisions/export.csv`, permission `kernel:decision:read`.
        """
        return self._download(
            "GET",
            "/api/v1/decisions/export.csv",
            query={
                "kind": kind,
                "verdict": verdict,
                "action": action,
                "component": component,
                "decided_by": decided_by,
                "subject_id": subject_id,
                "since": since,
                "until": until,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "q": q,
            },
        )

    def get(self, decision_id: uuid.UUID | str) -> shared.DecisionRecord:
        """Return the record of a decision.

        Return the full record of a decision; without the proposal while a blind case about it waits for an
        answer.

        `GET /api/v1/decisions/{decision_id}`, permission `kernel:decision:read`.
        """
        return self._send(shared.DecisionRecord, "GET", f"/api/v1/decisions/{quoted(decision_id)}")

    def list(
        self,
        *,
        sort: models.Sort | None = None,
        after: str | None = None,
        limit: int | None = None,
        kind: Sequence[str] | None = None,
        verdict: Sequence[shared.VerdictKind] | None = None,
        action: Sequence[str] | None = None,
        component: Sequence[str] | None = None,
        decided_by: Sequence[models.DeciderKind] | None = None,
        subject_id: uuid.UUID | str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        q: str | None = None,
    ) -> models.DecisionPage:
        """List decisions.

        List decisions, newest first unless `sort` says otherwise, without their records.

        A filter may be given several times (`verdict=ask&verdict=refuse`): any of its values will do.

        `GET /api/v1/decisions`, permission `kernel:decision:read`.
        """
        return self._send(
            models.DecisionPage,
            "GET",
            "/api/v1/decisions",
            query={
                "sort": sort,
                "after": after,
                "limit": limit,
                "kind": kind,
                "verdict": verdict,
                "action": action,
                "component": component,
                "decided_by": decided_by,
                "subject_id": subject_id,
                "since": since,
                "until": until,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "q": q,
            },
        )

    def iterate(
        self,
        *,
        sort: models.Sort | None = None,
        limit: int | None = None,
        kind: Sequence[str] | None = None,
        verdict: Sequence[shared.VerdictKind] | None = None,
        action: Sequence[str] | None = None,
        component: Sequence[str] | None = None,
        decided_by: Sequence[models.DeciderKind] | None = None,
        subject_id: uuid.UUID | str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        q: str | None = None,
    ) -> Iterator[models.DecisionView]:
        """List decisions.

        List decisions, newest first unless `sort` says otherwise, without their records.

        A filter may be given several times (`verdict=ask&verdict=refuse`): any of its values will do.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/decisions`, permission `kernel:decision:read`.
        """
        return self._pages(
            models.DecisionPage,
            "/api/v1/decisions",
            query={
                "sort": sort,
                "limit": limit,
                "kind": kind,
                "verdict": verdict,
                "action": action,
                "component": component,
                "decided_by": decided_by,
                "subject_id": subject_id,
                "since": since,
                "until": until,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "q": q,
            },
        )

    def list_outcomes(
        self, decision_id: uuid.UUID | str, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.OutcomeViewPage:
        """List the outcomes of a decision.

        List what became of a decision, newest first.

        `GET /api/v1/decisions/{decision_id}/outcomes`, permission `kernel:decision:read`.
        """
        return self._send(
            models.OutcomeViewPage,
            "GET",
            f"/api/v1/decisions/{quoted(decision_id)}/outcomes",
            query={"after": after, "limit": limit},
        )

    def iterate_outcomes(
        self, decision_id: uuid.UUID | str, *, limit: int | None = None
    ) -> Iterator[models.OutcomeView]:
        """List the outcomes of a decision.

        List what became of a decision, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/decisions/{decision_id}/outcomes`, permission `kernel:decision:read`.
        """
        return self._pages(
            models.OutcomeViewPage, f"/api/v1/decisions/{quoted(decision_id)}/outcomes", query={"limit": limit}
        )

    def list_similar(self, decision_id: uuid.UUID | str, *, limit: int | None = None) -> models.SimilarViewPage:
        """List settled cases like a decision's.

        List past cases like this one, nearest first, and how they ended; not while this one is to be judged
        blind.

        `GET /api/v1/decisions/{decision_id}/similar`, permission `kernel:decision:read`.
        """
        return self._send(
            models.SimilarViewPage, "GET", f"/api/v1/decisions/{quoted(decision_id)}/similar", query={"limit": limit}
        )

    def read_timeline(self, decision_id: uuid.UUID | str) -> models.Timeline:
        """Return what happened around a decision.

        Return in order how a decision came about, what was asked and answered, done and taken back, and what
        became of it.

        `GET /api/v1/decisions/{decision_id}/timeline`, permission `kernel:decision:read`.
        """
        return self._send(models.Timeline, "GET", f"/api/v1/decisions/{quoted(decision_id)}/timeline")

    def trace(self, decision_id: uuid.UUID | str) -> models.Trace:
        """Return the full trace of a decision.

        Return every rule and condition of the policy version that held, recomputed on the decision's frozen
        values.

        `GET /api/v1/decisions/{decision_id}/trace`, permission `kernel:decision:read`.
        """
        return self._send(models.Trace, "GET", f"/api/v1/decisions/{quoted(decision_id)}/trace")

    def wait_for_answer(self, decision_id: uuid.UUID | str, *, wait: float | None = None) -> models.AnswerView:
        """Wait for a decision's answer.

        Return how a decision ended; where people are asked, wait until they answered, the deadline fell, or
        time is over.

        `GET /api/v1/decisions/{decision_id}/answer`, permission `kernel:decision:read`.
        """
        return self._send(
            models.AnswerView, "GET", f"/api/v1/decisions/{quoted(decision_id)}/answer", query={"wait": wait}
        )

    def wait_for_answers(
        self, *, decision_ids: Sequence[uuid.UUID | str], wait: float | None = None
    ) -> models.AnswersView:
        """Wait for the answers of several decisions.

        Return how decisions ended, once all of them did or time is over. Changes nothing.

        `POST /api/v1/decisions/answers`, permission `kernel:decision:read`.
        """
        return self._send(
            models.AnswersView,
            "POST",
            "/api/v1/decisions/answers",
            fields={"decision_ids": decision_ids},
            options={"wait": wait},
        )


class AsyncDecisions(AsyncGroup):
    """The operations of decisions, for asynchronous programs."""

    async def count_facets(
        self,
        *,
        kind: Sequence[str] | None = None,
        verdict: Sequence[shared.VerdictKind] | None = None,
        action: Sequence[str] | None = None,
        component: Sequence[str] | None = None,
        decided_by: Sequence[models.DeciderKind] | None = None,
        subject_id: uuid.UUID | str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        q: str | None = None,
    ) -> models.FacetsView:
        """Count decisions by facet.

        Count decisions by verdict, action, kind, component and who decided, each without its own filter.

        `GET /api/v1/decisions/facets`, permission `kernel:decision:read`.
        """
        return await self._send(
            models.FacetsView,
            "GET",
            "/api/v1/decisions/facets",
            query={
                "kind": kind,
                "verdict": verdict,
                "action": action,
                "component": component,
                "decided_by": decided_by,
                "subject_id": subject_id,
                "since": since,
                "until": until,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "q": q,
            },
        )

    async def explain(self, decision_id: uuid.UUID | str) -> models.Explanation:
        """Explain a decision.

        Explain a decision from its frozen values: reasons, factors, what would have changed it. Computed when
        asked.

        `GET /api/v1/decisions/{decision_id}/explanation`, permission `kernel:decision:read`.
        """
        return await self._send(models.Explanation, "GET", f"/api/v1/decisions/{quoted(decision_id)}/explanation")

    def export(
        self,
        *,
        kind: Sequence[str] | None = None,
        verdict: Sequence[shared.VerdictKind] | None = None,
        action: Sequence[str] | None = None,
        component: Sequence[str] | None = None,
        decided_by: Sequence[models.DeciderKind] | None = None,
        subject_id: uuid.UUID | str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        q: str | None = None,
    ) -> AsyncDownload:
        """Export decisions as a table.

        Export the decisions that the filters let through, newest first, at most a million. That it was done
        is recorded.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/decisions/export.csv`, permission `kernel:decision:read`.
        """
        return self._download(
            "GET",
            "/api/v1/decisions/export.csv",
            query={
                "kind": kind,
                "verdict": verdict,
                "action": action,
                "component": component,
                "decided_by": decided_by,
                "subject_id": subject_id,
                "since": since,
                "until": until,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "q": q,
            },
        )

    async def get(self, decision_id: uuid.UUID | str) -> shared.DecisionRecord:
        """Return the record of a decision.

        Return the full record of a decision; without the proposal while a blind case about it waits for an
        answer.

        `GET /api/v1/decisions/{decision_id}`, permission `kernel:decision:read`.
        """
        return await self._send(shared.DecisionRecord, "GET", f"/api/v1/decisions/{quoted(decision_id)}")

    async def list(
        self,
        *,
        sort: models.Sort | None = None,
        after: str | None = None,
        limit: int | None = None,
        kind: Sequence[str] | None = None,
        verdict: Sequence[shared.VerdictKind] | None = None,
        action: Sequence[str] | None = None,
        component: Sequence[str] | None = None,
        decided_by: Sequence[models.DeciderKind] | None = None,
        subject_id: uuid.UUID | str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        q: str | None = None,
    ) -> models.DecisionPage:
        """List decisions.

        List decisions, newest first unless `sort` says otherwise, without their records.

        A filter may be given several times (`verdict=ask&verdict=refuse`): any of its values will do.

        `GET /api/v1/decisions`, permission `kernel:decision:read`.
        """
        return await self._send(
            models.DecisionPage,
            "GET",
            "/api/v1/decisions",
            query={
                "sort": sort,
                "after": after,
                "limit": limit,
                "kind": kind,
                "verdict": verdict,
                "action": action,
                "component": component,
                "decided_by": decided_by,
                "subject_id": subject_id,
                "since": since,
                "until": until,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "q": q,
            },
        )

    def iterate(
        self,
        *,
        sort: models.Sort | None = None,
        limit: int | None = None,
        kind: Sequence[str] | None = None,
        verdict: Sequence[shared.VerdictKind] | None = None,
        action: Sequence[str] | None = None,
        component: Sequence[str] | None = None,
        decided_by: Sequence[models.DeciderKind] | None = None,
        subject_id: uuid.UUID | str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        q: str | None = None,
    ) -> AsyncIterator[models.DecisionView]:
        """List decisions.

        List decisions, newest first unless `sort` says otherwise, without their records.

        A filter may be given several times (`verdict=ask&verdict=refuse`): any of its values will do.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/decisions`, permission `kernel:decision:read`.
        """
        return self._pages(
            models.DecisionPage,
            "/api/v1/decisions",
            query={
                "sort": sort,
                "limit": limit,
                "kind": kind,
                "verdict": verdict,
                "action": action,
                "component": component,
                "decided_by": decided_by,
                "subject_id": subject_id,
                "since": since,
                "until": until,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "q": q,
            },
        )

    async def list_outcomes(
        self, decision_id: uuid.UUID | str, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.OutcomeViewPage:
        """List the outcomes of a decision.

        List what became of a decision, newest first.

        `GET /api/v1/decisions/{decision_id}/outcomes`, permission `kernel:decision:read`.
        """
        return await self._send(
            models.OutcomeViewPage,
            "GET",
            f"/api/v1/decisions/{quoted(decision_id)}/outcomes",
            query={"after": after, "limit": limit},
        )

    def iterate_outcomes(
        self, decision_id: uuid.UUID | str, *, limit: int | None = None
    ) -> AsyncIterator[models.OutcomeView]:
        """List the outcomes of a decision.

        List what became of a decision, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/decisions/{decision_id}/outcomes`, permission `kernel:decision:read`.
        """
        return self._pages(
            models.OutcomeViewPage, f"/api/v1/decisions/{quoted(decision_id)}/outcomes", query={"limit": limit}
        )

    async def list_similar(self, decision_id: uuid.UUID | str, *, limit: int | None = None) -> models.SimilarViewPage:
        """List settled cases like a decision's.

        List past cases like this one, nearest first, and how they ended; not while this one is to be judged
        blind.

        `GET /api/v1/decisions/{decision_id}/similar`, permission `kernel:decision:read`.
        """
        return await self._send(
            models.SimilarViewPage, "GET", f"/api/v1/decisions/{quoted(decision_id)}/similar", query={"limit": limit}
        )

    async def read_timeline(self, decision_id: uuid.UUID | str) -> models.Timeline:
        """Return what happened around a decision.

        Return in order how a decision came about, what was asked and answered, done and taken back, and what
        became of it.

        `GET /api/v1/decisions/{decision_id}/timeline`, permission `kernel:decision:read`.
        """
        return await self._send(models.Timeline, "GET", f"/api/v1/decisions/{quoted(decision_id)}/timeline")

    async def trace(self, decision_id: uuid.UUID | str) -> models.Trace:
        """Return the full trace of a decision.

        Return every rule and condition of the policy version that held, recomputed on the decision's frozen
        values.

        `GET /api/v1/decisions/{decision_id}/trace`, permission `kernel:decision:read`.
        """
        return await self._send(models.Trace, "GET", f"/api/v1/decisions/{quoted(decision_id)}/trace")

    async def wait_for_answer(self, decision_id: uuid.UUID | str, *, wait: float | None = None) -> models.AnswerView:
        """Wait for a decision's answer.

        Return how a decision ended; where people are asked, wait until they answered, the deadline fell, or
        time is over.

        `GET /api/v1/decisions/{decision_id}/answer`, permission `kernel:decision:read`.
        """
        return await self._send(
            models.AnswerView, "GET", f"/api/v1/decisions/{quoted(decision_id)}/answer", query={"wait": wait}
        )

    async def wait_for_answers(
        self, *, decision_ids: Sequence[uuid.UUID | str], wait: float | None = None
    ) -> models.AnswersView:
        """Wait for the answers of several decisions.

        Return how decisions ended, once all of them did or time is over. Changes nothing.

        `POST /api/v1/decisions/answers`, permission `kernel:decision:read`.
        """
        return await self._send(
            models.AnswersView,
            "POST",
            "/api/v1/decisions/answers",
            fields={"decision_ids": decision_ids},
            options={"wait": wait},
        )
