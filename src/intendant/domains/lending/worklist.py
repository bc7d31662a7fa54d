"""The officer's list of applications: filters, orders, pages by key, and counts by facet. Reading SQL only.

Pages are cut before decisions and approvals are joined, so that a page costs the same however long the list is. While a blind
case about an application waits, what was proposed is neither shown nor found by its confidence.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from intendant.domains.lending.model import ApplicationState, FieldRole, Product
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Invalid

PAGE_MAX = 1_001
"""A page of an export, and one more that says that there are more; lists ask for less."""
COUNTED_MAX = 100_000
"""Facets count no more applications than this, and say so."""
PURPOSES_COUNTED_MAX = 10_000
"""Purposes stand inside the inputs, so they are counted among this many of the newest."""
PURPOSE_FIELDS_MAX = 20
PURPOSES_MAX = 100

_COLUMNS = (
    "a.id, a.reference, a.product, a.product_version, a.state, a.version, a.amount, a.term_months, a.currency, a.inputs,"
    " a.decision_id, a.submitted_at, a.updated_at"
)
_OPEN_APPROVAL = "p.organization_id = a.organization_id and p.subject_id = a.id and p.state = 'open'"
_ID_PREFIX = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,28}")


class CursorInvalid(Invalid):
    """`after` does not belong to this list."""

    code = "cursor_invalid"


class ApplicationSort(StrEnum):
    """The order of the list; a minus puts the largest or newest first. By `due_at` only what waits for an answer is listed."""

    NEWEST = "-submitted_at"
    OLDEST = "submitted_at"
    LARGEST = "-amount"
    SMALLEST = "amount"
    DUE = "due_at"


_ORDERS: Mapping[ApplicationSort, tuple[str | None, bool]] = {
    ApplicationSort.NEWEST: (None, True),
    ApplicationSort.OLDEST: (None, False),
    ApplicationSort.LARGEST: ("amount", True),
    ApplicationSort.SMALLEST: ("amount", False),
    ApplicationSort.DUE: ("due_at", False),
}
"""The column that leads each order, None for the id alone, and whether it runs downwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFilter:
    """What an officer looks for; what is empty or None does not narrow the list. Bounds are included, but for `until`."""

    states: Sequence[ApplicationState] = ()
    products: Sequence[str] = ()
    purposes: Sequence[str] = ()
    reference: str | None = None
    q: str | None = None
    """Part of a reference, or the beginning of an id."""
    min_amount: Decimal | None = None
    max_amount: Decimal | None = None
    min_term: int | None = None
    max_term: int | None = None
    min_confidence: float | None = None
    max_confidence: float | None = None
    assignee: UUID | None = None
    waiting: bool | None = None
    """Whether a question about it waits for an answer."""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facets:
    """How many applications there are by state, product and purpose, each facet counted without its own filter."""

    states: Mapping[str, int]
    products: Mapping[str, int]
    purposes: Mapping[str, int]
    total: int
    capped: bool
    purposes_capped: bool


def list_applications(
    tx: Transaction,
    wanted: ApplicationFilter,
    *,
    sort: ApplicationSort = ApplicationSort.NEWEST,
    after: str | None = None,
    limit: int = 50,
) -> list[Row]:
    """List applications with inputs, last decision and open approval, from `after` (exclusive), at most `PAGE_MAX`.

    Raises CursorInvalid for an `after` that `cursor` did not make for this order.
    """
    column, downwards = _ORDERS[sort]
    conditions, parameters = _conditions(tx, wanted)
    by_due = sort is ApplicationSort.DUE
    joins = f" join approvals p on {_OPEN_APPROVAL}" if by_due else ""
    leading = {"amount": "a.amount", "due_at": "p.due_at", None: None}[column]
    if after is not None:
        value, last_id = _read_cursor(sort, after)
        parameters |= {"after": value, "after_id": last_id}
        compare = "<" if downwards else ">"
        conditions.append(
            f"a.id {compare} %(after_id)s"
            if leading is None
            else f"({leading}, a.id) {compare} (%(after)s, %(after_id)s)"
        )
    way = "desc" if downwards else "asc"
    order = f"a.id {way}" if leading is None else f"{leading} {way}, a.id {way}"
    outer = f"page.id {way}" if column is None else f"{'p' if by_due else 'page'}.{column} {way}, page.id {way}"
    parameters["limit"] = min(limit, PAGE_MAX)
    return tx.all(
        f"with page as materialized (select {_COLUMNS} from lending_applications a{joins}"  # noqa: S608 - constants of this file
        f" where {' and '.join(conditions)} order by {order} limit %(limit)s)"
        " select page.*, d.action, d.verdict, d.confidence, d.decided_by, p.id as approval_id, p.due_at, p.tier, p.assignee,"
        " coalesce(p.blind, false) as concealed"
        " from page left join decisions d on d.organization_id = %(organization)s and d.id = page.decision_id"
        " left join lateral (select id, due_at, tier, assignee, blind from approvals p where p.organization_id = %(organization)s"
        f" and p.subject_id = page.id and p.state = 'open' order by p.id desc limit 1) p on true order by {outer}",
        parameters,
    )


