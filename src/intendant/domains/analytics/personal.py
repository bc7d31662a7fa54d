"""What analytics holds about people, for privacy."""

from intendant.kernel.registry import Personal, PersonalTable

PERSONAL = Personal(
    tables=(
        PersonalTable(
            "prediction_results",
            "Predictions about them: what was asked, what was answered",
            "decision",
            "redact",
            searched=("input_data", "prediction_context", "business_entity_id"),
        ),
        PersonalTable("prediction_feedback", "What really happened", "decision", "redact", searched=("actual", "note")),
        PersonalTable(
            "datasets",
            "Descriptions of tables to learn from",
            "technical",
            "redact",
            searched=("name", "description", "query", "columns", "quarantine", "notices"),
        ),
        PersonalTable(
            "anomaly_detections", "Notes about findings", "technical", "redact", searched=("cause", "resolution", "feedback")
        ),
    ),
    free={
        **dict.fromkeys(
            ("ai_models", "ai_model_aliases", "ai_deployments", "anomaly_detectors", "forecasts", "metric_streams"),
            "It is set by members and describes models and figures; members answer for what they set.",
        ),
        **dict.fromkeys(
            ("ai_model_versions", "model_performance_metrics", "metric_points", "prediction_batches"),
            "Trained and measured figures about many; they name nobody.",
        ),
    },
)  # fmt: skip
