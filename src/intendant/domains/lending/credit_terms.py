"""The terms on which a product lends: ranges, the rate, and every convention that a loan of it freezes. Values only.

`credit_terms_json` reads and writes them as part of a product. A loan takes them once, as `LoanTerms`; a later version of the
product changes nothing about it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import ClassVar, NamedTuple, NoReturn

from intendant.domains.lending.terms import (
    RATE_MAX,
    ZERO,
    Allocation,
    Base,
    BrokenPeriod,
    DayCount,
    Every,
    Fee,
    Grace,
    InstalmentFormula,
    InterestBasis,
    LoanTerms,
    Method,
    Penalty,
    PeriodUnit,
    Portion,
    Provisioning,
    Rounding,
    TermsInvalid,
)

TERM_MONTHS_MAX = 600
BANDS_MAX = 50
CONDITIONS_MAX = 50
TRANCHES_MAX = 24
VALID_DAYS_MAX = 365
ALLOWED_TERMS_MAX = 100
CONDITION_KEY = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}\Z")
_DAYS_PER_MONTH = Decimal("365.25") / 12
_ANY_DAY = date(2001, 1, 1)
"""On which terms are tried that do not depend on a day."""


def _refuse(field_name: str, message: str, remedy: str) -> NoReturn:
    raise TermsInvalid(message, field=field_name, remedy=remedy)


@dataclass(frozen=True, slots=True)
class Amounts:
    """The amounts that are lent, both included."""

    minimum: Decimal
    maximum: Decimal

    def __post_init__(self) -> None:
        if not 0 < self.minimum <= self.maximum:
            _refuse(
                "minimum", "The amounts are not sound.", "Give positive amounts, the minimum not above the maximum."
            )


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that are granted, in months, both included; where `allowed` lists some, only those."""

    minimum: int
    maximum: int
    allowed: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.minimum <= self.maximum <= TERM_MONTHS_MAX:
            _refuse("minimum", "The terms are not sound.", f"Give 1 to {TERM_MONTHS_MAX} months, the lower one first.")
        if len(self.allowed) > ALLOWED_TERMS_MAX or any(
            not self.minimum <= each <= self.maximum for each in self.allowed
        ):
            _refuse("allowed", "An allowed term lies outside the range.", "List terms from minimum to maximum.")

    @property
    def only(self) -> int | None:
        """Return the term where there is but one."""
        if len(self.allowed) == 1:
            return self.allowed[0]
        return self.minimum if self.minimum == self.maximum else None


class Price(NamedTuple):
    """What a loan costs: `rate` percent a year, the risk band and the margin over the index where there are such."""

    rate: Decimal
    band: str | None = None
    margin: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FixedRate:
    """One rate for all, percent a year."""

    kind: ClassVar[str] = "fixed"
    rate: Decimal

    def __post_init__(self) -> None:
        _check_rate("rate", self.rate)


@dataclass(frozen=True, slots=True)
class Band:
    """A risk band: who falls in it, by the probability of default or by the credit score, and its rate."""

    name: str
    rate: Decimal
    up_to_probability_of_default: Decimal | None = None
    from_score: Decimal | None = None

    def __post_init__(self) -> None:
        _check_rate("rate", self.rate)
        limit = self.up_to_probability_of_default
        if limit is not None and not 0 <= limit <= 1:
            _refuse("up_to_probability_of_default", f"{limit} is no probability.", "Give 0 to 1.")
        if (limit is None) == (self.from_score is None):
            _refuse(
                "up_to_probability_of_default",
                f"The band '{self.name}' has no bound, or two.",
                "Give either up_to_probability_of_default or from_score.",
            )


