"""What the routes of collections answer and take. Money is a decimal string, shares are numbers, moments are business time."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from intendant.domains.lending.collections.model import Channel, ContactOutcome, Step
from intendant.domains.lending.collections.worklist import NextStep
from intendant.domains.lending.http.views import Amount, Shown
from intendant.domains.lending.wire import Number
from intendant.kernel.gate import Tier
from intendant.kit.money import AMOUNT_MAX

NOTE_LENGTH_MAX = 2_000
PromiseState = Literal["open", "kept", "broken", "cancelled"]
HardshipState = Literal["asked", "granted"]
Note = Annotated[str | None, Field(max_length=NOTE_LENGTH_MAX)]
Reason = Annotated[str, Field(min_length=1, max_length=NOTE_LENGTH_MAX)]


class LastContact(Shown):
    """The last thing that was done about a loan."""

    action: Step
    channel: Channel | None
    outcome: ContactOutcome | None
    at: datetime
    by: str


class PlannedStep(Shown):
    """What waits for a person to carry it out."""

    id: UUID
    action: Step
    channel: Channel | None
    planned_for: datetime


class WaitingQuestion(Shown):
    """A question to people about what is next. `action` is null where it is to be judged unseen."""

    id: UUID
    action: Step | None
    due_at: datetime


class OpenPromise(Shown):
    """What a borrower has promised."""

    id: UUID
    amount: Amount
    due_on: date


class QueueRow(Shown):
    """A loan in arrears with what is next about it. `bucket` is the lower bound of its days past due."""

    loan_id: UUID
    reference: str
    borrower: str
    product: str
    currency: str
    state: Literal["active", "charged_off"]
    days_past_due: int
    bucket: int
    arrears: Amount
    outstanding: Amount
    owed: Amount
    expected_loss: Amount
    priority: Amount
    next: NextStep
    step: PlannedStep | None
    question: WaitingQuestion | None
    promise: OpenPromise | None
    last_contact: LastContact | None
    hardship: HardshipState | None
    hardship_until: date | None
    no_contact: bool
    disputed: bool
    assignee: UUID | None
    assignee_name: str | None


class FacetCount(Shown):
    """How many loans have a value."""

    value: str
    count: int


class QueueTotal(Shown):
    """What the queue amounts to in one currency."""

    currency: str
    count: int
    arrears: Amount
    outstanding: Amount


class QueueFacets(Shown):
    """How many loans there are by bucket, by what is next, by step and by product, each counted without its own filter."""

    buckets: list[FacetCount]
    next: list[FacetCount]
    actions: list[FacetCount]
    products: list[FacetCount]
    total: int
    capped: bool
    totals: list[QueueTotal]


class StepView(Shown):
    """Something that is planned, was done or was cancelled about a loan. `cured` is null until that is known."""

    id: UUID
    loan_id: UUID
    action: Step
    channel: Channel | None
    state: Literal["planned", "done", "cancelled"]
    planned_for: datetime
    decision_id: UUID | None
    bucket: int
    outcome: ContactOutcome | None
    note: str | None
    done_by: str | None
    done_at: datetime | None
    cured: bool | None
    version: int
    created_at: datetime


class PromiseView(Shown):
    """A promise to pay. `paid` is what was paid of it by the time it was settled."""

    id: UUID
    loan_id: UUID
    reference: str
    borrower: str
    currency: str
    amount: Amount
    due_on: date
    state: PromiseState
    paid: Amount | None
    note: str | None
    recorded_by: str
    recorded_at: datetime
    settled_at: datetime | None
    version: int


class ContactLogged(Shown):
    """A contact that was logged, the limits that it broke, and the promise that came of it."""

    step: StepView
    breaches: list[str]
    promise: PromiseView | None


class Allowed(Shown):
    """Whether a step may be taken now, whoever takes it; `reasons` are the rules that forbid it."""

    action: Step
    allowed: bool
    reasons: list[str]
    channel: Channel | None
    cure_share: float | None
    """Share of such steps in this bucket that were followed by a cure; null where too few are known."""
    cure_count: int


class ContactLimit(Shown):
    """How many contacts there were of the most that the policy allows. `counts` is the value its rule looks at."""

    counts: Literal["calls_7_days", "contacts_7_days", "contacts_30_days"]
    used: int
    most: int


class CaseMarks(Shown):
    """What people have noted of a case."""

    loan_id: UUID
    assignee: UUID | None
    assignee_name: str | None
    no_contact: bool
    disputed: bool
    reason: str | None
    channels: list[Channel] | None
    time_zone: str | None
    hardship: HardshipState | None
    hardship_until: date | None
    considered_on: date | None
    next_on: date | None
    rest_until: date | None
    version: int


class CaseQuestion(Shown):
    """The question that waits."""

    id: UUID
    action: Step | None
    due_at: datetime
    tier: Tier
    assignee: UUID | None


class CaseView(Shown):
    """Everything collecting knows of a loan. `allowed` and `limits` are empty where nothing is overdue."""

    loan_id: UUID
    reference: str
    borrower: str
    product: str
    currency: str
    state: str
    days_past_due: int
    bucket: int
    arrears: Amount
    outstanding: Amount
    owed: Amount
    time_zone: str
    local_time: datetime
    marks: CaseMarks
    question: CaseQuestion | None
    steps: list[StepView]
    promises: list[PromiseView]
    allowed: list[Allowed]
    limits: list[ContactLimit]


class CureCell(Shown):
    """How steps of a kind in a bucket ended. `share` is smoothed towards that of all; null where too few are known."""

    bucket: int
    action: Step
    count: int
    cured: int
    share: float | None


class CureTable(Shown):
    """The history that confidence in a step rests on."""

    within_days: int
    count_min: int
    cells: list[CureCell]


class PromiseBody(BaseModel):
    """What was promised: an amount, in all, to be paid until a day, included."""

    amount: Number = Field(gt=0, le=AMOUNT_MAX, decimal_places=4)
    due_on: date
    note: Note = None


class DoneBody(BaseModel):
    """What came of a step. `at` is business time, by default now; a promise goes with outcome `promised`."""

    outcome: ContactOutcome
    note: Note = None
    at: AwareDatetime | None = None
    promise: PromiseBody | None = None


class ContactBody(DoneBody):
    """A contact that took place."""

    action: Step = Step.CALL
    channel: Channel | None = None


class ReasonBody(BaseModel):
    """Why."""

    reason: Reason


class GrantBody(ReasonBody):
    """Until when the loan is paused, and why."""

    until: date


class MarksBody(BaseModel):
    """What is to be noted; what is left out stays. A null takes a note back, where it is not true or false."""

    assignee: UUID | None = None
    no_contact: bool | None = None
    disputed: bool | None = None
    channels: Annotated[list[Channel] | None, Field(max_length=len(Channel))] = None
    time_zone: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    reason: Note = None
