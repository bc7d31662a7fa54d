"""Waiting for what comes by itself: polled, bounded, and failing with a sentence."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")
POLL_SECONDS = 0.02


def wait_for(look: Callable[[], Value], what: str, *, seconds: float = 15.0) -> Value:
    """Look again and again until there is something; return it. Fails after `seconds`, naming `what` did not come."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, f"{what} did not come within {seconds:g} s; the last look gave {found!r}"
        time.sleep(POLL_SECONDS)
