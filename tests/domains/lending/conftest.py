"""A lender at work, on a real database."""

import pytest
from tests.support.lending import Lender, open_lender

from intendant.kernel.organizations import Organization
from intendant.kit.database import Database


@pytest.fixture
def lender(database: Database, organization: Organization) -> Lender:
    """Lend an organisation at level full, with a product and a model."""
    return open_lender(database, organization)
