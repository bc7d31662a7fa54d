"""What follows the end of day, in order: an explicit list of what lending's parts do once loans are booked up to today."""

from collections.abc import Sequence

from intendant.domains.lending.collections.settlement import settle_organization
from intendant.domains.lending.letters.statements import issue_statements
from intendant.domains.lending.loans.end_of_day import AfterEndOfDay
from intendant.domains.lending.loans.lessons import record_lessons


def after_end_of_day() -> Sequence[tuple[str, AfterEndOfDay]]:
    """Return the steps that follow, by name; each may be called again after a crash."""
    return (("collections", settle_organization), ("outcomes", record_lessons), ("statements", issue_statements))
