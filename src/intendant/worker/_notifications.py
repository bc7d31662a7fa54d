"""Telling people of alerts: plan from the log, gather into messages, send them. What a worker was at when it died is done again."""

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from intendant.kernel import channels, vault
from intendant.kernel.access import system_principal
from intendant.kernel.channels import NotSent, Sent
from intendant.kit import clock
from intendant.kit.database import Row
from intendant.kit.errors import Forbidden, IntendantError, NotFound, Unavailable
from intendant.ports.calls import FateUncertain, ProviderRefused, ProviderUnavailable
from intendant.ports.messages import Message, Target

if TYPE_CHECKING:
    from intendant.bootstrap import System

NOTIFY_SECONDS = 1.0
SEND_SECONDS = 0.5
WATCH_SECONDS = 30.0
SENDING_SECONDS_MAX = 45.0
"""For one message; well within the lease, so that nobody else sends it meanwhile."""
NAME = "notifications"

log = structlog.get_logger(__name__)
# The jitter of retries need not be repeatable, only different in each process.
_random = Random(os.getpid())


def notify(system: "System") -> bool:
    """Plan and gather what people are to be told; say whether there is more to do at once."""
    more = channels.plan_notifications(system.database)
    return channels.gather_notifications(system.database, clock.system_now()) or more


def send_messages(system: "System") -> bool:
    """Send messages that are due; say whether there may be more."""
    return deliver(system, clock.system_now()) >= channels.CLAIMED_MAX


def watch_channels(system: "System") -> None:
    """Tell of channels that fail, and that they are well again."""
    channels.watch_channels(system.database, clock.system_now())


def deliver(system: "System", now: datetime) -> int:
    """Send messages that are due at `now` (system time), each in its own try; return how many were claimed."""
    claimed = channels.claim_deliveries(system.database, now)
    if claimed:
        asyncio.run(_send_all(system, claimed, now))
    return len(claimed)


async def _send_all(system: "System", claimed: Sequence[Row], now: datetime) -> None:
    await asyncio.gather(*(_send(system, delivery, now) for delivery in claimed))


async def _send(system: "System", delivery: Row, now: datetime) -> None:
    began = clock.monotonic_seconds()
    outcome: Sent | NotSent
    try:
        kind, target, message = await asyncio.to_thread(_prepare, system, delivery)
        async with asyncio.timeout(SENDING_SECONDS_MAX):
            receipt = await system.messages[kind].send(target, message)
        outcome = Sent(receipt.answer, receipt.provider_id, receipt.thread)
    except ProviderRefused as error:
        outcome = NotSent(str(error), final=True)
    except (ProviderUnavailable, FateUncertain) as error:
        asked = error.data.get("retry_after_seconds")
        outcome = NotSent(
            str(error), final=False, retry_after_seconds=asked if isinstance(asked, int | float) else None
        )
    except TimeoutError:
        outcome = NotSent("The provider did not answer in time.", final=False)
    except (Forbidden, NotFound) as error:
        # The channel or its secret was taken away meanwhile, or the secret may not go there.
        outcome = NotSent(str(error), final=True)
    except Unavailable:
        # The database or the keeper of keys is away; the lease lapses and the message is sent then.
        log.warning("a message waits", delivery=str(delivery["id"]))
        return
    except IntendantError as error:
        outcome = NotSent(error.message, final=False)
    except Exception as error:
        # Its text may hold what a library was given, a token even: only its name is kept.
        log.error("a message could not be sent", delivery=str(delivery["id"]), error=type(error).__name__)
        outcome = NotSent("The message could not be made; the log of the worker says why.", final=False)
    at = now + timedelta(seconds=clock.monotonic_seconds() - began)
    await asyncio.to_thread(_settle, system, delivery, outcome, at)


def _prepare(system: "System", delivery: Row) -> tuple[str, Target, Message]:
    """Load a message and its channel, and take the channel's secret out of the vault for its destination alone."""
    organization_id: UUID = delivery["organization_id"]
    settings = system.settings
    console_url = (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
    with system.database.transaction(organization_id) as tx:
        channel = channels.get_channel(tx, delivery["channel_id"])
        message = channels.load_message(tx, delivery, console_url)
    secret = None
    if channel.secret_id is not None:
        opened = system.vault.open(
            organization_id,
            channel.secret_id,
            connection=channels.connection_of(channel.id),
            destination=channel.secret_destination,
            by=system_principal(organization_id, NAME),
            purpose="message",
        )
        secret = _revealed(opened) if channel.kind == "webhook" else opened.value.reveal()
    elif not channel.is_connected:
        raise ProviderRefused("The channel has no secret, so it is not connected.")
    return channel.kind, Target(channel.settings.model_dump(mode="json"), secret), message


def _revealed(opened: vault.Opened) -> str:
    """Return the signing secrets, the newest first, one a line."""
    return "\n".join(each.reveal() for each in (opened.value, opened.previous) if each is not None)


def _settle(system: "System", delivery: Row, outcome: Sent | NotSent, at: datetime) -> None:
    with system.database.transaction(delivery["organization_id"]) as tx:
        kept = channels.settle_delivery(tx, delivery, outcome, now=at, random=_random)
    if not kept:
        log.warning("a claim was lost to another worker", delivery=str(delivery["id"]))
