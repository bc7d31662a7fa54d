"""The export: one organisation's log as lines of JSON, written from one snapshot, to be verified by anyone.

First a header, then leaves with the rows they bind and checkpoints where they stand between them, then rows that no leaf
binds (there should be none), at last a count. Memory is bounded by a batch; the file appears whole or not at all.
"""

import gzip
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import orjson
from psycopg.rows import tuple_row

from intendant.kernel.audit._checkpoint import Position
from intendant.kernel.audit._erasure import read_erasures
from intendant.kernel.audit._records import EVENT, RECORD_CHECKS, RecordCheck
from intendant.kernel.audit._stream import Leaf, Placed, Unbound, by_prefix, interleave, read_leaves, read_unbound
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Row, Transaction

FORMAT = "intendant-audit-1"
RESTORES_MAX = 1_000


def export(
    tx: Transaction, organization_id: UUID, path: Path, *, checks: Sequence[RecordCheck] = RECORD_CHECKS
) -> dict[str, int]:
    """Write an organisation's log to `path` (NDJSON; compressed if it ends in .gz); return how many lines of each kind.

    Takes a snapshot transaction, so that leaves, rows and checkpoints are of one moment.
    """
    known = by_prefix(checks)
    organization = get_organization(tx, organization_id)
    superseded = _read_superseded(tx, organization_id)
    erasures = read_erasures(tx, organization_id)
    counts = {"leaf": 0, "checkpoint": 0, "unbound": 0}
    with _whole_file(path) as file:
        header = {
            "line": "header",
            "format": FORMAT,
            "organization": {"id": organization_id, "slug": organization.slug, "name": organization.name},
            "superseded": superseded,
            "exported_at": clock.system_now(),
        }
        file.write(canonical_json(header) + b"\n")
        leaves = read_leaves(tx, organization_id, known, erasures)
        found: Counter[str] = Counter()
        tables = {check.prefix: check.table for check in (*checks, EVENT)}
        for item in interleave(leaves, _checkpoint_lines(tx, organization_id), superseded):
            if isinstance(item, Leaf):
                counts["leaf"] += 1
                found.update(tables[prefix] for prefix, row in item.rows.items() if row is not None)
                file.write(_leaf_line(item, known))
            else:
                counts["checkpoint"] += 1
                file.write(item)
        for unbound in read_unbound(tx, organization_id, checks, found, erasures):
            counts["unbound"] += 1
            file.write(_unbound_line(unbound))
        file.write(orjson.dumps({"line": "end", **counts}) + b"\n")
    return counts


def _read_superseded(tx: Transaction, organization_id: UUID) -> list[tuple[int, int]]:
    """List the restores that the table's checkpoints state, as (restored to, stated by)."""
    rows = tx.all(
        "select number, substring(body from '\"restored\":([0-9]+)')::int as restored from checkpoints"
        " where organization_id = %s and body ~ '\"restored\":[0-9]+' order by number limit %s",
        [organization_id, RESTORES_MAX],
    )
    return [(row["restored"], row["number"]) for row in rows]


def _checkpoint_lines(tx: Transaction, organization_id: UUID) -> Iterator[Placed[bytes]]:
    """Stream the table's checkpoints as lines, unread: a false one is exported as it stands, for the verifier to find."""
    with tx.connection.cursor(name="checkpoints", row_factory=tuple_row) as cursor:
        cursor.execute(
            "select number, epoch, xid::text::bigint, seq, body, signature from checkpoints"
            " where organization_id = %s order by number",
            [organization_id],
        )
        for number, epoch, xid, seq, body, signature in cursor:
            line = {"line": "checkpoint", "body": body, "signature": bytes(signature).hex()}
            yield Placed(number, Position(epoch, xid, seq), orjson.dumps(line) + b"\n")


def _leaf_line(leaf: Leaf, checks: dict[str, RecordCheck]) -> bytes:
    return (
        orjson.dumps(
            {
                "line": "leaf",
                "id": leaf.id,
                "epoch": leaf.position.epoch,
                "xid": leaf.position.xid,
                "seq": leaf.position.seq,
                "leaf": leaf.hash.hex(),
                "salt": None if leaf.salt is None else leaf.salt.hex(),
                "body": leaf.body,
                "rows": {
                    prefix: None if row is None else _row(row, checks.get(prefix, EVENT))
                    for prefix, row in leaf.rows.items()
                },
            }
        )
        + b"\n"
    )


def _row(row: Row, check: RecordCheck) -> dict[str, object]:
    value = check.normal(row)
    for name in row.keys() - check.columns.keys():
        value[name] = row[name]
    return value


def _unbound_line(unbound: Unbound) -> bytes:
    return orjson.dumps({"line": "unbound", "table": unbound.table, "id": unbound.id}) + b"\n"


def parse_leaf(value: dict[str, Any]) -> Leaf:
    """Read a leaf line; raises KeyError, TypeError or ValueError."""
    rows = value["rows"]
    if not isinstance(rows, dict) or not all(row is None or isinstance(row, dict) for row in rows.values()):
        raise ValueError("rows are no objects")
    return Leaf(
        UUID(value["id"]),
        Position(int(value["epoch"]), int(value["xid"]), int(value["seq"])),
        bytes.fromhex(value["leaf"]),
        None if value["salt"] is None else bytes.fromhex(value["salt"]),
        None if value["body"] is None else str(value["body"]),
        rows,
    )


@contextmanager
def _whole_file(path: Path) -> Iterator[IO[bytes]]:
    descriptor, temporary = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as raw:
            if path.suffix == ".gz":
                with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as file:
                    yield file  # type: ignore[misc]
            else:
                yield raw
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
