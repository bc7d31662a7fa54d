"""Looking for anomalies and keeping what was found: graded, priced, grouped, with its likely cause, told once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from intendant.domains.analytics.anomalies import alerting, detections, detectors, sources
from intendant.domains.analytics.anomalies.causes import describe, segments_of
from intendant.domains.analytics.anomalies.detections import Judged, Stored
from intendant.domains.analytics.anomalies.detectors import Detector
from intendant.domains.analytics.anomalies.model import HOURS_BY_HOUR_MAX, Bucket, DataSource, DataSourceUnknown
from intendant.domains.analytics.anomalies.sources import Loaded
from intendant.domains.analytics.anomalies.streams import MetricUnknown
from intendant.domains.analytics.contract import ANOMALY_DETECTED
from intendant.kernel import events
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.learning.anomalies import (
    POINTS_LEAST,
    Anomaly,
    Group,
    Occurrence,
    Readings,
    Settings,
    Watched,
    detect,
    grade,
    group,
    measure_impact,
    refractory_points,
)

FOUND_MAX = 200
"""Anomalies kept of one source in one go, those with the most evidence."""
OTHERS_MAX = 5
"""Other sources that are read to see whether they moved together."""
_SLACK_INTERVALS = 2


@dataclass(frozen=True, slots=True)
class Look:
    """One source that was looked at: anomalies that ended at or after `since` count."""

    detector: Detector
    loaded: Loaded
    watched: Watched
    since: datetime


@dataclass(frozen=True, slots=True)
class Detection:
    """What came of looking: the stored anomalies of the range, and what to know about it."""

    look: Look
    until: datetime
    stored: Sequence[Stored]
    notes: Sequence[str]


def bucket_of(hours: int) -> tuple[Bucket, int]:
    """Return by which buckets a range of hours is looked at, and how many of them there are."""
    return ("hour", hours) if hours <= HOURS_BY_HOUR_MAX else ("day", -(-hours // 24))


def detect_range(
    tx: Transaction, system: Any, by: Principal, data_source: str, hours: int, *, time_column: str | None = None
) -> Detection:
    """Look for anomalies in the last `hours` of a source, and keep those that are not known yet.

    A stream or dataset whose newest point is older is looked at up to that point.
    """
    by.require(Permission.AI_DETECT)
    organization = get_organization(tx, tx.organization_id)
    source = sources.get_source(tx, system.registry, organization, data_source)
    detectors.ensure_detectors(tx, [source], enabled=source.kind != "dataset", by=by.label)
    detector = detectors.hold_detector(tx, data_source)
    now = organization.clock.now()
    bucket, buckets = bucket_of(hours)
    loaded = sources.load(
        tx, system, organization, source, bucket=bucket, buckets=buckets, until=now, time_column=time_column
    )
    times = loaded.series.times
    notes: list[str] = []
    until = now
    if len(times) and int(times[-1]) < (now - timedelta(hours=hours)).timestamp():
        until = datetime.fromtimestamp(int(times[-1]), tz=now.tzinfo)
        notes.append("There are no newer points, so the range ends at the newest.")
    if len(times) < POINTS_LEAST:
        notes.append(f"There are {len(times)} points; with fewer than {POINTS_LEAST} nothing is called anomalous.")
    if loaded.series.refused:
        notes.append(
            f"{len(loaded.series.refused)} points were left out: missing, no numbers, or at the time of another."
        )
    watched = read(loaded, detector.settings.judged(now))
    look = Look(detector, loaded, watched, until - timedelta(hours=hours))
    (stored,) = keep(tx, system, organization, [look], by=by.label)
    return Detection(look, until, stored, notes)


def read(loaded: Loaded, settings: Settings) -> Watched:
    """Return what a detector thinks of a source."""
    return detect([loaded.series], settings)[0]


def keep(
    tx: Transaction, system: Any, organization: Organization, looks: Sequence[Look], *, by: str
) -> list[list[Stored]]:
    """Store what was found, put together what belongs together, say why, and tell people. The caller holds the detectors."""
    now = organization.clock.now()
    result: list[list[Stored]] = []
    for look in looks:
        slack = timedelta(seconds=_SLACK_INTERVALS * look.loaded.series.interval)
        muted_until = look.detector.muted_until if look.detector.is_muted(now) else None
        gap = timedelta(seconds=look.loaded.series.interval * refractory_points(look.loaded.series.interval))
        result.append(
            [
                detections.store(
                    tx,
                    look.detector.id,
                    look.loaded.source.data_source,
                    look.loaded.bucket,
                    judged,
                    slack=max(slack, gap),
                    muted_until=muted_until,
                    by=by,
                )
                for judged in _judge(look)
            ]
        )
    new = [stored for found in result for stored in found if stored.is_new]
    if new:
        _put_together(tx, system, organization, looks, new, now)
        _tell(tx, organization, new, by)
    noted = [stored for found in result for stored in found if stored.is_new or stored.is_graver]
    rows = {row["id"]: row for row in (detections.get_anomaly(tx, stored.row["id"]) for stored in noted)}
    alerting.raise_for(tx, organization, list(rows.values()), _names(looks))
    return [[replace(stored, row=rows.get(stored.row["id"], stored.row)) for stored in found] for found in result]


def money_of(detector: Detector, source: DataSource, organization: Organization) -> tuple[float | None, str | None]:
    """Return what a unit is worth and in which currency: by the detector's settings, else by the source."""
    money = detector.settings.money if detector.settings.money is not None else source.money
    return (None, None) if money is None else (float(money), source.currency or organization.currency)


