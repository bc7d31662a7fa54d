"""Facts of one letter of each kind, for tests and golden files."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response

from intendant.domains.lending.letters.facts import (
    AdverseActionFacts,
    Agency,
    ArrearsFacts,
    Charge,
    CreditReport,
    Facts,
    Head,
    Lender,
    Movement,
    OfferFacts,
    Overdue,
    ScheduleFacts,
    ScheduleLine,
    SettlementFacts,
    StatementFacts,
)

LENDER = Lender(
    name="Meridian Lending",
    address=("12 Harbour Street", "Portland, OR 97201"),
    phone="(503) 555-0142",
    email="help@meridian.example",
    website="meridian.example",
    footer="Meridian Lending LLC, licensed under the Oregon Consumer Finance Act, licence CF-1234.",
    payment="By bank transfer to Meridian Lending LLC, account 000123456, routing 123456789.",
    help="Our team for payment difficulties answers on (503) 555-0143, Monday to Friday, 9 to 17.",
)


def head(reference: str = "LN-000042", borrower: str = "Ada Lovelace", lender: Lender = LENDER) -> Head:
    """Return what stands at the top."""
    return Head("L-2026-000123", date(2026, 3, 2), lender, borrower, reference, "Personal loan", "USD")


def lines(count: int = 12) -> tuple[ScheduleLine, ...]:
    """Return a plan of equal principal, whose sums can be worked out."""
    balance, found = Decimal(6000), []
    for number in range(1, count + 1):
        principal = Decimal(6000) / count
        interest = (balance * Decimal("0.01")).quantize(Decimal("0.01"))
        balance -= principal
        year, month = divmod(2 + number, 12)
        found.append(ScheduleLine(number, date(2026 + year, month + 1, 15), principal, interest, Decimal(0), balance))
    return tuple(found)


OFFER = OfferFacts(
    head=head("A-2026-17"),
    amount=Decimal(6000),
    rate=Decimal(12),
    apr=Decimal("13.421"),
    every="1m",
    lines=lines(),
    charges=(Charge("Origination fee", "$60.00, kept back when the loan is paid out"), Charge("Late fee", "$15.00 for each payment not made within 10 days")),
    paid_out=Decimal(5940),
    valid_until=date(2026, 3, 16),
)  # fmt: skip
SCHEDULE = ScheduleFacts(head(), date(2026, 3, 2), Decimal(6000), Decimal(12), Decimal(6000), lines(60))
ADVERSE = AdverseActionFacts(
    head=head("A-2026-18"),
    applied_on=date(2026, 2, 27),
    decided_on=date(2026, 2, 27),
    amount=Decimal(25000),
    term_months=48,
    reasons=(
        "Income insufficient for amount of credit requested",
        "Number of recent inquiries on credit bureau report",
    ),
    authority=Agency("Federal Trade Commission", ("Equal Credit Opportunity", "Washington, DC 20580")),
    report=CreditReport(
        Agency("Sample Credit Bureau", ("P.O. Box 100", "Springfield, IL 62701"), "1-800-555-0100"),
        "587",
        date(2026, 2, 27),
        300,
        850,
        ("Proportion of balances to credit limits is too high", "Too many accounts with balances"),
    ),
)
STATEMENT = StatementFacts(
    head=head(),
    begins=date(2026, 2, 1),
    ends=date(2026, 2, 28),
    rate=Decimal("12.5"),
    opening=Decimal(6000),
    closing=Decimal("5421.37"),
    paid=Decimal("650.00"),
    interest=Decimal("61.37"),
    charges=Decimal(15),
    movements=(
        Movement(date(2026, 2, 10), "Late fee", Decimal(15), Decimal(0), Decimal(0), Decimal(0), Decimal(6000)),
        Movement(date(2026, 2, 15), "Payment", Decimal(650), Decimal("578.63"), Decimal("56.37"), Decimal(15), Decimal("5421.37")),
    ),
    arrears=Decimal(0),
    credit=Decimal(0),
    next_due_on=date(2026, 3, 15),
    next_due=Decimal("534.20"),
)  # fmt: skip
ARREARS = ArrearsFacts(
    head(),
    date(2026, 3, 2),
    date(2026, 3, 16),
    46,
    (
        Overdue(3, date(2026, 1, 15), 46, Decimal(470), Decimal("64.20"), Decimal(15)),
        Overdue(4, date(2026, 2, 15), 15, Decimal(475), Decimal("59.20"), Decimal(0)),
    ),
    Decimal("5421.37"),
)
PAYOFF = SettlementFacts(
    head(), date(2026, 3, 10), Decimal("5421.37"), Decimal("42.70"), Decimal(0), Decimal(15), Decimal(4), Decimal("5475.07"), Decimal("1.86")
)  # fmt: skip
PAID = SettlementFacts(
    head(), date(2026, 3, 10), *[Decimal(0)] * 7, closed_on=date(2026, 3, 10), paid=Decimal("6612.44")
)  # fmt: skip

ONE_OF_EACH: dict[str, Facts] = {
    "offer": OFFER,
    "schedule": SCHEDULE,
    "adverse_action": ADVERSE,
    "statement": STATEMENT,
    "arrears": ARREARS,
    "settlement": PAYOFF,
    "paid_in_full": PAID,
}


@dataclass(frozen=True)
class Caller:
    """A client with the headers of one caller; answers are given as they come."""

    client: TestClient
    headers: dict[str, str]

    def get(self, path: str) -> Response:
        """Send a GET."""
        return self.client.get(path, headers=self.headers)

    def post(self, path: str, body: Any) -> Response:
        """Send a POST."""
        return self.client.post(path, headers=self.headers, json=body)

    def put(self, path: str, body: Any) -> Response:
        """Send a PUT."""
        return self.client.put(path, headers=self.headers, json=body)

    def delete(self, path: str) -> Response:
        """Send a DELETE."""
        return self.client.delete(path, headers=self.headers)
