"""Apply a mapping to a table: clean applications with outcomes, and the rows whose values cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from ._mapping import Feature, Mapping
from ._moments import is_possible, read_moments
from ._outcome import texts_of
from ._profile import column_kind, write_value
from ._table import Quarantine, Table
from ._values import FALSE_WORDS, TRUE_WORDS, find_date_format, normalize_numbers, parse_dates

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd

AMOUNT_MAX = 1e12
SECONDS_IN_DAY = 86_400


@dataclass(frozen=True)
class AppliedTable:
    """Applications ready to be decided, in the order of the file; all parts have the same length.

    `outcome` is 1 repaid, 0 not repaid, NaN not known (censored or missing). In `features` numeric, boolean (1/0) and
    date (days since 1970) columns are float64 with NaN for missing; categories are text with NaN for missing.
    `quarantine` holds the rows set aside when reading and those set aside here; its counts add up to the file.
    """

    ids: np.ndarray
    times: np.ndarray | None
    amounts: np.ndarray | None
    features: pd.DataFrame
    protected: pd.DataFrame
    outcome: np.ndarray
    row_numbers: np.ndarray
    terms: np.ndarray | None
    purposes: pd.Series[str] | None
    incomes: np.ndarray | None
    credit_scores: np.ndarray | None
    quarantine: Quarantine
    notices: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.row_numbers)


def applications(table: Table, mapping: Mapping) -> AppliedTable:
    """Turn the rows of a table into applications. Call `check_mapping` first: this expects a mapping that fits.

    A row goes to quarantine when its amount is no number, not positive or beyond any loan, when its time is missing or
    impossible, or when its id has already occurred. A missing amount stays missing; a missing outcome is censored.
    """
    import numpy as np
    import pandas as pd

    bad = _BadRows(table)
    notices: list[str] = []
    amounts = _amounts(table, mapping, bad, notices)
    times = _times(table, mapping, bad)
    ids = _ids(table, mapping, bad)
    keep = ~bad.marked
    frame = table.frame if keep.all() else table.frame.loc[keep]
    outcome = _outcomes(frame, mapping)
    features = pd.DataFrame({feature.name: _feature(table, feature, keep, notices) for feature in mapping.features})
    if not mapping.features:
        features = pd.DataFrame(index=range(int(keep.sum())))
    unknown = int(np.isnan(outcome).sum())
    if unknown:
        notices.append(
            f"{unknown:,} applications have no final outcome: they are decided but not counted as right or wrong."
        )
    quarantine = table.quarantine.copy()
    bad.move_to(quarantine)

    def numbers(column: str | None) -> np.ndarray | None:
        return None if column is None else read_numbers(table, column)[0].to_numpy()[keep]

    return AppliedTable(
        ids=ids[keep],
        times=None if times is None else times[keep],
        amounts=None if amounts is None else amounts[keep],
        features=features,
        protected=frame[list(mapping.protected)].reset_index(drop=True),
        outcome=outcome,
        row_numbers=table.row_numbers[keep],
        terms=numbers(mapping.term),
        purposes=None if mapping.purpose is None else texts_of(frame[mapping.purpose]).reset_index(drop=True),
        incomes=numbers(mapping.income),
        credit_scores=numbers(mapping.credit_score),
        quarantine=quarantine,
        notices=tuple(notices),
    )


class _BadRows:
    """Rows found unusable, each with the first reason that was found."""

    def __init__(self, table: Table) -> None:
        import numpy as np

        self._table = table
        self.marked: np.ndarray = np.zeros(table.rows_read, dtype=bool)
        self._found: list[tuple[str, np.ndarray, str, Callable[[int], str]]] = []

    def mark(self, reason: str, rows: np.ndarray, explanation: str, text: Callable[[int], str]) -> None:
        """Mark rows; those already marked keep their first reason."""
        fresh = rows & ~self.marked
        if fresh.any():
            self._found.append((reason, fresh, explanation, text))
            self.marked |= fresh

    def move_to(self, quarantine: Quarantine) -> None:
        """Write the marked rows to a quarantine and take them out of its count of accepted rows."""
        for reason, rows, explanation, text in self._found:
            positions = rows.nonzero()[0]
            room = max(quarantine.kept_max - len(quarantine.rows), 0)
            for position in positions[:room]:
                quarantine.add(int(self._table.row_numbers[position]), reason, explanation, text(int(position)))
            quarantine.counts[reason] += len(positions) - min(room, len(positions))
        quarantine.rows_accepted -= int(self.marked.sum())


def read_numbers(table: Table, column: str) -> tuple[pd.Series[float], np.ndarray]:
    """Read a column as numbers, whatever its type; the second value marks cells that are neither number nor missing."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    series = table.frame[column]
    strange = np.zeros(len(series), dtype=bool)
    strange[list(table.unparsed.get(column, {}))] = True
    match column_kind(series):
        case "number":
            return series, strange
        case "date":
            strange |= series.notna().to_numpy()
            return series.astype("float64").where(series.isna()), strange
        case _:
            texts = pa.array(series.astype("object").where(series.notna(), None), type=pa.string())
            numbers = pc.cast(normalize_numbers(texts), pa.float64()).to_pandas()
            strange |= (numbers.isna() & series.notna()).to_numpy()
            return cast("pd.Series[float]", numbers.where(np.isfinite(numbers))), strange


