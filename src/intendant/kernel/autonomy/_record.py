"""How each component has done lately: what it decided, what people changed, and how often it was right where that is known."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from intendant.kernel.organizations import Organization
from intendant.kernel.registry import Registry
from intendant.kit import ids
from intendant.kit.database import Transaction

LOOKED_BACK = timedelta(days=30)
"""Of business time."""

DECISIONS_COUNTED_MAX = 20_000
ANSWERS_COUNTED_MAX = 20_000
OUTCOMES_COUNTED_MAX = 10_000
"""The newest of each are counted: records are wide, and a list of components is looked at often."""

BEGINNING = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

_DECIDED = """
with newest as materialized (select component, verdict, answers, decided_at from decisions
  where organization_id = %(organization)s and id >= %(first)s order by id desc limit %(decisions)s)
select component, verdict, count(*) filter (where answers is null and decided_at >= %(since)s) as n, count(*) as seen
from newest group by component, verdict
"""
_ANSWERED = """
with newest as materialized (select component, state, answer from approvals
  where organization_id = %(organization)s and id >= %(first)s order by id desc limit %(answers)s)
select component, answer, count(*) as n from newest where state = 'answered' group by component, answer
"""
# Of several outcomes of one subject the newest counts: it corrects the others.
_TURNED_OUT = """
with newest as materialized (select subject_id, measure, decision_id, value, censored, matured_at, id from outcomes
  where organization_id = %(organization)s and id >= %(first)s order by id desc limit %(outcomes)s),
last as (select distinct on (subject_id, measure) * from newest order by subject_id, measure, id desc)
select d.component, d.kind, d.action, last.value, count(*) as n from last
join decisions d on d.organization_id = %(organization)s and d.id = last.decision_id
where last.matured_at is not null and not last.censored and last.value is not null
group by d.component, d.kind, d.action, last.value
"""


@dataclass(frozen=True, slots=True)
class ComponentRecord:
    """A component's last thirty business days, without the answers of people in the first five counts.

    `overridden` are answers that declined or amended what was proposed. `accuracy` is the share that was right among
    `matured` outcomes that tell. `capped` says that a bound was reached, so that there was more than is counted.
    """

    since: datetime
    decisions: int = 0
    acted: int = 0
    asked: int = 0
    refused: int = 0
    observed: int = 0
    answered: int = 0
    overridden: int = 0
    matured: int = 0
    accuracy: float | None = None
    capped: bool = False


def read_component_records(
    tx: Transaction, organization: Organization, registry: Registry, *, now: datetime
) -> Mapping[str, ComponentRecord]:
    """Count what every component did; `now` is business time. Three queries, whatever their number."""
    since = now - LOOKED_BACK
    start = max(organization.clock.system_at(since), BEGINNING) if organization.clock.speed else BEGINNING
    decided, answered, turned_out = tx.all_of(
        *(
            (
                query,
                {
                    "organization": organization.id,
                    "first": ids.first_id_at(start),
                    "since": since,
                    "decisions": DECISIONS_COUNTED_MAX,
                    "answers": ANSWERS_COUNTED_MAX,
                    "outcomes": OUTCOMES_COUNTED_MAX,
                },
            )
            for query in (_DECIDED, _ANSWERED, _TURNED_OUT)
        )
    )
    verdicts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    rights: defaultdict[str, Counter[bool]] = defaultdict(Counter)
    for row in decided:
        verdicts[row["component"]][row["verdict"]] += row["n"]
    for row in answered:
        answers[row["component"]][row["answer"]] += row["n"]
    for row in turned_out:
        kind = registry.kinds.get(row["kind"])
        right = None if kind is None else kind.right(row["action"], row["value"])
        if right is not None:
            rights[row["component"]][right] += row["n"]
    capped = sum(row["seen"] for row in decided) >= DECISIONS_COUNTED_MAX
    return {
        name: _record(since, verdicts[name], answers[name], rights[name], capped=capped)
        for name in {*verdicts, *answers, *rights}
    }


def _record(
    since: datetime, verdicts: Counter[str], answers: Counter[str], rights: Counter[bool], *, capped: bool
) -> ComponentRecord:
    matured = rights.total()
    return ComponentRecord(
        since,
        verdicts.total(),
        verdicts["act"],
        verdicts["ask"],
        verdicts["refuse"],
        verdicts["observe"],
        answers.total(),
        answers["decline"] + answers["amend"],
        matured,
        rights[True] / matured if matured else None,
        capped,
    )
