"""Many predictions in one call, in bounded memory: rows are answered and kept chunk by chunk.

A chunk is one transaction and is answered after its commit. With an Idempotency-Key the batch's id follows from the key, so
that a second try, after a broken connection or a crash, finds what is there and predicts only the rest; the database itself
refuses a row twice.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intendant.domains.analytics.predictions import repository
from intendant.domains.analytics.predictions.cases import Reader, RowInvalid
from intendant.domains.analytics.predictions.model import About, Case, Made
from intendant.domains.analytics.predictions.usecases import Panel, answer_all, close_batch, convene
from intendant.domains.analytics.predictions.versions import Positives, Versions, find_model_id
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock, ids
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Conflict, IntendantError, Invalid

ROWS_MAX = 1_000_000


class BatchTooLong(Invalid):
    """A batch of more rows than one call may have."""

    code = "prediction_batch_too_long"


class BatchKeyReused(Conflict):
    """The key was used before for other rows, another model or other wishes."""

    code = "prediction_batch_key_reused"


@dataclass(frozen=True, slots=True)
class BatchAsked:
    """What a batch asks for; `digest` is that of its rows, and `key` the caller's Idempotency-Key."""

    model_id: UUID | None
    model_name: str | None
    about: About
    digest: bytes
    entity_field: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """What became of some rows: predicted now, found from an earlier try, or failed, by row."""

    made: Mapping[int, Made]
    stored: Mapping[int, Row]
    failed: Mapping[int, IntendantError]

    @property
    def rows(self) -> list[int]:
        """Return all rows in order."""
        return sorted((*self.made, *self.stored, *self.failed))


@dataclass(slots=True)
class Batch:
    """A batch under way, with its counts so far."""

    id: UUID
    panel: Panel
    reader: Reader
    about: About
    by: str
    organization: Organization
    is_keyed: bool
    rows: int = 0
    predicted: int = 0
    failed: int = 0
    replayed: int = 0

    @property
    def model_id(self) -> UUID:
        """Return the model that is asked."""
        return self.panel.standing.model_id


def begin(database: Database, by: Principal, versions: Versions, positives: Positives, asked: BatchAsked) -> Batch:
    """Open a batch, or find it again by its key. Raises all that is wrong with the request, before anything is answered."""
    by.require(Permission.AI_PREDICT)
    with database.transaction(by.organization_id) as tx:
        model_id = find_model_id(tx, asked.model_id, asked.model_name)
        panel = convene(tx, versions, positives, model_id, asked.about.version)
        organization = get_organization(tx, tx.organization_id)
        batch_id = ids.new_id() if asked.key is None else _id_of(by, asked.key)
        digest = _digest_of(model_id, asked)
        row = repository.open_batch(
            tx, batch_id, model_id, body_digest=digest, by=by.label, at=organization.clock.now()
        )
        if bytes(row["body_digest"]) != digest:
            raise BatchKeyReused(
                "This Idempotency-Key was used before for another batch.",
                field="Idempotency-Key",
                remedy="Use a new key for other rows.",
            )
    reader = Reader(panel.features, entity_field=asked.entity_field)
    return Batch(batch_id, panel, reader, asked.about, by.label, organization, asked.key is not None)


def run(database: Database, batch: Batch, chunks: Iterable[Sequence[object]]) -> Iterator[Chunk]:
    """Answer a batch, each chunk after its commit. Raises BatchTooLong; what was answered before stays."""
    for rows in chunks:
        if batch.rows + len(rows) > ROWS_MAX:
            raise BatchTooLong(
                f"The batch has more than {ROWS_MAX:,} rows; the first {batch.rows:,} were answered.",
                field="body",
                remedy="Send the rest in further batches.",
            )
        with database.transaction(batch.organization.id) as tx:
            chunk = _answer(tx, batch, rows)
        batch.rows += len(rows)
        batch.predicted += len(chunk.made) + len(chunk.stored)
        batch.replayed += len(chunk.stored)
        batch.failed += len(chunk.failed)
        yield chunk
    with database.transaction(batch.organization.id) as tx:
        close_batch(
            tx,
            batch.by,
            batch.model_id,
            batch.id,
            predicted=batch.predicted,
            failed=batch.failed,
            at=_now(batch.organization),
        )


def _answer(tx: Transaction, batch: Batch, rows: Sequence[object]) -> Chunk:
    first = batch.rows
    stored: dict[int, Row] = {}
    if batch.is_keyed:
        repository.lock_batch(tx, batch.id)
        stored = repository.find_in_batch(tx, batch.id, first, first + len(rows) - 1)
    cases = [
        Case(number, {}, None, row) if isinstance(row, RowInvalid) else batch.reader.read(number, row)
        for number, row in enumerate(rows, start=first)
        if number not in stored
    ]
    made, failed = answer_all(tx, batch.panel, cases, batch.about)
    repository.store_predictions(
        tx,
        made,
        model_id=batch.model_id,
        about=batch.about,
        batch_id=batch.id,
        by=batch.by,
        at=_now(batch.organization),
    )
    return Chunk({each.case.row: each for each in made}, stored, failed)


def _now(organization: Organization) -> datetime:
    return organization.clock.at(clock.system_now())


def _id_of(by: Principal, key: str) -> UUID:
    """Return the id that a caller's key stands for. Keys belong to one caller of one organisation."""
    name = f"prediction batch\0{by.organization_id}\0{by.label}\0{key}"
    return UUID(bytes=hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:16], version=5)


def _digest_of(model_id: UUID, asked: BatchAsked) -> bytes:
    wishes = repr((model_id, asked.about, asked.entity_field))
    return hashlib.sha256(wishes.encode("utf-8", "surrogatepass") + b"\0" + asked.digest).digest()
