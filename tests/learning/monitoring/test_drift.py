"""Drift alarms are held against chance: few on unchanged data at any size, and soon where data move."""

import json
from typing import Any

import numpy as np
import pytest

from intendant.learning.estimators import Predictions
from intendant.learning.monitoring import compare_data, false_discovery_adjusted, make_reference

TYPES = {**{f"x{at}": "number" for at in range(6)}, "few": "number", "zeros": "numeric", "kind": "category"}


def table(random: np.random.Generator, rows: int, *, shift: float = 0.0) -> dict[str, Any]:
    columns: dict[str, Any] = {f"x{at}": random.normal(size=rows) for at in range(6)}
    columns["x0"] = columns["x0"] + shift
    columns["x5"][random.random(rows) < 0.1] = np.nan
    columns["few"] = random.integers(0, 4, rows) / 3
    columns["zeros"] = np.where(random.random(rows) < 0.7, 0.0, random.exponential(size=rows))
    columns["kind"] = random.choice(list("abcdef"), rows, p=[0.5, 0.2, 0.1, 0.1, 0.07, 0.03]).astype(object)
    return columns


def reference_of(random: np.random.Generator, rows: int = 2_000) -> dict[str, Any]:
    return make_reference(table(random, rows), TYPES, Predictions(confidence=random.random(rows)), None, seed=0)


@pytest.mark.parametrize("rows", [100, 2_000])
def test_unchanged_data_raise_few_alarms_where_a_fixed_index_would_raise_many(rows: int) -> None:
    alarmed, by_index, p_values = 0, [], []
    for seed in range(30):
        random = np.random.default_rng(seed)
        report = compare_data(reference_of(random), table(random, rows), seed=seed)
        alarmed += bool(report.drifting)
        by_index.append(np.mean([drift.statistics["psi"] > 0.1 for drift in report.features]))
        p_values += [drift.p_value for drift in report.features]
    assert alarmed <= 4  # 30 * 5 % expected at most; 4 is the 98 % point
    assert np.mean(np.array(p_values) <= 0.05) <= 0.07
    if rows == 100:
        assert np.mean(by_index) > 0.3


def test_a_shift_is_found_named_and_told_in_words() -> None:
    random = np.random.default_rng(1)
    report = compare_data(reference_of(random), table(random, 500, shift=0.6), seed=1)
    assert [drift.name for drift in report.drifting] == ["x0"]
    assert report.features[0].words.startswith("About")
    assert "the middle value is" in report.features[0].words


def test_new_kinds_missing_values_and_numbers_beyond_are_told() -> None:
    random = np.random.default_rng(2)
    now = table(random, 500)
    now["kind"][:60] = "zeta"
    now["x1"][:200] = np.nan
    now["x2"][:100] = 1e12
    found = {drift.name: drift for drift in compare_data(reference_of(random), now, seed=2).features}
    assert found["kind"].unseen == pytest.approx(0.12, abs=0.02)
    assert found["kind"].examples == ("zeta",)
    assert found["x1"].state == "drifting"
    assert "are missing" in found["x1"].words
    assert found["x2"].outside == pytest.approx(0.2, abs=0.01)


def test_trifles_are_no_drift_however_many_rows_prove_them() -> None:
    random = np.random.default_rng(3)
    report = compare_data(reference_of(random, 40_000), table(random, 40_000, shift=0.04), seed=3)
    shifted = next(drift for drift in report.features if drift.name == "x0")
    assert shifted.adjusted < 0.05
    assert shifted.state == "steady"


def test_a_reference_is_small_plain_and_holds_no_identifier() -> None:
    random = np.random.default_rng(4)
    rows = 1_000
    columns = {f"c{at}": random.normal(size=rows) for at in range(450)} | {
        "id": np.array([f"p{n}" for n in range(rows)])
    }
    columns = {"id": columns.pop("id"), **columns}
    reference = make_reference(columns, {}, Predictions(confidence=np.ones(rows)), None, seed=0)
    body = json.dumps(reference, allow_nan=False)
    assert len(body) < 3_000_000
    assert reference["features_left_out"] == 51
    assert "p17" not in body


def test_many_equal_answers_and_the_widest_numbers_are_compared_without_alarm() -> None:
    random = np.random.default_rng(5)
    sure = np.minimum(1.0, random.random(2_000) * 3)
    values = np.where(random.random(2_000) < 0.5, -1.7e308, 1.7e308)
    reference = make_reference({"v": values}, {"v": "number"}, Predictions(confidence=sure), None, seed=0)
    json.dumps(reference, allow_nan=False)
    now = np.minimum(0.9999999, random.random(1_000) * 3)
    report = compare_data(reference, {"v": values[:1_000]}, seed=0, confidences=now)
    assert report.drifting == ()


def test_odd_columns_are_read_and_nothing_breaks() -> None:
    columns = {
        "none": [None] * 5,
        "mixed": [1, "2", "x", None, float("nan")],
        "flags": [True, False, True, None, True],
        "one": [3.0] * 5,
        "名": ["ä", "ö", "ü", "", None],
    }
    types = {"none": "number", "mixed": "number", "flags": "boolean", "one": "number"}
    reference = make_reference(columns, types, Predictions(confidence=np.ones(5)), None, seed=0)
    report = compare_data(json.loads(json.dumps(reference)), columns, seed=0)
    assert report.drifting == ()
    assert report.notes != ()
    assert compare_data(reference, {}, seed=0).drifting == ()


def test_adjusted_p_values_are_those_of_benjamini_and_hochberg() -> None:
    assert false_discovery_adjusted([0.01, 0.04, 0.03, 0.5]).tolist() == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert false_discovery_adjusted([]).size == 0
