"""The decision kind `lending.collection`: what is done next about a loan in arrears.

Preparing loads, estimating is pure, settling writes. The ladder proposes a step; its confidence is the share of the organisation's
own cases that cured after such a step, and with too little history there is none, so that a person decides. An act puts a step
into the queue of people: no channel is connected that would carry it out by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from intendant.domains.lending.collections import queries, tables
from intendant.domains.lending.collections.cures import CURED_WITHIN_DAYS, Cures
from intendant.domains.lending.collections.ladder import Rungs, eligible, recommend, rungs_of
from intendant.domains.lending.collections.limits import history, lawful_moment, local_date
from intendant.domains.lending.collections.model import Arrears, Step, standing
from intendant.domains.lending.collections.policy import default_policy
from intendant.domains.lending.collections.vocabulary import VOCABULARY, channel_for, values_of
from intendant.domains.lending.contract import COLLECTION_KIND, COLLECTION_PLANNED, COLLECTIONS_COMPONENT
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
from intendant.kit import clock, ids
from intendant.kit.bulk import Writes
from intendant.kit.database import Transaction
from intendant.kit.errors import Conflict, IntendantError

_SWITCHED_OFF = frozenset({ReasonCode.HALTED, ReasonCode.STOPPED})
NOT_CONNECTED = "No channel is connected: a person carries it out."


class LoanNotInArrears(Conflict):
    """Nothing of the loan is overdue, so nothing is collected."""

    code = "loan_not_in_arrears"


class CollectionChanged(Conflict):
    """Something was planned, promised or recorded about the loan meanwhile."""

    code = "collection_changed"


@dataclass(frozen=True, slots=True)
class Ready:
    """A case ready to be estimated, with the history that speaks about it."""

    case: Arrears
    cures: Cures


class LendingCollectionKind:
    """Decides what is done about loans in arrears. Holds nothing, so one instance serves all."""

    name = COLLECTION_KIND
    component = COLLECTIONS_COMPONENT

    def default_policy(self) -> Policy:
        """Return the policy with which a new organisation starts."""
        return default_policy()

    def prepare(
        self, tx: Transaction, proposals: Sequence[Proposal], contexts: Mapping[UUID, Context]
    ) -> Sequence[object | IntendantError]:
        """Lock the cases, and load them as they are now: five statements for the whole batch."""
        wanted = [(proposal.organization_id, proposal.subject_id) for proposal in proposals]
        first = {
            (proposal.organization_id, proposal.subject_id): contexts[proposal.organization_id].system_now
            for proposal in proposals
            if _case_of(proposal).version == 0
        }
        rows = [
            {"organization_id": o, "loan_id": loan, "version": 0, "updated_at": now}
            for (o, loan), now in sorted(first.items())
        ]
        if rows:
            tables.NEW_CASES.run(tx, rows)
        queries.lock_cases(tx, wanted)
        found = queries.load_cases(tx, [loan for _, loan in wanted], min(context.now for context in contexts.values()))
        cures = queries.load_cures(tx)
        # Of a loan that stands twice in one batch only the first is decided: found once, taken once.
        return [self._ready(proposal, found.pop(proposal.subject_id, None), cures) for proposal in proposals]

    def _ready(self, proposal: Proposal, case: Arrears | None, cures: Mapping[UUID, Cures]) -> Ready | IntendantError:
        if case is None:
            return LoanNotInArrears(
                "Nothing of the loan is overdue.", field="loan", remedy="Nothing is left to collect."
            )
        if case.standing != _case_of(proposal).standing or (case.has_planned and proposal.answer is None):
            return CollectionChanged(
                "Something has happened about the loan meanwhile.", field="loan", remedy="Look at it again."
            )
        return Ready(case, cures[proposal.organization_id])

    def estimate(self, prepared: Sequence[tuple[Proposal, object, Context]]) -> Sequence[Estimate]:
        """Recommend a step for each member, or take the answer's, and say how often such a step was followed by a cure."""
        rungs: dict[int, Rungs] = {}
        estimates = []
        for proposal, ready, context in prepared:
            assert isinstance(ready, Ready)  # noqa: S101 - errors were sorted out
            policy = context.policy
            bound = rungs.get(id(policy)) or rungs.setdefault(id(policy), rungs_of(policy.parameters))
            action = None if proposal.answer is None else proposal.answer.action
            estimates.append(_estimate(ready, context, bound, action))
        return estimates

    def settle(self, decided: Sequence[Decided], writes: Writes) -> Sequence[Sequence[EffectRequest]]:
        """Note that each case was considered, and put what the gate lets happen into the queue."""
        for member in decided:
            self._settle_one(member, writes)
        return [()] * len(decided)

    def _settle_one(self, member: Decided, writes: Writes) -> None:
        case, context, action = _case_of(member.proposal), member.context, member.estimate.action
        if any(reason.code in _SWITCHED_OFF for reason in member.verdict.reasons):
            # Nothing was decided, so it waits to be considered when the business runs again.
            return
        today = local_date(context.now, context.organization.time_zone)
        acts = member.verdict.kind is VerdictKind.ACT
        writes.add(
            tables.CONSIDERED,
            {
                "organization_id": case.organization_id,
                "loan_id": case.loan_id,
                "considered_on": today,
                "considered_bucket": case.bucket,
                "next_on": _next_on(today, context.policy, waits=acts and action == Step.WAIT),
                "version": case.version + 1,
                "updated_at": context.system_now,
            },
        )
        if not acts or action == Step.WAIT or action not in set(Step):
            return
        step_id = ids.new_id()
        planned_for = member.estimate.parameters["planned_for"]
        channel = member.estimate.parameters["channel"]
        writes.add(
            tables.STEPS,
            {
                "organization_id": case.organization_id,
                "id": step_id,
                "loan_id": case.loan_id,
                "action": action,
                "channel": channel,
                "state": "planned",
                "planned_for": planned_for,
                "decision_id": member.id,
                "bucket": case.bucket,
                "outcome": None,
                "note": NOT_CONNECTED,
                "done_by": None,
                "done_at": None,
                "version": 1,
                "created_at": context.now,
            },
        )
        events.gather(
            writes,
            events.Event(
                organization_id=case.organization_id,
                name=COLLECTION_PLANNED,
                subject=f"loan:{case.loan_id}",
                body={
                    "loan_id": case.loan_id,
                    "step_id": step_id,
                    "action": action,
                    "channel": channel,
                    "planned_for": planned_for,
                    "decision_id": member.id,
                },
                at=context.now,
                recorded_at=context.system_now,
                actor=COLLECTIONS_COMPONENT if member.proposal.answer is None else member.proposal.answer.by,
            ),
        )

    def declined(self, action: str) -> str:  # noqa: ARG002 - whatever was proposed
        """Return what declining a proposed step means: nothing is done for now."""
        return Step.WAIT.value

    def expired(self, action: str) -> str:  # noqa: ARG002 - whatever was proposed
        """Return what follows when nobody answers in time: nothing is done for now."""
        return Step.WAIT.value

    def reconsider(self, tx: Transaction, subject_ids: Sequence[UUID]) -> Mapping[UUID, tuple[object, int]]:
        """Load loans in arrears that are to be decided again, each with what its standing is."""
        organizations = queries.load_organizations(tx)
        if not organizations:
            return {}
        oldest = min(each.clock.now() for each in organizations.values())
        found = queries.load_cases(tx, subject_ids, oldest)
        return {loan_id: (case, case.standing) for loan_id, case in found.items()}

    def list_waiting(
        self, tx: Transaction, organizations: Sequence[UUID], *, limit: int
    ) -> Sequence[tuple[UUID, UUID]]:
        """List loans that are to be considered now and were not yet, so that no standstill leaves one out."""
        rows = queries.list_due(tx, organizations, clock.system_now(), limit=limit)
        return [(row["organization_id"], row["id"]) for row in rows]

    def right(self, action: str, outcome: float) -> bool | None:
        """Say whether a step was right: a contact or waiting if it cured, a charge-off if nothing did."""
        if action == Step.CHARGE_OFF_PROPOSAL:
            return outcome < 0.5
        return outcome >= 0.5 if action in set(Step) else None

    def explain(self, tx: Transaction, record: Mapping[str, object]) -> Mapping[str, object]:  # noqa: ARG002
        """Explain a recorded decision by the share that it rested on; no adverse action is taken by collecting."""
        values: Any = record["values"]
        notices = [str(record.get("summary") or "")]
        if values.get("cure_share") is None:
            notices.append(f"Of such steps {values.get('cure_count', 0)} are known, too few to tell how they end.")
        else:
            notices.append(
                f"Of {values['cure_count']} such steps in this bucket, {values['cure_share']:.0%} (smoothed) were followed by a"
                f" cure within {CURED_WITHIN_DAYS} days."
            )
        return {
            "decision_id": record["id"],
            "action": record["action"],
            "verdict": record["verdict"],
            "decided_by": record["decided_by"],
            "abstain": record.get("abstain"),
            "model_version": record.get("model_version"),
            "policy_version": record.get("policy_version"),
            "notices": notices,
        }

    def vocabulary(self, tx: Transaction) -> Vocabulary:  # noqa: ARG002 - the same for all
        """List what rules may look at."""
        return VOCABULARY

    def reweigh(self, record: Mapping[str, Any], policy: Policy) -> Recommendation:  # noqa: ARG002 - rules alone differ
        """Say what would be recommended for a recorded case under another policy: the same step."""
        return Recommendation(record["action"], record["confidence"], record["values"])

    def similar(self, tx: Transaction, record: Mapping[str, object], *, limit: int) -> Sequence[SimilarCase]:  # noqa: ARG002
        """Compare no cases: the share of cures is all that is known of others."""
        return ()


