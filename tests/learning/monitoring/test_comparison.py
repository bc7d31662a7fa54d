"""Versions are compared at every look: a false promotion stays rare, a true difference is found, a wrong split is told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intendant.learning.monitoring import (
    ComparisonInvalid,
    compare_paired,
    compare_traffic,
    split_evidence,
    wealth_path,
)

NEEDED = 40.0
LOSSES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=60)


def errors(random: np.random.Generator, rate: float, count: int) -> np.ndarray:
    return (random.random(count) < rate).astype(float)


def test_looking_after_every_case_promotes_an_equal_version_less_often_than_agreed() -> None:
    false = 0
    for seed in range(400):
        random = np.random.default_rng(seed)
        path = wealth_path(errors(random, 0.2, 2_000) - errors(random, 0.2, 2_000))
        false += bool((path >= NEEDED).any())
    assert false / 400 <= 0.025 + 2 * (0.025 * 0.975 / 400) ** 0.5


@pytest.mark.parametrize(("gain", "cases"), [(0.1, 600), (0.05, 2_500)])
def test_a_better_version_is_found_in_reasonable_time(gain: float, cases: int) -> None:
    found = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        found += compare_paired(errors(random, 0.2, cases), errors(random, 0.2 - gain, cases)).verdict == "better"
    assert found >= 32


def test_the_bounds_hold_the_truth_and_agree_with_the_verdict() -> None:
    held = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        found = compare_paired(errors(random, 0.3, 800), errors(random, 0.2, 800))
        held += found.lower <= 0.1 <= found.upper
        assert (found.verdict == "better") == (found.lower > 0)
        assert found.more_cases is None or found.verdict == "not yet"
    assert held >= 57


def test_traffic_by_share_is_compared_and_a_wrong_split_stops_it() -> None:
    random = np.random.default_rng(5)
    good = compare_traffic(errors(random, 0.4, 9_000), errors(random, 0.2, 1_000), share=0.1)
    assert good.verdict == "better"
    assert not good.split_suspect
    wrong = compare_traffic(errors(random, 0.4, 9_000), errors(random, 0.2, 2_000), share=0.1)
    assert wrong.split_suspect
    assert wrong.verdict == "not yet"


def test_a_right_split_is_hardly_ever_suspected_however_often_it_is_looked_at() -> None:
    suspected = 0
    for seed in range(100):
        taken = np.cumsum(np.random.default_rng(seed).random(1_000) < 0.3)
        suspected += any(split_evidence(int(taken[at]), at + 1, 0.3) >= 100 for at in range(0, 1_000, 10))
    assert suspected <= 3


def test_versions_that_answer_alike_are_the_same() -> None:
    random = np.random.default_rng(6)
    losses = random.random(5_000)
    assert compare_paired(losses, losses).verdict == "same"


@given(LOSSES)
def test_exchanging_the_versions_turns_everything_round(pairs: list[tuple[float, float]]) -> None:
    first, second = zip(*pairs, strict=True)
    one, other = compare_paired(first, second), compare_paired(second, first)
    assert one.lower == pytest.approx(-other.upper, abs=1e-9)
    assert one.upper == pytest.approx(-other.lower, abs=1e-9)
    assert one.lower <= one.upper


def test_what_cannot_be_compared_is_refused_or_told() -> None:
    with pytest.raises(ComparisonInvalid):
        compare_paired([0.1, 0.2], [0.1])
    with pytest.raises(ComparisonInvalid):
        compare_paired([2.0], [0.1])
    with pytest.raises(ComparisonInvalid):
        compare_traffic([0.1], [0.1], share=0.0)
    empty = compare_paired([], [])
    assert empty.verdict == "not yet"
    assert empty.difference is None
    assert compare_paired([np.nan, 0.5], [0.1, 0.4]).pairs == 1
