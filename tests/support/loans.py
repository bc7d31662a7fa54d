"""A lender's loan book for tests: an organisation whose clock stands still until it is moved, and short ways to its loans."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from intendant.domains.lending.loans import recording, repository
from intendant.domains.lending.loans.end_of_day import book_all
from intendant.domains.lending.loans.model import Loan, NewTransaction, Recorded
from intendant.domains.lending.loans.opening import open_loan, record_disbursement
from intendant.domains.lending.servicing.model import TransactionType
from intendant.domains.lending.terms import LoanTerms
from intendant.kernel.access import Principal, Role, user_principal
from intendant.kernel.organizations import Organization, get_organization, set_clock
from intendant.kit import clock, ids
from intendant.kit.clock import BusinessClock
from intendant.kit.database import Database

START = date(2026, 1, 1)


def loan_terms(
    amount: object = 1_200, rate: object = 12, periods: int = 12, start: date = START, **more: Any
) -> LoanTerms:
    """Return plain terms: monthly equal instalments."""
    return LoanTerms(
        amount=Decimal(str(amount)), currency="USD", rate=Decimal(str(rate)), periods=periods, start=start, **more
    )


@dataclass
class LoanBook:
    """An organisation with loans, on a day that only tests move."""

    database: Database
    organization: Organization
    by: Principal = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.by = user_principal(
            ids.new_id(), "manager@acme.test", self.organization.id, Role.MANAGER, session_id=None, is_super_admin=False
        )

    def move_to(self, day: date) -> None:
        """Let it be noon of a day, and stay so."""
        noon = datetime.combine(day, time(12), UTC)
        with self.database.system() as tx:
            set_clock(tx, self.organization.id, BusinessClock(clock.system_now(), noon, 0.0))

    def open(self, terms: LoanTerms | None = None, **more: Any) -> Loan:
        """Open a loan, of which nothing is paid out."""
        self.count += 1
        with self.database.transaction(self.organization.id) as tx:
            return open_loan(
                tx,
                get_organization(tx, self.organization.id),
                terms=terms or loan_terms(),
                reference=more.pop("reference", f"L-{self.count}"),
                borrower="Ada Lovelace",
                product="personal",
                product_version=1,
                by="test",
                **more,
            )

    def lend(self, terms: LoanTerms | None = None, **more: Any) -> Loan:
        """Open a loan and pay all of it out on its first day."""
        loan = self.open(terms, **more)
        with self.database.transaction(self.organization.id) as tx:
            return record_disbursement(tx, loan.id, amount=loan.terms.amount, by="test", value_on=loan.terms.start).loan

    def record(
        self, loan: Loan, kind: TransactionType, amount: object = 0, on: date | None = None, **more: Any
    ) -> Recorded:
        """Record a transaction as a manager."""
        version = more.pop("expected_version", None)
        new = NewTransaction(
            type=kind, amount=Decimal(str(amount)), value_on=on, reason=more.pop("reason", "A test."), **more
        )
        with self.database.transaction(self.organization.id) as tx:
            return recording.record(tx, self.by, loan.id, new, expected_version=version)

    def pay(self, loan: Loan, amount: object, on: date | None = None, **more: Any) -> Recorded:
        """Record a repayment."""
        return self.record(loan, TransactionType.REPAYMENT, amount, on, **more)

    def reverse(self, loan: Loan, transaction_id: UUID) -> Recorded:
        """Reverse a transaction as a manager."""
        with self.database.transaction(self.organization.id) as tx:
            return recording.reverse(tx, self.by, loan.id, transaction_id, reason="It was another loan's.")

    def loan(self, loan: Loan) -> Loan:
        """Read a loan anew."""
        with self.database.transaction(self.organization.id) as tx:
            return repository.get_loan(tx, loan.id)

    def end_of_day(self, to: date, **more: Any) -> int:
        """Book all loans up to a day in this process; return how many were booked."""
        return book_all(self.database, self.organization.id, to, lambda *_: None, **({"processes": 1} | more)).booked

    def ledger(self, loan: Loan) -> dict[tuple[Any, ...], Decimal]:
        """Return what the ledger says of a loan: the net of each kind, day, pair of accounts and transaction."""
        rows = self.rows(
            "select kind, value_on, transaction_id, debit, credit, amount, reverses from ledger_postings where loan_id = %s",
            [loan.id],
        )
        net: dict[tuple[Any, ...], Decimal] = {}
        for row in rows:
            sides = (row["debit"], row["credit"]) if row["reverses"] is None else (row["credit"], row["debit"])
            sign = 1 if row["reverses"] is None else -1
            key = (row["kind"], row["value_on"], row["transaction_id"], *sides)
            net[key] = net.get(key, Decimal(0)) + sign * row["amount"]
        return {key: amount for key, amount in net.items() if amount}

    def rows(self, query: str, parameters: list[object] | None = None) -> list[dict[str, Any]]:
        """Return rows of the organisation."""
        with self.database.transaction(self.organization.id) as tx:
            return tx.all(query, parameters)

    def scalar(self, query: str, parameters: list[object] | None = None) -> Any:
        """Return one value of the organisation's rows."""
        with self.database.transaction(self.organization.id) as tx:
            return tx.scalar(query, parameters)


def days(first: date, last: date) -> list[date]:
    """List the days from one to another, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
