"""The log as a stream: leaves in order, each with the rows it binds, and checkpoints where they stand between them.

Verification reads this stream, whether it comes from the database or from an export; an export is this stream written down.
Memory is bounded by a batch of leaves, whatever the size of the log.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from psycopg import sql
from psycopg.rows import dict_row

from intendant.kernel.audit._checkpoint import Checkpoint, Position
from intendant.kernel.audit._erasure import Erasures
from intendant.kernel.audit._records import EVENT, RecordCheck
from intendant.kit.database import Row, Transaction

T = TypeVar("T")
LEAVES_PER_BATCH = 1_000
UNBOUND_MAX = 100
SEARCH_TIMEOUT = "1h"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf as it stands in the log. `rows` holds, by the prefix of their check, the rows it binds (None: not there)."""

    id: UUID
    position: Position
    hash: bytes
    salt: bytes | None
    body: str | None
    rows: Mapping[str, Row | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unbound:
    """A row of an insert-only table that no leaf binds."""

    table: str
    id: str


Item = Leaf | Checkpoint | Unbound


def by_prefix(checks: Sequence[RecordCheck]) -> dict[str, RecordCheck]:
    """Key checks by the prefix of their subjects."""
    return {check.prefix: check for check in checks}


def parse_act(body: str | None) -> dict[str, Any]:
    """Read the body of a leaf; what cannot be read binds nothing (its hash will have been found wrong)."""
    try:
        value = orjson.loads(body or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """A checkpoint, as whatever the reader wants of it, with its number and the position up to which it covers leaves."""

    number: int
    position: Position
    checkpoint: T


def interleave(
    leaves: Iterable[Leaf], checkpoints: Iterable[Placed[T]], superseded: Sequence[tuple[int, int]]
) -> Iterator[Leaf | T]:
    """Put each checkpoint right behind the last leaf it covers; a superseded one behind the checkpoint before it."""
    pending = iter(checkpoints)
    following = next(pending, None)
    for leaf in leaves:
        while following is not None and (
            following.position < leaf.position or is_superseded(following.number, superseded)
        ):
            yield following.checkpoint
            following = next(pending, None)
        yield leaf
    while following is not None:
        yield following.checkpoint
        following = next(pending, None)


def is_superseded(number: int, superseded: Sequence[tuple[int, int]]) -> bool:
    """Say whether a later restore took back what checkpoint `number` said; `superseded` as (restored to, stated by)."""
    return any(restored < number < stated for restored, stated in superseded)


def read_leaves(
    tx: Transaction, organization_id: UUID, checks: Mapping[str, RecordCheck], erasures: Erasures
) -> Iterator[Leaf]:
    """Stream an organisation's leaves in order with the rows they bind. The transaction must be one snapshot."""
    with tx.connection.cursor(name="stream", row_factory=dict_row) as cursor:
        cursor.execute(
            "select id, epoch, xid::text::bigint as xid, seq, leaf, salt, body from audit"
            " where organization_id = %s order by epoch, xid, seq",
            [organization_id],
        )
        while batch := cursor.fetchmany(LEAVES_PER_BATCH):
            yield from _with_rows(tx, organization_id, batch, checks, erasures)


def _with_rows(
    tx: Transaction,
    organization_id: UUID,
    batch: Sequence[Row],
    checks: Mapping[str, RecordCheck],
    erasures: Erasures,
) -> Iterator[Leaf]:
    bound = [
        erasures.bound(row["id"], parse_act(row["body"]), checks, is_blank=row["salt"] is None or row["body"] is None)
        for row in batch
    ]
    wanted: dict[str, set[str]] = {}
    for each in bound:
        for one in each:
            wanted.setdefault(one.check.prefix, set()).add(one.id)
    known = {**checks, EVENT.prefix: EVENT}
    found = {prefix: _rows_by_id(tx, organization_id, known[prefix], ids) for prefix, ids in wanted.items()}
    for row, each in zip(batch, bound, strict=True):
        yield Leaf(
            row["id"],
            Position(row["epoch"], row["xid"], row["seq"]),
            bytes(row["leaf"]),
            None if row["salt"] is None else bytes(row["salt"]),
            row["body"],
            {one.check.prefix: found[one.check.prefix].get(one.id) for one in each},
        )


def _rows_by_id(tx: Transaction, organization_id: UUID, check: RecordCheck, ids: set[str]) -> dict[str, Row]:
    # The limit makes the planner look up each key; without statistics of a young table it would read it whole instead.
    rows = tx.connection.execute(
        sql.SQL(
            "select t.* from unnest(%s::uuid[]) w(id) cross join lateral"
            " (select {} from {} where organization_id = %s and id = w.id limit 1) t"
        ).format(_columns(check), sql.Identifier(check.table)),
        [list(ids), organization_id],
    )
    return {str(row["id"]): row for row in rows}


def _columns(check: RecordCheck) -> sql.Composable:
    names: list[sql.Composable] = [sql.Identifier(name) for name in check.columns]
    if check.record is not None:
        names.append(sql.Identifier(check.record))
    if check is EVENT:
        names += [sql.SQL("epoch"), sql.SQL("xid::text::bigint as xid"), sql.SQL("seq")]
    return sql.SQL(", ").join(names)


def read_unbound(
    tx: Transaction,
    organization_id: UUID,
    checks: Sequence[RecordCheck],
    found: Mapping[str, int],
    erasures: Erasures,
) -> Iterator[Unbound]:
    """Find rows that no leaf binds: inserted beside the log, or left over from a leaf that was taken away.

    `found` says how many rows of each table leaves led to. Where the table holds as many, each is bound and no search is
    needed. Rows that acts of erasure name are bound by those.
    """
    tx.execute(f"set local statement_timeout = '{SEARCH_TIMEOUT}'")
    # Without statistics the planner would compare each row with each leaf.
    tx.execute("set local enable_nestloop = off")
    for check in (*checks, EVENT):
        table = sql.Identifier(check.table)
        count = sql.SQL("select count(*) from {} where organization_id = %s").format(table)
        row = tx.connection.execute(count, [organization_id]).fetchone()
        if row is not None and row["count"] == found.get(check.table, 0):
            continue
        query = sql.SQL(
            "select t.id from {} t where t.organization_id = %(organization)s and not exists (select from audit a"
            " where a.organization_id = %(organization)s and {} = t.id::text) and not t.id = any(%(erased)s::uuid[])"
            " order by t.id limit %(limit)s"
        ).format(table, _EVENT_OF if check is EVENT else _subject_of(check))
        values = {"organization": organization_id, "limit": UNBOUND_MAX, "erased": erasures.ids(check.prefix)}
        for unbound in tx.connection.execute(query, values):
            yield Unbound(check.table, str(unbound["id"]))


# Keys of a canonical body are sorted and quotes inside its strings are escaped, so these find keys and only them.
_EVENT_OF = sql.SQL(
    'case when strpos(a.body, \'","event_digest":"\') = strpos(a.body, \'"event":"\') + 45'
    ' then substr(a.body, strpos(a.body, \'"event":"\') + 9, 36) end'
)


def _subject_of(check: RecordCheck) -> sql.Composable:
    """Return the expression that reads the id out of the end of a leaf's body: "digest":"...","subject":"prefix:id"}."""
    pattern = f'^"digest":"[0-9a-f]{{64}}","subject":"{check.prefix}:([0-9a-f-]{{36}})"}}$'
    length = len(f'"digest":"","subject":"{check.prefix}:"}}') + 64 + 36
    return sql.SQL("substring(right(a.body, {}) from {})").format(sql.Literal(length), sql.Literal(pattern))
