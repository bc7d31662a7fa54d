"""One person across all tables: who may be meant, and everything that hangs on what a human chose as theirs."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from intendant.kernel.privacy._tables import classes_of, tables_of
from intendant.kernel.registry import DataClass, PersonalTable, Registry
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Invalid, NotFound

CANDIDATES_MAX = 100
IDS_MAX = 20_000
ROUNDS_MAX = 8
WORDS_MAX = 200
WORD_LENGTH_MIN, WORD_LENGTH_MAX = 4, 400
DIGITS_MIN = 7
ROWS_MAX = 50_000
_SPECIAL = re.compile(r"([\\%_])")


class PersonTooLarge(Invalid):
    """More hangs on this person than one request may touch."""

    code = "person_too_large"


class RootUnknown(NotFound):
    """A chosen id that stands for nothing of a person here."""

    code = "person_root_unknown"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is looked for. `name` narrows by `born`; each other field finds by itself."""

    email: str | None = None
    phone: str | None = None
    reference: str | None = None
    name: str | None = None
    born: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may be this person's: a human says whether it is. `until` is in business time."""

    root: UUID
    data_class: str
    title: str
    label: str
    matched: tuple[str, ...]
    words: tuple[str, ...]
    ended_at: datetime | None
    standing: str
    """`erasable`, or why it must stay: `open`, `kept`, `held`."""
    until: datetime | None
    why: str


@dataclass(slots=True)
class Person:
    """Everything that leads to a person's rows: ids, and words that nobody else here has."""

    roots: tuple[UUID, ...]
    ids: set[UUID] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    """Their words that others have too: not looked for elsewhere, since that would find the others."""
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def patterns(self) -> list[str]:
        """Return the words as patterns of `ilike`, also as JSON would write them."""
        return sorted({_contains(form) for word in self.words for form in spellings(word)})


def _contains(text: str) -> str:
    """Return a pattern of `ilike` for what contains `text`."""
    return "%" + _SPECIAL.sub(r"\\\1", text) + "%"


def spellings(word: str) -> set[str]:
    """Return how a word may stand in text: as it is, with JSON's escapes, and a number by its digits alone."""
    forms = {word, word.replace("\\", "\\\\").replace('"', '\\"')}
    digits = digits_of(word)
    if digits:
        forms.add(digits)
    return forms


def digits_of(text: str) -> str:
    """Return the digits of what looks like a telephone number; nothing otherwise."""
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) >= DIGITS_MIN and not re.search(r"[A-Za-z@]", text) else ""


def find_people(tx: Transaction, registry: Registry, wanted: Wanted, *, now: datetime) -> list[Candidate]:
    """List what may be this person's, at most `CANDIDATES_MAX`; `now` is business time."""
    found: list[Candidate] = []
    for each in classes_of(registry).values():
        clauses, values = _clauses(each, wanted)
        if not clauses:
            raise Invalid("Say who is looked for.", field="email", remedy="Give an e-mail, phone, reference or name.")
        rows = tx.all(
            f"select *, {each.ended} as privacy_ended from {each.table} where organization_id = %(organization)s"  # noqa: S608
            f" and ({' or '.join(sql for _, sql in clauses)}) order by id desc limit %(limit)s",
            values | {"organization": tx.organization_id, "limit": CANDIDATES_MAX - len(found)},
        )
        found += _candidates(tx, each, rows, now, matched=tuple(name for name, _ in clauses))
        if len(found) >= CANDIDATES_MAX:
            break
    return found


def _clauses(each: DataClass, wanted: Wanted) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    values: dict[str, Any] = {}
    clauses: list[tuple[str, str]] = []

    def contains(name: str, text: str) -> str:
        values[name] = _contains(text)
        return "(" + " or ".join(f"{column} ilike %({name})s" for column in each.search) + ")"

    for name in ("email", "reference"):
        text = (getattr(wanted, name) or "").strip()
        if text:
            clauses.append((name, contains(name, text)))
    digits = digits_of(wanted.phone or "")
    if digits:
        values["digits"] = f"%{digits}%"
        spelled = " or ".join(f"regexp_replace({c}, '[ ()./+-]', '', 'g') like %(digits)s" for c in each.search)
        clauses.append(("phone", f"({spelled})"))
    if wanted.name and wanted.name.strip():
        by_name = contains("name", wanted.name.strip())
        if wanted.born:
            by_name = f"({by_name} and {contains('born', wanted.born.strip())})"
        clauses.append(("name", by_name))
    return clauses, values


def _candidates(
    tx: Transaction, each: DataClass, rows: Sequence[Row], now: datetime, *, matched: tuple[str, ...] = ()
) -> list[Candidate]:
    if not rows:
        return []
    words = each.words(tx, rows)
    legal = legal_days(tx, each)
    holds = _holds(tx, each, [row["id"] for row in rows])
    result = []
    for row in rows:
        standing, until, why = _standing(each, row, legal, holds.get(row["id"]), now)
        own = tuple(words.get(str(row["id"]), ()))
        result.append(
            Candidate(
                row["id"], each.name, each.title, str(row[each.label]), matched, own, row["privacy_ended"],
                standing, until, why,
            )
        )  # fmt: skip
    return result


