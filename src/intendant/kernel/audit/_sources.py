"""Where a log to be verified comes from: an export that somebody was handed, or the running database and the file outside it."""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from psycopg.rows import dict_row

from intendant.kernel.audit._checkpoint import Checkpoint, CheckpointInvalid, parse_checkpoint
from intendant.kernel.audit._erasure import ERASURE, Erasures, erasures_of, read_erasures
from intendant.kernel.audit._export import FORMAT, RESTORES_MAX, parse_leaf
from intendant.kernel.audit._file import checkpoint_path, parse_line, read_lines
from intendant.kernel.audit._records import RECORD_CHECKS, RecordCheck
from intendant.kernel.audit._sealer import LOCK_CLASS, lock_key
from intendant.kernel.audit._stream import Item, Placed, Unbound, by_prefix, interleave, read_leaves, read_unbound
from intendant.kernel.audit._verify import LogVerifier, VerifyReport
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Invalid

EXPORT_LINE_BYTES_MAX = 64 * 1024 * 1024


class ExportInvalid(Invalid):
    """A file that is no export of an audit log."""

    code = "audit_export_invalid"


def verify_export(
    path: Path,
    key: Ed25519PublicKey,
    *,
    checkpoints: Path | None = None,
    checks: Sequence[RecordCheck] = RECORD_CHECKS,
) -> VerifyReport:
    """Verify an export with nothing but the public key; with `checkpoints` (a checkpoint file) also that it is all there.

    Raises ExportInvalid if the file is no export at all; whatever else is wrong becomes a finding.
    """
    lines = _ExportLines(path, key)
    header = lines.header()
    outside = _Outside(checkpoints, key)
    verifier = LogVerifier(UUID(header["organization"]["id"]), lines.superseded, by_prefix(checks), _erasures_in(path))
    verifier.run(lines.items(verifier.report, outside))
    if not lines.ended:
        verifier.report.find("export", None, None, f"it ends early or lacks lines, at line {lines.number:,}")
    outside.finish(verifier.report, datetime.fromisoformat(header["exported_at"]))
    return verifier.finish()


class _ExportLines:
    """Reads an export line by line; a line that cannot be read is a finding, and the walk goes on."""

    def __init__(self, path: Path, key: Ed25519PublicKey) -> None:
        self._lines = _read_export(path)
        self._key = key
        self.number = 0
        self.ended = False
        self.superseded: list[tuple[int, int]] = []

    def header(self) -> dict[str, Any]:
        try:
            value = self._next()
            if value is None or value["line"] != "header" or value["format"] != FORMAT:
                raise ValueError("its first line is no header")
            UUID(value["organization"]["id"])
            if datetime.fromisoformat(value["exported_at"]).tzinfo is None:
                raise ValueError("its time has no zone")
            self.superseded = [(int(kept), int(stated)) for kept, stated in value["superseded"][:RESTORES_MAX]]
        except (KeyError, TypeError, ValueError) as error:
            raise ExportInvalid(
                f"This is no export of an audit log ({error}).",
                field="export",
                remedy="Give a file that 'intendant audit export' wrote.",
            ) from error
        return value

    def items(self, report: VerifyReport, outside: "_Outside") -> Iterator[Item]:
        counts = {"leaf": 0, "checkpoint": 0, "unbound": 0}
        while True:
            try:
                value = self._next()
                if value is None:
                    return
                if value["line"] in counts:
                    counts[value["line"]] += 1
                match value["line"]:
                    case "leaf":
                        yield parse_leaf(value)
                    case "checkpoint":
                        checkpoint = parse_checkpoint(value["body"], bytes.fromhex(value["signature"]), self._key)
                        outside.compare(checkpoint, report)
                        yield checkpoint
                    case "unbound":
                        yield Unbound(str(value["table"]), str(value["id"]))
                    case "end":
                        self.ended = all(value[kind] == count for kind, count in counts.items())
                        return
                    case other:
                        raise ValueError(f"unknown kind {other!r}")
            except CheckpointInvalid as error:
                report.find("checkpoints", None, None, f"line {self.number:,}: {error.message}")
            except (KeyError, TypeError, ValueError) as error:
                report.find("export", None, None, f"line {self.number:,} cannot be read: {error}")

    def _next(self) -> dict[str, Any] | None:
        try:
            line = next(self._lines, None)
        except (OSError, EOFError, zlib.error):
            # A compressed file that was cut or altered: what could be read was, and the end is missing.
            return None
        if line is None:
            return None
        self.number += 1
        value = orjson.loads(line)
        if not isinstance(value, dict):
            raise ValueError("it is no object")
        return value


def _erasures_in(path: Path) -> Erasures:
    """Read the acts of erasure of an export ahead of all else: they stand behind what they are about."""

    def bodies() -> Iterator[str | None]:
        try:
            for line in _read_export(path):
                if ERASURE.encode() not in line:
                    continue
                try:
                    body = orjson.loads(line).get("body")
                except (AttributeError, ValueError):
                    continue
                yield body if isinstance(body, str) else None
        except (OSError, EOFError, zlib.error):
            # The walk over the lines tells of a file that ends early.
            return

    return erasures_of(bodies())


def _read_export(path: Path) -> Iterator[bytes]:
    with path.open("rb") as raw, gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else nullcontext(raw) as file:
        while line := file.readline(EXPORT_LINE_BYTES_MAX):
            yield line


