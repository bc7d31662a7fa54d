"""The plan of a loan: what each instalment would be if nothing else happened.

`projection` makes the plan of fresh terms. `plan` makes that of any rest of a loan, so that servicing asks it anew after a
tranche, a change of rate, a prepayment or a restructure. Pure; the same numbers in give the same plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from intendant.domains.lending.schedules import calendar
from intendant.domains.lending.schedules.annuity import level, nominal_factor
from intendant.domains.lending.schedules.calendar import Period
from intendant.domains.lending.schedules.daycount import factor
from intendant.domains.lending.schedules.rounding import NEAREST, Rounder, rounder
from intendant.domains.lending.terms import (
    Base,
    BrokenPeriod,
    InstalmentFormula,
    LoanTerms,
    Method,
    Portion,
    Rounding,
)
from intendant.kit.money import minor_unit

ZERO = Decimal(0)
LEVELLINGS_MAX = 3
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One planned instalment; `balance` is the principal outstanding once it is paid."""

    number: int
    begins: date
    due: date
    principal: Decimal
    interest: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan and the instalment it rests on: the equal instalment, or the equal part of principal; 0 for interest only.

    `upfront` is interest due when the loan is paid out (a broken period with `BrokenPeriod.UPFRONT`).
    """

    instalment: Decimal
    lines: tuple[PlanLine, ...]
    upfront: Decimal = ZERO


def projection(terms: LoanTerms) -> Plan:
    """Return the plan of a loan that is paid out in full on its first day."""
    before = calendar.broken(terms)
    opening = terms.amount - down_payment(terms, terms.amount)
    interest = ZERO
    if before is not None:
        bare = factor(terms.rate, terms.day_count, before, before.begins, before.due)
        interest = rounder(terms.rounding, terms.currency)(opening * bare) if terms.grace.free == 0 else ZERO
    is_upfront = terms.broken_period is BrokenPeriod.UPFRONT
    made = plan(
        terms,
        calendar.periods(terms),
        opening,
        terms.rate,
        broken_interest=ZERO if is_upfront else interest,
        balloon=balloon(terms, terms.amount),
    )
    return Plan(made.instalment, made.lines, interest) if is_upfront else made


def down_payment(terms: LoanTerms, amount: Decimal) -> Decimal:
    """Return what of a disbursed amount is due at once."""
    return _portion(terms, terms.down_payment, amount)


def balloon(terms: LoanTerms, amount: Decimal) -> Decimal:
    """Return the principal left to the last instalment, of the amount disbursed."""
    return _portion(terms, terms.balloon, amount)


def plan(
    terms: LoanTerms,
    periods: Sequence[Period],
    balance: Decimal,
    rate: Decimal,
    *,
    on: date | None = None,
    accrued: Decimal = ZERO,
    elapsed: Decimal = ZERO,
    pending: Decimal = ZERO,
    deferred: Decimal = ZERO,
    broken_interest: Decimal = ZERO,
    balloon: Decimal | None = None,
    instalment: Decimal | None = None,
) -> Plan:
    """Return the plan for the `periods` that remain, of which the first may have begun.

    `balance` is the principal outstanding from `on` (the beginning of the first period unless given), `rate` percent a year.
    `accrued` is the interest of the first period before `on`, each part of it rounded, and `elapsed` the rate factor of all of
    them, which the instalment's formula needs: parts of a period between which balance or rate change are rounded by themselves. `pending` is interest that earlier instalments had no room for: it is due within the next
    ones. `deferred` is interest that a grace put off: it is due on top of the first instalment after the grace.
    `broken_interest` is that of a broken period, still to be added or spread as the terms say. `balloon` is the principal left
    to the last period, by the terms' share of `balance` unless given. `instalment` keeps the instalment there is instead of
    computing a new one; a term that it repays sooner ends sooner, and the last instalment takes what is left.
    """
    if not periods or balance <= 0:
        return Plan(instalment or ZERO, ())
    left = min(balance, balloon if balloon is not None else _portion(terms, terms.balloon, balance))
    walk = _Walk(terms, periods, balance, left, _factors(terms, periods, rate, on), accrued, pending, deferred)
    given = instalment if instalment is not None else terms.fixed_instalment
    if terms.method is not Method.EQUAL_INSTALMENT:
        share = given if given is not None and instalment is not None else walk.share()
        principals, interests = walk.by_share(share)
        agreed = share
    elif given is not None:
        agreed = given
        principals, interests = walk.by_instalment(given)
    else:
        agreed, principals, interests = _levelled(terms, walk, _formula_factors(terms, periods, rate, walk, elapsed))
    return Plan(agreed, _lines(periods, balance, principals, _with_broken(terms, interests, broken_interest)))


@dataclass(slots=True)
class _Walk:
    """One pass over the periods with a stated instalment; what does not depend on it is kept here."""

    terms: LoanTerms
    periods: Sequence[Period]
    balance: Decimal
    balloon: Decimal
    factors: list[Decimal]
    accrued: Decimal
    pending: Decimal
    deferred: Decimal

    def by_instalment(self, instalment: Decimal) -> tuple[list[Decimal], list[Decimal]]:
        """Return principal and interest of each instalment of one size; they end early where nothing is left to repay."""
        grace, round_ = self.terms.grace, rounder(self.terms.rounding, self.terms.currency)
        balance, accrued, pending, deferred = self.balance, self.accrued, self.pending, self.deferred
        principals: list[Decimal] = []
        interests: list[Decimal] = []
        last = len(self.periods) - 1
        for index, period in enumerate(self.periods):
            interest = round_(balance * self.factors[index]) + round_(accrued) + pending
            accrued = pending = ZERO
            if index == last:
                principal = balance
            elif period.number <= grace.principal:
                principal = ZERO
            else:
                if interest > instalment:
                    pending = interest - instalment
                    interest = instalment
                principal = min(instalment - interest, balance - self.balloon)
            if period.number <= grace.interest and index != last:
                deferred += interest
                interest = ZERO
            elif deferred:
                interest += deferred
                deferred = ZERO
            balance -= principal
            if not balance and pending:
                interest += pending
                pending = ZERO
            if not balance and deferred:
                interest += deferred
            principals.append(principal)
            interests.append(interest)
            if not balance:
                break
        return principals, interests

    def by_share(self, share: Decimal) -> tuple[list[Decimal], list[Decimal]]:
        """Return principal and interest where each instalment repays the same principal, with the interest on what is left."""
        grace, round_ = self.terms.grace, rounder(self.terms.rounding, self.terms.currency)
        balance, accrued, deferred = self.balance, round_(self.accrued) + self.pending, self.deferred
        principals: list[Decimal] = []
        interests: list[Decimal] = []
        last = len(self.periods) - 1
        for index, period in enumerate(self.periods):
            interest = round_(balance * self.factors[index]) + accrued
            accrued = ZERO
            principal = ZERO if period.number <= grace.principal else min(share, balance - self.balloon)
            if index == last:
                principal = balance
            if period.number <= grace.interest and index != last and balance != principal:
                deferred += interest
                interest = ZERO
            else:
                interest += deferred
                deferred = ZERO
            balance -= principal
            principals.append(principal)
            interests.append(interest)
            if not balance:
                break
        return principals, interests

    def share(self) -> Decimal:
        """Return the equal part of principal."""
        if self.terms.method is Method.INTEREST_ONLY:
            return ZERO
        paying = sum(1 for each in self.periods if each.number > self.terms.grace.principal) or 1
        return _instalment_rounder(self.terms)((self.balance - self.balloon) / paying)


def _levelled(
    terms: LoanTerms, walk: _Walk, factors: Sequence[Decimal]
) -> tuple[Decimal, list[Decimal], list[Decimal]]:
    """Return the equal instalment, and principal and interest with it.

    Rounding gathers in the last instalment. Where it differs from the others by more than half a unit for each of them, all are
    shifted by their share of the difference, as long as that brings it nearer (Apache Fineract). An instalment that is rounded
    to one side only (ceiling) is as agreed and is not shifted.
    """
    round_ = _instalment_rounder(terms)
    rounding = terms.instalment_rounding or terms.rounding
    instalment = round_(level(walk.balance, factors, balloon=walk.balloon))
    principals, interests = walk.by_instalment(instalment)
    count = len(factors)
    if not terms.level_last or rounding.mode not in NEAREST or count < 2:
        return instalment, principals, interests
    smallest, to_smallest = minor_unit(terms.currency), rounder(Rounding(rounding.mode), terms.currency)
    gap = _gap(walk, instalment, principals, interests)
    for _ in range(LEVELLINGS_MAX):
        if abs(gap) <= count // 2 * smallest:
            break
        shifted = round_(instalment + to_smallest(gap / count))
        if shifted == instalment or shifted <= 0:
            break
        tried = walk.by_instalment(shifted)
        new_gap = _gap(walk, shifted, *tried)
        if abs(new_gap) >= abs(gap):
            break
        instalment, gap = shifted, new_gap
        principals, interests = tried
    return instalment, principals, interests


def _gap(walk: _Walk, instalment: Decimal, principals: list[Decimal], interests: list[Decimal]) -> Decimal:
    """Return by how much the last instalment is larger than the others, balloon aside; one that fell away counts as nothing."""
    if len(principals) < len(walk.periods):
        return -instalment
    return principals[-1] + interests[-1] - walk.balloon - instalment


def _factors(terms: LoanTerms, periods: Sequence[Period], rate: Decimal, on: date | None) -> list[Decimal]:
    """Return the rate factor of each period, of the first from `on`."""
    free, day_count = terms.grace.free, terms.day_count
    found = [ZERO if each.number <= free else factor(rate, day_count, each, each.begins, each.due) for each in periods]
    first = periods[0]
    if on is not None and on > first.begins and first.number > free:
        found[0] = factor(rate, day_count, first, min(on, first.due), first.due)
    return found


def _formula_factors(
    terms: LoanTerms, periods: Sequence[Period], rate: Decimal, walk: _Walk, elapsed: Decimal
) -> list[Decimal]:
    """Return the rate factors from which the instalment is computed: those of the periods in which principal is repaid."""
    if terms.formula is InstalmentFormula.NOMINAL:
        nominal = nominal_factor(rate, terms.every, terms.day_count)
        found = [ZERO if each.number <= terms.grace.free else nominal for each in periods]
    else:
        found = [walk.factors[0] + elapsed, *walk.factors[1:]]
    paying = [found[index] for index, each in enumerate(periods) if each.number > terms.grace.principal]
    return paying or found[-1:]


def _with_broken(terms: LoanTerms, interests: list[Decimal], broken_interest: Decimal) -> list[Decimal]:
    """Add the interest of a broken period: to the first instalment, or in equal parts to all with the rest in the last."""
    if not broken_interest:
        return interests
    if terms.broken_period is not BrokenPeriod.SPREAD:
        return [interests[0] + broken_interest, *interests[1:]]
    part = rounder(terms.rounding, terms.currency)(broken_interest / len(interests))
    left, spread = broken_interest, []
    for interest in interests[:-1]:
        # Parts that were rounded up may be used up before the last.
        some = min(part, left)
        spread.append(interest + some)
        left -= some
    return [*spread, interests[-1] + left]


def _lines(
    periods: Sequence[Period], balance: Decimal, principals: list[Decimal], interests: list[Decimal]
) -> tuple[PlanLine, ...]:
    made = []
    for period, principal, interest in zip(periods, principals, interests, strict=False):
        balance -= principal
        made.append(PlanLine(period.number, period.begins, period.due, principal, interest, balance))
    return tuple(made)


def _instalment_rounder(terms: LoanTerms) -> Rounder:
    return rounder(terms.instalment_rounding or terms.rounding, terms.currency)


def _portion(terms: LoanTerms, portion: Portion | None, amount: Decimal) -> Decimal:
    if portion is None:
        return ZERO
    if portion.base is Base.FLAT:
        return min(portion.value, amount)
    return rounder(Rounding(), terms.currency)(amount * portion.value / _HUNDRED)