def read_times(table: Table, column: str) -> pd.Series[pd.Timestamp] | None:
    """Read a column as moments, whatever its type; None when it does not hold any."""
    series = table.frame[column]
    if column_kind(series) != "text":
        return read_moments(series)
    sample = [str(text) for text in series.dropna().unique()[:300]]
    form = find_date_format(sample, day_first=table.delimiter == ";")
    return None if form is None else parse_dates(series, form)


def _cell_shower(table: Table, column: str) -> Callable[[int], str]:
    unparsed = table.unparsed.get(column, {})
    return lambda position: f"{column}={unparsed.get(position) or write_value(table.frame[column].iloc[position])}"


def _amounts(table: Table, mapping: Mapping, bad: _BadRows, notices: list[str]) -> np.ndarray | None:
    if mapping.amount is None:
        return None
    numbers, strange = read_numbers(table, mapping.amount)
    amounts = numbers.to_numpy(dtype="float64")
    show = _cell_shower(table, mapping.amount)
    bad.mark("amount_not_a_number", strange, f"The amount ('{mapping.amount}') is not a number.", show)
    bad.mark("amount_not_positive", amounts <= 0, f"The amount ('{mapping.amount}') is not above zero.", show)
    bad.mark(
        "amount_absurd", amounts > AMOUNT_MAX, f"The amount ('{mapping.amount}') is above {AMOUNT_MAX:,.0f}.", show
    )
    missing = int(numbers.isna().sum() - strange.sum())
    if missing:
        notices.append(f"{missing:,} applications have no amount ('{mapping.amount}').")
    return amounts


def _times(table: Table, mapping: Mapping, bad: _BadRows) -> np.ndarray | None:
    import numpy as np

    if mapping.time is None:
        return None
    moments = read_times(table, mapping.time)
    if moments is None:
        return None
    show = _cell_shower(table, mapping.time)
    written = table.frame[mapping.time].notna().to_numpy()
    strange = np.zeros(len(moments), dtype=bool)
    strange[list(table.unparsed.get(mapping.time, {}))] = True
    impossible = strange | (written & ~is_possible(moments))
    bad.mark("time_impossible", impossible, f"The time ('{mapping.time}') is no possible date.", show)
    bad.mark("time_missing", ~written & ~strange, f"The time ('{mapping.time}') is missing.", show)
    return cast("np.ndarray", moments.to_numpy(dtype="datetime64[us]"))


def _ids(table: Table, mapping: Mapping, bad: _BadRows) -> np.ndarray:
    import numpy as np

    rows = np.array([f"row-{number}" for number in table.row_numbers], dtype=object)
    if mapping.id is None:
        return rows
    series = table.frame[mapping.id]
    written = series.notna().to_numpy()
    if series.dtype.kind == "f" and bool((series.dropna() == series.dropna().round()).all()):
        texts = series.fillna(0).astype("int64").astype("str").to_numpy(dtype=object)
    else:
        texts = series.astype("str").to_numpy(dtype=object)
    if width := table.zero_padded.get(mapping.id):
        texts = np.array([text.zfill(width) for text in texts], dtype=object)
    repeated = series.duplicated().to_numpy() & written
    explanation = f"The id ('{mapping.id}') has occurred before."
    bad.mark("id_repeated", repeated, explanation, _cell_shower(table, mapping.id))
    ids: np.ndarray = np.where(written, texts, rows)
    return ids


def _outcomes(frame: pd.DataFrame, mapping: Mapping) -> np.ndarray:
    import numpy as np

    if mapping.outcome is None:
        return np.full(len(frame), np.nan)
    ends = {**dict.fromkeys(mapping.good, 1.0), **dict.fromkeys(mapping.bad, 0.0)}
    series = frame[mapping.outcome]
    coded = {value: ends.get(write_value(value), np.nan) for value in series.dropna().unique()}
    return cast("np.ndarray", series.map(coded).to_numpy(dtype="float64", na_value=np.nan))


def _feature(table: Table, feature: Feature, keep: np.ndarray, notices: list[str]) -> pd.Series[Any]:
    """Bring one column to the type the mapping gives it."""
    import pandas as pd

    series = table.frame[feature.name]
    values: pd.Series[Any]
    match feature.type:
        case "numeric":
            values, strange = read_numbers(table, feature.name)
            lost = int(strange.sum())
            if lost and feature.name not in table.unparsed:
                notices.append(f"'{feature.name}': {lost:,} cells are no number and count as missing.")
        case "category":
            values = texts_of(series) if column_kind(series) != "text" else series
        case "boolean":
            values = _truth(series)
        case "date":
            moments = read_times(table, feature.name)
            if moments is None:
                notices.append(f"'{feature.name}' holds no dates and counts as missing.")
                moments = pd.Series(pd.NaT, index=series.index, dtype="datetime64[us]")
            values = (moments - pd.Timestamp(1970, 1, 1)).dt.total_seconds() / SECONDS_IN_DAY
    return values[keep].reset_index(drop=True)


def _truth(series: pd.Series[Any]) -> pd.Series[float]:
    words = {value: write_value(value).lower() for value in series.dropna().unique()}
    truth = {value: 1.0 if word in TRUE_WORDS or word == "1" else 0.0 for value, word in words.items()
             if word in TRUE_WORDS or word in FALSE_WORDS or word in {"0", "1", "-1"}}  # fmt: skip
    return series.map(truth).astype("float64")
