"""What collecting reads: cases with their contacts, what is to be considered, the history of cures."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.domains.lending.collections.cures import Cell, Cures
from intendant.domains.lending.collections.model import CONTACTS_DAYS, Arrears, Contact
from intendant.kernel.organizations import Organization, from_row
from intendant.kit.database import Row, Transaction

CONTACTS_MAX = 500_000
"""Of a whole batch."""
JUDGED_MAX = 50_000
"""The newest judged steps are the history of cures."""
ORGANIZATIONS_MAX = 10_000

_CASES = """
with wanted as materialized (
  select organization_id, id, reference, borrower, product, currency, state, outstanding, owed, arrears, provision, days_past_due,
    bucket, disbursed_on, decision_id
  from loans where organization_id = any(%(organizations)s) and id = any(%(loans)s) and days_past_due > 0
    and state in ('active', 'charged_off'))
select w.*, o.time_zone as lender_zone, c.time_zone, c.no_contact, c.disputed, c.channels, c.hardship, c.hardship_until,
  coalesce(c.version, 0) as version, p.due_on as promise_due_on,
  (select count(*) from promises b where b.organization_id = w.organization_id and b.loan_id = w.id and b.state = 'broken')
    as promises_broken,
  exists (select from collection_steps s where s.organization_id = w.organization_id and s.loan_id = w.id
    and s.state = 'planned') as has_planned,
  d.action as decided, d.confidence as decided_confidence
from wanted w join organizations o on o.id = w.organization_id
left join collection_cases c on c.organization_id = w.organization_id and c.loan_id = w.id
left join promises p on p.organization_id = w.organization_id and p.loan_id = w.id and p.state = 'open'
left join decisions d on d.organization_id = w.organization_id and d.id = w.decision_id
"""
_CONTACTS = """
select loan_id, action, channel, outcome, done_at from collection_steps
where organization_id = any(%(organizations)s) and loan_id = any(%(loans)s) and state = 'done' and done_at > %(since)s
order by done_at, id limit %(limit)s
"""
# A loan is looked at once its day has begun in the books, once a day, and again when its bucket has changed; not while something
# about it is planned, asked or promised.
_DUE = """
with here as materialized (
  select o.id, ((o.business_anchor + (%(now)s::timestamptz - o.system_anchor) * o.speed) at time zone o.time_zone)::date as today
  from organizations o where o.id = any(%(organizations)s))
select l.organization_id, l.id, h.today, l.bucket
from here h join loans l on l.organization_id = h.id and l.days_past_due > 0 and l.state in ('active', 'charged_off')
  and l.booked_to >= h.today
left join collection_cases c on c.organization_id = l.organization_id and c.loan_id = l.id
where (c.considered_on is null or c.considered_bucket is distinct from l.bucket
    or (c.considered_on < h.today and (c.next_on is null or c.next_on <= h.today)))
  and (c.rest_until is null or c.rest_until <= h.today) and not coalesce(c.no_contact, false) and c.hardship is null
  and not exists (select from promises p where p.organization_id = l.organization_id and p.loan_id = l.id and p.state = 'open')
  and not exists (select from collection_steps s where s.organization_id = l.organization_id and s.loan_id = l.id
    and s.state = 'planned')
  and not exists (select from approvals a where a.organization_id = l.organization_id and a.subject_id = l.id
    and a.state = 'open')
