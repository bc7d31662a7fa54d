"""Routes of what answers for a model: deploying, rolling back, taking an alias away, and the history of that."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from intendant.domains.analytics.contract import PREFIX
from intendant.domains.analytics.http import model_bodies, model_views
from intendant.domains.analytics.http.model_shown import detail_of
from intendant.domains.analytics.http.models import PAGE_SIZE, Limit
from intendant.domains.analytics.model import Alias
from intendant.domains.analytics.models import rows, usecases
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors
from intendant.kit.database import Row

TAKEN_AWAY = "It was taken away."


def deployment_routes(doors: Doors) -> APIRouter:
    """Return the routes of deployments."""
    router = APIRouter(prefix=f"{PREFIX}/models/{{model_id}}", tags=["ai-analytics"])
    database = doors.system.database

    @router.post("/deploy", summary="Deploy a version", response_model=model_views.ModelDetail)
    def deploy(
        model_id: UUID,
        body: model_bodies.DeployBody,
        principal: Principal = doors.requires(Permission.AI_MANAGE),
        once: Any = doors.once,
    ) -> Response:
        """Let a version answer: as champion, as challenger for a share of the cases, or in silence as shadow."""

        def work() -> model_views.ModelDetail:
            usecases.deploy_version(
                tx,
                principal,
                model_id,
                body.version,
                alias=body.alias,
                share=body.share,
                reason=body.reason,
                accept_unvalidated=body.accept_unvalidated,
            )
            return detail_of(tx, model_id)

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work)
        return response

    @router.post("/rollback", summary="Roll back to the champion before", response_model=model_views.ModelDetail)
    def roll_back(
        model_id: UUID,
        body: model_bodies.RollbackBody,
        principal: Principal = doors.requires(Permission.AI_MANAGE),
        once: Any = doors.once,
    ) -> Response:
        """Let the champion before this one answer again, from the next prediction on."""

        def work() -> model_views.ModelDetail:
            usecases.roll_back(tx, principal, model_id, reason=body.reason)
            return detail_of(tx, model_id)

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work)
        return response

    @router.delete("/aliases/{alias}", summary="Take an alias away")
    def take_alias(
        model_id: UUID,
        alias: Alias,
        reason: Annotated[str, Query(max_length=model_bodies.REASON_LENGTH_MAX)] = TAKEN_AWAY,
        principal: Principal = doors.requires(Permission.AI_MANAGE),
    ) -> model_views.ModelDetail:
        """Let nothing stand under an alias; without a champion the model answers no more."""
        with database.transaction(principal.organization_id) as tx:
            usecases.take_alias(tx, principal, model_id, alias, reason=reason)
            return detail_of(tx, model_id)

    @router.get("/deployments", summary="List what was deployed")
    def list_deployments(
        model_id: UUID,
        after: UUID | None = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> model_views.DeploymentPage:
        """List every change of what answers, newest first: by whom, why, and on what evidence."""
        with database.transaction(principal.organization_id) as tx:
            rows.get_model(tx, model_id)
            found = rows.list_deployments(tx, model_id, before=after, limit=limit + 1)
        items = [_shown(row) for row in found[:limit]]
        return model_views.DeploymentPage(items=items, next=str(items[-1].id) if len(found) > limit else None)

    return router


def _shown(row: Row) -> model_views.DeploymentRow:
    return model_views.DeploymentRow.model_validate(
        row | {"version": row["number"], "previous_version": row["previous_number"]}
    )
