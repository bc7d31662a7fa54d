"""Databases in which the durable engine's tables are there already: making them takes seconds, copying them does not."""

import pytest
from tests.support.postgres import create_database

from intendant.kernel.tasks import prepare_engine
from intendant.kit.database import DatabaseUrls
from intendant.kit.postgres import EmbeddedPostgres


@pytest.fixture(scope="session")
def migrated_template(
    postgres_server: EmbeddedPostgres, migrated_template: tuple[str, DatabaseUrls]
) -> tuple[str, DatabaseUrls]:
    """Copy the migrated database and add the engine's tables; return its name and its roles' URLs."""
    template, urls = migrated_template
    name = create_database(postgres_server, template)
    ours = DatabaseUrls(
        **{role: getattr(urls, role).replace(f"/{template}?", f"/{name}?") for role in ("app", "system", "owner")}
    )
    prepare_engine(ours)
    return name, ours
