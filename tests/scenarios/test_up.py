"""`intendant up`: one command starts everything and prints a link that signs in once; Ctrl-C ends all of it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests.support.installation import Child, environment_for, free_port, temporary_home
from tests.support.waiting import wait_for

from intendant.server.console import HOME

LINK = re.compile(r"http://127\.0\.0\.1:\d+/sign-in/\S+")
START_SECONDS_MAX = 90.0


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Lend a home with an organisation in it."""
    with temporary_home() as home:
        subprocess.run(
            [sys.executable, "-m", "intendant.cli.main", "organization", "add", "acme"],
            env=environment_for({"home": home}),
            check=True,
            timeout=60,
        )
        yield home


@pytest.fixture
def port() -> int:
    """Return a free port."""
    return free_port()


def up(home: Path, port: int, *options: str) -> Child:
    arguments = ["-m", "intendant.cli.main", "up", "--port", str(port), *options]
    return Child(arguments, environment_for({"home": home}), home.parent / f"up-{port}.log")


def link_of(child: Child) -> str:
    """Wait for the link that is printed."""

    def look() -> "re.Match[str] | None":
        assert child.is_alive, child.log_text()
        return LINK.search(child.log_text())

    return wait_for(look, "the sign-in link", seconds=START_SECONDS_MAX).group()


def processes_of(home: Path) -> set[str]:
    """Name the processes that have this home in their environment or on their command line."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            said = (folder / "environ").read_bytes() + b"\0" + (folder / "cmdline").read_bytes()
        except (OSError, PermissionError):
            continue
        if str(home).encode() in said:
            found.add((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found


@contextmanager
def signed_in(link: str) -> Iterator[httpx.Client]:
    """Press the button behind the link; lend a browser that is signed in."""
    base = link.partition("/sign-in/")[0]
    with httpx.Client(
        base_url=base, headers={"Origin": base}, follow_redirects=False, timeout=10.0, trust_env=False
    ) as browser:
        assert browser.get(link).status_code == 200
        assert browser.post(link).headers["location"] == HOME
        yield browser


def ended(child: Child, home: Path) -> None:
    """Press Ctrl-C and see everything end."""
    assert child.terminate(signal.SIGINT) == 0, child.log_text()
    assert child.log_text().rstrip().endswith("Stopped.")
    wait_for(lambda: not processes_of(home), f"the end of {processes_of(home)}", seconds=15)


def test_up_prints_a_link_that_signs_in_once_starts_again_what_dies_and_ends_with_ctrl_c(home, port):
    child = up(home, port, "--no-demo")
    try:
        link = link_of(child)
        base = link.partition("/sign-in/")[0]
        assert httpx.get(f"{base}/ready", trust_env=False).status_code == 200
        with signed_in(link) as browser:
            assert browser.get("/").headers["location"] == HOME
            assert "text/html" in browser.get(HOME).headers["content-type"]
            assert browser.get("/api/v1/access/me").status_code == 200
            assert browser.get("/docs").status_code == 200
            assert browser.post(link).status_code == 403
        assert httpx.get(f"{base}/api/v1/decisions", trust_env=False).status_code == 401

        second = up(home, port, "--no-demo")
        assert second.process.wait(60) == 1
        assert "is not free" in second.log_text()
        assert child.is_alive

        (server,) = [
            int(folder.name)
            for folder in Path("/proc").glob("[0-9]*")
            if _read(folder / "cmdline").endswith(b"\0server\0")
            and f"INTENDANT_PORT={port}".encode() in _read(folder / "environ")
        ]
        os.kill(server, signal.SIGKILL)
        wait_for(lambda: "starting it again" in child.log_text(), "the notice")
        wait_for(lambda: _is_ready(base), "the server", seconds=30)
        ended(child, home)
    finally:
        child.kill()


def test_up_with_the_demo_decides_by_itself_and_takes_all_along_when_it_is_killed(home, port):
    child = up(home, port)
    try:
        with signed_in(link_of(child)) as browser:
            switched = browser.get("/api/v1/decisions", headers={"X-Organization": "demo"})
            assert switched.status_code == 200
            wait_for(
                lambda: browser.get("/api/v1/decisions", headers={"X-Organization": "demo"}).json()["items"],
                "the demo's first decisions",
                seconds=40,
            )
        child.kill()
        wait_for(lambda: not processes_of(home), "the end of what was started", seconds=20)
    finally:
        child.kill()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _is_ready(base: str) -> bool:
    try:
        return httpx.get(f"{base}/ready", timeout=2.0, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
