"""Sealing: leaves that can no longer be overtaken go into the tree, and a signed checkpoint says so, inside and outside.

The file outside is written first and the row after it, in one transaction under a lock per organisation. A crash between
leaves the file one ahead; the next run finds the checkpoint there, computes it again from the leaves and takes it over. A
file that lacks checkpoints of the table (a lost disk, a second machine) is completed from the table, whose rows cannot be
forged without the key. Each machine that seals has a file of its own; the chain is the table's. A checkpoint that one machine
signed and never got into the table, while another sealed the same leaves anew, is taken out of the file once its leaves were
found to be all there.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg.rows import tuple_row

from intendant.kernel.audit._checkpoint import (
    NO_PLACES,
    ORIGIN,
    Checkpoint,
    CheckpointInvalid,
    Position,
    Statement,
    parse_checkpoint,
    place_bytes,
    sign,
)
from intendant.kernel.audit._file import CheckpointFile, checkpoint_path, locked_file
from intendant.kernel.audit._merkle import EMPTY_ROOT, Frontier
from intendant.kit import clock
from intendant.kit.database import Database, Transaction
from intendant.kit.errors import Conflict

LEAVES_PER_CHECKPOINT_MAX = 100_000
"""A checkpoint covers whole transactions, so it may cover a few more."""

CHECKPOINTS_PER_RUN_MAX = 100
SEALERS_MAX = 4
STRAYS_MAX = 100
"""So many checkpoints in a row may have failed to get into the table before another machine sealed instead."""
FETCH_ROWS = 5_000
LOCK_CLASS = 7_021_002
_FINISHED = "(xid < pg_snapshot_xmin(pg_current_snapshot()) or epoch < (select i.epoch from installation i))"
_AFTER = "(epoch, xid, seq) > (%s, %s::text::xid8, %s)"

log = structlog.get_logger(__name__)


class CheckpointsDiverge(Conflict):
    """File, table and leaves of an organisation do not agree, so nothing may be sealed until a person has looked."""

    code = "audit_checkpoints_diverge"


def unsealed_organizations(tx: Transaction) -> list[UUID]:
    """Find the organisations that have leaves to seal. Takes a system transaction; one query for all of them."""
    rows = tx.all(
        "select o.id from organizations o left join lateral (select epoch, xid, seq from checkpoints c"  # noqa: S608
        " where c.organization_id = o.id order by c.number desc limit 1) c on true where exists (select from audit a"
        " where a.organization_id = o.id and (a.epoch, a.xid, a.seq)"
        f" > (coalesce(c.epoch, 0), coalesce(c.xid, '0'), coalesce(c.seq, 0)) and {_FINISHED.replace('xid <', 'a.xid <').replace('epoch <', 'a.epoch <')})"
    )
    return [row["id"] for row in rows]


def seal(
    database: Database,
    organizations: Sequence[UUID] | None,
    checkpoints_folder: Path,
    key: Ed25519PrivateKey,
    *,
    on_failure: Callable[[UUID, Conflict], None] | None = None,
    leaves_max: int = LEAVES_PER_CHECKPOINT_MAX,
    reconcile: bool = False,
) -> list[Checkpoint]:
    """Seal what can be sealed, of `organizations` or (None) of all, and return the new checkpoints.

    With `reconcile` the files of this machine are brought in line with the table also where nothing is to be sealed.

    An organisation whose file, table and leaves disagree is left alone, logged and given to `on_failure`; the others go on.
    """
    if organizations is None:
        with database.system() as tx:
            organizations = unsealed_organizations(tx)
            if reconcile:
                kept = [path.stem for path in checkpoints_folder.glob("*.ndjson")]
                rows = tx.all(
                    "select id from organizations where id::text = any(%s) and not id = any(%s)", [kept, organizations]
                )
                organizations += [row["id"] for row in rows]
    if not organizations:
        return []
    one = partial(_seal_organization, database, checkpoints_folder, key, leaves_max)
    sealed: list[Checkpoint] = []
    # Most of the time goes into waiting for the disk, and each organisation has a file and a lock of its own.
    with ThreadPoolExecutor(min(SEALERS_MAX, len(organizations)), "seal") as threads:
        for organization_id, (checkpoints, error) in zip(organizations, threads.map(one, organizations), strict=True):
            sealed += checkpoints
            if error is not None:
                log.error("audit log cannot be sealed", organization_id=str(organization_id), reason=error.message)
                if on_failure is not None:
                    on_failure(organization_id, error)
    return sealed


def _seal_organization(
    database: Database, folder: Path, key: Ed25519PrivateKey, leaves_max: int, organization_id: UUID
) -> tuple[list[Checkpoint], Conflict | None]:
    """Seal one organisation's leaves; return its checkpoints and what kept it from going on."""
    sealed: list[Checkpoint] = []
    try:
        for _ in range(CHECKPOINTS_PER_RUN_MAX):
            checkpoint, more = _seal_once(database, organization_id, folder, key, leaves_max)
            if checkpoint is not None:
                sealed.append(checkpoint)
            if not more:
                break
    except (CheckpointInvalid, CheckpointsDiverge) as error:
        return sealed, error
    return sealed, None


