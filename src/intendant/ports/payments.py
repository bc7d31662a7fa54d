"""Paying money out, in our words: what a payout provider must offer so that each payout happens exactly once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

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


def receipt_to_record(receipt: PayoutReceipt) -> dict[str, object]:
    """Write a receipt as the JSON-compatible record that an effect keeps as its result."""
    return {
        "provider_id": receipt.provider_id,
        "idempotency_key": receipt.idempotency_key,
        "amount": str(receipt.amount.amount),
        "currency": receipt.amount.currency,
        "destination": receipt.destination,
        "reference": receipt.reference,
        "booked_at": receipt.booked_at.isoformat(),
        "reversal_of": receipt.reversal_of,
        "pays_nobody": receipt.pays_nobody,
    }


def receipt_from_record(record: Mapping[str, Any]) -> PayoutReceipt:
    """Read what `receipt_to_record` wrote."""
    return PayoutReceipt(
        provider_id=record["provider_id"],
        idempotency_key=record["idempotency_key"],
        amount=Money(Decimal(record["amount"]), record["currency"]),
        destination=record["destination"],
        reference=record["reference"],
        booked_at=datetime.fromisoformat(record["booked_at"]),
        reversal_of=record["reversal_of"],
        pays_nobody=record["pays_nobody"],
    )
