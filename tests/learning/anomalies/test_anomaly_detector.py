"""What a detector notices and what it leaves alone: spikes, shifts, seasons, gaps, clocks that change, and rubbish."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intendant.learning.anomalies import (
    Detector,
    DetectorSettingsInvalid,
    DetectorStateInvalid,
    Series,
    Settings,
    detect,
    dump,
    moment,
    read_series,
    restore,
    week_slots,
)
from intendant.learning.anomalies._block import HISTORY, WINDOW, empty, step

HOUR, DAY = 3_600, 86_400
BEGIN = 1_700_000_000 // DAY * DAY


def _series(values: object, *, interval: int = HOUR, zone: str = "UTC") -> Series:
    numbers = np.asarray(values, dtype=float)
    return read_series("x", BEGIN + np.arange(len(numbers)) * interval, numbers, zone=zone)


def _noise(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=count)


def test_a_spike_is_one_anomaly_with_its_side_and_what_was_expected() -> None:
    values = 50 + _noise(400)
    values[300] += 20
    (found,) = [each for each in detect([_series(values)])[0].anomalies if each.size > 10]
    assert found.started_at == moment(BEGIN + 300 * HOUR)
    assert found.direction == "up"
    assert found.lower < found.expected < found.upper < found.value
    assert abs(found.expected - 50) < 1
    assert found.probability < 0.01


def test_a_level_shift_is_one_alarm_and_then_the_new_level_is_normal() -> None:
    values = 50 + _noise(800)
    values[400:] += 30
    watched = detect([_series(values)])[0]
    late = [each for each in watched.anomalies if each.peak_at >= moment(BEGIN + 395 * HOUR)]
    assert late[0].started_at == moment(BEGIN + 400 * HOUR)
    assert len(late) <= 3
    assert abs(float(watched.readings.trace.expected[-1]) - 80) < 2


def test_what_comes_every_day_is_expected_and_its_absence_is_noticed() -> None:
    hours = np.arange(24 * 60)
    values = 100 + 50 * ((hours % 24) == 9) + _noise(len(hours))
    missed = 24 * 50 + 9
    values[missed] -= 50
    watched = detect([_series(values)], Settings(sensitivity=0.7))[0]
    assert abs(float(watched.readings.trace.expected[24 * 45 + 9]) - 150) < 5
    assert abs(float(watched.readings.trace.expected[24 * 45 + 10]) - 100) < 5
    learnt = [each for each in watched.anomalies if each.started_at > moment(BEGIN + 10 * DAY)]
    strongest = max(learnt, key=lambda each: each.size)
    assert strongest.peak_at == moment(BEGIN + missed * HOUR)
    assert strongest.direction == "down"


def test_summer_time_moves_the_day_with_the_clock_on_the_wall() -> None:
    summer = int(datetime(2024, 3, 31, 8, tzinfo=UTC).timestamp())
    winter = int(datetime(2024, 3, 29, 9, tzinfo=UTC).timestamp())
    slots = week_slots(np.asarray([winter, summer]), "Europe/Berlin")
    assert list(slots % 48) == [20, 20]
    both = [datetime(2024, 10, 27, hour, tzinfo=UTC) for hour in (0, 1)]
    assert len(set(week_slots(np.asarray([int(at.timestamp()) for at in both]), "Europe/Berlin"))) == 1


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1.0],
        [1.0, 2.0, 1e12, 3.0, 4.0],
        [7.0] * 200,
        [float("nan")] * 50,
        [0.0] * 50 + [1e12] + [0.0] * 50,
        list(range(300)),
        [1e300, -1e300] * 60,
    ],
)
def test_rubbish_gives_finite_readings_and_few_alarms(values: list[float]) -> None:
    watched = detect([_series(values)])[0]
    trace = watched.readings.trace
    for name in ("evidence", "probability", "size", "expected", "lower", "upper"):
        assert np.isfinite(getattr(trace, name)).all(), name
    assert len(watched.anomalies) <= 2


def test_one_wild_point_does_not_blind_the_detector() -> None:
    values = 50 + _noise(600)
    values[300] = 1e12
    values[500:503] += 25
    found = detect([_series(values)])[0].anomalies
    assert any(each.started_at == moment(BEGIN + 300 * HOUR) for each in found)
    assert any(each.started_at == moment(BEGIN + 500 * HOUR) for each in found)


def test_duplicates_and_missing_values_are_told_and_order_does_not_matter() -> None:
    at = [datetime(2024, 1, 1, hour, tzinfo=UTC) for hour in (3, 1, 2, 1, 0)]
    series = read_series("x", at, [3.0, 9.0, None, 1.0, float("inf")])
    assert list(series.values) == [1.0, 3.0]
    assert [refused.place for refused in series.refused] == [1, 2, 4]


@pytest.mark.parametrize(("direction", "count"), [("up", 0), ("down", 1), ("both", 1)])
def test_only_the_wanted_side_counts(direction: str, count: int) -> None:
    values = 50 + _noise(400, seed=5)
    values[300:302] -= 30
    given = Settings(sensitivity=0.3, direction=direction)  # type: ignore[arg-type]
    found = [
        each for each in detect([_series(values)], given)[0].anomalies if each.started_at >= moment(BEGIN + 298 * HOUR)
    ]
    assert sum(each.started_at == moment(BEGIN + 300 * HOUR) for each in found) == count


def test_more_sensitivity_never_finds_fewer_points_and_feedback_asks_more() -> None:
    series = _series(50 + _noise(600, seed=2) ** 3)
    counts = [
        sum(each.points for each in detect([series], Settings(sensitivity=sensitivity))[0].anomalies)
        for sensitivity in (0.0, 0.5, 1.0)
    ]
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]
    strict = detect([series], Settings(sensitivity=1.0, factor_up=2.0, factor_down=2.0))[0]
    assert sum(each.points for each in strict.anomalies) < counts[-1]


def test_on_noise_alarms_are_rare() -> None:
    watched = detect([_series(_noise(1_000, seed=seed)) for seed in range(40)])
    assert sum(len(each.anomalies) for each in watched) / 40 < 4


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(20, 150), min_size=1, max_size=4), st.integers(0, 2**16))
def test_many_series_at_once_read_as_each_alone(lengths: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    series = [_series(random.normal(size=length) ** 3) for length in lengths]
    for together, each in zip(detect(series), series, strict=True):
        alone = detect([each])[0]
        assert np.array_equal(together.readings.trace.evidence, alone.readings.trace.evidence)
        assert together.anomalies == alone.anomalies


def test_a_stream_stopped_and_restored_reads_as_the_whole_batch() -> None:
    values = 50 + _noise(1_500, seed=4)
    values[1_400:1_410] += 15
    series = _series(values)
    whole = detect([series])[0]
    detector, evidence, found = Detector(interval=HOUR), [], {}
    for begin in (0, 1, 30, 700, 1_290, 1_404, 1_450):
        ends = {0: 1, 1: 30, 30: 700, 700: 1_290, 1_290: 1_404, 1_404: 1_450, 1_450: 1_500}
        part = read_series("x", series.times[begin : ends[begin]], series.values[begin : ends[begin]])
        watched = detector.watch(part)
        evidence += list(watched.readings.trace.evidence)
        found.update({each.started_at: each for each in watched.anomalies})
        detector = restore(dump(detector))
    assert np.array_equal(np.asarray(evidence), whole.readings.trace.evidence)
    assert list(found.values()) == list(whole.anomalies)
    assert len(dump(detector)) < 60_000
    assert detector.watch(series).readings.trace.evidence.size == 0


@pytest.mark.parametrize("data", [b"", b"nonsense", dump(Detector())[:-20]])
def test_bytes_that_are_no_state_are_refused(data: bytes) -> None:
    with pytest.raises(DetectorStateInvalid):
        restore(data)


def test_the_nearest_stretch_of_the_past_is_what_a_plain_search_finds() -> None:
    block, values = empty(1), _noise(HISTORY + 900, seed=6)
    for place, value in enumerate(values):
        step(block, np.asarray([value]), np.asarray([place % 336]))
    units = block.units[0, : block.at].astype(float)
    newest = units[-WINDOW:]
    for lag in (WINDOW, 100, HISTORY // 2):
        past = units[len(units) - WINDOW - lag : len(units) - lag]
        assert block.distances[0, lag - 1] == pytest.approx(((newest - past) ** 2).sum(), abs=1e-6)


@pytest.mark.parametrize("bad", [{"sensitivity": 2.0}, {"direction": "sideways"}, {"refractory": 0}])
def test_settings_that_cannot_be_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(DetectorSettingsInvalid):
        Settings(**bad)  # type: ignore[arg-type]


def test_long_gaps_do_not_count_as_anomalies() -> None:
    times = [
        datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=place + (500 if place > 200 else 0)) for place in range(400)
    ]
    found = detect([read_series("x", times, 50 + _noise(400, seed=8))])[0].anomalies
    assert not [each for each in found if abs((each.started_at - times[201]).total_seconds()) < 5 * HOUR]
