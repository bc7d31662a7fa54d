"""Models of policies. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Literal

from pydantic import Field

from intendant.client._generated.models import shared
from intendant.client._model import Model

AggregateMeasure = Literal["count", "sum", "distinct"]
"""What an aggregate makes of the decisions in its window."""

Exceeded = Literal["ask", "refuse"]
"""What happens above a limit."""

FindingKind = Literal[
    "duplicate_name",
    "unknown_action",
    "unknown_field",
    "unknown_list",
    "unknown_aggregate",
    "threshold",
    "limit",
    "mixed_types",
    "contradiction",
    "always_asks",
    "always_fires",
    "never_fires",
    "shadowed",
    "never_decides",
    "overlap",
    "gap",
    "unchecked",
]
"""What sort of thing was found."""

Missing = Literal["ask", "refuse", "ignore"]
"""What a rule does when a value it needs is missing."""

Operator = Literal[
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "in",
    "not_in",
    "between",
    "contains",
    "starts_with",
    "ends_with",
    "is_missing",
    "is_present",
    "in_list",
    "not_in_list",
]
"""How a comparison compares."""

Severity = Literal["low", "medium", "high", "critical"]
"""How much a rule matters to whoever reads its findings."""

ValueSource = Literal["input", "feature", "score", "gate"]
"""Where a value comes from: what was entered, what was made of it, the model, or the gate itself."""

Window = Literal["hour", "day"]
"""The period a limit counts over."""


class ActionDocument(Model):
    """What one action may do by itself."""

    act_threshold: float
    blind_share: float
    deadline_hours: float
    fate: shared.Fate
    hold_seconds: float
    limits: list[LimitDocument]
    reversible: bool
    review_share: ReviewShare
    tier: shared.Tier


class AggregateDocument(Model):
    """What became lately of whom `by` names, over a span such as 24h or 7d; rules read it as
    `aggregates.<name>`.
    """

    by: str
    measure: AggregateMeasure
    name: str
    of: str | None = None
    over: str
    where: ConditionDocument | None = None


class AllDocument(Model):
    """True when every part is; without parts, always true."""

    all: list[ConditionDocument]


class AnyDocument(Model):
    """True when some part is."""

    any: list[ConditionDocument]


class ApproveBody(Model):
    """The second person's word. `digest` is that of the proposal as it was read."""

    digest: str
    reason: str


class CapDocument(Model):
    """The most a field may be, for rules with the effect `limit`."""

    at_most: PolicyNumber
    exceeded: Exceeded
    field: str


class ChangeView(Model):
    """One difference between two policies, with a sentence for people; null where there is or was nothing."""

    after: Any
    before: Any
    path: str
    text: str


class CheckAnswer(Model):
    """Everything found in a policy; it may be published unless an error is among it."""

    findings: list[FindingView]
    publishable: bool


class ComparisonDocument(Model):
    """A field against a constant (`value`), or against another field (`other`, times `factor`)."""

    factor: PolicyNumber | None = None
    field: str
    op: Operator
    other: str | None = None
    value: PolicyScalar | list[PolicyScalar] | None = None


class DiffAnswer(Model):
    """What changed from the old version to the new one."""

    changes: list[ChangeView]
    kind: str
    new: int
    old: int


class EndBody(Model):
    """Why a proposal shall not come to hold."""

    reason: str


class FindingView(Model):
    """Something found in a policy. `path` is its place, as in rules[2].when; `example` are values of a case that
    shows it, and nothing else; `example_words` says them in words.
    """

    action: str | None
    code: FindingKind
    example: dict[str, Any] | None
    example_words: str | None
    message: str
    path: str
    rule: str | None
    rules: list[str]
    severity: Literal["error", "warning"]


class LimitDocument(Model):
    """A budget: at most `count` acts and `amount` of money in each window; one of them is there at least."""

    amount: str | None = None
    count: int | None = None
    exceeded: Exceeded
    window: Window


class ListWord(Model):
    """A list that rules may ask, and what stands on it."""

    holds: Literal["text", "email", "phone", "account", "device", "address"]
    label: str
    name: str


class NotDocument(Model):
    """Not document."""

    not_: ConditionDocument = Field(alias="not")