def acknowledge_restore(
    database: Database, organization_id: UUID, checkpoints_folder: Path, key: Ed25519PrivateKey
) -> Checkpoint | None:
    """Sign that a restored database lacks what later checkpoints covered, so that sealing may go on; None if it lacks none.

    Called by the restore itself and by nothing else: it is the only way past a log that was cut short, and the statement
    stays in the chain for every verifier to report.
    """
    with locked_file(checkpoints_folder, organization_id, key.public_key()) as file, database.system() as tx:
        if file is None or not _lock(tx, organization_id):
            raise CheckpointsDiverge("Another process is sealing this log.", remedy="Stop it before restoring.")
        newest = newest_checkpoint(tx, organization_id, key)
        try:
            kept = _agree(tx, organization_id, file, newest, key)
        except _LeavesMissing as missing:
            kept = missing.kept
        else:
            return None
        lost = list(file.after(kept.statement.number if kept else 0))
        base = kept.statement if kept else None
        statement = Statement(
            organization_id=organization_id,
            number=lost[-1].statement.number + 1,
            size=base.size if base else 0,
            root=base.root if base else EMPTY_ROOT,
            previous=lost[-1].digest,
            position=base.position if base else ORIGIN,
            leaf_places=NO_PLACES,
            event_places=NO_PLACES,
            at=clock.system_now(),
            peaks=base.peaks if base else (),
            restored=base.number if base else 0,
        )
        checkpoint = sign(statement, key)
        file.append([checkpoint])
        for each in [*lost, checkpoint]:
            _insert(tx, each)
        return checkpoint


def acknowledge_restores(database: Database, checkpoints_folder: Path, key: Ed25519PrivateKey) -> list[Checkpoint]:
    """Acknowledge a restore for every organisation whose log it cut short; return what was stated."""
    with database.system() as tx:
        organizations = [row["id"] for row in tx.all("select id from organizations")]
    stated = [
        acknowledge_restore(database, organization_id, checkpoints_folder, key)
        for organization_id in organizations
        if checkpoint_path(checkpoints_folder, organization_id).exists()
    ]
    return [checkpoint for checkpoint in stated if checkpoint is not None]


class _LeavesMissing(CheckpointsDiverge):
    """The file has checkpoints whose leaves are not in the database. `kept` is the last one whose leaves are."""

    kept: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Leaves after a checkpoint, taken into the tree: where they end and what was hashed."""

    frontier: Frontier
    position: Position
    leaf_places: bytes
    event_places: bytes
    more: bool


def _seal_once(
    database: Database, organization_id: UUID, folder: Path, key: Ed25519PrivateKey, leaves_max: int
) -> tuple[Checkpoint | None, bool]:
    """Seal one stretch of leaves; return its checkpoint (None if there was none) and whether more wait."""
    with locked_file(folder, organization_id, key.public_key()) as file:
        if file is None:
            return None, False
        with database.system() as tx:
            if not _lock(tx, organization_id):
                return None, False
            newest = newest_checkpoint(tx, organization_id, key)
            newest = _agree(tx, organization_id, file, newest, key)
            stretch = _read_stretch(tx, organization_id, newest, leaves_max, until=None)
            if stretch.frontier.size == (newest.statement.size if newest else 0):
                return None, False
            statement = Statement(
                organization_id=organization_id,
                number=newest.statement.number + 1 if newest else 1,
                size=stretch.frontier.size,
                root=stretch.frontier.root(),
                previous=newest.digest if newest else None,
                position=stretch.position,
                leaf_places=stretch.leaf_places,
                event_places=stretch.event_places,
                at=clock.system_now(),
                peaks=tuple(stretch.frontier.peaks),
            )
            checkpoint = sign(statement, key)
            file.append([checkpoint])
            _insert(tx, checkpoint)
        return checkpoint, stretch.more


def newest_checkpoint(tx: Transaction, organization_id: UUID, key: Ed25519PrivateKey) -> Checkpoint | None:
    """Return an organisation's newest checkpoint of the table, its signature checked."""
    row = tx.find(
        "select body, signature from checkpoints where organization_id = %s order by number desc limit 1",
        [organization_id],
    )
    return None if row is None else parse_checkpoint(row["body"], bytes(row["signature"]), key.public_key())


