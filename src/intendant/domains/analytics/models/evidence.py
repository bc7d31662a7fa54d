"""What speaks for putting a version in the champion's place: both asked on rows that the new one never saw, then on real cases.

Whoever can write into the data can teach a model anything. So beside "is it better" stand the guards: rows, outcomes and
features like those the champion learnt from. What they stop is held back, however good its figures look.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import structlog

from intendant.domains.analytics.contract import CHAMPION, KEEP, PROMOTE
from intendant.domains.analytics.models import artifacts, rows
from intendant.kit.database import Row
from intendant.kit.errors import IntendantError

if TYPE_CHECKING:
    from intendant.learning.estimators import Model, Trained, TrainingSpec
    from intendant.learning.monitoring import Comparison, HeldOut

CONFIDENCE_MAX = 0.999
"""Nothing that was measured on some cases is certain of all."""
EVEN = 0.5
OWN_LOSS = "validation_loss"
COLLAPSE_FACTOR, COLLAPSE_MARGIN = 2.0, 0.05
WEALTH_TOLD_MAX = 1e9
HELD_BACK_BY = frozenset({"outcomes plausible", "features plausible", "not degenerate", "enough rows", "same world"})
_REACH = 1.959964

log = structlog.get_logger(__name__)


def against_champion(
    system: Any, organization_id: UUID, model_id: UUID, trained: "Trained", frame: Any, spec: "TrainingSpec"
) -> Mapping[str, Any] | None:
    """Hold a new version against the champion and say what follows; None where there is no champion.

    As plain data: `champion` and `champion_id`, `held_out` where both could be asked, `checks` with a sentence each, `allowed`,
    `confidence` that it is better, `proposes` (promote, keep or null) and `words`.
    """
    with system.database.snapshot(organization_id) as tx:
        present = rows.find_aliases(tx, model_id).get(CHAMPION)
        if present is None:
            return None
        before = rows.get_version(tx, model_id, present["number"])
        champion: Model | IntendantError
        try:
            champion = artifacts.load(tx, system.signer.public_key(), before, system.files)
        except IntendantError as error:
            log.warning("the champion cannot be loaded, so nothing is held against it", model=str(model_id))
            champion = error
    held: HeldOut | None = None
    why = None
    if isinstance(champion, IntendantError):
        why = str(champion)
    elif trained.validation_rows is not None and trained.validation_answers is not None and spec.target is not None:
        try:
            held = _held_out(champion, trained, frame.iloc[trained.validation_rows], spec.target)
        except (IntendantError, KeyError) as error:
            why = f"The champion cannot be asked on the new rows: {error}"
    return _weigh(before, trained, held, why, spec.seed)


def _held_out(champion: "Model", trained: "Trained", unseen: Any, target: str) -> "HeldOut | None":
    from intendant.learning.monitoring import case_losses, compare_held_out, loss_scale, outcomes_from

    scale = loss_scale(trained.reference)
    actual = unseen[target].to_numpy(dtype=object)
    asked = [(champion.predict(unseen), champion.classes), (trained.validation_answers, trained.model.classes)]
    losses = [
        case_losses(answers, outcomes_from(actual, answers), classes=classes, scale=scale)
        for answers, classes in asked
        if answers is not None
    ]
    return compare_held_out(*losses)


def validation_loss(trained: "Trained", frame: Any, spec: "TrainingSpec") -> float | None:
    """Return a version's mean loss (0 to 1) on the rows that were held out; None where there is none to measure.

    Kept with the version: on later rows it tells whether the world that the version knew is still there.
    """
    from intendant.learning.monitoring import case_losses, loss_scale, outcomes_from

    if trained.validation_rows is None or trained.validation_answers is None or spec.target is None:
        return None
    answers = trained.validation_answers
    actual = frame.iloc[trained.validation_rows][spec.target].to_numpy(dtype=object)
    losses = case_losses(
        answers,
        outcomes_from(actual, answers),
        classes=trained.model.classes,
        scale=loss_scale(trained.reference),
    )
    known = losses[losses == losses]  # noqa: PLR0124 - NaN is what does not equal itself
    return float(known.mean()) if known.size else None


def turned_around(before: Row, held: "HeldOut | None") -> str | None:
    """Say so where the champion does far worse on the new rows than it ever did: then their outcomes mean something else.

    Labels that were swapped look like this, and so does a world that has changed; which of them it is, a person tells.
    """
    own = before["reference"].get(OWN_LOSS)
    if held is None or own is None or held.champion_loss <= COLLAPSE_FACTOR * own + COLLAPSE_MARGIN:
        return None
    return (
        f"The champion's loss is {held.champion_loss:.3f} on these rows, and was {own:.3f} on its own: what the features say"
        " of the outcome has turned around, in the world or in the data."
    )


def _weigh(before: Row, trained: "Trained", held: "HeldOut | None", why: str | None, seed: int) -> Mapping[str, Any]:
    from intendant.learning.monitoring import promotable

    found = promotable(
        trained.report,
        trained.reference,
        previous_report=before["report"],
        previous_reference=before["reference"],
        held_out=held,
        seed=seed,
    )
    confidence = None if held is None else chance_of_better(held.difference, held.lower, held.upper)
    collapse = turned_around(before, held)
    checks = [asdict(check) for check in found.checks]
    checks.append(
        {
            "name": "same world",
            "passed": collapse is None,
            "words": collapse or "The champion does on these rows about as it did on its own.",
        }
    )
    allowed = found.allowed and collapse is None
    failed = {check["name"] for check in checks if not check["passed"]}
    proposes: str | None = None
    if allowed and confidence is not None and confidence > EVEN:
        proposes = PROMOTE
    elif failed & HELD_BACK_BY:
        # Held back: somebody should look at what the data say, not only at a figure that fell.
        proposes = KEEP
    told = [str(check["words"]) for check in checks if not check["passed"]] or [str(check["words"]) for check in checks]
    return {
        "champion": before["number"],
        "champion_id": str(before["id"]),
        "held_out": None if held is None else asdict(held),
        "checks": checks,
        "allowed": allowed,
        "confidence": confidence,
        "proposes": proposes,
        "words": " ".join([*([] if why is None else [why]), *told]),
    }


def chance_of_better(difference: float, lower: float, upper: float) -> float:
    """Return the probability that the true difference is above 0, from a mean with its 95 % interval and no prior opinion."""
    spread = (upper - lower) / (2 * _REACH)
    if not spread > 0 or not math.isfinite(spread):
        return EVEN if difference == 0 else (CONFIDENCE_MAX if difference > 0 else 1 - CONFIDENCE_MAX)
    return min(CONFIDENCE_MAX, max(1 - CONFIDENCE_MAX, NormalDist().cdf(difference / spread)))


Stood = Literal["challenger", "shadow"]


def weigh_trial(comparison: "Comparison", *, alias: Stood, champion_id: UUID, champion: int) -> dict[str, Any]:
    """Say what follows from real cases that both versions answered, as plain data like that of `against_champion`.

    The evidence is a betting wealth: against even odds, a wealth of w makes the claim w to 1 likely, at any number of looks.
    """
    odds = comparison.evidence / (1 + comparison.evidence)
    toward = comparison.difference is not None and comparison.difference > 0
    confidence = min(CONFIDENCE_MAX, odds if toward else 1 - odds)
    proposes = {"better": PROMOTE, "worse": KEEP}.get(comparison.verdict)
    return {
        "champion": champion,
        "champion_id": str(champion_id),
        "alias": alias,
        # A wealth grows without end, and beyond this says nothing more.
        "comparison": asdict(comparison) | {"evidence": min(comparison.evidence, WEALTH_TOLD_MAX)},
        "allowed": not comparison.split_suspect,
        "confidence": confidence,
        "proposes": proposes,
        "words": comparison.words,
    }
