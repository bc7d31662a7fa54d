"""Searching decisions: pages by key in several orders, counts by facet, and the beginnings of free-text search.

Each look reads a bounded window of an organisation's newest decisions, so that no filter, however rare what it asks for, makes
the database walk years. A page says when it ended at its window, and its `next` goes on from there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from intendant.kernel import approvals, organizations
from intendant.kernel.decisions._filters import (
    Count,
    Cursor,
    DecisionFilter,
    Sort,
    count_chosen,
    facet_counts,
    id_bounds,
    id_prefix_range,
    like_patterns,
    parse_cursor,
)
from intendant.kernel.decisions._keys import scope_of_kind
from intendant.kit.database import Database, Row, Transaction

SEARCHED_MAX = 50_000
"""How many decisions one look reads at most: rows are wide, and so many take about a tenth of a second."""
TEXT_SEARCHED_MAX = 10_000
"""How many records a look for words reads at most: reading one costs far more than comparing a column."""
EXACT_MAX = 1_000
GROUPS_MAX = 10_000
PAGE_MAX = 201
"""A page of 200, and one more that says that there are more."""
EXPORT_ROWS_MAX = 1_000_000
EXPORT_CHUNK_ROWS = 2_000
EXPORT_LOOKS_MAX = 10_000

LISTED = (
    "id, kind, component, subject_id, action, verdict, would, confidence, amount, policy_version, model_version, answers,"
    " decided_by, decided_at, recorded_at"
)
# What a person or program answered is named by them, `user:...` or `console:...` and `key:...`.
_DECIDER = (
    "case split_part(decided_by, ':', 1) when 'model' then 'model' when 'policy' then 'policy' when 'key' then 'program'"
    " when 'system' then 'deadline' else 'person' end"
)
# A blind case hides what was proposed, so nothing may be found by it either.
_HIDDEN = (
    "hidden as materialized (select decision_id from approvals"
    " where organization_id = %(organization)s and state = 'open' and blind)"
)
_IS_HIDDEN = "id in (select decision_id from hidden)"
_TEXT = f"""(
    select lower(concat_ws(' ', r.idempotency_key, r.parameters ->> 'reference', case when not d.{_IS_HIDDEN} then r.summary end))
    from json_to_record(d.record::json) as r(summary text, idempotency_key text, parameters json))"""  # noqa: S608 - a constant
_BY_ID = """
select id from decisions where organization_id = %(organization)s and id between %(low)s and %(high)s
union select id from decisions where organization_id = %(organization)s and subject_id between %(low)s and %(high)s
limit %(limit)s
"""
_KEYED = """
with known as materialized (select response::uuid as id from requests
    where organization_id = %(organization)s and scope = any(%(scopes)s) and key = %(key)s limit %(limit)s)
