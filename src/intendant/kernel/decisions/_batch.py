"""One batch of one kind in one transaction: the way that everything takes, one or ten thousand at a time.

Load the states of all organisations, answer what was answered before, prepare and estimate, lock the budgets in key order,
fold the gate over the batch, write everything. A member that is wrong gets its own error and the others go on.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from intendant.kernel import actions, alerts, approvals, events
from intendant.kernel.decisions import _allowances, _inputs, _keys, _record
from intendant.kernel.decisions._record import Decision
from intendant.kernel.decisions._states import OrganizationState, PolicyCache, read_states, states_query
from intendant.kernel.gate import AllowanceKey, Allowances, Case, Level, ReasonCode, Reservation, Tier, VerdictKind
from intendant.kernel.registry import (
    Answer,
    Context,
    Decided,
    DecisionKind,
    EffectRequest,
    Estimate,
    Proposal,
)
from intendant.kit import clock, ids
from intendant.kit.bulk import Writes
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, IntendantError, Invalid

Result = Decision | IntendantError

_ACTING = frozenset({Level.SUPERVISED, Level.FULL})
_BUDGETS = frozenset({ReasonCode.LIMIT_COUNT, ReasonCode.LIMIT_AMOUNT})


class Duplicate(Conflict):
    """Something unique in the proposal exists already."""

    code = "duplicate"


class Stopped(Conflict):
    """The business or the component is stopped, so a person's answer would come to nothing."""

    code = "stopped"


class ActionUnknown(Invalid):
    """An answer names an action that the policy does not know."""

    code = "action_unknown"


