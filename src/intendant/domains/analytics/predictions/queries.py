"""Everything that reads predictions: the history by key, one prediction with its feedback, what entities were told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from intendant.kernel.organizations import get_organization
from intendant.kit.clock import BusinessClock
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Invalid, NotFound
from intendant.kit.ids import first_id_at

CLOCK_MARGIN = timedelta(minutes=5)
"""A prediction's moment is read after its id is made, never this long after."""
FEEDBACK_SHOWN_MAX = 200
SHADOWS_SHOWN_MAX = 20
MEASURED_MAX = 50_000

_COLUMNS = """
p.id, p.model_id, m.model_name, p.version_id, v.number as version, p.role, p.answers, p.batch_id, p.business_entity_type,
p.business_entity_id, p.output, p.confidence, p.processing_ms as processing_time_ms, p.predicted_by, p.predicted_at,
o.actual, o.observed_at, r.rating
"""
# Joined after the page is cut, so that only its rows are looked up.
_AROUND = """
join ai_models m on m.organization_id = p.organization_id and m.id = p.model_id
join ai_model_versions v on v.organization_id = p.organization_id and v.id = p.version_id
left join lateral (
  select f.actual, f.observed_at from prediction_feedback f
  where f.organization_id = p.organization_id and f.prediction_id = coalesce(p.answers, p.id) and f.actual is not null
  order by f.id desc limit 1) o on true
left join lateral (
  select f.rating from prediction_feedback f
  where f.organization_id = p.organization_id and f.prediction_id = p.id and f.rating is not null
  order by f.id desc limit 1) r on true
"""
_HAS_OUTCOME = """exists (select from prediction_feedback f where f.organization_id = p.organization_id
  and f.prediction_id = coalesce(p.answers, p.id) and f.actual is not null)"""


class PredictionUnknown(NotFound):
    """No such prediction in this organisation."""

    code = "prediction_unknown"


class PredictionFilterInvalid(Invalid):
    """A filter that says half of what it needs."""

    code = "prediction_filter_invalid"


@dataclass(frozen=True, slots=True)
class PredictionFilter:
    """Which predictions to list; None means any. `since` and `until` are business time."""

    model_id: UUID | None = None
    version: int | None = None
    role: str | None = None
    entity_type: str | None = None
    entity_id: str | None = None
    batch_id: UUID | None = None
    has_outcome: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


class MeasuredPredictions(NamedTuple):
    """Predictions of a stretch of time: how many, the sum of their confidence, and of how many the outcome is known."""

    made: int
    confidence: float
    known: int


def checked(wanted: PredictionFilter) -> PredictionFilter:
    """Return a filter that says enough to be looked for; raises PredictionFilterInvalid."""
    if wanted.version is not None and wanted.model_id is None:
        raise PredictionFilterInvalid(
            "A version is one of a model.", field="model_id", remedy="Give model_id together with version."
        )
    if wanted.entity_id is not None and wanted.entity_type is None:
        raise PredictionFilterInvalid(
            "A business entity has a type.",
            field="business_entity_type",
            remedy="Give business_entity_type together with business_entity_id.",
        )
    return wanted


def list_predictions(
    tx: Transaction,
    wanted: PredictionFilter,
    business_clock: BusinessClock,
    *,
    after: UUID | None,
    limit: int,
    with_input: bool = False,
) -> list[Row]:
    """List predictions, newest first. `after`: the last one that was listed.

    The order is that of recording. A time range is found by it, on the organisation's present line of business time.
    """
    version_id: UUID | None = None
    if wanted.version is not None:
        version_id = tx.scalar(
            "select id from ai_model_versions where organization_id = %s and model_id = %s and number = %s",
            [tx.organization_id, wanted.model_id, wanted.version],
        )
        if version_id is None:
            return []
    source, key = "prediction_results p", "p.id"
    conditions = ["p.organization_id = %(organization)s"]
    if wanted.has_outcome and wanted.role != "shadow":
        # Few have one: from those that have, newest first, rather than past all that have none. A first outcome corrects none.
        key = "f.prediction_id"
        source = "prediction_feedback f join prediction_results p on p.organization_id = f.organization_id and p.id = f.prediction_id"
        conditions += ["f.organization_id = %(organization)s", "f.actual is not null", "f.corrects is null"]
    elif wanted.has_outcome is not None:
        conditions.append(_HAS_OUTCOME if wanted.has_outcome else f"not {_HAS_OUTCOME}")
    chosen: dict[str, tuple[str, Any]] = {
        "after": (f"{key} < %(after)s", after),
        "model": ("p.model_id = %(model)s", wanted.model_id),
        "version": ("p.version_id = %(version)s", version_id),
        "role": ("p.role = %(role)s", wanted.role),
        "not_champion": ("p.role <> 'champion'", None if wanted.role in (None, "champion") else True),
        "entity_type": ("p.business_entity_type = %(entity_type)s", wanted.entity_type),
        "entity_id": ("p.business_entity_id = %(entity_id)s", wanted.entity_id),
        "batch": ("p.batch_id = %(batch)s", wanted.batch_id),
        "since": ("p.predicted_at >= %(since)s", wanted.since),
        "until": ("p.predicted_at < %(until)s", wanted.until),
        "first": (f"{key} >= %(first)s", _id_at(wanted.since, business_clock, -CLOCK_MARGIN)),
        "last": (f"{key} < %(last)s", _id_at(wanted.until, business_clock, CLOCK_MARGIN)),
    }
    given = {name: value for name, (_, value) in chosen.items() if value is not None}
    conditions += [chosen[name][0] for name in given]
    shown = f"{_COLUMNS}, p.input_data, p.prediction_context" if with_input else _COLUMNS
    rows = tx.all(
        f"select {shown} from (select p.* from {source} where {' and '.join(conditions)}"  # noqa: S608 - constants of this file
        f" order by {key} desc limit %(limit)s) p {_AROUND} order by p.id desc",
        {**given, "organization": tx.organization_id, "limit": limit},
    )
    return [with_outcome(row) for row in rows]


