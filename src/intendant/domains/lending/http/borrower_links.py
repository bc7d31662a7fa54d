"""Routes by which people make, list and revoke the links that borrowers see their loan or application by."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from intendant.domains.lending.borrower.links import list_links_of, make_link, revoke_link
from intendant.domains.lending.borrower.tokens import LinkKey
from intendant.domains.lending.http import letter_views as shapes
from intendant.domains.lending.http import views
from intendant.domains.lending.letters.repository import Subject
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors
from intendant.kit.database import Transaction


def link_routes(doors: Doors) -> APIRouter:
    """Return the routes of links."""
    router = APIRouter(prefix="/api/v1/lending", tags=["lending"])
    system = doors.system
    database = system.database

    def show(principal: Principal, about: Subject) -> views.Page[shapes.LinkView]:
        with database.transaction(principal.organization_id) as tx:
            rows = list_links_of(tx, principal, about)
        return views.Page(items=[shapes.LinkView.model_validate(each) for each in rows], next=None)

    def make(request: Request, principal: Principal, about: Subject, days: int, once: Any) -> Response:
        def run(tx: Transaction) -> shapes.NewLink:
            row, token = make_link(tx, principal, LinkKey(system.signer), about, days=days)
            base = system.settings.public_url or str(request.base_url)
            return shapes.NewLink.model_validate(row | {"url": f"{base.rstrip('/')}/borrower/{token}"})

        with database.transaction(principal.organization_id) as tx:
            # What opens the link is kept nowhere, not even in the answer that a repeated request gets.
            response: Response = once.run(tx, lambda: run(tx), status=201, hidden=("url",))
        return response

    def revoke(principal: Principal, about: Subject, link_id: UUID) -> shapes.LinkView:
        with database.transaction(principal.organization_id) as tx:
            row = revoke_link(tx, principal, about, link_id)
        return shapes.LinkView.model_validate(row)

    @router.get("/loans/{loan_id}/links", summary="List a loan's borrower links")
    def list_loan_links(
        loan_id: UUID, principal: Principal = doors.requires(Permission.LOAN_READ)
    ) -> views.Page[shapes.LinkView]:
        """List the newest links, without what opens them."""
        return show(principal, Subject(loan_id=loan_id))

    @router.post(
        "/loans/{loan_id}/links",
        summary="Make a borrower link to a loan",
        status_code=201,
        response_model=shapes.NewLink,
    )
    def make_loan_link(
        request: Request,
        loan_id: UUID,
        body: shapes.LinkBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Make a link by which the borrower sees the loan. Nothing is sent by this: no messages service is connected yet."""
        return make(request, principal, Subject(loan_id=loan_id), body.days, once)

    @router.delete("/loans/{loan_id}/links/{link_id}", summary="Revoke a loan's borrower link")
    def revoke_loan_link(
        loan_id: UUID, link_id: UUID, principal: Principal = doors.requires(Permission.LOAN_SERVICE)
    ) -> shapes.LinkView:
        """Let a link work no more; twice is once."""
        return revoke(principal, Subject(loan_id=loan_id), link_id)

    @router.get("/applications/{application_id}/links", summary="List an application's borrower links")
    def list_application_links(
        application_id: UUID, principal: Principal = doors.requires(Permission.LOAN_READ)
    ) -> views.Page[shapes.LinkView]:
        """List the newest links, without what opens them."""
        return show(principal, Subject(application_id=application_id))

    @router.post(
        "/applications/{application_id}/links",
        summary="Make a borrower link to an application",
        status_code=201,
        response_model=shapes.NewLink,
    )
    def make_application_link(
        request: Request,
        application_id: UUID,
        body: shapes.LinkBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Make a link by which the applicant sees how it stands, answers an offer and later sees the loan. Nothing is sent by this: no messages service is connected yet."""
        return make(request, principal, Subject(application_id=application_id), body.days, once)

    @router.delete(
        "/applications/{application_id}/links/{applicant_link_id}", summary="Revoke an application's borrower link"
    )
    def revoke_application_link(
        application_id: UUID, applicant_link_id: UUID, principal: Principal = doors.requires(Permission.LOAN_SERVICE)
    ) -> shapes.LinkView:
        """Let a link work no more; twice is once."""
        return revoke(principal, Subject(application_id=application_id), applicant_link_id)

    return router