class Batch:
    """One batch of one kind in one transaction."""

    def __init__(
        self, tx: Transaction, kind: DecisionKind, proposals: Sequence[Proposal], policies: PolicyCache
    ) -> None:
        self.tx = tx
        self.kind = kind
        self.proposals = proposals
        self.results: list[Result | None] = [None] * len(proposals)
        now = clock.system_now()
        # What holds for the organisations and what was answered before do not depend on each other: one round trip.
        states, self._answered = tx.all_of(states_query(tx, kind.name, kind.component), _keys.answered_query(proposals))
        self.states = read_states(tx, policies, kind.name, kind.component, now, states)
        self.contexts = {o: s.context for o, s in self.states.items() if isinstance(s, OrganizationState)}
        self.writes = Writes()
        self._looked: _inputs.Looked | None = None
        self.decided: Sequence[Decided] = ()
        """What was decided anew; empty until `run` has ended."""

    def run(self) -> list[Result]:
        """Decide all members; every place has its result afterwards."""
        self._answer_from_states()
        self._answer_from_keys()
        self._check_answers()
        estimated = self._estimate()
        self._answer_late()
        if estimated:
            if _inputs.is_needed(self.states.values()):
                # Before ids are made: about one entity, the order of ids is the order in which decisions saw each other.
                self._looked = _inputs.look_up(self.tx, self.kind.name, self.proposals, estimated, self.states)
                estimated = self._looked.estimated
            self._write(self._pass_gate(estimated))
        return [result for result in self.results if result is not None]

    def check(self) -> list[IntendantError | None]:
        """Say what would keep each answer from being taken, writing nothing; the approvals stay locked until the end."""
        self._answer_from_states()
        self._check_answers()
        self._estimate()
        return [result if isinstance(result, IntendantError) else None for result in self.results]

    def _open(self) -> list[int]:
        return [place for place, result in enumerate(self.results) if result is None]

    def _state(self, place: int) -> OrganizationState:
        state = self.states[self.proposals[place].organization_id]
        assert isinstance(state, OrganizationState)  # noqa: S101 - errors were answered first
        return state

    def _answer_from_states(self) -> None:
        for place, proposal in enumerate(self.proposals):
            state = self.states[proposal.organization_id]
            if isinstance(state, IntendantError):
                self.results[place] = state

    def _answer_from_keys(self) -> None:
        for place, found in _keys.read_answered(self._answered, self.proposals).items():
            if self.results[place] is None:
                self.results[place] = found
        seen: dict[tuple[UUID, str], int] = {}
        for place in self._open():
            proposal = self.proposals[place]
            if proposal.idempotency_key is None:
                continue
            first = seen.setdefault((proposal.organization_id, proposal.idempotency_key), place)
            if first != place:
                # The second of two equal keys in one batch waits for the first: it is decided again, alone, by the fallback.
                raise Duplicate("The same Idempotency-Key stands twice in one batch.", field="Idempotency-Key")

    def _answer_late(self) -> None:
        """Look again where a keyed member failed: its twin may have been decided since the first look, and be the very cause."""
        places = [
            place
            for place, result in enumerate(self.results)
            if isinstance(result, IntendantError) and self.proposals[place].idempotency_key is not None
        ]
        if not places:
            return
        failed = [self.proposals[p] for p in places]
        for place, found in _keys.read_answered(self.tx.all(*_keys.answered_query(failed)), failed).items():
            self.results[places[place]] = found

    def _check_answers(self) -> None:
        answers = [(p, self.proposals[p].answer) for p in self._open()]
        given = [(self.proposals[p].organization_id, answer) for p, answer in answers if answer is not None]
        if not given:
            return
        rows = approvals.lock_answered(self.tx, given)
        for place, answer in answers:
            if answer is None:
                continue
            row, state = rows.get(answer.approval_id), self._state(place)
            try:
                approvals.check_answer(row, answer)
                _check_standing(row, answer, state)
            except IntendantError as error:
                self.results[place] = error

    def _estimate(self) -> list[tuple[int, Estimate]]:
        places = self._open()
        if not places:
            return []
        prepared = self.kind.prepare(self.tx, [self.proposals[p] for p in places], self.contexts)
        ready: list[tuple[int, object]] = []
        for place, value in zip(places, prepared, strict=True):
            if isinstance(value, IntendantError):
                self.results[place] = value
            else:
                ready.append((place, value))
        estimates = self.kind.estimate([(self.proposals[p], value, self._state(p).context) for p, value in ready])
        return [(place, estimate) for (place, _), estimate in zip(ready, estimates, strict=True)]

    def _pass_gate(self, estimated: list[tuple[int, Estimate]]) -> list[tuple[int, Decided, str]]:
        allowances = _allowances.lock(self.tx, self._budget_rows(estimated))
        grouped: dict[UUID, list[tuple[int, Estimate, UUID, str]]] = {}
        for place, estimate in estimated:
            decision_id = ids.new_id()
            seed = hashlib.blake2b(decision_id.bytes, digest_size=16).hexdigest()
            grouped.setdefault(self.proposals[place].organization_id, []).append((place, estimate, decision_id, seed))
        decided: list[tuple[int, Decided, str]] = []
        for organization_id, members in grouped.items():
            state = self._state(members[0][0])
            cases = [
                _case(self.proposals[place], estimate, state.context, seed) for place, estimate, _, seed in members
            ]
            if self._looked is not None:
                for at, (place, *_) in enumerate(members):
                    cases[at] = cases[at]._replace(muted=self._looked.muted.get(place))
            verdicts = state.compiled.decide_many(cases, state.component, allowances.get(organization_id, Allowances()))
            for (place, estimate, decision_id, seed), verdict in zip(members, verdicts, strict=True):
                decided.append(
                    (place, Decided(decision_id, self.proposals[place], estimate, verdict, state.context), seed)
                )
        decided.sort(key=lambda member: member[0])
        return decided

    def _budget_rows(self, estimated: list[tuple[int, Estimate]]) -> list[Mapping[str, object]]:
        rows: dict[tuple[UUID, AllowanceKey], Mapping[str, object]] = {}
        for place, estimate in estimated:
            state = self._state(place)
            policy = state.compiled.policy.actions.get(estimate.action)
            for limit in policy.limits if policy is not None else ():
                organization_id = state.context.organization.id
                key = AllowanceKey(self.kind.component, estimate.action, limit.window)
                if (organization_id, key) not in rows:
                    zone = state.context.organization.time_zone
                    rows[organization_id, key] = _allowances.key_row(organization_id, key, state.context.now, zone)
        return list(rows.values())

    def _write(self, decided: list[tuple[int, Decided, str]]) -> None:
        self.decided = [member for _, member, _ in decided]
        requests = self.kind.settle(self.decided, self.writes)
        muted: Mapping[int, Mapping[str, str]] = {}
        if self._looked is not None:
            muted = self._looked.muted
            self._looked.write_facts(self.writes, {place: member.id for place, member, _ in decided})
        taken: dict[tuple[UUID, AllowanceKey], dict[str, object]] = {}
        raised: list[alerts.Alert] = []
        for (place, member, seed), effects in zip(decided, requests, strict=True):
            self.results[place] = self._write_one(place, member, seed, self._plan(member, effects), muted.get(place))
            for reservation in member.verdict.reserved:
                _take(taken, reservation, member.context)
            if member.proposal.answer is None:
                raised += _alarms(member, self.kind.component, self._state(place).component.level)
        # In key order, so that two batches with the same keys wait for each other and not in a circle.
        keyed = sorted(
            (
                _keys.key_row(member.proposal, member.id, member.context.system_now)
                for _, member, _ in decided
                if member.proposal.idempotency_key is not None
            ),
            key=lambda row: (str(row["organization_id"]), str(row["key"])),
        )
        self.writes.extend(_keys.REQUESTS, keyed)
        alerts.gather(self.writes, raised)
        self.writes.extend(
            _allowances.TAKE,
            sorted(
                taken.values(),
                key=lambda r: (str(r["organization_id"]), str(r["component"]), str(r["action"]), str(r["span"])),
            ),
        )
        self.writes.flush_last(self.tx)

    def _plan(self, member: Decided, effects: Sequence[EffectRequest]) -> list[UUID]:
        context, hold = member.context, member.verdict.hold_seconds
        hold_until = context.now + timedelta(seconds=hold) if hold > 0 else None
        due_at = context.system_now if hold_until is None else context.organization.clock.system_at(hold_until)
        return [
            actions.plan(
                self.writes,
                organization_id=member.proposal.organization_id,
                decision_id=member.id,
                subject_id=member.proposal.subject_id,
                connector=effect.connector,
                action=effect.action,
                parameters=effect.parameters,
                hold_until=hold_until,
                due_at=due_at,
                now=context.system_now,
            )
            for effect in effects
        ]

    def _write_one(
        self, place: int, member: Decided, seed: str, effects: list[UUID], muted: Mapping[str, str] | None
    ) -> Decision:
        component, proposal, verdict = self.kind.component, member.proposal, member.verdict
        answer = proposal.answer
        approval_id = approvals.new_approval_id() if verdict.kind is VerdictKind.ASK else None
        level = self._state(place).component.level
        row, record, record_digest = _record.build(
            member, component, level=level, effects=effects, approval_id=approval_id, seed=seed, muted=muted
        )
        self.writes.add(_record.DECISIONS, row)
        if answer is not None:
            closed = approvals.answered_row(answer, proposal.organization_id, member.id, member.context.now)
            self.writes.add(approvals.ANSWERED, closed)
        if approval_id is not None:
            self.writes.add(approvals.APPROVALS, approvals.row_for(member, component, approval_id, record_digest))
        events.gather(
            self.writes,
            events.Event(
                organization_id=proposal.organization_id,
                name="kernel.decision.made",
                subject=f"decision:{member.id}",
                body={
                    "decision_id": member.id,
                    "kind": proposal.kind,
                    "component": component,
                    "subject_id": proposal.subject_id,
                    # Whoever reads the log may be the one who is to judge the case unseen.
                    "action": None if verdict.blind else member.estimate.action,
                    "verdict": verdict.kind,
                    "approval_id": approval_id,
                    **(
                        {}
                        if answer is None
                        else {"answers": answer.approval_id, "answer": answer.answer, "by": answer.by}
                    ),
                },
                at=member.context.now,
                recorded_at=member.context.system_now,
                actor=row["decided_by"],
                record=record_digest,
            ),
        )
        return Decision(member.id, proposal.organization_id, record)


