"""An application over real parts, callers of every role, and a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.serving import People, Served

from intendant.kernel.access import CredentialCache
from intendant.kernel.events import EventFeed
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.kit.settings import Settings


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
def client(app: FastAPI) -> Iterator[TestClient]:
    """Lend a program that sends what it is told, and no cookie of its own."""
    with TestClient(app, follow_redirects=False) as client:
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
