"""Read a dataset's rows into memory. What was read last is kept in the process, by digest and within a bound."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from intendant.domains.analytics.datasets.contents import from_parquet, to_frame
from intendant.domains.analytics.datasets.rows import get_dataset
from intendant.kernel import files
from intendant.kernel.files import FileStore
from intendant.kit.database import Transaction
from intendant.kit.errors import Invalid

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

CACHE_BYTES_MAX = 256 * 1024 * 1024
"""Of Parquet, as stored."""
MISSING_COLUMNS_SHOWN_MAX = 10


class DatasetColumnUnknown(Invalid):
    """The dataset has no such column."""

    code = "dataset_column_unknown"


def read_frame(
    tx: Transaction,
    store: FileStore | None,
    organization_id: UUID,
    dataset_id: UUID,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return a dataset's present rows, all columns or those named, in this order: float64 (booleans as 1 and 0),
    datetime64 (UTC, without zone) and text.

    Raises DatasetUnknown, DatasetColumnUnknown, FileMissing, FileDamaged or FileStoreUnavailable.
    """
    return to_frame(read_table(tx, store, organization_id, dataset_id, columns))


def read_table(
    tx: Transaction,
    store: FileStore | None,
    organization_id: UUID,
    dataset_id: UUID,
    columns: Sequence[str] | None = None,
) -> pa.Table:
    """Return a dataset's rows as an Arrow table; raises as `read_frame` does."""
    dataset = get_dataset(tx, dataset_id)
    return read_content(tx, store, organization_id, dataset.digest, columns)


def read_content(
    tx: Transaction,
    store: FileStore | None,
    organization_id: UUID,
    digest: bytes,
    columns: Sequence[str] | None = None,
) -> pa.Table:
    """Return the rows of a digest, such as the ones a model version was trained on, while they are kept."""
    body = read_body(tx, store, organization_id, digest)
    if columns is None:
        return from_parquet(body)
    try:
        return from_parquet(body, list(columns))
    except KeyError:
        known = set(from_parquet(body, []).schema.names) or set(from_parquet(body).schema.names)
        lacking = [name for name in columns if name not in known][:MISSING_COLUMNS_SHOWN_MAX]
        raise DatasetColumnUnknown(
            f"The dataset has no column {', '.join(repr(name[:100]) for name in lacking)}.",
            field="columns",
            remedy="Show the dataset to see its columns; a refresh may have changed them.",
        ) from None


def read_body(tx: Transaction, store: FileStore | None, organization_id: UUID, digest: bytes) -> bytes:
    """Return the Parquet of a digest."""
    body = _CACHE.find(organization_id, digest)
    if body is None:
        body = files.get(tx, organization_id, digest, store)
        _CACHE.keep(organization_id, digest, body)
    return body


class _Cache:
    """The bytes read last, those of least recent use going first. An organisation finds only what it read itself."""

    def __init__(self, size_max: int) -> None:
        self._size_max = size_max
        self._kept: OrderedDict[tuple[UUID, bytes], bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def find(self, organization_id: UUID, digest: bytes) -> bytes | None:
        """Return what is kept, None for nothing."""
        with self._lock:
            body = self._kept.get((organization_id, digest))
            if body is not None:
                self._kept.move_to_end((organization_id, digest))
            return body

    def keep(self, organization_id: UUID, digest: bytes, body: bytes) -> None:
        """Keep bytes, letting others go; what is larger than half the room is not kept."""
        if len(body) > self._size_max // 2:
            return
        with self._lock:
            if (organization_id, digest) in self._kept:
                return
            self._kept[organization_id, digest] = body
            self._size += len(body)
            while self._size > self._size_max:
                _, gone = self._kept.popitem(last=False)
                self._size -= len(gone)


_CACHE = _Cache(CACHE_BYTES_MAX)
