"""The policies with which a new lender starts: what is offered and what is paid out without a person."""

from decimal import Decimal

from intendant.domains.lending.contract import (
    CANCEL_OFFER,
    DISBURSE,
    DISBURSEMENT_KIND,
    EXPIRE,
    HOLD_BACK,
    OFFER,
    OFFER_KIND,
)
from intendant.domains.lending.policy import PAYOUT_HOLD_SECONDS
from intendant.kernel.gate import (
    ActionPolicy,
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

MAX_APR = 36
MAX_INSTALMENT_TO_INCOME = 0.5
OFFERS_PER_DAY = 500
OFFERED_AMOUNT_PER_DAY = Decimal(5_000_000)
DISBURSEMENTS_PER_DAY = 500
DISBURSED_AMOUNT_PER_DAY = Decimal(5_000_000)
MANAGER_AMOUNT = 100_000
OWNER_AMOUNT = 250_000
ANSWER_HOURS = 48.0
RULE_SURE = 0.5
"""Offers and payouts follow from rules and not from a model: what follows is certain, and anything less is asked."""


def offer_policy() -> Policy:
    """Return the policy of offers: made at the product's own price, within the approved amount and a bound on the APR."""
    return Policy(
        kind=OFFER_KIND,
        rules=(
            Rule(
                name="max_apr",
                effect=Effect.LIMIT,
                cap=Cap(at_most=MAX_APR, field="apr", exceeded=Exceeded.ASK),
                actions=(OFFER,),
                missing=Missing.ASK,
                reason=f"The annual percentage rate is above {MAX_APR}, the most that is offered automatically.",
                tier=Tier.MANAGER,
                severity=Severity.HIGH,
            ),
            Rule(
                name="max_instalment_to_income",
                effect=Effect.LIMIT,
                cap=Cap(at_most=MAX_INSTALMENT_TO_INCOME, field="instalment_to_income", exceeded=Exceeded.ASK),
                actions=(OFFER,),
                missing=Missing.IGNORE,
                reason=f"The monthly instalment is above {MAX_INSTALMENT_TO_INCOME:.0%} of the income.",
                severity=Severity.MEDIUM,
            ),
            _asks(
                "own_price_to_manager",
                Comparison("rate_difference", Operator.NE, 0),
                "The rate is not the product's own.",
                Tier.MANAGER,
            ),
            _asks(
                "above_approval_to_manager",
                Comparison("above_approved", Operator.GT, 0),
                "The amount is above what was approved.",
                Tier.MANAGER,
            ),
        ),
        actions={
            OFFER: ActionPolicy(
                act_threshold=RULE_SURE,
                reversible=True,
                limits=(Limit(Window.DAY, OFFERS_PER_DAY, OFFERED_AMOUNT_PER_DAY),),
                blind_share=0.0,
                deadline_hours=ANSWER_HOURS,
            ),
            CANCEL_OFFER: ActionPolicy(act_threshold=0.0, reversible=True, deadline_hours=ANSWER_HOURS),
            EXPIRE: ActionPolicy(act_threshold=0.0, reversible=True, deadline_hours=ANSWER_HOURS),
        },
    )


def disbursement_policy() -> Policy:
    """Return the policy of payouts: only when every condition is met, large ones after a person's word."""
    return Policy(
        kind=DISBURSEMENT_KIND,
        rules=(
            Rule(
                name="conditions_complete",
                effect=Effect.REQUIRE,
                when=Comparison("open_conditions", Operator.EQ, 0),
                actions=(DISBURSE,),
                missing=Missing.REFUSE,
                reason="A condition of the loan is not met.",
                severity=Severity.HIGH,
            ),
            _payout_above("large_payout_to_manager", MANAGER_AMOUNT, Tier.MANAGER),
            _payout_above("very_large_payout_to_owner", OWNER_AMOUNT, Tier.OWNER),
        ),
        actions={
            DISBURSE: ActionPolicy(
                act_threshold=RULE_SURE,
                reversible=False,
                limits=(Limit(Window.DAY, DISBURSEMENTS_PER_DAY, DISBURSED_AMOUNT_PER_DAY),),
                review_share_supervised=0.0,
                blind_share=0.0,
                deadline_hours=ANSWER_HOURS,
                hold_seconds=PAYOUT_HOLD_SECONDS,
            ),
            HOLD_BACK: ActionPolicy(act_threshold=0.0, reversible=True, deadline_hours=ANSWER_HOURS),
            EXPIRE: ActionPolicy(act_threshold=0.0, reversible=True, deadline_hours=ANSWER_HOURS),
        },
    )


def _payout_above(name: str, amount: int, tier: Tier) -> Rule:
    return _asks(
        name,
        Comparison("amount", Operator.GT, amount),
        f"Payouts above {amount:,} are reserved to the {tier.value}.",
        tier,
        (DISBURSE,),
    )


def _asks(name: str, when: Condition, reason: str, tier: Tier, actions: tuple[str, ...] = (OFFER,)) -> Rule:
    return Rule(
        name=name, effect=Effect.ASK, when=when, actions=actions, missing=Missing.IGNORE, reason=reason, tier=tier
    )
