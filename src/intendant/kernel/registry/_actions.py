"""Actions: what a domain may do to the world, each with its preview, its holding time and its undo, or the word *irreversible*."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from intendant.kit.database import Transaction
from intendant.kit.errors import Bug
from intendant.kit.money import Money

if TYPE_CHECKING:
    from pydantic import BaseModel

IRREVERSIBLE = "irreversible"
HOLD_SECONDS_MAX = 30 * 86_400.0


@dataclass(frozen=True, slots=True)
class Preview:
    """What an action would change, in plain words, before anybody has agreed to it."""

    summary: str
    changes: tuple[str, ...] = ()
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class EffectCall:
    """One outside call to make. `idempotency_key` is the same however often the call is tried.

    `original` and `receipt` are set when this call undoes another effect: its id, and what its provider answered.
    """

    organization_id: UUID
    effect_id: UUID
    action: str
    parameters: Mapping[str, Any]
    original: UUID | None = None
    receipt: Mapping[str, Any] | None = None

    @property
    def idempotency_key(self) -> str:
        """Return the key by which the provider knows this effect."""
        return str(self.effect_id)


Perform = Callable[[Any, EffectCall], Awaitable[Mapping[str, object]]]
"""Carry a call out by the connector's port and return the receipt. Raises the errors of `intendant.ports.calls`."""

Find = Callable[[Any, EffectCall], Awaitable[Mapping[str, object] | None]]
"""Ask the provider whether a call was carried out: its receipt, None for no; raises ProviderCannotSay."""


@dataclass(frozen=True, slots=True)
class SettledEffect:
    """What became of an effect: done, failed, unknown, cancelled or undone, at `at` (system time)."""

    call: EffectCall
    decision_id: UUID
    subject_id: UUID
    state: str
    result: Mapping[str, Any] | None
    why: str | None
    actor: str
    at: datetime


Settled = Callable[[Transaction, SettledEffect], None]
"""Write what follows in the domain's own rows, in the transaction that records it, of the serving role for one organisation.

Its failure is reported to people and does not undo the record: what happened outside has happened.
"""


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """Declaration of an action in a domain's manifest.

    `connector` names the port adapter of an outside effect; None means the action changes our own database only. `undo` names
    the action that compensates this one; None means irreversible. `hold_seconds` is the time, in the organisation's business
    time, during which the effect waits on our side and can be taken back.
    """

    name: str
    connector: str | None
    reversible: bool
    preview: Callable[[Mapping[str, Any]], Preview]
    undo: str | None = None
    hold_seconds: float = 0.0
    parameters: "type[BaseModel] | None" = None
    perform: Perform | None = None
    find: Find | None = None
    settled: Settled | None = None

    def __post_init__(self) -> None:
        if self.reversible != (self.undo is not None) and self.connector is not None:
            raise Bug(f"Action {self.name} is reversible exactly when it names its undo.")
        if (self.connector is None) != (self.perform is None) or (self.connector is None) != (self.find is None):
            raise Bug(f"Action {self.name} declares connector, perform and find together, or none of them.")
        if not 0 <= self.hold_seconds <= HOLD_SECONDS_MAX:
            raise Bug(f"Action {self.name} holds from 0 to {HOLD_SECONDS_MAX:g} seconds.")

    @property
    def undone_by(self) -> str:
        """Return the name of the compensating action, or 'irreversible'."""
        return self.undo or IRREVERSIBLE
