"""Waiting for answers: many requests, one listener for each organisation, and no thread or connection held by any of them.

What ends a wait is read from the database, so it holds whichever server took the answer; the feed only says when to look.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from uuid import UUID

import structlog
from starlette.concurrency import run_in_threadpool

from intendant.kernel.decisions import Settled, list_settled
from intendant.kernel.events import EventFeed, Subscription
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.kit.errors import TooManyRequests, Unavailable

WAITERS_MAX, WAITERS_OF_ONE_MAX = 10_000, 2_000
LOOK_SECONDS = 1.0
"""How often it is looked although nothing was heard, and how soon a wait ends when the server stops."""
LOOKED_AT_ONCE_MAX = 1_000

log = structlog.get_logger(__name__)


class TooManyWaiters(TooManyRequests):
    """More callers wait for answers than this process serves."""

    code = "too_many_waiters"


class _Listener:
    """One organisation's waits of this process: decisions that wait, and those who are to be woken."""

    def __init__(self) -> None:
        self.waiting: dict[UUID, set[asyncio.Event]] = {}
        self.task: asyncio.Task[None] | None = None


class AnswerWatch:
    """The waits of one process. Used on its event loop alone."""

    def __init__(self, is_stopping: Callable[[], bool]) -> None:
        self._listeners: dict[UUID, _Listener] = {}
        self._callers: Counter[UUID] = Counter()
        self._is_stopping = is_stopping

    async def wait(
        self,
        database: Database,
        feed: EventFeed,
        organization_id: UUID,
        caller: UUID,
        decision_ids: Sequence[UUID],
        seconds: float,
    ) -> dict[UUID, Settled]:
        """Return how decisions stand once all are settled or the seconds are over; unknown ones are absent at once."""
        found = await run_in_threadpool(_look, database, organization_id, decision_ids)
        if seconds <= 0 or len(found) < len(set(decision_ids)) or _all_final(found):
            return found
        self._enter(caller)
        woken = asyncio.Event()
        listener = self._listen(database, feed, organization_id, decision_ids, woken)
        try:
            end = clock.monotonic_seconds() + seconds
            # Once more, now that whatever ends the wait wakes it.
            while not _all_final(found := await run_in_threadpool(_look, database, organization_id, decision_ids)):
                while not woken.is_set() and not self._is_stopping():
                    left = end - clock.monotonic_seconds()
                    if left <= 0:
                        return found
                    try:
                        await asyncio.wait_for(woken.wait(), min(left, LOOK_SECONDS))
                    except TimeoutError:
                        continue
                if self._is_stopping():
                    return found
                woken.clear()
            return found
        finally:
            self._leave(listener, caller, decision_ids, woken)

    def _enter(self, caller: UUID) -> None:
        if self._callers.total() >= WAITERS_MAX or self._callers[caller] >= WAITERS_OF_ONE_MAX:
            raise TooManyWaiters(
                "Too many callers wait for answers.",
                remedy="Wait for several decisions with one request, or listen to the events.",
                data={"retry_after_seconds": 5},
            )
        self._callers[caller] += 1

    def _listen(
        self,
        database: Database,
        feed: EventFeed,
        organization_id: UUID,
        decision_ids: Sequence[UUID],
        woken: asyncio.Event,
    ) -> _Listener:
        listener = self._listeners.setdefault(organization_id, _Listener())
        for each in decision_ids:
            listener.waiting.setdefault(each, set()).add(woken)
        if listener.task is None or listener.task.done():
            listener.task = asyncio.create_task(self._follow(database, feed, organization_id, listener))
        return listener

    def _leave(self, listener: _Listener, caller: UUID, decision_ids: Sequence[UUID], woken: asyncio.Event) -> None:
        for each in decision_ids:
            waiting = listener.waiting.get(each)
            if waiting is not None:
                waiting.discard(woken)
                if not waiting:
                    del listener.waiting[each]
        self._callers[caller] -= 1
        if not self._callers[caller]:
            del self._callers[caller]

    async def _follow(self, database: Database, feed: EventFeed, organization_id: UUID, listener: _Listener) -> None:
        """Look at what is waited for whenever something happened, and once in a while; until nobody waits."""
        while listener.waiting and not self._is_stopping():
            subscription: Subscription | None = None
            try:
                subscription = await run_in_threadpool(feed.subscribe, organization_id, None)
                async for _events in subscription.stream(LOOK_SECONDS):
                    if not listener.waiting or self._is_stopping():
                        break
                    await self._wake(database, organization_id, listener)
            except Unavailable as error:
                log.info("waiting for answers goes on without the feed", reason=error.message)
                await asyncio.sleep(LOOK_SECONDS)
            finally:
                if subscription is not None:
                    subscription.close()
        if self._listeners.get(organization_id) is listener and not listener.waiting:
            del self._listeners[organization_id]

    async def _wake(self, database: Database, organization_id: UUID, listener: _Listener) -> None:
        waiting = list(listener.waiting)
        for start in range(0, len(waiting), LOOKED_AT_ONCE_MAX):
            part = waiting[start : start + LOOKED_AT_ONCE_MAX]
            found = await run_in_threadpool(_look, database, organization_id, part)
            for decision_id, settled in found.items():
                if settled.is_final:
                    for woken in listener.waiting.get(decision_id, ()):
                        woken.set()


def _look(database: Database, organization_id: UUID, decision_ids: Sequence[UUID]) -> dict[UUID, Settled]:
    with database.transaction(organization_id) as tx:
        return list_settled(tx, decision_ids)


def _all_final(found: dict[UUID, Settled]) -> bool:
    return all(each.is_final for each in found.values())
