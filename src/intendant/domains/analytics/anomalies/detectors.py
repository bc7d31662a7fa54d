"""Detectors: one for each data source, its settings, and what feedback has taught it. All SQL of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from intendant.domains.analytics.anomalies.model import DataSource
from intendant.domains.analytics.contract import DETECTOR_CHANGED
from intendant.kernel import events
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock, ids
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, NotFound
from intendant.learning.anomalies import Direction, Feedback, Learned, Settings, learn

DETECTORS_MAX = 1_000


class DetectorUnknown(NotFound):
    """There is no such detector here."""

    code = "detector_unknown"


class DetectorChanged(Conflict):
    """Somebody else changed the detector meanwhile."""

    code = "detector_changed"


@dataclass(frozen=True, slots=True)
class DetectorSettings:
    """How a figure is watched. `min_impact` in money: what is surely worth less is not told; `money` overrides the source's."""

    sensitivity: float = 0.5
    direction: Direction = "both"
    min_impact: Decimal | None = None
    money: Decimal | None = None
    up: Learned = field(default_factory=Learned)
    down: Learned = field(default_factory=Learned)

    def judged(self, now: datetime) -> Settings:
        """Return what the detector judges by at a moment of business time."""
        return Settings(
            sensitivity=self.sensitivity,
            direction=self.direction,
            factor_up=self.up.now(now),
            factor_down=self.down.now(now),
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "sensitivity": self.sensitivity,
            "direction": self.direction,
            "min_impact": None if self.min_impact is None else str(self.min_impact),
            "money_per_unit": None if self.money is None else str(self.money),
            "learned": {
                side: {"factor": learned.factor, "at": None if learned.at is None else learned.at.isoformat()}
                for side, learned in (("up", self.up), ("down", self.down))
            },
        }


@dataclass(frozen=True, slots=True)
class Detector:
    """What watches one data source. `watched_until` is the end of what it has seen by itself (business time)."""

    id: UUID
    data_source: str
    settings: DetectorSettings
    enabled: bool
    muted_until: datetime | None
    watched_until: datetime | None
    version: int
    updated_at: datetime

    def is_muted(self, now: datetime) -> bool:
        """Tell whether it is to keep quiet at a moment of business time."""
        return self.muted_until is not None and self.muted_until > now


def ensure_detectors(tx: Transaction, sources: Sequence[DataSource], *, enabled: bool, by: str) -> None:
    """Make a detector for each source that has none, up to `DETECTORS_MAX` in all."""
    room = DETECTORS_MAX - (
        tx.scalar("select count(*) from anomaly_detectors where organization_id = %s", [tx.organization_id]) or 0
    )
    names = sorted({source.data_source for source in sources})[: max(room, 0)]
    if not names:
        return
    now = clock.system_now()
    tx.execute(
        "insert into anomaly_detectors (organization_id, id, data_source, settings, enabled, created_by, created_at, updated_at)"
        " select %(organization)s, d.id, d.name, %(settings)s, %(enabled)s, %(by)s, %(now)s, %(now)s"
        " from unnest(%(ids)s::uuid[], %(names)s::text[]) as d (id, name) on conflict (organization_id, data_source) do nothing",
        {
            "organization": tx.organization_id,
            "settings": Jsonb(DetectorSettings().to_json()),
            "enabled": enabled,
            "by": by,
            "now": now,
            "ids": [ids.new_id() for _ in names],
            "names": names,
        },
    )


def list_detectors(tx: Transaction, *, after: UUID | None = None, limit: int = DETECTORS_MAX) -> list[Row]:
    """List detectors in order of id, each with how many of its anomalies are open."""
    return tx.all(
        "select d.*, (select count(*) from anomaly_detections a where a.organization_id = d.organization_id"
        "  and a.detector_id = d.id and a.state in ('open', 'assigned')) as open_anomalies"
        " from anomaly_detectors d where d.organization_id = %s and (%s::uuid is null or d.id > %s) order by d.id limit %s",
        [tx.organization_id, after, after, min(limit, DETECTORS_MAX)],
    )


def get_detector(tx: Transaction, detector_id: UUID) -> Row:
    """Get one detector's row; raises DetectorUnknown."""
    row = tx.find(
        "select d.*, (select count(*) from anomaly_detections a where a.organization_id = d.organization_id"
        "  and a.detector_id = d.id and a.state in ('open', 'assigned')) as open_anomalies"
        " from anomaly_detectors d where d.organization_id = %s and d.id = %s",
        [tx.organization_id, detector_id],
    )
    if row is None:
        raise DetectorUnknown("There is no such detector.", field="detector_id", remedy="List the detectors.")
    return row


