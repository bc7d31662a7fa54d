"""A table made ready to be kept: packed and profiled, without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from intendant.domains.analytics.datasets.contents import to_parquet
from intendant.domains.analytics.datasets.profile import profile_table
from intendant.kit.errors import Invalid

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS_MAX = 10_000


class DatasetInvalid(Invalid):
    """A dataset that cannot be kept as it is."""

    code = "dataset_invalid"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A table ready to be kept: its Parquet and profile."""

    body: bytes
    row_count: int
    columns: Sequence[Mapping[str, object]]
    notices: Sequence[str] = ()
    quarantine: Mapping[str, object] = field(default_factory=dict)


def prepare(
    table: pa.Table, *, notices: Sequence[str] = (), quarantine: Mapping[str, object] | None = None
) -> Prepared:
    """Profile and pack a table of plain columns; raises DatasetInvalid."""
    if not table.num_rows:
        raise DatasetInvalid("The table has no rows.", field="rows", remedy="Check the file, the filter or the join.")
    if table.num_columns > COLUMNS_MAX:
        raise DatasetInvalid(
            f"The table has {table.num_columns:,} columns; at most {COLUMNS_MAX:,} are kept.",
            field="columns",
            remedy="Leave out those that nothing is learnt from.",
        )
    return Prepared(to_parquet(table), table.num_rows, profile_table(table), tuple(notices), quarantine or {})
