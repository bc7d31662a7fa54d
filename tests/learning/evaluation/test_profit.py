"""Money under a cost matrix."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intendant.learning.evaluation import CostMatrix, EvaluationInputInvalid, best_cutoff, compare_profit, profit


def test_a_repaid_loan_earns_and_a_default_loses():
    costs = CostMatrix(gain=0.1, loss=0.6)
    assert profit([True, True, False], [1, 0, 0], [1_000, 500, 900], costs) == pytest.approx(100 - 300)
    assert profit([False] * 3, [1, 0, 0], [1_000, 500, 900], costs) == 0


def test_the_assumed_matrix_says_that_it_is_assumed():
    assert CostMatrix().assumed
    assert (CostMatrix().gain, CostMatrix().loss) == (1.0, 5.0)
    terms = CostMatrix.from_terms(annual_rate=0.12, term_months=24, loss_given_default=0.6)
    assert not terms.assumed
    assert terms.gain == pytest.approx(0.12)
    assert terms.break_even_probability == pytest.approx(0.6 / 0.72)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=1, max_size=40))
def test_no_cutoff_earns_more_than_the_best(rows):
    outcome = np.array([label for label, _ in rows])
    probability = np.array([value / 6 for _, value in rows])
    costs = CostMatrix(gain=1, loss=2)
    best = best_cutoff(probability, outcome, None, costs)
    assert best.profit == pytest.approx(profit(probability >= best.probability, outcome, None, costs))
    for other in [*np.unique(probability), 2.0]:
        assert profit(probability >= other, outcome, None, costs) <= best.profit + 1e-9


def test_a_comparison_holds_the_plain_policies():
    outcome = np.array([1, 1, 1, 0])
    probability = np.array([0.9, 0.8, 0.4, 0.3])
    costs = CostMatrix(gain=1, loss=5)
    cutoff = best_cutoff(probability, outcome, None, costs)
    compared = compare_profit([True, True, False, False], outcome, costs=costs, probability=probability, cutoff=cutoff)
    assert (compared.decisions, compared.approve_all, compared.reject_all) == (2, -2, 0)
    assert compared.plain_cutoff == 3
    assert compared.best_plain == 3
    assert compared.unit == "loan"
    assert compare_profit([True] * 4, outcome).plain_cutoff is None


def test_nonsense_is_refused():
    with pytest.raises(EvaluationInputInvalid):
        CostMatrix(gain=-1)
    with pytest.raises(EvaluationInputInvalid):
        profit([True], [1, 0], None, CostMatrix())
    with pytest.raises(EvaluationInputInvalid):
        profit([True, True], [1, 0], [1.0, float("nan")], CostMatrix())
