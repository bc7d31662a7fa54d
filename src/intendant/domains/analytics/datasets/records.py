"""Tables of the organisation's own record as datasets: what domains declare as sources, read in one streamed query each."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from intendant.domains.analytics.datasets.contents import plain_table, to_parquet
from intendant.domains.analytics.datasets.prepared import Prepared, prepare
from intendant.kernel.registry import Registry, Source
from intendant.kit.database import Transaction
from intendant.kit.errors import Invalid, NotFound

if TYPE_CHECKING:
    import pyarrow as pa

RECORD_ROWS_MAX = 1_000_000
BATCH_ROWS = 10_000


class RecordTableUnknown(NotFound):
    """No domain declares a table of this name."""

    code = "record_table_unknown"


class RecordTableEmpty(Invalid):
    """The table of the record has no rows yet."""

    code = "record_table_empty"


def list_sources(registry: Registry) -> list[Source]:
    """List the tables of the record by name: the kernel's decisions, and what domains declare."""
    return [registry.sources[name] for name in sorted(registry.sources)]


def source_names(registry: Registry) -> list[str]:
    """List the names of the tables of the record, which no dataset may have."""
    return [source.name for source in list_sources(registry)]


def find_source(registry: Registry, name: str) -> Source:
    """Return a table of the record by name; raises RecordTableUnknown."""
    found = registry.sources.get(name)
    if found is None:
        raise RecordTableUnknown(
            f"The record has no table '{name[:100]}'.",
            field="source",
            remedy=f"Its tables are: {', '.join(source_names(registry)) or 'none'}.",
        )
    return found


def read_source(tx: Transaction, source: Source, limit: int, *, empty: bool = False) -> Prepared:
    """Read the newest rows of a table of the record; an `empty` one is no error where queries name it."""
    table = read_record(tx, source, limit)
    if not table.num_rows:
        if empty:
            return Prepared(to_parquet(table), 0, [])
        raise RecordTableEmpty(
            f"'{source.name}' has no rows yet.", field="source", remedy="Come back when the business has run a while."
        )
    return prepare(table)


def read_record(tx: Transaction, source: Source, limit: int) -> pa.Table:
    """Read the newest rows of a table of the record as plain columns."""
    import pyarrow as pa

    kinds = {"text": pa.string(), "number": pa.float64(), "boolean": pa.bool_(), "time": pa.timestamp("us", tz="UTC")}
    schema = pa.schema([(name, kinds[kind]) for name, kind in source.columns_of(tx).items()])
    rows = itertools.islice(source.read(tx, min(limit, RECORD_ROWS_MAX)), RECORD_ROWS_MAX)
    batches = [_batch(part, schema) for part in _parts(rows)]
    table = pa.Table.from_batches(batches, schema=schema)
    return plain_table(table.column_names, table.columns)


def _parts(rows: Iterable[Mapping[str, object]]) -> Iterable[list[Mapping[str, object]]]:
    remaining = iter(rows)
    while part := list(itertools.islice(remaining, BATCH_ROWS)):
        yield part


def _batch(part: list[Mapping[str, object]], schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    columns = [pa.array([_plain(row.get(field.name), field.type) for row in part], type=field.type) for field in schema]
    return pa.record_batch(columns, schema=schema)


def _plain(value: object, kind: pa.DataType) -> object:
    import pyarrow as pa

    if value is None:
        return None
    if pa.types.is_floating(kind):
        return float(value)  # type: ignore[arg-type]
    return str(value) if pa.types.is_string(kind) else value