class _Outside:
    """A checkpoint file, compared line by line with checkpoints that come in order."""

    def __init__(self, path: Path | None, key: Ed25519PublicKey, end: int | None = None) -> None:
        self.path = path
        self._lines = iter(()) if path is None else read_lines(path, end)
        self._key = key

    def compare(self, checkpoint: Checkpoint, report: VerifyReport) -> None:
        """Compare the next line of the file with a checkpoint from elsewhere."""
        if self.path is None:
            return
        number = checkpoint.statement.number
        line = next(self._lines, None)
        if line is None:
            report.notice(f"Checkpoint {number} is not in the checkpoint file (yet).")
            self.path = None
            return
        try:
            same = parse_line(line, self._key).body == checkpoint.body
        except CheckpointInvalid as error:
            report.find("checkpoint file", number, None, error.message)
            return
        if not same:
            report.find("checkpoints", number, None, "it differs from the one in the checkpoint file")

    def finish(self, report: VerifyReport, at: datetime) -> None:
        """Find checkpoints of the file that were made before `at` and lack elsewhere."""
        if self.path is None:
            return
        for line in self._lines:
            try:
                said = parse_line(line, self._key).statement
            except CheckpointInvalid as error:
                report.find("checkpoint file", None, None, error.message)
                continue
            if said.at <= at:
                report.find("checkpoints", said.number, None, "it is in the checkpoint file, and missing here")


def verify_database(
    database: Database,
    organization_id: UUID,
    checkpoints_folder: Path,
    key: Ed25519PublicKey,
    *,
    checks: Sequence[RecordCheck] = RECORD_CHECKS,
) -> VerifyReport:
    """Verify an organisation's log in the database against the checkpoint file outside it.

    What the file says counts: checkpoints that only the table has are compared too, and never believed unsigned.
    """
    path = checkpoint_path(checkpoints_folder, organization_id)
    with database.snapshot(organization_id) as tx:
        with database.system() as guard:
            # While no sealer works, file and table agree; the snapshot is taken by the first query.
            guard.execute("select pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, lock_key(organization_id)])
            tx.scalar("select count(*) from organizations")
            end = path.stat().st_size if path.exists() else 0
        superseded = _superseded(path, end, key)
        erasures = read_erasures(tx, organization_id)
        verifier = LogVerifier(organization_id, superseded, by_prefix(checks), erasures)
        report = verifier.report
        signed = _file_then_table(tx, organization_id, path, end, key, report)
        items = interleave(read_leaves(tx, organization_id, by_prefix(checks), erasures), signed, superseded)
        verifier.run(items)
        verifier.run(read_unbound(tx, organization_id, checks, report.rows, erasures))
    return verifier.finish()


def _superseded(path: Path, end: int, key: Ed25519PublicKey) -> list[tuple[int, int]]:
    result: list[tuple[int, int]] = []
    for line in read_lines(path, end):
        if b'\\"restored\\":null' in line:
            continue
        try:
            said = parse_line(line, key).statement
        except CheckpointInvalid:
            continue
        if said.restored is not None and len(result) < RESTORES_MAX:
            result.append((said.restored, said.number))
    return result


def _file_then_table(
    tx: Transaction, organization_id: UUID, path: Path, end: int, key: Ed25519PublicKey, report: VerifyReport
) -> Iterator[Placed[Checkpoint]]:
    """Give the file's checkpoints, each compared with its row; then those that only the table has, if they are signed."""
    with tx.connection.cursor(name="rows", row_factory=dict_row) as cursor:
        cursor.execute(
            "select number, size, epoch, xid::text::bigint as xid, seq, body, signature, created_at from checkpoints"
            " where organization_id = %s order by number",
            [organization_id],
        )
        rows = iter(cursor)
        row = next(rows, None)
        for place, line in enumerate(read_lines(path, end), start=1):
            try:
                checkpoint = parse_line(line, key)
            except CheckpointInvalid as error:
                report.find("checkpoint file", None, None, f"line {place:,}: {error.message}")
                continue
            number = checkpoint.statement.number
            while row is not None and row["number"] < number:
                report.find("checkpoints", row["number"], None, "the checkpoint file has no such checkpoint")
                row = next(rows, None)
            if row is None or row["number"] != number:
                report.find("checkpoints", number, None, "it is in the checkpoint file, and missing in the table")
            else:
                _compare_row(row, checkpoint, report)
                row = next(rows, None)
            yield _placed(checkpoint)
        while row is not None:
            try:
                checkpoint = parse_checkpoint(row["body"], bytes(row["signature"]), key)
            except CheckpointInvalid as error:
                report.find("checkpoints", row["number"], None, error.message)
            else:
                report.notice(f"Checkpoint {row['number']} is not in the checkpoint file; sealing will add it.")
                _compare_row(row, checkpoint, report)
                yield _placed(checkpoint)
            row = next(rows, None)


def _placed(checkpoint: Checkpoint) -> Placed[Checkpoint]:
    return Placed(checkpoint.statement.number, checkpoint.statement.position, checkpoint)


def _compare_row(row: Row, checkpoint: Checkpoint, report: VerifyReport) -> None:
    said = checkpoint.statement
    expected = {
        "number": said.number,
        "size": said.size,
        "epoch": said.position.epoch,
        "xid": said.position.xid,
        "seq": said.position.seq,
        "body": checkpoint.body,
        "signature": checkpoint.signature,
        "created_at": said.at,
    }
    for column, value in expected.items():
        if row[column] != value:
            report.find("checkpoints", said.number, None, f"its column {column} differs from what was signed")
            return
