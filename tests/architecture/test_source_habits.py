"""Habits that safety rests on, checked in the source itself."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator

from tests.architecture.failures import failures
from tests.architecture.source import PACKAGE, ROOT, Module, modules

LINES_MAX = 500
DOMAIN_INIT_STATEMENTS_MAX = 1
FORBIDDEN_WORDS = frozenset(
    {"utils", "util", "helpers", "helper", "common", "misc", "manager", "processor", "service2"}
)
SLOW = ("pandas", "numpy", "sklearn", "fastapi", "sqlalchemy", "dbos", "xgboost", "interpret", "psycopg", "pydantic")
CLOCK = re.compile(
    r"(?:^|\.)(?:time\.(?:time|time_ns|monotonic|monotonic_ns|perf_counter|perf_counter_ns|localtime|gmtime)"
    r"|datetime\.(?:now|utcnow|today)|date\.today|perf_counter|monotonic)$"
)
SQL_CLOCK = re.compile(r"\b(?:now\(\)|current_timestamp|clock_timestamp|localtimestamp|current_date)", re.IGNORECASE)
COMMIT = re.compile(r"(?:^|[;\s])commit\s*;?\s*$", re.IGNORECASE)


def _places(found: Iterable[tuple[Module, int, str]]) -> str:
    return "\n".join(f"{module.name}:{line}: {what}" for module, line, what in found)


def test_only_the_database_module_commits() -> None:
    def found() -> Iterator[tuple[Module, int, str]]:
        for module in modules():
            if module.name == "kit/database.py":
                continue
            for name, line in module.calls():
                if name.rpartition(".")[2] in ("commit", "_commit"):
                    yield module, line, f"{name}()"
            for text, line in module.statements():
                # Words of data files ("commit" as a loan's status) are no SQL.
                if COMMIT.search(text) and "|" not in text:
                    yield module, line, text

    assert not _places(found())


def test_only_the_settings_module_reads_the_environment() -> None:
    def found() -> Iterator[tuple[Module, int, str]]:
        for module in modules():
            if module.name == "kit/settings.py":
                continue
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv"):
                    yield module, node.lineno, ast.unparse(node)
            for name, line in module.imports():
                if name.startswith(("os.environ", "os.getenv")):
                    yield module, line, name

    assert not _places(found())


def test_only_the_clock_module_reads_the_time() -> None:
    def found() -> Iterator[tuple[Module, int, str]]:
        for module in modules():
            if module.name == "kit/clock.py":
                continue
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Attribute | ast.Name) and CLOCK.search(ast.unparse(node)):
                    yield module, node.lineno, ast.unparse(node)
            for name, line in module.imports():
                if CLOCK.search(name):
                    yield module, line, name

    assert not _places(found())


def test_nothing_is_unpickled_evaluated_or_executed() -> None:
    forbidden = re.compile(
        r"^(?:eval|exec|compile|__import__|os\.system|os\.popen|yaml\.(?:load|unsafe_load|full_load)"
        r"|(?:pickle|cloudpickle|dill|marshal|shelve)\..*|joblib\.(?:load|dump))$"
    )

    def found() -> Iterator[tuple[Module, int, str]]:
        for module in modules():
            for name, line in module.calls():
                if forbidden.match(name):
                    yield module, line, f"{name}()"
            for name, line in module.imports():
                if name.split(".")[0] in ("pickle", "cloudpickle", "dill", "marshal", "shelve"):
                    yield module, line, name
            for node in ast.walk(module.tree):
                if isinstance(node, ast.keyword) and node.arg == "shell":
                    yield module, node.value.lineno, "shell="

    assert not _places(found())


def test_no_error_is_swallowed_whatever_it_is() -> None:
    def found() -> Iterator[tuple[Module, int, str]]:
        for module in modules():
            for node in ast.walk(module.tree):
                if not isinstance(node, ast.ExceptHandler):
                    continue
                broad = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
                silent = all(isinstance(each, ast.Pass | ast.Continue) for each in node.body)
                if broad and silent:
                    yield module, node.lineno, ast.unparse(node).splitlines()[0]

    assert not _places(found())


def test_randomness_comes_in_through_arguments() -> None:
    """`Random(seed)` and generators made from a seed are fine; the module-wide ones are not."""
    forbidden = re.compile(
        r"^(?:random\.(?!Random$|SystemRandom$)\w+|(?:np|numpy)\.random\.(?!default_rng$|Generator$|SeedSequence$)\w+)$"
    )

    def found() -> Iterator[tuple[Module, int, str]]:
        for module in modules():
            # An argument called `random` is what we want; the module of that name is not.
            has_module = "random" in {name for name, _ in module.imports()}
            for name, line in module.calls():
                if forbidden.match(name) and (has_module or not name.startswith("random.")):
                    yield module, line, f"{name}()"
            for node in ast.walk(module.tree):
                if (
                    isinstance(node, ast.Call)
                    and ast.unparse(node.func).endswith("default_rng")
                    and not (node.args or node.keywords)
                ):
                    yield module, node.lineno, "default_rng() without a seed"

    assert not _places(found())


def test_every_error_has_a_code_of_its_own_and_says_what_it_means() -> None:
    found = failures()
    assert len(found) > 100
    assert not [f"{each.place}: {each.name}" for each in found if each.code is None or not each.meaning]
    categories: dict[str | None, set[str]] = {}
    for each in found:
        categories.setdefault(each.code, set()).add(each.category)
    assert not {code: kinds for code, kinds in categories.items() if len(kinds) > 1}


def test_no_file_is_longer_than_one_can_keep_in_mind() -> None:
    # A migration is read once, from top to bottom, and never changed after its release.
    long = {
        module.name: lines
        for module in modules()
        # What is generated is read by name, a method at a time.
        if (lines := len(module.text.splitlines())) > LINES_MAX
        and not module.name.startswith(("migrations/", "client/_generated/"))
    }
    assert not long


def test_every_module_says_what_it_is_for() -> None:
    assert not [module.name for module in modules() if module.text.strip() and not ast.get_docstring(module.tree)]


def test_every_public_function_and_class_says_what_it_does() -> None:
    def silent(module: Module, nodes: Iterable[ast.stmt], owner: str = "") -> Iterator[str]:
        for node in nodes:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
                continue
            overload = any(ast.unparse(each).endswith("overload") for each in node.decorator_list)
            if not ast.get_docstring(node) and not overload:
                yield f"{module.name}:{node.lineno}: {owner}{node.name}"
            if isinstance(node, ast.ClassDef):
                yield from silent(module, node.body, f"{node.name}.")

    assert not [each for module in modules() for each in silent(module, module.tree.body)]


def test_nothing_is_left_to_do_in_a_comment() -> None:
    unfinished = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    assert not [module.name for module in modules() if unfinished.search(module.text)]


def test_modules_are_named_by_words_of_the_field() -> None:
    def words(part: str) -> set[str]:
        return set(part.strip("_").split("_"))

    names = [
        module
        for module in modules()
        if any(words(p) & FORBIDDEN_WORDS for p in [*module.path.relative_to(PACKAGE).parts[:-1], module.path.stem])
    ]
    assert not [module.name for module in names]


def test_kernel_packages_hide_their_files() -> None:
    """Each re-exports a sorted `__all__` from private files, and nobody outside reaches into those."""
    for package in sorted((PACKAGE / "kernel").iterdir()):
        if not (package / "__init__.py").exists():
            continue
        public = [path.name for path in package.glob("*.py") if not path.name.startswith("_")]
        assert not public, f"{package.name} shows {public}"
        tree = ast.parse((package / "__init__.py").read_text())
        exported = next(
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        )
        # Constants, classes, functions: each in the order of the alphabet.
        assert exported == sorted(exported, key=_export_order), package.name

    def reached() -> Iterator[tuple[Module, int, str]]:
        for module in modules():
            for name, line in module.imports():
                parts = name.split(".")
                if parts[:2] == ["intendant", "kernel"] and len(parts) > 3 and parts[3].startswith("_"):
                    home = PACKAGE / "kernel" / parts[2]
                    if home not in module.path.parents:
                        yield module, line, name

    assert not _places(reached())


def _export_order(name: str) -> tuple[int, str]:
    kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
    return kind, name


def test_a_domain_has_its_required_files_and_an_empty_face() -> None:
    for domain in sorted((PACKAGE / "domains").iterdir()):
        if not domain.is_dir() or domain.name.startswith("_"):
            continue
        missing = [
            name for name in ("README.md", "contract.py", "model.py", "manifest.py") if not (domain / name).exists()
        ]
        assert not missing, f"{domain.name} lacks {missing}"
        init = ast.parse((domain / "__init__.py").read_text())
        assert len(init.body) <= DOMAIN_INIT_STATEMENTS_MAX, (
            f"{domain.name}/__init__.py holds a docstring and no imports"
        )


def test_the_command_line_starts_without_loading_what_it_does_not_need() -> None:
    script = "import sys, intendant.cli.main; print(' '.join(sorted({name.split('.')[0] for name in sys.modules})))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT / "src"
    )
    assert not set(loaded.stdout.split()) & set(SLOW)


def test_every_command_that_is_listed_exists() -> None:
    from intendant.cli.main import COMMANDS

    script = "import importlib\nfrom intendant.cli.main import COMMANDS\nfor m, a, _ in COMMANDS.values(): getattr(importlib.import_module(m), a)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT / "src")
    assert done.returncode == 0, done.stderr
    assert all(text.endswith(".") for _, _, text in COMMANDS.values())


def test_dependencies_have_an_upper_bound_or_are_types() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    loose = [each for each in project["dependencies"] if "<" not in each and "python-multipart" not in each]
    assert not loose


def test_lock_files_name_versions_and_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        for line in (ROOT / name).read_text().splitlines():
            assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+", line), f"{name}: {line}"


def test_lock_files_of_node_name_no_host_either() -> None:
    for path in ROOT.glob("*/**/package-lock.json"):
        if "node_modules" not in path.parts and ".venv" not in path.parts:
            text = path.read_text()
            # Shown as it is, so that whoever sees this fail knows which line to remove; .npmrc keeps npm from writing it.
            hosts = re.findall(r'"resolved": "[^"]*"|"https?://[^"]*\.(?:tgz|tar\.gz)"', text)
            assert not hosts, f"{path.relative_to(ROOT)}: {hosts[:3]}"
            assert "omit-lockfile-registry-resolved=true" in (path.parent / ".npmrc").read_text()
