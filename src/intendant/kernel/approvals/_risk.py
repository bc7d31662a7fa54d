"""How much is at stake in a question: one pure function, so that an inbox can be sorted and answered by risk."""

from decimal import Decimal
from typing import Literal

from intendant.kernel.gate import Policy, Tier, Window

Risk = Literal["low", "medium", "high"]
RISKS: tuple[Risk, ...] = ("low", "medium", "high")
SHARE_SMALL, SHARE_LARGE = Decimal("0.05"), Decimal("0.25")
"""Of what the policy lets an action move in a day by itself."""
_FLOOR: dict[Tier, Risk] = {Tier.OPERATOR: "low", Tier.MANAGER: "medium", Tier.OWNER: "high"}


def risk_of(tier: Tier, share: Decimal | None, *, reversible: bool) -> Risk:
    """Say how much is at stake: the greater of what the tier says and what the money says.

    A question for a manager is medium at least, one for the owner high. `share` is the amount as a share of what the policy
    lets the action move in a day by itself, None where the policy names no such amount, 0 where no money moves. What can be
    undone is low; what cannot is low up to `SHARE_SMALL`, high from `SHARE_LARGE` on, and medium between or unknown.
    """
    if reversible:
        stake: Risk = "low"
    elif share is None:
        stake = "medium"
    else:
        stake = "low" if share <= SHARE_SMALL else "high" if share >= SHARE_LARGE else "medium"
    return max(_FLOOR[tier], stake, key=RISKS.index)


def floor_of(tier: Tier) -> Risk:
    """Return the least risk of a question for this tier; all that is told of a blind one."""
    return _FLOOR[tier]


def share_of(amount: Decimal | None, policy: Policy, action: str) -> Decimal | None:
    """Return an amount as a share of the least that the policy lets the action move by itself in a day; None without such."""
    if not amount:
        return Decimal(0)
    described = policy.actions.get(action)
    budgets = [
        limit.amount
        for limit in (described.limits if described is not None else ())
        if limit.window is Window.DAY and limit.amount
    ]
    return amount / min(budgets) if budgets else None
