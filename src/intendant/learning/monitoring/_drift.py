"""Has the data moved? Distances between then and now, each held against what chance alone shows at the present number of rows.

A fixed threshold does not do: PSI > 0.1 fires on 85 % of unchanged features at 100 rows, and KS tests fire on trifles at a
million. So each feature gets a p-value from its own null: both samples are drawn anew, at their true sizes, from the shares
of the two together; Benjamini and Hochberg (1995) hold the share of false alarms over all features; and what is significant
but too small to matter is told as steady.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from intendant.learning.monitoring._columns import Floats, columns_of, read_column

State = Literal["steady", "drifting", "too few"]
Size = Literal["none", "small", "moderate", "large"]

ROWS_MIN = 30
BINS = 10
RESAMPLES = 400
FALSE_DISCOVERIES = 0.05
EFFECT_MIN = 0.05
"""The share of cases that must sit elsewhere, beyond what chance shows, before a change is worth a word."""
ROWS_COMPARED_MAX = 50_000
MISSING_CHANGE_MIN = 0.02
NEW_CATEGORY_MIN = 0.01
OUTSIDE_MIN = 0.01
EXAMPLES_MAX = 5
_TAIL = 10  # p-values of fewer exceedances than this are read from a fitted tail


@dataclass(frozen=True, slots=True)
class Drift:
    """One column then and now.

    `distance`: share of cases that sit elsewhere (total variation over bins or categories), 0 to 1. `expected`: what chance
    shows at this size; `threshold`: what it exceeds once in twenty. `statistics` holds the familiar distances (psi,
    jensen_shannon, kolmogorov_smirnov or largest_category). `adjusted` is the p-value after Benjamini-Hochberg.
    `outside`: share of present numbers beyond all that was seen; `unseen`: share of cases in categories never seen.
    """

    name: str
    kind: str
    state: State
    size: Size
    count: int
    distance: float
    expected: float
    threshold: float
    p_value: float
    adjusted: float
    statistics: Mapping[str, float]
    missing: float
    missing_before: float
    outside: float
    unseen: float
    examples: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class DriftReport:
    """All columns, the worst first, and what the model answers (`score`, `confidence`, `label`)."""

    rows: int
    features: tuple[Drift, ...]
    answers: tuple[Drift, ...]
    left_out: int
    notes: tuple[str, ...]

    @property
    def drifting(self) -> tuple[Drift, ...]:
        """Return what moved beyond chance and beyond trifles, of inputs and answers."""
        return tuple(drift for drift in (*self.features, *self.answers) if drift.state == "drifting")

    @property
    def worst(self) -> Size:
        """Return how far the worst of it moved."""
        order: tuple[Size, ...] = ("none", "small", "moderate", "large")
        return max((drift.size for drift in self.drifting), key=order.index, default="none")


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """One column, tested and not yet judged among the others."""

    name: str
    kind: str
    count: int
    tested: "SharesCompared"
    p_value: float
    missing: float
    missing_before: float
    outside: float
    unseen: float
    examples: tuple[str, ...]
    told: str


def compare_data(
    reference: Mapping[str, Any],
    columns: Mapping[str, Any] | Any,
    *,
    seed: int,
    scores: Any | None = None,
    confidences: Any | None = None,
    labels: Any | None = None,
    false_discoveries: float = FALSE_DISCOVERIES,
) -> DriftReport:
    """Compare present inputs, and answers where given, with a reference of `make_reference`. Deterministic by `seed`.

    Columns that the reference does not know are left out; one that it knows and the present lacks is missing throughout.
    """
    table = columns_of(columns)
    random = np.random.default_rng(seed)
    rows = max(
        (len(values) for values in (*table.values(), scores, confidences, labels) if values is not None), default=0
    )
    chosen = np.sort(random.choice(rows, ROWS_COMPARED_MAX, replace=False)) if rows > ROWS_COMPARED_MAX else None
    features = []
    for name, before in reference.get("features", {}).items():
        values = table[name] if name in table else np.full(rows, None, dtype=object)
        features.append(_compare(name, before, _part(values, chosen), random))
    answers = []
    for name, values in (("score", scores), ("confidence", confidences), ("label", labels)):
        if values is not None and name in reference:
            answers.append(_compare(name, reference[name], _part(values, chosen), random))
    judged = _judged(features, rows, false_discoveries)
    notes = []
    if rows < ROWS_MIN:
        notes.append(f"{rows} rows say too little; at least {ROWS_MIN} are needed.")
    if int(reference.get("rows", 0)) < 2 * ROWS_MIN:
        notes.append("The model was measured on few rows, so that only large changes can be seen.")
    return DriftReport(
        rows=rows,
        features=tuple(sorted(judged, key=lambda drift: (drift.state != "drifting", drift.adjusted, -drift.distance))),
        answers=tuple(_judged(answers, rows, false_discoveries)),
        left_out=int(reference.get("features_left_out", 0)),
        notes=tuple(notes),
    )


def false_discovery_adjusted(p_values: Sequence[float]) -> Floats:
    """Return p-values adjusted by Benjamini and Hochberg (1995): those up to q hold false discoveries at q."""
    given = np.asarray(p_values, dtype=np.float64)
    if given.size == 0:
        return given
    order = np.argsort(given)
    ranked = given[order] * given.size / np.arange(1, given.size + 1)
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(ranked[::-1])[::-1])
    return adjusted


def _compare(name: str, before: Mapping[str, Any], values: Any, random: np.random.Generator) -> _Compared:
    kind = str(before["kind"])
    if "digits" in before:
        values = np.round(np.asarray(values, dtype=np.float64), int(before["digits"]))
    column = read_column(values, kind)  # type: ignore[arg-type]  # the kinds that summarise writes
    count, missing_before = int(column.missing.size), float(before["missing"])
    missing = float(column.missing.mean()) if count else 0.0
    missing_p = _shares_p_value(missing_before, int(before["count"]), missing, count)
    outside = unseen = 0.0
    examples: tuple[str, ...] = ()
    shares: Floats | None = None
    now: Floats = np.zeros(0)
    told = ""
    present_before = round(int(before["count"]) * (1 - missing_before))
    if kind == "number" and "quantiles" in before and column.values.size:
        grid = np.asarray(before["quantiles"], dtype=np.float64)
        outside = float(np.mean((column.values < grid[0]) | (column.values > grid[-1])))
        edges, shares = number_edges(before)
        now = np.bincount(np.searchsorted(edges, column.values), minlength=edges.size + 1).astype(np.float64)
        middle = float(np.quantile(column.values, 0.5, method="inverted_cdf"))
        told = f"the middle value is {middle:.4g}, it was {grid[grid.size // 2]:.4g}"
    elif kind == "category" and before.get("shares") and column.values.size:
        shares, now, unseen, examples, told = _category_bins(before, column.values)
    tested = SharesCompared(0.0, 0.0, 0.0, 1.0, {})
    # Two looks at one column, at its values and at what is missing: Bonferroni between the two.
    p_value = missing_p
    if shares is not None and present_before > 0:
        tested = compare_shares(shares, present_before, now, random, ordered=kind == "number")
        p_value = min(1.0, 2 * min(tested.p_value, missing_p))
    return _Compared(name, kind, count, tested, p_value, missing, missing_before, outside, unseen, examples, told)


@dataclass(frozen=True, slots=True)
class SharesCompared:
    """Two distributions over the same bins: how far apart, and what chance alone would show at their sizes."""

    distance: float
    expected: float
    threshold: float
    p_value: float
    statistics: dict[str, float]


def compare_shares(
    shares: Floats, count_before: int, counts: Floats, random: np.random.Generator, *, ordered: bool
) -> SharesCompared:
    """Compare shares then (of so many rows) with counts now, over the same bins; `ordered` where bins have an order.

    The null: one distribution made both samples, that of the two pooled. Tested are Jensen-Shannon, which sees any change,
    and the largest difference (Kolmogorov-Smirnov of numbers, of categories the single largest), which sees a shift sooner.
    """
    size = max(1, round(float(counts.sum())))
    now = counts / counts.sum()
    pooled = (shares * count_before + now * size) / (count_before + size)
    pooled = pooled / pooled.sum()
    first = random.multinomial(count_before, pooled, size=RESAMPLES) / count_before
    second = random.multinomial(size, pooled, size=RESAMPLES) / size
    observed = _distances(shares[None, :], now[None, :], ordered=ordered)
    null = _distances(first, second, ordered=ordered)
    return SharesCompared(
        distance=float(observed["moved"][0]),
        expected=float(np.median(null["moved"])),
        threshold=float(np.quantile(null["moved"], 0.95)),
        # Two statistics, one p-value: Bonferroni.
        p_value=min(
            1.0, 2 * min(_p_value(null[key], float(observed[key][0])) for key in ("jensen_shannon", "largest"))
        ),
        statistics={
            "psi": round(_psi(shares, now), 6),
            "jensen_shannon": round(float(observed["jensen_shannon"][0]), 6),
            ("kolmogorov_smirnov" if ordered else "largest_category"): round(float(observed["largest"][0]), 6),
        },
    )


def number_edges(before: Mapping[str, Any]) -> tuple[Floats, Floats]:
    """Return the deciles of a summary of numbers, each once, and the shares between them; equal values share a bin."""
    grid = np.asarray(before["quantiles"], dtype=np.float64)
    upto = np.asarray(before["upto"], dtype=np.float64)
    edges = np.unique(grid[np.linspace(0, grid.size - 1, BINS + 1).round().astype(int)[1:-1]])
    shares = np.diff(np.r_[0.0, upto[np.searchsorted(grid, edges, side="right") - 1], 1.0])
    return edges, np.clip(shares, 0.0, 1.0)


def _distances(first: NDArray[Any], second: NDArray[Any], *, ordered: bool) -> dict[str, Floats]:
    middle = (first + second) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(first > 0, first * np.log2(first / middle), 0.0).sum(axis=1)
        right = np.where(second > 0, second * np.log2(second / middle), 0.0).sum(axis=1)
    difference = first - second
    largest = np.abs(np.cumsum(difference, axis=1) if ordered else difference).max(axis=1)
    return {
        "jensen_shannon": np.sqrt(np.clip((left + right) / 2, 0, 1)),
        "largest": largest,
        "moved": np.abs(difference).sum(axis=1) / 2,
    }


def _p_value(null: Floats, observed: float) -> float:
    """Return the share of the null at or beyond; far out, the tail of a gamma with the null's mean and variance of squares."""
    beyond = int((null >= observed - 1e-12).sum())
    if beyond >= _TAIL:
        return (beyond + 1) / (null.size + 1)
    squares = null**2
    mean, variance = float(squares.mean()), float(squares.var())
    if mean <= 0 or variance <= 0:
        return (beyond + 1) / (null.size + 1)
    # Wilson and Hilferty: the cube root of a gamma variable is nearly normal.
    shape = mean * mean / variance
    root = (observed * observed / mean) ** (1 / 3)
    z = (root - (1 - 1 / (9 * shape))) * 3 * math.sqrt(shape)
    tail = 0.5 * math.erfc(z / math.sqrt(2))
    return min((beyond + 1) / (null.size + 1) if beyond else (_TAIL + 1) / (null.size + 1), max(tail, 1e-12))


