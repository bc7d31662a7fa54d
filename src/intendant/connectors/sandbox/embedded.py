"""The sandbox inside this process: the ledger file without a server between. Pays nobody."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from intendant.connectors.sandbox._ledger import AmountInvalid, Ledger, LedgerFull, PayoutMissing, TermsChanged
from intendant.connectors.sandbox._receipts import receipt_of
from intendant.kit import clock
from intendant.kit.money import Money
from intendant.ports.calls import ProviderRefused
from intendant.ports.payments import PayoutReceipt

THREAD_COUNT_MAX = 8
_Result = TypeVar("_Result")


class EmbeddedPayouts:
    """A payout port on a ledger file that several processes may share. A cancelled call may have been booked."""

    def __init__(self, path: Path) -> None:
        self._ledger = Ledger(path, clock.system_now)
        self._threads = ThreadPoolExecutor(THREAD_COUNT_MAX, thread_name_prefix="sandbox-payouts")

    async def pay(self, *, idempotency_key: str, amount: Money, destination: str, reference: str) -> PayoutReceipt:
        """Book a payout once per key."""
        entry = await self._run(
            lambda: self._ledger.pay(
                idempotency_key, str(amount.amount), amount.currency, destination=destination, reference=reference
            )
        )
        return receipt_of(entry)

    async def find(self, idempotency_key: str) -> PayoutReceipt | None:
        """Look a key up in the ledger."""
        entry = await self._run(lambda: self._ledger.find(idempotency_key))
        return None if entry is None else receipt_of(entry)

    async def reverse(self, *, idempotency_key: str, provider_id: str, reason: str) -> PayoutReceipt:
        """Book the reversal of a payout once."""
        return receipt_of(await self._run(lambda: self._ledger.reverse(idempotency_key, provider_id, reason)))

    async def close(self) -> None:
        """Close the file when the bookings under way have ended."""
        await asyncio.to_thread(self._threads.shutdown)
        self._ledger.close()

    async def _run(self, book: Callable[[], _Result]) -> _Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, book)
        except (AmountInvalid, TermsChanged, PayoutMissing, LedgerFull) as error:
            raise ProviderRefused(error.message, field=error.field, remedy=error.remedy) from error
