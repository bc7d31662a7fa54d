"""Everything that writes for monitoring: periods, and until when versions were watched."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson

from intendant.domains.analytics.monitoring.measuring import Measured
from intendant.kit import clock, ids
from intendant.kit.database import Transaction

_STORE = """
insert into model_performance_metrics (organization_id, id, model_id, version_id, period_from, period_to, predictions,
  labelled, metrics, baseline, estimated, drift, groups, computed_at)
values (%(organization)s, %(id)s, %(model)s, %(version)s, %(begins)s, %(ends)s, %(predictions)s, %(labelled)s, %(metrics)s,
  %(baseline)s, %(estimated)s, %(drift)s, %(groups)s, %(now)s)
on conflict (organization_id, version_id, period_from) do update set period_to = excluded.period_to,
  predictions = excluded.predictions, labelled = excluded.labelled, metrics = excluded.metrics,
  baseline = excluded.baseline, estimated = excluded.estimated, drift = excluded.drift, groups = excluded.groups,
  computed_at = excluded.computed_at
"""


def store_period(
    tx: Transaction, model_id: UUID, version_id: UUID, begins: datetime, ends: datetime, found: Measured
) -> frozenset[str]:
    """Write a period anew; return the alarms that it gave before."""
    before = tx.find(
        "select metrics -> 'alarms' as alarms from model_performance_metrics"
        " where organization_id = %s and version_id = %s and period_from = %s for update",
        [tx.organization_id, version_id, begins],
    )
    tx.execute(
        _STORE,
        {
            "organization": tx.organization_id,
            "id": ids.new_id(),
            "model": model_id,
            "version": version_id,
            "begins": begins,
            "ends": ends,
            "predictions": found.predictions,
            "labelled": found.labelled,
            **{
                name: orjson.dumps(getattr(found, name)).decode()
                for name in ("metrics", "baseline", "estimated", "drift", "groups")
            },
            "now": clock.system_now(),
        },
    )
    return frozenset() if before is None else frozenset(before["alarms"] or ())


def forget_periods(tx: Transaction, stale: Sequence[tuple[UUID, datetime]]) -> None:
    """Remove periods whose days are measured otherwise now."""
    tx.execute(
        "delete from model_performance_metrics m using unnest(%s::uuid[], %s::timestamptz[]) as s (version_id, period_from)"
        " where m.organization_id = %s and m.version_id = s.version_id and m.period_from = s.period_from",
        [[version for version, _ in stale], [begins for _, begins in stale], tx.organization_id],
    )


def mark_watched(tx: Transaction, version_ids: Sequence[UUID], until: datetime) -> None:
    """Note until when (system time) everything of versions is in their figures."""
    tx.execute(
        "update ai_model_versions set watched_until = %(until)s where organization_id = %(organization)s"
        " and id = any(%(versions)s) and (watched_until is null or watched_until < %(until)s)",
        {"organization": tx.organization_id, "versions": sorted(version_ids), "until": until},
    )
