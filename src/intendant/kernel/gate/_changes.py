"""What changed between two policies, in sentences a person can approve."""

from collections.abc import Mapping
from typing import NamedTuple

from intendant.kernel.gate._conditions import describe
from intendant.kernel.gate._dump import dump_action, dump_aggregate, dump_rule
from intendant.kernel.gate._policy import Json, Policy, Rule
from intendant.kernel.gate._rules import rule_condition

__all__ = ["Change", "diff_policies"]


class Change(NamedTuple):
    """One difference. `before` or `after` is None where there was or is nothing."""

    path: str
    before: Json
    after: Json
    text: str


def diff_policies(before: Policy, after: Policy) -> list[Change]:
    """Return the differences, top values first, then actions and rules by name. Equal policies give an empty list."""
    changes: list[Change] = []
    _compare_entries(
        changes,
        "",
        {
            "kind": before.kind,
            "publishing.second_person": before.second_person,
            "intervention_threshold": before.intervention_threshold,
            "conformal_coverage": before.conformal_coverage,
        },
        {
            "kind": after.kind,
            "publishing.second_person": after.second_person,
            "intervention_threshold": after.intervention_threshold,
            "conformal_coverage": after.conformal_coverage,
        },
    )
    _compare_entries(changes, "parameters.", before.parameters, after.parameters)
    for name in _names(before.actions, after.actions):
        old, new = before.actions.get(name), after.actions.get(name)
        path = f"actions.{name}"
        if old is not None and new is not None:
            _compare_entries(changes, f"{path}.", dump_action(old), dump_action(new))
        elif new is not None:
            changes.append(Change(path, None, dump_action(new), f"The action '{name}' is added."))
        elif old is not None:
            changes.append(Change(path, dump_action(old), None, f"The action '{name}' is removed: it will be refused."))
    _compare_entries(
        changes,
        "aggregates.",
        {each.name: dump_aggregate(each) for each in before.aggregates},
        {each.name: dump_aggregate(each) for each in after.aggregates},
    )
    _compare_rules(changes, before, after)
    return changes


def _compare_rules(changes: list[Change], before: Policy, after: Policy) -> None:
    old_rules = {rule.name: rule for rule in before.rules}
    new_rules = {rule.name: rule for rule in after.rules}
    for name in _names(old_rules, new_rules):
        old, new = old_rules.get(name), new_rules.get(name)
        path = f"rules.{name}"
        if old is not None and new is not None:
            _compare_one_rule(changes, path, old, new)
        elif new is not None:
            changes.append(Change(path, None, dump_rule(new), f"The rule '{name}' is added: {_sentence(new)}."))
        elif old is not None:
            changes.append(Change(path, dump_rule(old), None, f"The rule '{name}' is removed: {_sentence(old)}."))
    kept_before = [name for name in old_rules if name in new_rules]
    kept_after = [name for name in new_rules if name in old_rules]
    if kept_before != kept_after:
        text = "The rules stand in another order, which changes no verdict."
        changes.append(Change("rules", list(kept_before), list(kept_after), text))


def _compare_one_rule(changes: list[Change], path: str, old: Rule, new: Rule) -> None:
    before, after = dump_rule(old), dump_rule(new)
    # Compared as text: to Python 1 equals True, to a rule it does not.
    if repr(before) == repr(after):
        return
    known = len(changes)
    _compare_entries(changes, f"{path}.", _worded(old), _worded(new))
    if len(changes) == known:
        changes.append(Change(path, before, after, f"{path} compares with a value of another type."))


def _worded(rule: Rule) -> dict[str, Json]:
    # Conditions differ in words rather than as trees: a person reads this.
    written = dump_rule(rule)
    if "when" in written:
        written["when"] = describe(rule.when)
    return written


def _sentence(rule: Rule) -> str:
    actions = "all actions" if rule.actions is None else ", ".join(rule.actions)
    return f"{rule.effect.value} for {actions} when {describe(rule_condition(rule))}"


def _compare_entries(changes: list[Change], prefix: str, before: Mapping[str, Json], after: Mapping[str, Json]) -> None:
    for key in _names(before, after):
        old, new = before.get(key), after.get(key)
        if old == new and type(old) is type(new):
            continue
        path = f"{prefix}{key}"
        if key not in before or (old is None and new is not None):
            text = f"{path} is set to {_shown(new)}"
        elif key not in after or new is None:
            text = f"{path} is removed; it was {_shown(old)}"
        else:
            text = f"{path} changes from {_shown(old)} to {_shown(new)}"
        # A value that is a sentence brings its own full stop.
        changes.append(Change(path, old, new, text if text.endswith(".") else f"{text}."))


def _names(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    return [*before, *(name for name in after if name not in before)]


def _shown(value: Json) -> str:
    if value == []:
        return "nothing"
    text = str(value)
    return text if len(text) <= 200 else text[:197] + "..."
