"""Reading the log for people: newest first, by who, what, to what, when and any word, looking at a bounded stretch at a time.

Bodies are canonical JSON with sorted keys, in which quotes inside strings are escaped; so comparing text at known places finds
what parsing would find, without a cast that could fail.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import orjson

from intendant.kit import ids
from intendant.kit.database import Row, Transaction

SCAN_MAX = 20_000
"""How many leaves one page looks at; where more would be needed, the page says where to go on."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LeafFilter:
    """Which acts. `act` is a beginning; `subject` is a whole subject, or a beginning where it ends with a colon.

    `since` and `until` are times at which leaves were written, in system time.
    """

    actor: str | None = None
    act: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: str | None = None

    @property
    def reads_bodies(self) -> bool:
        """Say whether leaves have to be looked into."""
        return any(each is not None for each in (self.actor, self.act, self.subject, self.words))


@dataclass(frozen=True, slots=True)
class LeafPage:
    """Some leaves, newest first. `resume` is where looking went on to when the bound ended it before the page was full."""

    rows: list[Row]
    resume: UUID | None


def list_leaves(
    tx: Transaction, wanted: LeafFilter, *, before: UUID | None, limit: int, scan: int = SCAN_MAX
) -> LeafPage:
    """List leaves newest first, from behind `before`, looking into `scan` of them at most."""
    conditions, parameters = _conditions(wanted)
    rows = tx.all(
        "with stretch as materialized (select id, leaf, body from audit where organization_id = %(organization)s"  # noqa: S608 - constants of this file
        " and (%(before)s::uuid is null or id < %(before)s) and (%(since)s::uuid is null or id >= %(since)s)"
        " and (%(until)s::uuid is null or id < %(until)s) order by id desc limit %(scan)s)"
        f" select id, leaf, body from stretch where {conditions} order by id desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "before": before,
            "since": _first_id(wanted.since),
            "until": _first_id(wanted.until),
            "scan": scan if wanted.reads_bodies else limit,
            "limit": limit,
            **parameters,
        },
    )
    if not wanted.reads_bodies or len(rows) >= limit:
        return LeafPage(rows, None)
    return LeafPage(rows, _end_of_stretch(tx, wanted, before, scan))


def _end_of_stretch(tx: Transaction, wanted: LeafFilter, before: UUID | None, scan: int) -> UUID | None:
    """Return the last leaf that was looked at, where there are more behind it."""
    row = tx.find(
        "select id from audit where organization_id = %(organization)s"
        " and (%(before)s::uuid is null or id < %(before)s) and (%(since)s::uuid is null or id >= %(since)s)"
        " and (%(until)s::uuid is null or id < %(until)s) order by id desc offset %(last)s limit 1",
        {
            "organization": tx.organization_id,
            "before": before,
            "since": _first_id(wanted.since),
            "until": _first_id(wanted.until),
            "last": scan - 1,
        },
    )
    return None if row is None else row["id"]


def _first_id(moment: datetime | None) -> UUID | None:
    # Nothing was written before 1970, and an id has no room for such times.
    return None if moment is None else ids.first_id_at(max(moment, BEGINNING))


def _conditions(wanted: LeafFilter) -> tuple[str, dict[str, object]]:
    found, parameters = ["true"], dict[str, object]()
    if wanted.act is not None:
        found.append("starts_with(body, %(act)s)")
        parameters["act"] = f'{{"act":"{_escaped(wanted.act)}'
    if wanted.actor is not None:
        # The first such place is the act's own: what comes before it holds no unescaped quote but the act's.
        found.append("""strpos(body, %(actor)s) = strpos(body, '","actor":"') and strpos(body, %(actor)s) > 0""")
        parameters["actor"] = f'","actor":"{_escaped(wanted.actor)}","at":"'
    if wanted.subject is not None and not wanted.subject.endswith(":"):
        found.append("right(body, length(%(subject)s)) = %(subject)s")
        parameters["subject"] = f',"subject":"{_escaped(wanted.subject)}"}}'
    elif wanted.subject is not None:
        # Looked for first, which costs a fraction of the pattern and finds nearly the same; the planner would turn them round.
        found.append("case when strpos(body, %(near)s) > 0 then body ~ %(subject)s else false end")
        parameters["near"] = f',"subject":"{_escaped(wanted.subject)}'
        parameters["subject"] = f',"subject":"{re.escape(_escaped(wanted.subject))}(?:[^"\\\\]|\\\\.)*"}}$'
    if wanted.words is not None:
        found.append("strpos(lower(body), lower(%(words)s)) > 0")
        parameters["words"] = _escaped(wanted.words)
    return " and ".join(found), parameters


def _escaped(text: str) -> str:
    return orjson.dumps(text).decode()[1:-1]
