"""Routes of offers: what is offered for an approved application, the borrower's answer, conditions and tranches."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from intendant.domains.lending import repository as applications
from intendant.domains.lending.http import offer_views as views
from intendant.domains.lending.http.offer_shown import (
    show_condition,
    show_conditions,
    show_offer,
    show_offer_row,
    show_offers,
    show_tranche,
    show_tranches,
)
from intendant.domains.lending.http.parameters import REPLAYED, Key
from intendant.domains.lending.http.schedule_views import SchedulePreview
from intendant.domains.lending.http.views import Page
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.offers import accepting, closing, conditions, proposing, tranches
from intendant.domains.lending.offers.model import Requested
from intendant.domains.lending.schedules.preview import dump_preview
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors


def offer_routes(doors: Doors, kind: LendingApplicationKind) -> APIRouter:
    """Return the routes of offers, conditions and tranches."""
    router = APIRouter(prefix="/api/v1/lending", tags=["offers"])
    _add_offers(router, doors, kind)
    _add_answers(router, doors, kind)
    _add_conditions(router, doors)
    _add_tranches(router, doors)
    return router


def _add_offers(router: APIRouter, doors: Doors, kind: LendingApplicationKind) -> None:
    database, catalogue = doors.system.database, kind.catalogue

    def decided(principal: Principal, offer_id: UUID, *, replayed: bool) -> Response:
        with database.snapshot(principal.organization_id) as tx:
            shown = show_offer(tx, offer_id)
        headers = REPLAYED if replayed else None
        return Response(shown.model_dump_json(by_alias=True), 201, media_type="application/json", headers=headers)

    @router.get("/applications/{application_id}/offers", summary="List an application's offers")
    def list_offers(
        application_id: UUID, principal: Principal = doors.requires(Permission.LOAN_READ)
    ) -> Page[views.OfferRow]:
        """List the offers of an application, newest first; at most one of them is open."""
        with database.snapshot(principal.organization_id) as tx:
            applications.get_application(tx, catalogue, application_id)
            return Page(items=show_offers(tx, application_id), next=None)

    @router.post(
        "/applications/{application_id}/offers",
        summary="Ask for an offer",
        status_code=201,
        response_model=views.OfferView,
    )
    def request_offer(
        application_id: UUID,
        body: views.OfferRequestBody,
        idempotency_key: Key = None,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
    ) -> Response:
        """Propose an offer on stated terms for an approved application that has none open; it passes the gate like any other."""
        requested = Requested(body.amount, body.term_months, body.rate)
        with database.transaction(principal.organization_id) as tx:
            proposal = proposing.propose_offer(
                tx, principal, catalogue, application_id, requested, idempotency_key=idempotency_key
            )
        decision = doors.system.decider.decide(proposal)
        return decided(principal, UUID(decision.as_dict()["subject_id"]), replayed=decision.replayed)

    @router.post("/applications/{application_id}/offers/preview", summary="Price an offer")
    def preview_offer(
        application_id: UUID,
        body: views.OfferRequestBody,
        principal: Principal = doors.requires(Permission.LOAN_READ),
    ) -> views.OfferQuote:
        """Return what an offer on stated terms would come to, were it made today. Nothing is written."""
        requested = Requested(body.amount, body.term_months, body.rate)
        with database.snapshot(principal.organization_id) as tx:
            found = proposing.quote_offer(tx, principal, catalogue, application_id, requested)
        return views.OfferQuote(
            term_months=found.term_months,
            list_rate=found.list_rate,
            risk_band=found.band,
            schedule=SchedulePreview.model_validate(dump_preview(found.schedule)),
        )

    @router.get("/offers/{offer_id}", summary="Show an offer")
    def get_offer(offer_id: UUID, principal: Principal = doors.requires(Permission.LOAN_READ)) -> views.OfferView:
        """Return an offer with its schedule, its annual rates and the conditions before the payout."""
        with database.snapshot(principal.organization_id) as tx:
            return show_offer(tx, offer_id)

    @router.post(
        "/offers/{offer_id}/decide", summary="Decide an offer anew", status_code=201, response_model=views.OfferView
    )
    def decide_again(offer_id: UUID, principal: Principal = doors.requires(Permission.DECISION_CREATE)) -> Response:
        """Decide an offer anew that waits and about which nobody is asked, such as after observing."""
        with database.transaction(principal.organization_id) as tx:
            proposal = proposing.propose_again(tx, principal, catalogue, offer_id)
        doors.system.decider.decide(proposal)
        return decided(principal, offer_id, replayed=False)


def _add_answers(router: APIRouter, doors: Doors, kind: LendingApplicationKind) -> None:
    database, catalogue = doors.system.database, kind.catalogue

    @router.post(
        "/offers/{offer_id}/accept", summary="Accept an offer", status_code=201, response_model=views.AcceptedOffer
    )
    def accept(
        offer_id: UUID,
        body: views.AcceptanceBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Accept an offer on the borrower's word: the loan is opened, and its tranches are paid once every condition is met."""
        planned = [accepting.PlannedTranche(each.amount, each.planned_on) for each in body.tranches]

        def work() -> views.AcceptedOffer:
            found = accepting.accept(tx, catalogue, offer_id, by=principal.label, start=body.start, tranches=planned)
            return views.AcceptedOffer(
                offer=show_offer_row(tx, offer_id),
                loan_id=found.loan.id,
                loan=found.loan.reference,
                tranches=show_tranches(tx, found.loan.id),
            )

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=201)
        return response

    @router.post("/offers/{offer_id}/decline", summary="Decline an offer", response_model=views.OfferRow)
    def decline(
        offer_id: UUID,
        body: views.ReasonBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Take the borrower's no; another offer may be asked for."""

        def work() -> views.OfferRow:
            closing.decline(tx, offer_id, by=principal.label, reason=body.reason)
            return show_offer_row(tx, offer_id)

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work)
        return response

    @router.post("/offers/{offer_id}/withdraw", summary="Withdraw an offer", response_model=views.OfferRow)
    def withdraw(
        offer_id: UUID,
        body: views.ReasonBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Take an offer back that nobody has accepted; another may be asked for."""

        def work() -> views.OfferRow:
            closing.withdraw_offer(tx, offer_id, by=principal.label, reason=body.reason)
            return show_offer_row(tx, offer_id)

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work)
        return response


def _add_conditions(router: APIRouter, doors: Doors) -> None:
    database = doors.system.database

    @router.get("/applications/{application_id}/conditions", summary="List an application's conditions")
    def list_conditions(
        application_id: UUID, principal: Principal = doors.requires(Permission.APPLICATION_READ)
    ) -> Page[views.ConditionView]:
        """List what must be met before the loan is paid out, with who said that it is."""
        with database.snapshot(principal.organization_id) as tx:
            found = conditions.list_conditions(tx, principal, application_id)
        return Page(items=show_conditions(found), next=None)

    @router.post(
        "/applications/{application_id}/conditions",
        summary="Set a condition",
        status_code=201,
        response_model=views.ConditionView,
    )
    def add_condition(
        application_id: UUID,
        body: views.ConditionBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Set a condition beside those of the product."""

        def work() -> views.ConditionView:
            return show_condition(
                conditions.add_condition(tx, principal, application_id, key=body.key, label=body.label, note=body.note)
            )

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=201)
        return response

    @router.patch("/conditions/{condition_id}", summary="Change a condition")
    def change_condition(
        condition_id: UUID,
        body: views.ConditionChangeBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
    ) -> views.ConditionView:
        """Move a condition along, or change its note. Waiving one takes the permission to relieve, and a note."""
        with database.transaction(principal.organization_id) as tx:
            return show_condition(
                conditions.change_condition(
                    tx, principal, condition_id, state=body.state, note=body.note, version=body.version
                )
            )


