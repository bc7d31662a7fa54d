"""A replayed application takes the way of a live one: same use case, gate and record, in the table's own time."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import yaml
from tests.domains.lending.replay.conftest import Replays
from tests.support.past_loans import leaky

from intendant.kernel.organizations import find_organization


def test_decisions_outcomes_and_report_tell_the_same_story(replay: Replays, tmp_path: Path) -> None:
    table = leaky(tmp_path)
    report = replay.report(table, "--gain", "0.2", "--loss", "0.6")
    with replay.database.system() as tx:
        organization = find_organization(tx, report["organization"])
    assert organization is not None
    assert organization.kind == "sandbox"
    with replay.database.snapshot(organization.id) as tx:
        rows = tx.all(
            "select d.record, d.verdict, d.action, d.decided_at, a.submitted_at, a.state, a.reference, a.protected, o.value,"
            " o.observed_at from decisions d join lending_applications a on a.id = d.subject_id"
            " left join outcomes o on o.subject_id = a.id where d.organization_id = %s order by a.submitted_at",
            [organization.id],
        )
    assert len(rows) == report["rows_decided"] == 600
    approved = [row for row in rows if row["state"] == "approved"]
    assert len(approved) == report["approved"] > 0
    assert all((row["value"] is not None) == (row["state"] == "approved") for row in rows)
    assert report["default_rate_approved"] == sum(row["value"] == 0 for row in approved) / len(approved)
    for row in rows:
        # Decided at most a week after it was submitted; its outcome is known a year later, since the table has no term.
        assert timedelta(0) <= row["decided_at"] - row["submitted_at"] < timedelta(days=7)
        assert row["value"] is None or timedelta(days=365) <= row["observed_at"] - row["submitted_at"] < timedelta(366)
    assert rows[0]["submitted_at"] > datetime(2015, 6, 1, tzinfo=UTC)
    record = orjson.loads(rows[0]["record"])
    assert record["model_version"].split(":")[0] == str(report["model"]["version"])
    assert record["proposed_by"] == "replay"
    assert "gender" not in record["values"]
    assert orjson.loads(rows[0]["protected"])["gender"] in {"female", "male"}
    assert report["profit"]["cost_matrix"] == {"gain": 0.2, "loss": 0.6, "assumed": False}


def test_columns_that_know_the_outcome_are_left_out_and_named_and_json_goes_to_standard_output_alone(
    replay: Replays, tmp_path: Path
) -> None:
    result = replay(leaky(tmp_path).path, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report == json.loads((tmp_path / "report" / "report.json").read_text())
    assert "Deciding: 600 of 600" in result.stderr
    left_out = {finding["column"] for finding in report["model"]["leakage"] if finding["level"] == "exclude"}
    assert {"balance_at_end", "agency_ref"} <= left_out
    assert not left_out & set(report["model"]["features"])
    assert 0.6 < report["auc"] < 0.9
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    for name in ("balance_at_end", "agency_ref"):
        assert any(line.startswith("! Left out:") and name in line for line in result.stderr.splitlines())
        assert name in page


def test_drafts_can_be_corrected_and_passed_back_and_are_never_lost(replay: Replays, tmp_path: Path) -> None:
    table = leaky(tmp_path)
    first = replay.report(table)
    mapping, policy = tmp_path / "report" / "mapping.yaml", tmp_path / "report" / "policy.yaml"
    body = yaml.safe_load(policy.read_text())
    body["actions"]["approve"]["act_threshold"] = 0.95
    policy.write_text(yaml.safe_dump(body))
    mapping.write_text("\n".join(line for line in mapping.read_text().splitlines() if '"debt_ratio"' not in line))
    second = replay.report(table, "--mapping", str(mapping), "--policy", str(policy))
    assert second["organization"] != first["organization"]
    assert second["thresholds"]["loan_approval_threshold"] == 0.95
    assert second["approved"] < first["approved"]
    assert "debt_ratio" not in second["model"]["features"]
    assert yaml.safe_load(policy.read_text())["actions"]["approve"]["act_threshold"] == 0.95
    # The same replay as the first one: nothing is trained or decided again.
    third = replay(table.path)
    assert "kept as policy.previous.yaml" in third.stdout
    assert "600 of 600 were decided before" in third.stderr
    assert yaml.safe_load((tmp_path / "report" / "policy.previous.yaml").read_text()) == body
