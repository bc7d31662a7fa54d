"""A lender that makes offers, on a real database."""

import pytest
from tests.support.lending import Lender
from tests.support.offers import OfferingLender


@pytest.fixture
def offering(lender: Lender) -> OfferingLender:
    """Lend an organisation at level full whose product leads to offers."""
    found = OfferingLender(lender)
    found.publish()
    return found