def _agree(
    tx: Transaction,
    organization_id: UUID,
    file: CheckpointFile,
    newest: Checkpoint | None,
    key: Ed25519PrivateKey,
) -> Checkpoint | None:
    """Bring file and table to the same checkpoint and return it; raises CheckpointsDiverge where they contradict."""
    outside = _without_strays(tx, organization_id, file, newest)
    table_number = newest.statement.number if newest else 0
    file_number = outside.statement.number if outside else 0
    if file_number == table_number:
        if newest is not None and outside is not None and newest.body != outside.body:
            raise CheckpointsDiverge(f"Checkpoint {table_number} of file and table differ.", remedy=_VERIFY)
        return newest
    if file_number < table_number:
        file.append(_completion(tx, organization_id, outside, key))
        return newest
    for checkpoint in file.after(table_number):
        if not checkpoint.follows(newest) or checkpoint.statement.organization_id != organization_id:
            raise CheckpointsDiverge("The file's checkpoints do not follow the table's.", remedy=_VERIFY)
        said = checkpoint.statement
        if said.restored is None:
            found = _read_stretch(tx, organization_id, newest, None, until=said.position)
            if (found.frontier.root(), found.leaf_places) != (said.root, said.leaf_places):
                missing = _LeavesMissing(
                    f"The leaves of checkpoint {said.number} are not in the database.", remedy=_VERIFY
                )
                missing.kept = newest
                raise missing
        _insert(tx, checkpoint)
        newest = checkpoint
    return newest


def _without_strays(
    tx: Transaction, organization_id: UUID, file: CheckpointFile, newest: Checkpoint | None
) -> Checkpoint | None:
    """Take checkpoints out of the file that another machine sealed otherwise; return the newest that is left.

    Each must follow what both agree on, and its leaves must be in the database as it says: nothing that it vouched for is lost.
    """
    outside = file.newest()
    if outside is None or newest is None:
        return outside
    common = min(outside.statement.number, newest.statement.number)
    if outside.statement.number > common:
        agrees = next(file.after(common)).follows(newest)
    else:
        row = tx.find(
            "select body from checkpoints where organization_id = %s and number = %s", [organization_id, common]
        )
        agrees = row is None or row["body"] == outside.body
    if agrees:
        return outside
    bodies = _bodies(tx, organization_id, max(0, common - STRAYS_MAX))
    kept: Checkpoint | None = None
    strays: list[Checkpoint] = []
    for checkpoint in file.after(max(0, common - STRAYS_MAX)):
        if not strays and bodies.get(checkpoint.statement.number) == checkpoint.body:
            kept = checkpoint
        else:
            strays.append(checkpoint)
    before = kept
    for stray in strays:
        said = stray.statement
        diverges = said.restored is not None or said.organization_id != organization_id or not stray.follows(before)
        if not diverges:
            found = _read_stretch(tx, organization_id, before, None, until=said.position)
            diverges = (found.frontier.root(), found.leaf_places) != (said.root, said.leaf_places)
        if diverges:
            raise CheckpointsDiverge(f"Checkpoint {said.number} of file and table differ.", remedy=_VERIFY)
        before = stray
    file.cut_after(kept.statement.number if kept else 0)
    log.warning("checkpoints that another machine sealed anew", organization_id=str(organization_id), count=len(strays))
    return kept


