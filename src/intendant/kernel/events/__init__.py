"""Events: the append-only log that domains, workflows, consoles and streams read; nothing in it is ever missed."""

from intendant.kernel.events._cursor import START, Cursor, CursorInvalid, format_cursor, parse_cursor
from intendant.kernel.events._emit import EVENTS, Event, emit, gather, rows
from intendant.kernel.events._epoch import start_epoch
from intendant.kernel.events._feed import EventFeed, FeedClosed, SlowConsumer, Subscription, TooManySubscriptions
from intendant.kernel.events._read import PAGE_MAX, RecordedEvent, horizon, read, read_many

__all__ = [
    "EVENTS",
    "PAGE_MAX",
    "START",
    "Cursor",
    "CursorInvalid",
    "Event",
    "EventFeed",
    "FeedClosed",
    "RecordedEvent",
    "SlowConsumer",
    "Subscription",
    "TooManySubscriptions",
    "emit",
    "format_cursor",
    "gather",
    "horizon",
    "parse_cursor",
    "read",
    "read_many",
    "rows",
    "start_epoch",
]
