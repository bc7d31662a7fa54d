"""The policy with which promotions start: only on evidence, never from data that look poisoned, a few a day."""

from intendant.domains.analytics.contract import KEEP, PROMOTE, PROMOTION_KIND
from intendant.kernel.gate import (
    ActionPolicy,
    Comparison,
    Effect,
    Limit,
    Missing,
    Operator,
    Policy,
    Rule,
    Severity,
    Tier,
    Window,
)

PROMOTION_THRESHOLD = 0.95
"""Least probability that the new version is better."""
CASES_MIN = 100
PROMOTIONS_PER_DAY = 20
ANSWER_HOURS = 7 * 24.0


def default_policy() -> Policy:
    """Return the policy a new organisation promotes by."""
    return Policy(
        kind=PROMOTION_KIND,
        rules=(
            Rule(
                name="sound_data",
                effect=Effect.REQUIRE,
                when=Comparison("guards_passed", Operator.EQ, value=True),
                actions=(PROMOTE,),
                missing=Missing.REFUSE,
                reason="What it learnt from is unlike what the champion learnt from, or it did not prove itself.",
                severity=Severity.CRITICAL,
            ),
            Rule(
                name="enough_cases",
                effect=Effect.ASK,
                when=Comparison("cases_compared", Operator.LT, CASES_MIN),
                actions=(PROMOTE,),
                reason=f"Fewer than {CASES_MIN} cases were compared.",
                tier=Tier.MANAGER,
                severity=Severity.MEDIUM,
            ),
        ),
        actions={
            PROMOTE: ActionPolicy(
                act_threshold=PROMOTION_THRESHOLD,
                reversible=True,
                limits=(Limit(Window.DAY, PROMOTIONS_PER_DAY),),
                tier=Tier.MANAGER,
                deadline_hours=ANSWER_HOURS,
                blind_share=0.0,
            ),
            KEEP: ActionPolicy(
                act_threshold=0.0, reversible=True, tier=Tier.MANAGER, deadline_hours=ANSWER_HOURS, blind_share=0.0
            ),
        },
        intervention_threshold=0.0,
        conformal_coverage=None,
    )
