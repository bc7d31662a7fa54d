"""Routes of the general ledger: chart of accounts, trial balance, postings, statements, periods, exports."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response, StreamingResponse

from intendant.domains.lending.http import ledger_views as shown
from intendant.domains.lending.http.parameters import PAGE_SIZE, PAGE_SIZE_MAX, Limit
from intendant.domains.lending.http.views import Page
from intendant.domains.lending.ledger import accounts, balances, export, periods, reading
from intendant.domains.lending.loans.model import business_day
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import Organization, get_organization
from intendant.kernel.registry import Doors
from intendant.kit import clock
from intendant.kit.database import Database, Transaction
from intendant.kit.spreadsheet import CSV_TYPE

JOURNAL_TYPE = "text/plain; charset=utf-8"
AFTER_LENGTH_MAX = 120

# Longer than any code: what is no account's is unknown, and not wrong.
Code = Annotated[str, Path(pattern=r"^[0-9A-Za-z.-]{1,64}$")]
Currency = Annotated[str | None, Query(pattern=r"^[A-Z]{3}$")]
Since = Annotated[date | None, Query(alias="from", description="Day of booking, included.")]
Until = Annotated[date | None, Query(alias="to", description="Day of booking, included.")]
FirstDay = Annotated[date, Query(alias="from", description="Day of booking, included.")]
LastDay = Annotated[date, Query(alias="to", description="Day of booking, included.")]
After = Annotated[str | None, Query(max_length=AFTER_LENGTH_MAX)]
Grouped = Annotated[Literal["day"] | None, Query(description="Sum up by day and account.")]


def ledger_routes(doors: Doors) -> APIRouter:
    """Return the routes of the ledger."""
    router = APIRouter(prefix="/api/v1/lending/ledger", tags=["ledger"])
    _add_accounts(router, doors)
    _add_books(router, doors)
    _add_periods(router, doors)
    _add_exports(router, doors)
    return router


def _add_accounts(router: APIRouter, doors: Doors) -> None:
    database: Database = doors.system.database

    @router.get("/accounts", summary="List the chart of accounts")
    def list_accounts(
        after: After = None,
        limit: Limit = PAGE_SIZE_MAX,
        principal: Principal = doors.requires(Permission.LEDGER_READ),
    ) -> Page[shown.LedgerAccountView]:
        """List the accounts by code; an organisation that has none yet is given the default chart."""
        with database.transaction(principal.organization_id) as tx:
            now = get_organization(tx, tx.organization_id).clock.now()
            found = accounts.list_accounts(tx, principal, now=now, after=after, limit=limit + 1)
        items = [_account(each) for each in found[:limit]]
        return Page(items=items, next=items[-1].code if len(found) > limit else None)

    @router.post("/accounts", summary="Add an account", status_code=201, response_model=shown.LedgerAccountView)
    def add_account(
        body: shown.LedgerAccountBody,
        principal: Principal = doors.requires(Permission.LEDGER_MANAGE),
        once: Any = doors.once,
    ) -> Response:
        """Add an account of the organisation's own."""

        def work() -> shown.LedgerAccountView:
            now = get_organization(tx, tx.organization_id).clock.now()
            return _account(
                accounts.add_account(tx, principal, code=body.code, name=body.name, kind=body.type, now=now)
            )

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=201)
        return response

    @router.put("/accounts/{code}", summary="Change an account")
    def change_account(
        code: Code,
        body: shown.LedgerAccountChange,
        principal: Principal = doors.requires(Permission.LEDGER_MANAGE),
    ) -> shown.LedgerAccountView:
        """Rename an account, or let it take over a purpose whose present account has no postings yet."""
        with database.transaction(principal.organization_id) as tx:
            now = get_organization(tx, tx.organization_id).clock.now()
            changed = accounts.change_account(
                tx, principal, code, name=body.name, purpose=body.purpose, replaces=body.replaces, now=now
            )
        return _account(changed)

    @router.delete("/accounts/{code}", summary="Remove an account", status_code=204)
    def remove_account(code: Code, principal: Principal = doors.requires(Permission.LEDGER_MANAGE)) -> None:
        """Remove an account that has neither a purpose nor postings."""
        with database.transaction(principal.organization_id) as tx:
            accounts.remove_account(tx, principal, code)

    @router.get("/accounts/{code}/statement", summary="Show an account's statement")
    def get_statement(
        code: Code,
        since: Since = None,
        until: Until = None,
        currency: Currency = None,
        after: After = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.LEDGER_READ),
    ) -> shown.StatementView:
        """Return an account's postings with the running balance, by default of this year and in the organisation's currency."""
        with database.transaction(principal.organization_id) as tx:
            organization, today = _today(tx)
            to = today if until is None else until
            found = reading.statement(
                tx,
                principal,
                code,
                currency=organization.currency if currency is None else currency,
                since=to.replace(month=1, day=1) if since is None else since,
                until=to,
                limit=limit,
                after=after,
            )
        return shown.StatementView(
            account=_account(found.account),
            currency=found.currency,
            since=found.since,
            until=found.until,
            opening=found.moved.opening,
            debit=found.moved.debit,
            credit=found.moved.credit,
            closing=found.moved.balance,
            items=[shown.StatementLineView.model_validate(each) for each in reading.shown_lines(found)],
            next=found.next,
        )


