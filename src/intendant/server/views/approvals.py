"""What the routes about approvals answer. Of an open blind case nothing is told that would betray the proposal."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from intendant.kernel import approvals
from intendant.kernel.gate import Fate, Tier
from intendant.kernel.registry import ValueSource, ValueType, Vocabulary
from intendant.server.views.decisions import DecisionRecord, Impact

ApprovalState = Literal["open", "answered", "expired", "stale", "withdrawn"]
Verb = Literal["approve", "decline", "amend"]


class HeldAnswer(BaseModel):
    """An answer that was given and can still be taken back; `until` is system time."""

    answer: Verb
    by: str
    until: datetime
    reason: str
    amended: dict[str, Any] | None


class ApprovalView(BaseModel):
    """A question that waits, or waited, for a person. All moments are business time, but for that of `held`."""

    id: UUID
    decision_id: UUID
    """The decision that asked."""
    kind: str
    component: str
    subject_id: UUID
    reference: str | None
    """The subject's own reference, where it has one."""
    action: str | None
    """What was proposed; null while a blind case is open, as are `confidence` and `impact`."""
    amount: Decimal | None
    confidence: float | None
    impact: Impact | None
    tier: Tier
    risk: approvals.Risk
    digest: str
    """Of what was proposed; it comes with the answer."""
    summary: str
    blind: bool
    shown_at: datetime | None
    shown_to: str | None
    due_at: datetime
    overdue: bool
    fate: Fate
    """What happens when nobody answers in time."""
    assignee: UUID | None
    assignee_name: str | None
    state: ApprovalState
    held: HeldAnswer | None
    answer: Verb | None
    amended: dict[str, Any] | None
    answered_by: str | None
    answered_at: datetime | None
    answer_reason: str | None
    answer_decision_id: UUID | None
    created_at: datetime


class Fact(BaseModel):
    """Something that was entered about the subject, in the words of its form."""

    name: str
    label: str
    type: ValueType
    value: Any
    unit: str | None


class Choice(BaseModel):
    """An action that a person may choose."""

    name: str
    label: str


class ApprovalDetail(ApprovalView):
    """A question with the record of the decision that asked.

    `facts` are what was entered, nothing that model or rules made of it, so a blind case is judged by them; `choices` are all
    actions that an answer may name, whatever was proposed.
    """

    decision: DecisionRecord
    facts: list[Fact]
    choices: list[Choice]


class Count(BaseModel):
    """How many have this value."""

    value: str
    count: int


class ApprovalFacets(BaseModel):
    """How many questions match, by risk, kind, tier and state."""

    risk: list[Count]
    kind: list[Count]
    tier: list[Count]
    state: list[Count]
    held: int
    """How many have an answer that can still be taken back; counted without its own filter."""
    total: int
    capped: bool
    """Whether there are more than were counted."""


class ItemProblem(BaseModel):
    """Why one of several was not done: the same words that it would be refused with by itself."""

    code: str
    detail: str
    field: str | None
    remedy: str | None


class BulkItem(BaseModel):
    """What became of one of several."""

    approval_id: UUID
    ok: bool
    problem: ItemProblem | None


class BulkView(BaseModel):
    """What became of each; what was taken is held until `held_until`, in system time."""

    items: list[BulkItem]
    held_until: datetime | None


def counts(counted: Mapping[str, int]) -> list[Count]:
    """Return counts, the most frequent first."""
    return [Count(value=value, count=n) for value, n in sorted(counted.items(), key=lambda each: (-each[1], each[0]))]


def show_approval(row: Mapping[str, Any], now: datetime, names: Mapping[UUID, str]) -> ApprovalView:
    """Return an approval as it may be shown; `now` is business time, `names` are those of members by id."""
    return ApprovalView(**_shown(row, now, names))


def show_detail(
    row: Mapping[str, Any],
    now: datetime,
    names: Mapping[UUID, str],
    decision: DecisionRecord,
    words: Vocabulary,
    values: Mapping[str, Any],
) -> ApprovalDetail:
    """Return an approval with the decision that asked. Of the recorded `values` those are shown that were entered."""
    facts = [
        Fact(name=each.name, label=each.label, type=each.type, value=values[each.name], unit=each.unit)
        for each in words.values
        if each.source is ValueSource.INPUT and values.get(each.name) is not None
    ]
    choices = [Choice(name=each.name, label=each.label) for each in words.actions if each.is_choice]
    return ApprovalDetail(**_shown(row, now, names), decision=decision, facts=facts, choices=choices)


def _shown(row: Mapping[str, Any], now: datetime, names: Mapping[UUID, str]) -> dict[str, Any]:
    shown = approvals.concealed(row)
    is_open, held = row["state"] == "open", row["held"]
    return shown | {
        "digest": bytes(row["digest"]).hex(),
        "impact": None if shown["action"] is None else Impact(money=row["impact"], reversible=row["reversible"]),
        "overdue": is_open and row["due_at"] <= now,
        "assignee_name": names.get(row["assignee"]),
        "held": HeldAnswer(**held, until=row["held_until"]) if held and is_open else None,
    }
