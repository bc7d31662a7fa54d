"""The decision kind `lending.disbursement`: whether a tranche of an accepted loan is paid out now.

Its moment comes when the tranche is due and every condition is met; the payout itself is an effect of the outbox.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.contract import (
    DISBURSE,
    DISBURSE_ACTION,
    DISBURSEMENT_KIND,
    DISBURSEMENTS_COMPONENT,
    EXPIRE,
    HOLD_BACK,
    PAYOUT_CONNECTOR,
)
from intendant.domains.lending.offers import explaining, repository, tables, vocabulary
from intendant.domains.lending.offers.kind import CERTAIN, SWITCHED_OFF
from intendant.domains.lending.offers.model import (
    TrancheCase,
    TrancheClosed,
    TranchesInvalid,
    TrancheState,
    TrancheUnknown,
)
from intendant.domains.lending.offers.policy import disbursement_policy
from intendant.domains.lending.schedules.fees import fee_amount
from intendant.domains.lending.servicing.model import LoanState
from intendant.domains.lending.terms import FeeWhen, LoanTerms
from intendant.kernel.gate import Policy, VerdictKind
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
from intendant.kit.bulk import Writes
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import IntendantError

ZERO = Decimal(0)
PAYABLE = frozenset({LoanState.APPROVED, LoanState.ACTIVE, LoanState.OVERPAID})
WAITING = frozenset({TrancheState.PLANNED, TrancheState.ASKED})


@dataclass(slots=True)
class Ready:
    """A tranche that may be decided, with what really leaves the account."""

    case: TrancheCase
    paid_out: Decimal


def paid_out(terms: LoanTerms, amount: Decimal) -> Decimal:
    """Return what is paid out of a disbursed amount: the fees that are kept back stay here."""
    kept = (
        fee_amount(terms, fee, disbursed=amount, instalment=ZERO, overdue=ZERO)
        for fee in terms.fees
        if fee.when is FeeWhen.DISBURSEMENT and fee.deducted
    )
    return amount - sum(kept, ZERO)


class LendingDisbursementKind:
    """Decides payouts of tranches. One instance serves all organisations and threads."""

    name = DISBURSEMENT_KIND
    component = DISBURSEMENTS_COMPONENT

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def default_policy(self) -> Policy:
        """Return the policy with which a new organisation starts."""
        return disbursement_policy()

    def prepare(
        self,
        tx: Transaction,
        proposals: Sequence[Proposal],
        contexts: Mapping[UUID, Context],  # noqa: ARG002 - nothing depends on the organisation
    ) -> Sequence[object | IntendantError]:
        """Lock the tranches and see that each may still be paid: one query."""
        cases = [_case_of(proposal) for proposal in proposals]
        keys = [(p.organization_id, case.id) for p, case in zip(proposals, cases, strict=True)]
        stored = repository.lock(tx, "tranches", keys)
        return [_prepared(p, case, stored.get(case.id)) for p, case in zip(proposals, cases, strict=True)]

    def estimate(self, prepared: Sequence[tuple[Proposal, object, Context]]) -> Sequence[Estimate]:
        """Propose to pay each tranche."""
        return [_estimate(proposal, _ready(ready), context) for proposal, ready, context in prepared]

    def settle(self, decided: Sequence[Decided], writes: Writes) -> Sequence[Sequence[EffectRequest]]:
        """Store each tranche in the state its verdict leads to, and pay what is to be paid."""
        return [self._settle_one(member, writes) for member in decided]

    def declined(self, action: str) -> str:  # noqa: ARG002 - whatever was proposed
        """Return what declining a payout means: it is held back until a person plans it again."""
        return HOLD_BACK

    def expired(self, action: str) -> str:  # noqa: ARG002
        """Return what follows when nobody answers in time: nothing is paid."""
        return EXPIRE

    def reconsider(self, tx: Transaction, subject_ids: Sequence[UUID]) -> Mapping[UUID, tuple[object, int]]:
        """Load tranches that are to be decided, with their versions."""
        found = repository.load_tranche_cases(tx, self.catalogue, subject_ids)
        return {tranche_id: (case, case.version) for tranche_id, case in found.items()}

    def list_waiting(
        self, tx: Transaction, organizations: Sequence[UUID], *, limit: int
    ) -> Sequence[tuple[UUID, UUID]]:
        """List tranches that are due and whose conditions are met."""
        return repository.list_waiting_tranches(tx, organizations, self.component, limit=limit)

    def right(self, action: str, outcome: float) -> bool | None:  # noqa: ARG002 - a payout keeps a promise
        """Say nothing: no outcome tells whether a payout that was agreed was right."""
        return None

    def explain(self, tx: Transaction, record: Mapping[str, object]) -> Mapping[str, object]:  # noqa: ARG002 - all is on record
        """Explain a recorded decision from its frozen values."""
        return explaining.explain_disbursement(record)

    def vocabulary(self, tx: Transaction) -> Vocabulary:
        """List what rules of payouts may look at."""
        return vocabulary.disbursement_words(tx)

    def reweigh(self, record: Mapping[str, Any], policy: Policy) -> Recommendation:  # noqa: ARG002 - nothing is estimated
        """Say what would be recommended under another policy: the same."""
        return Recommendation(record["action"], record["confidence"], record["values"])

    def similar(self, tx: Transaction, record: Mapping[str, object], *, limit: int) -> Sequence[SimilarCase]:  # noqa: ARG002
        """Compare nothing."""
        return ()

    def _settle_one(self, member: Decided, writes: Writes) -> Sequence[EffectRequest]:
        proposal, context, verdict = member.proposal, member.context, member.verdict
        case = _case_of(proposal)
        if SWITCHED_OFF & {each.code for each in verdict.reasons if each.kind is VerdictKind.REFUSE}:
            # Untouched, so that it is decided when the business runs again.
            return ()
        action = member.estimate.action
        pays = verdict.kind is VerdictKind.ACT and action == DISBURSE
        row: Row = {
            "organization_id": proposal.organization_id,
            "id": case.id,
            "state": _state_after(verdict.kind, pays=pays).value,
            "version": case.version + 1,
            "decision_id": member.id,
            "verdict": verdict.kind.value if action == DISBURSE else action,
            "reason": None if pays else _reason(member),
            "updated_at": context.now,
        }
        writes.add(tables.TRANCHES_DECIDED, row)
        return (EffectRequest(PAYOUT_CONNECTOR, DISBURSE_ACTION, self._parameters(case)),) if pays else ()

    def _parameters(self, case: TrancheCase) -> dict[str, object]:
        application, loan = case.application, case.loan
        destination = self.catalogue.view(application.product).destination
        given = application.inputs.get(destination) if destination is not None else None
        return {
            "amount": str(paid_out(loan.terms, case.amount)),
            "currency": loan.terms.currency,
            "reference": f"{loan.reference}/{case.number}",
            "destination": given or f"applicant:{application.reference}",
            "loan_id": str(loan.id),
            "tranche_id": str(case.id),
            # What the borrower owes for it; less leaves the account where fees are kept back.
            "disbursed": str(case.amount),
        }


def _case_of(proposal: Proposal) -> TrancheCase:
    assert isinstance(proposal.subject, TrancheCase)  # noqa: S101 - the kind's own typed value
    return proposal.subject


def _ready(value: object) -> Ready:
    assert isinstance(value, Ready)  # noqa: S101 - prepared by this kind
    return value


def _prepared(proposal: Proposal, case: TrancheCase, stored: Row | None) -> Ready | IntendantError:
    """Return a tranche that may be decided, or why it may not."""
    if stored is None:
        return TrancheUnknown("There is no such tranche.", field="tranche")
    if stored["version"] != case.version or TrancheState(stored["state"]) not in WAITING:
        return TrancheClosed(
            f"The tranche is {stored['state']}, at version {stored['version']}.",
            field="state",
            remedy="Look at it again.",
        )
    if case.loan.state not in PAYABLE:
        return TrancheClosed(
            f"The loan is {case.loan.state.value.replace('_', ' ')}.", field="loan", remedy="Nothing more is paid out."
        )
    if proposal.answer is not None and proposal.answer.parameters:
        name = next(iter(proposal.answer.parameters))
        return TranchesInvalid(
            f"'{name[:60]}' of a payout cannot be amended.",
            field=f"amended.{name[:60]}",
            remedy="Approve it or hold it back.",
        )
    leaves = paid_out(case.loan.terms, case.amount)
    if leaves <= 0:
        return TranchesInvalid(
            "The fees kept back leave nothing to pay out.", field="amount", remedy="Plan a larger tranche."
        )
    return Ready(case, leaves)


def _estimate(proposal: Proposal, ready: Ready, context: Context) -> Estimate:
    case = ready.case
    action = DISBURSE if proposal.answer is None else proposal.answer.action
    loan = case.loan
    which = f" (tranche {case.number} of {case.tranches})" if case.tranches > 1 else ""
    return Estimate(
        action=action,
        confidence=CERTAIN,
        values=vocabulary.tranche_values(case, ready.paid_out, context.now),
        amount=case.amount,
        currency=loan.terms.currency,
        parameters={
            "tranche_id": str(case.id),
            "loan_id": str(loan.id),
            "loan": loan.reference,
            "application_id": str(case.application.id),
            "reference": case.application.reference,
            "amount": str(case.amount),
            "paid_out": str(ready.paid_out),
        },
        alternatives=(
            Alternative(DISBURSE, CERTAIN, 1.0 if action == DISBURSE else 0.0),
            Alternative(HOLD_BACK, None, 1.0 if action == HOLD_BACK else 0.0),
        ),
        reversible=False,
        subject_version=case.version + 1,
        summary=f"Pay out {ready.paid_out:,.2f} {loan.terms.currency} for loan {loan.reference}{which}",
    )


def _state_after(verdict: VerdictKind, *, pays: bool) -> TrancheState:
    if pays:
        return TrancheState.PAYING
    return TrancheState.ASKED if verdict is VerdictKind.ASK else TrancheState.PLANNED


def _reason(member: Decided) -> str | None:
    if member.proposal.answer is not None:
        return member.proposal.answer.reason
    return member.verdict.reasons[0].text if member.verdict.reasons else None
