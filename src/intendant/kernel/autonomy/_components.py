"""Components and how much each may do by itself. New ones observe; a person may take control and hand it back."""

from datetime import datetime
from uuid import UUID

from intendant.kernel import events
from intendant.kernel.gate import Level
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import Registry
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

REASON_LENGTH_MAX = 2_000
CHANGES_MAX = 100
CHANGES_SCANNED_MAX = 5_000


class ComponentUnknown(NotFound):
    """No such component in this organisation."""

    code = "component_unknown"


class ControlTaken(Conflict):
    """Another person has control of the component."""

    code = "control_taken"


class ControlNotTaken(Conflict):
    """Nobody has control of the component."""

    code = "control_not_taken"


class LevelInvalid(Invalid):
    """A level that does not exist."""

    code = "level_invalid"


def install_components(tx: Transaction, organization_id: UUID, registry: Registry, now: datetime) -> None:
    """Create the components of all registered kinds that the organisation lacks, each at its first level, mostly observe."""
    tx.execute_many(
        "insert into components (organization_id, name, level, since, why) values (%s, %s, %s, %s, 'new')"
        " on conflict do nothing",
        [
            [organization_id, name, registry.first_levels.get(name, Level.OBSERVE).value, now]
            for name in sorted({kind.component for kind in registry.kinds.values()})
        ],
    )


def list_components(tx: Transaction) -> list[Row]:
    """List the organisation's components with level and who controls them."""
    return tx.all("select * from components where organization_id = %s order by name limit 1000", [tx.organization_id])


def get_component(tx: Transaction, name: str) -> Row:
    """Get one component; raises ComponentUnknown."""
    row = tx.find("select * from components where organization_id = %s and name = %s", [tx.organization_id, name])
    if row is None:
        raise ComponentUnknown(f"There is no component '{name}'.", field="component", remedy="List the components.")
    return row


def list_changes(tx: Transaction, name: str, *, limit: int = CHANGES_MAX) -> list[Row]:
    """List changes of a component's level and control, newest first, as the events told them."""
    # A cast may fail, so it stands behind rows that are known to be such events.
    return tx.all(
        "with told as materialized (select id, name, body, at, recorded_at from events where organization_id = %s"
        " and name like 'kernel.component.%%' order by id desc limit %s)"
        " select id, split_part(name, '.', 3) as verb, body::jsonb as body, at, recorded_at from told"
        " where body::jsonb ->> 'component' = %s order by id desc limit %s",
        [tx.organization_id, CHANGES_SCANNED_MAX, name, min(limit, CHANGES_MAX)],
    )


def set_level(
    tx: Transaction, organization: Organization, name: str, level: str, *, by: str, why: str, system_now: datetime
) -> Row:
    """Put a component on a level; takes effect with the next decision."""
    if level not in set(Level):
        raise LevelInvalid(f"'{level}' is no level.", field="level", remedy=f"Use one of {', '.join(Level)}.")
    return _change(tx, organization, name, "set", {"level": level}, by=by, why=why, system_now=system_now)


def take_control(
    tx: Transaction, organization: Organization, name: str, *, by: str, why: str, system_now: datetime
) -> Row:
    """Put a component under a person's control: from now on it asks about everything."""
    current = _lock(tx, name)
    if current["controlled_by"] not in (None, by):
        raise ControlTaken(f"{current['controlled_by']} has control of '{name}'.", remedy="Ask them to hand it back.")
    return _change(tx, organization, name, "taken", {"controlled_by": by}, by=by, why=why, system_now=system_now)


def hand_back(
    tx: Transaction, organization: Organization, name: str, *, by: str, why: str, system_now: datetime
) -> Row:
    """End a person's control; the component's own level holds again. Others may do it too: people fall ill."""
    if _lock(tx, name)["controlled_by"] is None:
        raise ControlNotTaken(f"Nobody has control of '{name}'.", remedy="Nothing is to be handed back.")
    return _change(
        tx, organization, name, "handed_back", {"controlled_by": None}, by=by, why=why, system_now=system_now
    )


def _change(
    tx: Transaction,
    organization: Organization,
    name: str,
    verb: str,
    values: dict[str, object],
    *,
    by: str,
    why: str,
    system_now: datetime,
) -> Row:
    reason = why.strip()
    if not 1 <= len(reason) <= REASON_LENGTH_MAX:
        raise Invalid(
            "A reason is needed.", field="reason", remedy=f"Say why, in at most {REASON_LENGTH_MAX} characters."
        )
    now = organization.clock.at(system_now)
    before = _lock(tx, name)
    after = {**before, **values, "since": now, "why": reason, "changed_by": by}
    tx.execute(
        "update components set level = %(level)s, controlled_by = %(controlled_by)s, since = %(since)s, why = %(why)s,"
        " changed_by = %(changed_by)s"
        " where organization_id = %(organization_id)s and name = %(name)s",
        after,
    )
    body = {"component": name, "from": _state(before), "to": _state(after), "why": reason, "by": by}
    event = events.Event(
        organization.id, f"kernel.component.{verb}", f"component:{name}", body, now, system_now, actor=by
    )
    events.emit(tx, [event])
    return after


def _lock(tx: Transaction, name: str) -> Row:
    tx.execute(
        "select 1 from components where organization_id = %s and name = %s for update", [tx.organization_id, name]
    )
    return get_component(tx, name)


def _state(row: Row) -> dict[str, object]:
    return {"level": row["level"], "controlled_by": row["controlled_by"]}
