"""A real browser for tests: Debian's Chromium where it is installed, or one from npm that brings its own libraries and fonts."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hatch_build import CHROMIUM_NAMES, find_node
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Playwright, sync_playwright

FOLDER = Path(__file__).parents[1] / "browser"
UNPACK_SECONDS_MAX = 60
SMALL_BYTES = 2_000
"""Of so small a file, its headers are the larger part."""
HARMLESS = (
    "Service Worker registration blocked by Playwright",
    # Some builds of Chromium say so of every page that a service worker answers for; it is loaded all the same.
    "cross-world service worker resource mismatch",
)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none"]
_OF_NPM = ["--headless", "--no-zygote"]
_UNPACK = """
import chromium from "@sparticuz/chromium"
console.log(await chromium.executablePath())
"""
_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Lend a headless browser. Nothing else in this thread may run an event loop meanwhile: Playwright keeps one."""
    node = find_node().program
    installed = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    # Playwright's own Node wants a library that a bare Debian lacks.
    with _environment(PLAYWRIGHT_NODEJS_PATH=str(node)), sync_playwright() as playwright:
        browser = _launch(playwright, installed) if installed else _launch_unpacked(playwright, node)
        yield browser
        browser.close()


def _launch(playwright: Playwright, program: str) -> Browser:
    return playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)


def _launch_unpacked(playwright: Playwright, node: Path) -> Browser:
    """Start the Chromium of npm, which unpacks itself into a temporary folder: one of ours, that nobody else can write to."""
    folder = FOLDER / "node_modules/.chromium"
    if not (FOLDER / "node_modules/@sparticuz/chromium").is_dir():
        raise AssertionError("There is no Chromium. Run `python hatch_build.py --tests`, or install your system's.")
    folder.mkdir(exist_ok=True)
    # It unpacks its libraries only where it takes the machine for the one that it was made for.
    there = {"AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x", "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x", "TMPDIR": str(folder)}
    program = subprocess.run(
        [node, "--input-type=module", "--eval", _UNPACK],
        cwd=FOLDER,
        env=os.environ | there,
        capture_output=True,
        text=True,
        check=True,
        timeout=UNPACK_SECONDS_MAX,
    ).stdout.strip()
    # Its own configuration looks for the fonts elsewhere; without fonts it ends at the first page.
    fonts = folder / "fonts.conf"
    fonts.write_text(_FONTS.format(fonts=folder / "fonts", cache=folder / "fonts-cache"))
    libraries = {"LD_LIBRARY_PATH": str(folder / "al2023/lib"), "FONTCONFIG_FILE": str(fonts)}
    return playwright.chromium.launch(
        executable_path=program, args=[*_ARGUMENTS, *_OF_NPM], env={**os.environ, **libraries}
    )


@contextlib.contextmanager
def _environment(**changes: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@dataclass
class Watch:
    """Collects what pages complain about; a test ends with `assert_quiet`."""

    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=lambda: list(HARMLESS))

    def expect(self, pattern: str) -> None:
        """Take complaints that match for wanted, such as the browser's own about an answer of 409."""
        self.expected.append(pattern)

    def follow(self, context: BrowserContext) -> None:
        """Listen to every page of a context."""
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))

    def assert_quiet(self) -> None:
        """Fail with what was complained about unexpectedly."""
        loud = [each for each in self.complaints if not any(re.search(pattern, each) for pattern in self.expected)]
        assert not loud, "The page complained:\n" + "\n".join(loud)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            place = message.location.get("url", "")
            self.complaints.append(f"{message.type}: {message.text} ({place})")


def assert_accessible(page: Page, *, within: str | None = None) -> None:
    """Fail with every violation that axe finds on the page as it is, or `within` a part of it."""
    page.evaluate((FOLDER / "node_modules/axe-core/axe.min.js").read_text())
    found: dict[str, Any] = page.evaluate(
        "([within, tags]) => axe.run(within ?? document, { runOnly: tags, resultTypes: ['violations'] })",
        [within, AXE_TAGS],
    )
    lines = [
        f"{violation['id']} ({violation['impact']}): {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
        for violation in found["violations"]
        for node in violation["nodes"][:3]
    ]
    assert not lines, f"axe on {page.url}:\n" + "\n".join(lines)


def assert_rule(page: Page, rule: str) -> None:
    """Fail with everything that breaks one rule of axe."""
    page.evaluate((FOLDER / "node_modules/axe-core/axe.min.js").read_text())
    found = page.evaluate("(rule) => axe.run({ runOnly: { type: 'rule', values: [rule] } })", rule)
    broken = [node["html"][:200] for each in found["violations"] for node in each["nodes"]]
    assert not broken, f"{rule} on {page.url}:\n" + "\n".join(broken[:10])


def turn_dark(page: Page) -> None:
    """Wish for dark pages, and wait until the page has heard of it. Themes differ in nothing but colours."""
    page.emulate_media(color_scheme="dark")
    page.locator("html.dark").wait_for()


def assert_fits(page: Page) -> None:
    """Fail where the page is wider than the screen."""
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{page.url} is {wider} px wider than the screen"


@dataclass
class Wire:
    """Counts what a page loads, in bytes as they come over the wire."""

    page: Page
    sizes: dict[str, int] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        session = self.page.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.responseReceived", self._on_response)
        session.on("Network.loadingFinished", self._on_finished)

    @property
    def total(self) -> int:
        """Return the bytes of all that was loaded from us, without the API's answers."""
        return sum(size for url, size in self.by_url().items() if "/api/" not in url)

    def by_url(self) -> dict[str, int]:
        """Return the bytes of each address."""
        found: dict[str, int] = {}
        for request, size in self.sizes.items():
            url = self.urls.get(request, "?")
            found[url] = found.get(url, 0) + size
        return found

    def table(self) -> str:
        """Write the largest, for whoever must make a page smaller."""
        ours = {url: size for url, size in self.by_url().items() if "/api/" not in url}
        largest = sorted(ours.items(), key=lambda each: -each[1])[:12]
        small = [size for size in ours.values() if size < SMALL_BYTES]
        lines = [f"{size:9,} {url}" for url, size in largest]
        return "\n".join([*lines, f"{len(ours)} files, {len(small)} of them small: {sum(small):,} bytes"])

    def _on_response(self, event: dict[str, Any]) -> None:
        self.urls[event["requestId"]] = event["response"]["url"]

    def _on_finished(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = int(event["encodedDataLength"])


def shoot(page: Page, name: str) -> Path:
    """Take a picture of the page for people to look at."""
    path = FOLDER / "shots" / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())[:120]}.png"
    path.parent.mkdir(exist_ok=True)
    with contextlib.suppress(Error):
        page.screenshot(path=path)
    return path
