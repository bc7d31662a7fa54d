"""How long the end of day takes: `python -m benchmarks.end_of_day [LOANS] [DAYS] [PERIODS]`, by default 10,000 loans and one day.

Loans of many amounts and rates were paid out on one day and nobody pays, so that they fall into arrears as the days go on.
Everything is on: ledger, month ends, provisions, durable PostgreSQL; days are booked as a standstill is caught up, in slices.
"""

import os
import resource
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from decimal import Decimal
from random import Random
from typing import Any

import orjson
import psycopg
from benchmarks.lender import installation

from intendant.bootstrap import System
from intendant.domains.lending.ledger.postings import LoanPostings, book
from intendant.domains.lending.loans import books, repository
from intendant.domains.lending.loans.end_of_day import SLICE_DAYS, book_all
from intendant.domains.lending.schedules.terms_json import dump_terms
from intendant.domains.lending.servicing.model import Transaction, TransactionType
from intendant.domains.lending.terms import LoanTerms, Provisioning
from intendant.kernel.organizations import Organization, set_clock
from intendant.kit import clock, ids
from intendant.kit.clock import BusinessClock

LOANS_AT_ONCE = 1_000
SHAPES = 200
"""So many different loans there are; the others are copies, since opening is not what is measured."""
OPENED = date(2026, 1, 15)
DEFAULTS = [10_000, 1, 24]


def main() -> None:
    """Open loans, book them up to a day, and then day by day."""
    given = [int(each) for each in sys.argv[1:]]
    loans, days, periods = [*given, *DEFAULTS[len(given) :]]
    with installation() as system:
        organization = system.found_organization(slug="bank", name="Bank", by="benchmark")
        began = time.perf_counter()
        _open(system, organization, loans, periods)
        # As autovacuum would have by the evening; only the owner of the tables may.
        with psycopg.connect(system.database.urls.owner, autocommit=True) as connection:
            connection.execute("analyze")
        print(f"{loans:>9,} loans x {periods} instalments opened in {time.perf_counter() - began:.1f} s", flush=True)
        _measure(system, organization, loans, days)


def _measure(system: System, organization: Organization, loans: int, days: int) -> None:
    remaining, at = days, OPENED
    seconds_total = 0.0
    while remaining > 0:
        step = min(SLICE_DAYS, remaining)
        at, remaining = at + timedelta(days=step), remaining - step
        began = time.perf_counter()
        done = book_all(system.database, organization.id, at, lambda *_: None)
        seconds = time.perf_counter() - began
        seconds_total += seconds
        peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
        print(
            f"{done.booked:>9,} loans x {step:>2} days to {at}: {seconds:>7.1f} s, {done.booked * step / seconds:>8,.0f} loan-days/s,"
            f" {len(done.set_aside)} set aside, {peak:,.0f} MB at most in one process",
            flush=True,
        )
    with system.database.transaction(organization.id) as tx:
        postings = tx.scalar("select count(*) from ledger_postings")
    print(f"{loans:>9,} loans x {days} days in {seconds_total:.1f} s; {postings:,} postings; {os.cpu_count()} cores")


def _open(system: System, organization: Organization, loans: int, periods: int) -> None:
    """Write loans that were paid out on one day, in bulk."""
    random = Random(1)
    noon = datetime.combine(OPENED, wall_time(12), UTC)
    with system.database.system() as tx:
        set_clock(tx, organization.id, BusinessClock(clock.system_now(), noon, 0.0))
    shapes = [_shape(random, periods) for _ in range(SHAPES)]
    for start in range(0, loans, LOANS_AT_ONCE):
        rows, transactions, postings = [], [], []
        for number in range(start, min(start + LOANS_AT_ONCE, loans)):
            terms, stated, posted = shapes[number % SHAPES]
            loan_id, transaction_id = ids.new_id(), ids.new_id()
            rows.append(
                {
                    "organization_id": organization.id,
                    "id": loan_id,
                    "reference": f"L-{number}",
                    "application_id": None,
                    "decision_id": None,
                    "product": "personal",
                    "product_version": 1,
                    "borrower": f"Borrower {number}",
                    "currency": terms.currency,
                    "terms": orjson.Fragment(orjson.dumps(dump_terms(terms))),
                    "floating": None,
                    "reset_on": None,
                    "version": 2,
                    "transactions": 1,
                    "created_at": noon,
                    **stated,
                }
            )
            transactions.append(_disbursement(organization, loan_id, transaction_id, terms, noon))
            moved = tuple(replace(each, transaction_id=transaction_id) for each in posted)
            postings.append(LoanPostings(loan_id, terms.currency, moved))
        with system.database.transaction(organization.id) as tx:
            repository.LOANS.run(tx, rows)
            repository.TRANSACTIONS.run(tx, transactions)
            book(tx, postings, now=noon)


def _shape(random: Random, periods: int) -> tuple[LoanTerms, dict[str, Any], tuple[Any, ...]]:
    terms = LoanTerms(
        amount=Decimal(random.randrange(500, 50_000)),
        currency="USD",
        rate=Decimal(random.randrange(40, 300)) / 10,
        periods=periods,
        start=OPENED,
        provisioning=Provisioning(Decimal("0.03"), Decimal("0.45")),
    )
    paid_out = Transaction(ids.new_id(), 1, TransactionType.DISBURSEMENT, OPENED, terms.amount)
    fold = books.replay(terms, [paid_out], OPENED)
    stated = books.figures(fold.book, datetime.combine(OPENED, wall_time(12), UTC))
    return terms, stated, tuple(fold.book.postings)


def _disbursement(
    organization: Organization, loan_id: Any, transaction_id: Any, terms: LoanTerms, noon: datetime
) -> dict[str, Any]:
    return {
        "organization_id": organization.id,
        "id": transaction_id,
        "loan_id": loan_id,
        "sequence": 1,
        "type": "disbursement",
        "value_on": OPENED,
        "amount": terms.amount,
        "currency": terms.currency,
        "parameters": {},
        "reference": None,
        "reverses": None,
        "reason": None,
        "decision_id": None,
        "recorded_by": "benchmark",
        "recorded_at": noon,
    }


if __name__ == "__main__":
    main()
