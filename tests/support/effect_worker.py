"""A worker process for tests that kill it: an effect runner on the sandbox provider, configured by one variable."""

import asyncio
import json
import os
import signal
from random import Random

from intendant.connectors.sandbox.payouts import SandboxPayouts
from intendant.kit import ids
from intendant.kit.database import Database, DatabaseUrls
from intendant.worker._effects import EffectRunner, RunnerOptions
from tests.support.payouts import SPECS


async def main() -> None:
    given = json.loads(os.environ["EFFECT_WORKER"])
    database = Database(DatabaseUrls(given["app"], given["system"], given["owner"]))
    port = SandboxPayouts("http://sandbox", socket=given["socket"], answer_timeout_seconds=2.0)
    executor_id = f"test-{os.getpid()}-{ids.new_id()}"
    runner = EffectRunner(
        database, SPECS, {"payouts": port}, executor_id, Random(os.getpid()), options=RunnerOptions(**given["options"])
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await runner.run(stop)
    await port.close()
    database.close()


if __name__ == "__main__":
    asyncio.run(main())
