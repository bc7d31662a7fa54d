"""The glass box for any table: a table of scores per feature and per pair, by explainable boosting; sums are exact."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.estimators._contract import Floats, TrainingInvalid
from intendant.learning.estimators.tabular._problem import Core, Problem
from intendant.learning.estimators.tabular.plain import decode_array, encode_array, invalid
from intendant.learning.models import BinIndex, FeatureSpec, boosting_settings, fit_additive

CLASS_COUNT_MAX = 10  # one machine is fitted for each class
ROW_COUNT_MAX = {"quick": 60_000, "full": 400_000}
PAIR_COUNT_MAX = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Scores of one feature by bin: 0 is missing, then the intervals between `cuts` or the codes of categories.

    `coarse` says which bin of its pair tables each bin falls into.
    """

    cuts: Floats
    scores: Floats
    coarse: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Scores of an interacting pair by the coarse bins of both."""

    first: int
    second: int
    scores: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """What makes up one raw score."""

    intercept: float
    tables: tuple[Table, ...]
    pairs: tuple[Pair, ...]


class Additive:
    """One sum of tables per head."""

    def __init__(self, heads: tuple[Head, ...], categories: tuple[bool, ...]):
        """Take the tables, which were checked or come from training."""
        self._heads = heads
        self._categories = categories

    def raw(self, matrix: Floats) -> Floats:
        """Return sums, shape (n, heads)."""
        totals = np.empty((len(matrix), len(self._heads)))
        for number, head in enumerate(self._heads):
            bins = self._bins(number, matrix)
            total = np.full(len(matrix), head.intercept)
            for table, positions in zip(head.tables, bins, strict=True):
                total += table.scores[positions]
            coarse: dict[int, NDArray[np.int64]] = {}
            for pair in head.pairs:
                for side in (pair.first, pair.second):
                    if side not in coarse:
                        coarse[side] = head.tables[side].coarse[bins[side]]
                total += pair.scores.ravel()[coarse[pair.first] * pair.scores.shape[1] + coarse[pair.second]]
            totals[:, number] = total
        return totals

    def contributions(self, matrix: Floats, heads: Any) -> Floats:
        """Return each feature's part, half of each of its pairs included."""
        found = np.zeros((len(matrix), len(self._categories)))
        for number, head in enumerate(self._heads):
            chosen = np.flatnonzero(np.asarray(heads) == number)
            if not chosen.size:
                continue
            bins = self._bins(number, matrix[chosen])
            parts = np.column_stack([table.scores[b] for table, b in zip(head.tables, bins, strict=True)])
            for pair in head.pairs:
                first = head.tables[pair.first].coarse[bins[pair.first]]
                half = pair.scores[first, head.tables[pair.second].coarse[bins[pair.second]]] / 2
                parts[:, pair.first] += half
                parts[:, pair.second] += half
            found[chosen] = parts
        return found

    def to_plain(self) -> dict[str, Any]:
        """Return the tables."""
        return {
            "kind": "additive",
            "categories": list(self._categories),
            "heads": [
                {
                    "intercept": head.intercept,
                    "tables": [
                        {
                            "cuts": encode_array(t.cuts),
                            "scores": encode_array(t.scores),
                            "coarse": encode_array(t.coarse),
                        }
                        for t in head.tables
                    ],
                    "pairs": [[p.first, p.second, encode_array(p.scores)] for p in head.pairs],
                }
                for head in self._heads
            ],
        }

    @classmethod
    def from_plain(cls, body: Any, *, feature_count: int, heads: int) -> "Additive":
        """Read what `to_plain` wrote."""
        categories = tuple(bool(entry) for entry in body["categories"])
        if len(body["heads"]) != heads or len(categories) != feature_count:
            raise invalid("its tables do not fit its features")
        return cls(tuple(_read_head(entry, categories) for entry in body["heads"]), categories)

    def _bins(self, number: int, matrix: Floats) -> list[NDArray[np.int64]]:
        found = []
        for index, (table, finder) in enumerate(zip(self._heads[number].tables, self._indexes[number], strict=True)):
            values = matrix[:, index]
            if self._categories[index]:
                bins = np.where(np.isnan(values), 0, values + 1).astype(np.int64)
                found.append(np.minimum(bins, table.scores.size - 1))
            else:
                bins = finder.count_at_or_below(values) + 1
                bins[np.isnan(values)] = 0
                found.append(bins)
        return found

    @cached_property
    def _indexes(self) -> list[list[BinIndex]]:
        return [[BinIndex(table.cuts) for table in head.tables] for head in self._heads]


