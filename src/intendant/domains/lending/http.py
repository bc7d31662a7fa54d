"""Lending over HTTP: /api/v1/lending. Routes translate and never decide; the guards come through the server's doors."""

import asyncio
import hashlib
import tempfile
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from intendant.domains.lending import explanations, ingest, usecases, wire
from intendant.domains.lending.catalogue import Offer
from intendant.domains.lending.contract import TRAINING_TASK
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.model import ApplicationState
from intendant.kernel import approvals, decisions, tasks
from intendant.kernel.access import Permission, Principal, Role
from intendant.kernel.organizations import get_organization
from intendant.kernel.registry import Doors
from intendant.kit import clock
from intendant.kit.errors import NotFound

KEY_LENGTH_MAX = 200
SPOOLED_BYTES_MAX = 1024 * 1024
PAGE_SIZE, PAGE_SIZE_MAX = 50, 200
REPLAYED = {"Idempotency-Replayed": "true"}

Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=KEY_LENGTH_MAX)]
Limit = Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)]


class NotDecided(NotFound):
    """The application has no decision yet."""

    code = "not_decided"


def routes(doors: Doors, kind: LendingApplicationKind) -> Sequence[APIRouter]:
    """Return lending's routers."""
    return (_products(doors, kind), _applications(doors, kind), _uploads(doors, kind), _models(doors, kind))


def _products(doors: Doors, kind: LendingApplicationKind) -> APIRouter:
    router = APIRouter(prefix="/api/v1/lending/products", tags=["lending"])
    database, catalogue = doors.system.database, kind.catalogue

    @router.get("")
    def list_products(
        after: str | None = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.PRODUCT_READ),
    ) -> dict[str, Any]:
        """List products by key, each in its latest version."""
        with database.transaction(principal.organization_id) as tx:
            found = usecases.list_products(tx, principal, after=after, limit=min(limit + 1, PAGE_SIZE_MAX + 1))
        return {"items": found[:limit], "next": found[limit - 1]["key"] if len(found) > limit else None}

    @router.get("/{key}")
    def get_product(key: str, principal: Principal = doors.requires(Permission.PRODUCT_READ)) -> dict[str, Any]:
        """Return the latest version of a product with its application form."""
        with database.transaction(principal.organization_id) as tx:
            return usecases.get_product(tx, principal, catalogue, key)

    @router.post("", status_code=201, response_model=dict[str, Any])
    def create_product(
        body: dict[str, Any],
        principal: Principal = doors.requires(Permission.PRODUCT_MANAGE),
        once: Any = doors.once,
    ) -> Response:
        """Publish a product, or the next version of one."""
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(
                tx, lambda: usecases.create_product(tx, principal, catalogue, body), status=201
            )
        return response

    return router


def _applications(doors: Doors, kind: LendingApplicationKind) -> APIRouter:
    router = APIRouter(prefix="/api/v1/lending/applications", tags=["lending"])
    database, catalogue = doors.system.database, kind.catalogue

    def load_offer(organization_id: UUID, key: str) -> Offer:
        catalogue.refresh(database)
        with database.transaction(organization_id) as tx:
            return catalogue.offer(tx, key)

    async def submit_now(
        _request: Request, principal: Principal, content: bytes, idempotency_key: str | None
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
        answer = wire.answer(decision.as_dict(), for_client=principal.role is Role.CLIENT)
        headers = REPLAYED if decision.replayed else None
        return Response(answer, 201, media_type="application/json", headers=headers)

    doors.express("/api/v1/lending/applications", Permission.APPLICATION_CREATE, submit_now)

    @router.post(
        "",
        status_code=201,
        response_model=wire.DecidedApplication,
        openapi_extra=_json_body(wire.ApplicationBody.model_json_schema()),
    )
    async def submit(
        request: Request,
        idempotency_key: Key = None,
        principal: Principal = doors.requires(Permission.APPLICATION_CREATE),
    ) -> Response:
        """Submit an application; the answer is its decision, which is durable when it is sent."""
        return await submit_now(request, principal, await request.body(), idempotency_key)

    @router.get("")
    def list_applications(
        state: ApplicationState | None = None,
        product: str | None = None,
        reference: str | None = None,
        since: Annotated[datetime | None, Query(description="Business time of submission, included.")] = None,
        until: Annotated[datetime | None, Query(description="Business time of submission, excluded.")] = None,
        after: UUID | None = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.APPLICATION_READ),
    ) -> dict[str, Any]:
        """List applications newest first, without their inputs."""
        with database.transaction(principal.organization_id) as tx:
            rows = usecases.list_applications(
                tx,
                principal,
                state=None if state is None else state.value,
                product=product,
                reference=reference,
                since=since,
                until=until,
                after=after,
                limit=limit + 1,
            )
        return _page(rows, limit)

    @router.get("/{application_id}")
    def get_application(
        application_id: UUID, principal: Principal = doors.requires(Permission.APPLICATION_READ)
    ) -> dict[str, Any]:
        """Return an application with its inputs, without protected attributes."""
        with database.transaction(principal.organization_id) as tx:
            return usecases.get_application(tx, principal, catalogue, application_id)

    @router.get("/{application_id}/explanation")
    def explain(
        application_id: UUID, principal: Principal = doors.requires(Permission.DECISION_READ)
    ) -> dict[str, Any]:
        """Explain the application's last decision: reasons, what is owed by law, what would have changed it."""
        with database.transaction(principal.organization_id) as tx:
            found = usecases.get_application(tx, principal, catalogue, application_id)
            if found["decision_id"] is None:
                raise NotDecided("The application has not been decided.", field="application", remedy="Wait for it.")
            record = decisions.get_decision(tx, found["decision_id"])
            approvals.require_shown(tx, found["decision_id"])
            return dict(explanations.explain(tx, catalogue, kind.champions, record))

    @router.post("/{application_id}/decide", status_code=201, response_model=wire.DecidedApplication)
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

    @router.post("/{application_id}/withdraw", response_model=dict[str, Any])
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

    @router.post("/{application_id}/outcome", status_code=201, response_model=dict[str, Any])
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


