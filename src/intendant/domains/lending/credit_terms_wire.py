"""Credit terms over the wire, as part of a product: what is sent and what is shown have one shape. Decimals are text."""

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from intendant.domains.lending.credit_terms import (
    ALLOWED_TERMS_MAX,
    BANDS_MAX,
    CONDITIONS_MAX,
    TERM_MONTHS_MAX,
    TRANCHES_MAX,
    VALID_DAYS_MAX,
)
from intendant.domains.lending.terms import (
    FEES_MAX,
    RATE_MAX,
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

_PERIOD = r"^\d{1,3}[dwmy]$"


class Part(BaseModel):
    """A part of credit terms, in which nothing unknown may stand; what is left out takes its default and is shown."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class AmountsPart(Part):
    """The amounts that are lent, both included."""

    minimum: Decimal = Field(gt=0)
    maximum: Decimal = Field(gt=0)


class TermsPart(Part):
    """The terms granted, in months, both included; where `allowed` lists some, only those."""

    minimum: int = Field(ge=1, le=TERM_MONTHS_MAX)
    maximum: int = Field(ge=1, le=TERM_MONTHS_MAX)
    allowed: list[int] = Field(default_factory=list, max_length=ALLOWED_TERMS_MAX)


class FixedRatePart(Part):
    """One rate for all, percent a year."""

    kind: Literal["fixed"]
    rate: Decimal = Field(ge=0, le=RATE_MAX)


class BandPart(Part):
    """A risk band with its rate. It has one bound: the highest probability of default, or the lowest credit score."""

    name: str
    rate: Decimal = Field(ge=0, le=RATE_MAX)
    up_to_probability_of_default: Decimal | None = Field(default=None, ge=0, le=1)
    from_score: Decimal | None = None


class BandedRatePart(Part):
    """A rate by risk band, best band first; who is in none is put to a person."""

    kind: Literal["bands"]
    bands: list[BandPart] = Field(min_length=1, max_length=BANDS_MAX)


class IndexRatePart(Part):
    """An index plus a margin, within floor and cap, set anew every `reset_every`."""

    kind: Literal["index"]
    index: str
    margin: Decimal
    floor: Decimal = Decimal(0)
    cap: Decimal | None = None
    reset_every: str = Field(default="1m", pattern=_PERIOD)


class RoundingPart(Part):
    """To which side, and to multiples of what; without `unit` to the currency's smallest."""

    mode: RoundingMode = RoundingMode.HALF_EVEN
    unit: Decimal | None = None


class GracePart(Part):
    """Relief in the first instalments, in numbers of them: `principal` only interest is due, `interest` it is due later,
    `free` none accrues.
    """

    principal: int = Field(default=0, ge=0)
    interest: int = Field(default=0, ge=0)
    free: int = Field(default=0, ge=0)


class PortionPart(Part):
    """An amount (`flat`), or a percentage of a base."""

    value: Decimal = Field(ge=0)
    base: Base = Base.FLAT


class FeePart(Part):
    """A fee that is charged by itself; `deducted` keeps it back from what is paid out."""

    name: str
    when: FeeWhen
    portion: PortionPart
    deducted: bool = False


class PenaltyPart(Part):
    """Interest on what is late: percent a year after the days of grace; then from the due date if `from_due`."""

    rate: Decimal = Field(default=Decimal(0), ge=0, le=RATE_MAX)
    grace_days: int = Field(default=0, ge=0)
    from_due: bool = False


class AllocationPart(Part):
    """In what order money pays what is owed, and what becomes of money beyond what is due."""

    order: list[Component] = [Component.PENALTY, Component.FEE, Component.INTEREST, Component.PRINCIPAL]
    by_instalment: bool = True
    excess: Excess = Excess.NEXT


class LossPart(Part):
    """How expected loss is estimated: share lost on default (null: the product's `loss_share`), and days of the stages."""

    lgd: Decimal | None = Field(default=None, ge=0, le=1)
    stage2_days: int = Field(default=30, ge=1)
    stage3_days: int = Field(default=90, ge=2)


class OfferPart(Part):
    """Whether an approval leads to an offer that the borrower must accept, and for how many days it stands."""

    required: bool = False
    valid_days: int = Field(default=14, ge=1, le=VALID_DAYS_MAX)


class ConditionPart(Part):
    """A condition to be met before money goes out."""

    key: str = Field(pattern="^[a-z0-9][a-z0-9_.-]{0,62}$")
    label: str


class CreditTermsPart(Part):
    """On what terms a product lends. Periods are written 15d, 2w, 1m or 1y; rates are percent a year."""

    amounts: AmountsPart
    terms: TermsPart
    rate: FixedRatePart | BandedRatePart | IndexRatePart = Field(discriminator="kind")
    every: str = Field(default="1m", pattern=_PERIOD)
    day_count: DayCount = DayCount.ACT_365
    method: Method = Method.EQUAL_INSTALMENT
    formula: InstalmentFormula = InstalmentFormula.EXACT
    rounding: RoundingPart = RoundingPart()
    instalment_rounding: RoundingPart | None = None
    level_last: bool = True
    broken_period: BrokenPeriod = BrokenPeriod.FIRST
    due_day: int | None = Field(default=None, ge=1, le=31)
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
    provisioning: LossPart = LossPart()
    offer: OfferPart = OfferPart()
    conditions: list[ConditionPart] = Field(default_factory=list, max_length=CONDITIONS_MAX)
    tranches_max: int = Field(default=1, ge=1, le=TRANCHES_MAX)
