"""The operations of ai_analytics. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from intendant.client._generated.models import ai_analytics as models
from intendant.client._groups import AsyncDownload, AsyncGroup, Download, Group, quoted
from intendant.client._values import OMITTED, Content, Omitted


class AiAnalytics(Group):
    """The operations of ai analytics."""

    def add_points(
        self,
        metric_name: str,
        *,
        points: Sequence[models.PointBody | Mapping[str, Any]],
        idempotency_key: str | None = None,
    ) -> models.PointsAnswer:
        """Send points.

        Take up to 10,000 points. A point at a moment that has one replaces it; bad points are refused one by
        one.

        `POST /api/v1/ai-analytics/metrics/{metric_name}/points`, permission `ai_analytics:create`.
        """
        return self._send(
            models.PointsAnswer,
            "POST",
            f"/api/v1/ai-analytics/metrics/{quoted(metric_name)}/points",
            fields={"points": points},
            once=True,
            key=idempotency_key,
        )

    def change_anomaly(
        self,
        anomaly_id: uuid.UUID | str,
        *,
        version: int,
        assignee_id: uuid.UUID | str | Omitted | None = OMITTED,
        feedback: Literal["useful", "false_alarm"] | Omitted | None = OMITTED,
        muted_until: datetime.datetime | Omitted | None = OMITTED,
        resolution: str | Omitted | None = OMITTED,
        state: Literal["open", "assigned", "resolved", "muted", "dismissed"] | Omitted | None = OMITTED,
    ) -> models.AnomalyDetail:
        """Change an anomaly.

        Assign, mute, resolve, dismiss, reopen, or say whether it was useful; refused if it changed since
        `version`.

        `PUT /api/v1/ai-analytics/anomalies/{anomaly_id}`, permission `ai_analytics:detect`.
        """
        return self._send(
            models.AnomalyDetail,
            "PUT",
            f"/api/v1/ai-analytics/anomalies/{quoted(anomaly_id)}",
            fields={"version": version},
            options={
                "assignee_id": assignee_id,
                "feedback": feedback,
                "muted_until": muted_until,
                "resolution": resolution,
                "state": state,
            },
        )

    def change_detector(
        self,
        detector_id: uuid.UUID | str,
        *,
        version: int,
        direction: Literal["up", "down", "both"] | Omitted = OMITTED,
        enabled: bool | Omitted = OMITTED,
        min_impact: Decimal | float | str | Omitted | None = OMITTED,
        money_per_unit: Decimal | float | str | Omitted | None = OMITTED,
        muted_until: datetime.datetime | Omitted | None = OMITTED,
        sensitivity: float | Omitted = OMITTED,
    ) -> models.DetectorRow:
        """Change a detector.

        Change how a figure is watched, as a whole; refused if it changed since `version`.

        `PUT /api/v1/ai-analytics/anomalies/detectors/{detector_id}`, permission `ai_analytics:update`.
        """
        return self._send(
            models.DetectorRow,
            "PUT",
            f"/api/v1/ai-analytics/anomalies/detectors/{quoted(detector_id)}",
            fields={"version": version},
            options={
                "direction": direction,
                "enabled": enabled,
                "min_impact": min_impact,
                "money_per_unit": money_per_unit,
                "muted_until": muted_until,
                "sensitivity": sensitivity,
            },
        )

    def count_anomalies(
        self,
        *,
        state: Sequence[Literal["open", "assigned", "resolved", "muted", "dismissed"]] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        data_source: Sequence[str] | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        group_id: uuid.UUID | str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> models.AnomalyFacets:
        """Count anomalies by facet.

        Count anomalies by state, severity and data source, each without its own filter.

        `GET /api/v1/ai-analytics/anomalies/facets`, permission `ai_analytics:read`.
        """
        return self._send(
            models.AnomalyFacets,
            "GET",
            "/api/v1/ai-analytics/anomalies/facets",
            query={
                "state": state,
                "severity": severity,
                "data_source": data_source,
                "assignee": assignee,
                "group_id": group_id,
                "since": since,
                "until": until,
            },
        )

    def create_forecast(
        self,
        *,
        kind: Literal["revenue", "churn", "service_demand", "inventory"],
        name: str,
        source: models.ForecastSourceInput | Mapping[str, Any],
        capacity: float | None = None,
        columns: models.ForecastColumnsInput | Mapping[str, Any] | None = None,
        country: str | None = None,
        coverage: float | None = None,
        day_first: bool | None = None,
        duplicates: Literal["sum", "mean", "last"] | None = None,
        frequency: Literal["auto", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly"] | None = None,
        hierarchy: bool | None = None,
        horizon: int | None = None,
        inventory: models.InventoryTermsInput | Mapping[str, Any] | None = None,
        method: Literal["combination", "theta", "damped_trend", "seasonal_naive"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.PredictiveDetail:
        """Forecast.

        Foresee revenue, churn, demand for service, or what stock to order. What is small is answered at once
        (state done), else a task computes it (state running); the back-test stands beside the forecast.

        `POST /api/v1/ai-analytics/predictive`, permission `ai_analytics:generate`.
        """
        return self._send(
            models.PredictiveDetail,
            "POST",
            "/api/v1/ai-analytics/predictive",
            fields={"kind": kind, "name": name, "source": source},
            options={
                "capacity": capacity,
                "columns": columns,
                "country": country,
                "coverage": coverage,
                "day_first": day_first,
                "duplicates": duplicates,
                "frequency": frequency,
                "hierarchy": hierarchy,
                "horizon": horizon,
                "inventory": inventory,
                "method": method,
            },
            once=True,
            key=idempotency_key,
        )

    def create_metric(
        self,
        *,
        name: str,
        currency: str | None = None,
        description: str | None = None,
        money_per_unit: Decimal | float | str | None = None,
        unit: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.MetricRow:
        """Create a metric.

        Make a figure to which points can be sent; it is watched as soon as there are enough of them.

        `POST /api/v1/ai-analytics/metrics`, permission `ai_analytics:create`.
        """
        return self._send(
            models.MetricRow,
            "POST",
            "/api/v1/ai-analytics/metrics",
            fields={"name": name},
            options={"currency": currency, "description": description, "money_per_unit": money_per_unit, "unit": unit},
            once=True,
            key=idempotency_key,
        )

    def create_model(
        self,
        *,
        model_name: str,
        model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"],
        training_data_source: models.TrainingDataSource | Mapping[str, Any],
        algorithm: str | None = None,
        allow_suspicious: Sequence[str] | None = None,
        coverage: float | None = None,
        deploy_when_validated: bool | None = None,
        description: str | None = None,
        effort: Literal["quick", "full"] | None = None,
        exclude: Sequence[str] | None = None,
        feature_columns: Sequence[str] | None = None,
        group_column: str | None = None,
        horizon: int | None = None,
        monotone: Mapping[str, Literal[-1, 0, 1]] | None = None,
        parameters: Mapping[str, Decimal | bool | int | float | str] | None = None,
        positive: str | None = None,
        protected_columns: Sequence[str] | None = None,
        retraining_frequency_days: int | None = None,
        seed: int | None = None,
        series_column: str | None = None,
        target_column: str | None = None,
        time_column: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.ModelDetail:
        """Create a model.

        Create a model of a dataset, a table of the record or a query; checked against its columns at once.

        `POST /api/v1/ai-analytics/models`, permission `ai_analytics:create`.
        """
        return self._send(
            models.ModelDetail,
            "POST",
            "/api/v1/ai-analytics/models",
            fields={"model_name": model_name, "model_type": model_type, "training_data_source": training_data_source},
            options={
                "algorithm": algorithm,
                "allow_suspicious": allow_suspicious,
                "coverage": coverage,
                "deploy_when_validated": deploy_when_validated,
                "description": description,
                "effort": effort,
                "exclude": exclude,
                "feature_columns": feature_columns,
                "group_column": group_column,
                "horizon": horizon,
                "monotone": monotone,
                "parameters": parameters,
                "positive": positive,
                "protected_columns": protected_columns,
                "retraining_frequency_days": retraining_frequency_days,
                "seed": seed,
                "series_column": series_column,
                "target_column": target_column,
                "time_column": time_column,
            },
            once=True,
            key=idempotency_key,
        )

    def deploy(
        self,
        model_id: uuid.UUID | str,
        *,
        reason: str,
        version: int,
        accept_unvalidated: bool | None = None,
        alias: Literal["champion", "challenger", "shadow"] | None = None,
        share: float | None = None,
        idempotency_key: str | None = None,
    ) -> models.ModelDetail:
        """Deploy a version.

        Let a version answer: as champion, as challenger for a share of the cases, or in silence as shadow.

        `POST /api/v1/ai-analytics/models/{model_id}/deploy`, permission `ai_analytics:manage`.
        """
        return self._send(
            models.ModelDetail,
            "POST",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/deploy",
            fields={"reason": reason, "version": version},
            options={"accept_unvalidated": accept_unvalidated, "alias": alias, "share": share},
            once=True,
            key=idempotency_key,
        )

    def detect_anomalies(
        self,
        *,
        data_source: str,
        time_range_hours: int | None = None,
        time_column: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.DetectionAnswer:
        """Look for anomalies.

        Look for anomalies in the last hours of a figure and keep them; one that is known already is not kept
        twice.

        `POST /api/v1/ai-analytics/anomalies/detect`, permission `ai_analytics:detect`.
        """
        return self._send(
            models.DetectionAnswer,
            "POST",
            "/api/v1/ai-analytics/anomalies/detect",
            query={"data_source": data_source, "time_range_hours": time_range_hours, "time_column": time_column},
            once=True,
            key=idempotency_key,
        )

    def explain(self, prediction_id: uuid.UUID | str) -> models.PredictionExplanation:
        """Explain a prediction.

        Say in plain words why the model said so, and which single changes would change its answer.

        `GET /api/v1/ai-analytics/predictions/{prediction_id}/explanation`, permission `ai_analytics:read`.
        """
        return self._send(
            models.PredictionExplanation, "GET", f"/api/v1/ai-analytics/predictions/{quoted(prediction_id)}/explanation"
        )

    def explain_case(
        self, model_id: uuid.UUID | str, *, input_data: Mapping[str, Any], version: int | None = None
    ) -> models.CaseExplained:
        """Explain a case without keeping it.

        Predict for a case, say in plain words why, and which single changes would change the answer; keep
        nothing.

        `POST /api/v1/ai-analytics/models/{model_id}/explain`, permission `ai_analytics:predict`.
        """
        return self._send(
            models.CaseExplained,
            "POST",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/explain",
            fields={"input_data": input_data},
            options={"version": version},
        )

    def export_forecast(self, forecast_id: uuid.UUID | str) -> Download:
        """Export a forecast.

        Return a CSV with a row for every series and period forecast, or for every item or customer.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/ai-analytics/predictive/{forecast_id}/export`, permission `ai_analytics:read`.
        """
        return self._download("GET", f"/api/v1/ai-analytics/predictive/{quoted(forecast_id)}/export")

    def export_predictions(
        self,
        *,
        model_id: uuid.UUID | str | None = None,
        version: int | None = None,
        role: Literal["champion", "challenger", "shadow", "version"] | None = None,
        business_entity_type: str | None = None,
        business_entity_id: str | None = None,
        batch_id: uuid.UUID | str | None = None,
        has_outcome: bool | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> Download:
        """Export predictions as a table.

        Export up to 1,000,000 predictions, newest first, as CSV in UTF-8; cells that a spreadsheet would run
        are defused.

        That it was done is recorded.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/ai-analytics/predictions/export`, permission `ai_analytics:read`.
        """
        return self._download(
            "GET",
            "/api/v1/ai-analytics/predictions/export",
            query={
                "model_id": model_id,
                "version": version,
                "role": role,
                "business_entity_type": business_entity_type,
                "business_entity_id": business_entity_id,
                "batch_id": batch_id,
                "has_outcome": has_outcome,
                "since": since,
                "until": until,
            },
        )

    def get_anomaly(self, anomaly_id: uuid.UUID | str) -> models.AnomalyDetail:
        """Show an anomaly.

        Return an anomaly with the figure around it, what was expected, what belongs to it and its likely
        cause.

        `GET /api/v1/ai-analytics/anomalies/{anomaly_id}`, permission `ai_analytics:read`.
        """
        return self._send(models.AnomalyDetail, "GET", f"/api/v1/ai-analytics/anomalies/{quoted(anomaly_id)}")

    def get_artifact(self, model_id: uuid.UUID | str, number: int) -> Download:
        """Download a version's artifact.

        Return a version's bytes with its record, signed; this installation takes them in again, and no
        changed copy.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/ai-analytics/models/{model_id}/versions/{number}/artifact`, permission
        `ai_analytics:manage`.
        """
        return self._download(
            "GET", f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions/{quoted(number)}/artifact"
        )

    def get_card(self, model_id: uuid.UUID | str, number: int) -> models.ModelCard:
        """Show a version's model card.

        Return what a version is for, how it was made and measured, and where it must not be trusted, in plain
        words.

        `GET /api/v1/ai-analytics/models/{model_id}/versions/{number}/card`, permission `ai_analytics:read`.
        """
        return self._send(
            models.ModelCard, "GET", f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions/{quoted(number)}/card"
        )

    def get_card_file(
        self, model_id: uuid.UUID | str, number: int, *, format: Literal["json", "html", "markdown"] | None = None
    ) -> Download:
        """Show a version's model card.

        Return what a version is for, how it was made and measured, and where it must not be trusted, in plain
        words.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/ai-analytics/models/{model_id}/versions/{number}/card`, permission `ai_analytics:read`.
        """
        return self._download(
            "GET",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions/{quoted(number)}/card",
            query={"format": format},
        )

    def get_comparison(self, model_id: uuid.UUID | str) -> models.ModelComparison:
        """Compare a model's versions on real cases.

        Compare the champion with challenger and shadow on outcomes so far; valid however often one looks.

        `GET /api/v1/ai-analytics/models/{model_id}/comparison`, permission `ai_analytics:read`.
        """
        return self._send(models.ModelComparison, "GET", f"/api/v1/ai-analytics/models/{quoted(model_id)}/comparison")

    def get_dashboard(self, *, days: int | None = None) -> models.Dashboard:
        """Show the hub at a glance.

        Return models and how they do, use and accuracy over time, and what wants attention.

        `GET /api/v1/ai-analytics/dashboard`, permission `ai_analytics:read`.
        """
        return self._send(models.Dashboard, "GET", "/api/v1/ai-analytics/dashboard", query={"days": days})

    def get_detector(self, detector_id: uuid.UUID | str) -> models.DetectorRow:
        """Show a detector.

        Return how a figure is watched and what feedback has taught.

        `GET /api/v1/ai-analytics/anomalies/detectors/{detector_id}`, permission `ai_analytics:read`.
        """
        return self._send(models.DetectorRow, "GET", f"/api/v1/ai-analytics/anomalies/detectors/{quoted(detector_id)}")

    def get_drift(self, model_id: uuid.UUID | str, *, version: int | None = None) -> models.ModelDrift:
        """Show how far a model's data moved.

        Compare the latest inputs and answers with training, each column against what chance alone shows.

        `GET /api/v1/ai-analytics/models/{model_id}/drift`, permission `ai_analytics:read`.
        """
        return self._send(
            models.ModelDrift,
            "GET",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/drift",
            query={"version": version},
        )

    def get_forecast(
        self, forecast_id: uuid.UUID | str, *, q: str | None = None, after: int | None = None, limit: int | None = None
    ) -> models.PredictiveDetail:
        """Show a forecast.

        Return a forecast with its summary and some of its series, the most important first; `q` searches
        their names.

        `GET /api/v1/ai-analytics/predictive/{forecast_id}`, permission `ai_analytics:read`.
        """
        return self._send(
            models.PredictiveDetail,
            "GET",
            f"/api/v1/ai-analytics/predictive/{quoted(forecast_id)}",
            query={"q": q, "after": after, "limit": limit},
        )

    def get_inputs(self, model_id: uuid.UUID | str, *, version: int | None = None) -> models.InputsShown:
        """Show what a model asks for.

        Return the features of a version with their types and typical values, as a form for it needs them.

        `GET /api/v1/ai-analytics/models/{model_id}/inputs`, permission `ai_analytics:read`.
        """
        return self._send(
            models.InputsShown,
            "GET",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/inputs",
            query={"version": version},
        )

    def get_model(self, model_id: uuid.UUID | str) -> models.ModelDetail:
        """Show a model.

        Return everything known of a model: what it learns, its versions, what answers, its training, its use.

        `GET /api/v1/ai-analytics/models/{model_id}`, permission `ai_analytics:read`.
        """
        return self._send(models.ModelDetail, "GET", f"/api/v1/ai-analytics/models/{quoted(model_id)}")

    def get_model_card(self, model_id: uuid.UUID | str) -> models.ModelCard:
        """Show the champion's model card.

        Return the card of the champion, or of the latest version where none is deployed.

        `GET /api/v1/ai-analytics/models/{model_id}/card`, permission `ai_analytics:read`.
        """
        return self._send(models.ModelCard, "GET", f"/api/v1/ai-analytics/models/{quoted(model_id)}/card")

    def get_model_card_file(
        self, model_id: uuid.UUID | str, *, format: Literal["json", "html", "markdown"] | None = None
    ) -> Download:
        """Show the champion's model card.

        Return the card of the champion, or of the latest version where none is deployed.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/ai-analytics/models/{model_id}/card`, permission `ai_analytics:read`.
        """
        return self._download("GET", f"/api/v1/ai-analytics/models/{quoted(model_id)}/card", query={"format": format})

    def get_performance(
        self,
        model_id: uuid.UUID | str,
        *,
        from_: datetime.datetime | None = None,
        to: datetime.datetime | None = None,
        version: int | None = None,
    ) -> models.ModelPerformance:
        """Show how a model does.

        Return figures by period with intervals, what is expected before outcomes come, calibration, groups,
        drift.

        `GET /api/v1/ai-analytics/models/{model_id}/performance`, permission `ai_analytics:read`.
        """
        return self._send(
            models.ModelPerformance,
            "GET",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/performance",
            query={"from": from_, "to": to, "version": version},
        )

    def get_points(
        self,
        metric_name: str,
        *,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        limit: int | None = None,
    ) -> models.FigureSeries:
        """Show points.

        Return points of a metric with what was expected of each.

        `GET /api/v1/ai-analytics/metrics/{metric_name}/points`, permission `ai_analytics:read`.
        """
        return self._send(
            models.FigureSeries,
            "GET",
            f"/api/v1/ai-analytics/metrics/{quoted(metric_name)}/points",
            query={"since": since, "until": until, "limit": limit},
        )

    def get_prediction(self, prediction_id: uuid.UUID | str) -> models.PredictionDetail:
        """Show a prediction.

        Return a prediction with its input, the reasons that its version gives now, and all feedback.

        `GET /api/v1/ai-analytics/predictions/{prediction_id}`, permission `ai_analytics:read`.
        """
        return self._send(models.PredictionDetail, "GET", f"/api/v1/ai-analytics/predictions/{quoted(prediction_id)}")

    def get_series(
        self,
        *,
        data_source: str,
        time_range_hours: int | None = None,
        time_column: str | None = None,
        with_expected: bool | None = None,
    ) -> models.FigureSeries:
        """Show a figure over time.

        Return the last hours of a figure with what was expected of it, at most 2,000 points.

        `GET /api/v1/ai-analytics/anomalies/series`, permission `ai_analytics:read`.
        """
        return self._send(
            models.FigureSeries,
            "GET",
            "/api/v1/ai-analytics/anomalies/series",
            query={
                "data_source": data_source,
                "time_range_hours": time_range_hours,
                "time_column": time_column,
                "with_expected": with_expected,
            },
        )

    def get_version(self, model_id: uuid.UUID | str, number: int) -> models.VersionDetail:
        """Show a version.

        Return a version with its whole report, and whether its signature holds.

        `GET /api/v1/ai-analytics/models/{model_id}/versions/{number}`, permission `ai_analytics:read`.
        """
        return self._send(
            models.VersionDetail, "GET", f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions/{quoted(number)}"
        )

    def give_many(
        self, *, feedback: Sequence[Mapping[str, Any]], idempotency_key: str | None = None
    ) -> models.FeedbackRecorded:
        """Give feedback on many predictions.

        Record what became of up to 10,000 predictions; bad items are named, and the others recorded.

        `POST /api/v1/ai-analytics/predictions/feedback`, permission `ai_analytics:feedback`.
        """
        return self._send(
            models.FeedbackRecorded,
            "POST",
            "/api/v1/ai-analytics/predictions/feedback",
            fields={"feedback": feedback},
            once=True,
            key=idempotency_key,
        )

    def give_one(
        self,
        prediction_id: uuid.UUID | str,
        *,
        actual_outcome: Decimal | str | float | bool | None = None,
        note: str | None = None,
        observed_at: datetime.datetime | None = None,
        rating: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.FeedbackShown:
        """Give feedback on a prediction.

        Record what really happened, or what you think of the answer. A later outcome corrects the one before.

        `POST /api/v1/ai-analytics/predictions/{prediction_id}/feedback`, permission `ai_analytics:feedback`.
        """
        return self._send(
            models.FeedbackShown,
            "POST",
            f"/api/v1/ai-analytics/predictions/{quoted(prediction_id)}/feedback",
            options={"actual_outcome": actual_outcome, "note": note, "observed_at": observed_at, "rating": rating},
            fields={},
            once=True,
            key=idempotency_key,
        )

    def import_version(
        self,
        model_id: uuid.UUID | str,
        content: Content,
        *,
        media_type: Literal["application/octet-stream"] = "application/octet-stream",
        idempotency_key: str | None = None,
    ) -> models.VersionDetail:
        """Take a version in that was exported here.

        Take in an artifact as this installation exported and signed it; anything else is refused, and nothing
        is run.

        `POST /api/v1/ai-analytics/models/{model_id}/versions`, permission `ai_analytics:manage`.
        """
        return self._send(
            models.VersionDetail,
            "POST",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions",
            content=content,
            media_type=media_type,
            once=True,
            key=idempotency_key,
        )

    def list_algorithms(
        self,
        *,
        model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"] | None = None,
    ) -> models.AlgorithmList:
        """List algorithms.

        List what can be trained for each kind of model, with parameters and their defaults; plug-ins stand
        last.

        `GET /api/v1/ai-analytics/algorithms`, permission `ai_analytics:read`.
        """
        return self._send(
            models.AlgorithmList, "GET", "/api/v1/ai-analytics/algorithms", query={"model_type": model_type}
        )

    def list_anomalies(
        self,
        *,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
        state: Sequence[Literal["open", "assigned", "resolved", "muted", "dismissed"]] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        data_source: Sequence[str] | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        group_id: uuid.UUID | str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> models.AnomalyPage:
        """List anomalies.

        List anomalies, the newest found first.

        `GET /api/v1/ai-analytics/anomalies`, permission `ai_analytics:read`.
        """
        return self._send(
            models.AnomalyPage,
            "GET",
            "/api/v1/ai-analytics/anomalies",
            query={
                "after": after,
                "limit": limit,
                "state": state,
                "severity": severity,
                "data_source": data_source,
                "assignee": assignee,
                "group_id": group_id,
                "since": since,
                "until": until,
            },
        )

    def iterate_anomalies(
        self,
        *,
        limit: int | None = None,
        state: Sequence[Literal["open", "assigned", "resolved", "muted", "dismissed"]] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        data_source: Sequence[str] | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        group_id: uuid.UUID | str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> Iterator[models.AnomalyRow]:
        """List anomalies.

        List anomalies, the newest found first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/anomalies`, permission `ai_analytics:read`.
        """
        return self._pages(
            models.AnomalyPage,
            "/api/v1/ai-analytics/anomalies",
            query={
                "limit": limit,
                "state": state,
                "severity": severity,
                "data_source": data_source,
                "assignee": assignee,
                "group_id": group_id,
                "since": since,
                "until": until,
            },
        )

    def list_deployments(
        self, model_id: uuid.UUID | str, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.DeploymentPage:
        """List what was deployed.

        List every change of what answers, newest first: by whom, why, and on what evidence.

        `GET /api/v1/ai-analytics/models/{model_id}/deployments`, permission `ai_analytics:read`.
        """
        return self._send(
            models.DeploymentPage,
            "GET",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/deployments",
            query={"after": after, "limit": limit},
        )

    def iterate_deployments(
        self, model_id: uuid.UUID | str, *, limit: int | None = None
    ) -> Iterator[models.DeploymentRow]:
        """List what was deployed.

        List every change of what answers, newest first: by whom, why, and on what evidence.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/models/{model_id}/deployments`, permission `ai_analytics:read`.
        """
        return self._pages(
            models.DeploymentPage, f"/api/v1/ai-analytics/models/{quoted(model_id)}/deployments", query={"limit": limit}
        )

    def list_detectors(self, *, after: uuid.UUID | str | None = None, limit: int | None = None) -> models.DetectorPage:
        """List detectors.

        List what watches which figure, and how.

        `GET /api/v1/ai-analytics/anomalies/detectors`, permission `ai_analytics:read`.
        """
        return self._send(
            models.DetectorPage,
            "GET",
            "/api/v1/ai-analytics/anomalies/detectors",
            query={"after": after, "limit": limit},
        )

    def iterate_detectors(self, *, limit: int | None = None) -> Iterator[models.DetectorRow]:
        """List detectors.

        List what watches which figure, and how.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/anomalies/detectors`, permission `ai_analytics:read`.
        """
        return self._pages(models.DetectorPage, "/api/v1/ai-analytics/anomalies/detectors", query={"limit": limit})

    def list_forecasts(
        self,
        *,
        kind: Literal["revenue", "churn", "service_demand", "inventory"] | None = None,
        q: str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.PredictivePage:
        """List forecasts.

        List forecasts, newest first.

        `GET /api/v1/ai-analytics/predictive`, permission `ai_analytics:read`.
        """
        return self._send(
            models.PredictivePage,
            "GET",
            "/api/v1/ai-analytics/predictive",
            query={"kind": kind, "q": q, "after": after, "limit": limit},
        )

    def iterate_forecasts(
        self,
        *,
        kind: Literal["revenue", "churn", "service_demand", "inventory"] | None = None,
        q: str | None = None,
        limit: int | None = None,
    ) -> Iterator[models.PredictiveRow]:
        """List forecasts.

        List forecasts, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/predictive`, permission `ai_analytics:read`.
        """
        return self._pages(
            models.PredictivePage, "/api/v1/ai-analytics/predictive", query={"kind": kind, "q": q, "limit": limit}
        )

    def list_metrics(self, *, after: str | None = None, limit: int | None = None) -> models.MetricPage:
        """List metrics.

        List the figures that are sent to us, by name, each with its newest point.

        `GET /api/v1/ai-analytics/metrics`, permission `ai_analytics:read`.
        """
        return self._send(
            models.MetricPage, "GET", "/api/v1/ai-analytics/metrics", query={"after": after, "limit": limit}
        )

    def iterate_metrics(self, *, limit: int | None = None) -> Iterator[models.MetricRow]:
        """List metrics.

        List the figures that are sent to us, by name, each with its newest point.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/metrics`, permission `ai_analytics:read`.
        """
        return self._pages(models.MetricPage, "/api/v1/ai-analytics/metrics", query={"limit": limit})

    def list_models(
        self,
        *,
        model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"] | None = None,
        state: Literal["draft", "training", "ready", "failed"] | None = None,
        q: str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.ModelPage:
        """List models.

        List models, newest first, each with its champion's figures, its last training and how much it is
        asked.

        `GET /api/v1/ai-analytics/models`, permission `ai_analytics:read`.
        """
        return self._send(
            models.ModelPage,
            "GET",
            "/api/v1/ai-analytics/models",
            query={"model_type": model_type, "state": state, "q": q, "after": after, "limit": limit},
        )

    def iterate_models(
        self,
        *,
        model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"] | None = None,
        state: Literal["draft", "training", "ready", "failed"] | None = None,
        q: str | None = None,
        limit: int | None = None,
    ) -> Iterator[models.ModelRow]:
        """List models.

        List models, newest first, each with its champion's figures, its last training and how much it is
        asked.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/models`, permission `ai_analytics:read`.
        """
        return self._pages(
            models.ModelPage,
            "/api/v1/ai-analytics/models",
            query={"model_type": model_type, "state": state, "q": q, "limit": limit},
        )

    def list_predictions(
        self,
        *,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
        model_id: uuid.UUID | str | None = None,
        version: int | None = None,
        role: Literal["champion", "challenger", "shadow", "version"] | None = None,
        business_entity_type: str | None = None,
        business_entity_id: str | None = None,
        batch_id: uuid.UUID | str | None = None,
        has_outcome: bool | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> models.PredictionPage:
        """List predictions.

        List predictions, newest first, each with what really happened, as far as it is known.

        `GET /api/v1/ai-analytics/predictions`, permission `ai_analytics:read`.
        """
        return self._send(
            models.PredictionPage,
            "GET",
            "/api/v1/ai-analytics/predictions",
            query={
                "after": after,
                "limit": limit,
                "model_id": model_id,
                "version": version,
                "role": role,
                "business_entity_type": business_entity_type,
                "business_entity_id": business_entity_id,
                "batch_id": batch_id,
                "has_outcome": has_outcome,
                "since": since,
                "until": until,
            },
        )

    def iterate_predictions(
        self,
        *,
        limit: int | None = None,
        model_id: uuid.UUID | str | None = None,
        version: int | None = None,
        role: Literal["champion", "challenger", "shadow", "version"] | None = None,
        business_entity_type: str | None = None,
        business_entity_id: str | None = None,
        batch_id: uuid.UUID | str | None = None,
        has_outcome: bool | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> Iterator[models.StoredPrediction]:
        """List predictions.

        List predictions, newest first, each with what really happened, as far as it is known.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/predictions`, permission `ai_analytics:read`.
        """
        return self._pages(
            models.PredictionPage,
            "/api/v1/ai-analytics/predictions",
            query={
                "limit": limit,
                "model_id": model_id,
                "version": version,
                "role": role,
                "business_entity_type": business_entity_type,
                "business_entity_id": business_entity_id,
                "batch_id": batch_id,
                "has_outcome": has_outcome,
                "since": since,
                "until": until,
            },
        )

    def list_sources(self) -> models.SourceList:
        """List figures to watch.

        List every figure there is: of domains, of the kernel, streams, and number columns of datasets with
        times.

        `GET /api/v1/ai-analytics/anomalies/sources`, permission `ai_analytics:read`.
        """
        return self._send(models.SourceList, "GET", "/api/v1/ai-analytics/anomalies/sources")

    def list_versions(
        self, model_id: uuid.UUID | str, *, after: int | None = None, limit: int | None = None
    ) -> models.VersionPage:
        """List a model's versions.

        List a model's versions, newest first, each with the figure by which versions are compared.

        `GET /api/v1/ai-analytics/models/{model_id}/versions`, permission `ai_analytics:read`.
        """
        return self._send(
            models.VersionPage,
            "GET",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions",
            query={"after": after, "limit": limit},
        )

    def iterate_versions(self, model_id: uuid.UUID | str, *, limit: int | None = None) -> Iterator[models.VersionRow]:
        """List a model's versions.

        List a model's versions, newest first, each with the figure by which versions are compared.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/models/{model_id}/versions`, permission `ai_analytics:read`.
        """
        return self._pages(
            models.VersionPage, f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions", query={"limit": limit}
        )

    def measure_now(self, model_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.MeasuredNow:
        """Measure a model now.

        Measure now what has come since it was measured last, instead of within minutes.

        `POST /api/v1/ai-analytics/models/{model_id}/performance/measure`, permission `ai_analytics:manage`.
        """
        return self._send(
            models.MeasuredNow,
            "POST",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/performance/measure",
            once=True,
            key=idempotency_key,
        )

    def predict(
        self,
        *,
        input_data: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        business_entity_id: str | Sequence[str | None] | None = None,
        business_entity_type: str | None = None,
        entity_field: str | None = None,
        model_id: uuid.UUID | str | None = None,
        model_name: str | None = None,
        prediction_context: Mapping[str, Any] | None = None,
        reasons: int | None = None,
        store: bool | None = None,
        version: int | Literal["champion", "challenger", "shadow"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.PredictionsMade:
        """Predict one case or many.

        Predict for one case or up to 10,000. A row that cannot be used gets an error in its place; the others
        are answered.

        The same Idempotency-Key gives the same answer, and stores nothing twice.

        `POST /api/v1/ai-analytics/predict`, permission `ai_analytics:predict`.
        """
        return self._send(
            models.PredictionsMade,
            "POST",
            "/api/v1/ai-analytics/predict",
            fields={"input_data": input_data},
            options={
                "business_entity_id": business_entity_id,
                "business_entity_type": business_entity_type,
                "entity_field": entity_field,
                "model_id": model_id,
                "model_name": model_name,
                "prediction_context": prediction_context,
                "reasons": reasons,
                "store": store,
                "version": version,
            },
            once=True,
            key=idempotency_key,
        )

    def predict_batch(
        self,
        content: Content | None = None,
        *,
        media_type: Literal["application/x-ndjson", "text/csv"],
        model_id: uuid.UUID | str | None = None,
        model_name: str | None = None,
        dataset_id: uuid.UUID | str | None = None,
        format: Literal["ndjson", "csv"] | None = None,
        answer: Literal["ndjson", "csv"] | None = None,
        version: str | None = None,
        reasons: int | None = None,
        business_entity_type: str | None = None,
        entity_field: str | None = None,
        idempotency_key: str | None = None,
    ) -> Download:
        """Predict a whole file.

        Predict up to 1,000,000 rows: one JSON object a line, CSV with a header, or a dataset. Answers come as
        they are kept.

        Bad rows get an error in their place. The answer is whole when its last line is the summary; if it
        breaks off, send the same again with the same Idempotency-Key: what was predicted is answered again,
        and only the rest is new.

        A file: use the answer in a `with` block, and read or save it there.

        `POST /api/v1/ai-analytics/predict/batch`, permission `ai_analytics:predict`.
        """
        return self._download(
            "POST",
            "/api/v1/ai-analytics/predict/batch",
            query={
                "model_id": model_id,
                "model_name": model_name,
                "dataset_id": dataset_id,
                "format": format,
                "answer": answer,
                "version": version,
                "reasons": reasons,
                "business_entity_type": business_entity_type,
                "entity_field": entity_field,
            },
            content=content,
            media_type=media_type,
            once=True,
            key=idempotency_key,
        )

    def remove_forecast(self, forecast_id: uuid.UUID | str) -> None:
        """Remove a forecast.

        Remove a forecast with its result.

        `DELETE /api/v1/ai-analytics/predictive/{forecast_id}`, permission `ai_analytics:manage`.
        """
        self._act("DELETE", f"/api/v1/ai-analytics/predictive/{quoted(forecast_id)}")

    def remove_model(self, model_id: uuid.UUID | str) -> None:
        """Remove a model.

        Remove a model: it answers no more and is listed no more, while its record stays.

        `DELETE /api/v1/ai-analytics/models/{model_id}`, permission `ai_analytics:manage`.
        """
        self._act("DELETE", f"/api/v1/ai-analytics/models/{quoted(model_id)}")

    def reproduce(
        self, model_id: uuid.UUID | str, number: int, *, idempotency_key: str | None = None
    ) -> models.TrainingTaskShown:
        """Train a version again from its record.

        Train a version again from its record, as a task whose result says whether the bytes are the same.

        `POST /api/v1/ai-analytics/models/{model_id}/versions/{number}/reproduce`, permission
        `ai_analytics:manage`.
        """
        return self._send(
            models.TrainingTaskShown,
            "POST",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions/{quoted(number)}/reproduce",
            once=True,
            key=idempotency_key,
        )

    def rerun_forecast(
        self, forecast_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.PredictiveDetail:
        """Forecast again.

        Compute a forecast again from the rows as they are now.

        `POST /api/v1/ai-analytics/predictive/{forecast_id}/rerun`, permission `ai_analytics:generate`.
        """
        return self._send(
            models.PredictiveDetail,
            "POST",
            f"/api/v1/ai-analytics/predictive/{quoted(forecast_id)}/rerun",
            once=True,
            key=idempotency_key,
        )

    def resolve_group(
        self,
        group_id: uuid.UUID | str,
        *,
        resolution: str,
        feedback: Literal["useful", "false_alarm"] | None = None,
        state: Literal["resolved", "dismissed"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.GroupAnswer:
        """Resolve a group.

        Resolve or dismiss all anomalies of a group that are not settled yet, and the alert about them.

        `POST /api/v1/ai-analytics/anomalies/groups/{group_id}/resolve`, permission `ai_analytics:detect`.
        """
        return self._send(
            models.GroupAnswer,
            "POST",
            f"/api/v1/ai-analytics/anomalies/groups/{quoted(group_id)}/resolve",
            fields={"resolution": resolution},
            options={"feedback": feedback, "state": state},
            once=True,
            key=idempotency_key,
        )

    def roll_back(
        self, model_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.ModelDetail:
        """Roll back to the champion before.

        Let the champion before this one answer again, from the next prediction on.

        `POST /api/v1/ai-analytics/models/{model_id}/rollback`, permission `ai_analytics:manage`.
        """
        return self._send(
            models.ModelDetail,
            "POST",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/rollback",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    def take_alias(
        self,
        model_id: uuid.UUID | str,
        alias: Literal["champion", "challenger", "shadow"],
        *,
        reason: str | None = None,
    ) -> models.ModelDetail:
        """Take an alias away.

        Let nothing stand under an alias; without a champion the model answers no more.

        `DELETE /api/v1/ai-analytics/models/{model_id}/aliases/{alias}`, permission `ai_analytics:manage`.
        """
        return self._send(
            models.ModelDetail,
            "DELETE",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/aliases/{quoted(alias)}",
            query={"reason": reason},
        )

    def train_model(
        self,
        model_id: uuid.UUID | str,
        *,
        deploy_when_validated: bool | None = None,
        why: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.TrainingTaskShown:
        """Train a model.

        Train a model as a task, one at a time; /api/v1/tasks shows how far it is, and cancels it.

        `POST /api/v1/ai-analytics/models/{model_id}/train`, permission `ai_analytics:manage`.
        """
        return self._send(
            models.TrainingTaskShown,
            "POST",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/train",
            options={"deploy_when_validated": deploy_when_validated, "why": why},
            once=True,
            key=idempotency_key,
        )

    def update_model(
        self,
        model_id: uuid.UUID | str,
        *,
        model_name: str,
        model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"],
        revision: int,
        training_data_source: models.TrainingDataSource | Mapping[str, Any],
        algorithm: str | Omitted = OMITTED,
        allow_suspicious: Sequence[str] | Omitted = OMITTED,
        coverage: float | Omitted = OMITTED,
        deploy_when_validated: bool | Omitted = OMITTED,
        description: str | Omitted = OMITTED,
        effort: Literal["quick", "full"] | Omitted = OMITTED,
        exclude: Sequence[str] | Omitted = OMITTED,
        feature_columns: Sequence[str] | Omitted | None = OMITTED,
        group_column: str | Omitted | None = OMITTED,
        horizon: int | Omitted | None = OMITTED,
        monotone: Mapping[str, Literal[-1, 0, 1]] | Omitted = OMITTED,
        parameters: Mapping[str, Decimal | bool | int | float | str] | Omitted = OMITTED,
        positive: str | Omitted | None = OMITTED,
        protected_columns: Sequence[str] | Omitted = OMITTED,
        retraining_frequency_days: int | Omitted | None = OMITTED,
        seed: int | Omitted = OMITTED,
        series_column: str | Omitted | None = OMITTED,
        target_column: str | Omitted | None = OMITTED,
        time_column: str | Omitted | None = OMITTED,
    ) -> models.ModelDetail:
        """Change a model.

        Change a model as a whole; versions trained before stay as they are. Refused if it changed since
        `revision`.

        `PUT /api/v1/ai-analytics/models/{model_id}`, permission `ai_analytics:update`.
        """
        return self._send(
            models.ModelDetail,
            "PUT",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}",
            fields={
                "model_name": model_name,
                "model_type": model_type,
                "revision": revision,
                "training_data_source": training_data_source,
            },
            options={
                "algorithm": algorithm,
                "allow_suspicious": allow_suspicious,
                "coverage": coverage,
                "deploy_when_validated": deploy_when_validated,
                "description": description,
                "effort": effort,
                "exclude": exclude,
                "feature_columns": feature_columns,
                "group_column": group_column,
                "horizon": horizon,
                "monotone": monotone,
                "parameters": parameters,
                "positive": positive,
                "protected_columns": protected_columns,
                "retraining_frequency_days": retraining_frequency_days,
                "seed": seed,
                "series_column": series_column,
                "target_column": target_column,
                "time_column": time_column,
            },
        )


class AsyncAiAnalytics(AsyncGroup):
    """The operations of ai analytics, for asynchronous programs."""

    async def add_points(
        self,
        metric_name: str,
        *,
        points: Sequence[models.PointBody | Mapping[str, Any]],
        idempotency_key: str | None = None,
    ) -> models.PointsAnswer:
        """Send points.

        Take up to 10,000 points. A point at a moment that has one replaces it; bad points are refused one by
        one.

        `POST /api/v1/ai-analytics/metrics/{metric_name}/points`, permission `ai_analytics:create`.
        """
        return await self._send(
            models.PointsAnswer,
            "POST",
            f"/api/v1/ai-analytics/metrics/{quoted(metric_name)}/points",
            fields={"points": points},
            once=True,
            key=idempotency_key,
        )

    async def change_anomaly(
        self,
        anomaly_id: uuid.UUID | str,
        *,
        version: int,
        assignee_id: uuid.UUID | str | Omitted | None = OMITTED,
        feedback: Literal["useful", "false_alarm"] | Omitted | None = OMITTED,
        muted_until: datetime.datetime | Omitted | None = OMITTED,
        resolution: str | Omitted | None = OMITTED,
        state: Literal["open", "assigned", "resolved", "muted", "dismissed"] | Omitted | None = OMITTED,
    ) -> models.AnomalyDetail:
        """Change an anomaly.

        Assign, mute, resolve, dismiss, reopen, or say whether it was useful; refused if it changed since
        `version`.

        `PUT /api/v1/ai-analytics/anomalies/{anomaly_id}`, permission `ai_analytics:detect`.
        """
        return await self._send(
            models.AnomalyDetail,
            "PUT",
            f"/api/v1/ai-analytics/anomalies/{quoted(anomaly_id)}",
            fields={"version": version},
            options={
                "assignee_id": assignee_id,
                "feedback": feedback,
                "muted_until": muted_until,
                "resolution": resolution,
                "state": state,
            },
        )

    async def change_detector(
        self,
        detector_id: uuid.UUID | str,
        *,
        version: int,
        direction: Literal["up", "down", "both"] | Omitted = OMITTED,
        enabled: bool | Omitted = OMITTED,
        min_impact: Decimal | float | str | Omitted | None = OMITTED,
        money_per_unit: Decimal | float | str | Omitted | None = OMITTED,
        muted_until: datetime.datetime | Omitted | None = OMITTED,
        sensitivity: float | Omitted = OMITTED,
    ) -> models.DetectorRow:
        """Change a detector.

        Change how a figure is watched, as a whole; refused if it changed since `version`.

        `PUT /api/v1/ai-analytics/anomalies/detectors/{detector_id}`, permission `ai_analytics:update`.
        """
        return await self._send(
            models.DetectorRow,
            "PUT",
            f"/api/v1/ai-analytics/anomalies/detectors/{quoted(detector_id)}",
            fields={"version": version},
            options={
                "direction": direction,
                "enabled": enabled,
                "min_impact": min_impact,
                "money_per_unit": money_per_unit,
                "muted_until": muted_until,
                "sensitivity": sensitivity,
            },
        )

    async def count_anomalies(
        self,
        *,
        state: Sequence[Literal["open", "assigned", "resolved", "muted", "dismissed"]] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        data_source: Sequence[str] | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        group_id: uuid.UUID | str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> models.AnomalyFacets:
        """Count anomalies by facet.

        Count anomalies by state, severity and data source, each without its own filter.

        `GET /api/v1/ai-analytics/anomalies/facets`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.AnomalyFacets,
            "GET",
            "/api/v1/ai-analytics/anomalies/facets",
            query={
                "state": state,
                "severity": severity,
                "data_source": data_source,
                "assignee": assignee,
                "group_id": group_id,
                "since": since,
                "until": until,
            },
        )

    async def create_forecast(
        self,
        *,
        kind: Literal["revenue", "churn", "service_demand", "inventory"],
        name: str,
        source: models.ForecastSourceInput | Mapping[str, Any],
        capacity: float | None = None,
        columns: models.ForecastColumnsInput | Mapping[str, Any] | None = None,
        country: str | None = None,
        coverage: float | None = None,
        day_first: bool | None = None,
        duplicates: Literal["sum", "mean", "last"] | None = None,
        frequency: Literal["auto", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly"] | None = None,
        hierarchy: bool | None = None,
        horizon: int | None = None,
        inventory: models.InventoryTermsInput | Mapping[str, Any] | None = None,
        method: Literal["combination", "theta", "damped_trend", "seasonal_naive"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.PredictiveDetail:
        """Forecast.

        Foresee revenue, churn, demand for service, or what stock to order. What is small is answered at once
        (state done), else a task computes it (state running); the back-test stands beside the forecast.

        `POST /api/v1/ai-analytics/predictive`, permission `ai_analytics:generate`.
        """
        return await self._send(
            models.PredictiveDetail,
            "POST",
            "/api/v1/ai-analytics/predictive",
            fields={"kind": kind, "name": name, "source": source},
            options={
                "capacity": capacity,
                "columns": columns,
                "country": country,
                "coverage": coverage,
                "day_first": day_first,
                "duplicates": duplicates,
                "frequency": frequency,
                "hierarchy": hierarchy,
                "horizon": horizon,
                "inventory": inventory,
                "method": method,
            },
            once=True,
            key=idempotency_key,
        )

    async def create_metric(
        self,
        *,
        name: str,
        currency: str | None = None,
        description: str | None = None,
        money_per_unit: Decimal | float | str | None = None,
        unit: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.MetricRow:
        """Create a metric.

        Make a figure to which points can be sent; it is watched as soon as there are enough of them.

        `POST /api/v1/ai-analytics/metrics`, permission `ai_analytics:create`.
        """
        return await self._send(
            models.MetricRow,
            "POST",
            "/api/v1/ai-analytics/metrics",
            fields={"name": name},
            options={"currency": currency, "description": description, "money_per_unit": money_per_unit, "unit": unit},
            once=True,
            key=idempotency_key,
        )

    async def create_model(
        self,
        *,
        model_name: str,
        model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"],
        training_data_source: models.TrainingDataSource | Mapping[str, Any],
        algorithm: str | None = None,
        allow_suspicious: Sequence[str] | None = None,
        coverage: float | None = None,
        deploy_when_validated: bool | None = None,
        description: str | None = None,
        effort: Literal["quick", "full"] | None = None,
        exclude: Sequence[str] | None = None,
        feature_columns: Sequence[str] | None = None,
        group_column: str | None = None,
        horizon: int | None = None,
        monotone: Mapping[str, Literal[-1, 0, 1]] | None = None,
        parameters: Mapping[str, Decimal | bool | int | float | str] | None = None,
        positive: str | None = None,
        protected_columns: Sequence[str] | None = None,
        retraining_frequency_days: int | None = None,
        seed: int | None = None,
        series_column: str | None = None,
        target_column: str | None = None,
        time_column: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.ModelDetail:
        """Create a model.

        Create a model of a dataset, a table of the record or a query; checked against its columns at once.

        `POST /api/v1/ai-analytics/models`, permission `ai_analytics:create`.
        """
        return await self._send(
            models.ModelDetail,
            "POST",
            "/api/v1/ai-analytics/models",
            fields={"model_name": model_name, "model_type": model_type, "training_data_source": training_data_source},
            options={
                "algorithm": algorithm,
                "allow_suspicious": allow_suspicious,
                "coverage": coverage,
                "deploy_when_validated": deploy_when_validated,
                "description": description,
                "effort": effort,
                "exclude": exclude,
                "feature_columns": feature_columns,
                "group_column": group_column,
                "horizon": horizon,
                "monotone": monotone,
                "parameters": parameters,
                "positive": positive,
                "protected_columns": protected_columns,
                "retraining_frequency_days": retraining_frequency_days,
                "seed": seed,
                "series_column": series_column,
                "target_column": target_column,
                "time_column": time_column,
            },
            once=True,
            key=idempotency_key,
        )

    async def deploy(
        self,
        model_id: uuid.UUID | str,
        *,
        reason: str,
        version: int,
        accept_unvalidated: bool | None = None,
        alias: Literal["champion", "challenger", "shadow"] | None = None,
        share: float | None = None,
        idempotency_key: str | None = None,
    ) -> models.ModelDetail:
        """Deploy a version.

        Let a version answer: as champion, as challenger for a share of the cases, or in silence as shadow.

        `POST /api/v1/ai-analytics/models/{model_id}/deploy`, permission `ai_analytics:manage`.
        """
        return await self._send(
            models.ModelDetail,
            "POST",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/deploy",
            fields={"reason": reason, "version": version},
            options={"accept_unvalidated": accept_unvalidated, "alias": alias, "share": share},
            once=True,
            key=idempotency_key,
        )

    async def detect_anomalies(
        self,
        *,
        data_source: str,
        time_range_hours: int | None = None,
        time_column: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.DetectionAnswer:
        """Look for anomalies.

        Look for anomalies in the last hours of a figure and keep them; one that is known already is not kept
        twice.

        `POST /api/v1/ai-analytics/anomalies/detect`, permission `ai_analytics:detect`.
        """
        return await self._send(
            models.DetectionAnswer,
            "POST",
            "/api/v1/ai-analytics/anomalies/detect",
            query={"data_source": data_source, "time_range_hours": time_range_hours, "time_column": time_column},
            once=True,
            key=idempotency_key,
        )

    async def explain(self, prediction_id: uuid.UUID | str) -> models.PredictionExplanation:
        """Explain a prediction.

        Say in plain words why the model said so, and which single changes would change its answer.

        `GET /api/v1/ai-analytics/predictions/{prediction_id}/explanation`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.PredictionExplanation, "GET", f"/api/v1/ai-analytics/predictions/{quoted(prediction_id)}/explanation"
        )

    async def explain_case(
        self, model_id: uuid.UUID | str, *, input_data: Mapping[str, Any], version: int | None = None
    ) -> models.CaseExplained:
        """Explain a case without keeping it.

        Predict for a case, say in plain words why, and which single changes would change the answer; keep
        nothing.

        `POST /api/v1/ai-analytics/models/{model_id}/explain`, permission `ai_analytics:predict`.
        """
        return await self._send(
            models.CaseExplained,
            "POST",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/explain",
            fields={"input_data": input_data},
            options={"version": version},
        )

    def export_forecast(self, forecast_id: uuid.UUID | str) -> AsyncDownload:
        """Export a forecast.

        Return a CSV with a row for every series and period forecast, or for every item or customer.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/ai-analytics/predictive/{forecast_id}/export`, permission `ai_analytics:read`.
        """
        return self._download("GET", f"/api/v1/ai-analytics/predictive/{quoted(forecast_id)}/export")

    def export_predictions(
        self,
        *,
        model_id: uuid.UUID | str | None = None,
        version: int | None = None,
        role: Literal["champion", "challenger", "shadow", "version"] | None = None,
        business_entity_type: str | None = None,
        business_entity_id: str | None = None,
        batch_id: uuid.UUID | str | None = None,
        has_outcome: bool | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> AsyncDownload:
        """Export predictions as a table.

        Export up to 1,000,000 predictions, newest first, as CSV in UTF-8; cells that a spreadsheet would run
        are defused.

        That it was done is recorded.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/ai-analytics/predictions/export`, permission `ai_analytics:read`.
        """
        return self._download(
            "GET",
            "/api/v1/ai-analytics/predictions/export",
            query={
                "model_id": model_id,
                "version": version,
                "role": role,
                "business_entity_type": business_entity_type,
                "business_entity_id": business_entity_id,
                "batch_id": batch_id,
                "has_outcome": has_outcome,
                "since": since,
                "until": until,
            },
        )

    async def get_anomaly(self, anomaly_id: uuid.UUID | str) -> models.AnomalyDetail:
        """Show an anomaly.

        Return an anomaly with the figure around it, what was expected, what belongs to it and its likely
        cause.

        `GET /api/v1/ai-analytics/anomalies/{anomaly_id}`, permission `ai_analytics:read`.
        """
        return await self._send(models.AnomalyDetail, "GET", f"/api/v1/ai-analytics/anomalies/{quoted(anomaly_id)}")

    def get_artifact(self, model_id: uuid.UUID | str, number: int) -> AsyncDownload:
        """Download a version's artifact.

        Return a version's bytes with its record, signed; this installation takes them in again, and no
        changed copy.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/ai-analytics/models/{model_id}/versions/{number}/artifact`, permission
        `ai_analytics:manage`.
        """
        return self._download(
            "GET", f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions/{quoted(number)}/artifact"
        )

    async def get_card(self, model_id: uuid.UUID | str, number: int) -> models.ModelCard:
        """Show a version's model card.

        Return what a version is for, how it was made and measured, and where it must not be trusted, in plain
        words.

        `GET /api/v1/ai-analytics/models/{model_id}/versions/{number}/card`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.ModelCard, "GET", f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions/{quoted(number)}/card"
        )

    def get_card_file(
        self, model_id: uuid.UUID | str, number: int, *, format: Literal["json", "html", "markdown"] | None = None
    ) -> AsyncDownload:
        """Show a version's model card.

        Return what a version is for, how it was made and measured, and where it must not be trusted, in plain
        words.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/ai-analytics/models/{model_id}/versions/{number}/card`, permission `ai_analytics:read`.
        """
        return self._download(
            "GET",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions/{quoted(number)}/card",
            query={"format": format},
        )

    async def get_comparison(self, model_id: uuid.UUID | str) -> models.ModelComparison:
        """Compare a model's versions on real cases.

        Compare the champion with challenger and shadow on outcomes so far; valid however often one looks.

        `GET /api/v1/ai-analytics/models/{model_id}/comparison`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.ModelComparison, "GET", f"/api/v1/ai-analytics/models/{quoted(model_id)}/comparison"
        )

    async def get_dashboard(self, *, days: int | None = None) -> models.Dashboard:
        """Show the hub at a glance.

        Return models and how they do, use and accuracy over time, and what wants attention.

        `GET /api/v1/ai-analytics/dashboard`, permission `ai_analytics:read`.
        """
        return await self._send(models.Dashboard, "GET", "/api/v1/ai-analytics/dashboard", query={"days": days})

    async def get_detector(self, detector_id: uuid.UUID | str) -> models.DetectorRow:
        """Show a detector.

        Return how a figure is watched and what feedback has taught.

        `GET /api/v1/ai-analytics/anomalies/detectors/{detector_id}`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.DetectorRow, "GET", f"/api/v1/ai-analytics/anomalies/detectors/{quoted(detector_id)}"
        )

    async def get_drift(self, model_id: uuid.UUID | str, *, version: int | None = None) -> models.ModelDrift:
        """Show how far a model's data moved.

        Compare the latest inputs and answers with training, each column against what chance alone shows.

        `GET /api/v1/ai-analytics/models/{model_id}/drift`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.ModelDrift,
            "GET",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/drift",
            query={"version": version},
        )

    async def get_forecast(
        self, forecast_id: uuid.UUID | str, *, q: str | None = None, after: int | None = None, limit: int | None = None
    ) -> models.PredictiveDetail:
        """Show a forecast.

        Return a forecast with its summary and some of its series, the most important first; `q` searches
        their names.

        `GET /api/v1/ai-analytics/predictive/{forecast_id}`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.PredictiveDetail,
            "GET",
            f"/api/v1/ai-analytics/predictive/{quoted(forecast_id)}",
            query={"q": q, "after": after, "limit": limit},
        )

    async def get_inputs(self, model_id: uuid.UUID | str, *, version: int | None = None) -> models.InputsShown:
        """Show what a model asks for.

        Return the features of a version with their types and typical values, as a form for it needs them.

        `GET /api/v1/ai-analytics/models/{model_id}/inputs`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.InputsShown,
            "GET",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/inputs",
            query={"version": version},
        )

    async def get_model(self, model_id: uuid.UUID | str) -> models.ModelDetail:
        """Show a model.

        Return everything known of a model: what it learns, its versions, what answers, its training, its use.

        `GET /api/v1/ai-analytics/models/{model_id}`, permission `ai_analytics:read`.
        """
        return await self._send(models.ModelDetail, "GET", f"/api/v1/ai-analytics/models/{quoted(model_id)}")

    async def get_model_card(self, model_id: uuid.UUID | str) -> models.ModelCard:
        """Show the champion's model card.

        Return the card of the champion, or of the latest version where none is deployed.

        `GET /api/v1/ai-analytics/models/{model_id}/card`, permission `ai_analytics:read`.
        """
        return await self._send(models.ModelCard, "GET", f"/api/v1/ai-analytics/models/{quoted(model_id)}/card")

    def get_model_card_file(
        self, model_id: uuid.UUID | str, *, format: Literal["json", "html", "markdown"] | None = None
    ) -> AsyncDownload:
        """Show the champion's model card.

        Return the card of the champion, or of the latest version where none is deployed.

        A file: use the answer in a `with` block, and read or save it there.

        `GET /api/v1/ai-analytics/models/{model_id}/card`, permission `ai_analytics:read`.
        """
        return self._download("GET", f"/api/v1/ai-analytics/models/{quoted(model_id)}/card", query={"format": format})

    async def get_performance(
        self,
        model_id: uuid.UUID | str,
        *,
        from_: datetime.datetime | None = None,
        to: datetime.datetime | None = None,
        version: int | None = None,
    ) -> models.ModelPerformance:
        """Show how a model does.

        Return figures by period with intervals, what is expected before outcomes come, calibration, groups,
        drift.

        `GET /api/v1/ai-analytics/models/{model_id}/performance`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.ModelPerformance,
            "GET",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/performance",
            query={"from": from_, "to": to, "version": version},
        )

    async def get_points(
        self,
        metric_name: str,
        *,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        limit: int | None = None,
    ) -> models.FigureSeries:
        """Show points.

        Return points of a metric with what was expected of each.

        `GET /api/v1/ai-analytics/metrics/{metric_name}/points`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.FigureSeries,
            "GET",
            f"/api/v1/ai-analytics/metrics/{quoted(metric_name)}/points",
            query={"since": since, "until": until, "limit": limit},
        )

    async def get_prediction(self, prediction_id: uuid.UUID | str) -> models.PredictionDetail:
        """Show a prediction.

        Return a prediction with its input, the reasons that its version gives now, and all feedback.

        `GET /api/v1/ai-analytics/predictions/{prediction_id}`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.PredictionDetail, "GET", f"/api/v1/ai-analytics/predictions/{quoted(prediction_id)}"
        )

    async def get_series(
        self,
        *,
        data_source: str,
        time_range_hours: int | None = None,
        time_column: str | None = None,
        with_expected: bool | None = None,
    ) -> models.FigureSeries:
        """Show a figure over time.

        Return the last hours of a figure with what was expected of it, at most 2,000 points.

        `GET /api/v1/ai-analytics/anomalies/series`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.FigureSeries,
            "GET",
            "/api/v1/ai-analytics/anomalies/series",
            query={
                "data_source": data_source,
                "time_range_hours": time_range_hours,
                "time_column": time_column,
                "with_expected": with_expected,
            },
        )

    async def get_version(self, model_id: uuid.UUID | str, number: int) -> models.VersionDetail:
        """Show a version.

        Return a version with its whole report, and whether its signature holds.

        `GET /api/v1/ai-analytics/models/{model_id}/versions/{number}`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.VersionDetail, "GET", f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions/{quoted(number)}"
        )

    async def give_many(
        self, *, feedback: Sequence[Mapping[str, Any]], idempotency_key: str | None = None
    ) -> models.FeedbackRecorded:
        """Give feedback on many predictions.

        Record what became of up to 10,000 predictions; bad items are named, and the others recorded.

        `POST /api/v1/ai-analytics/predictions/feedback`, permission `ai_analytics:feedback`.
        """
        return await self._send(
            models.FeedbackRecorded,
            "POST",
            "/api/v1/ai-analytics/predictions/feedback",
            fields={"feedback": feedback},
            once=True,
            key=idempotency_key,
        )

    async def give_one(
        self,
        prediction_id: uuid.UUID | str,
        *,
        actual_outcome: Decimal | str | float | bool | None = None,
        note: str | None = None,
        observed_at: datetime.datetime | None = None,
        rating: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.FeedbackShown:
        """Give feedback on a prediction.

        Record what really happened, or what you think of the answer. A later outcome corrects the one before.

        `POST /api/v1/ai-analytics/predictions/{prediction_id}/feedback`, permission `ai_analytics:feedback`.
        """
        return await self._send(
            models.FeedbackShown,
            "POST",
            f"/api/v1/ai-analytics/predictions/{quoted(prediction_id)}/feedback",
            options={"actual_outcome": actual_outcome, "note": note, "observed_at": observed_at, "rating": rating},
            fields={},
            once=True,
            key=idempotency_key,
        )

    async def import_version(
        self,
        model_id: uuid.UUID | str,
        content: Content,
        *,
        media_type: Literal["application/octet-stream"] = "application/octet-stream",
        idempotency_key: str | None = None,
    ) -> models.VersionDetail:
        """Take a version in that was exported here.

        Take in an artifact as this installation exported and signed it; anything else is refused, and nothing
        is run.

        `POST /api/v1/ai-analytics/models/{model_id}/versions`, permission `ai_analytics:manage`.
        """
        return await self._send(
            models.VersionDetail,
            "POST",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions",
            content=content,
            media_type=media_type,
            once=True,
            key=idempotency_key,
        )

    async def list_algorithms(
        self,
        *,
        model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"] | None = None,
    ) -> models.AlgorithmList:
        """List algorithms.

        List what can be trained for each kind of model, with parameters and their defaults; plug-ins stand
        last.

        `GET /api/v1/ai-analytics/algorithms`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.AlgorithmList, "GET", "/api/v1/ai-analytics/algorithms", query={"model_type": model_type}
        )

    async def list_anomalies(
        self,
        *,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
        state: Sequence[Literal["open", "assigned", "resolved", "muted", "dismissed"]] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        data_source: Sequence[str] | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        group_id: uuid.UUID | str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> models.AnomalyPage:
        """List anomalies.

        List anomalies, the newest found first.

        `GET /api/v1/ai-analytics/anomalies`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.AnomalyPage,
            "GET",
            "/api/v1/ai-analytics/anomalies",
            query={
                "after": after,
                "limit": limit,
                "state": state,
                "severity": severity,
                "data_source": data_source,
                "assignee": assignee,
                "group_id": group_id,
                "since": since,
                "until": until,
            },
        )

    def iterate_anomalies(
        self,
        *,
        limit: int | None = None,
        state: Sequence[Literal["open", "assigned", "resolved", "muted", "dismissed"]] | None = None,
        severity: Sequence[Literal["low", "medium", "high", "critical"]] | None = None,
        data_source: Sequence[str] | None = None,
        assignee: Literal["me", "none"] | uuid.UUID | str | None = None,
        group_id: uuid.UUID | str | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> AsyncIterator[models.AnomalyRow]:
        """List anomalies.

        List anomalies, the newest found first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/anomalies`, permission `ai_analytics:read`.
        """
        return self._pages(
            models.AnomalyPage,
            "/api/v1/ai-analytics/anomalies",
            query={
                "limit": limit,
                "state": state,
                "severity": severity,
                "data_source": data_source,
                "assignee": assignee,
                "group_id": group_id,
                "since": since,
                "until": until,
            },
        )

    async def list_deployments(
        self, model_id: uuid.UUID | str, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.DeploymentPage:
        """List what was deployed.

        List every change of what answers, newest first: by whom, why, and on what evidence.

        `GET /api/v1/ai-analytics/models/{model_id}/deployments`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.DeploymentPage,
            "GET",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/deployments",
            query={"after": after, "limit": limit},
        )

    def iterate_deployments(
        self, model_id: uuid.UUID | str, *, limit: int | None = None
    ) -> AsyncIterator[models.DeploymentRow]:
        """List what was deployed.

        List every change of what answers, newest first: by whom, why, and on what evidence.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/models/{model_id}/deployments`, permission `ai_analytics:read`.
        """
        return self._pages(
            models.DeploymentPage, f"/api/v1/ai-analytics/models/{quoted(model_id)}/deployments", query={"limit": limit}
        )

    async def list_detectors(
        self, *, after: uuid.UUID | str | None = None, limit: int | None = None
    ) -> models.DetectorPage:
        """List detectors.

        List what watches which figure, and how.

        `GET /api/v1/ai-analytics/anomalies/detectors`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.DetectorPage,
            "GET",
            "/api/v1/ai-analytics/anomalies/detectors",
            query={"after": after, "limit": limit},
        )

    def iterate_detectors(self, *, limit: int | None = None) -> AsyncIterator[models.DetectorRow]:
        """List detectors.

        List what watches which figure, and how.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/anomalies/detectors`, permission `ai_analytics:read`.
        """
        return self._pages(models.DetectorPage, "/api/v1/ai-analytics/anomalies/detectors", query={"limit": limit})

    async def list_forecasts(
        self,
        *,
        kind: Literal["revenue", "churn", "service_demand", "inventory"] | None = None,
        q: str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.PredictivePage:
        """List forecasts.

        List forecasts, newest first.

        `GET /api/v1/ai-analytics/predictive`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.PredictivePage,
            "GET",
            "/api/v1/ai-analytics/predictive",
            query={"kind": kind, "q": q, "after": after, "limit": limit},
        )

    def iterate_forecasts(
        self,
        *,
        kind: Literal["revenue", "churn", "service_demand", "inventory"] | None = None,
        q: str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.PredictiveRow]:
        """List forecasts.

        List forecasts, newest first.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/predictive`, permission `ai_analytics:read`.
        """
        return self._pages(
            models.PredictivePage, "/api/v1/ai-analytics/predictive", query={"kind": kind, "q": q, "limit": limit}
        )

    async def list_metrics(self, *, after: str | None = None, limit: int | None = None) -> models.MetricPage:
        """List metrics.

        List the figures that are sent to us, by name, each with its newest point.

        `GET /api/v1/ai-analytics/metrics`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.MetricPage, "GET", "/api/v1/ai-analytics/metrics", query={"after": after, "limit": limit}
        )

    def iterate_metrics(self, *, limit: int | None = None) -> AsyncIterator[models.MetricRow]:
        """List metrics.

        List the figures that are sent to us, by name, each with its newest point.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/metrics`, permission `ai_analytics:read`.
        """
        return self._pages(models.MetricPage, "/api/v1/ai-analytics/metrics", query={"limit": limit})

    async def list_models(
        self,
        *,
        model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"] | None = None,
        state: Literal["draft", "training", "ready", "failed"] | None = None,
        q: str | None = None,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
    ) -> models.ModelPage:
        """List models.

        List models, newest first, each with its champion's figures, its last training and how much it is
        asked.

        `GET /api/v1/ai-analytics/models`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.ModelPage,
            "GET",
            "/api/v1/ai-analytics/models",
            query={"model_type": model_type, "state": state, "q": q, "after": after, "limit": limit},
        )

    def iterate_models(
        self,
        *,
        model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"] | None = None,
        state: Literal["draft", "training", "ready", "failed"] | None = None,
        q: str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.ModelRow]:
        """List models.

        List models, newest first, each with its champion's figures, its last training and how much it is
        asked.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/models`, permission `ai_analytics:read`.
        """
        return self._pages(
            models.ModelPage,
            "/api/v1/ai-analytics/models",
            query={"model_type": model_type, "state": state, "q": q, "limit": limit},
        )

    async def list_predictions(
        self,
        *,
        after: uuid.UUID | str | None = None,
        limit: int | None = None,
        model_id: uuid.UUID | str | None = None,
        version: int | None = None,
        role: Literal["champion", "challenger", "shadow", "version"] | None = None,
        business_entity_type: str | None = None,
        business_entity_id: str | None = None,
        batch_id: uuid.UUID | str | None = None,
        has_outcome: bool | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> models.PredictionPage:
        """List predictions.

        List predictions, newest first, each with what really happened, as far as it is known.

        `GET /api/v1/ai-analytics/predictions`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.PredictionPage,
            "GET",
            "/api/v1/ai-analytics/predictions",
            query={
                "after": after,
                "limit": limit,
                "model_id": model_id,
                "version": version,
                "role": role,
                "business_entity_type": business_entity_type,
                "business_entity_id": business_entity_id,
                "batch_id": batch_id,
                "has_outcome": has_outcome,
                "since": since,
                "until": until,
            },
        )

    def iterate_predictions(
        self,
        *,
        limit: int | None = None,
        model_id: uuid.UUID | str | None = None,
        version: int | None = None,
        role: Literal["champion", "challenger", "shadow", "version"] | None = None,
        business_entity_type: str | None = None,
        business_entity_id: str | None = None,
        batch_id: uuid.UUID | str | None = None,
        has_outcome: bool | None = None,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> AsyncIterator[models.StoredPrediction]:
        """List predictions.

        List predictions, newest first, each with what really happened, as far as it is known.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/predictions`, permission `ai_analytics:read`.
        """
        return self._pages(
            models.PredictionPage,
            "/api/v1/ai-analytics/predictions",
            query={
                "limit": limit,
                "model_id": model_id,
                "version": version,
                "role": role,
                "business_entity_type": business_entity_type,
                "business_entity_id": business_entity_id,
                "batch_id": batch_id,
                "has_outcome": has_outcome,
                "since": since,
                "until": until,
            },
        )

    async def list_sources(self) -> models.SourceList:
        """List figures to watch.

        List every figure there is: of domains, of the kernel, streams, and number columns of datasets with
        times.

        `GET /api/v1/ai-analytics/anomalies/sources`, permission `ai_analytics:read`.
        """
        return await self._send(models.SourceList, "GET", "/api/v1/ai-analytics/anomalies/sources")

    async def list_versions(
        self, model_id: uuid.UUID | str, *, after: int | None = None, limit: int | None = None
    ) -> models.VersionPage:
        """List a model's versions.

        List a model's versions, newest first, each with the figure by which versions are compared.

        `GET /api/v1/ai-analytics/models/{model_id}/versions`, permission `ai_analytics:read`.
        """
        return await self._send(
            models.VersionPage,
            "GET",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions",
            query={"after": after, "limit": limit},
        )

    def iterate_versions(
        self, model_id: uuid.UUID | str, *, limit: int | None = None
    ) -> AsyncIterator[models.VersionRow]:
        """List a model's versions.

        List a model's versions, newest first, each with the figure by which versions are compared.

        Goes through all pages, each fetched when it is needed; `limit` is the size of a page.

        `GET /api/v1/ai-analytics/models/{model_id}/versions`, permission `ai_analytics:read`.
        """
        return self._pages(
            models.VersionPage, f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions", query={"limit": limit}
        )

    async def measure_now(self, model_id: uuid.UUID | str, *, idempotency_key: str | None = None) -> models.MeasuredNow:
        """Measure a model now.

        Measure now what has come since it was measured last, instead of within minutes.

        `POST /api/v1/ai-analytics/models/{model_id}/performance/measure`, permission `ai_analytics:manage`.
        """
        return await self._send(
            models.MeasuredNow,
            "POST",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/performance/measure",
            once=True,
            key=idempotency_key,
        )

    async def predict(
        self,
        *,
        input_data: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        business_entity_id: str | Sequence[str | None] | None = None,
        business_entity_type: str | None = None,
        entity_field: str | None = None,
        model_id: uuid.UUID | str | None = None,
        model_name: str | None = None,
        prediction_context: Mapping[str, Any] | None = None,
        reasons: int | None = None,
        store: bool | None = None,
        version: int | Literal["champion", "challenger", "shadow"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.PredictionsMade:
        """Predict one case or many.

        Predict for one case or up to 10,000. A row that cannot be used gets an error in its place; the others
        are answered.

        The same Idempotency-Key gives the same answer, and stores nothing twice.

        `POST /api/v1/ai-analytics/predict`, permission `ai_analytics:predict`.
        """
        return await self._send(
            models.PredictionsMade,
            "POST",
            "/api/v1/ai-analytics/predict",
            fields={"input_data": input_data},
            options={
                "business_entity_id": business_entity_id,
                "business_entity_type": business_entity_type,
                "entity_field": entity_field,
                "model_id": model_id,
                "model_name": model_name,
                "prediction_context": prediction_context,
                "reasons": reasons,
                "store": store,
                "version": version,
            },
            once=True,
            key=idempotency_key,
        )

    def predict_batch(
        self,
        content: Content | None = None,
        *,
        media_type: Literal["application/x-ndjson", "text/csv"],
        model_id: uuid.UUID | str | None = None,
        model_name: str | None = None,
        dataset_id: uuid.UUID | str | None = None,
        format: Literal["ndjson", "csv"] | None = None,
        answer: Literal["ndjson", "csv"] | None = None,
        version: str | None = None,
        reasons: int | None = None,
        business_entity_type: str | None = None,
        entity_field: str | None = None,
        idempotency_key: str | None = None,
    ) -> AsyncDownload:
        """Predict a whole file.

        Predict up to 1,000,000 rows: one JSON object a line, CSV with a header, or a dataset. Answers come as
        they are kept.

        Bad rows get an error in their place. The answer is whole when its last line is the summary; if it
        breaks off, send the same again with the same Idempotency-Key: what was predicted is answered again,
        and only the rest is new.

        A file: use the answer in a `with` block, and read or save it there.

        `POST /api/v1/ai-analytics/predict/batch`, permission `ai_analytics:predict`.
        """
        return self._download(
            "POST",
            "/api/v1/ai-analytics/predict/batch",
            query={
                "model_id": model_id,
                "model_name": model_name,
                "dataset_id": dataset_id,
                "format": format,
                "answer": answer,
                "version": version,
                "reasons": reasons,
                "business_entity_type": business_entity_type,
                "entity_field": entity_field,
            },
            content=content,
            media_type=media_type,
            once=True,
            key=idempotency_key,
        )

    async def remove_forecast(self, forecast_id: uuid.UUID | str) -> None:
        """Remove a forecast.

        Remove a forecast with its result.

        `DELETE /api/v1/ai-analytics/predictive/{forecast_id}`, permission `ai_analytics:manage`.
        """
        await self._act("DELETE", f"/api/v1/ai-analytics/predictive/{quoted(forecast_id)}")

    async def remove_model(self, model_id: uuid.UUID | str) -> None:
        """Remove a model.

        Remove a model: it answers no more and is listed no more, while its record stays.

        `DELETE /api/v1/ai-analytics/models/{model_id}`, permission `ai_analytics:manage`.
        """
        await self._act("DELETE", f"/api/v1/ai-analytics/models/{quoted(model_id)}")

    async def reproduce(
        self, model_id: uuid.UUID | str, number: int, *, idempotency_key: str | None = None
    ) -> models.TrainingTaskShown:
        """Train a version again from its record.

        Train a version again from its record, as a task whose result says whether the bytes are the same.

        `POST /api/v1/ai-analytics/models/{model_id}/versions/{number}/reproduce`, permission
        `ai_analytics:manage`.
        """
        return await self._send(
            models.TrainingTaskShown,
            "POST",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/versions/{quoted(number)}/reproduce",
            once=True,
            key=idempotency_key,
        )

    async def rerun_forecast(
        self, forecast_id: uuid.UUID | str, *, idempotency_key: str | None = None
    ) -> models.PredictiveDetail:
        """Forecast again.

        Compute a forecast again from the rows as they are now.

        `POST /api/v1/ai-analytics/predictive/{forecast_id}/rerun`, permission `ai_analytics:generate`.
        """
        return await self._send(
            models.PredictiveDetail,
            "POST",
            f"/api/v1/ai-analytics/predictive/{quoted(forecast_id)}/rerun",
            once=True,
            key=idempotency_key,
        )

    async def resolve_group(
        self,
        group_id: uuid.UUID | str,
        *,
        resolution: str,
        feedback: Literal["useful", "false_alarm"] | None = None,
        state: Literal["resolved", "dismissed"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.GroupAnswer:
        """Resolve a group.

        Resolve or dismiss all anomalies of a group that are not settled yet, and the alert about them.

        `POST /api/v1/ai-analytics/anomalies/groups/{group_id}/resolve`, permission `ai_analytics:detect`.
        """
        return await self._send(
            models.GroupAnswer,
            "POST",
            f"/api/v1/ai-analytics/anomalies/groups/{quoted(group_id)}/resolve",
            fields={"resolution": resolution},
            options={"feedback": feedback, "state": state},
            once=True,
            key=idempotency_key,
        )

    async def roll_back(
        self, model_id: uuid.UUID | str, *, reason: str, idempotency_key: str | None = None
    ) -> models.ModelDetail:
        """Roll back to the champion before.

        Let the champion before this one answer again, from the next prediction on.

        `POST /api/v1/ai-analytics/models/{model_id}/rollback`, permission `ai_analytics:manage`.
        """
        return await self._send(
            models.ModelDetail,
            "POST",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/rollback",
            fields={"reason": reason},
            once=True,
            key=idempotency_key,
        )

    async def take_alias(
        self,
        model_id: uuid.UUID | str,
        alias: Literal["champion", "challenger", "shadow"],
        *,
        reason: str | None = None,
    ) -> models.ModelDetail:
        """Take an alias away.

        Let nothing stand under an alias; without a champion the model answers no more.

        `DELETE /api/v1/ai-analytics/models/{model_id}/aliases/{alias}`, permission `ai_analytics:manage`.
        """
        return await self._send(
            models.ModelDetail,
            "DELETE",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/aliases/{quoted(alias)}",
            query={"reason": reason},
        )

    async def train_model(
        self,
        model_id: uuid.UUID | str,
        *,
        deploy_when_validated: bool | None = None,
        why: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.TrainingTaskShown:
        """Train a model.

        Train a model as a task, one at a time; /api/v1/tasks shows how far it is, and cancels it.

        `POST /api/v1/ai-analytics/models/{model_id}/train`, permission `ai_analytics:manage`.
        """
        return await self._send(
            models.TrainingTaskShown,
            "POST",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}/train",
            options={"deploy_when_validated": deploy_when_validated, "why": why},
            once=True,
            key=idempotency_key,
        )

    async def update_model(
        self,
        model_id: uuid.UUID | str,
        *,
        model_name: str,
        model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"],
        revision: int,
        training_data_source: models.TrainingDataSource | Mapping[str, Any],
        algorithm: str | Omitted = OMITTED,
        allow_suspicious: Sequence[str] | Omitted = OMITTED,
        coverage: float | Omitted = OMITTED,
        deploy_when_validated: bool | Omitted = OMITTED,
        description: str | Omitted = OMITTED,
        effort: Literal["quick", "full"] | Omitted = OMITTED,
        exclude: Sequence[str] | Omitted = OMITTED,
        feature_columns: Sequence[str] | Omitted | None = OMITTED,
        group_column: str | Omitted | None = OMITTED,
        horizon: int | Omitted | None = OMITTED,
        monotone: Mapping[str, Literal[-1, 0, 1]] | Omitted = OMITTED,
        parameters: Mapping[str, Decimal | bool | int | float | str] | Omitted = OMITTED,
        positive: str | Omitted | None = OMITTED,
        protected_columns: Sequence[str] | Omitted = OMITTED,
        retraining_frequency_days: int | Omitted | None = OMITTED,
        seed: int | Omitted = OMITTED,
        series_column: str | Omitted | None = OMITTED,
        target_column: str | Omitted | None = OMITTED,
        time_column: str | Omitted | None = OMITTED,
    ) -> models.ModelDetail:
        """Change a model.

        Change a model as a whole; versions trained before stay as they are. Refused if it changed since
        `revision`.

        `PUT /api/v1/ai-analytics/models/{model_id}`, permission `ai_analytics:update`.
        """
        return await self._send(
            models.ModelDetail,
            "PUT",
            f"/api/v1/ai-analytics/models/{quoted(model_id)}",
            fields={
                "model_name": model_name,
                "model_type": model_type,
                "revision": revision,
                "training_data_source": training_data_source,
            },
            options={
                "algorithm": algorithm,
                "allow_suspicious": allow_suspicious,
                "coverage": coverage,
                "deploy_when_validated": deploy_when_validated,
                "description": description,
                "effort": effort,
                "exclude": exclude,
                "feature_columns": feature_columns,
                "group_column": group_column,
                "horizon": horizon,
                "monotone": monotone,
                "parameters": parameters,
                "positive": positive,
                "protected_columns": protected_columns,
                "retraining_frequency_days": retraining_frequency_days,
                "seed": seed,
                "series_column": series_column,
                "target_column": target_column,
                "time_column": time_column,
            },
        )
