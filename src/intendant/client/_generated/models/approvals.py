"""Models of approvals. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Literal

from intendant.client._generated.models import shared
from intendant.client._model import Model


class AmendBody(Model):
    """An answer that changes what was proposed: another action, other parameters."""

    action: str | None = None
    digest: str
    hold_seconds: int = 0
    parameters: dict[str, Any] | None = None
    reason: str


class AnswerBody(Model):
    """A person's answer. `digest` is the one the approval was read with; for `hold_seconds` it can be taken
    back.
    """

    digest: str
    hold_seconds: int = 0
    reason: str


class ApprovalDetail(Model):
    """A question with the record of the decision that asked.

    `facts` are what was entered, nothing that model or rules made of it, so a blind case is judged by them;
    `choices` are all actions that an answer may name, whatever was proposed.
    """

    action: str | None
    amended: dict[str, Any] | None
    amount: str | None
    answer: Literal["approve", "decline", "amend"] | None
    answer_decision_id: uuid.UUID | None
    answer_reason: str | None
    answered_at: datetime.datetime | None
    answered_by: str | None
    assignee: uuid.UUID | None
    assignee_name: str | None
    blind: bool
    choices: list[Choice]
    component: str
    confidence: float | None
    created_at: datetime.datetime
    decision: shared.DecisionRecord
    decision_id: uuid.UUID
    digest: str
    due_at: datetime.datetime
    facts: list[Fact]
    fate: shared.Fate
    held: HeldAnswer | None
    id: uuid.UUID
    impact: shared.Impact | None
    kind: str
    overdue: bool
    reference: str | None
    risk: Literal["low", "medium", "high"]
    shown_at: datetime.datetime | None
    shown_to: str | None
    state: Literal["open", "answered", "expired", "stale", "withdrawn"]
    subject_id: uuid.UUID
    summary: str
    tier: shared.Tier


class ApprovalFacets(Model):
    """How many questions match, by risk, kind, tier and state."""

    capped: bool
    held: int
    kind: list[shared.Count]
    risk: list[shared.Count]
    state: list[shared.Count]
    tier: list[shared.Count]
    total: int


class ApprovalView(Model):
    """A question that waits, or waited, for a person. All moments are business time, but for that of `held`."""

    action: str | None
    amended: dict[str, Any] | None
    amount: str | None
    answer: Literal["approve", "decline", "amend"] | None
    answer_decision_id: uuid.UUID | None
    answer_reason: str | None
    answered_at: datetime.datetime | None
    answered_by: str | None
    assignee: uuid.UUID | None
    assignee_name: str | None
    blind: bool
    component: str
    confidence: float | None
    created_at: datetime.datetime
    decision_id: uuid.UUID
    digest: str
    due_at: datetime.datetime
    fate: shared.Fate
    held: HeldAnswer | None
    id: uuid.UUID
    impact: shared.Impact | None
    kind: str
    overdue: bool
    reference: str | None
    risk: Literal["low", "medium", "high"]
    shown_at: datetime.datetime | None
    shown_to: str | None
    state: Literal["open", "answered", "expired", "stale", "withdrawn"]
    subject_id: uuid.UUID
    summary: str
    tier: shared.Tier


class ApprovalViewPage(Model):
    """Approval view page."""

    items: list[ApprovalView]
    next: str | None = None


class AssignBody(Model):
    """Who shall answer; null for nobody."""

    user_id: uuid.UUID | None


class BulkAnswer(Model):
    """One of the cases that are answered together, with the digest it was read with."""

    approval_id: uuid.UUID
    digest: str


class BulkBody(Model):
    """One answer to many cases. It is always held, so that all of it can be taken back."""

    answer: Literal["approve", "decline"]
    answers: list[BulkAnswer]
    hold_seconds: int = 10
    reason: str


class BulkItem(Model):
    """What became of one of several."""

    approval_id: uuid.UUID
    ok: bool
    problem: ItemProblem | None


class BulkView(Model):
    """What became of each; what was taken is held until `held_until`, in system time."""

    held_until: datetime.datetime | None
    items: list[BulkItem]


class Choice(Model):
    """An action that a person may choose."""

    label: str
    name: str


class Fact(Model):
    """Something that was entered about the subject, in the words of its form."""

    label: str
    name: str
    type: shared.ValueType
    unit: str | None
    value: Any


class HeldAnswer(Model):
    """An answer that was given and can still be taken back; `until` is system time."""

    amended: dict[str, Any] | None
    answer: Literal["approve", "decline", "amend"]
    by: str
    reason: str
    until: datetime.datetime


class ItemProblem(Model):
    """Why one of several was not done: the same words that it would be refused with by itself."""

    code: str
    detail: str
    field: str | None
    remedy: str | None


class TakeBackManyBody(Model):
    """Whose held answers are taken back."""

    approval_ids: list[uuid.UUID]
