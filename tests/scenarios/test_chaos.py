"""Nothing acknowledged is lost and nothing is done twice, whatever is killed; and the harness would see it if it were."""

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from tests.scenarios import chaos
from tests.support.installation import Installation, temporary_home
from tests.support.waiting import wait_for

TRIES_MAX = 4


@pytest.fixture
def installation() -> Iterator[Installation]:
    """Lend an installation whose processes have not been started."""
    with temporary_home() as home, Installation(home) as installation:
        yield installation


def test_kills_of_server_workers_database_and_provider_lose_nothing_and_double_nothing(installation):
    report = chaos.run(chaos.Plan(decisions=300, kills=14, seed=11), installation)
    assert not report.faults, json.dumps(report.faults, indent=2)
    assert sum(report.kills.values()) == 14
    assert report.kills.keys() == chaos.TARGETS.keys()
    assert report.retries > 0
    assert report.effects["done"] > 200


def test_the_harness_sees_what_is_doubled_and_what_is_lost(installation):
    careless = chaos.Plan(
        decisions=40, kills=0, forgetful=0.3, keyed=False, faults=("--ignore-keys", "--drop-response", "0.3")
    )
    report = chaos.run(careless, installation)
    assert report.doubled_decisions
    assert report.doubled_payouts
    assert not report.lost_decisions

    # The same forgetful clients with keys double no decision, but a provider that ignores keys still pays twice.
    keyed = replace(careless, name="keyed", keyed=True)
    report = chaos.run(keyed, installation)
    assert not report.doubled_decisions
    assert not report.answered_otherwise
    assert report.doubled_payouts

    # A booking that the provider forgets is a payout lost.
    lines = [line for line in installation.ledger.read_bytes().splitlines(keepends=True) if b"keyed:7" not in line]
    installation.ledger.write_bytes(b"".join(lines))
    assert 7 in judged_again(installation, keyed).lost_payouts


def judged_again(installation: Installation, plan: chaos.Plan) -> chaos.Report:
    """Judge a finished run once more: its clients ask for their answers again, which changes nothing."""
    organization = installation.system.organization(plan.name)
    clients = chaos.Clients(installation, installation.key(organization), plan)
    clients.run()
    chaos.judge(installation, chaos.Lender(installation.system.database, organization, None, None, None), clients)
    return clients.report


def test_the_harness_sees_a_database_that_answers_before_it_is_durable(installation):
    url = installation.postgres.superuser_url()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter system set wal_writer_delay = '10s'")
        connection.execute("alter role intendant_app set synchronous_commit = off")
        connection.execute("select pg_reload_conf()")
    installation.start_server()
    for number in range(TRIES_MAX):
        plan = chaos.Plan(decisions=30, kills=0, name=f"try-{number}", forgetful=0.0)
        lender = chaos.open_for_chaos(installation, plan.name)
        clients = chaos.Clients(installation, installation.key(lender.organization), plan)
        wait_for(installation.is_ready, "the server")
        clients.run()
        pid = installation.postgres.status().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda old=pid: installation.postgres.status().pid not in (None, old), "the database", seconds=30)
        wait_for(installation.is_ready, "the server", seconds=30)
        chaos.judge(installation, lender, clients)
        if clients.report.lost_decisions:
            return
    pytest.fail("the database lost nothing that it had not made durable")
