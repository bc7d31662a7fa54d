"""Aggregates while deciding: the entities of a batch are locked, all their earlier facts are read in one query, and the members
of the batch see each other in order.

Under the lock all that is there is earlier, and ids made after it are later: so the order of ids is the order in which decisions
about one entity saw each other, live and in replay.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import orjson

from intendant.kernel.aggregates._folding import Tally
from intendant.kernel.aggregates._series import DISTINCT_MAX, Counted, Fact, Series, counted, values_for
from intendant.kernel.gate import ALWAYS, Aggregate, Case
from intendant.kit.bulk import BulkInsert, to_json
from intendant.kit.canonical import json_bytes
from intendant.kit.database import Row

LOCKS_MAX = 256
"""Beyond so many entities a batch locks its organisation's whole kind instead: the server's table of locks is finite."""

FACTS = BulkInsert(
    "aggregate_facts",
    {
        "organization_id": "uuid",
        "series": "uuid",
        "entity": "uuid",
        "at": "timestamptz",
        "decision_id": "uuid",
        "subject_id": "uuid",
        "amount": "numeric",
        "item": "uuid",
    },
    "on conflict do nothing",
)
_WHERE = """from aggregate_facts f where f.organization_id = q.organization_id and f.series = q.series and f.entity = q.entity
    and f.at > q.since and f.at <= q.at and f.subject_id <> q.subject_id"""
_ASKED = f"""
select q.place, q.number,
    case q.measure when 'count' then (select count(*)::numeric {_WHERE})
                   when 'sum' then (select coalesce(sum(f.amount), 0) {_WHERE}) end as total,
    case q.measure when 'distinct' then array(
        select distinct f.item {_WHERE} and f.item is not null limit {DISTINCT_MAX}) end as items
from json_to_recordset(%(asked)s::json) as q(place int, number int, measure text, organization_id uuid, series uuid, entity uuid,
    subject_id uuid, at timestamptz, since timestamptz)
