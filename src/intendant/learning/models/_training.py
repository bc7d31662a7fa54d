"""Training a credit model: honest split, leakage scan, cross-fitted calibration, challenger, baselines, verdict."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.calibration import (
    CalibrationTrial,
    choose_calibrator,
    fit_band,
    fit_conformal,
    measure_coverage,
)
from intendant.learning.evaluation import (
    auc,
    auc_difference,
    auc_interval,
    brier,
    calibration_error,
    calibration_table,
    log_loss,
)
from intendant.learning.fairness import band_values
from intendant.learning.models._additive import AdditiveCreditModel, ModelIdentity, uncalibrated_model
from intendant.learning.models._baselines import baseline_predictions
from intendant.learning.models._boosting import (
    AdditiveTables,
    Effort,
    boosting_settings,
    fit_additive,
    worker_processes,
)
from intendant.learning.models._challenger import FittedChallenger, fit_challenger
from intendant.learning.models._features import FeatureSpec, Floats, infer_specs
from intendant.learning.models._leakage import LeakageFinding, scan_columns
from intendant.learning.models._preparation import PreparedColumns, check_outcome, check_specs, prepare_columns
from intendant.learning.models._report import ChallengerReport, GroupMetrics, ModelMetrics, ValidationReport, verdict
from intendant.learning.models._split import Split, deal_folds, split_rows

ROW_COUNT_MAX = {"quick": 150_000, "full": 1_000_000}
REFIT_ROW_COUNT_MAX = 20_000  # quick effort fits the served model again on all rows only up to here
LARGE_ROW_COUNT = 5_000
VERY_LARGE_ROW_COUNT = 40_000
GROUP_SIZE_MIN = 30

Progress = Callable[[float, str], None]
"""Called with the share done (0 to 1) and what is being done."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingResult:
    """A trained model with everything that was measured on the way.

    `rows` index the caller's frame: `validation_rows` with `validation_probability` are the held-out predictions of the
    measured model; `development_rows` with `development_probability` the out-of-fold ones before them (choose cut-offs
    there). `specs` are the features the model uses.
    """

    champion: AdditiveCreditModel
    challenger: ChallengerReport | None
    challenger_model: bytes | None
    validation: ValidationReport
    leakage: tuple[LeakageFinding, ...]
    notices: tuple[str, ...]
    specs: tuple[FeatureSpec, ...]
    development_rows: NDArray[np.int64]
    development_probability: Floats
    validation_rows: NDArray[np.int64]
    validation_probability: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """A calibrated model and the out-of-fold probabilities its calibration was learnt from."""

    model: AdditiveCreditModel
    trials: tuple[CalibrationTrial, ...]
    out_of_fold: Floats


