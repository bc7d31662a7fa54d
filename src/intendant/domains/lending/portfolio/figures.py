"""What the overview measures of the book: customers that are new, and revenue. Each is one statement for all edges.

Days are the organisation's own: a posting or a payout counts at the beginning of its day there.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from intendant.kernel.organizations import Organization, get_organization
from intendant.kernel.registry import Measured, Metric
from intendant.kit.database import Transaction

_BUCKET = "width_bucket({day}::timestamp at time zone %(zone)s, %(edges)s::timestamptz[])"
# Whose first loan it is: no other of theirs was paid out before it, or on its day with a smaller id.
_NEW_CUSTOMERS = f"""
select {_BUCKET.format(day="l.disbursed_on")} as place, count(*)::float8 as amount from loans l
where l.organization_id = %(organization)s and l.disbursed_on >= %(first)s and l.disbursed_on <= %(last)s
  and l.state <> 'cancelled' and not exists (select from loans e where e.organization_id = l.organization_id
    and e.borrower = l.borrower and e.state <> 'cancelled' and (e.disbursed_on, e.id) < (l.disbursed_on, l.id))
group by 1
"""  # noqa: S608 - constants of this file
_REVENUE = f"""
select {_BUCKET.format(day="booked_on")} as place, sum(amount)::float8 as amount from ledger_income
where organization_id = %(organization)s and booked_on >= %(first)s and booked_on <= %(last)s and currency = %(currency)s
group by 1
"""  # noqa: S608 - constants of this file


def _new_customers(tx: Transaction, edges: Sequence[datetime]) -> Sequence[Measured]:
    return _amounts(tx, _NEW_CUSTOMERS, edges)


def _revenue(tx: Transaction, edges: Sequence[datetime]) -> Sequence[Measured]:
    return _amounts(tx, _REVENUE, edges)


def _amounts(tx: Transaction, query: str, edges: Sequence[datetime]) -> list[Measured]:
    parameters = _parameters(get_organization(tx, tx.organization_id), edges)
    found = {row["place"]: row["amount"] for row in tx.all(query, parameters)}
    return [Measured(found.get(place, 0.0)) for place in range(1, len(edges))]


def _parameters(organization: Organization, edges: Sequence[datetime]) -> Mapping[str, object]:
    zone = ZoneInfo(organization.time_zone)
    return {
        "organization": organization.id,
        "zone": organization.time_zone,
        "currency": organization.currency,
        "edges": list(edges),
        "first": edges[0].astimezone(zone).date() - timedelta(days=1),
        "last": edges[-1].astimezone(zone).date(),
    }


FIGURES = (
    Metric(
        key="new_customers",
        unit="count",
        why="Borrowers whose first loan was paid out in the period, told apart by the name that their loans are booked under.",
        measure=_new_customers,
    ),
    Metric(
        key="revenue",
        unit="money",
        why="Interest, fees and penalties earned and money recovered, as booked in the period in the organisation's currency.",
        measure=_revenue,
    ),
)
