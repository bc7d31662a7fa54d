"""What time and payments settle by themselves: promises kept and broken, steps that cured, relief that is over, tasks without object.

Safe to be done by any number of workers and to be killed at any moment: each row is settled from an open state to a final one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from intendant.domains.lending.collections import queries
from intendant.domains.lending.collections.cures import CURED_WITHIN_DAYS
from intendant.domains.lending.contract import (
    COLLECTION_CLOSED,
    COLLECTION_KIND,
    CURED,
    PROMISE_BROKEN,
    PROMISE_CANCELLED,
    PROMISE_KEPT,
)
from intendant.kernel import approvals, events, outcomes
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock
from intendant.kit.bulk import BulkUpdate
from intendant.kit.database import Database, Row, Transaction

SETTLED_AT_ONCE_MAX = 5_000
ROUNDS_MAX = 1_000
ORGANIZATIONS_MAX = 10_000
BY = "system:collections"
OPEN_LOAN = frozenset({"active", "overpaid", "charged_off"})

Fate = Literal["kept", "broken", "cancelled"]
_EVENTS: dict[Fate, str] = {"kept": PROMISE_KEPT, "broken": PROMISE_BROKEN, "cancelled": PROMISE_CANCELLED}

_SETTLED = BulkUpdate(
    "promises",
    {"organization_id": "uuid", "id": "uuid"},
    {"state": "text", "paid": "numeric", "settled_at": "timestamptz", "version": "integer"},
    where="t.state = 'open'",
)
_JUDGED = BulkUpdate(
    "collection_steps", {"organization_id": "uuid", "id": "uuid"}, {"cured": "boolean"}, where="t.cured is null"
)
# A payment counts that was recorded after the promise was made and is of its days: one that was reversed does not.
_PROMISES = """
select p.id, p.loan_id, p.amount, p.due_on, p.version, l.state as loan_state, l.arrears, l.booked_to, l.currency,
  coalesce((select sum(t.amount) from loan_transactions t where t.organization_id = p.organization_id and t.loan_id = p.loan_id
    and t.type = 'repayment' and t.sequence > p.after_sequence and t.value_on <= p.due_on
    and t.value_on >= (p.recorded_at at time zone %(zone)s)::date
    and not exists (select from loan_transactions r where r.organization_id = t.organization_id and r.reverses = t.id)), 0) as paid
from promises p join loans l on l.organization_id = p.organization_id and l.id = p.loan_id
where p.organization_id = %(organization)s and p.state = 'open' order by p.due_on, p.id limit %(limit)s for update of p skip locked
"""
_UNJUDGED = """
select s.id, s.loan_id, s.decision_id, s.done_at,
  (l.days_past_due = 0 and l.state in ('active', 'overpaid', 'closed')) as cured,
  not exists (select from collection_steps n where n.organization_id = s.organization_id and n.loan_id = s.loan_id
    and n.decision_id is not null and n.created_at > s.created_at) as is_last
from collection_steps s join loans l on l.organization_id = s.organization_id and l.id = s.loan_id
where s.organization_id = %(organization)s and s.state = 'done' and s.cured is null
  and (s.done_at < %(until)s or (l.days_past_due = 0 and l.state in ('active', 'overpaid', 'closed')))
order by s.done_at, s.id limit %(limit)s for update of s skip locked
"""
_OVER = "(l.days_past_due = 0 or l.state not in ('active', 'charged_off'))"
_WITHOUT_OBJECT = f"""
update collection_steps s set state = 'cancelled', version = s.version + 1, note = 'Nothing is overdue any more.'
from loans l where l.organization_id = s.organization_id and l.id = s.loan_id and s.organization_id = %(organization)s
  and s.state = 'planned' and {_OVER}
returning s.id, s.loan_id, s.action
"""  # noqa: S608 - a constant
_QUESTIONS_WITHOUT_OBJECT = f"""
select a.id from approvals a join loans l on l.organization_id = a.organization_id and l.id = a.subject_id
where a.organization_id = %(organization)s and a.state = 'open' and a.kind = %(kind)s and {_OVER} limit %(limit)s
"""  # noqa: S608 - a constant
_RELIEF_OVER = """
update collection_cases set hardship = null, hardship_until = null, next_on = %(today)s, version = version + 1, updated_at = %(now)s
where organization_id = %(organization)s and hardship = 'granted' and hardship_until < %(today)s
"""
_AT_WORK = """
select organization_id from promises where state = 'open'
union select organization_id from collection_steps where state = 'planned'
union select organization_id from collection_steps where state = 'done' and cured is null
union select organization_id from collection_cases where hardship = 'granted'
union select organization_id from approvals where state = 'open' and kind = %(kind)s
limit %(limit)s
"""


@dataclass(slots=True)
class Settled:
    """How much was settled."""

    promises: int = 0
    judged: int = 0
    cancelled: int = 0
    capped: bool = False
    """There may be more."""


def settle_everywhere(database: Database) -> bool:
    """Settle in every organisation that has something open; say whether there may be more."""
    with database.system() as tx:
        rows = tx.all(_AT_WORK, {"kind": COLLECTION_KIND, "limit": ORGANIZATIONS_MAX})
    again = False
    for row in rows:
        with database.transaction(row["organization_id"]) as tx:
            again |= settle(tx).capped
    return again


def settle_organization(database: Database, organization_id: UUID, _to: date) -> None:
    """Settle all that has come due in one organisation; what follows its end of day."""
    for _ in range(ROUNDS_MAX):
        with database.transaction(organization_id) as tx:
            if not settle(tx).capped:
                return


def settle(tx: Transaction) -> Settled:
    """Settle what has come due in one organisation, by the loans' rows as they stand."""
    organization = get_organization(tx, tx.organization_id)
    system_now = clock.system_now()
    today = queries.business_date(organization, system_now)
    told: list[events.Event] = []
    done = Settled()
    _settle_promises(tx, organization, system_now, today, told, done)
    _judge(tx, organization, system_now, done)
    _clear(tx, organization, system_now, today, told, done)
    events.emit(tx, told)
    return done


