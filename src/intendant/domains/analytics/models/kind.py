"""The decision kind `analytics.promotion`: whether a version takes the place of a model's champion.

Preparing locks the model and reads the evidence as it stands, estimating is pure, settling deploys in the same transaction.
What people deploy themselves is their own act and no decision of this kind.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from intendant.domains.analytics.contract import (
    CHAMPION,
    KEEP,
    MODEL_DEPLOYED,
    PROMOTE,
    PROMOTION_KIND,
    PROMOTIONS_COMPONENT,
)
from intendant.domains.analytics.models import candidates
from intendant.domains.analytics.models.policy import default_policy
from intendant.domains.analytics.models.vocabulary import VOCABULARY, Candidate, failed_checks, standing, values_of
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
from intendant.kit.database import Transaction
from intendant.kit.errors import Conflict, IntendantError

COMPARISON = "comparison:1"
"""How evidence becomes a confidence; the name goes on the record."""
_SWITCHED_OFF = frozenset({ReasonCode.HALTED, ReasonCode.STOPPED})


class PromotionVoid(Conflict):
    """Another version answers by now, or the version was considered meanwhile."""

    code = "promotion_void"


class PromotionKind:
    """Decides whether versions replace champions. Holds nothing, so one instance serves all."""

    name = PROMOTION_KIND
    component = PROMOTIONS_COMPONENT

    def default_policy(self) -> Policy:
        """Return the policy with which a new organisation starts."""
        return default_policy()

    def prepare(
        self,
        tx: Transaction,
        proposals: Sequence[Proposal],
        contexts: Mapping[UUID, Context],  # noqa: ARG002 - the same at every time
    ) -> Sequence[object | IntendantError]:
        """Lock the models, and read the evidence as it is now."""
        candidates.lock_models(
            tx, [(proposal.organization_id, _candidate_of(proposal).model_id) for proposal in proposals]
        )
        found = candidates.load_candidates(tx, [proposal.subject_id for proposal in proposals])
        # Of a version that stands twice in one batch only the first is decided: found once, taken once.
        return [self._ready(proposal, found.pop(proposal.subject_id, None)) for proposal in proposals]

    def _ready(self, proposal: Proposal, now: Candidate | None) -> Candidate | IntendantError:
        if now is None or now.standing != _candidate_of(proposal).standing:
            return PromotionVoid(
                "Something was deployed or decided about this model meanwhile.",
                field="version",
                remedy="Look at the model again.",
            )
        return now

    def estimate(self, prepared: Sequence[tuple[Proposal, object, Context]]) -> Sequence[Estimate]:
        """Recommend what the evidence speaks for, or take the answer's."""
        estimates = []
        for proposal, ready, _ in prepared:
            assert isinstance(ready, Candidate)  # noqa: S101 - errors were sorted out
            estimates.append(_estimate(ready, None if proposal.answer is None else proposal.answer.action))
        return estimates

    def settle(self, decided: Sequence[Decided], writes: Writes) -> Sequence[Sequence[EffectRequest]]:
        """Note that each was considered, and let answer what the gate lets answer."""
        for member in decided:
            self._settle_one(member, writes)
        return [()] * len(decided)

    def _settle_one(self, member: Decided, writes: Writes) -> None:
        candidate, context = _candidate_of(member.proposal), member.context
        if any(reason.code in _SWITCHED_OFF for reason in member.verdict.reasons):
            # Nothing was decided, so it waits to be considered when the business runs again.
            return
        key = {"organization_id": candidate.organization_id}
        considered = {"considered_at": context.now, "considerations": candidate.considerations + 1}
        writes.add(candidates.CONSIDERED, key | {"id": candidate.version_id} | considered)
        if member.verdict.kind is not VerdictKind.ACT:
            return
        if member.estimate.action == PROMOTE:
            self._promote(member, candidate, writes)
        elif member.estimate.action == KEEP and candidate.alias is not None:
            self._end_trial(member, candidate, writes)

    def _promote(self, member: Decided, candidate: Candidate, writes: Writes) -> None:
        key = {"organization_id": candidate.organization_id, "version_id": candidate.version_id}
        writes.add(candidates.ENDED_TRIALS, key)
        alias = {"model_id": candidate.model_id, "alias": CHAMPION, "share": 1.0}
        by = {"since": member.context.system_now, "changed_by": _actor(member)}
        writes.add(candidates.CHAMPIONS, key | alias | by)
        self._record(
            member, candidate, writes, alias=CHAMPION, version=candidate.version_id, before=candidate.champion_id
        )

    def _end_trial(self, member: Decided, candidate: Candidate, writes: Writes) -> None:
        assert candidate.alias is not None  # noqa: S101 - asked for by the caller
        key = {"organization_id": candidate.organization_id, "version_id": candidate.version_id}
        writes.add(candidates.ENDED_TRIALS, key)
        self._record(member, candidate, writes, alias=candidate.alias, version=None, before=candidate.version_id)

    def _record(
        self,
        member: Decided,
        candidate: Candidate,
        writes: Writes,
        *,
        alias: str,
        version: UUID | None,
        before: UUID,
    ) -> None:
        answer = member.proposal.answer
        writes.add(
            candidates.DEPLOYMENTS,
            {
                "organization_id": candidate.organization_id,
                "id": ids.new_id(),
                "model_id": candidate.model_id,
                "alias": alias,
                "version_id": version,
                "previous_version_id": before,
                "share": None if version is None else 1.0,
                "reason": member.estimate.summary if answer is None else answer.reason or member.estimate.summary,
                "changed_by": _actor(member),
                "decision_id": member.id,
                "evidence": dict(candidate.evidence),
                "at": member.context.now,
            },
        )
        events.gather(
            writes,
            events.Event(
                organization_id=candidate.organization_id,
                name=MODEL_DEPLOYED,
                subject=f"ai_model:{candidate.model_id}",
                body={
                    "model_id": candidate.model_id,
                    "alias": alias,
                    "version_id": version,
                    "number": None if version is None else candidate.number,
                    "share": None if version is None else 1.0,
                    "decision_id": member.id,
                },
                at=member.context.now,
                recorded_at=member.context.system_now,
                actor=_actor(member),
            ),
        )

    def declined(self, action: str) -> str:  # noqa: ARG002 - whatever was proposed
        """Return what declining means: the champion stays."""
        return KEEP

    def expired(self, action: str) -> str:  # noqa: ARG002 - whatever was proposed
        """Return what follows when nobody answers in time: the champion stays."""
        return KEEP

    def reconsider(self, tx: Transaction, subject_ids: Sequence[UUID]) -> Mapping[UUID, tuple[object, int]]:
        """Load versions that are to be decided again, each with its standing."""
        return {
            each: (candidate, candidate.standing)
            for each, candidate in candidates.load_candidates(tx, subject_ids).items()
        }

    def list_waiting(
        self, tx: Transaction, organizations: Sequence[UUID], *, limit: int
    ) -> Sequence[tuple[UUID, UUID]]:
        """List versions for which something is to be proposed and was not yet."""
        return candidates.list_waiting(tx, organizations, limit=limit)

    def right(self, action: str, outcome: float) -> bool | None:
        """Say whether an action was right: the outcome is 1 where the version proved better afterwards, and 0 where not."""
        if action == PROMOTE:
            return outcome >= 0.5
        return outcome < 0.5 if action == KEEP else None

    def explain(self, tx: Transaction, record: Mapping[str, object]) -> Mapping[str, object]:  # noqa: ARG002
        """Explain a recorded decision by what was measured; no person is affected by it alone, so no adverse reasons."""
        values: Any = record["values"]
        notices = [str(record.get("summary") or ""), str(values.get("why") or "")]
        return {
            "decision_id": record["id"],
            "action": record["action"],
            "verdict": record["verdict"],
            "decided_by": record["decided_by"],
            "abstain": record.get("abstain"),
            "model_version": record.get("model_version"),
            "policy_version": record.get("policy_version"),
            "notices": [each for each in notices if each],
        }

    def vocabulary(self, tx: Transaction) -> Vocabulary:  # noqa: ARG002 - the same for all
        """List what rules may look at."""
        return VOCABULARY

    def reweigh(self, record: Mapping[str, Any], policy: Policy) -> Recommendation:  # noqa: ARG002 - rules alone differ
        """Say what would be recommended for a recorded case under another policy: the same."""
        return Recommendation(record["action"], record["confidence"], record["values"])

    def similar(self, tx: Transaction, record: Mapping[str, object], *, limit: int) -> Sequence[SimilarCase]:  # noqa: ARG002
        """Compare no cases: each rests on its own evidence."""
        return ()


