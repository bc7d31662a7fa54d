"""Held answers and the worker: its round carries them out, and killing it at any moment loses none and doubles none."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from tests.support.deciding import approval_of, given
from tests.support.lending import MIDDLING, Lender, open_lender
from tests.support.payouts import wait_until

from intendant.bootstrap import build
from intendant.kernel.approvals import Giver
from intendant.kernel.decisions import carry_out_held, hold_answers
from intendant.kit import ids
from intendant.kit.settings import Settings
from intendant.worker.main import WorkerOptions, run_worker


@pytest.fixture
def lender(database: Any, organization: Any) -> Lender:
    """Lend an organisation at level full, with a product and a model."""
    return open_lender(database, organization)


def hold(lender: Lender, count: int, seconds: float) -> None:
    """Ask about some applications and hold the answers."""
    answers = [
        given(approval_of(lender, lender.decide(MIDDLING)), reason=f"Case {n}.", by="console:test")
        for n in range(count)
    ]
    with lender.database.transaction(lender.organization.id) as tx:
        held = hold_answers(tx, lender.decider, answers, Giver("system", ids.new_id()), seconds)
    assert all(isinstance(each, dict) for each in held), held


def waiting(lender: Lender) -> int:
    return int(lender.scalar("select count(*) from approvals where state = 'open'"))


def test_the_worker_carries_a_held_answer_out_by_itself(lender, tmp_path):
    system = build(Settings(home=tmp_path), lender.database)
    hold(lender, 1, 0.5)
    stop = threading.Event()
    options = WorkerOptions(holds_seconds=0.1)
    thread = threading.Thread(target=run_worker, args=[system], kwargs={"stop": stop, "kinds": {}, "options": options})
    thread.start()
    try:
        wait_until(lambda: waiting(lender) == 0, 15)
    finally:
        stop.set()
        thread.join(10)
    assert lender.scalar("select count(*) from effects") == 1


def test_kills_at_any_moment_lose_no_held_answer_and_double_none(lender):
    count = 15
    environment = os.environ | {
        "HOLD_WORKER": json.dumps({role: getattr(lender.database.urls, role) for role in ("app", "system", "owner")}),
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path]),
    }

    def killed_after(seconds: float, *, begun: int) -> None:
        """Run a worker; make all holds due as soon as it is ready, and kill it soon after."""
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.support.hold_worker"], env=environment, stdout=subprocess.PIPE, text=True
        )
        assert worker.stdout is not None
        with worker.stdout:
            try:
                assert worker.stdout.readline() == "ready\n"
                with lender.database.system() as tx:
                    tx.execute(
                        "update approvals set held_until = now() - interval '1 minute'"
                        " where ctid in (select ctid from approvals where state = 'open' order by id limit %s)",
                        [begun],
                    )
                time.sleep(seconds)
            finally:
                worker.kill()
                worker.wait()

    hold(lender, count, 60)
    for seconds in (0.005, 0.015, 0.03):
        killed_after(seconds, begun=5)
    with lender.database.system() as tx:
        tx.execute("update approvals set held_until = now() where state = 'open'")
    carry_out_held(lender.decider)
    assert waiting(lender) == 0
    rows = "select count(*) from decisions where answers is not null"
    assert lender.scalar(rows) == count
    assert lender.scalar(rows.replace("count(*)", "count(distinct answers)")) == count
    assert lender.scalar("select count(*) from effects") == count
    assert lender.scalar("select count(*) from alerts where cause like 'held_answer%%'") == 0
