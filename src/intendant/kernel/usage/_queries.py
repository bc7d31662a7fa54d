"""Reading what was used: by day, by caller or by area, with totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from intendant.kit.database import Transaction
from intendant.kit.errors import Invalid

DAYS_MAX = 400
ROWS_MAX = 10_000


class UsageBy(StrEnum):
    """What the rows of a usage report stand for."""

    DAY = "day"
    CALLER = "caller"
    AREA = "area"


class PeriodInvalid(Invalid):
    """The first day lies behind the last, or the period is too long."""

    code = "period_invalid"


@dataclass(frozen=True, slots=True)
class UsageRow:
    """What was used under one key: a day, a caller or an area. `name` is the caller's, where it is still known."""

    key: str
    name: str | None
    requests: int
    errors: int
    bytes_in: int
    bytes_out: int
    decisions: int
    milliseconds: float


_SUMS = (
    "sum(u.requests)::bigint as requests, sum(u.errors)::bigint as errors, sum(u.bytes_in)::bigint as bytes_in,"
    " sum(u.bytes_out)::bigint as bytes_out, sum(u.decisions)::bigint as decisions, sum(u.milliseconds) as milliseconds"
)
_KEYS = {UsageBy.DAY: "u.day::text", UsageBy.CALLER: "u.caller", UsageBy.AREA: "u.area"}


def list_usage(
    tx: Transaction, organization_id: UUID, *, by: UsageBy, first: date, last: date, caller: str | None = None
) -> list[UsageRow]:
    """Return usage of the days from `first` to `last` (both included, UTC), summed by `by`, in the order of the keys.

    Requests are told by callers (`key:`, `user:`); decisions by who proposed them stand under `source:` beside them and carry
    decisions alone, so that a decision is not counted twice they are left out of days and areas.
    """
    if first > last or (last - first).days >= DAYS_MAX:
        raise PeriodInvalid(
            "This is no period of days.",
            field="first",
            remedy=f"Give a first day on or before the last, at most {DAYS_MAX} days.",
        )
    key = _KEYS[by]
    rows = tx.all(
        f"select {key} as key, {_SUMS} from usage u"  # noqa: S608 - keys are constants
        " where u.organization_id = %(organization)s and u.day between %(first)s and %(last)s"
        " and (%(caller)s::text is null or u.caller = %(caller)s)"
        " and (%(sources)s or u.caller not like 'source:%%')"
        f" group by {key} order by {key} limit %(limit)s",
        {
            "organization": organization_id,
            "first": first,
            "last": last,
            "caller": caller,
            "sources": by is UsageBy.CALLER,
            "limit": ROWS_MAX,
        },
    )
    names = _names(tx, [row["key"] for row in rows]) if by is UsageBy.CALLER else {}
    return [UsageRow(name=names.get(row["key"]), **row) for row in rows]


def _names(tx: Transaction, callers: Sequence[str]) -> dict[str, str]:
    """Return the names of keys and people. Takes a system transaction, for accounts are closed to the serving role."""
    wanted = [UUID(each.partition(":")[2]) for each in callers if each.startswith(("key:", "user:"))]
    if not wanted:
        return {}
    rows = tx.all(
        "select 'key:' || id as caller, name from api_keys where id = any(%(ids)s)"
        " union all select 'user:' || id, email from users where id = any(%(ids)s) limit %(limit)s",
        {"ids": wanted, "limit": 2 * ROWS_MAX},
    )
    return {row["caller"]: row["name"] for row in rows}
