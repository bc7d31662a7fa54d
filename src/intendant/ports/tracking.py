"""Tracking of experiments: where trained versions are written down beside those of other systems."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TrackedVersion:
    """A trained version as a tracking server knows it. `key` is the same however often it is sent."""

    key: str
    experiment: str
    model: str
    number: int
    parameters: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    texts: Mapping[str, str]
    """Texts to lie beside the artifact, by file name."""
    artifact: bytes
    aliases: tuple[str, ...]


class Tracking(Protocol):
    """A tracking server. Its calls block; they are made by a round of the worker and never while a transaction is open."""

    def track(self, version: TrackedVersion) -> str:
        """Write a version down, once for each key, and return the name of its run; raises Unavailable or Invalid."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
