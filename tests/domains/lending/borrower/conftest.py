"""A served lender with a signing key of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.support.lending import Lender
from tests.support.letters import Caller
from tests.support.serving import People, Served

from intendant.domains.lending.borrower.tokens import LinkKey
from intendant.kernel.access import CredentialCache, Role
from intendant.kernel.audit import open_signing_key
from intendant.kernel.events import EventFeed
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.kit.settings import Settings
from intendant.server.app import create_app


@pytest.fixture
def served(lender: Lender, database: Database, tmp_path: Path) -> Iterator[TestClient]:
    """Serve the lender."""
    system = Served(
        Settings(home=tmp_path),
        database,
        CredentialCache(database),
        EventFeed(database, tick_seconds=0.02),
        lender.decider.registry,
        lender.decider,
        open_signing_key(tmp_path / "keys"),
    )
    with TestClient(create_app(system), follow_redirects=False) as client:
        yield client


@pytest.fixture
def key(tmp_path: Path, served: TestClient) -> LinkKey:
    """Return the key of the installation."""
    return LinkKey(open_signing_key(tmp_path / "keys"))


@pytest.fixture
def clerk(served: TestClient, people: People, organization: Organization) -> Caller:
    """Return somebody who services loans."""
    return Caller(served, people.key(organization, Role.OPERATOR))
