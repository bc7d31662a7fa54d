"""From a table's mapping to a product and a draft policy, each deviation from the defaults said in a notice. Pure."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from intendant.domains.lending.contract import APPROVE, REJECT
from intendant.domains.lending.model import (
    FIELDS_MAX,
    NAME_LENGTH_MAX,
    TERM_MONTHS_MAX,
    FieldRole,
    FieldType,
    FormField,
    Pricing,
    Product,
)
from intendant.domains.lending.policy import MANAGER_AMOUNT, MAX_LOAN_AMOUNT, OWNER_AMOUNT, default_policy
from intendant.domains.lending.protected_names import is_protected_name
from intendant.kernel.gate import (
    AllOf,
    Cap,
    Comparison,
    Condition,
    Limit,
    Policy,
    Rule,
    Window,
    with_action,
    with_rule_not_applicable,
)

if TYPE_CHECKING:
    from intendant.domains.lending.replay.plan import Parts
    from intendant.learning.datasets import AppliedTable, Mapping

PRODUCT_KEY = "replayed"
PROTECTED_FIELDS_MAX = 20
AMOUNT_QUANTILE = 0.99
FITTING_SHARE = 0.95
"""The documented maximum stays where at least this share of the amounts is within it and it is no dead letter."""
MISSING_AMOUNT_SHARE_MAX = 0.05
DATED_SHARE_MIN = 0.5
"""Of a feature's values in the later part: where as many lie outside those of the earlier part, it tells the date."""
CREDIT_SCORE_RANGE = (250.0, 950.0)
"""Where a credit bureau's score lies; a column outside it cannot be held to the documented minimum."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the replay will use: the product, which column answers which field, the policy, and what to tell the user."""

    product: Product
    columns: dict[str, str]
    """Column of the features frame by field name."""
    protected: dict[str, str]
    """Column of the protected frame by field name."""
    policy: Policy
    policy_is_drafted: bool
    notices: tuple[str, ...]


def draft(
    mapping: "Mapping",
    table: "AppliedTable",
    parts: "Parts",
    *,
    gain: float,
    loss: float,
    policy: Policy | None = None,
    currency: str = "USD",
) -> Draft:
    """Draft product and policy for a table, looking at the earlier part alone for what depends on outcomes or amounts.

    `gain` and `loss` are the cost matrix, as shares of the amount. A `policy` of the user's is taken as it is.
    """
    notices: list[str] = []
    amount_column = _amount_column(mapping, table, notices)
    names = _Names()
    columns, protected, fields = {}, {}, []
    kept = _kept_features(mapping, table, parts, notices)
    types = {feature.name: feature.type for feature in mapping.features}
    roles = _sound_roles(mapping, table, parts, notices)
    for column in kept:
        name = names.give(column)
        columns[name] = column
        fields.append(_field(name, column, types[column], roles.get(column), is_amount=column == amount_column))
    if len(mapping.protected) > PROTECTED_FIELDS_MAX:
        notices.append(
            f"Of {len(mapping.protected)} protected attributes the first {PROTECTED_FIELDS_MAX} are watched."
        )
    for column in mapping.protected[:PROTECTED_FIELDS_MAX]:
        name = names.give(column)
        protected[name] = column
        fields.append(FormField(name, FieldType.TEXT, FieldRole.PROTECTED, label=column[:200], required=False))
    product = Product(
        key=PRODUCT_KEY,
        version=1,
        name="Replayed applications",
        currency=currency,
        form=tuple(fields),
        payout=False,
        # Only their ratio matters to what is proposed, and shares above ten are refused.
        pricing=Pricing(gain_share=gain / max(1.0, gain, loss), loss_share=loss / max(1.0, gain, loss)),
    )
    drafted = policy is None
    if policy is None:
        has_score = mapping.credit_score in roles
        policy = draft_policy(
            mapping, table, parts, has_amount=amount_column is not None, has_score=has_score, notices=notices
        )
    return Draft(product, columns, protected, policy, drafted, tuple(notices))