class PolicyBody(Model):
    """A policy as data; its shape is described in the policy reference."""

    policy: PolicyDocument


class PolicyDocument(Model):
    """All that one decision kind is bound by. The policy reference describes each part."""

    actions: dict[str, ActionDocument]
    aggregates: list[AggregateDocument] | None = None
    conformal_coverage: float | None
    intervention_threshold: float
    kind: str
    parameters: dict[str, Any]
    publishing: PublishingDocument | None = None
    rules: list[RuleDocument]


class PolicyVersion(Model):
    """A version of a kind's policy without its body. It held from `effective_from` until `until`, in business
    time; `until` is null while it does. `approved_by` is the second person, where there was one.
    """

    approved_by: str | None
    author: str
    created_at: datetime.datetime
    effective_from: datetime.datetime
    id: uuid.UUID
    kind: str
    proposal_id: uuid.UUID | None
    reason: str
    state: Literal["draft", "active", "retired"]
    until: datetime.datetime | None
    version: int


class PolicyVersionPage(Model):
    """Policy version page."""

    items: list[PolicyVersion]
    next: str | None = None


class PolicyView(Model):
    """A version of a kind's policy."""

    approved_by: str | None
    author: str
    body: PolicyDocument
    created_at: datetime.datetime
    effective_from: datetime.datetime
    id: uuid.UUID
    kind: str
    proposal_id: uuid.UUID | None
    reason: str
    state: Literal["draft", "active", "retired"]
    until: datetime.datetime | None
    version: int


class ProposalDetail(Model):
    """A proposal with its policy and what it changes, against the version or the proposal it replaces."""

    approval_reason: str | None
    approved_at: datetime.datetime | None
    approved_by: str | None
    author: str
    body: PolicyDocument
    changes: list[ChangeView]
    created_at: datetime.datetime
    digest: str
    effective_from: datetime.datetime | None
    end_reason: str | None
    ended_at: datetime.datetime | None
    ended_by: str | None
    expires_at: datetime.datetime | None
    follows: uuid.UUID | None
    id: uuid.UUID
    is_own: bool
    kind: str
    reason: str
    replaces: int | None
    state: Literal[
        "proposed", "scheduled", "published", "rejected", "withdrawn", "cancelled", "expired", "displaced", "failed"
    ]
    version: int | None
    why_not_answer: str | None


class ProposalView(Model):
    """A policy that waits for a second person (`proposed`), for its date (`scheduled`), or did once.

    `replaces` is the version it was made from, `follows` the scheduled proposal it comes after; without both
    it replaces whatever is active then. `effective_from` and `expires_at` are business time; `effective_from`
    is null for at once. `is_own` says whether the caller is, or may stand behind, its author;
    `why_not_answer` why they may not approve or reject it.
    """

    approval_reason: str | None
    approved_at: datetime.datetime | None
    approved_by: str | None
    author: str
    created_at: datetime.datetime
    digest: str
    effective_from: datetime.datetime | None
    end_reason: str | None
    ended_at: datetime.datetime | None
    ended_by: str | None
    expires_at: datetime.datetime | None
    follows: uuid.UUID | None
    id: uuid.UUID
    is_own: bool
    kind: str
    reason: str
    replaces: int | None
    state: Literal[
        "proposed", "scheduled", "published", "rejected", "withdrawn", "cancelled", "expired", "displaced", "failed"
    ]
    version: int | None
    why_not_answer: str | None


class ProposalViewPage(Model):
    """Proposal view page."""

    items: list[ProposalView]
    next: str | None = None


class PublishBody(Model):
    """A policy to be published. `replaces` is the version its author started from."""

    effective_from: datetime.datetime | None = None
    follows: uuid.UUID | None = None
    policy: PolicyDocument
    reason: str
    replaces: int | None = None
    whatever_is_active: bool = False


class PublishingDocument(Model):
    """How the next version is published: `second_person` asks for the word of another person than its author."""

    second_person: bool


class ReviewShare(Model):
    """Which share of would-be acts a person checks first, by level."""

    full: float
    supervised: float


class RollbackBody(Model):
    """An earlier version that shall hold again."""

    effective_from: datetime.datetime | None = None
    follows: uuid.UUID | None = None
    reason: str
    version: int
    whatever_is_active: bool = False


