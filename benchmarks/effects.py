"""How many outside effects a second one worker carries out against the sandbox: `python -m benchmarks.effects [COUNT]`.

Everything is on: claim with fence, call, durable ledger, settlement with event and audit leaf, durable PostgreSQL. The sandbox runs
inside the worker or as a process of its own over HTTP; organisations are one or two hundred.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.support.payouts import SPECS, plan_payouts, start_provider
from tests.support.postgres import private_folder

from intendant.connectors.sandbox.embedded import EmbeddedPayouts
from intendant.connectors.sandbox.payouts import SandboxPayouts
from intendant.kernel.organizations import create_organization
from intendant.kit.database import Database
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.schema import prepare_database
from intendant.ports.payments import PayoutPort
from intendant.worker._effects import EffectRunner


async def measure(database: Database, label: str, port: PayoutPort, organization_count: int, count: int) -> None:
    """Plan `count` payouts and print how fast they are carried out."""
    with database.system() as tx:
        organizations = [
            create_organization(tx, slug=f"{label}-{number}", name="Benchmark") for number in range(organization_count)
        ]
    each = count // organization_count
    for organization in organizations:
        plan_payouts(database, organization.id, each)
    runner, stop = EffectRunner(database, SPECS, {"payouts": port}, label, Random(1)), asyncio.Event()
    began, cpu = time.perf_counter(), time.process_time()
    task = asyncio.create_task(runner.run(stop))
    while runner.settled_count < each * organization_count:
        await asyncio.sleep(0.01)
    seconds = time.perf_counter() - began
    share = (time.process_time() - cpu) / seconds
    print(
        f"{label:>10}  {organization_count:>4} organisations  {each * organization_count / seconds:>7.0f} effects/s  {share:.2f} cores"
    )
    stop.set()
    await task
    await port.close()


def main() -> None:
    """Run the four cases."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    home = private_folder("intendant-benchmark-effects")
    server = EmbeddedPostgres(home / "postgres")
    with server.lease(), tempfile.TemporaryDirectory() as folder:
        database = Database(prepare_database(server.superuser_url(), home / "keys"))
        run, place = f"{int(time.time())}", Path(folder)
        for organization_count in (1, 200):
            port = EmbeddedPayouts(place / f"ledger-{organization_count}")
            asyncio.run(measure(database, f"embedded-{run}", port, organization_count, count))
            run += "0"
        provider = start_provider(place / "ledger", place / "s")
        for organization_count in (1, 200):
            http = SandboxPayouts("http://sandbox", socket=str(place / "s"))
            asyncio.run(measure(database, f"http-{run}", http, organization_count, count))
            run += "0"
        provider.terminate()
        database.close()


if __name__ == "__main__":
    main()
