"""Forecasts learn trend and season, their bounds hold as often as they say, totals are the sums of their parts."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from intendant.cli.main import cli
from intendant.learning.estimators import InputInvalid, TrainingInvalid, TrainingSpec, load_model, train_model
from intendant.learning.forecasting import (
    Calendar,
    Floats,
    ForecastInvalid,
    SeriesTable,
    grow,
    make_forecast,
    reconcile,
    reconcile_forecast,
)

DATA = Path(os.environ.get("INTENDANT_TEST_DATA", "")) / "forecasting" / "m3"


def _series(values: list[Floats], keys: list[tuple[str, ...]] | None = None, frequency: str = "monthly") -> SeriesTable:
    names = keys or [(f"s{place}",) for place in range(len(values))]
    first = np.asarray([600 - len(line) for line in values], dtype=np.int64)
    columns = tuple(f"level {place}" for place in range(len(names[0])))
    return SeriesTable(tuple(names), columns, tuple(values), first, Calendar(frequency), counted=False)  # type: ignore[arg-type]


def _seasonal(count: int, length: int, seed: int, noise: float = 3.0) -> list[Floats]:
    generator = np.random.default_rng(seed)
    months = np.arange(length)
    season = 20 * np.sin(2 * np.pi * (600 - length + months) / 12)
    return [100 + 0.5 * months + season + generator.normal(0, noise, length) for _ in range(count)]


def test_trend_and_season_are_gone_on_with() -> None:
    forecast = make_forecast(_series(_seasonal(20, 96, 1)), 12)
    months = np.arange(96, 108)
    truth = 100 + 0.5 * months + 20 * np.sin(2 * np.pi * (504 + months) / 12)
    assert np.abs(forecast.point.mean(0) - truth).max() < 5
    assert forecast.seasonal.all()
    test = forecast.back_test
    assert test is not None
    assert test.overall.mase is not None
    assert test.overall.naive_mase is not None
    assert test.overall.mase < 0.9 * test.overall.naive_mase


def test_bounds_hold_as_often_as_they_say_at_every_horizon() -> None:
    generator = np.random.default_rng(3)
    walks = [1_000 + np.cumsum(generator.normal(0, 5, 80)) + generator.normal(0, 5, 80) for _ in range(300)]
    whole = _series(walks)
    forecast = make_forecast(whole.upto([8] * 300), 8, coverage=0.8)
    came = np.stack([walk[-8:] for walk in walks])
    held = ((came >= forecast.lower) & (came <= forecast.upper)).mean(0)
    assert np.abs(held - 0.8).max() < 0.09
    assert forecast.back_test is not None
    measured = forecast.back_test.overall.coverage
    assert measured == pytest.approx(0.8, abs=0.06)
    levels = forecast.quantiles([0.05, 0.5, 0.95])
    assert (np.diff(levels, axis=2) >= 0).all()


def test_a_new_series_borrows_the_season_of_the_others() -> None:
    short = _seasonal(1, 10, 9)[0]
    table = _series([*_seasonal(10, 96, 2), short])
    forecast = make_forecast(table, 12)
    assert np.ptp(forecast.point[-1]) > 20


def test_demand_that_ends_is_forecast_to_fade() -> None:
    generator = np.random.default_rng(5)
    steady = (generator.random(80) < 0.3) * 10.0
    dying = steady.copy()
    dying[40:] = 0
    forecast = make_forecast(_series([steady, dying]), 6)
    assert forecast.method == ("intermittent", "intermittent")
    assert forecast.point[1].max() < 0.25 * forecast.point[0].min()


def test_public_holidays_are_minded_in_daily_series() -> None:
    days = np.arange(np.datetime64("2021-01-01"), np.datetime64("2023-12-20")).astype(np.int64)
    values = 100 + np.random.default_rng(0).normal(0, 3, len(days))
    christmas = np.isin((days.astype("datetime64[D]")).astype(str), ["2021-12-25", "2022-12-25"])
    values[christmas] = 5
    table = SeriesTable((("shop",),), ("shop",), (values,), days[:1], Calendar("daily"), counted=False)
    minded, blind = make_forecast(table, 10, country="US"), make_forecast(table, 10)
    place = int(np.flatnonzero(minded.numbers[0] == np.datetime64("2023-12-25").astype(np.int64))[0])
    assert minded.point[0, place] < 40 < 80 < blind.point[0, place]


def test_the_same_series_give_the_same_forecast_alone_in_any_company_order() -> None:
    lines = [*_seasonal(4, 60, 1), *_seasonal(3, 90, 2)]
    one, other = make_forecast(_series(lines), 6), make_forecast(_series(lines[::-1]), 6)
    assert np.allclose(one.point, other.point[::-1])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12, unique=True),
    st.integers(0, 10_000),
    st.sampled_from(["bottom_up", "wls", "mint"]),
)
def test_reconciled_forecasts_add_up_and_change_nothing_that_adds_up(
    pairs: list[tuple[int, int]], seed: int, method: str
) -> None:
    generator = np.random.default_rng(seed)
    keys = [(str(first), str(second)) for first, second in sorted(pairs)]
    tree, nodes = grow(_series([generator.normal(10, 3, 20) for _ in keys], keys))
    base = generator.normal(10, 5, (len(nodes), 3))
    variance = generator.uniform(0.5, 4, len(nodes))
    residuals = generator.normal(0, 1, (len(nodes), 30))
    found = reconcile(tree, base, variance, method, residuals)  # type: ignore[arg-type]
    assert np.allclose(found, tree.sums(found[tree.leaves]))
    coherent = tree.sums(base[tree.leaves])
    assert np.allclose(reconcile(tree, coherent, variance, method, residuals), coherent)  # type: ignore[arg-type]


def test_weighted_least_squares_on_the_tree_is_that_of_its_matrices() -> None:
    generator = np.random.default_rng(1)
    keys = [(first, second) for first in "ab" for second in "xyz"]
    tree, nodes = grow(_series([generator.normal(10, 3, 20) for _ in keys], keys))
    base, variance = generator.normal(10, 5, (len(nodes), 2)), generator.uniform(0.5, 4, len(nodes))
    summing = tree.sums(np.eye(len(tree.leaves)))
    weight = np.diag(1 / variance)
    expected = summing @ np.linalg.solve(summing.T @ weight @ summing, summing.T @ weight @ base)
    assert np.allclose(reconcile(tree, base, variance, "wls"), expected)


def test_a_hierarchy_of_counts_is_never_negative() -> None:
    generator = np.random.default_rng(4)
    keys = [(first, second) for first in "ab" for second in "wxyz"]
    tree, nodes = grow(_series([generator.poisson(2, 60).astype(float) for _ in keys], keys))
    found = reconcile_forecast(tree, make_forecast(nodes, 6))
    assert (found.point >= 0).all()
    assert np.allclose(found.point, tree.sums(found.point[tree.leaves]))
    assert ((found.lower <= found.point) & (found.point <= found.upper)).all()


def test_impossible_wishes_are_refused() -> None:
    table = _series(_seasonal(1, 30, 1))
    for wish in ({"horizon": 0}, {"horizon": 5, "coverage": 0.2}, {"horizon": 5, "method": "magic"}):
        with pytest.raises(ForecastInvalid):
            make_forecast(table, **wish)  # type: ignore[arg-type]


def test_a_trained_forecaster_is_stored_as_plain_data_and_answers_by_horizon_or_date() -> None:
    months = pd.date_range("2018-01-01", periods=72, freq="MS")
    frame = pd.concat(
        [
            pd.DataFrame({"wann": months, "Größe": line, "Ω": name})
            for name, line in zip("ab", _seasonal(2, 72, 1), strict=True)
        ]
    )
    spec = TrainingSpec("forecasting", "theta", target="Größe", time="wann", series="Ω", horizon=6)
    trained = train_model(frame, spec)
    assert trained.report.validated
    assert trained.report.primary_metric.name == "mase"
    assert trained.report.baselines[0].name == "seasonal_naive"
    model = load_model(trained.model.to_bytes())
    assert model.to_bytes() == trained.model.to_bytes()
    by_step = model.predict({"Ω": ["a", "b"], "horizon": [2, "3"]}, reasons=2)
    by_date = model.predict({"Ω": ["a", "b"], "wann": ["2024-02-01", "2024-03-01"]})
    assert by_step.value is not None
    assert by_date.value is not None
    assert by_step.value.tolist() == by_date.value.tolist()
    assert ((by_step.confidence >= 0) & (by_step.confidence <= 1)).all()
    assert by_step.reasons is not None
    assert sum(reason.contribution for reason in by_step.reasons[0]) == pytest.approx(by_step.value[0])
    for records in (
        {"Ω": ["c"], "horizon": [1]},
        {"Ω": ["a"], "horizon": [7]},
        {"Ω": ["a"], "horizon": ["x"]},
        {"horizon": [1]},
    ):
        with pytest.raises(InputInvalid):
            model.predict(records)
    with pytest.raises(TrainingInvalid):
        train_model(frame, TrainingSpec("forecasting", "theta", target="Größe"))


def test_a_wide_file_is_tested_on_its_last_values(tmp_path: Path) -> None:
    wide = pd.DataFrame(np.stack(_seasonal(5, 60, 1)), columns=[f"v{place}" for place in range(60)])
    wide.insert(0, "kind", list("aabbb"))
    wide.insert(0, "name", [f"n{place}" for place in range(5)])
    wide.to_csv(tmp_path / "wide.csv", index=False)
    arguments = [
        "ai",
        "forecast",
        str(tmp_path / "wide.csv"),
        "--wide",
        "v0",
        "--frequency",
        "monthly",
        "--holdout",
        "6",
        "--by",
        "kind",
    ]
    shown = CliRunner().invoke(cli, arguments)
    assert shown.exit_code == 0, shown.output
    assert "kind: b" in shown.output


@pytest.mark.skipif(not DATA.is_dir(), reason="INTENDANT_TEST_DATA names no forecasting data")
def test_the_m3_competition_is_forecast_better_than_by_its_winner() -> None:
    import json

    arguments = [
        "ai", "forecast", str(DATA / "m3_long.parquet"), "--series", "series", "--time", "t", "--value", "value", "--holdout-column",
        "split=test", "--about", str(DATA / "m3_meta.csv"), "--frequency-column", "period", "--json",
    ]  # fmt: skip
    shown = CliRunner().invoke(cli, arguments)
    assert shown.exit_code == 0, shown.output
    whole = json.loads(shown.output)["groups"][0]
    assert whole["series"] == 3_003
    assert whole["smape"] <= 12.76
    assert 0.85 <= whole["inside"] <= 0.95