def get_prediction(tx: Transaction, prediction_id: UUID) -> Row:
    """Get a prediction with its input; raises PredictionUnknown."""
    row = tx.find(
        f"select {_COLUMNS}, p.input_data, p.prediction_context from prediction_results p {_AROUND}"  # noqa: S608 - constants of this file
        " where p.organization_id = %s and p.id = %s",
        [tx.organization_id, prediction_id],
    )
    if row is None:
        raise PredictionUnknown(
            "There is no such prediction.", field="prediction_id", remedy="List the predictions to see their ids."
        )
    return with_outcome(row)


def list_feedback(tx: Transaction, prediction_id: UUID) -> list[Row]:
    """List what was told of a prediction, oldest first; of more than `FEEDBACK_SHOWN_MAX`, the latest."""
    rows = tx.all(
        "select id, prediction_id, actual as actual_outcome, rating, note, observed_at, corrects, created_by, recorded_at"
        " from prediction_feedback where organization_id = %s and prediction_id = %s order by id desc limit %s",
        [tx.organization_id, prediction_id, FEEDBACK_SHOWN_MAX],
    )
    return rows[::-1]


def list_shadows(tx: Transaction, prediction_id: UUID) -> list[Row]:
    """List what shadows said of the same case."""
    rows = tx.all(
        f"select {_COLUMNS} from prediction_results p {_AROUND}"  # noqa: S608 - constants of this file
        " where p.organization_id = %s and p.answers = %s order by p.id limit %s",
        [tx.organization_id, prediction_id, SHADOWS_SHOWN_MAX],
    )
    return [with_outcome(row) for row in rows]


def measure_predictions(
    tx: Transaction, edges: Sequence[datetime], *, with_outcomes: bool = False
) -> list[MeasuredPredictions]:
    """Measure heard predictions between each two of the edges (business time), among the newest `MEASURED_MAX` of them."""
    business_clock = get_organization(tx, tx.organization_id).clock
    known = f"count(*) filter (where {_HAS_OUTCOME})" if with_outcomes else "0"
    rows = tx.all(
        f"select width_bucket(p.predicted_at, %(edges)s::timestamptz[]) as place, count(*) as made,"  # noqa: S608 - constants of this file
        f" sum(p.confidence) as confidence, {known} as known from (select organization_id, id, answers, confidence, predicted_at"
        " from prediction_results where organization_id = %(organization)s and role <> 'shadow'"
        " and (%(first)s::uuid is null or id >= %(first)s) order by id desc limit %(most)s) p group by 1",
        {
            "edges": list(edges),
            "organization": tx.organization_id,
            "first": _id_at(edges[0], business_clock, -CLOCK_MARGIN),
            "most": MEASURED_MAX,
        },
    )
    found = {row.pop("place"): MeasuredPredictions(**row) for row in rows}
    return [found.get(place, MeasuredPredictions(0, 0.0, 0)) for place in range(1, len(edges))]


def with_outcome(row: Row) -> Row:
    """Put the latest outcome of a row in one place, beside whether the answer was right."""
    actual, observed_at = row.pop("actual"), row.pop("observed_at")
    row["outcome"] = None
    if actual is not None:
        row["outcome"] = {"actual_outcome": actual, "observed_at": observed_at} | judge(row["output"], actual)
    return row


def judge(output: Mapping[str, Any], actual: object) -> dict[str, Any]:
    """Say how far an answer was from what happened: right or wrong for labels, the difference for numbers."""
    if "label" in output:
        return {"correct": output["label"] == actual, "error": None}
    value = output.get("value")
    if isinstance(actual, int | float) and isinstance(value, int | float):
        return {"correct": None, "error": float(actual) - float(value)}
    return {"correct": None, "error": None}


def _id_at(moment: datetime | None, business_clock: BusinessClock, margin: timedelta) -> UUID | None:
    """Return the least id of a moment of business time, with a margin of system time."""
    if moment is None or business_clock.speed == 0:
        return None
    try:
        return first_id_at(business_clock.system_at(moment) + margin)
    except (OverflowError, ValueError):
        return None
