"""Documents made from the code are in step with it: OpenAPI, permissions, settings, commands, report keys."""

import ast
import dataclasses
import json
import re
import shlex
from pathlib import Path

import click
import pytest
from tests.architecture import golden
from tests.architecture.failures import CATEGORIES, failures
from tests.architecture.source import ROOT, modules
from tests.support.estate import routes

from intendant.bootstrap import build
from intendant.cli.main import COMMANDS, cli
from intendant.kernel.access import MATRIX, TIER, Permission, Role
from intendant.kernel.gate import Operator
from intendant.kit.database import Database, DatabaseUrls
from intendant.kit.settings import Settings
from intendant.server.app import create_app

DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
NOWHERE = "postgresql://nobody@nowhere.invalid/nothing"


@pytest.fixture
def app(tmp_path: Path) -> object:
    """Build the application; nothing connects before it is used."""
    return create_app(build(Settings(home=tmp_path), Database(DatabaseUrls(NOWHERE, NOWHERE, NOWHERE))))


def test_the_openapi_document_is_the_one_checked_in(app: object) -> None:
    document = json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False)  # type: ignore[attr-defined]
    golden.check(ROOT / "openapi.json", document + "\n")


def test_the_permissions_reference_is_in_step(app: object) -> None:
    asked: dict[Permission, list[str]] = {}
    for route in routes(app):  # type: ignore[arg-type]
        if route.permission is not None:
            asked.setdefault(route.permission, []).append(f"`{route}`")
    roles = list(Role)
    lines = [
        "# Permissions and roles",
        "",
        "Written by `make accept` from `kernel/access/_permissions.py` and the routes; a test keeps it in step.",
        "",
        "Every route asks for one permission, or is public. A caller has one role in one organisation. A super administrator",
        "is a user who has the role of owner in every organisation, in one at a time.",
        "",
        "| Permission | " + " | ".join(role.value.replace("_", " ") for role in roles) + " |",
        "|---|" + ":-:|" * len(roles),
    ]
    for permission in Permission:
        marks = ["yes" if permission in MATRIX[role] else "" for role in roles]
        lines.append(f"| `{permission}` | " + " | ".join(marks) + " |")
    lines += ["", "The highest approval tier that a role may answer:", "", "| Role | Tier |", "|---|---|"]
    lines += [f"| {role.value.replace('_', ' ')} | {TIER.get(role, 'none')} |" for role in roles]
    lines += ["", "What each permission opens:", "", "| Permission | Routes |", "|---|---|"]
    lines += [f"| `{each}` | {'<br>'.join(sorted(asked.get(each, []))) or 'no route yet'} |" for each in Permission]
    golden.check(REFERENCE / "permissions.md", "\n".join(lines) + "\n")


def test_the_errors_reference_is_in_step() -> None:
    lines = [
        "# Errors",
        "",
        "Written by `make accept` from the source; a test keeps it in step.",
        "",
        "Every error that was foreseen has a stable code, the field at fault where there is one, and a remedy. Over HTTP it is",
        "a problem document (RFC 9457, `application/problem+json`), on the command line one sentence and status 1.",
        "",
        "| Code | Status | Meaning |",
        "|---|---|---|",
    ]
    rows = {(each.code, CATEGORIES[each.category], each.meaning) for each in failures()}
    lines += [f"| `{code}` | {status} | {meaning} |" for code, status, meaning in sorted(rows, key=str)]
    golden.check(REFERENCE / "errors.md", "\n".join(lines) + "\n")


def test_the_events_reference_names_every_event() -> None:
    text = (REFERENCE / "events.md").read_text()
    named = set(re.findall(r"`([a-z]+\.[a-z]+\.[a-z_]+)`", text))
    for stem, endings in re.findall(r"`([a-z]+\.[a-z]+\.)<([^>]+)>`", text):
        named |= {stem + ending.strip() for ending in endings.split(",")}
    event = re.compile(r"(?:kernel|lending|analytics)\.[a-z]+\.[a-z_]+")
    emitted = {value for module in modules() for value, _ in module.statements() if event.fullmatch(value)}
    assert len(emitted) >= 10
    # What lending calls an upload's idempotency scope, and a task, are no events.
    assert emitted - {"lending.applications.bulk", "kernel.person.request"} <= named