select id from known
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of decisions. `capped`: the search ended at its bound, and there may be more beyond; `next` goes on there."""

    rows: list[Row]
    next: str | None
    capped: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """How many decisions share each value of each facet, under the choices made in the others."""

    facets: dict[str, list[Count]]
    total: int
    capped: bool


def search_decisions(
    tx: Transaction,
    wanted: DecisionFilter,
    *,
    sort: Sort = Sort.NEWEST,
    after: str | None = None,
    limit: int = 50,
    kinds: Sequence[str] = (),
) -> Found:
    """List decisions in an order, from `after` (exclusive); without their records, but with `summary` and `reference`.

    Filters by what a blind case hides do not find it. `kinds` are those that exist, for finding a proposal by its key.
    """
    return _search(tx, wanted, sort, parse_cursor(after, sort), min(limit, PAGE_MAX - 1), kinds)


def _search(
    tx: Transaction, wanted: DecisionFilter, sort: Sort, cursor: Cursor | None, limit: int, kinds: Sequence[str]
) -> Found:
    window = _window(tx, wanted, kinds, sort, cursor)
    conditions, order = _conditions(wanted), f"id {_direction(sort)}"
    if sort.value_column is not None:
        value = _shown_column(sort.value_column)
        order = f"{value} {_direction(sort)} nulls last, id desc"
        if cursor is not None:
            conditions.append(_beyond(value, sort, cursor))
    rows = tx.all(
        f"with {_HIDDEN} select {LISTED}, shown_confidence from ({window.query}) as seen"  # noqa: S608 - constants
        f"{_where(conditions)} order by {order} limit %(limit)s",
        {**window.parameters, **_values(wanted), **_place(cursor), "limit": limit + 1},
    )
    shown = rows[:limit]
    last = shown[-1][_shown_column(sort.value_column)] if shown and sort.value_column is not None else None
    _describe(tx, shown)
    if sort.value_column is not None:
        following = Cursor(shown[-1]["id"], last).write(sort) if len(rows) > limit else None
        return Found(shown, following, _window_end(tx, window, sort) is not None)
    if len(rows) > limit:
        return Found(shown, Cursor(shown[-1]["id"]).write(sort), False)
    end = _window_end(tx, window, sort)
    return Found(shown, None if end is None else Cursor(end).write(sort), end is not None)


def count_facets(tx: Transaction, wanted: DecisionFilter, *, kinds: Sequence[str] = ()) -> Facets:
    """Count decisions by facet among the newest `SEARCHED_MAX` (`TEXT_SEARCHED_MAX` where words are looked for)."""
    window = _window(tx, wanted, kinds, Sort.NEWEST, None)
    matching = " and ".join(_conditions(wanted, facets=False)) or "true"
    groups = tx.all(
        f"with {_HIDDEN} select verdict, shown_action as action, kind, component, {_DECIDER} as decided_by,"  # noqa: S608
        f" count(*) as seen, count(*) filter (where {matching}) as n from ({window.query}) as seen"
        " group by 1, 2, 3, 4, 5 limit %(limit)s",
        {**window.parameters, **_values(wanted), "limit": GROUPS_MAX},
    )
    by_words = window.size == TEXT_SEARCHED_MAX
    whole = sum(group["seen"] for group in groups)
    capped = _window_end(tx, window, Sort.NEWEST) is not None if by_words else whole >= window.size
    groups = [group for group in groups if group["n"]]
    chosen = {
        "verdict": wanted.verdicts,
        "action": wanted.actions,
        "kind": wanted.kinds,
        "component": wanted.components,
        "decided_by": wanted.deciders,
    }
    return Facets(facet_counts(groups, chosen), count_chosen(groups, chosen), capped)


def export_decisions(
    database: Database, organization_id: UUID, wanted: DecisionFilter, *, kinds: Sequence[str] = ()
) -> Iterator[list[Row]]:
    """Yield all decisions that are wanted, newest first, in chunks of a transaction each; at most `EXPORT_ROWS_MAX`.

    What was proposed in a blind case is left out of its row.
    """
    after: str | None = None
    left = EXPORT_ROWS_MAX
    for _ in range(EXPORT_LOOKS_MAX):
        with database.snapshot(organization_id) as tx:
            cursor = parse_cursor(after, Sort.NEWEST)
            found = _search(tx, wanted, Sort.NEWEST, cursor, min(left, EXPORT_CHUNK_ROWS), kinds)
            hidden = approvals.list_hidden(tx, [row["id"] for row in found.rows])
        left -= len(found.rows)
        yield [approvals.conceal(row) if row["id"] in hidden else row for row in found.rows]
        after = found.next
        if after is None or left <= 0:
            return


class _Window(NamedTuple):
    """The part of the record that one look reads."""

    query: str
    parameters: dict[str, object]
    size: int
    inner: str
    """Its conditions."""


def _window(
    tx: Transaction, wanted: DecisionFilter, kinds: Sequence[str], sort: Sort, cursor: Cursor | None
) -> _Window:
    clock = organizations.get_organization(tx, tx.organization_id).clock
    low, high = id_bounds(clock, wanted.since, wanted.until)
    exact = None if wanted.text is None else _find_exactly(tx, wanted.text, kinds)
    by_words = wanted.text is not None and not exact
    parameters: dict[str, object] = {"organization": tx.organization_id}
    conditions = ["d.organization_id = %(organization)s"]
    for condition, name, value in (
        ("d.id >= %(low)s", "low", low),
        ("d.id < %(high)s", "high", high),
        ("d.subject_id = %(subject)s", "subject", wanted.subject_id),
        ("d.id = any(%(exact)s)", "exact", exact or None),
    ):
        if value is not None:
            conditions.append(condition)
            parameters[name] = value
    if cursor is not None and sort.value_column is None:
        conditions.append(f"d.id {'<' if sort.is_descending else '>'} %(after)s")
        parameters["after"] = cursor.id
    size = TEXT_SEARCHED_MAX if by_words else SEARCHED_MAX
    text = f", {_TEXT} as text" if by_words else ""
    inner = " and ".join(conditions)
    direction = "asc" if sort is Sort.OLDEST else "desc"
    query = (
        f"select {LISTED}, case when not {_IS_HIDDEN} then d.action end as shown_action,"  # noqa: S608 - constants
        f" case when not {_IS_HIDDEN} then d.confidence end as shown_confidence{text}"
        f" from decisions d where {inner} order by d.id {direction} limit %(window)s"
    )
    if by_words:
        query = f"select * from ({query}) as read where text like all(%(patterns)s)"  # noqa: S608 - constants
        parameters["patterns"] = like_patterns(wanted.text or "")
    return _Window(query, {**parameters, "window": size}, size, inner)


def _window_end(tx: Transaction, window: _Window, sort: Sort) -> UUID | None:
    """Return the last id of the window, where the record goes on beyond it."""
    direction = "asc" if sort is Sort.OLDEST else "desc"
    found: UUID | None = tx.scalar(
        f"select d.id from decisions d where {window.inner} order by d.id {direction} offset %(last)s limit 1",  # noqa: S608
        {**window.parameters, "last": window.size - 1},
    )
    return found


def _find_exactly(tx: Transaction, text: str, kinds: Sequence[str]) -> list[UUID]:
    """Find decisions whose id or subject begins with the text, or whose idempotency key it is, however old they are."""
    key = text.strip()
    parameters: dict[str, object] = {"organization": tx.organization_id, "key": key, "limit": EXACT_MAX}
    rows = tx.all(_KEYED, {**parameters, "scopes": [scope_of_kind(kind) for kind in kinds]})
    ids = id_prefix_range(key)
    if ids is not None:
        rows += tx.all(_BY_ID, {**parameters, "low": ids[0], "high": ids[1]})
    return [row["id"] for row in rows if row["id"] is not None]


def _conditions(wanted: DecisionFilter, *, facets: bool = True) -> list[str]:
    """Return the conditions on the rows of a window; those of facets only where they are asked for."""
    chosen = (
        ("kind = any(%(kinds)s)", wanted.kinds),
        ("verdict = any(%(verdicts)s)", wanted.verdicts),
        ("component = any(%(components)s)", wanted.components),
        ("shown_action = any(%(actions)s)", wanted.actions),
        (f"{_DECIDER} = any(%(deciders)s)", wanted.deciders),
    )
    given = (
        ("decided_at >= %(since)s", wanted.since),
        ("decided_at < %(until)s", wanted.until),
        ("shown_confidence >= %(min_confidence)s", wanted.min_confidence),
        ("shown_confidence <= %(max_confidence)s", wanted.max_confidence),
        ("amount >= %(min_amount)s", wanted.min_amount),
        ("amount <= %(max_amount)s", wanted.max_amount),
    )
    return [
        *(condition for condition, values in chosen if values and facets),
        *(condition for condition, value in given if value is not None),
    ]


def _values(wanted: DecisionFilter) -> dict[str, object]:
    return {
        **{name: list(getattr(wanted, name)) for name in ("kinds", "verdicts", "components", "actions", "deciders")},
        **{name: getattr(wanted, name) for name in ("since", "until", "min_confidence", "max_confidence")},
        **{name: getattr(wanted, name) for name in ("min_amount", "max_amount")},
    }


def _place(cursor: Cursor | None) -> dict[str, object]:
    return {} if cursor is None else {"after": cursor.id, "after_value": cursor.value}


def _where(conditions: Sequence[str]) -> str:
    return f" where {' and '.join(conditions)}" if conditions else ""


def _direction(sort: Sort) -> str:
    return "desc" if sort.is_descending else "asc"


def _shown_column(column: str) -> str:
    return "shown_confidence" if column == "confidence" else column


def _beyond(value: str, sort: Sort, cursor: Cursor) -> str:
    """Return the condition for what comes after the cursor: equal values newest first, those without one last."""
    if cursor.value is None:
        return f"{value} is null and id < %(after)s"
    sign = "<" if sort.is_descending else ">"
    return f"({value} {sign} %(after_value)s or ({value} = %(after_value)s and id < %(after)s) or {value} is null)"


def _describe(tx: Transaction, rows: Sequence[Row]) -> None:
    """Add to the rows what only their records hold: one line for people, and the reference the outside world knows."""
    found = (
        {
            row["id"]: row
            for row in tx.all(
                "select d.id, r.summary, r.parameters ->> 'reference' as reference from decisions d"
                " cross join lateral json_to_record(d.record::json) as r(summary text, parameters json)"
                " where d.organization_id = %s and d.id = any(%s)",
                [tx.organization_id, [row["id"] for row in rows]],
            )
        }
        if rows
        else {}
    )
    for row in rows:
        del row["shown_confidence"]
        described = found[row["id"]]
        row["summary"], row["reference"] = described["summary"], described["reference"]
