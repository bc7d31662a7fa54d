"""Two servers and three workers, each on a machine of its own: one is lost, two are cut off, a newer version takes over, and nothing is lost or doubled."""

import json

import pytest
from tests.scenarios import machines
from tests.support.machine_room import run_alone, why_not

from intendant import __version__

STORY_SECONDS_MAX = 900.0


@pytest.mark.timeout(STORY_SECONDS_MAX + 60)
def test_machines_are_lost_cut_off_and_upgraded_and_the_others_go_on() -> None:
    reason = why_not()
    if reason is not None:
        pytest.skip(f"No machines can be made here: {reason}.")
    done = run_alone(["-m", "tests.scenarios.machines", "--inside", "--upgrade"], seconds=STORY_SECONDS_MAX)
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-4_000:]
    report = json.loads(done.stdout)
    assert not report["faults"]
    assert report["audited"] == 5
    assert report["revoked_seconds"] < 1.0
    assert report["took_over"]
    assert report["decided_meanwhile"] > 0
    assert report["decided_while_cut"] > 0
    assert report["ended_by_themselves"].keys() == {report["cut"][0]}
    assert report["answers"] > 100
    # One task under way, taken from machine to machine and from version to version.
    assert {taken.partition(" ")[2] for taken in report["upgraded_task"]} == {__version__, machines.NEWER}
    assert report["decided_while_upgraded"] > 0
    assert set(report["effects"]) == {"done"}
