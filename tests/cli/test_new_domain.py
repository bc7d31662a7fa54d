"""`intendant new domain`: what it writes passes its own tests and every check; bad names are refused and nothing is written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from intendant.cli.main import cli
from intendant.cli.new import DomainExists, DomainNameInvalid, NotACheckout, scaffold_domain

ROOT = Path(__file__).parents[2]
COPIED = ("src", "tests/conftest.py", "tests/__init__.py", "tests/support", "pyproject.toml")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy what a domain needs of the checkout."""
    for name in COPIED:
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return tmp_path


def run(checkout: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a module of the environment in the copy, on the copy's code."""
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    environment.pop("PYTEST_CURRENT_TEST", None)
    return subprocess.run(
        [sys.executable, *command],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_a_new_domain_works_and_keeps_to_the_house_style(checkout: Path) -> None:
    made = run(checkout, "-m", "intendant.cli.main", "new", "domain", "bad_debts")
    assert made.returncode == 0, made.stderr
    assert "DOMAINS = (..., BAD_DEBTS)" in made.stdout

    tested = run(checkout, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/domains/bad_debts")
    assert tested.returncode == 0, tested.stdout[-3000:] + tested.stderr[-1000:]
    assert "skipped" not in tested.stdout

    # With the line that the command prints, the domain is part of the system and within the import contracts.
    bootstrap = checkout / "src" / "intendant" / "bootstrap.py"
    line = "from intendant.domains.bad_debts.manifest import BAD_DEBTS\n"
    text = bootstrap.read_text().replace("from intendant.domains.lending", line + "from intendant.domains.lending", 1)
    bootstrap.write_text(text.replace("DOMAINS = (LENDING, ANALYTICS)", "DOMAINS = (LENDING, ANALYTICS, BAD_DEBTS)"))
    known = run(checkout, "-c", "from intendant import bootstrap as b; print(sorted(b.Registry(b.DOMAINS).kinds))")
    assert "bad_debts.case" in known.stdout, known.stderr
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    contracts = run(checkout, "-c", lint, "--no-cache", "--no-logo")
    assert contracts.returncode == 0, contracts.stdout[-2000:] + contracts.stderr

    folders = ("src/intendant/domains/bad_debts", "tests/domains/bad_debts")
    for check in (("check",), ("format", "--check")):
        done = run(checkout, "-m", "ruff", *check, "--no-cache", *folders)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",
        "Invoices",
        "bad-debts",
        "2fast",
        "class",
        "../evil",
        "utils",
        "x" * 32,
        "naïve",
        "with space",
        "dot.ted",
    ],
)
def test_a_bad_name_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    domains = tmp_path / "src" / "intendant" / "domains"
    domains.mkdir(parents=True)
    (domains / "__init__.py").touch()
    with pytest.raises(DomainNameInvalid) as refused:
        scaffold_domain(name, tmp_path)
    assert refused.value.field == "name"
    assert refused.value.remedy
    assert sorted(path.name for path in tmp_path.rglob("*.py")) == ["__init__.py"]


@pytest.mark.parametrize("existing", ["src/intendant/domains/invoices", "tests/domains/invoices"])
def test_what_exists_is_not_written_over(tmp_path: Path, existing: str) -> None:
    domains = tmp_path / "src" / "intendant" / "domains"
    domains.mkdir(parents=True)
    (domains / "__init__.py").touch()
    (tmp_path / existing).mkdir(parents=True)
    with pytest.raises(DomainExists):
        scaffold_domain("invoices", tmp_path)
    assert not list((tmp_path / existing).iterdir())


def test_outside_a_checkout_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(NotACheckout):
        scaffold_domain("invoices", tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_command_tells_what_is_wrong_in_one_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["new", "domain", "lending", "--checkout", str(ROOT)])
    assert isinstance(result.exception, DomainExists)
