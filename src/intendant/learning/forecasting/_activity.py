"""Who still buys: the BG/NBD model of purchases without a contract, and the gamma-gamma model of what they are worth.

A customer buys at a rate drawn from a gamma distribution and, after each purchase, goes for good with a probability drawn from a beta
distribution (Fader, Hardie and Lee 2005, Marketing Science 24). Money a purchase: Fader and Hardie 2013, note 25 of brucehardie.com.
"""

from dataclasses import dataclass

import numpy as np

from intendant.kit.errors import Invalid
from intendant.learning.forecasting._block import Floats

CUSTOMERS_MIN = 20
REPEATERS_MIN = 10
FIT_CUSTOMERS_MAX = 50_000
"""The parameters are fitted on this many customers at most, evenly taken."""
PENALTY = 1e-4
"""Keeps parameters from running off where the data do not hold them."""
YEARS_OF_VALUE = 10
DISCOUNT_A_YEAR = 0.1
QUARTER_DAYS = 91.3125


class ActivityInvalid(Invalid):
    """Too few customers, or too few that came again, to learn who stays."""

    code = "activity_invalid"


@dataclass(frozen=True, slots=True, eq=False)
class Customers:
    """Purchases by customer in one unit of time: `frequency` repeat purchases, `recency` from first to last, `age` since the first."""

    frequency: Floats
    recency: Floats
    age: Floats

    def __len__(self) -> int:
        return len(self.frequency)


@dataclass(frozen=True, slots=True)
class Activity:
    """A fitted BG/NBD model. `r`, `alpha` shape the rate of purchases, `a`, `b` the probability of going after each."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    def alive(self, customers: Customers) -> Floats:
        """Return the probability that each is still a customer."""
        return 1 / (1 + self._odds_gone(customers))

    def inactive(self, customers: Customers, ahead: float) -> Floats:
        """Return the probability that each buys nothing in the time `ahead`."""
        waits = ((self.alpha + customers.age) / (self.alpha + customers.age + ahead)) ** (self.r + customers.frequency)
        result: Floats = 1 - self.alive(customers) * (1 - waits)
        return result

    def expected(self, customers: Customers, ahead: float) -> Floats:
        """Return how many purchases are expected of each in the time `ahead`."""
        from scipy.special import hyp2f1

        x, age = customers.frequency, customers.age
        a = self.a + 1e-6 if abs(self.a - 1) < 1e-6 else self.a
        z = ahead / (self.alpha + age + ahead)
        hyper = hyp2f1(self.r + x, self.b + x, a + self.b + x - 1, z)
        grown = 1 - ((self.alpha + age) / (self.alpha + age + ahead)) ** (self.r + x) * hyper
        result: Floats = np.maximum((a + self.b + x - 1) / (a - 1) * grown / (1 + self._odds_gone(customers)), 0.0)
        return np.where(np.isfinite(result), result, 0.0)

    def _odds_gone(self, customers: Customers) -> Floats:
        x, recency, age = customers.frequency, customers.recency, customers.age
        power = (self.r + x) * (np.log(self.alpha + age) - np.log(self.alpha + recency))
        odds = self.a / np.maximum(self.b + x - 1, 1e-9) * np.exp(np.minimum(power, 700))
        return np.where(x > 0, odds, 0.0)


@dataclass(frozen=True, slots=True)
class Spending:
    """A fitted gamma-gamma model: how much a purchase of each customer is worth on average."""

    p: float
    q: float
    gamma: float

    def expected(self, frequency: Floats, mean: Floats) -> Floats:
        """Return the expected value of a purchase, drawn from each customer's own mean towards that of all."""
        counted = np.where(mean > 0, frequency, 0.0)
        below = self.p * counted + self.q - 1
        value = self.p * (self.gamma + counted * np.where(mean > 0, mean, 0.0)) / np.maximum(below, 1e-9)
        return np.where(below > 1e-6, value, np.nan)


