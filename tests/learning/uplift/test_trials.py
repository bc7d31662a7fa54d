"""Trials: effects and rankings come out as they were made, and what is wrong with a table is said."""

import json

import click.testing
import numpy as np
import pandas as pd
import pytest

from intendant.cli.main import cli
from intendant.learning.uplift import TrialInvalid, read_trials, study_trial

COUNT = 4_000


def table(seed: int = 0, count: int = COUNT) -> pd.DataFrame:
    """A randomised trial: the treatment adds 0.2 for members under fifty and nothing for others."""
    random = np.random.default_rng(seed)
    age = random.uniform(20, 80, count)
    member = random.random(count) < 0.5
    treated = random.random(count) < 0.5
    moved = (age < 50) & member
    chance = 0.1 + 0.2 * (age > 60) + 0.2 * (moved & treated)
    return pd.DataFrame(
        {
            "customer": np.arange(count, dtype=float),
            "age": np.where(random.random(count) < 0.03, np.nan, age),
            "member": np.where(member, "yes", "no"),
            "région": random.choice(["north", "south", "east"], count),
            "arm": np.where(treated, "letter", "no letter"),
            "bought": (random.random(count) < chance).astype(float),
        }
    )


@pytest.fixture(scope="module")
def study():
    (trial,) = read_trials(table(), treatment="arm", outcome="bought")
    return study_trial(trial, folds=3, planned_share=0.5)


def test_the_effect_lies_within_its_interval(study):
    assert study.effect.lower < 0.05 < study.effect.upper
    assert study.raw_effect.lower < 0.05 < study.raw_effect.upper


def test_those_moved_are_ranked_first_and_a_response_model_misses_them(study):
    top = study.chosen.at(0.2).uplift
    assert top.lower > 0.1
    assert top.value > study.response.at(0.2).uplift.value
    assert study.chosen.qini_area.lower > 0
    assert study.traits[0].feature in {"member = no", "member = yes", "age"}


def test_treating_the_best_share_is_worth_more_than_no_one_and_less_than_all_here(study):
    top = study.chosen.at(0.3)
    assert top.over_no_one.lower > 0
    assert top.policy_value.value == pytest.approx(study.outcome_control + top.over_no_one.value, abs=1e-9)


def test_a_sound_trial_passes_its_checks(study):
    assert study.check.random
    assert study.check.ratio_kept
    assert study.propensity == "the same for all"
    assert "customer" not in {trait.feature for trait in study.traits}
    json.dumps(study.as_dict())


def test_the_same_table_and_seed_give_the_same_figures():
    (trial,) = read_trials(table(count=500), treatment="arm", outcome="bought")
    assert study_trial(trial, folds=2) == study_trial(trial, folds=2)


def test_without_any_effect_no_ranking_is_vouched_for():
    frame = table(3, 1_500)
    frame["bought"] = (np.random.default_rng(5).random(len(frame)) < 0.2).astype(float)
    (trial,) = read_trials(frame, treatment="arm", outcome="bought")
    assert any("treat everyone or no one" in sentence for sentence in study_trial(trial, folds=3).verdict)


def test_a_column_written_after_the_outcome_is_left_out_unless_kept():
    frame = table(count=1_500)
    frame["spent"] = frame["bought"] * 30
    (trial,) = read_trials(frame, treatment="arm", outcome="bought")
    found = study_trial(trial, folds=2)
    assert any(notice.startswith("spent was left out") for notice in found.notices)
    kept = study_trial(trial, folds=2, keep=("spent",))
    assert not any(notice.startswith("spent was left out") for notice in kept.notices)


def test_a_logged_treatment_is_found_out_and_weighed():
    random = np.random.default_rng(2)
    age = random.uniform(0, 1, 6_000)
    treated = random.random(6_000) < 0.2 + 0.6 * age
    frame = pd.DataFrame({"age": age, "arm": treated.astype(float), "y": 2 * age + treated + random.normal(size=6_000)})
    (trial,) = read_trials(frame, treatment="arm", outcome="y")
    found = study_trial(trial, folds=3)
    assert not found.check.random
    assert found.propensity == "estimated"
    assert found.effect.lower < 1 < found.effect.upper
    assert not found.raw_effect.lower < 1 < found.raw_effect.upper


def test_lost_rows_of_one_arm_are_noticed():
    frame = table(count=2_000)
    frame = frame[(frame["arm"] == "letter") | (np.arange(2_000) % 3 > 0)]
    (trial,) = read_trials(frame, treatment="arm", outcome="bought")
    found = study_trial(trial, folds=2, planned_share=0.5)
    assert not found.check.ratio_kept
    assert any("rows were lost" in sentence for sentence in found.verdict)


def test_each_of_several_arms_is_held_against_the_control():
    frame = table(count=1_200)
    frame.loc[::3, "arm"] = "call"
    trials = read_trials(frame, treatment="arm", outcome="bought")
    assert [trial.treated_arm for trial in trials] == sorted(
        ["call", "letter"], key=lambda arm: -int((frame["arm"] == arm).sum())
    )
    assert {trial.control_arm for trial in trials} == {"no letter"}


@pytest.mark.parametrize(
    ("change", "arguments", "field"),
    [
        ({}, {"treatment": "gone"}, "treatment"),
        ({}, {"outcome": "arm"}, "arm"),
        ({}, {"control": "nobody"}, "control"),
        ({}, {"exclude": ["gone"]}, "exclude"),
        ({}, {"propensity": "age"}, "age"),
        ({"arm": "letter"}, {}, "arm"),
        ({"bought": 0.0}, {}, "bought"),
        ({"bought": np.nan}, {}, "bought"),
    ],
)
def test_what_is_no_trial_is_refused_by_field(change, arguments, field):
    frame = table(count=200).assign(**change)
    with pytest.raises(TrialInvalid) as refused:
        read_trials(frame, **{"treatment": "arm", "outcome": "bought", **arguments})
    assert refused.value.field == field
    assert refused.value.remedy


def test_a_control_that_cannot_be_told_is_asked_for():
    frame = table(count=600)
    frame["arm"] = np.random.default_rng(0).choice(["x", "y", "z"], 600)
    with pytest.raises(TrialInvalid, match="untreated"):
        read_trials(frame, treatment="arm", outcome="bought")


def test_five_rows_are_refused_with_a_remedy():
    with pytest.raises(TrialInvalid) as refused:
        read_trials(table(count=5), treatment="arm", outcome="bought")
    assert refused.value.remedy


def test_an_arm_with_few_rows_is_named():
    with pytest.raises(TrialInvalid, match=r"The arm '(no )?letter' has"):
        read_trials(table(count=60), treatment="arm", outcome="bought")


def test_the_command_prints_both_rankings_and_json(tmp_path):
    file = tmp_path / "trial.csv"
    table(count=1_000).to_csv(file, index=False)
    words = ["ai", "uplift", str(file), "--treatment", "arm", "--outcome", "bought", "--folds", "2"]
    runner = click.testing.CliRunner()
    shown = runner.invoke(cli, words)
    assert shown.exit_code == 0, shown.output
    assert "response model" in shown.output
    assert "treat the best" in shown.output
    read = json.loads(runner.invoke(cli, [*words, "--json"]).output)
    assert read["arms"][0]["control_arm"] == "no letter"
