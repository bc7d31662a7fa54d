"""The glass-box credit model: an intercept, one table of scores per feature, one table per interacting pair.

The score is the sum of the tables' entries, in log-odds of repayment, so every feature's part is exact and free. The
model is plain numbers: it predicts with numpy alone and is stored without code (see `_artifact`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from intendant.kit.errors import Invalid
from intendant.learning.calibration import Calibrator, ConformalRule, ProbabilityBand
from intendant.learning.models._binning import BinIndex
from intendant.learning.models._features import OTHER_CATEGORY, Floats, column_of, read_categories, read_numbers
from intendant.learning.models._prediction import Prediction
from intendant.learning.models._serving import MISSING_BIN, RecordScorer

FEATURE_COUNT_MAX = 500
PAIR_COUNT_MAX = 2_000
BIN_COUNT_MAX = 10_000
RECORD_COUNT_MAX = 100_000


class ModelTablesInvalid(Invalid):
    """Tables that do not make a model: shapes, order or finiteness are wrong."""

    code = "model_tables_invalid"


class Contribution(NamedTuple):
    """One part of a score: the feature or the pair, the record's value (or both values), and signed log-odds."""

    features: tuple[str, ...]
    value: object
    log_odds: float

    @property
    def name(self) -> str:
        """Return the feature's name, or both joined."""
        return " & ".join(self.features)


@dataclass(frozen=True, slots=True, eq=False)
class FeatureTable:
    """Scores of one feature by bin.

    Bin 0 is 'missing', the last is 'unknown' (not readable, or a category never seen). Between them a numeric or
    boolean feature has one bin per interval between `cuts` (a value equal to a cut belongs above it), a category
    feature one per entry of `categories`. `pair_bins` says which bin of the pair tables each bin falls into.
    """

    name: str
    type: Literal["numeric", "category", "boolean"]
    cuts: Floats
    categories: tuple[str, ...]
    scores: Floats
    pair_bins: NDArray[np.int64]

    @property
    def bin_count(self) -> int:
        """Return the number of bins with 'missing' and 'unknown'."""
        return int(self.scores.size)


@dataclass(frozen=True, slots=True, eq=False)
class PairTable:
    """Scores of one interacting pair, by the pair bins of its two features (positions in the model's features)."""

    first: int
    second: int
    scores: Floats


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Where a model comes from: enough to fit it again and to refuse a wrong one."""

    kind: str
    data_digest: str
    seed: int
    effort: str
    row_count: int
    versions: Mapping[str, str]


@dataclass(frozen=True, eq=False, repr=False)
class AdditiveCreditModel:
    """An additive model of repayment with its calibration and its conformal rule. See `CreditModel`."""

    intercept: float
    features: tuple[FeatureTable, ...]
    pairs: tuple[PairTable, ...]
    calibrator: Calibrator
    conformal: ConformalRule
    band: ProbabilityBand
    identity: ModelIdentity
    base_rate: float = field(default=0.5)

    def __post_init__(self) -> None:
        _check(self)

    def __repr__(self) -> str:
        """Name the model without printing its tables."""
        return f"AdditiveCreditModel({len(self.features)} features, {len(self.pairs)} pairs, {self.identity})"

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the names of the inputs, in the model's order."""
        return tuple(feature.name for feature in self.features)

    def predict(self, batch: Mapping[str, Any] | Any) -> Floats:
        """Return calibrated probabilities of repayment for a frame or mapping of columns, shape (n,).

        A column the batch lacks counts as missing in every row, which the model has its own scores for.
        """
        return self.calibrator.probability(self.log_odds(batch))

    def log_odds(self, batch: Mapping[str, Any] | Any) -> Floats:
        """Return raw additive scores, shape (n,): the intercept plus every contribution."""
        bins = self.bins(batch)
        total = np.full(bins[0].size if bins else 0, self.intercept)
        for table, positions in zip(self.features, bins, strict=True):
            total += table.scores[positions]
        coarse: dict[int, NDArray[np.int64]] = {}
        for pair in self.pairs:
            for side in (pair.first, pair.second):
                if side not in coarse:
                    coarse[side] = self.features[side].pair_bins[bins[side]]
            flat = coarse[pair.first] * pair.scores.shape[1] + coarse[pair.second]
            total += pair.scores.ravel()[flat]
        return total

    def bins(self, batch: Mapping[str, Any] | Any) -> list[NDArray[np.int64]]:
        """Return each feature's bin for every row."""
        columns = [column_of(batch, table.name) for table in self.features]
        sizes = {len(column) for column in columns if column is not None}
        if len(sizes) != 1:
            raise ModelTablesInvalid(
                "The batch has none of the model's columns, or columns of different lengths.",
                field="batch",
                remedy=f"Give columns such as {', '.join(self.feature_names[:5])}.",
            )
        (count,) = sizes
        return [
            np.zeros(count, dtype=np.int64) if column is None else _column_bins(table, column, index)
            for table, column, index in zip(self.features, columns, self._indexes, strict=True)
        ]

    def predict_records(self, records: Sequence[Mapping[str, object]]) -> list[Prediction]:
        """Return one prediction per record; made for few records at a time, on the request path."""
        if len(records) > RECORD_COUNT_MAX:
            raise ModelTablesInvalid(
                f"{len(records)} records are too many at once.",
                field="records",
                remedy=f"Give at most {RECORD_COUNT_MAX} or use predict on columns.",
            )
        return self._scorer.predict(records)

    def contributions(self, record: Mapping[str, object]) -> list[Contribution]:
        """Return every feature's and pair's part of the record's score, largest first; with the intercept they sum to it."""
        _, positions, _ = self._scorer.score(record)
        parts = [
            Contribution((table.name,), record.get(table.name), float(table.scores[position]))
            for table, position in zip(self.features, positions, strict=True)
        ]
        for pair in self.pairs:
            first, second = self.features[pair.first], self.features[pair.second]
            score = pair.scores[
                first.pair_bins[positions[pair.first]],
                second.pair_bins[positions[pair.second]],
            ]
            values = (record.get(first.name), record.get(second.name))
            parts.append(Contribution((first.name, second.name), values, float(score)))
        return sorted(parts, key=lambda part: -abs(part.log_odds))

    def contribution_matrix(self, batch: Mapping[str, Any] | Any) -> tuple[list[tuple[str, ...]], Floats]:
        """Return the terms (features, then pairs) and their parts for every row, shape (n, terms)."""
        bins = self.bins(batch)
        columns = [table.scores[positions] for table, positions in zip(self.features, bins, strict=True)]
        terms: list[tuple[str, ...]] = [(table.name,) for table in self.features]
        for pair in self.pairs:
            first, second = self.features[pair.first], self.features[pair.second]
            columns.append(pair.scores[first.pair_bins[bins[pair.first]], second.pair_bins[bins[pair.second]]])
            terms.append((first.name, second.name))
        return terms, np.column_stack(columns)

    def to_bytes(self) -> bytes:
        """Return the model as canonical JSON with a digest; it holds numbers and names, never code."""
        from intendant.learning.models._artifact import model_to_bytes

        return model_to_bytes(self)

    @classmethod
    def from_bytes(cls, artifact: bytes) -> "AdditiveCreditModel":
        """Return the model that the bytes describe, or raise ModelArtifactInvalid."""
        from intendant.learning.models._artifact import model_from_bytes

        return model_from_bytes(artifact)

    @cached_property
    def _indexes(self) -> tuple[BinIndex, ...]:
        return tuple(BinIndex(table.cuts) for table in self.features)

    @cached_property
    def _scorer(self) -> RecordScorer:
        return RecordScorer(self)


