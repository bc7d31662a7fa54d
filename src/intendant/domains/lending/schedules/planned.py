"""What is planned to happen to a loan that is previewed, as JSON: tranches, changes of the rate, payments beyond the instalments."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from intendant.domains.lending.schedules.preview import PlannedEvent
from intendant.domains.lending.schedules.terms_json import parse_terms, parse_value
from intendant.domains.lending.servicing.model import TransactionType
from intendant.domains.lending.terms import LoanTerms


@dataclass(frozen=True, slots=True)
class PlannedAmount:
    """Money on a day."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PlannedRate:
    """A rate, percent a year, from a day on."""

    on: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class PlannedEvents:
    """All that is planned. Without disbursements the amount is paid out on the first day."""

    disbursements: tuple[PlannedAmount, ...] = ()
    rate_changes: tuple[PlannedRate, ...] = ()
    payments: tuple[PlannedAmount, ...] = ()

    def events(self) -> list[PlannedEvent]:
        """Return them as events, each with the field that names it."""
        found = [
            PlannedEvent(TransactionType.DISBURSEMENT, each.on, each.amount, f"disbursements[{place}]")
            for place, each in enumerate(self.disbursements)
        ]
        found += [
            PlannedEvent(TransactionType.RATE_CHANGE, each.on, each.rate, f"rate_changes[{place}]")
            for place, each in enumerate(self.rate_changes)
        ]
        found += [
            PlannedEvent(TransactionType.REPAYMENT, each.on, each.amount, f"payments[{place}]")
            for place, each in enumerate(self.payments)
        ]
        return found


def parse_planned(written: Mapping[str, Any]) -> tuple[LoanTerms, list[PlannedEvent]]:
    """Turn the terms of a loan, with what is planned beside them, into values; raises TermsInvalid naming the field at fault."""
    names = {each.name for each in fields(PlannedEvents)}
    planned = parse_value(PlannedEvents, {name: value for name, value in written.items() if name in names})
    return parse_terms({name: value for name, value in written.items() if name not in names}), planned.events()