def test_the_settings_reference_names_every_setting() -> None:
    text = (REFERENCE / "settings.md").read_text()
    named = set(re.findall(r"`INTENDANT_([A-Z_]+)`", text))
    assert {field.name.upper() for field in dataclasses.fields(Settings)} <= named


def test_the_policy_reference_names_every_operator() -> None:
    text = (REFERENCE / "policy.md").read_text()
    assert not [operator.value for operator in Operator if f"`{operator.value}`" not in text]


def test_the_commands_reference_names_every_command() -> None:
    text = (REFERENCE / "commands.md").read_text()
    assert not [name for name in COMMANDS if f"`intendant {name}" not in text]


def test_the_replay_report_reference_names_every_key() -> None:
    """Every key that the report is built with stands in the reference."""
    source = next(module for module in modules() if module.name == "domains/lending/replay/report.py")
    keys = {
        each.value
        for node in ast.walk(source.tree)
        for each in _keys(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }
    assert len(keys) >= 40
    text = (REFERENCE / "replay-report.md").read_text()
    assert not [key for key in sorted(keys) if f"`{key}`" not in text]


def _keys(node: ast.AST) -> list[ast.expr | None]:
    """Return the keys that a dictionary, or an assignment to a key of one, writes."""
    if isinstance(node, ast.Dict):
        return node.keys
    if isinstance(node, ast.Assign):
        return [target.slice for target in node.targets if isinstance(target, ast.Subscript)]
    return []


def test_every_link_between_documents_leads_somewhere() -> None:
    documents = [
        *DOCS.rglob("*.md"),
        *ROOT.glob("*.md"),
        *(ROOT / "src").rglob("README.md"),
        ROOT / "console/README.md",
    ]
    assert len(documents) > 20
    dead = [
        f"{path.relative_to(ROOT)} -> {target}"
        for path in documents
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text())
        if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists()
    ]
    assert not dead


def test_every_file_that_the_documents_name_exists() -> None:
    """Paths in backticks: of the checkout, or of the package (`kernel/gate`)."""
    named = re.compile(r"`((?:tests|src|benchmarks|docs|kernel|kit|domains|server|worker|learning|cli)/[\w./*-]+)`")
    package = ROOT / "src" / "intendant"
    gone = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
        for name in named.findall(path.read_text())
        if not (list(ROOT.glob(name)) or list(package.glob(name)))
    ]
    assert not gone


def test_every_command_in_the_documents_is_understood() -> None:
    """Commands, subcommands and options are those of the command line."""
    checked = 0
    for path in [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]:
        for block in re.findall(r"```(?:sh|console)[^\n]*\n(.*?)```", path.read_text(), re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                found = re.match(r"(?:\$ )?(?:[A-Z_]+=\S+ )?intendant (.*)", line.strip())
                # A quoted argument over several lines is part of the tutorial, which is run.
                if found is None or found[1].count("'") % 2:
                    continue
                _understand(found[1], path)
                checked += 1
    assert checked >= 40


def _understand(line: str, path: Path) -> None:
    command: click.Command = cli
    context = click.Context(cli, info_name="intendant")
    words = shlex.split(line.partition(" > ")[0], comments=True)
    while isinstance(command, click.Group):
        below = command.get_command(context, words[0])
        assert below is not None, f"{path.relative_to(ROOT)}: intendant {line}"
        command, words = below, words[1:]
    parser = command.make_parser(click.Context(command))
    _, extra, _ = parser.parse_args(list(words))
    assert not extra, f"{path.relative_to(ROOT)}: intendant {line}"
