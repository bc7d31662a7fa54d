"""Effects through a worker: each at the provider at most once and none lost, whoever is killed; a halt aborts within a second."""

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from pathlib import Path
from random import Random

import psycopg
import pytest
from tests.support.payouts import (
    SPECS,
    Process,
    plan_payouts,
    start_effect_worker,
    start_provider,
    states,
)

from intendant.connectors.sandbox._ledger import list_entries
from intendant.connectors.sandbox.payouts import SandboxPayouts
from intendant.kernel import actions
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import EffectCall
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.ports.payments import PayoutPort
from intendant.worker._effects import EffectRunner, RunnerOptions

QUICK = RunnerOptions(call_timeout_seconds=1.0, lease_seconds=3.0, reconcile_seconds=0.2, backoff_seconds_first=0.1)
UNDER_FIRE = {**asdict(QUICK), "lease_seconds": 2.5, "retry_count_max": 50, "call_count_max": 4}
PAYOUT_COUNT, KILL_COUNT, KILLING_SECONDS_MAX = 250, 10, 100.0


class Payouts:
    """The provider of one test: its ledger, its socket and its processes."""

    def __init__(self, folder: Path) -> None:
        self.ledger, self.socket = folder / "ledger.jsonl", folder / "s"
        self.processes: list[Process] = []

    def start(self, *faults: str) -> Process:
        self.processes.append(start_provider(self.ledger, self.socket, *faults))
        return self.processes[-1]

    def worker(self, database: Database, **options: float) -> Process:
        self.processes.append(start_effect_worker(database.urls, self.socket, **options))
        return self.processes[-1]

    def bookings(self) -> Counter[str]:
        return Counter(entry["key"] for entry in list_entries(self.ledger)) if self.ledger.exists() else Counter()


@pytest.fixture
def payouts(tmp_path: Path) -> Iterator[Payouts]:
    payouts = Payouts(tmp_path)
    yield payouts
    for process in payouts.processes:
        if process.is_alive:
            process.kill()


@asynccontextmanager
async def running(
    database: Database, payouts: Payouts, options: RunnerOptions = QUICK, *, answer_timeout_seconds: float = 1.0
) -> AsyncIterator[EffectRunner]:
    port = SandboxPayouts("http://sandbox", socket=str(payouts.socket), answer_timeout_seconds=answer_timeout_seconds)
    runner = EffectRunner(database, SPECS, {"payouts": port}, "executor-1", Random(1), options=options)
    stop = asyncio.Event()
    task = asyncio.create_task(runner.run(stop))
    try:
        yield runner
    finally:
        stop.set()
        await task
        await port.close()


async def until(
    database: Database, organization: Organization, wanted: dict[str, int], seconds_max: float = 20
) -> None:
    end = time.monotonic() + seconds_max
    while (found := await asyncio.to_thread(states, database, organization.id)) != wanted:
        assert time.monotonic() < end, f"found {found}, wanted {wanted}"
        await asyncio.sleep(0.02)


def halt(database: Database, organization: Organization, state: str = "halted") -> None:
    with database.transaction(organization.id) as tx:
        tx.execute("update controls set state = %s", [state])


def test_planned_payouts_are_booked_once_each_and_recorded(database, organization, payouts):
    async def story() -> None:
        payouts.start()
        planned = plan_payouts(database, organization.id, 20)
        async with running(database, payouts):
            await until(database, organization, {"done": 20})
        assert payouts.bookings() == Counter(str(one) for one in planned)
        with database.transaction(organization.id) as tx:
            assert tx.scalar("select count(*) from events where name = 'kernel.effect.done'") == 20
            assert tx.scalar("select count(*) from audit where body like '%%kernel.effect.done%%'") == 20
            effect = actions.get_effect(tx, planned[0])
        assert effect.result is not None
        assert effect.result["pays_nobody"] is True

    asyncio.run(story())


def test_a_lost_answer_is_asked_for_and_not_paid_again(database, organization, payouts):
    async def story() -> None:
        payouts.start("--drop-response", "0.6", "--seed", "3")
        planned = plan_payouts(database, organization.id, 15)
        async with running(database, payouts):
            await until(database, organization, {"done": 15})
        assert payouts.bookings() == Counter(str(one) for one in planned)

    asyncio.run(story())


