"""The words of each kind of letter, made from its facts. Pure: the same facts give the same letter.

`TEMPLATE_VERSION` grows by every change of a word; a letter keeps all its words from the day it was issued.
"""

from collections.abc import Iterable
from typing import assert_never

from intendant.domains.lending.letters import figures
from intendant.domains.lending.letters.adverse_action_words import adverse_action_blocks
from intendant.domains.lending.letters.document import (
    Block,
    Document,
    Figures,
    Heading,
    Items,
    Paragraph,
)
from intendant.domains.lending.letters.facts import (
    AdverseActionFacts,
    ArrearsFacts,
    Facts,
    OfferFacts,
    ScheduleFacts,
    SettlementFacts,
    StatementFacts,
)
from intendant.domains.lending.letters.loan_words import (
    arrears_blocks,
    paid_in_full_blocks,
    payoff_blocks,
    statement_blocks,
)
from intendant.domains.lending.letters.phrases import (
    closing,
    greeting,
    how_to_pay,
    plan_table,
    sender,
    total,
    usual_payment,
)

TEMPLATE_VERSION = 1
_EVERY = {
    "1m": "month",
    "1w": "week",
    "2w": "two weeks",
    "1d": "day",
    "3m": "three months",
    "6m": "half-year",
    "12m": "year",
}


def compose(facts: Facts) -> Document:
    """Return the letter that states `facts`."""
    head = facts.head
    title, blocks = _content(facts)
    subject = "Application" if isinstance(facts, OfferFacts | AdverseActionFacts) else "Loan"
    return Document(
        title=title,
        number=head.number,
        issued_on=head.issued_on.isoformat(),
        dated=figures.day(head.issued_on),
        sender=sender(head),
        recipient=(head.borrower, *head.address),
        references=((subject, head.reference), ("Product", head.product)),
        blocks=(*blocks, *closing(head)),
        paper=head.lender.paper,
    )


def _content(facts: Facts) -> tuple[str, Iterable[Block]]:
    match facts:
        case OfferFacts():
            return "Your loan offer", _offer(facts)
        case ScheduleFacts():
            return "Your repayment schedule", _schedule(facts)
        case AdverseActionFacts():
            return "Notice of action taken on your application", adverse_action_blocks(facts)
        case StatementFacts():
            return "Statement of your loan", statement_blocks(facts)
        case ArrearsFacts():
            return "Your loan payments are overdue", arrears_blocks(facts)
        case SettlementFacts():
            paid = facts.closed_on is not None
            return (
                ("Your loan is paid in full", paid_in_full_blocks(facts))
                if paid
                else ("Your pay-off figure", payoff_blocks(facts))
            )
        case _:
            assert_never(facts)


def _offer(facts: OfferFacts) -> Iterable[Block]:
    currency, lines = facts.head.currency, facts.lines
    interest = total(each.interest for each in lines)
    fees = total(each.fees for each in lines) + (facts.amount - facts.paid_out)
    repayable = total(each.total for each in lines)
    yield greeting(facts.head)
    yield Paragraph(
        "Thank you for your application. We are pleased to offer you a loan on the terms below. The offer is valid until"
        f" {figures.day(facts.valid_until)}; until you accept it, you owe us nothing."
    )
    yield Figures(
        (
            ("Amount of the loan", figures.amount(facts.amount, currency)),
            *(
                [("Paid out to you", figures.amount(facts.paid_out, currency))]
                if facts.paid_out != facts.amount
                else []
            ),
            ("Interest rate, a year", figures.percent(facts.rate)),
            *([("Annual percentage rate (APR)", figures.percent(facts.apr))] if facts.apr is not None else []),
            ("Payments", f"{len(lines)}, one every {_EVERY.get(facts.every, facts.every)}"),
            ("Each payment", usual_payment(lines, currency)),
            ("First payment", figures.day(lines[0].due)),
            ("Last payment", figures.day(lines[-1].due)),
            ("Interest over the whole term", figures.amount(interest, currency)),
            ("Fees over the whole term", figures.amount(fees, currency)),
            ("Cost of the loan in all", figures.amount(interest + fees, currency)),
            ("Total of all payments", figures.amount(repayable, currency)),
        )
    )
    yield Paragraph(
        "The APR is the cost of the loan as a yearly rate. It counts interest and fees, and assumes that every payment is made"
        " in full on its day.",
        quiet=True,
    )
    if facts.charges:
        yield Heading("Fees, and what is charged for paying late")
        yield Items(tuple(f"{each.name}: {each.terms}" for each in facts.charges))
    yield Heading("Payment schedule")
    yield plan_table(lines, currency)
    yield Paragraph(
        "You may repay early, in part or in full, at any time. Dates and amounts above assume that the money is paid out on the"
        " planned day; they are confirmed when it is."
    )


def _schedule(facts: ScheduleFacts) -> Iterable[Block]:
    currency = facts.head.currency
    yield greeting(facts.head)
    yield Paragraph(
        f"These are the payments of your loan as it stands on {figures.day(facts.as_of)}. Payments that are made late or early,"
        " and changes that we agree with you, change it; we then send you a new schedule on request."
    )
    yield Figures(
        (
            ("Principal outstanding", figures.amount(facts.outstanding, currency)),
            ("Amount of the loan", figures.amount(facts.amount, currency)),
            ("Interest rate, a year", figures.percent(facts.rate)),
            ("Last payment", figures.day(facts.lines[-1].due) if facts.lines else "–"),
        )
    )
    yield plan_table(facts.lines, currency)
    yield from how_to_pay(facts.head)
