"""Golden files: compared, or rewritten with `make accept`, whose diff is then the review."""

import difflib
import os
from pathlib import Path


def check(path: Path, text: str) -> None:
    """Fail with a diff where the file says something else."""
    if os.environ.get("INTENDANT_TEST_ACCEPT"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    if old != text:
        diff = difflib.unified_diff(old.splitlines(), text.splitlines(), path.name, "as it is now", lineterm="", n=1)
        shown = "\n".join(list(diff)[:60])
        raise AssertionError(f"{path.name} is not in step; `make accept` rewrites it.\n{shown}")
