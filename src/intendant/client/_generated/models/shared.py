"""Models of several groups. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Literal

from pydantic import Field

from intendant.client._model import Model

Base = Literal["flat", "principal", "instalment", "overdue"]
"""Of what a share is a share."""

BrokenPeriod = Literal["first", "added", "spread", "upfront"]
"""What becomes of the interest of a first period longer than the others (`first_due` later than a period after
`start`).
"""

Component = Literal["penalty", "fee", "interest", "principal"]
"""What a borrower owes, by kind."""

DayCount = Literal["ACT/365", "ACT/360", "ACT/364", "ACT/365.25", "ACT/ACT", "30/360", "30/365"]
"""How days become a fraction of a year: days of a month over days of a year.

With a month of 30 days a whole period counts 30 days for each month in it, and part of a period counts its
share of the period's actual days. ACT/ACT gives each day the length of its own year, and splits a period at
31 December.
"""

Effect = Literal["require", "forbid", "ask", "limit"]
"""What a rule does when its condition holds (for `require`: when it does not)."""

EffectState = Literal["held", "planned", "running", "done", "failed", "unknown", "undone", "cancelled"]
"""Where an effect stands. Held, planned and running move on; unknown waits for a person; the others are final."""

Excess = Literal["hold", "next", "shorten", "lower"]
"""What becomes of money beyond what is due."""

Fate = Literal["decline", "escalate"]
"""What happens to a question nobody answered in time. Both fail closed."""

FeeWhen = Literal["disbursement", "instalment", "late"]
"""When a fee falls due."""

InstalmentFormula = Literal["exact", "nominal"]
"""From what rate the equal instalment is computed."""

InterestBasis = Literal["outstanding", "scheduled"]
"""On what interest is computed."""

Level = Literal["stopped", "manual", "observe", "assisted", "supervised", "full"]
"""How much a component may do by itself."""

Method = Literal["equal_instalment", "equal_principal", "interest_only"]
"""How principal is repaid."""

RoundingMode = Literal["half-even", "half-up", "half-down", "up", "down", "ceiling", "floor"]
"""To which side an amount between two units goes."""

TaskState = Literal["queued", "running", "done", "failed", "cancelled"]
"""Where a task stands."""

Tier = Literal["operator", "manager", "owner"]
"""Who may answer when the gate asks."""

TransactionType = Literal[
    "disbursement",
    "repayment",
    "refund",
    "charge",
    "waiver",
    "rate_change",
    "restructure",
    "pause",
    "charge_off",
    "write_off",
]
"""What can happen to a loan from outside. What follows by time alone (accrual, penalties, dues) is no
transaction.
"""

ValueType = Literal["number", "integer", "category", "boolean", "text", "date", "moment"]
"""What a value is, which settles how rules may compare it."""

VerdictKind = Literal["act", "ask", "refuse", "observe"]
"""Whether the proposed action may happen."""


class AllocationPart(Model):
    """In what order money pays what is owed, and what becomes of money beyond what is due."""

    by_instalment: bool
    excess: Excess
    order: list[Component]


class Alternative(Model):
    """An action that was eligible, with the probability that it would be right and the propensity of choosing
    it.
    """

    action: str
    confidence: float | None
    propensity: float


class ComponentState(Model):
    """What a component may do: its level, and who has taken control. `since` (business time), `why` and
    `changed_by` tell of the last change.
    """

    changed_by: str
    controlled_by: str | None
    level: Level
    name: str
    since: datetime.datetime
    why: str


class ConditionResult(Model):
    """One comparison of a rule with the value that met it; `outcome` is null where the value was missing."""

    field: str
    note: str | None = None
    op: str
    outcome: bool | None
    value: Any
    wanted: Any


class Count(Model):
    """How many have this value."""

    count: int
    value: str


class DecisionRecord(Model):
    """The full record of a decision, as it was frozen when it was taken.

    `values` is all that rules and model looked at; `seed` is what chance depended on, `nonce` blinds the
    record's digest.
    """

    abstain: str | None = None
    action: str | None = None
    alternatives: list[Alternative] | None = None
    amount: str | None
    answer: GivenAnswer | None
    answers: uuid.UUID | None
    approval_id: uuid.UUID | None
    blind: bool
    component: str
    concealed: bool = False
    confidence: float | None = None
    currency: str | None
    decided_at: datetime.datetime
    decided_by: str
    effects: list[uuid.UUID]
    fired: list[FiredRule] | None = None
    hold_seconds: float
    id: uuid.UUID
    idempotency_key: str | None
    impact: Impact | None = None
    intervention: bool
    intervention_threshold: float
    kind: str
    level: Level
    model_version: str | None
    mutes: dict[str, uuid.UUID] | None = None
    nonce: str
    parameters: dict[str, Any] | None = None
    policy_version: int
    proposed_by: str
    reasons: list[GateReason] | None = None
    recorded_at: datetime.datetime
    reviewed: bool
    seed: str
    subject_id: uuid.UUID
    subject_version: int
    summary: str | None = None
    tier: Tier | None = None
    values: dict[str, Any] | None = None
    verdict: VerdictKind
    would: Literal["act", "ask", "refuse"] | None


class FacetValue(Model):
    """A value to filter by, with how many applications have it."""

    count: int
    value: str


class FeePart(Model):
    """A fee that is charged by itself; `deducted` keeps it back from what is paid out."""

    deducted: bool
    name: str
    portion: PortionPart
    when: FeeWhen


class FiredRule(Model):
    """A rule that had something to say, with the values that met its conditions."""

    conditions: list[ConditionResult]
    effect: Effect
    kind: VerdictKind | None
    mute: uuid.UUID | None = None
    outcome: bool | None
    rule: str


class GateReason(Model):
    """Why the gate's verdict is as strict as it is."""

    adverse_code: str | None = None
    code: str
    kind: VerdictKind
    rule: str | None = None
    text: str
    tier: Tier


