"""Checking a draft with all that is known about its kind: the words of its cases, what they are like, the lists that are kept."""

from intendant.kernel import lists
from intendant.kernel.gate import Domain, Finding, FindingKind, Policy, check_policy
from intendant.kernel.policies._versions import is_blocking
from intendant.kernel.registry import DecisionKind, ValueType, Vocabulary
from intendant.kit.database import Transaction


def check_draft(tx: Transaction, kind: DecisionKind, draft: Policy) -> list[Finding]:
    """Return all findings about a draft, with examples from the values that cases of its kind have."""
    words = kind.vocabulary(tx)
    kept = [row["name"] for row in lists.list_names(tx)]
    return check_policy(draft, {value.name for value in words.values}, kept, domains_of(words))


def domains_of(words: Vocabulary) -> dict[str, Domain]:
    """Return what values of each field are like, from which examples are chosen."""
    return {
        value.name: Domain(value.choices, value.minimum, value.maximum, value.type is ValueType.INTEGER)
        for value in words.values
    }


def blocks_publishing(finding: Finding) -> bool:
    """Say whether a finding blocks publishing; a product of tomorrow may have the field that none has today."""
    return is_blocking(finding) and finding.kind is not FindingKind.UNKNOWN_FIELD


def example_words(finding: Finding) -> str | None:
    """Return a finding's example in words, such as "with amount 12,000 and term 36"; None where it has none."""
    if not finding.example:
        return None
    parts = [f"{name} {_shown(value)}" for name, value in finding.example.items()]
    return "with " + (parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:,}"
    return f"'{value}'" if isinstance(value, str) else str(value)
