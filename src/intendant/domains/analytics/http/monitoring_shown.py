"""Measured periods, comparisons and the overview turned into what the routes of monitoring answer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.domains.analytics.contract import CHAMPION
from intendant.domains.analytics.http import monitoring_views as views
from intendant.domains.analytics.models import rows
from intendant.domains.analytics.monitoring import judging, reading, retraining
from intendant.domains.analytics.monitoring.comparing import LOSSES, compare_model
from intendant.domains.analytics.monitoring.measuring import (
    CALIBRATION,
    DRIFT,
    FAIRNESS,
    PERFORMANCE,
    ROWS_ALARMED_MIN,
    figures_from,
)
from intendant.domains.analytics.monitoring.overview import ModelAtAGlance, Overview, load_overview
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction

HISTORY_FEATURES_MAX = 20
HISTORY_PERIODS_MAX = 60
ATTENTION_MAX = 30
_LARGEST = ("kolmogorov_smirnov", "largest_category")
_SEVERITIES = ("critical", "high", "medium", "low")


def show_performance(
    tx: Transaction, model_id: UUID, *, begins: datetime | None, ends: datetime | None, version: int | None
) -> views.ModelPerformance:
    """Return how a model does over time."""
    model = rows.get_model(tx, model_id)
    found = reading.list_periods(tx, model_id, begins=begins, ends=ends, number=version, limit=reading.PERIODS_MAX + 1)
    periods = list(reversed(found[: reading.PERIODS_MAX]))
    champion = next((alias for alias in model["aliases"] if alias["alias"] == CHAMPION), None)
    wanted = {row["version_id"] for row in periods} | ({UUID(champion["version_id"])} if champion else set())
    versions = reading.list_versions_with(tx, model_id, sorted(wanted))
    looked_at = version or (champion["number"] if champion else None)
    judged = next((row for row in versions if row["number"] == looked_at), None)
    judgement = judging.judge(
        [_flat(row) for row in periods if row["number"] == looked_at],
        metric=None if judged is None else judged["metric"],
        baseline=() if judged is None else judged["baseline"] or (),
        deployed=champion is not None,
    )
    organization = get_organization(tx, tx.organization_id)
    now = organization.clock.at(clock.system_now())
    due = [
        why.words
        for row in retraining.list_champions(tx, model_id=model_id)
        for why in retraining.why_due(row, organization, now=now)
    ]
    return views.ModelPerformance(
        model_id=model_id,
        model_name=model["model_name"],
        model_type=model["model_type"],
        health=judgement.health,
        summary=judgement.words,
        metric=judgement.metric,
        versions=[_version(row) for row in versions],
        periods=[_period(row) for row in periods],
        truncated=len(found) > reading.PERIODS_MAX,
        due=due,
        notes=_notes(periods),
    )


def show_drift(tx: Transaction, model_id: UUID, *, version: int | None) -> views.ModelDrift:
    """Return how far the data of a version (the champion, where none is named) are from its training."""
    model = rows.get_model(tx, model_id)
    champion = next((alias for alias in model["aliases"] if alias["alias"] == CHAMPION), None)
    number = version if version is not None else champion["number"] if champion else None
    if version is not None:
        rows.get_version(tx, model_id, version)
    found = [] if number is None else reading.list_periods(tx, model_id, number=number, limit=HISTORY_PERIODS_MAX)
    told = [row for row in found if row["predictions"] >= ROWS_ALARMED_MIN] or found
    latest = told[0] if told else None
    learnt = None if latest is None else reading.get_learnt(tx, latest["version_id"])
    drift: Mapping[str, Any] = {} if latest is None else latest["drift"]
    features = [_feature(each) for each in drift.get("features", ())]
    shown = [each.name for each in features[:HISTORY_FEATURES_MAX]]
    return views.ModelDrift(
        model_id=model_id,
        model_name=model["model_name"],
        version=number,
        period_from=None if latest is None else latest["period_from"],
        period_to=None if latest is None else latest["period_to"],
        predictions=0 if latest is None else latest["predictions"],
        worst=drift.get("worst", "none"),
        words=_drift_words(drift, latest),
        features=features,
        answers=[_feature(each) for each in drift.get("answers", ())],
        importance={
            str(each["name"]): float(each["importance"] or 0.0)
            for each in ((learnt["features"] if learnt is not None else None) or ())
        },
        history=_histories(list(reversed(found)), shown),
        left_out=drift.get("left_out", 0),
        notes=list(drift.get("notes", ())),
    )


def show_comparison(tx: Transaction, model_id: UUID) -> views.ModelComparison:
    """Return the champion against challenger and shadow."""
    model = rows.get_model(tx, model_id)
    champion = next((alias for alias in model["aliases"] if alias["alias"] == CHAMPION), None)
    found = compare_model(tx, model_id)
    notes = []
    if champion is None:
        notes.append("No version answers yet, so there is nothing to compare with.")
    elif not found:
        notes.append("Let a version stand as challenger or shadow to compare it on real cases.")
    elif all(each.comparison.pairs == 0 for each in found):
        notes.append("No outcomes have come yet since both versions stand; they come as feedback on predictions.")
    return views.ModelComparison(
        model_id=model_id,
        model_name=model["model_name"],
        champion_version=None if champion is None else champion["number"],
        loss=LOSSES[model["model_type"]],
        comparisons=[
            views.ModelAgainst(
                alias=each.alias,
                role=each.role,
                version=each.number,
                version_id=each.version_id,
                share=each.share,
                since=each.since,
                champion_version=each.champion_number,
                waiting=each.waiting,
                **{name: getattr(each.comparison, name) for name in each.comparison.__slots__},
            )
            for each in found
        ],
        notes=notes,
    )


def show_dashboard(tx: Transaction, *, days: int) -> views.Dashboard:
    """Return the hub at a glance."""
    organization = get_organization(tx, tx.organization_id)
    now = organization.clock.at(clock.system_now())
    overview = load_overview(tx, organization, now=now, days=days)
    zone = ZoneInfo(organization.time_zone)
    return views.Dashboard(
        now=now,
        days=days,
        usage=views.DashboardUsage(
            predictions=sum(row["predictions"] for row in overview.days),
            predictions_before=sum(row["predictions"] for row in overview.before),
            labelled=sum(row["labelled"] for row in overview.days),
            models=overview.counts["models"],
            deployed=overview.counts["deployed"],
            training=overview.training,
            datasets=overview.counts["datasets"],
            forecasts=overview.counts["forecasts"],
            open_anomalies=overview.counts["open_anomalies"],
            accuracy=_accuracy(overview.days),
            accuracy_before=_accuracy(overview.before),
        ),
        over_time=[
            views.DashboardDay(
                day=datetime.combine(row["day"], time(), tzinfo=zone),
                predictions=row["predictions"],
                labelled=row["labelled"],
                mean_confidence=row["mean_confidence"],
                accuracy=row["accuracy"],
            )
            for row in overview.days
        ],
        models=[_glance(each) for each in overview.models],
        attention=_attention(overview)[:ATTENTION_MAX],
        truncated=overview.truncated,
    )


def _glance(each: ModelAtAGlance) -> views.DashboardModel:
    row, judgement = each.shown.row, each.judgement
    current = judgement.current
    return views.DashboardModel(
        id=row["id"],
        model_name=row["model_name"],
        model_type=row["model_type"],
        version=each.version,
        health=judgement.health,
        summary=judgement.words,
        metric=judgement.metric,
        baseline=None if judgement.baseline is None else judgement.baseline.value,
        current=None if current is None else current.value,
        lower=None if current is None else current.lower,
        upper=None if current is None else current.upper,
        is_estimate=judgement.is_estimate,
        higher_is_better=True if judgement.baseline is None else judgement.baseline.higher_is_better,
        drift=judgement.drift,
        predictions=each.predictions,
        labelled=each.labelled,
        open_alerts=each.shown.use["open_alerts"],
        trained_at=row["trained_at"],
        next_training_at=each.shown.next_training_at,
        course=list(each.course),
    )


def _attention(overview: Overview) -> list[views.DashboardAttention]:
    """Return open alerts, failed trainings, and models that are due or that nobody tells outcomes, the worst first."""
    found = [
        views.DashboardAttention(
            kind=_kind_of(row["cause"]),
            severity=row["severity"],
            title=row["title"],
            words=str((row["detail"] or {}).get("words", "")),
            model_id=row["subject_id"]
            if any(row["subject_id"] == m.shown.row["id"] for m in overview.models)
            else None,
            alert_id=row["id"],
            at=row["last_at"],
        )
        for row in overview.alerts
    ]
    for each in overview.models:
        row = each.shown.row
        if each.shown.state == "failed":
            found.append(_of_model(row, "training", "medium", "was not trained", row["error"] or ""))
        if each.due and each.shown.state != "training":
            found.append(_of_model(row, "age", "low", "is due for training", " ".join(each.due)))
        if each.predictions >= 10 * ROWS_ALARMED_MIN and each.labelled == 0:
            words = f"{each.predictions} predictions and no outcome: tell them as feedback to know how it does."
            found.append(_of_model(row, "outcomes", "low", "hears no outcomes", words))
    return sorted(found, key=lambda each: _SEVERITIES.index(each.severity))


def _of_model(row: Row, kind: Any, severity: Any, what: str, words: str) -> views.DashboardAttention:
    return views.DashboardAttention(
        kind=kind, severity=severity, title=f"{row['model_name']} {what}", words=words, model_id=row["id"]
    )


def _kind_of(cause: str) -> Any:
    word = cause.rpartition(":")[2]
    if cause.startswith("analytics.anomal"):
        return "anomaly"
    return word if word in {DRIFT, PERFORMANCE, FAIRNESS, CALIBRATION} else "alert"


def _accuracy(days: Sequence[Row]) -> float | None:
    known = [row for row in days if row["accuracy"] is not None and row["labelled"]]
    total = sum(row["labelled"] for row in known)
    return sum(row["accuracy"] * row["labelled"] for row in known) / total if total else None


def _flat(row: Row) -> dict[str, Any]:
    metrics = row["metrics"]
    return {
        **row,
        "figures": metrics.get("figures"),
        "alarms": metrics.get("alarms"),
        "worst": row["drift"].get("worst"),
    }


def _figures(stored: Iterable[Mapping[str, Any]]) -> list[views.Figure]:
    return [
        views.Figure(
            name=each.name,
            value=each.value,
            lower=each.lower,
            upper=each.upper,
            higher_is_better=each.higher_is_better,
        )
        for each in figures_from(list(stored)).values()
    ]


def _version(row: Row) -> views.VersionWatched:
    return views.VersionWatched(
        version=row["number"],
        version_id=row["id"],
        aliases=row["aliases"],
        algorithm=row["algorithm"],
        metric=row["metric"],
        baseline=_figures(row["baseline"] or ()),
        trained_at=row["trained_at"],
    )


def _period(row: Row) -> views.PerformancePeriod:
    metrics, drift, estimated = row["metrics"], row["drift"], row["estimated"]
    return views.PerformancePeriod(
        version=row["number"],
        version_id=row["version_id"],
        period_from=row["period_from"],
        period_to=row["period_to"],
        predictions=row["predictions"],
        labelled=row["labelled"],
        sampled=metrics["sampled"],
        metrics=_figures(metrics["figures"]),
        estimated=views.EstimateShown(
            metrics=_figures(estimated["metrics"]), trusted=estimated["trusted"], why=estimated["why"]
        ),
        calibration=metrics["calibration"],
        selection=metrics["selection"],
        drift=views.DriftSummary(
            worst=drift["worst"], drifting=drift["drifting"], p_value=drift["p_value"], notes=drift["notes"]
        ),
        groups=row["groups"],
        confidence=metrics["confidence"],
        fallen=metrics["fallen"],
        computed_at=row["computed_at"],
    )


def _feature(stored: Mapping[str, Any]) -> views.FeatureDrift:
    statistics = stored["statistics"]
    return views.FeatureDrift(
        **{
            name: stored[name]
            for name in views.FeatureDrift.model_fields
            if name in stored and name not in {"psi", "jensen_shannon", "largest"}
        },
        psi=statistics.get("psi"),
        jensen_shannon=statistics.get("jensen_shannon"),
        largest=next((statistics[name] for name in _LARGEST if name in statistics), None),
    )


def _histories(periods: Sequence[Row], names: Sequence[str]) -> list[views.FeatureHistory]:
    found = {name: views.FeatureHistory(name=name, at=[], distance=[], threshold=[], drifting=[]) for name in names}
    for row in periods:
        for each in row["drift"].get("features", ()):
            history = found.get(each["name"])
            if history is not None:
                history.at.append(row["period_from"])
                history.distance.append(each["distance"])
                history.threshold.append(each["threshold"])
                history.drifting.append(each["state"] == "drifting")
    return list(found.values())


def _drift_words(drift: Mapping[str, Any], latest: Row | None) -> str:
    if latest is None:
        return "Nothing was predicted yet, so there is nothing to compare with the training data."
    moved = drift["drifting"]
    if not moved:
        return "The data are like those it learnt from, as far as these cases can tell."
    return f"{len(moved)} of its columns are unlike training beyond what chance explains: {', '.join(moved[:5])}."


def _notes(periods: Sequence[Row]) -> list[str]:
    if not periods:
        return ["Nothing was measured in this time; measuring follows predictions within minutes."]
    notes = []
    if not any(row["labelled"] for row in periods):
        notes.append("No outcome has come yet: what is shown is expected from how sure the model was.")
    if any(row["metrics"]["sampled"] < row["predictions"] for row in periods):
        notes.append("Where there were many predictions, figures are of a fair sample of them.")
    if any(row["metrics"]["selection"]["alike"] is False for row in periods):
        notes.append(
            "In some periods the cases with known outcomes differ from the rest; their figures speak of them alone."
        )
    return notes