def _add_tranches(router: APIRouter, doors: Doors) -> None:
    database = doors.system.database

    @router.get("/loans/{loan_id}/tranches", summary="List a loan's tranches")
    def list_tranches(
        loan_id: UUID, principal: Principal = doors.requires(Permission.LOAN_READ)
    ) -> Page[views.TrancheView]:
        """List the parts in which a loan is paid out, and how far each has got."""
        with database.snapshot(principal.organization_id) as tx:
            tranches.list_tranches(tx, principal, loan_id)
            return Page(items=show_tranches(tx, loan_id), next=None)

    @router.post("/tranches/{tranche_id}/retry", summary="Plan a tranche again", response_model=views.TrancheView)
    def retry(
        tranche_id: UUID,
        body: views.RetryBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Plan a tranche again that failed, was held back or was taken back; it passes the gate anew."""

        def work() -> views.TrancheView:
            row = tranches.retry(tx, principal, tranche_id, reason=body.reason, planned_on=body.planned_on)
            return show_tranche(tx, row)

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work)
        return response

    @router.post("/tranches/{tranche_id}/cancel", summary="Cancel a tranche", response_model=views.TrancheView)
    def cancel(
        tranche_id: UUID,
        body: views.ReasonBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Cancel a tranche that is neither paid nor on its way."""

        def work() -> views.TrancheView:
            return show_tranche(tx, tranches.cancel(tx, principal, tranche_id, reason=body.reason))

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work)
        return response
