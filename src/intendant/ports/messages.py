"""Telling people over a channel, in our words: a message about alerts, and what a provider must offer to carry it.

What a message says of an alert was written by rules, models and callers: it is text for people, and never markup or a command.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

What = Literal["alert", "digest", "acknowledged", "ended", "test"]
Severity = Literal["low", "medium", "high", "critical"]


@dataclass(frozen=True, slots=True)
class MessageAlert:
    """What a message says of one alert. `url` leads into the console, which asks everybody to sign in."""

    id: UUID
    kind: str
    severity: Severity
    title: str
    cause: str
    component: str | None
    state: str
    raised_at: datetime
    count: int
    url: str
    by: str | None = None
    """Who acknowledged it, or ended it."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message over one channel. `id` is the same at every attempt: the provider knows a repeat by it."""

    id: UUID
    what: What
    organization: str
    subject: str
    text: str
    alerts: tuple[MessageAlert, ...]
    url: str
    at: datetime
    more: int = 0
    """How many more alerts it is about than it names."""
    thread: str | None = None
    """The reference of the message that this one answers."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: the settings of a channel and the value of its secret, which no answer or log may show."""

    settings: Mapping[str, Any]
    secret: str | None

    def __repr__(self) -> str:
        return "Target(...)"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A provider's word that it took a message. `thread` is the reference that later messages answer."""

    answer: str
    provider_id: str | None = None
    thread: str | None = None


class MessagePort(Protocol):
    """A provider that carries messages to people.

    Raises ProviderRefused, ProviderUnavailable (with `data["retry_after_seconds"]` where the provider said so) and
    FateUncertain. A message is sent again under the same id after the last two.
    """

    async def send(self, target: Target, message: Message) -> Receipt:
        """Hand a message over."""
        ...
