"""What the entry point over HTTP hands to a domain's routes, so that a domain imports no server."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from intendant.kernel.access import Permission
from intendant.kernel.registry._kinds import Proposal


class Doors(Protocol):
    """The guards and ways that routes share.

    `system` is the built system; `once` the default value of a route's parameter that makes its POST idempotent (its
    `run(tx, make, status=...)` returns the response).
    """

    @property
    def system(self) -> Any:
        """Return the built system."""
        ...

    @property
    def once(self) -> Any:
        """Return the default value of a parameter `once`."""
        ...

    def requires(self, permission: Permission) -> Any:
        """Return the default value of a parameter `principal`: the caller, who has the permission."""
        ...

    def express(
        self,
        path: str,
        permission: Permission,
        handler: Callable[..., Awaitable[Any]],
        *,
        body_bytes_max: int | None = None,
    ) -> None:
        """Serve POST requests to `path` without the framework between; for the hottest routes, which are declared as well.

        `handler` takes request, principal, body and Idempotency-Key and returns the response. `body_bytes_max` None: as much as
        any route takes.
        """
        ...

    def once_for(self, request: Any, key: str | None, body: bytes) -> Any:
        """Return what `once` gives, for a handler that serves at the express desk."""
        ...

    async def decide(self, proposal: Proposal) -> Any:
        """Decide one proposal together with what else arrives now; return the kernel's `Decision` or raise its error."""
        ...
