"""The micro-batcher: gathers single requests that arrive within about two milliseconds into one transaction.

Decisions are what it is for; whatever else is cheaper together, such as predictions, may have one of its own.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from intendant.kit.errors import IntendantError, Unavailable

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")

QUEUE_MAX = 4_096
BATCHES_AT_ONCE = 2
STUCK_SECONDS = 0.05


class TooBusy(Unavailable):
    """More proposals wait than may."""

    code = "too_busy"


class Batcher(Generic[Asked, Answered]):
    """Decides single proposals in batches. Use from one event loop; `decide` returns after the commit."""

    def __init__(
        self,
        decide_many: Callable[[Sequence[Asked]], Sequence[Answered | IntendantError]],
        *,
        wait_seconds: float = 0.002,
        size_max: int = 128,
    ) -> None:
        self._decide_many = decide_many
        self._wait_seconds = wait_seconds
        self._size_max = size_max
        self._waiting: list[tuple[Asked, asyncio.Future[Answered]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._running = 0
        self._closed = False
        self._threads = ThreadPoolExecutor(BATCHES_AT_ONCE, thread_name_prefix="decide")

    async def decide(self, proposal: Asked) -> Answered:
        """Decide one proposal with whatever else arrives now; raises its error, or TooBusy when the queue is full."""
        if self._closed:
            raise TooBusy("The server is stopping.", remedy="Try again in a moment.", data={"retry_after_seconds": 1})
        if len(self._waiting) >= QUEUE_MAX:
            raise TooBusy("Too many decisions wait.", remedy="Try again in a moment.", data={"retry_after_seconds": 1})
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answered] = loop.create_future()
        self._waiting.append((proposal, future))
        if self._running < BATCHES_AT_ONCE and len(self._waiting) >= self._size_max:
            self._start(loop)
        elif self._running < BATCHES_AT_ONCE and self._timer is None:
            # Beside a running batch there is no hurry: one that takes all that comes meanwhile costs less than two that wait for
            # each other's budgets. Only behind one that is stuck does another begin.
            wait = self._wait_seconds if self._running == 0 else STUCK_SECONDS
            self._timer = loop.call_later(wait, self._start, loop)
        return await future

    def close(self) -> None:
        """Take no more, refuse what waits, and let running batches end."""
        self._closed = True
        waiting, self._waiting = self._waiting, []
        for _, future in waiting:
            if not future.done():
                future.set_exception(TooBusy("The server is stopping.", remedy="Send it again with the same key."))
        self._threads.shutdown(wait=True)

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        # Whoever has hung up in the queue is not decided: nobody was told that it would be.
        self._waiting = [each for each in self._waiting if not each[1].done()]
        if not self._waiting or self._running >= BATCHES_AT_ONCE:
            return
        batch, self._waiting = self._waiting[: self._size_max], self._waiting[self._size_max :]
        self._running += 1
        work = loop.run_in_executor(self._threads, self._decide_many, [proposal for proposal, _ in batch])
        work.add_done_callback(lambda done: self._finish(loop, batch, done))

    def _finish(
        self,
        loop: asyncio.AbstractEventLoop,
        batch: list[tuple[Asked, asyncio.Future[Answered]]],
        done: "asyncio.Future[Sequence[Answered | IntendantError]]",
    ) -> None:
        self._running -= 1
        error = TooBusy("The server is stopping.") if done.cancelled() else done.exception()
        results: Sequence[Answered | BaseException] = [error] * len(batch) if error is not None else done.result()
        for (_, future), result in zip(batch, results, strict=True):
            if future.done():
                continue
            if isinstance(result, BaseException):
                future.set_exception(_own(result))
            else:
                future.set_result(result)
        # What came meanwhile has waited long enough: a batch that ends starts the next one.
        self._start(loop)


def _own(error: BaseException) -> BaseException:
    """Give each waiter an error of its own: one exception raised in many places would share its traceback."""
    if not isinstance(error, IntendantError):
        return error
    copy = type(error)(error.message, field=error.field, remedy=error.remedy, data=error.data)
    copy.__cause__ = error
    return copy
