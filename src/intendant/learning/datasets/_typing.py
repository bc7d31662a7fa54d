"""Give every column its type: numbers, dates, or text; keep what did not fit so that it can be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from ._values import DATE_FORMATS, MISSING, SIGNS, find_date_format, normalize_numbers, parse_dates

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

TYPED_SHARE_MIN = 0.9
EXACT_INTEGER_MAX = 2**53
ABSURD_SHARE_MAX = 0.01
SAMPLE_DISTINCT_MAX = 300


@dataclass(frozen=True)
class TypedColumn:
    """A column with its type; `unparsed` maps positions to texts that are neither missing nor of that type."""

    series: pd.Series[Any]
    unparsed: dict[int, str] = field(default_factory=dict)
    zero_padded_width: int | None = None
    notice: str | None = None


def type_column(name: str, texts: pa.ChunkedArray, *, decimal_comma: bool, day_first: bool) -> TypedColumn:
    """Type one column of texts. A column is numeric, or a date, when nine tenths of what is not missing are."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not decimal_comma and (numbers := _plain_numbers(texts)) is not None:
        return TypedColumn(_to_float(numbers), zero_padded_width=_zero_padded_width(texts))
    values = _without_missing(pc.utf8_trim_whitespace(texts))
    filled = len(values) - values.null_count
    if filled == 0:
        return TypedColumn(_to_float(pa.nulls(len(values), pa.float64())))
    padded = _zero_padded_width(values)
    dotted = decimal_comma and pc.any(pc.match_substring(values, ".")).as_py()
    if not dotted and (numbers := _plain_numbers(values)) is not None:
        return TypedColumn(_to_float(numbers), zero_padded_width=padded)
    encoded = values.combine_chunks().dictionary_encode() if values.nbytes < 2**30 else None
    distinct = encoded.dictionary if encoded is not None else values.unique()
    as_number = _as_numbers(distinct, decimal_comma=decimal_comma)
    typed = _from_distinct(name, values, distinct=distinct, typed=as_number, what="number", filled=filled)
    if typed is not None and _is_exact(as_number):
        return TypedColumn(typed.series, typed.unparsed, padded, typed.notice)
    sample = [str(text) for text in distinct.slice(0, SAMPLE_DISTINCT_MAX).to_pylist()]
    form = find_date_format(sample, day_first=day_first)
    if form is not None:
        dates = pa.Array.from_pandas(parse_dates(distinct.to_pandas(), form), type=pa.timestamp("us"))
        dated = _from_distinct(name, values, distinct=distinct, typed=dates, what="date", filled=filled)
        if dated is not None:
            notice = _ambiguous_order(name, sample, form) if dated.notice is None else dated.notice
            return TypedColumn(dated.series, dated.unparsed, notice=notice)
    return TypedColumn(_to_text(values))


def _plain_numbers(values: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Read a column in which every cell is digits with a point; None when one is not, or is too long to be exact."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        numbers = pc.cast(values, pa.float64())
    except pa.ArrowInvalid:
        return None
    return numbers if numbers.null_count < len(numbers) and _is_exact(numbers) else None


def _ambiguous_order(name: str, sample: list[str], form: str) -> str | None:
    """Say so when days and months could be exchanged in every date of a column."""
    import pandas as pd

    exchanged = {"%d": "%m", "%m": "%d"}
    other = re.sub("%[dm]", lambda match: exchanged[match.group()], form)
    if other not in DATE_FORMATS or not bool(parse_dates(pd.Series(sample, dtype="str"), other).notna().all()):
        return None
    order = "day" if form.startswith("%d") else "month"
    return f"Column '{name}': dates such as {sample[0]} were read {order} first; say day_first if that is wrong."


def _without_missing(values: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    short = pc.less_equal(pc.utf8_length(values), max(len(word) for word in MISSING))
    lowered = pc.utf8_lower(pc.if_else(short, values, "#"))
    missing = pc.is_in(lowered, value_set=pa.array(sorted(MISSING)))
    if not pc.any(missing).as_py():
        return values
    dashes = pc.equal(values, "-")
    if pc.any(dashes).as_py():
        distinct = set(pc.unique(values.filter(pc.invert(pc.and_(missing, pc.invert(dashes))))).to_pylist())
        if "+" in distinct and distinct <= {*SIGNS, None}:  # a column of plus and minus: here the dash is a value
            missing = pc.and_(missing, pc.invert(dashes))
    return pc.if_else(missing, pa.scalar(None, pa.string()), values)


def _as_numbers(distinct: pa.Array, *, decimal_comma: bool) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.cast(normalize_numbers(distinct, decimal_comma=decimal_comma), pa.float64())


def _from_distinct(
    name: str, values: pa.ChunkedArray, *, distinct: pa.Array, typed: pa.Array, what: str, filled: int
) -> TypedColumn | None:
    """Spread typed distinct values over the rows; None when too few of the rows are of that type."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if typed.null_count > 0.5 * len(typed) and len(typed) > 20:
        return None
    places = pc.index_in(values, value_set=distinct)
    places = pc.if_else(pc.is_valid(values), places, None)
    result = typed.take(places.combine_chunks() if isinstance(places, pa.ChunkedArray) else places)
    strangers = result.null_count - values.null_count
    if strangers > (1 - TYPED_SHARE_MIN) * filled:
        return None
    series = _to_float(result) if pa.types.is_floating(result.type) else result.to_pandas().astype("datetime64[us]")
    if strangers == 0:
        return TypedColumn(series)
    odd = pc.and_(pc.is_null(result), pc.is_valid(values.combine_chunks()))
    positions = pc.indices_nonzero(odd)
    texts = values.take(positions).to_pylist()
    unparsed = dict(zip(positions.to_pylist(), texts, strict=True))
    shown = ", ".join(sorted({repr(str(text)[:30]) for text in texts})[:3])
    return TypedColumn(
        series,
        unparsed,
        notice=f"Column '{name}': {strangers:,} cells are no {what} ({shown}) and count as missing.",
    )


def _zero_padded_width(values: pa.ChunkedArray) -> int | None:
    import pyarrow.compute as pc

    padded = pc.match_substring_regex(values, r"^0\d+$")
    if not pc.any(padded).as_py():
        return None
    return cast("int", pc.max(pc.utf8_length(values.filter(padded))).as_py())


def _is_exact(numbers: pa.Array | pa.ChunkedArray) -> bool:
    """Tell whether doubles hold the numbers exactly; long digit strings are names, not quantities.

    A few absurd cells do not make names of the others: they are told apart later, row by row.
    """
    import pyarrow.compute as pc

    beyond = pc.greater_equal(pc.abs(numbers), EXACT_INTEGER_MAX)
    count = pc.sum(beyond).as_py() or 0
    if count <= ABSURD_SHARE_MAX * (len(numbers) - numbers.null_count):
        return True
    whole = pc.all(pc.equal(numbers, pc.floor(numbers))).as_py()
    return not whole


def _to_float(numbers: pa.Array | pa.ChunkedArray) -> pd.Series[float]:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    values = numbers.to_numpy() if isinstance(numbers, pa.ChunkedArray) else numbers.to_numpy(zero_copy_only=False)
    infinite = np.isinf(values)
    if infinite.any():
        values = np.where(infinite, np.nan, values)
    return pd.Series(values, dtype="float64")


def _to_text(values: pa.ChunkedArray) -> pd.Series[str]:
    return cast("pd.Series[str]", values.to_pandas().astype("str"))