def cursor(sort: ApplicationSort, row: Row) -> str:
    """Return the `after` of the page that follows a row."""
    column = _ORDERS[sort][0]
    if column is None:
        return str(row["id"])
    value = row[column]
    return f"{value.isoformat() if isinstance(value, datetime) else value}_{row['id']}"


def count_facets(tx: Transaction, wanted: ApplicationFilter) -> Facets:
    """Count applications by facet, with two queries over at most `COUNTED_MAX` of the newest."""
    shared, parameters = _conditions(tx, replace(wanted, states=(), products=()))
    narrowed, narrowing = _conditions(tx, replace(wanted, purposes=()))
    fields = list_purpose_fields(tx)
    extracted = ", ".join(f"inputs::json ->> %(purpose_field_{place})s" for place in range(len(fields))) or "null::text"
    by_state = (
        "select state, product, count(*) as n from (select a.state, a.product from lending_applications a"  # noqa: S608
        f" where {' and '.join(shared)} order by a.id desc limit %(limit)s) newest group by state, product"
    )
    by_purpose = (
        "with newest as materialized (select a.inputs from lending_applications a"  # noqa: S608
        f" where {' and '.join(narrowed)} order by a.id desc limit %(limit)s)"
        f" select coalesce({extracted}) as purpose, count(*) as n, sum(count(*)) over ()::bigint as scanned"
        " from newest group by 1 order by n desc, 1 limit %(purposes)s"
    )
    groups, purposes = tx.all_of(
        (
            by_state,
            parameters | {"limit": COUNTED_MAX + 1},
        ),
        (
            by_purpose,
            narrowing
            | {"limit": PURPOSES_COUNTED_MAX + 1, "purposes": PURPOSES_MAX}
            | {f"purpose_field_{place}": name for place, name in enumerate(fields)},
        ),
    )
    states: dict[str, int] = {}
    products: dict[str, int] = {}
    total = 0
    for row in groups:
        of_state = not wanted.states or row["state"] in wanted.states
        of_product = not wanted.products or row["product"] in wanted.products
        if of_product:
            states[row["state"]] = states.get(row["state"], 0) + row["n"]
        if of_state:
            products[row["product"]] = products.get(row["product"], 0) + row["n"]
        total += row["n"] if of_state and of_product else 0
    return Facets(
        states=states,
        products=products,
        purposes={row["purpose"]: row["n"] for row in purposes if row["purpose"] is not None},
        total=total,
        capped=sum(row["n"] for row in groups) > COUNTED_MAX,
        purposes_capped=bool(purposes) and purposes[0]["scanned"] > PURPOSES_COUNTED_MAX,
    )


def list_purpose_fields(tx: Transaction) -> list[str]:
    """List the names that any version of a product gives to the field with the role 'purpose'."""
    rows = tx.all(
        "select distinct field ->> 'name' as name from lending_products p, jsonb_array_elements(p.body -> 'form') field"
        " where p.organization_id = %s and field ->> 'role' = 'purpose' order by 1 limit %s",
        [tx.organization_id, PURPOSE_FIELDS_MAX],
    )
    return [row["name"] for row in rows]


def describe(row: Row, inputs: Mapping[str, Any], product: Product) -> str:
    """Say in one line what is applied for; nothing of what was proposed."""
    what = f"{row['amount']:,.2f} {row['currency']}" if product.field_of(FieldRole.AMOUNT) is not None else product.name
    term = f" over {row['term_months']} months" if row["term_months"] is not None else ""
    purpose = purpose_of(inputs, product)
    return f"{what}{term}" + (f" for {purpose}" if purpose is not None else "")


def purpose_of(inputs: Mapping[str, Any], product: Product) -> str | None:
    """Return what the loan is for, where the form asks."""
    purpose = product.field_of(FieldRole.PURPOSE)
    given = None if purpose is None else inputs.get(purpose.name)
    return None if given is None else str(given)


