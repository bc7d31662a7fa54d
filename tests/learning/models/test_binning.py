"""The quick search for bins gives what a bisection gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intendant.learning.models._binning import BinIndex

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(NUMBERS, unique=True, max_size=60).map(sorted), st.lists(NUMBERS, max_size=30))
def test_any_cuts_and_numbers(cuts, numbers):
    cuts_ = np.unique(np.array(cuts, dtype=np.float64))
    below = np.nextafter(cuts_[np.abs(cuts_) < 1e308], -np.inf)
    asked = np.array([*numbers, *cuts_, *below], dtype=np.float64)
    np.testing.assert_array_equal(BinIndex(cuts_).count_at_or_below(asked), np.searchsorted(cuts_, asked, side="right"))


@pytest.mark.parametrize("spread", [0.1, 1.0, 3.0])
def test_quantiles_of_even_and_uneven_data(spread):
    values = np.exp(np.random.default_rng(0).normal(0, spread, 5_000))
    cuts = np.unique(np.quantile(values, np.linspace(0, 1, 300)))
    asked = np.r_[values, cuts, -1e300, 1e300]
    np.testing.assert_array_equal(BinIndex(cuts).count_at_or_below(asked), np.searchsorted(cuts, asked, side="right"))


def test_missing_numbers_do_no_harm():
    cuts = np.arange(20.0)
    assert BinIndex(cuts).count_at_or_below(np.array([np.nan, 3.0]))[1] == 4
