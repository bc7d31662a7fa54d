"""The public pages behind a borrower's link. They answer every wrong link alike, set no cookie and show nothing of anybody else.

A form carries a proof that stands on the page of the same link alone, for the offer as it was shown there: another site cannot
know it, and an offer that changed meanwhile is not accepted by it.
"""

import hmac
from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from intendant.domains.lending.borrower import page
from intendant.domains.lending.borrower.links import use_link
from intendant.domains.lending.borrower.tokens import LinkKey, LinkToken
from intendant.domains.lending.borrower.view import BorrowerView, look
from intendant.domains.lending.contract import BORROWER_PAGES
from intendant.domains.lending.http.letters import html_response, pdf_response
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.letters.html import HTML_TYPE
from intendant.domains.lending.letters.repository import Subject, get_letter, list_letters_of
from intendant.domains.lending.offers.accepting import accept
from intendant.domains.lending.offers.closing import decline
from intendant.kernel.access import RateLimit, RateLimited
from intendant.kernel.registry import Doors
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.kit.errors import Conflict, Invalid

PER_SECOND, BURST = 1.0, 60
WRONG_COST = 5
"""A link that does not work counts as so many requests of its address."""
SHOWN, LETTER, LETTER_FILE, ANSWER = BORROWER_PAGES
DECLINED = "declined by the borrower"

Reader = Callable[[Transaction, LinkToken, Subject], Response | None]


def borrower_routes(doors: Doors, kind: LendingApplicationKind) -> APIRouter:
    """Return the public routes."""
    router = APIRouter(include_in_schema=False)
    system = doors.system
    admitted = RateLimit(per_second=PER_SECOND, burst=BURST)

    def opened(request: Request, text: str, read: Reader) -> Response:
        """Answer with what `read` makes of a link that works; None of it, and every link that does not work, look the same."""
        address = request.client.host if request.client is not None else ""
        try:
            admitted.take(address)
            now = clock.system_now()
            token = LinkKey(system.signer).read(text, now)
            answer = None
            if token is not None:
                with system.database.transaction(token.organization_id) as tx:
                    subject = use_link(tx, token, now)
                    answer = None if subject is None else read(tx, token, subject)
            if answer is None:
                admitted.take(address, cost=WRONG_COST)
        except RateLimited as error:
            wait = max(1, round(float(str(error.data["retry_after_seconds"]))))
            return _html(page.busy_page(), 429, {"Retry-After": str(wait)})
        return answer or _html(page.not_found_page(), 404)

    @router.get(SHOWN)
    def show(request: Request, token: str, payoff_on: str = "") -> Response:
        """Show where the loan or the application stands."""

        def read(tx: Transaction, link: LinkToken, subject: Subject) -> Response | None:
            view = look(tx, kind, subject, payoff_on=_day(payoff_on))
            return None if view is None else _html(_page(view, link, token, payoff_on))

        return opened(request, token, read)

    @router.get(LETTER)
    def read_letter(request: Request, token: str, letter_id: str) -> Response:
        """Show a letter of this borrower."""

        def read(tx: Transaction, _link: LinkToken, subject: Subject) -> Response | None:
            row = _letter(tx, subject, letter_id)
            return None if row is None else html_response(row)

        return opened(request, token, read)

    @router.get(LETTER_FILE)
    def read_file(request: Request, token: str, letter_id: str) -> Response:
        """Give a letter of this borrower as PDF."""

        def read(tx: Transaction, _link: LinkToken, subject: Subject) -> Response | None:
            row = _letter(tx, subject, letter_id)
            if row is None:
                return None
            file = pdf_response(row)
            # The rules of the pages hold for the file too; its address is as much of a key.
            file.headers.update(page.page_headers())
            return file

        return opened(request, token, read)

    @router.post(ANSWER)
    def answer_offer(
        request: Request,
        token: str,
        offer_id: str,
        answer: str,
        proof: Annotated[str, Form()] = "",
    ) -> Response:
        """Take the borrower's answer to the offer that waits."""

        def read(tx: Transaction, link: LinkToken, subject: Subject) -> Response | None:
            view = look(tx, kind, subject)
            offer = None if view is None else view.offer
            if offer is None or str(offer.id) != offer_id or answer not in ("accept", "decline"):
                return None
            wanted = LinkKey(system.signer).proof(link, answer, offer.id, offer.version)
            if not hmac.compare_digest(wanted.encode(), proof.encode()):
                return None
            by = f"borrower:{link.link_id}"
            if answer == "accept":
                accept(tx, kind.catalogue, offer.id, by=by)
            else:
                decline(tx, offer.id, by=by, reason=DECLINED)
            return RedirectResponse(f"/borrower/{token}", 303, page.page_headers())

        try:
            return opened(request, token, read)
        except (Conflict, Invalid):
            # The transaction is rolled back; the page as it is now says how things stand.
            return _html(page.refused_page(f"/borrower/{token}"), 409)

    def _page(view: BorrowerView, link: LinkToken, token: str, payoff_on: str) -> str:
        proofs = {"accept": "", "decline": ""}
        if view.offer is not None:
            key = LinkKey(system.signer)
            proofs = {act: key.proof(link, act, view.offer.id, view.offer.version) for act in proofs}
        return page.borrower_page(view, f"/borrower/{token}", payoff_on=payoff_on, **proofs)

    return router


def _letter(tx: Transaction, subject: Subject, letter_id: str) -> dict[str, object] | None:
    """Find a letter among those of this borrower, and nowhere else."""
    own = _with_application(tx, subject)
    found = next((each["id"] for each in list_letters_of(tx, own) if str(each["id"]) == letter_id), None)
    return None if found is None else get_letter(tx, found)


def _with_application(tx: Transaction, subject: Subject) -> Subject:
    """Add the loan of an application, or the application of a loan: letters about either belong to the borrower."""
    row = tx.find(
        "select id, application_id from loans where organization_id = %s and (id = %s or application_id = %s)",
        [tx.organization_id, subject.loan_id, subject.application_id],
    )
    return subject if row is None else Subject(loan_id=row["id"], application_id=row["application_id"])


def _day(text: str) -> date | None:
    """Read a day; what is none stands for today."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _html(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(text, status, media_type=HTML_TYPE, headers=page.page_headers() | (headers or {}))
