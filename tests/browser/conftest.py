"""The product as people have it: a real server and worker with a busy organisation, and a browser before it.

Both are started once and end with this folder's tests. Where xdist shares the tests out by the order in which they stand, they
come to one worker; should several get some, each has a product of its own.

A test asks for `page` (the owner's, signed in), `phone_page`, or `open_page` for anybody else's. It fails when a page complains:
`watch.expect("409")` takes what is wanted out of that. A test that changes what others would notice (a policy, a level, the
switch) asks for an `office`, which is an organisation of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from intendant.kernel.access import Member, Role
from intendant.server.auth import COOKIE
from intendant.server.console import HOME
from tests.support.browser import Watch, chromium, shoot
from tests.support.busy_lender import make_busy
from tests.support.installation import Installation, temporary_home
from tests.support.lending import Lender
from tests.support.office import Office, open_office
from tests.support.serving import People

DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
WAIT_MILLISECONDS_MAX = 10_000
expect.set_options(timeout=WAIT_MILLISECONDS_MAX)


@dataclass
class Product:
    """A running installation with one busy organisation and two people."""

    installation: Installation
    lender: Lender
    owner: Member
    manager: Member
    people: People
    offices: int = 0

    @property
    def url(self) -> str:
        """Return where it answers."""
        return self.installation.url

    def token_of(self, member: Member) -> str:
        """Open a session; return its token."""
        return self.people.session(member)["Authorization"].removeprefix("Bearer ")

    def open_office(self) -> Office:
        """Open an organisation of the test's own."""
        self.offices += 1
        return open_office(self.installation, self.people, f"office-{self.offices}")


class OpenPage(Protocol):
    """Opens a page for somebody; nobody is signed in where no member is given."""

    def __call__(
        self, member: Member | None = None, *, phone: bool = False, theme: str = "light", **context: Any
    ) -> Page: ...


@pytest.fixture(scope="package")
def product() -> Iterator[Product]:
    """Start everything, once."""
    with temporary_home() as home, Installation(home, {"outbound_allow": "127.0.0.1"}) as installation:
        lender = installation.lender()
        people = People(installation.system.database)
        owner = people.with_password(lender.organization, Role.OWNER)
        manager = people.user(lender.organization, Role.MANAGER)
        make_busy(lender)
        installation.start_provider()
        installation.start_server()
        installation.start_worker()
        yield Product(installation, lender, owner, manager, people)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start the browser, once."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def watch() -> Watch:
    """Collect what the test's pages complain about."""
    return Watch()


@pytest.fixture
def open_page(product: Product, browser: Browser, watch: Watch, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Lend a way to open pages, each in a browser profile of its own; ends with the check that none complained."""
    contexts: list[BrowserContext] = []

    def open_one(member: Member | None = None, *, phone: bool = False, theme: str = "light", **context: Any) -> Page:
        settings = (PHONE if phone else DESKTOP) | {
            "base_url": product.url,
            "color_scheme": theme,
            "reduced_motion": "reduce",
            "locale": "en-GB",
            "timezone_id": "UTC",
            # A worker would answer for the server; tests of the worker allow it.
            "service_workers": "block",
        }
        opened = browser.new_context(**settings | context)
        opened.set_default_timeout(WAIT_MILLISECONDS_MAX)
        contexts.append(opened)
        watch.follow(opened)
        if member is not None:
            opened.add_cookies([{"name": COOKIE, "value": product.token_of(member), "url": product.url}])
        return opened.new_page()

    yield open_one
    if request.node.stash.get(_FAILED, False):
        for number, page in enumerate(page for context in contexts for page in context.pages):
            shoot(page, f"failed-{request.node.name}-{number}")
    for context in contexts:
        context.close()
    watch.assert_quiet()


@pytest.fixture
def office(product: Product) -> Office:
    """Lend an organisation of the test's own."""
    return product.open_office()


@pytest.fixture
def page(open_page: OpenPage, product: Product) -> Page:
    """Lend the owner's page, not yet anywhere."""
    return open_page(product.owner)


@pytest.fixture
def phone_page(open_page: OpenPage, product: Product) -> Page:
    """Lend the owner's page on a phone."""
    return open_page(product.owner, phone=True)


@pytest.fixture
def at_home(page: Page) -> Page:
    """Lend the owner's page at the overview."""
    page.goto(HOME)
    page.get_by_role("heading", level=1).wait_for()
    return page


_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Remember that a test failed, so that its pages are photographed before they close."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report
