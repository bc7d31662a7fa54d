"""What the routes of predictions take and answer. Moments are business time; probabilities and confidence run from 0 to 1."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, WithJsonSchema

from intendant.domains.analytics.model import Role

NAME_LENGTH_MAX = 200
ENTITY_LENGTH_MAX = 200
NOTE_LENGTH_MAX = 2_000
ROWS_MAX = 10_000
REASONS_MAX = 20
FEEDBACK_MAX = 10_000

Text = Annotated[str, Field(min_length=1, max_length=ENTITY_LENGTH_MAX, pattern=r"^[^\x00]+$")]
Version = Annotated[
    int | Literal["champion", "challenger", "shadow"] | None,
    Field(
        description="A version's number, or an alias. Left out: the champion, and the challenger for its share of the cases."
    ),
]
Outcome = Annotated[
    str | float | bool | None,
    Field(description="What really happened: the class, or the number. Checked against the model."),
]


class PredictionShown(BaseModel):
    """What is answered: every field is there, null where nothing is known, and clients are told so."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class PredictionGiven(BaseModel):
    """A body in which nothing unknown may stand."""

    model_config = ConfigDict(extra="forbid")


class PredictBody(PredictionGiven):
    """Cases to predict for: one object, or a list of up to 10,000. The model is named by its id or by its name.

    `business_entity_id` is one for all rows or a list with one for each; `entity_field` names the field of the rows that holds
    it. `prediction_context` is kept with the predictions and not looked at. `reasons` is how many are wanted for each row.
    `store` false tries a model without leaving a trace; such answers have no `prediction_id`.
    """

    model_id: UUID | None = None
    model_name: Annotated[str | None, Field(min_length=1, max_length=NAME_LENGTH_MAX)] = None
    input_data: Annotated[
        dict[str, Any] | list[dict[str, Any]], Field(description="Feature by name; a list for several cases.")
    ]
    prediction_context: dict[str, Any] | None = None
    business_entity_type: Text | None = None
    business_entity_id: Text | list[Text | None] | None = None
    entity_field: Text | None = None
    reasons: Annotated[int, Field(ge=0, le=REASONS_MAX)] = 0
    version: Version = None
    store: bool = True


class PredictionOutput(BaseModel):
    """What the model says. Only what its kind has is there.

    `label` is the class, the cluster, or normal/anomaly, with the `probability` of each class. `value` is the number, the
    anomaly score (0 to 1) or the distance to the cluster's centre. `lower` and `upper` hold the true value, and `set` the true
    class, in the share of cases that the model was trained to cover.
    """

    label: str | None = None
    probability: dict[str, float] | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    set: list[str] | None = None


class PredictionReason(PredictionShown):
    """What one feature did to one prediction: a sentence, and the contribution in the model's own units.

    Log-odds of the class `towards` for classes; the target's units for numbers.
    """

    feature: str
    value: str | None
    contribution: float
    towards: str | None = None
    sentence: str


class PredictionAnswer(BaseModel):
    """The answer for one row. `error` stands instead of everything else where the row cannot be used."""

    row: int
    prediction_id: UUID | None = None
    output: PredictionOutput | None = None
    confidence: float | None = None
    reasons: list[PredictionReason] | None = None
    unusual: list[str] | None = Field(
        default=None, description="Features that are unreadable or were never seen in training."
    )
    version: int | None = None
    role: Role | None = None
    business_entity_id: str | None = None
    processing_time_ms: float | None = None
    error: "PredictionError | None" = None


class PredictionError(BaseModel):
    """Why one row was not taken: the field at fault and what to do."""

    code: str
    message: str
    field: str | None = None
    remedy: str | None = None


class PredictionsMade(PredictionShown):
    """All answers of a request, in the order of its rows; `failed` rows hold an error."""

    model_id: UUID
    model_name: str
    batch_id: UUID | None = Field(default=None, description="For a list of rows that was stored.")
    predictions: list[PredictionAnswer]
    predicted: int
    failed: int
    ignored_fields: list[str] = Field(description="Fields that the model does not use; up to 50 of them.")
    processing_time_ms: float


class BatchSummary(PredictionShown):
    """The last line of a streamed batch, as `{"summary": {...}}`: without it the answer is not complete."""

    batch_id: UUID
    model_id: UUID
    model_name: str
    rows: int
    predicted: int
    failed: int
    replayed: int = Field(description="Rows answered from an earlier try with the same Idempotency-Key.")
    ignored_fields: list[str]
    seconds: float


