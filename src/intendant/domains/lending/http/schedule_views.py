"""What lending's routes take and answer about schedules."""

from datetime import date
from decimal import Decimal

from pydantic import Field

from intendant.domains.lending.credit_terms_wire import (
    AllocationPart,
    FeePart,
    GracePart,
    Part,
    PenaltyPart,
    PortionPart,
    RoundingPart,
)
from intendant.domains.lending.http.views import Shown
from intendant.domains.lending.terms import (
    FEES_MAX,
    PERIODS_MAX,
    RATE_MAX,
    BrokenPeriod,
    DayCount,
    InstalmentFormula,
    InterestBasis,
    Method,
)


class ProvisioningPart(Part):
    """Expected loss: probability of default within a year and share lost then, 0 to 1, and the days of the stages."""

    pd: Decimal = Field(default=Decimal(0), ge=0, le=1)
    lgd: Decimal = Field(default=Decimal(0), ge=0, le=1)
    stage2_days: int = Field(default=30, ge=0)
    stage3_days: int = Field(default=90, ge=0)


class LoanTermsPart(Part):
    """The terms of one loan. Periods are written 15d, 2w, 1m or 1y; rates are percent a year; `start` is disbursement."""

    amount: Decimal = Field(gt=0)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    rate: Decimal = Field(ge=0, le=RATE_MAX)
    periods: int = Field(ge=1, le=PERIODS_MAX)
    start: date
    every: str = Field(default="1m", pattern=r"^\d{1,3}[dwmy]$")
    first_due: date | None = None
    due_day: int | None = Field(default=None, ge=1, le=31)
    day_count: DayCount = DayCount.ACT_365
    method: Method = Method.EQUAL_INSTALMENT
    formula: InstalmentFormula = InstalmentFormula.EXACT
    rounding: RoundingPart = RoundingPart()
    instalment_rounding: RoundingPart | None = None
    level_last: bool = True
    fixed_instalment: Decimal | None = Field(default=None, gt=0)
    broken_period: BrokenPeriod = BrokenPeriod.FIRST
    grace: GracePart = GracePart()
    balloon: PortionPart | None = None
    down_payment: PortionPart | None = None
    fees: list[FeePart] = Field(default_factory=list, max_length=FEES_MAX)
    penalty: PenaltyPart = PenaltyPart()
    allocation: AllocationPart = AllocationPart()
    basis: InterestBasis = InterestBasis.OUTSTANDING
    tolerance_amount: Decimal = Field(default=Decimal(0), ge=0)
    tolerance_days: int = Field(default=0, ge=0)
    close_tolerance: Decimal = Field(default=Decimal(0), ge=0)
    provisioning: ProvisioningPart = ProvisioningPart()


class PlannedAmountPart(Part):
    """Money on a day."""

    on: date
    amount: Decimal = Field(gt=0)


class PlannedRatePart(Part):
    """A rate, percent a year, from a day on."""

    on: date
    rate: Decimal = Field(ge=0, le=RATE_MAX)


class PreviewBody(LoanTermsPart):
    """The terms of a loan and what is planned to happen; without disbursements the amount is paid out on `start`."""

    disbursements: list[PlannedAmountPart] = Field(default_factory=list)
    rate_changes: list[PlannedRatePart] = Field(default_factory=list)
    payments: list[PlannedAmountPart] = Field(default_factory=list)


class ScheduleInstalment(Shown):
    """An instalment; number 0 is what is due, or prepaid, by itself on a day. `balance` is the principal left after it."""

    number: int
    begins: date = Field(alias="from")
    due: date
    days: int
    principal: Decimal
    interest: Decimal
    fees: Decimal
    total: Decimal
    balance: Decimal


class ScheduleTotals(Shown):
    """What all instalments come to; `kept_back` are fees deducted from what is paid out, which no instalment holds."""

    principal: Decimal
    interest: Decimal
    fees: Decimal
    kept_back: Decimal
    total: Decimal


class SchedulePreview(Shown):
    """A schedule and what the credit costs a year, in percent: `apr` by Regulation Z, `effective_rate` by Directive 2008/48/EC.

    Both are null where fees leave nothing to pay out. `instalment` is the equal instalment, or the equal part of principal.
    """

    currency: str
    amount: Decimal
    rate: Decimal
    periods: int
    start: date
    maturity: date
    instalment: Decimal
    disbursed: Decimal
    paid_out: Decimal
    instalments: list[ScheduleInstalment]
    totals: ScheduleTotals
    apr: Decimal | None
    effective_rate: Decimal | None
    terms: LoanTermsPart
