"""The gate: whether a proposed action may happen.

Pure: the same case, state and allowances give the same verdict. Every rule is evaluated and the strictest answer wins, so
a tighter policy never lets more through at the same allowances. In order: the stop, the rules, confidence, limits, the level.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from intendant.kernel.gate._allowances import NOTHING_USED, Allowances, Used, take
from intendant.kernel.gate._conditions import Get
from intendant.kernel.gate._explain import Explanation, explain
from intendant.kernel.gate._policy import (
    ActionPolicy,
    Exceeded,
    Limit,
    Policy,
    Tier,
    tier_rank,
)
from intendant.kernel.gate._rules import CompiledAction, CompiledRule, is_in_effect, values_of
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
    strictest,
)
from intendant.kernel.gate._wording import limit_text

__all__ = ["CompiledPolicy", "compile_policy"]

KEYS_KEPT_MAX = 4096

_ACT, _ASK, _REFUSE, _OBSERVE = VerdictKind.ACT, VerdictKind.ASK, VerdictKind.REFUSE, VerdictKind.OBSERVE
_ACTING_LEVELS = frozenset({Level.SUPERVISED, Level.FULL})


def compile_policy(policy: Policy) -> "CompiledPolicy":
    """Compile a policy once; the result decides any number of cases."""
    return CompiledPolicy(policy)


class CompiledPolicy:
    """A policy that decides cases."""

    __slots__ = ("_actions", "_keys", "policy")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._actions = {name: CompiledAction(name, body, policy.rules) for name, body in policy.actions.items()}
        # Keys are the same for every case of a component; rebuilding them would cost more than the limits themselves.
        self._keys: dict[tuple[str, str], tuple[AllowanceKey, ...]] = {}

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
        for test, quiet, rule in action.undated:
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
        if (
            hits is None
            and case.abstain is None
            and confidence is not None
            and policy.act_threshold <= confidence <= 1.0
            and confidence >= self.policy.intervention_threshold
            and state.level in _ACTING_LEVELS
            and not state.halted
            and not state.stopped
            and state.controlled_by is None
            and case.draw >= (policy.review_share_full if state.level is Level.FULL else policy.review_share_supervised)
        ):
            # The common way through: nothing stands against it but the limits.
            if not action.windows:
                return action.act
            reserved, exceeded = self._reserve(action, case, state, used)
            if not exceeded:
                return action.act._replace(reserved=reserved)
        return self._weigh(action, case, state, used, hits=hits or [], get=get)

    def _weigh(
        self,
        action: CompiledAction,
        case: Case,
        state: ComponentState,
        used: Mapping[AllowanceKey, Used],
        *,
        hits: list[tuple[CompiledRule, bool | None]],
        get: Get,
    ) -> Verdict:
        """Gather every reason there is and let the strictest decide."""
        policy = action.policy
        tier = policy.tier
        reasons: list[Reason] = _stops(state, tier)
        fired: list[Fired] = []
        if len(hits) > 1 and action.dated:
            order = {id(rule): place for place, rule in enumerate(action.rules)}
            hits.sort(key=lambda hit: order[id(hit[0])])
        for rule, outcome in hits:
            record, reason = rule.fire(outcome, get)
            fired.append(record)
            if reason is not None:
                reasons.append(reason)
        doubts, intervention = _doubts(case, policy, self.policy.intervention_threshold)
        reasons += doubts
        reserved, exceeded = self._reserve(action, case, state, used)
        reasons += exceeded
        if state.level is Level.MANUAL:
            reasons.append(Reason(_ASK, ReasonCode.MANUAL, "The component is under manual control.", tier))
        if state.controlled_by is not None:
            reasons.append(Reason(_ASK, ReasonCode.CONTROLLED, f"{state.controlled_by} has taken control.", tier))
        if state.level is Level.ASSISTED:
            reasons.append(Reason(_ASK, ReasonCode.ASSISTED, "At level assisted a person approves every action.", tier))

        kind = _standing(reasons, case.approved_by)
        share = policy.review_share_full if state.level is Level.FULL else policy.review_share_supervised
        # Written so that a draw that is not a number is in the sample.
        reviewed = (
            kind is _ACT and state.level in _ACTING_LEVELS and case.approved_by is None and not case.draw >= share
        )
        if reviewed:
            kind = _ASK
            reasons.append(Reason(_ASK, ReasonCode.REVIEW_SAMPLE, "Drawn into the sample that a person checks.", tier))
        would = None
        if state.level is Level.OBSERVE and not (state.halted or state.stopped):
            kind, would = _OBSERVE, kind
        if len(reasons) > 1:
            reasons.sort(key=_by_strictness)
        return Verdict(
            kind=kind,
            would=would,
            reasons=tuple(reasons),
            fired=tuple(fired),
            tier=max((reason.tier for reason in reasons if reason.kind is _ASK), key=tier_rank, default=tier),
            deadline_hours=policy.deadline_hours,
            fate=policy.fate,
            blind=kind is _ASK and not case.blind_draw >= policy.blind_share,
            reviewed=reviewed,
            intervention=intervention,
            reserved=reserved if kind is _ACT else (),
            hold_seconds=policy.hold_seconds,
        )

    def _reserve(
        self, action: CompiledAction, case: Case, state: ComponentState, used: Mapping[AllowanceKey, Used]
    ) -> tuple[tuple[Reservation, ...], list[Reason]]:
        """Return what acting would take from the budgets, and a reason for each limit it would break."""
        if not action.windows:
            return (), []
        keys = self._keys.get((state.component, case.action)) or self._remember_keys(state.component, action)
        amount = _sound_amount(case.amount)
        exceeded: list[Reason] = []
        reserved = []
        for key, (window, limits) in zip(keys, action.windows, strict=True):
            count_used, amount_used = used.get(key, NOTHING_USED)
            fits = True
            for limit in limits:
                if limit.count is not None and count_used + 1 > limit.count:
                    fits = False
                    text = limit_text(window, "acts", limit.count, count_used)
                    exceeded.append(_limit_reason(limit, ReasonCode.LIMIT_COUNT, text, action.policy.tier))
                if limit.amount is None:
                    continue
                if amount is None:
                    fits = False
                    text = "The amount is not known, so the limit on money cannot be checked."
                    exceeded.append(_limit_reason(limit, ReasonCode.AMOUNT_MISSING, text, action.policy.tier))
                elif amount_used + amount > limit.amount:
                    fits = False
                    text = limit_text(window, "money", limit.amount, amount_used)
                    exceeded.append(_limit_reason(limit, ReasonCode.LIMIT_AMOUNT, text, action.policy.tier))
            if fits:
                reserved.append(Reservation(key, 1, amount or _ZERO))
        return tuple(reserved), exceeded

    def _remember_keys(self, component: str, action: CompiledAction) -> tuple[AllowanceKey, ...]:
        if len(self._keys) >= KEYS_KEPT_MAX:
            self._keys.clear()
        keys = tuple(AllowanceKey(component, action.name, window) for window, _ in action.windows)
        self._keys[(component, action.name)] = keys
        return keys


_ZERO = Decimal(0)


def _noted(
    hits: list[tuple[CompiledRule, bool | None]] | None, rule: CompiledRule, outcome: bool | None
) -> list[tuple[CompiledRule, bool | None]]:
    if hits is None:
        return [(rule, outcome)]
    hits.append((rule, outcome))
    return hits


def _sound_amount(amount: object) -> Decimal | None:
    """Return the amount, or None when it is missing, not a number or negative (which would refill a budget)."""
    if isinstance(amount, int | float) and not isinstance(amount, bool):
        amount = Decimal(repr(amount))
    if not isinstance(amount, Decimal) or not amount.is_finite() or amount < 0:
        return None
    return amount


def _limit_reason(limit: Limit, code: ReasonCode, text: str, tier: Tier) -> Reason:
    return Reason(_ASK if limit.exceeded is Exceeded.ASK else _REFUSE, code, text, tier)


def _stops(state: ComponentState, tier: Tier) -> list[Reason]:
    reasons = []
    if state.halted:
        reasons.append(Reason(_REFUSE, ReasonCode.HALTED, "Everything is halted.", tier))
    if state.stopped or state.level is Level.STOPPED:
        reasons.append(Reason(_REFUSE, ReasonCode.STOPPED, "The component is stopped.", tier))
    return reasons


def _doubts(case: Case, policy: ActionPolicy, intervention_threshold: float) -> tuple[list[Reason], bool]:
    """Return why the confidence is not enough, and whether it is so low that an alert is due."""
    reasons = []
    tier = policy.tier
    confidence = case.confidence
    if case.abstain is not None:
        reasons.append(Reason(_ASK, ReasonCode.ABSTAINED, f"The model does not know: {case.abstain}", tier))
    if confidence is None or not 0.0 <= confidence <= 1.0:
        reasons.append(Reason(_ASK, ReasonCode.CONFIDENCE_MISSING, "There is no calibrated confidence.", tier))
        return reasons, False
    if confidence < intervention_threshold:
        text = f"Confidence {confidence:.4g} is below {intervention_threshold:g}, where a person must look."
        reasons.append(Reason(_ASK, ReasonCode.CONFIDENCE_INTERVENTION, text, tier))
        return reasons, True
    if confidence < policy.act_threshold:
        text = f"Confidence {confidence:.4g} is below {policy.act_threshold:g}, the least to act by itself."
        reasons.append(Reason(_ASK, ReasonCode.CONFIDENCE_LOW, text, tier))
    return reasons, False


def _standing(reasons: list[Reason], approved_by: Tier | None) -> VerdictKind:
    """Return the strictest kind among the reasons that a person's approval has not settled."""
    if approved_by is None:
        return strictest([reason.kind for reason in reasons])
    rank = tier_rank(approved_by)
    return strictest([reason.kind for reason in reasons if reason.kind is _REFUSE or tier_rank(reason.tier) > rank])


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