class StoredOutcome(PredictionShown):
    """What really happened, as far as it is known: the latest that was told."""

    actual_outcome: Outcome = None
    correct: bool | None = Field(default=None, description="Whether the label was right; null for numbers.")
    error: float | None = Field(default=None, description="Actual minus predicted value, for numbers.")
    observed_at: AwareDatetime


class StoredPrediction(PredictionShown):
    """A prediction in a list."""

    id: UUID
    model_id: UUID
    model_name: str
    version_id: UUID
    version: int
    role: Role
    answers: UUID | None = Field(default=None, description="For a shadow: the prediction that was heard.")
    batch_id: UUID | None = None
    business_entity_type: str | None = None
    business_entity_id: str | None = None
    output: PredictionOutput
    confidence: float
    processing_time_ms: float
    predicted_by: str
    predicted_at: AwareDatetime
    outcome: StoredOutcome | None = None
    rating: int | None = None


class PredictionPage(PredictionShown):
    """Some of the history, newest first; `next` is the `after` of the page that follows, null on the last."""

    items: list[StoredPrediction]
    next: str | None


class FeedbackShown(PredictionShown):
    """One piece of feedback. `corrects` names the one that it replaces."""

    id: UUID
    prediction_id: UUID
    actual_outcome: Outcome = None
    rating: int | None = None
    note: str | None = None
    observed_at: AwareDatetime
    corrects: UUID | None = None
    created_by: str
    recorded_at: AwareDatetime


class PredictionDetail(StoredPrediction):
    """A prediction with its input, its reasons (computed now, by the version that answered) and all feedback, oldest first."""

    input_data: dict[str, Any]
    prediction_context: dict[str, Any] | None = None
    reasons: list[PredictionReason]
    reasons_missing: str | None = Field(default=None, description="Why no reasons can be given any more.")
    unusual: list[str]
    feedback: list[FeedbackShown]
    shadows: list[StoredPrediction] = Field(description="What shadows said of the same case.")


class PredictionChange(PredictionShown):
    """One feature that, were it otherwise, would change the answer."""

    feature: str
    before: str | None
    after: str | None
    label: str
    probability: float | None
    sentence: str


class PredictionExplanation(PredictionShown):
    """Why a model said what it said, in plain words."""

    prediction_id: UUID
    summary: str
    reasons: list[PredictionReason]
    unusual: list[str]
    changes: list[PredictionChange] = Field(description="The smallest single changes that would change the answer.")
    caution: str = Field(description="How these are to be read.")


class FeedbackBody(PredictionGiven):
    """What became of a prediction, or what is thought of it: at least one of outcome, rating and note."""

    actual_outcome: Outcome = None
    rating: Annotated[int | None, Field(ge=1, le=5)] = None
    note: Annotated[str | None, Field(min_length=1, max_length=NOTE_LENGTH_MAX, pattern=r"^[^\x00]+$")] = None
    observed_at: AwareDatetime | None = Field(default=None, description="When it happened; now, where left out.")


class FeedbackItem(FeedbackBody):
    """Feedback on one prediction, named by its id, or by model and business entity: the last one made for it until then."""

    prediction_id: UUID | None = None
    model_id: UUID | None = None
    model_name: Annotated[str | None, Field(min_length=1, max_length=NAME_LENGTH_MAX)] = None
    business_entity_type: Text | None = None
    business_entity_id: Text | None = None


AnyItem = Annotated[dict[str, Any], WithJsonSchema(FeedbackItem.model_json_schema())]
"""An item is read by itself, so that a bad one does not keep the others back."""


class FeedbackList(PredictionGiven):
    """Feedback on many predictions. Bad items are named in the answer, and the others are recorded."""

    feedback: Annotated[list[AnyItem], Field(min_length=1, max_length=FEEDBACK_MAX)]


class FeedbackProblem(PredictionShown):
    """An item that was not taken. `item` counts from 0."""

    item: int
    code: str
    message: str
    field: str | None = None
    remedy: str | None = None


class FeedbackRecorded(PredictionShown):
    """How many items were recorded, said what was known already, or were not taken; they add up to what was sent."""

    recorded: int
    unchanged: int
    failed: int
    problems: list[FeedbackProblem]
