"""The feed hands every event to every listener once, in order, and drops nobody without a cursor to resume from."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from tests.support.finished import wait_until_finished

from intendant.kernel import events
from intendant.kernel.events import _feed
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATIENCE_SECONDS = 20.0


def emit(database: Database, organization_id: UUID, numbers: range, name: str = "testing.thing.happened") -> None:
    with database.transaction(organization_id) as tx:
        events.emit(
            tx,
            [events.Event(organization_id, name, f"thing:{n}", {"number": n}, NOW, NOW, "tester") for n in numbers],
        )


def collect(subscription: events.Subscription, count: int) -> list[int]:
    """Take events until there are `count`."""
    seen: list[int] = []
    for batch in subscription.batches(PATIENCE_SECONDS):
        assert batch, f"silence after {len(seen)} of {count} events"
        seen += [event.body["number"] for event in batch]
        if len(seen) >= count:
            break
    return seen


@pytest.fixture
def feed(database: Database) -> Iterator[events.EventFeed]:
    feed = events.EventFeed(database, tick_seconds=0.02)
    feed.start()
    yield feed
    feed.close()


def test_a_listener_gets_what_happens_from_now_on(
    database: Database, organization: Organization, feed: events.EventFeed
) -> None:
    emit(database, organization.id, range(3))
    wait_until_finished(database)
    subscription = feed.subscribe(organization.id, None)
    emit(database, organization.id, range(3, 6))
    assert collect(subscription, 3) == [3, 4, 5]


def test_a_listener_resumes_after_its_cursor(
    database: Database, organization: Organization, feed: events.EventFeed
) -> None:
    emit(database, organization.id, range(4))
    first = feed.subscribe(organization.id, events.START)
    assert collect(first, 4) == [0, 1, 2, 3]
    first.close()
    emit(database, organization.id, range(4, 6))
    assert collect(feed.subscribe(organization.id, first.cursor), 2) == [4, 5]


def test_listeners_at_different_places_and_of_different_organisations_each_get_their_own(
    database: Database, organization: Organization, other_organization: Organization, feed: events.EventFeed
) -> None:
    emit(database, organization.id, range(2))
    wait_until_finished(database)
    old, new = feed.subscribe(organization.id, events.START), feed.subscribe(organization.id, None)
    other = feed.subscribe(other_organization.id, events.START, prefix="lending.")
    emit(database, organization.id, range(2, 4))
    emit(database, other_organization.id, range(9), name="fraud.payment.blocked")
    emit(database, other_organization.id, range(7, 8), name="lending.loan.settled")
    assert collect(old, 4) == [0, 1, 2, 3]
    assert collect(new, 2) == [2, 3]
    assert collect(other, 1) == [7]


def test_a_history_longer_than_the_queue_comes_whole_and_in_order(
    database: Database, organization: Organization, feed: events.EventFeed
) -> None:
    count = _feed.QUEUE_MAX + 700
    emit(database, organization.id, range(count))
    assert collect(feed.subscribe(organization.id, events.START), count) == list(range(count))


def test_a_queue_never_holds_more_than_its_bound(database: Database, organization: Organization) -> None:
    feed = events.EventFeed(database)
    emit(database, organization.id, range(_feed.QUEUE_MAX + 300))
    subscription = feed.subscribe(organization.id, events.START)
    for _ in range(10):
        wait_until_finished(database)
        feed.poll()
    first = subscription.take()
    assert len(first) == _feed.QUEUE_MAX
    wait_until_finished(database)
    feed.poll()
    assert [event.body["number"] for event in subscription.take()] == list(
        range(_feed.QUEUE_MAX, _feed.QUEUE_MAX + 300)
    )


def test_asynchronous_listeners_are_woken_and_get_heartbeats(
    database: Database, organization: Organization, feed: events.EventFeed
) -> None:
    async def listen() -> tuple[list[events.RecordedEvent], list[int]]:
        subscription = feed.subscribe(organization.id, None)
        stream = subscription.stream(0.05)
        silence = await anext(stream)
        await asyncio.to_thread(emit, database, organization.id, range(3))
        seen: list[int] = []
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for batch in stream:
                seen += [event.body["number"] for event in batch]
                if len(seen) == 3:
                    break
        await stream.aclose()
        subscription.close()
        return silence, seen

    assert asyncio.run(listen()) == ([], [0, 1, 2])


def test_a_listener_that_takes_nothing_is_dropped_with_a_cursor_to_resume_from(
    database: Database, organization: Organization
) -> None:
    feed = events.EventFeed(database)
    emit(database, organization.id, range(2))
    subscription = feed.subscribe(organization.id, events.START)
    wait_until_finished(database)
    feed.poll()
    started = feed.drop_stalled(_feed.clock.monotonic_seconds())
    assert started == 0
    assert feed.drop_stalled(_feed.clock.monotonic_seconds() + _feed.STALLED_SECONDS_MAX + 1) == 1
    assert [event.body["number"] for event in subscription.take()] == [0, 1], "what was queued is still given"
    with pytest.raises(events.SlowConsumer):
        subscription.take()
    resumed = feed.subscribe(organization.id, subscription.cursor)
    emit(database, organization.id, range(2, 3))
    wait_until_finished(database)
    feed.poll()
    assert [event.body["number"] for event in resumed.take()] == [2]


def test_a_closed_feed_ends_its_subscriptions_and_takes_no_more(database: Database, organization: Organization) -> None:
    feed = events.EventFeed(database)
    feed.start()
    subscription = feed.subscribe(organization.id, None)
    feed.close()
    with pytest.raises(events.FeedClosed):
        subscription.take()
    with pytest.raises(events.FeedClosed):
        feed.subscribe(organization.id, None)
