"""What decisions are looked for: filters, orders and cursors, and what follows from them without looking at the database. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from intendant.kit.clock import BusinessClock
from intendant.kit.errors import Invalid
from intendant.kit.ids import first_id_at

CLOCK_MARGIN = timedelta(minutes=5)
"""A decision's moment is read before its id is made, never this long before."""
WORDS_MAX = 8
VALUE_MAX = Decimal(10) ** 20
_PREFIX = re.compile(
    r"[0-9a-f]{8}(-([0-9a-f]{0,4}|[0-9a-f]{4}-([0-9a-f]{0,4}|[0-9a-f]{4}-([0-9a-f]{0,4}|[0-9a-f]{4}-[0-9a-f]{0,12}))))?\Z"
)
_ID_DIGITS = 32


class CursorInvalid(Invalid):
    """A place in a list that this list did not give."""

    code = "cursor_invalid"


class FilterInvalid(Invalid):
    """A filter that can match nothing because it contradicts itself."""

    code = "filter_invalid"


class Sort(StrEnum):
    """In which order decisions are listed. Those of time are the order of recording, in which business time never runs back."""

    NEWEST = "-decided_at"
    OLDEST = "decided_at"
    AMOUNT_DOWN = "-amount"
    AMOUNT_UP = "amount"
    CONFIDENCE_DOWN = "-confidence"
    CONFIDENCE_UP = "confidence"

    @property
    def value_column(self) -> str | None:
        """Return the column that is sorted by; None where it is the id."""
        column = self.value.removeprefix("-")
        return None if column == "decided_at" else column

    @property
    def is_descending(self) -> bool:
        """Tell whether the largest comes first."""
        return self.value.startswith("-")


class DeciderKind(StrEnum):
    """What decided: the model, the policy alone, a person, a program by its key, or a deadline that passed."""

    MODEL = "model"
    POLICY = "policy"
    PERSON = "person"
    PROGRAM = "program"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """Which decisions are wanted; what is empty or None does not matter. `since` and `until` are business time."""

    kinds: Sequence[str] = ()
    verdicts: Sequence[str] = ()
    actions: Sequence[str] = ()
    components: Sequence[str] = ()
    deciders: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    min_confidence: float | None = None
    max_confidence: float | None = None
    min_amount: Decimal | None = None
    max_amount: Decimal | None = None
    subject_id: UUID | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        for low, high in (("since", "until"), ("min_confidence", "max_confidence"), ("min_amount", "max_amount")):
            least, most = getattr(self, low), getattr(self, high)
            if least is not None and most is not None and least > most:
                raise FilterInvalid(f"'{low}' is above '{high}'.", field=low, remedy=f"Give one up to '{high}'.")


class Cursor(NamedTuple):
    """A place in a list: the id of the last decision shown and, where a column is sorted by, its value."""

    id: UUID
    value: Decimal | float | None = None

    def write(self, sort: Sort) -> str:
        """Write the cursor as `parse_cursor` reads it."""
        return str(self.id) if sort.value_column is None else f"{'' if self.value is None else self.value}~{self.id}"


def parse_cursor(text: str | None, sort: Sort) -> Cursor | None:
    """Read a cursor of a list in that order; raises CursorInvalid."""
    if text is None:
        return None
    value, separator, identifier = text.rpartition("~")
    try:
        if bool(separator) != (sort.value_column is not None):
            raise ValueError("the cursor of another order")
        if not value:
            return Cursor(UUID(identifier))
        number = Decimal(value)
        if not number.is_finite() or abs(number) > VALUE_MAX:
            raise ValueError("no number that a column holds")
        return Cursor(UUID(identifier), number if sort.value_column == "amount" else float(number))
    except (ValueError, InvalidOperation) as error:
        raise CursorInvalid(
            "This is no place in this list.",
            field="after",
            remedy="Give the `next` of the page before, in the same order.",
        ) from error


def id_bounds(clock: BusinessClock, since: datetime | None, until: datetime | None) -> tuple[UUID | None, UUID | None]:
    """Return bounds (from, before) of the ids of what was decided in a span of business time, a little wide; None for no bound.

    Ids carry system time. Business time never runs back, so what lies before the clock's last setting lies below it in both.
    """
    low = high = None
    if clock.speed > 0:
        if since is not None and since > clock.business_anchor:
            low = _id_at(clock, since, -CLOCK_MARGIN)
        if until is not None:
            high = _id_at(clock, max(until, clock.business_anchor), CLOCK_MARGIN)
    return low, high


def _id_at(clock: BusinessClock, business: datetime, margin: timedelta) -> UUID | None:
    try:
        moment = clock.system_at(business) + margin
    except OverflowError:
        return None
    # Before 1970 there is no id and after 9999 no moment.
    return first_id_at(moment) if moment > datetime(1970, 1, 2, tzinfo=UTC) else None


def id_prefix_range(text: str) -> tuple[UUID, UUID] | None:
    """Return the range of ids that begin with `text`, where it looks like the beginning of one."""
    if _PREFIX.match(text.lower()) is None:
        return None
    digits = text.lower().replace("-", "")
    return UUID(digits.ljust(_ID_DIGITS, "0")), UUID(digits.ljust(_ID_DIGITS, "f"))


def like_patterns(text: str) -> list[str]:
    """Return a LIKE pattern for each word of a search, of which at most `WORDS_MAX` count."""
    escaped = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [f"%{word}%" for word in escaped.split()[:WORDS_MAX]]


@dataclass(frozen=True, slots=True)
class Count:
    """How many decisions share a value of a facet."""

    value: str
    count: int


FACETS = ("verdict", "action", "kind", "component", "decided_by")


def facet_counts(groups: Sequence[Mapping[str, Any]], chosen: Mapping[str, Sequence[str]]) -> dict[str, list[Count]]:
    """Count each facet over `groups` (a value of each facet, and `n`), under the choices made in all others but its own.

    As in a shop: choosing a value does not make its neighbours vanish. Groups with a null value count for no value.
    """
    result: dict[str, list[Count]] = {}
    for facet in FACETS:
        counts: dict[str, int] = {}
        for group in groups:
            value = group[facet]
            if value is not None and all(
                group[other] in chosen[other] for other in FACETS if other != facet and chosen.get(other)
            ):
                counts[value] = counts.get(value, 0) + group["n"]
        result[facet] = [Count(value, n) for value, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    return result


def count_chosen(groups: Sequence[Mapping[str, Any]], chosen: Mapping[str, Sequence[str]]) -> int:
    """Count what lies under all choices."""
    return sum(
        group["n"] for group in groups if all(group[facet] in values for facet, values in chosen.items() if values)
    )
