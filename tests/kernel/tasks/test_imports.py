"""The durable engine and everything heavy is imported when it is launched, not before."""

import subprocess
import sys

import pytest

HEAVY = {"dbos", "sqlalchemy", "httpx", "uvicorn", "pandas", "sklearn", "xgboost", "interpret"}


@pytest.mark.parametrize("module", ["intendant.kernel.tasks", "intendant.kernel.actions", "intendant.worker.main"])
def test_importing_the_module_imports_nothing_heavy(module):
    code = f"import sys, {module}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""
