"""Models of lending. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Literal

from intendant.client._generated.models import shared
from intendant.client._model import Model

ApplicationSort = Literal["-submitted_at", "submitted_at", "-amount", "amount", "due_at"]
"""The order of the list; a minus puts the largest or newest first. By `due_at` only what waits for an answer is
listed.
"""

ApplicationState = Literal[
    "draft", "submitted", "under_review", "referred", "approved", "disbursed", "rejected", "withdrawn", "expired"
]
"""Where an application stands."""

FieldRole = Literal[
    "feature", "protected", "information", "amount", "term", "purpose", "credit_score", "income", "destination"
]
"""What a field is for. `protected` is kept apart, for monitoring alone; `information` is shown and never scored."""

FieldType = Literal["number", "integer", "category", "boolean", "date", "text"]
"""What a field of the form holds."""

LetterKind = Literal["offer", "schedule", "adverse_action", "statement", "arrears", "settlement"]
"""The kinds of letters."""


class AdjustableView(Model):
    """A field that an applicant could change, with the bounds and step that counterfactuals try."""

    maximum: float
    minimum: float
    name: str
    step: float


class AdverseAction(Model):
    """What is owed by law, and where that is written."""

    reasons: list[OwedReason]
    source: str


class AgencyPart(Model):
    """A body that letters name."""

    address: list[str] | None = None
    name: str
    phone: str = ""


class AmountsPart(Model):
    """The amounts that are lent, both included."""

    maximum: str
    minimum: str


class AnsweredField(Model):
    """A question of the form with its answer; null where it was not answered."""

    label: str
    name: str
    role: FieldRole
    section: Literal["loan", "applicant", "information", "payout"]
    type: FieldType
    value: Any


class ApplicationApproval(Model):
    """The question that waits for a person's answer. `due_at` is business time."""

    assignee: uuid.UUID | None
    due_at: datetime.datetime
    id: uuid.UUID
    tier: shared.Tier


class ApplicationBody(Model):
    """An application as it is sent. `inputs` are what the product's form asks for."""

    inputs: dict[str, Any]
    product: str
    reference: str | None = None


class ApplicationCounterfactual(Model):
    """The least change by which the application would have been approved."""

    changes: list[FieldChange]
    probability_of_repayment: float
    text: str


class ApplicationDecision(Model):
    """The last decision in short; `concealed` while a blind case waits, and then nothing of the proposal is
    told.
    """

    abstain: str | None
    action: str | None
    concealed: bool
    confidence: float | None
    decided_at: datetime.datetime
    decided_by: str | None
    expected_gain: str | None
    id: uuid.UUID
    model_version: str | None
    policy_version: int
    probability_of_repayment: float | None
    reasons: list[DecisionReason]
    summary: str | None
    verdict: shared.VerdictKind
    would: Literal["act", "ask", "refuse"] | None


class ApplicationEffect(Model):
    """What was, or will be, done outside because of the application; money is in `parameters`.

    `hold_until` is business time, the other moments are system time.
    """

    action: str
    connector: str
    created_at: datetime.datetime
    decision_id: uuid.UUID
    error: str | None
    hold_until: datetime.datetime | None
    id: uuid.UUID
    parameters: dict[str, Any]
    state: shared.EffectState
    updated_at: datetime.datetime


class ApplicationExplanation(Model):
    """Why an application was decided as it was, and what would have changed it."""

    abstain: str | None
    action: str
    adverse_action: AdverseAction | None
    application_id: uuid.UUID
    bounds: ProbabilityBounds
    counterfactuals: list[ApplicationCounterfactual]
    decided_by: str
    decision_id: uuid.UUID
    factors: list[ApplicationFactor]
    model_version: str | None
    notices: list[str]
    policy_version: int | None
    probability_of_repayment: float | None
    reasons: list[ApplicationReason]
    verdict: shared.VerdictKind


class ApplicationFacets(Model):
    """How many applications there are by state, product and purpose, each counted without its own filter.

    `capped` says that only the newest 100,000 were counted, `purposes_capped` the same of purposes and the
    newest 10,000.
    """

    capped: bool
    products: list[shared.FacetValue]
    purposes: list[shared.FacetValue]
    purposes_capped: bool
    states: list[shared.FacetValue]
    total: int


