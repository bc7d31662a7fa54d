"""The decision kind `lending.offer`: on what terms an approved application is offered a loan.

A price follows from the product and is no guess, so an offer that has one is certain; without one a person names it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.contract import CANCEL_OFFER, EXPIRE, OFFER, OFFER_KIND, OFFER_MADE, OFFERS_COMPONENT
from intendant.domains.lending.model import ApplicationState
from intendant.domains.lending.offers import explaining, repository, requests, tables, vocabulary
from intendant.domains.lending.offers.model import (
    OfferCase,
    OfferChanged,
    OfferClosed,
    OfferInvalid,
    OfferNotPossible,
    OfferOpen,
    OfferState,
    OfferUnknown,
)
from intendant.domains.lending.offers.policy import offer_policy
from intendant.domains.lending.offers.pricing import Quote, Unpriced, quote
from intendant.domains.lending.schedules.terms_json import dump_terms
from intendant.kernel import events
from intendant.kernel.gate import Policy, ReasonCode, VerdictKind
from intendant.kernel.registry import (
    Alternative,
    Context,
    Decided,
    EffectRequest,
    Estimate,
    Proposal,
    Recommendation,
    SimilarCase,
    Vocabulary,
)
from intendant.kit import ids
from intendant.kit.bulk import Writes
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import IntendantError

CERTAIN = 1.0
SWITCHED_OFF = frozenset({ReasonCode.HALTED, ReasonCode.STOPPED})


@dataclass(slots=True)
class Ready:
    """An offer with its price, or with why it has none."""

    case: OfferCase
    priced: Quote | Unpriced


class LendingOfferKind:
    """Decides offers. One instance serves all organisations and threads."""

    name = OFFER_KIND
    component = OFFERS_COMPONENT

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def default_policy(self) -> Policy:
        """Return the policy with which a new organisation starts."""
        return offer_policy()

    def prepare(
        self, tx: Transaction, proposals: Sequence[Proposal], contexts: Mapping[UUID, Context]
    ) -> Sequence[object | IntendantError]:
        """Lock the offers, see that each may still be decided, and price it: two queries."""
        cases = [_case_of(proposal) for proposal in proposals]
        stored = repository.lock(
            tx, "offers", [(p.organization_id, c.id) for p, c in zip(proposals, cases, strict=True) if c.version > 0]
        )
        states = repository.application_states(tx, [case.application.id for case in cases])
        prepared: list[object | IntendantError] = []
        opened: set[UUID] = set()
        for proposal, case in zip(proposals, cases, strict=True):
            error = _why_not(case, stored.get(case.id), states.get(case.application.id), opened)
            if error is not None:
                prepared.append(error)
                continue
            opened.add(case.application.id)
            try:
                ready = _priced(proposal, case, contexts[proposal.organization_id])
            except OfferInvalid as invalid:
                prepared.append(invalid)
                continue
            case.ready = ready
            prepared.append(ready)
        return prepared

    def estimate(self, prepared: Sequence[tuple[Proposal, object, Context]]) -> Sequence[Estimate]:
        """Propose to make each offer at its price; where there is none, a person is asked."""
        return [_estimate(proposal, _ready(ready)) for proposal, ready, _ in prepared]

    def settle(self, decided: Sequence[Decided], writes: Writes) -> Sequence[Sequence[EffectRequest]]:
        """Store each offer in the state its verdict leads to, and the conditions of those that are made."""
        for member in decided:
            _settle(member, writes)
        return [() for _ in decided]

    def declined(self, action: str) -> str:
        """Return what declining a proposed offer means: none is made, and the application is looked at again."""
        return CANCEL_OFFER if action == OFFER else EXPIRE

    def expired(self, action: str) -> str:  # noqa: ARG002 - whatever was proposed
        """Return what follows when nobody answers in time: the offer is not made."""
        return EXPIRE

    def reconsider(self, tx: Transaction, subject_ids: Sequence[UUID]) -> Mapping[UUID, tuple[object, int]]:
        """Load offers that are to be decided, with their versions."""
        found = repository.load_offer_cases(tx, self.catalogue, subject_ids)
        return {offer_id: (case, case.version) for offer_id, case in found.items()}

    def list_waiting(
        self, tx: Transaction, organizations: Sequence[UUID], *, limit: int
    ) -> Sequence[tuple[UUID, UUID]]:
        """List offers that no decision has settled yet: those of fresh approvals, and what a stop held up."""
        return repository.list_waiting_offers(tx, organizations, self.component, limit=limit)

    def right(self, action: str, outcome: float) -> bool | None:  # noqa: ARG002 - a price is agreed, not predicted
        """Say nothing: whether an offer is taken does not tell whether it was right to make it."""
        return None

    def explain(self, tx: Transaction, record: Mapping[str, object]) -> Mapping[str, object]:  # noqa: ARG002 - all is on record
        """Explain a recorded decision from its frozen values."""
        return explaining.explain_offer(record)

    def vocabulary(self, tx: Transaction) -> Vocabulary:
        """List what rules of offers may look at."""
        return vocabulary.offer_words(tx)

    def reweigh(self, record: Mapping[str, Any], policy: Policy) -> Recommendation:  # noqa: ARG002 - a price needs no threshold
        """Say what would be recommended under another policy: the same, since the price stays."""
        return Recommendation(record["action"], record["confidence"], record["values"])

    def similar(self, tx: Transaction, record: Mapping[str, object], *, limit: int) -> Sequence[SimilarCase]:  # noqa: ARG002
        """Compare nothing: a price follows from the product, not from other cases."""
        return ()


def _case_of(proposal: Proposal) -> OfferCase:
    assert isinstance(proposal.subject, OfferCase)  # noqa: S101 - the kind's own typed value
    return proposal.subject


def _ready(value: object) -> Ready:
    assert isinstance(value, Ready)  # noqa: S101 - prepared by this kind
    return value


def _why_not(
    case: OfferCase, stored: Row | None, application: tuple[str, bool] | None, opened: set[UUID]
) -> IntendantError | None:
    """Say why an offer cannot be decided now."""
    if case.version > 0:
        if stored is None:
            return OfferUnknown("There is no such offer.", field="offer")
        if stored["version"] != case.version:
            return OfferChanged("The offer has changed meanwhile.", field="version", remedy="Look at it again.")
        if stored["state"] != OfferState.PROPOSED.value:
            return OfferClosed(f"The offer is {stored['state']}.", field="state", remedy="Nothing is left to decide.")
    state, is_offered = application or ("unknown", False)
    if state != ApplicationState.APPROVED.value:
        return OfferNotPossible(
            f"The application is {state.replace('_', ' ')}, not approved.",
            field="application",
            remedy="Only an approved application is offered a loan.",
        )
    if case.version == 0 and (is_offered or case.application.id in opened):
        return OfferOpen(
            "The application has an open offer.", field="application", remedy="Decline or withdraw that one first."
        )
    return None


def _priced(proposal: Proposal, case: OfferCase, context: Context) -> Ready:
    """Price an offer as of today, amended by an answer; raises OfferInvalid."""
    answer = proposal.answer
    if answer is not None and answer.parameters:
        case = replace(case, requested=requests.amended(case.requested, answer.parameters))
    today = context.now.astimezone(ZoneInfo(context.organization.time_zone)).date()
    priced = quote(case.application, case.requested, case.facts, today)
    if answer is not None and answer.action == OFFER and isinstance(priced, Unpriced):
        raise OfferInvalid(
            f"Nothing can be offered: {priced.why}", field=f"amended.{priced.field}", remedy=priced.remedy
        )
    return Ready(case, priced)


def _estimate(proposal: Proposal, ready: Ready) -> Estimate:
    case, priced = ready.case, ready.priced
    application = case.application
    action = OFFER if proposal.answer is None else proposal.answer.action
    is_priced = isinstance(priced, Quote)
    amount = priced.terms.amount if isinstance(priced, Quote) else application.amount
    parameters: dict[str, object] = {
        "offer_id": str(case.id),
        "application_id": str(application.id),
        "reference": application.reference,
        "amount": str(amount),
    }
    if isinstance(priced, Quote):
        parameters |= {
            "term_months": priced.term_months,
            "rate": str(priced.terms.rate),
            "apr": None if priced.apr is None else str(priced.apr),
            "risk_band": priced.band,
            "instalment": str(priced.instalment),
        }
    return Estimate(
        action=action,
        confidence=CERTAIN if is_priced or action != OFFER else None,
        values=vocabulary.offer_values(case, priced),
        amount=amount,
        currency=application.currency,
        parameters=parameters,
        abstain=None if isinstance(priced, Quote) else priced.why,
        alternatives=(
            Alternative(OFFER, CERTAIN if is_priced else None, 1.0 if action == OFFER else 0.0),
            Alternative(CANCEL_OFFER, None, 1.0 if action == CANCEL_OFFER else 0.0),
        ),
        reversible=True,
        subject_version=case.version + 1,
        summary=_summary(case, priced),
    )


def _summary(case: OfferCase, priced: Quote | Unpriced) -> str:
    application = case.application
    if isinstance(priced, Unpriced):
        return f"Offer {application.amount:,.2f} {application.currency}: {priced.why}"
    terms = priced.terms
    band = f", band {priced.band}" if priced.band else ""
    return (
        f"Offer {terms.amount:,.2f} {terms.currency} over {priced.term_months} months at {_plain(terms.rate)}"
        f" (APR {_plain(priced.apr)}{band})"
    )


def _plain(percent: Decimal | None) -> str:
    return "unknown" if percent is None else f"{percent.normalize():f} %"


def _settle(member: Decided, writes: Writes) -> None:
    proposal, context, verdict = member.proposal, member.context, member.verdict
    case = _case_of(proposal)
    stopped = bool(SWITCHED_OFF & {each.code for each in verdict.reasons if each.kind is VerdictKind.REFUSE})
    if stopped and case.version > 0:
        # Untouched, so that it is decided when the business runs again.
        return
    ready = _ready(case.ready)
    case, priced = ready.case, ready.priced
    state = _state_after(member.estimate.action, verdict.kind, stopped=stopped)
    row: Row = tables.proposed_row(
        case.application, proposal.organization_id, by=case.created_by, now=context.now, requested=case.requested
    )
    row |= {
        "id": case.id,
        "state": state.value,
        "version": case.version + 1,
        "decision_id": None if stopped else member.id,
        "verdict": None if stopped else verdict.kind.value,
    }
    if isinstance(priced, Quote):
        row |= {
            "terms": dump_terms(priced.terms),
            "price": priced.price(),
            "amount": priced.terms.amount,
            "term_months": priced.term_months,
            "rate": priced.terms.rate,
            "apr": priced.apr,
            "risk_band": priced.band,
        }
    if state is OfferState.MADE:
        credit = case.application.product.credit_terms
        assert credit is not None  # noqa: S101 - without them there is no price
        row |= {"made_at": context.now, "expires_at": context.now + timedelta(days=credit.offer.valid_days)}
        for item in credit.conditions:
            writes.add(tables.CONDITIONS, _condition(member, case, item.key, item.label))
    elif state is not OfferState.PROPOSED:
        row |= {"answered_at": context.now, "answered_by": _by(member), "reason": _reason(member)}
        again = {"organization_id": proposal.organization_id, "id": case.application.id, "updated_at": context.now}
        writes.add(tables.BACK_TO_REVIEW, again)
    writes.add(tables.OFFERS if case.version == 0 else tables.OFFERS_DECIDED, row)
    if state is OfferState.MADE:
        events.gather(writes, _made(member, case, row))


def _state_after(action: str, verdict: VerdictKind, *, stopped: bool) -> OfferState:
    """Return the state an offer takes. What the policy refuses on its merits is not made; a person looks at it again."""
    match verdict:
        case VerdictKind.ACT:
            return {OFFER: OfferState.MADE, EXPIRE: OfferState.EXPIRED}.get(action, OfferState.WITHDRAWN)
        case VerdictKind.REFUSE:
            return OfferState.PROPOSED if stopped else OfferState.WITHDRAWN
        case VerdictKind.ASK | VerdictKind.OBSERVE:
            return OfferState.PROPOSED


def _condition(member: Decided, case: OfferCase, key: str, label: str) -> Row:
    return {
        "organization_id": member.proposal.organization_id,
        "id": ids.new_id(),
        "application_id": case.application.id,
        "key": key,
        "label": label,
        "state": "pending",
        "version": 1,
        "note": None,
        "changed_by": f"product:{case.application.product.key}",
        "created_at": member.context.now,
        "updated_at": member.context.now,
    }


def _by(member: Decided) -> str:
    return "policy" if member.proposal.answer is None else member.proposal.answer.by


def _reason(member: Decided) -> str:
    if member.proposal.answer is not None:
        return member.proposal.answer.reason
    return member.verdict.reasons[0].text if member.verdict.reasons else "The policy refused it."


def _made(member: Decided, case: OfferCase, row: Row) -> events.Event:
    return events.Event(
        organization_id=member.proposal.organization_id,
        name=OFFER_MADE,
        subject=f"offer:{case.id}",
        body={
            "offer_id": case.id,
            "application_id": case.application.id,
            "decision_id": member.id,
            "version": row["version"],
            "expires_at": row["expires_at"],
        },
        at=member.context.now,
        recorded_at=member.context.system_now,
        actor=_by(member) if member.proposal.answer is not None else f"component:{OFFERS_COMPONENT}",
    )
