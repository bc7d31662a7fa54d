"""Carrying effects out: claim, call, settle. Exactly once where the provider knows idempotency keys, else never twice.

What makes it so: the key is the effect's id; a fence outdates old claims; a claim whose lease is nearly over starts no call; what
may have happened is asked of the provider before anything else; and what the provider cannot say goes to a person.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import structlog

from intendant.kernel import actions
from intendant.kernel.actions import ClaimedEffect, Settlement, TroubleHook
from intendant.kernel.registry import ActionSpec
from intendant.kit import clock, metrics, tracing
from intendant.kit.database import Database
from intendant.kit.errors import Unavailable
from intendant.ports.calls import FateUncertain, ProviderCannotSay, ProviderRefused, ProviderUnavailable
from intendant.worker._halt import HaltWatch, wait

CALL_COUNT_MAX = 16
"""Outside calls open at once in one worker."""
CALL_TIMEOUT_SECONDS = 10.0
ASK_TIMEOUT_SECONDS = 5.0
IDLE_SECONDS_MIN, IDLE_SECONDS_MAX = 0.02, 0.3
RECONCILE_SECONDS = 2.0
RECONCILE_COUNT_MAX = 32
ASKING_SECONDS_MAX = 600.0
"""A provider that has not said for so long what became of an effect cannot say."""
DATABASE_PAUSE_SECONDS = 0.5
DRAIN_SECONDS = 3.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RunnerOptions:
    """Bounds of one runner, in seconds and counts; tests shorten them."""

    call_count_max: int = CALL_COUNT_MAX
    call_timeout_seconds: float = CALL_TIMEOUT_SECONDS
    lease_seconds: float = actions.LEASE_SECONDS
    reconcile_seconds: float = RECONCILE_SECONDS
    retry_count_max: int = actions.RETRY_COUNT_MAX
    backoff_seconds_first: float = actions.BACKOFF_SECONDS_FIRST


class EffectRunner:
    """Carries out the effects of all organisations whose connectors this worker has."""

    def __init__(
        self,
        database: Database,
        specs: Mapping[str, ActionSpec],
        connectors: Mapping[str, Any],
        executor_id: str,
        random: Random,
        *,
        on_trouble: TroubleHook | None = None,
        options: RunnerOptions | None = None,
    ) -> None:
        self._database = database
        self._specs = specs
        self._connectors = connectors
        self._executor_id = executor_id
        self._random = random
        self._on_trouble = on_trouble
        self._options = options or RunnerOptions()
        self._slots = asyncio.Semaphore(self._options.call_count_max)
        self._jobs: set[asyncio.Task[None]] = set()
        self._open_calls: dict[UUID, set[asyncio.Future[None]]] = {}
        self._abandoned: set[asyncio.Future[Any]] = set()
        self._settlements: list[Settlement] = []
        self._to_settle = asyncio.Event()
        self._room = asyncio.Event()
        self.settled_count = 0
        self.watch = HaltWatch(database, self.abort)

    def abort(self, halted: frozenset[UUID]) -> None:
        """Abandon the open outside calls of organisations just halted; each becomes unknown."""
        for organization_id in halted:
            for call in self._open_calls.get(organization_id, ()):
                if not call.done():
                    call.set_result(None)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, then let open calls end for `DRAIN_SECONDS` and settle what they brought."""
        settled = asyncio.Event()
        await self.watch.look()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._settle_loop(settled))
            watching = asyncio.Event()
            group.create_task(self.watch.run(watching))
            claiming = [group.create_task(self._claim_loop(stop)), group.create_task(self._reconcile_loop(stop))]
            await asyncio.wait(claiming)
            if self._jobs:
                _, late = await asyncio.wait(self._jobs, timeout=DRAIN_SECONDS)
                for job in late:
                    job.cancel()
                if late:
                    await asyncio.wait(late, timeout=1.0)
            watching.set()
            settled.set()
            self._to_settle.set()

    async def _claim_loop(self, stop: asyncio.Event) -> None:
        idle = IDLE_SECONDS_MIN
        while not stop.is_set():
            room = 2 * self._options.call_count_max - len(self._jobs) - len(self._settlements)
            # Claiming for one free place at a time would cost a transaction each.
            if room < self._options.call_count_max // 2:
                self._room.clear()
                await wait(self._room, IDLE_SECONDS_MAX)
                continue
            if not self.watch.sees:
                await wait(stop, IDLE_SECONDS_MAX)
                continue
            try:
                claimed = await asyncio.to_thread(
                    actions.claim,
                    self._database,
                    self._executor_id,
                    sorted(self._connectors),
                    room,
                    clock.system_now(),
                    lease_seconds=self._options.lease_seconds,
                )
            except Unavailable as error:
                log.warning("claiming waits for the database", error=str(error))
                await wait(stop, DATABASE_PAUSE_SECONDS)
                continue
            traces = await self._traces(claimed)
            for one in claimed:
                self._start(self._carry_out(one, traces.get(one.effect.decision_id)))
            if claimed:
                idle = IDLE_SECONDS_MIN
            else:
                await wait(stop, idle)
                idle = min(2 * idle, IDLE_SECONDS_MAX)

    async def _reconcile_loop(self, stop: asyncio.Event) -> None:
        while not await wait(stop, self._options.reconcile_seconds):
            try:
                lapsed = await asyncio.to_thread(
                    actions.claim_lapsed,
                    self._database,
                    self._executor_id,
                    sorted(self._connectors),
                    RECONCILE_COUNT_MAX,
                    clock.system_now(),
                    lease_seconds=self._options.lease_seconds,
                )
            except Unavailable as error:
                log.warning("reconciling waits for the database", error=str(error))
                continue
            for one in lapsed:
                self._start(self._reconcile(one))

    def _start(self, work: Any) -> None:
        job = asyncio.create_task(work)
        self._jobs.add(job)
        job.add_done_callback(self._ended)

    def _ended(self, job: asyncio.Task[None]) -> None:
        self._jobs.discard(job)
        self._room.set()
        if not job.cancelled() and (error := job.exception()) is not None:
            log.error("an effect's job failed; its lease will lapse", exc_info=error)

    async def _traces(self, claimed: Sequence[ClaimedEffect]) -> Mapping[UUID, str]:
        """Return the traces that effects belong to, by their decisions; a trace that cannot be had keeps no effect waiting."""
        if not claimed or not tracing.is_tracing():
            return {}
        try:
            return await asyncio.to_thread(tracing.recall, self._database, [one.effect.decision_id for one in claimed])
        except Unavailable:
            return {}

    async def _carry_out(self, claimed: ClaimedEffect, trace: str | None = None) -> None:
        async with self._slots:
            effect = claimed.effect
            spec = self._specs.get(effect.action)
            if spec is None or spec.perform is None:
                # During an upgrade another worker may know it already.
                why = f"This worker knows no action {effect.action}."
                self._settle(self._retry(claimed, why) or actions.failed(claimed, why))
                return
            # A call must end before its lease does, else another executor could ask while it is still under way.
            latest_start = claimed.lease_until - timedelta(seconds=self._options.call_timeout_seconds + 1)
            if clock.system_now() >= latest_start or not self.watch.may_call(effect.organization_id):
                self._settle(actions.released(claimed))
                return
            began = clock.monotonic_seconds()
            about = {"intendant.action": effect.action, "intendant.effect_id": str(effect.id)}
            with tracing.span(f"effect {effect.action}", kind="client", parent=trace, attributes=about) as span:
                settlement = await self._call(claimed, spec)
                end = "asked again" if settlement is None else settlement.state.value
                if span is not None:
                    span.set_attribute("intendant.end", end)
            metrics.EFFECT_CALLS.observe(clock.monotonic_seconds() - began, effect.action, end)
        if settlement is not None:
            self._settle(settlement)

    async def _call(self, claimed: ClaimedEffect, spec: ActionSpec) -> Settlement | None:
        effect, port = claimed.effect, self._connectors[claimed.effect.connector]
        assert spec.perform is not None  # noqa: S101 - checked by the caller
        call = asyncio.ensure_future(spec.perform(port, effect.call))
        halted = asyncio.get_running_loop().create_future()
        open_calls = self._open_calls.setdefault(effect.organization_id, set())
        open_calls.add(halted)
        try:
            # Waiting for the first of both, not for the call alone: one that is slow to be cancelled delays no emergency stop.
            await asyncio.wait(
                {call, halted}, timeout=self._options.call_timeout_seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            open_calls.discard(halted)
            if not open_calls:
                self._open_calls.pop(effect.organization_id, None)
            if not call.done():
                self._abandon(call)
        if call.done() and not call.cancelled():
            return await self._concluded(claimed, spec, call)
        if halted.done():
            return actions.unknown(claimed, "The call was aborted by an emergency stop.")
        return await self._ask(claimed, spec, "The provider did not answer in time.", settled=False)

    def _abandon(self, call: asyncio.Future[Any]) -> None:
        """Cancel a call, and keep hold of it until it has ended."""
        self._abandoned.add(call)
        call.add_done_callback(self._abandoned.discard)
        call.cancel()

    async def _concluded(
        self, claimed: ClaimedEffect, spec: ActionSpec, call: asyncio.Future[Any]
    ) -> Settlement | None:
        try:
            return actions.done(claimed, call.result())
        except ProviderRefused as error:
            return actions.failed(claimed, str(error))
        except ProviderUnavailable as error:
            return self._retry(claimed, str(error)) or actions.failed(claimed, f"Tried too often: {error}")
        except FateUncertain as error:
            return await self._ask(claimed, spec, str(error), settled=False)
        except Exception as error:
            # The action's own code failed, before or after its call: only the provider knows.
            log.exception("an action failed", action=claimed.effect.action, effect=str(claimed.effect.id))
            return await self._ask(claimed, spec, f"The action failed: {error!r}", settled=False)

    async def _reconcile(self, claimed: ClaimedEffect) -> None:
        async with self._slots:
            spec = self._specs.get(claimed.effect.action)
            if spec is None:
                self._settle(
                    actions.unknown(claimed, f"The action {claimed.effect.action} is not registered any more.")
                )
                return
            if not self.watch.may_call(claimed.effect.organization_id):
                return
            settlement = await self._ask(claimed, spec, "Its executor went away.", settled=True)
        if settlement is not None:
            self._settle(settlement)

    async def _ask(self, claimed: ClaimedEffect, spec: ActionSpec, why: str, *, settled: bool) -> Settlement | None:
        """Ask the provider what became of a call. None: not known yet; the lease lapses and it is asked again.

        `settled` says that no call can still be under way, so that a 'no' is final.
        """
        effect, port = claimed.effect, self._connectors[claimed.effect.connector]
        if not self.watch.may_call(effect.organization_id):
            # While the database is away nobody knows whether there is an emergency stop: it is asked again when it is back.
            if settled or not self.watch.is_halted(effect.organization_id):
                return None
            return actions.unknown(claimed, f"{why} An emergency stop forbids asking the provider.")
        assert spec.find is not None  # noqa: S101 - ActionSpec declares it together with perform
        try:
            async with asyncio.timeout(ASK_TIMEOUT_SECONDS):
                receipt = await spec.find(port, effect.call)
        except ProviderCannotSay as error:
            return actions.unknown(claimed, f"{why} {error}")
        except Exception as error:
            if not isinstance(error, ProviderUnavailable | FateUncertain | TimeoutError):
                log.exception("asking a provider failed", action=effect.action, effect=str(effect.id))
            asked_for = (clock.system_now() - effect.updated_at).total_seconds()
            if asked_for > ASKING_SECONDS_MAX:
                return actions.unknown(claimed, f"{why} The provider could not be asked.")
            return None
        if receipt is not None:
            return actions.done(claimed, receipt)
        retry = self._retry(claimed, why)
        if retry is None and settled:
            return actions.failed(claimed, f"{why} The provider has not booked it, and it was tried often enough.")
        return retry

    def _retry(self, claimed: ClaimedEffect, why: str) -> Settlement | None:
        due_at = actions.retry_due_at(
            claimed,
            clock.system_now(),
            self._random,
            retry_count_max=self._options.retry_count_max,
            backoff_seconds_first=self._options.backoff_seconds_first,
        )
        return None if due_at is None else actions.retried(claimed, why, due_at)

    def _settle(self, settlement: Settlement) -> None:
        self._settlements.append(settlement)
        self._to_settle.set()

    async def _settle_loop(self, last: asyncio.Event) -> None:
        """Write settlements in batches: whatever came while the batch before was being written."""
        while True:
            await self._to_settle.wait()
            self._to_settle.clear()
            batch, self._settlements = self._settlements, []
            if batch:
                await self._write(batch, last)
            elif last.is_set():
                return
            if last.is_set():
                self._to_settle.set()

    async def _write(self, batch: list[Settlement], last: asyncio.Event) -> None:
        for _ in range(3 if last.is_set() else 60):
            try:
                lost = await asyncio.to_thread(
                    actions.settle,
                    self._database,
                    batch,
                    clock.system_now(),
                    specs=self._specs,
                    on_trouble=self._on_trouble,
                )
            except Unavailable as error:
                log.warning("settling waits for the database", error=str(error), count=len(batch))
                await asyncio.sleep(DATABASE_PAUSE_SECONDS)
                continue
            self.settled_count += len(batch) - len(lost)
            if lost:
                log.warning("claims lost to other executors", count=len(lost))
            self._room.set()
            return
        # Their leases have lapsed by now: reconciliation asks the provider what became of them.
        log.error("settlements given up; reconciliation will find them", count=len(batch))
