"""The operations of lending. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from intendant.client._generated.models import lending as models
from intendant.client._generated.models import shared
from intendant.client._groups import AsyncDownload, AsyncGroup, Download, Group, quoted
from intendant.client._values import Content


class Lending(Group):
    """The operations of lending."""

    def apply(
        self,
        *,
        inputs: Mapping[str, Any],
        product: str,
        reference: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.DecidedApplication:
        """Submit an application.

        Submit an application; the answer is its decision, which is durable when it is sent.

        `POST /api/v1/lending/applications`, permission `lending:application:create`.
        """
        return self._send(
            models.DecidedApplication,
            "POST",
            "/api/v1/lending/applications",
            fields={"inputs": inputs, "product": product},
            options={"reference": reference},
            once=True,
            key=idempotency_key,
        )

    def check_product(self, body: Mapping[str, Any]) -> models.ProductCheck:
        """Check a draft of a product.

        Return every error of a draft at once, each with its place; of a sound one, what publishing would
        bring.

        `POST /api/v1/lending/products/check`, permission `lending:product:manage`.
        """
        return self._send(models.ProductCheck, "POST", "/api/v1/lending/products/check", body=body)

    def compare_versions(self, key: str, *, old: int, new: int) -> models.ProductDifference:
        """Compare two versions of a product.

        Return what differs between two versions, fields told apart by their names.

        `GET /api/v1/lending/products/{key}/diff`, permission `lending:product:read`.
        """
        return self._send(
            models.ProductDifference,
            "GET",
            f"/api/v1/lending/products/{quoted(key)}/diff",
            query={"old": old, "new": new},
        )

    def count_facets(
        self,
        *,
        mine: bool | None = None,
        state: Sequence[models.ApplicationState] | None = None,
        product: Sequence[str] | None = None,
        purpose: Sequence[str] | None = None,
        reference: str | None = None,
        q: str | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        min_term: int | None = None,
        max_term: int | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        waiting: bool | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> models.ApplicationFacets:
        """Count applications by facet.

        Count applications by state, product and purpose, each facet without its own filter, as shops do.

        `GET /api/v1/lending/applications/facets`, permission `lending:application:read`.
        """
        return self._send(
            models.ApplicationFacets,
            "GET",
            "/api/v1/lending/applications/facets",
            query={
                "mine": mine,
                "state": state,
                "product": product,
                "purpose": purpose,
                "reference": reference,
                "q": q,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "min_term": min_term,
                "max_term": max_term,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "waiting": waiting,
                "since": since,
                "until": until,
            },
        )

    def create_product(
        self,
        *,
        currency: str,
        form: Sequence[Mapping[str, Any]],
        key: str,
        name: str,
        adjustable: Sequence[Mapping[str, Any]] | None = None,
        credit_terms: Mapping[str, Any] | None = None,
        payout: bool | None = None,
        pricing: Mapping[str, Any] | None = None,
        replaces: int | None = None,
        segment_by: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.ProductView:
        """Publish a product.

        Publish a product, or the next version of one; with `replaces`, only if that is still the latest
        version.

        `POST /api/v1/lending/products`, permission `lending:product:manage`.
        """
        return self._send(
            models.ProductView,
            "POST",
            "/api/v1/lending/products",
            fields={"currency": currency, "form": form, "key": key, "name": name},
            options={
                "adjustable": adjustable,
                "credit_terms": credit_terms,
                "payout": payout,
                "pricing": pricing,
                "replaces": replaces,
                "segment_by": segment_by,
            },
            once=True,
            key=idempotency_key,
        )

    def decide_again(
        self, application_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.DecidedApplication:
        """Decide an application anew.

        Decide an open application anew: one left under review by a used-up limit, by observing, or by a
        person.

        `POST /api/v1/lending/applications/{application_id}/decide`, permission `kernel:decision:create`.
        """
        return self._send(
            models.DecidedApplication,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/decide",
            once=True,
            key=idempotency_key,
        )

    def explain(self, application_id: uuid.UUID | str) -> models.ApplicationExplanation:
        """Explain an application's decision.

        Explain the application's last decision: reasons, what is owed by law, what would have changed it.

        `GET /api/v1/lending/applications/{application_id}/explanation`, permission `kernel:decision:read`.
        """
        return self._send(
            models.ApplicationExplanation, "GET", f"/api/v1/lending/applications/{quoted(application_id)}/explanation"
        )

    def export_applications(
        self,
        *,
        mine: bool | None = None,
        sort: models.ApplicationSort | None = None,
        state: Sequence[models.ApplicationState] | None = None,
        product: Sequence[str] | None = None,
        purpose: Sequence[str] | None = None,
        reference: str | None = None,
        q: str | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        min_term: int | None = None,
        max_term: int | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        waiting: bool | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> Download:
        """Export applications.

        Export the filtered list as CSV in UTF-8, at most 1,000,000 rows; cells that a spreadsheet would run
        are defused.

        That it was done is recorded.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/lending/applications/export.csv`, permission `lending:application:read`.
        """
        return self._download(
            "GET",
            "/api/v1/lending/applications/export.csv",
            query={
                "mine": mine,
                "sort": sort,
                "state": state,
                "product": product,
                "purpose": purpose,
                "reference": reference,
                "q": q,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "min_term": min_term,
                "max_term": max_term,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "waiting": waiting,
                "since": since,
                "until": until,
            },
        )

    def get_application(self, application_id: uuid.UUID | str) -> models.ApplicationView:
        """Show an application.

        Return an application with its inputs and all that happened to it; protected attributes are never
        shown.

        `GET /api/v1/lending/applications/{application_id}`, permission `lending:application:read`.
        """
        return self._send(models.ApplicationView, "GET", f"/api/v1/lending/applications/{quoted(application_id)}")

    def get_html(self, letter_id: uuid.UUID | str) -> Download:
        """Read a letter.

        Return a letter as a page that needs nothing else.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/lending/letters/{letter_id}/html`, permission `lending:loan:read`.
        """
        return self._download("GET", f"/api/v1/lending/letters/{quoted(letter_id)}/html")

    def get_letter(self, letter_id: uuid.UUID | str) -> models.LetterDetail:
        """Show a letter.

        Return a letter with its facts and every word.

        `GET /api/v1/lending/letters/{letter_id}`, permission `lending:loan:read`.
        """
        return self._send(models.LetterDetail, "GET", f"/api/v1/lending/letters/{quoted(letter_id)}")

    def get_pdf(self, letter_id: uuid.UUID | str) -> Download:
        """Download a letter.

        Return a letter as PDF.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/lending/letters/{letter_id}/pdf`, permission `lending:loan:read`.
        """
        return self._download("GET", f"/api/v1/lending/letters/{quoted(letter_id)}/pdf")

    def get_product(self, key: str) -> models.ProductView:
        """Show a product.

        Return the latest version of a product with its application form.

        `GET /api/v1/lending/products/{key}`, permission `lending:product:read`.
        """
        return self._send(models.ProductView, "GET", f"/api/v1/lending/products/{quoted(key)}")

    def get_version(self, key: str, version: int) -> models.ProductView:
        """Show a version of a product.

        Return a stated version of a product.

        `GET /api/v1/lending/products/{key}/versions/{version}`, permission `lending:product:read`.
        """
        return self._send(
            models.ProductView, "GET", f"/api/v1/lending/products/{quoted(key)}/versions/{quoted(version)}"
        )

    def get_vocabulary(self) -> models.ProductVocabulary:
        """List what a form may be made of.

        Return the types, roles and bounds that an editor of products needs.

        `GET /api/v1/lending/products/vocabulary`, permission `lending:product:read`.
        """
        return self._send(models.ProductVocabulary, "GET", "/api/v1/lending/products/vocabulary")

    def issue_application_letter(
        self,
        application_id: uuid.UUID | str,
        *,
        kind: Literal["offer", "adverse_action"],
        reasons: Sequence[str] | None = None,
        score_factors: Sequence[str] | None = None,
        idempotency_key: str | None = None,
    ) -> models.LetterView:
        """Issue a letter about an application.

        Issue the letter of a standing offer, or a notice of adverse action.

        `POST /api/v1/lending/applications/{application_id}/letters`, permission `lending:loan:service`.
        """
        return self._send(
            models.LetterView,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/letters",
            fields={"kind": kind},
            options={"reasons": reasons, "score_factors": score_factors},
            once=True,
            key=idempotency_key,
        )

    def issue_loan_letter(
        self,
        loan_id: uuid.UUID | str,
        *,
        kind: Literal["schedule", "statement", "arrears", "settlement"],
        begins: datetime.date | None = None,
        ends: datetime.date | None = None,
        valid_on: datetime.date | None = None,
        idempotency_key: str | None = None,
    ) -> models.LetterView:
        """Issue a letter about a loan.

        Issue a schedule, statement, arrears notice or pay-off figure; of a closed loan, that it is paid in
        full.

        `POST /api/v1/lending/loans/{loan_id}/letters`, permission `lending:loan:service`.
        """
        return self._send(
            models.LetterView,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/letters",
            fields={"kind": kind},
            options={"begins": begins, "ends": ends, "valid_on": valid_on},
            once=True,
            key=idempotency_key,
        )

    def list_application_links(self, application_id: uuid.UUID | str) -> models.LinkViewPage:
        """List an application's borrower links.

        List the newest links, without what opens them.

        `GET /api/v1/lending/applications/{application_id}/links`, permission `lending:loan:read`.
        """
        return self._send(models.LinkViewPage, "GET", f"/api/v1/lending/applications/{quoted(application_id)}/links")

    def list_applications(
        self,
        *,
        mine: bool | None = None,
        sort: models.ApplicationSort | None = None,
        after: str | None = None,
        limit: int | None = None,
        state: Sequence[models.ApplicationState] | None = None,
        product: Sequence[str] | None = None,
        purpose: Sequence[str] | None = None,
        reference: str | None = None,
        q: str | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        min_term: int | None = None,
        max_term: int | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        waiting: bool | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> models.ApplicationRowPage:
        """List applications.

        List applications, each with its last decision in short and the question that waits; without inputs.

        `GET /api/v1/lending/applications`, permission `lending:application:read`.
        """
        return self._send(
            models.ApplicationRowPage,
            "GET",
            "/api/v1/lending/applications",
            query={
                "mine": mine,
                "sort": sort,
                "after": after,
                "limit": limit,
                "state": state,
                "product": product,
                "purpose": purpose,
                "reference": reference,
                "q": q,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "min_term": min_term,
                "max_term": max_term,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "waiting": waiting,
                "since": since,
                "until": until,
            },
        )

    def iterate_applications(
        self,
        *,
        mine: bool | None = None,
        sort: models.ApplicationSort | None = None,
        limit: int | None = None,
        state: Sequence[models.ApplicationState] | None = None,
        product: Sequence[str] | None = None,
        purpose: Sequence[str] | None = None,
        reference: str | None = None,
        q: str | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        min_term: int | None = None,
        max_term: int | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        waiting: bool | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> Iterator[models.ApplicationRow]:
        """List applications.

        List applications, each with its last decision in short and the question that waits; without inputs.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/applications`, permission `lending:application:read`.
        """
        return self._pages(
            models.ApplicationRowPage,
            "/api/v1/lending/applications",
            query={
                "mine": mine,
                "sort": sort,
                "limit": limit,
                "state": state,
                "product": product,
                "purpose": purpose,
                "reference": reference,
                "q": q,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "min_term": min_term,
                "max_term": max_term,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "waiting": waiting,
                "since": since,
                "until": until,
            },
        )

    def list_due(self, *, after: str | None = None, limit: int | None = None) -> models.NoticeViewPage:
        """List notices that are owed.

        List rejections whose notice is not sent, the most urgent first.

        `GET /api/v1/lending/notices/due`, permission `lending:loan:read`.
        """
        return self._send(
            models.NoticeViewPage, "GET", "/api/v1/lending/notices/due", query={"after": after, "limit": limit}
        )

    def iterate_due(self, *, limit: int | None = None) -> Iterator[models.NoticeView]:
        """List notices that are owed.

        List rejections whose notice is not sent, the most urgent first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/notices/due`, permission `lending:loan:read`.
        """
        return self._pages(models.NoticeViewPage, "/api/v1/lending/notices/due", query={"limit": limit})

    def list_letters(
        self,
        *,
        kind: Sequence[models.LetterKind] | None = None,
        sent: bool | None = None,
        due: bool | None = None,
        loan: uuid.UUID | str | None = None,
        application: uuid.UUID | str | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> models.LetterViewPage:
        """List letters.

        List letters, newest first, without their text.

        `GET /api/v1/lending/letters`, permission `lending:loan:read`.
        """
        return self._send(
            models.LetterViewPage,
            "GET",
            "/api/v1/lending/letters",
            query={
                "kind": kind,
                "sent": sent,
                "due": due,
                "loan": loan,
                "application": application,
                "after": after,
                "limit": limit,
            },
        )

    def iterate_letters(
        self,
        *,
        kind: Sequence[models.LetterKind] | None = None,
        sent: bool | None = None,
        due: bool | None = None,
        loan: uuid.UUID | str | None = None,
        application: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> Iterator[models.LetterView]:
        """List letters.

        List letters, newest first, without their text.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/letters`, permission `lending:loan:read`.
        """
        return self._pages(
            models.LetterViewPage,
            "/api/v1/lending/letters",
            query={"kind": kind, "sent": sent, "due": due, "loan": loan, "application": application, "limit": limit},
        )

    def list_loan_links(self, loan_id: uuid.UUID | str) -> models.LinkViewPage:
        """List a loan's borrower links.

        List the newest links, without what opens them.

        `GET /api/v1/lending/loans/{loan_id}/links`, permission `lending:loan:read`.
        """
        return self._send(models.LinkViewPage, "GET", f"/api/v1/lending/loans/{quoted(loan_id)}/links")

    def list_models(self, *, limit: int | None = None) -> models.ModelVersionPage:
        """List model versions.

        List model versions newest first, with what was measured of each.

        `GET /api/v1/lending/models`, permission `kernel:decision:read`.
        """
        return self._send(models.ModelVersionPage, "GET", "/api/v1/lending/models", query={"limit": limit})

    def list_products(self, *, after: str | None = None, limit: int | None = None) -> models.ProductViewPage:
        """List products.

        List products by key, each in its latest version.

        `GET /api/v1/lending/products`, permission `lending:product:read`.
        """
        return self._send(
            models.ProductViewPage, "GET", "/api/v1/lending/products", query={"after": after, "limit": limit}
        )

    def iterate_products(self, *, limit: int | None = None) -> Iterator[models.ProductView]:
        """List products.

        List products by key, each in its latest version.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/products`, permission `lending:product:read`.
        """
        return self._pages(models.ProductViewPage, "/api/v1/lending/products", query={"limit": limit})

    def list_versions(
        self, key: str, *, after: int | None = None, limit: int | None = None
    ) -> models.ProductVersionRowPage:
        """List a product's versions.

        List the versions of a product, newest first, each with who published it and when.

        `GET /api/v1/lending/products/{key}/versions`, permission `lending:product:read`.
        """
        return self._send(
            models.ProductVersionRowPage,
            "GET",
            f"/api/v1/lending/products/{quoted(key)}/versions",
            query={"after": after, "limit": limit},
        )

    def iterate_versions(self, key: str, *, limit: int | None = None) -> Iterator[models.ProductVersionRow]:
        """List a product's versions.

        List the versions of a product, newest first, each with who published it and when.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/products/{key}/versions`, permission `lending:product:read`.
        """
        return self._pages(
            models.ProductVersionRowPage, f"/api/v1/lending/products/{quoted(key)}/versions", query={"limit": limit}
        )

    def make_application_link(
        self, application_id: uuid.UUID | str, *, days: int | None = None, idempotency_key: str | None = None
    ) -> models.NewLink:
        """Make a borrower link to an application.

        Make a link by which the applicant sees how it stands, answers an offer and later sees the loan.
        Nothing is sent by this: no messages service is connected yet.

        `POST /api/v1/lending/applications/{application_id}/links`, permission `lending:loan:service`.
        """
        return self._send(
            models.NewLink,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/links",
            options={"days": days},
            fields={},
            once=True,
            key=idempotency_key,
        )

    def make_loan_link(
        self, loan_id: uuid.UUID | str, *, days: int | None = None, idempotency_key: str | None = None
    ) -> models.NewLink:
        """Make a borrower link to a loan.

        Make a link by which the borrower sees the loan. Nothing is sent by this: no messages service is
        connected yet.

        `POST /api/v1/lending/loans/{loan_id}/links`, permission `lending:loan:service`.
        """
        return self._send(
            models.NewLink,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/links",
            options={"days": days},
            fields={},
            once=True,
            key=idempotency_key,
        )

    def mark_many_sent(
        self,
        *,
        how: Literal["post", "email", "link", "handed"],
        letter_ids: Sequence[uuid.UUID | str],
        idempotency_key: str | None = None,
    ) -> models.SentMany:
        """Record several letters as sent.

        Put on record that letters went out, all or none.

        `POST /api/v1/lending/letters/sent`, permission `lending:loan:service`.
        """
        return self._send(
            models.SentMany,
            "POST",
            "/api/v1/lending/letters/sent",
            fields={"how": how, "letter_ids": letter_ids},
            once=True,
            key=idempotency_key,
        )

    def mark_sent(
        self,
        letter_id: uuid.UUID | str,
        *,
        how: Literal["post", "email", "link", "handed"],
        idempotency_key: str | None = None,
    ) -> models.LetterView:
        """Record a letter as sent.

        Put on record that a letter went out. Nothing is sent by this: no messages service is connected yet.

        `POST /api/v1/lending/letters/{letter_id}/sent`, permission `lending:loan:service`.
        """
        return self._send(
            models.LetterView,
            "POST",
            f"/api/v1/lending/letters/{quoted(letter_id)}/sent",
            fields={"how": how},
            once=True,
            key=idempotency_key,
        )

    def preview_application(self, *, inputs: Mapping[str, Any], product: str) -> models.ApplicationPreview:
        """Try an application without submitting it.

        Return what would be decided about an application now, for 'what if' and for trying a form; writes
        nothing.

        `POST /api/v1/lending/applications/preview`, permission `kernel:decision:read`.
        """
        return self._send(
            models.ApplicationPreview,
            "POST",
            "/api/v1/lending/applications/preview",
            fields={"inputs": inputs, "product": product},
        )

    def preview_product_schedule(
        self,
        *,
        amount: Decimal | float | str,
        term_months: int,
        band: str | None = None,
        credit_terms: Any | None = None,
        currency: str | None = None,
        index_rate: Decimal | Decimal | float | str | None = None,
        loss_share: float | None = None,
        product: str | None = None,
        rate: Decimal | Decimal | float | str | None = None,
        start: datetime.date | None = None,
        version: int | None = None,
    ) -> shared.SchedulePreview:
        """Preview a product's schedule.

        Return what a borrower would get on a draft's terms or a product's: schedule, costs and annual rates.

        `POST /api/v1/lending/products/preview-schedule`, permission `lending:product:read`.
        """
        return self._send(
            shared.SchedulePreview,
            "POST",
            "/api/v1/lending/products/preview-schedule",
            fields={"amount": amount, "term_months": term_months},
            options={
                "band": band,
                "credit_terms": credit_terms,
                "currency": currency,
                "index_rate": index_rate,
                "loss_share": loss_share,
                "product": product,
                "rate": rate,
                "start": start,
                "version": version,
            },
        )

    def preview_schedule(
        self,
        *,
        amount: Decimal | float | str,
        currency: str,
        periods: int,
        rate: Decimal | float | str,
        start: datetime.date,
        allocation: Mapping[str, Any] | None = None,
        balloon: Mapping[str, Any] | None = None,
        basis: Literal["outstanding", "scheduled"] | None = None,
        broken_period: Literal["first", "added", "spread", "upfront"] | None = None,
        close_tolerance: Decimal | float | str | None = None,
        day_count: Literal["ACT/365", "ACT/360", "ACT/364", "ACT/365.25", "ACT/ACT", "30/360", "30/365"] | None = None,
        disbursements: Sequence[Mapping[str, Any]] | None = None,
        down_payment: Mapping[str, Any] | None = None,
        due_day: int | None = None,
        every: str | None = None,
        fees: Sequence[Mapping[str, Any]] | None = None,
        first_due: datetime.date | None = None,
        fixed_instalment: Decimal | float | str | None = None,
        formula: Literal["exact", "nominal"] | None = None,
        grace: Mapping[str, Any] | None = None,
        instalment_rounding: Mapping[str, Any] | None = None,
        level_last: bool | None = None,
        method: Literal["equal_instalment", "equal_principal", "interest_only"] | None = None,
        payments: Sequence[Mapping[str, Any]] | None = None,
        penalty: Mapping[str, Any] | None = None,
        provisioning: Mapping[str, Any] | None = None,
        rate_changes: Sequence[Mapping[str, Any]] | None = None,
        rounding: Mapping[str, Any] | None = None,
        tolerance_amount: Decimal | float | str | None = None,
        tolerance_days: int | None = None,
    ) -> shared.SchedulePreview:
        """Preview a schedule.

        Return the schedule of a loan with these terms, its costs and its annual rates. What is booked is the
        same.

        `disbursements`, `rate_changes` and `payments` may be planned; instalments are taken to be paid on
        their day.

        `POST /api/v1/lending/schedules/preview`, permission `lending:product:read`.
        """
        return self._send(
            shared.SchedulePreview,
            "POST",
            "/api/v1/lending/schedules/preview",
            fields={"amount": amount, "currency": currency, "periods": periods, "rate": rate, "start": start},
            options={
                "allocation": allocation,
                "balloon": balloon,
                "basis": basis,
                "broken_period": broken_period,
                "close_tolerance": close_tolerance,
                "day_count": day_count,
                "disbursements": disbursements,
                "down_payment": down_payment,
                "due_day": due_day,
                "every": every,
                "fees": fees,
                "first_due": first_due,
                "fixed_instalment": fixed_instalment,
                "formula": formula,
                "grace": grace,
                "instalment_rounding": instalment_rounding,
                "level_last": level_last,
                "method": method,
                "payments": payments,
                "penalty": penalty,
                "provisioning": provisioning,
                "rate_changes": rate_changes,
                "rounding": rounding,
                "tolerance_amount": tolerance_amount,
                "tolerance_days": tolerance_days,
            },
        )

    def promote(
        self, model_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.ModelVersion:
        """Promote a model version.

        Let a model version decide from now on; an earlier one to roll back.

        `POST /api/v1/lending/models/{model_id}/promote`, permission `kernel:policy:publish`.
        """
        return self._send(
            models.ModelVersion,
            "POST",
            f"/api/v1/lending/models/{quoted(model_id)}/promote",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def put_settings(
        self, *, replaces: int, settings: models.LetterSettingsPart | Mapping[str, Any]
    ) -> models.LetterSettingsView:
        """Change the letterhead.

        Put settings in force for letters issued from now on; notices that lacked something are written anew.

        `PUT /api/v1/lending/letters/settings`, permission `kernel:config:update`.
        """
        return self._send(
            models.LetterSettingsView,
            "PUT",
            "/api/v1/lending/letters/settings",
            fields={"replaces": replaces, "settings": settings},
        )

    def record_outcome(
        self,
        application_id: uuid.UUID | str,
        *,
        censored: bool | None = None,
        matured: bool | None = None,
        observed_at: datetime.datetime | None = None,
        repaid: float | None = None,
        idempotency_key: str | None = None,
    ) -> models.RecordedOutcome:
        """Record an outcome.

        Record what became of an application; a later one corrects it.

        `POST /api/v1/lending/applications/{application_id}/outcome`, permission `lending:outcome:record`.
        """
        return self._send(
            models.RecordedOutcome,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/outcome",
            options={"censored": censored, "matured": matured, "observed_at": observed_at, "repaid": repaid},
            fields={},
            once=True,
            key=idempotency_key,
        )

    def record_outcomes(
        self, *, outcomes: Sequence[models.OutcomeOfApplication | Mapping[str, Any]], idempotency_key: str | None = None
    ) -> models.RecordedOutcomes:
        """Record many outcomes.

        Record what became of many applications at once; all of them or none.

        `POST /api/v1/lending/outcomes`, permission `lending:outcome:record`.
        """
        return self._send(
            models.RecordedOutcomes,
            "POST",
            "/api/v1/lending/outcomes",
            fields={"outcomes": outcomes},
            once=True,
            key=idempotency_key,
        )

    def revoke_application_link(
        self, application_id: uuid.UUID | str, applicant_link_id: uuid.UUID | str
    ) -> models.LinkView:
        """Revoke an application's borrower link.

        Let a link work no more; twice is once.

        `DELETE /api/v1/lending/applications/{application_id}/links/{applicant_link_id}`, permission
        `lending:loan:service`.
        """
        return self._send(
            models.LinkView,
            "DELETE",
            f"/api/v1/lending/applications/{quoted(application_id)}/links/{quoted(applicant_link_id)}",
        )

    def revoke_loan_link(self, loan_id: uuid.UUID | str, link_id: uuid.UUID | str) -> models.LinkView:
        """Revoke a loan's borrower link.

        Let a link work no more; twice is once.

        `DELETE /api/v1/lending/loans/{loan_id}/links/{link_id}`, permission `lending:loan:service`.
        """
        return self._send(models.LinkView, "DELETE", f"/api/v1/lending/loans/{quoted(loan_id)}/links/{quoted(link_id)}")

    def show_settings(self) -> models.LetterSettingsView:
        """Show the letterhead.

        Return what letters say of the lender, and whom they name.

        `GET /api/v1/lending/letters/settings`, permission `lending:loan:read`.
        """
        return self._send(models.LetterSettingsView, "GET", "/api/v1/lending/letters/settings")

    def train(
        self, *, product: str, seed: int | None = None, idempotency_key: str | None = None
    ) -> models.TrainingTask:
        """Train a model.

        Train a product's model on the outcomes that have come back, as a task; /api/v1/tasks shows how far it
        is.

        `POST /api/v1/lending/models/train`, permission `kernel:task:manage`.
        """
        return self._send(
            models.TrainingTask,
            "POST",
            "/api/v1/lending/models/train",
            fields={"product": product},
            options={"seed": seed},
            once=True,
            key=idempotency_key,
        )

    def upload_applications(
        self,
        content: Content,
        *,
        media_type: Literal["application/x-ndjson", "text/csv"],
        format: Literal["ndjson", "csv"] | None = None,
        product: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.UploadView:
        """Decide a file of applications.

        Decide many applications: one JSON object a line (product, reference, inputs), or CSV with a header.

        Bad rows are set aside with reasons and the others decided; the counts add up to the rows.

        `POST /api/v1/lending/applications/bulk`, permission `lending:application:create`.
        """
        return self._send(
            models.UploadView,
            "POST",
            "/api/v1/lending/applications/bulk",
            query={"format": format, "product": product},
            content=content,
            media_type=media_type,
            once=True,
            key=idempotency_key,
        )

    def withdraw(
        self, application_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.WithdrawnApplication:
        """Withdraw an application.

        Withdraw an application on the applicant's word.

        `POST /api/v1/lending/applications/{application_id}/withdraw`, permission
        `lending:application:create`.
        """
        return self._send(
            models.WithdrawnApplication,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/withdraw",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )


class AsyncLending(AsyncGroup):
    """The operations of lending, for asynchronous programs."""

    async def apply(
        self,
        *,
        inputs: Mapping[str, Any],
        product: str,
        reference: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.DecidedApplication:
        """Submit an application.

        Submit an application; the answer is its decision, which is durable when it is sent.

        `POST /api/v1/lending/applications`, permission `lending:application:create`.
        """
        return await self._send(
            models.DecidedApplication,
            "POST",
            "/api/v1/lending/applications",
            fields={"inputs": inputs, "product": product},
            options={"reference": reference},
            once=True,
            key=idempotency_key,
        )

    async def check_product(self, body: Mapping[str, Any]) -> models.ProductCheck:
        """Check a draft of a product.

        Return every error of a draft at once, each with its place; of a sound one, what publishing would
        bring.

        `POST /api/v1/lending/products/check`, permission `lending:product:manage`.
        """
        return await self._send(models.ProductCheck, "POST", "/api/v1/lending/products/check", body=body)

    async def compare_versions(self, key: str, *, old: int, new: int) -> models.ProductDifference:
        """Compare two versions of a product.

        Return what differs between two versions, fields told apart by their names.

        `GET /api/v1/lending/products/{key}/diff`, permission `lending:product:read`.
        """
        return await self._send(
            models.ProductDifference,
            "GET",
            f"/api/v1/lending/products/{quoted(key)}/diff",
            query={"old": old, "new": new},
        )

    async def count_facets(
        self,
        *,
        mine: bool | None = None,
        state: Sequence[models.ApplicationState] | None = None,
        product: Sequence[str] | None = None,
        purpose: Sequence[str] | None = None,
        reference: str | None = None,
        q: str | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        min_term: int | None = None,
        max_term: int | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        waiting: bool | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> models.ApplicationFacets:
        """Count applications by facet.

        Count applications by state, product and purpose, each facet without its own filter, as shops do.

        `GET /api/v1/lending/applications/facets`, permission `lending:application:read`.
        """
        return await self._send(
            models.ApplicationFacets,
            "GET",
            "/api/v1/lending/applications/facets",
            query={
                "mine": mine,
                "state": state,
                "product": product,
                "purpose": purpose,
                "reference": reference,
                "q": q,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "min_term": min_term,
                "max_term": max_term,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "waiting": waiting,
                "since": since,
                "until": until,
            },
        )

    async def create_product(
        self,
        *,
        currency: str,
        form: Sequence[Mapping[str, Any]],
        key: str,
        name: str,
        adjustable: Sequence[Mapping[str, Any]] | None = None,
        credit_terms: Mapping[str, Any] | None = None,
        payout: bool | None = None,
        pricing: Mapping[str, Any] | None = None,
        replaces: int | None = None,
        segment_by: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.ProductView:
        """Publish a product.

        Publish a product, or the next version of one; with `replaces`, only if that is still the latest
        version.

        `POST /api/v1/lending/products`, permission `lending:product:manage`.
        """
        return await self._send(
            models.ProductView,
            "POST",
            "/api/v1/lending/products",
            fields={"currency": currency, "form": form, "key": key, "name": name},
            options={
                "adjustable": adjustable,
                "credit_terms": credit_terms,
                "payout": payout,
                "pricing": pricing,
                "replaces": replaces,
                "segment_by": segment_by,
            },
            once=True,
            key=idempotency_key,
        )

    async def decide_again(
        self, application_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.DecidedApplication:
        """Decide an application anew.

        Decide an open application anew: one left under review by a used-up limit, by observing, or by a
        person.

        `POST /api/v1/lending/applications/{application_id}/decide`, permission `kernel:decision:create`.
        """
        return await self._send(
            models.DecidedApplication,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/decide",
            once=True,
            key=idempotency_key,
        )

    async def explain(self, application_id: uuid.UUID | str) -> models.ApplicationExplanation:
        """Explain an application's decision.

        Explain the application's last decision: reasons, what is owed by law, what would have changed it.

        `GET /api/v1/lending/applications/{application_id}/explanation`, permission `kernel:decision:read`.
        """
        return await self._send(
            models.ApplicationExplanation, "GET", f"/api/v1/lending/applications/{quoted(application_id)}/explanation"
        )

    def export_applications(
        self,
        *,
        mine: bool | None = None,
        sort: models.ApplicationSort | None = None,
        state: Sequence[models.ApplicationState] | None = None,
        product: Sequence[str] | None = None,
        purpose: Sequence[str] | None = None,
        reference: str | None = None,
        q: str | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        min_term: int | None = None,
        max_term: int | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        waiting: bool | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> AsyncDownload:
        """Export applications.

        Export the filtered list as CSV in UTF-8, at most 1,000,000 rows; cells that a spreadsheet would run
        are defused.

        That it was done is recorded.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/lending/applications/export.csv`, permission `lending:application:read`.
        """
        return self._download(
            "GET",
            "/api/v1/lending/applications/export.csv",
            query={
                "mine": mine,
                "sort": sort,
                "state": state,
                "product": product,
                "purpose": purpose,
                "reference": reference,
                "q": q,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "min_term": min_term,
                "max_term": max_term,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "waiting": waiting,
                "since": since,
                "until": until,
            },
        )

    async def get_application(self, application_id: uuid.UUID | str) -> models.ApplicationView:
        """Show an application.

        Return an application with its inputs and all that happened to it; protected attributes are never
        shown.

        `GET /api/v1/lending/applications/{application_id}`, permission `lending:application:read`.
        """
        return await self._send(models.ApplicationView, "GET", f"/api/v1/lending/applications/{quoted(application_id)}")

    def get_html(self, letter_id: uuid.UUID | str) -> AsyncDownload:
        """Read a letter.

        Return a letter as a page that needs nothing else.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/lending/letters/{letter_id}/html`, permission `lending:loan:read`.
        """
        return self._download("GET", f"/api/v1/lending/letters/{quoted(letter_id)}/html")

    async def get_letter(self, letter_id: uuid.UUID | str) -> models.LetterDetail:
        """Show a letter.

        Return a letter with its facts and every word.

        `GET /api/v1/lending/letters/{letter_id}`, permission `lending:loan:read`.
        """
        return await self._send(models.LetterDetail, "GET", f"/api/v1/lending/letters/{quoted(letter_id)}")

    def get_pdf(self, letter_id: uuid.UUID | str) -> AsyncDownload:
        """Download a letter.

        Return a letter as PDF.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/lending/letters/{letter_id}/pdf`, permission `lending:loan:read`.
        """
        return self._download("GET", f"/api/v1/lending/letters/{quoted(letter_id)}/pdf")

    async def get_product(self, key: str) -> models.ProductView:
        """Show a product.

        Return the latest version of a product with its application form.

        `GET /api/v1/lending/products/{key}`, permission `lending:product:read`.
        """
        return await self._send(models.ProductView, "GET", f"/api/v1/lending/products/{quoted(key)}")

    async def get_version(self, key: str, version: int) -> models.ProductView:
        """Show a version of a product.

        Return a stated version of a product.

        `GET /api/v1/lending/products/{key}/versions/{version}`, permission `lending:product:read`.
        """
        return await self._send(
            models.ProductView, "GET", f"/api/v1/lending/products/{quoted(key)}/versions/{quoted(version)}"
        )

    async def get_vocabulary(self) -> models.ProductVocabulary:
        """List what a form may be made of.

        Return the types, roles and bounds that an editor of products needs.

        `GET /api/v1/lending/products/vocabulary`, permission `lending:product:read`.
        """
        return await self._send(models.ProductVocabulary, "GET", "/api/v1/lending/products/vocabulary")

    async def issue_application_letter(
        self,
        application_id: uuid.UUID | str,
        *,
        kind: Literal["offer", "adverse_action"],
        reasons: Sequence[str] | None = None,
        score_factors: Sequence[str] | None = None,
        idempotency_key: str | None = None,
    ) -> models.LetterView:
        """Issue a letter about an application.

        Issue the letter of a standing offer, or a notice of adverse action.

        `POST /api/v1/lending/applications/{application_id}/letters`, permission `lending:loan:service`.
        """
        return await self._send(
            models.LetterView,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/letters",
            fields={"kind": kind},
            options={"reasons": reasons, "score_factors": score_factors},
            once=True,
            key=idempotency_key,
        )

    async def issue_loan_letter(
        self,
        loan_id: uuid.UUID | str,
        *,
        kind: Literal["schedule", "statement", "arrears", "settlement"],
        begins: datetime.date | None = None,
        ends: datetime.date | None = None,
        valid_on: datetime.date | None = None,
        idempotency_key: str | None = None,
    ) -> models.LetterView:
        """Issue a letter about a loan.

        Issue a schedule, statement, arrears notice or pay-off figure; of a closed loan, that it is paid in
        full.

        `POST /api/v1/lending/loans/{loan_id}/letters`, permission `lending:loan:service`.
        """
        return await self._send(
            models.LetterView,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/letters",
            fields={"kind": kind},
            options={"begins": begins, "ends": ends, "valid_on": valid_on},
            once=True,
            key=idempotency_key,
        )

    async def list_application_links(self, application_id: uuid.UUID | str) -> models.LinkViewPage:
        """List an application's borrower links.

        List the newest links, without what opens them.

        `GET /api/v1/lending/applications/{application_id}/links`, permission `lending:loan:read`.
        """
        return await self._send(
            models.LinkViewPage, "GET", f"/api/v1/lending/applications/{quoted(application_id)}/links"
        )

    async def list_applications(
        self,
        *,
        mine: bool | None = None,
        sort: models.ApplicationSort | None = None,
        after: str | None = None,
        limit: int | None = None,
        state: Sequence[models.ApplicationState] | None = None,
        product: Sequence[str] | None = None,
        purpose: Sequence[str] | None = None,
        reference: str | None = None,
        q: str | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        min_term: int | None = None,
        max_term: int | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        waiting: bool | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> models.ApplicationRowPage:
        """List applications.

        List applications, each with its last decision in short and the question that waits; without inputs.

        `GET /api/v1/lending/applications`, permission `lending:application:read`.
        """
        return await self._send(
            models.ApplicationRowPage,
            "GET",
            "/api/v1/lending/applications",
            query={
                "mine": mine,
                "sort": sort,
                "after": after,
                "limit": limit,
                "state": state,
                "product": product,
                "purpose": purpose,
                "reference": reference,
                "q": q,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "min_term": min_term,
                "max_term": max_term,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "waiting": waiting,
                "since": since,
                "until": until,
            },
        )

    def iterate_applications(
        self,
        *,
        mine: bool | None = None,
        sort: models.ApplicationSort | None = None,
        limit: int | None = None,
        state: Sequence[models.ApplicationState] | None = None,
        product: Sequence[str] | None = None,
        purpose: Sequence[str] | None = None,
        reference: str | None = None,
        q: str | None = None,
        min_amount: Decimal | float | str | None = None,
        max_amount: Decimal | float | str | None = None,
        min_term: int | None = None,
        max_term: int | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        waiting: bool | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> AsyncIterator[models.ApplicationRow]:
        """List applications.

        List applications, each with its last decision in short and the question that waits; without inputs.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/applications`, permission `lending:application:read`.
        """
        return self._pages(
            models.ApplicationRowPage,
            "/api/v1/lending/applications",
            query={
                "mine": mine,
                "sort": sort,
                "limit": limit,
                "state": state,
                "product": product,
                "purpose": purpose,
                "reference": reference,
                "q": q,
                "min_amount": min_amount,
                "max_amount": max_amount,
                "min_term": min_term,
                "max_term": max_term,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "waiting": waiting,
                "since": since,
                "until": until,
            },
        )

    async def list_due(self, *, after: str | None = None, limit: int | None = None) -> models.NoticeViewPage:
        """List notices that are owed.

        List rejections whose notice is not sent, the most urgent first.

        `GET /api/v1/lending/notices/due`, permission `lending:loan:read`.
        """
        return await self._send(
            models.NoticeViewPage, "GET", "/api/v1/lending/notices/due", query={"after": after, "limit": limit}
        )

    def iterate_due(self, *, limit: int | None = None) -> AsyncIterator[models.NoticeView]:
        """List notices that are owed.

        List rejections whose notice is not sent, the most urgent first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/notices/due`, permission `lending:loan:read`.
        """
        return self._pages(models.NoticeViewPage, "/api/v1/lending/notices/due", query={"limit": limit})

    async def list_letters(
        self,
        *,
        kind: Sequence[models.LetterKind] | None = None,
        sent: bool | None = None,
        due: bool | None = None,
        loan: uuid.UUID | str | None = None,
        application: uuid.UUID | str | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> models.LetterViewPage:
        """List letters.

        List letters, newest first, without their text.

        `GET /api/v1/lending/letters`, permission `lending:loan:read`.
        """
        return await self._send(
            models.LetterViewPage,
            "GET",
            "/api/v1/lending/letters",
            query={
                "kind": kind,
                "sent": sent,
                "due": due,
                "loan": loan,
                "application": application,
                "after": after,
                "limit": limit,
            },
        )

    def iterate_letters(
        self,
        *,
        kind: Sequence[models.LetterKind] | None = None,
        sent: bool | None = None,
        due: bool | None = None,
        loan: uuid.UUID | str | None = None,
        application: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.LetterView]:
        """List letters.

        List letters, newest first, without their text.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/letters`, permission `lending:loan:read`.
        """
        return self._pages(
            models.LetterViewPage,
            "/api/v1/lending/letters",
            query={"kind": kind, "sent": sent, "due": due, "loan": loan, "application": application, "limit": limit},
        )

    async def list_loan_links(self, loan_id: uuid.UUID | str) -> models.LinkViewPage:
        """List a loan's borrower links.

        List the newest links, without what opens them.

        `GET /api/v1/lending/loans/{loan_id}/links`, permission `lending:loan:read`.
        """
        return await self._send(models.LinkViewPage, "GET", f"/api/v1/lending/loans/{quoted(loan_id)}/links")

    async def list_models(self, *, limit: int | None = None) -> models.ModelVersionPage:
        """List model versions.

        List model versions newest first, with what was measured of each.

        `GET /api/v1/lending/models`, permission `kernel:decision:read`.
        """
        return await self._send(models.ModelVersionPage, "GET", "/api/v1/lending/models", query={"limit": limit})

    async def list_products(self, *, after: str | None = None, limit: int | None = None) -> models.ProductViewPage:
        """List products.

        List products by key, each in its latest version.

        `GET /api/v1/lending/products`, permission `lending:product:read`.
        """
        return await self._send(
            models.ProductViewPage, "GET", "/api/v1/lending/products", query={"after": after, "limit": limit}
        )

    def iterate_products(self, *, limit: int | None = None) -> AsyncIterator[models.ProductView]:
        """List products.

        List products by key, each in its latest version.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/products`, permission `lending:product:read`.
        """
        return self._pages(models.ProductViewPage, "/api/v1/lending/products", query={"limit": limit})

    async def list_versions(
        self, key: str, *, after: int | None = None, limit: int | None = None
    ) -> models.ProductVersionRowPage:
        """List a product's versions.

        List the versions of a product, newest first, each with who published it and when.

        `GET /api/v1/lending/products/{key}/versions`, permission `lending:product:read`.
        """
        return await self._send(
            models.ProductVersionRowPage,
            "GET",
            f"/api/v1/lending/products/{quoted(key)}/versions",
            query={"after": after, "limit": limit},
        )

    def iterate_versions(self, key: str, *, limit: int | None = None) -> AsyncIterator[models.ProductVersionRow]:
        """List a product's versions.

        List the versions of a product, newest first, each with who published it and when.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/products/{key}/versions`, permission `lending:product:read`.
        """
        return self._pages(
            models.ProductVersionRowPage, f"/api/v1/lending/products/{quoted(key)}/versions", query={"limit": limit}
        )

    async def make_application_link(
        self, application_id: uuid.UUID | str, *, days: int | None = None, idempotency_key: str | None = None
    ) -> models.NewLink:
        """Make a borrower link to an application.

        Make a link by which the applicant sees how it stands, answers an offer and later sees the loan.
        Nothing is sent by this: no messages service is connected yet.

        `POST /api/v1/lending/applications/{application_id}/links`, permission `lending:loan:service`.
        """
        return await self._send(
            models.NewLink,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/links",
            options={"days": days},
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def make_loan_link(
        self, loan_id: uuid.UUID | str, *, days: int | None = None, idempotency_key: str | None = None
    ) -> models.NewLink:
        """Make a borrower link to a loan.

        Make a link by which the borrower sees the loan. Nothing is sent by this: no messages service is
        connected yet.

        `POST /api/v1/lending/loans/{loan_id}/links`, permission `lending:loan:service`.
        """
        return await self._send(
            models.NewLink,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/links",
            options={"days": days},
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def mark_many_sent(
        self,
        *,
        how: Literal["post", "email", "link", "handed"],
        letter_ids: Sequence[uuid.UUID | str],
        idempotency_key: str | None = None,
    ) -> models.SentMany:
        """Record several letters as sent.

        Put on record that letters went out, all or none.

        `POST /api/v1/lending/letters/sent`, permission `lending:loan:service`.
        """
        return await self._send(
            models.SentMany,
            "POST",
            "/api/v1/lending/letters/sent",
            fields={"how": how, "letter_ids": letter_ids},
            once=True,
            key=idempotency_key,
        )

    async def mark_sent(
        self,
        letter_id: uuid.UUID | str,
        *,
        how: Literal["post", "email", "link", "handed"],
        idempotency_key: str | None = None,
    ) -> models.LetterView:
        """Record a letter as sent.

        Put on record that a letter went out. Nothing is sent by this: no messages service is connected yet.

        `POST /api/v1/lending/letters/{letter_id}/sent`, permission `lending:loan:service`.
        """
        return await self._send(
            models.LetterView,
            "POST",
            f"/api/v1/lending/letters/{quoted(letter_id)}/sent",
            fields={"how": how},
            once=True,
            key=idempotency_key,
        )

    async def preview_application(self, *, inputs: Mapping[str, Any], product: str) -> models.ApplicationPreview:
        """Try an application without submitting it.

        Return what would be decided about an application now, for 'what if' and for trying a form; writes
        nothing.

        `POST /api/v1/lending/applications/preview`, permission `kernel:decision:read`.
        """
        return await self._send(
            models.ApplicationPreview,
            "POST",
            "/api/v1/lending/applications/preview",
            fields={"inputs": inputs, "product": product},
        )

    async def preview_product_schedule(
        self,
        *,
        amount: Decimal | float | str,
        term_months: int,
        band: str | None = None,
        credit_terms: Any | None = None,
        currency: str | None = None,
        index_rate: Decimal | Decimal | float | str | None = None,
        loss_share: float | None = None,
        product: str | None = None,
        rate: Decimal | Decimal | float | str | None = None,
        start: datetime.date | None = None,
        version: int | None = None,
    ) -> shared.SchedulePreview:
        """Preview a product's schedule.

        Return what a borrower would get on a draft's terms or a product's: schedule, costs and annual rates.

        `POST /api/v1/lending/products/preview-schedule`, permission `lending:product:read`.
        """
        return await self._send(
            shared.SchedulePreview,
            "POST",
            "/api/v1/lending/products/preview-schedule",
            fields={"amount": amount, "term_months": term_months},
            options={
                "band": band,
                "credit_terms": credit_terms,
                "currency": currency,
                "index_rate": index_rate,
                "loss_share": loss_share,
                "product": product,
                "rate": rate,
                "start": start,
                "version": version,
            },
        )

    async def preview_schedule(
        self,
        *,
        amount: Decimal | float | str,
        currency: str,
        periods: int,
        rate: Decimal | float | str,
        start: datetime.date,
        allocation: Mapping[str, Any] | None = None,
        balloon: Mapping[str, Any] | None = None,
        basis: Literal["outstanding", "scheduled"] | None = None,
        broken_period: Literal["first", "added", "spread", "upfront"] | None = None,
        close_tolerance: Decimal | float | str | None = None,
        day_count: Literal["ACT/365", "ACT/360", "ACT/364", "ACT/365.25", "ACT/ACT", "30/360", "30/365"] | None = None,
        disbursements: Sequence[Mapping[str, Any]] | None = None,
        down_payment: Mapping[str, Any] | None = None,
        due_day: int | None = None,
        every: str | None = None,
        fees: Sequence[Mapping[str, Any]] | None = None,
        first_due: datetime.date | None = None,
        fixed_instalment: Decimal | float | str | None = None,
        formula: Literal["exact", "nominal"] | None = None,
        grace: Mapping[str, Any] | None = None,
        instalment_rounding: Mapping[str, Any] | None = None,
        level_last: bool | None = None,
        method: Literal["equal_instalment", "equal_principal", "interest_only"] | None = None,
        payments: Sequence[Mapping[str, Any]] | None = None,
        penalty: Mapping[str, Any] | None = None,
        provisioning: Mapping[str, Any] | None = None,
        rate_changes: Sequence[Mapping[str, Any]] | None = None,
        rounding: Mapping[str, Any] | None = None,
        tolerance_amount: Decimal | float | str | None = None,
        tolerance_days: int | None = None,
    ) -> shared.SchedulePreview:
        """Preview a schedule.

        Return the schedule of a loan with these terms, its costs and its annual rates. What is booked is the
        same.

        `disbursements`, `rate_changes` and `payments` may be planned; instalments are taken to be paid on
        their day.

        `POST /api/v1/lending/schedules/preview`, permission `lending:product:read`.
        """
        return await self._send(
            shared.SchedulePreview,
            "POST",
            "/api/v1/lending/schedules/preview",
            fields={"amount": amount, "currency": currency, "periods": periods, "rate": rate, "start": start},
            options={
                "allocation": allocation,
                "balloon": balloon,
                "basis": basis,
                "broken_period": broken_period,
                "close_tolerance": close_tolerance,
                "day_count": day_count,
                "disbursements": disbursements,
                "down_payment": down_payment,
                "due_day": due_day,
                "every": every,
                "fees": fees,
                "first_due": first_due,
                "fixed_instalment": fixed_instalment,
                "formula": formula,
                "grace": grace,
                "instalment_rounding": instalment_rounding,
                "level_last": level_last,
                "method": method,
                "payments": payments,
                "penalty": penalty,
                "provisioning": provisioning,
                "rate_changes": rate_changes,
                "rounding": rounding,
                "tolerance_amount": tolerance_amount,
                "tolerance_days": tolerance_days,
            },
        )

    async def promote(
        self, model_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.ModelVersion:
        """Promote a model version.

        Let a model version decide from now on; an earlier one to roll back.

        `POST /api/v1/lending/models/{model_id}/promote`, permission `kernel:policy:publish`.
        """
        return await self._send(
            models.ModelVersion,
            "POST",
            f"/api/v1/lending/models/{quoted(model_id)}/promote",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def put_settings(
        self, *, replaces: int, settings: models.LetterSettingsPart | Mapping[str, Any]
    ) -> models.LetterSettingsView:
        """Change the letterhead.

        Put settings in force for letters issued from now on; notices that lacked something are written anew.

        `PUT /api/v1/lending/letters/settings`, permission `kernel:config:update`.
        """
        return await self._send(
            models.LetterSettingsView,
            "PUT",
            "/api/v1/lending/letters/settings",
            fields={"replaces": replaces, "settings": settings},
        )

    async def record_outcome(
        self,
        application_id: uuid.UUID | str,
        *,
        censored: bool | None = None,
        matured: bool | None = None,
        observed_at: datetime.datetime | None = None,
        repaid: float | None = None,
        idempotency_key: str | None = None,
    ) -> models.RecordedOutcome:
        """Record an outcome.

        Record what became of an application; a later one corrects it.

        `POST /api/v1/lending/applications/{application_id}/outcome`, permission `lending:outcome:record`.
        """
        return await self._send(
            models.RecordedOutcome,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/outcome",
            options={"censored": censored, "matured": matured, "observed_at": observed_at, "repaid": repaid},
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def record_outcomes(
        self, *, outcomes: Sequence[models.OutcomeOfApplication | Mapping[str, Any]], idempotency_key: str | None = None
    ) -> models.RecordedOutcomes:
        """Record many outcomes.

        Record what became of many applications at once; all of them or none.

        `POST /api/v1/lending/outcomes`, permission `lending:outcome:record`.
        """
        return await self._send(
            models.RecordedOutcomes,
            "POST",
            "/api/v1/lending/outcomes",
            fields={"outcomes": outcomes},
            once=True,
            key=idempotency_key,
        )

    async def revoke_application_link(
        self, application_id: uuid.UUID | str, applicant_link_id: uuid.UUID | str
    ) -> models.LinkView:
        """Revoke an application's borrower link.

        Let a link work no more; twice is once.

        `DELETE /api/v1/lending/applications/{application_id}/links/{applicant_link_id}`, permission
        `lending:loan:service`.
        """
        return await self._send(
            models.LinkView,
            "DELETE",
            f"/api/v1/lending/applications/{quoted(application_id)}/links/{quoted(applicant_link_id)}",
        )

    async def revoke_loan_link(self, loan_id: uuid.UUID | str, link_id: uuid.UUID | str) -> models.LinkView:
        """Revoke a loan's borrower link.

        Let a link work no more; twice is once.

        `DELETE /api/v1/lending/loans/{loan_id}/links/{link_id}`, permission `lending:loan:service`.
        """
        return await self._send(
            models.LinkView, "DELETE", f"/api/v1/lending/loans/{quoted(loan_id)}/links/{quoted(link_id)}"
        )

    async def show_settings(self) -> models.LetterSettingsView:
        """Show the letterhead.

        Return what letters say of the lender, and whom they name.

        `GET /api/v1/lending/letters/settings`, permission `lending:loan:read`.
        """
        return await self._send(models.LetterSettingsView, "GET", "/api/v1/lending/letters/settings")

    async def train(
        self, *, product: str, seed: int | None = None, idempotency_key: str | None = None
    ) -> models.TrainingTask:
        """Train a model.

        Train a product's model on the outcomes that have come back, as a task; /api/v1/tasks shows how far it
        is.

        `POST /api/v1/lending/models/train`, permission `kernel:task:manage`.
        """
        return await self._send(
            models.TrainingTask,
            "POST",
            "/api/v1/lending/models/train",
            fields={"product": product},
            options={"seed": seed},
            once=True,
            key=idempotency_key,
        )

    async def upload_applications(
        self,
        content: Content,
        *,
        media_type: Literal["application/x-ndjson", "text/csv"],
        format: Literal["ndjson", "csv"] | None = None,
        product: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.UploadView:
        """Decide a file of applications.

        Decide many applications: one JSON object a line (product, reference, inputs), or CSV with a header.

        Bad rows are set aside with reasons and the others decided; the counts add up to the rows.

        `POST /api/v1/lending/applications/bulk`, permission `lending:application:create`.
        """
        return await self._send(
            models.UploadView,
            "POST",
            "/api/v1/lending/applications/bulk",
            query={"format": format, "product": product},
            content=content,
            media_type=media_type,
            once=True,
            key=idempotency_key,
        )

    async def withdraw(
        self, application_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.WithdrawnApplication:
        """Withdraw an application.

        Withdraw an application on the applicant's word.

        `POST /api/v1/lending/applications/{application_id}/withdraw`, permission
        `lending:application:create`.
        """
        return await self._send(
            models.WithdrawnApplication,
            "POST",
            f"/api/v1/lending/applications/{quoted(application_id)}/withdraw",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )
