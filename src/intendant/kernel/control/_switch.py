"""One switch for everything: running, stopped (drains), halted (at once, also for work in flight)."""

from datetime import datetime
from typing import Literal

from intendant.kernel import events
from intendant.kernel.organizations import Organization
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Invalid

State = Literal["running", "stopped", "halted"]
REASON_LENGTH_MAX = 2_000
_EVENT = {"running": "started", "stopped": "stopped", "halted": "halted"}


def get_switch(tx: Transaction) -> Row:
    """Return the organisation's switch: state, since when, by whom, why."""
    row = tx.find("select * from controls where organization_id = %s", [tx.organization_id])
    if row is None:
        raise Invalid("This organisation has no switch.", remedy="Create it with `intendant organization add`.")
    return row


def set_switch(
    tx: Transaction, organization: Organization, state: State, *, by: str, reason: str, system_now: datetime
) -> Row:
    """Set the switch. Stopped: nothing new acts, what is planned is carried out. Halted: no outside call starts, open ones abort."""
    why = reason.strip()
    if not 1 <= len(why) <= REASON_LENGTH_MAX:
        raise Invalid(
            "A reason is needed.", field="reason", remedy=f"Say why, in at most {REASON_LENGTH_MAX} characters."
        )
    tx.execute("select 1 from controls where organization_id = %s for update", [organization.id])
    before = get_switch(tx)
    if before["state"] == state:
        return before
    now = organization.clock.at(system_now)
    row: Row = {
        "organization_id": organization.id,
        "state": state,
        "since": system_now,
        "changed_by": by,
        "reason": why,
    }
    tx.execute(
        "update controls set state = %(state)s, since = %(since)s, changed_by = %(changed_by)s, reason = %(reason)s"
        " where organization_id = %(organization_id)s",
        row,
    )
    body = {"from": before["state"], "to": state, "reason": why}
    name = f"kernel.switch.{_EVENT[state]}"
    events.emit(tx, [events.Event(organization.id, name, "switch", body, now, system_now, actor=by)])
    return row
