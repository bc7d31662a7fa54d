"""A lender behind a real server, shared by the tests of this folder: they differ by their applications' references."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.lending import Lender, open_lender
from tests.support.postgres import create_database, drop_database
from tests.support.waiting import wait_for

from intendant.bootstrap import build
from intendant.client import Intendant
from intendant.kernel.access import Role, create_key
from intendant.kernel.organizations import create_organization
from intendant.kit.database import Database, DatabaseUrls
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.settings import Settings
from intendant.server.main import build_server

START_SECONDS_MAX = 60.0


@dataclass
class Office:
    """Where the server answers, and who may come in."""

    url: str
    lender: Lender
    database: Database

    def key(self, role: Role = Role.OWNER) -> str:
        """Create an API key."""
        with self.database.system() as tx:
            return create_key(tx, organization_id=self.lender.organization.id, name="test", role=role, by="test")[0]


@pytest.fixture(scope="session")
def office(
    postgres_server: EmbeddedPostgres,
    migrated_template: tuple[str, DatabaseUrls],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Office]:
    """Serve a lending organisation on a port of its own."""
    template, urls = migrated_template
    name = create_database(postgres_server, template)
    roles = {role: getattr(urls, role).replace(f"/{template}?", f"/{name}?") for role in ("app", "system", "owner")}
    database = Database(DatabaseUrls(**roles))
    with database.system() as tx:
        organization = create_organization(tx, slug="acme", name="Acme Lending")
    lender = open_lender(database, organization)
    home: Path = tmp_path_factory.mktemp("home")
    system = build(Settings(home=home), database)
    server = build_server(system, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, name="uvicorn", daemon=True)
    thread.start()
    wait_for(lambda: server.started or not thread.is_alive(), "the server", seconds=START_SECONDS_MAX)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Office(f"http://127.0.0.1:{port}", lender, database)
    server.should_exit = True
    thread.join(START_SECONDS_MAX)
    system.close()
    database.close()
    drop_database(postgres_server, name)


@pytest.fixture(scope="session")
def client(office: Office) -> Iterator[Intendant]:
    """Lend a client with the owner's key."""
    with Intendant(office.url, office.key()) as client:
        yield client
