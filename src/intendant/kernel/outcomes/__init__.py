"""Outcomes: what became of it. Rejected subjects have none: they are censored, never counted as right."""

from intendant.kernel.outcomes._outcomes import COLUMNS, OUTCOMES, Outcome, list_outcomes, record, record_digest

__all__ = ["COLUMNS", "OUTCOMES", "Outcome", "list_outcomes", "record", "record_digest"]