def fate_of(
    *, amount: Decimal, paid: Decimal, due_on: date, booked_to: date, loan_state: str, arrears: Decimal
) -> Fate | None:
    """Say what became of a promise: kept as soon as all of it is paid, broken once its day is in the books and it is not.

    None while it is open. It is cancelled where nothing is overdue any more without it, or the loan has ended.
    """
    if paid >= amount:
        return "kept"
    if loan_state not in OPEN_LOAN:
        return "cancelled"
    if booked_to <= due_on:
        return None
    return "broken" if arrears > 0 else "cancelled"


def _settle_promises(
    tx: Transaction,
    organization: Organization,
    system_now: datetime,
    today: date,
    told: list[events.Event],
    done: Settled,
) -> None:
    rows = tx.all(
        _PROMISES, {"organization": organization.id, "zone": organization.time_zone, "limit": SETTLED_AT_ONCE_MAX}
    )
    now = organization.clock.at(system_now)
    ended: list[tuple[Row, Fate]] = []
    for row in rows:
        names = ("amount", "paid", "due_on", "booked_to", "loan_state", "arrears")
        fate = fate_of(**{name: row[name] for name in names})
        if fate is not None:
            ended.append((row, fate))
    written = [
        {
            "organization_id": organization.id,
            "id": row["id"],
            "state": fate,
            "paid": row["paid"],
            "settled_at": now,
            "version": row["version"] + 1,
        }
        for row, fate in ended
    ]
    if written:
        _SETTLED.run(tx, written)
        look_again(tx, [row["loan_id"] for row, _ in ended], today, system_now)
    for row, fate in ended:
        body = {
            "loan_id": row["loan_id"],
            "promise_id": row["id"],
            "amount": row["amount"],
            "paid": row["paid"],
            "due_on": row["due_on"],
        }
        told.append(_event(organization, _EVENTS[fate], row["loan_id"], body, system_now))
    done.promises = len(ended)
    done.capped |= len(ended) >= SETTLED_AT_ONCE_MAX


def look_again(tx: Transaction, loan_ids: Sequence[UUID], today: date, system_now: datetime) -> None:
    """Have loans considered again from today on: something has happened that changes what is right."""
    tx.execute(
        "update collection_cases set next_on = %s, version = version + 1, updated_at = %s"
        " where organization_id = %s and loan_id = any(%s)",
        [today, system_now, tx.organization_id, list(loan_ids)],
    )


def _judge(tx: Transaction, organization: Organization, system_now: datetime, done: Settled) -> None:
    """Say of each step whether it cured, once that is known, and record it as the outcome of the loan's last decision."""
    now = organization.clock.at(system_now)
    rows = tx.all(
        _UNJUDGED,
        {
            "organization": organization.id,
            "until": now - timedelta(days=CURED_WITHIN_DAYS),
            "limit": SETTLED_AT_ONCE_MAX,
        },
    )
    if not rows:
        return
    _JUDGED.run(tx, [{"organization_id": organization.id, "id": row["id"], "cured": row["cured"]} for row in rows])
    # An outcome joins the last decision that acted, so a step that another one followed has no outcome of its own.
    seen = [
        outcomes.Outcome(
            kind=COLLECTION_KIND,
            subject_id=row["loan_id"],
            measure=CURED,
            value=1.0 if row["cured"] else 0.0,
            observed_at=now,
            matured_at=now,
            source=BY,
        )
        for row in rows
        if row["decision_id"] is not None and row["is_last"]
    ]
    if seen:
        outcomes.record(tx, organization, seen, by=BY, system_now=system_now)
    done.judged = len(rows)
    done.capped |= len(rows) >= SETTLED_AT_ONCE_MAX


def _clear(
    tx: Transaction,
    organization: Organization,
    system_now: datetime,
    today: date,
    told: list[events.Event],
    done: Settled,
) -> None:
    """Cancel tasks and close questions about loans of which nothing is overdue, and end relief that has run out."""
    wanted: dict[str, Any] = {
        "organization": organization.id,
        "kind": COLLECTION_KIND,
        "today": today,
        "now": system_now,
        "limit": SETTLED_AT_ONCE_MAX,
    }
    tx.execute(_RELIEF_OVER, wanted)
    cancelled = tx.all(_WITHOUT_OBJECT, wanted)
    for row in cancelled:
        body = {"loan_id": row["loan_id"], "step_id": row["id"], "action": row["action"], "state": "cancelled"}
        told.append(_event(organization, COLLECTION_CLOSED, row["loan_id"], body, system_now))
    asked = [row["id"] for row in tx.all(_QUESTIONS_WITHOUT_OBJECT, wanted)]
    if asked:
        approvals.mark_stale(tx, asked)
    done.cancelled = len(cancelled)


def _event(
    organization: Organization, name: str, loan_id: UUID, body: dict[str, object], system_now: datetime
) -> events.Event:
    return events.Event(
        organization_id=organization.id,
        name=name,
        subject=f"loan:{loan_id}",
        body=body,
        at=organization.clock.at(system_now),
        recorded_at=system_now,
        actor=BY,
    )