def _category_bins(before: Mapping[str, Any], values: Any) -> tuple[Floats, Floats, float, tuple[str, ...], str]:
    names = list(before["shares"])
    known = {name: at for at, name in enumerate(names)}
    rare = set(before.get("known", ()))
    present, counts = np.unique(values.astype(str), return_counts=True)
    now = np.zeros(len(names) + 1)
    new: list[tuple[int, str]] = []
    for name, count in zip(present, counts, strict=True):
        at = known.get(str(name), len(names))
        now[at] += count
        if at == len(names) and str(name) not in rare and not before.get("open"):
            new.append((int(count), str(name)))
    shares = np.array([float(share) for share in before["shares"].values()])
    shares = np.r_[shares, max(0.0, 1 - shares.sum())]
    difference = now / now.sum() - shares
    widest = int(np.argmax(np.abs(difference)))
    called = f"'{names[widest]}'" if widest < len(names) else "what was rare or not seen"
    told = f"{called} makes up {now[widest] / now.sum():.1%} of cases, it was {shares[widest]:.1%}"
    new.sort(key=lambda pair: (-pair[0], pair[1]))
    unseen = sum(count for count, _ in new) / max(1, values.size)
    return shares, now, float(unseen), tuple(name for _, name in new[:EXAMPLES_MAX]), told


