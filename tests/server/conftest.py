"""An application over real parts, callers of every role, and a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.finished import wait_until_finished
from tests.support.serving import People, Served

from intendant.kernel.access import CredentialCache
from intendant.kernel.events import EventFeed
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.kit.settings import Settings

EVENTS = "/api/v1/events"


@pytest.fixture
def served(database: Database, tmp_path: Path) -> Iterator[Served]:
    """Put the parts together."""
    feed = EventFeed(database, tick_seconds=0.02)
    yield Served(Settings(home=tmp_path), database, CredentialCache(database), feed)
    feed.close()


@pytest.fixture
def app(served: Served) -> FastAPI:
    """Build the application."""
    return lend_app(served)


@pytest.fixture
def client(app: FastAPI, database: Database) -> Iterator[TestClient]:
    """Lend a program that sends what it is told, and no cookie of its own; what it did is in the log when it reads that."""

    def wait(request: httpx.Request) -> None:
        if request.method == "GET" and request.url.path == EVENTS:
            wait_until_finished(database)

    with TestClient(app, follow_redirects=False) as client:
        client.event_hooks["request"].append(wait)
        yield client


@pytest.fixture
def people(database: Database) -> People:
    """Lend the maker of people."""
    return People(database)


@pytest.fixture
def acts(database: Database) -> Callable[[Organization], list[str]]:
    """Return the audited acts of an organisation, oldest first."""

    def read(organization: Organization) -> list[str]:
        with database.transaction(organization.id) as tx:
            rows = tx.all(
                "select (body::json)->>'act' as act from audit where organization_id = %s order by id",
                [organization.id],
            )
        return [row["act"] for row in rows]

    return read
