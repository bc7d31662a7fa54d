"""Models of decisions. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Literal

from intendant.client._generated.models import shared
from intendant.client._model import Model

DeciderKind = Literal["model", "policy", "person", "program", "deadline"]
"""What decided: the model, the policy alone, a person, a program by its key, or a deadline that passed."""

Sort = Literal["-decided_at", "decided_at", "-amount", "amount", "-confidence", "confidence"]
"""In which order decisions are listed. Those of time are the order of recording, in which business time never
runs back.
"""


class AnswerView(Model):
    """How a decision stands. `acted`, `refused` and `observed` it may be at once; the others follow a question.

    `action` is what came of it, null while it is `waiting`; `answer_decision_id` is the decision that the
    answer made. Times are business time.
    """

    action: str | None
    answer: str | None
    answer_decision_id: uuid.UUID | None
    answered_at: datetime.datetime | None
    answered_by: str | None
    approval_id: uuid.UUID | None
    decision_id: uuid.UUID
    due_at: datetime.datetime | None
    state: Literal["waiting", "acted", "declined", "expired", "refused", "observed", "withdrawn", "stale"]


class AnswersBody(Model):
    """Which decisions are waited for, and for how many seconds at most."""

    decision_ids: list[uuid.UUID]
    wait: float = 0


class AnswersView(Model):
    """How each decision stands, in the order asked; `settled` says that none waits any more."""

    items: list[AnswerView]
    settled: bool


class Counterfactual(Model):
    """The least that would have changed the outcome. Further fields belong to the kind."""

    changes: list[CounterfactualChange]
    text: str


class CounterfactualChange(Model):
    """One value that would have had to be another."""

    after: Any
    before: Any
    field: str


class DecisionPage(Model):
    """Some of the decisions. `capped`: the search ended at its bound and there may be more; `next`, if any, goes
    on there.
    """

    capped: bool = False
    items: list[DecisionView]
    next: str | None = None


class DecisionView(Model):
    """A decision in a list. `reference` is what the outside world calls its subject."""

    action: str | None = None
    amount: str | None
    answers: uuid.UUID | None
    component: str
    concealed: bool = False
    confidence: float | None = None
    decided_at: datetime.datetime
    decided_by: str
    id: uuid.UUID
    kind: str
    model_version: str | None
    policy_version: int
    recorded_at: datetime.datetime
    reference: str | None
    subject_id: uuid.UUID
    summary: str | None = None
    verdict: shared.VerdictKind
    would: Literal["act", "ask", "refuse"] | None


class EntryReference(Model):
    """What an entry is about."""

    id: uuid.UUID
    type: Literal["decision", "approval", "effect", "outcome"]


class ExplainedReason(Model):
    """A reason in plain words; further fields belong to the kind (feature, value, contribution ...)."""

    code: str | None = None
    feature: str | None = None
    kind: shared.VerdictKind | None = None
    label: str | None = None
    rule: str | None = None
    source: str
    text: str
    value: Any = None


class Explanation(Model):
    """Why a decision went as it did, from its frozen values. Further fields belong to the kind."""

    abstain: str | None = None
    action: str
    bounds: dict[str, float | None] | None = None
    counterfactuals: list[Counterfactual] | None = None
    decided_by: str
    decision_id: uuid.UUID
    factors: list[Factor] | None = None
    model_version: str | None = None
    notices: list[str] | None = None
    policy_version: int | None = None
    reasons: list[ExplainedReason] | None = None
    verdict: shared.VerdictKind


class FacetCount(Model):
    """How many decisions have a value."""

    count: int
    value: str


class FacetsView(Model):
    """How many decisions have each value of each facet; each facet is counted without its own filter.

    `capped`: only the newest decisions were counted, and there are more.
    """

    action: list[FacetCount]
    capped: bool
    component: list[FacetCount]
    decided_by: list[FacetCount]
    kind: list[FacetCount]
    total: int
    verdict: list[FacetCount]


class Factor(Model):
    """A part of the model's score; its sign says which way it pulled. Further fields belong to the kind."""

    features: list[str]
    log_odds: float
    speaks: str
    value: Any


class LimitResult(Model):
    """One limit of the policy. What was left of it at the time is not on the record; these are its full amounts."""

    amount_left: str | None
    count_left: int | None
    exceeded: shared.VerdictKind
    window: str


class OutcomeView(Model):
    """What became of a subject. `value` is 1 for good, 0 for bad, or a quantity; null when censored."""

    censored: bool
    corrects: uuid.UUID | None
    decision_id: uuid.UUID | None
    id: uuid.UUID
    kind: str
    matured_at: datetime.datetime | None
    measure: str
    observed_at: datetime.datetime
    recorded_at: datetime.datetime
    source: str
    subject_id: uuid.UUID
    value: float | None


class OutcomeViewPage(Model):
    """Outcome view page."""

    items: list[OutcomeView]
    next: str | None = None


class RuleResult(Model):
    """One rule as it met the case: its condition in words, why it was skipped if it was, and what it answered."""

    condition: str
    conditions: list[shared.ConditionResult]
    effect: shared.Effect
    kind: shared.VerdictKind | None
    mute: uuid.UUID | None = None
    outcome: bool | None
    rule: str
    skipped: str | None


class SimilarView(Model):
    """A settled case that resembles another, and how it ended.

    `outcome` is a plain word; `right` says whether its action was right, null where nobody knows; `distance`
    runs from 0 (the same) to 1; `alike` names what the two have in common and in what they differ most.
    """

    action: str
    alike: str
    amount: str | None
    confidence: float | None
    decided_at: datetime.datetime
    decided_by: str
    decision_id: uuid.UUID
    distance: float
    outcome: str
    reference: str
    right: bool | None
    subject_id: uuid.UUID
    summary: str
    verdict: shared.VerdictKind


class SimilarViewPage(Model):
    """Similar view page."""

    items: list[SimilarView]
    next: str | None = None


class Timeline(Model):
    """What happened around a decision, oldest first."""

    entries: list[TimelineEntry]


class TimelineEntry(Model):
    """One thing that happened. `clock` says which time `at` is in; `what` is a stable code, `text` a plain
    sentence.
    """

    at: datetime.datetime
    by: str | None
    clock: Literal["business", "system"]
    refers_to: EntryReference | None
    text: str
    what: str


class Trace(Model):
    """The full trace of a decision, recomputed from its frozen values and the policy version that held."""

    decision_id: uuid.UUID
    policy_version: int
    trace: TraceBody


class TraceBody(Model):
    """Every rule, condition and limit of a policy version, against one case."""

    act_threshold: float | None
    confidence: float | None
    intervention_threshold: float
    limits: list[LimitResult]
    rules: list[RuleResult]