class ApplicationFactor(Model):
    """A part of the score: with the intercept, all parts add up to the score's log-odds."""

    features: list[str]
    labels: list[str]
    log_odds: float
    speaks: Literal["for repayment", "against repayment"]
    value: Any


class ApplicationLetterBody(Model):
    """Which letter is wanted. `reasons` are stated by a person, in place of those that were found."""

    kind: Literal["offer", "adverse_action"]
    reasons: list[str] | None = None
    score_factors: list[str] | None = None


class ApplicationOutcome(Model):
    """What became of the loan: 1 repaid, 0 defaulted, null where it will never be known. `observed_at` is
    business time.
    """

    censored: bool
    decision_id: uuid.UUID | None
    id: uuid.UUID
    matured_at: datetime.datetime | None
    measure: str
    observed_at: datetime.datetime
    source: str
    value: float | None


class ApplicationPreview(Model):
    """What would be decided about an application now; nothing is kept of it.

    Budgets count as unused and no review sample is drawn, so the real verdict can be stricter.
    """

    abstain: str | None
    action: str
    confidence: float | None
    counterfactuals: list[ApplicationCounterfactual]
    expected_gain: str | None
    level: shared.Level
    model_version: str | None
    policy_version: int
    probability_of_repayment: float | None
    product: str
    product_version: int
    reasons: list[DecisionReason]
    state: ApplicationState
    summary: str
    tier: shared.Tier
    verdict: shared.VerdictKind
    would: Literal["act", "ask", "refuse"] | None


class ApplicationQuestion(Model):
    """The newest approval about an application, with its answer where there is one."""

    answer: Literal["approve", "decline", "amend"] | None
    answer_reason: str | None
    answered_at: datetime.datetime | None
    answered_by: str | None
    assignee: uuid.UUID | None
    due_at: datetime.datetime
    id: uuid.UUID
    state: Literal["open", "answered", "expired", "stale", "withdrawn"]
    tier: shared.Tier


class ApplicationReason(Model):
    """A reason in plain words: of a person, of a rule or the gate, or of the model with the feature it speaks
    of.
    """

    code: str | None
    contribution_log_odds: float | None
    feature: str | None
    kind: shared.VerdictKind | None
    label: str | None
    probability_with_substitute: float | None
    rule: str | None
    source: Literal["person", "rule", "gate", "model"]
    substitute: Any
    text: str
    value: Any


class ApplicationRow(Model):
    """An application in a list. While a blind case about it waits, action, confidence and decided_by are null.

    `submitted_at` and `updated_at` are business time; `amount` is 0 where the form asks for none.
    """

    action: str | None
    amount: str
    approval: ApplicationApproval | None
    confidence: float | None
    currency: str
    decided_by: str | None
    decision_id: uuid.UUID | None
    id: uuid.UUID
    product: str
    product_version: int
    purpose: str | None
    reference: str
    state: ApplicationState
    submitted_at: datetime.datetime
    summary: str
    term_months: int | None
    updated_at: datetime.datetime
    verdict: shared.VerdictKind | None
    version: int


class ApplicationRowPage(Model):
    """Application row page."""

    items: list[ApplicationRow]
    next: str | None


class ApplicationView(Model):
    """An application with all that happened to it. Protected attributes are never shown: they are kept for
    fairness alone.
    """

    amount: str
    approval: ApplicationQuestion | None
    currency: str
    decision: ApplicationDecision | None
    decision_id: uuid.UUID | None
    effects: list[ApplicationEffect]
    features: list[ModelFeature]
    fields: list[AnsweredField]
    history: list[HistoryEntry]
    id: uuid.UUID
    inputs: dict[str, Any]
    outcomes: list[ApplicationOutcome]
    product: str
    product_name: str
    product_version: int
    reference: str
    state: ApplicationState
    submitted_at: datetime.datetime
    summary: str
    term_months: int | None
    updated_at: datetime.datetime
    version: int


class BandPart(Model):
    """A risk band with its rate. It has one bound: the highest probability of default, or the lowest credit
    score.
    """

    from_score: str | None
    name: str
    rate: str
    up_to_probability_of_default: str | None


class BandedRatePart(Model):
    """A rate by risk band, best band first; who is in none is put to a person."""

    bands: list[BandPart]
    kind: Literal["bands"]