def test_what_the_provider_cannot_say_goes_to_a_person(database, organization, payouts):
    async def story() -> None:
        payouts.start("--drop-response", "1", "--no-find")
        planned = plan_payouts(database, organization.id, 2)
        seen: list[actions.Settlement] = []
        port = SandboxPayouts("http://sandbox", socket=str(payouts.socket))
        runner = EffectRunner(
            database, SPECS, {"payouts": port}, "executor-1", Random(1), options=QUICK,
            on_trouble=lambda tx, settlements: seen.extend(settlements),
        )  # fmt: skip
        stop = asyncio.Event()
        task = asyncio.create_task(runner.run(stop))
        await until(database, organization, {"unknown": 2})
        stop.set()
        await task
        await port.close()
        assert {one.claimed.effect.id for one in seen} == set(planned)
        assert sum(payouts.bookings().values()) == 2

    asyncio.run(story())


def test_a_busy_provider_is_tried_three_times_more_and_then_the_effect_has_failed(database, organization, payouts):
    async def story() -> None:
        payouts.start("--busy", "1")
        (effect_id,) = plan_payouts(database, organization.id, 1)
        async with running(database, payouts):
            await until(database, organization, {"failed": 1})
        with database.transaction(organization.id) as tx:
            effect = actions.get_effect(tx, effect_id)
        assert effect.attempts == 4
        assert payouts.bookings() == Counter()

    asyncio.run(story())


def test_a_halt_aborts_open_calls_within_a_second_and_starts_no_other(database, organization, payouts):
    async def story() -> None:
        payouts.start("--delay", "30")
        options = RunnerOptions(call_count_max=4, call_timeout_seconds=20.0, lease_seconds=60.0)
        plan_payouts(database, organization.id, 6)
        async with running(database, payouts, options, answer_timeout_seconds=20.0) as runner:
            await until(database, organization, {"running": 6})
            deadline = time.monotonic() + 5
            while sum(len(calls) for calls in runner._open_calls.values()) < 4:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.01)
            halted_at = time.monotonic()
            await asyncio.to_thread(halt, database, organization)
            await until(database, organization, {"planned": 2, "unknown": 4}, 5)
            took = time.monotonic() - halted_at
            assert took < 1.0
            assert not runner._open_calls
            await asyncio.sleep(0.5)
            assert states(database, organization.id) == {"planned": 2, "unknown": 4}
        assert payouts.bookings() == Counter()

    asyncio.run(story())


def test_an_action_that_resists_being_cancelled_delays_no_halt(database, organization, payouts):
    async def stubborn(port: object, call: EffectCall) -> dict[str, object]:
        for _ in range(40):
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.1)
        return {}

    async def story() -> None:
        plan_payouts(database, organization.id, 1)
        specs = {"pay": replace(SPECS["pay"], perform=stubborn)}
        runner = EffectRunner(database, specs, {"payouts": None}, "executor-1", Random(1))
        stop = asyncio.Event()
        task = asyncio.create_task(runner.run(stop))
        await until(database, organization, {"running": 1})
        await asyncio.sleep(0.1)
        halted_at = time.monotonic()
        await asyncio.to_thread(halt, database, organization)
        await until(database, organization, {"unknown": 1}, 5)
        assert time.monotonic() - halted_at < 1.0
        stop.set()
        await task

    asyncio.run(story())


def test_an_action_whose_code_fails_is_asked_for_and_then_tried_again(database, organization, payouts):
    tries: list[str] = []

    async def broken(port: PayoutPort, call: EffectCall) -> Mapping[str, object]:
        tries.append(call.idempotency_key)
        receipt = await SPECS["pay"].perform(port, call)
        if len(tries) < 2:
            raise KeyError("destination")
        return receipt

    async def story() -> None:
        payouts.start()
        plan_payouts(database, organization.id, 1)
        port = SandboxPayouts("http://sandbox", socket=str(payouts.socket))
        specs = {"pay": replace(SPECS["pay"], perform=broken)}
        runner = EffectRunner(database, specs, {"payouts": port}, "executor-1", Random(1), options=QUICK)
        stop = asyncio.Event()
        task = asyncio.create_task(runner.run(stop))
        await until(database, organization, {"done": 1})
        stop.set()
        await task
        await port.close()

    asyncio.run(story())
    assert len(tries) == 1, "the provider said that it had been booked"


