"""Erasure: what would go and what must stay, and the going itself, table by table, safe to begin again at any point.

What a person is found by is blanked last, in the transaction that ends the request; so a run that was cut off finds again what
is left, and a run after the end finds nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from intendant.kernel.privacy._person import Candidate, Person, conditions_of, gather
from intendant.kernel.privacy._record import blank_decisions, blank_events
from intendant.kernel.privacy._redaction import Redactor
from intendant.kernel.privacy._tables import classes_of, tables_of
from intendant.kernel.registry import PersonalTable, Registry
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Bug

BATCH = 500
BATCHES_MAX = 1_000
COUNT_MAX = 10_000
TIMEOUT = "10min"
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class TableShare:
    """What one table holds of a person, and what becomes of it. `rows` counts up to `COUNT_MAX`."""

    table: str
    what: str
    category: str
    erasing: str
    rows: int
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure would do: roots that go with all that hangs on them, roots that stay and why."""

    goes: tuple[Candidate, ...]
    stays: tuple[Candidate, ...]
    tables: tuple[TableShare, ...]
    shared_words: tuple[str, ...]
    """Words that others have too, so that they are not looked for outside what hangs on the person."""


def split(
    tx: Transaction, registry: Registry, roots: Sequence[UUID], *, now: datetime
) -> tuple[Person | None, list[Candidate]]:
    """Divide what was chosen into what may go and what must stay; what hangs together goes or stays together."""
    going: list[UUID] = []
    staying: dict[UUID, Candidate] = {}
    for root in dict.fromkeys(roots):
        cluster = gather(tx, registry, [root], now=now)
        if all(each.standing == "erasable" for each in cluster.candidates):
            going.append(root)
            continue
        reason = next(each for each in cluster.candidates if each.standing != "erasable")
        for each in cluster.candidates:
            staying[each.root] = each if each.standing != "erasable" else _with_reason(each, reason)
    person = gather(tx, registry, going, now=now) if going else None
    return person, list(staying.values())


def _with_reason(each: Candidate, reason: Candidate) -> Candidate:
    values = asdict(each)
    why = f"It belongs to {reason.title.lower()} {reason.label}. {reason.why}"
    return Candidate(**{**values, "standing": reason.standing, "until": reason.until, "why": why})


def preview(tx: Transaction, registry: Registry, roots: Sequence[UUID], *, now: datetime) -> Preview:
    """Work out what an erasure would do, without doing it; `now` is business time."""
    person, staying = split(tx, registry, roots, now=now)
    if person is None:
        return Preview((), tuple(staying), (), ())
    return Preview(
        tuple(person.candidates), tuple(staying), tuple(shares(tx, registry, person)), tuple(sorted(person.shared))
    )


def shares(tx: Transaction, registry: Registry, person: Person) -> list[TableShare]:
    """Count what each table holds of a person; tables without a row are left out."""
    result = []
    for table in tables_of(registry):
        conditions, values = conditions_of(table, person)
        if not conditions:
            continue
        rows = tx.scalar(
            f"select count(*) from (select from {table.table} where organization_id = %(organization)s"  # noqa: S608
            f" and ({' or '.join(conditions)}) limit %(limit)s) t",
            {**values, "organization": tx.organization_id, "limit": COUNT_MAX},
        )
        if rows:
            result.append(TableShare(table.table, table.what, table.category, table.erasing, rows, table.why))
    return result


def erase_person(
    database: Database,
    registry: Registry,
    organization_id: UUID,
    roots: Sequence[UUID],
    *,
    request: UUID,
    by: str,
    now: datetime,
    finish: Callable[[Transaction, Mapping[str, int], Sequence[Candidate]], None],
    progress: Progress | None = None,
) -> dict[str, int]:
    """Erase what may go, one table a transaction, what they are found by at last; return how many rows of each table.

    `finish` is called in the last transaction, with the counts and with what had to stay.
    """
    counts: dict[str, int] = {}
    with _of(database, organization_id) as tx:
        person, staying = split(tx, registry, roots, now=now)
    tables = tables_of(registry)
    roots_of = {each.table for each in classes_of(registry).values()}
    if person is not None:
        redactor = Redactor(person.words)
        _erase_record(database, organization_id, person, redactor, counts, request=request, by=by)
        for place, table in enumerate(tables, start=1):
            if table.table not in roots_of and table.erasing not in ("record", "keep"):
                _erase_table(database, organization_id, table, person, redactor, counts)
            if progress is not None:
                progress(place / (len(tables) + 1))
    with _of(database, organization_id) as tx:
        if person is not None:
            for table in tables:
                if table.table in roots_of:
                    _count(counts, table, _blank(tx, table, person))
        finish(tx, counts, staying)
    return counts


