"""What the server hands to the routes that domains bring: guards, idempotency, and the way to a decision."""

from functools import cached_property
from typing import Any, get_args

from fastapi import Request

from intendant.kernel.access import Permission
from intendant.kernel.decisions import Batcher, Decision
from intendant.kernel.registry import Proposal
from intendant.kit import tracing
from intendant.server.auth import Guard, requires
from intendant.server.express import BODY_BYTES_MAX, Desk, Handler
from intendant.server.idempotency import Idempotency, Once
from intendant.server.system import ServedSystem


class ServerDoors:
    """The `Doors` of one application."""

    def __init__(self, system: ServedSystem) -> None:
        self.system = system
        self.once: Any = get_args(Idempotency)[1]
        self.desks: dict[str, Desk] = {}

    @cached_property
    def _batcher(self) -> Batcher[Proposal, Decision]:
        settings = self.system.settings
        return Batcher(
            self.system.decider.decide_each,
            wait_seconds=settings.batch_wait_milliseconds / 1000,
            size_max=settings.batch_size_max,
        )

    def renew(self) -> None:
        """Forget what waits to be decided; another loop may come to serve."""
        self.__dict__.pop("_batcher", None)

    def requires(self, permission: Permission) -> Any:
        """Return the guard that asks for a permission."""
        return requires(permission)

    def express(
        self, path: str, permission: Permission, handler: Handler, *, body_bytes_max: int | None = None
    ) -> None:
        """Serve POST requests to `path` by `handler` at the express desk; the route must be declared as well."""
        self.desks[path] = Desk(Guard(permission), handler, body_bytes_max or BODY_BYTES_MAX)

    def once_for(self, request: Request, key: str | None, body: bytes) -> Once:
        """Return the idempotency of a request that is served at the express desk."""
        return Once(request, key, body)

    async def decide(self, proposal: Proposal) -> Decision:
        """Decide one proposal in a batch with whatever else arrives now."""
        if not tracing.is_tracing():
            return await self._batcher.decide(proposal)
        tracing.carry(proposal)
        try:
            return await self._batcher.decide(proposal)
        finally:
            tracing.drop(proposal)
