"""The policy with which a new lender starts: the documented rule keys and thresholds, and limits on automatic acts."""

from decimal import Decimal

from intendant.domains.lending.contract import APPLICATION_KIND, APPROVE, EXPIRE, REFER, REJECT
from intendant.domains.lending.rules import LOAN_REJECTION_THRESHOLD, REJECTION_PARAMETER
from intendant.kernel.gate import (
    ActionPolicy,
    AllOf,
    Cap,
    Comparison,
    Condition,
    Effect,
    Exceeded,
    Limit,
    Missing,
    Operator,
    Policy,
    Rule,
    Severity,
    Tier,
    Window,
)

LOAN_APPROVAL_THRESHOLD = 0.75
MAX_LOAN_AMOUNT = 100_000
MIN_CREDIT_SCORE = 600
INTERVENTION_THRESHOLD = 0.3
MANAGER_AMOUNT = 25_000
OWNER_AMOUNT = 50_000
APPROVALS_PER_DAY = 500
APPROVED_AMOUNT_PER_DAY = Decimal(5_000_000)
REJECTIONS_PER_HOUR = 200
PAYOUT_HOLD_SECONDS = 900.0
ANSWER_HOURS = 24.0


def default_policy() -> Policy:
    """Return the policy a new organisation starts with.

    Above `max_loan_amount` nothing is approved automatically: the owner is asked, since an amount that large is the owner's to
    grant and not a fault of the applicant. The tiers by amount concern only what is asked anyway ("sure" is false), so
    that everything within the maximum and at or above the threshold is approved automatically.
    """
    return Policy(
        kind=APPLICATION_KIND,
        rules=(
            Rule(
                name="min_credit_score",
                effect=Effect.REQUIRE,
                when=Comparison("credit_score", Operator.GE, MIN_CREDIT_SCORE),
                actions=(APPROVE,),
                missing=Missing.ASK,
                reason=f"The credit score is below our minimum of {MIN_CREDIT_SCORE}.",
                code="other",
                severity=Severity.HIGH,
            ),
            Rule(
                name="max_loan_amount",
                effect=Effect.LIMIT,
                cap=Cap(at_most=MAX_LOAN_AMOUNT, field="amount", exceeded=Exceeded.ASK),
                actions=(APPROVE,),
                missing=Missing.ASK,
                reason=f"The amount is above {MAX_LOAN_AMOUNT:,}, the most that is approved automatically.",
                code="other",
                tier=Tier.OWNER,
                severity=Severity.HIGH,
            ),
            _reserved_above("large_amount_to_manager", MANAGER_AMOUNT, Tier.MANAGER),
            _reserved_above("very_large_amount_to_owner", OWNER_AMOUNT, Tier.OWNER),
        ),
        actions={
            APPROVE: ActionPolicy(
                act_threshold=LOAN_APPROVAL_THRESHOLD,
                reversible=False,
                limits=(Limit(Window.DAY, APPROVALS_PER_DAY, APPROVED_AMOUNT_PER_DAY),),
                tier=Tier.OPERATOR,
                deadline_hours=ANSWER_HOURS,
                hold_seconds=PAYOUT_HOLD_SECONDS,
            ),
            REJECT: ActionPolicy(
                act_threshold=1.0 - LOAN_REJECTION_THRESHOLD,
                reversible=False,
                limits=(Limit(Window.HOUR, REJECTIONS_PER_HOUR),),
                tier=Tier.OPERATOR,
                deadline_hours=ANSWER_HOURS,
            ),
            # Neither decides about the applicant; they happen only as a person's answer or the fate of a deadline.
            REFER: ActionPolicy(act_threshold=0.0, reversible=True, deadline_hours=ANSWER_HOURS),
            EXPIRE: ActionPolicy(act_threshold=0.0, reversible=True, deadline_hours=ANSWER_HOURS),
        },
        intervention_threshold=INTERVENTION_THRESHOLD,
        conformal_coverage=0.9,
        parameters={REJECTION_PARAMETER: LOAN_REJECTION_THRESHOLD},
    )


def _reserved_above(name: str, amount: int, tier: Tier) -> Rule:
    condition: Condition = AllOf(
        (Comparison("amount", Operator.GT, amount), Comparison("sure", Operator.EQ, value=False))
    )
    return Rule(
        name=name,
        effect=Effect.ASK,
        when=condition,
        actions=(APPROVE,),
        missing=Missing.IGNORE,
        reason=f"Amounts above {amount:,} that are not approved automatically are reserved to the {tier.value}.",
        tier=tier,
    )
