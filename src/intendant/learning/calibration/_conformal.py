"""Split conformal prediction for two outcomes: the labels a probability cannot rule out at a stated error rate.

With exchangeable cases the set holds the true outcome at least `1 - error_rate` of the time, whatever the model. Both
labels or none in the set both mean that the model does not know, and the case is asked rather than guessed.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intendant.kit.errors import Invalid

REPAID = "repaid"
DEFAULTED = "defaulted"
ONLY_REPAID = frozenset({REPAID})
ONLY_DEFAULTED = frozenset({DEFAULTED})
AMBIGUOUS = frozenset({REPAID, DEFAULTED})
EMPTY: frozenset[str] = frozenset()
GROUP_SIZE_MIN = 100  # a group with fewer calibration rows uses the rule of all rows together
GROUP_COUNT_MAX = 1_000


class ConformalRuleInvalid(Invalid):
    """Thresholds or an error rate outside 0 to 1."""

    code = "conformal_rule_invalid"


@dataclass(frozen=True, slots=True)
class ConformalRule:
    """Two thresholds on the probability of repayment.

    `repaid_from`: the set holds repaid at or above it. `defaulted_up_to`: it holds defaulted at or below it.
    `method` is "marginal" (coverage over all cases) or "by_label" (coverage within the repaid and the defaulted).
    """

    error_rate: float
    method: str
    repaid_from: float
    defaulted_up_to: float
    calibration_count: int

    def __post_init__(self) -> None:
        if not (0 < self.error_rate < 1 and 0 <= self.repaid_from <= 1 and 0 <= self.defaulted_up_to <= 1):
            raise ConformalRuleInvalid(
                "A conformal rule needs an error rate and thresholds between 0 and 1.",
                field="conformal",
                remedy="Fit it again.",
            )

    def labels(self, probability: float) -> frozenset[str]:
        """Return the outcomes this probability cannot rule out."""
        if probability >= self.repaid_from:
            return AMBIGUOUS if probability <= self.defaulted_up_to else ONLY_REPAID
        return ONLY_DEFAULTED if probability <= self.defaulted_up_to else EMPTY

    def sizes(self, probability: ArrayLike) -> NDArray[np.int64]:
        """Return how many outcomes each set holds: 1 is an answer, 0 and 2 are 'do not know'."""
        values = np.asarray(probability, dtype=np.float64)
        return (values >= self.repaid_from).astype(np.int64) + (values <= self.defaulted_up_to).astype(np.int64)

    def covers(self, probability: ArrayLike, outcome: ArrayLike) -> NDArray[np.bool_]:
        """Return whether each set holds what came (outcome 1 repaid, 0 defaulted)."""
        values = np.asarray(probability, dtype=np.float64)
        repaid = np.asarray(outcome) == 1
        return np.where(repaid, values >= self.repaid_from, values <= self.defaulted_up_to)


@dataclass(frozen=True, slots=True)
class GroupedConformalRule:
    """A rule for each group large enough, and the rule of all rows for the others (Mondrian by group)."""

    overall: ConformalRule
    groups: Mapping[str, ConformalRule]

    def rule(self, group: str) -> ConformalRule:
        """Return the rule that applies to a group."""
        return self.groups.get(group, self.overall)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a rule fared: share of sets holding the outcome, also by label, and share of cases answered."""

    target: float
    overall: float
    repaid: float | None
    defaulted: float | None
    answered: float
    answered_right: float | None
    count: int


def fit_conformal(
    probability: ArrayLike, outcome: ArrayLike, *, error_rate: float = 0.1, method: str = "marginal"
) -> ConformalRule:
    """Return the rule from held-out probabilities, with the finite-sample quantile ceil((n + 1)(1 - error))/n."""
    values = np.asarray(probability, dtype=np.float64).ravel()
    repaid = np.asarray(outcome).ravel() == 1
    if values.size == 0 or values.size != repaid.size or not np.isfinite(values).all():
        raise ConformalRuleInvalid(
            "Conformal calibration needs finite probabilities, one per outcome.",
            field="conformal",
            remedy="Add outcomes.",
        )
    strangeness = np.where(repaid, 1 - values, values)
    if method == "by_label":
        of_repaid = _quantile(strangeness[repaid], error_rate)
        of_defaulted = _quantile(strangeness[~repaid], error_rate)
    elif method == "marginal":
        of_repaid = of_defaulted = _quantile(strangeness, error_rate)
    else:
        raise ConformalRuleInvalid(
            f"There is no conformal method '{method}'.", field="method", remedy="Use 'marginal' or 'by_label'."
        )
    # The largest float below must not push a row that set the quantile out of its own set.
    threshold = max(0.0, min(1.0, 1 - of_repaid))
    if threshold > 0 and np.any((1 - values <= of_repaid) & (values < threshold)):
        threshold = float(values[1 - values <= of_repaid].min())
    return ConformalRule(error_rate, method, threshold, min(1.0, of_defaulted), int(values.size))


def fit_conformal_by_group(
    probability: ArrayLike,
    outcome: ArrayLike,
    groups: ArrayLike,
    *,
    error_rate: float = 0.1,
    method: str = "marginal",
) -> GroupedConformalRule:
    """Return one rule per group of at least `GROUP_SIZE_MIN` rows; smaller and unknown groups use the overall rule."""
    values = np.asarray(probability, dtype=np.float64).ravel()
    labels = np.asarray(outcome).ravel()
    names = np.asarray(groups, dtype=str).ravel()
    rules = {}
    for name in np.unique(names)[:GROUP_COUNT_MAX]:
        mask = names == name
        if int(mask.sum()) >= GROUP_SIZE_MIN:
            rules[str(name)] = fit_conformal(values[mask], labels[mask], error_rate=error_rate, method=method)
    return GroupedConformalRule(fit_conformal(values, labels, error_rate=error_rate, method=method), rules)


def measure_coverage(rule: ConformalRule, probability: ArrayLike, outcome: ArrayLike) -> Coverage:
    """Return the coverage a rule achieves on rows it was not fitted on."""
    covered = rule.covers(probability, outcome)
    repaid = np.asarray(outcome).ravel() == 1
    single = rule.sizes(probability) == 1
    return Coverage(
        target=1 - rule.error_rate,
        overall=float(covered.mean()),
        repaid=_mean(covered[repaid]),
        defaulted=_mean(covered[~repaid]),
        answered=float(single.mean()),
        answered_right=_mean(covered[single]),
        count=int(covered.size),
    )


def _quantile(strangeness: Any, error_rate: float) -> float:
    """Return the finite-sample quantile; 1 (nothing is ruled out) when there are too few rows to promise anything."""
    rank = math.ceil((strangeness.size + 1) * (1 - error_rate))
    if rank > strangeness.size:
        return 1.0
    return float(np.sort(strangeness)[rank - 1])


def _mean(values: Any) -> float | None:
    return float(values.mean()) if values.size else None