def _bodies(tx: Transaction, organization_id: UUID, after: int) -> dict[int, str]:
    rows = tx.all(
        "select number, body from checkpoints where organization_id = %s and number > %s order by number limit %s",
        [organization_id, after, STRAYS_MAX + 1],
    )
    return {row["number"]: row["body"] for row in rows}


_VERIFY = "Run 'intendant audit verify'; after a restore, acknowledge it."


def _completion(
    tx: Transaction, organization_id: UUID, outside: Checkpoint | None, key: Ed25519PrivateKey
) -> list[Checkpoint]:
    """Return the table's checkpoints that the file lacks, each checked before it is believed."""
    previous, result = outside, []
    with tx.connection.cursor(name="completion", row_factory=tuple_row) as cursor:
        cursor.execute(
            "select body, signature from checkpoints where organization_id = %s and number > %s order by number",
            [organization_id, outside.statement.number if outside else 0],
        )
        for body, signature in cursor:
            checkpoint = parse_checkpoint(body, bytes(signature), key.public_key())
            if not checkpoint.follows(previous):
                raise CheckpointsDiverge("The table's checkpoints are no chain.", remedy=_VERIFY)
            previous = checkpoint
            result.append(checkpoint)
    return result


def _read_stretch(
    tx: Transaction,
    organization_id: UUID,
    after: Checkpoint | None,
    leaves_max: int | None,
    *,
    until: Position | None,
) -> _Stretch:
    """Take finished leaves after a checkpoint into its tree: whole transactions, up to a number or a position."""
    start = after.statement.position if after else ORIGIN
    frontier = after.statement.frontier() if after else Frontier()
    places, position, more, taken = sha256(), start, False, 0
    bound, limits = ("", []) if until is None else (f"and not {_AFTER}", _parameters(until))
    with tx.connection.cursor(name="leaves", row_factory=tuple_row, binary=True) as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(
            "select id, epoch, xid::text::bigint, seq, leaf from audit"  # noqa: S608 - constants of this file
            f" where organization_id = %s and {_AFTER} {bound} and {_FINISHED} order by epoch, xid, seq",
            [organization_id, *_parameters(start), *limits],
        )
        for identifier, epoch, xid, seq, leaf in cursor:
            if leaves_max is not None and taken >= leaves_max and (epoch, xid) != position[:2]:
                more = True
                break
            position = Position(epoch, xid, seq)
            frontier.append(bytes(leaf))
            places.update(place_bytes(identifier, position))
            taken += 1
    events = event_places(tx, organization_id, start, position)
    return _Stretch(frontier, position, places.digest(), events, more)


def event_places(tx: Transaction, organization_id: UUID, after: Position, until: Position) -> bytes:
    """Hash which events stand where, in the transactions after `after` and up to `until`."""
    places = sha256()
    with tx.connection.cursor(name="event_places", row_factory=tuple_row, binary=True) as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(
            "select id, epoch, xid::text::bigint, seq from events where organization_id = %s"
            " and (epoch, xid) > (%s, %s::text::xid8) and (epoch, xid) <= (%s, %s::text::xid8) order by epoch, xid, seq",
            [organization_id, after.epoch, str(after.xid), until.epoch, str(until.xid)],
        )
        for identifier, epoch, xid, seq in cursor:
            places.update(place_bytes(identifier, Position(epoch, xid, seq)))
    return places.digest()


def _insert(tx: Transaction, checkpoint: Checkpoint) -> None:
    said = checkpoint.statement
    tx.execute(
        "insert into checkpoints (organization_id, number, size, epoch, xid, seq, body, signature, created_at)"
        " values (%s, %s, %s, %s, %s::text::xid8, %s, %s, %s, %s)",
        [said.organization_id, said.number, said.size, *_parameters(said.position), checkpoint.body,
         checkpoint.signature, said.at],
    )  # fmt: skip


def lock_key(organization_id: UUID) -> int:
    """Return the second key of an organisation's advisory lock."""
    return int.from_bytes(sha256(organization_id.bytes).digest()[:4], "big", signed=True)


def _lock(tx: Transaction, organization_id: UUID) -> bool:
    return bool(tx.scalar("select pg_try_advisory_xact_lock(%s, %s)", [LOCK_CLASS, lock_key(organization_id)]))


def _parameters(position: Position) -> list[object]:
    return [position.epoch, str(position.xid), position.seq]
