"""A workshop on a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.workshop import Workshop, open_workshop

from intendant.kit.database import Database


@pytest.fixture
def workshop(database: Database, tmp_path: Path) -> Iterator[Workshop]:
    """Lend a workshop."""
    with open_workshop(database, tmp_path) as workshop:
        yield workshop
