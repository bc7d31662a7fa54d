"""How a model does for the groups of protected attributes, at which it never looks."""

import numpy as np
from numpy.typing import NDArray

from intendant.learning.estimators._contract import Floats, GroupFigures, Metric, Predictions
from intendant.learning.estimators.tabular._prepared import Prepared
from intendant.learning.evaluation import auc_interval, wilson_interval
from intendant.learning.fairness import FOUR_FIFTHS, band_values

GROUP_ROW_COUNT_MIN = 30
Mask = NDArray[np.bool_]
Z = 1.959964
FLAG_Z = 2.58  # 1 % by chance for each group


def group_figures(prepared: Prepared, predictions: Predictions, actual: Floats) -> tuple[GroupFigures, ...]:
    """Return figures per group; one is flagged where a gap to the others is larger than chance and large enough to matter."""
    figures: list[GroupFigures] = []
    for attribute in prepared.spec.protected:
        names = band_values(
            prepared.frame[attribute].iloc[prepared.split.validation].to_numpy(dtype=object), attribute=attribute
        )
        for value in sorted({str(name) for name in names}):
            mask = names == value
            if int(mask.sum()) < GROUP_ROW_COUNT_MIN:
                figures.append(GroupFigures(attribute, value, int(mask.sum()), (), False, "too few rows to say"))
            elif prepared.is_class:
                figures.append(_of_classes(attribute, value, mask, prepared, predictions, actual))
            else:
                figures.append(_of_numbers(attribute, value, mask, predictions, actual))
    return tuple(figures)


def _of_classes(
    attribute: str, value: str, mask: Mask, prepared: Prepared, predictions: Predictions, actual: Floats
) -> GroupFigures:
    probability = predictions.probability
    assert probability is not None  # noqa: S101 - classes have probabilities
    codes, said = actual.astype(np.int64), probability.argmax(axis=1)
    count = int(mask.sum())
    right = (codes == said)[mask]
    metrics = [Metric("accuracy", float(right.mean()), *wilson_interval(int(right.sum()), count))]
    why: list[str] = []
    if len(prepared.target.classes) == 2:
        positive = probability[:, 1]
        named = int(said[mask].sum())
        rate, others = named / count, float(said[~mask].mean()) if (~mask).any() else named / count
        metrics.append(Metric("named_share", rate, *wilson_interval(named, count)))
        metrics.append(
            Metric("observed_share", float(codes[mask].mean()), *wilson_interval(int(codes[mask].sum()), count))
        )
        if np.unique(codes[mask]).size == 2:
            area = auc_interval(codes[mask], positive[mask])
            metrics.append(Metric("auc", area.auc, area.lower, area.upper))
        gap = float(positive[mask].mean() - codes[mask].mean())
        error = float(np.sqrt((positive[mask] * (1 - positive[mask])).sum())) / count
        metrics.append(Metric("calibration_gap", gap, gap - Z * error, gap + Z * error, higher_is_better=False))
        if abs(gap) > max(FLAG_Z * error, 0.02):
            why.append(f"promised shares are {gap:+.3f} off what came")
        spread = np.sqrt(rate * (1 - rate) / count + others * (1 - others) / max(int((~mask).sum()), 1))
        ratio = min(rate, others) / max(rate, others) if max(rate, others) > 0 else 1.0
        if ratio < FOUR_FIFTHS and abs(rate - others) > FLAG_Z * spread:
            why.append(f"named in {rate:.1%} of cases, the others in {others:.1%} (below four fifths)")
    elif (~mask).any():
        rate, others = float(right.mean()), float((codes == said)[~mask].mean())
        spread = np.sqrt(rate * (1 - rate) / count + others * (1 - others) / int((~mask).sum()))
        if others - rate > max(FLAG_Z * spread, 0.05):
            why.append(f"right in {rate:.1%} of cases, in {others:.1%} of the others")
    return GroupFigures(attribute, value, count, tuple(metrics), bool(why), "; ".join(why) or None)


def _of_numbers(attribute: str, value: str, mask: Mask, predictions: Predictions, actual: Floats) -> GroupFigures:
    assert predictions.value is not None  # noqa: S101 - numbers have values
    errors = actual - predictions.value
    own = errors[mask]
    spread = float(own.std(ddof=1)) / np.sqrt(own.size)
    bias, size = float(own.mean()), float(np.abs(own).mean())
    reach = Z * float(np.abs(own).std(ddof=1)) / np.sqrt(own.size)
    metrics = (
        Metric("mae", size, max(0.0, size - reach), size + reach, higher_is_better=False),
        Metric("mean_error", bias, bias - Z * spread, bias + Z * spread, higher_is_better=False),
    )
    overall = float(errors.mean())
    flagged = abs(bias - overall) > max(FLAG_Z * spread, 0.1 * float(np.abs(errors).mean()))
    why = f"on average {bias - overall:+.4g} further off than all together" if flagged else None
    return GroupFigures(attribute, value, own.size, metrics, flagged, why)