def test_connections_cut_at_any_moment_lose_and_double_no_payout(database, organization, payouts, postgres_server):
    def cut() -> None:
        name = database.urls.app.rpartition("/")[2].partition("?")[0]
        with psycopg.connect(postgres_server.superuser_url("postgres"), autocommit=True) as connection:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])

    async def story() -> None:
        payouts.start("--delay", "0.01")
        planned = plan_payouts(database, organization.id, 150)
        async with running(database, payouts, replace(QUICK, call_count_max=4)) as runner:
            cuts, end = 0, time.monotonic() + 40
            while (settled := runner.settled_count) < 150 and time.monotonic() < end and cuts < 12:
                await asyncio.to_thread(cut)
                cuts += 1
                while runner.settled_count < settled + 8 and time.monotonic() < end:
                    await asyncio.sleep(0.02)
            await until(database, organization, {"done": 150})
        assert cuts >= 5
        assert payouts.bookings() == Counter(str(one) for one in planned)

    asyncio.run(story())


def test_a_stopped_organisation_drains_what_was_planned(database, organization, payouts):
    async def story() -> None:
        payouts.start()
        plan_payouts(database, organization.id, 3)
        halt(database, organization, "stopped")
        async with running(database, payouts):
            await until(database, organization, {"done": 3})

    asyncio.run(story())


def test_a_payout_taken_back_is_reversed_and_marked_undone(database, organization, payouts):
    async def story() -> None:
        payouts.start()
        (effect_id,) = plan_payouts(database, organization.id, 1)
        async with running(database, payouts):
            await until(database, organization, {"done": 1})
            with database.transaction(organization.id) as tx:
                actions.take_back(
                    tx, effect_id, by="user:ann", reason="wrong account", now=clock.system_now(), actions=SPECS
                )
            await until(database, organization, {"done": 1, "undone": 1})
        assert [entry["kind"] for entry in list_entries(payouts.ledger)] == ["payout", "reversal"]

    asyncio.run(story())


def _survive_kills(database: Database, organization: Organization, payouts: Payouts, *faults: str) -> set[str]:
    """Carry out payouts while workers and provider are killed at random; return what was planned."""
    draw = random.Random(7)
    planned = {str(one) for one in plan_payouts(database, organization.id, PAYOUT_COUNT)}
    workers = [payouts.worker(database, **UNDER_FIRE) for _ in range(2)]
    provider, kills, next_kill, end = payouts.start(*faults), 0, 5, time.monotonic() + KILLING_SECONDS_MAX
    while set(found := states(database, organization.id)) != {"done"}:
        assert time.monotonic() < end, f"{found} after {kills} kills"
        time.sleep(0.02)
        if not provider.is_alive:
            provider = payouts.start(*faults)
        booked = sum(payouts.bookings().values())
        if kills < KILL_COUNT and booked >= next_kill:
            kills, next_kill = kills + 1, booked + draw.randrange(5, 25)
            time.sleep(draw.uniform(0, 0.05))
            victim = draw.randrange(2)
            workers[victim].kill()
            workers[victim] = payouts.worker(database, **UNDER_FIRE)
            if draw.random() < 0.3:
                provider.kill()
    assert kills >= KILL_COUNT // 2
    return planned


def test_killing_workers_and_provider_loses_and_doubles_no_payout(database, organization, payouts):
    planned = _survive_kills(
        database, organization, payouts, "--delay", "0.03", "--drop-response", "0.05", "--crash-after", "0.01"
    )
    assert payouts.bookings() == Counter(planned)


def test_the_same_harness_sees_doubled_payouts_when_the_provider_ignores_keys(database, organization, payouts):
    planned = _survive_kills(
        database, organization, payouts, "--delay", "0.03", "--drop-response", "0.05", "--ignore-keys"
    )
    booked = payouts.bookings()
    assert set(booked) == planned
    assert max(booked.values()) > 1