order by l.organization_id, l.days_past_due desc, l.id limit %(limit)s
"""


def list_due(tx: Transaction, organizations: Sequence[UUID], now: datetime, *, limit: int) -> list[Row]:
    """List loans that are to be considered at `now` (system time), latest first: `organization_id`, `id`, `today`, `bucket`."""
    return tx.all(_DUE, {"organizations": list(organizations), "now": now, "limit": limit})


def load_organizations(tx: Transaction) -> dict[UUID, Organization]:
    """Load the organisations of the transaction."""
    rows = tx.all(
        "select * from organizations where id = any(%s) limit %s", [list(tx.organizations), ORGANIZATIONS_MAX]
    )
    return {row["id"]: from_row(row) for row in rows}


def load_cases(tx: Transaction, loan_ids: Sequence[UUID], oldest_now: datetime) -> dict[UUID, Arrears]:
    """Load what is known of loans in arrears; those that are not in arrears are left out. Two queries for all.

    `oldest_now` is the earliest business time among their organisations.
    """
    wanted = {
        "organizations": list(tx.organizations),
        "loans": list(loan_ids),
        "since": oldest_now - timedelta(days=CONTACTS_DAYS),
        "limit": CONTACTS_MAX,
    }
    rows, contacts = tx.all_of((_CASES, wanted), (_CONTACTS, wanted))
    by_loan: defaultdict[UUID, list[Contact]] = defaultdict(list)
    for row in contacts:
        by_loan[row["loan_id"]].append(Contact(row["action"], row["channel"], row["outcome"], row["done_at"]))
    return {row["id"]: _case(row, tuple(by_loan[row["id"]])) for row in rows}


def _case(row: Row, contacts: tuple[Contact, ...]) -> Arrears:
    decided = row["decided_confidence"] if row["decided"] == "approve" else None
    channels = row["channels"]
    return Arrears(
        loan_id=row["id"],
        organization_id=row["organization_id"],
        reference=row["reference"],
        borrower=row["borrower"],
        product=row["product"],
        currency=row["currency"],
        state=row["state"],
        outstanding=row["outstanding"],
        owed=row["owed"],
        arrears=row["arrears"],
        provision=row["provision"],
        days_past_due=row["days_past_due"],
        bucket=row["bucket"],
        disbursed_on=row["disbursed_on"],
        zone=row["time_zone"] or row["lender_zone"],
        probability_of_default=None if decided is None else round(1.0 - decided, 6),
        contacts=contacts,
        promise_due_on=row["promise_due_on"],
        promises_broken=row["promises_broken"],
        hardship=row["hardship"],
        hardship_until=row["hardship_until"],
        no_contact=bool(row["no_contact"]),
        disputed=bool(row["disputed"]),
        channels=None if channels is None else tuple(channels),
        has_planned=row["has_planned"],
        version=row["version"],
    )


def load_cures(tx: Transaction) -> dict[UUID, Cures]:
    """Load each organisation's history of cures, from its newest `JUDGED_MAX` judged steps."""
    rows = tx.all(
        "select o.id as organization_id, s.bucket, s.action, count(*) as n, count(*) filter (where s.cured) as cured"
        " from unnest(%s::uuid[]) as o(id) cross join lateral (select bucket, action, cured from collection_steps s"
        "   where s.organization_id = o.id and s.state = 'done' and s.cured is not null order by s.done_at desc limit %s) s"
        " group by 1, 2, 3",
        [list(tx.organizations), JUDGED_MAX],
    )
    cells: defaultdict[UUID, dict[tuple[int, str], Cell]] = defaultdict(dict)
    for row in rows:
        cells[row["organization_id"]][row["bucket"], row["action"]] = Cell(row["cured"], row["n"])
    return {organization_id: Cures(cells[organization_id]) for organization_id in tx.organizations}


def lock_cases(tx: Transaction, wanted: Sequence[tuple[UUID, UUID]]) -> dict[UUID, int]:
    """Lock the cases of loans, as (organisation, loan), in one order for all; return their versions by loan."""
    rows = tx.all(
        "select loan_id, version from collection_cases where organization_id = any(%s) and loan_id = any(%s)"
        " order by organization_id, loan_id for update",
        [sorted({o for o, _ in wanted}), sorted(loan for _, loan in wanted)],
    )
    return {row["loan_id"]: row["version"] for row in rows}


def business_date(organization: Organization, system_now: datetime) -> date:
    """Return the day of the calendar at the lender, in business time."""
    return organization.clock.at(system_now).astimezone(ZoneInfo(organization.time_zone)).date()
