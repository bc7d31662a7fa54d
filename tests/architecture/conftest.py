"""An installation with two organisations, for the tests that walk it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.estate import Estate, open_estate

from intendant.bootstrap import build
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.kit.settings import Settings
from intendant.server.app import create_app


@pytest.fixture
def estate(
    database: Database, organization: Organization, other_organization: Organization, tmp_path: Path
) -> Iterator[Estate]:
    """Lend an installation with two organisations that have one of everything."""
    system = build(Settings(home=tmp_path), database)
    yield from open_estate(system, create_app(system), organization, other_organization)
    system.close()