def fit_glass_box(matrix: Floats, target: Floats, problem: Problem) -> Core:
    """Fit explainable boosting: one machine for two classes or numbers, one for each of more classes."""
    if problem.heads > CLASS_COUNT_MAX:
        raise TrainingInvalid(
            f"The additive model takes at most {CLASS_COUNT_MAX} classes; there are {problem.heads}.",
            field="algorithm",
            remedy="Use gradient_boosting, or group the rare classes.",
        )
    limit = ROW_COUNT_MAX[problem.effort]
    if target.size > limit:
        chosen = np.sort(np.random.default_rng(problem.seed).choice(target.size, limit, replace=False))
        matrix, target = matrix[chosen], target[chosen]
    specs = [
        FeatureSpec(f"f{index}", "category" if column.is_category else "numeric", problem.monotone[index])
        for index, column in enumerate(problem.columns)
    ]
    columns = [
        _texts(matrix[:, index]) if column.is_category else np.ascontiguousarray(matrix[:, index])
        for index, column in enumerate(problem.columns)
    ]
    settings = boosting_settings(problem.effort, row_count=target.size, feature_count=len(specs))
    heads = []
    for number in range(problem.heads):
        outcome: Any = (
            target if problem.is_regression else (target == (number if problem.heads > 1 else 1)).astype(np.int64)
        )
        problem.tick()
        fitted = fit_additive(
            columns, outcome, specs, settings=settings, seed=problem.seed % 2**31, regression=problem.is_regression
        )
        tables = tuple(
            _table(entry, column.is_category, len(column.levels))
            for entry, column in zip(fitted.features, problem.columns, strict=True)
        )
        heads.append(Head(fitted.intercept, tables, tuple(Pair(p.first, p.second, p.scores) for p in fitted.pairs)))
    problem.tick()
    return Additive(tuple(heads), tuple(column.is_category for column in problem.columns))


def _table(fitted: Any, is_category: bool, level_count: int) -> Table:
    if not is_category:
        return Table(fitted.cuts, fitted.scores[:-1], fitted.pair_bins[:-1])
    known = {text: index + 1 for index, text in enumerate(fitted.categories)}
    unknown = fitted.scores.size - 1
    order = np.array([0, *(known.get(str(code), unknown) for code in range(level_count))])
    return Table(np.empty(0), fitted.scores[order], fitted.pair_bins[order])


def _texts(codes: Floats) -> NDArray[np.object_]:
    names = np.array([*(str(code) for code in range(int(np.nanmax(codes, initial=0)) + 1)), None], dtype=object)
    return names[np.where(np.isnan(codes), -1, codes).astype(np.int64)]


def _read_head(entry: Any, categories: tuple[bool, ...]) -> Head:
    tables = []
    if len(entry["tables"]) != len(categories):
        raise invalid("its tables do not fit its features")
    for one, is_category in zip(entry["tables"], categories, strict=True):
        cuts = decode_array(one["cuts"], dimensions=1)
        scores = decode_array(one["scores"], dimensions=1)
        coarse = decode_array(one["coarse"], dimensions=1).astype(np.int64)
        fits = scores.size >= 1 if is_category else scores.size == cuts.size + 2
        if not fits or coarse.shape != scores.shape or (coarse < 0).any() or (np.diff(cuts) <= 0).any():
            raise invalid("a table is unsound")
        tables.append(Table(cuts, scores, coarse))
    if len(entry["pairs"]) > PAIR_COUNT_MAX:
        raise invalid("it has too many pairs")
    pairs = []
    for first, second, packed in entry["pairs"]:
        scores = decode_array(packed, dimensions=2)
        within = 0 <= first < len(tables) and 0 <= second < len(tables)
        if (
            not within
            or tables[first].coarse.max() >= scores.shape[0]
            or tables[second].coarse.max() >= scores.shape[1]
        ):
            raise invalid("a pair is unsound")
        pairs.append(Pair(int(first), int(second), scores))
    intercept = float(entry["intercept"])
    if not np.isfinite(intercept):
        raise invalid("its intercept is no number")
    return Head(intercept, tuple(tables), tuple(pairs))