def draft_policy(
    mapping: "Mapping",
    table: "AppliedTable",
    parts: "Parts",
    *,
    has_amount: bool,
    has_score: bool,
    notices: list[str],
) -> Policy:
    """Fit the default policy to a table: what does not apply is listed, what does not fit is rescaled, each with a notice."""
    policy = default_policy()
    policy = _fit_credit_score(policy, mapping, table, notices, has_score=has_score)
    scale = _amount_scale(table, parts, notices) if has_amount else None
    if scale is None:
        for name in ("max_loan_amount", "large_amount_to_manager", "very_large_amount_to_owner"):
            policy = with_rule_not_applicable(policy, name, "The table has no loan amount.")
        notices.append("Rules about the amount do not apply: the table has no loan amount.")
    elif scale != 1:
        policy = replace(policy, rules=tuple(_rescaled(rule, scale) for rule in policy.rules))
    return _fit_limits(policy, table, parts, has_amount=has_amount, notices=notices)


def _amount_column(mapping: "Mapping", table: "AppliedTable", notices: list[str]) -> str | None:
    """Return the column of amounts, unless too many lack one to require it."""
    import numpy as np

    if mapping.amount is None or table.amounts is None or mapping.amount not in mapping.feature_names:
        return None
    missing = float(np.isnan(table.amounts).mean()) if len(table) else 0.0
    if missing > MISSING_AMOUNT_SHARE_MAX:
        notices.append(
            f"'{mapping.amount}' is missing in {missing:.0%} of the rows, so it is a plain feature, not the amount."
        )
        return None
    return mapping.amount


def _sound_roles(mapping: "Mapping", table: "AppliedTable", parts: "Parts", notices: list[str]) -> dict[str, str]:
    """Return the role of each column, leaving out a term that is not in months and a score that rises with the risk."""
    import numpy as np

    roles = {column: role for role, column in mapping.roles.items()}
    if mapping.term is not None and table.terms is not None:
        known = table.terms[~np.isnan(table.terms)]
        if len(known) and (known.min() < 0 or known.max() > TERM_MONTHS_MAX):
            roles.pop(mapping.term, None)
            notices.append(
                f"'{mapping.term}' goes from {known.min():,.0f} to {known.max():,.0f}, which are no months: it is a plain"
                " feature, not the term."
            )
    if mapping.credit_score is not None and table.credit_scores is not None:
        scores, outcome = table.credit_scores[parts.earlier], table.outcome[parts.earlier]
        known = ~np.isnan(scores) & ~np.isnan(outcome)
        if _falls(scores[known], outcome[known]):
            roles.pop(mapping.credit_score, None)
            notices.append(
                f"'{mapping.credit_score}' is higher for those who default, so it is a plain feature, not a credit score."
            )
    return roles


def _falls(scores: Any, outcome: Any) -> bool:
    """Say whether repayment falls with the score, beyond chance."""
    from intendant.learning.evaluation import auc_interval

    if not 0 < outcome.sum() < len(outcome):
        return False
    return auc_interval(outcome, scores).upper < 0.5


def _kept_features(mapping: "Mapping", table: "AppliedTable", parts: "Parts", notices: list[str]) -> list[str]:
    """Return the feature columns, the most telling ones where a form cannot hold them all."""
    room = FIELDS_MAX - min(len(mapping.protected), PROTECTED_FIELDS_MAX)
    dated = _dated(mapping, table, parts)
    if dated:
        listed = ", ".join(f"'{name}'" for name in dated)
        notices.append(
            f"Left out as telling the date: {listed}. In the later part hardly a value lies where those of the earlier do."
        )
    names = [name for name in mapping.feature_names if name not in dated]
    if len(names) <= room:
        return names
    strength = _strengths(table, parts)
    roles = set(mapping.roles.values())
    ranked = sorted(names, key=lambda name: (name not in roles, -strength.get(name, 0.0), name))
    kept = set(ranked[:room])
    notices.append(f"The table has {len(names):,} features; the {room} that tell most about the outcome are used.")
    return [name for name in names if name in kept]


