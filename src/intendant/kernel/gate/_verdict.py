"""What goes into the gate and what comes out of it: levels, cases, component states, verdicts and their reasons.

These are values. `Case`, `Verdict` and the records inside a verdict are named tuples because one is built for every decision
and building a frozen dataclass costs four times as much.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from intendant.kernel.gate._policy import Effect, Fate, Tier, Window

__all__ = [
    "AllowanceKey",
    "Case",
    "ComponentState",
    "ConditionTrace",
    "Fired",
    "Level",
    "Reason",
    "ReasonCode",
    "Reservation",
    "Verdict",
    "VerdictKind",
]


class Level(StrEnum):
    """How much a component may do by itself."""

    STOPPED = "stopped"
    MANUAL = "manual"
    OBSERVE = "observe"
    ASSISTED = "assisted"
    SUPERVISED = "supervised"
    FULL = "full"


class VerdictKind(StrEnum):
    """Whether the proposed action may happen."""

    ACT = "act"
    ASK = "ask"
    REFUSE = "refuse"
    OBSERVE = "observe"


class ReasonCode(StrEnum):
    """Why the gate did not simply act, in words that programs may rely on."""

    HALTED = "halted"
    STOPPED = "stopped"
    UNKNOWN_ACTION = "unknown_action"
    RULE_FORBIDS = "rule_forbids"
    RULE_REQUIRES = "rule_requires"
    RULE_ASKS = "rule_asks"
    RULE_LIMITS = "rule_limits"
    VALUE_MISSING = "value_missing"
    LIMIT_COUNT = "limit_count"
    LIMIT_AMOUNT = "limit_amount"
    AMOUNT_MISSING = "amount_missing"
    MANUAL = "manual"
    CONTROLLED = "controlled"
    ABSTAINED = "abstained"
    CONFIDENCE_MISSING = "confidence_missing"
    CONFIDENCE_INTERVENTION = "confidence_intervention"
    CONFIDENCE_LOW = "confidence_low"
    ASSISTED = "assisted"
    REVIEW_SAMPLE = "review_sample"


class Case(NamedTuple):
    """One proposed action with everything the gate may look at.

    `values` is flat: its keys are the field names as rules write them ("credit_score", "list.blocked", "score").
    Some names are the gate's own and cannot be overridden by `values`: "action", "confidence", "action.amount" and, when `at`
    is given, "at", "at.date", "at.hour" (0-23) and "at.weekday" (Monday 1 to Sunday 7), read in the zone `at` carries.
    """

    action: str
    values: Mapping[str, object]
    confidence: float | None = None
    """Calibrated probability that the action is right, 0 to 1."""
    amount: Decimal | None = None
    """Money the action moves, in the policy's one currency."""
    abstain: str | None = None
    """Why the model does not know, when it does not."""
    draw: float = 0.0
    """Uniform in [0, 1): decides the review sample. 0 is always in a sample that is not empty, so forgetting it fails closed."""
    blind_draw: float = 1.0
    """Uniform in [0, 1): decides whether the person sees the proposal."""
    at: datetime | None = None
    """Business time, in the organisation's zone."""
    approved_by: Tier | None = None
    """The tier of the person who approved exactly this proposal: settles what may be asked at or below that tier, never a refusal."""
    muted: Mapping[str, str] | None = None
    """The rules that are muted for this case's customer, each with the id of the mute."""


@dataclass(frozen=True, slots=True)
class ComponentState:
    """What the component that proposes may do just now."""

    component: str
    level: Level = Level.OBSERVE
    controlled_by: str | None = None
    """The person who has taken control."""
    halted: bool = False
    stopped: bool = False

    def __post_init__(self) -> None:
        # A level given as plain text would compare unequal by identity and fall through the gate.
        object.__setattr__(self, "level", Level(self.level))


class AllowanceKey(NamedTuple):
    """Which budget: one row of what a component used of an action in the current window."""

    component: str
    action: str
    window: Window


class Reservation(NamedTuple):
    """What one act takes from one budget."""

    key: AllowanceKey
    count: int  # type: ignore[assignment] # hides tuple.count, which nobody needs here
    amount: Decimal


class Reason(NamedTuple):
    """One cause that kept the gate from simply acting."""

    kind: VerdictKind
    code: ReasonCode
    text: str
    tier: Tier
    rule: str | None = None
    adverse_code: str | None = None
    """The reason code owed to the subject, as the rule declares it."""


class ConditionTrace(NamedTuple):
    """One comparison of a rule with the value that met it. `outcome` None: the value was missing or of another type."""

    field: str
    op: str
    wanted: object
    value: object
    outcome: bool | None
    note: str | None = None


class Fired(NamedTuple):
    """A rule that had something to say. `kind` None: a value was missing and the rule says to ignore that, or it is muted."""

    rule: str
    effect: Effect
    outcome: bool | None
    kind: VerdictKind | None
    conditions: tuple[ConditionTrace, ...]
    mute: str | None = None
    """The mute that kept it from asking, by its id."""


class Verdict(NamedTuple):
    """What the gate says about one case."""

    kind: VerdictKind
    would: VerdictKind | None
    """What it would have been if the component did not only observe."""
    reasons: tuple[Reason, ...]
    """Strictest first; all are kept."""
    fired: tuple[Fired, ...]
    """In the policy's order."""
    tier: Tier
    """Who may answer."""
    deadline_hours: float
    fate: Fate
    """What happens when nobody answers in time."""
    blind: bool
    """The person answers without seeing what was proposed."""
    reviewed: bool
    """It would have acted, and was drawn into the sample people check."""
    intervention: bool
    """Confidence is so low that an alert is due."""
    hold_seconds: float
    reserved: tuple[Reservation, ...]
    """What it takes from the budgets; the last field, so that the gate can add it to a verdict made beforehand."""
