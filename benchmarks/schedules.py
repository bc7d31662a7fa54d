"""How long schedules take: LOANS loans of 24 monthly instalments, each with due dates, interest by days and level instalments.

Usage: python benchmarks/schedules.py [--loans 100000] [--instalments 24]

Every tenth loan has another convention (day count, method, grace, balloon). Beside it, what a table in binary floating point
costs: the annuity and a balance carried forward a twelfth of the rate at a time, as with numpy-financial's pmt, ipmt and ppmt;
no dates, no days, no cents. Times are of the processor, on one core.
"""

import argparse
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from intendant.domains.lending.schedules.plan import projection
from intendant.domains.lending.schedules.preview import preview
from intendant.domains.lending.terms import Base, DayCount, Grace, LoanTerms, Method, Portion

TARGET_SECONDS = 120
PREVIEWS = 1_000


def loan(number: int, instalments: int) -> LoanTerms:
    """Return the terms of a loan; numbers vary amount, rate, day and, for every tenth, the conventions."""
    plain = LoanTerms(
        amount=Decimal(1_000 + number % 9_000) + Decimal(number % 100) / 100,
        currency="USD",
        rate=Decimal(5 + number % 30) + Decimal(number % 7) / 8,
        periods=instalments,
        start=date(2024, 1, 1) + timedelta(days=number % 365),
    )
    if number % 10:
        return plain
    variants: tuple[LoanTerms, ...] = (
        replace(plain, day_count=DayCount.ACT_ACT),
        replace(plain, day_count=DayCount.THIRTY_360),
        replace(plain, method=Method.EQUAL_PRINCIPAL),
        replace(plain, grace=Grace(principal=3)),
        replace(plain, balloon=Portion(Decimal(20), Base.PRINCIPAL)),
    )
    return variants[number // 10 % len(variants)]


def in_floats(amount: float, rate: float, instalments: int) -> float:
    """Return the interest of a table in floating point."""
    monthly = rate / 1200
    payment = amount * monthly / (1 - (1 + monthly) ** -instalments)
    balance, total, table = amount, 0.0, []
    for number in range(1, instalments + 1):
        interest = balance * monthly
        balance -= payment - interest
        total += interest
        table.append((number, payment - interest, interest, balance))
    return total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loans", type=int, default=100_000)
    parser.add_argument("--instalments", type=int, default=24)
    given = parser.parse_args()
    began = time.process_time()
    lines = sum(len(projection(loan(number, given.instalments)).lines) for number in range(given.loans))
    taken = time.process_time() - began
    print(
        f"{given.loans:,} schedules, {lines:,} instalments: {taken:.1f} s on one core, "
        f"{given.loans / taken:,.0f} schedules/s, {taken / lines * 1e6:.1f} us an instalment"
    )
    began = time.process_time()
    for number in range(given.loans):
        in_floats(1_000.0 + number % 9_000, 5.0 + number % 30, given.instalments)
    floats = time.process_time() - began
    print(
        f"the same number in floating point, without dates and cents: {floats:.1f} s; ours takes {taken / floats:.0f} times that"
    )
    began = time.process_time()
    for number in range(PREVIEWS):
        preview(loan(number, given.instalments))
    each = (time.process_time() - began) / PREVIEWS
    print(f"a preview with fees, APR and effective rate: {each * 1e3:.2f} ms")
    if taken > TARGET_SECONDS * given.loans / 100_000:
        sys.exit(f"slower than {TARGET_SECONDS} s for 100,000")


if __name__ == "__main__":
    main()
