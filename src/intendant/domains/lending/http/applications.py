"""Routes of one application. Submitting is the hottest path of all: it goes around the framework."""

import asyncio
import hashlib
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from intendant.domains.lending import dossier, explanations, preview, repository, usecases, wire
from intendant.domains.lending.catalogue import Catalogue, Offer
from intendant.domains.lending.http import views
from intendant.domains.lending.http.parameters import REPLAYED, Key, json_body
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.kernel import approvals, decisions
from intendant.kernel.access import Permission, Principal, Role
from intendant.kernel.registry import Doors
from intendant.kit.errors import NotFound


class NotDecided(NotFound):
    """The application has no decision yet."""

    code = "not_decided"


def application_routes(doors: Doors, kind: LendingApplicationKind) -> APIRouter:
    """Return the routes of one application: submitting, reading, deciding anew, withdrawing, its outcome."""
    router = APIRouter(prefix="/api/v1/lending/applications", tags=["lending"])
    database, catalogue = doors.system.database, kind.catalogue

    def load_offer(organization_id: UUID, key: str) -> Offer:
        catalogue.refresh(database)
        with database.transaction(organization_id) as tx:
            return catalogue.offer(tx, key)

    async def submit_now(
        request: Request, principal: Principal, content: bytes, idempotency_key: str | None
    ) -> Response:
        key, reference, inputs = wire.read_application(content)
        if catalogue.is_due:
            # Beside the request: what is in memory counts for a while longer.
            asyncio.get_running_loop().run_in_executor(None, catalogue.refresh, database)
        offer = catalogue.peek(principal.organization_id, key)
        if offer is None:
            offer = await run_in_threadpool(load_offer, principal.organization_id, key)
        proposal = usecases.build_proposal(
            catalogue,
            offer.product,
            principal.organization_id,
            inputs,
            reference=reference,
            proposed_by=principal.label,
            now=offer.clock.now(),
            idempotency_key=idempotency_key,
            body_digest=hashlib.sha256(content).digest(),
        )
        decision = await doors.decide(proposal)
        request.scope["intendant.decisions"] = 0 if decision.replayed else 1
        answer = wire.answer(decision.as_dict(), for_client=principal.role is Role.CLIENT)
        headers = REPLAYED if decision.replayed else None
        return Response(answer, 201, media_type="application/json", headers=headers)

    doors.express("/api/v1/lending/applications", Permission.APPLICATION_CREATE, submit_now)

    @router.post(
        "",
        summary="Submit an application",
        status_code=201,
        response_model=wire.DecidedApplication,
        openapi_extra=json_body(wire.ApplicationBody),
    )
    async def submit(
        request: Request,
        idempotency_key: Key = None,
        principal: Principal = doors.requires(Permission.APPLICATION_CREATE),
    ) -> Response:
        """Submit an application; the answer is its decision, which is durable when it is sent."""
        return await submit_now(request, principal, await request.body(), idempotency_key)

    @router.post("/preview", summary="Try an application without submitting it")
    def preview_application(
        body: wire.PreviewBody, principal: Principal = doors.requires(Permission.DECISION_READ)
    ) -> views.ApplicationPreview:
        """Return what would be decided about an application now, for 'what if' and for trying a form; writes nothing."""
        with database.snapshot(principal.organization_id) as tx:
            found = preview.preview(tx, principal, kind, doors.system.decider, body.product, body.inputs)
        return views.ApplicationPreview.model_validate(found)

    @router.get("/{application_id}", summary="Show an application")
    def get_application(
        application_id: UUID, principal: Principal = doors.requires(Permission.APPLICATION_READ)
    ) -> views.ApplicationView:
        """Return an application with its inputs and all that happened to it; protected attributes are never shown."""
        with database.transaction(principal.organization_id) as tx:
            return show_dossier(catalogue, usecases.get_dossier(tx, principal, catalogue, application_id))

    @router.get("/{application_id}/explanation", summary="Explain an application's decision")
    def explain(
        application_id: UUID, principal: Principal = doors.requires(Permission.DECISION_READ)
    ) -> views.ApplicationExplanation:
        """Explain the application's last decision: reasons, what is owed by law, what would have changed it."""
        with database.transaction(principal.organization_id) as tx:
            found = repository.get_application(tx, catalogue, application_id)
            if found.decision_id is None:
                raise NotDecided("The application has not been decided.", field="application", remedy="Wait for it.")
            record = decisions.get_decision(tx, found.decision_id)
            approvals.require_shown(tx, found.decision_id)
            return views.ApplicationExplanation(**explanations.explain(tx, catalogue, kind.champions, record))

    @router.post(
        "/{application_id}/decide",
        summary="Decide an application anew",
        status_code=201,
        response_model=wire.DecidedApplication,
    )
    def decide_again(
        application_id: UUID,
        idempotency_key: Key = None,
        principal: Principal = doors.requires(Permission.DECISION_CREATE),
    ) -> Response:
        """Decide an open application anew: one left under review by a used-up limit, by observing, or by a person."""
        with database.transaction(principal.organization_id) as tx:
            proposal, before = usecases.propose_again(
                tx, principal, catalogue, application_id, idempotency_key=idempotency_key
            )
        decision = doors.system.decider.decide(proposal)
        answer = wire.answer(decision.as_dict(), before=before)
        return Response(answer, 201, media_type="application/json", headers=REPLAYED if decision.replayed else None)

    @router.post(
        "/{application_id}/withdraw", summary="Withdraw an application", response_model=views.WithdrawnApplication
    )
    def withdraw(
        application_id: UUID,
        body: wire.WithdrawalBody,
        principal: Principal = doors.requires(Permission.APPLICATION_CREATE),
        once: Any = doors.once,
    ) -> Response:
        """Withdraw an application on the applicant's word."""
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(
                tx, lambda: usecases.withdraw(tx, principal, application_id, reason=body.reason)
            )
        return response

    @router.post(
        "/{application_id}/outcome", status_code=201, summary="Record an outcome", response_model=views.RecordedOutcome
    )
    def record_outcome(
        application_id: UUID,
        body: wire.OutcomeBody,
        principal: Principal = doors.requires(Permission.OUTCOME_RECORD),
        once: Any = doors.once,
    ) -> Response:
        """Record what became of an application; a later one corrects it."""
        given = usecases.GivenOutcome(application_id, **body.model_dump())
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(
                tx,
                lambda: {"outcome_id": usecases.record_outcomes(tx, principal, [given], source=principal.label)[0]},
                status=201,
            )
        return response

    return router


def show_dossier(catalogue: Catalogue, found: dossier.Dossier) -> views.ApplicationView:
    """Return an application with all that happened to it, as it is shown."""
    shown = dossier.show_application(found.application) | {
        "product_name": found.application.product.name,
        "fields": dossier.answered_fields(found.application),
        "features": dossier.model_features(catalogue, found),
        "summary": dossier.summary(found),
        "decision": dossier.decision_in_short(found),
        "approval": found.approval,
        "effects": [each | {"parameters": orjson.loads(each["parameters"])} for each in found.effects],
        "outcomes": found.outcomes,
        "history": dossier.history(found),
        "updated_at": found.row["updated_at"],
    }
    return views.ApplicationView.model_validate(shown)
