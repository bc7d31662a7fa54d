"""A dataset's rows as Parquet: four kinds of column (number, boolean, moment, text), whatever they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intendant.kit.errors import Invalid

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ROW_GROUP_ROWS = 100_000
EXACT_WHOLE_NUMBER_MAX = 2**53
"""Beyond it a double no longer tells neighbours apart: such whole numbers are names of things, and are kept as text."""
COMPRESSION, COMPRESSION_LEVEL = "zstd", 3


class ColumnUnsupported(Invalid):
    """A column holds lists, structures or bytes, which no model learns from."""

    code = "dataset_column_unsupported"


def plain_column(name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Bring a column to one of the four kinds; what is not finite counts as missing. Raises ColumnUnsupported."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = values.type
    if pa.types.is_dictionary(kind):
        return plain_column(name, values.cast(kind.value_type))
    if pa.types.is_boolean(kind):
        return values
    if pa.types.is_null(kind):
        return values.cast(pa.float64())
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale <= 0):
        bounds = pc.min_max(values).as_py()
        largest = max((abs(each) for each in bounds.values() if each is not None), default=0)
        return values.cast(pa.string() if largest > EXACT_WHOLE_NUMBER_MAX else pa.float64())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = values.cast(pa.float64())
        return pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, pa.float64()))
    if pa.types.is_timestamp(kind):
        # Moments with a zone become the same moments in UTC.
        return (
            values.cast(pa.timestamp("us", tz="UTC"), safe=False).cast(pa.timestamp("us"))
            if kind.tz
            else values.cast(pa.timestamp("us"), safe=False)
        )
    if pa.types.is_date(kind):
        return values.cast(pa.timestamp("us"))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_time(kind):
        return values.cast(pa.string())
    raise ColumnUnsupported(
        f"The column '{name[:100]}' holds {str(kind)[:60]}, which no model learns from.",
        field="columns",
        remedy="Take the parts out that matter, or write them as text or numbers.",
    )


def plain_table(names: list[str], columns: list[pa.ChunkedArray]) -> pa.Table:
    """Put columns together, each brought to one of the four kinds."""
    import pyarrow as pa

    return pa.table([plain_column(name, values) for name, values in zip(names, columns, strict=True)], names=names)


def table_from_frame(frame: pd.DataFrame) -> pa.Table:
    """Turn a frame of numbers, booleans, moments and texts into a table."""
    import pyarrow as pa

    columns = [_chunked(pa.array(frame[name], from_pandas=True)) for name in frame.columns]
    return plain_table([str(name) for name in frame.columns], columns)


def to_parquet(table: pa.Table) -> bytes:
    """Write a table as Parquet; the same table gives the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression=COMPRESSION,
        compression_level=COMPRESSION_LEVEL,
        row_group_size=ROW_GROUP_ROWS,
        store_schema=False,
    )
    body: bytes = sink.getvalue().to_pybytes()
    return body


def from_parquet(body: bytes, columns: list[str] | None = None) -> pa.Table:
    """Read what `to_parquet` wrote; `columns` None means all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(pa.BufferReader(body))
    names = file.schema_arrow.names
    if columns is None:
        return file.read()
    # By position: a name with dots would be taken for a path into a structure.
    places = {name: place for place, name in enumerate(names)}
    wanted = [places[name] for name in columns]
    table = (
        pa.concat_tables(
            [
                file.reader.read_row_group(group, column_indices=sorted(set(wanted)))
                for group in range(file.num_row_groups)
            ]
        )
        if file.num_row_groups
        else file.schema_arrow.empty_table()
    )
    return table.select(columns)


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Turn a table into a frame: float64 (booleans as 1 and 0), datetime64 or text; what is missing is NaN, NaT or NA."""
    import pandas as pd
    import pyarrow as pa

    columns: dict[str, Any] = {}
    for name, values in zip(table.column_names, table.columns, strict=True):
        numbers = values.cast(pa.float64()) if pa.types.is_boolean(values.type) else values
        columns[name] = numbers.to_pandas()
    return pd.DataFrame(columns, index=range(table.num_rows))


def _chunked(values: Any) -> pa.ChunkedArray:
    import pyarrow as pa

    return values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])
