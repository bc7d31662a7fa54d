"""What an operator wants to see first: the switch, the components, what waits, what was decided in the last business day."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from intendant.kernel import autonomy, control, decisions, organizations
from intendant.kit import clock, ids
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Bug

RECENT = timedelta(hours=24)
COUNTED_MAX = 10_000
TASKS_LOOKED_BACK = timedelta(days=7)
"""A task that failed today was begun within these days."""
_COUNTED = {
    "held": "true",
    "planned": "true",
    "running": "true",
    "unknown": "true",
    "failed": "updated_at >= %(since)s",
}
# Each state by itself and as a constant, so that each count reads no more than its own part of a partial index.
_COUNT_EFFECTS = " union all ".join(
    f"select '{state}' as state, count(*) as n from (select from effects"  # noqa: S608 - constants
    f" where organization_id = %(organization)s and state = '{state}' and {condition} limit %(limit)s) as {state}"
    for state, condition in _COUNTED.items()
)


_COUNTS = """
select
  (select count(*) from (select from approvals where organization_id = %(organization)s and state = 'open'
   limit %(limit)s) as waiting) as approvals_open,
  (select count(*) from (select from approvals where organization_id = %(organization)s and state = 'open'
   and assignee = %(user)s limit %(limit)s) as mine) as approvals_mine,
  (select json_object_agg(severity, n) from (select severity, count(*) as n from (select severity from alerts
   where organization_id = %(organization)s and state = 'open' limit %(limit)s) as open group by severity) as counted) as alerts,
  (select count(*) from (select from tasks where organization_id = %(organization)s and state = 'queued'
   limit %(limit)s) as queued) as tasks_queued,
  (select count(*) from (select from tasks where organization_id = %(organization)s and state = 'running'
   limit %(limit)s) as running) as tasks_running,
  (select count(*) from (select from tasks where organization_id = %(organization)s and state = 'failed'
   and id >= %(tasks_from)s and ended_at >= %(since)s limit %(limit)s) as failed) as tasks_failed
"""


def read_status(tx: Transaction, user_id: UUID | None = None) -> dict[str, Any]:
    """Gather what an operator wants to see first; `user_id` is who looks, for what is theirs."""
    organization = organizations.get_organization(tx, tx.organization_id)
    system_now = clock.system_now()
    now = organization.clock.at(system_now)
    configuration, version = control.get_configuration(tx)
    counted = _count(tx, user_id, system_now)
    alerts: dict[str, int] = counted["alerts"] or {}
    return {
        "organization": asdict(organization),
        "business_time": now,
        "system_time": system_now,
        "switch": control.get_switch(tx),
        "components": autonomy.list_components(tx),
        "configuration": {"version": version, **asdict(configuration)},
        "queue": count_effects(tx, system_now),
        "approvals_open": counted["approvals_open"],
        "alerts_open": sum(alerts.values()),
        "decisions_last_day": decisions.count_by_verdict(tx, now - RECENT),
        "counts": {
            **{name: counted[name] for name in counted if name != "alerts"},
            "alerts_open": alerts,
        },
    }


def _count(tx: Transaction, user_id: UUID | None, system_now: datetime) -> Row:
    parameters = {
        "organization": tx.organization_id,
        "user": user_id,
        "limit": COUNTED_MAX,
        "since": system_now - RECENT,
        "tasks_from": ids.first_id_at(system_now - TASKS_LOOKED_BACK),
    }
    found = tx.find(_COUNTS, parameters)
    if found is None:
        raise Bug("Counting returned no row.")
    return found


def count_effects(tx: Transaction, system_now: datetime) -> dict[str, int]:
    """Count the effects that wait, run, are unknown, or failed within `RECENT`; at most `COUNTED_MAX` of each state.

    What failed longer ago has raised its alert and is history; what is unknown waits for a person however old it is.
    """
    parameters = {"organization": tx.organization_id, "limit": COUNTED_MAX, "since": system_now - RECENT}
    return {row["state"]: row["n"] for row in tx.all(_COUNT_EFFECTS, parameters) if row["n"] > 0}
