"""The list of loans: filters, orders, pages by key, and counts by facet. Reading SQL only.

The figures are those of the last end of day or transaction, whichever came later.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from uuid import UUID

from intendant.domains.lending.servicing.model import LoanState
from intendant.kit import facets
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Invalid

PAGE_MAX = 1_001
"""A page of an export, and one more that says that there are more; lists ask for less."""
SEARCHED_MAX = 10_000
"""Parts of numbers and names are looked for among so many of the newest loans; beginnings among all."""
MATCHED_MAX, FOUND_MAX = 1_000, 2_000
"""No more loans are found by a beginning, and by a text at all."""
_LAST = "\U0010ffff"
_ID_PREFIX = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,28}")
_COLUMNS = (
    "l.id, l.reference, l.borrower, l.application_id, l.product, l.product_version, l.currency, l.state, l.version,"
    " l.booked_to, l.principal, l.outstanding, l.owed, l.arrears, l.days_past_due, l.bucket, l.stage, l.provision,"
    " l.next_due_on, l.next_due, l.disbursed_on, l.matures_on, l.closed_on, l.created_at"
)


class CursorInvalid(Invalid):
    """`after` does not belong to this list."""

    code = "cursor_invalid"


class LoanSort(StrEnum):
    """The order of the list. By `next_due` only loans that have something to come are listed."""

    NEWEST = "newest"
    DAYS_PAST_DUE = "days_past_due"
    OUTSTANDING = "outstanding"
    NEXT_DUE = "next_due"


_ORDERS: Mapping[LoanSort, tuple[str | None, bool]] = {
    LoanSort.NEWEST: (None, True),
    LoanSort.DAYS_PAST_DUE: ("days_past_due", True),
    LoanSort.OUTSTANDING: ("outstanding", True),
    LoanSort.NEXT_DUE: ("next_due_on", False),
}
"""The column that leads each order, None for the id alone, and whether it runs downwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanFilter:
    """What is looked for; what is empty or None does not narrow the list."""

    states: Sequence[LoanState] = ()
    buckets: Sequence[int] = ()
    products: Sequence[str] = ()
    in_arrears: bool | None = None
    q: str | None = None
    """The beginning of a number, a borrower's name or an id; of the newest loans also any other part of number or name."""


def list_loans(
    tx: Transaction,
    wanted: LoanFilter,
    *,
    sort: LoanSort = LoanSort.NEWEST,
    after: str | None = None,
    limit: int = 50,
) -> list[Row]:
    """List loans from `after` (exclusive), at most `PAGE_MAX`. Raises CursorInvalid for an `after` of another order."""
    column, downwards = _ORDERS[sort]
    conditions, parameters = _conditions(tx, wanted)
    conditions += _chosen(wanted).values()
    if sort is LoanSort.NEXT_DUE:
        conditions.append("l.next_due_on is not null")
    if after is not None:
        value, last_id = _read_cursor(sort, after)
        parameters |= {"after": value, "after_id": last_id}
        compare = "<" if downwards else ">"
        conditions.append(
            f"l.id {compare} %(after_id)s"
            if column is None
            else f"(l.{column}, l.id) {compare} (%(after)s, %(after_id)s)"
        )
    way = "desc" if downwards else "asc"
    order = f"l.id {way}" if column is None else f"l.{column} {way}, l.id {way}"
    parameters["limit"] = min(limit, PAGE_MAX)
    return tx.all(
        f"select {_COLUMNS} from {_source(wanted, parameters)} l where {' and '.join(conditions)} order by {order} limit %(limit)s",  # noqa: S608 - constants of this file
        parameters,
    )


def count_facets(tx: Transaction, wanted: LoanFilter) -> facets.Facets:
    """Count loans by state, bucket and product, each facet without its own filter."""
    conditions, parameters = _conditions(tx, wanted)
    chosen = {name: condition.replace("l.", "") for name, condition in _chosen(wanted).items()}
    return facets.count_facets(
        tx,
        f"select l.state, l.bucket::text as bucket, l.product from {_source(wanted, parameters)} l"  # noqa: S608 - constants of this file
        f" where {' and '.join(conditions)}",
        {
            "state": chosen.get("state"),
            "bucket": "bucket = any(%(bucket_texts)s)" if wanted.buckets else None,
            "product": chosen.get("product"),
        },
        parameters | {"bucket_texts": [str(each) for each in wanted.buckets]},
    )


