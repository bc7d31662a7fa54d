"""What would have been approved: the nearest change of what an applicant can choose, tried on model and policy together.

Exhaustive over a bounded grid, so the answer is the nearest of the grid and every one given was verified.
"""

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from intendant.domains.lending.champions import Predicted, Scorer, conformal_doubt
from intendant.domains.lending.contract import APPROVE, COMPONENT
from intendant.domains.lending.features import name_for_rules
from intendant.domains.lending.model import Adjustable, FieldRole, FieldType, Product
from intendant.kernel.gate import Allowances, Case, CompiledPolicy, ComponentState, Level, VerdictKind

VALUES_PER_FIELD_MAX = 200
VALUES_PER_FIELD_OF_PAIR_MAX = 40
SHOWN_MAX = 3
TERM_STEP_MONTHS = 6
TERM_MONTHS_ASSUMED_MAX = 120
_NEVER_DRAWN = 1.0 - 2**-53


@dataclass(frozen=True, slots=True)
class Trial:
    """An application as it was decided, and what decided it."""

    product: Product
    scorer: Scorer
    policy: CompiledPolicy
    values: Mapping[str, Any]
    features: Mapping[str, Any]
    at: datetime | None = None
    """When it was decided, in business time: which rules held."""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Changes that would have led to approval, with the probability of repayment they lead to."""

    changes: tuple[tuple[str, str, float, float], ...]
    """Field, label, before, after."""
    probability: float

    def as_dict(self) -> dict[str, object]:
        """Return it with a sentence, as JSON."""
        parts = [f"{label} {_plain(after)} instead of {_plain(before)}" for _, label, before, after in self.changes]
        return {
            "text": f"Would have been approved with {' and '.join(parts)}.",
            "changes": [{"field": field, "before": before, "after": after} for field, _, before, after in self.changes],
            "probability_of_repayment": self.probability,
        }


def find_counterfactuals(trial: Trial) -> list[Counterfactual]:
    """Return the nearest single changes that lead to approval, else the nearest pair; empty when none does."""
    fields = list(_adjustables(trial))
    found = []
    for adjustable in fields:
        best = _nearest(trial, (adjustable,), VALUES_PER_FIELD_MAX)
        if best is not None:
            found.append(best)
    if not found:
        for pair in itertools.combinations(fields, 2):
            best = _nearest(trial, pair, VALUES_PER_FIELD_OF_PAIR_MAX)
            if best is not None:
                found.append(best)
    found.sort(key=lambda item: item[0])
    return [each for _, each in found[:SHOWN_MAX]]


def _adjustables(trial: Trial) -> Iterator[Adjustable]:
    """Yield what may change: what the product names, else a smaller amount and another term."""
    if trial.product.adjustable:
        yield from trial.product.adjustable
        return
    amount, term = trial.product.field_of(FieldRole.AMOUNT), trial.product.field_of(FieldRole.TERM)
    now = None if amount is None else trial.features.get(amount.name)
    if amount is not None and now is not None and now > 0:
        step = 10.0 ** (math.floor(math.log10(now)) - 1)
        yield Adjustable(amount.name, max(amount.minimum or 0.0, step), max(now, step), step)
    if term is not None and trial.features.get(term.name) is not None:
        low, high = term.minimum or TERM_STEP_MONTHS, term.maximum or TERM_MONTHS_ASSUMED_MAX
        if low <= high:
            yield Adjustable(term.name, low, high, TERM_STEP_MONTHS)


def _grid(adjustable: Adjustable, now: float, count_max: int, *, whole: bool) -> list[float]:
    """Return multiples of the step within the bounds, nearest to the present value first."""
    first, last = math.ceil(adjustable.minimum / adjustable.step), math.floor(adjustable.maximum / adjustable.step)
    stride = max(1, math.ceil((last - first + 1) / count_max))
    values = [round(place * adjustable.step, 10) for place in range(first, last + 1, stride)]
    if whole:
        values = [int(value) for value in values if float(value).is_integer()]
    return sorted((value for value in values if value != now), key=lambda value: abs(value - now))


def _nearest(trial: Trial, adjustables: tuple[Adjustable, ...], count_max: int) -> tuple[float, Counterfactual] | None:
    fields = {each.name: each for each in trial.product.form}
    grids = []
    for adjustable in adjustables:
        now = trial.features.get(adjustable.name)
        if now is None:
            return None
        grids.append(_grid(adjustable, now, count_max, whole=fields[adjustable.name].type is FieldType.INTEGER))
    names = [each.name for each in adjustables]
    before = [float(trial.features[name]) for name in names]

    def distance(chosen: tuple[float, ...]) -> float:
        return sum(abs(new - old) / max(abs(old), 1e-9) for new, old in zip(chosen, before, strict=True))

    tried = sorted(itertools.product(*grids), key=distance)
    records = [{**trial.features, **dict(zip(names, chosen, strict=True))} for chosen in tried]
    if not records:
        return None
    for chosen, record, predicted in zip(tried, records, trial.scorer.predict_records(records), strict=True):
        if _would_act(trial, record, predicted):
            changes = tuple(
                (name, fields[name].label, old, new) for name, old, new in zip(names, before, chosen, strict=True)
            )
            return distance(chosen), Counterfactual(changes, predicted.probability)
    return None


def _would_act(trial: Trial, features: Mapping[str, Any], predicted: Predicted) -> bool:
    """Run the policy on the changed application, at full autonomy with unused budgets and outside any review sample."""
    policy = trial.policy.policy
    product = trial.product
    values = dict(trial.values)
    for each in product.scored_fields:
        values[name_for_rules(product, each.name)] = features.get(each.name)
    amount, term = product.field_of(FieldRole.AMOUNT), product.field_of(FieldRole.TERM)
    if amount is not None:
        values["amount"] = features.get(amount.name)
    if term is not None:
        values["term_months"] = features.get(term.name)
    probability = predicted.probability
    abstain = conformal_doubt(trial.scorer, predicted, policy.conformal_coverage)
    values["score"] = probability
    values["sure"] = abstain is None and probability >= policy.actions[APPROVE].act_threshold
    money = values.get("amount")
    verdict = trial.policy.decide(
        Case(
            action=APPROVE,
            values=values,
            confidence=probability,
            amount=None if money is None else Decimal(str(money)),
            abstain=abstain,
            draw=_NEVER_DRAWN,
            at=trial.at,
        ),
        ComponentState(COMPONENT, Level.FULL),
        Allowances(),
    )
    return verdict.kind is VerdictKind.ACT


def _plain(value: float) -> str:
    return f"{value:,.10g}"