class RuleDocument(Model):
    """One sentence of a policy. Without `actions` it speaks about all; `when` may be left out of limits alone."""

    actions: list[str] | None = None
    cap: CapDocument | None = None
    code: str | None = None
    effect: Literal["require", "forbid", "ask", "limit"]
    effective_from: datetime.datetime | None = None
    effective_until: datetime.datetime | None = None
    missing: Missing
    mutable: bool | None = None
    name: str
    not_applicable: str | None = None
    reason: str | None = None
    severity: Severity | None = None
    tier: shared.Tier | None = None
    when: ConditionDocument | None = None


class SubmittedPolicy(Model):
    """What became of a policy: the version that holds now (`active`), or a proposal that waits for a second
    person or its date.

    `id` is the version's or the proposal's; `version` is null until there is one.
    """

    author: str
    created_at: datetime.datetime
    effective_from: datetime.datetime | None
    expires_at: datetime.datetime | None
    id: uuid.UUID
    kind: str
    reason: str
    state: Literal["active", "proposed", "scheduled"]
    version: int | None


class TrialAnswer(Model):
    """What a draft would have done. `left_out` decisions turned on budgets, halts or people in control, which
    are not tried, or are to be judged unseen.

    Of each change the newest examples are shown; the table as CSV has all. Inputs, score and the model's
    doubt are as recorded; `since` is the business time of the oldest decision tried.
    """

    changed: int
    counts: list[TrialCount]
    examples: list[TrialExample]
    left_out: int
    since: datetime.datetime | None
    tried: int


class TrialBody(Model):
    """A draft to be tried on the newest `limit` recorded decisions."""

    limit: int = 1000
    policy: PolicyDocument


class TrialCount(Model):
    """How many decisions were done one way and would be done another (or the same); `amount` is the money they
    move.
    """

    after_action: str
    after_verdict: shared.VerdictKind
    amount: str
    before_action: str
    before_verdict: shared.VerdictKind
    count: int


class TrialExample(Model):
    """A decision that the draft would change, with the reasons then and now. `decided_at` is business time."""

    after_action: str
    after_verdict: shared.VerdictKind
    amount: str | None
    before_action: str
    before_verdict: shared.VerdictKind
    decided_at: datetime.datetime
    decision_id: uuid.UUID
    reasons_after: list[str]
    reasons_before: list[str]
    subject_id: uuid.UUID
    summary: str


class ValueView(Model):
    """A value that rules may look at. `name` is the word rules use; `operators` are those that make sense for
    it.

    `identifies`: it tells one customer from another, so that aggregates may count by it and mutes may name
    it.
    """

    choices: list[str]
    identifies: bool
    label: str
    maximum: float | None
    minimum: float | None
    name: str
    operators: list[Operator]
    source: ValueSource
    type: shared.ValueType
    unit: str | None


class VocabularyView(Model):
    """All that a policy of a kind may be written with. `codes` are the reasons that a rule may owe to the
    subject.

    `measures` and `span_hours_max` are for aggregates, which a rule reads as `aggregates.<name>`.
    """

    actions: list[WordView]
    codes: list[WordView]
    effects: list[shared.Effect]
    exceeded: list[Exceeded]
    fates: list[shared.Fate]
    kind: str
    levels: list[shared.Level]
    lists: list[ListWord]
    measures: list[AggregateMeasure]
    missing: list[Missing]
    operators: dict[str, list[Operator]]
    severities: list[Severity]
    span_hours_max: int
    tiers: list[shared.Tier]
    values: list[ValueView]
    windows: list[Window]


class WordView(Model):
    """A word of the policy and what it means."""

    label: str
    name: str


class WrittenDate(Model):
    """A day, such as 2026-01-31."""

    date: str


class WrittenDecimal(Model):
    """An exact decimal number."""

    decimal: str


class WrittenMoment(Model):
    """A time with its zone."""

    moment: str


ConditionDocument = ComparisonDocument | AllDocument | AnyDocument | NotDocument
"""Condition document."""

PolicyNumber = int | float | WrittenDecimal
"""Policy number."""

PolicyScalar = bool | int | float | str | WrittenDecimal | WrittenDate | WrittenMoment
"""Policy scalar."""
