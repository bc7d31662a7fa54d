"""The gate: whether a proposed action may happen.

Pure: the same case, state and allowances give the same verdict. Every rule is evaluated and the strictest answer wins, so
a tighter policy never lets more through at the same allowances. In order: the stop, the rules, confidence, limits, the level.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from intendant.kernel.gate._allowances import Allowances, take
from intendant.kernel.gate._conditions import Get
from intendant.kernel.gate._explain import Explanation, explain
from intendant.kernel.gate._inputs import inputs_of
from intendant.kernel.gate._policy import (
    ActionPolicy,
    Exceeded,
    Policy,
    Tier,
    tier_rank,
)
from intendant.kernel.gate._rules import NOTHING_USED, CompiledAction, CompiledRule, Used, is_in_effect, values_of
from intendant.kernel.gate._screens import Testing, screens
from intendant.kernel.gate._verdict import (
    AllowanceKey,
    Case,
    ComponentState,
    Fired,
    Level,
    Reason,
    ReasonCode,
    Reservation,
    Verdict,
    VerdictKind,
)
from intendant.kernel.gate._wording import limit_text

__all__ = ["CompiledPolicy", "compile_policy"]

BUDGETS_KEPT_MAX = 4096

_Budget = tuple[AllowanceKey, int | float, Decimal | None]
"""The key, and the most that all limits on it allow: acts (infinite where unlimited) and money."""

_ACT, _ASK, _REFUSE, _OBSERVE = VerdictKind.ACT, VerdictKind.ASK, VerdictKind.REFUSE, VerdictKind.OBSERVE
_FULL, _SUPERVISED, _ASSISTED = Level.FULL, Level.SUPERVISED, Level.ASSISTED
_MANUAL, _OBSERVING = Level.MANUAL, Level.OBSERVE
# A named tuple's own constructor is a Python function; this is what it calls.
_new_tuple = tuple.__new__


def compile_policy(policy: Policy) -> "CompiledPolicy":
    """Compile a policy once; the result decides any number of cases."""
    return CompiledPolicy(policy)


class CompiledPolicy:
    """A policy that decides cases."""

    __slots__ = ("_actions", "_budgets", "_screens", "inputs", "policy")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.inputs = inputs_of(policy)
        """What must be looked up before a case can be decided; None for most policies."""
        self._actions = {name: CompiledAction(name, body, policy.rules) for name, body in policy.actions.items()}
        self._screens = {name: screens(action.undated) for name, action in self._actions.items()}
        # Keys are the same for every case of a component; rebuilding them would cost more than the limits themselves.
        self._budgets: dict[tuple[str, str], tuple[_Budget, ...]] = {}

    def decide(self, case: Case, state: ComponentState, allowances: Allowances) -> Verdict:
        """Return the verdict on one case. The allowances are read, never changed: `Allowances.after` takes the reservation."""
        return self._decide(case, state, allowances._used)

    def decide_many(
        self, cases: Sequence[Case], states: ComponentState | Sequence[ComponentState], allowances: Allowances
    ) -> list[Verdict]:
        """Return the verdicts on cases in order, each seeing what those before it reserved.

        `states` is one state for all, or one for each case. The allowances given are not changed.
        """
        used = dict(allowances._used)
        verdicts = []
        decide = self._decide
        each = [states] * len(cases) if isinstance(states, ComponentState) else states
        for case, state in zip(cases, each, strict=True):
            verdict = decide(case, state, used)
            if verdict.reserved:
                take(used, verdict.reserved)
            verdicts.append(verdict)
        return verdicts

    def explain(self, case: Case, state: ComponentState, allowances: Allowances) -> Explanation:
        """Return the verdict with the trace of every rule, comparison and limit, fired or not."""
        return explain(self.policy, case, state, allowances, self.decide(case, state, allowances))

    def rules_for(self, action: str) -> tuple[CompiledRule, ...]:
        """Return the applicable rules that speak about an action, in the policy's order."""
        compiled = self._actions.get(action)
        return compiled.rules if compiled is not None else ()

    def _decide(self, case: Case, state: ComponentState, used: Mapping[AllowanceKey, Used]) -> Verdict:
        action = self._actions.get(case.action)
        if action is None:
            return _unknown_action(case, state)
        get = values_of(case).get if action.needs_own_fields else case.values.get
        hits = None
        intervals, flags, rest = self._screens[case.action]
        for field, low, high, settled in intervals:
            value = get(field)
            kind = value.__class__
            if (kind is float or kind is int) and low <= value <= high:  # type: ignore[operator]
                continue
            hits = _test_each(hits, settled, get)
        for field, quiet_value, settled in flags:
            if get(field) is not quiet_value:
                hits = _test_each(hits, settled, get)
        for test, quiet, rule in rest:
            outcome = test(get)
            if outcome is not quiet:
                hits = _noted(hits, rule, outcome)
        for rule in action.dated:
            if is_in_effect(rule.rule, case.at):
                outcome = rule.test(get)
                if outcome is not rule.quiet:
                    hits = _noted(hits, rule, outcome)
        policy = action.policy
        confidence = case.confidence
        level = state.level
        fits, reserved = self._reserve(action, case, state, used)
        if (
            hits is None
            and fits
            and case.abstain is None
            and confidence is not None
            and policy.act_threshold <= confidence <= 1.0
            and confidence >= self.policy.intervention_threshold
            and (level is _FULL or level is _SUPERVISED)
            and not state.halted
            and not state.stopped
            and state.controlled_by is None
            and case.draw >= (policy.review_share_full if level is _FULL else policy.review_share_supervised)
        ):
            # The common way through: nothing stands against it.
            return _new_tuple(Verdict, (*action.act_without_reserved, reserved)) if reserved else action.act
        reasons = _stops(state, policy.tier)
        fired: list[Fired] = []
        if hits is not None:
            if len(hits) > 1:
                hits.sort(key=_by_place)
            muted = case.muted
            for rule, outcome in hits:
                record, reason = rule.fire(outcome, get)
                if muted is not None and record.rule in muted and rule.mutable and record.kind is _ASK:
                    record, reason = record._replace(kind=None, mute=muted[record.rule]), None
                fired.append(record)
                if reason is not None:
                    reasons.append(reason)
        if not fits:
            self._explain_limits(reasons, action, case, state, used)
        return self._weigh(action, case, state, reasons=reasons, fired=tuple(fired), reserved=reserved)

    def _weigh(
        self,
        action: CompiledAction,
        case: Case,
        state: ComponentState,
        *,
        reasons: list[Reason],
        fired: tuple[Fired, ...],
        reserved: tuple[Reservation, ...],
    ) -> Verdict:
        """Add what confidence and level say to the reasons, and let the strictest decide."""
        policy = action.policy
        level = state.level
        intervention = _doubt(reasons, case, policy, self.policy.intervention_threshold)
        if level is _MANUAL:
            reasons.append(Reason(_ASK, ReasonCode.MANUAL, "The component is under manual control.", policy.tier))
        if state.controlled_by is not None:
            reasons.append(
                Reason(_ASK, ReasonCode.CONTROLLED, f"{state.controlled_by} has taken control.", policy.tier)
            )
        if level is _ASSISTED:
            text = "At level assisted a person approves every action."
            reasons.append(Reason(_ASK, ReasonCode.ASSISTED, text, policy.tier))
        kind, tier = _strictest(reasons, case.approved_by, policy.tier)
        share = policy.review_share_full if level is _FULL else policy.review_share_supervised
        # Written so that a draw that is not a number is in the sample.
        reviewed = (
            kind is _ACT
            and (level is _FULL or level is _SUPERVISED)
            and case.approved_by is None
            and not case.draw >= share
        )
        if reviewed:
            kind = _ASK
            text = "Drawn into the sample that a person checks."
            reasons.append(Reason(_ASK, ReasonCode.REVIEW_SAMPLE, text, policy.tier))
        would = None
        if level is _OBSERVING and not (state.halted or state.stopped):
            kind, would = _OBSERVE, kind
        if len(reasons) > 1:
            reasons.sort(key=_by_strictness)
        return Verdict(
            kind,
            would,
            tuple(reasons),
            fired,
            tier,
            policy.deadline_hours,
            policy.fate,
            kind is _ASK and not case.blind_draw >= policy.blind_share,
            reviewed,
            intervention,
            policy.hold_seconds,
            reserved if kind is _ACT else (),
        )

    def _reserve(
        self, action: CompiledAction, case: Case, state: ComponentState, used: Mapping[AllowanceKey, Used]
    ) -> tuple[bool, tuple[Reservation, ...]]:
        """Return whether every limit has room, and what acting would take from the windows that have."""
        windows = action.windows
        if not windows:
            return True, ()
        budgets = self._budgets.get((state.component, case.action)) or self._remember_budgets(state.component, action)
        amount = _sound_amount(case.amount)
        reserved = []
        for key, count_most, amount_most in budgets:
            count_used, amount_used = used.get(key, NOTHING_USED)
            if count_used < count_most and (
                amount_most is None or (amount is not None and amount_used + amount <= amount_most)
            ):
                reserved.append(_new_tuple(Reservation, (key, 1, _ZERO if amount is None else amount)))
        return len(reserved) == len(windows), tuple(reserved)

    def _explain_limits(
        self,
        reasons: list[Reason],
        action: CompiledAction,
        case: Case,
        state: ComponentState,
        used: Mapping[AllowanceKey, Used],
    ) -> None:
        """Add a reason for every limit that acting would break."""
        tier = action.policy.tier
        amount = _sound_amount(case.amount)
        for window in action.windows:
            count_used, amount_used = used.get(AllowanceKey(state.component, case.action, window.window), NOTHING_USED)
            for limit in window.limits:
                kind = _ASK if limit.exceeded is Exceeded.ASK else _REFUSE
                if limit.count is not None and count_used >= limit.count:
                    text = limit_text(limit.window, "acts", limit.count, count_used)
                    reasons.append(Reason(kind, ReasonCode.LIMIT_COUNT, text, tier))
                if limit.amount is None:
                    continue
                if amount is None:
                    text = "The amount is not known, so the limit on money cannot be checked."
                    reasons.append(Reason(kind, ReasonCode.AMOUNT_MISSING, text, tier))
                elif amount_used + amount > limit.amount:
                    text = limit_text(limit.window, "money", limit.amount, amount_used)
                    reasons.append(Reason(kind, ReasonCode.LIMIT_AMOUNT, text, tier))

    def _remember_budgets(self, component: str, action: CompiledAction) -> tuple[_Budget, ...]:
        if len(self._budgets) >= BUDGETS_KEPT_MAX:
            self._budgets.clear()
        budgets = tuple(
            (AllowanceKey(component, action.name, each.window), each.count_most, each.amount_most)
            for each in action.windows
        )
        self._budgets[(component, action.name)] = budgets
        return budgets