@dataclass(frozen=True, slots=True)
class BandedRate:
    """A rate by risk band, the best band first. Who is in none has no price, and a person is asked."""

    kind: ClassVar[str] = "bands"
    bands: tuple[Band, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.bands) <= BANDS_MAX:
            _refuse("bands", "There is no band, or too many.", f"Give 1 to {BANDS_MAX}.")
        if len({band.name for band in self.bands}) != len(self.bands):
            _refuse("bands", "Two bands have the same name.", "Give each its own.")
        for place, (better, worse) in enumerate(zip(self.bands, self.bands[1:], strict=False), start=1):
            if (better.from_score is None) != (worse.from_score is None):
                _refuse(f"bands[{place}]", "Some bands go by probability, some by score.", "Use one of them for all.")
            if not _is_worse(better, worse):
                _refuse(
                    f"bands[{place}]", f"'{worse.name}' is not worse than the band before.", "Sort them best first."
                )

    def find(self, probability_of_default: Decimal | None, score: Decimal | None) -> Band | None:
        """Return the band of an applicant; None where it is not known or none fits."""
        for band in self.bands:
            limit = band.up_to_probability_of_default
            if limit is not None and probability_of_default is not None and probability_of_default <= limit:
                return band
            if band.from_score is not None and score is not None and score >= band.from_score:
                return band
        return None


@dataclass(frozen=True, slots=True)
class IndexRate:
    """An index plus a margin, within floor and cap; set anew every `reset_every`."""

    kind: ClassVar[str] = "index"
    index: str
    margin: Decimal
    floor: Decimal = ZERO
    cap: Decimal | None = None
    reset_every: Every = field(default_factory=Every)

    def __post_init__(self) -> None:
        if not CONDITION_KEY.match(self.index.lower()):
            _refuse("index", f"'{self.index[:40]}' is no name of an index.", "Use letters, digits, '_', '.', '-'.")
        if not abs(self.margin) <= RATE_MAX:
            _refuse("margin", f"{self.margin} is no margin.", f"Give at most {RATE_MAX} percent a year.")
        _check_rate("floor", self.floor)
        if self.cap is not None and not self.floor <= self.cap <= RATE_MAX:
            _refuse("cap", f"{self.cap} is no cap.", f"Give the floor to {RATE_MAX} percent a year.")

    def rate_at(self, index_rate: Decimal, margin: Decimal | None = None) -> Decimal:
        """Return the rate while the index stands at `index_rate`; `margin` where one was agreed."""
        rate = max(index_rate + (self.margin if margin is None else margin), self.floor)
        return rate if self.cap is None else min(rate, self.cap)


Rate = FixedRate | BandedRate | IndexRate


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """Whether an approval leads to an offer that the borrower must accept, and for how many days it stands."""

    required: bool = False
    valid_days: int = 14

    def __post_init__(self) -> None:
        if not 1 <= self.valid_days <= VALID_DAYS_MAX:
            _refuse("valid_days", f"An offer cannot stand for {self.valid_days} days.", f"Give 1 to {VALID_DAYS_MAX}.")


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A condition that must be met before money goes out, such as a document."""

    key: str
    label: str

    def __post_init__(self) -> None:
        if not CONDITION_KEY.match(self.key):
            _refuse("key", f"{self.key[:40]!r} is no key.", "Use lower-case letters, digits, '_', '.', '-'.")


@dataclass(frozen=True, slots=True)
class LossTerms:
    """How the loss on a defaulting loan is estimated; `lgd` None stands for the product's share that is lost."""

    lgd: Decimal | None = None
    stage2_days: int = 30
    stage3_days: int = 90

    def __post_init__(self) -> None:
        if self.lgd is not None and not 0 <= self.lgd <= 1:
            _refuse("lgd", f"{self.lgd} is no share.", "Give 0 to 1.")
        if not 0 < self.stage2_days < self.stage3_days:
            _refuse("stage2_days", "The stages are not in order.", "Give days from 1, stage 2 before stage 3.")


