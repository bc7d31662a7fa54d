"""What an aggregate counts: one series of facts for all aggregates that ask the same of the same entities.

A fact holds no text of the case: entity and item are digests, bound to their organisation.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from intendant.kernel.gate import (
    ALWAYS,
    Aggregate,
    AggregateMeasure,
    Case,
    Condition,
    dump_condition,
    evaluate,
    values_of,
)
from intendant.kernel.lists import normalized
from intendant.kit.canonical import canonical_json

DISTINCT_MAX = 1_000
"""So many values are told apart; more count as so many."""
AMOUNT_MAX = Decimal(10) ** 30
COMPILED_KEPT_MAX = 4_096


class Fact(NamedTuple):
    """What one decision brings to a series."""

    amount: Decimal | None
    item: UUID | None


@dataclass(frozen=True, slots=True)
class Series:
    """Facts about the entities that `by` tells apart."""

    id: UUID
    by: str
    of: str | None
    where: Condition
    over_hours: int
    """The longest window that asks for it."""

    def entity(self, organization_id: UUID, values: Mapping[str, object]) -> UUID | None:
        """Return whom a case is about; None where it does not say."""
        value = normalized(values.get(self.by))
        return None if value is None else _digest(organization_id.bytes, self.by, value)

    def fact(self, organization_id: UUID, values: Mapping[str, object]) -> Fact | None:
        """Return what a decided case brings; None where it does not count."""
        if self.where is not ALWAYS and self.where != ALWAYS and evaluate(self.where, values.get) is not True:
            return None
        if self.of is None:
            return Fact(None, None)
        value = values.get(self.of)
        text = str(value).lower() if isinstance(value, bool) else normalized(value)
        item = None if text is None else _digest(organization_id.bytes, self.of, text)
        amount = as_amount(value)
        return None if item is None and amount is None else Fact(amount, item)


@dataclass(frozen=True, slots=True)
class Counted:
    """An aggregate and the series it counts."""

    aggregate: Aggregate
    series: Series


@lru_cache(COMPILED_KEPT_MAX)
def counted(kind: str, aggregates: tuple[Aggregate, ...]) -> tuple[Counted, ...]:
    """Join each aggregate to its series; aggregates with the same `by`, `of` and `where` share one."""
    over: dict[UUID, int] = {}
    for each in aggregates:
        over[series_id(kind, each)] = max(over.get(series_id(kind, each), 0), each.over_hours)
    return tuple(
        Counted(each, Series(series_id(kind, each), each.by, each.of, each.where, over[series_id(kind, each)]))
        for each in aggregates
    )


def series_of(found: Iterable[Counted]) -> dict[UUID, Series]:
    """Return the different series by id."""
    return {each.series.id: each.series for each in found}


def series_id(kind: str, aggregate: Aggregate) -> UUID:
    """Return the id of an aggregate's series: the same wherever the same is counted."""
    asked = canonical_json([kind, aggregate.by, aggregate.of, dump_condition(aggregate.where)])
    return UUID(bytes=hashlib.blake2b(asked, digest_size=16).digest())


def empty_value(aggregate: Aggregate) -> int | float:
    """Return what an aggregate is where nothing happened."""
    return 0.0 if aggregate.measure is AggregateMeasure.SUM else 0


def case_of(record: Mapping[str, Any]) -> Case:
    """Return the case of a recorded decision as far as aggregates look at it."""
    return Case(
        action=record["action"],
        # Of a person who was erased nothing is left to count.
        values=record.get("values") or {},
        confidence=record.get("confidence"),
        amount=None if record.get("amount") is None else Decimal(record["amount"]),
        at=datetime.fromisoformat(record["decided_at"]),
    )


def values_for(case: Case) -> Mapping[str, object]:
    """Return all values by which a case is counted: its own and the gate's."""
    return values_of(case)


def as_amount(value: object) -> Decimal | None:
    """Return a number as it is summed: exact, also where the record holds it as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < AMOUNT_MAX else None


def _digest(*parts: bytes | str) -> UUID:
    joined = b"\0".join(part.encode() if isinstance(part, str) else part for part in parts)
    return UUID(bytes=hashlib.blake2b(joined, digest_size=16).digest())
