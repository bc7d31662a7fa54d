"""The route of algorithms: what can be trained for each kind of model, with its parameters."""

from functools import cache
from importlib.util import find_spec

from fastapi import APIRouter

from intendant.domains.analytics.contract import PREFIX
from intendant.domains.analytics.http import model_views
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors
from intendant.learning.estimators import TASKS, AlgorithmMissing, Task, algorithm_names, find_algorithm

AUTO_WHY = "Compares the algorithms that suit the data and takes the best on rows held back."
# What an algorithm imports only when it trains, so that listing would not notice that it is absent.
_NEEDS = {"lstm": "jax"}


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
        name="auto", model_type=task, why=AUTO_WHY, available=True, why_not=None, plug_in=False, parameters=[]
    )
    return (auto, *(_shown(task, name) for name in algorithm_names(task)))


def _shown(task: Task, name: str) -> model_views.AlgorithmShown:
    try:
        found = find_algorithm(task, name)
    except AlgorithmMissing as error:
        return model_views.AlgorithmShown(
            name=name, model_type=task, why="", available=False, why_not=str(error), plug_in=False, parameters=[]
        )
    lacking = _NEEDS.get(name)
    why_not = None
    if lacking is not None and find_spec(lacking) is None:
        why_not = f"It needs the package {lacking}; install it with `pip install intendant[{name}]`."
    return model_views.AlgorithmShown(
        name=name,
        model_type=task,
        why=found.why,
        available=why_not is None,
        why_not=why_not,
        plug_in=not type(found).__module__.startswith("intendant."),
        parameters=[_parameter(key, value) for key, value in found.parameters.items()],
    )


def _parameter(name: str, default: float | int | str | bool) -> model_views.AlgorithmParameter:
    match default:
        case bool():
            return model_views.AlgorithmParameter(name=name, type="boolean", default=default)
        case int():
            return model_views.AlgorithmParameter(name=name, type="integer", default=default)
        case float():
            return model_views.AlgorithmParameter(name=name, type="number", default=default)
        case _:
            return model_views.AlgorithmParameter(name=name, type="text", default=default)
