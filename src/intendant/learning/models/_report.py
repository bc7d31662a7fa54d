"""What a training reports: honest measurements on rows the model never saw, and whether it may be used."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from intendant.learning.calibration import CalibrationTrial, Coverage
from intendant.learning.evaluation import AucInterval, CalibrationBin

OUTCOME_COUNT_MIN = 15  # of each outcome in the validation part, to say anything
CALIBRATION_ERROR_MAX = 0.1
LOGISTIC_MARGIN = 0.02
BIAS_ERRORS_MAX = 4.0  # standard errors by which the mean prediction may miss the observed rate
BIAS_MIN = 0.03  # and misses smaller than this never fail a model
COVERAGE_SLACK = 0.05


@dataclass(frozen=True, slots=True)
class ModelMetrics:
    """One model's measurements on the validation rows."""

    name: str
    auc: AucInterval
    brier: float
    log_loss: float


@dataclass(frozen=True, slots=True)
class GroupMetrics:
    """How the model does for one protected group; rates are None where the group is too small or one-sided."""

    attribute: str
    value: str
    count: int
    base_rate: float
    mean_probability: float
    auc: float | None
    brier: float
    coverage: float


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """The champion on held-out rows, beside baselines and challenger.

    `split` is "time-ordered" (the latest rows are held out) or "stratified". `n_calibration` rows were scored by models
    that had not seen them; calibration and conformal rule are fitted on those scores. `refitted` says that the served
    model was afterwards fitted again, by the same procedure, on all rows.
    """

    split: Literal["time-ordered", "stratified"]
    n_train: int
    n_calibration: int
    n_validation: int
    base_rate: float
    champion: ModelMetrics
    baselines: tuple[ModelMetrics, ...]
    challenger: ModelMetrics | None
    calibration: tuple[CalibrationBin, ...]
    calibration_error: float
    mean_probability: float
    calibration_method: str
    calibration_trials: tuple[CalibrationTrial, ...]
    coverage: Coverage
    groups: tuple[GroupMetrics, ...]
    refitted: bool
    validated: bool
    reasons: tuple[str, ...]

    @property
    def auc(self) -> float:
        """Return the champion's area under the ROC curve."""
        return self.champion.auc.auc

    @property
    def brier(self) -> float:
        """Return the champion's Brier score."""
        return self.champion.brier

    @property
    def log_loss(self) -> float:
        """Return the champion's log loss."""
        return self.champion.log_loss

    def as_dict(self) -> Mapping[str, Any]:
        """Return the report as plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ChallengerReport:
    """The boosted trees beside the champion: their metrics and how much better they are, with an interval."""

    name: str
    metrics: ModelMetrics
    auc_difference: float
    auc_difference_lower: float
    auc_difference_upper: float
    better: bool
    rounds: int


def verdict(
    *,
    champion: ModelMetrics,
    baselines: tuple[ModelMetrics, ...],
    defaulted: int,
    repaid: int,
    calibration_error: float,
    mean_probability: float,
    coverage: Coverage,
) -> tuple[bool, tuple[str, ...]]:
    """Return whether the model may be used, and every reason why not (or what it passed)."""
    against: list[str] = []
    count = defaulted + repaid
    base_rate = repaid / count
    if min(defaulted, repaid) < OUTCOME_COUNT_MIN:
        against.append(
            f"The validation part holds {repaid} repaid and {defaulted} defaulted; "
            f"at least {OUTCOME_COUNT_MIN} of each are needed to judge a model."
        )
    if not champion.auc.lower > 0.5:
        against.append(
            f"It may be no better than chance: AUC {champion.auc.auc:.3f}, at worst {champion.auc.lower:.3f}."
        )
    by_name = {baseline.name: baseline for baseline in baselines}
    prior = by_name.get("prior")
    if prior and champion.brier >= prior.brier:
        against.append(f"Always predicting the base rate is as accurate (Brier {prior.brier:.4f}).")
    single = by_name.get("best single feature")
    if single and champion.auc.upper < single.auc.auc:
        against.append(f"One feature alone ranks better (AUC {single.auc.auc:.3f}).")
    logistic = by_name.get("logistic regression")
    if logistic and logistic.auc.auc - champion.auc.auc > LOGISTIC_MARGIN and champion.auc.upper < logistic.auc.auc:
        against.append(f"A plain logistic regression ranks better (AUC {logistic.auc.auc:.3f}).")
    error = (base_rate * (1 - base_rate) / count) ** 0.5
    bias = abs(mean_probability - base_rate)
    if bias > max(BIAS_MIN, BIAS_ERRORS_MAX * error):
        against.append(f"It promises {mean_probability:.3f} repaid on average, but {base_rate:.3f} were.")
    if calibration_error > CALIBRATION_ERROR_MAX + error:
        against.append(f"Its probabilities are off by {calibration_error:.3f} on average.")
    coverage_error = 2 * (coverage.target * (1 - coverage.target) / count) ** 0.5
    if coverage.overall < coverage.target - COVERAGE_SLACK - coverage_error:
        against.append(f"Its sets hold the outcome {coverage.overall:.1%} of the time, {coverage.target:.0%} promised.")
    if against:
        return False, tuple(against)
    passed = (
        f"AUC {champion.auc.auc:.3f} ({champion.auc.lower:.3f} to {champion.auc.upper:.3f}) on {count} unseen rows, "
        f"calibration error {calibration_error:.3f}, coverage {coverage.overall:.1%} of {coverage.target:.0%} promised."
    )
    return True, (passed,)
