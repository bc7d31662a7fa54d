"""The collectors' queue: loans in arrears with what is next, what was promised and what waits. Reading SQL only.

The order is by priority, the expected loss times the days past due (what is overdue, where no loss is expected): what waits longest
for most money comes first. A page is cut before anything is joined to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from uuid import UUID

from intendant.domains.lending.contract import COLLECTION_KIND
from intendant.domains.lending.worklist import CursorInvalid
from intendant.kit import facets
from intendant.kit.database import Row, Transaction

PAGE_MAX = 201
STEPS_MAX = 200
PROMISES_MAX = 100


class QueueSort(StrEnum):
    """The order of the queue; a minus puts the greatest first."""

    PRIORITY = "-priority"
    LATEST = "-days_past_due"
    LARGEST = "-arrears"


class NextStep(StrEnum):
    """What the queue says is next about a loan."""

    PLANNED = "planned"
    """A step waits for a person to carry it out."""
    ASKED = "asked"
    """A question waits for an answer."""
    PROMISED = "promised"
    RELIEF = "relief"
    """Relief is asked for or runs."""
    NO_CONTACT = "no_contact"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """What a collector looks for; what is empty or None does not narrow the queue."""

    buckets: Sequence[int] = ()
    next: Sequence[NextStep] = ()
    actions: Sequence[str] = ()
    """Of the step that is planned or asked about."""
    products: Sequence[str] = ()
    currency: str | None = None
    assignee: UUID | None = None
    unassigned: bool = False
    q: str | None = None
    """Part of a reference or of a borrower's name."""
    due_by: date | None = None
    """Only steps that are planned for a day until then."""


_PRIORITY = "(case when l.provision > 0 then l.provision else l.arrears end) * l.days_past_due"
# What is known of each loan in arrears; everything else is joined to a page of it. A question counts before a promise, and a
# planned step before both, since somebody has to do something.
_ALL = f"""
select l.id, l.reference, l.borrower, l.product, l.currency, l.state, l.outstanding, l.owed, l.arrears, l.provision, l.days_past_due,
  l.bucket, l.bucket::text as bucket_name, {_PRIORITY} as priority, c.assignee, coalesce(c.no_contact, false) as no_contact,
  coalesce(c.disputed, false) as disputed, c.hardship, c.hardship_until, c.next_on, c.rest_until, s.id as step_id, s.planned_for,
  s.channel, a.id as approval_id, a.due_at, p.id as promise_id,
  coalesce(s.action, case when a.blind then null else a.action end) as action,
  case when s.id is not null then 'planned' when a.id is not null then 'asked' when c.hardship is not null then 'relief'
    when p.id is not null then 'promised' when c.no_contact then 'no_contact' else 'none' end as next
from loans l
left join collection_cases c on c.organization_id = %(organization)s and c.loan_id = l.id
left join collection_steps s on s.organization_id = %(organization)s and s.loan_id = l.id and s.state = 'planned'
left join approvals a on a.organization_id = %(organization)s and a.subject_id = l.id and a.state = 'open' and a.kind = %(kind)s
left join promises p on p.organization_id = %(organization)s and p.loan_id = l.id and p.state = 'open'
where l.organization_id = %(organization)s and l.days_past_due > 0 and l.state in ('active', 'charged_off')
"""  # noqa: S608 - constants of this file
_MORE = """
, last as (select distinct on (s.loan_id) s.loan_id, s.action, s.channel, s.outcome, s.done_at, s.done_by from page
  join collection_steps s on s.organization_id = %(organization)s and s.loan_id = page.id and s.state = 'done'
  order by s.loan_id, s.done_at desc)
select page.*, last.action as last_action, last.channel as last_channel, last.outcome as last_outcome, last.done_at as last_at,
  last.done_by as last_by, p.amount as promise_amount, p.due_on as promise_due_on
from page left join last on last.loan_id = page.id
left join promises p on p.organization_id = %(organization)s and p.id = page.promise_id
"""
_SORTS: Mapping[QueueSort, str] = {
    QueueSort.PRIORITY: "priority",
    QueueSort.LATEST: "days_past_due",
    QueueSort.LARGEST: "arrears",
}


@dataclass(frozen=True, slots=True)
class Totals:
    """What the whole queue amounts to, in one currency."""

    currency: str
    count: int
    arrears: Decimal
    outstanding: Decimal


def list_queue(
    tx: Transaction, wanted: QueueFilter, *, sort: QueueSort = QueueSort.PRIORITY, after: str | None = None, limit: int
) -> list[Row]:
    """List loans in arrears, from `after` (exclusive), at most `PAGE_MAX`. Raises CursorInvalid."""
    conditions, parameters = _conditions(tx, wanted)
    column = _SORTS[sort]
    if after is not None:
        value, last_id = _read_cursor(after)
        conditions.append(f"({column}, id) < (%(after)s, %(after_id)s)")
        parameters |= {"after": value, "after_id": last_id}
    return tx.all(
        f"with found as (select * from ({_ALL}) q where {' and '.join(conditions)}),"  # noqa: S608 - constants of this file
        f" page as materialized (select * from found order by {column} desc, id desc limit %(limit)s)"
        f"{_MORE}"
        f" order by page.{column} desc, page.id desc",
        parameters | {"limit": min(limit, PAGE_MAX)},
    )


