"""From an application to what models and rules may look at; the same for training, deciding and explaining.

Rules see flat names. Some are ours ("score", "segment", ...); a field of the form that happens to have such a name, with
another meaning, is seen by rules as "input.<name>".
"""

from collections.abc import Mapping
from typing import Any

from intendant.domains.lending.model import Application, FieldRole, Product

_ROLE_NAMES = {
    FieldRole.AMOUNT: "amount",
    FieldRole.TERM: "term_months",
    FieldRole.PURPOSE: "purpose",
    FieldRole.CREDIT_SCORE: "credit_score",
    FieldRole.INCOME: "income",
}
OWN_NAMES = frozenset({"score", "segment", "product", "sure", "action", "confidence", "at"})
NO_SEGMENT = "all"


def name_for_rules(product: Product, name: str) -> str:
    """Return the name by which rules see a field of the form."""
    if name in OWN_NAMES or name.startswith(("action.", "at.", "input.")):
        return f"input.{name}"
    for role, own in _ROLE_NAMES.items():
        if name == own:
            holder = product.field_of(role)
            return name if holder is None or holder.name == name else f"input.{name}"
    return name


class FeatureView:
    """How one product's applications are looked at; built once per product version."""

    __slots__ = ("_renamed", "_roles", "_segment", "destination", "features", "has_amount", "product")

    def __init__(self, product: Product) -> None:
        self.product = product
        renamed = {each.name: name_for_rules(product, each.name) for each in product.form}
        self._renamed = {name: seen for name, seen in renamed.items() if name != seen}
        roles = {own: product.field_of(role) for role, own in _ROLE_NAMES.items()}
        self._roles = tuple((own, holder.name) for own, holder in roles.items() if holder and holder.name != own)
        self.has_amount = product.field_of(FieldRole.AMOUNT) is not None
        purpose, destination = product.field_of(FieldRole.PURPOSE), product.field_of(FieldRole.DESTINATION)
        self._segment = product.segment_by or (purpose.name if purpose is not None else None)
        self.destination = None if destination is None else destination.name
        self.features = tuple((each.name, renamed[each.name]) for each in product.scored_fields)
        """Name of each feature, and its name for rules."""

    def values(self, application: Application, score: float | None, *, sure: bool) -> dict[str, Any]:
        """Return all that rules may look at. `sure` says that the kind's own confidence would let it act."""
        values = dict(application.inputs)
        for name, seen in self._renamed.items():
            values[seen] = values.pop(name, None)
        for own, name in self._roles:
            values[own] = application.inputs.get(name)
        if self.has_amount:
            # A float: what rules compare quickly. Money that moves is taken from the application, exact.
            values["amount"] = float(application.amount)
        values["term_months"] = application.term_months
        values["score"] = score
        values["sure"] = sure
        values["product"] = self.product.key
        values["segment"] = self.segment(application)
        return values

    def segment(self, application: Application) -> str:
        """Return the segment an application belongs to."""
        value = application.inputs.get(self._segment) if self._segment is not None else None
        return NO_SEGMENT if value is None else str(value)

    def features_from(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the model looked at, from a record's frozen values."""
        return {name: values.get(seen) for name, seen in self.features}
