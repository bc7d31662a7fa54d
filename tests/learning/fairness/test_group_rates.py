"""Approval rates by protected group."""

import numpy as np
import pandas as pd
import pytest

from intendant.learning.fairness import GroupsInvalid, band_values, group_rates


def test_the_four_fifths_ratio_is_lowest_over_highest():
    approved = np.r_[np.ones(80), np.zeros(20), np.ones(50), np.zeros(50)].astype(bool)
    (report,) = group_rates(approved, {"sex": ["m"] * 100 + ["f"] * 100})
    assert report.four_fifths_ratio == pytest.approx(0.5 / 0.8)
    assert report.passes is False
    assert report.disparity_certain
    assert {(group.value, group.count, group.approved) for group in report.groups} == {("m", 100, 80), ("f", 100, 50)}
    assert {group.value: round(group.ratio, 3) for group in report.groups} == {"m": 1.0, "f": 0.625}


def test_small_groups_are_shown_but_do_not_judge():
    approved = np.r_[np.ones(100), np.zeros(3)].astype(bool)
    (report,) = group_rates(approved, {"sex": ["m"] * 100 + ["f"] * 3})
    assert report.four_fifths_ratio is None
    assert report.passes is None
    assert len(report.groups) == 2


def test_ages_are_banded_and_missing_ages_kept_apart():
    bands = band_values([18, 24.9, 25, 44, 70, None, *range(30, 60)], attribute="age")
    assert list(bands[:6]) == ["below 25", "below 25", "25 to below 35", "35 to below 45", "65 and above", "(missing)"]


def test_other_scales_are_banded_by_quartile_and_codes_are_not():
    assert len(set(band_values(np.arange(100), attribute="postcode income"))) == 4
    assert set(band_values([1, 2, 1, 2.0], attribute="sex")) == {"1", "2"}
    assert set(band_values(pd.Series(["a", None, pd.NA, float("nan"), " a "]))) == {"a", "(missing)"}


def test_known_outcomes_add_the_repayment_of_the_approved():
    (report,) = group_rates([True, True, False], {"sex": ["m", "m", "f"]}, outcome=[1, 0, 1])
    assert {group.value: group.repaid_rate for group in report.groups} == {"m": 0.5, "f": None}


def test_groups_must_fit_the_decisions():
    with pytest.raises(GroupsInvalid) as refusal:
        group_rates([True], {"sex": ["m", "f"]})
    assert refusal.value.field == "sex"
