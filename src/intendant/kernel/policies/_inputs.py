"""What a draft needs looked up for decisions of the past: what their records hold, else what was so at their time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from intendant.kernel import aggregates, lists
from intendant.kernel.gate import Aggregate, Inputs, list_key, parse_policy
from intendant.kit.database import Row, Transaction

Definition = tuple[UUID, str, int]
"""Series, measure and span: two aggregates with the same are the same, whatever they are called."""


def look_up(
    tx: Transaction, kind: str, inputs: Inputs | None, decided: Sequence[tuple[Row, Mapping[str, Any]]]
) -> list[dict[str, object] | None]:
    """Return the answers for each decision (row and record); None where its history is longer than what is looked at."""
    if inputs is None:
        return [{} for _ in decided]
    listed = _listed(tx, inputs, decided)
    counted = _counted(tx, kind, inputs.aggregates, decided)
    return [None if values is None else {**listed[place], **values} for place, values in enumerate(counted)]


def _listed(
    tx: Transaction, inputs: Inputs, decided: Sequence[tuple[Row, Mapping[str, Any]]]
) -> list[dict[str, object]]:
    answers: list[dict[str, object]] = []
    asked: list[lists.Asked] = []
    for place, (_, record) in enumerate(decided):
        values, at = record["values"], datetime.fromisoformat(record["decided_at"])
        known = {list_key(*pair): values.get(list_key(*pair)) for pair in inputs.lists}
        answers.append(known)
        asked += [
            lists.Asked(place, tx.organization_id, name, field, values.get(field), at)
            for field, name in inputs.lists
            # An answer that was recorded is what held; a list that was not there then may be now.
            if known[list_key(field, name)] is None
        ]
    if asked:
        query, parameters = lists.membership_query(asked)
        for (place, field, name), found in lists.read_membership(tx.all(query, parameters)).items():
            answers[place][list_key(field, name)] = found
    return answers


def _counted(
    tx: Transaction, kind: str, wanted: tuple[Aggregate, ...], decided: Sequence[tuple[Row, Mapping[str, Any]]]
) -> list[dict[str, object] | None]:
    if not wanted or not decided:
        return [{} for _ in decided]
    recorded = _recorded_under(tx, kind, {record["policy_version"] for _, record in decided})
    answers: list[dict[str, object] | None] = [None for _ in decided]
    open_places: list[int] = []
    for place, (_, record) in enumerate(decided):
        keys = recorded.get(record["policy_version"], {})
        names = [keys.get(_definition(kind, each)) for each in wanted]
        if all(name is not None and name in record["values"] for name in names):
            answers[place] = {
                each.key: record["values"][name] for each, name in zip(wanted, names, strict=True) if name is not None
            }
        else:
            open_places.append(place)
    asked = []
    for place in open_places:
        row, record = decided[place]
        at = datetime.fromisoformat(record["decided_at"])
        asked.append(aggregates.Past(row["id"], UUID(record["subject_id"]), at, aggregates.case_of(record)))
    for place, found in zip(open_places, aggregates.recount(tx, tx.organization_id, kind, wanted, asked), strict=True):
        answers[place] = found
    return answers


def _recorded_under(tx: Transaction, kind: str, versions: set[int]) -> dict[int, dict[Definition, str]]:
    """Return by version which values on the record hold which aggregate."""
    rows = tx.all(
        "select version, body from policies where organization_id = %s and kind = %s and version = any(%s)"
        " and body ? 'aggregates'",
        [tx.organization_id, kind, sorted(versions)],
    )
    return {
        row["version"]: {_definition(kind, each): each.key for each in parse_policy(row["body"]).aggregates}
        for row in rows
    }


def _definition(kind: str, aggregate: Aggregate) -> Definition:
    return aggregates.series_id(kind, aggregate), aggregate.measure.value, aggregate.over_hours
