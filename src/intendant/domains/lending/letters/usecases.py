"""What people do with letters: issue one about a loan or an application, and put on record that it went out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import assert_never
from uuid import UUID

from intendant.domains.lending import repository as applications
from intendant.domains.lending.collections import contacts
from intendant.domains.lending.collections.tables import STEP_OCCASION
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.letters import loan_facts, notices, repository
from intendant.domains.lending.letters.facts import Facts, LetterKind
from intendant.domains.lending.letters.loan_facts import About
from intendant.domains.lending.letters.offer_facts import OfferNotMade, find_standing_offer, offer_facts
from intendant.domains.lending.letters.recipient import recipient_of
from intendant.domains.lending.letters.repository import HowSent, Subject
from intendant.domains.lending.letters.settings import get_settings
from intendant.domains.lending.loans.model import business_day
from intendant.domains.lending.loans.repository import get_loan, list_transactions
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Invalid

SENT_AT_ONCE_MAX = 500


class LetterKindInvalid(Invalid):
    """A kind of letter that is not about this."""

    code = "letter_kind_invalid"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letter about a loan is wanted. A statement covers `begins` to `ends`; a settlement holds on `valid_on`.

    Without days, a statement covers the last whole month, and a settlement holds today.
    """

    kind: LetterKind
    begins: date | None = None
    ends: date | None = None
    valid_on: date | None = None


def issue_loan_letter(
    tx: Transaction, by: Principal, kind: LendingApplicationKind, loan_id: UUID, wanted: Wanted
) -> Row:
    """Issue a letter about a loan; raises LoanUnknown, LetterKindInvalid, LetterNotPossible or LetterPeriodInvalid."""
    by.require(Permission.LOAN_SERVICE)
    organization = get_organization(tx, tx.organization_id)
    now = clock.system_now()
    about = load_about(tx, organization, kind, loan_id, business_day(organization, now))
    facts = _facts(tx, about, wanted)
    return repository.issue(
        tx,
        organization,
        wanted.kind,
        Subject(loan_id=loan_id, application_id=about.loan.application_id),
        lambda number: replace(facts, head=replace(facts.head, number=number)),
        issued_on=about.today,
        by=by.label,
        now=now,
    )


def load_about(
    tx: Transaction, organization: Organization, kind: LendingApplicationKind, loan_id: UUID, today: date
) -> About:
    """Load what every letter about a loan needs; raises LoanUnknown."""
    loan = get_loan(tx, loan_id)
    settings, _ = get_settings(tx, organization)
    address: tuple[str, ...] = ()
    if loan.application_id is not None:
        address = recipient_of(applications.get_application(tx, kind.catalogue, loan.application_id)).address
    return About(organization, settings, loan, loan_facts.product_name(tx, loan), address, today)


def _facts(tx: Transaction, about: About, wanted: Wanted) -> Facts:
    match wanted.kind:
        case LetterKind.SCHEDULE:
            return loan_facts.schedule_facts(tx, about)
        case LetterKind.STATEMENT:
            begins, ends = _period(about, wanted)
            return loan_facts.statement_facts(about, list_transactions(tx, about.loan.id), begins, ends)
        case LetterKind.ARREARS:
            return loan_facts.arrears_facts(tx, about)
        case LetterKind.SETTLEMENT:
            return loan_facts.settlement_facts(tx, about, wanted.valid_on or about.today)
        case LetterKind.OFFER | LetterKind.ADVERSE_ACTION:
            raise LetterKindInvalid(
                f"A letter of kind {wanted.kind.value} is about an application.",
                field="kind",
                remedy="Choose schedule, statement, arrears or settlement.",
            )
        case _:
            assert_never(wanted.kind)


def _period(about: About, wanted: Wanted) -> tuple[date, date]:
    last = about.today.replace(day=1) - timedelta(days=1)
    if wanted.begins is None and wanted.ends is None and last < about.loan.terms.start:
        # No month has passed yet, so the statement covers all there is.
        return about.loan.terms.start, about.today
    ends = wanted.ends or (about.today if wanted.begins is not None else last)
    begins = wanted.begins or max(ends.replace(day=1), about.loan.terms.start)
    return begins, ends


def issue_application_letter(
    tx: Transaction,
    by: Principal,
    kind: LendingApplicationKind,
    application_id: UUID,
    letter: LetterKind,
    *,
    reasons: Sequence[str] = (),
    score_factors: Sequence[str] = (),
) -> Row:
    """Issue a letter about an application: its offer, or why it was rejected.

    Raises ApplicationUnknown, LetterKindInvalid, OfferNotMade, NoticeNotOwed or NoticeIncomplete.
    """
    by.require(Permission.LOAN_SERVICE)
    organization = get_organization(tx, tx.organization_id)
    if letter is LetterKind.ADVERSE_ACTION:
        return notices.issue_notice(
            tx, organization, kind, application_id, by=by.label, reasons=reasons, score_factors=score_factors
        )
    if letter is not LetterKind.OFFER:
        raise LetterKindInvalid(
            f"A letter of kind {letter.value} is about a loan.", field="kind", remedy="Choose offer or adverse_action."
        )
    now = clock.system_now()
    application = applications.get_application(tx, kind.catalogue, application_id)
    offer = find_standing_offer(tx, application_id)
    if offer is None:
        raise OfferNotMade("No offer stands.", field="application", remedy="Make an offer first.")
    settings, _ = get_settings(tx, organization)
    facts = offer_facts(organization, settings, application, offer, now=organization.clock.at(now))
    return repository.issue(
        tx,
        organization,
        letter,
        Subject(application_id=application_id),
        lambda number: replace(facts, head=replace(facts.head, number=number)),
        issued_on=facts.head.issued_on,
        by=by.label,
        now=now,
    )


def mark_sent(tx: Transaction, by: Principal, letter_ids: Sequence[UUID], how: HowSent) -> list[Row]:
    """Put on record that letters went out, all or none; the steps of collecting that they were are thereby done.

    Raises LetterUnknown or LetterSent.
    """
    by.require(Permission.LOAN_SERVICE)
    organization, now = get_organization(tx, tx.organization_id), clock.system_now()
    wanted = list(dict.fromkeys(letter_ids[:SENT_AT_ONCE_MAX]))
    steps = {
        letter_id: UUID(occasion.removeprefix(STEP_OCCASION))
        for letter_id, occasion in repository.list_occasions(tx, wanted).items()
        if occasion.startswith(STEP_OCCASION)
    }
    contacts.lock_steps(tx, steps.values())
    rows = []
    for letter_id in wanted:
        row = repository.mark_sent(tx, organization, letter_id, how, by=by.label, now=now)
        if letter_id in steps:
            contacts.complete_by_letter(tx, by, steps[letter_id], row["number"], how)
        rows.append(row)
    return rows
