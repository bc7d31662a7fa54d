"""A lender with loans in arrears."""

import pytest
from tests.support.arrears import Collector

from intendant.kernel.organizations import Organization
from intendant.kit.database import Database


@pytest.fixture
def collector(database: Database, organization: Organization) -> Collector:
    """Lend short ways to look at what collecting wrote."""
    return Collector(database, organization)
