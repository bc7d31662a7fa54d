"""Versions that may take the champion's place, as rows: what waits to be considered, and what a decision writes."""

from collections.abc import Sequence
from uuid import UUID

from intendant.domains.analytics.models.vocabulary import Candidate
from intendant.kit.bulk import BulkInsert, BulkStatement, BulkUpdate
from intendant.kit.database import Row, Transaction

# Evidence speaks about one champion: it is void when another answers.
_EVIDENCE = "coalesce(case when a.alias is not null then v.trial end, v.against_champion)"
_FROM = """
from ai_model_versions v
join ai_models m on m.organization_id = v.organization_id and m.id = v.model_id and m.removed_at is null
join ai_model_aliases c on c.organization_id = v.organization_id and c.model_id = v.model_id and c.alias = 'champion'
join ai_model_versions w on w.organization_id = c.organization_id and w.id = c.version_id
left join ai_model_aliases a on a.organization_id = v.organization_id and a.version_id = v.id and a.alias <> 'champion'
"""
_LOAD = f"""
select v.organization_id, v.model_id, m.model_name, m.model_type, v.id as version_id, v.number, v.validated,
       c.version_id as champion_id, w.number as champion_number, a.alias, a.share, {_EVIDENCE} as evidence, v.considerations,
       (select count(*) from ai_deployments d where d.organization_id = v.organization_id and d.model_id = v.model_id)::integer
         as deployments
{_FROM}
where v.id = any(%s) and v.id <> c.version_id and {_EVIDENCE} ->> 'champion_id' = c.version_id::text
"""  # noqa: S608 - constants of this file
_WAITING = f"""
select v.organization_id, v.id
{_FROM}
where v.organization_id = any(%s) and v.considered_at is null and v.id <> c.version_id
  and {_EVIDENCE} ->> 'champion_id' = c.version_id::text and {_EVIDENCE} ->> 'proposes' is not null
order by v.id limit %s
"""

CONSIDERED = BulkUpdate(
    "ai_model_versions",
    {"organization_id": "uuid", "id": "uuid"},
    {"considered_at": "timestamptz", "considerations": "integer"},
    # Its model is locked and its standing compared before; this holds even where somebody forgets to.
    where="t.considerations = r.considerations - 1",
)
CHAMPIONS = BulkInsert(
    "ai_model_aliases",
    {
        "organization_id": "uuid",
        "model_id": "uuid",
        "alias": "text",
        "version_id": "uuid",
        "share": "double precision",
        "since": "timestamptz",
        "changed_by": "text",
    },
    "on conflict (organization_id, model_id, alias) do update set version_id = excluded.version_id,"
    " share = excluded.share, since = excluded.since, changed_by = excluded.changed_by",
)
ENDED_TRIALS = BulkStatement(
    "delete from ai_model_aliases a using json_to_recordset(%s::json) as r(organization_id uuid, version_id uuid)"
    " where a.organization_id = r.organization_id and a.version_id = r.version_id and a.alias <> 'champion'"
)
DEPLOYMENTS = BulkInsert(
    "ai_deployments",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "model_id": "uuid",
        "alias": "text",
        "version_id": "uuid",
        "previous_version_id": "uuid",
        "share": "double precision",
        "reason": "text",
        "changed_by": "text",
        "decision_id": "uuid",
        "evidence": "jsonb",
        "at": "timestamptz",
    },
)


def lock_models(tx: Transaction, wanted: Sequence[tuple[UUID, UUID]]) -> None:
    """Lock models in the order of their keys, so that nothing else is deployed meanwhile."""
    pairs = sorted(set(wanted))
    tx.execute(
        "select from ai_models m join unnest(%s::uuid[], %s::uuid[]) as w(organization_id, id) using (organization_id, id)"
        " order by m.organization_id, m.id for update of m",
        [[pair[0] for pair in pairs], [pair[1] for pair in pairs]],
    )


def load_candidates(tx: Transaction, version_ids: Sequence[UUID]) -> dict[UUID, Candidate]:
    """Load versions whose evidence speaks about the present champion; others are left out."""
    return {row["version_id"]: _candidate(row) for row in tx.all(_LOAD, [list(version_ids)])}


def _candidate(row: Row) -> Candidate:
    return Candidate(**row)


def list_waiting(tx: Transaction, organizations: Sequence[UUID], *, limit: int) -> list[tuple[UUID, UUID]]:
    """List versions for which something is to be proposed and was not yet, as (organisation, version)."""
    return [(row["organization_id"], row["id"]) for row in tx.all(_WAITING, [list(organizations), limit])]
