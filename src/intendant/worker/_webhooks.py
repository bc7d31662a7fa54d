"""Sending webhooks: claim, sign, send, settle. A failing receiver holds its own places and nobody else's.

What a worker held when it died lapses and is sent again by another, with the same webhook-id and body.
"""

import asyncio
import contextlib
from collections import Counter, OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from intendant.kernel import webhooks
from intendant.kernel.access import system_principal
from intendant.kernel.webhooks import Attempt, Claimed
from intendant.kit import clock, signing
from intendant.kit.errors import IntendantError, Unavailable
from intendant.ports.webhooks import WebhookAnswer, WebhookPort
from intendant.worker._halt import wait

if TYPE_CHECKING:
    from intendant.bootstrap import System

SENT_AT_ONCE_MAX = 64
SENT_TO_ONE_MAX = 8
"""Calls open at once in one worker: in all, and to one endpoint."""
HELD_MAX = 256
BUSY_SECONDS, IDLE_SECONDS_MIN, IDLE_SECONDS_MAX = 0.01, 0.05, 0.5
SETTLE_SECONDS = 0.05
RENEWALS = 3
"""So often within its lease a claim is renewed."""
DRAIN_SECONDS = 3.0
SECRETS_KEPT_SECONDS, SECRETS_KEPT_MAX = 30.0, 1_000
FAILURE_SECONDS = 2.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Keys:
    revision: int
    values: tuple[str, ...]
    until: float