def _estimate(candidate: Candidate, answered: str | None) -> Estimate:
    action = candidate.proposes if answered is None else answered
    better = candidate.evidence.get("confidence")
    confidence = None if better is None else float(better) if action == PROMOTE else 1.0 - float(better)
    doubt = None
    if confidence is None:
        doubt = "it could not be compared with the champion on cases that neither learnt from."
    return Estimate(
        action=action,
        confidence=confidence,
        values=values_of(candidate),
        parameters={
            "model_id": str(candidate.model_id),
            "version": candidate.number,
            "champion_version": candidate.champion_number,
        },
        abstain=doubt,
        alternatives=(
            Alternative(PROMOTE, None if better is None else float(better), 1.0 if action == PROMOTE else 0.0),
            Alternative(KEEP, None if better is None else 1.0 - float(better), 1.0 if action == KEEP else 0.0),
        ),
        model_version=None if better is None else COMPARISON,
        reversible=True,
        subject_version=standing(candidate.considerations + 1, candidate.deployments),
        summary=_summary(candidate, action),
    )


def _summary(candidate: Candidate, action: str) -> str:
    name, new, old = candidate.model_name, candidate.number, candidate.champion_number
    failed = failed_checks(candidate.evidence)
    why = failed[0] if failed else str(candidate.evidence.get("words") or "")
    if action == PROMOTE:
        return f"Let version {new} of '{name}' answer in the place of {old}: {why}"[:500]
    return f"Keep version {old} of '{name}', not {new}: {why}"[:500]


def _actor(member: Decided) -> str:
    return PROMOTIONS_COMPONENT if member.proposal.answer is None else member.proposal.answer.by


def _candidate_of(proposal: Proposal) -> Candidate:
    assert isinstance(proposal.subject, Candidate)  # noqa: S101 - the kind's own typed value
    return proposal.subject
