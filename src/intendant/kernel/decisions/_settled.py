"""How decisions ended: at once, by a person's answer, by a deadline, or not yet. For callers that wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from intendant.kit.database import Row, Transaction

Standing = Literal["waiting", "acted", "declined", "expired", "refused", "observed", "withdrawn", "stale"]
SETTLED_AT_ONCE_MAX = 1_000
# The amended action is that of the decision which the answer made.
_QUERY = """
select d.id, d.verdict, d.action, a.id as approval_id, a.state, a.answer, a.due_at, a.blind, a.answered_by, a.answered_at,
  a.answer_decision_id, r.action as answer_action
from decisions d
left join lateral (select * from approvals a where a.organization_id = d.organization_id
  and a.subject_id = d.subject_id and a.decision_id = d.id
  order by a.id desc limit 1) a on true
left join decisions r on r.organization_id = d.organization_id and r.id = a.answer_decision_id
where d.organization_id = %s and d.id = any(%s) limit %s
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """How a decision stands. `action` is what was done in the end, None while it waits; `due_at` is business time."""

    decision_id: UUID
    standing: Standing
    action: str | None
    approval_id: UUID | None
    due_at: datetime | None
    answer: str | None
    answer_decision_id: UUID | None
    answered_by: str | None
    answered_at: datetime | None

    @property
    def is_final(self) -> bool:
        """Say whether nothing more is waited for."""
        return self.standing != "waiting"


def list_settled(tx: Transaction, decision_ids: Sequence[UUID]) -> dict[UUID, Settled]:
    """Say how decisions stand; those that do not exist are absent."""
    rows = tx.all(_QUERY, [tx.organization_id, list(decision_ids), SETTLED_AT_ONCE_MAX])
    return {row["id"]: _settled(row) for row in rows}


def _settled(row: Row) -> Settled:
    standing = _standing(row)
    final = standing != "waiting"
    return Settled(
        decision_id=row["id"],
        standing=standing,
        action=(row["answer_action"] or row["action"]) if final else None,
        approval_id=row["approval_id"],
        due_at=row["due_at"],
        answer=row["answer"] if final else None,
        answer_decision_id=row["answer_decision_id"] if final else None,
        answered_by=row["answered_by"] if final else None,
        answered_at=row["answered_at"] if final else None,
    )


def _standing(row: Row) -> Standing:
    match row["verdict"], row["state"], row["answer"]:
        case "act", _, _:
            return "acted"
        case "refuse", _, _:
            return "refused"
        case "observe", _, _:
            return "observed"
        case _, "answered", "decline":
            return "declined"
        case _, "answered", _:
            return "acted"
        case _, "expired", _:
            return "expired"
        case _, "withdrawn", _:
            return "withdrawn"
        case _, "stale", _:
            return "stale"
        case _:
            return "waiting"
