"""The rows of a dataset as cases: the same values as a model was trained on, chunk by chunk."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from intendant.domains.analytics.datasets.frames import read_content
from intendant.domains.analytics.datasets.rows import get_dataset
from intendant.domains.analytics.predictions.rowfiles import CHUNK_ROWS
from intendant.kernel.files import FileStore
from intendant.kit.database import Transaction


def dataset_chunks(
    tx: Transaction, store: FileStore | None, dataset_id: UUID
) -> tuple[Iterator[Sequence[object]], bytes]:
    """Return a dataset's rows in chunks, and the digest that names them; raises what reading raises, at once.

    Held in memory as columns meanwhile.
    """
    digest = get_dataset(tx, dataset_id).digest
    return _chunks(read_content(tx, store, tx.organization_id, digest)), digest


def _chunks(table: Any) -> Iterator[Sequence[object]]:
    for part in table.to_batches(max_chunksize=CHUNK_ROWS):
        rows: list[dict[str, Any]] = part.to_pylist()
        for row in rows:
            for name, value in row.items():
                if isinstance(value, datetime):
                    row[name] = value.isoformat()
        yield rows
