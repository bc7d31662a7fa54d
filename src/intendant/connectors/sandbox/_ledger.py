"""The sandbox's ledger: an append-only file of JSON lines, one booking a line, durable before it is confirmed.

Several processes may share it: a lock on the file orders their bookings, and each reads what the others appended.
"""

import fcntl
import os
import threading
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import orjson

from intendant.kit import ids
from intendant.kit.errors import Conflict, Invalid

ENTRIES_MAX = 5_000_000
_TERMS = ("kind", "amount", "currency", "destination", "reference", "reversal_of")


class TermsChanged(Conflict):
    """The idempotency key was used before for other terms."""

    code = "terms_changed"


class PayoutMissing(Invalid):
    """There is no such payout to reverse, or it was reversed already."""

    code = "payout_missing"


class AmountInvalid(Invalid):
    """The amount is no positive number."""

    code = "amount_invalid"


class LedgerFull(Conflict):
    """The sandbox's ledger holds all it may."""

    code = "ledger_full"


class Ledger:
    """Bookings by idempotency key. `ignore_keys` books every request anew, as a careless provider would (for control
    tests), and then knows no key."""

    def __init__(self, path: Path, now: Callable[[], datetime], *, ignore_keys: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self._now = now
        self._ignore_keys = ignore_keys
        self._lock = threading.Lock()
        self._sync_lock = threading.Lock()
        self._by_key: dict[str, tuple[int, int]] = {}
        self._by_provider_id: dict[str, str] = {}
        self._reversed: set[str] = set()
        self._end = 0
        self._synced = 0

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def pay(self, key: str, amount: str, currency: str, *, destination: str, reference: str) -> dict[str, Any]:
        """Book a payout once per key and return its entry, durable. `amount` is the text of a positive decimal number."""
        _require_positive(amount)
        terms = {
            "kind": "payout",
            "amount": amount,
            "currency": currency,
            "destination": destination,
            "reference": reference,
            "reversal_of": None,
        }
        return self._book(key, lambda: terms)

    def reverse(self, key: str, provider_id: str, reason: str) -> dict[str, Any]:
        """Book the reversal of a payout once and return its entry, durable."""

        def terms() -> dict[str, Any]:
            original_key = self._by_provider_id.get(provider_id)
            if original_key is None:
                raise PayoutMissing(f"There is no payout {provider_id}.", field="provider_id", remedy="Check its id.")
            original = self._read(*self._by_key[original_key])
            return {
                "kind": "reversal",
                "amount": original["amount"],
                "currency": original["currency"],
                "destination": original["destination"],
                "reference": reason,
                "reversal_of": provider_id,
            }

        return self._book(key, terms)

    def find(self, key: str) -> dict[str, Any] | None:
        """Return the durable entry with this key, or None."""
        if self._ignore_keys:
            return None
        with self._lock:
            self._catch_up()
            place = self._by_key.get(key)
            entry, end = (None, 0) if place is None else (self._read(*place), self._end)
        if entry is not None:
            self._sync(end)
        return entry

    def _book(self, key: str, terms_of: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        with self._lock:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            try:
                self._catch_up(repair=True)
                entry = self._append(key, terms_of())
            finally:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            end = self._end
        self._sync(end)
        return entry

    def _append(self, key: str, terms: dict[str, Any]) -> dict[str, Any]:
        place = self._by_key.get(key)
        if place is not None and not self._ignore_keys:
            entry = self._read(*place)
            if any(entry[name] != terms[name] for name in _TERMS):
                raise TermsChanged(
                    "This key was used for other terms.", field="idempotency_key", remedy="Use a new key."
                )
            return entry
        if terms["reversal_of"] in self._reversed and not self._ignore_keys:
            raise PayoutMissing("This payout was reversed already.", field="provider_id", remedy="Look it up.")
        if len(self._by_key) >= ENTRIES_MAX:
            raise LedgerFull("The sandbox's ledger is full.", remedy="Move the ledger file away.")
        entry = {"id": f"sandbox-{ids.new_id()}", "key": key, **terms, "booked_at": self._now().isoformat()}
        line = orjson.dumps(entry) + b"\n"
        os.write(self._descriptor, line)
        self._remember(entry, self._end, len(line))
        self._end += len(line)
        return entry

    def _catch_up(self, *, repair: bool = False) -> None:
        """Read what was appended since; under the file's lock also cut off a line that a crash left unfinished."""
        size = os.fstat(self._descriptor).st_size
        if size == self._end:
            return
        data = os.pread(self._descriptor, size - self._end, self._end)
        whole = data.rfind(b"\n") + 1
        for line in data[:whole].splitlines(keepends=True):
            self._remember(orjson.loads(line), self._end, len(line))
            self._end += len(line)
        if repair and whole < len(data):
            os.ftruncate(self._descriptor, self._end)

    def _remember(self, entry: dict[str, Any], offset: int, length: int) -> None:
        self._by_key[entry["key"]] = (offset, length)
        self._by_provider_id[entry["id"]] = entry["key"]
        if entry["reversal_of"] is not None:
            self._reversed.add(entry["reversal_of"])

    def _read(self, offset: int, length: int) -> dict[str, Any]:
        entry: dict[str, Any] = orjson.loads(os.pread(self._descriptor, length, offset))
        return entry

    def _sync(self, end: int) -> None:
        """Make the file durable up to `end`; whoever waits here meanwhile is served by the same flush."""
        with self._sync_lock:
            if self._synced < end:
                with self._lock:
                    reached = self._end
                os.fsync(self._descriptor)
                self._synced = reached


def _require_positive(amount: str) -> None:
    try:
        number = Decimal(amount)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number <= 0:
        raise AmountInvalid(f"{amount!r} cannot be paid out.", field="amount", remedy="Send a positive number.")


def list_entries(path: Path) -> list[dict[str, Any]]:
    """Read every whole line of a ledger file, oldest first: for audits and tests."""
    data = path.read_bytes()
    return [orjson.loads(line) for line in data[: data.rfind(b"\n") + 1].splitlines()]
