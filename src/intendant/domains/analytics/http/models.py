"""Routes of models: what they are to learn, and having them trained."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from intendant.domains.analytics.contract import PREFIX
from intendant.domains.analytics.http import model_bodies, model_views
from intendant.domains.analytics.http.model_shown import detail_of, row_of
from intendant.domains.analytics.models import data, rows, usecases
from intendant.domains.analytics.models.definition import Definition, check
from intendant.domains.analytics.models.listing import list_shown
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors
from intendant.learning.estimators import Task

PAGE_SIZE, PAGE_SIZE_MAX = 50, 200
Limit = Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX, description="How many items at most.")]


def model_routes(doors: Doors) -> APIRouter:
    """Return the routes of models."""
    router = APIRouter(prefix=f"{PREFIX}/models", tags=["ai-analytics"])
    system = doors.system
    database = system.database

    def _checked(principal: Principal, body: model_bodies.ModelBody) -> Definition:
        """Check a wish against its data before any transaction: a query may take seconds."""
        definition = body.definition()
        check(definition, data.columns_of(system, principal.organization_id, definition.source))
        return definition

    @router.get("", summary="List models")
    def list_models(
        model_type: Task | None = None,
        state: model_views.ModelStateShown | None = None,
        q: Annotated[str | None, Query(max_length=200, description="Text in name or description.")] = None,
        after: UUID | None = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> model_views.ModelPage:
        """List models, newest first, each with its champion's figures, its last training and how much it is asked."""
        with database.transaction(principal.organization_id) as tx:
            found = list_shown(
                tx, rows.ModelFilter(model_type=model_type, text=q), state=state, after=after, limit=limit + 1
            )
        items = [row_of(each) for each in found[:limit]]
        return model_views.ModelPage(items=items, next=str(items[-1].id) if len(found) > limit else None)

    @router.post("", summary="Create a model", status_code=201, response_model=model_views.ModelDetail)
    def create_model(
        body: model_bodies.ModelBody,
        principal: Principal = doors.requires(Permission.AI_CREATE),
        once: Any = doors.once,
    ) -> Response:
        """Create a model of a dataset, a table of the record or a query; checked against its columns at once."""

        definition = _checked(principal, body)

        def work() -> model_views.ModelDetail:
            row = usecases.create_model(tx, principal, definition)
            return detail_of(tx, row["id"])

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=201)
        return response

    @router.get("/{model_id}", summary="Show a model")
    def get_model(model_id: UUID, principal: Principal = doors.requires(Permission.AI_READ)) -> model_views.ModelDetail:
        """Return everything known of a model: what it learns, its versions, what answers, its training, its use."""
        with database.transaction(principal.organization_id) as tx:
            return detail_of(tx, model_id)

    @router.put("/{model_id}", summary="Change a model")
    def update_model(
        model_id: UUID,
        body: model_bodies.ModelUpdateBody,
        principal: Principal = doors.requires(Permission.AI_UPDATE),
    ) -> model_views.ModelDetail:
        """Change a model as a whole; versions trained before stay as they are. Refused if it changed since `revision`."""
        definition = _checked(principal, body)
        with database.transaction(principal.organization_id) as tx:
            usecases.update_model(tx, principal, model_id, definition, revision=body.revision)
            return detail_of(tx, model_id)

    @router.delete("/{model_id}", summary="Remove a model", status_code=204)
    def remove_model(model_id: UUID, principal: Principal = doors.requires(Permission.AI_MANAGE)) -> None:
        """Remove a model: it answers no more and is listed no more, while its record stays."""
        with database.transaction(principal.organization_id) as tx:
            usecases.remove_model(tx, principal, model_id)

    @router.post(
        "/{model_id}/train",
        summary="Train a model",
        status_code=202,
        response_model=model_views.TrainingTaskShown,
    )
    def train_model(
        model_id: UUID,
        body: model_bodies.TrainBody | None = None,
        principal: Principal = doors.requires(Permission.AI_MANAGE),
        once: Any = doors.once,
    ) -> Response:
        """Train a model as a task, one at a time; /api/v1/tasks shows how far it is, and cancels it."""
        given = body or model_bodies.TrainBody()

        def work() -> model_views.TrainingTaskShown:
            task_id = usecases.train_model(
                tx, principal, model_id, why=given.why, deploy_when_validated=given.deploy_when_validated
            )
            return model_views.TrainingTaskShown(task_id=task_id, model_id=model_id)

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=202)
        return response

    return router
