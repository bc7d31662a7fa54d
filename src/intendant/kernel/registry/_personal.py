"""What a table holds about people: declared by whoever owns the table, read by privacy alone.

A person is known by *roots*: the rows that stand for what they did with us (an application, a loan). Everything else about
them hangs on a root by its id, directly or by what hangs on it in turn, or repeats a word that only they have.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Category = Literal["identity", "contact", "financial", "decision", "correspondence", "technical"]
Erasing = Literal["blank", "delete", "redact", "record", "keep"]


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """Personal data in one table.

    `what` says in words what it is. `keys` are columns of ids through which a row is found to belong to a person; `follows`
    are columns whose ids lead on from there. `searched` are columns that may repeat a word of theirs. `erasing` is what
    becomes of a row: `blank` sets columns to the SQL constants of `blanks`; `delete` removes it; `redact` takes the
    person's words out of the text of the `searched` columns; `record` is for the insert-only record, erased with its proof;
    `keep` leaves it as it is, for the reason in `why`.
    """

    table: str
    what: str
    category: Category
    erasing: Erasing
    keys: Sequence[str] = ()
    follows: Sequence[str] = ()
    searched: Sequence[str] = ()
    blanks: Mapping[str, str] | None = None
    why: str = ""
    id: str = "id"
    """What makes a row's key beside the organisation: a column, or columns with commas between."""


@dataclass(frozen=True, slots=True)
class DataClass:
    """A kind of root: what it is called, when it is over, and for how long the law wants it kept after that.

    `ended` is an SQL expression over the root's columns: when it was over in business time, null while it is not; `open` says
    then in words why it must stay. `search` are columns in which a person is looked for, `label` is how a root is called.
    `words` reads a person's own words out of rows of the root: those that may be looked for elsewhere.
    """

    name: str
    title: str
    table: str
    label: str
    search: Sequence[str]
    ended: str
    open: str
    legal_days: int
    legal_reason: str
    words: Callable[[Any, Sequence[Mapping[str, Any]]], Mapping[str, Sequence[str]]]
    """From a transaction and rows of the root to, by the root's id, what it is called by whom: names, addresses, numbers."""


@dataclass(frozen=True, slots=True)
class Personal:
    """All of a domain's tables, sorted: those with data of people, and those without, each with the reason."""

    tables: Sequence[PersonalTable] = ()
    classes: Sequence[DataClass] = ()
    free: Mapping[str, str] | None = None


NOTHING_PERSONAL = Personal()
