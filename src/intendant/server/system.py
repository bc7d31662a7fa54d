"""What the server needs of the built system; `intendant.bootstrap` builds it."""

from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Request

from intendant.kernel.access import CredentialCache
from intendant.kernel.decisions import Decider
from intendant.kernel.events import EventFeed
from intendant.kernel.registry import Registry
from intendant.kernel.usage import Meter
from intendant.kernel.vault import Vault
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

    @property
    def vault(self) -> Vault:
        """Return the vault of secrets."""
        ...

    @property
    def registry(self) -> Registry:
        """Return what domains declare."""
        ...

    @property
    def decider(self) -> Decider:
        """Return what decides batches of proposals."""
        ...

    @property
    def meter(self) -> Meter:
        """Return what counts the use that callers make."""
        ...

    @property
    def feed(self) -> EventFeed:
        """Return the feed of new events."""
        ...

    @property
    def signer(self) -> Ed25519PrivateKey:
        """Return the key that signs audit checkpoints."""
        ...


def system_of(request: Request) -> ServedSystem:
    """Return the system that this application serves."""
    system: ServedSystem = request.app.state.system
    return system
