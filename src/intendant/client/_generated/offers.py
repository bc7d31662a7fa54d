"""The operations of offers. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from intendant.client._generated.models import offers as models
from intendant.client._groups import AsyncGroup, Group, quoted
from intendant.client._values import OMITTED, Omitted


class Offers(Group):
    """The operations of offers."""

    def accept(
        self,
        offer_id: uuid.UUID | str,
        *,
        start: datetime.date | None = None,
        tranches: Sequence[models.TrancheBody | Mapping[str, Any]] | None = None,
        idempotency_key: str | None = None,
    ) -> models.AcceptedOffer:
        """Accept an offer.

        Accept an offer on the borrower's word: the loan is opened, and its tranches are paid once every
        condition is met.

        `POST /api/v1/lending/offers/{offer_id}/accept`, permission `lending:loan:service`.
        """
        return self._send(
            models.AcceptedOffer,
            "POST",
            f"/api/v1/lending/offers/{quoted(offer_id)}/accept",
            options={"start": start, "tranches": tranches},
            fields={},
            once=True,
            key=idempotency_key,
        )

    def add_condition(
        self,
        application_id: uuid.UUID | str,
        *,
        key: str,
        label: str,
        note: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.ConditionView:
        """Set a condition.

        Set a condition beside those of the product.

        `POST /api/v1/lending/applications/{application_id}/conditions`, permission `lending:loan:service`.
        """
        return self._send(
            models.ConditionView,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/conditions",
            fields={"key": key, "label": label},
            options={"note": note},
            once=True,
            key=idempotency_key,
        )

    def cancel(
        self, tranche_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.TrancheView:
        """Cancel a tranche.

        Cancel a tranche that is neither paid nor on its way.

        `POST /api/v1/lending/tranches/{tranche_id}/cancel`, permission `lending:loan:service`.
        """
        return self._send(
            models.TrancheView,
            "POST",
            f"/api/v1/lending/tranches/{quoted(tranche_id)}/cancel",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def change_condition(
        self,
        condition_id: uuid.UUID | str,
        *,
        note: str | Omitted | None = OMITTED,
        state: models.ConditionState | Omitted | None = OMITTED,
        version: int | Omitted | None = OMITTED,
    ) -> models.ConditionView:
        """Change a condition.

        Move a condition along, or change its note. Waiving one takes the permission to relieve, and a note.

        `PATCH /api/v1/lending/conditions/{condition_id}`, permission `lending:loan:service`.
        """
        return self._send(
            models.ConditionView,
            "PATCH",
            f"/api/v1/lending/conditions/{quoted(condition_id)}",
            options={"note": note, "state": state, "version": version},
            fields={},
        )

    def decide_again(self, offer_id: uuid.UUID | str) -> models.OfferView:
        """Decide an offer anew.

        Decide an offer anew that waits and about which nobody is asked, such as after observing.

        `POST /api/v1/lending/offers/{offer_id}/decide`, permission `kernel:decision:create`.
        """
        return self._send(models.OfferView, "POST", f"/api/v1/lending/offers/{quoted(offer_id)}/decide")

    def decline(self, offer_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None) -> models.OfferRow:
        """Decline an offer.

        Take the borrower's no; another offer may be asked for.

        `POST /api/v1/lending/offers/{offer_id}/decline`, permission `lending:loan:service`.
        """
        return self._send(
            models.OfferRow,
            "POST",
            f"/api/v1/lending/offers/{quoted(offer_id)}/decline",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def get(self, offer_id: uuid.UUID | str) -> models.OfferView:
        """Show an offer.

        Return an offer with its schedule, its annual rates and the conditions before the payout.

        `GET /api/v1/lending/offers/{offer_id}`, permission `lending:loan:read`.
        """
        return self._send(models.OfferView, "GET", f"/api/v1/lending/offers/{quoted(offer_id)}")

    def list(self, application_id: uuid.UUID | str) -> models.OfferRowPage:
        """List an application's offers.

        List the offers of an application, newest first; at most one of them is open.

        `GET /api/v1/lending/applications/{application_id}/offers`, permission `lending:loan:read`.
        """
        return self._send(models.OfferRowPage, "GET", f"/api/v1/lending/applications/{quoted(application_id)}/offers")

    def list_conditions(self, application_id: uuid.UUID | str) -> models.ConditionViewPage:
        """List an application's conditions.

        List what must be met before the loan is paid out, with who said that it is.

        `GET /api/v1/lending/applications/{application_id}/conditions`, permission `lending:application:read`.
        """
        return self._send(
            models.ConditionViewPage, "GET", f"/api/v1/lending/applications/{quoted(application_id)}/conditions"
        )

    def list_tranches(self, loan_id: uuid.UUID | str) -> models.TrancheViewPage:
        """List a loan's tranches.

        List the parts in which a loan is paid out, and how far each has got.

        `GET /api/v1/lending/loans/{loan_id}/tranches`, permission `lending:loan:read`.
        """
        return self._send(models.TrancheViewPage, "GET", f"/api/v1/lending/loans/{quoted(loan_id)}/tranches")

    def preview(
        self,
        application_id: uuid.UUID | str,
        *,
        amount: Decimal | Decimal | float | str | None = None,
        rate: Decimal | Decimal | float | str | None = None,
        term_months: int | None = None,
    ) -> models.OfferQuote:
        """Price an offer.

        Return what an offer on stated terms would come to, were it made today. Nothing is written.

        `POST /api/v1/lending/applications/{application_id}/offers/preview`, permission `lending:loan:read`.
        """
        return self._send(
            models.OfferQuote,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/offers/preview",
            options={"amount": amount, "rate": rate, "term_months": term_months},
            fields={},
        )

    def request(
        self,
        application_id: uuid.UUID | str,
        *,
        amount: Decimal | Decimal | float | str | None = None,
        rate: Decimal | Decimal | float | str | None = None,
        term_months: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.OfferView:
        """Ask for an offer.

        Propose an offer on stated terms for an approved application that has none open; it passes the gate
        like any other.

        `POST /api/v1/lending/applications/{application_id}/offers`, permission `lending:loan:service`.
        """
        return self._send(
            models.OfferView,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/offers",
            options={"amount": amount, "rate": rate, "term_months": term_months},
            fields={},
            once=True,
            key=idempotency_key,
        )

    def retry(
        self,
        tranche_id: uuid.UUID | str,
        *,
        reason: str,
        planned_on: datetime.date | None = None,
        idempotency_key: str | None = None,
    ) -> models.TrancheView:
        """Plan a tranche again.

        Plan a tranche again that failed, was held back or was taken back; it passes the gate anew.

        `POST /api/v1/lending/tranches/{tranche_id}/retry`, permission `lending:loan:service`.
        """
        return self._send(
            models.TrancheView,
            "POST",
            f"/api/v1/lending/tranches/{quoted(tranche_id)}/retry",
            fields={"reason": reason},
            options={"planned_on": planned_on},
            once=True,
            key=idempotency_key,
        )

    def withdraw(
        self, offer_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.OfferRow:
        """Withdraw an offer.

        Take an offer back that nobody has accepted; another may be asked for.

        `POST /api/v1/lending/offers/{offer_id}/withdraw`, permission `lending:loan:service`.
        """
        return self._send(
            models.OfferRow,
            "POST",
            f"/api/v1/lending/offers/{quoted(offer_id)}/withdraw",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )


class AsyncOffers(AsyncGroup):
    """The operations of offers, for asynchronous programs."""

    async def accept(
        self,
        offer_id: uuid.UUID | str,
        *,
        start: datetime.date | None = None,
        tranches: Sequence[models.TrancheBody | Mapping[str, Any]] | None = None,
        idempotency_key: str | None = None,
    ) -> models.AcceptedOffer:
        """Accept an offer.

        Accept an offer on the borrower's word: the loan is opened, and its tranches are paid once every
        condition is met.

        `POST /api/v1/lending/offers/{offer_id}/accept`, permission `lending:loan:service`.
        """
        return await self._send(
            models.AcceptedOffer,
            "POST",
            f"/api/v1/lending/offers/{quoted(offer_id)}/accept",
            options={"start": start, "tranches": tranches},
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def add_condition(
        self,
        application_id: uuid.UUID | str,
        *,
        key: str,
        label: str,
        note: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.ConditionView:
        """Set a condition.

        Set a condition beside those of the product.

        `POST /api/v1/lending/applications/{application_id}/conditions`, permission `lending:loan:service`.
        """
        return await self._send(
            models.ConditionView,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/conditions",
            fields={"key": key, "label": label},
            options={"note": note},
            once=True,
            key=idempotency_key,
        )

    async def cancel(
        self, tranche_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.TrancheView:
        """Cancel a tranche.

        Cancel a tranche that is neither paid nor on its way.

        `POST /api/v1/lending/tranches/{tranche_id}/cancel`, permission `lending:loan:service`.
        """
        return await self._send(
            models.TrancheView,
            "POST",
            f"/api/v1/lending/tranches/{quoted(tranche_id)}/cancel",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def change_condition(
        self,
        condition_id: uuid.UUID | str,
        *,
        note: str | Omitted | None = OMITTED,
        state: models.ConditionState | Omitted | None = OMITTED,
        version: int | Omitted | None = OMITTED,
    ) -> models.ConditionView:
        """Change a condition.

        Move a condition along, or change its note. Waiving one takes the permission to relieve, and a note.

        `PATCH /api/v1/lending/conditions/{condition_id}`, permission `lending:loan:service`.
        """
        return await self._send(
            models.ConditionView,
            "PATCH",
            f"/api/v1/lending/conditions/{quoted(condition_id)}",
            options={"note": note, "state": state, "version": version},
            fields={},
        )

    async def decide_again(self, offer_id: uuid.UUID | str) -> models.OfferView:
        """Decide an offer anew.

        Decide an offer anew that waits and about which nobody is asked, such as after observing.

        `POST /api/v1/lending/offers/{offer_id}/decide`, permission `kernel:decision:create`.
        """
        return await self._send(models.OfferView, "POST", f"/api/v1/lending/offers/{quoted(offer_id)}/decide")

    async def decline(
        self, offer_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.OfferRow:
        """Decline an offer.

        Take the borrower's no; another offer may be asked for.

        `POST /api/v1/lending/offers/{offer_id}/decline`, permission `lending:loan:service`.
        """
        return await self._send(
            models.OfferRow,
            "POST",
            f"/api/v1/lending/offers/{quoted(offer_id)}/decline",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def get(self, offer_id: uuid.UUID | str) -> models.OfferView:
        """Show an offer.

        Return an offer with its schedule, its annual rates and the conditions before the payout.

        `GET /api/v1/lending/offers/{offer_id}`, permission `lending:loan:read`.
        """
        return await self._send(models.OfferView, "GET", f"/api/v1/lending/offers/{quoted(offer_id)}")

    async def list(self, application_id: uuid.UUID | str) -> models.OfferRowPage:
        """List an application's offers.

        List the offers of an application, newest first; at most one of them is open.

        `GET /api/v1/lending/applications/{application_id}/offers`, permission `lending:loan:read`.
        """
        return await self._send(
            models.OfferRowPage, "GET", f"/api/v1/lending/applications/{quoted(application_id)}/offers"
        )

    async def list_conditions(self, application_id: uuid.UUID | str) -> models.ConditionViewPage:
        """List an application's conditions.

        List what must be met before the loan is paid out, with who said that it is.

        `GET /api/v1/lending/applications/{application_id}/conditions`, permission `lending:application:read`.
        """
        return await self._send(
            models.ConditionViewPage, "GET", f"/api/v1/lending/applications/{quoted(application_id)}/conditions"
        )

    async def list_tranches(self, loan_id: uuid.UUID | str) -> models.TrancheViewPage:
        """List a loan's tranches.

        List the parts in which a loan is paid out, and how far each has got.

        `GET /api/v1/lending/loans/{loan_id}/tranches`, permission `lending:loan:read`.
        """
        return await self._send(models.TrancheViewPage, "GET", f"/api/v1/lending/loans/{quoted(loan_id)}/tranches")

    async def preview(
        self,
        application_id: uuid.UUID | str,
        *,
        amount: Decimal | Decimal | float | str | None = None,
        rate: Decimal | Decimal | float | str | None = None,
        term_months: int | None = None,
    ) -> models.OfferQuote:
        """Price an offer.

        Return what an offer on stated terms would come to, were it made today. Nothing is written.

        `POST /api/v1/lending/applications/{application_id}/offers/preview`, permission `lending:loan:read`.
        """
        return await self._send(
            models.OfferQuote,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/offers/preview",
            options={"amount": amount, "rate": rate, "term_months": term_months},
            fields={},
        )

    async def request(
        self,
        application_id: uuid.UUID | str,
        *,
        amount: Decimal | Decimal | float | str | None = None,
        rate: Decimal | Decimal | float | str | None = None,
        term_months: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.OfferView:
        """Ask for an offer.

        Propose an offer on stated terms for an approved application that has none open; it passes the gate
        like any other.

        `POST /api/v1/lending/applications/{application_id}/offers`, permission `lending:loan:service`.
        """
        return await self._send(
            models.OfferView,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/offers",
            options={"amount": amount, "rate": rate, "term_months": term_months},
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def retry(
        self,
        tranche_id: uuid.UUID | str,
        *,
        reason: str,
        planned_on: datetime.date | None = None,
        idempotency_key: str | None = None,
    ) -> models.TrancheView:
        """Plan a tranche again.

        Plan a tranche again that failed, was held back or was taken back; it passes the gate anew.

        `POST /api/v1/lending/tranches/{tranche_id}/retry`, permission `lending:loan:service`.
        """
        return await self._send(
            models.TrancheView,
            "POST",
            f"/api/v1/lending/tranches/{quoted(tranche_id)}/retry",
            fields={"reason": reason},
            options={"planned_on": planned_on},
            once=True,
            key=idempotency_key,
        )

    async def withdraw(
        self, offer_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.OfferRow:
        """Withdraw an offer.

        Take an offer back that nobody has accepted; another may be asked for.

        `POST /api/v1/lending/offers/{offer_id}/withdraw`, permission `lending:loan:service`.
        """
        return await self._send(
            models.OfferRow,
            "POST",
            f"/api/v1/lending/offers/{quoted(offer_id)}/withdraw",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )
