"""What lending's routes answer: the shapes from which clients are made. Money is a decimal string, shares are numbers."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from intendant.domains.lending.model import ApplicationState, FieldRole, FieldType
from intendant.kernel.actions import EffectState
from intendant.kernel.gate import Level, Tier, VerdictKind

Item = TypeVar("Item")
ModelRole = Literal["champion", "challenger", "candidate", "retired"]
ApprovalState = Literal["open", "answered", "expired", "stale", "withdrawn"]
Would = Literal["act", "ask", "refuse"]
Section = Literal["loan", "applicant", "information", "payout"]


_CENT = Decimal("0.01")


def _plain(value: Decimal) -> str:
    """Write a decimal with at least two digits behind the point, and no zeros at the end beyond."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= -2:
        return f"{value.quantize(_CENT):f}" if value.is_finite() else str(value)
    shortened = value.normalize()
    return f"{shortened if shortened.as_tuple().exponent < -2 else value.quantize(_CENT):f}"  # type: ignore[operator]


Amount = Annotated[Decimal, PlainSerializer(_plain, return_type=str, when_used="json")]
"""A decimal as it is answered, whatever scale its column has."""


class Shown(BaseModel):
    """An answer: every field is there, null where nothing is known, and clients are told so."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Page(BaseModel, Generic[Item]):
    """Some of a list; `next` is the `after` of the page that follows, null on the last."""

    items: list[Item]
    next: str | None


class ApplicationApproval(Shown):
    """The question that waits for a person's answer. `due_at` is business time."""

    id: UUID
    due_at: datetime
    tier: Tier
    assignee: UUID | None


class ApplicationRow(Shown):
    """An application in a list. While a blind case about it waits, action, confidence and decided_by are null.

    `submitted_at` and `updated_at` are business time; `amount` is 0 where the form asks for none.
    """

    id: UUID
    reference: str
    product: str
    product_version: int
    state: ApplicationState
    version: int
    amount: Decimal
    term_months: int | None
    currency: str
    purpose: str | None
    summary: str
    decision_id: UUID | None
    action: str | None
    verdict: VerdictKind | None
    confidence: float | None
    decided_by: str | None
    approval: ApplicationApproval | None
    submitted_at: datetime
    updated_at: datetime


class FacetValue(Shown):
    """A value to filter by, with how many applications have it."""

    value: str
    count: int


class ApplicationFacets(Shown):
    """How many applications there are by state, product and purpose, each counted without its own filter.

    `capped` says that only the newest 100,000 were counted, `purposes_capped` the same of purposes and the newest 10,000.
    """

    states: list[FacetValue]
    products: list[FacetValue]
    purposes: list[FacetValue]
    total: int
    capped: bool
    purposes_capped: bool


class AnsweredField(Shown):
    """A question of the form with its answer; null where it was not answered."""

    name: str
    label: str
    type: FieldType
    role: FieldRole
    section: Section
    value: Any


class ModelFeature(Shown):
    """What the model looked at: a field with the value it had when it was decided."""

    name: str
    label: str
    value: Any


class DecisionReason(Shown):
    """Why the verdict is what it is, in plain words."""

    kind: VerdictKind
    code: str
    text: str
    rule: str | None = None


class ApplicationDecision(Shown):
    """The last decision in short; `concealed` while a blind case waits, and then nothing of the proposal is told."""

    id: UUID
    concealed: bool
    verdict: VerdictKind
    would: Would | None
    action: str | None
    confidence: float | None
    probability_of_repayment: float | None
    expected_gain: Decimal | None
    summary: str | None
    abstain: str | None
    reasons: list[DecisionReason]
    model_version: str | None
    policy_version: int
    decided_by: str | None
    decided_at: datetime


class ApplicationQuestion(ApplicationApproval):
    """The newest approval about an application, with its answer where there is one."""

    state: ApprovalState
    answer: Literal["approve", "decline", "amend"] | None
    answered_by: str | None
    answered_at: datetime | None
    answer_reason: str | None


class ApplicationEffect(Shown):
    """What was, or will be, done outside because of the application; money is in `parameters`.

    `hold_until` is business time, the other moments are system time.
    """

    id: UUID
    decision_id: UUID
    action: str
    connector: str
    state: EffectState
    parameters: dict[str, Any]
    error: str | None
    hold_until: datetime | None
    created_at: datetime
    updated_at: datetime


class ApplicationOutcome(Shown):
    """What became of the loan: 1 repaid, 0 defaulted, null where it will never be known. `observed_at` is business time."""

    id: UUID
    decision_id: UUID | None
    measure: str
    value: float | None
    observed_at: datetime
    matured_at: datetime | None
    censored: bool
    source: str


class HistoryEntry(Shown):
    """A state the application came into; `at` is business time, `decision_id` the decision that moved it."""

    state: ApplicationState
    at: datetime
    by: str | None
    text: str
    decision_id: UUID | None