class ConditionPart(Model):
    """A condition to be met before money goes out."""

    key: str
    label: str


class CreditTermsPart(Model):
    """On what terms a product lends. Periods are written 15d, 2w, 1m or 1y; rates are percent a year."""

    allocation: shared.AllocationPart
    amounts: AmountsPart
    balloon: shared.PortionPart | None
    basis: shared.InterestBasis
    broken_period: shared.BrokenPeriod
    close_tolerance: str
    conditions: list[ConditionPart]
    day_count: shared.DayCount
    down_payment: shared.PortionPart | None
    due_day: int | None
    every: str
    fees: list[shared.FeePart]
    formula: shared.InstalmentFormula
    grace: shared.GracePart
    instalment_rounding: shared.RoundingPart | None
    level_last: bool
    method: shared.Method
    offer: OfferPart
    penalty: shared.PenaltyPart
    provisioning: LossPart
    rate: FixedRatePart | BandedRatePart | IndexRatePart
    rounding: shared.RoundingPart
    terms: TermsPart
    tolerance_amount: str
    tolerance_days: int
    tranches_max: int


class CreditVocabulary(Model):
    """The words and bounds of credit terms. Rates are percent a year; periods follow `period_pattern`: 15d, 2w,
    1m, 1y.
    """

    allowed_terms_max: int
    bands_max: int
    bases: list[CreditWord]
    broken_periods: list[CreditWord]
    components: list[CreditWord]
    condition_key_pattern: str
    conditions_max: int
    day_counts: list[CreditWord]
    excesses: list[CreditWord]
    fee_times: list[CreditWord]
    fees_max: int
    formulas: list[CreditWord]
    interest_bases: list[CreditWord]
    methods: list[CreditWord]
    period_pattern: str
    rate_kinds: list[CreditWord]
    rate_max: float
    rounding_modes: list[CreditWord]
    term_months_max: int
    tranches_max: int
    valid_days_max: int


class CreditWord(Model):
    """A word of credit terms, with its label and what it means."""

    help: str
    label: str
    name: str


class DecidedApplication(Model):
    """What an application got for an answer; an applicant is told the first four fields alone."""

    action: str
    application_id: uuid.UUID
    approval_id: uuid.UUID | None
    confidence: float | None
    decision_id: uuid.UUID
    effects: list[uuid.UUID]
    model_version: str | None
    policy_version: int
    probability_of_repayment: float | None
    reasons: list[DecidedReason]
    reference: str
    state: ApplicationState
    summary: str
    verdict: shared.VerdictKind
    would: Literal["act", "ask", "refuse"] | None


class DecidedReason(Model):
    """Why the verdict is what it is, in plain words."""

    code: str
    kind: shared.VerdictKind
    text: str


class DecisionReason(Model):
    """Why the verdict is what it is, in plain words."""

    code: str
    kind: shared.VerdictKind
    rule: str | None
    text: str


class FieldChange(Model):
    """A field of the form with another value."""

    after: Any
    before: Any
    field: str


class FieldRoleWord(Model):
    """A role a field may have. `types` are those it may be of; of a `single` one a form has at most one."""

    help: str
    role: FieldRole
    scored: bool
    single: bool
    types: list[FieldType]


class FieldTypeWord(Model):
    """A type a field may have, with what else an editor offers for it."""

    has_bounds: bool
    has_choices: bool
    help: str
    type: FieldType


class FixedRatePart(Model):
    """One rate for all, percent a year."""

    kind: Literal["fixed"]
    rate: str


class FormFieldView(Model):
    """A question of an application form. Bounds are included; `choices` is empty unless the field is a category
    with a list.
    """

    choices: list[str]
    label: str
    maximum: float | None
    minimum: float | None
    name: str
    required: bool
    role: FieldRole
    type: FieldType


class HistoryEntry(Model):
    """A state the application came into; `at` is business time, `decision_id` the decision that moved it."""

    at: datetime.datetime
    by: str | None
    decision_id: uuid.UUID | None
    state: ApplicationState
    text: str


class IndexRatePart(Model):
    """An index plus a margin, within floor and cap, set anew every `reset_every`."""

    cap: str | None
    floor: str
    index: str
    kind: Literal["index"]
    margin: str
    reset_every: str