def _judged(compared: Sequence[_Compared], rows: int, false_discoveries: float) -> list[Drift]:
    adjusted = false_discovery_adjusted([item.p_value for item in compared])
    drifts = []
    for item, q in zip(compared, adjusted, strict=True):
        effect = max(0.0, item.tested.distance - item.tested.expected)
        missing_change = abs(item.missing - item.missing_before)
        matters = effect >= EFFECT_MIN or missing_change >= MISSING_CHANGE_MIN or item.unseen >= NEW_CATEGORY_MIN
        state: State = "too few" if rows < ROWS_MIN else "drifting" if q <= false_discoveries and matters else "steady"
        extent = max(effect, missing_change)
        size: Size = "none"
        if state == "drifting":
            size = "large" if extent >= 0.25 else "moderate" if extent >= 0.1 else "small"
        drifts.append(
            Drift(
                name=item.name,
                kind=item.kind,
                state=state,
                size=size,
                count=item.count,
                distance=item.tested.distance,
                expected=item.tested.expected,
                threshold=item.tested.threshold,
                p_value=item.p_value,
                adjusted=float(q),
                statistics=item.tested.statistics,
                missing=item.missing,
                missing_before=item.missing_before,
                outside=item.outside,
                unseen=item.unseen,
                examples=item.examples,
                words=_words(item, state, effect),
            )
        )
    return drifts


