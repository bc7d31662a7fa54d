"""Fitting the additive model with explainable boosting (interpret-core) and taking its tables out as plain numbers."""

import math
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from intendant.kit.errors import Bug
from intendant.learning.models._additive import FeatureTable, PairTable
from intendant.learning.models._features import FeatureSpec, Floats

Effort = Literal["quick", "full"]
PARALLEL_ROW_COUNT_MIN = 50_000  # below this, starting worker processes costs more than they save
SMALL_ROW_COUNT = 5_000
QUICK_STEP_COUNT_MAX = 12_000
FULL_STEP_COUNT_MAX = 60_000
SMOOTHING_STEP_COUNT = 1_500
PATIENCE_STEP_COUNT = 1_000
ROUND_COUNT_MIN = 40
PAIRED_FEATURE_COUNT_MAX = 60  # the search for pairs grows with the square of this

_training_lock = threading.Lock()
_training_count = 0


@dataclass(frozen=True, slots=True)
class BoostingSettings:
    """How thoroughly to fit: more bags and pairs cost time and win a little accuracy."""

    bag_count: int
    pair_count: int
    learning_rate: float
    bin_count_max: int
    pair_bin_count_max: int
    smoothing_rounds: int
    early_stopping_rounds: int
    early_stopping_tolerance: float
    round_count_max: int


@dataclass(frozen=True, slots=True, eq=False)
class AdditiveTables:
    """The fitted parts of an additive model, not yet calibrated."""

    intercept: float
    features: tuple[FeatureTable, ...]
    pairs: tuple[PairTable, ...]


