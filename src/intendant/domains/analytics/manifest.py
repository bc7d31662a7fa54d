"""Everything the hub brings, in one value."""

from collections.abc import Sequence
from typing import Any

from intendant.kernel.registry import Domain, Doors


def _routes(doors: Doors) -> Sequence[Any]:
    from intendant.domains.analytics.http import routes

    return routes(doors)


ANALYTICS = Domain(
    name="analytics",
    routes=_routes,
)
