"""Queries over the organisation's datasets and the tables of its record. Only the tables that a query names are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from intendant.domains.analytics.datasets import isolation
from intendant.domains.analytics.datasets.frames import read_body
from intendant.domains.analytics.datasets.prepared import Prepared
from intendant.domains.analytics.datasets.records import RECORD_ROWS_MAX, find_source, read_source, source_names
from intendant.domains.analytics.datasets.rows import find_named

QUERY_LENGTH_MAX = 20_000
QUERY_SECONDS_MAX = 30.0
QUERY_ROWS_MAX = 1_000_000
PREVIEW_ROWS = 100
MEMORY_BYTES_MAX = 3 * 1024 * 1024 * 1024


def run_query(system: Any, organization_id: UUID, sql: str) -> Prepared:
    """Run one SELECT and return its answer, ready to be kept; raises QueryInvalid, WorkTooHeavy, IsolationBusy and others."""
    done = _run(system, organization_id, sql, rows_max=QUERY_ROWS_MAX, preview_rows=None)
    return prepared_of(done)


def preview_query(system: Any, organization_id: UUID, sql: str) -> Mapping[str, Any]:
    """Run one SELECT and return its first rows: columns, rows, more, tables, milliseconds."""
    return _run(system, organization_id, sql, rows_max=PREVIEW_ROWS, preview_rows=PREVIEW_ROWS).answer


def prepared_of(done: isolation.Done) -> Prepared:
    """Read what the other process made."""
    answer = done.answer
    return Prepared(done.body or b"", answer["row_count"], answer["columns"], answer["notices"], answer["quarantine"])


def _run(system: Any, organization_id: UUID, sql: str, *, rows_max: int, preview_rows: int | None) -> isolation.Done:
    def supply(names: Sequence[str], place: Path) -> None:
        """Put what the query names beside it; a name that nobody knows is for DuckDB to complain about."""
        known = {name.lower(): name for name in source_names(system.registry)}
        with system.database.snapshot(organization_id) as tx:
            for number, name in enumerate(names):
                path = place / f"{number}.parquet"
                if name in known:
                    source = find_source(system.registry, known[name])
                    path.write_bytes(read_source(tx, source, RECORD_ROWS_MAX, empty=True).body)
                elif (dataset := find_named(tx, name)) is not None:
                    path.write_bytes(read_body(tx, system.files, organization_id, dataset.digest))

    request = {"work": "query", "sql": sql, "rows_max": rows_max, "preview_rows": preview_rows}
    with isolation.folder() as place:
        return isolation.run_apart(
            Path(place), request, seconds=QUERY_SECONDS_MAX, memory_bytes=MEMORY_BYTES_MAX, supply=supply
        )
