"""The terms of one loan: what was agreed, frozen when it is booked. Values only; `schedules` and `servicing` compute with them.

A product states ranges and defaults (`credit_terms`); these are one borrower's. Wrong ones cannot be built.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NoReturn

from intendant.kit.errors import Invalid
from intendant.kit.money import AMOUNT_MAX, minor_unit

PERIODS_MAX = 1_200
RATE_MAX = Decimal(1_000)
"""Percent a year; what is lawful is policy."""
FEES_MAX = 20
PERIOD_UNITS_MAX = 366
ZERO = Decimal(0)


class TermsInvalid(Invalid):
    """Terms that no loan can have; `field` names the one that is wrong."""

    code = "terms_invalid"


def _refuse(field_name: str, message: str, remedy: str) -> NoReturn:
    raise TermsInvalid(message, field=field_name, remedy=remedy)


class DayCount(StrEnum):
    """How days become a fraction of a year: days of a month over days of a year.

    With a month of 30 days a whole period counts 30 days for each month in it, and part of a period counts its share of the
    period's actual days. ACT/ACT gives each day the length of its own year, and splits a period at 31 December.
    """

    ACT_365 = "ACT/365"
    ACT_360 = "ACT/360"
    ACT_364 = "ACT/364"
    ACT_365_25 = "ACT/365.25"
    ACT_ACT = "ACT/ACT"
    THIRTY_360 = "30/360"
    THIRTY_365 = "30/365"


class PeriodUnit(StrEnum):
    """In what periods are counted."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Every:
    """The length of a period: `count` units. Written `15d`, `2w`, `1m`, `1y`."""

    count: int = 1
    unit: PeriodUnit = PeriodUnit.MONTH

    def __post_init__(self) -> None:
        if not 1 <= self.count <= PERIOD_UNITS_MAX:
            _refuse("every", f"A period of {self.count} {self.unit.value}s is none.", f"Give 1 to {PERIOD_UNITS_MAX}.")

    def __str__(self) -> str:
        return f"{self.count}{self.unit.value[0]}"


_EVERY = re.compile(r"(\d{1,3})([dwmy])\Z")
_UNITS = {"d": (PeriodUnit.DAY, 1), "w": (PeriodUnit.WEEK, 1), "m": (PeriodUnit.MONTH, 1), "y": (PeriodUnit.MONTH, 12)}


def parse_every(written: object) -> Every:
    """Read `15d`, `2w`, `1m` or `1y`; raises TermsInvalid."""
    found = _EVERY.match(str(written))
    if found is None:
        _refuse("every", f"{str(written)[:20]!r} is no period.", "Write 15d, 2w, 1m or 1y.")
    unit, times = _UNITS[found[2]]
    return Every(int(found[1]) * times, unit)


class Method(StrEnum):
    """How principal is repaid."""

    EQUAL_INSTALMENT = "equal_instalment"
    """Each instalment the same in all, interest first (annuity)."""
    EQUAL_PRINCIPAL = "equal_principal"
    """Each instalment the same principal, with the interest on what is left."""
    INTEREST_ONLY = "interest_only"
    """Interest alone, all principal with the last."""


class InstalmentFormula(StrEnum):
    """From what rate the equal instalment is computed."""

    EXACT = "exact"
    """From each period's own rate factor, as interest itself is."""
    NOMINAL = "nominal"
    """From the yearly rate over the periods in a year, as in a table of annuities; interest itself follows the day count."""


class BrokenPeriod(StrEnum):
    """What becomes of the interest of a first period longer than the others (`first_due` later than a period after `start`)."""

    FIRST = "first"
    """It is part of the first instalment's interest."""
    ADDED = "added"
    """It is added to the first instalment, on top of a whole period."""
    SPREAD = "spread"
    """It is spread over all instalments in equal parts."""
    UPFRONT = "upfront"
    """It is paid when the loan is disbursed."""


class RoundingMode(StrEnum):
    """To which side an amount between two units goes."""

    HALF_EVEN = "half-even"
    HALF_UP = "half-up"
    HALF_DOWN = "half-down"
    UP = "up"
    DOWN = "down"
    CEILING = "ceiling"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Rounding:
    """Rounding to multiples of `unit`, such as 0.01, 1 or 0.05. `unit` None stands for the currency's smallest unit."""

    mode: RoundingMode = RoundingMode.HALF_EVEN
    unit: Decimal | None = None

    def __post_init__(self) -> None:
        if self.unit is not None and not Decimal("0.0001") <= self.unit <= AMOUNT_MAX:
            _refuse("unit", f"{self.unit} is no unit to round to.", "Give a positive amount, such as 0.01.")


@dataclass(frozen=True, slots=True)
class Grace:
    """Relief in the first instalments, in numbers of them.

    `principal`: only interest is due. `interest`: interest accrues and is due with the first instalment after. `free`: no
    interest accrues.
    """

    principal: int = 0
    interest: int = 0
    free: int = 0


