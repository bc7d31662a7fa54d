"""What the audit logs are told of machines: who invited one, and which one came. Every organisation's log says so."""

from datetime import datetime
from typing import TYPE_CHECKING

from intendant.kernel import audit, organizations
from intendant.kit import clock
from intendant.kit.database import Transaction

if TYPE_CHECKING:
    from intendant.bootstrap import System

MACHINES_AT_ONCE_MAX = 20


def record_invited(system: "System", *, by: str, expires_at: datetime) -> None:
    """Write into every log that a machine was invited, before anybody can have the token."""
    with system.database.system() as tx:
        _append(tx, by, "machines.machine.invited", "machine:invited", {"expires_at": expires_at.isoformat()})


def record_joined(system: "System") -> bool:
    """Write into every log which machines joined since; return whether there may be more.

    The database noted each when it handed out the keys, so that one that died right after is told all the same.
    """
    with system.database.system() as tx:
        rows = tx.all(
            "select id, name, host(address) as address, invited_by, joined_at from machines where recorded_at is null"
            " order by joined_at limit %s for update skip locked",
            [MACHINES_AT_ONCE_MAX],
        )
        for row in rows:
            detail: dict[str, object] = {
                "name": row["name"],
                "address": row["address"],
                "invited_by": row["invited_by"],
                "joined_at": row["joined_at"].isoformat(),
            }
            _append(tx, f"machine:{row['name']}", "machines.machine.joined", f"machine:{row['id']}", detail)
        tx.execute(
            "update machines set recorded_at = %s where id = any(%s)", [clock.system_now(), [row["id"] for row in rows]]
        )
    return len(rows) == MACHINES_AT_ONCE_MAX


def _append(tx: Transaction, actor: str, act: str, subject: str, detail: dict[str, object]) -> None:
    now = clock.system_now()
    audit.append(
        tx,
        [audit.Act(each.id, actor, act, subject, now, detail) for each in organizations.list_organizations(tx)],
    )
