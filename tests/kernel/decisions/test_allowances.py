"""Allowances: no overshoot in count or money, within a batch, across batches, threads and processes; windows in local time."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.deciding import allow, approval_of, change_action, respond, together
from tests.support.lending import BAD, GOOD, Lender, open_lender

from intendant.kernel.decisions import Decider, Decision
from intendant.kernel.decisions._allowances import window_start
from intendant.kernel.gate import Exceeded, Limit, Window
from intendant.kernel.organizations import create_organization, set_clock
from intendant.kit import clock
from intendant.kit.database import Database


def verdicts(results: list[Any]) -> list[str]:
    return [result.as_dict()["verdict"] if isinstance(result, Decision) else result.code for result in results]


def spent(lender: Lender) -> tuple[int, Decimal]:
    with lender.database.transaction(lender.organization.id) as tx:
        row = tx.find("select coalesce(sum(count), 0) as count, coalesce(sum(amount), 0) as amount from allowances")
    return int(row["count"]), row["amount"]


def test_a_hundred_parallel_spenders_of_a_count_do_not_overshoot(lender, database):
    allow(lender, count=30)
    deciders = [Decider(database, lender.decider.registry) for _ in range(5)]

    def spend(number: int) -> Any:
        return lambda: deciders[number % 5].decide(lender.proposal(GOOD, f"s{number}"))

    results = together([spend(number) for number in range(100)])
    said = verdicts(results)
    assert (said.count("act"), said.count("ask")) == (30, 70)
    assert spent(lender) == (30, Decimal(150_000))
    assert lender.scalar("select count(*) from effects") == 30


def test_a_hundred_parallel_spenders_of_money_do_not_overshoot(lender, database):
    allow(lender, amount=47_000)
    results = together([lambda n=n: lender.decider.decide(lender.proposal(GOOD, f"s{n}")) for n in range(100)])
    assert verdicts(results).count("act") == 9
    assert spent(lender) == (9, Decimal(45_000))


def test_parallel_batches_share_one_allowance_without_overshoot(lender, other_lender, database):
    allow(lender, count=25, amount=110_000)
    allow(other_lender, count=7)

    def batch(number: int) -> Any:
        proposals = [each.proposal(GOOD, f"{number}-{place}") for place in range(5) for each in (lender, other_lender)]
        return lambda: Decider(database, lender.decider.registry).decide_many(proposals)

    results = [each for batch_ in together([batch(number) for number in range(12)]) for each in batch_]
    ours = [r for r in results if r.organization_id == lender.organization.id]
    assert verdicts(ours).count("act") == 22
    assert spent(lender) == (22, Decimal(110_000))
    assert spent(other_lender)[0] == 7


def test_processes_share_one_allowance_without_overshoot(lender, database_urls):
    allow(lender, count=40)
    configuration = {
        "app": database_urls.app, "system": database_urls.system, "owner": database_urls.owner,
        "organization": str(lender.organization.id), "product": "personal", "inputs": GOOD, "count": 40, "batch": 4,
    }  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "SPENDER": json.dumps(configuration)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.spender"],
            env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            process.stdin.write(f"{time.time() + 0.2}\n")
            process.stdin.flush()
        said = [verdict for process in processes for verdict in json.loads(process.communicate(timeout=60)[0])]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert (said.count("act"), said.count("ask")) == (40, 40)
    assert spent(lender)[0] == 40


def test_a_limit_may_refuse_instead_of_asking(lender):
    change_action(lender, "approve", limits=(Limit(Window.HOUR, 1, exceeded=Exceeded.REFUSE),))
    assert [lender.decide(GOOD)["verdict"] for _ in range(2)] == ["act", "refuse"]


def test_a_person_may_go_beyond_an_allowance_which_is_the_component_s(lender):
    allow(lender, count=1)
    lender.decide(GOOD)
    asked = lender.decide(GOOD)
    assert asked["verdict"] == "ask"
    assert respond(lender, approval_of(lender, asked)).as_dict()["verdict"] == "act"
    assert spent(lender)[0] == 1


def test_automatic_rejections_have_an_hourly_allowance(lender):
    change_action(lender, "reject", limits=(Limit(Window.HOUR, 2),))
    said = [lender.decide(BAD)["verdict"] for _ in range(3)]
    assert said == ["act", "act", "ask"]


def test_an_allowance_comes_back_with_the_next_local_business_day(database: Database):
    def at(moment: str) -> clock.BusinessClock:
        return clock.BusinessClock(clock.system_now(), datetime.fromisoformat(moment), 0.0)

    with database.system() as tx:
        organization = create_organization(
            tx, slug="slow", name="Slow", time_zone="Europe/Berlin", business_clock=at("2026-03-28T20:00+00:00")
        )
    lender = open_lender(database, organization)
    allow(lender, count=1)
    said = []
    # Midnight in Berlin is at 23:00 UTC, and after that short day at 22:00 UTC.
    for moment in ("28T20:00", "28T22:59", "28T23:00", "29T21:59", "29T22:00"):
        with database.system() as tx:
            set_clock(tx, organization.id, at(f"2026-03-{moment}+00:00"))
        said.append(lender.decide(GOOD)["verdict"])
    assert said == ["act", "ask", "act", "ask", "act"]


@pytest.mark.parametrize(
    ("window", "now", "start"),
    [
        # Summer time begins in Berlin on 2026-03-29 at 02:00, which becomes 03:00; that day has 23 hours.
        (Window.DAY, "2026-03-29T12:00+00:00", "2026-03-28T23:00+00:00"),
        (Window.DAY, "2026-03-29T21:59+00:00", "2026-03-28T23:00+00:00"),
        (Window.DAY, "2026-03-29T22:00+00:00", "2026-03-29T22:00+00:00"),
        (Window.HOUR, "2026-03-29T01:10+00:00", "2026-03-29T01:00+00:00"),
        # It ends on 2026-10-25 at 03:00, which becomes 02:00: the hour from two to three comes twice and has two windows.
        (Window.DAY, "2026-10-25T22:59+00:00", "2026-10-24T22:00+00:00"),
        (Window.HOUR, "2026-10-25T00:30+00:00", "2026-10-25T00:00+00:00"),
        (Window.HOUR, "2026-10-25T01:30+00:00", "2026-10-25T01:00+00:00"),
    ],
)
def test_a_window_begins_with_the_local_hour_or_day_also_when_clocks_change(window, now, start):
    found = window_start(window, datetime.fromisoformat(now), "Europe/Berlin")
    assert found.astimezone(UTC) == datetime.fromisoformat(start)


ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca"]


@settings(max_examples=300, deadline=None)
@given(
    st.integers(946_684_800, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from(ZONES),
    st.sampled_from(list(Window)),
)
def test_a_window_contains_its_moment_and_begins_once(now, zone, window):
    start = window_start(window, now, zone).astimezone(UTC)
    length = timedelta(hours=1.5) if window is Window.HOUR else timedelta(hours=25)
    assert start <= now < start + length
    assert window_start(window, start, zone).astimezone(UTC) == start
