"""The HTTP application: one explicit list of routers, one frame around all of them."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.types import ASGIApp

import intendant
from intendant.kernel.access import Permission, RateLimit, SignIn, prepare_passwords
from intendant.kit.errors import Bug
from intendant.server import console, entrance, errors, health, reference
from intendant.server.auth import PUBLIC, find_guard
from intendant.server.compression import Compression
from intendant.server.directory import Directory
from intendant.server.doors import ServerDoors
from intendant.server.express import BODY_BYTES_MAX, Express
from intendant.server.frame import Frame
from intendant.server.live import Streams
from intendant.server.observing import Observer
from intendant.server.routes import ROUTERS
from intendant.server.routes.webhook_sources import HookDoor
from intendant.server.system import ServedSystem
from intendant.server.waiting import AnswerWatch

_READ, _WRITTEN, _SCHEMAS = "-Input", "-Output", "#/components/schemas/"
PAGES = (health.router, entrance.router, reference.router, console.router)


class Application(FastAPI):
    """FastAPI with our frame outside its own error handling, and permissions in its OpenAPI document."""

    def build_middleware_stack(self) -> ASGIApp:
        """Wrap everything, error pages and the express desk too."""
        return Frame(
            Express(Compression(super().build_middleware_stack()), self, self.state.desks), self.state.observer
        )

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document with `x-permission` on every operation."""
        if self.openapi_schema is None:
            self.openapi_schema = _describe_permissions(_merge_shapes(super().openapi()), self)
        return self.openapi_schema


def create_app(system: ServedSystem, routers: Sequence[APIRouter] = ()) -> FastAPI:
    """Build the application over a built system, with the routes of its domains and any further `routers`.

    Raises Bug where a route neither has a guard nor is said to be public.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        prepare_passwords()
        app.state.stopping = False
        system.credentials.start()
        if not app.state.listening:
            # The feed belongs to the system, which closes it; an application may be started more than once.
            system.feed.start()
            app.state.listening = True
        try:
            yield
        finally:
            app.state.stopping = True
            system.credentials.close()

    app = Application(
        title="Intendant",
        version=intendant.__version__,
        description="Decides, acts within limits, asks people about the rest, and renders account.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=BODY_BYTES_MAX,
        lifespan=lifespan,
    )
    doors = ServerDoors(system)
    app.state.system, app.state.doors, app.state.desks = system, doors, doors.desks
    app.state.observer = Observer(system)
    renew(app)
    errors.install(app)
    for router in (*PAGES, *ROUTERS, *_domain_routers(system, doors), *routers):
        app.include_router(router)
    for path in unguarded(app):
        raise Bug(f"The route {path} has no guard and does not stand in PUBLIC.")
    app.router.middleware_stack = Directory(app.router.middleware_stack, iter_route_contexts(app.routes))
    return app


def renew(app: FastAPI) -> None:
    """Let an application that does not serve begin anew: nobody signs in, listens or has asked for anything yet."""
    state = app.state
    state.doors.renew()
    state.stopping = False
    state.listening = False
    state.sign_in = SignIn()
    state.guessing_told = RateLimit(per_second=1 / 60, burst=1)
    state.streams = Streams()
    state.hooks = HookDoor()
    state.answers = AnswerWatch(lambda: bool(state.stopping))
    state.console = console.FOLDER
    rate = state.system.settings.requests_per_second
    state.request_limit = RateLimit(per_second=rate, burst=rate)


def _domain_routers(system: ServedSystem, doors: ServerDoors) -> Iterable[APIRouter]:
    for domain in system.registry.domains.values():
        if domain.routes is not None:
            yield from domain.routes(doors)


def unguarded(app: FastAPI) -> Iterable[str]:
    """List paths of routes that have no guard and stand neither in PUBLIC nor in a domain's `public`."""
    public = PUBLIC.union(*(domain.public for domain in app.state.system.registry.domains.values()))
    for route in iter_route_contexts(app.routes):
        if route.path not in public and guard_of(route) is None:
            yield f"{route.path}"


def guard_of(route: RouteContext) -> Permission | None:
    """Return the permission that a route asks for."""
    guard = find_guard(route)
    return None if guard is None else guard.permission


def _merge_shapes(document: dict[str, Any]) -> dict[str, Any]:
    """Give a shape that is read as it is written one name: the framework tells `-Input` and `-Output` of recursive ones apart."""
    schemas: dict[str, Any] = document.get("components", {}).get("schemas", {})
    names = {
        name.removesuffix(_READ) for name in schemas if name.endswith(_READ) and name.removesuffix(_READ) not in schemas
    }
    names = {name for name in names if name + _WRITTEN in schemas}
    while True:
        pairs = {f"{name}{suffix}": name for name in names for suffix in (_READ, _WRITTEN)}
        alike = {n for n in names if _renamed(schemas[n + _READ], pairs) == _renamed(schemas[n + _WRITTEN], pairs)}
        if alike == names:
            break
        # What a shape refers to must be alike, too.
        names = alike
    merged: dict[str, Any] = _renamed(document, pairs)
    kept = merged.get("components", {}).get("schemas", {})
    for old, new in pairs.items():
        kept[new] = kept.pop(old)
    return merged


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    match node:
        case dict():
            return {key: _renamed(value, names) for key, value in node.items()}
        case list():
            return [_renamed(value, names) for value in node]
        case str() if node.startswith(_SCHEMAS):
            name = node.removeprefix(_SCHEMAS)
            return _SCHEMAS + names.get(name, name)
        case _:
            return node


def _describe_permissions(document: dict[str, Any], app: FastAPI) -> dict[str, Any]:
    components = document.setdefault("components", {})
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "A session's token or an API key (ik_...)."},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "intendant_session"},
    }
    components.setdefault("schemas", {}).update(_PROBLEM_SCHEMA)
    for route in iter_route_contexts(app.routes):
        permission = guard_of(route)
        for method in route.methods or ():
            operation = document.get("paths", {}).get(route.path_format, {}).get(method.lower())
            if operation is None:
                continue
            responses = operation.setdefault("responses", {})
            _describe_problems(responses, guarded=permission is not None)
            if permission is not None:
                operation["x-permission"] = str(permission)
                operation["security"] = [{"bearer": []}, {"cookie": []}]
    return document


def _describe_problems(responses: dict[str, Any], *, guarded: bool) -> None:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    described = {"default": "Any other problem."} | (
        {"401": "Not signed in.", "403": "Not allowed."} if guarded else {}
    )
    if "422" in responses:
        responses["422"] = {"description": "Invalid input.", "content": content}
    for status, description in described.items():
        responses.setdefault(status, {"description": description, "content": content})


_PROBLEM_SCHEMA: dict[str, Any] = {
    "Problem": {
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "description": "Stable, for programs."},
            "detail": {"type": "string"},
            "field": {"type": "string", "description": "The input at fault, as a path."},
            "remedy": {"type": "string", "description": "What to do."},
            "errors": {"type": "array", "items": {"type": "object"}},
            "data": {"type": "object"},
            "request_id": {"type": "string"},
        },
    }
}

BuildApplication = Callable[[ServedSystem], FastAPI]
