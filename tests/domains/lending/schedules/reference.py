"""Expected tables of other systems' own tests, which are not part of this repository."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

DATA = Path(os.environ.get("INTENDANT_TEST_DATA", Path(__file__).parents[5] / "shared" / "data")) / "lending_reference"
needs_reference = pytest.mark.skipif(
    not DATA.is_dir(), reason="INTENDANT_TEST_DATA names no folder with expected tables"
)


@cache
def reference(name: str) -> Any:
    """Return a file of expected tables; nothing where there are none."""
    file = DATA / f"{name}.json"
    return json.loads(file.read_text()) if file.is_file() else {"tests": [], "cases": []}
