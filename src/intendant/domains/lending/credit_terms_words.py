"""The words of credit terms with a label and a sentence each, for whoever edits a product. Values only."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, TypeVar

from intendant.domains.lending.terms import (
    Base,
    BrokenPeriod,
    Component,
    DayCount,
    Excess,
    FeeWhen,
    InstalmentFormula,
    InterestBasis,
    Method,
    RoundingMode,
)


class Word(NamedTuple):
    """A word as people read it."""

    label: str
    help: str


RATE_KINDS: Mapping[str, Word] = {
    "fixed": Word("Fixed", "One rate for everybody."),
    "bands": Word("By risk band", "A rate by probability of default or by credit score; best band first."),
    "index": Word("Floating", "An index plus a margin, within floor and cap, set anew every so often."),
}
DAY_COUNTS: Mapping[DayCount, Word] = {
    DayCount.ACT_365: Word("Actual/365", "Actual days over a year of 365."),
    DayCount.ACT_360: Word("Actual/360", "Actual days over a year of 360."),
    DayCount.ACT_364: Word("Actual/364", "Actual days over a year of 364, which is 52 weeks."),
    DayCount.ACT_365_25: Word("Actual/365.25", "Actual days over an average year."),
    DayCount.ACT_ACT: Word("Actual/actual", "Actual days over the days of their own year."),
    DayCount.THIRTY_360: Word("30/360", "Every month counts 30 days of a year of 360."),
    DayCount.THIRTY_365: Word("30/365", "Every month counts 30 days of a year of 365."),
}
METHODS: Mapping[Method, Word] = {
    Method.EQUAL_INSTALMENT: Word("Equal instalments", "Each instalment the same, interest first."),
    Method.EQUAL_PRINCIPAL: Word(
        "Equal principal", "Each instalment the same principal, with the interest on the rest."
    ),
    Method.INTEREST_ONLY: Word("Interest only", "Interest alone, all principal with the last."),
}
FORMULAS: Mapping[InstalmentFormula, Word] = {
    InstalmentFormula.EXACT: Word("Exact", "The instalment follows from each period's own days."),
    InstalmentFormula.NOMINAL: Word(
        "Nominal", "The instalment follows from the yearly rate over the periods of a year."
    ),
}
ROUNDING_MODES: Mapping[RoundingMode, Word] = {
    RoundingMode.HALF_EVEN: Word("Half to even", "Halves go to the even neighbour."),
    RoundingMode.HALF_UP: Word("Half up", "Halves go away from zero."),
    RoundingMode.HALF_DOWN: Word("Half down", "Halves go towards zero."),
    RoundingMode.UP: Word("Up", "Everything goes away from zero."),
    RoundingMode.DOWN: Word("Down", "Everything goes towards zero."),
    RoundingMode.CEILING: Word("Ceiling", "Everything goes to the larger neighbour."),
    RoundingMode.FLOOR: Word("Floor", "Everything goes to the smaller neighbour."),
}
BROKEN_PERIODS: Mapping[BrokenPeriod, Word] = {
    BrokenPeriod.FIRST: Word("First instalment", "Its interest is part of the first instalment."),
    BrokenPeriod.ADDED: Word("Added", "Its interest comes on top of the first instalment."),
    BrokenPeriod.SPREAD: Word("Spread", "Its interest is spread over all instalments."),
    BrokenPeriod.UPFRONT: Word("Upfront", "Its interest is paid when the loan is paid out."),
}
BASES: Mapping[Base, Word] = {
    Base.FLAT: Word("Amount", "An amount of money."),
    Base.PRINCIPAL: Word("% of the amount", "Percent of the amount paid out."),
    Base.INSTALMENT: Word("% of the instalment", "Percent of principal and interest of the instalment."),
    Base.OVERDUE: Word("% of what is overdue", "Percent of what is overdue."),
}
FEE_TIMES: Mapping[FeeWhen, Word] = {
    FeeWhen.DISBURSEMENT: Word("At payout", "With each payout; kept back from it, or due at once."),
    FeeWhen.INSTALMENT: Word("With instalments", "With every instalment."),
    FeeWhen.LATE: Word("When late", "Once for each instalment that is late."),
}
COMPONENTS: Mapping[Component, Word] = {
    Component.PENALTY: Word("Penalties", "What lateness costs."),
    Component.FEE: Word("Fees", "What was charged."),
    Component.INTEREST: Word("Interest", "What has accrued."),
    Component.PRINCIPAL: Word("Principal", "What was lent."),
}
EXCESSES: Mapping[Excess, Word] = {
    Excess.HOLD: Word("Hold as credit", "It pays instalments as they fall due."),
    Excess.NEXT: Word("Pay the next", "It pays the next instalments at once."),
    Excess.SHORTEN: Word("Shorten the term", "It repays principal; the last instalments fall away."),
    Excess.LOWER: Word("Lower the instalments", "It repays principal; the remaining instalments become smaller."),
}
INTEREST_BASES: Mapping[InterestBasis, Word] = {
    InterestBasis.OUTSTANDING: Word("What is outstanding", "Who pays late pays more interest, who pays early less."),
    InterestBasis.SCHEDULED: Word("What the schedule says", "Lateness costs penalties alone."),
}
_W = TypeVar("_W", bound=StrEnum)


def _by_name(words: Mapping[_W, Word]) -> dict[str, Word]:
    return {each.value: word for each, word in words.items()}


WORDS: Mapping[str, Mapping[str, Word]] = {
    "day_counts": _by_name(DAY_COUNTS),
    "methods": _by_name(METHODS),
    "formulas": _by_name(FORMULAS),
    "rounding_modes": _by_name(ROUNDING_MODES),
    "broken_periods": _by_name(BROKEN_PERIODS),
    "bases": _by_name(BASES),
    "fee_times": _by_name(FEE_TIMES),
    "components": _by_name(COMPONENTS),
    "excesses": _by_name(EXCESSES),
    "interest_bases": _by_name(INTEREST_BASES),
}
"""All of them, by the name of the list that an editor shows."""