def _add_books(router: APIRouter, doors: Doors) -> None:
    database: Database = doors.system.database

    @router.get("/trial-balance", summary="Show the trial balance")
    def get_trial_balance(
        on: Annotated[date | None, Query(description="The day at whose end; today if left out.")] = None,
        since: Annotated[
            date | None, Query(alias="from", description="First day of what moved; the first of all.")
        ] = None,
        currency: Currency = None,
        known_at: Annotated[
            datetime | None, Query(description="Business time: leave out what was recorded later.")
        ] = None,
        principal: Principal = doors.requires(Permission.LEDGER_READ),
    ) -> shown.TrialBalanceView:
        """Return every account's balance at the end of a day; today's also against the loans they stand for."""
        with database.snapshot(principal.organization_id) as tx:
            organization, today = _today(tx)
            found = balances.trial_balance(
                tx,
                principal,
                on=today if on is None else on,
                today=today,
                since=since,
                currency=currency,
                known_at=None if known_at is None else _zoned(organization, known_at),
            )
        controls = None
        if found.controls is not None:
            controls = [
                shown.ControlView.model_validate(asdict(each) | {"difference": each.difference})
                for each in found.controls
            ]
        return shown.TrialBalanceView(
            on=found.on,
            since=found.since,
            known_at=found.known_at,
            closed_to=found.closed_to,
            lines=[shown.TrialBalanceLineView.model_validate(asdict(each)) for each in found.lines],
            totals=[shown.CurrencyTotalView.model_validate(asdict(each)) for each in found.totals],
            controls=controls,
        )

    @router.get("/postings", summary="List postings")
    def list_postings(
        loan: Annotated[UUID | None, Query(description="Id of a loan.")] = None,
        kind: Annotated[
            str | None, Query(pattern=r"^[a-z_]{1,40}$", description="Such as accrual or repayment.")
        ] = None,
        account: Annotated[
            str | None, Query(pattern=accounts.CODE_PATTERN, description="Code; debited or credited.")
        ] = None,
        currency: Currency = None,
        since: Since = None,
        until: Until = None,
        after: After = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.LEDGER_READ),
    ) -> Page[shown.PostingView]:
        """List postings by day of booking, the newest first."""
        wanted = reading.PostingFilter(loan, kind, account, currency, since, until)
        position = None if after is None else reading.parse_position(after)
        with database.transaction(principal.organization_id) as tx:
            rows = reading.list_postings(tx, principal, wanted, limit=limit + 1, after=position)
        more = None
        if len(rows) > limit:
            more = str(reading.Position(rows[limit - 1]["booked_on"], rows[limit - 1]["id"]))
        return Page(items=[shown.PostingView.model_validate(row) for row in rows[:limit]], next=more)

    @router.get("/postings/{posting_id}", summary="Show a posting")
    def get_posting(
        posting_id: UUID, principal: Principal = doors.requires(Permission.LEDGER_READ)
    ) -> shown.PostingDetail:
        """Return a posting with the transaction and the decision from which it follows."""
        with database.transaction(principal.organization_id) as tx:
            row, cause = reading.get_posting(tx, principal, posting_id)
        return shown.PostingDetail.model_validate(row | {"cause": cause})


