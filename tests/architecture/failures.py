"""Every concrete error of the package, as its source declares it: code, category, meaning."""

import ast
from dataclasses import dataclass

from tests.architecture.source import modules

CATEGORIES = {
    "NotFound": 404,
    "Conflict": 409,
    "Forbidden": 403,
    "Unauthenticated": 401,
    "Invalid": 422,
    "TooManyRequests": 429,
    "Unavailable": 503,
    "Bug": 500,
}
"""The categories of `kit/errors.py`, with the status that the server gives them."""


@dataclass(frozen=True)
class Failure:
    """One class of error."""

    name: str
    place: str
    code: str | None
    category: str
    meaning: str


def failures() -> list[Failure]:
    """Return every public class that descends from a category, by code."""
    classes = [
        (module.name, node)
        for module in modules()
        if module.name != "kit/errors.py"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    ]
    bases = {node.name: [ast.unparse(base).rpartition(".")[2] for base in node.bases] for _, node in classes}

    def category(name: str) -> str | None:
        if name in CATEGORIES:
            return name
        # A class may be named like the one it is made from elsewhere: `Server(uvicorn.Server)`.
        parents = (category(base) for base in bases.get(name, ()) if base != name)
        return next((each for each in parents if each is not None), None)

    found = []
    for place, node in classes:
        kind = category(node.name)
        if kind is None or node.name.startswith("_"):
            continue
        meaning = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ")
        found.append(Failure(node.name, place, _code(node), kind, meaning))
    return sorted(found, key=lambda each: (each.code or "", each.place))


def _code(node: ast.ClassDef) -> str | None:
    for each in node.body:
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "code":
            return str(ast.literal_eval(each.value))
        if isinstance(each, ast.AnnAssign) and ast.unparse(each.target) == "code" and each.value is not None:
            return str(ast.literal_eval(each.value))
    return None
