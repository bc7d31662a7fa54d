"""Scoring single records fast: each feature's table compiled once into lists, one bisection or dictionary look-up each.

numpy costs more than the work itself for one record, so this path uses plain Python floats.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from intendant.learning.calibration import LOG_ODDS_LIMIT
from intendant.learning.models._features import OTHER_CATEGORY, read_boolean, read_category, read_number
from intendant.learning.models._prediction import Prediction

if TYPE_CHECKING:
    from intendant.learning.models._additive import AdditiveCreditModel

MISSING_BIN = 0


class RecordScorer:
    """A model's tables as lists and dictionaries. Immutable after construction, so threads may share it."""

    def __init__(self, model: "AdditiveCreditModel") -> None:
        """Compile the model's tables."""
        self._intercept = model.intercept
        self._features = []
        for table in model.features:
            known = {text: index + 1 for index, text in enumerate(table.categories)}
            # Rare categories were trained together, so one never seen is taken for one of them where they exist.
            fallback = known.get(OTHER_CATEGORY, table.bin_count - 1)
            reader = read_boolean if table.type == "boolean" else read_number
            self._features.append(
                (
                    table.name,
                    table.type == "numeric",
                    known if table.type == "category" else None,
                    table.cuts.tolist(),
                    table.scores.tolist(),
                    reader,
                    fallback,
                )
            )
        self._pairs = []
        for pair in model.pairs:
            rows = (model.features[pair.first].pair_bins * pair.scores.shape[1]).tolist()
            columns = model.features[pair.second].pair_bins.tolist()
            self._pairs.append((pair.first, rows, pair.second, columns, pair.scores.ravel().tolist()))
        calibrator = model.calibrator
        self._knots = list(calibrator.raw)
        self._values = list(calibrator.calibrated)
        self._slopes = [
            (calibrator.calibrated[i + 1] - calibrator.calibrated[i]) / (calibrator.raw[i + 1] - calibrator.raw[i])
            for i in range(len(calibrator.raw) - 1)
        ]
        self._inner_knots = self._knots[1:-1]
        self._labels = model.conformal.labels
        self._bounds = model.band.bounds_of

    def predict(self, records: Sequence[Mapping[str, object]]) -> list[Prediction]:
        """Return one prediction per record."""
        predictions = []
        for record in records:
            raw, _, unusual = self.score(record)
            probability = self._probability(raw)
            lower, upper = self._bounds(raw)
            predictions.append(
                Prediction(
                    probability,
                    raw,
                    min(lower, probability),
                    max(upper, probability),
                    self._labels(probability),
                    tuple(unusual),
                )
            )
        return predictions

    def score(self, record: Mapping[str, object]) -> tuple[float, list[int], list[str]]:
        """Return the raw score, each feature's bin, and the features whose value is unknown or unreadable."""
        total = self._intercept
        positions = []
        unusual: list[str] = []
        get = record.get
        for name, numeric, known, cuts, scores, reader, fallback in self._features:
            value: Any = get(name)
            kind = value.__class__
            if known is not None:
                found = known.get(value) if kind is str else None
                if found is None:
                    text = read_category(value)
                    found = MISSING_BIN if text is None else known.get(text)
                    if found is None:
                        found = fallback
                        unusual.append(name)
                position = found
            elif numeric and (kind is int or (kind is float and value - value == 0.0)):  # not so for NaN and infinity
                position = bisect_right(cuts, value) + 1
            else:
                number = reader(value)
                if number is None:
                    position = fallback
                    unusual.append(name)
                else:
                    position = MISSING_BIN if math.isnan(number) else bisect_right(cuts, number) + 1
            total += scores[position]
            positions.append(position)
        for first, rows, second, columns, table in self._pairs:
            total += table[rows[positions[first]] + columns[positions[second]]]
        return total, positions, unusual

    def _probability(self, raw: float) -> float:
        segment = bisect_right(self._inner_knots, raw)
        mapped = self._values[segment] + (raw - self._knots[segment]) * self._slopes[segment]
        mapped = min(LOG_ODDS_LIMIT, max(-LOG_ODDS_LIMIT, mapped))
        return 1.0 / (1.0 + math.exp(-mapped))
