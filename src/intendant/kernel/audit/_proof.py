"""Proofs: that one leaf stands in the log, shown with a few dozen hashes to somebody who trusts nothing but the public key.

A proof names the first checkpoint that covers the leaf. Its tree is the frontier of the checkpoint before and the leaves since,
so that no more is read than one checkpoint's leaves, however long the log is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from intendant.kernel.audit._checkpoint import ORIGIN, Position, parse_statement
from intendant.kernel.audit._merkle import Frontier, node_hash
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, NotFound

LEAVES_READ_MAX = 400_000
"""A checkpoint covers at most 100,000 leaves and the rest of one transaction."""

SEARCH_LEAVES_MAX = 200_000
SEARCH_AFTER_MILLISECONDS = 120_000
"""A leaf is made in the transaction of its decision, a moment after the decision's own id."""


class LeafUnknown(NotFound):
    """No such leaf in this organisation's log."""

    code = "audit_leaf_unknown"


class LeafNotSealed(Conflict):
    """No checkpoint covers the leaf yet."""

    code = "audit_leaf_not_sealed"


class LogIncomplete(Conflict):
    """The log does not hold what its checkpoints say, so nothing can be proved from it."""

    code = "audit_log_incomplete"


@dataclass(frozen=True, slots=True)
class StoredLeaf:
    """A leaf as it is stored. `salt` and `body` are gone where the law had them erased."""

    id: UUID
    position: Position
    hash: bytes
    salt: bytes | None
    body: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """That `leaf` stands at `index` (from 0) in the tree of `size` leaves whose root the checkpoint `body` states, signed."""

    leaf: StoredLeaf
    index: int
    size: int
    path: tuple[bytes, ...]
    root: bytes
    number: int
    body: str
    signature: bytes
    at: datetime


def get_leaf(tx: Transaction, leaf_id: UUID) -> StoredLeaf:
    """Get a leaf by its id; raises LeafUnknown."""
    row = tx.find(f"{_LEAF} where organization_id = %s and id = %s", [tx.organization_id, leaf_id])
    if row is None:
        raise LeafUnknown("There is no such leaf in the log.", field="leaf_id", remedy="List the log.")
    return _leaf(row)


def get_leaf_of_decision(tx: Transaction, decision_id: UUID) -> StoredLeaf:
    """Get the leaf that binds a decision's record; raises LeafUnknown."""
    until = UUID(int=min(decision_id.int + (SEARCH_AFTER_MILLISECONDS << 80), (1 << 128) - 1))
    # Keys of a canonical body are sorted, so the subject stands at its end.
    ending = f',"subject":"decision:{decision_id}"}}'
    row = tx.find(
        f"with near as materialized ({_LEAF} where organization_id = %s and id between %s and %s order by id limit %s)"  # noqa: S608 - constants of this file
        " select * from near where right(body, %s) = %s limit 1",
        [tx.organization_id, decision_id, until, SEARCH_LEAVES_MAX, len(ending), ending],
    )
    if row is None:
        raise LeafUnknown("No leaf binds this decision.", field="decision_id", remedy="Verify the log.")
    return _leaf(row)


def prove(tx: Transaction, leaf: StoredLeaf) -> Proof:
    """Prove that a leaf stands in the log; raises LeafNotSealed or LogIncomplete."""
    covering = _find_covering(tx, leaf.position)
    if covering is None:
        raise LeafNotSealed(
            "No checkpoint covers this leaf yet.",
            field="leaf_id",
            remedy="Ask again in a minute: the log is sealed then.",
        )
    statement = parse_statement(orjson.loads(covering["body"]))
    before, start = _frontier_before(tx, statement.number)
    rows = tx.all(
        "select id, leaf from audit where organization_id = %s and (epoch, xid, seq) > (%s, %s::text::xid8, %s)"
        " and (epoch, xid, seq) <= (%s, %s::text::xid8, %s) order by epoch, xid, seq limit %s",
        [tx.organization_id, *_parameters(start), *_parameters(statement.position), LEAVES_READ_MAX],
    )
    rank = next((place for place, row in enumerate(rows) if row["id"] == leaf.id), None)
    leaves = [bytes(row["leaf"]) for row in rows]
    if rank is None or before.size + len(leaves) != statement.size:
        raise LogIncomplete("The log does not hold what its checkpoint covers.", remedy="Verify the log.")
    tree = Tree(before, leaves)
    if tree.root() != statement.root:
        raise LogIncomplete("The leaves do not make the root that was signed.", remedy="Verify the log.")
    index = before.size + rank
    return Proof(
        leaf,
        index,
        statement.size,
        tuple(tree.path(index)),
        statement.root,
        statement.number,
        covering["body"],
        bytes(covering["signature"]),
        statement.at,
    )