def _words(item: _Compared, state: State, effect: float) -> str:
    if state == "too few":
        return f"Too few rows ({item.count}) to say."
    parts = []
    if state == "drifting" and effect >= EFFECT_MIN and item.told:
        parts.append(f"about {effect:.0%} of cases sit elsewhere than chance explains: {item.told}")
    if abs(item.missing - item.missing_before) >= MISSING_CHANGE_MIN and state == "drifting":
        parts.append(f"{item.missing:.1%} are missing, it was {item.missing_before:.1%}")
    if item.unseen >= NEW_CATEGORY_MIN:
        parts.append(f"{item.unseen:.1%} are of a kind never seen in training ({', '.join(item.examples)})")
    if item.outside >= OUTSIDE_MIN:
        parts.append(f"{item.outside:.1%} lie beyond all that was seen in training")
    if not parts:
        return "No more than chance, or too little to matter."
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _shares_p_value(before: float, count_before: int, now: float, count: int) -> float:
    """Return the two-sided p-value of two shares being one, by the pooled normal with continuity correction."""
    if not count_before or not count:
        return 1.0
    pooled = (before * count_before + now * count) / (count_before + count)
    error = math.sqrt(pooled * (1 - pooled) * (1 / count_before + 1 / count))
    if error == 0:
        return 1.0
    z = max(0.0, abs(before - now) - (1 / count_before + 1 / count) / 2) / error
    return math.erfc(z / math.sqrt(2))


def _psi(before: Floats, now: Floats) -> float:
    """Return the population stability index, empty bins counted as a ten-thousandth."""
    first, second = np.maximum(before, 1e-4), np.maximum(now, 1e-4)
    return float(((second - first) * np.log(second / first)).sum())


def _part(values: Any, chosen: Any | None) -> Any:
    if chosen is None:
        return values
    array = np.asarray(values)
    return (array if array.dtype.kind in "fiub" else np.asarray(values, dtype=object)).ravel()[chosen]
