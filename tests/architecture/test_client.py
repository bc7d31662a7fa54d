"""The Python client is what openapi.json says, and light to import."""

import ast
import os
import subprocess
import sys

import pytest
from tests.architecture.source import PACKAGE, ROOT

GENERATED = PACKAGE / "client" / "_generated"
HEAVY = {"fastapi", "numpy", "pandas", "psycopg", "pydantic", "sqlalchemy", "starlette", "structlog"}


@pytest.mark.skipif("INTENDANT_TEST_ACCEPT" in os.environ, reason="make accept writes it anew")
def test_the_generated_client_is_in_step_with_openapi() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "generate_client.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_importing_the_client_loads_nothing_that_it_does_not_need() -> None:
    script = "import sys, intendant.client; print(' '.join(sorted(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT / "src"
    ).stdout.split()
    assert not {name.split(".")[0] for name in loaded} & HEAVY
    ours = [name for name in loaded if name.startswith("intendant.") and not name.startswith("intendant.client")]
    assert not ours
    # The groups are imported when they are used.
    assert "intendant.client._generated.lending" not in loaded


def test_every_operation_waits_in_one_class_and_does_not_in_the_other() -> None:
    count = 0
    for path in sorted(GENERATED.glob("*.py")):
        classes = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]
        names = {
            node.name: [each.name for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
            for node in classes
        }
        for name, methods in names.items():
            if not name.startswith("Async"):
                assert names[f"Async{name}"] == methods
                count += len(methods)
    assert count > 300
