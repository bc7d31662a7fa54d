"""A small audit log with every kind of bound record in it, and a superuser who may change it.

Import the fixtures into a conftest.py where they are needed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg.rows import dict_row

from intendant.kernel import audit, events
from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.bulk import BulkInsert
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.database import Database
from intendant.kit.postgres import EmbeddedPostgres
from tests.support.finished import wait_until_finished

NOW = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
_TYPES = {
    "uuid": "uuid",
    "text": "text",
    "integer": "integer",
    "double": "double precision",
    "numeric": "numeric",
    "moment": "timestamptz",
    "boolean": "boolean",
    "json": "jsonb",
}


@dataclass(frozen=True)
class Log:
    """An organisation's log: where it is kept, and the key that signs it."""

    database: Database
    organization_id: UUID
    folder: Path
    key: Ed25519PrivateKey
    superuser_url: str

    @property
    def path(self) -> Path:
        return audit.checkpoint_path(self.folder, self.organization_id)

    def seal(self, *, wait: bool = True, **options: Any) -> list[audit.Checkpoint]:
        """Seal all organisations, once nothing that runs elsewhere on the server holds that back."""
        if wait:
            wait_until_finished(self.database)
        return audit.seal(self.database, None, self.folder, self.key, **options)

    def verify(self) -> audit.VerifyReport:
        return audit.verify_database(self.database, self.organization_id, self.folder, self.key.public_key())

    def export(self, path: Path) -> audit.VerifyReport:
        """Export and verify the export with nothing but the public key."""
        with self.database.snapshot(self.organization_id) as tx:
            audit.export(tx, self.organization_id, path)
        return audit.verify_export(path, self.key.public_key())

    @contextmanager
    def superuser(self) -> Iterator[psycopg.Connection[dict[str, Any]]]:
        with psycopg.connect(self.superuser_url, row_factory=dict_row) as connection:
            yield connection

    def note(self, count: int = 1) -> None:
        """Write acts that bind nothing."""
        with self.database.transaction(self.organization_id) as tx:
            audit.append(
                tx, [audit.Act(self.organization_id, "tester", "noted", f"note:{i}", NOW) for i in range(count)]
            )

    def happen(self, count: int = 1) -> None:
        """Write events with their leaves."""
        with self.database.transaction(self.organization_id) as tx:
            events.emit(tx, [self.event(f"thing:{i}", {"number": i}) for i in range(count)])

    def event(self, subject: str, body: dict[str, object], record: bytes | None = None) -> events.Event:
        return events.Event(
            self.organization_id, "testing.thing.happened", subject, body, NOW, NOW, "tester", record=record
        )

    def decide(self) -> UUID:
        """Write a decision, its event and its leaf."""
        columns: dict[str, object] = {
            "organization_id": self.organization_id,
            "id": ids.new_id(),
            "kind": "lending.application",
            "component": "lending",
            "subject_id": ids.new_id(),
            "action": "approve",
            "verdict": "act",
            "would": "act",
            "confidence": 0.8251,
            "amount": Decimal("4200.00"),
            "policy_version": 3,
            "model_version": "glassbox-2",
            "answers": ids.new_id(),
            "decided_by": "model:glassbox-2",
            "decided_at": NOW,
            "recorded_at": NOW + timedelta(seconds=1),
        }
        record = canonical_json({**columns, "values": {"income": 51_000}, "nonce": "0f"})
        self._write(audit.DECISION, {**columns, "record": record.decode()}, digest(record))
        return UUID(str(columns["id"]))

    def observe(self) -> UUID:
        """Write an outcome, its event and its leaf."""
        row: dict[str, object] = {
            "organization_id": self.organization_id,
            "id": ids.new_id(),
            "kind": "lending.application",
            "subject_id": ids.new_id(),
            "decision_id": ids.new_id(),
            "measure": "repaid",
            "value": 1.0,
            "observed_at": NOW,
            "matured_at": NOW,
            "censored": False,
            "corrects": ids.new_id(),
            "source": "import",
            "recorded_at": NOW,
        }
        self._write(audit.OUTCOME, row, audit.OUTCOME.digest(row))
        return UUID(str(row["id"]))

    def publish(self) -> UUID:
        """Write a policy, its event and its leaf."""
        row: dict[str, object] = {
            "organization_id": self.organization_id,
            "kind": "lending.application",
            "version": 1,
            "id": ids.new_id(),
            "body": {"rules": [{"id": "floor", "value": 0.75}]},
            "state": "active",
            "effective_from": NOW,
            "author": "owner",
            "reason": "first",
            "created_at": NOW,
            "proposal_id": ids.new_id(),
            "approved_by": "user:owner@acme.test",
        }
        self._write(audit.POLICY, row, audit.POLICY.digest(row))
        return UUID(str(row["id"]))

    def _write(self, check: audit.RecordCheck, row: dict[str, object], record: bytes) -> None:
        shape = {name: _TYPES[check.columns.get(name, "text")] for name in row}
        with self.database.transaction(self.organization_id) as tx:
            BulkInsert(check.table, shape).run(tx, [row])
            events.emit(tx, [self.event(f"{check.prefix}:{row['id']}", {"id": str(row["id"])}, record)])


@pytest.fixture
def log(database: Database, organization: Organization, postgres_server: EmbeddedPostgres, tmp_path: Path) -> Log:
    """Lend an empty log."""
    name = urlsplit(database.urls.app).path.lstrip("/")
    key = audit.open_signing_key(tmp_path / "keys")
    return Log(database, organization.id, tmp_path / "checkpoints", key, postgres_server.superuser_url(name))


@pytest.fixture
def full_log(log: Log) -> Log:
    """Lend a log with every kind of record, in three checkpoints, and two leaves that are not sealed yet."""
    log.decide()
    log.happen(3)
    log.seal()
    log.observe()
    log.publish()
    log.note(2)
    log.seal()
    log.decide()
    log.happen()
    log.seal()
    log.happen()
    log.note()
    return log
