"""The words of a notice of adverse action: 12 CFR 1002 (Regulation B) with its form C-1, and FCRA section 615(a) and (h)."""

from collections.abc import Iterable

from intendant.domains.lending.letters import figures
from intendant.domains.lending.letters.document import Block, Heading, Items, Notice, Paragraph
from intendant.domains.lending.letters.facts import AdverseActionFacts, Agency, CreditReport

ECOA_NOTICE = (
    "The Federal Equal Credit Opportunity Act prohibits creditors from discriminating against credit applicants on the basis of"
    " race, color, religion, national origin, sex, marital status, age (provided the applicant has the capacity to enter into a"
    " binding contract); because all or part of the applicant's income derives from any public assistance program; or because"
    " the applicant has in good faith exercised any right under the Consumer Credit Protection Act. The Federal agency that"
    " administers compliance with this law concerning this creditor is"
)
"""12 CFR 1002.9(b)(1), to be followed by name and address of the agency."""


def adverse_action_blocks(facts: AdverseActionFacts) -> Iterable[Block]:
    """Return what the notice says, after its title."""
    currency = facts.head.currency
    term = f" over {figures.count(facts.term_months, 'month')}" if facts.term_months else ""
    yield Paragraph(f"Dear {facts.head.borrower},")
    yield Paragraph(
        f"Thank you for your application of {figures.day(facts.applied_on)} for credit of"
        f" {figures.amount(facts.amount, currency)}{term}. After careful consideration we are unable to approve it. We decided"
        f" this on {figures.day(facts.decided_on)}."
    )
    yield Heading("Principal reasons for our decision")
    yield Items(facts.reasons)
    if facts.report is not None:
        yield from _report(facts.report)
    yield Notice("Notice", (f"{ECOA_NOTICE} {_named(facts.authority)}.",))
    yield Paragraph(
        "If anything you told us was incomplete or has changed, or if you think that we made a mistake, please write to us at the"
        " address above. You may apply again at any time."
    )


def _report(report: CreditReport) -> Iterable[Block]:
    agency = report.agency
    yield Heading("Your credit report and credit score")
    yield Paragraph(
        "Our decision was based in whole or in part on information in a report from the consumer reporting agency named below."
        " The agency played no part in our decision and cannot tell you why we made it. You have a right under the Fair Credit"
        " Reporting Act to know the information in your credit file. You may have a free copy of your report from the agency if"
        " you ask for it within 60 days of receiving this notice, and you may dispute with the agency whatever in it is"
        " inaccurate or incomplete."
    )
    yield Paragraph(f"{_named(agency)}{f', telephone {agency.phone}' if agency.phone else ''}.")
    yield Paragraph(
        "We also obtained your credit score from this agency and used it. A credit score is a number that reflects the"
        " information in your credit report; it can change as that information changes."
    )
    yield Items(
        (
            f"Your credit score: {report.score}",
            f"Date: {figures.day(report.scored_on)}",
            f"Scores range from a low of {report.lowest:,} to a high of {report.highest:,}",
        )
    )
    if report.factors:
        yield Paragraph("Key factors that adversely affected your credit score:")
        yield Items(report.factors)


def _named(agency: Agency) -> str:
    return ", ".join((agency.name, *agency.address))
