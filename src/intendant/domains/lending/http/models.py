"""Routes of model versions: what was measured of each, training a new one, letting one decide."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from intendant.domains.lending import usecases, wire
from intendant.domains.lending.contract import TRAINING_TASK
from intendant.domains.lending.http import views
from intendant.domains.lending.http.parameters import PAGE_SIZE, Limit
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.kernel import tasks
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors
from intendant.kit import clock
from intendant.kit.database import Row


def model_routes(doors: Doors, kind: LendingApplicationKind) -> APIRouter:
    """Return the routes of model versions."""
    router = APIRouter(prefix="/api/v1/lending/models", tags=["lending"])
    database = doors.system.database

    @router.get("", summary="List model versions")
    def list_models(
        limit: Limit = PAGE_SIZE, principal: Principal = doors.requires(Permission.DECISION_READ)
    ) -> views.Page[views.ModelVersion]:
        """List model versions newest first, with what was measured of each."""
        with database.transaction(principal.organization_id) as tx:
            rows = usecases.list_models(tx, principal, limit=limit)
        return views.Page(items=[_shown(row) for row in rows], next=None)

    @router.post("/train", summary="Train a model", status_code=202, response_model=views.TrainingTask)
    def train(
        body: wire.TrainingBody,
        principal: Principal = doors.requires(Permission.TASK_MANAGE),
        once: Any = doors.once,
    ) -> Response:
        """Train a product's model on the outcomes that have come back, as a task; /api/v1/tasks shows how far it is."""

        def work() -> views.TrainingTask:
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
            return views.TrainingTask(task_id=task_id)

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=202)
        return response

    @router.post("/{model_id}/promote", summary="Promote a model version", response_model=views.ModelVersion)
    def promote(
        model_id: UUID,
        body: wire.PromotionBody,
        principal: Principal = doors.requires(Permission.POLICY_PUBLISH),
        once: Any = doors.once,
    ) -> Response:
        """Let a model version decide from now on; an earlier one to roll back."""
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(
                tx, lambda: _shown(usecases.promote_model(tx, principal, model_id, reason=body.reason))
            )
        return response

    return router


def _shown(row: Row) -> views.ModelVersion:
    # The profile of typical approved cases serves explanations; it is long and nobody reads it.
    report = {name: value for name, value in row["report"].items() if name != "reference"}
    return views.ModelVersion.model_validate(row | {"report": report})
