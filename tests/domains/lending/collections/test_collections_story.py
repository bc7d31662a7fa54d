"""A real loan that is not paid: it comes into the queue by the end of day, is promised, breaks it, and is given relief."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.support.arrears import Collector
from tests.support.lending import Lender
from tests.support.loans import START, LoanBook

from intendant.domains.lending.collections import marks, promises
from intendant.domains.lending.collections.planning import plan_collections
from intendant.domains.lending.collections.settlement import settle_organization
from intendant.domains.lending.daily import after_end_of_day
from intendant.domains.lending.invariants import INVARIANTS
from intendant.domains.lending.manifest import LENDING
from intendant.kernel.access import MATRIX, PermissionMissing, Role


@pytest.fixture
def book(lender: Lender) -> LoanBook:
    """Lend the lender's loans, on the first of January."""
    book = LoanBook(lender.database, lender.organization)
    book.move_to(START)
    return book


def _to(book: LoanBook, day: date) -> None:
    book.move_to(day)
    book.end_of_day(day)
    settle_organization(book.database, book.organization.id, day)


def test_a_loan_in_arrears_is_worked_until_it_is_given_relief(
    lender: Lender, book: LoanBook, collector: Collector
) -> None:
    loan = book.lend()
    due = date(2026, 2, 1)
    _to(book, due)
    assert plan_collections(lender.decider, lender.organization.id).considered == 0
    _to(book, due + timedelta(days=1))
    assert plan_collections(lender.decider, lender.organization.id).considered == 1
    (question,) = collector.all("select action from approvals where kind = 'lending.collection'")
    assert question["action"] == "remind"
    with lender.database.transaction(lender.organization.id) as tx:
        given = promises.GivenPromise(Decimal(50), due + timedelta(days=3))
        promises.record_promise(tx, book.by, loan.id, given)
    book.pay(loan, 20)
    _to(book, due + timedelta(days=3))
    assert [row["state"] for row in collector.all("select state from promises")] == ["open"]
    _to(book, due + timedelta(days=4))
    (promise,) = collector.all("select state, paid from promises")
    assert (promise["state"], promise["paid"]) == ("broken", 20)
    with lender.database.transaction(lender.organization.id) as tx:
        marks.ask_hardship(tx, book.by, loan.id, reason="Lost the job.")
        until = due + timedelta(days=60)
        row = marks.grant_hardship(tx, book.by, loan.id, until=until, reason="For two months.")
    assert (row["hardship"], row["hardship_until"]) == ("granted", until)
    assert collector.all("select parameters ->> 'until' as until from loan_transactions where type = 'pause'")[0] == {
        "until": until.isoformat()
    }
    _to(book, due + timedelta(days=10))
    assert plan_collections(lender.decider, lender.organization.id).considered == 0


def test_a_payment_in_time_keeps_the_promise_and_closes_what_was_asked(
    lender: Lender, book: LoanBook, collector: Collector
) -> None:
    loan = book.lend()
    day = date(2026, 2, 5)
    _to(book, day)
    plan_collections(lender.decider, lender.organization.id)
    with lender.database.transaction(lender.organization.id) as tx:
        promises.record_promise(tx, book.by, loan.id, promises.GivenPromise(Decimal("106.62"), day))
    book.pay(loan, Decimal("106.62"))
    settle_organization(book.database, book.organization.id, day)
    assert [row["state"] for row in collector.all("select state from promises")] == ["kept"]
    assert [row["state"] for row in collector.all("select state from approvals")] == ["stale"]


def test_who_may_not_relieve_grants_nothing(lender: Lender, book: LoanBook) -> None:
    loan = book.lend()
    _to(book, date(2026, 2, 5))
    operator = replace(book.by, role=Role.OPERATOR, permissions=MATRIX[Role.OPERATOR])
    with lender.database.transaction(lender.organization.id) as tx:
        marks.ask_hardship(tx, operator, loan.id, reason="Lost the job.")
    with (
        pytest.raises(PermissionMissing),
        lender.database.transaction(lender.organization.id) as tx,
    ):
        marks.grant_hardship(tx, operator, loan.id, until=date(2026, 3, 1), reason="Because.")


def test_the_end_of_day_settles_collections() -> None:
    assert settle_organization in [work for _, work in after_end_of_day()]


def test_a_planned_step_rests_on_a_decision_that_acted(lender: Lender, collector: Collector) -> None:
    names = [name for name in LENDING.invariants or {} if "collection" in name]
    assert len(names) >= 2
    collector.add_loan(days=20)
    plan_collections(lender.decider, lender.organization.id)
    loan_id = collector.all("select id from loans")[0]["id"]
    decision = collector.all("select id from decisions")[0]["id"]
    with lender.database.system() as tx:
        assert not [row for name in names for row in tx.all((LENDING.invariants or {})[name])]
    collector.execute(
        "insert into collection_steps (organization_id, id, loan_id, action, state, planned_for, decision_id, bucket, version,"
        " created_at) values (%s, gen_random_uuid(), %s, 'call', 'planned', now(), %s, 1, 1, now())",
        lender.organization.id,
        loan_id,
        decision,
    )
    with lender.database.system() as tx:
        assert [row for name in names for row in tx.all((LENDING.invariants or {})[name])]
    assert INVARIANTS