class _of:  # noqa: N801 - reads as a word
    """A transaction of the system role that works for one organisation alone."""

    def __init__(self, database: Database, organization_id: UUID) -> None:
        self._opened = database.system()
        self._organization_id = organization_id

    def __enter__(self) -> Transaction:
        tx = self._opened.__enter__()
        tx.execute(f"set local statement_timeout = '{TIMEOUT}'")
        return Transaction(tx.connection, (self._organization_id,))

    def __exit__(self, *error: Any) -> bool | None:
        return self._opened.__exit__(*error)


def _erase_record(
    database: Database,
    organization_id: UUID,
    person: Person,
    redactor: Redactor,
    counts: dict[str, int],
    *,
    request: UUID,
    by: str,
) -> None:
    for _ in range(BATCHES_MAX):
        with _of(database, organization_id) as tx:
            done = blank_decisions(tx, list(person.ids), request=request, by=by)
        counts["decisions"] = counts.get("decisions", 0) + done
        if not done:
            break
    for _ in range(BATCHES_MAX if person.words else 0):
        with _of(database, organization_id) as tx:
            done = blank_events(tx, person.patterns, redactor, request=request, by=by)
        counts["events"] = counts.get("events", 0) + done
        if not done:
            break


def _erase_table(
    database: Database,
    organization_id: UUID,
    table: PersonalTable,
    person: Person,
    redactor: Redactor,
    counts: dict[str, int],
) -> None:
    if table.erasing == "delete":
        conditions, values = conditions_of(table, person)
        if not conditions:
            return
        for _ in range(BATCHES_MAX):
            with _of(database, organization_id) as tx:
                done = tx.execute(
                    f"delete from {table.table} where ctid = any(array(select ctid from {table.table}"  # noqa: S608
                    f" where organization_id = %(organization)s and ({' or '.join(conditions)}) limit %(limit)s))",
                    {**values, "organization": organization_id, "limit": BATCH},
                )
            _count(counts, table, done)
            if done < BATCH:
                return
        return
    if table.erasing == "blank":
        with _of(database, organization_id) as tx:
            _count(counts, table, _blank(tx, table, person))
    last: Row | None = None
    for _ in range(BATCHES_MAX):
        with _of(database, organization_id) as tx:
            rows = _redact(tx, table, person, redactor)
        _count(counts, table, len(rows))
        if not rows:
            return
        if rows[0] == last:
            raise Bug(f"A word of a person cannot be taken out of {table.table}.")
        last = rows[0]


def _blank(tx: Transaction, table: PersonalTable, person: Person) -> int:
    conditions, values = conditions_of(table, person, by_word=False)
    changes = ", ".join(f"{column} = {constant}" for column, constant in (table.blanks or {}).items())
    return tx.execute(
        f"update {table.table} set {changes} where organization_id = %(organization)s and ({' or '.join(conditions)})",  # noqa: S608
        {**values, "organization": tx.organization_id},
    )


def _redact(tx: Transaction, table: PersonalTable, person: Person, redactor: Redactor) -> list[Row]:
    """Take the person's words out of the next rows; return the keys of those rows."""
    conditions, values = conditions_of(table, person, by_key=False)
    if not conditions:
        return []
    key = [name.strip() for name in table.id.split(",")]
    rows = tx.all(
        f"select {', '.join([*key, *(c for c in table.searched if c not in key)])} from {table.table}"  # noqa: S608
        f" where organization_id = %(organization)s and ({' or '.join(conditions)}) order by {table.id} limit %(limit)s",
        {**values, "organization": tx.organization_id, "limit": BATCH},
    )
    for row in rows:
        changed = {column: _without(row[column], redactor) for column in table.searched}
        sets = ", ".join(f"{column} = %(new_{column})s" for column in changed)
        same = " and ".join(f"{name} = %(key_{name})s" for name in key)
        tx.execute(
            f"update {table.table} set {sets} where organization_id = %(organization)s and {same}",  # noqa: S608
            {
                "organization": tx.organization_id,
                **{f"new_{column}": value for column, value in changed.items()},
                **{f"key_{name}": row[name] for name in key},
            },
        )
    return [{name: row[name] for name in key} for row in rows]


def _without(value: Any, redactor: Redactor) -> Any:
    import orjson

    if value is None:
        return None
    if isinstance(value, str):
        return redactor.text(value)
    return orjson.dumps(redactor.json(value)).decode()


def _count(counts: dict[str, int], table: PersonalTable, rows: int) -> None:
    if rows:
        counts[table.table] = counts.get(table.table, 0) + rows
