"""The facts of a notice of adverse action, from what was decided; and what keeps one from being written.

A notice that lacks what the law asks for is not issued: it says what is lacking, and waits for a person.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.domains.lending import explanations, repository
from intendant.domains.lending.adverse_action import REASONS_MAX
from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.champions import Champions
from intendant.domains.lending.letters.facts import AdverseActionFacts, CreditReport, Head
from intendant.domains.lending.letters.recipient import recipient_of
from intendant.domains.lending.letters.settings import LetterSettings
from intendant.domains.lending.model import Application, ApplicationState
from intendant.kernel import approvals, decisions
from intendant.kernel.organizations import Organization
from intendant.kit.database import Transaction
from intendant.kit.errors import Conflict

NOTICE_DAYS = 30
"""12 CFR 1002.9(a)(1)(i): within 30 days after receiving a completed application."""
FACTORS_MAX = 5
"""FCRA 609(f)(1)(C) and (9): four key factors, and inquiries as a fifth."""


class NoticeNotOwed(Conflict):
    """The application was not rejected."""

    code = "notice_not_owed"


class NoticeIncomplete(Conflict):
    """Something that the law asks for is not known, so no notice can be written."""

    code = "notice_incomplete"


def due_at(submitted_at: datetime) -> datetime:
    """Return until when the applicant must be told."""
    return submitted_at + timedelta(days=NOTICE_DAYS)


def adverse_action_facts(
    tx: Transaction,
    organization: Organization,
    catalogue: Catalogue,
    champions: Champions,
    settings: LetterSettings,
    application_id: UUID,
    *,
    now: datetime,
    reasons: Sequence[str] = (),
    score_factors: Sequence[str] = (),
) -> tuple[AdverseActionFacts, Application]:
    """Return the facts, yet without a number; `reasons` are a person's, and stand in place of those found.

    `now` is business time. Raises ApplicationUnknown, NoticeNotOwed or NoticeIncomplete.
    """
    application = repository.get_application(tx, catalogue, application_id)
    if application.state is not ApplicationState.REJECTED or application.decision_id is None:
        raise NoticeNotOwed(
            f"The application is {application.state.value}, so no reasons are owed.",
            field="application",
            remedy="Notices of adverse action are for rejected applications.",
        )
    approvals.require_shown(tx, application.decision_id)
    record = decisions.get_decision(tx, application.decision_id)
    explained = explanations.explain(tx, catalogue, champions, record)
    found = _reasons(explained) if not reasons else tuple(reasons)
    if not found:
        raise NoticeIncomplete(
            "No specific reason could be found for the rejection.",
            field="reasons",
            remedy="Issue the notice yourself and state the reasons.",
        )
    if not settings.address:
        raise NoticeIncomplete(
            "The lender's address is not known, and every notice must state it.",
            field="address",
            remedy="Write it in the letter settings.",
        )
    zone, recipient = ZoneInfo(organization.time_zone), recipient_of(application)
    decided_at = datetime.fromisoformat(str(record["decided_at"]))
    facts = AdverseActionFacts(
        head=Head(
            number="",
            issued_on=now.astimezone(zone).date(),
            lender=settings.lender,
            borrower=recipient.name,
            reference=application.reference,
            product=application.product.name,
            currency=application.currency,
            is_demo=organization.kind != "real",
            address=recipient.address,
        ),
        applied_on=application.submitted_at.astimezone(zone).date(),
        decided_on=decided_at.astimezone(zone).date(),
        amount=application.amount,
        term_months=application.term_months,
        reasons=found[:REASONS_MAX],
        authority=settings.authority,
        report=_report(explained, record, settings, application, zone, score_factors),
    )
    return facts, application


def _reasons(explained: Any) -> tuple[str, ...]:
    adverse = explained["adverse_action"]
    return () if adverse is None else tuple(each["text"] for each in adverse["reasons"])


def _report(
    explained: Any,
    record: Any,
    settings: LetterSettings,
    application: Application,
    zone: ZoneInfo,
    score_factors: Sequence[str],
) -> CreditReport | None:
    if explanations.CONSUMER_REPORT not in explained["notices"]:
        return None
    if settings.bureau is None:
        raise NoticeIncomplete(
            "A credit score was used, and the agency that reported it is not known.",
            field="bureau",
            remedy="Name the consumer reporting agency in the letter settings.",
        )
    return CreditReport(
        settings.bureau,
        f"{float(record['values']['credit_score']):.10g}",
        application.submitted_at.astimezone(zone).date(),
        settings.score_lowest,
        settings.score_highest,
        tuple(score_factors[:FACTORS_MAX]),
    )
