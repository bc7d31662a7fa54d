"""The hub over HTTP: /api/v1/ai-analytics. Routes translate and never decide; the guards come through the server's doors."""

from collections.abc import Sequence

from fastapi import APIRouter

from intendant.domains.analytics.http.models import model_routes
from intendant.kernel.registry import Doors

__all__ = ["routes"]


def routes(doors: Doors) -> Sequence[APIRouter]:
    """Return the hub's routers."""
    return (model_routes(doors),)
