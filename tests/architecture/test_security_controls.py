"""The table of security controls names what exists, and says of every requirement of its level how it is met."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from tests.architecture.source import ROOT, modules

TABLE = ROOT / "docs" / "reference" / "security-controls.md"
LEVEL_ONE = {
    "1.2": 5, "1.3": 2, "2.2": 2, "3.2": 2, "3.4": 2, "3.5": 3, "5.2": 2, "5.3": 2, "6.2": 8, "6.3": 2, "6.4": 2,
    "7.2": 4, "7.4": 2, "8.2": 2, "9.1": 3, "10.4": 5, "11.3": 2, "12.2": 2,
}  # fmt: skip
"""How many requirements of the first level a section of ASVS 5.0.0 begins with."""
ALONE = {"1.5.1", "2.1.1", "2.3.1", "3.3.1", "4.1.1", "4.4.1", "6.1.1", "8.1.1", "8.3.1", "9.2.1", "11.4.1", "12.1.1"}
ALONE |= {"13.4.1", "14.2.1", "14.3.1", "15.1.1", "15.2.1", "15.3.1"}
_ROW = re.compile(r"^\| ((?:\d+\.\d+\.\d+)|API\d+) \| (.*) \|$", re.MULTILINE)
_NAMED = re.compile(r"`((?:src|tests|console|docs)/[\w./-]+\.\w+)(?:::(\w+))?`")


def _rows() -> dict[str, list[str]]:
    found = {}
    for identifier, rest in _ROW.findall(TABLE.read_text()):
        assert identifier not in found, identifier
        found[identifier] = [cell.strip() for cell in rest.split("|")]
    return found


@cache
def _names(path: Path) -> frozenset[str]:
    """Return what a module defines at its top, and the methods of its classes."""
    tree = ast.parse(path.read_text())
    found = set()
    for node in [*tree.body, *(each for top in tree.body if isinstance(top, ast.ClassDef) for each in top.body)]:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Assign(targets=targets):
                found |= {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
            case _:
                pass
    return frozenset(found)


def test_every_requirement_of_the_level_has_its_row() -> None:
    wanted = ALONE | {f"{section}.{number}" for section, count in LEVEL_ONE.items() for number in range(1, count + 1)}
    assert len(wanted) == 70
    rows = set(_rows())
    assert {each for each in rows if not each.startswith("API")} == wanted
    assert {each for each in rows if each.startswith("API")} == {f"API{number}" for number in range(1, 11)}


def test_everything_that_the_table_names_exists() -> None:
    missing = []
    named = _NAMED.findall(TABLE.read_text())
    assert len(named) > 100
    for path, name in named:
        if not (ROOT / path).is_file() or (name and name not in _names(ROOT / path)):
            missing.append(f"{path}::{name}" if name else path)
    assert not missing


def test_what_is_met_is_proved_by_a_test() -> None:
    for identifier, (_, here, proof, status) in _rows().items():
        assert status in {"met", "partly", "gap", "n/a"}, identifier
        assert here, identifier
        tests = [path for path, name in _NAMED.findall(proof) if path.startswith("tests/") and name.startswith("test_")]
        assert bool(tests) == (status not in {"gap", "n/a"}), identifier


def test_no_shell_and_no_weak_digest() -> None:
    weak = re.compile(r"\b(md5|sha1|DES|ARC4|Blowfish)\b|modes\.ECB|shell=True|os\.system|os\.popen")
    found = [f"{module.name}: {match[0]}" for module in modules() for match in weak.finditer(module.text)]
    assert not found


def _console() -> list[Path]:
    found = [path for path in (ROOT / "console" / "src").rglob("*.ts*") if ".test." not in path.name]
    assert len(found) > 100
    return found


def test_the_console_inserts_no_markup() -> None:
    markup = re.compile(
        r"dangerouslySetInnerHTML|\.(?:inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function\("
    )
    assert not [path.relative_to(ROOT) for path in _console() if markup.search(path.read_text())]


def test_signing_out_leaves_nothing_in_the_tab() -> None:
    assert "sessionStorage.clear()" in (ROOT / "console/src/app/sign-out.ts").read_text()


@pytest.mark.parametrize("place", ["src/intendant/server/pages.py", "console/src/kernel/settings/password-form.tsx"])
def test_password_fields_hide_and_let_managers_fill_them(place: str) -> None:
    text = (ROOT / place).read_text()
    assert re.search(r"type=.?\"password\"", text)
    assert "autocomplete=" in text.lower()
    assert "current-password" in text
    assert "new-password" in text
    assert "onPaste" not in text