class InputFault(Model):
    """A field at fault and the remedy."""

    field: str
    message: str
    remedy: str


class LetterDetail(Model):
    """A letter with what it states and every word of it, and the SHA-256 that binds them."""

    application_id: uuid.UUID | None
    digest: str
    document: dict[str, Any]
    due_at: datetime.datetime | None
    facts: dict[str, Any]
    id: uuid.UUID
    issued_at: datetime.datetime
    issued_by: str
    kind: LetterKind
    loan_id: uuid.UUID | None
    number: str
    recipient: str
    sent_at: datetime.datetime | None
    sent_by: str | None
    sent_how: Literal["post", "email", "link", "handed"] | None
    template_version: int
    title: str


class LetterSettingsBody(Model):
    """Settings to be put in force in place of version `replaces`."""

    replaces: int
    settings: LetterSettingsPart


class LetterSettingsPart(Model):
    """What letters say of the lender, and whom they name."""

    address: list[str] | None = None
    authority: AgencyPart
    bureau: AgencyPart | None = None
    email: str = ""
    footer: str = ""
    help: str = ""
    name: str
    paper: Literal["a4", "us-letter"] = "a4"
    payment: str = ""
    phone: str = ""
    score_highest: int = 850
    score_lowest: int = 300
    website: str = ""
    write_arrears: bool = True
    write_offers: bool = True
    write_schedules: bool = True
    write_settlements: bool = True
    write_statements: bool = False


class LetterSettingsView(Model):
    """The settings in force; version 0 are the defaults."""

    settings: LetterSettingsPart
    version: int


class LetterView(Model):
    """A letter without its text. `due_at` is until when it must be sent, where the law says so."""

    application_id: uuid.UUID | None
    due_at: datetime.datetime | None
    id: uuid.UUID
    issued_at: datetime.datetime
    issued_by: str
    kind: LetterKind
    loan_id: uuid.UUID | None
    number: str
    recipient: str
    sent_at: datetime.datetime | None
    sent_by: str | None
    sent_how: Literal["post", "email", "link", "handed"] | None
    template_version: int


class LetterViewPage(Model):
    """Letter view page."""

    items: list[LetterView]
    next: str | None


class LinkBody(Model):
    """For how many days a borrower's link works."""

    days: int = 90


class LinkView(Model):
    """A borrower's link, without what opens it."""

    application_id: uuid.UUID | None
    created_at: datetime.datetime
    created_by: str
    expires_at: datetime.datetime
    id: uuid.UUID
    is_usable: bool
    last_used_at: datetime.datetime | None
    loan_id: uuid.UUID | None
    revoked_at: datetime.datetime | None
    revoked_by: str | None


class LinkViewPage(Model):
    """Link view page."""

    items: list[LinkView]
    next: str | None


class LoanLetterBody(Model):
    """Which letter is wanted. Without days a statement covers the last whole month and a settlement holds today."""

    begins: datetime.date | None = None
    ends: datetime.date | None = None
    kind: Literal["schedule", "statement", "arrears", "settlement"]
    valid_on: datetime.date | None = None


class LossPart(Model):
    """How expected loss is estimated: share lost on default (null: the product's `loss_share`), and days of the
    stages.
    """

    lgd: str | None
    stage2_days: int
    stage3_days: int


class ModelFeature(Model):
    """What the model looked at: a field with the value it had when it was decided."""

    label: str
    name: str
    value: Any


class ModelVersion(Model):
    """A version of the credit model; `report` is all that was measured of it. Digests are SHA-256 in
    hexadecimal.
    """

    algorithm: str
    created_at: datetime.datetime
    created_by: str
    data_digest: str
    digest: str
    id: uuid.UUID
    report: dict[str, Any]
    role: Literal["champion", "challenger", "candidate", "retired"]
    stale_at: datetime.datetime | None
    trained_at: datetime.datetime
    validated: bool
    version: int


class ModelVersionPage(Model):
    """Model version page."""

    items: list[ModelVersion]
    next: str | None


