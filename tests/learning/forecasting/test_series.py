"""Tables of every kind become series on a grid: dates in any form, gaps, duplicates, single points, sales with their time."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from intendant.learning.forecasting import (
    FrequencyUnknown,
    SeriesInvalid,
    SeriesTable,
    make_forecast,
    series_from_frame,
)

FORMS = (
    "%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y%m%d", "%d-%b-%Y", "%B %d, %Y", "%Y/%m/%d", "%d %b %Y", "%Y-%m-%dT%H:%M:%SZ",
    "%d.%m.%Y %H:%M",
)  # fmt: skip


def _table(times: object, values: object, **given: object) -> SeriesTable:
    frame = pd.DataFrame({"when": times, "value": values})
    return series_from_frame(frame, time="when", value="value", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
def test_dates_are_read_in_ten_forms(form: str) -> None:
    days = [date(2024, 1, 20) + timedelta(days=each) for each in range(30)]
    table = _table([day.strftime(form) for day in days], range(30))
    assert table.calendar.frequency == "daily"
    assert table.calendar.names(table.first)[0] == "2024-01-20"
    assert len(table.values[0]) == 30


def test_dates_in_many_forms_within_one_column_are_read() -> None:
    days = [date(2024, 1, 20) + timedelta(days=each) for each in range(40)]
    table = _table([day.strftime(FORMS[place % 10]) for place, day in enumerate(days)], range(40))
    assert len(table.values[0]) == 40
    assert not np.isnan(table.values[0]).any()


@pytest.mark.parametrize(
    ("pandas_name", "frequency"),
    [("h", "hourly"), ("D", "daily"), ("W-SUN", "weekly"), ("MS", "monthly"), ("ME", "monthly"), ("QS", "quarterly"), ("YS", "yearly")],
)  # fmt: skip
def test_the_frequency_is_told_by_the_dates(pandas_name: str, frequency: str) -> None:
    times = pd.date_range("2020-01-01", periods=30, freq=pandas_name)
    table = _table(times, np.arange(30.0))
    assert table.calendar.frequency == frequency
    assert table.calendar.names(table.last)[0][:10] == str(times[-1])[:10]
    assert len(table.values[0]) == 30


def test_sales_with_their_time_are_summed_by_day_and_days_without_are_zero() -> None:
    generator = np.random.default_rng(0)
    minutes = np.sort(generator.integers(0, 60 * 24 * 90, 3_000))
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(minutes, unit="min")
    kept = np.asarray(times.day_of_week) != 6
    table = _table(times[kept], np.ones(kept.sum()))
    assert table.calendar.frequency == "daily"
    assert table.counted
    assert table.values[0].sum() == kept.sum()
    assert (table.values[0] == 0).sum() >= 12


def test_duplicates_are_summed_or_averaged_as_asked_and_gaps_are_filled_in() -> None:
    times = ["2024-01-01", "2024-01-01", "2024-01-02", "2024-01-04"]
    assert _table(times, [1, 3, 5, 7]).values[0].tolist()[:2] == [4, 5]
    averaged = _table(times, [1, 3, 5, 7], duplicates="mean")
    assert averaged.values[0].tolist()[:2] == [2, 5]
    assert np.isnan(averaged.values[0][2])
    assert any("interpolation" in notice for notice in averaged.notices)
    assert _table(times, [1, 3, 5, 7], missing="zero").values[0].tolist() == [4, 5, 0, 7]


def test_a_month_that_has_not_ended_is_left_out() -> None:
    times = pd.date_range("2024-01-01", "2024-06-10", freq="D")
    table = _table(times, np.ones(len(times)), frequency="monthly")
    assert table.values[0].tolist() == [31, 29, 31, 30, 31]


def test_unreadable_rows_are_left_out_and_said() -> None:
    table = _table(["2024-01-01", "never", None, "2024-01-02", "2024-01-03"], [1, 2, 3, 4, np.nan])
    assert table.values[0].tolist() == [1, 4]
    assert sum("left out" in notice for notice in table.notices) == 2


def test_keys_may_be_any_text_numbers_or_missing() -> None:
    frame = pd.DataFrame(
        {
            "t": ["2024-01-01", "2024-02-01"] * 3,
            "v": range(6),
            "k": ["Ω", "Ω", None, None, "a\x1b", "a\x1b"],
            "n": [1.0] * 6,
        }
    )
    table = series_from_frame(frame, time="t", value="v", series=["k", "n"])
    assert {key[0] for key in table.keys} == {"Ω", "(missing)", "a\x1b"}
    assert {key[1] for key in table.keys} == {"1"}


@pytest.mark.parametrize(
    ("times", "values", "given", "error"),
    [
        (["x", "y"], [1, 2], {}, SeriesInvalid),
        (["2024-01-01"], ["text"], {}, SeriesInvalid),
        ([], [], {}, SeriesInvalid),
        (["2024-01-01"], [1], {"frequency": "fortnightly"}, FrequencyUnknown),
        (["1900-01-01", "2024-01-01"], [1, 2], {"frequency": "hourly"}, SeriesInvalid),
    ],
)
def test_what_is_no_series_is_refused_with_a_remedy(
    times: list[str], values: list[object], given: dict[str, str], error: type
) -> None:
    with pytest.raises(error) as refused:
        _table(times, values, **given)
    assert refused.value.remedy  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "values",
    [
        [5.0],
        [5.0, 6.0],
        [1.0, 2.0, 3.0, 4.0, 5.0],
        [7.0] * 30,
        [0.0] * 30,
        [-3.0, -5.0, -4.0] * 10,
        [10.0, 11.0, 9.0, 10.0] * 3 + [1e12] + [10.0, 11.0, 9.0, 10.0] * 3,
        [3.0, 0.0, 0.0, 0.0, 5.0, 0.0] * 3 + [0.0] * 40,
        [np.nan, 1.0, np.nan, np.nan, 2.0, 3.0, np.nan],
    ],
)
def test_odd_series_get_a_finite_forecast_within_reason(values: list[float]) -> None:
    times = pd.date_range("2020-01-01", periods=len(values), freq="MS")
    forecast = make_forecast(_table(times, values), 6)
    assert np.isfinite(forecast.point).all()
    assert (forecast.lower <= forecast.upper).all()
    known = np.asarray(values)[np.isfinite(values)]
    assert np.abs(forecast.point).max() <= 4 * max(
        np.median(np.abs(known)), np.abs(known[known < 1e11]).max(initial=0.0)
    )
    if (known >= 0).all():
        assert (forecast.lower >= 0).all()
