"""An LSTM for many series at once: one network learns from all of them, each scaled by itself; trained on the CPU by jax.

What it answers, its back-test and its intervals are those of all forecasters. Training needs the extra `lstm`; asking and
loading a model do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import numpy as np

from intendant.learning.estimators._algorithms import AlgorithmMissing
from intendant.learning.estimators._contract import Floats, Progress, Task, Trained, TrainingInvalid, TrainingSpec
from intendant.learning.estimators._lstm_network import (
    BLOCK_MAX,
    WINDOW_COUNT_MAX,
    Weights,
    answer,
    make_windows,
    train,
    window_length,
)
from intendant.learning.forecasting._backtest import cuts
from intendant.learning.forecasting._cleaning import prepare
from intendant.learning.forecasting.models import (
    PARAMETERS,
    ForecastModel,
    load_forecasts,
    read_spec,
    train_forecaster,
)

NAME = "lstm"
NEEDS = ("jax", "optax")
STEPS = {"quick": 400, "full": 2_000}
HIDDEN = {"quick": 24, "full": 48}
TRAINED_COUNT_MIN = 30  # windows: fewer teach a network nothing
BOUNDS: Mapping[str, tuple[float, float]] = {"hidden": (0, 256), "steps": (0, 20_000)}


@dataclass
class _Forecaster:
    """A network as a forecaster: trained once on everything and once on what lies before every origin of the back-test.

    The older network answers for all origins, so that none is judged on what it learnt from, and two trainings do for any
    number of them.
    """

    lengths: tuple[int, ...]
    left_out: Any
    hidden: int
    steps: int
    seed: int
    progress: Progress
    networks: dict[bool, Weights] = field(default_factory=dict)
    learnt: dict[str, list[float]] = field(default_factory=dict)

    def __call__(self, series: Sequence[Floats], last: Any, seasons: Sequence[int], horizon: int) -> Floats:
        """Return forecasts of complete series, (n, horizon)."""
        everything = sum(len(each) for each in series) == sum(self.lengths)
        season = seasons[0] if seasons else 1
        length, block = window_length(season), min(horizon, BLOCK_MAX)
        if everything not in self.networks:
            taught, numbers = list(series), np.asarray(last)
            if not everything:
                # `series` may reach beyond the oldest origin: what lies after that is not learnt from.
                excess = np.maximum([len(own) - kept for own, kept in zip(series, self._kept(), strict=True)], 0)
                taught = [own[: len(own) - over] for own, over in zip(series, excess.tolist(), strict=True)]
                numbers = numbers - excess
            self.networks[everything] = self._train(taught, numbers, season, length, block, everything)
        return _forecast(self.networks[everything], series, np.asarray(last), season, length, block, horizon)

    def _kept(self) -> list[int]:
        return [length - int(out) for length, out in zip(self.lengths, self.left_out, strict=True)]

    def _train(
        self, series: list[Floats], last: Any, season: int, length: int, block: int, everything: bool
    ) -> Weights:
        random = np.random.default_rng(self.seed)
        ends, judged = [], []
        # What came after the window that judges is cut off from those that teach.
        shorter = [own[: max(own.size - block, 0)] for own in series]
        for place, own in enumerate(shorter):
            start = max(4, min(season + 1, length, own.size // 2))
            if own.size > start:
                judged.append((place, own.size))
                ends += [(place, end) for end in range(start, own.size)]
        if len(ends) < TRAINED_COUNT_MIN:
            if everything:
                raise TrainingInvalid(
                    f"The series hold {len(ends)} stretches to learn from; at least {TRAINED_COUNT_MIN} are needed.",
                    field="training_data_source",
                    remedy="Add past or series, shorten the horizon, or use theta, which learns from little.",
                )
            # So little lies before the oldest origin: there the last season is repeated.
            return {**_still(block), "trust": np.ones(block)}
        if len(ends) > WINDOW_COUNT_MAX:
            ends = [ends[index] for index in np.sort(random.choice(len(ends), WINDOW_COUNT_MAX, replace=False))]
        if len(judged) > WINDOW_COUNT_MAX // 4:
            judged = judged[:: -(-len(judged) // (WINDOW_COUNT_MAX // 4))]
        windows = make_windows(shorter, last - block, ends, season, length, block)
        held = make_windows(series, last, judged, season, length, block)
        share = 0.0 if everything else 0.5
        stage = "learning from all the past" if everything else "learning from before the test"
        weights, losses = train(
            windows,
            held,
            self.hidden,
            self.steps,
            self.seed,
            lambda done: self.progress(0.05 + 0.8 * (share + done / 2), stage),
        )
        self.learnt["all" if everything else "before the back-test"] = losses
        return weights


class _Lstm:
    """See `Algorithm` of the contract."""

    name = NAME
    tasks: tuple[Task, ...] = ("forecasting",)
    why = "A neural network that learns from all series together: for hundreds of long, alike series."
    needs = NEEDS
    parameters: Mapping[str, float | int | str | bool] = {**PARAMETERS, "hidden": 0, "steps": 0}
    bounds = BOUNDS

    def train(self, frame: Any, spec: TrainingSpec, progress: Progress) -> Trained:
        """Train on a pandas frame and test on its past; raises AlgorithmMissing without the extra."""
        for package in NEEDS:
            if find_spec(package) is None:
                raise AlgorithmMissing(
                    f"'{NAME}' needs the package {package}, which is not installed.",
                    field="algorithm",
                    remedy=f"Install it with `pip install intendant[{NAME}]`, or choose another algorithm.",
                )
        hidden, steps = (self._number(name, spec) for name in ("hidden", "steps"))
        table, horizon = read_spec(frame, spec)
        lengths = np.array([len(each) for each in table.values], dtype=np.int64)
        seasons = table.calendar.seasons
        origins = cuts(lengths, horizon, seasons[0] if seasons else 1)
        forecaster = _Forecaster(
            tuple(lengths.tolist()),
            np.max(origins, axis=0) if origins else np.zeros(len(lengths), dtype=np.int64),
            hidden or HIDDEN[spec.effort],
            steps or STEPS[spec.effort],
            spec.seed,
            progress,
        )
        # Before anything else is done: is there enough to learn from?
        forecaster(prepare(table.values, seasons[0] if seasons else 1)[0], table.last, seasons, horizon)
        details = {"hidden": forecaster.hidden, "losses": forecaster.learnt}
        return train_forecaster(frame, spec, progress, name=NAME, method=forecaster, details=details)

    def load(self, artifact: bytes) -> ForecastModel:
        """Read what `to_bytes` wrote, trusting nothing."""
        return load_forecasts(artifact, NAME)

    def _number(self, name: str, spec: TrainingSpec) -> int:
        value = spec.parameters.get(name, self.parameters[name])
        least, most = self.bounds[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise TrainingInvalid(
                f"{name} is no number from {least:g} to {most:g}.",
                field=f"parameters.{name}",
                remedy="Leave it out, or give 0 for the usual.",
            )
        return int(value)


LSTM = _Lstm()


def _forecast(
    weights: Weights, series: Sequence[Floats], last: Any, season: int, length: int, block: int, horizon: int
) -> Floats:
    """Return forecasts; beyond a block the network goes on from what it forecast."""
    grown = [np.asarray(own, dtype=np.float64) for own in series]
    numbers = last.copy()
    done = np.empty((len(grown), 0))
    while done.shape[1] < horizon:
        ends = [(place, own.size) for place, own in enumerate(grown)]
        windows = make_windows(grown, numbers, ends, season, length, block)
        step = answer(weights, windows) * windows.spread[:, None] + windows.level[:, None]
        done = np.hstack([done, step])
        grown = [np.concatenate([own, more]) for own, more in zip(grown, step, strict=True)]
        numbers = numbers + block
    return done[:, :horizon]


def _still(block: int) -> dict[str, Floats]:
    return {
        "input": np.zeros((3, 4)),
        "recurrent": np.zeros((1, 4)),
        "bias": np.zeros(4),
        "output": np.zeros((1, block)),
        "shift": np.zeros(block),
    }