def cursor(sort: LoanSort, row: Row) -> str:
    """Return the `after` that goes on behind a row."""
    column, _ = _ORDERS[sort]
    return str(row["id"]) if column is None else f"{row[column]}_{row['id']}"


def _read_cursor(sort: LoanSort, after: str) -> tuple[object, UUID]:
    column, _ = _ORDERS[sort]
    value, _, last_id = after.rpartition("_")
    readers: Mapping[str | None, Any] = {
        None: lambda _: None,
        "days_past_due": int,
        "outstanding": Decimal,
        "next_due_on": date.fromisoformat,
    }
    try:
        if (column is None) != (value == ""):
            raise ValueError(after)
        return readers[column](value), UUID(last_id)
    except (ValueError, InvalidOperation) as error:
        raise CursorInvalid(
            "This is not where a page of this list ended.",
            field="after",
            remedy="Take `next` of the page before, with the same sort.",
        ) from error


def _chosen(wanted: LoanFilter) -> dict[str, str]:
    """Return the conditions of the facets."""
    return {
        # Words of an enum, written out so that the planner can use the index of rare states.
        **({"state": f"l.state in ({', '.join(repr(each.value) for each in wanted.states)})"} if wanted.states else {}),
        **({"bucket": "l.bucket = any(%(buckets)s)"} if wanted.buckets else {}),
        **({"product": "l.product = any(%(products)s)"} if wanted.products else {}),
    }


def _conditions(tx: Transaction, wanted: LoanFilter) -> tuple[list[str], dict[str, Any]]:
    conditions = ["l.organization_id = %(organization)s"]
    parameters: dict[str, Any] = {
        "organization": tx.organization_id,
        "states": [state.value for state in wanted.states],
        "buckets": list(wanted.buckets),
        "products": list(wanted.products),
    }
    if wanted.in_arrears is not None:
        conditions.append("l.days_past_due > 0" if wanted.in_arrears else "l.days_past_due = 0")
    return conditions, parameters


def _source(wanted: LoanFilter, parameters: dict[str, Any]) -> str:
    """Return where loans are read from: the table, or the few that are found by a text."""
    if wanted.q is None:
        return "loans"
    # One look-up by key for each that was found: the planner would rather walk all loans, looking for the few.
    return (
        f"(select f.* from ({_search(wanted.q.strip(), parameters)}) found cross join lateral"  # noqa: S608 - constants
        " (select * from loans where organization_id = %(organization)s and id = found.id limit 1) f)"
    )


# Beginnings are found by an index among all loans. What stands within is looked for among the newest: no index finds it, and
# neither LIKE nor lower() may be reached before row-level security has chosen the rows.
_BEGINS = (
    "select f.id from loans f join unnest(%(begins)s::text[], %(ends)s::text[]) as r (b, e)"
    " on f.{column} >= r.b and f.{column} < r.e where f.organization_id = %(organization)s limit %(matched)s"
)
_WITHIN = (
    "select n.id from (select id, reference, borrower from loans where organization_id = %(organization)s"
    " order by id desc limit %(searched)s) n"
    " where strpos(lower(n.reference), %(text)s) > 0 or strpos(lower(n.borrower), %(text)s) > 0"
)


def _search(given: str, parameters: dict[str, Any]) -> str:
    """Return the query of the ids that are found by a text, whichever way it is capitalized."""
    text = given.lower()
    begins = sorted({given, text, given.upper(), given.title(), given.capitalize()})
    parameters |= {
        "text": text,
        "begins": begins,
        "ends": [f"{each}{_LAST}" for each in begins],
        "searched": SEARCHED_MAX,
        "matched": MATCHED_MAX,
    }
    parts = [f"({_BEGINS.format(column=column)})" for column in ("reference", "borrower")] + [f"({_WITHIN})"]
    if _ID_PREFIX.fullmatch(text):
        digits = text.replace("-", "")
        parameters |= {"id_from": UUID(digits.ljust(32, "0")), "id_to": UUID(digits.ljust(32, "f"))}
        parts.append(
            "(select f.id from loans f where f.organization_id = %(organization)s"
            " and f.id between %(id_from)s and %(id_to)s limit %(matched)s)"
        )
    parameters["found"] = FOUND_MAX
    return f"select distinct id from ({' union all '.join(parts)}) found limit %(found)s"  # noqa: S608 - constants of this file
