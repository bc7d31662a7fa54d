"""An action that pays out, the sandbox provider as a process of its own, and a worker process that can be killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from intendant.kernel import actions
from intendant.kernel.registry import ActionSpec, EffectCall, Preview
from intendant.kit import clock, ids
from intendant.kit.bulk import Writes
from intendant.kit.database import Database, DatabaseUrls
from intendant.kit.money import Money, parse_amount
from intendant.ports.payments import PayoutPort, receipt_to_record

START_SECONDS_MAX = 20.0


async def _pay(port: PayoutPort, call: EffectCall) -> Mapping[str, object]:
    receipt = await port.pay(
        idempotency_key=call.idempotency_key,
        amount=Money(parse_amount(call.parameters["amount"]), call.parameters["currency"]),
        destination=call.parameters["destination"],
        reference=call.parameters["reference"],
    )
    return receipt_to_record(receipt)


async def _reverse(port: PayoutPort, call: EffectCall) -> Mapping[str, object]:
    assert call.receipt is not None
    receipt = await port.reverse(
        idempotency_key=call.idempotency_key, provider_id=call.receipt["provider_id"], reason="taken back"
    )
    return receipt_to_record(receipt)


async def _find(port: PayoutPort, call: EffectCall) -> Mapping[str, object] | None:
    receipt = await port.find(call.idempotency_key)
    return None if receipt is None else receipt_to_record(receipt)


def _preview(parameters: Mapping[str, Any]) -> Preview:
    return Preview(f"Pay {parameters['amount']} {parameters['currency']} to {parameters['destination']}.")


SPECS = {
    "pay": ActionSpec("pay", "payouts", True, _preview, undo="take-back", perform=_pay, find=_find),
    "take-back": ActionSpec("take-back", "payouts", False, _preview, perform=_reverse, find=_find),
    "pay-for-good": ActionSpec("pay-for-good", "payouts", False, _preview, perform=_pay, find=_find),
}


def plan_payouts(
    database: Database,
    organization_id: UUID,
    count: int,
    *,
    action: str = "pay",
    connector: str = "payouts",
    **when: Any,
) -> list[UUID]:
    """Plan `count` payouts as a deciding transaction would, and return their ids."""
    writes, now = Writes(), clock.system_now()
    planned = [
        actions.plan(
            writes,
            organization_id=organization_id,
            decision_id=ids.new_id(),
            subject_id=ids.new_id(),
            connector=connector,
            action=action,
            parameters={
                "amount": f"{100 + number}.00",
                "currency": "USD",
                "destination": "DE02",
                "reference": f"L{number}",
            },
            hold_until=when.get("hold_until"),
            due_at=when.get("due_at", now),
            now=now,
        )
        for number in range(count)
    ]
    with database.transaction(organization_id) as tx:
        writes.flush(tx)
    return planned


def states(database: Database, organization_id: UUID) -> dict[str, int]:
    """Count an organisation's effects by state."""
    with database.transaction(organization_id) as tx:
        rows = tx.all("select state, count(*) as count from effects group by state order by state")
    return {row["state"]: row["count"] for row in rows}


class Process:
    """A child process that is ended by its own id, never by name."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self.child = subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **(environment or {})},
            stdin=subprocess.DEVNULL,
        )

    @property
    def is_alive(self) -> bool:
        return self.child.poll() is None

    def kill(self) -> None:
        """Kill -9 and reap."""
        self.child.kill()
        self.child.wait()

    def terminate(self, timeout_seconds: float = 10.0) -> int:
        """Ask it to end and return its status."""
        self.child.send_signal(signal.SIGTERM)
        return self.child.wait(timeout_seconds)


def start_provider(ledger: Path, socket: Path, *faults: str) -> Process:
    """Start the sandbox provider on a Unix socket and wait until it listens."""
    socket.unlink(missing_ok=True)
    process = Process(
        ["-m", "intendant.connectors.sandbox.provider", "--file", str(ledger), "--socket", str(socket), *faults]
    )
    wait_until(lambda: socket.exists() or not process.is_alive, START_SECONDS_MAX)
    return process


def start_effect_worker(urls: DatabaseUrls, socket: Path, **options: float) -> Process:
    """Start a worker process that only carries out effects, on the provider at `socket`."""
    configuration = {
        "app": urls.app,
        "system": urls.system,
        "owner": urls.owner,
        "socket": str(socket),
        "options": options,
    }
    return Process(["-m", "tests.support.effect_worker"], {"EFFECT_WORKER": json.dumps(configuration)})


def wait_until(is_so: Any, seconds_max: float) -> None:
    """Wait for a condition, at most `seconds_max`."""
    end = time.monotonic() + seconds_max
    while not is_so():
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(0.02)
