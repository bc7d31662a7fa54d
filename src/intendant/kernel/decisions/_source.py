"""Decisions as a table to learn from: what was proposed and decided, and what became of it; no words of people."""

from collections.abc import Iterator, Mapping

from intendant.kernel.registry import Source
from intendant.kit.database import Transaction

_COLUMNS = {
    "decision_id": "text",
    "kind": "text",
    "component": "text",
    "action": "text",
    "verdict": "text",
    "confidence": "number",
    "amount": "number",
    "policy_version": "number",
    "model_version": "text",
    "is_answer": "boolean",
    "decided_at": "time",
    "outcome_measure": "text",
    "outcome": "number",
    "outcome_at": "time",
}


def _read(tx: Transaction, limit: int) -> Iterator[Mapping[str, object]]:
    return tx.stream(
        "select d.id::text as decision_id, d.kind, d.component, d.action, d.verdict, d.confidence,"
        " d.amount::double precision as amount, d.policy_version, d.model_version, d.answers is not null as is_answer,"
        " d.decided_at, o.measure as outcome_measure, o.value as outcome, o.observed_at as outcome_at"
        " from (select * from decisions where organization_id = %(organization)s order by id desc limit %(limit)s) d"
        # What counts is the outcome told last: a correction is a later row.
        " left join lateral (select measure, value, observed_at from outcomes"
        " where organization_id = %(organization)s and subject_id = d.subject_id and kind = d.kind and not censored"
        " order by id desc limit 1) o on true"
        " order by d.id desc",
        {"organization": tx.organization_id, "limit": limit},
    )


DECISIONS_SOURCE = Source(
    name="decisions",
    why="A row is one decision: what was proposed, the gate's verdict, how sure it was, and the outcome told last of its subject.",
    columns=_COLUMNS,
    read=_read,
)
