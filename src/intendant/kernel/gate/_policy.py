"""The policy as data: rules, conditions, what each action may do, and its limits.

A policy is built by `parse_policy` from what people wrote, and is then a value: frozen, comparable, dumped without loss.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

__all__ = [
    "ALWAYS",
    "LISTED",
    "ActionPolicy",
    "Aggregate",
    "AggregateMeasure",
    "AllOf",
    "AnyOf",
    "Cap",
    "Comparison",
    "Condition",
    "Effect",
    "Exceeded",
    "Fate",
    "Json",
    "Limit",
    "Missing",
    "Not",
    "Operator",
    "Policy",
    "Rule",
    "Scalar",
    "Severity",
    "Tier",
    "Window",
    "default_action_policy",
    "list_key",
    "tier_rank",
    "with_action",
    "with_limit",
    "with_rule_not_applicable",
]

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Scalar = bool | int | float | Decimal | str | date | datetime


class Tier(StrEnum):
    """Who may answer when the gate asks."""

    OPERATOR = "operator"
    MANAGER = "manager"
    OWNER = "owner"


_TIER_RANK = {Tier.OPERATOR: 0, Tier.MANAGER: 1, Tier.OWNER: 2}


def tier_rank(tier: Tier) -> int:
    """Return 0 for operator, 1 for manager, 2 for owner."""
    return _TIER_RANK[tier]


class Effect(StrEnum):
    """What a rule does when its condition holds (for `require`: when it does not)."""

    REQUIRE = "require"
    FORBID = "forbid"
    ASK = "ask"
    LIMIT = "limit"


class Missing(StrEnum):
    """What a rule does when a value it needs is missing."""

    ASK = "ask"
    REFUSE = "refuse"
    IGNORE = "ignore"


class Exceeded(StrEnum):
    """What happens above a limit."""

    ASK = "ask"
    REFUSE = "refuse"


class Fate(StrEnum):
    """What happens to a question nobody answered in time. Both fail closed."""

    DECLINE = "decline"
    ESCALATE = "escalate"


class Window(StrEnum):
    """The period a limit counts over."""

    HOUR = "hour"
    DAY = "day"


class Severity(StrEnum):
    """How much a rule matters to whoever reads its findings."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Operator(StrEnum):
    """How a comparison compares."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    NOT_IN = "not_in"
    BETWEEN = "between"
    """Both ends included."""
    CONTAINS = "contains"
    """The field is a list or text that contains the value."""
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    IS_MISSING = "is_missing"
    IS_PRESENT = "is_present"
    IN_LIST = "in_list"
    """The value is the name of a list of the organisation; whether the field's value stands on it is looked up before."""
    NOT_IN_LIST = "not_in_list"


LISTED = frozenset({Operator.IN_LIST, Operator.NOT_IN_LIST})


def list_key(field_name: str, list_name: str) -> str:
    """Return the value of a case that says whether a field's value stands on a list: true, false, or missing."""
    return f"lists.{list_name}({field_name})"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field against a constant (`value`), or against another field (`other`, times `factor` when numbers are compared)."""

    field: str
    op: Operator
    value: Scalar | tuple[Scalar, ...] | None = None
    other: str | None = None
    factor: int | float | Decimal | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every part is; without parts, always true."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when some part is."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True when the part is false. The opposite of missing is missing."""

    condition: "Condition"


Condition = Comparison | AllOf | AnyOf | Not

ALWAYS = AllOf(())


