"""Routes for those who try a model: what it asks for, and why it says what it says of a case that is kept nowhere."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from intendant.domains.analytics.contract import PREFIX
from intendant.domains.analytics.http import predictions_views as views
from intendant.domains.analytics.models.serving import Served
from intendant.domains.analytics.predictions import explaining, trying
from intendant.domains.analytics.predictions.cases import FIELDS_MAX
from intendant.domains.analytics.predictions.versions import Positives, Versions
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors

VERSION_MAX = 2_000_000_000


class InputShown(views.PredictionShown):
    """One feature as a form asks for it. `typical`: the median, or the most frequent category.

    `low` and `high`: the middle 95 % of numbers. `choices`: categories, the most frequent first; `closed` where there are no
    others. `missing`: the share of rows that lacked it.
    """

    name: str
    type: Literal["number", "category", "boolean", "date", "text"]
    importance: float | None
    typical: float | str | None
    low: float | None
    high: float | None
    choices: list[str]
    closed: bool
    missing: float


class InputsShown(views.PredictionShown):
    """What a version asks for, the most important first; `left_out` of them are not listed."""

    model_id: UUID
    version: int
    inputs: list[InputShown]
    left_out: int


class CaseBody(views.PredictionGiven):
    """A case to explain. `version`: a number; left out: the champion."""

    input_data: Annotated[dict[str, Any], Field(max_length=FIELDS_MAX, description="Feature by name.")]
    version: Annotated[int | None, Field(ge=1, le=VERSION_MAX)] = None


class CaseExplained(views.PredictionShown):
    """What a version says of a case and why, in plain words. Nothing of it is kept."""

    version: int
    output: views.PredictionOutput
    confidence: float
    summary: str
    reasons: list[views.PredictionReason]
    unusual: list[str]
    changes: list[views.PredictionChange] = Field(
        description="The smallest single changes that would change the answer."
    )
    caution: str


def trying_routes(doors: Doors, versions: Versions | None = None) -> APIRouter:
    """Return the routes for those who try a model; `versions` loads the models, by default those of the system."""
    router = APIRouter(prefix=f"{PREFIX}/models/{{model_id}}", tags=["ai-analytics"])
    database = doors.system.database
    served: Versions = Served(doors.system) if versions is None else versions
    positives = Positives()

    @router.get("/inputs", summary="Show what a model asks for")
    def get_inputs(
        model_id: UUID,
        version: Annotated[
            int | None, Query(ge=1, le=VERSION_MAX, description="Left out: the champion, else the latest.")
        ] = None,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> InputsShown:
        """Return the features of a version with their types and typical values, as a form for it needs them."""
        with database.snapshot(principal.organization_id) as tx:
            found = trying.inputs_of(tx, model_id, version)
        return InputsShown(
            model_id=model_id,
            version=found.version,
            inputs=[InputShown(**_fields(each)) for each in found.inputs],
            left_out=found.left_out,
        )

    @router.post("/explain", summary="Explain a case without keeping it")
    def explain_case(
        model_id: UUID, body: CaseBody, principal: Principal = doors.requires(Permission.AI_PREDICT)
    ) -> CaseExplained:
        """Predict for a case, say in plain words why, and which single changes would change the answer; keep nothing."""
        with database.snapshot(principal.organization_id) as tx:
            found = trying.explain_case(tx, principal, served, positives, model_id, body.input_data, body.version)
        return CaseExplained(
            version=found.row["version"],
            output=found.row["output"],
            confidence=found.row["confidence"],
            summary=found.summary,
            reasons=[views.PredictionReason.model_validate(each.as_dict()) for each in found.reasons],
            unusual=list(found.unusual),
            changes=[views.PredictionChange.model_validate(each.as_dict()) for each in found.changes],
            caution=explaining.CAUTION,
        )

    return router


def _fields(each: trying.Input) -> Mapping[str, Any]:
    return {name: getattr(each, name) for name in each.__slots__} | {"choices": list(each.choices)}