class Base(StrEnum):
    """Of what a share is a share."""

    FLAT = "flat"
    """An amount of money, no share."""
    PRINCIPAL = "principal"
    """Percent of the amount disbursed."""
    INSTALMENT = "instalment"
    """Percent of the principal and interest of the instalment."""
    OVERDUE = "overdue"
    """Percent of what is overdue."""


@dataclass(frozen=True, slots=True)
class Portion:
    """An amount, or a percentage of a base."""

    value: Decimal
    base: Base = Base.FLAT

    def __post_init__(self) -> None:
        most = AMOUNT_MAX if self.base is Base.FLAT else Decimal(100)
        if not (self.value.is_finite() and 0 <= self.value <= most):
            _refuse("value", f"{self.value} is no portion.", f"Give 0 to {most:,}.")


class FeeWhen(StrEnum):
    """When a fee falls due."""

    DISBURSEMENT = "disbursement"
    """With each disbursement; kept back from what is paid out if `deducted`, else due at once."""
    INSTALMENT = "instalment"
    """With every instalment."""
    LATE = "late"
    """Once for each instalment that is not paid in full when its days of grace are over: a penalty."""


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee that the product charges by itself."""

    name: str
    when: FeeWhen
    portion: Portion
    deducted: bool = False


@dataclass(frozen=True, slots=True)
class Penalty:
    """Interest on what is late: `rate` percent a year on overdue principal and interest, from the day after `grace_days`.

    Within the days of grace nothing is charged; once they are over it counts from the due date if `from_due`.
    """

    rate: Decimal = ZERO
    grace_days: int = 0
    from_due: bool = False


class Component(StrEnum):
    """What a borrower owes, by kind."""

    PENALTY = "penalty"
    FEE = "fee"
    INTEREST = "interest"
    PRINCIPAL = "principal"


class Excess(StrEnum):
    """What becomes of money beyond what is due."""

    HOLD = "hold"
    """It is kept as the borrower's credit and pays instalments as they fall due."""
    NEXT = "next"
    """It pays the next instalments at once; interest on what it repays ends that day."""
    SHORTEN = "shorten"
    """It repays principal; instalments stay and the last ones fall away."""
    LOWER = "lower"
    """It repays principal; the remaining instalments are computed anew and become smaller."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """In what order money pays what is owed. `by_instalment`: the oldest instalment in full first, else kind by kind."""

    order: tuple[Component, ...] = (Component.PENALTY, Component.FEE, Component.INTEREST, Component.PRINCIPAL)
    by_instalment: bool = True
    excess: Excess = Excess.NEXT

    def __post_init__(self) -> None:
        if sorted(self.order) != sorted(Component):
            _refuse("allocation.order", "The order does not name each kind once.", f"Order {', '.join(Component)}.")


class InterestBasis(StrEnum):
    """On what interest is computed."""

    OUTSTANDING = "outstanding"
    """On the principal that is really outstanding each day: who pays late pays more interest, who pays early less."""
    SCHEDULED = "scheduled"
    """On the principal that the schedule leaves outstanding: lateness costs penalties alone."""


@dataclass(frozen=True, slots=True)
class Provisioning:
    """Expected credit loss: `pd`, the probability of default within a year, and `lgd`, the share lost then, both 0 to 1.

    Stage 1 up to `stage2_days` past due: a year's loss. Stage 2: the loss over the remaining life. Stage 3 from
    `stage3_days`: default is taken as certain (IFRS 9, 5.5.3 to 5.5.11 and B5.5.37).
    """

    pd: Decimal = ZERO
    lgd: Decimal = ZERO
    stage2_days: int = 30
    stage3_days: int = 90


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """What was agreed. `rate` is percent a year, nominal; days are calendar days in the lender's time zone.

    The first period begins on `start`, and money is expected out on that day. The first instalment is due one period after it,
    unless `first_due` says otherwise; `due_day` puts monthly ones on that day of the month (31: its last). `fixed_instalment`
    states the equal instalment and makes `periods` the most there may be. `balloon` is principal left to the last instalment.
    `down_payment` is due on the day of disbursement.
    """

    amount: Decimal
    currency: str
    rate: Decimal
    periods: int
    start: date
    every: Every = field(default_factory=Every)
    first_due: date | None = None
    due_day: int | None = None
    day_count: DayCount = DayCount.ACT_365
    method: Method = Method.EQUAL_INSTALMENT
    formula: InstalmentFormula = InstalmentFormula.EXACT
    rounding: Rounding = field(default_factory=Rounding)
    """Of interest, fees and penalties."""
    instalment_rounding: Rounding | None = None
    """Of the equal instalment; as `rounding` where None."""
    level_last: bool = True
    """Shift the equal instalment by a unit or so where that brings the last one nearer to the others."""
    fixed_instalment: Decimal | None = None
    broken_period: BrokenPeriod = BrokenPeriod.FIRST
    grace: Grace = field(default_factory=Grace)
    balloon: Portion | None = None
    down_payment: Portion | None = None
    fees: tuple[Fee, ...] = ()
    penalty: Penalty = field(default_factory=Penalty)
    allocation: Allocation = field(default_factory=Allocation)
    basis: InterestBasis = InterestBasis.OUTSTANDING
    tolerance_amount: Decimal = ZERO
    """Arrears up to this count as none."""
    tolerance_days: int = 0
    """Days past due up to this count as none."""
    close_tolerance: Decimal = ZERO
    """A rest up to this at the end of a day on which something was paid is waived, so that the loan closes."""
    provisioning: Provisioning = field(default_factory=Provisioning)

    def __post_init__(self) -> None:
        if not (self.amount.is_finite() and 0 < self.amount <= AMOUNT_MAX):
            _refuse("amount", f"{self.amount} is no amount to lend.", "Give a positive amount.")
        if not re.fullmatch(r"[A-Z]{3}", self.currency):
            _refuse("currency", f"'{self.currency[:10]}' is no currency.", "Give three letters of ISO 4217.")
        smallest = minor_unit(self.currency)
        if self.amount % smallest:
            _refuse("amount", f"{self.amount} {self.currency} cannot be paid.", f"Give multiples of {smallest}.")
        if not (self.rate.is_finite() and 0 <= self.rate <= RATE_MAX):
            _refuse("rate", f"{self.rate} is no rate.", f"Give 0 to {RATE_MAX} percent a year.")
        if not 1 <= self.periods <= PERIODS_MAX:
            _refuse("periods", f"{self.periods} is no number of instalments.", f"Give 1 to {PERIODS_MAX}.")
        if self.first_due is not None and self.first_due <= self.start:
            _refuse("first_due", "The first instalment is due before the loan begins.", "Give a day after the start.")
        if self.due_day is not None and not (1 <= self.due_day <= 31 and self.every.unit is PeriodUnit.MONTH):
            _refuse("due_day", f"{self.due_day} is no day of a month.", "Give 1 to 31, with periods of months.")
        if min(self.grace.principal, self.grace.interest, self.grace.free) < 0 or (
            max(self.grace.principal, self.grace.interest) >= self.periods or self.grace.free > self.periods
        ):
            _refuse("grace", "The grace leaves no instalment.", f"Give fewer than {self.periods} periods.")
        if len(self.fees) > FEES_MAX:
            _refuse("fees", "There are too many fees.", f"Give at most {FEES_MAX}.")
        if not (self.penalty.rate.is_finite() and 0 <= self.penalty.rate <= RATE_MAX and self.penalty.grace_days >= 0):
            _refuse("penalty", "The penalty is not sound.", "Give a rate from 0, and days from 0.")
        if min(self.tolerance_amount, self.close_tolerance) < 0 or self.tolerance_days < 0:
            _refuse("tolerance", "A tolerance is negative.", "Give 0 or more.")
        if not (0 <= self.provisioning.pd <= 1 and 0 <= self.provisioning.lgd <= 1):
            _refuse("provisioning", "Probability and loss are shares.", "Give 0 to 1.")
        if self.fixed_instalment is not None and (self.fixed_instalment <= 0 or self.fixed_instalment % smallest):
            _refuse("fixed_instalment", f"{self.fixed_instalment} is no instalment.", f"Give multiples of {smallest}.")
        for name, rounding in (("rounding", self.rounding), ("instalment_rounding", self.instalment_rounding)):
            if rounding is not None and rounding.unit is not None and rounding.unit % smallest:
                _refuse(f"{name}.unit", f"{rounding.unit} {self.currency} cannot be paid.", f"Use {smallest} or more.")
        self._check_portions()

    def _check_portions(self) -> None:
        """A balloon and a down payment are part of the amount, and a fee is a share of what there is when it falls due."""
        shares = {}
        for name, portion in (("balloon", self.balloon), ("down_payment", self.down_payment)):
            if portion is not None and portion.base not in _OF_AMOUNT:
                _refuse(f"{name}.base", f"A {name.replace('_', ' ')} is no share of that.", "Use flat or principal.")
            shares[name] = _share(portion, self.amount)
        if shares["down_payment"] >= 1:
            _refuse("down_payment", "The down payment leaves nothing to lend.", "Give less than the amount.")
        if shares["balloon"] + shares["down_payment"] > 1:
            _refuse("balloon", "The balloon is more than is lent.", "Give at most what is left of the amount.")
        for place, fee in enumerate(self.fees):
            if fee.portion.base not in _BASES_OF[fee.when]:
                known = ", ".join(_BASES_OF[fee.when])
                _refuse(f"fees[{place}].portion.base", f"The fee '{fee.name[:40]}' has no such base.", f"Use {known}.")
            if fee.deducted and fee.when is not FeeWhen.DISBURSEMENT:
                _refuse(f"fees[{place}].deducted", "It cannot be kept back.", "Only fees of a disbursement can be.")


_OF_AMOUNT = (Base.FLAT, Base.PRINCIPAL)
_BASES_OF = {
    FeeWhen.DISBURSEMENT: _OF_AMOUNT,
    FeeWhen.INSTALMENT: (*_OF_AMOUNT, Base.INSTALMENT),
    FeeWhen.LATE: tuple(Base),
}


def _share(portion: Portion | None, amount: Decimal) -> Decimal:
    if portion is None:
        return ZERO
    return portion.value / (amount if portion.base is Base.FLAT else 100)