def _standing(
    each: DataClass, row: Row, legal: int, hold: str | None, now: datetime
) -> tuple[str, datetime | None, str]:
    ended: datetime | None = row["privacy_ended"]
    if hold is not None:
        return "held", None, f"A legal hold keeps it: {hold}"
    if ended is None:
        return "open", None, each.open
    until = ended + timedelta(days=legal)
    if until > now:
        return "kept", until, f"{each.legal_reason} It is kept for {legal:,} days after its end."
    return "erasable", None, "Nothing keeps it."


def legal_days(tx: Transaction, each: DataClass) -> int:
    """Return for how long the organisation keeps a class after its end: its own rule, or what the law wants by default."""
    days = tx.scalar(
        "select legal_days from retention_rules where organization_id = %s and data_class = %s",
        [tx.organization_id, each.name],
    )
    return each.legal_days if days is None else int(days)


def _holds(tx: Transaction, each: DataClass, roots: Sequence[UUID]) -> dict[UUID, str]:
    rows = tx.all(
        "select root, reason from legal_holds where organization_id = %s and released_at is null"
        " and (data_class = %s or root = any(%s)) order by id limit %s",
        [tx.organization_id, each.name, list(roots), IDS_MAX],
    )
    found: dict[UUID, str] = {}
    for row in rows:
        for root in roots if row["root"] is None else [row["root"]]:
            found.setdefault(root, row["reason"])
    return found


def gather(tx: Transaction, registry: Registry, roots: Sequence[UUID], *, now: datetime) -> Person:
    """Follow what a human chose to everything that hangs on it; raises RootUnknown or PersonTooLarge."""
    person = Person(tuple(roots), ids=set(roots))
    tables = [table for table in tables_of(registry) if table.follows]
    for _ in range(ROUNDS_MAX):
        before = len(person.ids)
        for table in tables:
            person.ids |= _follow(tx, table, person.ids)
        if len(person.ids) > IDS_MAX:
            raise PersonTooLarge(
                f"More than {IDS_MAX:,} rows hang on this.", field="roots", remedy="Choose fewer, one after the other."
            )
        if len(person.ids) == before:
            break
    for each in classes_of(registry).values():
        rows = tx.all(
            f"select *, {each.ended} as privacy_ended from {each.table} where organization_id = %s"  # noqa: S608
            " and id = any(%s) order by id limit %s",
            [tx.organization_id, list(person.ids), IDS_MAX],
        )
        person.candidates += _candidates(tx, each, rows, now)
    known = {each.root for each in person.candidates}
    missing = [root for root in roots if root not in known]
    if missing:
        raise RootUnknown(
            f"{missing[0]} stands for nothing of a person here.", field="roots", remedy="Choose among what was found."
        )
    _sort_words(tx, registry, person)
    return person


def _follow(tx: Transaction, table: PersonalTable, ids: Iterable[UUID]) -> set[UUID]:
    condition = " or ".join(f"{key} = any(%(ids)s)" for key in table.keys)
    rows = tx.all(
        f"select {', '.join(table.follows)} from {table.table} where organization_id = %(organization)s"  # noqa: S608
        f" and ({condition}) limit %(limit)s",
        {"organization": tx.organization_id, "ids": list(ids), "limit": IDS_MAX + 1},
    )
    return {value for row in rows for value in row.values() if value is not None}


def _sort_words(tx: Transaction, registry: Registry, person: Person) -> None:
    """Keep the words that only this person's roots have; the others would find other people."""
    own = {each.root for each in person.candidates}
    words = {word.strip() for each in person.candidates for word in (*each.words, each.label)}
    for word in sorted(word for word in words if WORD_LENGTH_MIN <= len(word) <= WORD_LENGTH_MAX)[:WORDS_MAX]:
        pattern = [_contains(form) for form in spellings(word)]
        others = False
        for each in classes_of(registry).values():
            condition = " or ".join(f"{column} ilike any(%(patterns)s)" for column in each.search)
            others = others or bool(
                tx.scalar(
                    f"select exists (select from {each.table} where organization_id = %(organization)s"  # noqa: S608
                    f" and id <> all(%(own)s) and ({condition}))",
                    {"organization": tx.organization_id, "own": list(own), "patterns": pattern},
                )
            )
        (person.shared if others else person.words).add(word)


def rows_of(
    tx: Transaction, table: PersonalTable, person: Person, *, columns: str = "*", limit: int = ROWS_MAX
) -> Iterator[Row]:
    """Give a person's rows of a table: those that hang on them, and those that repeat their words."""
    conditions, values = conditions_of(table, person)
    if not conditions:
        return
    yield from tx.all(
        f"select {columns} from {table.table} where organization_id = %(organization)s"  # noqa: S608
        f" and ({' or '.join(conditions)}) limit %(limit)s",
        {**values, "organization": tx.organization_id, "limit": limit},
    )


def conditions_of(
    table: PersonalTable, person: Person, *, by_key: bool = True, by_word: bool = True
) -> tuple[list[str], Mapping[str, Any]]:
    """Return conditions (any of them) under which a row is this person's, with their values."""
    conditions = [f"{key} = any(%(ids)s)" for key in table.keys] if by_key else []
    patterns = person.patterns
    if by_word and patterns:
        conditions += [f"{column}::text ilike any(%(patterns)s)" for column in table.searched]
    return conditions, {"ids": list(person.ids), "patterns": patterns}
