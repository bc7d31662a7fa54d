"""Paying an approved loan out: the one outside effect of an approval, with its reversal.

The effect waits on our side for the policy's holding time and can be taken back there without a trace outside; afterwards it
is compensated by a reversal at the provider.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from intendant.domains.lending import usecases
from intendant.domains.lending.contract import PAYOUT_ACTION, PAYOUT_CONNECTOR
from intendant.domains.lending.offers.paying import book_paid_application
from intendant.kernel.registry import ActionSpec, EffectCall, Preview, SettledEffect
from intendant.kit.database import Transaction
from intendant.kit.errors import Invalid
from intendant.kit.money import Money, parse_amount
from intendant.ports.payments import PayoutPort, PayoutReceipt

REVERSAL_ACTION = "payouts.reverse"
HOLD_SECONDS = 900.0


def money_of(parameters: Mapping[str, Any]) -> Money:
    """Return the money that a payout's parameters name; raises Invalid where it is none."""
    amount = parse_amount(parameters.get("amount"))
    if amount <= Decimal(0):
        raise Invalid(f"{amount} cannot be paid out.", field="amount", remedy="Give a positive amount.")
    return Money(amount, str(parameters.get("currency")))


def _preview(parameters: Mapping[str, Any]) -> Preview:
    money = money_of(parameters)
    return Preview(
        f"Pay {money} to {parameters['destination']} for application {parameters['reference']}.",
        ("Money leaves the lender's account.", "The application counts as disbursed once the provider confirms."),
        money,
    )


async def pay(port: PayoutPort, call: EffectCall) -> Mapping[str, object]:
    """Pay by the port, once for each effect."""
    receipt = await port.pay(
        idempotency_key=call.idempotency_key,
        amount=money_of(call.parameters),
        destination=str(call.parameters["destination"]),
        reference=str(call.parameters["reference"]),
    )
    return _receipt(receipt)


async def find(port: PayoutPort, call: EffectCall) -> Mapping[str, object] | None:
    """Ask the provider whether an effect was paid."""
    receipt = await port.find(call.idempotency_key)
    return None if receipt is None else _receipt(receipt)


def _settled(tx: Transaction, effect: SettledEffect) -> None:
    """Move the application along with its payout. A failed or unknown one changes nothing: people see to it."""
    if effect.state == "done":
        usecases.disburse(tx, effect.subject_id, by=effect.actor)
        book_paid_application(tx, effect.subject_id, by=effect.actor, at=effect.at)
    elif effect.state == "cancelled":
        usecases.take_back(tx, effect.subject_id, by=effect.actor, reason=effect.why or "taken back")
    elif effect.state == "undone":
        from intendant.domains.lending.loans.opening import take_back_payout

        take_back_payout(tx, effect.subject_id, by=effect.actor, reason=effect.why or "The payout was taken back.")


def _preview_reversal(parameters: Mapping[str, Any]) -> Preview:
    return Preview(f"Take back the payout for application {parameters.get('reference', 'unknown')}.", (), None)


async def _reverse(port: PayoutPort, call: EffectCall) -> Mapping[str, object]:
    receipt = call.receipt or {}
    reversal = await port.reverse(
        idempotency_key=call.idempotency_key,
        provider_id=str(receipt["provider_id"]),
        reason=str(call.parameters.get("reason", "taken back")),
    )
    return _receipt(reversal)


def _receipt(receipt: PayoutReceipt) -> dict[str, object]:
    return {
        "provider_id": receipt.provider_id,
        "amount": str(receipt.amount.amount),
        "currency": receipt.amount.currency,
        "destination": receipt.destination,
        "reference": receipt.reference,
        "booked_at": receipt.booked_at.isoformat(),
        "reversal_of": receipt.reversal_of,
        "pays_nobody": receipt.pays_nobody,
    }


PAYOUT = ActionSpec(
    name=PAYOUT_ACTION,
    connector=PAYOUT_CONNECTOR,
    reversible=True,
    preview=_preview,
    undo=REVERSAL_ACTION,
    hold_seconds=HOLD_SECONDS,
    perform=pay,
    find=find,
    settled=_settled,
)
PAYOUT_REVERSAL = ActionSpec(
    name=REVERSAL_ACTION,
    connector=PAYOUT_CONNECTOR,
    reversible=False,
    preview=_preview_reversal,
    perform=_reverse,
    find=find,
)
