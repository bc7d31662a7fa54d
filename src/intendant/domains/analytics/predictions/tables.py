"""The rows of a dataset as cases: the same values as a model was trained on, chunk by chunk."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from intendant.domains.analytics.datasets.frames import read_table
from intendant.domains.analytics.predictions.rowfiles import CHUNK_ROWS
from intendant.kernel.files import FileStore
from intendant.kit.database import Transaction


def dataset_chunks(tx: Transaction, store: FileStore | None, dataset_id: UUID) -> Iterator[Sequence[object]]:
    """Return a dataset's rows in chunks; raises what reading it raises, at once. Held in memory as columns meanwhile."""
    table = read_table(tx, store, tx.organization_id, dataset_id)
    return _chunks(table)


def _chunks(table: Any) -> Iterator[Sequence[object]]:
    for part in table.to_batches(max_chunksize=CHUNK_ROWS):
        rows: list[dict[str, Any]] = part.to_pylist()
        for row in rows:
            for name, value in row.items():
                if isinstance(value, datetime):
                    row[name] = value.isoformat()
        yield rows
