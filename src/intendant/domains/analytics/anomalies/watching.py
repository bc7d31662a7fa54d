"""The round that watches: detectors look at what is new and complete, in each organisation's own time.

Safe to be killed at any moment and to be done by several workers at once: what an organisation's detectors found and how far
they have seen is one transaction, and a detector that another worker holds is left to it. Nothing is kept in memory; each look
reads the recent past anew, so points that come late or are put right count from the next look on.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from intendant.domains.analytics.anomalies import acts, detectors, sources
from intendant.domains.analytics.anomalies.finding import Look, keep
from intendant.domains.analytics.anomalies.model import Bucket, DataSource
from intendant.kernel.organizations import Organization, list_organizations
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import IntendantError, Unavailable
from intendant.learning.anomalies import POINTS_LEAST, Settings, detect, moment

ORGANIZATIONS_MAX = 1_000
DETECTORS_AT_ONCE_MAX = 50
BUCKET_SYSTEM_SECONDS_LEAST = 30.0
"""Of system time that a bucket lasts: where business time runs faster, it is watched by the day."""
SETTLES = timedelta(seconds=30)
"""Of system time: a bucket that ended is left alone for so long, until what books it, such as the end of day, is through."""
FIRST_LOOK_BUCKETS = 3
"""At first sight of a figure so many of its newest buckets count, not its whole past."""
WATCHER = "system:anomalies"

log = structlog.get_logger(__name__)


def watch_everywhere(system: Any) -> bool:
    """Let the detectors of every organisation look at what is new; say whether there may be more to do at once."""
    with system.database.system() as tx:
        organizations = list_organizations(tx, limit=ORGANIZATIONS_MAX)
    more = False
    for organization in organizations:
        if organization.kind == "sandbox":
            continue
        try:
            more |= watch(system, organization)
        except Unavailable:
            raise
        except IntendantError:
            # One organisation's figures that cannot be read must not keep the others from being watched.
            log.exception("figures could not be watched", organization=organization.slug)
    return more


def watch(system: Any, organization: Organization) -> bool:
    """Let one organisation's detectors look; say whether some had to wait for the next time."""
    now = organization.clock.now()
    bucket = bucket_for(organization)
    settled = now - SETTLES * organization.clock.speed
    edge = sources.complete_edges(settled, organization.time_zone, bucket, 1)[-1]
    with system.database.transaction(organization.id) as tx:
        acts.wake(tx, organization)
        if not _is_due(tx, edge, now):
            return False
        found = sources.list_sources(tx, system.registry, organization)
        known = {source.data_source: source for source in found if source.kind != "dataset"}
        detectors.ensure_detectors(tx, list(known.values()), enabled=True, by=WATCHER)
        rows = _hold_due(tx, edge, now)
        looks, seen = _look(tx, system, organization, rows, known, bucket, edge, settled, now)
        if looks:
            keep(tx, system, organization, looks, by=WATCHER)
        tx.execute_many(
            "update anomaly_detectors set watched_until = %s where organization_id = %s and id = %s",
            [(until, organization.id, row["id"]) for row, until in seen],
        )
    return len(rows) == DETECTORS_AT_ONCE_MAX


def bucket_for(organization: Organization) -> Bucket:
    """Return by which buckets an organisation is watched: by the hour, or where its time runs fast by the day."""
    speed = organization.clock.speed
    return "hour" if speed <= 3_600 / BUCKET_SYSTEM_SECONDS_LEAST else "day"


# A metric is due once a bucket has ended since its last look; a stream once it has points that the last look did not see.
_DUE = """
d.enabled and d.data_source not like 'dataset:%%' and (
  (d.data_source like 'metric:%%' and (d.watched_until is null or d.watched_until < %(edge)s))
  or (d.data_source like 'stream:%%' and exists (select from metric_points p where p.organization_id = d.organization_id
      and p.name = substr(d.data_source, 8) and p.at <= %(now)s and (d.watched_until is null or p.at > d.watched_until))))
"""


def _is_due(tx: Transaction, edge: datetime, now: datetime) -> bool:
    values = {"organization": tx.organization_id, "edge": edge, "now": now}
    return bool(
        tx.scalar(
            "select exists (select from anomaly_detectors d where d.organization_id = %(organization)s and"  # noqa: S608
            f" {_DUE}) or not exists (select from anomaly_detectors d where d.organization_id = %(organization)s"
            " and d.data_source like 'metric:%%') or exists (select from metric_streams s where"
            " s.organization_id = %(organization)s and not exists (select from anomaly_detectors d"
            "  where d.organization_id = s.organization_id and d.data_source = 'stream:' || s.name))",
            values,
        )
    )


def _hold_due(tx: Transaction, edge: datetime, now: datetime) -> list[Row]:
    return tx.all(
        f"select d.* from anomaly_detectors d where d.organization_id = %(organization)s and {_DUE}"  # noqa: S608
        " order by d.watched_until nulls first, d.id limit %(limit)s for no key update skip locked",
        {"organization": tx.organization_id, "edge": edge, "now": now, "limit": DETECTORS_AT_ONCE_MAX},
    )


def _look(
    tx: Transaction,
    system: Any,
    organization: Organization,
    rows: Sequence[Row],
    known: dict[str, DataSource],
    bucket: Bucket,
    edge: datetime,
    settled: datetime,
    now: datetime,
) -> tuple[list[Look], list[tuple[Row, datetime]]]:
    """Read what is due, all series in one batch; return what was seen and up to when."""
    seen: list[tuple[Row, datetime]] = []
    ready, settings = [], list[Settings]()
    for row in rows:
        source = known.get(row["data_source"])
        if source is None:
            # Its domain is no longer installed; it is looked at again when there is something to see.
            seen.append((row, edge))
            continue
        until = settled if source.kind == "metric" else now
        loaded = sources.load(tx, system, organization, source, bucket=bucket, buckets=1, until=until)
        times = loaded.series.times
        until = edge if source.kind == "metric" else (moment(times[-1]) if len(times) else now)
        seen.append((row, until))
        if len(times) >= POINTS_LEAST:
            ready.append((row, loaded))
            settings.append(detectors.from_row(row).settings.judged(now))
    looks = []
    for (row, loaded), watched in zip(ready, detect([each.series for _, each in ready], settings), strict=True):
        detector = detectors.from_row(row)
        interval = timedelta(seconds=loaded.series.interval)
        first = moment(loaded.series.times[-1]) - (FIRST_LOOK_BUCKETS - 1) * interval
        # Buckets are named by their beginning, so those that had not ended when it looked last begin at that moment.
        since = first if detector.watched_until is None else detector.watched_until
        if loaded.source.kind == "stream" and detector.watched_until is not None:
            since += timedelta(seconds=1)
        looks.append(Look(detector, loaded, watched, since))
    return looks, seen
