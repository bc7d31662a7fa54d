"""Sending webhooks, in our words: one signed message to one address, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """How a call ended. `status` None: nobody answered, and `problem` says why. `text` is how the answer begins."""

    status: int | None
    milliseconds: int
    text: str = ""
    problem: str | None = None
    retry_after: timedelta | None = None


class WebhookPort(Protocol):
    """Sends messages to addresses that people typed. It never raises for what a receiver or its network does."""

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        """Post a message; an answer of any status is an answer."""
        ...

    async def close(self) -> None:
        """Close connections; a call under way is abandoned."""
        ...
