"""Held answers: checked like any answer when they are given, and again, by the common way, when their seconds are over.

Carrying out takes the key of the hold, and closes the approval in the deciding transaction: a worker may be killed at any moment,
and any number of workers may do the same round, and each answer is carried out once. While the business is stopped they wait.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import structlog

from intendant.kernel import alerts, approvals
from intendant.kernel.approvals import ApprovalClosed, ApprovalNotHeld, ApprovalUnknown, Giver
from intendant.kernel.decisions._answering import GivenAnswer, as_proposal, require_reason
from intendant.kernel.decisions._batch import Batch, Stopped
from intendant.kernel.decisions._decider import Decider
from intendant.kernel.decisions._reconsidering import TurnedStale, decide_anew
from intendant.kernel.decisions._record import Decision
from intendant.kernel.gate import Tier
from intendant.kernel.organizations import get_organization
from intendant.kernel.registry import Proposal
from intendant.kit import clock, ids
from intendant.kit.bulk import to_json
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, IntendantError, Unavailable

CARRIED_OUT_MAX = 500
_FRESH = """
with asked as materialized (
    select a.organization_id, a.id, a.state, d.kind, d.policy_version, d.record
    from json_to_recordset(%s::json) as q(organization_id uuid, id uuid, decision_id uuid)
    join approvals a on a.organization_id = q.organization_id and a.id = q.id
    join decisions d on d.organization_id = q.organization_id and d.id = q.decision_id
)
select a.id, a.state, (a.record::json ->> 'subject_version')::int as subject_version, a.policy_version,
    (select max(version) from policies p where p.organization_id = a.organization_id and p.kind = a.kind
     and p.state = 'active') as active_version
