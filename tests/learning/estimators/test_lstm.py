"""The LSTM: learns from many series at once, is tested on a past it never saw, and serves without what trained it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from intendant.learning.estimators import TrainingInvalid, TrainingSpec, load_model, train_model

SPEC = TrainingSpec(
    "forecasting", "lstm", target="y", time="d", series="s", horizon=6, parameters={"steps": 75, "hidden": 8}
)


def seasonal(count: int, length: int = 60) -> pd.DataFrame:
    """Monthly series of different size with the same kind of season."""
    random = np.random.default_rng(0)
    steps = np.arange(length)
    parts = []
    for number in range(count):
        size = random.uniform(50, 300)
        values = size * (1 + 0.3 * np.sin(2 * np.pi * (steps + number % 3) / 12) + 0.005 * steps)
        values += random.normal(size=length) * size * 0.03
        dates = pd.date_range("2018-01-31", periods=length, freq="ME")
        parts.append(pd.DataFrame({"s": f"S{number}", "d": dates, "y": values}))
    return pd.concat(parts)


@pytest.fixture(scope="module")
def trained():
    pytest.importorskip("jax")
    return train_model(seasonal(20), SPEC)


def test_it_beats_repeating_the_last_season_on_a_past_it_never_saw(trained):
    figures = {metric.name: metric.value for metric in trained.report.model.metrics}
    assert figures["mase"] < trained.report.baselines[0].metrics[0].value
    assert trained.report.split == "rolling origin"
    assert set(trained.report.details["losses"]) == {"all", "before the back-test"}


def test_bounds_hold_about_as_often_as_wanted(trained):
    assert trained.report.coverage_measured == pytest.approx(0.9, abs=0.12)


def test_a_model_answers_in_a_process_without_jax(trained, tmp_path):
    stored = tmp_path / "model"
    stored.write_bytes(trained.model.to_bytes())
    program = f"""
import sys
sys.modules["jax"] = None
sys.path.insert(0, {str(Path(__file__).parents[3] / "src")!r})
from pathlib import Path
import pandas as pd
from intendant.learning.estimators import AlgorithmMissing, TrainingSpec, describe_algorithms, load_model, train_model
print(load_model(Path({str(stored)!r}).read_bytes()).predict({{"s": ["S3"], "horizon": [2]}}).value[0])
try:
    train_model(pd.DataFrame(), TrainingSpec("forecasting", "lstm", target="y", time="d"))
except AlgorithmMissing as error:
    print(error.remedy)
print([each.why_not for each in describe_algorithms("forecasting") if each.name == "lstm"])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    value, remedy, why_not = done.stdout.strip().splitlines()[-3:]
    expected = load_model(stored.read_bytes()).predict({"s": ["S3"], "horizon": [2]}).value[0]
    assert float(value) == expected
    assert "pip install intendant[lstm]" in remedy
    assert "jax" in why_not


def test_too_little_past_is_refused_at_once():
    pytest.importorskip("jax")
    with pytest.raises(TrainingInvalid) as refused:
        train_model(seasonal(1, length=24), SPEC)
    assert "theta" in refused.value.remedy


def test_an_unsound_parameter_is_refused_by_name():
    pytest.importorskip("jax")
    with pytest.raises(TrainingInvalid) as refused:
        train_model(seasonal(1), TrainingSpec("forecasting", "lstm", target="y", time="d", parameters={"hidden": 1e9}))
    assert refused.value.field == "parameters.hidden"
