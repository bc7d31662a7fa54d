"""All SQL that reads for monitoring: which versions are watched, what they said, what came true, what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from intendant.kit import ids
from intendant.kit.database import Row, Transaction

VERSIONS_WATCHED_MAX = 200
DAYS_READ_MAX = 800
FEEDBACK_READ_MAX = 200_000
CASES_MAX = 8_000
"""Of one period; where there are more, a sample drawn by their ids."""
PERIODS_MAX = 400
PERIODS_WATCHED_MAX = 60
PAIRS_MAX = 20_000
CASES_COMPARED_MAX = 40_000
"""Of each side of a comparison, the first since it began."""
_FIRST_ID = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Watched:
    """A version that is watched. `since`: until when it was watched, as the least id of what is new."""

    id: UUID
    model_id: UUID
    number: int
    since: UUID


def list_watched(tx: Transaction) -> list[Watched]:
    """List versions that answer or have answered, newest first."""
    rows = tx.all(
        "select v.id, v.model_id, v.number, v.watched_until from ai_model_versions v"
        " join ai_models m on m.organization_id = v.organization_id and m.id = v.model_id and m.removed_at is null"
        " where v.organization_id = %(organization)s and (exists (select from ai_model_aliases a"
        "   where a.organization_id = v.organization_id and a.model_id = v.model_id and a.version_id = v.id)"
        " or exists (select from ai_deployments d"
        "   where d.organization_id = v.organization_id and d.model_id = v.model_id and d.version_id = v.id))"
        " order by v.id desc limit %(limit)s",
        {"organization": tx.organization_id, "limit": VERSIONS_WATCHED_MAX},
    )
    return [
        Watched(
            row["id"],
            row["model_id"],
            row["number"],
            _FIRST_ID if row["watched_until"] is None else ids.first_id_at(row["watched_until"]),
        )
        for row in rows
    ]


def find_news(tx: Transaction, watched: Sequence[Watched], zone: str) -> tuple[set[UUID], dict[UUID, set[date]]]:
    """Return which versions have new predictions, and by version the days whose predictions got an outcome since."""
    if not watched:
        return set(), {}
    given = {
        "organization": tx.organization_id,
        "versions": [each.id for each in watched],
        "since": [each.since for each in watched],
        "zone": zone,
        "limit": FEEDBACK_READ_MAX,
    }
    fresh = tx.all(
        "select w.version_id from unnest(%(versions)s::uuid[], %(since)s::uuid[]) as w (version_id, since)"
        " where exists (select from prediction_results p where p.organization_id = %(organization)s"
        " and p.version_id = w.version_id and p.id >= w.since)",
        given,
    )
    models = {each.model_id: min(e.since for e in watched if e.model_id == each.model_id) for each in watched}
    told = tx.all(
        "with news as materialized (select f.prediction_id, f.id from"
        " unnest(%(models)s::uuid[], %(oldest)s::uuid[]) as w (model_id, since)"
        " join prediction_feedback f on f.organization_id = %(organization)s and f.model_id = w.model_id"
        "   and f.id >= w.since and f.actual is not null limit %(limit)s),"
        " touched as (select p.version_id, p.predicted_at, n.id from news n join prediction_results p"
        "   on p.organization_id = %(organization)s and p.id = n.prediction_id"
        " union all select p.version_id, p.predicted_at, n.id from news n join prediction_results p"
        "   on p.organization_id = %(organization)s and p.answers = n.prediction_id)"
        " select t.version_id, (t.predicted_at at time zone %(zone)s)::date as day from touched t"
        " join unnest(%(versions)s::uuid[], %(since)s::uuid[]) as w (version_id, since) on w.version_id = t.version_id"
        " where t.id >= w.since group by 1, 2",
        {**given, "models": list(models), "oldest": list(models.values())},
    )
    days: dict[UUID, set[date]] = {}
    for row in told:
        days.setdefault(row["version_id"], set()).add(row["day"])
    return {row["version_id"] for row in fresh}, days


def count_days(tx: Transaction, version_ids: Sequence[UUID], zone: str) -> dict[UUID, dict[date, int]]:
    """Count the predictions of versions by day of business time, the latest `DAYS_READ_MAX` days of each."""
    rows = tx.all(
        "select w.version_id, d.day, d.n from unnest(%(versions)s::uuid[]) as w (version_id) cross join lateral ("
        " select (p.predicted_at at time zone %(zone)s)::date as day, count(*) as n from prediction_results p"
        " where p.organization_id = %(organization)s and p.version_id = w.version_id"
        " group by 1 order by 1 desc limit %(limit)s) d",
        {
            "organization": tx.organization_id,
            "versions": list(version_ids),
            "zone": zone,
            "limit": DAYS_READ_MAX,
        },
    )
    days: dict[UUID, dict[date, int]] = {}
    for row in rows:
        days.setdefault(row["version_id"], {})[row["day"]] = row["n"]
    return days


def list_measured(tx: Transaction, version_ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """List the periods that were measured of versions, by version, oldest first, without their figures."""
    rows = tx.all(
        "select version_id, period_from, period_to, predictions, computed_at from model_performance_metrics"
        " where organization_id = %s and version_id = any(%s) order by period_from",
        [tx.organization_id, list(version_ids)],
    )
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row["version_id"], []).append(row)
    return found


def find_outcomes(tx: Transaction, prediction_ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Find what came true of predictions, by id: what was told last.

    Asked for by ids, because a search for each row's latest leads the planner astray when it knows little of the table.
    """
    rows = tx.all(
        "select distinct on (f.prediction_id) f.prediction_id, f.actual from prediction_feedback f"
        " where f.organization_id = %s and f.prediction_id = any(%s) and f.actual is not null"
        " order by f.prediction_id, f.id desc",
        [tx.organization_id, list(prediction_ids)],
    )
    return {row["prediction_id"]: row["actual"] for row in rows}


