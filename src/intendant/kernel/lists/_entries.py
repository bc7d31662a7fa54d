"""Entries of lists: added one by one or in bulk, ended by a person or by their date, never changed and never forgotten.

Who stood on a list at an earlier moment is known, so a draft can be tried on decisions of the past.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from intendant.kernel.lists._lists import ListInvalid, lock_list, tell
from intendant.kernel.lists._names import VALUE_LENGTH_MAX, normalized
from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.bulk import BulkInsert, to_json
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import NotFound

ADDED_AT_ONCE_MAX = 50_000
ENTRIES_OPEN_MAX = 2_000_000
REJECTED_SHOWN_MAX = 100
REASON_LENGTH_MAX = 2_000
PAGE_MAX = 201
EXPORT_STEP = 5_000

Standing = Literal["open", "expired", "removed"]
_ENTRIES = BulkInsert(
    "list_entries",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "list_id": "uuid",
        "value": "text",
        "shown": "text",
        "reason": "text",
        "expires_at": "timestamptz",
        "added_at": "timestamptz",
        "added_by": "text",
    },
    "on conflict (organization_id, list_id, value) where ended_at is null do nothing returning id",
)
_END_OTHERS = """
update list_entries e set ended_at = case when e.expires_at <= %(now)s then e.expires_at else %(now)s end, ended_by = %(by)s
from json_to_recordset(%(rows)s::json) as r(value text, expires_at timestamptz)
where e.organization_id = %(organization)s and e.list_id = %(list)s and e.value = r.value and e.ended_at is null
and (e.expires_at <= %(now)s or (%(replace)s and e.expires_at is distinct from r.expires_at))
"""


class EntryUnknown(NotFound):
    """No such entry on this list."""

    code = "list_entry_unknown"


class Given(NamedTuple):
    """One entry as it was sent; `line` is where it stood."""

    value: str
    expires_at: datetime | None = None
    reason: str = ""
    line: int = 1


class Rejected(NamedTuple):
    """A line that could not become an entry."""

    line: int
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Added:
    """What became of entries that were sent: `present` stood there already."""

    added: int
    present: int
    rejected: int
    examples: tuple[Rejected, ...]


def add_entries(
    tx: Transaction,
    organization: Organization,
    list_id: UUID,
    given: Sequence[Given],
    *,
    reason: str = "",
    by: str,
    system_now: datetime,
) -> Added:
    """Add entries; what stands on the list already with the same expiry is left alone, another expiry begins a new entry.

    `reason` stands where an entry brings none. Bad lines are told and keep no good ones out.
    """
    if len(given) > ADDED_AT_ONCE_MAX:
        raise ListInvalid(
            f"More than {ADDED_AT_ONCE_MAX} entries at once.", field="entries", remedy="Send them in several parts."
        )
    row = lock_list(tx, list_id)
    now = organization.clock.at(system_now)
    sound: dict[str, Row] = {}
    rejected: list[Rejected] = []
    repeated = 0
    for each in given:
        value, why = normalized(each.value), (each.reason or reason).strip()
        fault = _fault(each, value, why, now)
        if fault is not None or value is None:
            rejected.append(Rejected(each.line, each.value[:100], fault or "is empty"))
            continue
        repeated += value in sound
        sound[value] = {
            "organization_id": organization.id,
            "id": ids.new_id(),
            "list_id": list_id,
            "value": value,
            "shown": each.value.strip(),
            "reason": why,
            "expires_at": each.expires_at,
            "added_at": now,
            "added_by": by,
        }
    rows = list(sound.values())
    known = {"now": now, "by": by, "organization": organization.id, "list": list_id, "replace": True}
    for start in range(0, len(rows), EXPORT_STEP):
        part = [
            {"value": each["value"], "expires_at": each["expires_at"]} for each in rows[start : start + EXPORT_STEP]
        ]
        tx.execute(_END_OTHERS, {**known, "rows": to_json(part)})
    added = len(_ENTRIES.returning(tx, rows)) if rows else 0
    if added:
        tell(
            tx,
            organization,
            row,
            "entries_added",
            {"name": row["name"], "count": added, "reason": reason},
            by,
            system_now,
        )
    present = len(rows) - added + repeated
    return Added(added, present, len(rejected), tuple(rejected[:REJECTED_SHOWN_MAX]))


def end_entries(
    tx: Transaction,
    organization: Organization,
    list_id: UUID,
    entry_ids: Sequence[UUID],
    *,
    reason: str = "",
    by: str,
    system_now: datetime,
) -> int:
    """Take entries off a list from now on; return how many stood there. Adding the value again undoes it."""
    row = lock_list(tx, list_id)
    now = organization.clock.at(system_now)
    ended = tx.execute(
        "update list_entries set ended_at = greatest(%s, added_at), ended_by = %s where organization_id = %s and list_id = %s"
        " and id = any(%s) and ended_at is null and (expires_at is null or expires_at > %s)",
        [now, by, organization.id, list_id, list(entry_ids), now],
    )
    if ended:
        body = {"name": row["name"], "count": ended, "reason": reason.strip()}
        tell(tx, organization, row, "entries_removed", body, by, system_now)
    return ended


def get_entry(tx: Transaction, list_id: UUID, entry_id: UUID) -> Row:
    """Get one entry, ended or not; raises EntryUnknown."""
    row = tx.find(
        "select * from list_entries where organization_id = %s and list_id = %s and id = %s",
        [tx.organization_id, list_id, entry_id],
    )
    if row is None:
        raise EntryUnknown("There is no such entry on this list.", field="entry", remedy="Look at the list's entries.")
    return row


def list_entries(
    tx: Transaction,
    list_id: UUID,
    *,
    now: datetime,
    standing: Standing | None = "open",
    text: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
    step: int = PAGE_MAX,
) -> list[Row]:
    """List entries newest first. `text` is how a value begins, compared as lists compare."""
    return tx.all(
        "select * from list_entries where organization_id = %(organization)s and list_id = %(list)s"
        " and (%(after)s::uuid is null or id < %(after)s)"
        " and (%(text)s::text is null or starts_with(value, %(text)s))"
        " and case %(standing)s when 'open' then ended_at is null and (expires_at is null or expires_at > %(now)s)"
        "  when 'expired' then coalesce(expires_at <= coalesce(ended_at, %(now)s), false)"
        "  when 'removed' then ended_at is not null and (expires_at is null or ended_at < expires_at) else true end"
        " order by id desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "list": list_id,
            "after": after,
            "text": None if text is None else normalized(text) or "",
            "standing": standing or "any",
            "now": now,
            "limit": min(limit, step),
        },
    )


def export_entries(
    tx: Transaction, list_id: UUID, *, now: datetime, standing: Standing | None = "open"
) -> Iterator[list[Row]]:
    """Give all entries in steps, newest first."""
    after: UUID | None = None
    while True:
        rows = list_entries(tx, list_id, now=now, standing=standing, after=after, limit=EXPORT_STEP, step=EXPORT_STEP)
        if rows:
            yield rows
        if len(rows) < EXPORT_STEP:
            return
        after = rows[-1]["id"]


def standing_of(row: Row, now: datetime) -> Standing:
    """Say whether an entry counts, ran out, or was taken off."""
    expires, ended = row["expires_at"], row["ended_at"]
    if expires is not None and expires <= (ended or now):
        return "expired"
    return "open" if ended is None else "removed"


def _fault(given: Given, value: str | None, reason: str, now: datetime) -> str | None:
    if value is None:
        return f"is empty, or longer than {VALUE_LENGTH_MAX} characters"
    if given.expires_at is not None and given.expires_at <= now:
        return "expires in the past"
    if len(reason) > REASON_LENGTH_MAX:
        return f"has a reason of more than {REASON_LENGTH_MAX} characters"
    return None
