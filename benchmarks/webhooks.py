"""How many webhooks a second one worker sends to one endpoint: `python -m benchmarks.webhooks [COUNT]`.

Everything is on: from the log by cursor, claim, signature by a secret of the vault, HTTP to a receiver in a process of its own,
settlement with every attempt on the record, durable PostgreSQL.
"""

import asyncio
import subprocess
import sys
import time
from random import Random

from tests.support.postgres import private_folder

from intendant.bootstrap import build
from intendant.connectors.webhook.sender import WebhookSender
from intendant.kernel import webhooks
from intendant.kernel.access import system_principal
from intendant.kernel.organizations import create_organization
from intendant.kit.addresses import parse_outbound
from intendant.kit.database import Database
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.schema import prepare_database
from intendant.kit.settings import Settings
from intendant.worker._webhooks import WebhookRunner, tell_of_events

RECEIVER = """
import asyncio
async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\\r\\n")[0])
            await reader.readexactly(length)
            writer.write(b"HTTP/1.1 204 No Content\\r\\n\\r\\n")
            await writer.drain()
    except asyncio.IncompleteReadError:
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def main() -> None:
    """Send `COUNT` events to one endpoint and print how fast."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    home = private_folder("intendant-benchmark-webhooks")
    server = EmbeddedPostgres(home / "postgres")
    with server.lease(), subprocess.Popen([sys.executable, "-c", RECEIVER], stdout=subprocess.PIPE, text=True) as peer:
        assert peer.stdout is not None
        port = int(peer.stdout.readline())
        settings = Settings(home=home, outbound_allow="127.0.0.1")
        system = build(settings, Database(prepare_database(server.superuser_url(), home / "keys")))
        try:
            with system.database.system() as tx:
                organization = create_organization(tx, slug=f"benchmark-{time.time_ns()}", name="Benchmark")
            by = system_principal(organization.id, "benchmark")
            given = webhooks.Given(f"http://127.0.0.1:{port}/", "", ["benchmark.*"])
            policy = parse_outbound(settings.outbound_allow)
            with system.database.transaction(organization.id) as tx:
                endpoint, _ = webhooks.create_endpoint(tx, by, system.vault, policy, given)
            with system.database.transaction(organization.id) as tx:
                for number in range(count):
                    webhooks.tell(tx, "benchmark.happened", organization.id, "benchmark", {"number": number})
            print(
                f"{asyncio.run(measure(system, endpoint['id'], count)):.0f} webhooks/s to one endpoint ({count:,} events)"
            )
        finally:
            system.close()
            peer.terminate()


async def measure(system: object, endpoint_id: object, count: int) -> float:
    """Return webhooks a second, from the first look at the log to the last settlement."""
    runner = WebhookRunner(system, sender := WebhookSender(parse_outbound("127.0.0.1")), Random(1))  # type: ignore[arg-type]
    stop, began, cpu = asyncio.Event(), time.perf_counter(), time.process_time()
    task = asyncio.create_task(runner.run(stop))

    def left() -> int:
        while tell_of_events(system):  # type: ignore[arg-type]
            pass
        with system.database.system() as tx:  # type: ignore[attr-defined]
            done = tx.scalar(
                "select count(*) from webhook_deliveries where endpoint_id = %s and state = 'delivered'", [endpoint_id]
            )
        return count - int(done)

    while await asyncio.to_thread(left):
        await asyncio.sleep(0.05)
    seconds = time.perf_counter() - began
    print(f"{seconds:.2f} s, {(time.process_time() - cpu) / seconds:.2f} cores of the worker")
    stop.set()
    await task
    await sender.close()
    return count / seconds


if __name__ == "__main__":
    main()