def read_cases(
    tx: Transaction, version_id: UUID, begins: datetime, ends: datetime, predictions: int
) -> tuple[list[Row], int]:
    """Read what a version said in a period, each with what came true, and count all of which that is known.

    With more than `CASES_MAX`, every so manieth by a hash of its id: a fair sample, the same at every look.
    """
    every = max(1, -(-predictions // CASES_MAX))
    given = {
        "organization": tx.organization_id,
        "version": version_id,
        "begins": begins,
        "ends": ends,
        "every": every,
        "limit": 2 * CASES_MAX,
    }
    rows = tx.all(
        "select coalesce(p.answers, p.id) as heard, p.input_data, p.prediction_context, p.output, p.confidence"
        " from prediction_results p where p.organization_id = %(organization)s and p.version_id = %(version)s"
        " and p.predicted_at >= %(begins)s and p.predicted_at < %(ends)s and (%(every)s = 1"
        " or mod(hashtextextended(p.id::text, 0) & 9223372036854775807, %(every)s) = 0) limit %(limit)s",
        given,
    )
    # A shadow's case has the outcome of the answer that was heard.
    told = find_outcomes(tx, [row["heard"] for row in rows])
    for row in rows:
        row["actual"] = told.get(row["heard"])
    if every == 1:
        return rows, sum(1 for row in rows if row["actual"] is not None)
    labelled = tx.scalar(
        "with mine as materialized (select coalesce(p.answers, p.id) as heard from prediction_results p"
        " where p.organization_id = %(organization)s and p.version_id = %(version)s"
        " and p.predicted_at >= %(begins)s and p.predicted_at < %(ends)s)"
        " select count(distinct f.prediction_id) from mine join prediction_feedback f"
        " on f.organization_id = %(organization)s and f.prediction_id = mine.heard and f.actual is not null",
        given,
    )
    return rows, int(labelled or 0)


def list_p_values(tx: Transaction, version_id: UUID, until: datetime) -> list[float]:
    """List the p-values of drift of a version's latest periods before a moment, oldest first."""
    rows = tx.all(
        "select (drift ->> 'p_value')::float8 as p from model_performance_metrics where organization_id = %s"
        " and version_id = %s and period_from < %s order by period_from desc limit %s",
        [tx.organization_id, version_id, until, PERIODS_WATCHED_MAX],
    )
    return [row["p"] for row in reversed(rows) if row["p"] is not None]


def get_learnt(tx: Transaction, version_id: UUID) -> Row | None:
    """Find what a version learnt from and what training measured of it."""
    return tx.find(
        "select v.id, v.model_id, v.number, v.algorithm, v.spec, v.reference, v.metric, v.trained_at,"
        " v.report -> 'model' -> 'metrics' as baseline, v.report -> 'features' as features"
        " from ai_model_versions v where v.organization_id = %s and v.id = %s",
        [tx.organization_id, version_id],
    )


def list_periods(
    tx: Transaction,
    model_id: UUID,
    *,
    begins: datetime | None = None,
    ends: datetime | None = None,
    number: int | None = None,
    limit: int = PERIODS_MAX,
) -> list[Row]:
    """List a model's measured periods, newest first."""
    return tx.all(
        "select m.*, v.number from model_performance_metrics m"
        " join ai_model_versions v on v.organization_id = m.organization_id and v.id = m.version_id"
        " where m.organization_id = %(organization)s and m.model_id = %(model)s"
        " and (%(begins)s::timestamptz is null or m.period_to > %(begins)s)"
        " and (%(ends)s::timestamptz is null or m.period_from < %(ends)s)"
        " and (%(number)s::integer is null or v.number = %(number)s)"
        " order by m.period_from desc, v.number desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "model": model_id,
            "begins": begins,
            "ends": ends,
            "number": number,
            "limit": limit,
        },
    )


def list_versions_with(tx: Transaction, model_id: UUID, version_ids: Sequence[UUID]) -> list[Row]:
    """List versions with what training measured of them, newest first, and the aliases they stand under."""
    return tx.all(
        "select v.id, v.number, v.algorithm, v.metric, v.trained_at, v.report -> 'model' -> 'metrics' as baseline,"
        " array(select a.alias from ai_model_aliases a where a.organization_id = v.organization_id"
        "   and a.model_id = v.model_id and a.version_id = v.id order by a.alias) as aliases"
        " from ai_model_versions v where v.organization_id = %s and v.model_id = %s and v.id = any(%s) order by v.number desc",
        [tx.organization_id, model_id, list(version_ids)],
    )


def read_shadowed(tx: Transaction, champion: UUID, shadow: UUID, since: datetime) -> tuple[list[Row], int]:
    """Read the cases with outcomes that champion and shadow both answered since, oldest first; and how many wait for one."""
    given: dict[str, Any] = {
        "organization": tx.organization_id,
        "champion": champion,
        "shadow": shadow,
        "since": since,
        "limit": CASES_COMPARED_MAX,
    }
    cases = tx.all(
        "select p.id, p.answers as heard from prediction_results p where p.organization_id = %(organization)s"
        " and p.version_id = %(shadow)s and p.role = 'shadow' and p.answers is not null and p.predicted_at >= %(since)s"
        " order by p.predicted_at, p.id limit %(limit)s",
        given,
    )
    told = find_outcomes(tx, [case["heard"] for case in cases])
    known = [case for case in cases if case["heard"] in told][:PAIRS_MAX]
    second = _outputs(tx, shadow, [case["id"] for case in known])
    first = _outputs(tx, champion, [case["heard"] for case in known])
    pairs = [
        {"first": first[case["heard"]], "second": second[case["id"]], "actual": told[case["heard"]]}
        for case in known
        if case["heard"] in first and case["id"] in second
    ]
    return pairs, len(cases) - len(known)


@dataclass(frozen=True, slots=True)
class Traffic:
    """The cases that a version answered in a role, oldest first; `until` the last one's moment, where there are more."""

    cases: list[Row]
    until: datetime | None


def read_traffic(tx: Transaction, version_id: UUID, role: str, since: datetime) -> Traffic:
    """Read which cases a version answered in a role since, without what it said."""
    cases = tx.all(
        "select id, predicted_at, business_entity_type as type, business_entity_id as entity from prediction_results"
        " where organization_id = %s and version_id = %s and role = %s and predicted_at >= %s"
        " order by predicted_at, id limit %s",
        [tx.organization_id, version_id, role, since, CASES_COMPARED_MAX],
    )
    return Traffic(cases, cases[-1]["predicted_at"] if len(cases) == CASES_COMPARED_MAX else None)


def read_told(tx: Transaction, version_id: UUID, cases: Sequence[Row]) -> tuple[list[Row], int, int]:
    """Read what was said of the cases with outcomes, in their order; how many cases there are; how many wait.

    Cases are counted as they were shared out: a business entity always meets one version, and counts once.
    """
    told = find_outcomes(tx, [case["id"] for case in cases])
    known = [case["id"] for case in cases if case["id"] in told][:PAIRS_MAX]
    outputs = _outputs(tx, version_id, known)
    shown = len({(case["type"], case["entity"] if case["entity"] is not None else case["id"]) for case in cases})
    return [{"output": outputs[each], "actual": told[each]} for each in known], shown, len(cases) - len(known)


def _outputs(tx: Transaction, version_id: UUID, prediction_ids: Sequence[UUID]) -> dict[UUID, Any]:
    rows = tx.all(
        "select id, output from prediction_results where organization_id = %s and id = any(%s) and version_id = %s",
        [tx.organization_id, list(prediction_ids), version_id],
    )
    return {row["id"]: row["output"] for row in rows}
