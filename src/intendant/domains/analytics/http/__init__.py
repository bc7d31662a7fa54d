"""The hub over HTTP: /api/v1/ai-analytics. Routes translate and never decide; the guards come through the server's doors."""

from collections.abc import Sequence

from fastapi import APIRouter

from intendant.domains.analytics.http.algorithms import algorithm_routes
from intendant.domains.analytics.http.anomalies import anomaly_routes
from intendant.domains.analytics.http.dataset_uploads import upload_routes
from intendant.domains.analytics.http.datasets import dataset_routes
from intendant.domains.analytics.http.forecasts import forecast_routes
from intendant.domains.analytics.http.metrics import metric_routes
from intendant.domains.analytics.http.model_deployments import deployment_routes
from intendant.domains.analytics.http.model_versions import version_routes
from intendant.domains.analytics.http.models import model_routes
from intendant.domains.analytics.http.monitoring import monitoring_routes
from intendant.domains.analytics.http.predictions import prediction_routes
from intendant.domains.analytics.http.predictions_batch import batch_routes
from intendant.domains.analytics.http.trying import trying_routes
from intendant.domains.analytics.models.serving import Served
from intendant.kernel.registry import Doors

__all__ = ["routes"]


def routes(doors: Doors) -> Sequence[APIRouter]:
    """Return the hub's routers."""
    served = Served(doors.system)
    return (
        model_routes(doors),
        version_routes(doors),
        deployment_routes(doors),
        algorithm_routes(doors),
        upload_routes(doors),
        dataset_routes(doors),
        forecast_routes(doors),
        prediction_routes(doors, served),
        batch_routes(doors, served),
        trying_routes(doors, served),
        monitoring_routes(doors),
        metric_routes(doors),
        anomaly_routes(doors),
    )
