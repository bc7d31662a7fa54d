"""What is made of anomalies: grade, price, groups, causes, feedback, and the score of the benchmark."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intendant.learning.anomalies import (
    SEVERITIES,
    Anomaly,
    Learned,
    Occurrence,
    contributions,
    detect,
    grade,
    group,
    learn,
    measure_impact,
    moment,
    read_series,
    score,
    score_series,
)
from intendant.learning.anomalies._feedback import FACTOR_LEAST, FACTOR_MOST, HALF_LIFE

NOW = datetime(2024, 1, 1, tzinfo=UTC)
PLAIN = Anomaly(NOW, NOW, NOW, 60.0, 100.0, 95.0, 105.0, 8.0, 1e-3, 8.0, -80.0, 10.0, 2, "down")
HOUR = 3_600


@given(st.floats(1e-9, 1), st.floats(0, 1e6), st.floats(1, 10))
def test_rarer_and_larger_is_never_milder(probability: float, size: float, times: float) -> None:
    place = SEVERITIES.index(grade(replace(PLAIN, probability=probability, size=size)))
    assert SEVERITIES.index(grade(replace(PLAIN, probability=probability / times, size=size))) >= place
    assert SEVERITIES.index(grade(replace(PLAIN, probability=probability, size=size * times))) >= place


def test_impact_is_the_deviation_in_money_with_its_doubt_and_moves_the_grade() -> None:
    impact = measure_impact(PLAIN, -2.0)
    assert (impact.amount, impact.lower, impact.upper) == (160.0, 140.0, 180.0)
    plain = SEVERITIES.index(grade(PLAIN))
    assert SEVERITIES.index(grade(PLAIN, impact, min_impact=1.0)) == plain + 1
    doubtful = measure_impact(replace(PLAIN, uncertainty=100.0), 2.0)
    assert SEVERITIES.index(grade(PLAIN, doubtful, min_impact=1.0)) == plain - 1
    assert grade(PLAIN, impact) == grade(PLAIN)


def test_series_that_fall_together_are_one_group_and_the_first_comes_first() -> None:
    random = np.random.default_rng(1)
    common = np.zeros(300)
    common[200:206] = -20
    kinds = {"first": common, "second": np.roll(common, 1), "alone": np.zeros(300)}
    kinds["alone"][203] = 25
    times = np.arange(300) * HOUR
    series = [read_series(name, times, 50 + part + random.normal(size=300)) for name, part in kinds.items()]
    occurrences = []
    for each, seen in zip(series, detect(series), strict=True):
        late = [anomaly for anomaly in seen.anomalies if anomaly.started_at >= moment(198 * HOUR)]
        found = max(late, key=lambda anomaly: anomaly.size)
        occurrences.append(Occurrence(each.key, each.key, found.started_at, found.ended_at, seen.readings))
    groups = group(occurrences, slack=timedelta(hours=2))
    assert [found.members for found in groups] == [("first", "second"), ("alone",)]
    assert groups[0].correlations["second"] > 0.5


def test_the_value_that_holds_the_deviation_is_named_with_its_share() -> None:
    usual = {"country": {"DE": 50.0, "FR": 50.0}, "device": {"a": 60.0, "b": 40.0}}
    actual = {"country": {"DE": 49.0, "FR": 11.0}, "device": {"a": 36.0, "b": 24.0}}
    found = contributions(actual, usual)
    assert (found[0].dimension, found[0].value) == ("country", "FR")
    assert found[0].share == pytest.approx(0.975)
    assert contributions({"country": {"DE": 1.0}}, {"country": {"DE": 1.0}}) == []


@given(st.lists(st.sampled_from(["useful", "false_alarm"]), max_size=30))
def test_feedback_stays_in_bounds_and_fades(words: list[str]) -> None:
    learned = Learned()
    for number, word in enumerate(words):
        learned = learn(learned, word, NOW + timedelta(days=number))  # type: ignore[arg-type]
        assert FACTOR_LEAST <= learned.factor <= FACTOR_MOST
    if learned.at is not None:
        later = learned.now(learned.at + HALF_LIFE)
        assert abs(np.log(later)) == pytest.approx(abs(np.log(learned.factor)) / 2)


def test_the_score_of_the_benchmark_runs_from_nothing_to_perfect() -> None:
    windows = [(300, 399), (700, 799)]
    assert score([score_series(1_000, windows, [])]) == 0.0
    assert score([score_series(1_000, windows, [300, 700])]) == pytest.approx(100.0)
    assert score([score_series(1_000, windows, [300, 310, 320, 700])]) == pytest.approx(100.0)
    late = score([score_series(1_000, windows, [395, 795])])
    assert late is not None
    assert 50 < late < 60
    # A false alarm before any window costs 0.11 of two windows at 50 points each; what falls in the first 15 % costs nothing.
    assert score([score_series(1_000, windows, [200, 300, 700])]) == pytest.approx(100 - 0.11 * 25)
    assert score([score_series(1_000, windows, [10, 300, 700])]) == pytest.approx(100.0)
    # Just behind a window it costs next to nothing.
    behind = score([score_series(1_000, windows, [300, 400, 700])])
    assert behind is not None
    assert behind > 99.5
    assert score([]) is None


@pytest.mark.skipif("INTENDANT_TEST_DATA" not in os.environ, reason="INTENDANT_TEST_DATA names no folder of data sets")
def test_a_known_fault_of_a_server_is_found_as_it_happens() -> None:
    import pandas as pd

    path = Path(os.environ["INTENDANT_TEST_DATA"]) / "anomalies/nab/data/realTraffic/speed_7578.csv"
    if not path.exists():
        pytest.skip("without the series of NAB")
    frame = pd.read_csv(path, parse_dates=["timestamp"])
    seconds = frame["timestamp"].to_numpy().astype("datetime64[s]").astype(np.int64)
    found = detect([read_series("x", seconds, frame["value"].to_numpy())])[0].anomalies
    assert any(each.started_at.date().isoformat() == "2015-09-11" for each in found)
    assert len(found) < 15