def train_credit_model(
    frame: Any,
    outcome: Any,
    *,
    specs: Sequence[FeatureSpec] | None = None,
    times: Any | None = None,
    groups: Any | None = None,
    seed: int,
    effort: Effort = "quick",
    allow_suspicious: Collection[str] = (),
    error_rate: float = 0.1,
    conformal_method: str = "marginal",
    challenger: bool = True,
    refit: bool | None = None,
    worker_count: int = 1,
    progress: Progress | None = None,
) -> TrainingResult:
    """Train, measure and calibrate a model of repayment.

    `frame` is a pandas frame of features, `outcome` 1 repaid and 0 defaulted, `times` when each was decided (the latest
    fifth is then held out), `groups` a frame of protected attributes for monitoring only. Columns the leakage scan
    would exclude stay when named in `allow_suspicious`. With `refit` the model is fitted again on all rows, by the same
    procedure, after it was measured; without, exactly the measured model is returned; None chooses by size.
    `worker_count` above 1 fits bags of large tables in processes of their own, which pays with idle cores only. The same arguments give the same model.

    Raises TrainingDataInvalid, ProtectedFeature or FeatureSpecInvalid, each naming the field and the remedy.
    """
    report = progress or (lambda _share, _stage: None)
    report(0.0, "checking")
    frame = frame.rename(columns=str)  # numbered columns are named by their number everywhere
    labels = check_outcome(frame, outcome)
    protected = {str(name) for name in groups} if groups is not None else set()
    declared = list(specs) if specs is not None else [s for s in infer_specs(frame) if s.name not in protected]
    check_specs(frame, declared, protected)
    notices: list[str] = []
    rows = _sampled_rows(labels, effort, seed, notices)
    split = split_rows(labels, times, rows, seed=seed, notices=notices)

    report(0.03, "looking for leakage")
    scanned = frame.iloc[split.development]
    scan_times = None if times is None else np.asarray(times)[split.development]
    findings, strengths = scan_columns(scanned, labels[split.development], scan_times, declared)
    excluded = _excluded(findings, set(allow_suspicious), notices)
    usable = [spec for spec in declared if spec.name not in excluded]
    prepared, more = prepare_columns(frame, usable, split.development, strengths)
    notices += more

    report(0.1, "fitting")
    fitter = _Fitter(prepared, labels, seed, effort, error_rate, conformal_method, worker_count)
    refitting = effort == "full" or rows.size <= REFIT_ROW_COUNT_MAX if refit is None else refit
    fitted_share = 0.4 if refitting else 0.7
    with worker_processes():
        measured = fitter.fit(split.development, lambda share: report(0.1 + fitted_share * share, "fitting"))

    report(0.1 + fitted_share, "comparing")
    challenged = _challenge(prepared, labels, split, seed, effort, worker_count, notices) if challenger else None
    validation, held_out = _validate(measured, prepared, labels, split, challenged, groups, seed, refitted=refitting)
    champion = measured.model
    if refitting:
        with worker_processes():
            champion = fitter.fit(rows, lambda share: report(0.55 + 0.44 * share, "refitting on all rows")).model
    report(1.0, "done")
    return TrainingResult(
        champion=champion,
        challenger=_challenger_report(challenged, validation, labels[split.validation], held_out),
        challenger_model=None if challenged is None else challenged.model,
        validation=validation,
        leakage=tuple(findings),
        notices=tuple(notices),
        specs=prepared.specs,
        development_rows=split.development,
        development_probability=measured.out_of_fold,
        validation_rows=split.validation,
        validation_probability=held_out,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Fitter:
    """Fits the champion on some rows: fold models score rows they have not seen, and those scores calibrate it."""

    prepared: PreparedColumns
    labels: NDArray[np.int64]
    seed: int
    effort: Effort
    error_rate: float
    conformal_method: str
    worker_count: int

    def fit(self, rows: NDArray[np.int64], progress: Callable[[float], None]) -> _Fitted:
        outcome = self.labels[rows]
        fold_count = _fold_count(self.effort, rows.size)
        folds = deal_folds(outcome, fold_count, self.seed)
        raw = np.empty(rows.size)
        for fold in range(fold_count):
            test = folds == fold
            tables = self._tables(rows[~test])
            raw[test] = _uncalibrated(tables).log_odds(self.prepared.mapping(rows[test]))
            progress((fold + 1) / (fold_count + 1))
        calibrator, trials = choose_calibrator(raw, outcome, seed=self.seed)
        out_of_fold = calibrator.probability(raw)
        model = replace(
            _uncalibrated(self._tables(rows)),
            calibrator=calibrator,
            band=fit_band(raw, outcome),
            conformal=fit_conformal(out_of_fold, outcome, error_rate=self.error_rate, method=self.conformal_method),
            base_rate=float(outcome.mean()),
            identity=ModelIdentity(
                kind="additive",
                data_digest=PreparedColumns(self.prepared.specs, tuple(self.prepared.rows(rows))).digest(outcome),
                seed=self.seed,
                effort=self.effort,
                row_count=int(rows.size),
                versions=_versions(),
            ),
        )
        progress(1.0)
        return _Fitted(model, tuple(trials), out_of_fold)

    def _tables(self, rows: NDArray[np.int64]) -> AdditiveTables:
        specs = self.prepared.specs
        settings = boosting_settings(self.effort, row_count=rows.size, feature_count=len(specs))
        return fit_additive(
            self.prepared.rows(rows),
            self.labels[rows],
            specs,
            settings=settings,
            seed=self.seed % 2**31,
            worker_count=self.worker_count,
        )


def _uncalibrated(tables: AdditiveTables) -> AdditiveCreditModel:
    return uncalibrated_model(tables.intercept, tables.features, tables.pairs)


def _validate(
    fitted: _Fitted,
    prepared: PreparedColumns,
    labels: NDArray[np.int64],
    split: Split,
    challenged: FittedChallenger | None,
    groups: Any | None,
    seed: int,
    *,
    refitted: bool,
) -> tuple[ValidationReport, Floats]:
    outcome = labels[split.validation]
    model = fitted.model
    probability = model.predict(prepared.mapping(split.validation))
    baselines, best_name = baseline_predictions(prepared, labels, split.development, split.validation, seed=seed)
    champion = _metrics("additive", outcome, probability)
    measured = tuple(_metrics(baseline.name, outcome, baseline.probability) for baseline in baselines)
    coverage = measure_coverage(model.conformal, probability, outcome)
    gap = calibration_error(probability, outcome)
    mean = float(probability.mean())
    validated, reasons = verdict(
        champion=champion,
        baselines=measured,
        defaulted=int((outcome == 0).sum()),
        repaid=int(outcome.sum()),
        calibration_error=gap,
        mean_probability=mean,
        coverage=coverage,
    )
    named = tuple(
        replace(item, name=f"best single feature ({best_name})") if item.name == "best single feature" else item
        for item in measured
    )
    return ValidationReport(
        split=split.kind,
        n_train=int(split.development.size),
        n_calibration=int(split.development.size),
        n_validation=int(split.validation.size),
        base_rate=float(outcome.mean()),
        champion=champion,
        baselines=named,
        challenger=None if challenged is None else _metrics("boosted trees", outcome, challenged.probability),
        calibration=tuple(calibration_table(probability, outcome)),
        calibration_error=gap,
        mean_probability=mean,
        calibration_method=model.calibrator.method,
        calibration_trials=fitted.trials,
        coverage=coverage,
        groups=tuple(_by_group(groups, split.validation, outcome, probability, model)),
        refitted=refitted,
        validated=validated,
        reasons=reasons,
    ), probability


def _challenge(
    prepared: PreparedColumns,
    labels: NDArray[np.int64],
    split: Split,
    seed: int,
    effort: Effort,
    worker_count: int,
    notices: list[str],
) -> FittedChallenger | None:
    try:
        import xgboost  # noqa: F401 - only to learn whether it loads here
    except (ImportError, OSError) as error:
        notices.append(f"The challenger could not be loaded ({type(error).__name__}), so nothing is compared with it.")
        return None
    return fit_challenger(
        prepared, labels, split.development, split.validation, seed=seed, effort=effort, worker_count=worker_count
    )


def _challenger_report(
    challenged: FittedChallenger | None, validation: ValidationReport, outcome: NDArray[np.int64], champion: Floats
) -> ChallengerReport | None:
    if challenged is None or validation.challenger is None:
        return None
    paired = auc_difference(outcome, challenged.probability, champion)
    return ChallengerReport(
        name="xgboost",
        metrics=validation.challenger,
        auc_difference=paired.difference,
        auc_difference_lower=paired.lower,
        auc_difference_upper=paired.upper,
        better=paired.lower > 0,
        rounds=challenged.rounds,
    )


def _metrics(name: str, outcome: NDArray[np.int64], probability: Floats) -> ModelMetrics:
    return ModelMetrics(
        name, auc_interval(outcome, probability), brier(outcome, probability), log_loss(outcome, probability)
    )


def _by_group(
    groups: Any | None,
    rows: NDArray[np.int64],
    outcome: NDArray[np.int64],
    probability: Floats,
    model: AdditiveCreditModel,
) -> list[GroupMetrics]:
    if groups is None:
        return []
    covered = model.conformal.covers(probability, outcome)
    metrics = []
    for attribute in groups:
        names = band_values(np.asarray(groups[attribute], dtype=object)[rows], attribute=str(attribute))
        for value in sorted({str(name) for name in names}):
            mask = names == value
            large = int(mask.sum()) >= GROUP_SIZE_MIN and np.unique(outcome[mask]).size == 2
            metrics.append(
                GroupMetrics(
                    attribute=str(attribute),
                    value=value,
                    count=int(mask.sum()),
                    base_rate=float(outcome[mask].mean()),
                    mean_probability=float(probability[mask].mean()),
                    auc=auc(outcome[mask], probability[mask]) if large else None,
                    brier=brier(outcome[mask], probability[mask]),
                    coverage=float(covered[mask].mean()),
                )
            )
    return metrics


def _sampled_rows(labels: NDArray[np.int64], effort: Effort, seed: int, notices: list[str]) -> NDArray[np.int64]:
    limit = ROW_COUNT_MAX[effort]
    if labels.size <= limit:
        return np.arange(labels.size)
    notices.append(f"Of {labels.size} rows a random {limit} were used, which is what {effort} effort looks at.")
    return np.sort(np.random.default_rng(seed).choice(labels.size, limit, replace=False))


def _fold_count(effort: Effort, row_count: int) -> int:
    """Return how many folds score rows unseen; the more rows, the less a fold model loses by seeing fewer of them."""
    if effort == "full":
        return 5
    return 4 if row_count < LARGE_ROW_COUNT else 3 if row_count < VERY_LARGE_ROW_COUNT else 2


def _excluded(findings: list[LeakageFinding], allowed: set[str], notices: list[str]) -> set[str]:
    excluded = set()
    for finding in findings:
        if finding.level == "exclude" and finding.column not in allowed:
            excluded.add(finding.column)
            notices.append(f"{finding.column} was left out: {finding.message}")
        elif finding.level == "exclude":
            notices.append(f"{finding.column} was kept on request, although: {finding.message}")
    return excluded


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("interpret-core", "numpy", "scikit-learn")}
