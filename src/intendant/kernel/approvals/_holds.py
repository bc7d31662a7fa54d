"""Answers that are held for some seconds before they are carried out, so that a person can take them back.

A held answer is durable and stands on the approval's own row: whoever locks the row sees it. The approval stays open, but nobody
else answers it, and its deadline does not come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from intendant.kernel import events
from intendant.kernel.access import TIER, Role
from intendant.kernel.gate import Tier, tier_rank
from intendant.kernel.registry import Answer
from intendant.kit.bulk import BulkUpdate, to_json
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Forbidden, IntendantError

HOLD_SECONDS_MAX = 60

_HELD = BulkUpdate(
    "approvals",
    {"organization_id": "uuid", "id": "uuid"},
    {"held": "jsonb", "held_until": "timestamptz"},
    where="t.state = 'open'",
)


class ApprovalHeld(Conflict):
    """Somebody else has answered, and their answer is about to be carried out."""

    code = "approval_held"


class ApprovalNotHeld(Conflict):
    """No answer is held, or no longer: it was taken back or carried out."""

    code = "approval_not_held"


class HoldOfAnother(Forbidden):
    """A held answer is taken back by whoever gave it, or by a higher tier."""

    code = "hold_of_another"


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gave an answer, so that their place can be looked up again when it is carried out."""

    kind: Literal["user", "key", "system"]
    id: UUID


def why_closed(row: Mapping[str, Any]) -> str:
    """Say in plain words why a question takes no answer any more."""
    match row["state"]:
        case "answered":
            return f"{row['answered_by']} has answered this case already; an answer is taken once."
        case "expired":
            return "Nobody answered before the deadline; it was declined."
        case "withdrawn":
            return "What this case was about was withdrawn; no answer is needed any more."
        case "stale":
            return "The case or the policy changed after this was asked; no answer to it is needed any more."
        case state:
            return f"This case is {state}."


def check_hold(row: Mapping[str, Any], answer: Answer) -> None:
    """Refuse an answer while that of somebody else is held, and a held one that was taken back meanwhile."""
    held = row["held"]
    if answer.hold is not None:
        if held is None or held["id"] != str(answer.hold):
            raise ApprovalNotHeld("This answer was taken back.", remedy="Nothing is left to do.")
    elif held is not None and held["by"] != answer.by:
        raise ApprovalHeld(
            f"{held['by']} has answered '{held['answer']}', which is carried out in a moment.",
            remedy="Wait for it, or ask them to take it back; a higher tier may take it back, too.",
            data={"by": held["by"], "answer": held["answer"], "until": row["held_until"].isoformat()},
        )


def hold(
    tx: Transaction,
    answers: Sequence[tuple[Row, Answer, UUID]],
    giver: Giver,
    until: datetime,
    *,
    now: datetime,
    system_now: datetime,
) -> list[Row]:
    """Hold answers, each with the approval's row and the hold's id, until a moment of system time; return the rows as they are now.

    The approvals are locked and the answers checked; each is kept as it was given, with the action among the parameters of an
    amendment that names one: what is shown of it must not tell whether a hidden proposal was met. `now` is business time.
    """
    held = [
        {
            **row,
            "held_until": until,
            "held": {
                "id": str(hold_id),
                "answer": answer.answer,
                "amended": dict(answer.parameters) if answer.answer == "amend" else None,
                "reason": answer.reason,
                "by": answer.by,
                "tier": str(answer.tier),
                "digest": answer.digest.hex(),
                "giver": {"kind": giver.kind, "id": str(giver.id)},
            },
        }
        for row, answer, hold_id in answers
    ]
    _HELD.run(tx, [{name: row[name] for name in ("organization_id", "id", "held", "held_until")} for row in held])
    events.emit(
        tx,
        [
            _event(row, "held", {"answer": row["held"]["answer"], "until": until}, row["held"]["by"], now, system_now)
            for row in held
        ],
    )
    return held


def take_back(
    tx: Transaction,
    approval_ids: Sequence[UUID],
    *,
    by: str,
    giver: Giver,
    tier: Tier,
    now: datetime,
    system_now: datetime,
) -> dict[UUID, Row | IntendantError]:
    """Take held answers back, one's own or those of a lower tier; return for each the row as it is now, or why it was not.

    Approvals that are unknown are left out. `now` is business time.
    """
    rows = tx.all(
        "select * from approvals where organization_id = %s and id = any(%s) order by id for update",
        [tx.organization_id, list(approval_ids)],
    )
    results: dict[UUID, Row | IntendantError] = {}
    taken: list[Row] = []
    for row in rows:
        error = _why_kept(row, giver, tier)
        if error is None:
            taken.append(row)
        results[row["id"]] = error or {**row, "held": None, "held_until": None}
    _clear(tx, taken)
    events.emit(tx, [_event(row, "taken_back", {"given_by": row["held"]["by"]}, by, now, system_now) for row in taken])
    return results


