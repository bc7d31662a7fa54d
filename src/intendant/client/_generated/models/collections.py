"""Models of collections. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Literal

from intendant.client._generated.models import shared
from intendant.client._model import Model

Channel = Literal["email", "sms", "app", "phone", "letter", "visit"]
"""How a borrower is reached."""

ContactOutcome = Literal["reached", "no_answer", "promised", "disputes", "hardship", "wrong_number", "sent", "done"]
"""How a contact went."""

NextStep = Literal["planned", "asked", "promised", "relief", "no_contact", "none"]
"""What the queue says is next about a loan."""

QueueSort = Literal["-priority", "-days_past_due", "-arrears"]
"""The order of the queue; a minus puts the greatest first."""

Step = Literal["remind", "call", "letter", "offer_hardship", "charge_off_proposal", "wait"]
"""What can be done next about a loan in arrears."""

StepInput = Literal["remind", "call", "letter", "offer_hardship", "charge_off_proposal", "wait"]
"""What can be done next about a loan in arrears."""


class Allowed(Model):
    """Whether a step may be taken now, whoever takes it; `reasons` are the rules that forbid it."""

    action: Step
    allowed: bool
    channel: Channel | None
    cure_count: int
    cure_share: float | None
    reasons: list[str]


class CaseMarks(Model):
    """What people have noted of a case."""

    assignee: uuid.UUID | None
    assignee_name: str | None
    channels: list[Channel] | None
    considered_on: datetime.date | None
    disputed: bool
    hardship: Literal["asked", "granted"] | None
    hardship_until: datetime.date | None
    loan_id: uuid.UUID
    next_on: datetime.date | None
    no_contact: bool
    reason: str | None
    rest_until: datetime.date | None
    time_zone: str | None
    version: int


class CaseQuestion(Model):
    """The question that waits."""

    action: Step | None
    assignee: uuid.UUID | None
    due_at: datetime.datetime
    id: uuid.UUID
    tier: shared.Tier


class CaseView(Model):
    """Everything collecting knows of a loan. `allowed` and `limits` are empty where nothing is overdue."""

    allowed: list[Allowed]
    arrears: str
    borrower: str
    bucket: int
    currency: str
    days_past_due: int
    limits: list[ContactLimit]
    loan_id: uuid.UUID
    local_time: datetime.datetime
    marks: CaseMarks
    outstanding: str
    owed: str
    product: str
    promises: list[PromiseView]
    question: CaseQuestion | None
    reference: str
    state: str
    steps: list[StepView]
    time_zone: str


class ContactBody(Model):
    """A contact that took place."""

    action: StepInput = "call"
    at: datetime.datetime | None = None
    channel: Channel | None = None
    note: str | None = None
    outcome: ContactOutcome
    promise: PromiseBody | None = None


class ContactLimit(Model):
    """How many contacts there were of the most that the policy allows. `counts` is the value its rule looks at."""

    counts: Literal["calls_7_days", "contacts_7_days", "contacts_30_days"]
    most: int
    used: int


class ContactLogged(Model):
    """A contact that was logged, the limits that it broke, and the promise that came of it."""

    breaches: list[str]
    promise: PromiseView | None
    step: StepView


class CureCell(Model):
    """How steps of a kind in a bucket ended. `share` is smoothed towards that of all; null where too few are
    known.
    """

    action: Step
    bucket: int
    count: int
    cured: int
    share: float | None


class CureTable(Model):
    """The history that confidence in a step rests on."""

    cells: list[CureCell]
    count_min: int
    within_days: int


class DoneBody(Model):
    """What came of a step. `at` is business time, by default now; a promise goes with outcome `promised`."""

    at: datetime.datetime | None = None
    note: str | None = None
    outcome: ContactOutcome
    promise: PromiseBody | None = None


class FacetCount(Model):
    """How many loans have a value."""

    count: int
    value: str


class GrantBody(Model):
    """Until when the loan is paused, and why."""

    reason: str
    until: datetime.date


class LastContact(Model):
    """The last thing that was done about a loan."""

    action: Step
    at: datetime.datetime
    by: str
    channel: Channel | None
    outcome: ContactOutcome | None


class MarksBody(Model):
    """What is to be noted; what is left out stays. A null takes a note back, where it is not true or false."""

    assignee: uuid.UUID | None = None
    channels: list[Channel] | None = None
    disputed: bool | None = None
    no_contact: bool | None = None
    reason: str | None = None
    time_zone: str | None = None


class OpenPromise(Model):
    """What a borrower has promised."""

    amount: str
    due_on: datetime.date
    id: uuid.UUID


class PlannedStep(Model):
    """What waits for a person to carry it out."""

    action: Step
    channel: Channel | None
    id: uuid.UUID
    planned_for: datetime.datetime


class PromiseBody(Model):
    """What was promised: an amount, in all, to be paid until a day, included."""

    amount: float | str
    due_on: datetime.date
    note: str | None = None


class PromiseView(Model):
    """A promise to pay. `paid` is what was paid of it by the time it was settled."""

    amount: str
    borrower: str
    currency: str
    due_on: datetime.date
    id: uuid.UUID
    loan_id: uuid.UUID
    note: str | None
    paid: str | None
    recorded_at: datetime.datetime
    recorded_by: str
    reference: str
    settled_at: datetime.datetime | None
    state: Literal["open", "kept", "broken", "cancelled"]
    version: int


class PromiseViewPage(Model):
    """Promise view page."""

    items: list[PromiseView]
    next: str | None


class QueueFacets(Model):
    """How many loans there are by bucket, by what is next, by step and by product, each counted without its own
    filter.
    """

    actions: list[FacetCount]
    buckets: list[FacetCount]
    capped: bool
    next: list[FacetCount]
    products: list[FacetCount]
    total: int
    totals: list[QueueTotal]


class QueueRow(Model):
    """A loan in arrears with what is next about it. `bucket` is the lower bound of its days past due."""

    arrears: str
    assignee: uuid.UUID | None
    assignee_name: str | None
    borrower: str
    bucket: int
    currency: str
    days_past_due: int
    disputed: bool
    expected_loss: str
    hardship: Literal["asked", "granted"] | None
    hardship_until: datetime.date | None
    last_contact: LastContact | None
    loan_id: uuid.UUID
    next: NextStep
    no_contact: bool
    outstanding: str
    owed: str
    priority: str
    product: str
    promise: OpenPromise | None
    question: WaitingQuestion | None
    reference: str
    state: Literal["active", "charged_off"]
    step: PlannedStep | None


class QueueRowPage(Model):
    """Queue row page."""

    items: list[QueueRow]
    next: str | None


class QueueTotal(Model):
    """What the queue amounts to in one currency."""

    arrears: str
    count: int
    currency: str
    outstanding: str


class ReasonBody(Model):
    """Why."""

    reason: str


class StepView(Model):
    """Something that is planned, was done or was cancelled about a loan. `cured` is null until that is known."""

    action: Step
    bucket: int
    channel: Channel | None
    created_at: datetime.datetime
    cured: bool | None
    decision_id: uuid.UUID | None
    done_at: datetime.datetime | None
    done_by: str | None
    id: uuid.UUID
    loan_id: uuid.UUID
    note: str | None
    outcome: ContactOutcome | None
    planned_for: datetime.datetime
    state: Literal["planned", "done", "cancelled"]
    version: int


class WaitingQuestion(Model):
    """A question to people about what is next. `action` is null where it is to be judged unseen."""

    action: Step | None
    due_at: datetime.datetime
    id: uuid.UUID
