"""What the columns of a dataset look like: type, gaps, distinct values, range, frequent values, whether it names rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Type = Literal["numeric", "category", "boolean", "time", "text"]
TOP_VALUES_MAX = 10
TOP_VALUE_CHARACTERS_MAX = 100
WIDE_COLUMNS = 500
"""From so many columns on, fewer frequent values of each are kept."""
WIDE_TOP_VALUES_MAX = 3
QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
CATEGORY_VALUES_MAX = 1_000
CATEGORY_SHARE_MAX = 0.5
FEW_VALUES = 20
BINS = 16
BINS_SHARE_BEYOND = 0.01
"""The outermost values lie in the first and the last bin, so that a few outliers do not hide the shape of all others."""
ID_ROWS_MIN = 20
ID_CHARACTERS_MAX = 64
_TRUTH = ({"true", "false"}, {"yes", "no"}, {"t", "f"}, {"y", "n"})
_ID_NAME = re.compile(r"(^|[\W_])(id|uuid|guid|key|nr|no|number|index)$|[a-z]I[Dd]$", re.IGNORECASE)


def profile_table(table: pa.Table) -> list[dict[str, Any]]:
    """Profile every column of a table of plain columns; exact, over all rows."""
    shown = TOP_VALUES_MAX if table.num_columns < WIDE_COLUMNS else WIDE_TOP_VALUES_MAX
    return [profile_column(name, values, shown) for name, values in zip(table.column_names, table.columns, strict=True)]


def profile_column(name: str, values: pa.ChunkedArray, top_values_max: int = TOP_VALUES_MAX) -> dict[str, Any]:
    """Profile one column: `missing` is a share of the rows, `top` the most frequent values with their counts."""
    import pyarrow as pa

    missing = values.null_count / len(values) if len(values) else 0.0
    present = values.drop_null()
    kind = values.type
    if pa.types.is_boolean(kind):
        found = _boolean(present, top_values_max)
    elif pa.types.is_floating(kind):
        found = _numeric(name, present, top_values_max)
    elif pa.types.is_timestamp(kind):
        found = _moments(present)
    else:
        found = _texts(present, top_values_max)
    return {"name": name, "missing": missing, **found}


def _boolean(present: pa.ChunkedArray, top_values_max: int) -> dict[str, Any]:
    top, distinct = _top(present, top_values_max)
    return {"type": "boolean", "distinct": distinct, "top": top, "looks_like_id": False}


def _numeric(name: str, present: pa.ChunkedArray, top_values_max: int) -> dict[str, Any]:
    import numpy as np

    numbers = np.sort(present.to_numpy())
    count = len(numbers)
    if not count:
        return {"type": "numeric", "distinct": 0, "top": [], "looks_like_id": False}
    starts = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1])))
    distinct = len(starts)
    low, high = float(numbers[0]), float(numbers[-1])
    whole = bool((numbers == np.round(numbers)).all())
    truth = distinct <= 2 and low in (0.0, 1.0) and high in (0.0, 1.0) and distinct == 2
    with np.errstate(over="ignore"):
        mean, deviation = float(numbers.mean()), float(numbers.std())
    found: dict[str, Any] = {
        "type": "boolean" if truth else "numeric",
        "distinct": distinct,
        "min": low,
        "max": high,
        "mean": mean if np.isfinite(mean) else None,
        "deviation": deviation if np.isfinite(deviation) else None,
        "quantiles": {key: float(numbers[int(share * (count - 1))]) for key, share in QUANTILES.items()},
        "whole": whole,
        "bins": _bins(numbers),
        "top": _top_numbers(numbers, starts, top_values_max),
        "looks_like_id": whole and distinct == count >= ID_ROWS_MIN and (high - low < 2 * count or _names_rows(name)),
    }
    return found


def _bins(numbers: np.ndarray) -> dict[str, Any] | None:
    """Count sorted numbers in bins of equal width; None where they are all alike."""
    import numpy as np

    low, high = (
        float(numbers[int(share * (len(numbers) - 1))]) for share in (BINS_SHARE_BEYOND, 1 - BINS_SHARE_BEYOND)
    )
    with np.errstate(over="ignore"):
        width = high - low
    if not 0 < width < np.inf:
        return None
    edges = np.linspace(low, high, BINS + 1)[1:-1]
    counts = np.diff(np.concatenate(([0], np.searchsorted(numbers, edges, side="left"), [len(numbers)])))
    return {"low": low, "high": high, "counts": [int(each) for each in counts]}


def _top_numbers(numbers: np.ndarray, starts: np.ndarray, top_values_max: int) -> list[dict[str, Any]]:
    import numpy as np

    if len(starts) == len(numbers):
        return []
    counts = np.diff(np.append(starts, len(numbers)))
    places = np.argsort(-counts, kind="stable")[:top_values_max]
    return [{"value": float(numbers[starts[place]]), "count": int(counts[place])} for place in places]


def _moments(present: pa.ChunkedArray) -> dict[str, Any]:
    import pyarrow.compute as pc

    if not len(present):
        return {"type": "time", "distinct": 0, "top": [], "looks_like_id": False}
    bounds = pc.min_max(present).as_py()
    return {
        "type": "time",
        "distinct": pc.count_distinct(present).as_py(),
        "min": bounds["min"].isoformat(),
        "max": bounds["max"].isoformat(),
        "top": [],
        "looks_like_id": False,
    }


def _texts(present: pa.ChunkedArray, top_values_max: int) -> dict[str, Any]:
    import pyarrow.compute as pc

    count = len(present)
    if not count:
        return {"type": "category", "distinct": 0, "top": [], "looks_like_id": False}
    top, distinct = _top(present, top_values_max)
    longest = pc.max(pc.utf8_length(present)).as_py()
    words = {each["value"].strip().lower() for each in top} if distinct == 2 else set()
    few = distinct <= FEW_VALUES or (distinct <= CATEGORY_VALUES_MAX and distinct <= CATEGORY_SHARE_MAX * count)
    kind: Type = "boolean" if words in _TRUTH else "category" if few else "text"
    id_like = distinct == count >= ID_ROWS_MIN and longest <= ID_CHARACTERS_MAX
    spaced = id_like and pc.any(pc.match_substring(present, " ")).as_py()
    return {
        "type": kind,
        "distinct": distinct,
        "longest": longest,
        "top": top if distinct < count or few else [],
        "looks_like_id": bool(id_like and not spaced),
    }


def _top(present: pa.ChunkedArray, top_values_max: int) -> tuple[list[dict[str, Any]], int]:
    import pyarrow.compute as pc

    counts = pc.value_counts(present)
    amounts = counts.field("counts")
    order = pc.select_k_unstable(amounts, k=min(top_values_max, len(counts)), sort_keys=[("", "descending")])
    shown = counts.take(order)
    top = [{"value": _plain(each["values"]), "count": each["counts"]} for each in shown.to_pylist()]
    # Equal counts in the order of their values, so that the same rows always give the same profile.
    return sorted(top, key=lambda each: (-each["count"], str(each["value"]))), len(counts)


def _plain(value: Any) -> Any:
    # PostgreSQL stores no NUL in JSON.
    return value.replace("\0", "")[:TOP_VALUE_CHARACTERS_MAX] if isinstance(value, str) else value


def _names_rows(name: str) -> bool:
    return _ID_NAME.search(name) is not None
