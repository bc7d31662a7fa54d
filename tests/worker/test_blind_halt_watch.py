"""While the database is away the halt watch is blind: that is no emergency stop, and nothing becomes unknown by it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

from tests.support.payouts import SPECS, plan_payouts, states

from intendant.connectors.sandbox._ledger import list_entries
from intendant.connectors.sandbox.embedded import EmbeddedPayouts
from intendant.kernel.registry import EffectCall
from intendant.ports.calls import FateUncertain
from intendant.ports.payments import PayoutPort
from intendant.worker._effects import EffectRunner, RunnerOptions

QUICK = RunnerOptions(call_timeout_seconds=0.5, lease_seconds=2.0, reconcile_seconds=0.1)
POLL_SECONDS, POLLS_MAX = 0.05, 300


def test_an_answer_lost_while_the_watch_is_blind_is_asked_for_when_it_sees_again(
    database, organization, tmp_path: Path
):
    pay = SPECS["pay"].perform
    blinded = []

    async def story() -> None:
        port = EmbeddedPayouts(tmp_path / "ledger.ndjson")

        async def booked_and_lost(port: PayoutPort, call: EffectCall) -> Mapping[str, object]:
            assert pay is not None
            await pay(port, call)
            # As when the database's last answer is too old.
            runner.watch._known_at = None
            blinded.append(call.idempotency_key)
            raise FateUncertain("The answer was lost.", remedy="Ask.")

        specs = {**SPECS, "pay": replace(SPECS["pay"], perform=booked_and_lost)}
        runner = EffectRunner(database, specs, {"payouts": port}, "executor-1", Random(1), options=QUICK)
        plan_payouts(database, organization.id, 1)
        stop = asyncio.Event()
        task = asyncio.create_task(runner.run(stop))
        for _ in range(POLLS_MAX):
            found = await asyncio.to_thread(states, database, organization.id)
            if found not in ({"planned": 1}, {"running": 1}):
                break
            await asyncio.sleep(POLL_SECONDS)
        stop.set()
        await task
        await port.close()
        assert found == {"done": 1}

    asyncio.run(story())
    assert [entry["key"] for entry in list_entries(tmp_path / "ledger.ndjson")] == blinded
