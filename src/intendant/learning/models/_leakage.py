"""Finding columns that know the answer: their values were written after the outcome, or name the row.

A model trained on such a column looks perfect and fails on the first live case, because the column is then empty or
says nothing. Findings at level 'exclude' leave training unless the caller allows the column by name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from intendant.learning.evaluation import auc
from intendant.learning.models._features import FeatureSpec, Floats, infer_specs, read_categories, read_numbers

EXCLUDE_AUC = 0.95
WARN_AUC = 0.85
WARN_MARGIN = 0.15  # above the next best feature
MISSINGNESS_EXCLUDE_AUC = 0.9
MISSINGNESS_WARN_AUC = 0.75
NAME_WARN_AUC = 0.65
IDENTIFIER_SHARE = 0.95
IDENTIFIER_ROW_COUNT_MIN = 100
SCAN_ROW_COUNT_MAX = 50_000
LATE_SHARE = 0.01
AFTERWARDS_WORDS = (
    "arrear", "charged", "charge_off", "chargeoff", "closed", "collect", "default", "delinq", "dpd", "late_fee", "loss",
    "outcome", "overdue", "paid", "payoff", "recover", "repaid", "result", "settle", "status", "target", "write_off",
    "writeoff", "written",
)  # fmt: skip

Level = Literal["exclude", "warn"]


@dataclass(frozen=True, slots=True)
class LeakageFinding:
    """One suspicious column: what was seen, how strongly, and what was done about it."""

    column: str
    kind: Literal["single_feature", "missingness", "identifier", "afterwards_name", "after_decision", "far_ahead"]
    level: Level
    measure: float
    message: str


def scan_leakage(
    frame: Any,
    outcome: Any,
    times: Any | None = None,
    *,
    specs: Sequence[FeatureSpec] | None = None,
) -> list[LeakageFinding]:
    """Return suspicious columns of a pandas frame, the worst first; `outcome` is 1 repaid, 0 defaulted."""
    return scan_columns(frame, outcome, times, specs if specs is not None else infer_specs(frame))[0]


def scan_columns(
    frame: Any, outcome: Any, times: Any | None, specs: Sequence[FeatureSpec]
) -> tuple[list[LeakageFinding], dict[str, float]]:
    """Return the findings, and how well each column that is no identifier tells the outcome alone."""
    import pandas as pd

    labels = np.asarray(outcome).astype(np.int64).ravel()
    kept = _scan_rows(labels)
    findings: list[LeakageFinding] = []
    strengths: dict[str, float] = {}
    for spec in specs:
        column = frame[spec.name]
        late = _after_decision(spec.name, column, times) if pd.api.types.is_datetime64_any_dtype(column.dtype) else None
        if late:
            findings.append(late)
        identifier = _identifier(spec, column)
        if identifier:
            findings.append(identifier)
            continue
        strength, missing = single_feature_auc(spec, column.iloc[kept], labels[kept])
        strengths[spec.name] = strength
        findings += _of_missingness(spec.name, missing)
        finding = _of_strength(spec.name, strength)
        if finding:
            findings.append(finding)
    findings += _far_ahead(strengths, {finding.column for finding in findings})
    findings.sort(key=lambda finding: (finding.level != "exclude", -finding.measure, finding.column))
    return findings, strengths


def single_feature_auc(spec: FeatureSpec, column: Any, labels: NDArray[np.int64]) -> tuple[float, float]:
    """Return how well one column alone tells the outcome, and how well its mere presence does (both 0.5 to 1).

    Categories are scored by the outcome rate of the other half of the rows, so that a column of unique values does not
    look perfect.
    """
    if np.unique(labels).size < 2:
        return 0.5, 0.5
    if spec.type == "category":
        texts = read_categories(column)
        missing = np.array([text is None for text in texts])
        scores = _halves(texts, labels)
    else:
        scores, _ = read_numbers(column, boolean=spec.type == "boolean")
        missing = np.isnan(scores)
        if missing.all():
            return 0.5, 0.5
        if missing.any():  # missing values take the outcome rate's place: try both ends, keep the better
            low = np.where(missing, np.nanmin(scores) - 1, scores)
            high = np.where(missing, np.nanmax(scores) + 1, scores)
            scores = max((low, high), key=lambda candidate: abs(auc(labels, candidate) - 0.5))
    return _folded(auc(labels, scores)), _folded(auc(labels, missing.astype(np.float64)))


def _folded(area: float) -> float:
    return max(area, 1 - area)


def _halves(texts: NDArray[np.object_], labels: NDArray[np.int64]) -> Floats:
    _, codes = np.unique(np.array([text or "" for text in texts], dtype=object).astype(str), return_inverse=True)
    scores = np.empty(labels.size)
    half = np.arange(labels.size) % 2 == 0
    prior = labels.mean()
    for part in (half, ~half):
        counts = np.bincount(codes[~part], minlength=codes.max() + 1)
        hits = np.bincount(codes[~part], weights=labels[~part], minlength=codes.max() + 1)
        scores[part] = ((hits + prior) / (counts + 1))[codes[part]]
    return scores


def _of_strength(name: str, strength: float) -> LeakageFinding | None:
    if strength >= EXCLUDE_AUC:
        message = f"{name} alone tells the outcome almost perfectly (AUC {strength:.3f}): was it known at the decision?"
        return LeakageFinding(name, "single_feature", "exclude", strength, message)
    lowered = name.casefold().replace(" ", "_").replace("-", "_")
    if strength >= NAME_WARN_AUC and any(word in lowered for word in AFTERWARDS_WORDS):
        message = f"{name} sounds like something known only afterwards and tells the outcome (AUC {strength:.3f})."
        return LeakageFinding(name, "afterwards_name", "warn", strength, message)
    return None


def _of_missingness(name: str, strength: float) -> list[LeakageFinding]:
    if strength < MISSINGNESS_WARN_AUC:
        return []
    level: Level = "exclude" if strength >= MISSINGNESS_EXCLUDE_AUC else "warn"
    message = f"Whether {name} is filled in tells the outcome (AUC {strength:.3f}): was it filled in afterwards?"
    return [LeakageFinding(name, "missingness", level, strength, message)]


def _far_ahead(strengths: dict[str, float], named: set[str]) -> list[LeakageFinding]:
    if len(strengths) < 3:
        return []
    (best, first), (_, second) = sorted(strengths.items(), key=lambda item: -item[1])[:2]
    if best in named or first < WARN_AUC or first - second < WARN_MARGIN:
        return []
    message = f"{best} tells the outcome far better (AUC {first:.3f}) than any other column ({second:.3f})."
    return [LeakageFinding(best, "far_ahead", "warn", first, message)]


def _identifier(spec: FeatureSpec, column: Any) -> LeakageFinding | None:
    """Return a finding when values name rows: texts nearly all different, or whole numbers counting the rows."""
    present = column.dropna()
    if len(present) < IDENTIFIER_ROW_COUNT_MIN or spec.type == "boolean":
        return None
    share = present.nunique() / len(present)
    if share < IDENTIFIER_SHARE:
        return None
    if spec.type == "numeric":
        numbers, _ = read_numbers(present)
        numbers = numbers[np.isfinite(numbers)]
        whole = numbers.size and bool((np.mod(numbers, 1) == 0).all())
        counting = whole and float(numbers.max() - numbers.min()) < 3 * numbers.size and share == 1.0
        if not counting:
            return None
    message = f"{spec.name} has a different value in nearly every row, so it names the row and cannot generalise."
    return LeakageFinding(spec.name, "identifier", "exclude", float(share), message)


def _after_decision(name: str, column: Any, times: Any | None) -> LeakageFinding | None:
    import pandas as pd

    if times is None or np.asarray(times).dtype.kind in "fiub":  # numbers order rows but are no dates
        return None
    decided = pd.Series(pd.to_datetime(np.asarray(times), errors="coerce", utc=True))
    stamped = pd.Series(pd.to_datetime(column.to_numpy(), errors="coerce", utc=True))
    late = float((stamped > decided).mean())
    if late <= LATE_SHARE:
        return None
    message = f"{name} lies after the decision in {late:.0%} of rows, so it was not known then."
    return LeakageFinding(name, "after_decision", "exclude", late, message)


def _scan_rows(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return at most `SCAN_ROW_COUNT_MAX` rows, evenly spaced."""
    if labels.size <= SCAN_ROW_COUNT_MAX:
        return np.arange(labels.size)
    return np.linspace(0, labels.size - 1, SCAN_ROW_COUNT_MAX).astype(np.int64)
