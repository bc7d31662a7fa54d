"""The words of letters about a loan that runs: statement, arrears, pay-off figure, paid in full."""

from collections.abc import Iterable

from intendant.domains.lending.letters import figures
from intendant.domains.lending.letters.document import Block, Figures, Heading, Paragraph, Table
from intendant.domains.lending.letters.facts import ArrearsFacts, SettlementFacts, StatementFacts
from intendant.domains.lending.letters.phrases import greeting, how_to_pay, right, total


def statement_blocks(facts: StatementFacts) -> Iterable[Block]:
    """Return what a statement says, after its title."""
    currency = facts.head.currency
    yield greeting(facts.head)
    yield Paragraph(
        f"This statement covers {figures.day(facts.begins)} to {figures.day(facts.ends)}, both days included."
    )
    yield Figures(
        (
            ("Principal outstanding at the end", figures.amount(facts.closing, currency)),
            ("Principal outstanding at the beginning", figures.amount(facts.opening, currency)),
            ("You paid", figures.amount(facts.paid, currency)),
            ("Interest charged in the period", figures.amount(facts.interest, currency)),
            ("Fees and penalties charged in the period", figures.amount(facts.charges, currency)),
            ("Interest rate, a year", figures.percent(facts.rate)),
            *([("Held for you as credit", figures.amount(facts.credit, currency))] if facts.credit else []),
        )
    )
    yield Heading("What comes next")
    if facts.arrears > 0:
        yield Paragraph(f"{figures.amount(facts.arrears, currency)} of your loan is overdue. Please pay it now.")
    if facts.next_due_on is not None and facts.next_due is not None:
        yield Paragraph(
            f"Your next payment of {figures.amount(facts.next_due, currency)} is due on {figures.day(facts.next_due_on)}."
        )
    elif facts.arrears <= 0:
        yield Paragraph("No payment is due.")
    yield Heading("Transactions")
    if facts.movements:
        yield _movements(facts)
    else:
        yield Paragraph("There were no transactions in this period.")
    yield from how_to_pay(facts.head)
    yield Paragraph("Please check this statement and tell us of anything that is not right.", quiet=True)


def _movements(facts: StatementFacts) -> Table:
    currency = facts.head.currency
    rows = tuple(
        (
            figures.short_day(each.on),
            each.what,
            *(
                figures.number(value, currency)
                for value in (each.amount, each.principal, each.interest, each.charges, each.balance)
            ),
        )
        for each in facts.movements
    )
    return Table(
        f"Amounts in {currency}",
        ("Date", "Transaction", "Amount", "To principal", "To interest", "To charges", "Balance"),
        ("left", "left", *right(5)),
        rows,
    )


def arrears_blocks(facts: ArrearsFacts) -> Iterable[Block]:
    """Return what a notice of arrears says, after its title."""
    currency = facts.head.currency
    overdue = total(each.total for each in facts.overdue)
    charges = total(each.charges for each in facts.overdue)
    yield greeting(facts.head)
    yield Paragraph(
        f"On {figures.day(facts.as_of)}, {figures.count(len(facts.overdue), 'payment')} of your loan"
        f" {'is' if len(facts.overdue) == 1 else 'are'} overdue, the oldest by {figures.count(facts.days_past_due, 'day')}."
        f" Please pay {figures.amount(overdue, currency)} by {figures.day(facts.pay_by)}. If you have paid in the last few days,"
        " thank you; please disregard this letter."
    )
    yield Figures(
        (
            ("Overdue now", figures.amount(overdue, currency)),
            ("of it fees and penalties", figures.amount(charges, currency)),
            ("Please pay by", figures.day(facts.pay_by)),
            ("Principal outstanding", figures.amount(facts.outstanding, currency)),
        )
    )
    yield Table(
        f"Overdue payments, in {currency}",
        ("No.", "Due", "Days late", "Principal", "Interest", "Charges", "Overdue"),
        ("right", "left", *right(5)),
        tuple(
            (
                str(each.number) if each.number else "–",
                figures.short_day(each.due),
                f"{each.days:,}",
                *(
                    figures.number(value, currency)
                    for value in (each.principal, each.interest, each.charges, each.total)
                ),
            )
            for each in facts.overdue
        ),
        (
            "",
            "Total",
            "",
            figures.number(total(each.principal for each in facts.overdue), currency),
            figures.number(total(each.interest for each in facts.overdue), currency),
            figures.number(charges, currency),
            figures.number(overdue, currency),
        ),
    )
    yield from how_to_pay(facts.head)
    yield Heading("If you cannot pay now")
    yield Paragraph(
        "Please talk to us as early as you can. We can look at a later day, smaller payments for some time, or a pause, and"
        " asking costs you nothing."
    )
    if facts.head.lender.help:
        yield Paragraph(facts.head.lender.help)
    yield Paragraph(
        "While payments are overdue, interest and any agreed late charges may go on, and we may report the delay to credit"
        " bureaus.",
        quiet=True,
    )


def payoff_blocks(facts: SettlementFacts) -> Iterable[Block]:
    """Return what a pay-off figure says, after its title."""
    currency = facts.head.currency
    yield greeting(facts.head)
    yield Paragraph(
        f"You asked what pays off your loan. If the amount below reaches us on {figures.day(facts.valid_on)} and nothing else is"
        " paid or charged before, your loan is paid in full."
    )
    yield Figures(
        (("Pay-off figure", figures.amount(facts.total, currency)), ("Valid on", figures.day(facts.valid_on)))
    )
    parts = (
        ("Principal", facts.principal),
        ("Interest", facts.interest),
        ("Fees", facts.fees),
        ("Penalties", facts.penalties),
        ("Held for you as credit", -facts.credit),
    )
    yield Table(
        f"How it is made up, in {currency}",
        ("Part", "Amount"),
        ("left", "right"),
        tuple(
            (name, figures.number(value, currency))
            for name, value in parts
            if value or name in ("Principal", "Interest")
        ),
        ("Pay-off figure", figures.number(facts.total, currency)),
    )
    if facts.per_day > 0:
        yield Paragraph(
            f"Interest grows by about {figures.amount(facts.per_day, currency)} a day. For another day, ask for a new figure."
        )
    yield from how_to_pay(facts.head)


def paid_in_full_blocks(facts: SettlementFacts) -> Iterable[Block]:
    """Return what is said when a loan is paid in full, after the title."""
    currency = facts.head.currency
    on = facts.closed_on or facts.valid_on
    yield greeting(facts.head)
    yield Paragraph(
        f"Your loan was closed on {figures.day(on)}. Nothing is owed on it any more, and we make no further claim under it."
        " Thank you."
    )
    yield Figures(
        (
            ("Left to pay", figures.amount(facts.total, currency)),
            ("Closed on", figures.day(on)),
            ("Paid over the life of the loan", figures.amount(facts.paid, currency)),
        )
    )
    yield Paragraph(
        "Please keep this letter as proof. If you set up a standing payment for this loan, please end it now."
    )