def _estimate(ready: Ready, context: Context, rungs: Rungs, answered: str | None) -> Estimate:
    case, cures = ready.case, ready.cures
    planned_for = lawful_moment(
        context.now, case.zone, from_hour=rungs.plan_from_hour, until_hour=rungs.plan_until_hour
    )
    past = history(case.contacts, planned_for, case.zone)
    step, why = (answered, "as answered") if answered is not None else recommend(case, past, rungs)
    share = cures.share(case.bucket, step)
    confidence = None if share is None else 1.0 - share if step == Step.CHARGE_OFF_PROPOSAL else share
    doubt = None
    if confidence is None:
        doubt = f"only {cures.count(case.bucket, step)} such steps from bucket {case.bucket} are known"
    channel = channel_for(case, step)
    return Estimate(
        action=step,
        confidence=confidence,
        values=values_of(case, step, planned_for, cures),
        amount=case.arrears,
        currency=case.currency,
        parameters={
            "reference": case.reference,
            "loan_id": str(case.loan_id),
            "channel": None if channel is None else channel.value,
            "planned_for": planned_for.isoformat(),
            "why": why,
        },
        abstain=doubt,
        alternatives=tuple(
            Alternative(each, cures.share(case.bucket, each), 1.0 if each == step else 0.0)
            for each in eligible(case, rungs)
        ),
        model_version=None if confidence is None else cures.name,
        reversible=True,
        subject_version=standing(case.version + 1, case.bucket),
        summary=_summary(case, step, why),
    )


def _summary(case: Arrears, step: str, why: str) -> str:
    words = {word.name: word.label for word in VOCABULARY.actions}
    overdue = f"{case.arrears:,.2f} {case.currency} overdue for {case.days_past_due} days"
    return f"{words.get(step, step)} about {case.reference}: {overdue} ({why})"


def _next_on(today: date, policy: Policy, *, waits: bool) -> date:
    return today + timedelta(days=rungs_of(policy.parameters).wait_days if waits else 1)


def _case_of(proposal: Proposal) -> Arrears:
    assert isinstance(proposal.subject, Arrears)  # noqa: S101 - the kind's own typed value
    return proposal.subject
