"""Which events an endpoint is told of: exact names, `lending.*` for all that begin so, or `*`. Pure."""

import re
from collections.abc import Sequence

from intendant.kit.errors import Invalid

PATTERNS_MAX = 50
PATTERN_LENGTH_MAX = 100
_PATTERN = re.compile(r"\*|[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*(\.\*)?")


class EventNamesInvalid(Invalid):
    """A list of event names that cannot be read."""

    code = "event_names_invalid"


def parse_patterns(given: Sequence[str]) -> list[str]:
    """Check the names that an endpoint is told of and return them in order, each once."""
    patterns = sorted(set(given))
    if not 1 <= len(patterns) <= PATTERNS_MAX:
        raise EventNamesInvalid(
            f"An endpoint is told of 1 to {PATTERNS_MAX} names.", field="events", remedy='Give ["*"] for all events.'
        )
    for each in patterns:
        if len(each) > PATTERN_LENGTH_MAX or not _PATTERN.fullmatch(each):
            raise EventNamesInvalid(
                f"{each[:60]!r} is no name of events.",
                field="events",
                remedy="Write a name (lending.loan.closed), a prefix (lending.loan.*), or * for all.",
            )
    return patterns


def is_wanted(patterns: Sequence[str], name: str) -> bool:
    """Say whether an event of that name is told."""
    return any(each in ("*", name) or (each.endswith(".*") and name.startswith(each[:-1])) for each in patterns)