class ApplicationView(Shown):
    """An application with all that happened to it. Protected attributes are never shown: they are kept for fairness alone."""

    id: UUID
    reference: str
    product: str
    product_version: int
    product_name: str
    state: ApplicationState
    version: int
    amount: Decimal
    term_months: int | None
    currency: str
    inputs: dict[str, Any]
    fields: list[AnsweredField]
    """The inputs in the order of the form, with labels."""
    features: list[ModelFeature]
    summary: str
    decision_id: UUID | None
    decision: ApplicationDecision | None
    approval: ApplicationQuestion | None
    effects: list[ApplicationEffect]
    outcomes: list[ApplicationOutcome]
    history: list[HistoryEntry]
    submitted_at: datetime
    updated_at: datetime


class ApplicationReason(Shown):
    """A reason in plain words: of a person, of a rule or the gate, or of the model with the feature it speaks of."""

    model_config = ConfigDict(extra="allow", json_schema_serialization_defaults_required=True)
    source: Literal["person", "rule", "gate", "model"]
    text: str
    kind: VerdictKind | None = None
    code: str | None = None
    rule: str | None = None
    feature: str | None = None
    label: str | None = None
    value: Any = None
    contribution_log_odds: float | None = None
    substitute: Any = None
    """A value typical of approved applications."""
    probability_with_substitute: float | None = None


class ApplicationFactor(Shown):
    """A part of the score: with the intercept, all parts add up to the score's log-odds."""

    features: list[str]
    labels: list[str] = Field(default_factory=list)
    """The features in the form's words, in the same order."""
    value: Any
    log_odds: float
    speaks: Literal["for repayment", "against repayment"]


class OwedReason(Shown):
    """A principal reason as it is owed to an applicant who was turned down."""

    code: str
    text: str


class AdverseAction(Shown):
    """What is owed by law, and where that is written."""

    source: str
    reasons: list[OwedReason]


class ProbabilityBounds(Shown):
    """Between which probabilities of repayment a person is asked."""

    approve_from: float
    reject_below: float


class FieldChange(Shown):
    """A field of the form with another value."""

    field: str
    before: Any
    after: Any


class ApplicationCounterfactual(Shown):
    """The least change by which the application would have been approved."""

    text: str
    changes: list[FieldChange]
    probability_of_repayment: float


class ApplicationExplanation(Shown):
    """Why an application was decided as it was, and what would have changed it."""

    decision_id: UUID
    application_id: UUID
    action: str
    verdict: VerdictKind
    decided_by: str
    probability_of_repayment: float | None
    bounds: ProbabilityBounds
    abstain: str | None
    reasons: list[ApplicationReason]
    factors: list[ApplicationFactor]
    adverse_action: AdverseAction | None
    counterfactuals: list[ApplicationCounterfactual]
    notices: list[str]
    model_version: str | None
    policy_version: int | None


class ApplicationPreview(Shown):
    """What would be decided about an application now; nothing is kept of it.

    Budgets count as unused and no review sample is drawn, so the real verdict can be stricter.
    """

    product: str
    product_version: int
    state: ApplicationState
    action: str
    verdict: VerdictKind
    would: Would | None
    tier: Tier
    level: Level
    confidence: float | None
    probability_of_repayment: float | None
    expected_gain: Decimal | None
    abstain: str | None
    summary: str
    reasons: list[DecisionReason]
    counterfactuals: list[ApplicationCounterfactual]
    model_version: str | None
    policy_version: int


class WithdrawnApplication(Shown):
    """An application that was withdrawn."""

    id: UUID
    state: Literal["withdrawn"]


class RecordedOutcome(Shown):
    """The outcome that was recorded."""

    outcome_id: UUID


class RecordedOutcomes(Shown):
    """The outcomes that were recorded, in the order given."""

    outcome_ids: list[UUID]


class InputFault(Shown):
    """A field at fault and the remedy."""

    field: str
    message: str
    remedy: str


class UploadProblem(Shown):
    """A row that was set aside; rows count from 1."""

    row: int
    code: str
    reason: str
    field: str | None
    errors: list[InputFault] = []


class UploadView(Shown):
    """What became of an upload: `rows` is the sum of `verdicts` and `quarantined`; the first problems are told."""

    rows: int
    decided: int
    verdicts: dict[VerdictKind, int]
    replayed: int
    quarantined: int
    quarantined_by_code: dict[str, int]
    problems: list[UploadProblem]
    problems_left_out: int


class ModelVersion(Shown):
    """A version of the credit model; `report` is all that was measured of it. Digests are SHA-256 in hexadecimal."""

    id: UUID
    version: int
    role: ModelRole
    algorithm: str
    digest: str
    data_digest: str
    validated: bool
    report: dict[str, Any]
    trained_at: datetime
    stale_at: datetime | None
    created_by: str
    created_at: datetime


class TrainingTask(Shown):
    """The task that trains; /api/v1/tasks shows how far it is."""

    task_id: UUID
