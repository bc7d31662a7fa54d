"""What an operator wants to see first: the switch, the components, what waits, what was decided in the last business day."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from intendant.kernel import autonomy, control, decisions, organizations
from intendant.kit import clock
from intendant.kit.database import Transaction

RECENT = timedelta(hours=24)
COUNTED_MAX = 10_000
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


def read_status(tx: Transaction) -> dict[str, Any]:
    """Gather what an operator wants to see first."""
    organization = organizations.get_organization(tx, tx.organization_id)
    now = organization.clock.now()
    configuration, version = control.get_configuration(tx)
    return {
        "organization": {"slug": organization.slug, "name": organization.name, "kind": organization.kind},
        "business_time": now,
        "switch": control.get_switch(tx),
        "components": autonomy.list_components(tx),
        "configuration": {"version": version, **asdict(configuration)},
        "queue": count_effects(tx, clock.system_now()),
        "approvals_open": tx.scalar(
            "select count(*) from approvals where organization_id = %s and state = 'open'", [tx.organization_id]
        ),
        "alerts_open": tx.scalar(
            "select count(*) from alerts where organization_id = %s and state = 'open'", [tx.organization_id]
        ),
        "decisions_last_day": decisions.count_by_verdict(tx, now - RECENT),
    }


def count_effects(tx: Transaction, system_now: datetime) -> dict[str, int]:
    """Count the effects that wait, run, are unknown, or failed within `RECENT`; at most `COUNTED_MAX` of each state.

    What failed longer ago has raised its alert and is history; what is unknown waits for a person however old it is.
    """
    parameters = {"organization": tx.organization_id, "limit": COUNTED_MAX, "since": system_now - RECENT}
    return {row["state"]: row["n"] for row in tx.all(_COUNT_EFFECTS, parameters) if row["n"] > 0}
