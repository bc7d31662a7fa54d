"""What observing costs on the express path: decisions over the whole application in one process, with all of it and with none.

    python -m benchmarks.observing [--rounds 30]

The two take turns within one run, and what is compared is the processor time of this process (not the database's), so that
a busy machine blurs it less. "None" leaves out figures, usage, the access log and the timing of statements.
"""

import argparse
import asyncio
import json
import statistics
import time
from itertools import islice
from typing import Any

import psycopg
from benchmarks.lender import installation, lenders
from scipy import stats

from intendant.kernel.decisions import Decider
from intendant.kit.logging import configure_logging
from intendant.kit.slow_queries import TimedCursor
from intendant.server.app import create_app
from intendant.simulator.lender import applicants

TOGETHER, EACH = 64, 8


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    configure_logging("info", log_format="json")
    with installation() as system:
        ((_, token),) = lenders(system, 1)
        people = islice(applicants(2, prefix="bench"), TOGETHER * EACH)
        bodies = [json.dumps({"product": "short-loan", "inputs": each.inputs}).encode() for each in people]
        asyncio.run(_measure(system, bodies, token.encode(), rounds))


async def _measure(system: Any, bodies: list[bytes], token: bytes, rounds: int) -> None:
    app = create_app(system)
    async with app.router.lifespan_context(app):
        frame: Any = app.build_middleware_stack()
        observed, counted, timed = frame._seen, Decider._count, TimedCursor.execute
        found: dict[bool, list[float]] = {True: [], False: []}
        shares = [bodies[start : start + TOGETHER] for start in range(0, len(bodies), TOGETHER)]
        for share in shares:
            await _round(frame, share, token)
        for number in range(2 * rounds * len(shares)):
            # In the order ABBA and in short turns, so that what drifts over the run falls on both alike.
            everything = number % 4 in (0, 3)
            frame._seen = observed if everything else lambda *_: None
            Decider._count = counted if everything else lambda *_: None  # type: ignore[method-assign]
            TimedCursor.execute = timed if everything else psycopg.Cursor.execute  # type: ignore[method-assign, assignment]
            found[everything].append(await _round(frame, shares[number // 2 % len(shares)], token))
    with_all, without = (statistics.median(found[key]) for key in (True, False))
    differences = [a - b for a, b in zip(found[True], found[False], strict=True)]
    # The middle of differences and its 95 % interval, from the order of the pairs.
    middle = statistics.median(differences)
    low, high = stats.binom.interval(0.95, len(differences), 0.5)
    ordered = sorted(differences)
    share_of = 100 / without
    print(
        f"{len(differences)} pairs of {TOGETHER} decisions: {without:,.1f} us of processor time a decision without observing,"
        f" {with_all:,.1f} us with it; difference of pairs {middle:+.1f} us"
        f" ({middle * share_of:+.1f} %, 95 %: {ordered[int(low)] * share_of:+.1f} to {ordered[int(high)] * share_of:+.1f} %)"
    )


async def _round(app: Any, bodies: list[bytes], token: bytes) -> float:
    """Return microseconds of processor time for each decision of one load of requests at once."""
    began = time.process_time()
    await asyncio.gather(*(_submit(app, body, token) for body in bodies))
    return (time.process_time() - began) / len(bodies) * 1e6


async def _submit(app: Any, body: bytes, token: bytes) -> None:
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/lending/applications",
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [
            (b"host", b"localhost"),
            (b"authorization", b"Bearer " + token),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    given = False
    status = 0

    async def receive() -> dict[str, Any]:
        nonlocal given
        if given:
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    if status != 201:
        raise RuntimeError(f"the decision was answered {status}")


if __name__ == "__main__":
    main()
