"""A ledger entry as a receipt."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from intendant.kit.money import Money
from intendant.ports.payments import PayoutReceipt


def receipt_of(entry: Mapping[str, Any]) -> PayoutReceipt:
    """Read a ledger entry as a receipt that says that nobody was paid."""
    return PayoutReceipt(
        provider_id=entry["id"],
        idempotency_key=entry["key"],
        amount=Money(Decimal(entry["amount"]), entry["currency"]),
        destination=entry["destination"],
        reference=entry["reference"],
        booked_at=datetime.fromisoformat(entry["booked_at"]),
        reversal_of=entry["reversal_of"],
        pays_nobody=True,
    )
