"""A ledger of an organisation that exists, and ways to look at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from intendant.domains.lending.ledger import postings
from intendant.domains.lending.ledger.postings import LoanPostings, Rebooked
from intendant.domains.lending.servicing.model import Account, Posting
from intendant.kernel.access import MATRIX, Principal, Role
from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.database import Database

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def posting(
    amount: str,
    on: date = date(2026, 1, 15),
    debit: Account = Account.PRINCIPAL,
    credit: Account = Account.CASH,
    kind: str = "disbursement",
    transaction_id: UUID | None = None,
) -> Posting:
    """Return a posting: money goes out to a borrower, unless said otherwise."""
    return Posting(kind, on, debit, credit, Decimal(amount), transaction_id)


@dataclass
class Ledger:
    """An organisation's ledger, with short ways to use it."""

    database: Database
    organization: Organization

    def by(self, role: Role = Role.MANAGER) -> Principal:
        """Return somebody of a role."""
        return Principal(
            "user", ids.new_id(), f"user:{role}", self.organization.id, role, MATRIX[role], None, None, False
        )

    def book(self, *of: LoanPostings, now: datetime = NOW) -> int:
        """Book in a transaction of its own."""
        with self.database.transaction(self.organization.id) as tx:
            return postings.book(tx, of, now=now)

    def rebook(self, *of: LoanPostings, now: datetime = NOW) -> Rebooked:
        """Rebook in a transaction of its own."""
        with self.database.transaction(self.organization.id) as tx:
            return postings.rebook(tx, of, now=now)

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Ask as the organisation."""
        with self.database.transaction(self.organization.id) as tx:
            return tx.all(query, parameters)

    def net(self, loan_id: UUID) -> dict[tuple[str, date, str, str], Decimal]:
        """Return what is booked of a loan, reversals taken off."""
        found: dict[tuple[str, date, str, str], Decimal] = {}
        for row in self.rows("select * from ledger_postings where loan_id = %s", [loan_id]):
            straight = row["reverses"] is None
            ends = (row["debit"], row["credit"]) if straight else (row["credit"], row["debit"])
            key = (row["kind"], row["value_on"], *ends)
            found[key] = found.get(key, Decimal(0)) + (row["amount"] if straight else -row["amount"])
        return {key: amount for key, amount in found.items() if amount}

    def loan(self, loan_id: UUID, outstanding: str, *, booked_to: date, state: str = "active", **more: object) -> UUID:
        """Insert a loan as it is stored."""
        values = {
            "organization_id": self.organization.id,
            "id": loan_id,
            "reference": f"L-{str(loan_id)[-8:]}",
            "product": "personal",
            "product_version": 1,
            "borrower": "Ada",
            "currency": "USD",
            "terms": "{}",
            "state": state,
            "version": 1,
            "book": "{}",
            "booked_to": booked_to,
            "transactions": 1,
            "principal": outstanding,
            "outstanding": outstanding,
            "owed": outstanding,
            "arrears": 0,
            "days_past_due": 0,
            "bucket": 0,
            "stage": 1,
            "provision": 0,
            "created_at": NOW,
            "updated_at": NOW,
        } | more
        with self.database.transaction(self.organization.id) as tx:
            tx.execute(
                f"insert into loans ({', '.join(values)}) values ({', '.join(['%s'] * len(values))})",
                list(values.values()),
            )
        return loan_id


@pytest.fixture
def ledger(database: Database, organization: Organization) -> Ledger:
    """Lend the ledger of an organisation without loans."""
    return Ledger(database, organization)


@pytest.fixture
def other_ledger(database: Database, other_organization: Organization) -> Ledger:
    """Lend the ledger of another organisation."""
    return Ledger(database, other_organization)