def _why_kept(row: Row, giver: Giver, tier: Tier) -> IntendantError | None:
    held = row["held"]
    if row["state"] != "open" or held is None:
        return ApprovalNotHeld(
            "No answer is held here any more." if row["state"] == "open" else why_closed(row),
            remedy="Look at the case.",
        )
    # By id: names of keys are not unique.
    is_own = held["giver"] == {"kind": giver.kind, "id": str(giver.id)}
    if not is_own and tier_rank(tier) <= tier_rank(Tier(held["tier"])):
        return HoldOfAnother(
            f"This answer was given by {held['by']}.", remedy="Ask them, or somebody of a higher tier, to take it back."
        )
    return None


def let_go(
    tx: Transaction, rows: Sequence[Row], *, why: str, nows: Mapping[UUID, datetime], system_now: datetime
) -> None:
    """Forget held answers that cannot be carried out; cases that are open stay so. `nows` are the business times of organisations."""
    _clear(tx, rows)
    events.emit(
        tx,
        [
            _event(
                row,
                "not_taken",
                {"given_by": row["held"]["by"], "why": why},
                "system:holds",
                nows[row["organization_id"]],
                system_now,
            )
            for row in rows
        ],
    )


def _clear(tx: Transaction, rows: Sequence[Row]) -> None:
    if not rows:
        return
    wanted = [{"organization_id": r["organization_id"], "id": r["id"], "hold": r["held"]["id"]} for r in rows]
    # Only the hold that was seen: another may have been given since.
    tx.execute(
        "update approvals a set held = null, held_until = null"
        " from json_to_recordset(%s::json) as r(organization_id uuid, id uuid, hold text)"
        " where a.organization_id = r.organization_id and a.id = r.id and a.held ->> 'id' = r.hold",
        [to_json(wanted)],
    )


_DUE = """
select a.*, m.role, u.id is not null and u.disabled_at is null as user_is_active, u.is_super_admin, k.role as key_role
from approvals a
join organizations o on o.id = a.organization_id and o.removed_at is null
join controls c on c.organization_id = a.organization_id and c.state = 'running'
left join components p on p.organization_id = a.organization_id and p.name = a.component
left join users u on a.held -> 'giver' ->> 'kind' = 'user' and u.id = (a.held -> 'giver' ->> 'id')::uuid
left join memberships m on m.organization_id = a.organization_id and m.user_id = u.id
left join api_keys k on a.held -> 'giver' ->> 'kind' = 'key' and k.id = (a.held -> 'giver' ->> 'id')::uuid
    and k.organization_id = a.organization_id and k.revoked_at is null
    and (k.expires_at is null or k.expires_at > %(now)s)
where a.state in ('open', 'withdrawn', 'stale') and a.held_until <= %(now)s
    and coalesce(p.level, 'observe') <> 'stopped'
order by a.held_until limit %(limit)s
"""


def list_held_due(tx: Transaction, now: datetime, *, limit: int) -> list[Row]:
    """List approvals whose held answer is due in organisations that run, with `tier_now`: what its giver may answer now, or None.

    Those are among them that were withdrawn or turned stale meanwhile: their answers cannot be carried out.

    Takes a system transaction; `now` is system time.
    """
    return [{**row, "tier_now": _tier_now(row)} for row in tx.all(_DUE, {"now": now, "limit": limit})]


def _tier_now(row: Row) -> str | None:
    match row["held"]["giver"]["kind"]:
        case "user" if not row["user_is_active"]:
            return None
        case "user":
            role = Role.OWNER if row["is_super_admin"] else row["role"]
        case "key":
            role = row["key_role"]
        case _:
            return str(row["held"]["tier"])
    return None if role is None else TIER.get(Role(role))


def _event(row: Row, verb: str, body: dict[str, object], by: str, now: datetime, system_now: datetime) -> events.Event:
    return events.Event(
        organization_id=row["organization_id"],
        name=f"kernel.approval.{verb}",
        subject=f"approval:{row['id']}",
        body={"approval_id": row["id"], "decision_id": row["decision_id"], **body},
        at=now,
        recorded_at=system_now,
        actor=by,
    )
