"""The words of the policy on promotions, and how what was measured becomes their values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intendant.domains.analytics.contract import KEEP, PROMOTE
from intendant.kernel.registry import ActionWord, CaseValue, ValueSource, ValueType, Vocabulary

_FEATURE, _SCORE = ValueSource.FEATURE, ValueSource.SCORE
_NUMBER, _INTEGER, _TRUTH, _CATEGORY = ValueType.NUMBER, ValueType.INTEGER, ValueType.BOOLEAN, ValueType.CATEGORY

MODEL_TYPES = ("classification", "regression", "forecasting", "clustering", "anomaly")

VOCABULARY = Vocabulary(
    values=(
        CaseValue("model", "Name of the model", ValueType.TEXT, _FEATURE),
        CaseValue("model_type", "Kind of model", _CATEGORY, _FEATURE, MODEL_TYPES),
        CaseValue("evidence", "Where the comparison was made", _CATEGORY, _FEATURE, ("held_out", "trial")),
        CaseValue("cases_compared", "Cases that both versions were compared on", _INTEGER, _SCORE, minimum=0),
        CaseValue("loss_difference", "By how much its loss is lower", _NUMBER, _SCORE, minimum=-1, maximum=1),
        CaseValue("loss_difference_lower", "Least of that, at 95 %", _NUMBER, _SCORE, minimum=-1, maximum=1),
        CaseValue("champion_loss", "Loss of the champion", _NUMBER, _SCORE, minimum=0, maximum=1),
        CaseValue("candidate_loss", "Loss of the candidate", _NUMBER, _SCORE, minimum=0, maximum=1),
        CaseValue("guards_passed", "Its data are sound and like those of the champion", _TRUTH, _SCORE),
        CaseValue("validated", "It proved itself on rows it never saw", _TRUTH, _SCORE),
    ),
    actions=(
        ActionWord(PROMOTE, "Let the new version answer"),
        ActionWord(KEEP, "Keep the present version"),
    ),
    codes={},
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that may take the champion's place, with the evidence and how often it was considered.

    `alias` is what it stands under, if anything; `deployments` counts the changes of what answers for its model.
    """

    organization_id: UUID
    model_id: UUID
    model_name: str
    model_type: str
    version_id: UUID
    number: int
    validated: bool
    champion_id: UUID
    champion_number: int
    alias: str | None
    share: float | None
    evidence: Mapping[str, Any]
    considerations: int
    deployments: int

    @property
    def proposes(self) -> str:
        """Return the action that the evidence speaks for; where it says nothing, all stays as it is."""
        return str(self.evidence.get("proposes") or KEEP)

    @property
    def standing(self) -> int:
        """Return what changes with each consideration and each deployment, so that an answer after either is stale."""
        return standing(self.considerations, self.deployments)


_DEPLOYMENTS = 1_000


def standing(considerations: int, deployments: int) -> int:
    """Join both counts to one number."""
    return considerations * _DEPLOYMENTS + deployments % _DEPLOYMENTS


def values_of(candidate: Candidate) -> dict[str, object]:
    """Return what rules may look at."""
    evidence = candidate.evidence
    trial, held = evidence.get("comparison"), evidence.get("held_out")
    measured: Mapping[str, Any] = trial or held or {}
    return {
        "model": candidate.model_name,
        "model_type": candidate.model_type,
        "version": candidate.number,
        "champion_version": candidate.champion_number,
        "evidence": "trial" if trial is not None else "held_out",
        "cases_compared": int(measured.get("pairs", measured.get("rows", 0))),
        "loss_difference": measured.get("difference"),
        "loss_difference_lower": measured.get("lower"),
        "champion_loss": measured.get("champion_loss"),
        "candidate_loss": measured.get("candidate_loss"),
        "guards_passed": bool(evidence.get("allowed")) and candidate.validated,
        "validated": candidate.validated,
        "why": str(evidence.get("words") or ""),
    }


def failed_checks(evidence: Mapping[str, Any]) -> Sequence[str]:
    """Return the sentences of the checks that a version did not pass."""
    return [str(check["words"]) for check in evidence.get("checks") or () if not check["passed"]]
