"""Columns as monitoring reads them: numbers with NaN for what is missing, categories as short texts, dates for presence alone.

The same reading serves training columns (arrays, frames) and the inputs of predictions as they were stored (JSON values).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["number", "category", "presence"]
Floats = NDArray[np.float64]
Texts = NDArray[np.object_]

NAME_LENGTH_MAX = 100
_NUMBERS = frozenset({"number", "numeric", "integer", "decimal", "float", "int", "money", "percent"})
_PRESENCE = frozenset({"date", "datetime", "moment", "time", "identifier", "id"})
_MISSING_TYPES = frozenset({"NAType", "NaTType"})


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column read: `values` holds numbers or texts of what is present, `missing` says where nothing is."""

    kind: Kind
    values: Any
    missing: NDArray[np.bool_]


def kind_of(type_name: str) -> Kind:
    """Return how a column of a named type is compared. Dates and identifiers move on their own: only their absence is news."""
    name = type_name.strip().lower()
    if name in _NUMBERS:
        return "number"
    return "presence" if name in _PRESENCE else "category"


def read_column(values: Any, kind: Kind) -> Column:
    """Read one column. A text that is no number counts as missing in a column of numbers, as it does for the model."""
    if kind == "number":
        numbers = _numbers(values)
        missing = ~np.isfinite(numbers)
        return Column(kind, numbers[~missing], missing)
    raw = np.asarray(values, dtype=object).ravel()
    texts = np.array([text_of(value) for value in raw], dtype=object)
    missing = np.array([not text for text in texts], dtype=bool)
    return Column(kind, texts[~missing], missing)


def columns_of(table: Mapping[str, Any] | Any) -> Mapping[str, Any]:
    """Return a mapping of columns as it is, and a frame as one."""
    if isinstance(table, Mapping):
        return table
    return {str(name): table[name] for name in table}


def text_of(value: object) -> str:
    """Return a category's name, empty where the value is missing (None, NaN, NaT, pandas.NA, blank). 1, 1.0 and "1" are one."""
    if value is None or type(value).__name__ in _MISSING_TYPES:
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        number = float(value)
        if math.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else str(number)
    return str(value).strip()[:NAME_LENGTH_MAX]


def _numbers(values: Any) -> Floats:
    array = np.asarray(values)
    if array.dtype.kind in "fiub":
        return np.asarray(array, dtype=np.float64).ravel()
    return np.array([_number(value) for value in np.asarray(values, dtype=object).ravel()], dtype=np.float64)


def _number(value: object) -> float:
    if isinstance(value, int | float | np.integer | np.floating | bool | np.bool_):
        try:
            return float(value)
        except OverflowError:
            return math.nan
    if isinstance(value, str) and len(value) <= NAME_LENGTH_MAX:
        try:
            return float(value.strip().replace(",", ""))
        except ValueError:
            return math.nan
    try:
        return float(value)  # type: ignore[arg-type]  # Decimal, and other numbers; the rest is no number
    except (TypeError, ValueError, OverflowError):
        return math.nan
