"""Killed at the worst moments and run again, a replay repeats nothing and ends with the report of one that was left alone."""

import fcntl
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.domains.lending.replay.conftest import Replays
from tests.support.finished import wait_until_finished
from tests.support.past_loans import PastLoans, borrowers

from intendant.kernel import audit
from intendant.kernel.organizations import find_organization, remove_organization

SPEED_KEYS = {"decisions_per_second", "decided_in_this_run", "decided_before", "seconds"}
ROWS = 1_000
SECONDS_MAX = 120


def daily(folder: Path, seed: int) -> PastLoans:
    """Write applications of nearly as many days, so that many chunks are decided; each test its own, as one runs once at a time."""
    b = borrowers(seed, rows=ROWS)
    lines = ["application_date,loan_amount,income,credit_score,loan_status"]
    lines += [
        f"{b.moment[n]},{b.amount[n]},{b.income[n]},{b.score[n]},{'paid' if b.repaid[n] else 'default'}"
        for n in range(b.rows)
    ]
    path = folder / "daily.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return PastLoans(path)


def killed_at(replay: Replays, table: PastLoans, word: str) -> None:
    """Run the command in a process of its own and kill it once it has told `word` with a number above zero."""
    command = [sys.executable, "-m", "intendant.cli.main", "replay", str(table.path), "--yes", "--report"]
    process = subprocess.Popen(
        [*command, str(replay.folder / "killed")], env=replay.environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )  # fmt: skip
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line)
        if line.startswith(word) and not line.startswith(f"{word} 0"):
            process.send_signal(signal.SIGKILL)
            break
    process.stderr.close()
    assert process.wait(SECONDS_MAX) == -signal.SIGKILL, seen


def figures(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report without what depends on the clock."""
    return {key: value for key, value in report.items() if key not in SPEED_KEYS}


def test_a_replay_killed_while_training_and_while_deciding_repeats_nothing(replay: Replays, tmp_path: Path) -> None:
    table = daily(tmp_path, 41)
    killed_at(replay, table, "Training:")
    assert replay.count("select count(*) from decisions") == 0
    killed_at(replay, table, "Deciding:")
    before = replay.count("select count(*) from decisions")
    assert 0 < before < ROWS * 0.4
    result = replay(table.path)
    assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert f"Continuing: {report['decided_before']:,} of 400 were decided before" in result.stderr
    assert report["decided_before"] >= before
    assert report["decided_before"] + report["decided_in_this_run"] == report["rows_decided"] == ROWS * 0.4
    for query in (
        "select count(*) from decisions",
        "select count(distinct subject_id) from decisions",
        "select count(*) from lending_applications",
    ):
        assert replay.count(query) == report["rows_decided"]
    assert replay.count("select count(*) from models where role = 'champion'") == 1
    assert replay.count("select count(*) from outcomes") == report["approved"]
    with replay.database.system() as tx:
        organization = find_organization(tx, report["organization"])
    assert organization is not None
    key = audit.open_signing_key(tmp_path / "keys")
    wait_until_finished(replay.database)
    audit.seal(replay.database, [organization.id], tmp_path / "checkpoints", key)
    assert audit.verify_database(replay.database, organization.id, tmp_path / "checkpoints", key.public_key()).ok
    again = replay.report(table)
    assert figures(again) == figures(report)
    assert again["decided_in_this_run"] == 0
    assert again["decisions_per_second"] == report["decisions_per_second"]
    with replay.database.system() as tx:
        remove_organization(tx, organization.id)
    assert figures(replay.report(table)) == figures(report)


def test_a_second_run_of_the_same_replay_is_told_that_the_first_is_under_way(replay: Replays, tmp_path: Path) -> None:
    table = daily(tmp_path, 42)
    report = replay.report(table)
    lock = Path(replay.environment["INTENDANT_HOME"]) / "replays" / f"{report['organization']}.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        result = replay(table.path)
    assert result.exit_code == 1
    assert "runs already" in result.stderr
    assert replay(table.path).exit_code == 0
