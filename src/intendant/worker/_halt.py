"""The halt watch: knows within a fraction of a second which organisations are halted, and when it does not know, says no.

It polls on a thread and connection of its own, so that neither a busy loop nor a busy pool delays an emergency stop.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import structlog

from intendant.kit import clock
from intendant.kit.database import Database
from intendant.kit.errors import Unavailable

POLL_SECONDS = 0.2
BLIND_SECONDS_MAX = 0.7
"""Older knowledge is no knowledge: no outside call starts on it."""

HALTED_COUNT_MAX = 100_000

log = structlog.get_logger(__name__)


class HaltWatch:
    """Which organisations may make outside calls now. `on_halt` is called on the event loop with the newly halted."""

    def __init__(self, database: Database, on_halt: Callable[[frozenset[UUID]], None]) -> None:
        self._database = database
        self._on_halt = on_halt
        self._halted: frozenset[UUID] = frozenset()
        self._known_at: float | None = None

    def may_call(self, organization_id: UUID) -> bool:
        """Say whether an outside call may start for this organisation at this moment."""
        return self.sees and organization_id not in self._halted

    def is_halted(self, organization_id: UUID) -> bool:
        """Say whether the organisation was halted when the controls were last seen."""
        return organization_id in self._halted

    @property
    def sees(self) -> bool:
        """Say whether what it knows is fresh enough to act on."""
        return self._known_at is not None and clock.monotonic_seconds() - self._known_at < BLIND_SECONDS_MAX

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop`."""
        with ThreadPoolExecutor(1, thread_name_prefix="halt-watch") as thread:
            while not stop.is_set():
                await self.look(thread)
                await wait(stop, POLL_SECONDS)

    async def look(self, thread: ThreadPoolExecutor | None = None) -> None:
        """Read the controls once."""
        asked_at = clock.monotonic_seconds()
        try:
            halted = await asyncio.get_running_loop().run_in_executor(thread, self._read)
        except Unavailable as error:
            log.warning("halt watch is blind; no outside call starts", error=str(error))
            return
        newly = halted - self._halted
        self._halted, self._known_at = halted, asked_at
        if newly:
            log.warning("halted", organizations=len(newly))
            self._on_halt(newly)

    def _read(self) -> frozenset[UUID]:
        with self._database.system() as tx:
            rows = tx.all("select organization_id from controls where state = 'halted' limit %s", [HALTED_COUNT_MAX])
        return frozenset(row["organization_id"] for row in rows)


async def wait(stop: asyncio.Event, seconds: float) -> bool:
    """Wait until `stop` or for `seconds`; say whether it was the stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True
