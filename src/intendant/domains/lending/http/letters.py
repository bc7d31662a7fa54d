"""Routes of letters: what was issued, in both forms; what is owed by law; and the letterhead."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from intendant.domains.lending.http import letter_views as shapes
from intendant.domains.lending.http import views
from intendant.domains.lending.http.parameters import PAGE_SIZE, Limit
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.letters import notices, repository, usecases
from intendant.domains.lending.letters.facts import Agency, LetterKind
from intendant.domains.lending.letters.html import HTML_TYPE, letter_headers, render_html
from intendant.domains.lending.letters.pdf import PDF_TYPE, render_pdf
from intendant.domains.lending.letters.settings import LetterSettings, change_settings, get_settings
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kernel.registry import Doors
from intendant.kit import clock
from intendant.kit.database import Row
from intendant.kit.errors import Invalid

SEQUENCE_MAX = 2**53
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
"""Without a plus sign, which an address would read as a space."""
_PDF: dict[int | str, dict[str, Any]] = {200: {"description": "The letter.", "content": {PDF_TYPE: {}}}}
_HTML: dict[int | str, dict[str, Any]] = {200: {"description": "The letter.", "content": {"text/html": {}}}}


class NoticeCursorInvalid(Invalid):
    """A cursor that no page of notices gave."""

    code = "notice_cursor_invalid"


def letter_routes(doors: Doors, kind: LendingApplicationKind) -> APIRouter:
    """Return the routes of letters."""
    router = APIRouter(prefix="/api/v1/lending", tags=["lending"])
    database = doors.system.database

    @router.get("/letters", summary="List letters")
    def list_letters(
        kinds: Annotated[list[LetterKind], Query(alias="kind", max_length=10, description="Any of these.")] = [],  # noqa: B006
        sent: Annotated[bool | None, Query(description="Whether it is on record as sent.")] = None,
        due: Annotated[bool, Query(description="Only those with a deadline that are not sent.")] = False,
        loan: UUID | None = None,
        application: UUID | None = None,
        after: Annotated[int | None, Query(ge=1, le=SEQUENCE_MAX, description="`next` of the page before.")] = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.LOAN_READ),
    ) -> views.Page[shapes.LetterView]:
        """List letters, newest first, without their text."""
        wanted = repository.LetterFilter(kinds, sent, due, loan, application)
        with database.transaction(principal.organization_id) as tx:
            rows = repository.list_letters(tx, wanted, after=after, limit=limit + 1)
        items = [_shown(each) for each in rows[:limit]]
        return views.Page(items=items, next=str(rows[limit - 1]["sequence"]) if len(rows) > limit else None)

    @router.get("/letters/settings", summary="Show the letterhead")
    def show_settings(principal: Principal = doors.requires(Permission.LOAN_READ)) -> shapes.LetterSettingsView:
        """Return what letters say of the lender, and whom they name."""
        with database.transaction(principal.organization_id) as tx:
            found, version = get_settings(tx, get_organization(tx, principal.organization_id))
        return shapes.LetterSettingsView(
            version=version, settings=shapes.LetterSettingsPart.model_validate(asdict(found))
        )

    @router.put("/letters/settings", summary="Change the letterhead")
    def put_settings(
        body: shapes.LetterSettingsBody, principal: Principal = doors.requires(Permission.CONFIG_UPDATE)
    ) -> shapes.LetterSettingsView:
        """Put settings in force for letters issued from now on; notices that lacked something are written anew."""
        given = body.settings
        if given.score_lowest >= given.score_highest:
            raise Invalid("The scores' range is empty.", field="settings.score_highest", remedy="Give a higher one.")
        bureau = given.bureau
        wanted = LetterSettings(
            **given.model_dump(exclude={"address", "authority", "bureau"}),
            address=tuple(given.address),
            authority=_agency(given.authority),
            bureau=None if bureau is None else _agency(bureau),
        )
        with database.transaction(principal.organization_id) as tx:
            organization = get_organization(tx, principal.organization_id)
            version = change_settings(
                tx, organization, wanted, replaces=body.replaces, by=principal.label, now=clock.system_now()
            )
        return shapes.LetterSettingsView(version=version, settings=given)

    @router.post("/letters/sent", summary="Record several letters as sent", response_model=shapes.SentMany)
    def mark_many_sent(
        body: shapes.SentManyBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Put on record that letters went out, all or none."""
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(
                tx,
                lambda: shapes.SentMany(
                    letters=[_shown(each) for each in usecases.mark_sent(tx, principal, body.letter_ids, body.how)]
                ),
            )
        return response

    @router.get("/letters/{letter_id}", summary="Show a letter")
    def get_letter(letter_id: UUID, principal: Principal = doors.requires(Permission.LOAN_READ)) -> shapes.LetterDetail:
        """Return a letter with its facts and every word."""
        with database.transaction(principal.organization_id) as tx:
            row = repository.get_letter(tx, letter_id)
        digest = bytes(row["digest"]).hex()
        return shapes.LetterDetail.model_validate(row | {"title": row["document"]["title"], "digest": digest})

    @router.get("/letters/{letter_id}/html", summary="Read a letter", response_class=Response, responses=_HTML)
    def get_html(letter_id: UUID, principal: Principal = doors.requires(Permission.LOAN_READ)) -> Response:
        """Return a letter as a page that needs nothing else."""
        with database.transaction(principal.organization_id) as tx:
            row = repository.get_letter(tx, letter_id)
        return html_response(row)

    @router.get("/letters/{letter_id}/pdf", summary="Download a letter", response_class=Response, responses=_PDF)
    def get_pdf(letter_id: UUID, principal: Principal = doors.requires(Permission.LOAN_READ)) -> Response:
        """Return a letter as PDF."""
        with database.transaction(principal.organization_id) as tx:
            row = repository.get_letter(tx, letter_id)
        return pdf_response(row)

    @router.post("/letters/{letter_id}/sent", summary="Record a letter as sent", response_model=shapes.LetterView)
    def mark_sent(
        letter_id: UUID,
        body: shapes.SentBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Put on record that a letter went out. Nothing is sent by this: no messages service is connected yet."""
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(
                tx, lambda: _shown(usecases.mark_sent(tx, principal, [letter_id], body.how)[0])
            )
        return response

    @router.post(
        "/loans/{loan_id}/letters",
        summary="Issue a letter about a loan",
        status_code=201,
        response_model=shapes.LetterView,
    )
    def issue_loan_letter(
        loan_id: UUID,
        body: shapes.LoanLetterBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Issue a schedule, statement, arrears notice or pay-off figure; of a closed loan, that it is paid in full."""
        wanted = usecases.Wanted(LetterKind(body.kind), body.begins, body.ends, body.valid_on)
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(
                tx, lambda: _shown(usecases.issue_loan_letter(tx, principal, kind, loan_id, wanted)), status=201
            )
        return response

    @router.post(
        "/applications/{application_id}/letters",
        summary="Issue a letter about an application",
        status_code=201,
        response_model=shapes.LetterView,
    )
    def issue_application_letter(
        application_id: UUID,
        body: shapes.ApplicationLetterBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Issue the letter of a standing offer, or a notice of adverse action."""
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(
                tx,
                lambda: _shown(
                    usecases.issue_application_letter(
                        tx,
                        principal,
                        kind,
                        application_id,
                        LetterKind(body.kind),
                        reasons=body.reasons,
                        score_factors=body.score_factors,
                    )
                ),
                status=201,
            )
        return response

    @router.get("/notices/due", summary="List notices that are owed")
    def list_due(
        after: Annotated[str | None, Query(max_length=100, description="`next` of the page before.")] = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.LOAN_READ),
    ) -> views.Page[shapes.NoticeView]:
        """List rejections whose notice is not sent, the most urgent first."""
        with database.transaction(principal.organization_id) as tx:
            now = get_organization(tx, principal.organization_id).clock.now()
            rows = notices.list_notices(tx, after=_cursor(after), limit=limit + 1)
        last = rows[limit - 1] if len(rows) > limit else None
        return views.Page(
            items=[_notice(each, now) for each in rows[:limit]],
            next=None if last is None else f"{last['due_at'].astimezone(UTC):{_MOMENT}}_{last['application_id']}",
        )

    return router


def html_response(row: Row) -> Response:
    """Answer with a letter as a page."""
    return Response(render_html(row["document"]), media_type=HTML_TYPE, headers=letter_headers())


def pdf_response(row: Row) -> Response:
    """Answer with a letter as a file."""
    # As a download: viewers built into browsers trip over the policy that forbids everything.
    name = f'attachment; filename="{row["number"]}.pdf"'
    return Response(render_pdf(row["document"]), media_type=PDF_TYPE, headers={"Content-Disposition": name})


def _shown(row: Row) -> shapes.LetterView:
    return shapes.LetterView.model_validate(row)


def _notice(row: Mapping[str, Any], now: datetime) -> shapes.NoticeView:
    left: timedelta = row["due_at"] - now
    known = {name: row[name] for name in shapes.NoticeView.model_fields if name in row}
    return shapes.NoticeView(**known, letter_number=row["number"], days_left=left.days, is_late=left < timedelta(0))


def _cursor(text: str | None) -> notices.NoticeCursor | None:
    if text is None:
        return None
    moment, _, application_id = text.partition("_")
    try:
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise ValueError
        return notices.NoticeCursor(at, UUID(application_id))
    except ValueError:
        raise NoticeCursorInvalid(
            f"{text!r} is no place in the list.", field="after", remedy="Give `next` of the page before."
        ) from None


def _agency(part: shapes.AgencyPart) -> Agency:
    return Agency(part.name, tuple(part.address), part.phone)
