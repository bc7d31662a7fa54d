"""The operations of ledger. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Literal

from intendant.client._generated.models import ledger as models
from intendant.client._groups import AsyncDownload, AsyncGroup, Download, Group, quoted
from intendant.client._values import OMITTED, Omitted


class Ledger(Group):
    """The operations of ledger."""

    def add_account(
        self, *, code: str, name: str, type: models.AccountType, idempotency_key: str | None = None
    ) -> models.LedgerAccountView:
        """Add an account.

        Add an account of the organisation's own.

        `POST /api/v1/lending/ledger/accounts`, permission `lending:ledger:manage`.
        """
        return self._send(
            models.LedgerAccountView,
            "POST",
            "/api/v1/lending/ledger/accounts",
            fields={"code": code, "name": name, "type": type},
            once=True,
            key=idempotency_key,
        )

    def change_account(
        self, code: str, *, name: str, replaces: int, purpose: models.Account | Omitted | None = OMITTED
    ) -> models.LedgerAccountView:
        """Change an account.

        Rename an account, or let it take over a purpose whose present account has no postings yet.

        `PUT /api/v1/lending/ledger/accounts/{code}`, permission `lending:ledger:manage`.
        """
        return self._send(
            models.LedgerAccountView,
            "PUT",
            f"/api/v1/lending/ledger/accounts/{quoted(code)}",
            fields={"name": name, "replaces": replaces},
            options={"purpose": purpose},
        )

    def close_period(
        self, *, ends_on: datetime.date, reason: str, idempotency_key: str | None = None
    ) -> models.PeriodView:
        """Close a period.

        Close the books up to a day that is over, for good: what is found out later is booked on the first
        open day.

        `POST /api/v1/lending/ledger/periods`, permission `lending:ledger:manage`.
        """
        return self._send(
            models.PeriodView,
            "POST",
            "/api/v1/lending/ledger/periods",
            fields={"ends_on": ends_on, "reason": reason},
            once=True,
            key=idempotency_key,
        )

    def export_journal(
        self,
        *,
        from_: datetime.date,
        to: datetime.date,
        grouped: Literal["day"] | None = None,
        opening: bool | None = None,
    ) -> Download:
        """Export postings as a journal.

        Export up to 1,000,000 postings of up to 1,100 days as a plain-text journal that hledger reads.

        That it was done is recorded.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/lending/ledger/export.journal`, permission `lending:ledger:read`.
        """
        return self._download(
            "GET",
            "/api/v1/lending/ledger/export.journal",
            query={"from": from_, "to": to, "grouped": grouped, "opening": opening},
        )

    def export_table(
        self, *, from_: datetime.date, to: datetime.date, grouped: Literal["day"] | None = None
    ) -> Download:
        """Export postings as a table.

        Export up to 1,000,000 postings of up to 1,100 days as CSV in UTF-8; cells that a spreadsheet would
        run are defused.

        That it was done is recorded.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/lending/ledger/export.csv`, permission `lending:ledger:read`.
        """
        return self._download(
            "GET", "/api/v1/lending/ledger/export.csv", query={"from": from_, "to": to, "grouped": grouped}
        )

    def get_posting(self, posting_id: uuid.UUID | str) -> models.PostingDetail:
        """Show a posting.

        Return a posting with the transaction and the decision from which it follows.

        `GET /api/v1/lending/ledger/postings/{posting_id}`, permission `lending:ledger:read`.
        """
        return self._send(models.PostingDetail, "GET", f"/api/v1/lending/ledger/postings/{quoted(posting_id)}")

    def get_statement(
        self,
        code: str,
        *,
        from_: datetime.date | None = None,
        to: datetime.date | None = None,
        currency: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> models.StatementView:
        """Show an account's statement.

        Return an account's postings with the running balance, by default of this year and in the
        organisation's currency.

        `GET /api/v1/lending/ledger/accounts/{code}/statement`, permission `lending:ledger:read`.
        """
        return self._send(
            models.StatementView,
            "GET",
            f"/api/v1/lending/ledger/accounts/{quoted(code)}/statement",
            query={"from": from_, "to": to, "currency": currency, "after": after, "limit": limit},
        )

    def iterate_get_statement(
        self,
        code: str,
        *,
        from_: datetime.date | None = None,
        to: datetime.date | None = None,
        currency: str | None = None,
        limit: int | None = None,
    ) -> Iterator[models.StatementLineView]:
        """Show an account's statement.

        Return an account's postings with the running balance, by default of this year and in the
        organisation's currency.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/ledger/accounts/{code}/statement`, permission `lending:ledger:read`.
        """
        return self._pages(
            models.StatementView,
            f"/api/v1/lending/ledger/accounts/{quoted(code)}/statement",
            query={"from": from_, "to": to, "currency": currency, "limit": limit},
        )

    def get_trial_balance(
        self,
        *,
        on: datetime.date | None = None,
        from_: datetime.date | None = None,
        currency: str | None = None,
        known_at: datetime.datetime | None = None,
    ) -> models.TrialBalanceView:
        """Show the trial balance.

        Return every account's balance at the end of a day; today's also against the loans they stand for.

        `GET /api/v1/lending/ledger/trial-balance`, permission `lending:ledger:read`.
        """
        return self._send(
            models.TrialBalanceView,
            "GET",
            "/api/v1/lending/ledger/trial-balance",
            query={"on": on, "from": from_, "currency": currency, "known_at": known_at},
        )

    def list_accounts(self, *, after: str | None = None, limit: int | None = None) -> models.LedgerAccountViewPage:
        """List the chart of accounts.

        List the accounts by code; an organisation that has none yet is given the default chart.

        `GET /api/v1/lending/ledger/accounts`, permission `lending:ledger:read`.
        """
        return self._send(
            models.LedgerAccountViewPage,
            "GET",
            "/api/v1/lending/ledger/accounts",
            query={"after": after, "limit": limit},
        )

    def iterate_accounts(self, *, limit: int | None = None) -> Iterator[models.LedgerAccountView]:
        """List the chart of accounts.

        List the accounts by code; an organisation that has none yet is given the default chart.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/ledger/accounts`, permission `lending:ledger:read`.
        """
        return self._pages(models.LedgerAccountViewPage, "/api/v1/lending/ledger/accounts", query={"limit": limit})

    def list_periods(self, *, after: datetime.date | None = None, limit: int | None = None) -> models.PeriodViewPage:
        """List closed periods.

        List closed periods with their balances, the last first.

        `GET /api/v1/lending/ledger/periods`, permission `lending:ledger:read`.
        """
        return self._send(
            models.PeriodViewPage, "GET", "/api/v1/lending/ledger/periods", query={"after": after, "limit": limit}
        )

    def iterate_periods(self, *, limit: int | None = None) -> Iterator[models.PeriodView]:
        """List closed periods.

        List closed periods with their balances, the last first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/ledger/periods`, permission `lending:ledger:read`.
        """
        return self._pages(models.PeriodViewPage, "/api/v1/lending/ledger/periods", query={"limit": limit})

    def list_postings(
        self,
        *,
        loan: uuid.UUID | str | None = None,
        kind: str | None = None,
        account: str | None = None,
        currency: str | None = None,
        from_: datetime.date | None = None,
        to: datetime.date | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> models.PostingViewPage:
        """List postings.

        List postings by day of booking, the newest first.

        `GET /api/v1/lending/ledger/postings`, permission `lending:ledger:read`.
        """
        return self._send(
            models.PostingViewPage,
            "GET",
            "/api/v1/lending/ledger/postings",
            query={
                "loan": loan,
                "kind": kind,
                "account": account,
                "currency": currency,
                "from": from_,
                "to": to,
                "after": after,
                "limit": limit,
            },
        )

    def iterate_postings(
        self,
        *,
        loan: uuid.UUID | str | None = None,
        kind: str | None = None,
        account: str | None = None,
        currency: str | None = None,
        from_: datetime.date | None = None,
        to: datetime.date | None = None,
        limit: int | None = None,
    ) -> Iterator[models.PostingView]:
        """List postings.

        List postings by day of booking, the newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/ledger/postings`, permission `lending:ledger:read`.
        """
        return self._pages(
            models.PostingViewPage,
            "/api/v1/lending/ledger/postings",
            query={
                "loan": loan,
                "kind": kind,
                "account": account,
                "currency": currency,
                "from": from_,
                "to": to,
                "limit": limit,
            },
        )

    def remove_account(self, code: str) -> None:
        """Remove an account.

        Remove an account that has neither a purpose nor postings.

        `DELETE /api/v1/lending/ledger/accounts/{code}`, permission `lending:ledger:manage`.
        """
        self._act("DELETE", f"/api/v1/lending/ledger/accounts/{quoted(code)}")


class AsyncLedger(AsyncGroup):
    """The operations of ledger, for asynchronous programs."""

    async def add_account(
        self, *, code: str, name: str, type: models.AccountType, idempotency_key: str | None = None
    ) -> models.LedgerAccountView:
        """Add an account.

        Add an account of the organisation's own.

        `POST /api/v1/lending/ledger/accounts`, permission `lending:ledger:manage`.
        """
        return await self._send(
            models.LedgerAccountView,
            "POST",
            "/api/v1/lending/ledger/accounts",
            fields={"code": code, "name": name, "type": type},
            once=True,
            key=idempotency_key,
        )

    async def change_account(
        self, code: str, *, name: str, replaces: int, purpose: models.Account | Omitted | None = OMITTED
    ) -> models.LedgerAccountView:
        """Change an account.

        Rename an account, or let it take over a purpose whose present account has no postings yet.

        `PUT /api/v1/lending/ledger/accounts/{code}`, permission `lending:ledger:manage`.
        """
        return await self._send(
            models.LedgerAccountView,
            "PUT",
            f"/api/v1/lending/ledger/accounts/{quoted(code)}",
            fields={"name": name, "replaces": replaces},
            options={"purpose": purpose},
        )

    async def close_period(
        self, *, ends_on: datetime.date, reason: str, idempotency_key: str | None = None
    ) -> models.PeriodView:
        """Close a period.

        Close the books up to a day that is over, for good: what is found out later is booked on the first
        open day.

        `POST /api/v1/lending/ledger/periods`, permission `lending:ledger:manage`.
        """
        return await self._send(
            models.PeriodView,
            "POST",
            "/api/v1/lending/ledger/periods",
            fields={"ends_on": ends_on, "reason": reason},
            once=True,
            key=idempotency_key,
        )

    def export_journal(
        self,
        *,
        from_: datetime.date,
        to: datetime.date,
        grouped: Literal["day"] | None = None,
        opening: bool | None = None,
    ) -> AsyncDownload:
        """Export postings as a journal.

        Export up to 1,000,000 postings of up to 1,100 days as a plain-text journal that hledger reads.

        That it was done is recorded.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/lending/ledger/export.journal`, permission `lending:ledger:read`.
        """
        return self._download(
            "GET",
            "/api/v1/lending/ledger/export.journal",
            query={"from": from_, "to": to, "grouped": grouped, "opening": opening},
        )

    def export_table(
        self, *, from_: datetime.date, to: datetime.date, grouped: Literal["day"] | None = None
    ) -> AsyncDownload:
        """Export postings as a table.

        Export up to 1,000,000 postings of up to 1,100 days as CSV in UTF-8; cells that a spreadsheet would
        run are defused.

        That it was done is recorded.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/lending/ledger/export.csv`, permission `lending:ledger:read`.
        """
        return self._download(
            "GET", "/api/v1/lending/ledger/export.csv", query={"from": from_, "to": to, "grouped": grouped}
        )

    async def get_posting(self, posting_id: uuid.UUID | str) -> models.PostingDetail:
        """Show a posting.

        Return a posting with the transaction and the decision from which it follows.

        `GET /api/v1/lending/ledger/postings/{posting_id}`, permission `lending:ledger:read`.
        """
        return await self._send(models.PostingDetail, "GET", f"/api/v1/lending/ledger/postings/{quoted(posting_id)}")

    async def get_statement(
        self,
        code: str,
        *,
        from_: datetime.date | None = None,
        to: datetime.date | None = None,
        currency: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> models.StatementView:
        """Show an account's statement.

        Return an account's postings with the running balance, by default of this year and in the
        organisation's currency.

        `GET /api/v1/lending/ledger/accounts/{code}/statement`, permission `lending:ledger:read`.
        """
        return await self._send(
            models.StatementView,
            "GET",
            f"/api/v1/lending/ledger/accounts/{quoted(code)}/statement",
            query={"from": from_, "to": to, "currency": currency, "after": after, "limit": limit},
        )

    def iterate_get_statement(
        self,
        code: str,
        *,
        from_: datetime.date | None = None,
        to: datetime.date | None = None,
        currency: str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.StatementLineView]:
        """Show an account's statement.

        Return an account's postings with the running balance, by default of this year and in the
        organisation's currency.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/ledger/accounts/{code}/statement`, permission `lending:ledger:read`.
        """
        return self._pages(
            models.StatementView,
            f"/api/v1/lending/ledger/accounts/{quoted(code)}/statement",
            query={"from": from_, "to": to, "currency": currency, "limit": limit},
        )

    async def get_trial_balance(
        self,
        *,
        on: datetime.date | None = None,
        from_: datetime.date | None = None,
        currency: str | None = None,
        known_at: datetime.datetime | None = None,
    ) -> models.TrialBalanceView:
        """Show the trial balance.

        Return every account's balance at the end of a day; today's also against the loans they stand for.

        `GET /api/v1/lending/ledger/trial-balance`, permission `lending:ledger:read`.
        """
        return await self._send(
            models.TrialBalanceView,
            "GET",
            "/api/v1/lending/ledger/trial-balance",
            query={"on": on, "from": from_, "currency": currency, "known_at": known_at},
        )

    async def list_accounts(
        self, *, after: str | None = None, limit: int | None = None
    ) -> models.LedgerAccountViewPage:
        """List the chart of accounts.

        List the accounts by code; an organisation that has none yet is given the default chart.

        `GET /api/v1/lending/ledger/accounts`, permission `lending:ledger:read`.
        """
        return await self._send(
            models.LedgerAccountViewPage,
            "GET",
            "/api/v1/lending/ledger/accounts",
            query={"after": after, "limit": limit},
        )

    def iterate_accounts(self, *, limit: int | None = None) -> AsyncIterator[models.LedgerAccountView]:
        """List the chart of accounts.

        List the accounts by code; an organisation that has none yet is given the default chart.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/ledger/accounts`, permission `lending:ledger:read`.
        """
        return self._pages(models.LedgerAccountViewPage, "/api/v1/lending/ledger/accounts", query={"limit": limit})

    async def list_periods(
        self, *, after: datetime.date | None = None, limit: int | None = None
    ) -> models.PeriodViewPage:
        """List closed periods.

        List closed periods with their balances, the last first.

        `GET /api/v1/lending/ledger/periods`, permission `lending:ledger:read`.
        """
        return await self._send(
            models.PeriodViewPage, "GET", "/api/v1/lending/ledger/periods", query={"after": after, "limit": limit}
        )

    def iterate_periods(self, *, limit: int | None = None) -> AsyncIterator[models.PeriodView]:
        """List closed periods.

        List closed periods with their balances, the last first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/ledger/periods`, permission `lending:ledger:read`.
        """
        return self._pages(models.PeriodViewPage, "/api/v1/lending/ledger/periods", query={"limit": limit})

    async def list_postings(
        self,
        *,
        loan: uuid.UUID | str | None = None,
        kind: str | None = None,
        account: str | None = None,
        currency: str | None = None,
        from_: datetime.date | None = None,
        to: datetime.date | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> models.PostingViewPage:
        """List postings.

        List postings by day of booking, the newest first.

        `GET /api/v1/lending/ledger/postings`, permission `lending:ledger:read`.
        """
        return await self._send(
            models.PostingViewPage,
            "GET",
            "/api/v1/lending/ledger/postings",
            query={
                "loan": loan,
                "kind": kind,
                "account": account,
                "currency": currency,
                "from": from_,
                "to": to,
                "after": after,
                "limit": limit,
            },
        )

    def iterate_postings(
        self,
        *,
        loan: uuid.UUID | str | None = None,
        kind: str | None = None,
        account: str | None = None,
        currency: str | None = None,
        from_: datetime.date | None = None,
        to: datetime.date | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.PostingView]:
        """List postings.

        List postings by day of booking, the newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/lending/ledger/postings`, permission `lending:ledger:read`.
        """
        return self._pages(
            models.PostingViewPage,
            "/api/v1/lending/ledger/postings",
            query={
                "loan": loan,
                "kind": kind,
                "account": account,
                "currency": currency,
                "from": from_,
                "to": to,
                "limit": limit,
            },
        )

    async def remove_account(self, code: str) -> None:
        """Remove an account.

        Remove an account that has neither a purpose nor postings.

        `DELETE /api/v1/lending/ledger/accounts/{code}`, permission `lending:ledger:manage`.
        """
        await self._act("DELETE", f"/api/v1/lending/ledger/accounts/{quoted(code)}")
