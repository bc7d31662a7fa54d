"""What a column looks like: kind, range, distinct values; and its values written the one way mappings write them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from ._table import Table

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Kind = Literal["number", "date", "text"]
SAMPLE_ROWS_MAX = 20_000
SAMPLE_CELLS_MAX = 5_000_000
FEW_VALUES_MAX = 60


@dataclass(frozen=True)
class ColumnProfile:
    """The shape of one column, from an even sample of its rows."""

    name: str
    position: int
    kind: Kind
    row_count: int
    filled: int
    distinct: int
    values: tuple[str, ...]
    numbers: pd.Series[float] | None

    @property
    def filled_share(self) -> float:
        """Which share of the cells is not missing."""
        return self.filled / self.row_count if self.row_count else 0.0

    @cached_property
    def _ordered(self) -> np.ndarray:
        import numpy as np

        return np.sort(self.numbers.to_numpy(dtype="float64")) if self.numbers is not None else np.empty(0)

    def _quantile(self, share: float) -> float:
        count = len(self._ordered)
        return float(self._ordered[int(share * (count - 1))]) if count else float("nan")

    @cached_property
    def whole(self) -> bool:
        """Whether the column holds whole numbers only."""
        return self.numbers is not None and bool((self._ordered % 1 == 0).all())

    @property
    def low(self) -> float:
        """The smallest number (first percentile, so that one typing error does not count)."""
        return self._quantile(0.01)

    @property
    def high(self) -> float:
        """The largest number (99th percentile)."""
        return self._quantile(0.99)

    @property
    def median(self) -> float:
        """The middle number."""
        return self._quantile(0.5)

    @property
    def mean(self) -> float:
        """The mean number."""
        return float(self._ordered.mean()) if len(self._ordered) else float("nan")


def profile_columns(table: Table) -> list[ColumnProfile]:
    """Profile every column from a sample of at most 20,000 evenly spaced rows (fewer when columns are many)."""
    row_max = max(1_000, min(SAMPLE_ROWS_MAX, SAMPLE_CELLS_MAX // max(len(table.columns), 1)))
    step = max(1, -(-table.rows_read // row_max))
    return [_profile(name, position, table.frame[name].iloc[::step]) for position, name in enumerate(table.columns)]


def _profile(name: str, position: int, series: pd.Series[Any]) -> ColumnProfile:
    kind = column_kind(series)
    present = series.dropna()
    distinct = int(present.nunique())
    values: tuple[str, ...] = ()
    if distinct <= FEW_VALUES_MAX:
        counts = present.value_counts()
        values = tuple(write_value(value) for value in counts.index)
    numbers = present if kind == "number" else None
    return ColumnProfile(name, position, kind, len(series), len(present), distinct, values, numbers)


def column_kind(series: pd.Series[Any]) -> Kind:
    """Name the kind of a typed column."""
    match series.dtype.kind:
        case "f" | "i" | "u":
            return "number"
        case "M":
            return "date"
        case _:
            return "text"


def write_value(value: object) -> str:
    """Write one value as mappings write it: 1.0 is '1', text is trimmed."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value).strip()


def plain_value(text: str) -> str:
    """Bring a value given by a person to the way mappings write it: ' 1.0 ' is '1'."""
    text = text.strip()
    try:
        return write_value(float(text)) if text[:1] in "+-.0123456789" and len(text) > 1 else text
    except ValueError:
        return text


def count_values(series: pd.Series[Any]) -> dict[str, int]:
    """Count the values of a whole column, most frequent first, missing ones apart."""
    counts: dict[str, int] = {}
    for value, count in series.value_counts().items():
        text = write_value(value)
        counts[text] = counts.get(text, 0) + int(count)
    return counts
