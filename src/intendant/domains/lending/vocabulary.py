"""The words of lending's policy, from the products that an organisation offers now."""

from collections.abc import Mapping
from typing import Any

from intendant.domains.lending import queries, rules
from intendant.domains.lending.adverse_action import TEXTS
from intendant.domains.lending.catalogue import product_from_row
from intendant.domains.lending.contract import APPROVE, EXPIRE, REFER, REJECT
from intendant.domains.lending.features import NO_SEGMENT, name_for_rules
from intendant.domains.lending.model import FieldRole, FieldType, FormField, Product
from intendant.kernel.gate import Policy
from intendant.kernel.registry import ActionWord, CaseValue, Recommendation, ValueSource, ValueType, Vocabulary
from intendant.kit.database import Transaction

PRODUCTS_MAX = 100
CHOICES_SHOWN_MAX = 500

_ROLE_WORDS = (
    (FieldRole.AMOUNT, "amount", "Amount"),
    (FieldRole.PURPOSE, "purpose", "Purpose"),
    (FieldRole.CREDIT_SCORE, "credit_score", "Credit score"),
    (FieldRole.INCOME, "income", "Income"),
)
_ACTIONS = (
    ActionWord(APPROVE, "Approve the application"),
    ActionWord(REJECT, "Reject the application"),
    ActionWord(REFER, "Refer it to a person"),
    ActionWord(EXPIRE, "Let it expire", is_choice=False),
)


def vocabulary(tx: Transaction) -> Vocabulary:
    """List what rules may look at, over the newest version of every product; protected attributes are not among it."""
    products = [product_from_row(row) for row in queries.list_products(tx, tx.organization_id, limit=PRODUCTS_MAX)]
    found: dict[str, CaseValue] = {}
    for value in (each for product in products for each in _values_of(product)):
        known = found.get(value.name)
        found[value.name] = value if known is None else _joined(known, value)
    keys = tuple(product.key for product in products)
    segments = tuple(dict.fromkeys(segment for product in products for segment in _segments(product)))
    currencies = {product.currency for product in products}
    unit = currencies.pop() if len(currencies) == 1 else None
    own = (
        CaseValue("score", "Probability of repayment", ValueType.NUMBER, ValueSource.SCORE, minimum=0.0, maximum=1.0),
        CaseValue("sure", "The confidence would let it act", ValueType.BOOLEAN, ValueSource.SCORE),
        CaseValue("product", "Product", ValueType.CATEGORY, ValueSource.FEATURE, keys),
        CaseValue("segment", "Segment", ValueType.CATEGORY, ValueSource.FEATURE, segments),
        CaseValue("term_months", "Term", ValueType.INTEGER, ValueSource.FEATURE, unit="months"),
        *(
            CaseValue(name, label, ValueType.CATEGORY if role is FieldRole.PURPOSE else ValueType.NUMBER, ValueSource.FEATURE,
                      unit=unit if role in {FieldRole.AMOUNT, FieldRole.INCOME} else None)
            for role, name, label in _ROLE_WORDS
            if name not in found and any(product.field_of(role) is not None for product in products)
        ),
    )  # fmt: skip
    values = {**found, **{value.name: value for value in own}}
    return Vocabulary(tuple(values.values()), _ACTIONS, TEXTS)


def reweigh(record: Mapping[str, Any], policy: Policy) -> Recommendation:
    """Say what would be recommended for a recorded case under another policy: score and doubt stay as they were."""
    values: Mapping[str, object] = record["values"]
    score = record["values"].get("score")
    action = rules.proposed_action(score, rules.bounds_of(policy))
    confidence = rules.confidence_in(action, score)
    act = policy.actions.get(action)
    sure = record["abstain"] is None and confidence is not None and act is not None and confidence >= act.act_threshold
    return Recommendation(action, confidence, {**values, "sure": sure})


def _values_of(product: Product) -> list[CaseValue]:
    return [_value(product, each) for each in product.form if each.role is not FieldRole.PROTECTED]


def _value(product: Product, field: FormField) -> CaseValue:
    money = field.role in {FieldRole.AMOUNT, FieldRole.INCOME}
    unit = product.currency if money else ("months" if field.role is FieldRole.TERM else None)
    return CaseValue(
        name_for_rules(product, field.name),
        field.label,
        ValueType(field.type.value),
        ValueSource.INPUT,
        field.choices[:CHOICES_SHOWN_MAX],
        unit,
        field.minimum,
        field.maximum,
        identifies=field.type is FieldType.TEXT,
    )


def _joined(one: CaseValue, other: CaseValue) -> CaseValue:
    """Join the same word of two products: all choices, the wider bounds; text where they differ in type."""
    numeric = {ValueType.NUMBER, ValueType.INTEGER}
    kind = (
        one.type
        if one.type is other.type
        else (ValueType.NUMBER if {one.type, other.type} <= numeric else ValueType.TEXT)
    )
    lows, highs = (one.minimum, other.minimum), (one.maximum, other.maximum)
    return CaseValue(
        one.name,
        one.label,
        kind,
        one.source,
        tuple(dict.fromkeys((*one.choices, *other.choices)))[:CHOICES_SHOWN_MAX],
        one.unit if one.unit == other.unit else None,
        None if None in lows else min(low for low in lows if low is not None),
        None if None in highs else max(high for high in highs if high is not None),
        one.identifies and other.identifies,
    )


def _segments(product: Product) -> tuple[str, ...]:
    name = product.segment_by
    field = next((each for each in product.form if each.name == name), None) or product.field_of(FieldRole.PURPOSE)
    return (NO_SEGMENT,) if field is None else field.choices[:CHOICES_SHOWN_MAX]
