"""What follows from what: the action a score speaks for, the state a verdict leads to, the money at stake. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from intendant.domains.lending.contract import APPROVE, EXPIRE, REFER, REJECT
from intendant.domains.lending.model import ApplicationState, Pricing
from intendant.kernel.gate import Policy, ReasonCode, Verdict, VerdictKind

LOAN_REJECTION_THRESHOLD = 0.5
REJECTION_PARAMETER = "loan_rejection_threshold"

_MERIT = frozenset(
    {ReasonCode.RULE_FORBIDS, ReasonCode.RULE_REQUIRES, ReasonCode.RULE_LIMITS, ReasonCode.VALUE_MISSING}
)
_SWITCHED_OFF = frozenset({ReasonCode.HALTED, ReasonCode.STOPPED})


class Bounds(NamedTuple):
    """Between which probabilities of repayment a person is asked."""

    approve_from: float
    """At or above it, approve."""
    reject_below: float
    """Below it, reject."""


def bounds_of(policy: Policy) -> Bounds:
    """Return the bounds a policy sets: the act threshold of approving, and the rejection bound among its parameters.

    The rejection bound is `parameters.loan_rejection_threshold`, else one minus the act threshold of rejecting.
    """
    approve, reject = policy.actions.get(APPROVE), policy.actions.get(REJECT)
    given = policy.parameters.get(REJECTION_PARAMETER)
    if isinstance(given, int | float) and not isinstance(given, bool):
        below = float(given)
    else:
        below = LOAN_REJECTION_THRESHOLD if reject is None else 1.0 - reject.act_threshold
    return Bounds(1.0 if approve is None else approve.act_threshold, below)


def proposed_action(probability: float | None, bounds: Bounds) -> str:
    """Return the action a probability of repayment speaks for; without one, approving, which a person must then confirm."""
    if probability is None or probability >= bounds.approve_from:
        return APPROVE
    if probability < bounds.reject_below:
        return REJECT
    return APPROVE if probability >= 0.5 else REJECT


def confidence_in(action: str, probability: float | None) -> float | None:
    """Return the probability that an action is right: that of repayment for approving, of default for rejecting."""
    if probability is None:
        return None
    return probability if action == APPROVE else (1.0 - probability if action == REJECT else None)


def expected_gain(action: str, probability: float | None, amount: float, pricing: Pricing) -> float | None:
    """Return the money an action is expected to bring, against not lending for approving and against lending for rejecting.

    Approving brings `p * gain - (1 - p) * loss`; rejecting avoids exactly that.
    """
    if probability is None or action not in {APPROVE, REJECT}:
        return None
    lending = amount * (probability * pricing.gain_share - (1.0 - probability) * pricing.loss_share)
    return lending if action == APPROVE else -lending


def state_after(action: str, verdict: Verdict, state: ApplicationState) -> ApplicationState:
    """Return the state an application takes by a verdict on an action.

    A policy that refuses an approval on its merits rejects the application. A stop, a used-up budget or a policy that
    refuses to reject decides nothing about it: the application waits.
    """
    refusals = frozenset(reason.code for reason in verdict.reasons if reason.kind is VerdictKind.REFUSE)
    return _state_after(action, verdict.kind, refusals, state)


def _state_after(
    action: str, verdict: VerdictKind, refusals: frozenset[ReasonCode], state: ApplicationState
) -> ApplicationState:
    match verdict:
        case VerdictKind.ACT:
            return {
                APPROVE: ApplicationState.APPROVED,
                REJECT: ApplicationState.REJECTED,
                REFER: ApplicationState.REFERRED,
                EXPIRE: ApplicationState.EXPIRED,
                # An action that only a policy knows means nothing to an application: people go on with it.
            }.get(action, ApplicationState.UNDER_REVIEW)
        case VerdictKind.ASK:
            return ApplicationState.REFERRED
        case VerdictKind.OBSERVE:
            return ApplicationState.UNDER_REVIEW
        case VerdictKind.REFUSE:
            if refusals & _SWITCHED_OFF:
                return state
            if action == APPROVE and refusals & _MERIT:
                return ApplicationState.REJECTED
            return ApplicationState.UNDER_REVIEW


def state_of_record(
    record: Mapping[str, Any], before: ApplicationState = ApplicationState.SUBMITTED
) -> ApplicationState:
    """Return the state that a recorded decision led its application to from `before`; it may have moved on since."""
    verdict, action = record["verdict"], record["action"]
    if verdict != VerdictKind.REFUSE.value:
        return _state_after(action, VerdictKind(verdict), frozenset(), before)
    refusals = frozenset(ReasonCode(each["code"]) for each in record["reasons"] if each["kind"] == verdict)
    return _state_after(action, VerdictKind.REFUSE, refusals, before)


def is_right(action: str, outcome: float) -> bool | None:
    """Say whether an action was right: approving what was repaid, rejecting what was not. Other actions are neither."""
    repaid = outcome >= 0.5
    if action == APPROVE:
        return repaid
    return not repaid if action == REJECT else None
