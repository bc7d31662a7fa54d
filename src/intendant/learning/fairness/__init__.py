"""Monitoring of decisions by protected group. Protected attributes are looked at here and are never features."""

from intendant.learning.fairness._rates import (
    FOUR_FIFTHS,
    AttributeRates,
    GroupRate,
    GroupsInvalid,
    band_values,
    group_rates,
)

__all__ = ["FOUR_FIFTHS", "AttributeRates", "GroupRate", "GroupsInvalid", "band_values", "group_rates"]
