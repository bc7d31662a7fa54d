"""Reading alerts: lists, counts, one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import NotFound
from intendant.kit.facets import Facets, count_facets

AlertStanding = Literal["open", "acknowledged", "snoozed", "resolved", "cleared"]
"""Open are all that have not ended and are not snoozed; acknowledged are those of them that somebody has seen."""
PAGE_MAX = 201
"""A page of 200, and one more that says that there are more."""
_STANDING = {
    "open": "state = 'open' and (snoozed_until is null or snoozed_until <= %(now)s)",
    "acknowledged": (
        "state = 'open' and (snoozed_until is null or snoozed_until <= %(now)s) and acknowledged_at is not null"
    ),
    "snoozed": "state = 'open' and snoozed_until > %(now)s",
    "resolved": "state = 'resolved'",
    "cleared": "state = 'cleared'",
}


class AlertUnknown(NotFound):
    """No such alert in this organisation."""

    code = "alert_unknown"


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts to list; None or nothing means any. `cause` is how a cause begins."""

    standing: AlertStanding | None = "open"
    severities: Sequence[str] = ()
    kinds: Sequence[str] = ()
    cause: str | None = None
    component: str | None = None
    assignee: UUID | None = None
    unassigned: bool = False


def list_alerts(
    tx: Transaction,
    wanted: AlertFilter | None = None,
    *,
    now: datetime | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Row]:
    """List alerts newest first, from `after` (exclusive), at most `PAGE_MAX`. `now` is system time."""
    condition, values = _where(tx, wanted or AlertFilter(), now)
    if after is not None:
        condition += " and id < %(after)s"
    return tx.all(
        f"select * from alerts where {condition} order by id desc limit %(limit)s",  # noqa: S608 - constants of this file
        values | {"after": after, "limit": min(limit, PAGE_MAX)},
    )


def count_alerts(tx: Transaction, wanted: AlertFilter, *, now: datetime) -> Facets:
    """Count alerts by severity, kind (each without its own filter), standing, and the first word of their cause.

    An acknowledged alert counts as acknowledged and not as open, so that the standings add up. `now` is system time.
    """
    condition, values = _where(tx, replace(wanted, severities=(), kinds=()), now)
    return count_facets(
        tx,
        "select severity, kind, split_part(split_part(cause, ':', 1), '.', 1) as cause,"  # noqa: S608
        " case when state <> 'open' then state when snoozed_until > %(now)s then 'snoozed'"
        " when acknowledged_at is not null then 'acknowledged' else 'open' end as standing"
        f" from alerts where {condition} order by id desc",
        {
            "severity": "severity = any(%(severities)s)" if wanted.severities else None,
            "kind": "kind = any(%(kinds)s)" if wanted.kinds else None,
            "cause": None,
            "standing": None,
        },
        values | {"severities": list(wanted.severities), "kinds": list(wanted.kinds)},
    )


def get_alert(tx: Transaction, alert_id: UUID) -> Row:
    """Get one alert; raises AlertUnknown."""
    row = tx.find("select * from alerts where organization_id = %s and id = %s", [tx.organization_id, alert_id])
    if row is None:
        raise AlertUnknown("There is no such alert.", field="alert", remedy="List the open ones.")
    return row


def _where(tx: Transaction, wanted: AlertFilter, now: datetime | None) -> tuple[str, dict[str, Any]]:
    conditions = ["organization_id = %(organization)s"]
    values: dict[str, Any] = {"organization": tx.organization_id, "now": now or clock.system_now()}
    if wanted.standing is not None:
        conditions.append(f"({_STANDING[wanted.standing]})")
    chosen: dict[str, tuple[str, Any]] = {
        "severities": ("severity = any(%(severities)s)", list(wanted.severities) or None),
        "kinds": ("kind = any(%(kinds)s)", list(wanted.kinds) or None),
        "cause": ("starts_with(cause, %(cause)s)", wanted.cause),
        "component": ("component = %(component)s", wanted.component),
        "assignee": ("assignee = %(assignee)s", wanted.assignee),
    }
    for name, (condition, value) in chosen.items():
        if value is not None:
            conditions.append(condition)
            values[name] = value
    if wanted.unassigned:
        conditions.append("assignee is null")
    return " and ".join(conditions), values


AlertGrouping = Literal["cause", "component", "kind", "severity"]
_GROUP_KEYS = {
    "cause": "split_part(split_part(cause, ':', 1), '.', 1)",
    "component": "coalesce(component, '')",
    "kind": "kind",
    "severity": "severity",
}


def group_alerts(
    tx: Transaction,
    wanted: AlertFilter,
    by: AlertGrouping,
    *,
    now: datetime,
    after: str | None = None,
    limit: int = 50,
) -> list[Row]:
    """Group alerts by the first word of their cause, their component, kind or severity, in the order of the key.

    Each group has its count, how many of it nobody has acknowledged, its worst severity and its newest alert. `now` is
    system time.
    """
    condition, values = _where(tx, wanted, now)
    return tx.all(
        f"with found as (select {_GROUP_KEYS[by]} as key, * from alerts where {condition})"  # noqa: S608 - constants of this file
        " select key, count(*)::integer as count, sum(count)::bigint as occurrences,"
        " count(*) filter (where state = 'open' and acknowledged_at is null)::integer as unacknowledged,"
        " (array['low','medium','high','critical'])[max(array_position(array['low','medium','high','critical'], severity))]"
        " as severity, min(raised_at) as first_at, max(last_at) as last_at,"
        " (array_agg(id order by id desc))[1] as newest_id, (array_agg(title order by id desc))[1] as newest_title"
        ' from found where %(after)s::text is null or key > %(after)s collate "C"'
        ' group by key order by key collate "C" limit %(limit)s',
        values | {"after": after, "limit": min(limit, PAGE_MAX)},
    )
