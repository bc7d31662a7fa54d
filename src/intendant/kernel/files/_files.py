"""Put, get and release bytes by their SHA-256. The same bytes of one organisation are kept once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg import sql

from intendant.kernel.files._store import FileStore, FileStoreUnavailable
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.kit.errors import Invalid, NotFound, Unavailable

DATABASE = "database"
"""The place of bytes that lie in `file_parts`."""
DIGEST_BYTES = 32
PART_BYTES = 4 * 1024 * 1024
FILE_BYTES_MAX = 256 * 1024 * 1024


class FileTooLarge(Invalid):
    """More bytes than one file may have."""

    code = "file_too_large"


class FileMissing(NotFound):
    """No file of this digest belongs to the organisation."""

    code = "file_missing"


class FileDamaged(Unavailable):
    """What was read is not what was written."""

    code = "file_damaged"


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names files: what stands in it is kept. `condition` narrows the rows that count (SQL, of our own code)."""

    table: str
    column: str
    condition: str = "true"


def put(tx: Transaction, organization_id: UUID, body: bytes, store: FileStore | None = None) -> bytes:
    """Keep bytes in the store, or in the database where there is none; return their digest. Twice is once.

    The store is written before the row: a crash in between leaves bytes without a row, which `sweep` takes away, never a
    row without bytes. Raises FileTooLarge or FileStoreUnavailable.
    """
    if len(body) > FILE_BYTES_MAX:
        raise FileTooLarge(
            f"The file has {len(body):,} bytes; at most {FILE_BYTES_MAX:,} are kept.",
            field="file",
            remedy="Leave out columns or rows, or split it.",
        )
    digest = hashlib.sha256(body).digest()
    _lock(tx, organization_id, digest, shared=True)
    known = tx.scalar("select place from files where organization_id = %s and digest = %s", [organization_id, digest])
    place = known or (DATABASE if store is None else _path(organization_id, digest))
    if place != DATABASE and store is not None:
        # Anew even where it is known: so bytes that a store has lost come back by being put again.
        store.write(place, body)
    if known is not None:
        return digest
    fresh = tx.execute(
        "insert into files (organization_id, digest, size, place, created_at) values (%s, %s, %s, %s, %s)"
        " on conflict do nothing",
        [organization_id, digest, len(body), place, clock.system_now()],
    )
    if fresh and place == DATABASE:
        view = memoryview(body)
        for number in range(_part_count(len(body))):
            tx.execute(
                "insert into file_parts (organization_id, digest, number, body) values (%s, %s, %s, %b)",
                [organization_id, digest, number, bytes(view[number * PART_BYTES : (number + 1) * PART_BYTES])],
            )
    return digest


def get(tx: Transaction, organization_id: UUID, digest: bytes, store: FileStore | None = None) -> bytes:
    """Return the bytes of a digest. Raises FileMissing, FileDamaged or FileStoreUnavailable."""
    row = tx.find("select size, place from files where organization_id = %s and digest = %s", [organization_id, digest])
    if row is None:
        raise FileMissing(
            f"There is no file {digest.hex()}.", field="digest", remedy="It was removed; make or upload it again."
        )
    if row["place"] == DATABASE:
        body = _read_parts(tx, organization_id, digest, row["size"])
    elif store is None:
        raise FileStoreUnavailable(
            f"The file {digest.hex()} lies in a file store, and none is set.",
            field="INTENDANT_FILES_URL",
            remedy="Set INTENDANT_FILES_URL to the store in which it was written.",
        )
    else:
        body = store.read(row["place"], size_max=FILE_BYTES_MAX)
    if len(body) != row["size"] or hashlib.sha256(body).digest() != digest:
        raise FileDamaged(
            f"The file {digest.hex()} is not what was written: {len(body):,} bytes were read, {row['size']:,} written.",
            field="digest",
            remedy="Restore it from a backup, or remove what it belongs to and make it again.",
        )
    return body


def release(tx: Transaction, organization_id: UUID, digest: bytes, references: Sequence[Reference]) -> bool:
    """Let go of a file that none of `references` names any more; return whether it went.

    What lies in a file store loses its row now and its bytes by `sweep`, after the transaction has certainly been kept.
    """
    _lock(tx, organization_id, digest, shared=False)
    for each in references:
        query = sql.SQL("select 1 as held from {} where organization_id = %s and {} = %s and ({}) limit 1").format(
            sql.Identifier(each.table), sql.Identifier(each.column), sql.SQL(each.condition)
        )
        if tx.connection.execute(query, [organization_id, digest]).fetchone() is not None:
            return False
    return tx.execute("delete from files where organization_id = %s and digest = %s", [organization_id, digest]) > 0


def _lock(tx: Transaction, organization_id: UUID, digest: bytes, *, shared: bool) -> None:
    """Keep a file from being let go while another transaction, not yet committed, comes to name it."""
    call = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    tx.execute(f"select {call}(hashtextextended(%s, 0))", [f"file {organization_id} {digest.hex()}"])


def _read_parts(tx: Transaction, organization_id: UUID, digest: bytes, size: int) -> bytes:
    """Read part by part, in binary, so that no more than one part is held twice."""
    body = bytearray()
    with tx.connection.cursor(binary=True) as cursor:
        for number in range(_part_count(size)):
            row = cursor.execute(
                "select body from file_parts where organization_id = %s and digest = %s and number = %s",
                [organization_id, digest, number],
            ).fetchone()
            if row is None:
                break
            body += row["body"]
    return bytes(body)


def _part_count(size: int) -> int:
    return -(-size // PART_BYTES)


def _path(organization_id: UUID, digest: bytes) -> str:
    return f"{organization_id}/{digest.hex()[:2]}/{digest.hex()}"
