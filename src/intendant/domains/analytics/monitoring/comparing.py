"""The champion against the version beside it and the one in silence, on real cases with outcomes. Also for promotions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from intendant.domains.analytics.contract import CHALLENGER, CHAMPION, SHADOW
from intendant.domains.analytics.model import Alias, Role
from intendant.domains.analytics.models import rows
from intendant.domains.analytics.monitoring import reading
from intendant.kit.database import Row, Transaction
from intendant.learning.estimators import Task
from intendant.learning.monitoring import (
    Comparison,
    answers_from,
    case_losses,
    compare_paired,
    compare_traffic,
    loss_scale,
    outcomes_from,
)

LOSSES: Mapping[Task, str] = {
    "classification": "Half the squared distance between the probabilities told and what came true (Brier), 0 to 1.",
    "regression": "Absolute error over twice what 95 % of the champion's validation errors stayed below, at most 1.",
    "forecasting": "Absolute error over twice what 95 % of the champion's validation errors stayed below, at most 1.",
    "clustering": "Whether the cluster was the one that people named.",
    "anomaly": "Whether the label was the one that people named.",
}


@dataclass(frozen=True, slots=True)
class Against:
    """The champion against one other version. `waiting`: cases whose outcome has not come."""

    alias: Alias
    role: Role
    version_id: UUID
    number: int
    share: float
    since: datetime
    champion_id: UUID
    champion_number: int
    waiting: int
    comparison: Comparison


def compare_model(tx: Transaction, model_id: UUID) -> list[Against]:
    """Compare a model's champion with its challenger and its shadow, where they stand.

    Compared is what both did since both stand: an alias or a share that is set anew begins anew.
    """
    aliases = rows.find_aliases(tx, model_id)
    champion = aliases.get(CHAMPION)
    if champion is None:
        return []
    beside: tuple[tuple[Alias, Role], ...] = ((CHALLENGER, CHALLENGER), (SHADOW, SHADOW))  # type: ignore[assignment]
    others = [(alias, role, aliases[alias]) for alias, role in beside if alias in aliases]
    if not others:
        return []
    learnt = reading.get_learnt(tx, champion["version_id"])
    reference = {} if learnt is None else learnt["reference"] or {}
    found = []
    for alias, role, other in others:
        since = max(champion["since"], other["since"])
        compared = _shadowed if role == SHADOW else _shared
        comparison, waiting = compared(tx, champion, other, since, reference)
        found.append(
            Against(
                alias=alias,
                role=role,
                version_id=other["version_id"],
                number=other["number"],
                share=other["share"],
                since=since,
                champion_id=champion["version_id"],
                champion_number=champion["number"],
                waiting=waiting,
                comparison=comparison,
            )
        )
    return found


def _shadowed(
    tx: Transaction, champion: Row, other: Row, since: datetime, reference: Mapping[str, Any]
) -> tuple[Comparison, int]:
    told, waiting = reading.read_shadowed(tx, champion["version_id"], other["version_id"], since)
    return compare_paired(_losses(told, "first", reference), _losses(told, "second", reference)), waiting


def _shared(
    tx: Transaction, champion: Row, other: Row, since: datetime, reference: Mapping[str, Any]
) -> tuple[Comparison, int]:
    sides = [
        (each["version_id"], reading.read_traffic(tx, each["version_id"], role, since))
        for each, role in ((champion, CHAMPION), (other, CHALLENGER))
    ]
    # Both over the same time: where one side has more cases than are read, the other's later ones would look like too many.
    ends = [traffic.until for _, traffic in sides if traffic.until is not None]
    (first, first_shown, first_waiting), (second, second_shown, second_waiting) = (
        reading.read_told(
            tx, version_id, [case for case in traffic.cases if not ends or case["predicted_at"] <= min(ends)]
        )
        for version_id, traffic in sides
    )
    share = min(0.999, max(0.001, float(other["share"])))
    comparison = compare_traffic(
        _losses(first, "output", reference),
        _losses(second, "output", reference),
        share=share,
        champion_shown=first_shown,
        candidate_shown=second_shown,
    )
    return comparison, first_waiting + second_waiting


def _losses(cases: Sequence[Row], column: str, reference: Mapping[str, Any]) -> Any:
    classes = tuple(reference.get("classes", ()))
    if not cases:
        return []
    answers = answers_from([case[column] for case in cases], [0.0] * len(cases), classes)
    outcomes = outcomes_from([case["actual"] for case in cases], answers)
    return case_losses(answers, outcomes, classes=classes, scale=loss_scale(reference))