@dataclass(frozen=True, slots=True)
class Cap:
    """The most a field may be, for rules with effect `limit`."""

    at_most: int | float | Decimal
    field: str = "action.amount"
    exceeded: Exceeded = Exceeded.ASK


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence of the policy."""

    name: str
    effect: Effect
    when: Condition = ALWAYS
    actions: tuple[str, ...] | None = None
    """The actions it speaks about; None (written "*") is all of them."""
    missing: Missing = Missing.ASK
    reason: str = ""
    """Plain words for people."""
    code: str | None = None
    """The reason code owed to the subject when this rule decides."""
    tier: Tier | None = None
    """Least tier that may answer; the action's own when None."""
    severity: Severity | None = None
    effective_from: datetime | None = None
    """Included. A case without a time meets every rule, since that is stricter."""
    effective_until: datetime | None = None
    """Excluded."""
    not_applicable: str | None = None
    """Why the rule is switched off, when it is."""
    cap: Cap | None = None
    mutable: bool = True
    """Whether a person may mute it for one customer; rules that refuse are never muted."""

    def speaks_about(self, action: str) -> bool:
        """Tell whether the rule concerns the action."""
        return self.actions is None or action in self.actions


@dataclass(frozen=True, slots=True)
class Limit:
    """A budget: at most `count` acts and `amount` of money in each window."""

    window: Window
    count: int | None = None
    amount: Decimal | None = None
    exceeded: Exceeded = Exceeded.ASK


@dataclass(frozen=True, slots=True)
class ActionPolicy:
    """What one action may do by itself."""

    act_threshold: float
    """Least calibrated confidence to act; at the threshold it acts."""
    reversible: bool = False
    limits: tuple[Limit, ...] = ()
    review_share_supervised: float = 0.2
    """Share of would-be acts that a person checks first, at level supervised."""
    review_share_full: float = 0.0
    blind_share: float = 0.1
    """Share of the questions in which the person does not see the proposal."""
    tier: Tier = Tier.OPERATOR
    deadline_hours: float = 24.0
    fate: Fate = Fate.DECLINE
    hold_seconds: float = 0.0
    """How long an effect outside is held on our side, where it can still be taken back."""


class AggregateMeasure(StrEnum):
    """What an aggregate makes of the decisions in its window."""

    COUNT = "count"
    SUM = "sum"
    DISTINCT = "distinct"
    """How many different values."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What became of one entity lately: earlier decisions of the kind whose `by` is the same, in the last `over_hours`.

    Rules read it as `aggregates.<name>`. It is missing where the case has no `by`.
    """

    name: str
    measure: AggregateMeasure
    by: str
    over_hours: int
    of: str | None = None
    """What is summed or told apart; None for a count."""
    where: Condition = ALWAYS
    """Which earlier decisions count, by their own values."""

    @property
    def key(self) -> str:
        """Return the name under which rules read it."""
        return f"aggregates.{self.name}"


@dataclass(frozen=True, slots=True)
class Policy:
    """All that one decision kind of one organisation is bound by."""

    kind: str
    rules: tuple[Rule, ...] = ()
    actions: Mapping[str, ActionPolicy] = field(default_factory=dict)
    intervention_threshold: float = 0.3
    conformal_coverage: float | None = 0.9
    parameters: Mapping[str, Json] = field(default_factory=dict)
    """Whatever the kind itself needs; the gate does not look at it."""
    second_person: bool = False
    """While this version holds, whoever publishes another needs a second person's word."""
    aggregates: tuple[Aggregate, ...] = ()


def default_action_policy(*, act_threshold: float = 0.75, reversible: bool = False) -> ActionPolicy:
    """Return the cautious defaults for an action nobody has described further."""
    return ActionPolicy(act_threshold=act_threshold, reversible=reversible)


def with_rule_not_applicable(policy: Policy, rule_name: str, why: str) -> Policy:
    """Return the policy with one rule switched off, with the reason kept in it. Unknown names change nothing."""
    return replace(
        policy,
        rules=tuple(replace(rule, not_applicable=why) if rule.name == rule_name else rule for rule in policy.rules),
    )


def with_action(policy: Policy, action: str, action_policy: ActionPolicy) -> Policy:
    """Return the policy with one action described anew."""
    return replace(policy, actions={**policy.actions, action: action_policy})


def with_limit(policy: Policy, action: str, limit: Limit) -> Policy:
    """Return the policy with the action's limits of that window replaced by this one."""
    current = policy.actions[action]
    kept = tuple(each for each in current.limits if each.window is not limit.window)
    return with_action(policy, action, replace(current, limits=(*kept, limit)))