def _dated(mapping: "Mapping", table: "AppliedTable", parts: "Parts") -> list[str]:
    """Return features that move on with time, such as the year: of the later part's values a model can have learnt nothing."""
    import numpy as np

    if table.times is None:
        return []
    found = []
    roles = set(mapping.roles.values())
    for name in mapping.feature_names:
        earlier, later = (table.features[name].iloc[positions].dropna() for positions in (parts.earlier, parts.later))
        if name in roles or not len(earlier) or not len(later):
            continue
        if earlier.dtype.kind == "f":
            strange = float(((later > earlier.max()) | (later < earlier.min())).mean())
        else:
            strange = float(np.mean(~later.isin(earlier.unique())))
        if strange >= DATED_SHARE_MIN:
            found.append(name)
    return found if len(found) < len(mapping.feature_names) else []


def _strengths(table: "AppliedTable", parts: "Parts") -> dict[str, float]:
    """Return the absolute correlation of each column (categories by frequency of their value) with the earlier outcomes."""
    import numpy as np

    known = parts.earlier[~np.isnan(table.outcome[parts.earlier])]
    outcome = table.outcome[known]
    strengths = {}
    for name in table.features.columns:
        column = table.features[name].iloc[known]
        numbers = column if column.dtype.kind == "f" else column.map(column.value_counts())
        values = np.nan_to_num(numbers.to_numpy(dtype=float))
        spread = values.std() * outcome.std()
        strengths[str(name)] = (
            abs(float(((values - values.mean()) * (outcome - outcome.mean())).mean() / spread)) if spread else 0.0
        )
    return strengths


class _Names:
    """Gives each column a sound and unique field name."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def give(self, column: str) -> str:
        """Return the column's own name where it is sound, else one made from it."""
        base = "".join(c if c.isprintable() else " " for c in column).strip()[: NAME_LENGTH_MAX - 6] or "column"
        name, number = base, 1
        while name in self._taken:
            number += 1
            name = f"{base} {number}"
        self._taken.add(name)
        return name


_ROLES = {
    "term": FieldRole.TERM,
    "purpose": FieldRole.PURPOSE,
    "income": FieldRole.INCOME,
    "credit_score": FieldRole.CREDIT_SCORE,
}


def _field(name: str, column: str, type_: str, role: str | None, *, is_amount: bool) -> FormField:
    category = type_ == "category"
    kind = FieldType.CATEGORY if category else FieldType.NUMBER
    wanted = FieldRole.AMOUNT if is_amount else _ROLES.get(role or "", FieldRole.FEATURE)
    if (wanted is FieldRole.PURPOSE) != category and wanted is not FieldRole.FEATURE:
        wanted = FieldRole.FEATURE
    return FormField(name, kind, wanted, label=column[:200], required=is_amount)


def _fit_credit_score(
    policy: Policy, mapping: "Mapping", table: "AppliedTable", notices: list[str], *, has_score: bool
) -> Policy:
    import numpy as np

    if table.credit_scores is None or not has_score:
        notices.append("The rule min_credit_score does not apply: the table has no credit score.")
        return with_rule_not_applicable(policy, "min_credit_score", "The table has no credit score.")
    known = table.credit_scores[~np.isnan(table.credit_scores)]
    low, high = CREDIT_SCORE_RANGE
    if not len(known) or np.quantile(known, 0.05) < low or np.quantile(known, 0.95) > high:
        why = f"'{mapping.credit_score}' is not on the scale of a credit bureau (300 to 850)."
        notices.append(f"The rule min_credit_score does not apply: {why}")
        return with_rule_not_applicable(policy, "min_credit_score", why)
    return policy


