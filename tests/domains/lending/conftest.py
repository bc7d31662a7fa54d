"""A lender at work, on a real database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.lending import Lender, open_lender
from tests.support.lending_door import Door
from tests.support.serving import People, Served

from intendant.kernel.access import CredentialCache, Role
from intendant.kernel.events import EventFeed
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.kit.settings import Settings


@pytest.fixture
def lender(database: Database, organization: Organization) -> Lender:
    """Lend an organisation at level full, with a product and a model."""
    return open_lender(database, organization)


@pytest.fixture
def client(lender: Lender, database: Database, tmp_path: Path) -> Iterator[TestClient]:
    """Serve the lender."""
    served = Served(
        Settings(home=tmp_path),
        database,
        CredentialCache(database),
        EventFeed(database, tick_seconds=0.02),
        lender.decider.registry,
        lender.decider,
    )
    with TestClient(lend_app(served), follow_redirects=False) as client:
        yield client


@pytest.fixture
def people(database: Database) -> People:
    """Lend the maker of people."""
    return People(database)


@pytest.fixture
def door(client: TestClient, people: People, organization: Organization) -> Door:
    """Return a manager's door."""
    return Door(client, people.key(organization, Role.MANAGER))