class Tree:
    """The tree of a frontier and the leaves since. Proves those leaves; the ones before are only known by their peaks."""

    def __init__(self, before: Frontier, leaves: Sequence[bytes]) -> None:
        self._known = before.size
        self._leaves = leaves
        self._peaks: dict[int, bytes] = {}
        self.size = before.size + len(leaves)
        start, bits = 0, before.size
        for peak in before.peaks:
            self._peaks[start] = peak
            span = 1 << (bits.bit_length() - 1)
            start, bits = start + span, bits - span

    def root(self) -> bytes:
        """Return the root of the tree."""
        return self._node(0, self.size) if self.size else Frontier().root()

    def path(self, index: int) -> list[bytes]:
        """Return the audit path of a leaf, siblings from the leaf up (RFC 6962, section 2.1.1)."""
        if not self._known <= index < self.size:
            raise IndexError(f"Leaf {index} is not among those from {self._known} to {self.size}.")
        siblings: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                siblings.append(self._node(middle, end))
                end = middle
            else:
                siblings.append(self._node(start, middle))
                start = middle
        siblings.reverse()
        return siblings

    def _node(self, start: int, end: int) -> bytes:
        # What lies wholly before the known size is one whole peak: its sibling reaches beyond that size.
        if end <= self._known:
            return self._peaks[start]
        if end - start == 1:
            return self._leaves[start - self._known]
        middle = start + _split(end - start)
        return node_hash(self._node(start, middle), self._node(middle, end))


def _split(size: int) -> int:
    return int(1 << ((size - 1).bit_length() - 1))


_LEAF = "select id, epoch, xid::text::bigint as xid, seq, leaf, salt, body from audit"


def _leaf(row: Row) -> StoredLeaf:
    return StoredLeaf(
        row["id"],
        Position(row["epoch"], row["xid"], row["seq"]),
        bytes(row["leaf"]),
        None if row["salt"] is None else bytes(row["salt"]),
        row["body"],
    )


def find_covering_number(tx: Transaction, position: Position) -> int | None:
    """Find the number of the first checkpoint that covers a position."""
    row = _find_covering(tx, position)
    return None if row is None else int(row["number"])


def _find_covering(tx: Transaction, position: Position) -> Row | None:
    # A restore takes checkpoints back, and the one that says so covers fewer leaves; without one the epoch is the present one.
    return tx.find(
        "select c.number, c.body, c.signature from checkpoints c where c.organization_id = %(organization)s"
        " and (c.epoch, c.xid, c.seq) >= (%(epoch)s, %(xid)s::text::xid8, %(seq)s)"
        " and (c.epoch = (select i.epoch from installation i) or not exists (select from checkpoints r"
        " where r.organization_id = c.organization_id and r.number > c.number and r.size < c.size))"
        " order by c.epoch, c.xid, c.seq, c.number limit 1",
        {
            "organization": tx.organization_id,
            "epoch": position.epoch,
            "xid": str(position.xid),
            "seq": position.seq,
        },
    )


def _frontier_before(tx: Transaction, number: int) -> tuple[Frontier, Position]:
    row = tx.find(
        "select body from checkpoints where organization_id = %s and number = %s", [tx.organization_id, number - 1]
    )
    if row is None:
        if number > 1:
            raise LogIncomplete(f"Checkpoint {number - 1} is missing.", remedy="Verify the log.")
        return Frontier(), ORIGIN
    said = parse_statement(orjson.loads(row["body"]))
    return said.frontier(), said.position


def _parameters(position: Position) -> list[object]:
    return [position.epoch, str(position.xid), position.seq]
