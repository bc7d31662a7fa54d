"""The operations of collections. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from intendant.client._generated.models import collections as models
from intendant.client._groups import AsyncGroup, Group, quoted


class Collections(Group):
    """The operations of collections."""

    def ask_hardship(
        self, loan_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.CaseMarks:
        """Note a request for relief.

        Note that the borrower asks for relief. Until it is granted or refused, nothing is collected.

        `POST /api/v1/lending/collections/loans/{loan_id}/hardship`, permission `lending:loan:service`.
        """
        return self._send(
            models.CaseMarks,
            "POST",
            f"/api/v1/lending/collections/loans/{quoted(loan_id)}/hardship",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def cancel_promise(
        self, promise_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.PromiseView:
        """Cancel a promise.

        Cancel an open promise, such as one recorded by mistake.

        `POST /api/v1/lending/collections/promises/{promise_id}/cancel`, permission `lending:loan:service`.
        """
        return self._send(
            models.PromiseView,
            "POST",
            f"/api/v1/lending/collections/promises/{quoted(promise_id)}/cancel",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def cancel_step(
        self, step_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.StepView:
        """Cancel a step.

        Cancel a planned step; the loan is looked at again after a while.

        `POST /api/v1/lending/collections/steps/{step_id}/cancel`, permission `lending:loan:service`.
        """
        return self._send(
            models.StepView,
            "POST",
            f"/api/v1/lending/collections/steps/{quoted(step_id)}/cancel",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def complete_step(
        self,
        step_id: uuid.UUID | str,
        *,
        outcome: models.ContactOutcome,
        at: datetime.datetime | None = None,
        note: str | None = None,
        promise: models.PromiseBody | Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> models.ContactLogged:
        """Carry out a step.

        Say what came of a planned step.

        `POST /api/v1/lending/collections/steps/{step_id}/done`, permission `lending:loan:service`.
        """
        return self._send(
            models.ContactLogged,
            "POST",
            f"/api/v1/lending/collections/steps/{quoted(step_id)}/done",
            fields={"outcome": outcome},
            options={"at": at, "note": note, "promise": promise},
            once=True,
            key=idempotency_key,
        )

    def count_queue(
        self,
        *,
        bucket: Sequence[int] | None = None,
        next: Sequence[models.NextStep] | None = None,
        action: Sequence[models.StepInput] | None = None,
        product: Sequence[str] | None = None,
        currency: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        q: str | None = None,
        due_by: datetime.date | None = None,
    ) -> models.QueueFacets:
        """Count loans in arrears by facet.

        Count loans in arrears by bucket, by what is next, by step and by product, and add them up by
        currency.

        `GET /api/v1/lending/collections/queue/facets`, permission `lending:loan:read`.
        """
        return self._send(
            models.QueueFacets,
            "GET",
            "/api/v1/lending/collections/queue/facets",
            query={
                "bucket": bucket,
                "next": next,
                "action": action,
                "product": product,
                "currency": currency,
                "assignee": assignee,
                "q": q,
                "due_by": due_by,
            },
        )

    def get_case(self, loan_id: uuid.UUID | str) -> models.CaseView:
        """Show a loan's case.

        Return everything collecting knows of a loan, with which steps the limits allow now.

        `GET /api/v1/lending/collections/loans/{loan_id}`, permission `lending:loan:read`.
        """
        return self._send(models.CaseView, "GET", f"/api/v1/lending/collections/loans/{quoted(loan_id)}")

    def get_cures(self) -> models.CureTable:
        """Show how steps ended.

        Return the history that confidence rests on: how often a step in a bucket was followed by a cure.

        `GET /api/v1/lending/collections/cures`, permission `lending:loan:read`.
        """
        return self._send(models.CureTable, "GET", "/api/v1/lending/collections/cures")

    def grant_hardship(
        self, loan_id: uuid.UUID | str, *, reason: str, until: datetime.date, idempotency_key: str | None = None
    ) -> models.CaseMarks:
        """Grant relief.

        Pause the loan until a day; meanwhile nothing is collected. A restructure is recorded with the loan
        itself.

        `POST /api/v1/lending/collections/loans/{loan_id}/hardship/grant`, permission `lending:loan:relieve`.
        """
        return self._send(
            models.CaseMarks,
            "POST",
            f"/api/v1/lending/collections/loans/{quoted(loan_id)}/hardship/grant",
            fields={"reason": reason, "until": until},
            once=True,
            key=idempotency_key,
        )

    def list_promises(
        self,
        *,
        state: Literal["open", "kept", "broken", "cancelled"] | None = None,
        loan_id: uuid.UUID | str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.PromiseViewPage:
        """List promises to pay.

        List promises, newest first.

        `GET /api/v1/lending/collections/promises`, permission `lending:loan:read`.
        """
        return self._send(
            models.PromiseViewPage,
            "GET",
            "/api/v1/lending/collections/promises",
            query={"state": state, "loan_id": loan_id, "after": after, "limit": limit},
        )

    def iterate_promises(
        self,
        *,
        state: Literal["open", "kept", "broken", "cancelled"] | None = None,
        loan_id: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> Iterator[models.PromiseView]:
        """List promises to pay.

        List promises, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/collections/promises`, permission `lending:loan:read`.
        """
        return self._pages(
            models.PromiseViewPage,
            "/api/v1/lending/collections/promises",
            query={"state": state, "loan_id": loan_id, "limit": limit},
        )

    def list_queue(
        self,
        *,
        sort: models.QueueSort | None = None,
        after: str | None = None,
        limit: int | None = None,
        bucket: Sequence[int] | None = None,
        next: Sequence[models.NextStep] | None = None,
        action: Sequence[models.StepInput] | None = None,
        product: Sequence[str] | None = None,
        currency: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        q: str | None = None,
        due_by: datetime.date | None = None,
    ) -> models.QueueRowPage:
        """List loans in arrears.

        List loans in arrears, each with what is next about it, by priority: expected loss times days past
        due.

        `GET /api/v1/lending/collections/queue`, permission `lending:loan:read`.
        """
        return self._send(
            models.QueueRowPage,
            "GET",
            "/api/v1/lending/collections/queue",
            query={
                "sort": sort,
                "after": after,
                "limit": limit,
                "bucket": bucket,
                "next": next,
                "action": action,
                "product": product,
                "currency": currency,
                "assignee": assignee,
                "q": q,
                "due_by": due_by,
            },
        )

    def iterate_queue(
        self,
        *,
        sort: models.QueueSort | None = None,
        limit: int | None = None,
        bucket: Sequence[int] | None = None,
        next: Sequence[models.NextStep] | None = None,
        action: Sequence[models.StepInput] | None = None,
        product: Sequence[str] | None = None,
        currency: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        q: str | None = None,
        due_by: datetime.date | None = None,
    ) -> Iterator[models.QueueRow]:
        """List loans in arrears.

        List loans in arrears, each with what is next about it, by priority: expected loss times days past
        due.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/collections/queue`, permission `lending:loan:read`.
        """
        return self._pages(
            models.QueueRowPage,
            "/api/v1/lending/collections/queue",
            query={
                "sort": sort,
                "limit": limit,
                "bucket": bucket,
                "next": next,
                "action": action,
                "product": product,
                "currency": currency,
                "assignee": assignee,
                "q": q,
                "due_by": due_by,
            },
        )

    def log_contact(
        self,
        loan_id: uuid.UUID | str,
        *,
        outcome: models.ContactOutcome,
        action: models.StepInput | None = None,
        at: datetime.datetime | None = None,
        channel: models.Channel | None = None,
        note: str | None = None,
        promise: models.PromiseBody | Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> models.ContactLogged:
        """Log a contact.

        Log a contact that took place; a planned step of the same sort is thereby done. Limits that it broke
        are named.

        `POST /api/v1/lending/collections/loans/{loan_id}/contacts`, permission `lending:loan:service`.
        """
        return self._send(
            models.ContactLogged,
            "POST",
            f"/api/v1/lending/collections/loans/{quoted(loan_id)}/contacts",
            fields={"outcome": outcome},
            options={"action": action, "at": at, "channel": channel, "note": note, "promise": promise},
            once=True,
            key=idempotency_key,
        )

    def mark(
        self,
        loan_id: uuid.UUID | str,
        *,
        assignee: uuid.UUID | str | None = None,
        channels: Sequence[models.Channel] | None = None,
        disputed: bool | None = None,
        no_contact: bool | None = None,
        reason: str | None = None,
        time_zone: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.CaseMarks:
        """Note something of a case.

        Say who works on it, whether and by which channels the borrower may be contacted, and where they live.

        `POST /api/v1/lending/collections/loans/{loan_id}/marks`, permission `lending:loan:service`.
        """
        return self._send(
            models.CaseMarks,
            "POST",
            f"/api/v1/lending/collections/loans/{quoted(loan_id)}/marks",
            options={
                "assignee": assignee,
                "channels": channels,
                "disputed": disputed,
                "no_contact": no_contact,
                "reason": reason,
                "time_zone": time_zone,
            },
            fields={},
            once=True,
            key=idempotency_key,
        )

    def record_promise(
        self,
        loan_id: uuid.UUID | str,
        *,
        amount: Decimal | float | str,
        due_on: datetime.date,
        note: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.PromiseView:
        """Record a promise to pay.

        Record what the borrower promises. It is kept or broken by what is then paid; until its day nothing is
        collected.

        `POST /api/v1/lending/collections/loans/{loan_id}/promises`, permission `lending:loan:service`.
        """
        return self._send(
            models.PromiseView,
            "POST",
            f"/api/v1/lending/collections/loans/{quoted(loan_id)}/promises",
            fields={"amount": amount, "due_on": due_on},
            options={"note": note},
            once=True,
            key=idempotency_key,
        )

    def refuse_hardship(
        self, loan_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.CaseMarks:
        """Refuse relief.

        Refuse relief; collecting goes on.

        `POST /api/v1/lending/collections/loans/{loan_id}/hardship/refuse`, permission `lending:loan:relieve`.
        """
        return self._send(
            models.CaseMarks,
            "POST",
            f"/api/v1/lending/collections/loans/{quoted(loan_id)}/hardship/refuse",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )


class AsyncCollections(AsyncGroup):
    """The operations of collections, for asynchronous programs."""

    async def ask_hardship(
        self, loan_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.CaseMarks:
        """Note a request for relief.

        Note that the borrower asks for relief. Until it is granted or refused, nothing is collected.

        `POST /api/v1/lending/collections/loans/{loan_id}/hardship`, permission `lending:loan:service`.
        """
        return await self._send(
            models.CaseMarks,
            "POST",
            f"/api/v1/lending/collections/loans/{quoted(loan_id)}/hardship",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def cancel_promise(
        self, promise_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.PromiseView:
        """Cancel a promise.

        Cancel an open promise, such as one recorded by mistake.

        `POST /api/v1/lending/collections/promises/{promise_id}/cancel`, permission `lending:loan:service`.
        """
        return await self._send(
            models.PromiseView,
            "POST",
            f"/api/v1/lending/collections/promises/{quoted(promise_id)}/cancel",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def cancel_step(
        self, step_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.StepView:
        """Cancel a step.

        Cancel a planned step; the loan is looked at again after a while.

        `POST /api/v1/lending/collections/steps/{step_id}/cancel`, permission `lending:loan:service`.
        """
        return await self._send(
            models.StepView,
            "POST",
            f"/api/v1/lending/collections/steps/{quoted(step_id)}/cancel",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def complete_step(
        self,
        step_id: uuid.UUID | str,
        *,
        outcome: models.ContactOutcome,
        at: datetime.datetime | None = None,
        note: str | None = None,
        promise: models.PromiseBody | Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> models.ContactLogged:
        """Carry out a step.

        Say what came of a planned step.

        `POST /api/v1/lending/collections/steps/{step_id}/done`, permission `lending:loan:service`.
        """
        return await self._send(
            models.ContactLogged,
            "POST",
            f"/api/v1/lending/collections/steps/{quoted(step_id)}/done",
            fields={"outcome": outcome},
            options={"at": at, "note": note, "promise": promise},
            once=True,
            key=idempotency_key,
        )

    async def count_queue(
        self,
        *,
        bucket: Sequence[int] | None = None,
        next: Sequence[models.NextStep] | None = None,
        action: Sequence[models.StepInput] | None = None,
        product: Sequence[str] | None = None,
        currency: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        q: str | None = None,
        due_by: datetime.date | None = None,
    ) -> models.QueueFacets:
        """Count loans in arrears by facet.

        Count loans in arrears by bucket, by what is next, by step and by product, and add them up by
        currency.

        `GET /api/v1/lending/collections/queue/facets`, permission `lending:loan:read`.
        """
        return await self._send(
            models.QueueFacets,
            "GET",
            "/api/v1/lending/collections/queue/facets",
            query={
                "bucket": bucket,
                "next": next,
                "action": action,
                "product": product,
                "currency": currency,
                "assignee": assignee,
                "q": q,
                "due_by": due_by,
            },
        )

    async def get_case(self, loan_id: uuid.UUID | str) -> models.CaseView:
        """Show a loan's case.

        Return everything collecting knows of a loan, with which steps the limits allow now.

        `GET /api/v1/lending/collections/loans/{loan_id}`, permission `lending:loan:read`.
        """
        return await self._send(models.CaseView, "GET", f"/api/v1/lending/collections/loans/{quoted(loan_id)}")

    async def get_cures(self) -> models.CureTable:
        """Show how steps ended.

        Return the history that confidence rests on: how often a step in a bucket was followed by a cure.

        `GET /api/v1/lending/collections/cures`, permission `lending:loan:read`.
        """
        return await self._send(models.CureTable, "GET", "/api/v1/lending/collections/cures")

    async def grant_hardship(
        self, loan_id: uuid.UUID | str, *, reason: str, until: datetime.date, idempotency_key: str | None = None
    ) -> models.CaseMarks:
        """Grant relief.

        Pause the loan until a day; meanwhile nothing is collected. A restructure is recorded with the loan
        itself.

        `POST /api/v1/lending/collections/loans/{loan_id}/hardship/grant`, permission `lending:loan:relieve`.
        """
        return await self._send(
            models.CaseMarks,
            "POST",
            f"/api/v1/lending/collections/loans/{quoted(loan_id)}/hardship/grant",
            fields={"reason": reason, "until": until},
            once=True,
            key=idempotency_key,
        )

    async def list_promises(
        self,
        *,
        state: Literal["open", "kept", "broken", "cancelled"] | None = None,
        loan_id: uuid.UUID | str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.PromiseViewPage:
        """List promises to pay.

        List promises, newest first.

        `GET /api/v1/lending/collections/promises`, permission `lending:loan:read`.
        """
        return await self._send(
            models.PromiseViewPage,
            "GET",
            "/api/v1/lending/collections/promises",
            query={"state": state, "loan_id": loan_id, "after": after, "limit": limit},
        )

    def iterate_promises(
        self,
        *,
        state: Literal["open", "kept", "broken", "cancelled"] | None = None,
        loan_id: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.PromiseView]:
        """List promises to pay.

        List promises, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/collections/promises`, permission `lending:loan:read`.
        """
        return self._pages(
            models.PromiseViewPage,
            "/api/v1/lending/collections/promises",
            query={"state": state, "loan_id": loan_id, "limit": limit},
        )

    async def list_queue(
        self,
        *,
        sort: models.QueueSort | None = None,
        after: str | None = None,
        limit: int | None = None,
        bucket: Sequence[int] | None = None,
        next: Sequence[models.NextStep] | None = None,
        action: Sequence[models.StepInput] | None = None,
        product: Sequence[str] | None = None,
        currency: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        q: str | None = None,
        due_by: datetime.date | None = None,
    ) -> models.QueueRowPage:
        """List loans in arrears.

        List loans in arrears, each with what is next about it, by priority: expected loss times days past
        due.

        `GET /api/v1/lending/collections/queue`, permission `lending:loan:read`.
        """
        return await self._send(
            models.QueueRowPage,
            "GET",
            "/api/v1/lending/collections/queue",
            query={
                "sort": sort,
                "after": after,
                "limit": limit,
                "bucket": bucket,
                "next": next,
                "action": action,
                "product": product,
                "currency": currency,
                "assignee": assignee,
                "q": q,
                "due_by": due_by,
            },
        )

    def iterate_queue(
        self,
        *,
        sort: models.QueueSort | None = None,
        limit: int | None = None,
        bucket: Sequence[int] | None = None,
        next: Sequence[models.NextStep] | None = None,
        action: Sequence[models.StepInput] | None = None,
        product: Sequence[str] | None = None,
        currency: str | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        q: str | None = None,
        due_by: datetime.date | None = None,
    ) -> AsyncIterator[models.QueueRow]:
        """List loans in arrears.

        List loans in arrears, each with what is next about it, by priority: expected loss times days past
        due.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/collections/queue`, permission `lending:loan:read`.
        """
        return self._pages(
            models.QueueRowPage,
            "/api/v1/lending/collections/queue",
            query={
                "sort": sort,
                "limit": limit,
                "bucket": bucket,
                "next": next,
                "action": action,
                "product": product,
                "currency": currency,
                "assignee": assignee,
                "q": q,
                "due_by": due_by,
            },
        )

    async def log_contact(
        self,
        loan_id: uuid.UUID | str,
        *,
        outcome: models.ContactOutcome,
        action: models.StepInput | None = None,
        at: datetime.datetime | None = None,
        channel: models.Channel | None = None,
        note: str | None = None,
        promise: models.PromiseBody | Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> models.ContactLogged:
        """Log a contact.

        Log a contact that took place; a planned step of the same sort is thereby done. Limits that it broke
        are named.

        `POST /api/v1/lending/collections/loans/{loan_id}/contacts`, permission `lending:loan:service`.
        """
        return await self._send(
            models.ContactLogged,
            "POST",
            f"/api/v1/lending/collections/loans/{quoted(loan_id)}/contacts",
            fields={"outcome": outcome},
            options={"action": action, "at": at, "channel": channel, "note": note, "promise": promise},
            once=True,
            key=idempotency_key,
        )

    async def mark(
        self,
        loan_id: uuid.UUID | str,
        *,
        assignee: uuid.UUID | str | None = None,
        channels: Sequence[models.Channel] | None = None,
        disputed: bool | None = None,
        no_contact: bool | None = None,
        reason: str | None = None,
        time_zone: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.CaseMarks:
        """Note something of a case.

        Say who works on it, whether and by which channels the borrower may be contacted, and where they live.

        `POST /api/v1/lending/collections/loans/{loan_id}/marks`, permission `lending:loan:service`.
        """
        return await self._send(
            models.CaseMarks,
            "POST",
            f"/api/v1/lending/collections/loans/{quoted(loan_id)}/marks",
            options={
                "assignee": assignee,
                "channels": channels,
                "disputed": disputed,
                "no_contact": no_contact,
                "reason": reason,
                "time_zone": time_zone,
            },
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def record_promise(
        self,
        loan_id: uuid.UUID | str,
        *,
        amount: Decimal | float | str,
        due_on: datetime.date,
        note: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.PromiseView:
        """Record a promise to pay.

        Record what the borrower promises. It is kept or broken by what is then paid; until its day nothing is
        collected.

        `POST /api/v1/lending/collections/loans/{loan_id}/promises`, permission `lending:loan:service`.
        """
        return await self._send(
            models.PromiseView,
            "POST",
            f"/api/v1/lending/collections/loans/{quoted(loan_id)}/promises",
            fields={"amount": amount, "due_on": due_on},
            options={"note": note},
            once=True,
            key=idempotency_key,
        )

    async def refuse_hardship(
        self, loan_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.CaseMarks:
        """Refuse relief.

        Refuse relief; collecting goes on.

        `POST /api/v1/lending/collections/loans/{loan_id}/hardship/refuse`, permission `lending:loan:relieve`.
        """
        return await self._send(
            models.CaseMarks,
            "POST",
            f"/api/v1/lending/collections/loans/{quoted(loan_id)}/hardship/refuse",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )
