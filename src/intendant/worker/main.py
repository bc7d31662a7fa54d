"""The worker process: one event loop that carries out effects, and rounds on threads for everything that keeps time.

Any number of workers may run, on any number of machines; what only one may do at a time is held by locks in the database. A
worker may be killed at any moment: what it held is taken over (effects by their leases, tasks by its heartbeat).
"""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

import structlog

from intendant.kernel import audit, webhooks
from intendant.kernel.tasks import (
    HEARTBEAT_SECONDS,
    TaskFunction,
    TaskOptions,
    Tasks,
    beat,
    new_executor_id,
    prepare_engine,
    register_executor,
    unregister_executor,
)
from intendant.kit import clock, tracing
from intendant.kit.errors import Unavailable
from intendant.operations import Reporter
from intendant.worker._alerts import alert_of_audit, alert_of_effects
from intendant.worker._duties import DUTIES
from intendant.worker._effects import EffectRunner, RunnerOptions
from intendant.worker._figures import show_figures
from intendant.worker._halt import wait
from intendant.worker._rounds import (
    carry_out_answers,
    check_invariants,
    decide_what_waited,
    ensure_partitions,
    expire_approvals,
    repeat,
    tidy,
    watch_delay,
)
from intendant.worker._webhooks import WebhookRunner

if TYPE_CHECKING:
    from intendant.bootstrap import System

