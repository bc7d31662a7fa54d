"""Aggregates of decisions of the past, as a draft would have seen them: the definition, without locks and stored facts.

An earlier decision is one with a smaller id. What is counted is on the records; of answers nothing is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from intendant.kernel.aggregates._filling import facts_of
from intendant.kernel.aggregates._folding import Tally
from intendant.kernel.aggregates._series import Fact, counted, series_of, values_for
from intendant.kernel.gate import Aggregate, Case
from intendant.kit.database import Row, Transaction

RECOUNTED_MAX = 50_000
"""So many earlier decisions are looked at; whose window reaches further back has no answer."""
STEP = 5_000


class Past(NamedTuple):
    """A decision of the past, or one that is not made yet (with the greatest id)."""

    id: UUID
    subject_id: UUID
    at: datetime
    case: Case


def recount(
    tx: Transaction,
    organization_id: UUID,
    kind: str,
    aggregates: tuple[Aggregate, ...],
    asked: Sequence[Past],
    *,
    bound: int = RECOUNTED_MAX,
) -> list[dict[str, object] | None]:
    """Return the aggregates of each case; None where the history is longer than what is looked at."""
    found = counted(kind, aggregates)
    if not found or not asked:
        return [{} for _ in asked]
    longest = max(each.aggregate.over_hours for each in found)
    oldest = min(each.at for each in asked) - timedelta(hours=longest)
    facts: dict[tuple[UUID, UUID], list[Row]] = {}
    reached = oldest
    members = list(series_of(found).values())
    rows = tx.stream(
        "select id, subject_id, decided_at, record from decisions where organization_id = %s and kind = %s and id < %s"
        " and answers is null and decided_at > %s order by id desc limit %s",
        [organization_id, kind, max(each.id for each in asked), oldest, bound],
        size=STEP,
    )
    for seen, row in enumerate(rows, start=1):
        if seen == bound:
            reached = row["decided_at"]
        for fact in facts_of(organization_id, members, row):
            facts.setdefault((fact["series"], fact["entity"]), []).append(fact)
    return [_count(organization_id, found, facts, each, reached) for each in asked]


def _count(
    organization_id: UUID,
    found: Sequence[Any],
    facts: Mapping[tuple[UUID, UUID], list[Row]],
    past: Past,
    reached: datetime,
) -> dict[str, object] | None:
    values = values_for(past.case)
    result: dict[str, object] = {}
    for each in found:
        since = past.at - timedelta(hours=each.aggregate.over_hours)
        if since < reached:
            return None
        entity = each.series.entity(organization_id, values)
        if entity is None:
            result[each.aggregate.key] = None
            continue
        tally = Tally()
        for fact in facts.get((each.series.id, entity), ()):
            if fact["decision_id"] < past.id and since < fact["at"] <= past.at:
                tally.add(fact["subject_id"], Fact(fact["amount"], fact["item"]))
        result[each.aggregate.key] = tally.value(each.aggregate.measure, past.subject_id)
    return result
