"""What can be known to be wrong with a policy before it decides anything.

Findings that block: names or numbers without meaning, and rules that contradict each other so that no case may act. The
rest is shown: rules that never fire, that others shadow, mask or overlap, and limits and ranges that leave gaps. Where a
finding is about cases it carries an example, and the example has been tried.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from intendant.kernel.gate._check_cases import find_about_action
from intendant.kernel.gate._check_words import check_inputs, check_names, check_numbers, check_types
from intendant.kernel.gate._findings import Finding
from intendant.kernel.gate._policy import Policy, Rule
from intendant.kernel.gate._regions import Budget, Domain
from intendant.kernel.gate._rules import is_in_effect

__all__ = ["check_policy"]

MOMENTS_MAX = 50
FINDINGS_MAX = 500
STEPS_MAX = 500_000
"""Pairs of regions that are compared for one policy: some seconds. What is left then is said to be unchecked."""


def check_policy(
    policy: Policy,
    known_fields: Collection[str] | None = None,
    known_lists: Collection[str] | None = None,
    domains: Mapping[str, Domain] | None = None,
) -> list[Finding]:
    """Return the findings, blocking ones first. With `known_fields`, rules that read other fields are found too, and with
    `known_lists`, those that ask lists nobody keeps. `domains` say what values of fields are like, for the examples."""
    findings = [
        *check_names(policy, known_fields),
        *check_inputs(policy, known_fields, known_lists),
        *check_numbers(policy),
        *check_types(policy),
    ]
    seen: set[tuple[object, ...]] = set()
    budget = Budget(STEPS_MAX)
    for action in policy.actions:
        for active in _active_sets(policy, action):
            for finding in find_about_action(policy, action, active, domains or {}, budget):
                key = (finding.kind, finding.rules, finding.action if not finding.rules else None, finding.path)
                if key not in seen:
                    seen.add(key)
                    findings.append(finding)
    findings.sort(key=lambda finding: not finding.blocking)
    return findings[:FINDINGS_MAX]


def _active_sets(policy: Policy, action: str) -> list[tuple[Rule, ...]]:
    """Return the sets of rules that are in effect together at some time."""
    rules = [rule for rule in policy.rules if rule.not_applicable is None and rule.speaks_about(action)]
    turns = {moment for rule in rules for moment in (rule.effective_from, rule.effective_until) if moment is not None}
    moments: list[datetime] = sorted(turns)[:MOMENTS_MAX]
    undated = tuple(rule for rule in rules if rule.effective_from is None)
    active = [tuple(rule for rule in rules if is_in_effect(rule, moment)) for moment in moments]
    return list(dict.fromkeys([undated, *active]))
