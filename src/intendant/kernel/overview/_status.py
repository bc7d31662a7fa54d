"""What an operator wants to see first: the switch, the components, what waits, what was decided in the last business day."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from intendant.kernel import autonomy, control, decisions, organizations
from intendant.kit.database import Transaction

RECENT = timedelta(hours=24)


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
        "queue": count_effects(tx),
        "approvals_open": tx.scalar(
            "select count(*) from approvals where organization_id = %s and state = 'open'", [tx.organization_id]
        ),
        "alerts_open": tx.scalar(
            "select count(*) from alerts where organization_id = %s and state = 'open'", [tx.organization_id]
        ),
        "decisions_last_day": decisions.count_by_verdict(tx, now - RECENT),
    }


def count_effects(tx: Transaction) -> dict[str, int]:
    """Count the organisation's effects by state."""
    rows = tx.all(
        "select state, count(*) as n from effects where organization_id = %s group by state", [tx.organization_id]
    )
    return {row["state"]: row["n"] for row in rows}
