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
            "domains/lending/http/products.py",
            "import intendant.domains.lending.actions.payout",
            "Only a manifest imports actions",
        ),
        ("simulator/lender.py", "import intendant.kernel.gate", "The simulator imports only kit"),
    ],
)
def test_a_stray_import_breaks_its_contract(tmp_path: Path, place: str, line: str, contract: str) -> None:
    package = _copy(tmp_path)
    with (package / place).open("a") as file:
        file.write(f"\n{line}\n")
    assert contract in _broken(tmp_path)


@pytest.mark.parametrize(("imported", "is_allowed"), [("contract", True), ("model", False), ("usecases", False)])
def test_domains_know_each_other_by_their_contracts_alone(tmp_path: Path, imported: str, is_allowed: bool) -> None:
    second = _copy(tmp_path) / "domains" / "second"
    second.mkdir()
    (second / "__init__.py").touch()
    (second / "usecases.py").write_text(f"import intendant.domains.lending.{imported}\n")
    assert ("Domains know each other only by their contracts" not in _broken(tmp_path)) is is_allowed


def _copy(folder: Path) -> Path:
    """Copy the package and the contracts."""
    package = folder / "src" / "intendant"
    for source in (ROOT / "src" / "intendant").rglob("*.py"):
        target = package / source.relative_to(ROOT / "src" / "intendant")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    return package


def _broken(folder: Path) -> str:
    """Return what the linter says of broken contracts."""
    done = _lint(folder)
    listed = " ".join(done.stdout.split()).split("Contracts:")[0]
    return " ".join(each for each in listed.split("KEPT") if "BROKEN" in each)
