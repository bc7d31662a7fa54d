"""Models of a binary outcome that decide credit: trained honestly, stored as plain numbers, explained exactly."""

from intendant.learning.models._additive import (
    AdditiveCreditModel,
    Contribution,
    FeatureTable,
    ModelIdentity,
    ModelTablesInvalid,
    PairTable,
    uncalibrated_model,
)
from intendant.learning.models._artifact import (
    ARTIFACT_BYTES_MAX,
    ModelArtifactInvalid,
    artifact_digest,
    model_from_bytes,
    model_to_bytes,
)
from intendant.learning.models._binning import BinIndex
from intendant.learning.models._boosting import boosting_settings, fit_additive, worker_processes
from intendant.learning.models._features import (
    OTHER_CATEGORY,
    FeatureSpec,
    FeatureSpecInvalid,
    FeatureType,
    infer_specs,
    read_boolean,
    read_categories,
    read_category,
    read_number,
)
from intendant.learning.models._leakage import LeakageFinding, scan_columns, scan_leakage
from intendant.learning.models._prediction import CreditModel, Prediction
from intendant.learning.models._preparation import ProtectedFeature, TrainingDataInvalid
from intendant.learning.models._report import ChallengerReport, GroupMetrics, ModelMetrics, ValidationReport
from intendant.learning.models._training import TrainingResult, train_credit_model
from intendant.learning.models.explanations import (
    Change,
    Counterfactual,
    MutableFeature,
    Reason,
    ReferenceProfile,
    counterfactual,
    counterfactuals,
    reasons_against,
    reference_profile,
)

__all__ = [
    "ARTIFACT_BYTES_MAX",
    "OTHER_CATEGORY",
    "AdditiveCreditModel",
    "BinIndex",
    "ChallengerReport",
    "Change",
    "Contribution",
    "Counterfactual",
    "CreditModel",
    "FeatureSpec",
    "FeatureSpecInvalid",
    "FeatureTable",
    "FeatureType",
    "GroupMetrics",
    "LeakageFinding",
    "ModelArtifactInvalid",
    "ModelIdentity",
    "ModelMetrics",
    "ModelTablesInvalid",
    "MutableFeature",
    "PairTable",
    "Prediction",
    "ProtectedFeature",
    "Reason",
    "ReferenceProfile",
    "TrainingDataInvalid",
    "TrainingResult",
    "ValidationReport",
    "artifact_digest",
    "boosting_settings",
    "counterfactual",
    "counterfactuals",
    "fit_additive",
    "infer_specs",
    "model_from_bytes",
    "model_to_bytes",
    "read_boolean",
    "read_categories",
    "read_category",
    "read_number",
    "reasons_against",
    "reference_profile",
    "scan_columns",
    "scan_leakage",
    "train_credit_model",
    "uncalibrated_model",
    "worker_processes",
]