def _column_bins(table: FeatureTable, column: Any, index: BinIndex) -> NDArray[np.int64]:
    unknown = table.bin_count - 1
    if table.type == "category":
        known = {text: index + 1 for index, text in enumerate(table.categories)}
        fallback = known.get(OTHER_CATEGORY, unknown)
        texts = read_categories(column)
        return np.fromiter(
            (MISSING_BIN if text is None else known.get(text, fallback) for text in texts),
            dtype=np.int64,
            count=texts.size,
        )
    numbers, unreadable = read_numbers(column, boolean=table.type == "boolean")
    positions = index.count_at_or_below(numbers) + 1
    positions[np.isnan(numbers)] = MISSING_BIN
    if unreadable:
        positions[_unreadable(column, numbers, table.type)] = unknown
    return positions


def _unreadable(column: Any, numbers: Floats, type_: str) -> NDArray[np.bool_]:
    from intendant.learning.models._features import read_boolean, read_number

    reader = read_boolean if type_ == "boolean" else read_number
    values = list(column)
    return np.array([np.isnan(number) and reader(value) is None for value, number in zip(values, numbers, strict=True)])


def _check(model: AdditiveCreditModel) -> None:
    """Refuse tables whose shapes, order or values could not come from a fit."""
    features, pairs = model.features, model.pairs
    names = {feature.name for feature in features}
    _require(0 < len(features) <= FEATURE_COUNT_MAX and len(names) == len(features), "features")
    _require(len(pairs) <= PAIR_COUNT_MAX, "pairs")
    _require(bool(np.isfinite(model.intercept)) and 0 <= model.base_rate <= 1, "intercept")
    for table in features:
        inner = len(table.categories) if table.type == "category" else table.cuts.size + 1
        _require(table.type in ("numeric", "category", "boolean") and inner + 2 <= BIN_COUNT_MAX, table.name)
        _require(table.cuts.ndim == 1 and table.scores.shape == (inner + 2,), table.name)
        _require(table.pair_bins.shape == (inner + 2,) and bool((table.pair_bins >= 0).all()), table.name)
        _require(bool(np.isfinite(table.cuts).all() and np.isfinite(table.scores).all()), table.name)
        _require(
            bool((np.diff(table.cuts) > 0).all()) and len(set(table.categories)) == len(table.categories), table.name
        )
    for pair in pairs:
        _require(0 <= pair.first < len(features) and 0 <= pair.second < len(features), "pairs")
        _require(pair.first != pair.second and pair.scores.ndim == 2 and bool(np.isfinite(pair.scores).all()), "pairs")
        _require(int(features[pair.first].pair_bins.max()) < pair.scores.shape[0], "pairs")
        _require(int(features[pair.second].pair_bins.max()) < pair.scores.shape[1], "pairs")


def _require(sound: bool, name: str) -> None:
    if not sound:
        raise ModelTablesInvalid(f"The model's tables are unsound at {name}.", field=name, remedy="Train it again.")


def uncalibrated_model(
    intercept: float, features: tuple[FeatureTable, ...], pairs: tuple[PairTable, ...]
) -> AdditiveCreditModel:
    """Return a model straight from its tables: probabilities as fitted, nothing ruled out."""
    return AdditiveCreditModel(
        intercept=intercept,
        features=features,
        pairs=pairs,
        calibrator=Calibrator("identity", (-1.0, 1.0), (-1.0, 1.0)),
        conformal=ConformalRule(0.1, "marginal", 0.0, 1.0, 0),
        band=ProbabilityBand((0.0,), (0.0,), (1.0,)),
        identity=ModelIdentity("additive", "", 0, "quick", 0, {}),
    )
