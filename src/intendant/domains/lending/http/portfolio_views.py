"""What the routes of the portfolio answer. Money is a decimal string, shares are numbers (0.25 is a quarter), rates percent a year."""

from datetime import date

from intendant.domains.lending.http.views import Amount, Shown
from intendant.domains.lending.portfolio.model import Every, Measure


class AtRisk(Shown):
    """Share of principal outstanding in loans so many days past due or more."""

    days: int
    share: float | None


class PortfolioSlice(Shown):
    """Loans of one bucket (lower bound of days past due) or of one stage. `share` is of all principal outstanding."""

    key: int
    count: int
    outstanding: Amount
    arrears: Amount
    provision: Amount
    share: float | None
    coverage: float | None


class LoansOffered(Shown):
    """A currency and product in which there are loans, closed ones too."""

    currency: str
    product: str
    count: int


class PortfolioView(Shown):
    """A portfolio on a day. `month_end`: it is told as of that end of a month; null: as it stands now.

    `principal` is what was disbursed to the loans that are open. Loans charged off are told apart and in no other figure. Of an end
    of a month, `owed` is the principal outstanding, and `stages` is empty: neither is kept.
    """

    on: date
    month_end: date | None
    currency: str
    product: str | None
    count: int
    principal: Amount
    outstanding: Amount
    owed: Amount
    arrears: Amount
    provision: Amount
    coverage: float | None
    average_rate: float | None
    average_size: Amount | None
    at_risk: list[AtRisk]
    buckets: list[PortfolioSlice]
    stages: list[PortfolioSlice]
    charged_off_count: int
    charged_off_claim: Amount
    offered: list[LoansOffered]


class PortfolioMonth(Shown):
    """A month. `count`, `outstanding`, `provision` and `at_risk` are of its end, null where that is not in the books yet.

    `income` is interest, fees and penalties earned and money recovered; `yield_share` that over the average principal outstanding,
    for a year; both null where it is not known.
    """

    begins: date
    new_count: int
    disbursed: Amount
    repayments: int
    repaid: Amount
    charged_off: Amount
    written_off: Amount
    recovered: Amount
    count: int | None
    outstanding: Amount | None
    provision: Amount | None
    coverage: float | None
    at_risk: list[AtRisk]
    income: Amount | None
    yield_share: float | None


class PortfolioMonths(Shown):
    """Months, oldest first."""

    currency: str
    product: str | None
    months: list[PortfolioMonth]


class BucketMove(Shown):
    """Loans that stood in one bucket and then in another, or were closed, charged off or written off."""

    before: str
    after: str
    count: int
    outstanding: Amount


class BucketRoll(Shown):
    """What became of a bucket's principal within the month, as shares; null of nothing."""

    bucket: str
    count: int
    outstanding: Amount
    cured: float | None
    better: float | None
    same: float | None
    worse: float | None
    lost: float | None


class PortfolioRolls(Shown):
    """How loans moved between the last two ends of months; without any where fewer than two are in the books.

    `cure_rate` is the share of principal that was overdue before and is not any more.
    """

    before: date | None
    after: date | None
    currency: str
    product: str | None
    cure_rate: float | None
    rolls: list[BucketRoll]
    moves: list[BucketMove]


class VintageCell(Shown):
    """A point of a curve. What is not `mature` will still change as the cohort's younger loans come to that age."""

    months: int
    share: float
    amount: Amount
    mature: bool


class VintageCurve(Shown):
    """Loans disbursed in the month or quarter that begins on `begins`, and what became of them by months on the books."""

    begins: date
    count: int
    amount: Amount
    cells: list[VintageCell]


class VintageView(Shown):
    """Curves of cohorts, oldest first, up to the last end of a month in the books (`last_month`)."""

    measure: Measure
    by: Every
    currency: str
    product: str | None
    last_month: date | None
    curves: list[VintageCurve]
