"""Legal holds: what must be kept because of a dispute or an inquiry, whatever a rule or a person asks, until it is released."""

from datetime import datetime
from uuid import UUID

from intendant.kernel import events, organizations
from intendant.kernel.privacy._person import gather
from intendant.kernel.privacy._retention import get_rule
from intendant.kernel.registry import Registry
from intendant.kit import ids
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound


class HoldUnknown(NotFound):
    """No such hold in this organisation."""

    code = "legal_hold_unknown"


class HoldReleased(Conflict):
    """The hold was released before."""

    code = "legal_hold_released"


class HoldInvalid(Invalid):
    """A hold on nothing, or on two things."""

    code = "legal_hold_invalid"


def place_hold(
    tx: Transaction,
    registry: Registry,
    *,
    root: UUID | None,
    data_class: str | None,
    reason: str,
    by: str,
    system_now: datetime,
) -> Row:
    """Keep one case (`root`) or a whole class of data. Raises HoldInvalid, RootUnknown or DataClassUnknown."""
    if (root is None) == (data_class is None):
        raise HoldInvalid("A hold keeps one case or one class.", field="root", remedy="Give `root` or `data_class`.")
    now = organizations.get_organization(tx, tx.organization_id).clock.at(system_now)
    if root is not None:
        gather(tx, registry, [root], now=now)
    else:
        get_rule(tx, registry, str(data_class))
    hold_id = ids.new_id()
    tx.execute(
        "insert into legal_holds (organization_id, id, root, data_class, reason, placed_by, placed_at)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        [tx.organization_id, hold_id, root, data_class, reason, by, system_now],
    )
    _tell(tx, hold_id, "placed", now, system_now, by)
    return get_hold(tx, hold_id)


def release_hold(tx: Transaction, hold_id: UUID, *, reason: str, by: str, system_now: datetime) -> Row:
    """Release a hold. Raises HoldUnknown or HoldReleased."""
    now = organizations.get_organization(tx, tx.organization_id).clock.at(system_now)
    released = tx.execute(
        "update legal_holds set released_by = %s, released_at = %s, release_reason = %s"
        " where organization_id = %s and id = %s and released_at is null",
        [by, system_now, reason, tx.organization_id, hold_id],
    )
    row = get_hold(tx, hold_id)
    if not released:
        raise HoldReleased("The hold was released before.", field="hold", remedy="There is nothing to do.")
    _tell(tx, hold_id, "released", now, system_now, by)
    return row


def get_hold(tx: Transaction, hold_id: UUID) -> Row:
    """Get one hold; raises HoldUnknown."""
    row = tx.find("select * from legal_holds where organization_id = %s and id = %s", [tx.organization_id, hold_id])
    if row is None:
        raise HoldUnknown("There is no such hold.", field="hold", remedy="List them to find it.")
    return row


def list_holds(tx: Transaction, *, is_open: bool | None, after: UUID | None, limit: int) -> list[Row]:
    """List holds, newest first."""
    return tx.all(
        "select * from legal_holds where organization_id = %(organization)s"
        " and (%(open)s::boolean is null or (released_at is null) = %(open)s)"
        " and (%(after)s::uuid is null or id < %(after)s) order by id desc limit %(limit)s",
        {"organization": tx.organization_id, "open": is_open, "after": after, "limit": min(limit, 201)},
    )


def _tell(tx: Transaction, hold_id: UUID, what: str, at: datetime, system_now: datetime, by: str) -> None:
    body: dict[str, object] = {"hold_id": hold_id}
    name, subject = f"kernel.hold.{what}", f"legal_hold:{hold_id}"
    events.emit(tx, [events.Event(tx.organization_id, name, subject, body, at, system_now, by)])