def cursor(sort: QueueSort, row: Row) -> str:
    """Return the `after` of the page that follows a row."""
    return f"{row[_SORTS[sort]]}_{row['id']}"


def count_queue(tx: Transaction, wanted: QueueFilter) -> facets.Facets:
    """Count the queue by bucket, by what is next, by step and by product, each facet without its own filter."""
    shared, parameters = _conditions(tx, replace(wanted, buckets=(), next=(), actions=(), products=()))
    _, chosen = _conditions(tx, wanted)
    return facets.count_facets(
        tx,
        f"select bucket_name as bucket, next, coalesce(action, 'none') as action, product from ({_ALL}) q"  # noqa: S608
        f" where {' and '.join(shared)}",
        dict(zip(_FACETS, _facet_conditions(wanted), strict=True)),
        parameters | chosen,
    )


def total_queue(tx: Transaction, wanted: QueueFilter) -> list[Totals]:
    """Add up the queue by currency."""
    conditions, parameters = _conditions(tx, wanted)
    rows = tx.all(
        f"select currency, count(*) as n, sum(arrears) as arrears, sum(outstanding) as outstanding from ({_ALL}) q"  # noqa: S608
        f" where {' and '.join(conditions)} group by 1 order by 1 limit 200",
        parameters,
    )
    return [Totals(row["currency"], row["n"], row["arrears"], row["outstanding"]) for row in rows]


def list_steps(tx: Transaction, loan_id: UUID) -> list[Row]:
    """List the steps about a loan, newest first."""
    return tx.all(
        "select * from collection_steps where organization_id = %s and loan_id = %s order by created_at desc, id desc limit %s",
        [tx.organization_id, loan_id, STEPS_MAX],
    )


def list_promises(tx: Transaction, loan_id: UUID) -> list[Row]:
    """List the promises about a loan, newest first."""
    return tx.all(
        "select p.*, l.reference, l.borrower, l.currency from promises p"
        " join loans l on l.organization_id = p.organization_id and l.id = p.loan_id"
        " where p.organization_id = %s and p.loan_id = %s order by p.id desc limit %s",
        [tx.organization_id, loan_id, PROMISES_MAX],
    )


def find_open_question(tx: Transaction, loan_id: UUID) -> Row | None:
    """Find the question that waits about collecting a loan."""
    return tx.find(
        "select id, case when blind then null else action end as action, due_at, tier, assignee from approvals where organization_id = %s and subject_id = %s"
        " and state = 'open' and kind = %s limit 1",
        [tx.organization_id, loan_id, COLLECTION_KIND],
    )


_FACETS = ("bucket", "next", "action", "product")


def _facet_conditions(wanted: QueueFilter) -> tuple[str | None, ...]:
    return (
        "bucket = any(%(buckets)s)" if wanted.buckets else None,
        "next = any(%(next)s)" if wanted.next else None,
        "action = any(%(actions)s)" if wanted.actions else None,
        "product = any(%(products)s)" if wanted.products else None,
    )


def _conditions(tx: Transaction, wanted: QueueFilter) -> tuple[list[str], dict[str, object]]:
    """Return the conditions of a filter, all of constant text, and their parameters."""
    parameters: dict[str, object] = {
        "organization": tx.organization_id,
        "kind": COLLECTION_KIND,
        "buckets": [str(bucket) for bucket in wanted.buckets],
        "next": [step.value for step in wanted.next],
        "actions": list(wanted.actions),
        "products": list(wanted.products),
        "currency": wanted.currency,
        "assignee": wanted.assignee,
        "q": None if wanted.q is None else wanted.q.strip().lower(),
        "due_by": wanted.due_by,
    }
    conditions = ["true"]
    if wanted.buckets:
        conditions.append("bucket_name = any(%(buckets)s)")
    if wanted.next:
        conditions.append("next = any(%(next)s)")
    if wanted.actions:
        conditions.append("action = any(%(actions)s)")
    if wanted.products:
        conditions.append("product = any(%(products)s)")
    if wanted.currency is not None:
        conditions.append("currency = %(currency)s")
    if wanted.assignee is not None:
        conditions.append("assignee = %(assignee)s")
    if wanted.unassigned:
        conditions.append("assignee is null")
    if wanted.q:
        conditions.append("(strpos(lower(reference), %(q)s) > 0 or strpos(lower(borrower), %(q)s) > 0)")
    if wanted.due_by is not None:
        conditions.append("planned_for < (%(due_by)s::date + 1)")
    return conditions, parameters


def _read_cursor(after: str) -> tuple[Decimal, UUID]:
    value, _, last_id = after.rpartition("_")
    try:
        found = Decimal(value)
        if not found.is_finite():
            raise ValueError
        return found, UUID(last_id)
    except (ValueError, InvalidOperation):
        raise CursorInvalid(
            "This is no place in the queue.",
            field="after",
            remedy="Give the `next` of the page before, with the same sort.",
        ) from None
