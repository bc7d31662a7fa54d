"""The feed: one thread that polls the log for all who listen in this process, and hands them what is new.

Deciding transactions send no NOTIFY, because that makes commits wait for each other; so the feed asks, with one query a tick
for all listening organisations. Each listener has a bounded queue. The log itself is the buffer behind it: who is slow is
read for again from where his queue ended, and who takes nothing for a minute is dropped, with a cursor to resume from.
"""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from uuid import UUID

import structlog

from intendant.kernel.events._cursor import Cursor
from intendant.kernel.events._read import RecordedEvent, horizon, read_many
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.kit.errors import TooManyRequests, Unavailable

TICK_SECONDS = 0.25
PAGE = 500
QUEUE_MAX = 2_000
STALLED_SECONDS_MAX = 60.0
SUBSCRIPTIONS_MAX = 10_000

log = structlog.get_logger(__name__)


class SlowConsumer(Unavailable):
    """A listener took nothing for a minute and was dropped; `data["cursor"]` is where to resume."""

    code = "slow_consumer"


class FeedClosed(Unavailable):
    """The feed has stopped; resume elsewhere or later from the cursor."""

    code = "feed_closed"


class TooManySubscriptions(TooManyRequests):
    """More listeners than this process serves."""

    code = "too_many_subscriptions"


class Subscription:
    """One listener's queue. Use `stream` in asynchronous code and `batches` in a thread; `close` it in any case."""

    def __init__(self, feed: "EventFeed", organization_id: UUID, cursor: Cursor, prefix: str) -> None:
        self.organization_id = organization_id
        self.cursor = cursor
        """Everything up to here has been taken."""
        self._feed = feed
        self._prefix = prefix
        self._read = cursor
        self._queue: deque[RecordedEvent] = deque()
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._wake: Callable[[], object] | None = None
        self._taken_at = clock.monotonic_seconds()
        self._error: Unavailable | None = None

    def take(self) -> list[RecordedEvent]:
        """Take all that waits, without waiting. Raises SlowConsumer or FeedClosed once the subscription has ended."""
        with self._lock:
            events, read = list(self._queue), self._read
            self._queue.clear()
            self._ready.clear()
            self._taken_at = clock.monotonic_seconds()
            if not events and self._error is not None:
                raise self._error
            self.cursor = read
        return events

    def batches(self, wait_seconds: float) -> Iterator[list[RecordedEvent]]:
        """Give batches of events as they come, and an empty one after `wait_seconds` of silence."""
        while True:
            self._ready.wait(wait_seconds)
            yield self.take()

    async def stream(self, wait_seconds: float) -> AsyncGenerator[list[RecordedEvent]]:
        """Give batches of events as they come, and an empty one after `wait_seconds` of silence (for a heartbeat)."""
        loop, ready = asyncio.get_running_loop(), asyncio.Event()
        with self._lock:
            self._wake = lambda: loop.call_soon_threadsafe(ready.set)
        try:
            while True:
                if not self._ready.is_set():
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(ready.wait(), wait_seconds)
                ready.clear()
                yield self.take()
        finally:
            with self._lock:
                self._wake = None

    def close(self) -> None:
        """Stop listening."""
        self._feed.remove(self)

    def position(self) -> tuple[UUID, Cursor] | None:
        """Say from where the feed should read for this listener; None while its queue is full."""
        with self._lock:
            return None if len(self._queue) >= QUEUE_MAX else (self.organization_id, self._read)

    def offer(self, events: list[RecordedEvent]) -> None:
        """Queue what fits of `events`; the feed reads the rest again once there is room."""
        with self._lock:
            for event in events:
                if len(self._queue) >= QUEUE_MAX:
                    break
                self._read = event.cursor
                if event.name.startswith(self._prefix):
                    self._queue.append(event)
            if self._queue:
                self._signal()

    def end(self, error: Unavailable) -> None:
        """End the subscription; what is queued can still be taken, then `error` is raised."""
        with self._lock:
            self._error = self._error or error
            self._signal()

    def is_stalled(self, now_seconds: float) -> bool:
        """Say whether something has waited to be taken for too long."""
        with self._lock:
            if not self._queue:
                self._taken_at = now_seconds
            return now_seconds - self._taken_at > STALLED_SECONDS_MAX

    def _signal(self) -> None:
        self._ready.set()
        if self._wake is not None:
            try:
                self._wake()
            except RuntimeError:
                # The listener's event loop has ended without closing the subscription.
                self._wake = None


