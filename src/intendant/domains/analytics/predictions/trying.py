"""Try a model: what a form for it needs to know of its inputs, and an explanation of a case that is kept nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from intendant.domains.analytics.models import rows
from intendant.domains.analytics.predictions import explaining
from intendant.domains.analytics.predictions.answering import answer
from intendant.domains.analytics.predictions.cases import Reader
from intendant.domains.analytics.predictions.usecases import convene
from intendant.domains.analytics.predictions.versions import Positives, Versions
from intendant.kernel.access import Permission, Principal
from intendant.kit.database import Transaction
from intendant.kit.errors import IntendantError

INPUTS_MAX = 400
CHOICES_MAX = 40
InputType = Literal["number", "category", "boolean", "date", "text"]
_NUMBERS = frozenset({"number", "numeric", "integer", "decimal", "float", "int", "money", "percent"})
_DATES = frozenset({"date", "datetime", "moment", "time"})


@dataclass(frozen=True, slots=True)
class Input:
    """One feature as a form asks for it. `typical`: the median or the most frequent category of the rows it was measured on.

    `low` and `high`: the middle 95 % of numbers. `choices`: known categories, the most frequent first; `closed` where there
    are no others. `missing`: the share of rows that lack it.
    """

    name: str
    type: InputType
    importance: float | None
    typical: float | str | None
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    closed: bool = False
    missing: float = 0.0


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a version asks for, the most important first; `left_out` of them are not listed."""

    version: int
    inputs: tuple[Input, ...]
    left_out: int


def inputs_of(tx: Transaction, model_id: UUID, number: int | None) -> Inputs:
    """Return what a version asks for: the one named, else the champion, else the latest. Raises ModelUnknown, VersionUnknown."""
    model = rows.get_model(tx, model_id)
    champion = next((alias["number"] for alias in model["aliases"] if alias["alias"] == "champion"), None)
    version = rows.get_version(tx, model_id, number or champion or model["latest_version"])
    known: Mapping[str, Any] = (version["reference"] or {}).get("features") or {}
    used = {str(each["name"]): each for each in version["report"].get("features") or ()}
    names = sorted(dict.fromkeys([*used, *known]), key=lambda name: -float(used.get(name, {}).get("importance") or 0.0))
    found = tuple(_input(name, used.get(name), known.get(name) or {}) for name in names[:INPUTS_MAX])
    return Inputs(version["number"], found, len(names) - len(found))


def explain_case(
    tx: Transaction,
    by: Principal,
    versions: Versions,
    positives: Positives,
    model_id: UUID,
    case: Mapping[str, Any],
    number: int | None,
) -> explaining.Explained:
    """Explain what a version, by default the champion, says of a case, and keep nothing of it."""
    by.require(Permission.AI_PREDICT)
    panel = convene(tx, versions, positives, model_id, number)
    _, version = panel.voices[0]
    read = Reader(version.model.feature_names).read(0, dict(case))
    if read.error is not None:
        raise read.error
    positive = positives.of(tx, version)
    found = answer(version.model, [read], positive=positive, reasons=explaining.REASONS_TOLD)[0]
    if isinstance(found, IntendantError):
        raise found
    return explaining.explain_answer(tx, version, read, found)


def _input(name: str, used: Mapping[str, Any] | None, known: Mapping[str, Any]) -> Input:
    importance = None if used is None else float(used["importance"] or 0.0)
    missing = float(known.get("missing") or 0.0)
    quantiles = known.get("quantiles")
    if quantiles:
        edge = max(1, len(quantiles) // 40)
        middle, low, high = quantiles[len(quantiles) // 2], quantiles[edge], quantiles[-1 - edge]
        return Input(name, "number", importance, middle, low, high, missing=missing)
    shares: Mapping[str, float] = known.get("shares") or {}
    ordered = sorted(shares, key=lambda value: -shares[value])
    type_name = str((used or {}).get("type") or "").lower()
    if type_name in _DATES or type_name in _NUMBERS or not ordered:
        kind: InputType = "date" if type_name in _DATES else "number" if type_name in _NUMBERS else "text"
        return Input(name, kind, importance, None, missing=missing)
    return Input(
        name,
        "boolean" if set(ordered) <= {"true", "false", "True", "False"} else "category",
        importance,
        ordered[0],
        choices=tuple(ordered[:CHOICES_MAX]),
        closed=len(ordered) == known.get("distinct"),
        missing=missing,
    )
