"""Algorithms of other packages: found by their entry point, and unable to do harm where they do not work."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

MODULE = """
import json
from types import SimpleNamespace

import numpy as np

from intendant.learning.estimators import Measured, Metric, Predictions, Report, Trained, TrainingInvalid, pack


class Constant:
    task, algorithm, classes = "regression", "always_mean", ()

    def __init__(self, mean, names):
        self.mean, self.feature_names = mean, tuple(names)

    def predict(self, columns, *, reasons=0):
        count = len(next(iter(columns.values())))
        return Predictions(confidence=np.zeros(count), value=np.full(count, self.mean))

    def to_bytes(self):
        return pack(self, json.dumps([self.mean, self.feature_names]).encode())


class AlwaysMean:
    name, tasks, why, parameters = "always_mean", ("regression",), "Says the mean.", {"shift": 0.0}
    bounds = {"shift": (-1.0, 1.0)}

    def train(self, frame, spec, progress):
        mean = float(frame[spec.target].mean()) + spec.parameters.get("shift", 0.0)
        return Trained(Constant(mean, [c for c in frame.columns if c != spec.target]), None, {})

    def load(self, artifact):
        mean, names = json.loads(artifact)
        return Constant(mean, names)


ALWAYS_MEAN = AlwaysMean()
HALF = SimpleNamespace(name="half", tasks=("regression",), why="")
TAKEN = AlwaysMean()
"""

ENTRY_POINTS = """
[intendant.algorithms]
always_mean = parrot.algorithm:ALWAYS_MEAN
broken = parrot.nothing:HERE
half = parrot.algorithm:HALF
linear = parrot.algorithm:TAKEN
quits = parrot.quits:NEVER
"""

QUESTION = """
import json
import pandas as pd
from intendant.learning.estimators import (
    AlgorithmMissing, TrainingSpec, describe_algorithms, find_algorithm, load_model, train_model
)

frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 6.0]})
trained = train_model(frame, TrainingSpec("regression", algorithm="always_mean", target="y"))
again = load_model(trained.model.to_bytes())
try:
    find_algorithm("regression", "broken")
except AlgorithmMissing as error:
    refusal = str(error)
shown = {each.name: [each.available, each.why_not, each.distribution, [[p.name, p.default, p.least, p.most] for p in each.parameters]]
         for each in describe_algorithms("regression")}
print(json.dumps({"value": again.predict({"a": [9, 9]}).value.tolist(), "refusal": refusal, "shown": shown,
                  "linear": type(find_algorithm("regression", "linear")).__module__}))
"""


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a program says that has a distribution with plug-ins, good and bad, on its path."""
    site = tmp_path_factory.mktemp("site")
    package = site / "parrot"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "algorithm.py").write_text(MODULE)
    (package / "quits.py").write_text("import sys\nsys.exit(3)\n")
    metadata = site / "parrot-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: parrot\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS)
    source = Path(__file__).parents[3] / "src"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = [{str(site)!r}, {str(source)!r}]\n{QUESTION}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return read


def test_an_algorithm_of_another_package_trains_is_stored_and_read_back(answer):
    assert answer["value"] == [3.0, 3.0]


def test_it_is_described_with_its_package_parameters_and_bounds(answer):
    assert answer["shown"]["always_mean"] == [True, None, "parrot", [["shift", 0.0, -1.0, 1.0]]]


def test_one_that_cannot_be_imported_or_ends_the_program_is_told_and_harms_nothing(answer):
    assert "ModuleNotFoundError" in answer["refusal"]
    assert answer["shown"]["broken"][0] is False
    assert "SystemExit" in answer["shown"]["quits"][1]


def test_one_that_lacks_part_of_the_contract_is_told_what(answer):
    assert answer["shown"]["half"][1] == "It lacks parameters, train, load."


def test_a_built_in_name_cannot_be_taken(answer):
    assert answer["linear"].startswith("intendant.")
    assert answer["shown"]["parrot: linear"][1] == "The name is taken."
