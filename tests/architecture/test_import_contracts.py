"""The import contracts of pyproject.toml hold; and they bite."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.architecture.source import ROOT


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_imports_keep_to_their_contracts() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


@pytest.mark.parametrize(
    ("place", "line", "contract"),
    [
        ("kernel/utils.py", "", "The kernel is a stack"),
        ("kernel/gate/_stray.py", "import intendant.kernel.decisions", "The kernel is a stack"),
        ("kernel/stray.py", "import intendant.domains.lending.model", "Imports point down"),
        ("learning/stray.py", "import httpx", "Only connectors open connections"),
        ("domains/lending/rules.py", "import intendant.kit.clock", "no SQL, no HTTP and no clock"),
        ("domains/lending/usecases.py", "import intendant.ports.payments", "see the ports"),
        (
            "domains/lending/http.py",
            "import intendant.domains.lending.actions.payout",
            "Only a manifest imports actions",
        ),
        ("simulator/lender.py", "import intendant.kernel.gate", "The simulator imports only kit"),
    ],
)
def test_a_stray_import_breaks_its_contract(tmp_path: Path, place: str, line: str, contract: str) -> None:
    package = tmp_path / "src" / "intendant"
    for source in (ROOT / "src" / "intendant").rglob("*.py"):
        target = package / source.relative_to(ROOT / "src" / "intendant")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    with (package / place).open("a") as file:
        file.write(f"\n{line}\n")
    done = _lint(tmp_path)
    assert done.returncode != 0
    broken = " ".join(
        each for each in " ".join(done.stdout.split()).split("Contracts:")[0].split("KEPT") if "BROKEN" in each
    )
    assert contract in broken
