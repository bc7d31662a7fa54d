"""Routes of versions: what was measured of each, its card, its artifact, and training it again from its record."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from intendant.domains.analytics.contract import PREFIX, REPRODUCTION_TASK
from intendant.domains.analytics.http import model_views
from intendant.domains.analytics.http.model_shown import version_of, version_rows_of
from intendant.domains.analytics.http.models import PAGE_SIZE, Limit
from intendant.domains.analytics.models import artifacts, card, exporting, rows, usecases
from intendant.domains.analytics.models.card import Card
from intendant.kernel import tasks
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors
from intendant.kit import clock
from intendant.kit.database import Transaction

NUMBER_MAX = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=NUMBER_MAX)]
ARTIFACT_TYPE = "application/octet-stream"
_ARTIFACT = {
    "requestBody": {
        "required": True,
        "content": {ARTIFACT_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}
_PAGES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {}, "text/markdown": {}}, "description": "The card, as `format` says."}
}


def version_routes(doors: Doors) -> APIRouter:
    """Return the routes of versions."""
    router = APIRouter(prefix=f"{PREFIX}/models/{{model_id}}", tags=["ai-analytics"])
    system = doors.system
    database = system.database

    @router.get("/versions", summary="List a model's versions")
    def list_versions(
        model_id: UUID,
        after: Annotated[int | None, Query(ge=1, le=NUMBER_MAX)] = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> model_views.VersionPage:
        """List a model's versions, newest first, each with the figure by which versions are compared."""
        with database.transaction(principal.organization_id) as tx:
            aliases = rows.get_model(tx, model_id)["aliases"]
            found = rows.list_versions(tx, model_id, before=after, limit=limit + 1)
            items = version_rows_of(tx, found[:limit], aliases)
        return model_views.VersionPage(items=items, next=str(items[-1].number) if len(found) > limit else None)

    @router.post(
        "/versions",
        summary="Take a version in that was exported here",
        status_code=201,
        response_model=model_views.VersionDetail,
        openapi_extra=_ARTIFACT,
        max_body_size=exporting.EXPORT_BYTES_MAX,
    )
    async def import_version(
        model_id: UUID,
        request: Request,
        principal: Principal = doors.requires(Permission.AI_MANAGE),
        once: Any = doors.once,
    ) -> Any:
        """Take in an artifact as this installation exported and signed it; anything else is refused, and nothing is run."""
        body = await request.body()

        def work() -> Response:
            with database.transaction(principal.organization_id) as tx:
                response: Response = once.run(tx, lambda: _taken_in(tx), status=201)
            return response

        def _taken_in(tx: Transaction) -> model_views.VersionDetail:
            row = exporting.take_in(tx, principal, system, model_id, body)
            return version_of(tx, row, rows.get_model(tx, model_id)["aliases"], signed=True)

        return await run_in_threadpool(work)

    @router.get("/versions/{number}", summary="Show a version")
    def get_version(
        model_id: UUID, number: Number, principal: Principal = doors.requires(Permission.AI_READ)
    ) -> model_views.VersionDetail:
        """Return a version with its whole report, and whether its signature holds."""
        with database.transaction(principal.organization_id) as tx:
            aliases = rows.get_model(tx, model_id)["aliases"]
            row = rows.get_version(tx, model_id, number)
            try:
                artifacts.verify(system.signer.public_key(), principal.organization_id, row)
                signed = True
            except artifacts.ArtifactTampered:
                signed = False
            return version_of(tx, row, aliases, signed=signed)

    @router.get(
        "/versions/{number}/card",
        summary="Show a version's model card",
        response_model=model_views.ModelCard,
        responses=_PAGES,
    )
    def get_card(
        model_id: UUID,
        number: Number,
        format: Literal["json", "html", "markdown"] = "json",  # noqa: A002 - the name of the query parameter
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> Any:
        """Return what a version is for, how it was made and measured, and where it must not be trusted, in plain words."""
        return _card_as(_card(principal, model_id, number), format)

    @router.get(
        "/card", summary="Show the champion's model card", response_model=model_views.ModelCard, responses=_PAGES
    )
    def get_model_card(
        model_id: UUID,
        format: Literal["json", "html", "markdown"] = "json",  # noqa: A002 - the name of the query parameter
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> Any:
        """Return the card of the champion, or of the latest version where none is deployed."""
        return _card_as(_card(principal, model_id, None), format)

    def _card(principal: Principal, model_id: UUID, number: int | None) -> Card:
        with database.transaction(principal.organization_id) as tx:
            return card.read_card(tx, model_id, number)

    @router.get(
        "/versions/{number}/artifact",
        summary="Download a version's artifact",
        response_class=Response,
        responses={200: {"content": {ARTIFACT_TYPE: {}}, "description": "The artifact with its record, signed."}},
    )
    def get_artifact(
        model_id: UUID, number: Number, principal: Principal = doors.requires(Permission.AI_MANAGE)
    ) -> Response:
        """Return a version's bytes with its record, signed; this installation takes them in again, and no changed copy."""
        with database.transaction(principal.organization_id) as tx:
            body = exporting.give_out(tx, principal, system, model_id, number)
        name = f"model-{model_id}-{number}.intendant"
        return Response(
            body, media_type=ARTIFACT_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    @router.post(
        "/versions/{number}/reproduce",
        summary="Train a version again from its record",
        status_code=202,
        response_model=model_views.TrainingTaskShown,
    )
    def reproduce(
        model_id: UUID,
        number: Number,
        principal: Principal = doors.requires(Permission.AI_MANAGE),
        once: Any = doors.once,
    ) -> Response:
        """Train a version again from its record, as a task whose result says whether the bytes are the same."""

        def work() -> model_views.TrainingTaskShown:
            rows.get_model(tx, model_id)
            rows.get_version(tx, model_id, number)
            task_id = tasks.enqueue(
                tx,
                REPRODUCTION_TASK,
                parameters={"model_id": str(model_id), "version": number},
                created_by=principal.label,
                now=clock.system_now(),
                subject=usecases.subject_of(model_id),
                dedup_key=f"{model_id}/{number}",
            )
            return model_views.TrainingTaskShown(task_id=task_id, model_id=model_id)

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=202)
        return response

    return router


def _card_as(found: Card, form: str) -> Any:
    match form:
        case "html":
            # No script, no image, nothing from elsewhere: the page needs none, whatever a column is called.
            policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
            return HTMLResponse(card.to_html(found), headers={"Content-Security-Policy": policy})
        case "markdown":
            return PlainTextResponse(card.to_markdown(found), media_type="text/markdown; charset=utf-8")
        case _:
            return model_views.ModelCard.model_validate(card.to_plain(found))
