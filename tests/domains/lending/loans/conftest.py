"""A loan book on a real database."""

import pytest
from tests.support.loans import START, LoanBook

from intendant.kernel.organizations import Organization
from intendant.kit.database import Database


@pytest.fixture
def book(database: Database, organization: Organization) -> LoanBook:
    """Lend an organisation whose clock stands at the first of January."""
    book = LoanBook(database, organization)
    book.move_to(START)
    return book
