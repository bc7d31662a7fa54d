"""An organisation that makes models: the whole product put together on a fresh database, with a dataset to learn from."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd
from fastapi.testclient import TestClient

from intendant import bootstrap
from intendant.bootstrap import System
from intendant.domains.analytics.datasets.contents import table_from_frame
from intendant.domains.analytics.datasets.prepared import prepare
from intendant.domains.analytics.datasets.rows import Dataset
from intendant.domains.analytics.datasets.usecases import Asked, add_dataset, refresh_dataset
from intendant.domains.analytics.models import data, rows, training
from intendant.kernel import tasks
from intendant.kernel.access import Role, system_principal
from intendant.kernel.organizations import Organization
from intendant.kernel.tasks import Task, TaskState
from intendant.kit import ids
from intendant.kit.database import Database, Row
from intendant.kit.settings import Settings
from intendant.worker.main import WorkerOptions, run_worker
from tests.support.application import lend_app
from tests.support.predicting import customers
from tests.support.serving import People
from tests.support.waiting import wait_for

PREFIX = "/api/v1/ai-analytics"
WISH: dict[str, Any] = {
    "model_name": "Who buys",
    "model_type": "classification",
    "algorithm": "logistic",
    "parameters": {"strength": 1.0},
    "target_column": "bought",
    "exclude": ["spent"],
    "description": "Tells who will buy.",
}


@dataclass
class Workshop:
    """An organisation with a dataset of customers, and short ways to make models of it."""

    system: System
    organization: Organization
    client: TestClient
    people: People
    owner: dict[str, str]
    dataset: Dataset

    def add_dataset(self, name: str, frame: pd.DataFrame) -> Dataset:
        """Keep a table as a dataset."""
        with self.system.database.transaction(self.organization.id) as tx:
            by = system_principal(self.organization.id)
            return add_dataset(tx, by, None, Asked(name, "", "upload"), prepare(table_from_frame(frame)))

    def refresh(self, frame: pd.DataFrame) -> None:
        """Put other rows in the place of the dataset's."""
        with self.system.database.transaction(self.organization.id) as tx:
            by = system_principal(self.organization.id)
            self.dataset = refresh_dataset(tx, by, None, self.dataset, prepare(table_from_frame(frame)))

    def post(self, path: str, body: Any = None, status: int | None = None, **headers: str) -> Any:
        """Post as the owner; return the answer's body."""
        return self._call("POST", path, status, json=body, headers=self.owner | headers)

    def put(self, path: str, body: Any, status: int | None = None) -> Any:
        """Put as the owner; return the answer's body."""
        return self._call("PUT", path, status, json=body, headers=self.owner)

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        """Get as the owner; return the answer's body."""
        return self._call("GET", path, status, params=query, headers=self.owner)

    def delete(self, path: str, status: int = 200) -> Any:
        """Delete as the owner; return the answer's body, if it has one."""
        return self._call("DELETE", path, status, headers=self.owner)

    def _call(self, method: str, path: str, status: int | None, **more: Any) -> Any:
        response = self.client.request(method, f"{PREFIX}{path}", **more)
        if status is None:
            assert response.status_code < 300, response.text
        else:
            assert response.status_code == status, response.text
        return response.json() if response.content else None

    def wish(self, **changes: Any) -> dict[str, Any]:
        """Return a wish for a model of the dataset."""
        return WISH | {"training_data_source": {"dataset_id": str(self.dataset.id)}} | changes

    def model(self, **changes: Any) -> UUID:
        """Create a model."""
        return UUID(self.post("/models", self.wish(**changes), 201)["id"])

    def train(self, model_id: UUID, *, deploy: bool = False, task_id: UUID | None = None) -> Row:
        """Train a version as the task does, without a worker."""
        with self.system.database.transaction(self.organization.id) as tx:
            source = rows.definition_of(rows.get_model(tx, model_id)).source
        asked = training.Asked(model_id, task_id or ids.new_id(), "user:test", "a test asked for it", deploy)
        fixed = data.fix_rows(self.system, self.organization.id, model_id, source)
        return training.train_version(self.system, self.organization.id, asked, fixed, lambda _share, _stage: None)

    def deploy(self, model_id: UUID, version: int, status: int = 200, **more: Any) -> Any:
        """Deploy a version as the owner."""
        body = {"version": version, "reason": "It is the one we want."} | more
        return self.post(f"/models/{model_id}/deploy", body, status)

    def champion(self, model_id: UUID) -> int | None:
        """Return the number of the version that answers."""
        with self.system.database.transaction(self.organization.id) as tx:
            found = rows.find_aliases(tx, model_id).get("champion")
        return None if found is None else int(found["number"])

    def request(self, model_id: UUID, **more: Any) -> UUID:
        """Ask for a training as the owner; return the task."""
        return UUID(self.post(f"/models/{model_id}/train", more, 202)["task_id"])

    def task(self, task_id: UUID) -> Task:
        """Return a task as it stands."""
        with self.system.database.transaction(self.organization.id) as tx:
            return tasks.get_task(tx, task_id)

    def ended(self, task_id: UUID) -> Task:
        """Wait until a task has ended."""

        def over() -> Task | None:
            now = self.task(task_id)
            return now if now.state not in (TaskState.QUEUED, TaskState.RUNNING) else None

        return wait_for(over, "the end of the task", seconds=60)

    def level(self, level: str) -> None:
        """Set how much promotions may do by themselves."""
        with self.system.database.transaction(self.organization.id) as tx:
            tx.execute("update components set level = %s where name = 'analytics.promotions'", [level])

    def execute(self, query: str, parameters: list[Any]) -> None:
        """Change rows behind the product's back, as somebody with the database's password could."""
        with self.system.database.system() as tx:
            tx.execute(query, parameters)


@contextmanager
def open_workshop(database: Database, home: Path) -> Iterator[Workshop]:
    """Put a workshop together; its dataset is called customers."""

    system = bootstrap.build(Settings(home=home), database)
    organization = system.found_organization(slug="acme", name="Acme", by="test")
    people = People(database)
    with TestClient(lend_app(system), follow_redirects=False, raise_server_exceptions=False) as client:
        owner = people.signed_in(organization, Role.OWNER)
        workshop = Workshop(system, organization, client, people, owner, None)  # type: ignore[arg-type]
        workshop.dataset = workshop.add_dataset("customers", customers())
        yield workshop


@contextmanager
def working(workshop: Workshop, *, options: WorkerOptions | None = None) -> Iterator[None]:
    """Run a worker of the whole product beside the test."""
    own = bootstrap.build(workshop.system.settings, Database(workshop.system.database.urls))
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=[own], kwargs={"stop": stop, "options": options})
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        own.close()


def without(body: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return a body without some fields."""
    return {name: value for name, value in body.items() if name not in names}
