"""A house that tells people of alerts: a system, its organisation, and ways to make channels, raise alerts and let time pass."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.support.finished import wait_until_finished

from intendant.bootstrap import System, build
from intendant.kernel import alerts, channels
from intendant.kernel.access import system_principal
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Database, Row
from intendant.kit.settings import Settings
from intendant.ports.messages import Message, Receipt, Target
from intendant.worker import _notifications as worker

TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz0123456"


class Postman:
    """A port of messages that keeps what it is given, and fails as long as it is told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Message]] = []
        self.fails: Exception | None = None

    async def send(self, target: Target, message: Message) -> Receipt:
        """Keep a message."""
        if self.fails is not None:
            raise self.fails
        self.sent.append((str(target.settings.get("chat_id") or target.settings.get("region")), message))
        return Receipt("taken", provider_id="1", thread=str(len(self.sent)))


@dataclass
class House:
    """A system with one organisation, and a clock of its own: `now` is system time."""

    system: System
    organization: Organization
    postman: Postman
    now: datetime

    @property
    def by(self) -> alerts.By:
        return alerts.By("user:ann", self.now, self.now)

    def channel(self, name: str = "phones", kind: Any = "telegram", settings: Any = None, secret: str = TOKEN) -> UUID:
        """Make a channel."""
        self.system.vault.prepare(self.organization.id)
        with self.system.database.transaction(self.organization.id) as tx:
            made, _ = channels.create_channel(
                tx,
                self.system.vault.keyring,
                kind=kind,
                name=name,
                settings=settings or {"chat_id": f"@{name}"},
                secret=secret,
                principal=system_principal(self.organization.id),
                by=self.by,
            )
        return made.id

    def rule(self, name: str = "all", **body: Any) -> channels.Rule:
        """Make a rule in place of the first one."""
        with self.system.database.transaction(self.organization.id) as tx:
            for known in channels.list_rules(tx):
                if known.name == channels.FIRST_RULE:
                    channels.remove_rule(tx, known.id, by=self.by)
            return channels.create_rule(tx, name=name, body=channels.parse_rule(body), by=self.by)

    def raised(self, cause: str = "c", severity: Any = "high", **more: Any) -> UUID:
        """Raise an alert; return its id."""
        given = alerts.Alert(self.organization.id, "anomaly", severity, cause, f"About {cause}", self.now, **more)
        with self.system.database.transaction(self.organization.id) as tx:
            alerts.raise_alerts(tx, [given])
            found: UUID = tx.scalar("select id from alerts where cause = %s and state = 'open'", [cause])
        return found

    def does(self, act: Any, alert_id: UUID, **more: Any) -> None:
        """Let a person do something with an alert."""
        with self.system.database.transaction(self.organization.id) as tx:
            act(tx, alert_id, **more, by=alerts.By("user:ann", self.now, clock.system_now()))

    def passes(self, **time: float) -> list[tuple[str, Message]]:
        """Let time pass, and the worker do its rounds; return what was sent."""
        self.now += timedelta(**time)
        before = len(self.postman.sent)
        wait_until_finished(self.system.database)
        channels.plan_notifications(self.system.database)
        channels.gather_notifications(self.system.database, self.now)
        while worker.deliver(self.system, self.now):
            if self.postman.fails is not None:
                break
        return self.postman.sent[before:]

    def deliveries(self, **wanted: Any) -> list[Row]:
        """List deliveries."""
        with self.system.database.transaction(self.organization.id) as tx:
            return channels.list_deliveries(tx, channels.DeliveryFilter(**wanted))


@pytest.fixture
def house(database: Database, organization: Organization, tmp_path: Path) -> Iterator[House]:
    """Lend a house whose messages go to a postman."""
    system = build(Settings(home=tmp_path), database)
    postman = Postman()
    system.__dict__["messages"] = dict.fromkeys(channels.KINDS, postman)
    yield House(system, organization, postman, clock.system_now() + timedelta(seconds=1))
    system.vault.close()