_ZERO = Decimal(0)


def _test_each(
    hits: list[tuple[CompiledRule, bool | None]] | None, settled: tuple[Testing, ...], get: Get
) -> list[tuple[CompiledRule, bool | None]] | None:
    """Test the rules of a screen that could not settle them."""
    for test, quiet, rule in settled:
        outcome = test(get)
        if outcome is not quiet:
            hits = _noted(hits, rule, outcome)
    return hits


def _noted(
    hits: list[tuple[CompiledRule, bool | None]] | None, rule: CompiledRule, outcome: bool | None
) -> list[tuple[CompiledRule, bool | None]]:
    if hits is None:
        return [(rule, outcome)]
    hits.append((rule, outcome))
    return hits


def _sound_amount(amount: object) -> Decimal | None:
    """Return the amount, or None when it is missing, not a number or negative (which would refill a budget)."""
    if amount.__class__ is not Decimal:
        if isinstance(amount, bool) or not isinstance(amount, int | float | Decimal):
            return None
        amount = Decimal(str(amount))
    assert isinstance(amount, Decimal)  # noqa: S101 - for the type checker; the branch above leaves nothing else
    return amount if amount.is_finite() and (not amount.is_signed() or amount.is_zero()) else None


def _stops(state: ComponentState, tier: Tier) -> list[Reason]:
    reasons = []
    if state.halted:
        reasons.append(Reason(_REFUSE, ReasonCode.HALTED, "Everything is halted.", tier))
    if state.stopped or state.level is Level.STOPPED:
        reasons.append(Reason(_REFUSE, ReasonCode.STOPPED, "The component is stopped.", tier))
    return reasons


