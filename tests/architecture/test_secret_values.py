"""Values of secrets go in and never come out: not by any answer, and in the source only where they are sent or signed with."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.architecture.source import modules

from intendant.bootstrap import build
from intendant.kit.database import Database, DatabaseUrls
from intendant.kit.settings import Settings
from intendant.server.app import create_app

NOWHERE = "postgresql://nobody@nowhere.invalid/nothing"
MAY_REVEAL = ("kernel/vault/", "connectors/", "worker/", "kit/secret_text.py", "server/routes/webhook_sources.py")
"""What sends a value outside, signs with it, or verifies by it what came in; nothing else gets to see one."""


def _passwords(schema: Any, known: dict[str, Any], seen: set[str]) -> Iterator[str]:
    """Name properties that hold what is written and never read, in a schema and all that it names."""
    if isinstance(schema, list):
        for each in schema:
            yield from _passwords(each, known, seen)
    elif isinstance(schema, dict):
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            for found in _passwords(known[name], known, seen):
                yield f"{name}.{found}"
        for key, each in schema.items():
            if isinstance(each, dict) and (each.get("format") == "password" or each.get("writeOnly")):
                yield key
            yield from _passwords(each, known, seen)


def test_no_answer_holds_what_is_only_written(tmp_path: Path) -> None:
    app = create_app(build(Settings(home=tmp_path), Database(DatabaseUrls(NOWHERE, NOWHERE, NOWHERE))))
    document = app.openapi()
    known = document["components"]["schemas"]
    bodies = [operation.get("requestBody", {}) for path in document["paths"].values() for operation in path.values()]
    assert "SecretBody.value" in set(_passwords(bodies, known, set()))
    answers = [operation["responses"] for path in document["paths"].values() for operation in path.values()]
    assert not set(_passwords(answers, known, set()))


def test_values_are_revealed_only_where_they_are_used() -> None:
    found = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        if not module.name.startswith(MAY_REVEAL)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "reveal"
    ]
    assert not found