@dataclass(frozen=True, slots=True)
class CreditTerms:
    """On what terms a product lends. `currency` and `loss_share` are the product's and are not written here again."""

    amounts: Amounts
    terms: Terms
    rate: Rate
    every: Every = field(default_factory=Every)
    day_count: DayCount = DayCount.ACT_365
    method: Method = Method.EQUAL_INSTALMENT
    formula: InstalmentFormula = InstalmentFormula.EXACT
    rounding: Rounding = field(default_factory=Rounding)
    instalment_rounding: Rounding | None = None
    level_last: bool = True
    broken_period: BrokenPeriod = BrokenPeriod.FIRST
    due_day: int | None = None
    grace: Grace = field(default_factory=Grace)
    balloon: Portion | None = None
    down_payment: Portion | None = None
    fees: tuple[Fee, ...] = ()
    penalty: Penalty = field(default_factory=Penalty)
    allocation: Allocation = field(default_factory=Allocation)
    basis: InterestBasis = InterestBasis.OUTSTANDING
    tolerance_amount: Decimal = ZERO
    tolerance_days: int = 0
    close_tolerance: Decimal = ZERO
    provisioning: LossTerms = field(default_factory=LossTerms)
    offer: OfferTerms = field(default_factory=OfferTerms)
    conditions: tuple[ChecklistItem, ...] = ()
    tranches_max: int = 1
    currency: str = field(default="USD", metadata={"written": False})
    loss_share: Decimal = field(default=Decimal("0.6"), metadata={"written": False})

    def __post_init__(self) -> None:
        if len(self.conditions) > CONDITIONS_MAX or len({each.key for each in self.conditions}) != len(self.conditions):
            _refuse(
                "conditions", "There are too many conditions, or two of one key.", f"Give at most {CONDITIONS_MAX}."
            )
        for place, fee in enumerate(self.fees):
            if fee.deducted and not self.offer.required:
                _refuse(
                    f"fees[{place}].deducted",
                    f"'{fee.name}' is kept back from what nobody has agreed to.",
                    "Let an offer be required, or charge the fee otherwise.",
                )
        if len({each.name for each in self.fees}) != len(self.fees):
            _refuse("fees", "Two fees have the same name.", "Give each its own.")
        if not 1 <= self.tranches_max <= TRANCHES_MAX:
            _refuse("tranches_max", f"{self.tranches_max} is no number of tranches.", f"Give 1 to {TRANCHES_MAX}.")
        for name in ("balloon", "down_payment"):
            portion: Portion | None = getattr(self, name)
            if portion is not None and portion.base not in {Base.FLAT, Base.PRINCIPAL}:
                _refuse(f"{name}.base", "It is a share of what cannot be.", "Use flat or principal.")
        # What no loan can have is found here and not at the first borrower.
        for months in sorted({self.terms.minimum, self.terms.maximum, *self.terms.allowed}):
            self._named(lambda months=months: self.periods(months), "terms")
            for amount in {self.amounts.minimum, self.amounts.maximum}:
                self._named(lambda a=amount, m=months: self.loan_terms(a, m, ZERO, _ANY_DAY), None)

    def _named(self, attempt: Callable[..., object], name: str | None) -> None:
        try:
            attempt()
        except TermsInvalid as fault:
            _refuse(name or str(fault.field), fault.message, fault.remedy or "Change it.")

    def periods(self, term_months: int) -> int:
        """Return how many instalments a term has; raises TermsInvalid where periods of months do not divide it.

        Weeks and days go by an average month of 365.25 / 12 days: 12 months are 52 weeks, 3 months are 13.
        """
        count = self.every.count
        if self.every.unit is PeriodUnit.MONTH:
            if term_months % count:
                lower, upper = term_months - term_months % count, term_months + count - term_months % count
                nearest = f"{lower} or {upper}" if lower else str(upper)
                _refuse(
                    "term_months",
                    f"A term of {term_months} months does not divide into periods of {count} months.",
                    f"Choose {nearest} months, or other periods.",
                )
            return term_months // count
        days = count * (7 if self.every.unit is PeriodUnit.WEEK else 1)
        found = round(term_months * _DAYS_PER_MONTH / days)
        if found < 1:
            _refuse(
                "term_months",
                f"A term of {term_months} months is shorter than one period of {self.every}.",
                "Choose a longer term, or shorter periods.",
            )
        return found

    def check(self, amount: Decimal, term_months: int) -> None:
        """Raise TermsInvalid, naming the field, where the product does not lend this amount over this term."""
        self.check_amount(amount)
        self.check_term(term_months)

    def check_amount(self, amount: Decimal) -> None:
        """Raise TermsInvalid where the product does not lend this amount."""
        low, high = self.amounts.minimum, self.amounts.maximum
        if not low <= amount <= high:
            _refuse("amount", f"{amount:,.2f} {self.currency} is not lent.", f"Give {low:,.2f} to {high:,.2f}.")

    def check_term(self, term_months: int) -> None:
        """Raise TermsInvalid where the product does not grant this term."""
        terms = self.terms
        if terms.allowed and term_months not in terms.allowed:
            listed = ", ".join(map(str, terms.allowed))
            _refuse("term_months", f"A term of {term_months} months is not granted.", f"Choose one of {listed}.")
        if not terms.minimum <= term_months <= terms.maximum:
            _refuse(
                "term_months",
                f"A term of {term_months} months is not granted.",
                f"Choose {terms.minimum} to {terms.maximum} months.",
            )

    def price(
        self,
        *,
        probability_of_default: Decimal | None = None,
        score: Decimal | None = None,
        index_rate: Decimal | None = None,
    ) -> Price | None:
        """Return what a loan costs; None where what the price goes by is not known or no band fits."""
        match self.rate:
            case FixedRate(rate=rate):
                return Price(rate)
            case BandedRate() as banded:
                band = banded.find(probability_of_default, score)
                return None if band is None else Price(band.rate, band.name)
            case IndexRate() as indexed:
                if index_rate is None:
                    return None
                return Price(indexed.rate_at(index_rate), margin=indexed.margin)

    def loan_terms(
        self, amount: Decimal, term_months: int, rate: Decimal, start: date, pd: Decimal | None = None
    ) -> LoanTerms:
        """Return the terms of one loan, whose probability of default within a year is `pd`.

        Raises TermsInvalid for an amount or term that the product does not grant.
        """
        self.check(amount, term_months)
        lgd = self.provisioning.lgd
        return LoanTerms(
            amount=amount,
            currency=self.currency,
            rate=rate,
            periods=self.periods(term_months),
            start=start,
            provisioning=Provisioning(
                pd=ZERO if pd is None else pd,
                lgd=min(self.loss_share, Decimal(1)) if lgd is None else lgd,
                stage2_days=self.provisioning.stage2_days,
                stage3_days=self.provisioning.stage3_days,
            ),
            **{name: getattr(self, name) for name in _SHARED},
        )


_SHARED = (
    "every",
    "due_day",
    "day_count",
    "method",
    "formula",
    "rounding",
    "instalment_rounding",
    "level_last",
    "broken_period",
    "grace",
    "balloon",
    "down_payment",
    "fees",
    "penalty",
    "allocation",
    "basis",
    "tolerance_amount",
    "tolerance_days",
    "close_tolerance",
)
"""What a loan takes as it stands here."""


def _check_rate(name: str, rate: Decimal) -> None:
    if not 0 <= rate <= RATE_MAX:
        _refuse(name, f"{rate} is no rate.", f"Give 0 to {RATE_MAX} percent a year.")


def _is_worse(better: Band, worse: Band) -> bool:
    if better.from_score is not None and worse.from_score is not None:
        return worse.from_score < better.from_score
    first, second = better.up_to_probability_of_default, worse.up_to_probability_of_default
    return first is not None and second is not None and first < second
