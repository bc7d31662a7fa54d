"""Loans in arrears for tests, written straight into their rows: what collecting reads, without the books behind it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.domains.lending.collections.model import Arrears
from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.database import Database, Transaction

BUCKETS = (0, 1, 30, 60, 90, 120, 150, 180, 210, 240)


def bucket_of(days: int) -> int:
    """Return the lower bound of the bucket that a number of days past due is in."""
    return max(bound for bound in BUCKETS if bound <= max(days, 0))


def today(organization: Organization) -> date:
    """Return the business day."""
    return organization.clock.now().astimezone(ZoneInfo(organization.time_zone)).date()


def add_loan(tx: Transaction, organization: Organization, *, days: int = 5, **columns: Any) -> UUID:
    """Write a loan that is `days` past due; `columns` overwrite what its row says."""
    loan_id: UUID = columns.pop("id", None) or ids.new_id()
    now = organization.clock.now()
    row: dict[str, Any] = {
        "organization_id": organization.id,
        "id": loan_id,
        "reference": f"L-{loan_id.hex[-8:]}",
        "product": "personal",
        "product_version": 1,
        "borrower": f"borrower-{loan_id.hex[-8:]}",
        "currency": "USD",
        "terms": "{}",
        "state": "active",
        "version": 1,
        "book": "",
        "booked_to": today(organization),
        "transactions": 1,
        "principal": Decimal(5000),
        "outstanding": Decimal(4000),
        "owed": Decimal(4100),
        "arrears": Decimal(250) if days else Decimal(0),
        "days_past_due": days,
        "bucket": bucket_of(days),
        "stage": 1 if days < 30 else 2 if days < 90 else 3,
        "provision": Decimal(40),
        "disbursed_on": today(organization) - timedelta(days=200),
        "created_at": now,
        "updated_at": now,
    }
    row |= columns
    names = ", ".join(row)
    tx.execute(f"insert into loans ({names}) values ({', '.join(f'%({name})s' for name in row)})", row)
    return loan_id


def add_step(tx: Transaction, organization: Organization, loan_id: UUID, at: datetime, **columns: Any) -> UUID:
    """Write a step that was done at a moment."""
    step_id = ids.new_id()
    row: dict[str, Any] = {
        "organization_id": organization.id,
        "id": step_id,
        "loan_id": loan_id,
        "action": "call",
        "channel": "phone",
        "state": "done",
        "planned_for": at,
        "bucket": 1,
        "outcome": "no_answer",
        "done_by": "test",
        "done_at": at,
        "version": 1,
        "created_at": at,
    }
    row |= columns
    names = ", ".join(row)
    tx.execute(f"insert into collection_steps ({names}) values ({', '.join(f'%({name})s' for name in row)})", row)
    return step_id


def add_promise(tx: Transaction, organization: Organization, loan_id: UUID, **columns: Any) -> UUID:
    """Write a promise to pay that is open until tomorrow."""
    promise_id = ids.new_id()
    row: dict[str, Any] = {
        "organization_id": organization.id,
        "id": promise_id,
        "loan_id": loan_id,
        "amount": Decimal(100),
        "due_on": today(organization) + timedelta(days=1),
        "state": "open",
        "after_sequence": 0,
        "recorded_by": "test",
        "recorded_at": organization.clock.now(),
        "version": 1,
    }
    row |= columns
    names = ", ".join(row)
    tx.execute(f"insert into promises ({names}) values ({', '.join(f'%({name})s' for name in row)})", row)
    return promise_id


def case(**fields: Any) -> Arrears:
    """Build a case for pure tests: five days past due, nothing else known."""
    days = fields.pop("days_past_due", 5)
    given: dict[str, Any] = {
        "loan_id": UUID(int=1),
        "organization_id": UUID(int=2),
        "reference": "L-1",
        "borrower": "Ada",
        "product": "personal",
        "currency": "USD",
        "state": "active",
        "outstanding": Decimal(4000),
        "owed": Decimal(4100),
        "arrears": Decimal(250),
        "provision": Decimal(40),
        "days_past_due": days,
        "bucket": bucket_of(days),
        "disbursed_on": date(2026, 1, 15),
        "zone": "UTC",
        "probability_of_default": None,
        "contacts": (),
        "promise_due_on": None,
        "promises_broken": 0,
        "hardship": None,
        "hardship_until": None,
        "no_contact": False,
        "disputed": False,
        "channels": None,
        "has_planned": False,
        "version": 0,
    }
    return Arrears(**(given | fields))


@dataclass
class Collector:
    """Short ways to look at what collecting wrote."""

    database: Database
    organization: Organization

    def add_loan(self, **columns: Any) -> UUID:
        """Write a loan."""
        with self.database.transaction(self.organization.id) as tx:
            return add_loan(tx, self.organization, **columns)

    def all(self, query: str, *parameters: object) -> list[dict[str, Any]]:
        """Return rows of the organisation."""
        with self.database.transaction(self.organization.id) as tx:
            return tx.all(query, list(parameters))

    def execute(self, query: str, *parameters: object) -> int:
        """Change rows of the organisation."""
        with self.database.transaction(self.organization.id) as tx:
            return tx.execute(query, list(parameters))
