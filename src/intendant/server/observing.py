"""What every request leaves behind: a figure, its caller's usage, and a line of the access log where one is due.

This stands behind every request, so it looks at what is there already and computes nothing else.
"""

from bisect import bisect_left

import structlog
from starlette.types import Scope

from intendant.kernel.access import Principal
from intendant.kit import metrics
from intendant.server.frame import route_of
from intendant.server.system import ServedSystem

SLOW_SECONDS = 1.0
"""A request that takes longer is always named in the access log."""
_CLASSES = {0: "none", 1: "1xx", 2: "2xx", 3: "3xx", 4: "4xx", 5: "5xx"}
_BUCKETS = metrics.REQUESTS.buckets
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_AREA_PARTS = 4
SERIES_MAX = 5_000

log = structlog.get_logger(__name__)


class Observer:
    """Takes note of requests when they are over. Called from one event loop."""

    def __init__(self, system: ServedSystem) -> None:
        self._system = system
        self._ratio = float(system.settings.access_log_ratio)
        self._series: dict[tuple[str, str, int], tuple[list[float], str]] = {}
        """By route, method and status: the cells of the figure, which this loop alone writes, and the area of usage."""
        self._due = 0.0

    def __call__(self, scope: Scope, status: int, sent: int, seconds: float) -> None:
        """Take note of one request; status 0 means that no answer was sent."""
        route = scope.get("intendant.route") or route_of(scope)
        key = (route, scope["method"], status)
        cells, area = self._series.get(key) or self._open(key)
        cells[bisect_left(_BUCKETS, seconds)] += 1
        cells[-1] += seconds
        principal: Principal | None = scope.get("intendant.principal")
        if principal is not None:
            received = scope.get("intendant.received")
            self._system.meter.count(
                principal,
                area,
                status >= 400 or status == 0,
                _length(scope) if received is None else received,
                sent,
                scope.get("intendant.decisions", 0),
                seconds,
            )
        self._due += self._ratio
        if self._due >= 1:
            self._due -= 1
            self._tell(scope, route, status, sent, seconds)
        elif status >= 500 or status == 0 or seconds > SLOW_SECONDS:
            self._tell(scope, route, status, sent, seconds)

    def _open(self, key: tuple[str, str, int]) -> tuple[list[float], str]:
        """Begin a series; what does not fit any more is counted with others, and its usage by its area all the same."""
        route, method, status = key
        # A method is what the caller writes: a foreign one makes no series of its own.
        known = method if method in _METHODS else metrics.OTHER
        found = metrics.REQUESTS.cells(route, known, _CLASSES[status // 100]), _area_of(route)
        if len(self._series) < SERIES_MAX:
            self._series[key] = found
        return found

    def _tell(self, scope: Scope, route: str, status: int, sent: int, seconds: float) -> None:
        log.info(
            "request.served",
            method=scope["method"],
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            bytes=sent,
        )


def _area_of(route: str) -> str:
    """Name the part of the product that a route belongs to: /api/v1/<area>/..., else `pages`."""
    parts = route.split("/", _AREA_PARTS)
    return parts[3] if len(parts) > 3 and parts[1] == "api" and parts[3] else "pages"


def _length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
