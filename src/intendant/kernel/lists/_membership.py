"""Who stands on a list at a moment: one query for any number of values, organisations and lists."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from intendant.kernel.lists._names import normalized
from intendant.kit.bulk import to_json
from intendant.kit.database import Row

_ASKED = """
select q.place, q.name, q.field, l.id is not null as known, exists (
    select from list_entries e where e.organization_id = l.organization_id and e.list_id = l.id and e.value = q.value
    and e.added_at <= q.at and (e.ended_at is null or e.ended_at > q.at) and (e.expires_at is null or e.expires_at > q.at)
) as found
from json_to_recordset(%(asked)s::json) as q(place int, organization_id uuid, name text, field text, value text, at timestamptz)
left join lists l on l.organization_id = q.organization_id and l.name = q.name
    and l.created_at <= q.at and (l.removed_at is null or l.removed_at > q.at)
"""


class Asked(NamedTuple):
    """Whether a value stands on a list at a business moment. `place` tells whose question it is."""

    place: int
    organization_id: UUID
    name: str
    field: str
    value: object
    at: datetime


def membership_query(asked: Sequence[Asked]) -> tuple[str, Mapping[str, object]]:
    """Return the query that answers all questions whose value can stand on a list."""
    rows = [
        {
            "place": each.place,
            "organization_id": each.organization_id,
            "name": each.name,
            "field": each.field,
            "value": value,
            "at": each.at,
        }
        for each in asked
        if (value := normalized(each.value)) is not None
    ]
    return _ASKED, {"asked": to_json(rows)}


def read_membership(rows: Sequence[Row]) -> dict[tuple[int, str, str], bool]:
    """Return the answers by place, field and list; what is not among them is missing: no value, or no such list."""
    return {(row["place"], row["field"], row["name"]): row["found"] for row in rows if row["known"]}
