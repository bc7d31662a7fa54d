"""Paying money out, in our words: what a payout provider must offer so that each payout happens exactly once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from intendant.kit.money import Money


@dataclass(frozen=True, slots=True)
class PayoutReceipt:
    """A provider's word that money moved. `reversal_of` names the payout that this one took back.

    `pays_nobody` is true of a sandbox, whose receipts move no money.
    """

    provider_id: str
    idempotency_key: str
    amount: Money
    destination: str
    reference: str
    booked_at: datetime
    reversal_of: str | None = None
    pays_nobody: bool = False


class PayoutPort(Protocol):
    """A payout provider. All methods raise the errors of `intendant.ports.calls` and are safe to cancel."""

    async def pay(self, *, idempotency_key: str, amount: Money, destination: str, reference: str) -> PayoutReceipt:
        """Pay once: the same key gives the same receipt; the same key with other terms raises ProviderRefused."""
        ...

    async def find(self, idempotency_key: str) -> PayoutReceipt | None:
        """Say whether a payout or reversal with this key was booked; raises ProviderCannotSay where that is not known."""
        ...

    async def reverse(self, *, idempotency_key: str, provider_id: str, reason: str) -> PayoutReceipt:
        """Take back the payout `provider_id` in full, once per payout."""
        ...

    async def close(self) -> None:
        """Close connections; a call under way is abandoned."""
        ...
