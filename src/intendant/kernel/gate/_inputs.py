"""What a policy needs beside a case's own values: lists that its rules ask, and aggregates that it declares.

The gate looks nothing up. Whoever decides asks this, finds all answers for a whole batch, and lays them into the cases' values,
where they are frozen into the record like any other value.
"""

from typing import NamedTuple

from intendant.kernel.gate._conditions import comparisons_of
from intendant.kernel.gate._policy import LISTED, Aggregate, Policy
from intendant.kernel.gate._rules import rule_condition

__all__ = ["Inputs", "inputs_of", "lists_of"]


class Inputs(NamedTuple):
    """What is looked up for every case of a policy. `lists` are pairs of a field and the list that is asked for its value."""

    lists: tuple[tuple[str, str], ...]
    aggregates: tuple[Aggregate, ...]


def inputs_of(policy: Policy) -> Inputs | None:
    """Return what the policy needs looked up, None where that is nothing."""
    lists = lists_of(policy)
    return Inputs(lists, policy.aggregates) if lists or policy.aggregates else None


def lists_of(policy: Policy) -> tuple[tuple[str, str], ...]:
    """Return each pair of a field and a list that some rule in use asks about."""
    pairs = {
        (comparison.field, str(comparison.value)): None
        for rule in policy.rules
        if rule.not_applicable is None
        for comparison in comparisons_of(rule_condition(rule))
        if comparison.op in LISTED
    }
    return tuple(pairs)
