"""What speaks for putting a version in the champion's place: both on rows the new one never saw, and both on real cases."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from intendant.domains.analytics.contract import CHAMPION
from intendant.domains.analytics.models import artifacts, rows
from intendant.kit.errors import IntendantError

if TYPE_CHECKING:
    from intendant.learning.estimators import Model, Trained, TrainingSpec

ROWS_COMPARED_MAX = 20_000

log = structlog.get_logger(__name__)


def against_champion(
    system: Any, organization_id: UUID, model_id: UUID, trained: "Trained", frame: Any, spec: "TrainingSpec"
) -> Mapping[str, Any] | None:
    """Hold a new version against the champion on rows that the new one never saw; None where there is nothing to hold."""
    with system.database.snapshot(organization_id) as tx:
        present = rows.find_aliases(tx, model_id).get(CHAMPION)
        if present is None:
            return None
        number = present["number"]
        try:
            champion = artifacts.load(tx, system.signer.public_key(), present | {"model_id": model_id}, system.files)
        except IntendantError as error:
            log.warning("the champion cannot be loaded, so nothing is held against it", model=str(model_id))
            return {"champion": number, "why": str(error)}
    if trained.validation_rows is None or spec.target is None or spec.task == "forecasting":
        return {"champion": number, "why": "There are no rows on which both could be asked."}
    places = trained.validation_rows[:ROWS_COMPARED_MAX]
    unseen = frame.iloc[places]
    try:
        comparison = _compare(champion, trained, unseen, spec.target)
    except IntendantError as error:
        return {"champion": number, "why": str(error)}
    return {"champion": number, "rows": len(places), "why": comparison.pop("words"), **comparison}


def _compare(champion: "Model", trained: "Trained", unseen: Any, target: str) -> dict[str, Any]:
    from intendant.learning.monitoring import case_losses, compare_paired, loss_scale, outcomes_from

    scale = loss_scale(trained.reference)
    first, second = champion.predict(unseen), trained.model.predict(unseen)
    actual = unseen[target].to_numpy(dtype=object)
    losses = [
        case_losses(answers, outcomes_from(actual, answers), classes=model.classes, scale=scale)
        for answers, model in ((first, champion), (second, trained.model))
    ]
    return asdict(compare_paired(*losses))
