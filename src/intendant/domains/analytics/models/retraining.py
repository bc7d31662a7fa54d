"""Retraining by age where no version answers yet. Models that are at work are watched by monitoring, which asks for theirs."""

from datetime import timedelta
from typing import Any

from intendant.domains.analytics.models import usecases
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Database

MODELS_MAX = 500
ATTEMPT_HOURS = 24
"""Of business time, between two tries of a model whose training fails."""

# Business time runs by each organisation's own clock.
_DUE = """
select m.organization_id, m.id, m.trained_at, m.retraining_frequency_days
from ai_models m
join organizations o on o.id = m.organization_id and o.removed_at is null
join controls c on c.organization_id = o.id and c.state = 'running'
cross join lateral (select o.business_anchor + (%(now)s::timestamptz - o.system_anchor) * o.speed as now) business
where m.removed_at is null and m.retraining_frequency_days is not null and m.trained_at is not null
  and m.trained_at + make_interval(days => m.retraining_frequency_days) <= business.now
  and (m.failed_at is null or m.failed_at <= %(now)s::timestamptz - make_interval(hours => %(hours)s) / nullif(o.speed, 0))
  and not exists (select from ai_model_aliases a
    where a.organization_id = m.organization_id and a.model_id = m.id and a.alias = 'champion')
order by m.id limit %(limit)s
"""


def ask_where_due(system: Any) -> int:
    """Ask for the training of models that are due by age; return how many. Asked twice is trained once."""
    database: Database = system.database
    now = clock.system_now()
    with database.system() as tx:
        due = tx.all(_DUE, {"now": now, "hours": ATTEMPT_HOURS, "limit": MODELS_MAX})
    asked = 0
    for row in due:
        with database.transaction(row["organization_id"]) as tx:
            business = get_organization(tx, row["organization_id"]).clock
            last = usecases.last_training(tx, row["id"])
            # Also one that a person cancelled: it is not asked for again the next minute.
            if last is not None and business.at(now) - business.at(last.created_at) < timedelta(hours=ATTEMPT_HOURS):
                continue
            days = (business.at(now) - row["trained_at"]).days
            asked += 1
            usecases.request_training(
                tx,
                row["organization_id"],
                row["id"],
                f"It was trained {days} days ago; {row['retraining_frequency_days']} are agreed.",
            )
    return asked