def _amount_scale(table: "AppliedTable", parts: "Parts", notices: list[str]) -> Decimal | None:
    """Return by what the money limits are multiplied to fit the table's amounts; 1 where they fit."""
    import numpy as np

    assert table.amounts is not None  # noqa: S101 - the caller has asked
    amounts = table.amounts[parts.earlier]
    known = amounts[~np.isnan(amounts)]
    if not len(known):
        return None
    within = float((known <= float(MAX_LOAN_AMOUNT)).mean())
    if within >= FITTING_SHARE:
        return Decimal(1)
    wanted = _round_up(float(np.quantile(known, AMOUNT_QUANTILE)))
    scale = wanted / MAX_LOAN_AMOUNT
    notices.append(
        f"Only {within:.0%} of the amounts are within max_loan_amount {MAX_LOAN_AMOUNT:,}: it is rescaled to {wanted:,.0f}"
        f" (99 of 100 amounts), the manager's and owner's amounts with it"
        f" ({MANAGER_AMOUNT * scale:,.0f} and {OWNER_AMOUNT * scale:,.0f})."
    )
    return scale


def _round_up(amount: float) -> Decimal:
    """Round up to two significant digits."""
    exponent = len(str(int(max(amount, 1)))) - 2
    unit = Decimal(10) ** max(exponent, 0)
    return -(-Decimal(int(amount)) // unit) * unit


def _rescaled(rule: Rule, scale: Decimal) -> Rule:
    """Multiply the amounts that a rule compares with, and say so in its reason."""
    if rule.cap is not None and rule.cap.field == "amount":
        at_most = Decimal(rule.cap.at_most) * scale
        return replace(
            rule,
            cap=Cap(at_most=at_most, field="amount", exceeded=rule.cap.exceeded),
            reason=f"The amount is above {at_most:,.0f}, the most that is approved automatically.",
        )
    changed = _scaled_condition(rule.when, scale)
    return (
        rule if changed == rule.when else replace(rule, when=changed, reason=f"{rule.reason} (rescaled for this table)")
    )


def _scaled_condition(condition: Condition, scale: Decimal) -> Condition:
    if (
        isinstance(condition, Comparison)
        and condition.field == "amount"
        and isinstance(condition.value, Decimal | int | float)
    ):
        return replace(condition, value=Decimal(str(condition.value)) * scale)
    if isinstance(condition, AllOf):
        return AllOf(tuple(_scaled_condition(each, scale) for each in condition.conditions))
    return condition


def _fit_limits(
    policy: Policy, table: "AppliedTable", parts: "Parts", *, has_amount: bool, notices: list[str]
) -> Policy:
    """Widen the limits on automatic acts so that the whole later part can be decided in a day."""
    rows = max(len(parts.later), 1)
    total: Any = None
    if has_amount and table.amounts is not None:
        import numpy as np

        total = Decimal(int(np.nansum(table.amounts[parts.later])) + 1)
    for action, window in ((APPROVE, Window.DAY), (REJECT, Window.HOUR)):
        body = policy.actions[action]
        limit = Limit(window, count=rows, amount=total if action == APPROVE else None)
        policy = with_action(policy, action, replace(body, limits=(limit,), hold_seconds=0.0))
    notices.append(
        f"Limits on automatic acts are widened to {rows:,} approvals a day and rejections an hour"
        + (f" and {total:,} in money" if total is not None else "")
        + ", since a replay decides in minutes what took months; delays before a payout are left out."
    )
    return policy


def move_protected(mapping: "Mapping") -> "tuple[Mapping, list[str]]":
    """Move proposed features whose name says that they are protected to the protected columns."""
    found = [name for name in mapping.feature_names if is_protected_name(name)]
    if not found:
        return mapping, []
    return (
        replace(
            mapping,
            features=tuple(feature for feature in mapping.features if feature.name not in found),
            protected=(*mapping.protected, *found),
        ),
        [f"'{name}' is a protected attribute: it is kept for monitoring and is no feature." for name in found],
    )
