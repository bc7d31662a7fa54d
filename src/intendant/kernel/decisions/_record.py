"""The record of one decision: everything that was known and why it went as it did, frozen as canonical JSON.

The text is the record; the columns beside it repeat some of its keys so that it can be found. Its digest stands in the audit
leaf of the same transaction, so a change to either is found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from intendant.kernel.gate import Verdict, VerdictKind, dump_fired, dump_reason
from intendant.kernel.registry import Decided
from intendant.kit import ids
from intendant.kit.bulk import BulkInsert
from intendant.kit.canonical import digest, json_bytes
from intendant.kit.database import Row

COLUMNS = {
    "organization_id": "uuid",
    "id": "uuid",
    "kind": "text",
    "component": "text",
    "subject_id": "uuid",
    "action": "text",
    "verdict": "text",
    "would": "text",
    "confidence": "double precision",
    "amount": "numeric",
    "policy_version": "integer",
    "model_version": "text",
    "answers": "uuid",
    "decided_by": "text",
    "decided_at": "timestamptz",
    "recorded_at": "timestamptz",
}
DECISIONS = BulkInsert("decisions", {**COLUMNS, "record": "text"})


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as it was committed. `replayed` says that the same Idempotency-Key had already made it."""

    id: UUID
    organization_id: UUID
    record: bytes
    replayed: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the record as a dictionary."""
        result: dict[str, Any] = orjson.loads(self.record)
        return result


def build(
    decided: Decided,
    component: str,
    *,
    level: str,
    effects: list[UUID],
    approval_id: UUID | None,
    seed: str,
    muted: Mapping[str, str] | None = None,
) -> tuple[Row, bytes, bytes]:
    """Return the row of `decisions`, the record as bytes and its digest."""
    proposal, estimate, verdict, context = decided.proposal, decided.estimate, decided.verdict, decided.context
    answer = proposal.answer
    row: Row = {
        "organization_id": proposal.organization_id,
        "id": decided.id,
        "kind": proposal.kind,
        "component": component,
        "subject_id": proposal.subject_id,
        "action": estimate.action,
        "verdict": verdict.kind,
        "would": verdict.would,
        "confidence": estimate.confidence,
        "amount": _money(estimate.amount),
        "policy_version": context.policy_version,
        "model_version": estimate.model_version,
        "answers": None if answer is None else answer.decision_id,
        "decided_by": _decider(decided),
        "decided_at": context.now,
        "recorded_at": context.system_now,
    }
    record = json_bytes(
        {
            **row,
            "subject_version": estimate.subject_version,
            "parameters": estimate.parameters,
            "currency": estimate.currency,
            "values": estimate.values,
            "abstain": estimate.abstain,
            "alternatives": [
                {"action": a.action, "confidence": a.confidence, "propensity": a.propensity}
                for a in estimate.alternatives
            ],
            "impact": {"money": _money(estimate.impact), "reversible": estimate.reversible},
            "level": level,
            "reasons": [dump_reason(reason) for reason in verdict.reasons],
            "fired": [dump_fired(fired) for fired in verdict.fired],
            # Every rule that was muted for the customer, whether it had something to say or not.
            **({"mutes": muted} if muted else {}),
            "tier": verdict.tier if verdict.kind is VerdictKind.ASK else None,
            "blind": verdict.blind,
            "reviewed": verdict.reviewed,
            "intervention": verdict.intervention,
            "intervention_threshold": context.policy.intervention_threshold,
            "hold_seconds": verdict.hold_seconds,
            "approval_id": approval_id,
            "effects": effects,
            "answer": None if answer is None else _answer(answer.answer, answer.by, answer.reason),
            "summary": estimate.summary,
            "proposed_by": proposal.proposed_by,
            "idempotency_key": proposal.idempotency_key,
            "seed": seed,
            "nonce": ids.random_bytes_16().hex(),
        }
    )
    row["record"] = record.decode()
    return row, record, digest(record)


def draws(seed: str) -> tuple[float, float]:
    """Draw again what a decision's seed stands for: whether a person checks it, and whether that person is shown the proposal."""
    return int(seed[:16], 16) / 2**64, int(seed[16:], 16) / 2**64


def _money(value: Decimal | None) -> str | None:
    """Write money with two decimals, as the column will show it."""
    return None if value is None else f"{value:.2f}"


def _answer(answer: str, by: str, reason: str) -> Mapping[str, str]:
    return {"answer": answer, "by": by, "reason": reason}


def _decider(decided: Decided) -> str:
    """Name who decided: a person who answered, a rule that refused, or the component by its model."""
    answer, verdict = decided.proposal.answer, decided.verdict
    if answer is not None:
        return answer.by
    if verdict.kind is VerdictKind.REFUSE:
        return f"policy:{_first_rule(verdict)}"
    return f"model:{decided.estimate.model_version}" if decided.estimate.model_version else "policy:no-model"


def _first_rule(verdict: Verdict) -> str:
    first = verdict.reasons[0] if verdict.reasons else None
    return "gate" if first is None else first.rule or str(first.code)