def boosting_settings(effort: Effort, *, row_count: int, feature_count: int) -> BoostingSettings:
    """Return the settings for an effort.

    A round boosts every feature once, so the more features, the fewer rounds: the number of steps stays bounded, also
    when a feature separates the outcomes and the loss would fall for ever.
    """
    if effort == "full":
        rounds = max(ROUND_COUNT_MIN, FULL_STEP_COUNT_MAX // feature_count)
        return BoostingSettings(14, min(2 * feature_count, 40), 0.015, 1024, 64, 75, 100, 1e-5, rounds)
    rounds = max(ROUND_COUNT_MIN, QUICK_STEP_COUNT_MAX // feature_count)
    smoothing = min(75, max(5, SMOOTHING_STEP_COUNT // feature_count))
    patience = min(50, max(4, PATIENCE_STEP_COUNT // feature_count))
    tolerance = 1e-5 if row_count < SMALL_ROW_COUNT else 1e-4
    pairs = 5 if feature_count <= PAIRED_FEATURE_COUNT_MAX else 0
    return BoostingSettings(4, pairs, 0.04, 256, 32, smoothing, patience, tolerance, rounds)


def fit_additive(
    columns: Sequence[NDArray[Any]],
    outcome: NDArray[np.int64] | Floats,
    specs: Sequence[FeatureSpec],
    *,
    settings: BoostingSettings,
    seed: int,
    worker_count: int = 1,
    regression: bool = False,
) -> AdditiveTables:
    """Fit an explainable boosting machine and return its tables.

    `columns` holds float64 arrays (NaN missing) for numeric and boolean features and object arrays of text (None
    missing) for categories, one per spec. With `regression` the outcome is a number and the score its prediction.
    """
    import joblib  # type: ignore[import-untyped]
    import pandas as pd
    from interpret.glassbox import ExplainableBoostingClassifier, ExplainableBoostingRegressor

    names = [f"f{index}" for index in range(len(specs))]
    frame = pd.DataFrame(dict(zip(names, columns, strict=True)))
    parallel = worker_count > 1 and outcome.size >= PARALLEL_ROW_COUNT_MIN
    machine = (ExplainableBoostingRegressor if regression else ExplainableBoostingClassifier)(
        feature_names=names,
        feature_types=["nominal" if spec.type == "category" else "continuous" for spec in specs],
        outer_bags=settings.bag_count,
        interactions=settings.pair_count if len(specs) > 1 else 0,
        learning_rate=settings.learning_rate,
        max_bins=settings.bin_count_max,
        max_interaction_bins=settings.pair_bin_count_max,
        max_rounds=settings.round_count_max,
        smoothing_rounds=settings.smoothing_rounds,
        interaction_smoothing_rounds=settings.smoothing_rounds,
        early_stopping_rounds=settings.early_stopping_rounds,
        early_stopping_tolerance=settings.early_stopping_tolerance,
        monotone_constraints=[spec.monotone for spec in specs] if any(spec.monotone for spec in specs) else None,
        n_jobs=worker_count if parallel else 1,
        random_state=seed,
    )
    backend = joblib.parallel_config(backend="loky") if parallel else nullcontext()
    with warnings.catch_warnings(), backend:
        warnings.simplefilter("ignore")  # it warns of missing values, for which our tables have a bin of their own
        machine.fit(frame, outcome)
    return _extract(machine, specs)


@contextmanager
def worker_processes() -> Iterator[None]:
    """End the worker processes that fitting may have started, once the last training in this process is done.

    Idle ones would hold hundreds of megabytes; they are shared, so a training that still runs keeps them.
    """
    global _training_count  # noqa: PLW0603 - the processes it counts the users of are as global
    from joblib.externals.loky import reusable_executor  # type: ignore[import-untyped]

    with _training_lock:
        _training_count += 1
    try:
        yield
    finally:
        with _training_lock:
            _training_count -= 1
            executor = reusable_executor._executor
            if _training_count == 0 and executor is not None:
                executor.shutdown(wait=True)


def _extract(machine: Any, specs: Sequence[FeatureSpec]) -> AdditiveTables:
    mains: dict[int, Floats] = {}
    pairs: list[PairTable] = []
    for term, scores in zip(machine.term_features_, machine.term_scores_, strict=True):
        table = np.asarray(scores, dtype=np.float64)
        match tuple(int(index) for index in term):
            case (single,):
                mains[single] = table
            case (first, second):
                pairs.append(PairTable(first, second, table))
            case other:
                raise Bug(f"The boosting machine returned a term of {len(other)} features.")
    features = tuple(_feature_table(spec, machine.bins_[index], mains.get(index)) for index, spec in enumerate(specs))
    return AdditiveTables(float(np.ravel(machine.intercept_)[0]), features, tuple(pairs))


def _feature_table(spec: FeatureSpec, levels: Sequence[Any], main: Floats | None) -> FeatureTable:
    """Merge the main and the pair binning of one feature into one, so that serving bisects once."""
    fine_level, pair_level = levels[0], levels[min(1, len(levels) - 1)]
    if spec.type == "category":
        categories = tuple(sorted(set(fine_level) | set(pair_level)))
        fine = [0, *(fine_level.get(text, -1) for text in categories), -1]
        coarse = [0, *(pair_level.get(text, -1) for text in categories), -1]
        fine_count = max(fine_level.values(), default=0) + 2
        coarse_count = max(pair_level.values(), default=0) + 2
        cuts: Floats = np.empty(0)
    else:
        categories = ()
        cuts = np.union1d(fine_level, pair_level).astype(np.float64)
        lower_ends = np.r_[-math.inf, cuts]
        fine = [0, *_bins_of(fine_level, lower_ends), -1]
        coarse = [0, *_bins_of(pair_level, lower_ends), -1]
        fine_count, coarse_count = len(fine_level) + 3, len(pair_level) + 3
    if main is not None and main.shape != (fine_count,):
        raise Bug(f"The boosting machine returned {main.shape} scores for {fine_count} bins of {spec.name}.")
    fine_bins = np.array([position % fine_count for position in fine], dtype=np.int64)
    return FeatureTable(
        name=spec.name,
        type=spec.type,
        cuts=cuts,
        categories=categories,
        scores=np.zeros(fine_bins.size) if main is None else main[fine_bins],
        pair_bins=np.array([position % coarse_count for position in coarse], dtype=np.int64),
    )


def _bins_of(level: Floats, lower_ends: Floats) -> list[int]:
    return [int(position) + 1 for position in np.searchsorted(level, lower_ends, side="right")]
