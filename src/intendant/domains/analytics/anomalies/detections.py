"""Anomalies as rows: all SQL that writes and reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from intendant.domains.analytics.anomalies.model import AnomalyState, Bucket
from intendant.kit import clock, ids
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import NotFound
from intendant.kit.facets import Facets, count_facets
from intendant.learning.anomalies import SEVERITIES, Anomaly, Impact, Severity

PAGE_MAX = 201
MEMBERS_MAX = 50
IMPACT_MOST = 1e15
_SHOWN = (
    "a.*, (select count(*) from anomaly_detections g where g.organization_id = a.organization_id and g.group_id = a.group_id)"
    " as group_size"
)


class AnomalyUnknown(NotFound):
    """There is no such anomaly here."""

    code = "anomaly_unknown"


@dataclass(frozen=True, slots=True)
class AnomalyFilter:
    """Which anomalies to list; nothing means any. Times are business time of their beginning."""

    states: Sequence[str] = ()
    severities: Sequence[str] = ()
    data_sources: Sequence[str] = ()
    assignee: UUID | None = None
    unassigned: bool = False
    group_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """An anomaly that was found, as it is stored: with its grade and its price."""

    anomaly: Anomaly
    severity: Severity
    impact: Impact | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Stored:
    """The row of an anomaly; whether it is new, and whether it has grown graver."""

    row: Row
    is_new: bool
    is_graver: bool


def store(
    tx: Transaction,
    detector_id: UUID,
    data_source: str,
    bucket: Bucket,
    judged: Judged,
    *,
    slack: timedelta,
    muted_until: datetime | None,
    by: str,
) -> Stored:
    """Keep an anomaly; one of the same detector that it overlaps, `slack` apart, is the same and grows, unless it has ended.

    The caller holds the detector, so that two who find the same keep it once.
    """
    anomaly = judged.anomaly
    known = tx.find(
        f"select {_SHOWN} from anomaly_detections a where a.organization_id = %s and a.detector_id = %s"  # noqa: S608
        " and a.started_at <= %s and a.ended_at >= %s order by a.started_at limit 1",
        [tx.organization_id, detector_id, anomaly.ended_at + slack, anomaly.started_at - slack],
    )
    if known is None:
        return Stored(_insert(tx, detector_id, data_source, bucket, judged, muted_until, by), True, False)
    ended = known["state"] in ("resolved", "dismissed")
    goes_on = anomaly.ended_at > known["ended_at"]
    is_stronger = anomaly.evidence > known["score"] and bucket == known["bucket"]
    if ended or not (goes_on or is_stronger):
        return Stored(known, False, False)
    graver = SEVERITIES.index(judged.severity) > SEVERITIES.index(known["severity"])
    values = _values(judged) | {
        "organization": tx.organization_id,
        "id": known["id"],
        "severity": judged.severity if graver else known["severity"],
        "ended_at": max(anomaly.ended_at, known["ended_at"]),
        "points": max(anomaly.points, known["points"]),
        "now": clock.system_now(),
        "by": by,
    }
    if not is_stronger:
        tx.execute(
            "update anomaly_detections set ended_at = %(ended_at)s, points = %(points)s, severity = %(severity)s,"
            " impact = %(impact)s, impact_lower = %(impact_lower)s, impact_upper = %(impact_upper)s, version = version + 1,"
            " updated_at = %(now)s, updated_by = %(by)s where organization_id = %(organization)s and id = %(id)s",
            values,
        )
    else:
        tx.execute(
            "update anomaly_detections set ended_at = %(ended_at)s, points = %(points)s, severity = %(severity)s,"
            " direction = %(direction)s, peak_at = %(peak_at)s, value = %(value)s, expected = %(expected)s, lower = %(lower)s,"
            " upper = %(upper)s, score = %(score)s, probability = %(probability)s, size = %(size)s,"
            " impact = %(impact)s, impact_lower = %(impact_lower)s, impact_upper = %(impact_upper)s, version = version + 1,"
            " updated_at = %(now)s, updated_by = %(by)s where organization_id = %(organization)s and id = %(id)s",
            values,
        )
    return Stored(get_anomaly(tx, known["id"]), False, graver)


def _insert(
    tx: Transaction,
    detector_id: UUID,
    data_source: str,
    bucket: Bucket,
    judged: Judged,
    muted_until: datetime | None,
    by: str,
) -> Row:
    identifier, now = ids.new_id(), clock.system_now()
    tx.execute(
        "insert into anomaly_detections (organization_id, id, detector_id, group_id, data_source, bucket, direction, started_at,"
        " ended_at, peak_at, points, value, expected, lower, upper, score, probability, size, severity, impact, impact_lower,"
        " impact_upper, currency, cause, state, muted_until, detected_at, updated_at, updated_by) values (%(organization)s, %(id)s,"
        " %(detector)s, %(id)s, %(data_source)s, %(bucket)s, %(direction)s, %(started_at)s, %(ended_at)s, %(peak_at)s, %(points)s,"
        " %(value)s, %(expected)s, %(lower)s, %(upper)s, %(score)s, %(probability)s, %(size)s, %(severity)s, %(impact)s,"
        " %(impact_lower)s, %(impact_upper)s, %(currency)s, '{}', %(state)s, %(muted_until)s, %(now)s, %(now)s, %(by)s)",
        _values(judged)
        | {
            "organization": tx.organization_id,
            "id": identifier,
            "detector": detector_id,
            "data_source": data_source,
            "bucket": bucket,
            "started_at": judged.anomaly.started_at,
            "ended_at": judged.anomaly.ended_at,
            "points": judged.anomaly.points,
            "severity": judged.severity,
            "currency": judged.currency,
            "state": "open" if muted_until is None else "muted",
            "muted_until": muted_until,
            "now": now,
            "by": by,
        },
    )
    return get_anomaly(tx, identifier)


def _values(judged: Judged) -> dict[str, Any]:
    anomaly, impact = judged.anomaly, judged.impact
    return {
        "direction": anomaly.direction,
        "peak_at": anomaly.peak_at,
        "value": anomaly.value,
        "expected": anomaly.expected,
        "lower": anomaly.lower,
        "upper": anomaly.upper,
        "score": anomaly.evidence,
        "probability": anomaly.probability,
        "size": anomaly.size,
        "impact": None if impact is None else _money(impact.amount),
        "impact_lower": None if impact is None else _money(impact.lower),
        "impact_upper": None if impact is None else _money(impact.upper),
    }


def _money(amount: float) -> Decimal:
    return Decimal(f"{min(max(amount, -IMPACT_MOST), IMPACT_MOST):.2f}")


def put_group(tx: Transaction, anomaly_ids: Sequence[UUID], group_id: UUID) -> None:
    """Let anomalies belong together."""
    tx.execute(
        "update anomaly_detections set group_id = %s where organization_id = %s and id = any(%s)",
        [group_id, tx.organization_id, list(anomaly_ids)],
    )


def put_cause(tx: Transaction, anomaly_id: UUID, cause: dict[str, Any]) -> None:
    """Keep what probably caused an anomaly."""
    tx.execute(
        "update anomaly_detections set cause = %s where organization_id = %s and id = %s",
        [Jsonb(cause), tx.organization_id, anomaly_id],
    )


def list_at(tx: Transaction, begin: datetime, end: datetime, *, limit: int = MEMBERS_MAX) -> list[Row]:
    """List anomalies that are not settled and touch a span of business time, the newest first."""
    return tx.all(
        "select * from anomaly_detections where organization_id = %s and started_at <= %s and ended_at >= %s"
        " and state not in ('resolved', 'dismissed') order by id desc limit %s",
        [tx.organization_id, end, begin, min(limit, MEMBERS_MAX)],
    )


def get_anomaly(tx: Transaction, anomaly_id: UUID) -> Row:
    """Get one anomaly; raises AnomalyUnknown."""
    row = tx.find(
        f"select {_SHOWN} from anomaly_detections a where a.organization_id = %s and a.id = %s",  # noqa: S608 - a constant
        [tx.organization_id, anomaly_id],
    )
    if row is None:
        raise AnomalyUnknown("There is no such anomaly.", field="anomaly_id", remedy="List the anomalies.")
    return row


def list_members(tx: Transaction, group_id: UUID) -> list[Row]:
    """List the anomalies of a group in order of their beginning, at most `MEMBERS_MAX`."""
    return tx.all(
        f"select {_SHOWN} from anomaly_detections a where a.organization_id = %s and a.group_id = %s"  # noqa: S608
        " order by a.started_at, a.id limit %s",
        [tx.organization_id, group_id, MEMBERS_MAX],
    )


def list_anomalies(tx: Transaction, wanted: AnomalyFilter, *, after: UUID | None, limit: int) -> list[Row]:
    """List anomalies, the newest found first, from `after` (exclusive)."""
    conditions, values = _where(tx, wanted)
    conditions += [sql for sql, chosen in _chosen(wanted).values() if chosen]
    if after is not None:
        conditions.append("a.id < %(after)s")
    return tx.all(
        f"select {_SHOWN} from anomaly_detections a where {' and '.join(conditions)} order by a.id desc limit %(limit)s",  # noqa: S608
        values | {"after": after, "limit": min(limit, PAGE_MAX)},
    )


def count_anomalies(tx: Transaction, wanted: AnomalyFilter) -> Facets:
    """Count anomalies by state, severity and data source, each without its own filter."""
    conditions, values = _where(tx, wanted)
    return count_facets(
        tx,
        "select a.state, a.severity, a.data_source from anomaly_detections a"  # noqa: S608 - constants of this file
        f" where {' and '.join(conditions)} order by a.id desc",
        {name: sql.replace("a.", "") if chosen else None for name, (sql, chosen) in _chosen(wanted).items()},
        values,
    )


def _chosen(wanted: AnomalyFilter) -> dict[str, tuple[str, bool]]:
    return {
        "state": ("a.state = any(%(states)s)", bool(wanted.states)),
        "severity": ("a.severity = any(%(severities)s)", bool(wanted.severities)),
        "data_source": ("a.data_source = any(%(data_sources)s)", bool(wanted.data_sources)),
    }


def _where(tx: Transaction, wanted: AnomalyFilter) -> tuple[list[str], dict[str, Any]]:
    conditions = ["a.organization_id = %(organization)s"]
    values: dict[str, Any] = {
        "organization": tx.organization_id,
        "states": list(wanted.states),
        "severities": list(wanted.severities),
        "data_sources": list(wanted.data_sources),
    }
    for name, sql in (
        ("assignee", "a.assignee_id = %(assignee)s"),
        ("group_id", "a.group_id = %(group_id)s"),
        ("since", "a.started_at >= %(since)s"),
        ("until", "a.started_at < %(until)s"),
    ):
        if getattr(wanted, name) is not None:
            conditions.append(sql)
            values[name] = getattr(wanted, name)
    if wanted.unassigned:
        conditions.append("a.assignee_id is null")
    return conditions, values


def change(tx: Transaction, row: Row, by: str, version: int, changes: dict[str, Any]) -> Row | None:
    """Write what somebody changed, if it is still at `version`; None where it is not."""
    values: dict[str, Any] = {
        name: changes.get(name, row[name]) for name in ("assignee_id", "resolution", "muted_until", "feedback")
    }
    state: AnomalyState = changes["state"] if "state" in changes else row["state"]
    touched = tx.execute(
        "update anomaly_detections set state = %(state)s, assignee_id = %(assignee_id)s, resolution = %(resolution)s,"
        " muted_until = %(muted_until)s, feedback = %(feedback)s, version = version + 1, updated_at = %(now)s, updated_by = %(by)s"
        " where organization_id = %(organization)s and id = %(id)s and version = %(version)s",
        values
        | {
            "state": state,
            "now": clock.system_now(),
            "by": by,
            "organization": tx.organization_id,
            "id": row["id"],
            "version": version,
        },
    )
    return get_anomaly(tx, row["id"]) if touched else None
