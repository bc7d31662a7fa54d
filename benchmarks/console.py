"""The console in a real browser over 100,000 decisions: bytes on the wire and time until a page shows its data.

    python -m benchmarks.console [--decisions 100000] [--visits 5] [--json]

`first` is a visit with an empty cache, `again` the median of the further ones. A page is there when its heading stands and nothing
on it is still being fetched.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from itertools import islice

import httpx
from benchmarks.lender import installation, lenders
from playwright.sync_api import Browser, BrowserContext
from tests.support.browser import Wire, chromium

from intendant.bootstrap import System
from intendant.domains.lending import usecases
from intendant.domains.lending.manifest import APPLICATION
from intendant.kernel import access
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.settings import child_environment
from intendant.server.auth import COOKIE
from intendant.server.console import HOME
from intendant.simulator.lender import applicants

PAGES = (
    HOME,
    "/approvals",
    "/decisions",
    "/decisions?verdict=%5B%22ask%22%5D",
    "/applications",
    "/policy",
    "/autonomy",
    "/tasks",
    "/alerts",
    "/audit",
    "/settings",
)
BATCH = 2_000
READY_SECONDS_MAX = 30.0
PAGE_SECONDS_MAX = 30_000
THERE = """() => document.querySelector("main h1")
  && !document.querySelector('main [aria-busy="true"], main [role="status"][aria-label="Loading"]')"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decisions", type=int, default=100_000)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with installation() as system:
        ((organization, _),) = lenders(system, 1)
        _decide(system, organization, options.decisions)
        token = _sign_in(system, organization)
        command = [sys.executable, "-m", "intendant.cli.main", "server"]
        server = subprocess.Popen(command, env=child_environment(system.settings))
        try:
            url = f"http://127.0.0.1:{system.settings.port}"
            _wait(url)
            with chromium() as browser:
                results = {path: _measure(browser, url, path, token, options.visits) for path in PAGES}
        finally:
            server.terminate()
            server.wait(30)
    if options.json:
        print(json.dumps(results))
        return
    print(f"{options.decisions:,} decisions\n\n{'page':40} {'KiB':>6} {'painted':>8} {'first':>8} {'again':>8}")
    for path, one in results.items():
        print(
            f"{path:40} {one['bytes'] / 1024:6.0f} {one['painted_ms']:5.0f} ms {one['first_ms']:5.0f} ms {one['again_ms']:5.0f} ms"
        )


def _decide(system: System, organization: Organization, count: int) -> None:
    with system.database.transaction(organization.id) as tx:
        product = APPLICATION.catalogue.latest(tx, "short-loan")
    people = applicants(5, prefix="console")
    for _ in range(0, count, BATCH):
        proposals = [
            usecases.build_proposal(
                APPLICATION.catalogue,
                product,
                organization.id,
                person.inputs,
                proposed_by="benchmark",
                now=clock.system_now(),
            )
            for person in islice(people, BATCH)
        ]
        system.decider.decide_many(proposals)


def _sign_in(system: System, organization: Organization) -> str:
    with system.database.system() as tx:
        member = access.add_user(
            tx, email="owner@bench.test", name="Owner", organization_id=organization.id, role=access.Role.OWNER
        )
        token, _ = access.open_session(tx, member.user.id)
    return token


def _wait(url: str) -> None:
    until = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/ready", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")


def _measure(browser: Browser, url: str, path: str, token: str, visits: int) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, service_workers="block")
    context.add_cookies([{"name": COOKIE, "value": token, "url": url}])
    try:
        first = _visit(context, url + path)
        further = [_visit(context, url + path) for _ in range(visits)]
    finally:
        context.close()
    return first | {"first_ms": first["ms"], "again_ms": statistics.median(visit["ms"] for visit in further)}


def _visit(context: BrowserContext, address: str) -> dict[str, float]:
    page = context.new_page()
    wire = Wire(page)
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(THERE, timeout=PAGE_SECONDS_MAX)
    milliseconds = (time.perf_counter() - began) * 1_000
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
    page.close()
    return {"ms": milliseconds, "painted_ms": painted, "bytes": wire.total}


if __name__ == "__main__":
    main()