def _check_standing(row: Row | None, answer: Answer, state: OrganizationState) -> None:
    """Refuse an answer that cannot take effect now, before it closes the approval."""
    component = state.component
    if component.halted or component.stopped or component.level is Level.STOPPED:
        raise Stopped(f"{component.component} is stopped, so no answer takes effect.", remedy="Start it, then answer.")
    if answer.answer == "expire":
        return
    if row is not None and answer.hold is None and row["due_at"] <= state.context.now:
        raise approvals.ApprovalClosed("Its deadline has passed.", remedy="Wait a moment: it meets its fate.")
    if row is not None and row["policy_version"] != state.context.policy_version:
        raise approvals.ApprovalStale("The policy has changed since this was proposed.", remedy="Open the case again.")
    if answer.action not in state.compiled.policy.actions:
        known = ", ".join(sorted(state.compiled.policy.actions))
        raise ActionUnknown(
            f"The policy names no action '{answer.action[:60]}'.", field="action", remedy=f"Use one of {known}."
        )


def _case(proposal: Proposal, estimate: Estimate, context: Context, seed: str) -> Case:
    """Build what the gate sees. The two draws come from the seed in the record, so they can be drawn again."""
    draw, blind_draw = _record.draws(seed)
    return Case(
        action=estimate.action,
        values=estimate.values,
        confidence=estimate.confidence,
        amount=estimate.amount,
        abstain=estimate.abstain,
        draw=draw,
        blind_draw=blind_draw,
        at=context.now,
        approved_by=None if proposal.answer is None else Tier(proposal.answer.tier),
    )


