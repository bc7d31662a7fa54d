"""The operations of loans. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from intendant.client._generated.models import loans as models
from intendant.client._generated.models import shared
from intendant.client._groups import AsyncDownload, AsyncGroup, Download, Group, quoted
from intendant.client._values import Content


class Loans(Group):
    """The operations of loans."""

    def bring_in(
        self,
        *,
        borrower: str,
        product: str,
        reference: str,
        terms: Mapping[str, Any],
        disbursed_on: datetime.date | None = None,
        transactions: Sequence[models.PastTransaction | Mapping[str, Any]] | None = None,
        idempotency_key: str | None = None,
    ) -> models.OpenedLoan:
        """Bring a loan in.

        Open a loan that was made elsewhere, on its terms, with what happened to it so far; all of it or none.

        `POST /api/v1/lending/loans`, permission `lending:loan:relieve`.
        """
        return self._send(
            models.OpenedLoan,
            "POST",
            "/api/v1/lending/loans",
            fields={"borrower": borrower, "product": product, "reference": reference, "terms": terms},
            options={"disbursed_on": disbursed_on, "transactions": transactions},
            once=True,
            key=idempotency_key,
        )

    def cancel(
        self,
        loan_id: uuid.UUID | str,
        *,
        reason: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.OpenedLoan:
        """Cancel a loan.

        Cancel a loan of which nothing is paid out.

        `POST /api/v1/lending/loans/{loan_id}/cancel`, permission `lending:loan:relieve`.
        """
        return self._send(
            models.OpenedLoan,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/cancel",
            fields={"reason": reason},
            options={"expected_version": expected_version},
            once=True,
            key=idempotency_key,
        )

    def count_facets(
        self,
        *,
        state: Sequence[models.LoanState] | None = None,
        bucket: Sequence[int] | None = None,
        product: Sequence[str] | None = None,
        in_arrears: bool | None = None,
        q: str | None = None,
    ) -> models.LoanFacets:
        """Count loans by facet.

        Count loans by state, bucket of days past due and product, each facet without its own filter.

        `GET /api/v1/lending/loans/facets`, permission `lending:loan:read`.
        """
        return self._send(
            models.LoanFacets,
            "GET",
            "/api/v1/lending/loans/facets",
            query={"state": state, "bucket": bucket, "product": product, "in_arrears": in_arrears, "q": q},
        )

    def export(
        self,
        *,
        sort: models.LoanSort | None = None,
        state: Sequence[models.LoanState] | None = None,
        bucket: Sequence[int] | None = None,
        product: Sequence[str] | None = None,
        in_arrears: bool | None = None,
        q: str | None = None,
    ) -> Download:
        """Export loans.

        Export the filtered list as CSV in UTF-8, at most 1,000,000 rows. That it was done is recorded.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/lending/loans/export.csv`, permission `lending:loan:read`.
        """
        return self._download(
            "GET",
            "/api/v1/lending/loans/export.csv",
            query={
                "sort": sort,
                "state": state,
                "bucket": bucket,
                "product": product,
                "in_arrears": in_arrears,
                "q": q,
            },
        )

    def get(
        self, loan_id: uuid.UUID | str, *, on: datetime.date | None = None, known_at: datetime.datetime | None = None
    ) -> models.LoanView:
        """Get a loan.

        Get a loan with its terms, its instalments and its figures on a day: past, present, or as it comes if
        nothing happens.

        `GET /api/v1/lending/loans/{loan_id}`, permission `lending:loan:read`.
        """
        return self._send(
            models.LoanView, "GET", f"/api/v1/lending/loans/{quoted(loan_id)}", query={"on": on, "known_at": known_at}
        )

    def list(
        self,
        *,
        sort: models.LoanSort | None = None,
        after: str | None = None,
        limit: int | None = None,
        state: Sequence[models.LoanState] | None = None,
        bucket: Sequence[int] | None = None,
        product: Sequence[str] | None = None,
        in_arrears: bool | None = None,
        q: str | None = None,
    ) -> models.LoanRowPage:
        """List loans.

        List loans with their figures as of the last end of day or transaction.

        `GET /api/v1/lending/loans`, permission `lending:loan:read`.
        """
        return self._send(
            models.LoanRowPage,
            "GET",
            "/api/v1/lending/loans",
            query={
                "sort": sort,
                "after": after,
                "limit": limit,
                "state": state,
                "bucket": bucket,
                "product": product,
                "in_arrears": in_arrears,
                "q": q,
            },
        )

    def iterate(
        self,
        *,
        sort: models.LoanSort | None = None,
        limit: int | None = None,
        state: Sequence[models.LoanState] | None = None,
        bucket: Sequence[int] | None = None,
        product: Sequence[str] | None = None,
        in_arrears: bool | None = None,
        q: str | None = None,
    ) -> Iterator[models.LoanRow]:
        """List loans.

        List loans with their figures as of the last end of day or transaction.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/loans`, permission `lending:loan:read`.
        """
        return self._pages(
            models.LoanRowPage,
            "/api/v1/lending/loans",
            query={
                "sort": sort,
                "limit": limit,
                "state": state,
                "bucket": bucket,
                "product": product,
                "in_arrears": in_arrears,
                "q": q,
            },
        )

    def list_rates(
        self, *, name: str | None = None, before: datetime.date | None = None, limit: int | None = None
    ) -> models.IndexRateViewPage:
        """List index rates.

        List what indices stand at, newest first; those of one day are never parted by a page of one index.

        `GET /api/v1/lending/index-rates`, permission `lending:loan:read`.
        """
        return self._send(
            models.IndexRateViewPage,
            "GET",
            "/api/v1/lending/index-rates",
            query={"name": name, "before": before, "limit": limit},
        )

    def list_transactions(
        self, loan_id: uuid.UUID | str, *, after: int | None = None, limit: int | None = None
    ) -> models.TransactionViewPage:
        """List a loan's transactions.

        List what was recorded of a loan in the order in which it became known, with what each payment paid.

        `GET /api/v1/lending/loans/{loan_id}/transactions`, permission `lending:loan:read`.
        """
        return self._send(
            models.TransactionViewPage,
            "GET",
            f"/api/v1/lending/loans/{quoted(loan_id)}/transactions",
            query={"after": after, "limit": limit},
        )

    def iterate_transactions(
        self, loan_id: uuid.UUID | str, *, limit: int | None = None
    ) -> Iterator[models.TransactionView]:
        """List a loan's transactions.

        List what was recorded of a loan in the order in which it became known, with what each payment paid.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/loans/{loan_id}/transactions`, permission `lending:loan:read`.
        """
        return self._pages(
            models.TransactionViewPage, f"/api/v1/lending/loans/{quoted(loan_id)}/transactions", query={"limit": limit}
        )

    def preview_restructure(
        self,
        loan_id: uuid.UUID | str,
        *,
        capitalize: bool | None = None,
        expected_version: int | None = None,
        first_due: datetime.date | None = None,
        periods: int | None = None,
        rate: Decimal | float | str | None = None,
        reason: str | None = None,
        reference: str | None = None,
        value_on: datetime.date | None = None,
    ) -> models.EffectPreview:
        """Try a restructure.

        Say what a restructure would do, by the code that records it; nothing is written.

        `POST /api/v1/lending/loans/{loan_id}/restructure/preview`, permission `lending:loan:relieve`.
        """
        return self._send(
            models.EffectPreview,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/restructure/preview",
            options={
                "capitalize": capitalize,
                "expected_version": expected_version,
                "first_due": first_due,
                "periods": periods,
                "rate": rate,
                "reason": reason,
                "reference": reference,
                "value_on": value_on,
            },
            fields={},
        )

    def preview_transaction(
        self,
        loan_id: uuid.UUID | str,
        *,
        type: shared.TransactionType,
        amount: Decimal | float | str | None = None,
        currency: str | None = None,
        expected_version: int | None = None,
        parameters: Mapping[str, Any] | None = None,
        reason: str | None = None,
        reference: str | None = None,
        value_on: datetime.date | None = None,
    ) -> models.EffectPreview:
        """Try a transaction.

        Say what recording a transaction would do, by the code that records it; nothing is written.

        `POST /api/v1/lending/loans/{loan_id}/transactions/preview`, permission `lending:loan:service`.
        """
        return self._send(
            models.EffectPreview,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/transactions/preview",
            fields={"type": type},
            options={
                "amount": amount,
                "currency": currency,
                "expected_version": expected_version,
                "parameters": parameters,
                "reason": reason,
                "reference": reference,
                "value_on": value_on,
            },
        )

    def quote_payoff(self, loan_id: uuid.UUID | str, *, on: datetime.date | None = None) -> models.PayoffView:
        """Quote what pays a loan off.

        Quote what pays a loan off on a day, today or ahead, if nothing happens before.

        `GET /api/v1/lending/loans/{loan_id}/payoff`, permission `lending:loan:read`.
        """
        return self._send(models.PayoffView, "GET", f"/api/v1/lending/loans/{quoted(loan_id)}/payoff", query={"on": on})

    def record_rate(
        self, *, effective_on: datetime.date, name: str, rate: Decimal | float | str, idempotency_key: str | None = None
    ) -> models.IndexRateView:
        """Record an index rate.

        Record what an index stands at from a day on. Loans that follow it take it at their next reset.

        `POST /api/v1/lending/index-rates`, permission `lending:loan:relieve`.
        """
        return self._send(
            models.IndexRateView,
            "POST",
            "/api/v1/lending/index-rates",
            fields={"effective_on": effective_on, "name": name, "rate": rate},
            once=True,
            key=idempotency_key,
        )

    def record_repayment(
        self,
        loan_id: uuid.UUID | str,
        *,
        amount: Decimal | float | str,
        currency: str | None = None,
        reason: str | None = None,
        reference: str | None = None,
        value_on: datetime.date | None = None,
        idempotency_key: str | None = None,
    ) -> models.RecordedView:
        """Record a repayment.

        Record a payment by the borrower, today or on an earlier day; twice with one reference is once.

        `POST /api/v1/lending/loans/{loan_id}/repayments`, permission `lending:loan:service`.
        """
        return self._send(
            models.RecordedView,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/repayments",
            fields={"amount": amount},
            options={"currency": currency, "reason": reason, "reference": reference, "value_on": value_on},
            once=True,
            key=idempotency_key,
        )

    def record_transaction(
        self,
        loan_id: uuid.UUID | str,
        *,
        type: shared.TransactionType,
        amount: Decimal | float | str | None = None,
        currency: str | None = None,
        expected_version: int | None = None,
        parameters: Mapping[str, Any] | None = None,
        reason: str | None = None,
        reference: str | None = None,
        value_on: datetime.date | None = None,
        idempotency_key: str | None = None,
    ) -> models.RecordedView:
        """Record a transaction.

        Record anything that may happen to a loan. What changes what is owed needs lending:loan:relieve and a
        reason.

        `POST /api/v1/lending/loans/{loan_id}/transactions`, permission `lending:loan:service`.
        """
        return self._send(
            models.RecordedView,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/transactions",
            fields={"type": type},
            options={
                "amount": amount,
                "currency": currency,
                "expected_version": expected_version,
                "parameters": parameters,
                "reason": reason,
                "reference": reference,
                "value_on": value_on,
            },
            once=True,
            key=idempotency_key,
        )

    def refinance(
        self,
        loan_id: uuid.UUID | str,
        *,
        amount: Decimal | float | str,
        reason: str,
        term_months: int,
        expected_version: int | None = None,
        number: str | None = None,
        rate: Decimal | float | str | None = None,
        idempotency_key: str | None = None,
    ) -> models.RefinanceView:
        """Refinance a loan.

        Open a new loan of the same product that pays this one off today, both or neither; cash moves for the
        difference.

        `POST /api/v1/lending/loans/{loan_id}/refinance`, permission `lending:loan:relieve`.
        """
        return self._send(
            models.RefinanceView,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/refinance",
            fields={"amount": amount, "reason": reason, "term_months": term_months},
            options={"expected_version": expected_version, "number": number, "rate": rate},
            once=True,
            key=idempotency_key,
        )

    def restructure(
        self,
        loan_id: uuid.UUID | str,
        *,
        capitalize: bool | None = None,
        expected_version: int | None = None,
        first_due: datetime.date | None = None,
        periods: int | None = None,
        rate: Decimal | float | str | None = None,
        reason: str | None = None,
        reference: str | None = None,
        value_on: datetime.date | None = None,
        idempotency_key: str | None = None,
    ) -> models.RecordedView:
        """Restructure a loan.

        Set new terms for what is left: instalments, rate, first due date; with `capitalize` nothing is
        overdue any more.

        `POST /api/v1/lending/loans/{loan_id}/restructure`, permission `lending:loan:relieve`.
        """
        return self._send(
            models.RecordedView,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/restructure",
            options={
                "capitalize": capitalize,
                "expected_version": expected_version,
                "first_due": first_due,
                "periods": periods,
                "rate": rate,
                "reason": reason,
                "reference": reference,
                "value_on": value_on,
            },
            fields={},
            once=True,
            key=idempotency_key,
        )

    def reverse_transaction(
        self,
        loan_id: uuid.UUID | str,
        transaction_id: uuid.UUID | str,
        *,
        reason: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.RecordedView:
        """Reverse a transaction.

        Take a transaction back as if it had never been: the loan is replayed without it, and the ledger
        rebooked.

        `POST /api/v1/lending/loans/{loan_id}/transactions/{transaction_id}/reverse`, permission
        `lending:loan:relieve`.
        """
        return self._send(
            models.RecordedView,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/transactions/{quoted(transaction_id)}/reverse",
            fields={"reason": reason},
            options={"expected_version": expected_version},
            once=True,
            key=idempotency_key,
        )

    def run_end_of_day(self, *, idempotency_key: str | None = None) -> models.EndOfDayTask:
        """Book all loans now.

        Book all loans up to today, as a task; while one is under way that one is answered.

        `POST /api/v1/lending/end-of-day`, permission `kernel:task:manage`.
        """
        return self._send(models.EndOfDayTask, "POST", "/api/v1/lending/end-of-day", once=True, key=idempotency_key)

    def upload_repayments(
        self,
        content: Content,
        *,
        media_type: Literal["application/x-ndjson", "text/csv"],
        format: Literal["csv", "ndjson"] | None = None,
    ) -> models.BulkRepayments:
        """Record a file of repayments.

        Record many repayments: CSV with the columns loan, amount, currency, date and reference, or a JSON
        object a line.

        Bad rows are set aside with reasons and the others recorded; the counts add up to the rows. Each row's
        reference makes it happen once, so a file may be sent again.

        `POST /api/v1/lending/repayments/bulk`, permission `lending:loan:service`.
        """
        return self._send(
            models.BulkRepayments,
            "POST",
            "/api/v1/lending/repayments/bulk",
            query={"format": format},
            content=content,
            media_type=media_type,
        )


class AsyncLoans(AsyncGroup):
    """The operations of loans, for asynchronous programs."""

    async def bring_in(
        self,
        *,
        borrower: str,
        product: str,
        reference: str,
        terms: Mapping[str, Any],
        disbursed_on: datetime.date | None = None,
        transactions: Sequence[models.PastTransaction | Mapping[str, Any]] | None = None,
        idempotency_key: str | None = None,
    ) -> models.OpenedLoan:
        """Bring a loan in.

        Open a loan that was made elsewhere, on its terms, with what happened to it so far; all of it or none.

        `POST /api/v1/lending/loans`, permission `lending:loan:relieve`.
        """
        return await self._send(
            models.OpenedLoan,
            "POST",
            "/api/v1/lending/loans",
            fields={"borrower": borrower, "product": product, "reference": reference, "terms": terms},
            options={"disbursed_on": disbursed_on, "transactions": transactions},
            once=True,
            key=idempotency_key,
        )

    async def cancel(
        self,
        loan_id: uuid.UUID | str,
        *,
        reason: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.OpenedLoan:
        """Cancel a loan.

        Cancel a loan of which nothing is paid out.

        `POST /api/v1/lending/loans/{loan_id}/cancel`, permission `lending:loan:relieve`.
        """
        return await self._send(
            models.OpenedLoan,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/cancel",
            fields={"reason": reason},
            options={"expected_version": expected_version},
            once=True,
            key=idempotency_key,
        )

    async def count_facets(
        self,
        *,
        state: Sequence[models.LoanState] | None = None,
        bucket: Sequence[int] | None = None,
        product: Sequence[str] | None = None,
        in_arrears: bool | None = None,
        q: str | None = None,
    ) -> models.LoanFacets:
        """Count loans by facet.

        Count loans by state, bucket of days past due and product, each facet without its own filter.

        `GET /api/v1/lending/loans/facets`, permission `lending:loan:read`.
        """
        return await self._send(
            models.LoanFacets,
            "GET",
            "/api/v1/lending/loans/facets",
            query={"state": state, "bucket": bucket, "product": product, "in_arrears": in_arrears, "q": q},
        )

    def export(
        self,
        *,
        sort: models.LoanSort | None = None,
        state: Sequence[models.LoanState] | None = None,
        bucket: Sequence[int] | None = None,
        product: Sequence[str] | None = None,
        in_arrears: bool | None = None,
        q: str | None = None,
    ) -> AsyncDownload:
        """Export loans.

        Export the filtered list as CSV in UTF-8, at most 1,000,000 rows. That it was done is recorded.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/lending/loans/export.csv`, permission `lending:loan:read`.
        """
        return self._download(
            "GET",
            "/api/v1/lending/loans/export.csv",
            query={
                "sort": sort,
                "state": state,
                "bucket": bucket,
                "product": product,
                "in_arrears": in_arrears,
                "q": q,
            },
        )

    async def get(
        self, loan_id: uuid.UUID | str, *, on: datetime.date | None = None, known_at: datetime.datetime | None = None
    ) -> models.LoanView:
        """Get a loan.

        Get a loan with its terms, its instalments and its figures on a day: past, present, or as it comes if
        nothing happens.

        `GET /api/v1/lending/loans/{loan_id}`, permission `lending:loan:read`.
        """
        return await self._send(
            models.LoanView, "GET", f"/api/v1/lending/loans/{quoted(loan_id)}", query={"on": on, "known_at": known_at}
        )

    async def list(
        self,
        *,
        sort: models.LoanSort | None = None,
        after: str | None = None,
        limit: int | None = None,
        state: Sequence[models.LoanState] | None = None,
        bucket: Sequence[int] | None = None,
        product: Sequence[str] | None = None,
        in_arrears: bool | None = None,
        q: str | None = None,
    ) -> models.LoanRowPage:
        """List loans.

        List loans with their figures as of the last end of day or transaction.

        `GET /api/v1/lending/loans`, permission `lending:loan:read`.
        """
        return await self._send(
            models.LoanRowPage,
            "GET",
            "/api/v1/lending/loans",
            query={
                "sort": sort,
                "after": after,
                "limit": limit,
                "state": state,
                "bucket": bucket,
                "product": product,
                "in_arrears": in_arrears,
                "q": q,
            },
        )

    def iterate(
        self,
        *,
        sort: models.LoanSort | None = None,
        limit: int | None = None,
        state: Sequence[models.LoanState] | None = None,
        bucket: Sequence[int] | None = None,
        product: Sequence[str] | None = None,
        in_arrears: bool | None = None,
        q: str | None = None,
    ) -> AsyncIterator[models.LoanRow]:
        """List loans.

        List loans with their figures as of the last end of day or transaction.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/loans`, permission `lending:loan:read`.
        """
        return self._pages(
            models.LoanRowPage,
            "/api/v1/lending/loans",
            query={
                "sort": sort,
                "limit": limit,
                "state": state,
                "bucket": bucket,
                "product": product,
                "in_arrears": in_arrears,
                "q": q,
            },
        )

    async def list_rates(
        self, *, name: str | None = None, before: datetime.date | None = None, limit: int | None = None
    ) -> models.IndexRateViewPage:
        """List index rates.

        List what indices stand at, newest first; those of one day are never parted by a page of one index.

        `GET /api/v1/lending/index-rates`, permission `lending:loan:read`.
        """
        return await self._send(
            models.IndexRateViewPage,
            "GET",
            "/api/v1/lending/index-rates",
            query={"name": name, "before": before, "limit": limit},
        )

    async def list_transactions(
        self, loan_id: uuid.UUID | str, *, after: int | None = None, limit: int | None = None
    ) -> models.TransactionViewPage:
        """List a loan's transactions.

        List what was recorded of a loan in the order in which it became known, with what each payment paid.

        `GET /api/v1/lending/loans/{loan_id}/transactions`, permission `lending:loan:read`.
        """
        return await self._send(
            models.TransactionViewPage,
            "GET",
            f"/api/v1/lending/loans/{quoted(loan_id)}/transactions",
            query={"after": after, "limit": limit},
        )

    def iterate_transactions(
        self, loan_id: uuid.UUID | str, *, limit: int | None = None
    ) -> AsyncIterator[models.TransactionView]:
        """List a loan's transactions.

        List what was recorded of a loan in the order in which it became known, with what each payment paid.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/loans/{loan_id}/transactions`, permission `lending:loan:read`.
        """
        return self._pages(
            models.TransactionViewPage, f"/api/v1/lending/loans/{quoted(loan_id)}/transactions", query={"limit": limit}
        )

    async def preview_restructure(
        self,
        loan_id: uuid.UUID | str,
        *,
        capitalize: bool | None = None,
        expected_version: int | None = None,
        first_due: datetime.date | None = None,
        periods: int | None = None,
        rate: Decimal | float | str | None = None,
        reason: str | None = None,
        reference: str | None = None,
        value_on: datetime.date | None = None,
    ) -> models.EffectPreview:
        """Try a restructure.

        Say what a restructure would do, by the code that records it; nothing is written.

        `POST /api/v1/lending/loans/{loan_id}/restructure/preview`, permission `lending:loan:relieve`.
        """
        return await self._send(
            models.EffectPreview,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/restructure/preview",
            options={
                "capitalize": capitalize,
                "expected_version": expected_version,
                "first_due": first_due,
                "periods": periods,
                "rate": rate,
                "reason": reason,
                "reference": reference,
                "value_on": value_on,
            },
            fields={},
        )

    async def preview_transaction(
        self,
        loan_id: uuid.UUID | str,
        *,
        type: shared.TransactionType,
        amount: Decimal | float | str | None = None,
        currency: str | None = None,
        expected_version: int | None = None,
        parameters: Mapping[str, Any] | None = None,
        reason: str | None = None,
        reference: str | None = None,
        value_on: datetime.date | None = None,
    ) -> models.EffectPreview:
        """Try a transaction.

        Say what recording a transaction would do, by the code that records it; nothing is written.

        `POST /api/v1/lending/loans/{loan_id}/transactions/preview`, permission `lending:loan:service`.
        """
        return await self._send(
            models.EffectPreview,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/transactions/preview",
            fields={"type": type},
            options={
                "amount": amount,
                "currency": currency,
                "expected_version": expected_version,
                "parameters": parameters,
                "reason": reason,
                "reference": reference,
                "value_on": value_on,
            },
        )

    async def quote_payoff(self, loan_id: uuid.UUID | str, *, on: datetime.date | None = None) -> models.PayoffView:
        """Quote what pays a loan off.

        Quote what pays a loan off on a day, today or ahead, if nothing happens before.

        `GET /api/v1/lending/loans/{loan_id}/payoff`, permission `lending:loan:read`.
        """
        return await self._send(
            models.PayoffView, "GET", f"/api/v1/lending/loans/{quoted(loan_id)}/payoff", query={"on": on}
        )

    async def record_rate(
        self, *, effective_on: datetime.date, name: str, rate: Decimal | float | str, idempotency_key: str | None = None
    ) -> models.IndexRateView:
        """Record an index rate.

        Record what an index stands at from a day on. Loans that follow it take it at their next reset.

        `POST /api/v1/lending/index-rates`, permission `lending:loan:relieve`.
        """
        return await self._send(
            models.IndexRateView,
            "POST",
            "/api/v1/lending/index-rates",
            fields={"effective_on": effective_on, "name": name, "rate": rate},
            once=True,
            key=idempotency_key,
        )

    async def record_repayment(
        self,
        loan_id: uuid.UUID | str,
        *,
        amount: Decimal | float | str,
        currency: str | None = None,
        reason: str | None = None,
        reference: str | None = None,
        value_on: datetime.date | None = None,
        idempotency_key: str | None = None,
    ) -> models.RecordedView:
        """Record a repayment.

        Record a payment by the borrower, today or on an earlier day; twice with one reference is once.

        `POST /api/v1/lending/loans/{loan_id}/repayments`, permission `lending:loan:service`.
        """
        return await self._send(
            models.RecordedView,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/repayments",
            fields={"amount": amount},
            options={"currency": currency, "reason": reason, "reference": reference, "value_on": value_on},
            once=True,
            key=idempotency_key,
        )

    async def record_transaction(
        self,
        loan_id: uuid.UUID | str,
        *,
        type: shared.TransactionType,
        amount: Decimal | float | str | None = None,
        currency: str | None = None,
        expected_version: int | None = None,
        parameters: Mapping[str, Any] | None = None,
        reason: str | None = None,
        reference: str | None = None,
        value_on: datetime.date | None = None,
        idempotency_key: str | None = None,
    ) -> models.RecordedView:
        """Record a transaction.

        Record anything that may happen to a loan. What changes what is owed needs lending:loan:relieve and a
        reason.

        `POST /api/v1/lending/loans/{loan_id}/transactions`, permission `lending:loan:service`.
        """
        return await self._send(
            models.RecordedView,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/transactions",
            fields={"type": type},
            options={
                "amount": amount,
                "currency": currency,
                "expected_version": expected_version,
                "parameters": parameters,
                "reason": reason,
                "reference": reference,
                "value_on": value_on,
            },
            once=True,
            key=idempotency_key,
        )

    async def refinance(
        self,
        loan_id: uuid.UUID | str,
        *,
        amount: Decimal | float | str,
        reason: str,
        term_months: int,
        expected_version: int | None = None,
        number: str | None = None,
        rate: Decimal | float | str | None = None,
        idempotency_key: str | None = None,
    ) -> models.RefinanceView:
        """Refinance a loan.

        Open a new loan of the same product that pays this one off today, both or neither; cash moves for the
        difference.

        `POST /api/v1/lending/loans/{loan_id}/refinance`, permission `lending:loan:relieve`.
        """
        return await self._send(
            models.RefinanceView,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/refinance",
            fields={"amount": amount, "reason": reason, "term_months": term_months},
            options={"expected_version": expected_version, "number": number, "rate": rate},
            once=True,
            key=idempotency_key,
        )

    async def restructure(
        self,
        loan_id: uuid.UUID | str,
        *,
        capitalize: bool | None = None,
        expected_version: int | None = None,
        first_due: datetime.date | None = None,
        periods: int | None = None,
        rate: Decimal | float | str | None = None,
        reason: str | None = None,
        reference: str | None = None,
        value_on: datetime.date | None = None,
        idempotency_key: str | None = None,
    ) -> models.RecordedView:
        """Restructure a loan.

        Set new terms for what is left: instalments, rate, first due date; with `capitalize` nothing is
        overdue any more.

        `POST /api/v1/lending/loans/{loan_id}/restructure`, permission `lending:loan:relieve`.
        """
        return await self._send(
            models.RecordedView,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/restructure",
            options={
                "capitalize": capitalize,
                "expected_version": expected_version,
                "first_due": first_due,
                "periods": periods,
                "rate": rate,
                "reason": reason,
                "reference": reference,
                "value_on": value_on,
            },
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def reverse_transaction(
        self,
        loan_id: uuid.UUID | str,
        transaction_id: uuid.UUID | str,
        *,
        reason: str,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.RecordedView:
        """Reverse a transaction.

        Take a transaction back as if it had never been: the loan is replayed without it, and the ledger
        rebooked.

        `POST /api/v1/lending/loans/{loan_id}/transactions/{transaction_id}/reverse`, permission
        `lending:loan:relieve`.
        """
        return await self._send(
            models.RecordedView,
            "POST",
            f"/api/v1/lending/loans/{quoted(loan_id)}/transactions/{quoted(transaction_id)}/reverse",
            fields={"reason": reason},
            options={"expected_version": expected_version},
            once=True,
            key=idempotency_key,
        )

    async def run_end_of_day(self, *, idempotency_key: str | None = None) -> models.EndOfDayTask:
        """Book all loans now.

        Book all loans up to today, as a task; while one is under way that one is answered.

        `POST /api/v1/lending/end-of-day`, permission `kernel:task:manage`.
        """
        return await self._send(
            models.EndOfDayTask, "POST", "/api/v1/lending/end-of-day", once=True, key=idempotency_key
        )

    async def upload_repayments(
        self,
        content: Content,
        *,
        media_type: Literal["application/x-ndjson", "text/csv"],
        format: Literal["csv", "ndjson"] | None = None,
    ) -> models.BulkRepayments:
        """Record a file of repayments.

        Record many repayments: CSV with the columns loan, amount, currency, date and reference, or a JSON
        object a line.

        Bad rows are set aside with reasons and the others recorded; the counts add up to the rows. Each row's
        reference makes it happen once, so a file may be sent again.

        `POST /api/v1/lending/repayments/bulk`, permission `lending:loan:service`.
        """
        return await self._send(
            models.BulkRepayments,
            "POST",
            "/api/v1/lending/repayments/bulk",
            query={"format": format},
            content=content,
            media_type=media_type,
        )