def _doubt(reasons: list[Reason], case: Case, policy: ActionPolicy, intervention_threshold: float) -> bool:
    """Add why the confidence is not enough, and return whether it is so low that an alert is due."""
    tier = policy.tier
    confidence = case.confidence
    if case.abstain is not None:
        reasons.append(Reason(_ASK, ReasonCode.ABSTAINED, f"The model does not know: {case.abstain}", tier))
    if confidence is None or not 0.0 <= confidence <= 1.0:
        reasons.append(Reason(_ASK, ReasonCode.CONFIDENCE_MISSING, "There is no calibrated confidence.", tier))
        return False
    if confidence < intervention_threshold:
        text = f"Confidence {confidence:.4g} is below {intervention_threshold:g}, where a person must look."
        reasons.append(Reason(_ASK, ReasonCode.CONFIDENCE_INTERVENTION, text, tier))
        return True
    if confidence < policy.act_threshold:
        text = f"Confidence {confidence:.4g} is below {policy.act_threshold:g}, the least to act by itself."
        reasons.append(Reason(_ASK, ReasonCode.CONFIDENCE_LOW, text, tier))
    return False


def _strictest(reasons: list[Reason], approved_by: Tier | None, least: Tier) -> tuple[VerdictKind, Tier]:
    """Return the strictest kind that a person's approval has not settled, and the highest tier asked for."""
    approved = -1 if approved_by is None else tier_rank(approved_by)
    kind = _ACT
    tier = least
    rank = tier_rank(least)
    for reason in reasons:
        if reason.kind is _REFUSE:
            kind = _REFUSE
            continue
        asked = tier_rank(reason.tier)
        if asked > rank:
            rank, tier = asked, reason.tier
        if asked > approved and kind is _ACT:
            kind = _ASK
    return kind, tier


def _by_place(hit: tuple[CompiledRule, bool | None]) -> int:
    return hit[0].place


def _by_strictness(reason: Reason) -> int:
    return 0 if reason.kind is _REFUSE else 1


def _unknown_action(case: Case, state: ComponentState) -> Verdict:
    tier = Tier.OWNER
    text = f"The policy does not name the action {case.action!r}, so it may not happen."
    reasons = (*_stops(state, tier), Reason(_REFUSE, ReasonCode.UNKNOWN_ACTION, text, tier))
    observing = state.level is Level.OBSERVE and not (state.halted or state.stopped)
    defaults = ActionPolicy(act_threshold=1.0)
    return Verdict(
        kind=_OBSERVE if observing else _REFUSE,
        would=_REFUSE if observing else None,
        reasons=reasons,
        fired=(),
        tier=tier,
        deadline_hours=defaults.deadline_hours,
        fate=defaults.fate,
        blind=False,
        reviewed=False,
        intervention=False,
        reserved=(),
        hold_seconds=0.0,
    )
