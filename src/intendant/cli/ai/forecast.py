"""`intendant ai forecast`: forecast every series of a file and test it on their past; needs no installation."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from intendant.cli.console import Show, json_option, print_json, print_table

if TYPE_CHECKING:
    import pandas as pd

    from intendant.learning.forecasting import Forecast, HeldOut, SeriesTable

SERIES_SHOWN, PERIODS_SHOWN = 20, 12
_FORECAST = ("series", "period", "forecast", "lower", "upper")
_STEP, _VALUE = "period", "value"


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--time", "time", metavar="COL", help="The dates, or numbers of periods; found where it is plain.")
@click.option("--value", metavar="COL", help="The figure; without it rows are counted.")
@click.option("--series", multiple=True, metavar="COL", help="One series for each value. Repeatable.")
@click.option("--horizon", type=click.IntRange(1, 1000), metavar="N", help="Periods ahead; by default as usual.")
@click.option(
    "--frequency", default="auto", show_default=True, help="hourly, daily, weekly, monthly, quarterly, yearly."
)
@click.option("--frequency-column", metavar="COL", help="A column that says each series' frequency.")
@click.option(
    "--method", default="combination", show_default=True, help="combination, theta, damped_trend, seasonal_naive."
)
@click.option("--coverage", type=click.FloatRange(0.5, 0.99), default=0.9, show_default=True)
@click.option("--duplicates", type=click.Choice(["sum", "mean", "last"]), help="What rows of one period become.")
@click.option("--country", metavar="XX", help="Mind this country's public holidays in daily series.")
@click.option("--holdout", type=click.IntRange(1, 1000), metavar="N", help="Keep the last N periods back and compare.")
@click.option("--holdout-column", metavar="COL=VALUE", help="Keep back the rows that hold this value, and compare.")
@click.option("--wide", metavar="COL", help="One row for each series: its values begin in this column.")
@click.option(
    "--holdout-count-column", metavar="COL", help="How many last values of each row of a wide file to keep back."
)
@click.option(
    "--about", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file with a row for each series."
)
@click.option("--by", "by", multiple=True, metavar="COL", help="Also show the figures for each value. Repeatable.")
@json_option
def forecast(
    file: Path,
    time: str | None,
    value: str | None,
    series: tuple[str, ...],
    horizon: int | None,
    frequency: str,
    frequency_column: str | None,
    method: str,
    coverage: float,
    duplicates: str | None,
    country: str | None,
    holdout: int | None,
    holdout_column: str | None,
    wide: str | None,
    holdout_count_column: str | None,
    about: Path | None,
    by: tuple[str, ...],
    as_json: bool,
) -> None:
    """Forecast every series of FILE, a table with one line for each series and date, and say how good that was on their past.

    With --holdout or --holdout-column the last periods are kept back, forecast and compared.
    """
    from intendant.learning.datasets import read_table
    from intendant.learning.forecasting import hold_out, make_forecast, series_from_frame, usual_horizon

    frame = read_table(file).frame
    names = tuple(series)
    if wide is not None:
        frame, names, time, value = _long(frame, wide, names)
    if about is not None:
        frame = _joined(frame, read_table(about).frame, names)
    time = time or _only_time(frame)
    held_name, held_value = _split(holdout_column)
    _check(frame, [*names, *by, *filter(None, (frequency_column, held_name, holdout_count_column))])
    wishes: dict[str, Any] = {"method": method, "coverage": coverage, "country": country}
    compared: list[tuple[str, HeldOut]] = []
    forecasts: list[tuple[str, Forecast]] = []
    for kind, part in _parts(frame, frequency_column, frequency):
        keywords: dict[str, Any] = {"time": time, "value": value, "series": names, "duplicates": duplicates}
        if held_name is not None:
            table, left_out = _appended(part, kind, keywords, held_name, held_value)
            compared.append((kind, hold_out(table, left_out, **wishes)))
            continue
        table = series_from_frame(part, frequency=kind, **keywords)
        if holdout or holdout_count_column:
            compared.append(
                (kind, hold_out(table, _left_out(part, table, names, holdout, holdout_count_column), **wishes))
            )
        else:
            forecasts.append((kind, make_forecast(table, horizon or usual_horizon(table.calendar), **wishes)))
    if compared:
        _show_compared(
            frame, names, compared, [*([frequency_column] if frequency_column else []), *by], as_json=as_json
        )
    else:
        _show_forecasts(forecasts, as_json=as_json)


def _parts(frame: "pd.DataFrame", column: str | None, frequency: str) -> list[tuple[str, "pd.DataFrame"]]:
    """Cut a frame by frequency; a word that is no frequency means series without season."""
    from intendant.learning.forecasting import FrequencyUnknown, check_frequency

    if column is None:
        return [(frequency, frame)]
    parts = []
    for word, part in frame.groupby(frame[column].astype("str"), sort=True):
        try:
            kind: str = check_frequency(str(word))
        except FrequencyUnknown:
            kind = "yearly" if part[column].notna().any() else "auto"
        parts.append((kind, part))
    return parts


def _left_out(
    part: "pd.DataFrame", table: "SeriesTable", names: Sequence[str], holdout: int | None, column: str | None
) -> Any:
    import numpy as np

    if column is None:
        return np.full(len(table), holdout, dtype=np.int64)
    counts = part.groupby([part[name].astype("str") for name in names])[column].first()
    return np.asarray([int(counts[key[0] if len(key) == 1 else key]) for key in table.keys], dtype=np.int64)


def _appended(
    part: "pd.DataFrame", kind: str, keywords: dict[str, Any], column: str, wanted: str | None
) -> tuple["SeriesTable", Any]:
    """Return the series with the rows kept back behind the others."""
    from intendant.kit.errors import Invalid
    from intendant.learning.forecasting import append, series_from_frame

    marked = part[column].astype("str") == wanted
    if not marked.any() or marked.all():
        raise Invalid(
            f"{'Every' if marked.any() else 'No'} row holds '{wanted}' in '{column}'.",
            field="--holdout-column",
            remedy="Give COL=VALUE, such as split=test.",
        )
    earlier = series_from_frame(part[~marked], frequency=kind, **keywords)
    return append(earlier, series_from_frame(part[marked], calendar=earlier.calendar, **keywords))


def _long(frame: "pd.DataFrame", first: str, series: Sequence[str]) -> tuple["pd.DataFrame", tuple[str, ...], str, str]:
    """Turn one row a series into one row a value; the columns before the values are kept."""
    _check(frame, [first])
    columns = [str(name) for name in frame.columns]
    begin = columns.index(first)
    kept, values = columns[:begin], columns[begin:]
    names = tuple(series) or tuple(kept[:1])
    long = frame.melt(id_vars=kept, value_vars=values, var_name=_STEP, value_name=_VALUE)
    long[_STEP] = long[_STEP].map({name: place for place, name in enumerate(values)}).astype(float)
    return long[long[_VALUE].notna()], names, _STEP, _VALUE


def _joined(frame: "pd.DataFrame", other: "pd.DataFrame", names: tuple[str, ...]) -> "pd.DataFrame":
    from intendant.kit.errors import Invalid

    keys = [name for name in names if name in other.columns]
    if not keys:
        raise Invalid("--about shares no series column with FILE.", field="--about", remedy="Name it with --series.")
    added = [name for name in other.columns if name in keys or name not in frame.columns]
    return frame.merge(other[added].drop_duplicates(keys), on=keys, how="left")


def _only_time(frame: "pd.DataFrame") -> str:
    from intendant.kit.errors import Invalid

    found = [str(name) for name in frame.columns if frame[name].dtype.kind == "M"]
    if len(found) != 1:
        raise Invalid("It is not plain which column holds the dates.", field="--time", remedy="Name it with --time.")
    return found[0]


def _split(text: str | None) -> tuple[str | None, str | None]:
    if text is None:
        return None, None
    name, _, value = text.partition("=")
    return name, value


def _check(frame: "pd.DataFrame", names: Sequence[str]) -> None:
    from intendant.kit.errors import Invalid

    for name in names:
        if name not in frame.columns:
            known = ", ".join(str(each) for each in list(frame.columns)[:12])
            raise Invalid(f"There is no column '{name}'.", field="FILE", remedy=f"Columns: {known}.")


def _show_compared(
    frame: "pd.DataFrame",
    names: tuple[str, ...],
    compared: list[tuple[str, "HeldOut"]],
    by: list[str],
    *,
    as_json: bool,
) -> None:
    import pandas as pd

    figures = ("smape", "mase", "inside", "naive_smape", "naive_mase")
    rows = pd.concat(
        [
            pd.DataFrame(
                {"key": [" / ".join(key) for key in held.keys]} | {name: getattr(held, name) for name in figures}
            )
            for _, held in compared
        ],
        ignore_index=True,
    )
    notices = sorted({notice for _, held in compared for notice in held.forecast.notices})
    groups: list[tuple[str, pd.DataFrame]] = [("all", rows)]
    for column in by:
        texts = [frame[name].astype("str") for name in names]
        key = texts[0]
        for more in texts[1:]:
            key = key + " / " + more
        values = pd.Series(frame[column].astype("str").to_numpy(), index=key.to_numpy())
        values = values[~values.index.duplicated()]
        found = rows["key"].map(values)
        groups += [(f"{column}: {value}", rows[found == value]) for value in sorted(found.dropna().unique())]
    answer = [
        {"group": name, "series": len(part)} | {figure: _rounded(part[figure].mean()) for figure in figures}
        for name, part in groups
    ]
    if as_json:
        print_json({"groups": answer, "notices": notices})
        return
    titles = ("", "series", "sMAPE", "MASE", "within bounds", "naive sMAPE", "naive MASE")
    columns = {title: _cell(name) for title, name in zip(titles, answer[0], strict=True)}
    print_table(answer, columns, empty="Nothing was kept back.")
    for notice in notices:
        click.echo(f"note: {notice}")


def _show_forecasts(forecasts: list[tuple[str, "Forecast"]], *, as_json: bool) -> None:
    if as_json:
        print_json({"forecasts": [_plain(each) for _, each in forecasts]})
        return
    for _, each in forecasts:
        test = each.back_test
        click.echo(f"\n{len(each.table):,} series, {each.table.calendar.frequency}, {each.horizon} periods ahead")
        if test is not None:
            overall = test.overall
            click.echo(
                f"on the past, from {test.origins} origins: sMAPE {_shown(overall.smape)}, MASE {_shown(overall.mase)}, "
                f"within bounds {_shown(overall.coverage)} (wanted {each.coverage}); seasonal naive sMAPE "
                f"{_shown(overall.naive_smape)}, MASE {_shown(overall.naive_mase)}"
            )
        for notice in each.notices:
            click.echo(f"note: {notice}")
        rows = []
        for place in range(min(len(each.table), SERIES_SHOWN)):
            periods = each.table.calendar.names(each.numbers[place][:PERIODS_SHOWN])
            for ahead, period in enumerate(periods):
                bounds = (each.point, each.lower, each.upper)
                figures = [f"{part[place, ahead]:,.6g}" for part in bounds]
                rows.append(dict(zip(_FORECAST, [each.table.names[place], period, *figures], strict=True)))
        print_table(rows, {name: _cell(name) for name in _FORECAST}, empty="No series.")


def _plain(each: "Forecast") -> dict[str, Any]:
    names = each.table.calendar.names
    return {
        "frequency": each.table.calendar.frequency,
        "horizon": each.horizon,
        "back_test": None if each.back_test is None else each.back_test.as_dict(),
        "notices": list(each.notices),
        "series": [
            {
                "name": each.table.names[place],
                "method": each.method[place],
                "periods": names(each.numbers[place]),
                "forecast": each.point[place].tolist(),
                "lower": each.lower[place].tolist(),
                "upper": each.upper[place].tolist(),
            }
            for place in range(len(each.table))
        ],
    }


def _cell(name: str) -> Show:
    return lambda row: _shown(row[name])


def _rounded(value: float) -> float | None:
    return None if value != value else round(float(value), 4)  # noqa: PLR0124 - NaN is not itself


def _shown(value: Any) -> Any:
    return "-" if value is None else f"{value:.3f}" if isinstance(value, float) else value
