"""The route of algorithms: what can be trained for each kind of model, with its parameters."""

from functools import cache
from typing import Literal

from fastapi import APIRouter

from intendant.domains.analytics.contract import PREFIX
from intendant.domains.analytics.http import model_views
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors
from intendant.learning.estimators import TASKS, AlgorithmDescription, ParameterShown, Task, describe_algorithms

AUTO_WHY = "Compares the algorithms that suit the data and takes the best on rows held back."


def algorithm_routes(doors: Doors) -> APIRouter:
    """Return the route of algorithms."""
    router = APIRouter(prefix=PREFIX, tags=["ai-analytics"])

    @router.get("/algorithms", summary="List algorithms")
    def list_algorithms(
        model_type: Task | None = None,
        _principal: Principal = doors.requires(Permission.AI_READ),
    ) -> model_views.AlgorithmList:
        """List what can be trained for each kind of model, with parameters and their defaults; plug-ins stand last."""
        wanted = TASKS if model_type is None else (model_type,)
        return model_views.AlgorithmList(items=[each for task in wanted for each in _list_for(task)])

    return router


@cache
def _list_for(task: Task) -> tuple[model_views.AlgorithmShown, ...]:
    auto = model_views.AlgorithmShown(
        name="auto",
        model_type=task,
        why=AUTO_WHY,
        available=True,
        why_not=None,
        plug_in=False,
        distribution=None,
        parameters=[],
    )
    return (auto, *(_shown(task, each) for each in describe_algorithms(task)))


def _shown(task: Task, found: AlgorithmDescription) -> model_views.AlgorithmShown:
    return model_views.AlgorithmShown(
        name=found.name,
        model_type=task,
        why=found.why,
        available=found.available,
        why_not=found.why_not,
        plug_in=found.distribution is not None,
        distribution=found.distribution,
        parameters=[_parameter(each) for each in found.parameters],
    )


def _parameter(of: ParameterShown) -> model_views.AlgorithmParameter:
    return model_views.AlgorithmParameter(
        name=of.name, type=_type_of(of.default), default=of.default, minimum=of.least, maximum=of.most
    )


def _type_of(default: float | int | str | bool) -> Literal["number", "integer", "boolean", "text"]:
    match default:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case _:
            return "text"
