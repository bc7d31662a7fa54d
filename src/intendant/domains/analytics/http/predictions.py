"""Routes of predictions: asking one or many, the history, explanations, and what became of them."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Annotated, Any
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import AwareDatetime, ValidationError
from starlette.concurrency import run_in_threadpool

from intendant.domains.analytics.contract import PREFIX
from intendant.domains.analytics.http import predictions_views as views
from intendant.domains.analytics.http.parameters import PAGE_SIZE, Key, Limit
from intendant.domains.analytics.http.predictions_bodies import read_predict, show_results
from intendant.domains.analytics.model import Role
from intendant.domains.analytics.models.serving import Served
from intendant.domains.analytics.predictions import explaining, export, feedback, gathering, queries, usecases
from intendant.domains.analytics.predictions.model import Results
from intendant.domains.analytics.predictions.queries import PredictionFilter
from intendant.domains.analytics.predictions.versions import Positives, Versions
from intendant.kernel.access import Permission, Principal
from intendant.kernel.decisions import Batcher
from intendant.kernel.organizations import get_organization
from intendant.kernel.registry import Doors
from intendant.kit import clock
from intendant.kit.database import Database, Row
from intendant.kit.errors import IntendantError
from intendant.kit.spreadsheet import CSV_TYPE

BODY_BYTES_MAX = 16 * 1024 * 1024
"""Of a request for predictions, and of a list of feedback."""
SINGLE_BYTES_MAX = 16 * 1024
"""Of a body that may be a single case, which is answered together with others."""
TEXT_LENGTH_MAX = 200

_Text = Annotated[str | None, Query(min_length=1, max_length=TEXT_LENGTH_MAX, pattern=r"^[^\x00]+$")]


def read_filter(
    model_id: UUID | None = None,
    version: Annotated[int | None, Query(ge=1, description="A version's number; with model_id.")] = None,
    role: Role | None = None,
    business_entity_type: _Text = None,
    business_entity_id: _Text = None,
    batch_id: UUID | None = None,
    has_outcome: Annotated[bool | None, Query(description="Whether it is known what really happened.")] = None,
    since: Annotated[AwareDatetime | None, Query(description="Business time; predicted from then on.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Business time; predicted before then.")] = None,
) -> PredictionFilter:
    """Read the filters of the history from the query."""
    return queries.checked(
        PredictionFilter(
            model_id=model_id,
            version=version,
            role=role,
            entity_type=business_entity_type,
            entity_id=business_entity_id,
            batch_id=batch_id,
            has_outcome=has_outcome,
            since=since,
            until=until,
        )
    )


Filter = Annotated[PredictionFilter, Depends(read_filter)]


def prediction_routes(doors: Doors, versions: Versions | None = None) -> APIRouter:
    """Return the routes of predictions; `versions` loads the models, by default those of the system."""
    router = APIRouter(prefix=PREFIX, tags=["ai-analytics"])
    served: Versions = Served(doors.system) if versions is None else versions
    positives = Positives()
    _add_predicting(router, doors, served, positives)
    _add_history(router, doors, served, positives)
    _add_feedback(router, doors, served)
    return router


def _add_predicting(router: APIRouter, doors: Doors, versions: Versions, positives: Positives) -> None:
    database: Database = doors.system.database

    def answer(request: Request, principal: Principal, content: bytes, key: str | None) -> Response:
        begun = clock.monotonic_seconds()
        asked = read_predict(content)
        once = doors.once_for(request, key, content)

        def work() -> dict[str, object]:
            results = usecases.predict(tx, principal, versions, positives, asked)
            return show_results(results, (clock.monotonic_seconds() - begun) * 1000)

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work)
        return response

    def predict_together(questions: Sequence[gathering.Question]) -> Sequence[Results | IntendantError]:
        return gathering.predict_together(database, versions, positives, questions)

    # One for each loop that serves: an application may be started anew, and what waited is gone with the loop it waited in.
    batchers: WeakKeyDictionary[Any, Batcher[gathering.Question, Results]] = WeakKeyDictionary()

    def batcher() -> Batcher[gathering.Question, Results]:
        loop = asyncio.get_running_loop()
        if loop not in batchers:
            wait, most = gathering.WAIT_SECONDS, gathering.SIZE_MAX
            batchers[loop] = Batcher(predict_together, wait_seconds=wait, size_max=most)
        return batchers[loop]

    async def predict_now(request: Request, principal: Principal, content: bytes, key: str | None) -> Response:
        if key is not None or len(content) > SINGLE_BYTES_MAX:
            return await run_in_threadpool(answer, request, principal, content, key)
        begun = clock.monotonic_seconds()
        asked = read_predict(content)
        if asked.is_list:
            return await run_in_threadpool(answer, request, principal, content, key)
        results = await batcher().decide(gathering.Question(principal, asked))
        shown = show_results(results, (clock.monotonic_seconds() - begun) * 1000)
        return Response(orjson.dumps(shown), media_type="application/json")

    doors.express(f"{PREFIX}/predict", Permission.AI_PREDICT, predict_now, body_bytes_max=BODY_BYTES_MAX)

    @router.post(
        "/predict",
        summary="Predict one case or many",
        response_model=views.PredictionsMade,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": views.PredictBody.model_json_schema()}},
            }
        },
        max_body_size=BODY_BYTES_MAX,
    )
    async def predict(
        request: Request,
        idempotency_key: Key = None,
        principal: Principal = doors.requires(Permission.AI_PREDICT),
    ) -> Response:
        """Predict for one case or up to 10,000. A row that cannot be used gets an error in its place; the others are answered.

        The same Idempotency-Key gives the same answer, and stores nothing twice.
        """
        return await predict_now(request, principal, await request.body(), idempotency_key)


def _add_history(router: APIRouter, doors: Doors, versions: Versions, positives: Positives) -> None:
    database: Database = doors.system.database

    @router.get("/predictions", summary="List predictions")
    def list_predictions(
        wanted: Filter,
        after: Annotated[UUID | None, Query(description="`next` of the page before.")] = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> views.PredictionPage:
        """List predictions, newest first, each with what really happened, as far as it is known."""
        with database.transaction(principal.organization_id) as tx:
            business_clock = get_organization(tx, tx.organization_id).clock
            rows = queries.list_predictions(tx, wanted, business_clock, after=after, limit=limit + 1)
        items = [views.StoredPrediction.model_validate(row) for row in rows[:limit]]
        return views.PredictionPage(items=items, next=str(items[-1].id) if len(rows) > limit else None)

    @router.get(
        "/predictions/export",
        summary="Export predictions as a table",
        response_class=StreamingResponse,
        responses={
            200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "Predictions as CSV."}
        },
    )
    def export_predictions(
        wanted: Filter, principal: Principal = doors.requires(Permission.AI_READ)
    ) -> StreamingResponse:
        """Export up to 1,000,000 predictions, newest first, as CSV in UTF-8; cells that a spreadsheet would run are defused.

        That it was done is recorded.
        """
        organization = export.begin_export(database, principal, wanted)
        return StreamingResponse(
            export.pieces(database, organization, wanted),
            media_type=CSV_TYPE,
            headers={"Content-Disposition": 'attachment; filename="predictions.csv"', "Cache-Control": "no-store"},
        )

    @router.get("/predictions/{prediction_id}", summary="Show a prediction")
    def get_prediction(
        prediction_id: UUID, principal: Principal = doors.requires(Permission.AI_READ)
    ) -> views.PredictionDetail:
        """Return a prediction with its input, the reasons that its version gives now, and all feedback."""
        with database.snapshot(principal.organization_id) as tx:
            row = queries.get_prediction(tx, prediction_id)
            try:
                found = explaining.explain(tx, principal, versions, positives, prediction_id, with_changes=False)
                why = {"reasons": [each.as_dict() for each in found.reasons], "unusual": found.unusual}
            except IntendantError as error:
                # What was predicted is shown although its version can no longer be asked.
                why = {"reasons": [], "unusual": [], "reasons_missing": str(error)}
            told = queries.list_feedback(tx, prediction_id)
            shadows = queries.list_shadows(tx, prediction_id)
        return views.PredictionDetail.model_validate({**row, **why, "feedback": told, "shadows": shadows})

    @router.get("/predictions/{prediction_id}/explanation", summary="Explain a prediction")
    def explain(
        prediction_id: UUID, principal: Principal = doors.requires(Permission.AI_READ)
    ) -> views.PredictionExplanation:
        """Say in plain words why the model said so, and which single changes would change its answer."""
        with database.snapshot(principal.organization_id) as tx:
            found = explaining.explain(tx, principal, versions, positives, prediction_id)
        return views.PredictionExplanation(
            prediction_id=prediction_id,
            summary=found.summary,
            reasons=[views.PredictionReason.model_validate(each.as_dict()) for each in found.reasons],
            unusual=list(found.unusual),
            changes=[views.PredictionChange.model_validate(each.as_dict()) for each in found.changes],
            caution=explaining.CAUTION,
        )


def _add_feedback(router: APIRouter, doors: Doors, versions: Versions) -> None:
    database: Database = doors.system.database

    @router.post(
        "/predictions/feedback",
        summary="Give feedback on many predictions",
        status_code=201,
        response_model=views.FeedbackRecorded,
        max_body_size=BODY_BYTES_MAX,
    )
    def give_many(
        body: views.FeedbackList,
        principal: Principal = doors.requires(Permission.AI_FEEDBACK),
        once: Any = doors.once,
    ) -> Response:
        """Record what became of up to 10,000 predictions; bad items are named, and the others recorded."""
        items = [_read_item(each) for each in body.feedback]

        def work() -> views.FeedbackRecorded:
            return _show_told(feedback.give_many(tx, principal, versions, items))

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=201)
        return response

    @router.post(
        "/predictions/{prediction_id}/feedback",
        summary="Give feedback on a prediction",
        status_code=201,
        response_model=views.FeedbackShown,
    )
    def give_one(
        prediction_id: UUID,
        body: views.FeedbackBody,
        principal: Principal = doors.requires(Permission.AI_FEEDBACK),
        once: Any = doors.once,
    ) -> Response:
        """Record what really happened, or what you think of the answer. A later outcome corrects the one before."""
        given = feedback.Given(
            prediction_id=prediction_id,
            actual=body.actual_outcome,
            rating=body.rating,
            note=body.note,
            observed_at=body.observed_at,
        )

        def work() -> views.FeedbackShown:
            return _show_feedback(feedback.give_one(tx, principal, versions, given))

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=201)
        return response


def _read_item(item: dict[str, Any]) -> feedback.Given | IntendantError:
    try:
        # As JSON, so that texts become ids and moments.
        read = views.FeedbackItem.model_validate_json(orjson.dumps(item))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])[:TEXT_LENGTH_MAX]
        return feedback.FeedbackInvalid(
            f"{place}: {first['msg'][:TEXT_LENGTH_MAX]}.", field=place, remedy="/docs shows the expected shape."
        )
    return feedback.Given(
        prediction_id=read.prediction_id,
        model_id=read.model_id,
        model_name=read.model_name,
        entity_type=read.business_entity_type,
        entity_id=read.business_entity_id,
        actual=read.actual_outcome,
        rating=read.rating,
        note=read.note,
        observed_at=read.observed_at,
    )


def _show_feedback(row: Row) -> views.FeedbackShown:
    return views.FeedbackShown.model_validate({**row, "actual_outcome": row["actual"]})


def _show_told(told: list[feedback.Told]) -> views.FeedbackRecorded:
    problems = list(_problems(told))
    new = sum(each.is_new for each in told)
    return views.FeedbackRecorded(
        recorded=new, unchanged=len(told) - new - len(problems), failed=len(problems), problems=problems
    )


def _problems(told: list[feedback.Told]) -> Iterator[views.FeedbackProblem]:
    for place, each in enumerate(told):
        error = each.error
        if error is not None:
            yield views.FeedbackProblem(
                item=place, code=error.code, message=error.message, field=error.field, remedy=error.remedy
            )