class NewLink(Model):
    """A borrower's link that was just made. `url` opens it, and is shown this once."""

    application_id: uuid.UUID | None
    created_at: datetime.datetime
    created_by: str
    expires_at: datetime.datetime
    id: uuid.UUID
    is_usable: bool
    last_used_at: datetime.datetime | None
    loan_id: uuid.UUID | None
    revoked_at: datetime.datetime | None
    revoked_by: str | None
    url: str | None


class NoticeView(Model):
    """A notice of adverse action that is owed and not sent. Without a letter, `problem` says what keeps it from
    being written.
    """

    application_id: uuid.UUID
    days_left: int
    decision_id: uuid.UUID
    due_at: datetime.datetime
    is_late: bool
    letter_id: uuid.UUID | None
    letter_number: str | None
    problem: str | None
    product: str
    reference: str
    rejected_at: datetime.datetime


class NoticeViewPage(Model):
    """Notice view page."""

    items: list[NoticeView]
    next: str | None


class OfferPart(Model):
    """Whether an approval leads to an offer that the borrower must accept, and for how many days it stands."""

    required: bool
    valid_days: int


class OutcomeBody(Model):
    """What became of an application: `repaid` 1 or 0, or `censored` without it. `observed_at` is business time."""

    censored: bool = False
    matured: bool = True
    observed_at: datetime.datetime | None = None
    repaid: float | None = None


class OutcomeOfApplication(Model):
    """An outcome in a list, with its application."""

    application_id: uuid.UUID
    censored: bool = False
    matured: bool = True
    observed_at: datetime.datetime | None = None
    repaid: float | None = None


class OutcomesBody(Model):
    """Many outcomes at once."""

    outcomes: list[OutcomeOfApplication]


class OwedReason(Model):
    """A principal reason as it is owed to an applicant who was turned down."""

    code: str
    text: str


class PreviewBody(Model):
    """The terms of a loan and what is planned to happen; without disbursements the amount is paid out on
    `start`.
    """

    allocation: dict[str, Any] | None = None
    amount: float | str
    balloon: dict[str, Any] | None = None
    basis: Literal["outstanding", "scheduled"] | None = None
    broken_period: Literal["first", "added", "spread", "upfront"] | None = None
    close_tolerance: float | str = "0"
    currency: str
    day_count: Literal["ACT/365", "ACT/360", "ACT/364", "ACT/365.25", "ACT/ACT", "30/360", "30/365"] | None = None
    disbursements: list[dict[str, Any]] | None = None
    down_payment: dict[str, Any] | None = None
    due_day: int | None = None
    every: str = "1m"
    fees: list[dict[str, Any]] | None = None
    first_due: datetime.date | None = None
    fixed_instalment: float | str | None = None
    formula: Literal["exact", "nominal"] | None = None
    grace: dict[str, Any] | None = None
    instalment_rounding: dict[str, Any] | None = None
    level_last: bool = True
    method: Literal["equal_instalment", "equal_principal", "interest_only"] | None = None
    payments: list[dict[str, Any]] | None = None
    penalty: dict[str, Any] | None = None
    periods: int
    provisioning: dict[str, Any] | None = None
    rate: float | str
    rate_changes: list[dict[str, Any]] | None = None
    rounding: dict[str, Any] | None = None
    start: datetime.date
    tolerance_amount: float | str = "0"
    tolerance_days: int = 0


class PricingView(Model):
    """What a loan brings when repaid and costs when it defaults, as shares of its amount."""

    gain_share: float
    loss_share: float


class ProbabilityBounds(Model):
    """Between which probabilities of repayment a person is asked."""

    approve_from: float
    reject_below: float


class ProductBody(Model):
    """A product as it is published. `replaces` is the version it was edited from; without it nothing is
    compared.
    """

    adjustable: list[dict[str, Any]] | None = None
    credit_terms: dict[str, Any] | None = None
    currency: str
    form: list[dict[str, Any]]
    key: str
    name: str
    payout: bool = True
    pricing: dict[str, Any] | None = None
    replaces: int | None = None
    segment_by: str | None = None


class ProductChange(Model):
    """A difference; fields are named by their names, so `form.income.minimum` is the minimum of the field
    income.
    """

    kind: Literal["added", "removed", "changed"]
    new: Any
    old: Any
    path: str


class ProductCheck(Model):
    """Whether a draft can be published, and everything found about it."""

    findings: list[ProductFinding]
    publishable: bool


