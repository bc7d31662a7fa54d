"""Asking for training where it is due: by age, by data that moved, by figures that fell."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from intendant.domains.analytics.contract import CHAMPION
from intendant.domains.analytics.models.usecases import last_training, request_training
from intendant.domains.analytics.monitoring.measuring import figures_from
from intendant.kernel.organizations import Organization
from intendant.kernel.tasks import TaskState
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.learning.monitoring import Period, Why, due_for_retraining

MODELS_MAX = 500
PERIODS_LOOKED_AT = 6

# Beside each champion its latest periods, when a version was last made or a training last failed (system time), and whether
# there is anything to learn from that the latest version has not seen.
_CHAMPIONS = """
select m.id, m.model_name, m.retraining_frequency_days, m.trained_at as model_trained_at, v.metric, v.trained_at,
  v.report -> 'model' -> 'metrics' as baseline, greatest(m.failed_at, last.recorded_at) as asked_at,
  not exists (select from datasets d where d.organization_id = m.organization_id
    and d.id::text = m.training_data_source ->> 'dataset_id' and d.digest = last.data_digest) as has_new_data,
  coalesce((select jsonb_agg(to_jsonb(p) order by p.until) from (
    select p.period_to as until, p.predictions, p.labelled, p.drift -> 'worst' as worst, p.drift -> 'drifting' as drifting,
      p.metrics -> 'figures' as figures
    from model_performance_metrics p where p.organization_id = m.organization_id and p.version_id = v.id
    order by p.period_from desc limit %(periods)s) p), '[]'::jsonb) as periods
from ai_models m
join ai_model_aliases a on a.organization_id = m.organization_id and a.model_id = m.id and a.alias = %(champion)s
join ai_model_versions v on v.organization_id = m.organization_id and v.id = a.version_id
left join lateral (select l.recorded_at, l.data_digest from ai_model_versions l
  where l.organization_id = m.organization_id and l.model_id = m.id order by l.number desc limit 1) last on true
where m.organization_id = %(organization)s and m.removed_at is null and (%(model)s::uuid is null or m.id = %(model)s)
order by m.id limit %(limit)s
"""


def ask_where_due(tx: Transaction, organization: Organization, *, model_id: UUID | None = None) -> list[UUID]:
    """Ask for the training of models that are due; return their ids."""
    now = organization.clock.at(clock.system_now())
    asked = []
    for row in list_champions(tx, model_id=model_id):
        if not why_due(row, organization, now=now):
            continue
        # Only now is it worth looking for a training that waits, or that a person cancelled.
        last = last_training(tx, row["id"])
        if last is not None and last.state in {TaskState.QUEUED, TaskState.RUNNING}:
            continue
        why = why_due(row if last is None else {**row, "asked_at": last.created_at}, organization, now=now)
        if why:
            request_training(tx, organization.id, row["id"], " ".join(each.words for each in why))
            asked.append(row["id"])
    return asked


def list_champions(tx: Transaction, *, model_id: UUID | None = None) -> list[Row]:
    """List champions with what decides whether they are due."""
    return tx.all(
        _CHAMPIONS,
        {
            "organization": tx.organization_id,
            "champion": CHAMPION,
            "model": model_id,
            "periods": PERIODS_LOOKED_AT,
            "limit": MODELS_MAX,
        },
    )


def why_due(row: Row, organization: Organization, *, now: datetime) -> list[Why]:
    """Return why a champion's model is due for training, in business time.

    Data that have not changed teach nothing new: a model whose dataset is as it was is due by its agreed age alone.
    """
    asked = row["asked_at"]
    found = due_for_retraining(
        [_period(each, row["metric"]) for each in row["periods"]],
        now=now,
        trained_at=max(row["trained_at"], row["model_trained_at"] or row["trained_at"]),
        asked_at=None if asked is None else organization.clock.at(asked),
        frequency_days=row["retraining_frequency_days"],
        baseline=figures_from(row["baseline"] or ()).get(row["metric"]),
    )
    return [why for why in found if why.kind == "age" or row["has_new_data"]]


def _period(stored: Mapping[str, Any], metric: str) -> Period:
    drifting: Sequence[str] = stored["drifting"] or ()
    return Period(
        until=datetime.fromisoformat(stored["until"]),
        rows=stored["predictions"],
        labelled=stored["labelled"],
        drift=stored["worst"] or "none",
        drifting=tuple(drifting),
        metric=figures_from(stored["figures"] or ()).get(metric),
    )