def _take(
    taken: dict[tuple[UUID, AllowanceKey], dict[str, object]], reservation: Reservation, context: Context
) -> None:
    organization = context.organization
    row = taken.get((organization.id, reservation.key))
    if row is None:
        row = _allowances.key_row(organization.id, reservation.key, context.now, organization.time_zone)
        taken[organization.id, reservation.key] = row
    row["count"] += reservation.count  # type: ignore[operator]
    row["amount"] += reservation.amount  # type: ignore[operator]


def _alarms(member: Decided, component: str, level: Level) -> list[alerts.Alert]:
    """Return what people should hear of: a confidence under the threshold, a budget used up, deciding without an estimate.

    The last only of a component that is to act by itself: below that people are asked anyway.
    """
    verdict, action = member.verdict, member.estimate.action
    raised = []
    if verdict.intervention:
        title = f"{component} is unsure: confidence under the intervention threshold"
        raised.append(_alarm(member, component, "intervention", "high", f"confidence:{component}", title))
    if _BUDGETS & {reason.code for reason in verdict.reasons}:
        title = f"{component} has used up what it may {action} by itself"
        raised.append(_alarm(member, component, "anomaly", "medium", f"limit:{component}:{action}", title))
    if member.estimate.confidence is None and level in _ACTING:
        title = f"{component} decides without an estimate, so people decide"
        raised.append(_alarm(member, component, "performance", "high", f"unestimated:{component}", title))
    return raised


def _alarm(
    member: Decided, component: str, kind: alerts.AlertKind, severity: alerts.Severity, cause: str, title: str
) -> alerts.Alert:
    return alerts.Alert(
        organization_id=member.proposal.organization_id,
        kind=kind,
        severity=severity,
        cause=cause,
        title=title,
        at=member.context.now,
        component=component,
        subject_id=member.proposal.subject_id,
        detail={
            "decision_id": str(member.id),
            # Nothing of a case that is to be judged unseen.
            "confidence": None if member.verdict.blind else member.estimate.confidence,
            "abstain": None if member.verdict.blind else member.estimate.abstain,
        },
    )
