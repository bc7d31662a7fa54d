"""Models of portfolio. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
from typing import Literal

from intendant.client._model import Model

Every = Literal["month", "quarter"]
"""How loans are put into cohorts by the day they were disbursed."""

Measure = Literal["par30", "par90", "charged_off"]
"""What a vintage curve shows, each as a share of what was disbursed to the cohort."""


class AtRisk(Model):
    """Share of principal outstanding in loans so many days past due or more."""

    days: int
    share: float | None


class BucketMove(Model):
    """Loans that stood in one bucket and then in another, or were closed, charged off or written off."""

    after: str
    before: str
    count: int
    outstanding: str


class BucketRoll(Model):
    """What became of a bucket's principal within the month, as shares; null of nothing."""

    better: float | None
    bucket: str
    count: int
    cured: float | None
    lost: float | None
    outstanding: str
    same: float | None
    worse: float | None


class LoansOffered(Model):
    """A currency and product in which there are loans, closed ones too."""

    count: int
    currency: str
    product: str


class PortfolioMonth(Model):
    """A month. `count`, `outstanding`, `provision` and `at_risk` are of its end, null where that is not in the
    books yet.

    `income` is interest, fees and penalties earned and money recovered; `yield_share` that over the average
    principal outstanding, for a year; both null where it is not known.
    """

    at_risk: list[AtRisk]
    begins: datetime.date
    charged_off: str
    count: int | None
    coverage: float | None
    disbursed: str
    income: str | None
    new_count: int
    outstanding: str | None
    provision: str | None
    recovered: str
    repaid: str
    repayments: int
    written_off: str
    yield_share: float | None


class PortfolioMonths(Model):
    """Months, oldest first."""

    currency: str
    months: list[PortfolioMonth]
    product: str | None


class PortfolioRolls(Model):
    """How loans moved between the last two ends of months; without any where fewer than two are in the books.

    `cure_rate` is the share of principal that was overdue before and is not any more.
    """

    after: datetime.date | None
    before: datetime.date | None
    cure_rate: float | None
    currency: str
    moves: list[BucketMove]
    product: str | None
    rolls: list[BucketRoll]


class PortfolioSlice(Model):
    """Loans of one bucket (lower bound of days past due) or of one stage. `share` is of all principal
    outstanding.
    """

    arrears: str
    count: int
    coverage: float | None
    key: int
    outstanding: str
    provision: str
    share: float | None


class PortfolioView(Model):
    """A portfolio on a day. `month_end`: it is told as of that end of a month; null: as it stands now.

    `principal` is what was disbursed to the loans that are open. Loans charged off are told apart and in no
    other figure. Of an end of a month, `owed` is the principal outstanding, and `stages` is empty: neither is
    kept.
    """

    arrears: str
    at_risk: list[AtRisk]
    average_rate: float | None
    average_size: str | None
    buckets: list[PortfolioSlice]
    charged_off_claim: str
    charged_off_count: int
    count: int
    coverage: float | None
    currency: str
    month_end: datetime.date | None
    offered: list[LoansOffered]
    on: datetime.date
    outstanding: str
    owed: str
    principal: str
    product: str | None
    provision: str
    stages: list[PortfolioSlice]


class VintageCell(Model):
    """A point of a curve. What is not `mature` will still change as the cohort's younger loans come to that age."""

    amount: str
    mature: bool
    months: int
    share: float


class VintageCurve(Model):
    """Loans disbursed in the month or quarter that begins on `begins`, and what became of them by months on the
    books.
    """

    amount: str
    begins: datetime.date
    cells: list[VintageCell]
    count: int


class VintageView(Model):
    """Curves of cohorts, oldest first, up to the last end of a month in the books (`last_month`)."""

    by: Every
    currency: str
    curves: list[VintageCurve]
    last_month: datetime.date | None
    measure: Measure
    product: str | None