THREAD_COUNT_MAX = 12
TASK_DRAIN_SECONDS = 2.0
STOP_POLL_SECONDS = 0.1

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How often each round comes, in seconds of system time; tests shorten them."""

    seal_seconds: float = 20.0
    deadline_seconds: float = 1.0
    waiting_seconds: float = 5.0
    holds_seconds: float = 0.5
    lead_seconds: float = 1.0
    dispatch_seconds: float = 0.5
    heartbeat_seconds: float = HEARTBEAT_SECONDS
    report_seconds: float = 5.0
    partition_seconds: float = 6 * 3_600.0
    invariant_seconds: float = 3_600.0
    delay_seconds: float = 30.0
    tidy_seconds: float = 3_600.0
    webhook_lease_seconds: float = webhooks.LEASE.total_seconds()
    effects: RunnerOptions = field(default_factory=RunnerOptions)
    tasks: TaskOptions = field(default_factory=TaskOptions)


def run_worker(
    system: "System",
    *,
    stop: threading.Event | None = None,
    kinds: Mapping[str, TaskFunction] | None = None,
    options: WorkerOptions | None = None,
) -> None:
    """Work until SIGTERM, SIGINT or `stop`, then drain and return within five seconds.

    `kinds` are the functions of task kinds; by default those that the domains registered. Without any, the durable engine is
    not started. Raises what broke a round for good, and ExecutorDeclaredDead: whoever started the process starts another.
    """
    asyncio.run(_Worker(system, kinds, options or WorkerOptions()).run(stop))


class _Worker:
    def __init__(self, system: "System", kinds: Mapping[str, TaskFunction] | None, options: WorkerOptions) -> None:
        self._system = system
        self._options = options
        self._executor_id = new_executor_id()
        self._reconcile = True
        self._reporter = Reporter(system.database, self._executor_id, "worker", system.meter)
        self._tasks = Tasks(system.database, options.tasks, system)
        for kind, function in (system.registry.tasks if kinds is None else kinds).items():
            self._tasks.register(kind, function)

    async def run(self, outer_stop: threading.Event | None) -> None:
        database, stop = self._system.database, asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(THREAD_COUNT_MAX, thread_name_prefix="worker"))
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, stop.set)
        await asyncio.to_thread(register_executor, database, self._executor_id, "worker", clock.system_now())
        log.info("worker started", executor=self._executor_id, connectors=sorted(self._system.connectors))
        try:
            self._show_figures()
            async with asyncio.TaskGroup() as group:
                if outer_stop is not None:
                    group.create_task(_follow(outer_stop, stop))
                group.create_task(self._runner().run(stop))
                group.create_task(self._webhook_runner().run(stop))
                for round_ in self._rounds(stop):
                    group.create_task(round_)
                if self._tasks.kinds:
                    group.create_task(self._run_tasks(stop))
        finally:
            with contextlib.suppress(Unavailable):
                await asyncio.to_thread(self._reporter.report)
                await asyncio.to_thread(unregister_executor, database, self._executor_id)
            for port in self._system.connectors.values():
                await port.close()
            await asyncio.to_thread(tracing.stop_tracing)
            log.info("worker stopped", executor=self._executor_id)

    def _show_figures(self) -> None:
        """Show this worker's figures to Prometheus on this machine, where a port for it is set."""
        port = self._system.settings.metrics_port
        if port is not None:
            try:
                show_figures(port)
            except OSError as error:
                # Two workers of one machine have one environment: the first is shown.
                log.warning("worker.figures_not_shown", port=port, reason=str(error))

    def _runner(self) -> EffectRunner:
        system = self._system
        # The jitter of retries need not be repeatable, only different in each process.
        random = Random(os.getpid())
        return EffectRunner(
            system.database,
            system.registry.actions,
            system.connectors,
            self._executor_id,
            random,
            on_trouble=alert_of_effects,
            options=self._options.effects,
        )

    def _webhook_runner(self) -> WebhookRunner:
        lease = timedelta(seconds=self._options.webhook_lease_seconds)
        return WebhookRunner(self._system, self._system.connectors["webhooks"], Random(os.getpid()), lease)

    def _rounds(self, stop: asyncio.Event) -> list[Coroutine[Any, Any, None]]:
        system, options = self._system, self._options
        invariants = {
            name: query
            for domain in system.registry.domains.values()
            for name, query in (domain.invariants or {}).items()
        }
        return [
            repeat("heartbeat", options.heartbeat_seconds, self._beat, stop),
            repeat("report", options.report_seconds, self._reporter.report, stop),
            repeat("seal", options.seal_seconds, self._seal, stop),
            repeat("deadlines", options.deadline_seconds, partial(expire_approvals, system.decider, stop), stop),
            repeat("holds", options.holds_seconds, partial(carry_out_answers, system.decider), stop),
            repeat("waiting", options.waiting_seconds, partial(decide_what_waited, system.decider), stop),
            repeat("partitions", options.partition_seconds, partial(ensure_partitions, system.database), stop),
            repeat(
                "invariants", options.invariant_seconds, partial(check_invariants, system.database, invariants), stop
            ),
            repeat("delay", options.delay_seconds, partial(watch_delay, system.database), stop),
            repeat("tidy", options.tidy_seconds, partial(tidy, system.database), stop),
            repeat("lead", options.lead_seconds, self._lead, stop),
            *(repeat(duty.name, duty.seconds, partial(duty.work, system), stop) for duty in DUTIES),
            *(
                repeat(f"{domain.name}.{each.name}", each.seconds, partial(each.work, system), stop)
                for domain in system.registry.domains.values()
                for each in domain.rounds
            ),
        ]

    def _beat(self) -> None:
        beat(self._system.database, self._executor_id, clock.system_now())

    def _seal(self) -> None:
        system = self._system
        # Whoever starts, or lost the database while sealing, may have signed what another machine then sealed instead.
        reconcile, self._reconcile = self._reconcile, True
        audit.seal(
            system.database,
            None,
            system.settings.checkpoints,
            system.signer,
            on_failure=partial(alert_of_audit, system.database),
            reconcile=reconcile,
        )
        self._reconcile = False

    def _lead(self) -> None:
        now = clock.system_now()
        if self._tasks.lead(now):
            self._reporter.led_at = now

    async def _run_tasks(self, stop: asyncio.Event) -> None:
        await asyncio.to_thread(prepare_engine, self._system.database.urls)
        await asyncio.to_thread(self._tasks.launch, self._executor_id)
        try:
            await repeat("dispatch", self._options.dispatch_seconds, self._dispatch, stop)
        finally:
            await asyncio.to_thread(self._tasks.close, TASK_DRAIN_SECONDS)

    def _dispatch(self) -> bool:
        return self._tasks.dispatch(clock.system_now()) > 0


async def _follow(outer: threading.Event, inner: asyncio.Event) -> None:
    while not outer.is_set() and not await wait(inner, STOP_POLL_SECONDS):
        pass
    inner.set()
