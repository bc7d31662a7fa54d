"""Figures of an organisation that are watched, over HTTP and by the round, on a real database."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from tests.support.serving import People, Served

from intendant.bootstrap import DOMAINS
from intendant.kernel.access import CredentialCache, Role
from intendant.kernel.events import EventFeed
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import Registry
from intendant.kit.database import Database
from intendant.kit.settings import Settings
from intendant.server.app import create_app

PREFIX = "/api/v1/ai-analytics"
Send = Callable[..., datetime]


@pytest.fixture
def served(database: Database, organization: Organization, tmp_path: Path) -> Served:
    """Put the parts of a system together, with every domain."""
    return Served(
        Settings(home=tmp_path),
        database,
        CredentialCache(database),
        EventFeed(database, tick_seconds=0.02),
        Registry(DOMAINS),
    )


@pytest.fixture
def people(database: Database) -> People:
    """Lend the maker of people."""
    return People(database)


@pytest.fixture
def client(served: Served, people: People, organization: Organization) -> Iterator[TestClient]:
    """Serve, as a manager of the organisation."""
    with TestClient(create_app(served), follow_redirects=False) as client:
        client.headers.update(people.key(organization, Role.MANAGER))
        yield client


@pytest.fixture
def send(client: TestClient, organization: Organization) -> Send:
    """Return a function that makes a metric of hourly points up to now, the last of which are off by `off`."""

    def sent(name: str, *, off: float = 0.0, count: int = 240, last: int = 2, **metric: Any) -> datetime:
        client.post(f"{PREFIX}/metrics", json={"name": name, **metric})
        now = organization.clock.now().replace(minute=0, second=0, microsecond=0)
        noise = np.random.default_rng(3).normal(size=count)
        values = 100 + noise
        values[-last:] += off
        points = [
            {"at": (now - timedelta(hours=count - 1 - place)).isoformat(), "value": float(value)}
            for place, value in enumerate(values)
        ]
        answer = client.post(f"{PREFIX}/metrics/{name}/points", json={"points": points})
        assert answer.status_code == 200, answer.text
        return now

    return sent