class ProductDifference(Model):
    """What differs between two versions of a product."""

    changes: list[ProductChange]
    key: str
    new: int
    old: int


class ProductFinding(Model):
    """What is wrong with a draft, or worth knowing; `path` is its place, such as `form[2].role`, empty for the
    whole.

    An error keeps the draft from being published, a warning does not.
    """

    code: str
    message: str
    path: str
    remedy: str
    severity: Literal["error", "warning"]


class ProductVersionRow(Model):
    """A version of a product in a list; `published_at` is system time."""

    author: str | None
    currency: str
    field_count: int
    name: str
    published_at: datetime.datetime
    version: int


class ProductVersionRowPage(Model):
    """Product version row page."""

    items: list[ProductVersionRow]
    next: str | None


class ProductView(Model):
    """A version of a product with its application form, who published it (null for applicants) and when (system
    time).
    """

    adjustable: list[AdjustableView]
    author: str | None
    credit_terms: CreditTermsPart | None
    currency: str
    form: list[FormFieldView]
    key: str
    name: str
    payout: bool
    pricing: PricingView
    published_at: datetime.datetime
    segment_by: str | None
    version: int


class ProductViewPage(Model):
    """Product view page."""

    items: list[ProductView]
    next: str | None


class ProductVocabulary(Model):
    """All that an editor of products needs to know: types and roles of fields, and the bounds of everything."""

    choices_max: int
    credit_terms: CreditVocabulary
    fields_max: int
    key_pattern: str
    name_length_max: int
    number_max: float
    protected_help: str
    roles: list[FieldRoleWord]
    share_help: str
    share_max: float
    types: list[FieldTypeWord]


class PromotionBody(Model):
    """Why a model version is to decide."""

    reason: str


class RecordedOutcome(Model):
    """The outcome that was recorded."""

    outcome_id: uuid.UUID


class RecordedOutcomes(Model):
    """The outcomes that were recorded, in the order given."""

    outcome_ids: list[uuid.UUID]


class ScheduleOfProductBody(Model):
    """A loan to preview, on the terms of a product (`product`, by default its latest version) or of a draft
    (`credit_terms`).

    Without `rate` the product's own holds: of bands the named one's, else the best one's; of an index its
    rate today, or `index_rate` to try another. Without `start` the loan begins today.
    """

    amount: float | str
    band: str | None = None
    credit_terms: Any = None
    currency: str | None = None
    index_rate: float | str | None = None
    loss_share: float | None = None
    product: str | None = None
    rate: float | str | None = None
    start: datetime.date | None = None
    term_months: int
    version: int | None = None


class SentBody(Model):
    """How a letter went out."""

    how: Literal["post", "email", "link", "handed"]


class SentMany(Model):
    """The letters that are on record as sent now."""

    letters: list[LetterView]


class SentManyBody(Model):
    """How several letters went out."""

    how: Literal["post", "email", "link", "handed"]
    letter_ids: list[uuid.UUID]


class TermsPart(Model):
    """The terms granted, in months, both included; where `allowed` lists some, only those."""

    allowed: list[int]
    maximum: int
    minimum: int


class TrainingBody(Model):
    """Which product's model is to be trained; the same seed on the same record gives the same model."""

    product: str
    seed: int = 0


class TrainingTask(Model):
    """The task that trains; /api/v1/tasks shows how far it is."""

    task_id: uuid.UUID


class UploadProblem(Model):
    """A row that was set aside; rows count from 1."""

    code: str
    errors: list[InputFault]
    field: str | None
    reason: str
    row: int


class UploadView(Model):
    """What became of an upload: `rows` is the sum of `verdicts` and `quarantined`; the first problems are told."""

    decided: int
    problems: list[UploadProblem]
    problems_left_out: int
    quarantined: int
    quarantined_by_code: dict[str, int]
    replayed: int
    rows: int
    verdicts: dict[str, int]


class WirePreviewBody(Model):
    """An application that is only tried; protected attributes may be left out, since they decide nothing."""

    inputs: dict[str, Any]
    product: str


class WithdrawalBody(Model):
    """Why an application is withdrawn."""

    reason: str


class WithdrawnApplication(Model):
    """An application that was withdrawn."""

    id: uuid.UUID
    state: Literal["withdrawn"]
