"""What the routes about decisions answer.

While a blind case about a decision waits for an answer, `concealed` is true and what would betray the proposal is null or empty.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from intendant.kernel import approvals
from intendant.kernel.decisions import Entry, Facets
from intendant.kernel.gate import Effect, Level, Tier, VerdictKind
from intendant.server.paging import Page

Would = Literal["act", "ask", "refuse"]


class DecisionHead(BaseModel):
    """What lists and records of decisions share. `decided_at` is business time, `recorded_at` system time."""

    id: UUID
    concealed: bool = False
    kind: str
    component: str
    subject_id: UUID
    action: str | None = None
    verdict: VerdictKind
    would: Would | None
    """What the verdict would have been, where the component only observed."""
    confidence: float | None = None
    amount: Decimal | None
    policy_version: int
    model_version: str | None
    answers: UUID | None
    """The decision that this one answers."""
    decided_by: str
    decided_at: datetime
    recorded_at: datetime
    summary: str | None = None
    """One line for people."""


class DecisionView(DecisionHead):
    """A decision in a list. `reference` is what the outside world calls its subject."""

    reference: str | None


class DecisionPage(Page[DecisionView]):
    """Some of the decisions. `capped`: the search ended at its bound and there may be more; `next`, if any, goes on there."""

    capped: bool = False


class FacetCount(BaseModel):
    """How many decisions have a value."""

    value: str
    count: int


class FacetsView(BaseModel):
    """How many decisions have each value of each facet; each facet is counted without its own filter.

    `capped`: only the newest decisions were counted, and there are more.
    """

    total: int
    capped: bool
    verdict: list[FacetCount]
    action: list[FacetCount]
    kind: list[FacetCount]
    component: list[FacetCount]
    decided_by: list[FacetCount]


class EntryReference(BaseModel):
    """What an entry is about."""

    type: Literal["decision", "approval", "effect", "outcome"]
    id: UUID


class TimelineEntry(BaseModel):
    """One thing that happened. `clock` says which time `at` is in; `what` is a stable code, `text` a plain sentence."""

    at: datetime
    clock: Literal["business", "system"]
    what: str
    text: str
    by: str | None
    refers_to: EntryReference | None


class Timeline(BaseModel):
    """What happened around a decision, oldest first."""

    entries: list[TimelineEntry]


class SimilarView(BaseModel):
    """A settled case that resembles another, and how it ended.

    `outcome` is a plain word; `right` says whether its action was right, null where nobody knows; `distance` runs from 0 (the
    same) to 1; `alike` names what the two have in common and in what they differ most.
    """

    model_config = ConfigDict(from_attributes=True)
    decision_id: UUID
    subject_id: UUID
    reference: str
    summary: str
    action: str
    verdict: VerdictKind
    decided_by: str
    decided_at: datetime
    amount: Decimal | None
    confidence: float | None
    outcome: str
    right: bool | None
    distance: float
    alike: str


class Alternative(BaseModel):
    """An action that was eligible, with the probability that it would be right and the propensity of choosing it."""

    action: str
    confidence: float | None
    propensity: float


class Impact(BaseModel):
    """The expected gain of acting, in money (negative: a loss), and whether the action can be taken back."""

    money: Decimal | None
    reversible: bool


class GateReason(BaseModel):
    """Why the gate's verdict is as strict as it is."""

    kind: VerdictKind
    code: str
    text: str
    tier: Tier
    rule: str | None = None
    adverse_code: str | None = None


class ConditionResult(BaseModel):
    """One comparison of a rule with the value that met it; `outcome` is null where the value was missing."""

    field: str
    op: str
    wanted: Any
    value: Any
    outcome: bool | None
    note: str | None = None


class FiredRule(BaseModel):
    """A rule that had something to say, with the values that met its conditions."""

    rule: str
    effect: Effect
    outcome: bool | None
    kind: VerdictKind | None
    conditions: list[ConditionResult]
    mute: UUID | None = None
    """The mute that kept it from asking about this customer."""


class GivenAnswer(BaseModel):
    """What a person, or a deadline, answered."""

    answer: Literal["approve", "decline", "amend", "expire"]
    by: str
    reason: str