class WebhookRunner:
    """Sends the deliveries of all organisations. What it holds it renews; what it held when it died lapses after `lease`."""

    def __init__(self, system: "System", port: WebhookPort, random: Random, lease: timedelta = webhooks.LEASE) -> None:
        self._system = system
        self._port = port
        self._random = random
        self._lease = lease
        self._renewed_at = self._held_until = clock.system_now()
        self._jobs: dict[asyncio.Task[None], Claimed] = {}
        self._in_all = asyncio.Semaphore(SENT_AT_ONCE_MAX)
        self._to_one: dict[UUID, asyncio.Semaphore] = {}
        self._keys: OrderedDict[UUID, _Keys] = OrderedDict()
        self._ended: list[Attempt] = []
        self._unbegun: list[Claimed] = []
        self._stop = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, then let open calls end for `DRAIN_SECONDS` and settle what they brought."""
        self._stop = stop
        settling = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._settle_loop(settling))
            await self._claim_loop(stop)
            if self._jobs:
                _, late = await asyncio.wait(self._jobs, timeout=DRAIN_SECONDS)
                for job in late:
                    job.cancel()
                if late:
                    await asyncio.wait(late, timeout=1.0)
            settling.set()
        if self._unbegun:
            with contextlib.suppress(Unavailable):
                await asyncio.to_thread(webhooks.give_back, self._system.database, self._unbegun, clock.system_now())

    async def _claim_loop(self, stop: asyncio.Event) -> None:
        idle = IDLE_SECONDS_MIN
        while not stop.is_set():
            await self._renew()
            room = HELD_MAX - len(self._jobs) - len(self._ended)
            if room < HELD_MAX // 4:
                await wait(stop, IDLE_SECONDS_MIN)
                continue
            busy = Counter(each.endpoint_id for each in self._jobs.values())
            try:
                claimed = await asyncio.to_thread(
                    webhooks.claim,
                    self._system.database,
                    clock.system_now(),
                    limit=room,
                    busy=busy,
                    lease=self._lease,
                )
            except Unavailable as error:
                log.warning("sending webhooks waits for the database", error=str(error))
                await wait(stop, FAILURE_SECONDS)
                continue
            for each in claimed:
                job = asyncio.create_task(self._deliver(each))
                self._jobs[job] = each
                job.add_done_callback(self._done)
            self._to_one = {
                each: self._to_one[each]
                for each in {c.endpoint_id for c in self._jobs.values()}
                if each in self._to_one
            }
            idle = IDLE_SECONDS_MIN if claimed else min(2 * idle, IDLE_SECONDS_MAX)
            await wait(stop, BUSY_SECONDS if claimed else idle)

    async def _renew(self) -> None:
        """Hold what is held for longer, when it is time; what cannot be renewed lapses and is not begun any more."""
        now = clock.system_now()
        if now - self._renewed_at < self._lease / RENEWALS:
            return
        self._renewed_at, until = now, now + self._lease
        held = [*self._jobs.values(), *(each.delivery for each in self._ended)]
        if held:
            try:
                await asyncio.to_thread(webhooks.renew, self._system.database, held, until)
            except Unavailable as error:
                log.warning("claims of webhooks could not be renewed", error=str(error))
                return
        self._held_until = until

    def _done(self, job: asyncio.Task[None]) -> None:
        del self._jobs[job]
        if not job.cancelled() and job.exception() is not None:
            # The claim lapses, and it is sent again.
            log.error("a webhook could not be sent", exc_info=job.exception())

    async def _deliver(self, delivery: Claimed) -> None:
        own = self._to_one.setdefault(delivery.endpoint_id, asyncio.Semaphore(SENT_TO_ONE_MAX))
        async with own, self._in_all:
            now = clock.system_now()
            # What was claimed after the last renewal has its own lease, a later one.
            if self._stop.is_set() or max(delivery.lease_until, self._held_until) <= now:
                self._unbegun.append(delivery)
                return
            try:
                keys = await self._keys_of(delivery)
                headers = signing.sign(keys, message_id=delivery.message_id, at=now, body=delivery.body)
                answer = await self._port.send(delivery.url, headers, delivery.body)
            except IntendantError as error:
                # Without its secret nothing can be signed; people see why at the delivery.
                answer = WebhookAnswer(None, 0, problem=f"not sent: {error.message}")
        self._ended.append(
            Attempt(
                delivery,
                now,
                answer.milliseconds,
                answer.status,
                answer.problem,
                answer.text,
                answer.retry_after,
            )
        )

    async def _keys_of(self, delivery: Claimed) -> tuple[str, ...]:
        """Return the secrets that sign for an endpoint, newest first; asked of the vault once in a while, and when replaced."""
        kept = self._keys.get(delivery.secret_id)
        if kept is None or kept.revision != delivery.secret_revision or kept.until < clock.monotonic_seconds():
            kept = await asyncio.to_thread(self._open, delivery)
            self._keys[delivery.secret_id] = kept
            if len(self._keys) > SECRETS_KEPT_MAX:
                self._keys.popitem(last=False)
        return kept.values

    def _open(self, delivery: Claimed) -> _Keys:
        opened = self._system.vault.open(
            delivery.organization_id,
            delivery.secret_id,
            connection=webhooks.connection_of(delivery.endpoint_id),
            destination=None,
            by=system_principal(delivery.organization_id, "webhooks"),
            purpose="sign",
        )
        found = (opened.value, opened.previous)
        values = tuple(each.reveal() for each in found if each is not None)
        return _Keys(delivery.secret_revision, values, clock.monotonic_seconds() + SECRETS_KEPT_SECONDS)

    async def _settle_loop(self, settling: asyncio.Event) -> None:
        while True:
            last = settling.is_set()
            ended = self._ended[: webhooks.CLAIMED_MAX]
            if ended:
                try:
                    await asyncio.to_thread(
                        webhooks.settle, self._system.database, ended, self._random, clock.system_now()
                    )
                    del self._ended[: len(ended)]
                    continue
                except Unavailable as error:
                    log.warning("settling webhooks waits for the database", error=str(error))
                    if last:
                        return
                    await wait(settling, FAILURE_SECONDS)
            if last:
                return
            await wait(settling, SETTLE_SECONDS)


def tell_of_events(system: "System") -> bool:
    """Turn what happened, and what is replayed, into deliveries; say whether there may be more."""
    more = webhooks.collect(system.database)
    return webhooks.advance_replays(system.database) or more


def forget_old(system: "System") -> bool:
    """Forget what ended long ago."""
    return webhooks.forget_old(system.database)


def propose_messages(system: "System") -> bool:
    """Propose what came in; say whether there may be more."""
    return webhooks.propose_messages(system.decider)