class EventFeed:
    """Hands new events to every subscription of this process. Start it once, close it at the end."""

    def __init__(self, database: Database, *, tick_seconds: float = TICK_SECONDS) -> None:
        self._database = database
        self._tick_seconds = tick_seconds
        self._lock = threading.Lock()
        self._subscriptions: set[Subscription] = set()
        self._wake = threading.Event()
        self._closed = False
        self.looked_at: float | None = None
        """When the log was last read, by the monotonic clock; None before the first time."""
        self._thread = threading.Thread(target=self._run, name="event-feed", daemon=True)

    def start(self) -> None:
        """Begin to poll."""
        self._thread.start()

    def close(self) -> None:
        """Stop polling and end every subscription."""
        self._closed = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._end_all(FeedClosed("The event feed has stopped.", remedy="Connect again with your last cursor."))

    def subscribe(self, organization_id: UUID, cursor: Cursor | None, *, prefix: str = "") -> Subscription:
        """Listen to an organisation's events after `cursor`; None means from now on. Access is the caller's to check."""
        if cursor is None:
            with self._database.system() as tx:
                cursor = horizon(tx)
        subscription = Subscription(self, organization_id, cursor, prefix)
        with self._lock:
            if self._closed:
                raise FeedClosed("The event feed has stopped.", remedy="Connect again with your last cursor.")
            if len(self._subscriptions) >= SUBSCRIPTIONS_MAX:
                raise TooManySubscriptions(
                    "Too many listeners.", remedy="Try again in a minute.", data={"retry_after_seconds": 60}
                )
            self._subscriptions.add(subscription)
        self._wake.set()
        return subscription

    def remove(self, subscription: Subscription) -> None:
        """Forget a subscription."""
        with self._lock:
            self._subscriptions.discard(subscription)

    def poll(self) -> bool:
        """Read once for all who listen; say whether more may be waiting."""
        with self._lock:
            subscriptions = list(self._subscriptions)
        positions: dict[tuple[UUID, Cursor], list[Subscription]] = {}
        for subscription in subscriptions:
            position = subscription.position()
            if position is not None:
                positions.setdefault(position, []).append(subscription)
        more = False
        if positions:
            with self._database.system() as tx:
                news = read_many(tx, list(positions), PAGE)
            for position, events in news.items():
                more |= len(events) == PAGE
                for subscription in positions[position]:
                    subscription.offer(events)
        self.drop_stalled(clock.monotonic_seconds())
        return more

    def drop_stalled(self, now_seconds: float) -> int:
        """End the subscriptions whose queue nobody has emptied for too long; return how many."""
        with self._lock:
            stalled = [each for each in self._subscriptions if each.is_stalled(now_seconds)]
        for subscription in stalled:
            self.remove(subscription)
            subscription.end(
                SlowConsumer(
                    "This listener took nothing for too long.",
                    remedy="Connect again with your last cursor.",
                    data={"cursor": str(subscription.cursor)},
                )
            )
        return len(stalled)

    def _run(self) -> None:
        try:
            while not self._closed:
                try:
                    more = self.poll()
                    self.looked_at = clock.monotonic_seconds()
                except Unavailable as error:
                    log.warning("event feed cannot read", reason=error.message)
                    more = False
                if not more:
                    self._wake.wait(self._tick_seconds)
                self._wake.clear()
        except BaseException:
            self._closed = True
            self._end_all(FeedClosed("The event feed failed.", remedy="Connect again with your last cursor."))
            raise

    def _end_all(self, error: FeedClosed) -> None:
        with self._lock:
            subscriptions, self._subscriptions = self._subscriptions, set()
        for subscription in subscriptions:
            subscription.end(error)
