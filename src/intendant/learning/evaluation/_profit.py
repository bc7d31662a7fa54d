"""What decisions earn: money under a stated cost matrix, against approving all, rejecting all and a plain cut-off."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intendant.learning.evaluation._metrics import EvaluationInputInvalid

Floats = NDArray[np.float64]
MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class CostMatrix:
    """What one unit lent earns when repaid and loses when defaulted; a refused application earns nothing.

    The unit is the amount when amounts are given and one loan otherwise. Where nothing is known, a default is taken to
    cost five times what a repaid loan earns, the ratio published with the Statlog credit data.
    """

    gain: float = 1.0
    loss: float = 5.0
    assumed: bool = True

    def __post_init__(self) -> None:
        if not (np.isfinite(self.gain) and np.isfinite(self.loss) and self.gain > 0 and self.loss > 0):
            raise EvaluationInputInvalid(
                "Gain and loss must be positive numbers.", field="cost_matrix", remedy="State both as shares above 0."
            )

    @classmethod
    def from_terms(cls, *, annual_rate: float, term_months: float, loss_given_default: float) -> "CostMatrix":
        """Derive the matrix from known terms: simple interest on half the amount (it is paid down), loss at default.

        `annual_rate` and `loss_given_default` are shares (0.12 is 12 %).
        """
        return cls(gain=annual_rate * term_months / MONTHS_PER_YEAR / 2, loss=loss_given_default, assumed=False)

    @property
    def break_even_probability(self) -> float:
        """Return the probability of repayment from which lending pays."""
        return self.loss / (self.gain + self.loss)


@dataclass(frozen=True, slots=True)
class Cutoff:
    """Approve at or above this probability; `profit` is what that earned on the rows it was chosen on."""

    probability: float
    profit: float


@dataclass(frozen=True, slots=True)
class ProfitComparison:
    """What the decisions earned beside the three plain policies, on the same rows."""

    decisions: float
    approve_all: float
    reject_all: float
    plain_cutoff: float | None
    plain_cutoff_probability: float | None
    costs: CostMatrix
    unit: str

    @property
    def best_plain(self) -> float:
        """Return the best of the plain policies."""
        return max(self.approve_all, self.reject_all, *([] if self.plain_cutoff is None else [self.plain_cutoff]))


def profit(approved: ArrayLike, outcome: ArrayLike, amounts: ArrayLike | None, costs: CostMatrix) -> float:
    """Return what the approved rows earned; `approved` is boolean, `outcome` 1 repaid and 0 defaulted."""
    mask = np.asarray(approved, dtype=bool).ravel()
    values = _unit_profit(outcome, amounts, costs)
    if mask.size != values.size:
        raise EvaluationInputInvalid(
            f"There are {mask.size} decisions but {values.size} outcomes.",
            field="approved",
            remedy="Give one for each.",
        )
    return float(values[mask].sum())


def best_cutoff(probability: ArrayLike, outcome: ArrayLike, amounts: ArrayLike | None, costs: CostMatrix) -> Cutoff:
    """Return the cut-off that would have earned most on these rows; above every prediction when lending never pays."""
    probabilities = np.asarray(probability, dtype=np.float64).ravel()
    values = _unit_profit(outcome, amounts, costs)
    order = np.argsort(-probabilities, kind="stable")
    ordered = probabilities[order]
    earned = np.cumsum(values[order])
    last_of_ties = np.r_[ordered[1:] != ordered[:-1], True]  # equal predictions are approved together or not at all
    candidates = np.flatnonzero(last_of_ties)
    best = int(candidates[np.argmax(earned[candidates])])
    if earned[best] <= 0:
        return Cutoff(probability=float(np.nextafter(ordered[0], np.inf)), profit=0.0)
    return Cutoff(probability=float(ordered[best]), profit=float(earned[best]))


def compare_profit(
    approved: ArrayLike,
    outcome: ArrayLike,
    *,
    amounts: ArrayLike | None = None,
    costs: CostMatrix | None = None,
    probability: ArrayLike | None = None,
    cutoff: Cutoff | None = None,
) -> ProfitComparison:
    """Return the decisions' profit beside approve all, reject all and a plain cut-off chosen on earlier rows."""
    matrix = costs or CostMatrix()
    count = np.asarray(outcome).size
    plain = None
    if cutoff is not None and probability is not None:
        plain = profit(np.asarray(probability, dtype=np.float64) >= cutoff.probability, outcome, amounts, matrix)
    return ProfitComparison(
        decisions=profit(approved, outcome, amounts, matrix),
        approve_all=profit(np.ones(count, dtype=bool), outcome, amounts, matrix),
        reject_all=0.0,
        plain_cutoff=plain,
        plain_cutoff_probability=None if plain is None or cutoff is None else cutoff.probability,
        costs=matrix,
        unit="amount" if amounts is not None else "loan",
    )


def _unit_profit(outcome: ArrayLike, amounts: ArrayLike | None, costs: CostMatrix) -> Floats:
    labels = np.asarray(outcome, dtype=np.float64).ravel()
    sizes = np.ones(labels.size) if amounts is None else np.asarray(amounts, dtype=np.float64).ravel()
    if sizes.size != labels.size or not np.isfinite(sizes).all():
        raise EvaluationInputInvalid(
            "Every outcome needs one finite amount.", field="amounts", remedy="Leave amounts out to count loans."
        )
    return np.where(labels == 1, costs.gain, -costs.loss) * sizes
