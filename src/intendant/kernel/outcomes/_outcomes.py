"""Outcomes teach: what became of a subject, joined to its last acting decision. Late, corrected and censored ones are rows too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intendant.kernel import audit, events
from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.bulk import BulkInsert, Writes, to_json
from intendant.kit.database import Row, Transaction

PAGE_MAX = 201
"""A page of 200, and one more that says that there are more."""
COLUMNS = {
    "organization_id": "uuid",
    "id": "uuid",
    "kind": "text",
    "subject_id": "uuid",
    "decision_id": "uuid",
    "measure": "text",
    "value": "double precision",
    "observed_at": "timestamptz",
    "matured_at": "timestamptz",
    "censored": "boolean",
    "corrects": "uuid",
    "source": "text",
    "recorded_at": "timestamptz",
}
OUTCOMES = BulkInsert("outcomes", COLUMNS)
# The decision an outcome speaks about is the last one that acted on the subject; an outcome that is there already is corrected.
# The subjects are looked up all at once: a lateral "order by id desc limit 1" tempts the planner to walk an organisation's decisions
# backwards for every single one, which takes minutes after a large batch.
_JOIN = """
with q as materialized (select * from json_to_recordset(%(wanted)s::json) as w(place integer, subject_id uuid, measure text)),
d as (select distinct on (subject_id) subject_id, id from decisions where organization_id = %(organization)s
      and verdict = 'act' and subject_id = any (array(select subject_id from q)) order by subject_id, id desc),
o as (select distinct on (subject_id, measure) subject_id, measure, id, value, censored, matured_at from outcomes
      where organization_id = %(organization)s and subject_id = any (array(select subject_id from q))
      order by subject_id, measure, id desc)
select q.place, d.id as decision_id, o.id as corrects, o.value, o.censored, o.matured_at
from q left join d using (subject_id) left join o using (subject_id, measure)
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was observed of a subject. `value` is 1 for good, 0 for bad, or a quantity; None when `censored`.

    `observed_at` and `matured_at` are business time; an outcome that may still change has no `matured_at`.
    """

    kind: str
    subject_id: UUID
    measure: str
    value: float | None
    observed_at: datetime
    matured_at: datetime | None
    source: str
    censored: bool = False


def record(
    tx: Transaction, organization: Organization, outcomes: Sequence[Outcome], *, by: str, system_now: datetime
) -> list[UUID]:
    """Write outcomes, joined to the decisions they speak about; return their ids. The same outcome twice is written once."""
    # Two reports of one outcome at the same moment: the second sees the first.
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"outcomes:{organization.id}"])
    wanted = to_json([{"place": i, "subject_id": o.subject_id, "measure": o.measure} for i, o in enumerate(outcomes)])
    joined = {row["place"]: row for row in tx.all(_JOIN, {"organization": organization.id, "wanted": wanted})}
    latest: dict[tuple[UUID, str], Row] = {}
    writes, written = Writes(), []
    for place, outcome in enumerate(outcomes):
        known = latest.setdefault((outcome.subject_id, outcome.measure), joined[place])
        if known["corrects"] is not None and _is_same(known, outcome):
            written.append(known["corrects"])
            continue
        row: Row = {
            "organization_id": organization.id,
            "id": ids.new_id(),
            "kind": outcome.kind,
            "subject_id": outcome.subject_id,
            "decision_id": known["decision_id"],
            "measure": outcome.measure,
            "value": outcome.value,
            "observed_at": outcome.observed_at,
            "matured_at": outcome.matured_at,
            "censored": outcome.censored,
            "corrects": known["corrects"],
            "source": outcome.source,
            "recorded_at": system_now,
        }
        writes.add(OUTCOMES, row)
        latest[outcome.subject_id, outcome.measure] = {**row, "corrects": row["id"]}
        written.append(row["id"])
        body = {
            "outcome_id": row["id"],
            "decision_id": row["decision_id"],
            "measure": outcome.measure,
            "value": outcome.value,
        }
        event = events.Event(
            organization_id=organization.id,
            name="kernel.outcome.recorded",
            subject=f"outcome:{row['id']}",
            body=body,
            at=outcome.observed_at,
            recorded_at=system_now,
            actor=by,
            record=record_digest(row),
        )
        events.gather(writes, event)
    writes.flush(tx)
    return written


def _is_same(known: Row, outcome: Outcome) -> bool:
    """Say whether an outcome tells nothing new: an outcome that has matured since does."""
    matured = outcome.matured_at is None or known["matured_at"] is not None
    return bool(known["value"] == outcome.value and known["censored"] == outcome.censored and matured)


def record_digest(row: Row) -> bytes:
    """Return the digest that binds an outcome's row in the audit log: over all its columns, moments in UTC."""
    return audit.OUTCOME.digest(row)


def list_outcomes(
    tx: Transaction,
    *,
    subject_id: UUID | None = None,
    decision_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Row]:
    """List outcomes newest first, from `after` (exclusive), at most `PAGE_MAX`."""
    return tx.all(
        "select * from outcomes where organization_id = %(organization)s"
        " and (%(subject)s::uuid is null or subject_id = %(subject)s)"
        " and (%(decision)s::uuid is null or decision_id = %(decision)s)"
        " and (%(after)s::uuid is null or id < %(after)s) order by id desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "subject": subject_id,
            "decision": decision_id,
            "after": after,
            "limit": min(limit, PAGE_MAX),
        },
    )
