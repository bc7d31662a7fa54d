"""The tutorials work as they stand: their shell blocks are run, in order, on one real installation of their own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.postgres import private_folder

from intendant.kit.postgres import EmbeddedPostgres

ROOT = Path(__file__).parents[2]
TUTORIALS = ROOT / "docs" / "tutorials"
CLEARING = "intendant demo remove"
VARIABLES = ("APPROVAL", "HUB", "DATASET", "MODEL")
BLOCK = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
START_SECONDS_MAX = 300.0
BLOCK_SECONDS_MAX = 120.0
STOP_SECONDS_MAX = 30.0


@dataclass(frozen=True)
class Step:
    """A shell block with the output that the text shows behind it."""

    command: str
    how: str
    expected: str


def steps(name: str) -> list[Step]:
    """Return a tutorial's shell blocks in order."""
    found: list[Step] = []
    for language, how, text in BLOCK.findall((TUTORIALS / name).read_text(encoding="utf-8")):
        if language == "sh":
            found.append(Step(text, how, ""))
        elif language == "text":
            found[-1] = Step(found[-1].command, found[-1].how, text)
    return found


def on_one_installation(*tutorials: list[Step]) -> list[Step]:
    """Put tutorials together: it is started once, by the first, and cleared away once, by the last."""
    last = len(tutorials) - 1
    return [
        step
        for place, given in enumerate(tutorials)
        for step in given
        if not (step.how == "background" and place > 0) and not (step.command.startswith(CLEARING) and place < last)
    ]


def missing(expected: str, output: str) -> str | None:
    """Return the first expected line that does not follow in the output; `...` stands for anything."""
    lines = iter(output.splitlines())
    for wanted in expected.splitlines():
        if not wanted.strip():
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in wanted.strip().split("...")))
        if not any(pattern.search(line) for line in lines):
            return wanted
    return None


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the environment of a reader: a home of their own, a free port, the command on the path."""
    home = private_folder(f"intendant-tutorial-{os.getpid()}")
    commands = tmp_path / "bin"
    commands.mkdir()
    command = commands / "intendant"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m intendant.cli.main "$@"\n')
    command.chmod(0o755)
    if shutil.which("curl") is None:
        stand_in = commands / "curl"
        stand_in.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("curl.py")}" "$@"\n')
        stand_in.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INTENDANT_")}
    yield kept | {
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "INTENDANT_HOME": str(home),
        "INTENDANT_PORT": str(port),
        "COLUMNS": "200",
    }
    EmbeddedPostgres(home / "postgres").remove()
    shutil.rmtree(home, ignore_errors=True)


@pytest.mark.timeout(600)
def test_the_tutorials_work_as_they_are_written(tmp_path: Path, environment: dict[str, str]) -> None:
    work = tmp_path / "work"
    work.mkdir()
    given = on_one_installation(steps("first-decision.md"), steps("first-model.md"))
    assert [step.how for step in given].count("background") == 1
    up: subprocess.Popen[bytes] | None = None
    log = tmp_path / "up.log"
    # One shell for all blocks of the second terminal, so that its variables live on.
    variables = work / ".variables"
    variables.touch()
    try:
        for step in given:
            if step.how == "skip":
                continue
            if step.how == "background":
                with log.open("wb") as file:
                    up = subprocess.Popen(
                        ["sh", "-c", f"exec {step.command.strip()}"],
                        cwd=work,
                        env=environment,
                        stdin=subprocess.DEVNULL,
                        stdout=file,
                        stderr=file,
                        start_new_session=True,
                    )
                _wait_for(step.expected, log, up)
                continue
            script = (
                f"set -eu\n. ./.variables\n{step.command}\nset > .all\n"
                f"grep -E '^({'|'.join(VARIABLES)})=' .all > .variables || true\n"
            )
            done = subprocess.run(
                ["sh", "-c", script],
                cwd=work,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=BLOCK_SECONDS_MAX,
            )
            shown = f"$ {step.command}\n{done.stdout}\n{done.stderr}"
            assert done.returncode == 0, shown
            absent = missing(step.expected, done.stdout)
            assert absent is None, f"no line like {absent!r} in\n{shown}"
    finally:
        if up is not None:
            up.send_signal(signal.SIGINT)
            up.wait(STOP_SECONDS_MAX)
    assert up is not None
    assert up.returncode == 0, log.read_text()
    assert "Stopped." in log.read_text()


def _wait_for(expected: str, log: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while missing(expected, log.read_text(errors="replace")) is not None:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def test_expected_output_is_compared_line_by_line_in_order() -> None:
    """The control: the comparison above can fail."""
    assert missing("one\nthree ...", "zero\none\ntwo\nthree hundred") is None
    assert missing("three ...\none", "one\nthree hundred") == "one"
    assert missing("four", "one\ntwo") == "four"
    assert missing("a ... c", "a b d") == "a ... c"
