"""What the server needs of the built system; `intendant.bootstrap` builds it."""

from typing import Protocol

from fastapi import Request

from intendant.kernel.access import CredentialCache
from intendant.kit.database import Database
from intendant.kit.settings import Settings


class ServedSystem(Protocol):
    """The part of the system that every route may reach as `request.app.state.system`."""

    @property
    def settings(self) -> Settings:
        """Return what the environment said."""
        ...

    @property
    def database(self) -> Database:
        """Return the pools of connections."""
        ...

    @property
    def credentials(self) -> CredentialCache:
        """Return the tokens in memory."""
        ...


def system_of(request: Request) -> ServedSystem:
    """Return the system that this application serves."""
    system: ServedSystem = request.app.state.system
    return system
