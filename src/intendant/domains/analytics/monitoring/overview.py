"""The hub at a glance: a few queries for all models together, whatever their number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from intendant.domains.analytics.models import listing, rows
from intendant.domains.analytics.monitoring import judging, retraining
from intendant.domains.analytics.monitoring.judging import Judgement
from intendant.kernel.organizations import Organization
from intendant.kit.database import Row, Transaction

MODELS_MAX = 100
COURSE_MAX = 30
ALERTS_MAX = 20
DAYS_MAX = 400

# By days of business time, from what was measured; accuracy weighs each period by its known outcomes.
_OVER_TIME = """
select (p.period_from at time zone %(zone)s)::date as day, sum(p.predictions)::bigint as predictions,
  sum(p.labelled)::bigint as labelled,
  sum((p.metrics ->> 'confidence')::float8 * p.predictions) / nullif(sum(p.predictions), 0) as mean_confidence,
  sum(a.value * p.labelled) / nullif(sum(p.labelled) filter (where a.value is not null), 0) as accuracy
from model_performance_metrics p
left join lateral (select (f ->> 'value')::float8 as value from jsonb_array_elements(p.metrics -> 'figures') f
  where f ->> 'name' = 'accuracy' limit 1) a on true
where p.organization_id = %(organization)s and p.period_from >= %(begins)s group by 1 order by 1 limit %(days)s
"""
_LATEST = """
select c.* from unnest(%(versions)s::uuid[]) as w (version_id) cross join lateral (
  select p.version_id, p.period_from, p.period_to, p.predictions, p.labelled, p.metrics -> 'figures' as figures,
    p.metrics -> 'fallen' as fallen, p.metrics -> 'alarms' as alarms, p.estimated, p.drift -> 'worst' as worst,
    p.drift -> 'drifting' as drifting
  from model_performance_metrics p where p.organization_id = %(organization)s and p.version_id = w.version_id
  order by p.period_from desc limit %(limit)s) c
"""
_ALERTS = """
select a.id, a.severity, a.title, a.detail, a.subject_id, a.last_at, a.cause from alerts a
where a.organization_id = %(organization)s and a.state = 'open'
  and (a.subject_id = any(%(models)s) or a.cause like 'analytics.%%' or a.kind = 'anomaly')
order by array_position(array['critical','high','medium','low'], a.severity), a.last_at desc limit %(limit)s
"""
_COUNTS = """
select (select count(*) from datasets d where d.organization_id = %(organization)s and d.removed_at is null) as datasets,
  (select count(*) from forecasts f where f.organization_id = %(organization)s) as forecasts,
  (select count(*) from anomaly_detections d where d.organization_id = %(organization)s
    and d.state in ('open', 'assigned')) as open_anomalies,
  (select count(*) from ai_models m where m.organization_id = %(organization)s and m.removed_at is null) as models,
  (select count(*) from ai_model_aliases a where a.organization_id = %(organization)s and a.alias = 'champion') as deployed
"""


@dataclass(frozen=True, slots=True)
class ModelAtAGlance:
    """A model with how it does; `course` holds the figure by period, oldest first."""

    shown: listing.ShownModel
    version: int | None
    judgement: Judgement
    predictions: int
    labelled: int
    course: tuple[float | None, ...]
    due: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the dashboard shows; `days` with predictions by date, `before` those of the same length before."""

    now: datetime
    models: tuple[ModelAtAGlance, ...]
    days: tuple[Row, ...]
    before: tuple[Row, ...]
    alerts: tuple[Row, ...]
    counts: Mapping[str, int]
    training: int
    truncated: bool


def load_overview(tx: Transaction, organization: Organization, *, now: datetime, days: int) -> Overview:
    """Load what the dashboard shows of so many days of business time until `now`."""
    begins, earlier = now - timedelta(days=days), now - timedelta(days=2 * days)
    training = listing.list_in_training(tx)
    found = rows.list_models(tx, rows.ModelFilter(), after=None, limit=MODELS_MAX + 1)
    shown = listing.shown(tx, found[:MODELS_MAX], training)
    champions = {each.row["id"]: _champion(each.row) for each in shown}
    versions = [alias["version_id"] for alias in champions.values() if alias is not None]
    given = {"organization": tx.organization_id, "zone": organization.time_zone, "begins": earlier, "days": DAYS_MAX}
    over_time, latest, alerts, counts = tx.all_of(
        (_OVER_TIME, given),
        (_LATEST, {"organization": tx.organization_id, "versions": versions, "limit": COURSE_MAX}),
        (
            _ALERTS,
            {"organization": tx.organization_id, "models": [each.row["id"] for each in shown], "limit": ALERTS_MAX},
        ),
        (_COUNTS, {"organization": tx.organization_id}),
    )
    periods: dict[str, list[Row]] = {}
    for row in latest:
        periods.setdefault(str(row["version_id"]), []).append(row)
    standing = {row["id"]: row for row in retraining.list_champions(tx)}
    first = begins.date()
    return Overview(
        now=now,
        models=tuple(_glance(each, champions, periods, standing, organization, begins, now) for each in shown),
        days=tuple(row for row in over_time if row["day"] >= first),
        before=tuple(row for row in over_time if row["day"] < first),
        alerts=tuple(alerts),
        counts=counts[0],
        training=len(training),
        truncated=len(found) > MODELS_MAX,
    )


def _glance(
    shown: listing.ShownModel,
    champions: Mapping[UUID, Mapping[str, Any] | None],
    periods: Mapping[str, list[Row]],
    standing: Mapping[UUID, Row],
    organization: Organization,
    begins: datetime,
    now: datetime,
) -> ModelAtAGlance:
    model_id = shown.row["id"]
    alias = champions[model_id]
    mine = (
        [] if alias is None else sorted(periods.get(str(alias["version_id"]), ()), key=lambda row: row["period_from"])
    )
    row = standing.get(model_id)
    judgement = judging.judge(
        mine,
        metric=None if row is None else row["metric"],
        baseline=() if row is None else row["baseline"] or (),
        deployed=alias is not None,
    )
    lately = [each for each in mine if each["period_to"] > begins]
    return ModelAtAGlance(
        shown=shown,
        version=None if alias is None else alias["number"],
        judgement=judgement,
        predictions=sum(each["predictions"] for each in lately),
        labelled=sum(each["labelled"] for each in lately),
        course=tuple(judging.value_of(each, judgement.metric) for each in mine),
        due=() if row is None else tuple(why.words for why in retraining.why_due(row, organization, now=now)),
    )


def _champion(row: Row) -> Mapping[str, Any] | None:
    return next((alias for alias in row["aliases"] if alias["alias"] == "champion"), None)
