"""Run one SELECT with DuckDB over tables that lie in a folder: without files, network, extensions or settings.

Called in a process of its own alone: DuckDB bounds its buffers but not every value it builds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from intendant.domains.analytics.datasets.contents import plain_table
from intendant.kit import clock
from intendant.kit.errors import Invalid

if TYPE_CHECKING:
    import pyarrow as pa

MEMORY_LIMIT = "768MB"
THREADS = 2
BATCH_ROWS = 2_048
RESULT_BYTES_MAX = 512 * 1024 * 1024
MESSAGE_CHARACTERS_MAX = 500
TABLES_MAX = 20
COLUMN_CHARACTERS_MAX = 200
_SETTINGS: dict[str, Any] = {
    "memory_limit": MEMORY_LIMIT,
    "threads": THREADS,
    "enable_external_access": False,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
    "temp_directory": "",
    "lock_configuration": True,
}
_POINTER = re.compile(r"\n(?P<head>LINE (?P<line>\d+): )(?P<start>[^\n]{0,3})[^\n]*\n(?P<mark> *)\^")
_TYPES = {"double": "numeric", "bool": "boolean", "timestamp[us]": "time", "string": "text"}


class WorkTooHeavy(Invalid):
    """A file or a query that took more time or memory than it may."""

    code = "dataset_work_too_heavy"


class QueryInvalid(Invalid):
    """A query that is not one SELECT over known tables, or that fails."""

    code = "dataset_query_invalid"


@dataclass(frozen=True, slots=True)
class Found:
    """A query's answer in plain columns, with the tables it named."""

    table: pa.Table
    tables: tuple[str, ...]
    more: bool
    milliseconds: float

    def preview(self, rows_max: int) -> dict[str, Any]:
        """Return the first rows as JSON."""
        shown = self.table.slice(0, rows_max)
        return {
            "columns": [{"name": field.name, "type": _TYPES[str(field.type)]} for field in shown.schema],
            "rows": [list(row) for row in zip(*(values.to_pylist() for values in shown.columns), strict=True)],
            "more": self.more or self.table.num_rows > rows_max,
            "tables": list(self.tables),
            "milliseconds": self.milliseconds,
        }


def run(sql: str, place: Path, ask: Callable[[list[str]], None], *, rows_max: int, cut: bool = False) -> Found:
    """Run one SELECT. `ask` puts the tables it names into the folder. Raises QueryInvalid, WorkTooHeavy or ColumnUnsupported.

    More than `rows_max` rows are an error, or cut off where `cut` says so.
    """
    import duckdb

    # Now, while there is memory for libraries: a query may leave none.
    import pyarrow.compute
    import pyarrow.dataset  # noqa: F401

    connection = duckdb.connect(":memory:", config=_SETTINGS)
    try:
        statement = _one_select(connection, sql)
        names = _table_names(connection, statement)
        if len(names) > TABLES_MAX:
            raise QueryInvalid(
                f"The query names {len(names)} tables; at most {TABLES_MAX} are read.", field="sql", remedy="Use fewer."
            )
        ask(names)
        known = [name for number, name in enumerate(names) if _register(connection, name, place / f"{number}.parquet")]
        begun = clock.monotonic_seconds()
        table, more = _read(connection.sql(statement), rows_max=rows_max, cut=cut)
        spent = (clock.monotonic_seconds() - begun) * 1_000
    except duckdb.OutOfMemoryException as error:
        raise _too_heavy() from error
    except duckdb.Error as error:
        raise _refused(error) from error
    return Found(table, tuple(known), more, round(spent, 1))


def _one_select(connection: Any, sql: str) -> str:
    import duckdb

    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise QueryInvalid(
            "A query is one SELECT and nothing else.",
            field="sql",
            remedy="Write one SELECT (WITH is part of it), without SET, PRAGMA, COPY, ATTACH, INSTALL, CREATE or a second"
            " statement.",
        )
    text: str = statements[0].query
    return text


