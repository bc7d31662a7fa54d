"""Routes of schedules: what a loan would look like, before there is one. Nothing is written."""

from typing import Any

from fastapi import APIRouter

from intendant.domains.lending.http.parameters import json_body
from intendant.domains.lending.http.schedule_views import PreviewBody, SchedulePreview
from intendant.domains.lending.schedules.planned import parse_planned
from intendant.domains.lending.schedules.preview import dump_preview, preview
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors


def schedule_routes(doors: Doors) -> APIRouter:
    """Return the routes of schedules."""
    router = APIRouter(prefix="/api/v1/lending/schedules", tags=["lending"])

    @router.post("/preview", summary="Preview a schedule", openapi_extra=json_body(PreviewBody))
    def preview_schedule(
        body: dict[str, Any], _principal: Principal = doors.requires(Permission.PRODUCT_READ)
    ) -> SchedulePreview:
        """Return the schedule of a loan with these terms, its costs and its annual rates. What is booked is the same.

        `disbursements`, `rate_changes` and `payments` may be planned; instalments are taken to be paid on their day.
        """
        terms, events = parse_planned(body)
        return SchedulePreview.model_validate(dump_preview(preview(terms, events)))

    return router