def fit_activity(customers: Customers) -> Activity:
    """Fit BG/NBD by maximum likelihood; raises ActivityInvalid."""
    from scipy.optimize import minimize
    from scipy.special import gammaln

    if len(customers) < CUSTOMERS_MIN or int((customers.frequency > 0).sum()) < REPEATERS_MIN:
        raise ActivityInvalid(
            f"{len(customers):,} customers, of whom {int((customers.frequency > 0).sum()):,} came again, say too little.",
            field="columns.customer",
            remedy=f"Give at least {CUSTOMERS_MIN} customers, {REPEATERS_MIN} of whom bought more than once.",
        )
    step = -(-len(customers) // FIT_CUSTOMERS_MAX)
    x, recency, age = (part[::step] for part in (customers.frequency, customers.recency, customers.age))
    # One unit of time is the mean age, so that the search is on one scale whatever the dates are counted in.
    unit = float(age.mean()) or 1.0
    recency, age = recency / unit, age / unit

    def loss(logs: Floats) -> float:
        r, alpha, a, b = np.exp(np.clip(logs, -15, 15))
        first = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        second = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        third = -(r + x) * np.log(alpha + age)
        fourth = np.log(a) - np.log(np.maximum(b + x - 1, 1e-12)) - (r + x) * np.log(alpha + recency)
        both = np.where(x > 0, np.logaddexp(third, fourth), third)
        return float(-(first + second + both).mean() + PENALTY * float((logs**2).sum()) / len(x))

    best = None
    for start in ((-1.0, -1.0, -0.5, 1.0), (0.0, 0.0, 0.0, 0.0)):
        found = minimize(loss, np.asarray(start), method="L-BFGS-B", options={"maxiter": 500})
        if best is None or found.fun < best.fun:
            best = found
    assert best is not None  # noqa: S101 - two starts were tried
    r, alpha, a, b = (float(value) for value in np.exp(np.clip(best.x, -15, 15)))
    # Likelihoods of rates change with the unit of time by one factor for each purchase.
    likelihood = -float(best.fun) * len(x) - float(x.sum()) * float(np.log(unit))
    return Activity(r, alpha * unit, a, b, likelihood)


def fit_spending(frequency: Floats, mean: Floats) -> Spending | None:
    """Fit gamma-gamma by maximum likelihood on the mean values of repeat purchases; None where they say too little."""
    from scipy.optimize import minimize
    from scipy.special import gammaln

    usable = (frequency > 0) & (mean > 0) & np.isfinite(mean)
    if int(usable.sum()) < REPEATERS_MIN:
        return None
    x, m = frequency[usable], mean[usable]
    unit = float(m.mean())
    m = m / unit

    def loss(logs: Floats) -> float:
        p, q, gamma = np.exp(np.clip(logs, -10, 10))
        terms = (
            gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
            + (p * x - 1) * np.log(m) + p * x * np.log(x) - (p * x + q) * np.log(gamma + m * x)
        )  # fmt: skip
        return float(-terms.mean() + PENALTY * float((logs**2).sum()) / len(x))

    found = minimize(loss, np.asarray([1.0, 1.0, 1.0]), method="L-BFGS-B", options={"maxiter": 500})
    p, q, gamma = (float(value) for value in np.exp(np.clip(found.x, -10, 10)))
    return Spending(p, q, gamma * unit)


def lifetime_value(activity: Activity, customers: Customers, value: Floats, days_a_unit: float = 1.0) -> Floats:
    """Return the present value of the purchases to come, over ten years at 10 % a year, reckoned by quarters."""
    step = QUARTER_DAYS / days_a_unit
    total, before = np.zeros(len(customers)), np.zeros(len(customers))
    for quarter in range(1, 4 * YEARS_OF_VALUE + 1):
        until = activity.expected(customers, quarter * step)
        total += np.maximum(until - before, 0.0) / (1 + DISCOUNT_A_YEAR) ** ((quarter - 0.5) / 4)
        before = until
    return total * np.nan_to_num(value)
