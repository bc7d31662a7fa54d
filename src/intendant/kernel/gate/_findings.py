"""What the static checks say: findings, each with a case that shows it where it is about cases."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from intendant.kernel.gate._verdict import Case

__all__ = ["Finding", "FindingKind", "case_of", "example_case"]


class FindingKind(StrEnum):
    """What sort of thing was found."""

    DUPLICATE_NAME = "duplicate_name"
    UNKNOWN_ACTION = "unknown_action"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_LIST = "unknown_list"
    UNKNOWN_AGGREGATE = "unknown_aggregate"
    THRESHOLD = "threshold"
    LIMIT = "limit"
    MIXED_TYPES = "mixed_types"
    CONTRADICTION = "contradiction"
    ALWAYS_ASKS = "always_asks"
    ALWAYS_FIRES = "always_fires"
    NEVER_FIRES = "never_fires"
    SHADOWED = "shadowed"
    NEVER_DECIDES = "never_decides"
    OVERLAP = "overlap"
    GAP = "gap"
    UNCHECKED = "unchecked"


class Finding(NamedTuple):
    """One thing found."""

    kind: FindingKind
    blocking: bool
    """Whether the policy may not be published."""
    path: str
    text: str
    rules: tuple[str, ...] = ()
    action: str | None = None
    example: Mapping[str, object] | None = None
    """Values of a case that shows it."""


def example_case(finding: Finding) -> Case | None:
    """Return the case a finding shows, ready to be decided."""
    if finding.example is None or finding.action is None:
        return None
    return case_of(finding.action, finding.example)


def case_of(action: str, example: Mapping[str, object]) -> Case:
    """Return the case that an example of the checks describes."""
    confidence, amount = example.get("confidence", 1.0), example.get("action.amount")
    return Case(action=action, values=example, confidence=confidence, amount=amount)  # type: ignore[arg-type]