from asked a
"""

log = structlog.get_logger(__name__)


def hold_answers(
    tx: Transaction, decider: Decider, answers: Sequence[GivenAnswer], giver: Giver, seconds: float
) -> list[Row | IntendantError]:
    """Hold answers to different approvals for some seconds of system time; return each approval as it is now, or its error.

    What `answer` would refuse is refused now. For each TurnedStale among the errors, call `decide_anew` after the commit.
    """
    system_now = clock.system_now()
    now = get_organization(tx, tx.organization_id).clock.at(system_now)
    looked = _look(tx, decider, approvals.list_by_id(tx, [given.approval_id for given in answers]))
    results: dict[int, Row | IntendantError] = {}
    proposals: dict[int, Proposal] = {}
    for place, given in enumerate(answers):
        require_reason(given.reason)
        found = looked.get(given.approval_id)
        if found is None:
            results[place] = ApprovalUnknown(
                "There is no such approval.", field="approval", remedy="List the open ones."
            )
        elif isinstance(found, IntendantError):
            results[place] = found
        else:
            proposals[place] = as_proposal(decider, *found, replace(given, idempotency_key=None))
    checked: list[tuple[int, Row, Proposal]] = []
    for name in sorted({proposal.kind for proposal in proposals.values()}):
        places = [place for place, proposal in proposals.items() if proposal.kind == name]
        batch = Batch(tx, decider.registry.kind(name), [proposals[place] for place in places], decider.policies)
        for place, error in zip(places, batch.check(), strict=True):
            row, _ = looked[answers[place].approval_id]  # type: ignore[misc]  # errors were answered above
            if error is None:
                checked.append((place, row, proposals[place]))
            else:
                results[place] = error
    kept = [
        (row, replace(proposal.answer, answer=answers[place].answer, parameters=answers[place].amended), ids.new_id())
        for place, row, proposal in checked
        if proposal.answer is not None
    ]
    until = system_now + timedelta(seconds=seconds)
    held = approvals.hold(tx, kept, giver, until, now=now, system_now=system_now)
    results |= {place: row for (place, _, _), row in zip(checked, held, strict=True)}
    return [results[place] for place in range(len(answers))]


def carry_out_held(decider: Decider) -> int:
    """Carry out the held answers whose seconds are over, at most `CARRIED_OUT_MAX` of all organisations; return how many were due."""
    with decider.database.system() as tx:
        due = approvals.list_held_due(tx, clock.system_now(), limit=CARRIED_OUT_MAX)
    if not due:
        return 0
    closed = [row for row in due if row["state"] != "open"]
    gone = [row for row in due if row["state"] == "open" and row["tier_now"] is None]
    rows = {row["id"]: row for row in due if row["state"] == "open" and row["tier_now"] is not None}
    looked = _look_at(decider, rows)
    stale = [found for found in looked.values() if isinstance(found, TurnedStale)]
    ready = [(row, subject) for row, subject in (f for f in looked.values() if not isinstance(f, IntendantError))]
    proposals = [
        as_proposal(decider, row, subject, _given(row), hold=UUID(row["held"]["id"])) for row, subject in ready
    ]
    conflicts: dict[UUID, IntendantError] = {}
    refused: list[tuple[Row, str]] = [(row, approvals.why_closed(row)) for row in closed]
    refused += [(row, "Whoever gave it may not answer this any more.") for row in gone]
    for (row, _), result in zip(ready, decider.decide_each(proposals), strict=True):
        match result:
            case Decision() | Stopped() | ApprovalClosed() | ApprovalNotHeld():
                continue
            case Unavailable():
                log.warning("a held answer waits", approval=str(row["id"]), error=result.message)
            case Conflict():
                conflicts[row["id"]] = result
            case _:
                refused.append((row, result.message))
    # Subject or policy may have changed between our look and the deciding transaction.
    for approval_id, found in _look_at(decider, {each: rows[each] for each in conflicts}).items():
        if isinstance(found, TurnedStale):
            stale.append(found)
        else:
            refused.append((rows[approval_id], conflicts[approval_id].message))
    _tell(decider, stale, refused)
    return len(due)


def _given(row: Row) -> GivenAnswer:
    held = row["held"]
    return GivenAnswer(
        approval_id=row["id"],
        answer=held["answer"],
        digest=bytes.fromhex(held["digest"]),
        reason=held["reason"],
        by=held["by"],
        tier=Tier(row["tier_now"]),
        amended=held["amended"] or {},
        idempotency_key=f"hold:{held['id']}",
    )


def _tell(decider: Decider, stale: Sequence[TurnedStale], refused: Sequence[tuple[Row, str]]) -> None:
    """Have stale cases decided anew, let go of their answers and of those that were refused, and tell people of both."""
    told = [
        (each.row, error.message)
        for each, error in zip(stale, decide_anew(decider, stale, "system:holds"), strict=True)
    ]
    everything = [*told, *refused]
    if not everything:
        return
    organizations = sorted({row["organization_id"] for row, _ in everything})
    system_now = clock.system_now()
    with decider.database.transaction(*organizations) as tx:
        nows = {each: get_organization(tx, each).clock.at(system_now) for each in organizations}
        for why in sorted({why for _, why in everything}):
            approvals.let_go(
                tx, [row for row, each in everything if each == why], why=why, nows=nows, system_now=system_now
            )
        alerts.raise_alerts(
            tx,
            [
                alerts.Alert(
                    organization_id=row["organization_id"],
                    kind="intervention",
                    severity="medium",
                    cause=f"held_answer:{row['component']}",
                    title=f"{row['component']}: an answer that was held was not taken",
                    at=nows[row["organization_id"]],
                    component=row["component"],
                    subject_id=row["subject_id"],
                    detail={
                        "approval_id": str(row["id"]),
                        "by": row["held"]["by"],
                        "answer": row["held"]["answer"],
                        "why": why,
                    },
                )
                for row, why in everything
            ],
        )


def _look_at(decider: Decider, rows: dict[UUID, Row]) -> dict[UUID, tuple[Row, object] | TurnedStale]:
    if not rows:
        return {}
    with decider.database.transaction(*sorted({row["organization_id"] for row in rows.values()})) as tx:
        return _look(tx, decider, rows)


def _look(tx: Transaction, decider: Decider, rows: dict[UUID, Row]) -> dict[UUID, tuple[Row, object] | TurnedStale]:
    """Load what the approvals are about, and say of which subject or policy has changed since they were asked."""
    subjects: dict[UUID, tuple[object, int]] = {}
    for name in {row["kind"] for row in rows.values()}:
        mine = [row["subject_id"] for row in rows.values() if row["kind"] == name]
        subjects |= decider.registry.kind(name).reconsider(tx, mine)
    # After the subjects: whoever closed a case meanwhile has changed its subject too, and is seen here.
    wanted = [{name: row[name] for name in ("organization_id", "id", "decision_id")} for row in rows.values()]
    asked = {found["id"]: found for found in tx.all(_FRESH, [to_json(wanted)])}
    looked: dict[UUID, tuple[Row, object] | TurnedStale] = {}
    for approval_id, row in rows.items():
        subject, version = subjects.get(row["subject_id"], (None, 0))
        found = asked.get(approval_id)
        holds = found is not None and (found["subject_version"], found["policy_version"]) == (
            version,
            found["active_version"],
        )
        # What is closed already is told so by the common way, before its subject is looked at.
        closed = found is not None and found["state"] != "open"
        fresh = closed or (subject is not None and holds)
        looked[approval_id] = (row, subject) if fresh else TurnedStale(row, subject)
    return looked
