"""The application, built once for all tests of a process: its four hundred routes take far longer than a test of one of them.

It serves a system that stands for whichever one was lent last; all that the application remembers itself begins anew.
"""

from typing import Any, cast

from fastapi import FastAPI

from intendant.server.app import create_app, renew
from intendant.server.system import ServedSystem


class _StandIn:
    """Stands for an object that is found anew whenever it is asked for something."""

    def __init__(self, find: Any) -> None:
        self._find = find

    def __getattr__(self, name: str) -> Any:
        return getattr(self._find(), name)


class _Lent:
    """Stands for the system that was lent last, and its parts for its parts, however early a route took hold of them."""

    system: Any = None

    def __getattr__(self, name: str) -> Any:
        if getattr(type(self).system, name) is None:
            return None  # which nothing can stand for
        return _StandIn(lambda: getattr(type(self).system, name))


_APPLICATIONS: dict[tuple[int, ...], tuple[FastAPI, Any]] = {}
"""By the domains that bring the routes, which are kept beside it, so that their identities stay theirs."""


def lend_app(system: Any) -> FastAPI:
    """Return the application over this system. The one lent before serves it too, from now on."""
    _Lent.system = system
    domains = tuple(system.registry.domains.values())
    key = tuple(map(id, domains))
    if key not in _APPLICATIONS:
        _APPLICATIONS[key] = create_app(cast(ServedSystem, _Lent())), domains
    app = _APPLICATIONS[key][0]
    renew(app)
    return app
