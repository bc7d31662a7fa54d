"""Settled applications like one under decision, and how they ended: what an officer asks before answering."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from intendant.domains.lending import queries, repository, rules, worklist
from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.contract import REPAID
from intendant.domains.lending.model import ApplicationState, Product
from intendant.domains.lending.similarity import nearest
from intendant.kernel.gate import VerdictKind
from intendant.kernel.registry import SimilarCase
from intendant.kit.database import Row, Transaction

CASES_MAX = 2_000
"""Among so many of the newest cases the nearest are sought; half are kept for those whose end is known."""
SIMILAR_MAX = 50


def list_similar(tx: Transaction, catalogue: Catalogue, record: Mapping[str, Any], *, limit: int) -> list[SimilarCase]:
    """List settled applications of the same product nearest to a recorded one; raises ApplicationUnknown."""
    subject_id = UUID(str(record["subject_id"]))
    product = repository.get_application(tx, catalogue, subject_id).product
    rows = queries.list_settled_cases(
        tx,
        product=product.key,
        measure=REPAID,
        apart_from=subject_id,
        matured_limit=CASES_MAX // 2,
        limit=CASES_MAX // 2,
    )
    cases = [orjson.loads(row["inputs"]) for row in rows]
    target = catalogue.view(product).features_from(record["values"])
    found = nearest(
        product.scored_fields, target, cases, [row["matured"] for row in rows], limit=min(limit, SIMILAR_MAX)
    )
    return [
        _similar_case(rows[each.place], cases[each.place], product, distance=each.distance, alike=each.alike)
        for each in found
    ]


def outcome_word(state: ApplicationState, value: float | None, *, matured: bool) -> str:
    """Say in one plain word how an application ended: repaid, defaulted, running or unknown."""
    if matured and value is not None:
        return "repaid" if value >= 0.5 else "defaulted"
    return "running" if state in (ApplicationState.APPROVED, ApplicationState.DISBURSED) else "unknown"


def _similar_case(row: Row, inputs: Mapping[str, Any], product: Product, *, distance: float, alike: str) -> SimilarCase:
    matured = bool(row["matured"])
    state = ApplicationState(row["state"])
    acted = row["verdict"] == VerdictKind.ACT.value
    outcome = "unknown" if row["censored"] else outcome_word(state, row["value"], matured=matured)
    return SimilarCase(
        decision_id=row["decision_id"],
        subject_id=row["id"],
        reference=row["reference"],
        summary=worklist.describe(row, inputs, product),
        action=row["action"],
        verdict=row["verdict"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        amount=row["decided_amount"],
        confidence=row["confidence"],
        outcome=outcome,
        right=rules.is_right(row["action"], row["value"]) if matured and acted else None,
        distance=distance,
        alike=alike,
    )
