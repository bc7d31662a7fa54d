"""An organisation with a model that predicts who buys, served over HTTP by the real parts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient
from tests.support import predicting
from tests.support.application import lend_app
from tests.support.predicting import HubServed, trained
from tests.support.serving import People

from intendant.domains.analytics.manifest import ANALYTICS
from intendant.domains.analytics.models.serving import Served
from intendant.kernel.access import CredentialCache, Role
from intendant.kernel.events import EventFeed
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import Registry
from intendant.kit.database import Database, Row
from intendant.kit.settings import Settings
from intendant.learning.estimators import Model, Task

PREFIX = "/api/v1/ai-analytics"


@dataclass
class Hub:
    """An organisation's hub and short ways to use it."""

    database: Database
    system: HubServed
    organization: Organization
    client: TestClient
    owner: dict[str, str]
    people: People

    def add_model(self, name: str = "who buys", task: Task = "classification") -> UUID:
        """Add a model whose version 1 is its champion."""
        model_id = predicting.add_model(self.database, self.organization, name, task)
        self.add_version(model_id, 1, "champion", task=task)
        return model_id

    def add_version(
        self,
        model_id: UUID,
        number: int,
        alias: str | None,
        *,
        share: float = 1.0,
        task: Task = "classification",
        model: Model | None = None,
    ) -> UUID:
        """Add a version and let it stand under an alias."""
        made = trained(task)
        return predicting.add_version(
            self.database,
            self.system.signer,
            self.organization,
            model_id,
            made,
            number=number,
            alias=alias,
            share=share,
            model=model,
        )

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """Post JSON as the owner; return the response."""
        return self.client.post(f"{PREFIX}{path}", json=body, headers=self.owner | headers)

    def get(self, path: str, **query: Any) -> Any:
        """Get as the owner; return the body of the answer."""
        response = self.client.get(f"{PREFIX}{path}", params=query, headers=self.owner)
        assert response.status_code == 200, response.text
        return response.json()

    def predict(self, model_id: UUID, rows: Any, **more: Any) -> dict[str, Any]:
        """Predict and return the answer."""
        response = self.post("/predict", {"model_id": str(model_id), "input_data": rows, **more})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def stored(self, query: str = "select * from prediction_results order by id") -> list[Row]:
        """Return rows as they are stored."""
        with self.database.transaction(self.organization.id) as tx:
            return tx.all(query)

    def versions(self) -> Served:
        """Return models loaded anew."""
        return Served(self.system)


@pytest.fixture
def hub(database: Database, organization: Organization, tmp_path: Path) -> Iterator[Hub]:
    """Lend the hub of an organisation."""
    feed = EventFeed(database, tick_seconds=0.02)
    system = HubServed(
        Settings(home=tmp_path),
        database,
        CredentialCache(database),
        feed,
        Registry((ANALYTICS,)),
        signer=Ed25519PrivateKey.generate(),
    )
    people = People(database)
    with TestClient(lend_app(system), follow_redirects=False, raise_server_exceptions=False) as client:
        yield Hub(database, system, organization, client, people.signed_in(organization), people)
    feed.close()


@pytest.fixture
def model_id(hub: Hub) -> UUID:
    """Add a model that is deployed."""
    return hub.add_model()


@pytest.fixture
def header(hub: Hub) -> Callable[[Role], dict[str, str]]:
    """Return the header of somebody of a role."""
    return lambda role: hub.people.signed_in(hub.organization, role)


@pytest.fixture
def people(hub: Hub) -> People:
    """Lend the maker of people."""
    return hub.people
