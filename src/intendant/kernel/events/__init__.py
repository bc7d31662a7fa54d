"""Events: the append-only log that domains, workflows, consoles and streams read; nothing in it is ever missed."""

from intendant.kernel.events._emit import EVENTS, Event, emit, gather, rows

__all__ = ["EVENTS", "Event", "emit", "gather", "rows"]
