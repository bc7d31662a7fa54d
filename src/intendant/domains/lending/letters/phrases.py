"""Phrases that several letters share."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from intendant.domains.lending.letters import figures
from intendant.domains.lending.letters.document import Align, Block, Notice, Paragraph, Sender, Table
from intendant.domains.lending.letters.facts import Head, Lender, ScheduleLine


def greeting(head: Head) -> Paragraph:
    """Return how the letter begins."""
    return Paragraph(f"Dear {head.borrower},")


def closing(head: Head) -> Iterable[Block]:
    """Return how the letter ends."""
    yield Paragraph("Yours sincerely,")
    yield Paragraph(head.lender.name)
    if head.is_demo:
        yield Paragraph(
            "This letter is part of a demonstration. Nobody named in it exists, and nothing in it is owed.", quiet=True
        )


def sender(head: Head) -> Sender:
    """Return the letterhead."""
    lender: Lender = head.lender
    contact = tuple(each for each in (lender.phone, lender.email, lender.website) if each)
    return Sender(lender.name, lender.address, contact, lender.footer)


def how_to_pay(head: Head) -> Iterable[Block]:
    """Say how to pay, and with what reference."""
    yield Notice(
        "How to pay",
        (
            *([head.lender.payment] if head.lender.payment else []),
            f"Please give {head.reference} as the reference, so that your payment reaches your loan.",
        ),
    )


def plan_table(lines: Sequence[ScheduleLine], currency: str) -> Table:
    """Return the table of planned payments, with their totals."""
    return Table(
        f"Payments, in {currency}",
        ("No.", "Due", "Principal", "Interest", "Fees", "Payment", "Balance after"),
        ("right", "left", *right(5)),
        tuple(
            (
                str(each.number) if each.number else "–",
                figures.short_day(each.due),
                *(
                    figures.number(value, currency)
                    for value in (each.principal, each.interest, each.fees, each.total, each.balance)
                ),
            )
            for each in lines
        ),
        (
            "",
            "Total",
            *(
                figures.number(total(values), currency)
                for values in (
                    [each.principal for each in lines],
                    [each.interest for each in lines],
                    [each.fees for each in lines],
                    [each.total for each in lines],
                )
            ),
            "",
        ),
    )


def usual_payment(lines: Sequence[ScheduleLine], currency: str) -> str:
    """Name the payment that most lines have, and say so where others differ."""
    totals = [each.total for each in lines]
    usual = max(totals, key=lambda value: (totals.count(value), value))
    text = figures.amount(usual, currency)
    others = len(totals) - totals.count(usual)
    if others == 0:
        return text
    if others == 1 and totals[-1] != usual:
        return f"{text}, the last {figures.amount(totals[-1], currency)}"
    return f"from {figures.amount(min(totals), currency)} to {figures.amount(max(totals), currency)}"


def total(values: Iterable[Decimal]) -> Decimal:
    """Add amounts up."""
    return sum(values, Decimal(0))


def right(count: int) -> tuple[Align, ...]:
    """Return so many columns of figures."""
    return tuple("right" for _ in range(count))