def _uploads(doors: Doors, kind: LendingApplicationKind) -> APIRouter:
    router = APIRouter(prefix="/api/v1/lending", tags=["lending"])
    database = doors.system.database

    def decide_upload(principal: Principal, upload: ingest.Upload, file: IO[bytes]) -> dict[str, object]:
        with database.transaction(principal.organization_id) as tx:
            organization = get_organization(tx, principal.organization_id)
        # A bounded readline: a file without line ends must not become one line of 64 megabytes.
        lines = iter(lambda: file.readline(ingest.LINE_BYTES_MAX + 1), b"")
        decide_many = doors.system.decider.decide_many
        return ingest.submit_many(database, decide_many, kind.catalogue, organization, upload, lines).as_dict()

    @router.post(
        "/applications/bulk",
        response_model=dict[str, Any],
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-ndjson": {"schema": {"type": "string"}},
                    "text/csv": {"schema": {"type": "string"}},
                },
            }
        },
        max_body_size=wire.BULK_BYTES_MAX,
    )
    async def upload_applications(
        request: Request,
        format: Annotated[Literal["ndjson", "csv"], Query(description="What the body is.")] = "ndjson",  # noqa: A002
        product: Annotated[str | None, Query(max_length=63, description="For rows that name no product.")] = None,
        idempotency_key: Key = None,
        principal: Principal = doors.requires(Permission.APPLICATION_CREATE),
    ) -> dict[str, Any]:
        """Decide many applications: one JSON object a line (product, reference, inputs), or CSV with a header.

        Bad rows are set aside with reasons and the others decided; the counts add up to the rows.
        """
        digest = hashlib.sha256(f"{format} {product}\n".encode())
        with tempfile.SpooledTemporaryFile(max_size=SPOOLED_BYTES_MAX) as file:
            async for part in request.stream():
                digest.update(part)
                if len(part) + file.tell() > SPOOLED_BYTES_MAX:
                    await run_in_threadpool(file.write, part)
                else:
                    file.write(part)
            file.seek(0)
            upload = ingest.Upload(format, principal.label, product, idempotency_key, digest.digest())
            return await run_in_threadpool(decide_upload, principal, upload, file)

    @router.post("/outcomes", status_code=201, response_model=dict[str, Any])
    def record_outcomes(
        body: wire.OutcomesBody,
        principal: Principal = doors.requires(Permission.OUTCOME_RECORD),
        once: Any = doors.once,
    ) -> Response:
        """Record what became of many applications at once; all of them or none."""
        given = [usecases.GivenOutcome(**each.model_dump()) for each in body.outcomes]
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(
                tx,
                lambda: {"outcome_ids": usecases.record_outcomes(tx, principal, given, source=principal.label)},
                status=201,
            )
        return response

    return router


def _models(doors: Doors, kind: LendingApplicationKind) -> APIRouter:
    router = APIRouter(prefix="/api/v1/lending/models", tags=["lending"])
    database = doors.system.database

    @router.get("")
    def list_models(
        limit: Limit = PAGE_SIZE, principal: Principal = doors.requires(Permission.DECISION_READ)
    ) -> dict[str, Any]:
        """List model versions newest first, with what was measured of each."""
        with database.transaction(principal.organization_id) as tx:
            rows = usecases.list_models(tx, principal, limit=limit)
        for row in rows:
            row["report"].pop("reference", None)
        return {"items": rows, "next": None}

    @router.post("/train", status_code=202, response_model=dict[str, Any])
    def train(
        body: wire.TrainingBody,
        principal: Principal = doors.requires(Permission.TASK_MANAGE),
        once: Any = doors.once,
    ) -> Response:
        """Train a product's model on the outcomes that have come back, as a task; /api/v1/tasks shows how far it is."""

        def work() -> dict[str, Any]:
            kind.catalogue.latest(tx, body.product)
            task_id = tasks.enqueue(
                tx,
                TRAINING_TASK,
                parameters={"product": body.product, "seed": body.seed},
                created_by=principal.label,
                now=clock.system_now(),
                subject=f"product:{body.product}",
                dedup_key=body.product,
            )
            return {"task_id": task_id}

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=202)
        return response

    @router.post("/{model_id}/promote", response_model=dict[str, Any])
    def promote(
        model_id: UUID,
        body: wire.PromotionBody,
        principal: Principal = doors.requires(Permission.POLICY_PUBLISH),
        once: Any = doors.once,
    ) -> Response:
        """Let a model version decide from now on; an earlier one to roll back."""
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(
                tx, lambda: _without_reference(usecases.promote_model(tx, principal, model_id, reason=body.reason))
            )
        return response

    return router


def _without_reference(row: dict[str, Any]) -> dict[str, Any]:
    row["report"].pop("reference", None)
    return row


def _page(rows: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    return {"items": rows[:limit], "next": str(rows[limit - 1]["id"]) if len(rows) > limit else None}


def _json_body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