class GivenAnswer(Model):
    """What a person, or a deadline, answered."""

    answer: Literal["approve", "decline", "amend", "expire"]
    by: str
    reason: str


class GracePart(Model):
    """Relief in the first instalments, in numbers of them: `principal` only interest is due, `interest` it is
    due later, `free` none accrues.
    """

    free: int
    interest: int
    principal: int


class Impact(Model):
    """The expected gain of acting, in money (negative: a loss), and whether the action can be taken back."""

    money: str | None
    reversible: bool


class LoanTermsPart(Model):
    """The terms of one loan. Periods are written 15d, 2w, 1m or 1y; rates are percent a year; `start` is
    disbursement.
    """

    allocation: AllocationPart
    amount: str
    balloon: PortionPart | None
    basis: InterestBasis
    broken_period: BrokenPeriod
    close_tolerance: str
    currency: str
    day_count: DayCount
    down_payment: PortionPart | None
    due_day: int | None
    every: str
    fees: list[FeePart]
    first_due: datetime.date | None
    fixed_instalment: str | None
    formula: InstalmentFormula
    grace: GracePart
    instalment_rounding: RoundingPart | None
    level_last: bool
    method: Method
    penalty: PenaltyPart
    periods: int
    provisioning: ProvisioningPart
    rate: str
    rounding: RoundingPart
    start: datetime.date
    tolerance_amount: str
    tolerance_days: int


class PenaltyPart(Model):
    """Interest on what is late: percent a year after the days of grace; then from the due date if `from_due`."""

    from_due: bool
    grace_days: int
    rate: str


class PortionPart(Model):
    """An amount (`flat`), or a percentage of a base."""

    base: Base
    value: str


class ProvisioningPart(Model):
    """Expected loss: probability of default within a year and share lost then, 0 to 1, and the days of the
    stages.
    """

    lgd: str
    pd: str
    stage2_days: int
    stage3_days: int


class ReasonBody(Model):
    """Why."""

    reason: str


class RoundingPart(Model):
    """To which side, and to multiples of what; without `unit` to the currency's smallest."""

    mode: RoundingMode
    unit: str | None


class ScheduleInstalment(Model):
    """An instalment; number 0 is what is due, or prepaid, by itself on a day. `balance` is the principal left
    after it.
    """

    balance: str
    days: int
    due: datetime.date
    fees: str
    from_: datetime.date = Field(alias="from")
    interest: str
    number: int
    principal: str
    total: str


class SchedulePreview(Model):
    """A schedule and what the credit costs a year, in percent: `apr` by Regulation Z, `effective_rate` by
    Directive 2008/48/EC.

    Both are null where fees leave nothing to pay out. `instalment` is the equal instalment, or the equal part
    of principal.
    """

    amount: str
    apr: str | None
    currency: str
    disbursed: str
    effective_rate: str | None
    instalment: str
    instalments: list[ScheduleInstalment]
    maturity: datetime.date
    paid_out: str
    periods: int
    rate: str
    start: datetime.date
    terms: LoanTermsPart
    totals: ScheduleTotals


class ScheduleTotals(Model):
    """What all instalments come to; `kept_back` are fees deducted from what is paid out, which no instalment
    holds.
    """

    fees: str
    interest: str
    kept_back: str
    principal: str
    total: str