def hold_detector(tx: Transaction, data_source: str) -> Detector:
    """Get a source's detector and keep others from storing what it finds until the end of the transaction."""
    row = tx.find(
        "select * from anomaly_detectors where organization_id = %s and data_source = %s for no key update",
        [tx.organization_id, data_source],
    )
    if row is None:
        raise DetectorUnknown("There is no detector of this data source.", field="data_source", remedy="Detect once.")
    return from_row(row)


def from_row(row: Mapping[str, Any]) -> Detector:
    """Build a detector from its row."""
    given = row["settings"]
    learned = {
        side: Learned(each["factor"], None if each["at"] is None else datetime.fromisoformat(each["at"]))
        for side, each in given.get("learned", {}).items()
    }
    return Detector(
        id=row["id"],
        data_source=row["data_source"],
        settings=DetectorSettings(
            sensitivity=given["sensitivity"],
            direction=given["direction"],
            min_impact=None if given.get("min_impact") is None else Decimal(given["min_impact"]),
            money=None if given.get("money_per_unit") is None else Decimal(given["money_per_unit"]),
            up=learned.get("up", Learned()),
            down=learned.get("down", Learned()),
        ),
        enabled=row["enabled"],
        muted_until=row["muted_until"],
        watched_until=row["watched_until"],
        version=row["version"],
        updated_at=row["updated_at"],
    )


def change_detector(
    tx: Transaction,
    by: Principal,
    detector_id: UUID,
    *,
    version: int,
    settings: DetectorSettings,
    enabled: bool,
    muted_until: datetime | None,
) -> Detector:
    """Change how a figure is watched; refused if it changed since `version`. What feedback taught stays."""
    by.require(Permission.AI_UPDATE)
    settings.judged(clock.system_now())
    before = from_row(get_detector(tx, detector_id))
    kept = replace(settings, up=before.settings.up, down=before.settings.down)
    row = tx.find(
        "update anomaly_detectors set settings = %s, enabled = %s, muted_until = %s, version = version + 1, updated_at = %s"
        " where organization_id = %s and id = %s and version = %s returning *",
        [Jsonb(kept.to_json()), enabled, muted_until, clock.system_now(), tx.organization_id, detector_id, version],
    )
    if row is None:
        raise DetectorChanged(
            "Somebody else changed this detector meanwhile.", field="version", remedy="Read it again and change that."
        )
    _tell(tx, row, by.label, {"settings": kept.to_json(), "enabled": enabled, "muted_until": muted_until})
    return from_row(row)


def teach(tx: Transaction, by: Principal, detector_id: UUID, direction: Direction, feedback: Feedback) -> None:
    """Move the threshold of one direction by a word of feedback."""
    row = tx.find(
        "select * from anomaly_detectors where organization_id = %s and id = %s for no key update",
        [tx.organization_id, detector_id],
    )
    if row is None:
        raise DetectorUnknown("There is no such detector.", field="detector_id", remedy="List the detectors.")
    organization = get_organization(tx, tx.organization_id)
    settings, now = from_row(row).settings, organization.clock.now()
    changed = (
        replace(settings, up=learn(settings.up, feedback, now))
        if direction == "up"
        else replace(settings, down=learn(settings.down, feedback, now))
    )
    tx.execute(
        "update anomaly_detectors set settings = %s, version = version + 1, updated_at = %s where organization_id = %s and id = %s",
        [Jsonb(changed.to_json()), clock.system_now(), tx.organization_id, detector_id],
    )
    _tell(tx, row, by.label, {"feedback": feedback, "direction": direction, "learned": changed.to_json()["learned"]})


def _tell(tx: Transaction, row: Row, by: str, body: dict[str, Any]) -> None:
    organization: Organization = get_organization(tx, tx.organization_id)
    now = clock.system_now()
    told = {"detector_id": row["id"], "data_source": row["data_source"], **body}
    events.emit(
        tx,
        [
            events.Event(
                organization.id,
                DETECTOR_CHANGED,
                f"detector:{row['id']}",
                told,
                organization.clock.at(now),
                now,
                actor=by,
            )
        ],
    )
