"""Trials: what challengers and shadows showed on real cases is written beside them, and proposed once it tells.

Looked at as often as one likes: the comparison holds the chance of a false yes once for all looks.
"""

from typing import Any
from uuid import UUID

import structlog

from intendant.domains.analytics.models import repository, rows
from intendant.domains.analytics.models.evidence import weigh_trial
from intendant.kit.database import Database
from intendant.kit.errors import IntendantError

TRIALS_MAX = 1_000

log = structlog.get_logger(__name__)


def look_at_trials(system: Any) -> None:
    """Compare every challenger and shadow with its champion as the record stands now."""
    database: Database = system.database
    with database.system() as tx:
        found = tx.all(
            "select distinct a.organization_id, a.model_id from ai_model_aliases a"
            " join organizations o on o.id = a.organization_id and o.removed_at is null"
            " where a.alias <> 'champion' order by a.model_id limit %s",
            [TRIALS_MAX],
        )
    for row in found:
        try:
            look_at_model(database, row["organization_id"], row["model_id"])
        except IntendantError as error:
            log.warning("a trial could not be compared", model=str(row["model_id"]), code=error.code)


def look_at_model(database: Database, organization_id: UUID, model_id: UUID) -> None:
    """Compare one model's challenger and shadow with its champion, and keep what was found beside each."""
    from intendant.domains.analytics.monitoring.comparing import compare_model

    with database.snapshot(organization_id) as tx:
        compared = compare_model(tx, model_id)
    for each in compared:
        if each.alias == "champion" or not each.comparison.pairs:
            continue
        evidence = weigh_trial(
            each.comparison, alias=each.alias, champion_id=each.champion_id, champion=each.champion_number
        )
        with database.transaction(organization_id) as tx:
            aliases = rows.find_aliases(tx, model_id)
            present, champion = aliases.get(each.alias), aliases.get("champion")
            # Something else may have been deployed since the comparison began.
            if present is None or champion is None or present["version_id"] != each.version_id:
                continue
            if champion["version_id"] == each.champion_id:
                repository.put_trial(tx, each.version_id, evidence)
