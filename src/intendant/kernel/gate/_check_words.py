"""Checks of a policy that need no cases: names and numbers without meaning, and values compared as what they are not."""

from collections.abc import Collection, Iterator

from intendant.kernel.gate._conditions import comparisons_of, fields_of
from intendant.kernel.gate._findings import Finding, FindingKind
from intendant.kernel.gate._policy import LISTED, Policy
from intendant.kernel.gate._rules import OWN_FIELDS, rule_condition
from intendant.kernel.gate._values import family

__all__ = ["check_inputs", "check_names", "check_numbers", "check_types"]


def check_names(policy: Policy, known_fields: Collection[str] | None) -> Iterator[Finding]:
    """Find names that stand twice, and fields that no case has."""
    names: set[str] = set()
    for at, rule in enumerate(policy.rules):
        if rule.name in names:
            text = f"Two rules are named '{rule.name}'."
            yield Finding(FindingKind.DUPLICATE_NAME, True, f"rules[{at}].name", text, (rule.name,))
        names.add(rule.name)
        for action in rule.actions or ():
            if action not in policy.actions:
                text = f"The rule '{rule.name}' speaks about '{action}', which the policy does not describe."
                yield Finding(FindingKind.UNKNOWN_ACTION, True, f"rules[{at}].actions", text, (rule.name,), action)
        if known_fields is None or rule.not_applicable is not None:
            continue
        for field in sorted(fields_of(rule_condition(rule)) - OWN_FIELDS - set(known_fields)):
            if field.startswith("aggregates."):
                continue
            text = (
                f"The rule '{rule.name}' reads '{field}', which no case has; it would {rule.missing.value} every time."
            )
            yield Finding(FindingKind.UNKNOWN_FIELD, True, f"rules[{at}].when", text, (rule.name,))


def check_inputs(
    policy: Policy, known_fields: Collection[str] | None, known_lists: Collection[str] | None
) -> Iterator[Finding]:
    """Find lists that are not there and aggregates that are not declared."""
    declared = {each.key for each in policy.aggregates}
    for at, rule in enumerate(policy.rules):
        if rule.not_applicable is not None:
            continue
        condition = rule_condition(rule)
        for field in sorted(fields_of(condition) - declared):
            if field.startswith("aggregates."):
                text = f"The rule '{rule.name}' reads '{field}', which the policy does not declare."
                yield Finding(FindingKind.UNKNOWN_AGGREGATE, True, f"rules[{at}].when", text, (rule.name,))
        asked = {str(each.value) for each in comparisons_of(condition) if each.op in LISTED}
        for name in sorted(asked - set(known_lists if known_lists is not None else asked)):
            text = f"The rule '{rule.name}' asks the list '{name}', which nobody keeps."
            yield Finding(FindingKind.UNKNOWN_LIST, True, f"rules[{at}].when", text, (rule.name,))
    for at, each in enumerate(policy.aggregates if known_fields is not None else ()):
        read = {each.by, *fields_of(each.where), *(() if each.of is None else (each.of,))}
        for field in sorted(read - OWN_FIELDS - set(known_fields or ())):
            text = f"The aggregate '{each.name}' reads '{field}', which no case has."
            yield Finding(FindingKind.UNKNOWN_FIELD, True, f"aggregates[{at}]", text)


def check_numbers(policy: Policy) -> Iterator[Finding]:
    """Find shares outside 0 to 1 and times that cannot be."""
    shares: list[tuple[str, float | None]] = [
        ("intervention_threshold", policy.intervention_threshold),
        ("conformal_coverage", policy.conformal_coverage),
    ]
    for name, action in policy.actions.items():
        path = f"actions.{name}"
        shares += [
            (f"{path}.act_threshold", action.act_threshold),
            (f"{path}.review_share.supervised", action.review_share_supervised),
            (f"{path}.review_share.full", action.review_share_full),
            (f"{path}.blind_share", action.blind_share),
        ]
        if action.act_threshold < policy.intervention_threshold:
            text = f"'{name}' could act below the intervention threshold; such cases are asked all the same."
            yield Finding(FindingKind.THRESHOLD, False, f"{path}.act_threshold", text, action=name)
        if action.review_share_full > action.review_share_supervised:
            text = f"'{name}' is reviewed more at level full than at supervised."
            yield Finding(FindingKind.THRESHOLD, True, f"{path}.review_share", text, action=name)
        for at, limit in enumerate(action.limits):
            where = f"{path}.limits[{at}]"
            if (limit.count is not None and limit.count < 0) or (limit.amount is not None and not limit.amount >= 0):
                yield Finding(FindingKind.LIMIT, True, where, "A limit is below zero.", action=name)
            elif limit.count == 0 or limit.amount == 0:
                text = f"A limit of zero: '{name}' never happens by itself."
                yield Finding(FindingKind.LIMIT, False, where, text, action=name)
        if not action.reversible and not action.limits:
            text = f"'{name}' cannot be undone and has no limit."
            yield Finding(FindingKind.GAP, False, f"{path}.limits", text, action=name)
    for path, share in shares:
        if share is not None and not 0.0 <= share <= 1.0:
            yield Finding(FindingKind.THRESHOLD, True, path, f"{path} is {share}, outside 0 to 1.")


def check_types(policy: Policy) -> Iterator[Finding]:
    """Find fields that rules compare as of two types."""
    kinds: dict[str, dict[str, str]] = {}
    for rule in policy.rules:
        if rule.not_applicable is not None:
            continue
        for comparison in comparisons_of(rule_condition(rule)):
            if comparison.op in LISTED:
                continue
            values = comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)
            for kind in {family(value)[0] for value in values} - {"missing"}:
                kinds.setdefault(comparison.field, {}).setdefault(kind, rule.name)
    for field, found in kinds.items():
        if len(found) > 1 and set(found) != {"date", "moment"}:
            text = f"'{field}' is compared as {' and as '.join(sorted(found))}; a value can only be one, and the other is missing."
            yield Finding(FindingKind.MIXED_TYPES, False, "rules", text, tuple(dict.fromkeys(found.values())))
