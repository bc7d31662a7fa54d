"""What every request leaves behind: a figure, its caller's usage, and a line of the access log where one is due.

This stands behind every request, so it looks at what is there already and computes nothing else.
"""

import structlog
from starlette.types import Scope

from intendant.kernel.access import Principal
from intendant.kit import metrics
from intendant.server.frame import route_of
from intendant.server.system import ServedSystem

SLOW_SECONDS = 1.0
"""A request that takes longer is always named in the access log."""
_CLASSES = {0: "none", 1: "1xx", 2: "2xx", 3: "3xx", 4: "4xx", 5: "5xx"}
_AREA_PARTS = 4

log = structlog.get_logger(__name__)


class Observer:
    """Takes note of requests when they are over. Called from one event loop."""

    def __init__(self, system: ServedSystem) -> None:
        self._system = system
        self._ratio = float(system.settings.access_log_ratio)
        self._areas: dict[str, str] = {}
        self._due = 0.0

    def __call__(self, scope: Scope, status: int, sent: int, seconds: float) -> None:
        """Take note of one request; status 0 means that no answer was sent."""
        route = route_of(scope)
        metrics.REQUESTS.observe(seconds, route, scope["method"], _CLASSES[status // 100])
        principal: Principal | None = scope.get("intendant.principal")
        if principal is not None:
            self._system.meter.count(
                principal,
                self._areas.get(route) or self._area(route),
                failed=status >= 400 or status == 0,
                bytes_in=_length(scope),
                bytes_out=sent,
                decisions=scope.get("intendant.decisions", 0),
                seconds=seconds,
            )
        self._due += self._ratio
        chosen = self._due >= 1
        if chosen:
            self._due -= 1
        if chosen or status >= 500 or status == 0 or seconds > SLOW_SECONDS:
            self._tell(scope, route, status, sent, seconds)

    def _area(self, route: str) -> str:
        """Name the part of the product that a route belongs to: /api/v1/<area>/..., else `pages`."""
        parts = route.split("/", _AREA_PARTS)
        area = parts[3] if len(parts) > 3 and parts[1] == "api" and parts[3] else "pages"
        self._areas[route] = area
        return area

    def _tell(self, scope: Scope, route: str, status: int, sent: int, seconds: float) -> None:
        log.info(
            "request.served",
            method=scope["method"],
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            bytes=sent,
        )


def _length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