def _judge(look: Look) -> list[Judged]:
    settings, source = look.detector.settings, look.loaded.source
    money = settings.money if settings.money is not None else source.money
    least = None if settings.min_impact is None else float(settings.min_impact)
    wanted = [anomaly for anomaly in look.watched.anomalies if anomaly.ended_at >= look.since]
    strongest = sorted(wanted, key=lambda each: -each.evidence)[:FOUND_MAX]
    found = []
    for anomaly in sorted(strongest, key=lambda each: each.started_at):
        impact = None if money is None else measure_impact(anomaly, float(money))
        if impact is not None and least is not None and max(abs(impact.lower), abs(impact.upper)) < least:
            continue
        found.append(Judged(anomaly, grade(anomaly, impact, min_impact=least), impact, source.currency))
    return found


def _put_together(
    tx: Transaction,
    system: Any,
    organization: Organization,
    looks: Sequence[Look],
    new: Sequence[Stored],
    now: datetime,
) -> None:
    slack = _slack(looks)
    begin = min(stored.row["started_at"] for stored in new) - slack
    end = max(stored.row["ended_at"] for stored in new) + slack
    rows = {row["id"]: row for row in detections.list_at(tx, begin, end)} | {each.row["id"]: each.row for each in new}
    at_hand: dict[str, Readings] = {look.loaded.source.data_source: look.watched.readings for look in looks}
    others = sorted({row["data_source"] for row in rows.values()} - set(at_hand))[:OTHERS_MAX]
    for data_source in others:
        loaded = _load_other(tx, system, organization, data_source, looks[0].loaded.bucket, now)
        if loaded is not None:
            at_hand[data_source] = read(loaded, Settings()).readings
    occurrences = [
        Occurrence(
            str(row["id"]),
            row["data_source"],
            row["started_at"],
            row["ended_at"],
            at_hand.get(row["data_source"]),
        )
        for row in rows.values()
    ]
    by_source = {look.loaded.source.data_source: look for look in looks}
    fresh = {str(stored.row["id"]) for stored in new}
    names = _names(looks)
    for found in group(occurrences, slack=slack):
        if fresh & set(found.members):
            _put_group(tx, organization, found, rows, by_source, names)


def _load_other(
    tx: Transaction, system: Any, organization: Organization, data_source: str, bucket: Bucket, now: datetime
) -> Loaded | None:
    if data_source.startswith("dataset:"):
        # Reading a whole dataset again only to compare is not worth it.
        return None
    try:
        source = sources.get_source(tx, system.registry, organization, data_source)
    except (DataSourceUnknown, MetricUnknown):
        return None
    by = "day" if bucket == "day" else "hour"
    return sources.load(tx, system, organization, source, bucket=by, buckets=1, until=now)  # type: ignore[arg-type]


def _put_group(
    tx: Transaction,
    organization: Organization,
    found: Group,
    rows: Mapping[UUID, Any],
    looks: Mapping[str, Look],
    names: Mapping[str, str],
) -> None:
    members = [rows[UUID(key)] for key in found.members]
    ids = {row["id"] for row in members}
    known = [row["group_id"] for row in members if row["group_id"] != row["id"]]
    group_id = known[0] if known else members[0]["id"]
    if len(members) > 1:
        stale = {row["group_id"] for row in members} - {group_id}
        also = [row["id"] for each in stale for row in detections.list_members(tx, each)]
        detections.put_group(tx, [*ids, *also], group_id)
        alerting.withdraw(tx, organization, stale)
    first = members[0]
    for row in members:
        look = looks.get(row["data_source"])
        segments = segments_of(tx, look.loaded, row) if look is not None else []
        cause = describe(row, first, found, segments, names, len(members))
        detections.put_cause(tx, row["id"], cause)


def _slack(looks: Sequence[Look]) -> timedelta:
    longest = max((look.loaded.series.interval for look in looks), default=3_600.0)
    return timedelta(seconds=_SLACK_INTERVALS * longest)


def _names(looks: Sequence[Look]) -> dict[str, str]:
    return {look.loaded.source.data_source: look.loaded.source.name for look in looks}


def _tell(tx: Transaction, organization: Organization, new: Sequence[Stored], by: str) -> None:
    now = clock.system_now()
    events.emit(
        tx,
        [
            events.Event(
                organization.id,
                ANOMALY_DETECTED,
                f"anomaly:{row['id']}",
                {
                    "anomaly_id": row["id"],
                    "group_id": row["group_id"],
                    **{name: row[name] for name in ("data_source", "severity", "direction", "started_at", "state")},
                },
                organization.clock.at(now),
                now,
                actor=by,
            )
            for row in (detections.get_anomaly(tx, stored.row["id"]) for stored in new)
        ],
    )


__all__ = ["FOUND_MAX", "Anomaly", "Detection", "Look", "bucket_of", "detect_range", "keep", "money_of", "read"]