class DecisionRecord(DecisionHead):
    """The full record of a decision, as it was frozen when it was taken.

    `values` is all that rules and model looked at; `seed` is what chance depended on, `nonce` blinds the record's digest.
    """

    subject_version: int
    parameters: dict[str, Any] = {}
    currency: str | None
    values: dict[str, Any] = {}
    abstain: str | None = None
    """Why the model does not know, when it does not."""
    alternatives: list[Alternative] = []
    impact: Impact | None = None
    level: Level
    reasons: list[GateReason] = []
    fired: list[FiredRule] = []
    mutes: dict[str, UUID] = {}
    """The rules that were muted for this customer, each with its mute, whether it had something to say or not."""
    tier: Tier | None = None
    blind: bool
    reviewed: bool
    intervention: bool
    intervention_threshold: float
    hold_seconds: float
    approval_id: UUID | None
    effects: list[UUID]
    answer: GivenAnswer | None
    proposed_by: str
    idempotency_key: str | None
    seed: str
    nonce: str


class ExplainedReason(BaseModel):
    """A reason in plain words; further fields belong to the kind (feature, value, contribution ...)."""

    model_config = ConfigDict(extra="allow")
    source: str
    """gate, model or person."""
    text: str
    kind: VerdictKind | None = None
    code: str | None = None
    rule: str | None = None
    feature: str | None = None
    label: str | None = None
    value: Any = None


class Factor(BaseModel):
    """A part of the model's score; its sign says which way it pulled. Further fields belong to the kind."""

    model_config = ConfigDict(extra="allow")
    features: list[str]
    value: Any
    log_odds: float
    speaks: str


class CounterfactualChange(BaseModel):
    """One value that would have had to be another."""

    field: str
    before: Any
    after: Any


class Counterfactual(BaseModel):
    """The least that would have changed the outcome. Further fields belong to the kind."""

    model_config = ConfigDict(extra="allow")
    text: str
    changes: list[CounterfactualChange]


class Explanation(BaseModel):
    """Why a decision went as it did, from its frozen values. Further fields belong to the kind."""

    model_config = ConfigDict(extra="allow")
    decision_id: UUID
    action: str
    verdict: VerdictKind
    decided_by: str
    abstain: str | None = None
    bounds: dict[str, float | None] | None = None
    reasons: list[ExplainedReason] = []
    factors: list[Factor] = []
    counterfactuals: list[Counterfactual] = []
    notices: list[str] = []
    model_version: str | None = None
    policy_version: int | None = None


class RuleResult(FiredRule):
    """One rule as it met the case: its condition in words, why it was skipped if it was, and what it answered."""

    condition: str
    skipped: str | None


class LimitResult(BaseModel):
    """One limit of the policy. What was left of it at the time is not on the record; these are its full amounts."""

    window: str
    count_left: int | None
    amount_left: Decimal | None
    exceeded: VerdictKind


class TraceBody(BaseModel):
    """Every rule, condition and limit of a policy version, against one case."""

    confidence: float | None
    act_threshold: float | None
    intervention_threshold: float
    rules: list[RuleResult]
    limits: list[LimitResult]


class Trace(BaseModel):
    """The full trace of a decision, recomputed from its frozen values and the policy version that held."""

    decision_id: UUID
    policy_version: int
    trace: TraceBody


class OutcomeView(BaseModel):
    """What became of a subject. `value` is 1 for good, 0 for bad, or a quantity; null when censored."""

    id: UUID
    kind: str
    subject_id: UUID
    decision_id: UUID | None
    measure: str
    value: float | None
    observed_at: datetime
    matured_at: datetime | None
    censored: bool
    corrects: UUID | None
    source: str
    recorded_at: datetime


def show_record(record: Mapping[str, Any], *, hidden: bool) -> DecisionRecord:
    """Return a decision's record as it may be shown."""
    return DecisionRecord.model_validate({**approvals.conceal(record), "concealed": True} if hidden else record)


def show_row(row: Mapping[str, Any], *, hidden: bool) -> DecisionView:
    """Return a decision of a list as it may be shown."""
    return DecisionView.model_validate({**approvals.conceal(row), "concealed": True} if hidden else row)


def show_facets(found: Facets) -> FacetsView:
    """Return counts as the wire has them."""
    counts = {
        name: [{"value": each.value, "count": each.count} for each in values] for name, values in found.facets.items()
    }
    return FacetsView.model_validate({"total": found.total, "capped": found.capped, **counts})


def show_entry(entry: Entry) -> TimelineEntry:
    """Return an entry of a timeline as the wire has it."""
    about = None if entry.refers_to is None else EntryReference(type=entry.refers_to[0], id=entry.refers_to[1])
    return TimelineEntry(at=entry.at, clock=entry.clock, what=entry.what, text=entry.text, by=entry.by, refers_to=about)