"""  # noqa: S608 - constants
_FILLED = """
select organization_id, series, policy_version, over_hours, filled_at, settled from aggregate_series
where organization_id = any(%(organizations)s) and kind = %(kind)s and series = any(%(series)s)
"""

Query = tuple[str, Mapping[str, object] | Sequence[object]]


class Member(NamedTuple):
    """A case that is to be decided. An answer asks and is not counted."""

    place: int
    organization_id: UUID
    subject_id: UUID
    case: Case
    at: datetime
    is_answer: bool
    aggregates: tuple[Aggregate, ...]


@dataclass(slots=True)
class _Asking:
    member: Member
    counted: tuple[Counted, ...]
    entities: dict[UUID, UUID]
    """Series to entity, where the case says whom it is about."""
    facts: dict[UUID, Fact]


class Lookup:
    """The aggregates of the members of one batch, in the order in which they are decided."""

    def __init__(self, kind: str, members: Sequence[Member]) -> None:
        self.kind = kind
        self._asking = [_asking(kind, member) for member in members]

    def queries(self, *, locking: bool = True) -> list[Query]:
        """Return the locks, what is filled, and the facts: to be sent in this order."""
        return [*(self._locks() if locking else ()), self._filled_query(), self.facts_query()]

    def facts_query(self) -> Query:
        """Return the query for everything that was there before."""
        rows = [
            {
                "place": place,
                "number": number,
                "measure": each.aggregate.measure.value,
                "organization_id": asking.member.organization_id,
                "series": each.series.id,
                "entity": asking.entities[each.series.id],
                "subject_id": asking.member.subject_id,
                "at": asking.member.at,
                "since": asking.member.at - timedelta(hours=each.aggregate.over_hours),
            }
            for place, asking in enumerate(self._asking)
            for number, each in enumerate(asking.counted)
            if each.series.id in asking.entities
        ]
        return _ASKED, {"asked": to_json(rows)}

    def fold(self, rows: Sequence[Row]) -> dict[int, dict[str, object]]:
        """Return each member's aggregates by place: what was there before, and what earlier members bring."""
        before = {(row["place"], row["number"]): row for row in rows}
        tallies: dict[tuple[UUID, UUID, UUID], Tally] = {}
        found: dict[int, dict[str, object]] = {}
        for place, asking in enumerate(self._asking):
            member = asking.member
            values: dict[str, object] = {}
            for number, each in enumerate(asking.counted):
                row = before.get((place, number))
                if row is None:
                    values[each.aggregate.key] = None
                    continue
                key = (member.organization_id, each.series.id, asking.entities[each.series.id])
                tally = tallies.get(key) or _EMPTY
                values[each.aggregate.key] = tally.value(
                    each.aggregate.measure,
                    member.subject_id,
                    total=row["total"] or Decimal(0),
                    items=frozenset(row["items"] or ()),
                )
            found[member.place] = values
            for series, fact in asking.facts.items():
                key = (member.organization_id, series, asking.entities[series])
                tallies.setdefault(key, Tally()).add(member.subject_id, fact)
        return found

    def rows_for(self, decision_ids: Mapping[int, UUID]) -> list[Row]:
        """Return the facts to be written, with the ids of the decisions by place."""
        return [
            {
                "organization_id": asking.member.organization_id,
                "series": series,
                "entity": asking.entities[series],
                "at": asking.member.at,
                "decision_id": decision_ids[asking.member.place],
                "subject_id": asking.member.subject_id,
                "amount": fact.amount,
                "item": fact.item,
            }
            for asking in self._asking
            if asking.member.place in decision_ids
            for series, fact in asking.facts.items()
        ]

    def series_needed(self) -> dict[tuple[UUID, UUID], Series]:
        """Return every series that is counted, by organisation and id."""
        return {
            (asking.member.organization_id, each.series.id): each.series
            for asking in self._asking
            for each in asking.counted
        }

    def _filled_query(self) -> Query:
        needed = list(self.series_needed())
        organizations, series = list({each for each, _ in needed}), list({each for _, each in needed})
        return _FILLED, {"organizations": organizations, "kind": self.kind, "series": series}

    def _locks(self) -> list[Query]:
        kinds, entities = set(), set()
        for asking in self._asking:
            if asking.member.is_answer:
                continue
            kinds.add(_lock_key(asking.member.organization_id, self.kind))
            entities |= {_lock_key(entity, self.kind) for entity in asking.entities.values()}
        whole = len(entities) > LOCKS_MAX
        how = "pg_advisory_xact_lock" if whole else "pg_advisory_xact_lock_shared"
        locks: list[Query] = [(f"select {how}(key) from unnest(%s::bigint[]) as k(key)", [sorted(kinds)])]  # noqa: S608
        if entities and not whole:
            locks.append(("select pg_advisory_xact_lock(key) from unnest(%s::bigint[]) as k(key)", [sorted(entities)]))
        return locks


_EMPTY = Tally()


def _asking(kind: str, member: Member) -> _Asking:
    found = counted(kind, member.aggregates)
    case = member.case
    if any(each.series.where != ALWAYS for each in found):
        # As it will stand on the record, so that the same counts live and in replay.
        case = case._replace(values=orjson.loads(json_bytes(case.values)))
    if case.amount is not None:
        case = case._replace(amount=Decimal(f"{case.amount:.2f}"))
    values = values_for(case)
    entities: dict[UUID, UUID] = {}
    facts: dict[UUID, Fact] = {}
    for each in found:
        series = each.series
        if series.id in entities:
            continue
        entity = series.entity(member.organization_id, values)
        if entity is None:
            continue
        entities[series.id] = entity
        fact = None if member.is_answer else series.fact(member.organization_id, values)
        if fact is not None:
            facts[series.id] = fact
    return _Asking(member, found, entities, facts)


def _lock_key(of: UUID, kind: str) -> int:
    return int.from_bytes(hashlib.blake2b(of.bytes + kind.encode(), digest_size=8).digest(), signed=True)
