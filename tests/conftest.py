"""Fixtures that every test may use: a real database cloned from a migrated template, and an organisation in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from intendant.kernel.organizations import Organization, create_organization
from intendant.kit.database import Database, DatabaseUrls
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.schema import prepare_database
from tests.support.postgres import create_database, drop_database, postgres_server, private_folder

__all__ = ["postgres_server"]


@pytest.fixture(scope="session")
def migrated_template(postgres_server: EmbeddedPostgres) -> tuple[str, DatabaseUrls]:
    """Migrate one database that tests clone; return its name and its roles' URLs."""
    name = create_database(postgres_server)
    keys = private_folder(postgres_server.status().folder.parent.name) / "keys"
    return name, prepare_database(postgres_server.superuser_url(name), keys)


@pytest.fixture
def database_urls(
    postgres_server: EmbeddedPostgres, migrated_template: tuple[str, DatabaseUrls]
) -> Iterator[DatabaseUrls]:
    """Clone the migrated template; return the URLs of the three roles."""
    template, urls = migrated_template
    name = create_database(postgres_server, template)
    yield DatabaseUrls(
        **{role: getattr(urls, role).replace(f"/{template}?", f"/{name}?") for role in ("app", "system", "owner")}
    )
    drop_database(postgres_server, name)


@pytest.fixture
def database(database_urls: DatabaseUrls) -> Iterator[Database]:
    """Lend a fresh database with the present schema."""
    database = Database(database_urls)
    yield database
    database.close()


@pytest.fixture
def organization(database: Database) -> Organization:
    """Create an organisation in real time, in UTC and US dollars."""
    with database.system() as tx:
        return create_organization(tx, slug="acme", name="Acme Lending")


@pytest.fixture
def other_organization(database: Database) -> Organization:
    """Create a second organisation, whose rows the first must never see."""
    with database.system() as tx:
        return create_organization(tx, slug="globex", name="Globex Credit")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return an empty home folder for settings."""
    return tmp_path / "home"