def _table_names(connection: Any, statement: str) -> list[str]:
    """List the tables that a statement names, in lower case; those it defines by WITH may be among them.

    From the parsed statement: DuckDB's own list of names binds it, which fails before the tables are there.
    """
    [(text,)] = connection.execute("select json_serialize_sql(?)", [statement]).fetchall()
    names: set[str] = set()
    nodes: list[Any] = [orjson.loads(text)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, list):
            nodes.extend(node)
        elif isinstance(node, dict):
            nodes.extend(node.values())
            if node.get("type") == "BASE_TABLE" and not node.get("schema_name"):
                names.add(str(node["table_name"]).lower())
    return sorted(names)


def _register(connection: Any, name: str, path: Path) -> bool:
    """Let the query see a table under its name; only the columns it reads are ever unpacked."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    if not path.exists():
        return False
    form = ds.ParquetFileFormat()
    fragment = form.make_fragment(pa.BufferReader(path.read_bytes()))
    connection.register(name, ds.FileSystemDataset([fragment], fragment.physical_schema, form))
    return True


def _read(relation: Any, *, rows_max: int, cut: bool) -> tuple[pa.Table, bool]:
    import pyarrow as pa

    if relation is None:
        raise QueryInvalid("The query gives no table.", field="sql", remedy="Write a SELECT that gives columns.")
    names = _column_names(relation.columns)
    batches, rows, size = [], 0, 0
    reader = relation.limit(rows_max + 1).to_arrow_reader(BATCH_ROWS)
    for batch in reader:
        batches.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if size > RESULT_BYTES_MAX:
            raise _too_heavy()
    if rows > rows_max and not cut:
        raise WorkTooHeavy(
            f"The query gives more than {rows_max:,} rows.",
            field="sql",
            remedy="Filter or aggregate, or add a LIMIT.",
            data={"rows_max": rows_max},
        )
    table = pa.Table.from_batches(batches, schema=reader.schema).slice(0, rows_max)
    return plain_table(names, table.columns), rows > rows_max


def _column_names(names: list[str]) -> list[str]:
    """Return the names of the answer's columns; raises QueryInvalid where two are the same or one is not printable."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise QueryInvalid(
                f"Two columns are called '{name[:100]}'.",
                field="sql",
                remedy="Give each column a name of its own with AS, and name columns instead of * in a join.",
            )
        if not name.strip() or not name.isprintable() or len(name) > COLUMN_CHARACTERS_MAX:
            raise QueryInvalid(
                f"A column's name is printable text of 1 to {COLUMN_CHARACTERS_MAX} characters.",
                field="sql",
                remedy="Name it with AS.",
            )
        seen.add(name)
    return list(names)


def _too_heavy() -> WorkTooHeavy:
    return WorkTooHeavy(
        "The query needs more memory than it may have.",
        field="sql",
        remedy="Filter or aggregate first, and leave out joins that multiply rows.",
    )


def _refused(error: Exception) -> QueryInvalid:
    """Say what DuckDB says, on one line and bounded; it never holds rows of others, since none are there."""
    text = re.sub(r"\s+", " ", str(error).partition("\nLINE ")[0].split("\n\n")[0]).strip()
    kind = type(error).__name__.removesuffix("Exception")
    if kind == "Permission":
        return QueryInvalid(
            "A query reads no files, no network and no extensions.",
            field="sql",
            remedy="Upload the file as a dataset and name it.",
        )
    return QueryInvalid(
        text[:MESSAGE_CHARACTERS_MAX] or "The query failed.",
        field="sql",
        remedy="Mend the query. GET /datasets and /datasets/sources list the tables that it may name.",
        data=_place(str(error)),
    )


def _place(text: str) -> dict[str, object]:
    """Return the line and column that DuckDB points at, counted from 1; empty where it points nowhere, or into a cut line."""
    found = _POINTER.search(text)
    if found is None or found["start"].startswith("..."):
        return {}
    column = len(found["mark"]) - len(found["head"]) + 1
    return {"line": int(found["line"]), "column": column} if column >= 1 else {}