def _conditions(tx: Transaction, wanted: ApplicationFilter) -> tuple[list[str], dict[str, object]]:
    """Return the conditions of a filter on `a`, all of constant text, and their parameters."""
    parameters: dict[str, object] = {"organization": tx.organization_id}
    conditions = ["a.organization_id = %(organization)s"]
    if wanted.states:
        # Words of an enum, written out so that the planner can use the index of open applications.
        conditions.append(f"a.state in ({', '.join(repr(state.value) for state in wanted.states)})")
    for name, condition in _COMPARISONS.items():
        value = getattr(wanted, name)
        if value is not None and not (name == "products" and not value):
            conditions.append(condition)
            parameters[name] = list(value) if name == "products" else value
    if wanted.q:
        conditions.append(_search(wanted.q.strip().lower(), parameters))
    if wanted.purposes:
        conditions.append(_of_purpose(tx, wanted.purposes, parameters))
    asked = f"exists (select 1 from approvals p where {_OPEN_APPROVAL}"  # noqa: S608
    if wanted.waiting is not None:
        conditions.append(f"{asked})" if wanted.waiting else f"not {asked})")
    if wanted.assignee is not None:
        conditions.append(f"{asked} and p.assignee = %(assignee)s)")
        parameters["assignee"] = wanted.assignee
    bounds = [
        f"d.confidence {compare} %({name})s"
        for name, compare in (("min_confidence", ">="), ("max_confidence", "<="))
        if getattr(wanted, name) is not None
    ]
    if bounds:
        parameters |= {"min_confidence": wanted.min_confidence, "max_confidence": wanted.max_confidence}
        conditions.append(
            "exists (select 1 from decisions d where d.organization_id = a.organization_id and d.id = a.decision_id"  # noqa: S608
            f" and {' and '.join(bounds)}) and not {asked} and p.blind)"
        )
    return conditions, parameters


_COMPARISONS = {
    "products": "a.product = any(%(products)s)",
    "reference": "a.reference = %(reference)s",
    "min_amount": "a.amount >= %(min_amount)s",
    "max_amount": "a.amount <= %(max_amount)s",
    "min_term": "a.term_months >= %(min_term)s",
    "max_term": "a.term_months <= %(max_term)s",
    "since": "a.submitted_at >= %(since)s",
    "until": "a.submitted_at < %(until)s",
}


def _search(text: str, parameters: dict[str, object]) -> str:
    parameters["q"] = text
    in_reference = "strpos(lower(a.reference), %(q)s) > 0"
    if not _ID_PREFIX.fullmatch(text):
        return in_reference
    digits = text.replace("-", "")[:32]
    if len(digits) == 32:
        # A whole id is found by the keys alone; one that was given no reference has its id for one.
        parameters["whole_id"] = UUID(digits)
        return "(a.id = %(whole_id)s or a.reference = %(q)s)"
    parameters["first_id"], parameters["last_id"] = UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
    return f"(a.id between %(first_id)s and %(last_id)s or {in_reference})"


def _of_purpose(tx: Transaction, purposes: Sequence[str], parameters: dict[str, object]) -> str:
    """Look for `"purpose":"car"` in the inputs: canonical JSON, in which it can stand nowhere but as that member."""
    wanted = [
        f"{before}{orjson.dumps(name).decode()}:{orjson.dumps(purpose).decode()}"
        for name in list_purpose_fields(tx)
        for purpose in purposes
        for before in "{,"
    ]
    parameters["purposes"] = wanted
    return "exists (select 1 from unnest(%(purposes)s::text[]) member where strpos(a.inputs, member) > 0)"


def _read_cursor(sort: ApplicationSort, after: str) -> tuple[object, UUID]:
    column = _ORDERS[sort][0]
    value, separator, last_id = after.rpartition("_")
    try:
        if (column is None) == bool(separator):
            raise ValueError
        found: object = None
        if column == "amount":
            found = Decimal(value)
            if not found.is_finite():
                raise ValueError
        elif column == "due_at":
            found = datetime.fromisoformat(value)
            if found.tzinfo is None:
                raise ValueError
        return found, UUID(last_id)
    except (ValueError, InvalidOperation):
        raise CursorInvalid(
            "This is no place in the list.",
            field="after",
            remedy="Give the `next` of the page before, with the same sort.",
        ) from None