def _add_periods(router: APIRouter, doors: Doors) -> None:
    database: Database = doors.system.database

    @router.get("/periods", summary="List closed periods")
    def list_periods(
        after: Annotated[date | None, Query(description="End of the period listed last.")] = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.LEDGER_READ),
    ) -> Page[shown.PeriodView]:
        """List closed periods with their balances, the last first."""
        with database.transaction(principal.organization_id) as tx:
            found = periods.list_periods(tx, principal, after=after, limit=limit + 1)
        items = [_period(each) for each in found[:limit]]
        return Page(items=items, next=items[-1].ends_on.isoformat() if len(found) > limit else None)

    @router.post("/periods", summary="Close a period", status_code=201, response_model=shown.PeriodView)
    def close_period(
        body: shown.PeriodBody,
        principal: Principal = doors.requires(Permission.LEDGER_MANAGE),
        once: Any = doors.once,
    ) -> Response:
        """Close the books up to a day that is over, for good: what is found out later is booked on the first open day."""

        def work() -> shown.PeriodView:
            organization, today = _today(tx)
            closed = periods.close_period(
                tx, principal, ends_on=body.ends_on, reason=body.reason, today=today, now=organization.clock.now()
            )
            return _period(closed)

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=201)
        return response


def _add_exports(router: APIRouter, doors: Doors) -> None:
    database: Database = doors.system.database

    def stream(
        principal: Principal, form: export.Form, since: date, until: date, *, by_day: bool, opening: bool = False
    ) -> StreamingResponse:
        with database.transaction(principal.organization_id) as tx:
            begun = export.begin_export(tx, principal, form, by_day=by_day, since=since, until=until, opening=opening)
        name = f"ledger-{since}-{until}.{form}"
        return StreamingResponse(
            export.pieces(database, principal, begun),
            media_type=CSV_TYPE if form == "csv" else JOURNAL_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

    @router.get(
        "/export.csv",
        summary="Export postings as a table",
        response_class=StreamingResponse,
        responses=_text("text/csv", "Postings, or sums by day and account, as CSV."),
    )
    def export_table(
        since: FirstDay,
        until: LastDay,
        grouped: Grouped = None,
        principal: Principal = doors.requires(Permission.LEDGER_READ),
    ) -> StreamingResponse:
        """Export up to 1,000,000 postings of up to 1,100 days as CSV in UTF-8; cells that a spreadsheet would run are defused.

        That it was done is recorded.
        """
        return stream(principal, "csv", since, until, by_day=grouped == "day")

    @router.get(
        "/export.journal",
        summary="Export postings as a journal",
        response_class=StreamingResponse,
        responses=_text("text/plain", "The journal, as hledger and Ledger read it."),
    )
    def export_journal(
        since: FirstDay,
        until: LastDay,
        grouped: Grouped = None,
        opening: Annotated[bool, Query(description="Begin with the balances before the first day.")] = False,
        principal: Principal = doors.requires(Permission.LEDGER_READ),
    ) -> StreamingResponse:
        """Export up to 1,000,000 postings of up to 1,100 days as a plain-text journal that hledger reads.

        That it was done is recorded.
        """
        return stream(principal, "journal", since, until, by_day=grouped == "day", opening=opening)


def _text(media_type: str, description: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {"schema": {"type": "string"}}}, "description": description}}


def _today(tx: Transaction) -> tuple[Organization, date]:
    organization = get_organization(tx, tx.organization_id)
    return organization, business_day(organization, clock.system_now())


def _zoned(organization: Organization, moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(organization.time_zone))


def _account(of: accounts.LedgerAccount) -> shown.LedgerAccountView:
    return shown.LedgerAccountView.model_validate(asdict(of))


def _period(of: periods.Period) -> shown.PeriodView:
    stored: list[Mapping[str, Any]] = [asdict(each) | {"balance": each.balance} for each in of.balances]
    return shown.PeriodView.model_validate(asdict(of) | {"digest": of.digest.hex(), "balances": stored})
