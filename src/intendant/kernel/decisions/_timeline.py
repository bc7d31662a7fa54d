"""What happened around one decision, in order: asked, shown, answered, carried out, taken back, and what became of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from intendant.kernel import approvals, organizations
from intendant.kernel.decisions._queries import get_decision
from intendant.kit.clock import BusinessClock
from intendant.kit.database import Row, Transaction

ENTRIES_OF_A_KIND_MAX = 100
Clock = Literal["business", "system"]
Referred = Literal["decision", "approval", "effect", "outcome"]
_APPROVALS = (
    "select * from approvals where organization_id = %s and subject_id = %s and decision_id = %s order by id limit %s"
)
_EFFECTS = "select * from effects where organization_id = %s and decision_id = any(%s) order by id limit %s"
_OUTCOMES = "select * from outcomes where organization_id = %s and subject_id = %s and decision_id = any(%s) order by id limit %s"
_VERDICTS = {
    "act": "It was done.",
    "ask": "It was left to a person.",
    "refuse": "It was refused.",
    "observe": "It was only noted, because the component observes.",
}
_ANSWERS = {"approve": "approved it", "decline": "declined it", "amend": "changed it"}
_EFFECT_STATES = {
    "running": "is being carried out",
    "done": "was carried out",
    "failed": "failed",
    "unknown": "has an unknown fate and waits for a person's word",
    "undone": "was taken back",
    "cancelled": "was cancelled before it happened",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `clock` says which time `at` is in; `what` is a stable code and `text` a plain sentence."""

    at: datetime
    clock: Clock
    what: str
    text: str
    by: str | None
    refers_to: tuple[Referred, UUID] | None = None


def read_timeline(tx: Transaction, decision_id: UUID) -> list[Entry]:
    """Return what happened around a decision, oldest first; raises DecisionUnknown. A blind case betrays no proposal."""
    record = get_decision(tx, decision_id)
    subject_id = UUID(record["subject_id"])
    asked = tx.all(_APPROVALS, [tx.organization_id, subject_id, decision_id, ENTRIES_OF_A_KIND_MAX])
    answering = [row["answer_decision_id"] for row in asked if row["answer_decision_id"] is not None]
    concerned = [decision_id, *answering]
    effects = tx.all(_EFFECTS, [tx.organization_id, concerned, ENTRIES_OF_A_KIND_MAX])
    outcomes = tx.all(_OUTCOMES, [tx.organization_id, subject_id, concerned, ENTRIES_OF_A_KIND_MAX])
    clock = organizations.get_organization(tx, tx.organization_id).clock
    entries = [
        _decision(record, hidden=any(approvals.is_hidden(row) for row in asked)),
        *(entry for row in asked for entry in _approval(row)),
        *(entry for row in effects for entry in _effect(row)),
        *(_outcome(row) for row in outcomes),
    ]
    return in_order(entries, clock)


def in_order(entries: Sequence[Entry], clock: BusinessClock) -> list[Entry]:
    """Sort entries by business time, those at the same moment as they were given."""
    return sorted(entries, key=lambda entry: entry.at if entry.clock == "business" else clock.at(entry.at))


def _decision(record: dict[str, Any], *, hidden: bool) -> Entry:
    at, decision_id = datetime.fromisoformat(record["decided_at"]), UUID(record["id"])
    proposed = "A proposal that is hidden until it is judged." if hidden else f"{record['summary'].rstrip('.')}."
    text = f"{proposed} {_VERDICTS[record['verdict']]}"
    if record["answers"] is None:
        return Entry(at, "business", "decision.made", text, record["decided_by"], ("decision", decision_id))
    return Entry(
        at,
        "business",
        "decision.answers",
        f"The answer to an earlier decision: {text}",
        record["decided_by"],
        ("decision", UUID(record["answers"])),
    )


def _approval(row: Row) -> Iterator[Entry]:
    about: tuple[Referred, UUID] = ("approval", row["id"])
    asked = f"A person was asked, to be answered by {row['due_at']:%Y-%m-%d %H:%M} UTC."
    yield Entry(row["created_at"], "business", "approval.asked", asked, None, about)
    if row["shown_at"] is not None:
        yield Entry(row["shown_at"], "business", "approval.shown", "A person looked at the proposal.", None, about)
    if row["answered_at"] is None:
        return
    following: tuple[Referred, UUID] = about
    if row["answer_decision_id"] is not None:
        following = ("decision", row["answer_decision_id"])
    if row["state"] == "expired":
        text = "Nobody answered before the deadline, so it was declined."
        yield Entry(row["answered_at"], "business", "approval.expired", text, row["answered_by"], following)
    else:
        text = f"{row['answered_by']} {_ANSWERS[row['answer']]}: {row['answer_reason']}"
        yield Entry(row["answered_at"], "business", "approval.answered", text, row["answered_by"], following)


def _effect(row: Row) -> Iterator[Entry]:
    about: tuple[Referred, UUID] = ("effect", row["id"])
    name = f"{row['action']} by {row['connector']}"
    if row["undo_of"] is not None:
        name = f"The undo {name}"
    if row["hold_until"] is not None:
        held = f"{name} is held until {row['hold_until']:%Y-%m-%d %H:%M} UTC; until then it can be taken back."
        yield Entry(row["created_at"], "system", "effect.held", held, None, about)
    else:
        yield Entry(row["created_at"], "system", "effect.planned", f"{name} was planned.", None, about)
    state = row["state"]
    if state in _EFFECT_STATES:
        why = f": {row['error']}" if row["error"] else "."
        text = f"{name} {_EFFECT_STATES[state]}{why}"
        yield Entry(row["updated_at"], "system", f"effect.{state}", text, row["claimed_by"], about)


def _outcome(row: Row) -> Entry:
    value = "is not known and never will be" if row["censored"] or row["value"] is None else f"is {row['value']:g}"
    final = "" if row["matured_at"] is not None else ", which may still change"
    correction = "Corrected: " if row["corrects"] is not None else ""
    text = f"{correction}{row['measure']} {value}{final}."
    return Entry(row["observed_at"], "business", "outcome.recorded", text, row["source"], ("outcome", row["id"]))
