"""The simulation at the product's door: past loans come in once, borrowers pay once a day, what is lost is given up."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.lending import open_lender
from tests.support.loans import START, LoanBook

from intendant.bootstrap import build
from intendant.domains.lending import usecases
from intendant.domains.lending.catalogue import parse_product
from intendant.domains.lending.manifest import LENDING
from intendant.kernel import access
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.clock import BusinessClock
from intendant.kit.database import Database
from intendant.kit.settings import Settings
from intendant.simulator.lender import PRODUCT
from intendant.simulator.past import PAST_LOANS
from intendant.simulator.servicing import PAST_PER_ROUND, PastBook, Servicing

SEED = 20
KEY = str(PRODUCT["key"])


@pytest.fixture
def book(database: Database, organization: Organization) -> LoanBook:
    """Lend the simulated lender's organisation, on the first of January."""
    lender = open_lender(database, organization, model=False)
    with database.transaction(organization.id) as tx:
        usecases.publish_product(tx, organization, lender.kind.catalogue, parse_product(PRODUCT), author="test")
    book = LoanBook(database, organization)
    book.move_to(START)
    return book


@pytest.fixture
def client(book: LoanBook, database: Database, tmp_path: Path) -> Iterator[TestClient]:
    """Serve it."""
    with database.system() as tx:
        secret, _ = access.create_key(
            tx, organization_id=book.organization.id, name="test", role=access.Role.ORGANIZATION_ADMIN, by="test"
        )
    with TestClient(lend_app(build(Settings(home=tmp_path), database))) as client:
        client.headers["Authorization"] = f"Bearer {secret}"
        yield client


def test_past_loans_come_in_once_a_few_at_a_time_and_a_new_run_goes_on_where_the_last_was(
    book: LoanBook, client: TestClient
) -> None:
    for round_number in range(1, 4):
        PastBook(SEED, KEY, START).step(client)
        assert book.scalar("select count(*) from loans") == round_number * PAST_PER_ROUND
    again = PastBook(SEED, KEY, START, PAST_LOANS + 1)
    again.step(client)
    assert again.is_done
    assert book.scalar("select count(*) from loans") == 3 * PAST_PER_ROUND
    assert book.scalar("select count(*) from loan_transactions where type = 'repayment'") > 3 * PAST_PER_ROUND
    assert book.scalar("select count(*) from loan_transactions where value_on >= %s", [START]) == 0


def test_borrowers_pay_once_a_day_and_the_books_hold(book: LoanBook, client: TestClient, database: Database) -> None:
    past = PastBook(SEED, KEY, START)
    while not past.is_done:
        past.step(client)
    paid: list[int] = []
    for number in range(1, 36):
        day = START + timedelta(days=number)
        book.move_to(day)
        book.end_of_day(day)
        moment = BusinessClock(clock.system_now(), datetime.combine(day, time(12), UTC), 0.0)
        for _ in range(2):
            # The second is a new run on the same day, which has nothing left to do.
            Servicing(SEED, moment).step(client)
            paid.append(
                book.scalar("select count(*) from loan_transactions where value_on = %s and type = 'repayment'", [day])
            )
        assert paid[-1] == paid[-2]
    assert sum(paid) > 2 * 35
    assert book.scalar("select count(*) from quarantine") == 0
    states = {row["state"]: row["count"] for row in book.rows("select state, count(*) from loans group by state")}
    assert sum(states.values()) == PAST_LOANS
    assert states["active"] > states["closed"] > states["charged_off"] + states["written_off"] > 0
    late = book.scalar("select count(*) from loans where days_past_due between 1 and 89")
    assert 0 < late < states["active"] / 3
    with database.system() as tx:
        for name, query in LENDING.invariants.items():
            assert tx.all(query) == [], name


def test_before_the_bank_s_file_has_come_nobody_pays(book: LoanBook, client: TestClient) -> None:
    PastBook(SEED, KEY, START).step(client)
    early = BusinessClock(clock.system_now(), datetime.combine(START, time(8), UTC), 0.0)
    before = book.scalar("select count(*) from loan_transactions")
    Servicing(SEED, early).step(client)
    assert book.scalar("select count(*) from loan_transactions") == before
