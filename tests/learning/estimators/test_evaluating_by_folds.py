"""The command that says how good a model of a file would be."""

import json
from pathlib import Path

from click.testing import CliRunner
from tests.learning.estimators.tables import with_target

from intendant.cli.ai.evaluate import evaluate


def test_a_file_is_evaluated_by_folds_beside_its_baselines(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    with_target("churned", 300).to_csv(file, index=False)
    told = CliRunner().invoke(
        evaluate, [str(file), "--target", "-1", "--algorithm", "logistic", "--folds", "2", "--json"]
    )
    assert told.exit_code == 0, told.output
    summary = json.loads(told.stdout)
    assert summary["target"] == "churned"
    assert summary["task"] == "classification"
    assert summary["metrics"]["auc"]["mean"] > 0.75
    assert "logistic regression" in summary["baselines"]


def test_a_number_is_told_as_a_number(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    with_target("spend", 300).to_csv(file, index=False)
    told = CliRunner().invoke(evaluate, [str(file), "--target", "spend", "--algorithm", "linear", "--folds", "2"])
    assert told.exit_code == 0, told.output
    assert "regression of 'spend'" in told.stdout
    assert "rmse" in told.stdout
