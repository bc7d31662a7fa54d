"""What is said of a portfolio, and how its figures follow from counts. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

ZERO = Decimal(0)
LATE_FROM = (1, 30, 60, 90)
"""Portfolio at risk is told from so many days past due."""


class Measure(StrEnum):
    """What a vintage curve shows, each as a share of what was disbursed to the cohort."""

    PAR30 = "par30"
    """Principal of loans 30 or more days past due at the end of the month, of those that are not charged off."""
    PAR90 = "par90"
    CHARGED_OFF = "charged_off"
    """Principal charged off or written off until the end of the month, all in all."""


class Every(StrEnum):
    """How loans are put into cohorts by the day they were disbursed."""

    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Group:
    """Loans that share bucket, stage and state."""

    bucket: int
    stage: int | None
    state: str
    count: int
    principal: Decimal
    outstanding: Decimal
    owed: Decimal
    arrears: Decimal
    provision: Decimal
    weighted_rate: Decimal | None
    """Sum of principal outstanding times its rate."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Loans of one bucket or stage. `share` is of all principal outstanding, `coverage` the provision over the slice's own."""

    key: int
    count: int
    outstanding: Decimal
    arrears: Decimal
    provision: Decimal
    share: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A portfolio on a day. Loans charged off are told apart: their principal is a claim and no longer an asset."""

    on: date
    count: int
    principal: Decimal
    outstanding: Decimal
    owed: Decimal
    arrears: Decimal
    provision: Decimal
    coverage: float | None
    average_rate: float | None
    average_size: Decimal | None
    at_risk: Mapping[int, float | None]
    """Share of principal outstanding in loans so many days past due or more."""
    buckets: Sequence[Slice]
    stages: Sequence[Slice]
    charged_off_count: int
    charged_off_claim: Decimal


OWNED = frozenset({"active", "overpaid"})
"""States of loans whose principal is an asset."""


def snapshot(on: date, groups: Iterable[Group]) -> Snapshot:
    """Put a snapshot together from groups of loans that are not closed."""
    everything = list(groups)
    owned = [group for group in everything if group.state in OWNED]
    lost = [group for group in everything if group.state == "charged_off"]
    outstanding = _total(group.outstanding for group in owned)
    principal = _total(group.principal for group in owned)
    provision = _total(group.provision for group in owned)
    count = sum(group.count for group in owned)
    rates = [group.weighted_rate for group in owned if group.weighted_rate is not None]
    return Snapshot(
        on=on,
        count=count,
        principal=principal,
        outstanding=outstanding,
        owed=_total(group.owed for group in owned),
        arrears=_total(group.arrears for group in owned),
        provision=provision,
        coverage=share_of(provision, outstanding),
        average_rate=share_of(_total(rates), outstanding) if rates else None,
        average_size=(principal / count).quantize(Decimal("0.01")) if count else None,
        at_risk={
            days: share_of(_total(group.outstanding for group in owned if group.bucket >= days), outstanding)
            for days in LATE_FROM
        },
        buckets=_slices(((group.bucket, group) for group in owned), outstanding),
        stages=_slices(((group.stage, group) for group in owned if group.stage is not None), outstanding),
        charged_off_count=sum(group.count for group in lost),
        charged_off_claim=_total(group.outstanding for group in lost),
    )


def share_of(part: Decimal, whole: Decimal) -> float | None:
    """Return a part as a share of the whole; None of nothing."""
    return float(part / whole) if whole else None


def _slices(keyed: Iterable[tuple[int, Group]], outstanding: Decimal) -> list[Slice]:
    by_key: dict[int, list[Group]] = {}
    for key, group in keyed:
        by_key.setdefault(key, []).append(group)
    slices = []
    for key, groups in sorted(by_key.items()):
        own = _total(group.outstanding for group in groups)
        provision = _total(group.provision for group in groups)
        slices.append(
            Slice(
                key,
                sum(group.count for group in groups),
                own,
                _total(group.arrears for group in groups),
                provision,
                share_of(own, outstanding),
                share_of(provision, own),
            )
        )
    return slices


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


@dataclass(frozen=True, slots=True)
class Move:
    """Loans that stood in one place at the end of a month and in another at the end of the next, with principal at the first."""

    before: str
    after: str
    count: int
    outstanding: Decimal


CURED, CLOSED = "0", "closed"


@dataclass(frozen=True, slots=True)
class Roll:
    """What became of the loans of a bucket within a month: shares of its principal; None of nothing."""

    bucket: str
    count: int
    outstanding: Decimal
    cured: float | None
    """Nothing is overdue any more, or the loan is paid off."""
    better: float | None
    """In a lower bucket than before, and not cured."""
    same: float | None
    worse: float | None
    lost: float | None


def rolls(moves: Sequence[Move]) -> list[Roll]:
    """Sum up moves by the bucket they began in."""
    by_bucket: dict[str, list[Move]] = {}
    for move in moves:
        by_bucket.setdefault(move.before, []).append(move)
    return [_roll(bucket, by_bucket[bucket]) for bucket in sorted(by_bucket, key=int)]


def _roll(bucket: str, moves: Sequence[Move]) -> Roll:
    sums = dict.fromkeys(("cured", "better", "same", "worse", "lost"), ZERO)
    for move in moves:
        sums[_way(move)] += move.outstanding
    whole = _total(sums.values())
    shares = {name: share_of(amount, whole) for name, amount in sums.items()}
    return Roll(bucket, sum(move.count for move in moves), whole, **shares)


def _way(move: Move) -> str:
    if move.after in {"charged_off", "written_off"}:
        return "lost"
    if move.after == CLOSED:
        return "same" if move.before == CURED else "cured"
    before, after = int(move.before), int(move.after)
    if after == before:
        return "same"
    if after == 0:
        return "cured"
    return "better" if after < before else "worse"


@dataclass(frozen=True, slots=True)
class Cohort:
    """Loans disbursed within a month or quarter, that begins on `begins`."""

    begins: date
    count: int
    amount: Decimal


class Loss(NamedTuple):
    """What a cohort had in its measure at a number of months on the books."""

    begins: date
    months: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Cell:
    """A point of a curve: the share of what was disbursed, after so many months on the books.

    `mature`: every loan of the cohort has been on the books for so long; else the share is of all that was disbursed and will
    still change as the younger loans come to that age.
    """

    months: int
    share: float
    amount: Decimal
    mature: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """A cohort with its curve."""

    cohort: Cohort
    cells: Sequence[Cell]


def curves(
    cohorts: Sequence[Cohort],
    losses: Iterable[Loss],
    *,
    every: Every,
    last_month: date,
    months_max: int,
    cumulative: bool,
) -> list[Curve]:
    """Draw the curves of cohorts up to the last month whose end is known (given by any day of it).

    A cohort's curve runs as long as its first month's loans have been on the books; it is mature as long as its last month's have.
    """
    found: dict[tuple[date, int], Decimal] = {}
    for loss in losses:
        found[loss.begins, loss.months] = found.get((loss.begins, loss.months), ZERO) + loss.amount
    spread = 2 if every is Every.QUARTER else 0
    drawn = []
    for cohort in cohorts:
        oldest = _months(cohort.begins, last_month)
        cells, running = [], ZERO
        for months in range(min(oldest, months_max) + 1):
            amount = found.get((cohort.begins, months), ZERO)
            running += amount
            amount = running if cumulative else amount
            share = share_of(amount, cohort.amount) or 0.0
            cells.append(Cell(months, share, amount, months <= oldest - spread))
        drawn.append(Curve(cohort, cells))
    return drawn


def _months(begin: date, end: date) -> int:
    return (end.year - begin.year) * 12 + end.month - begin.month
