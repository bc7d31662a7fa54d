"""What loans teach: how each ended is recorded as the outcome of its application, so that models learn from the book itself.

Follows the end of day. A loan that is paid off was repaid; one that is 90 days late, charged off or written off was not. A later
turn of its fate (paid off after all, a payment that came back) corrects what was recorded. What was recorded last stands in the
loan's row, so nothing is recorded twice, and what a person says of an application afterwards stands.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from intendant.domains.lending.contract import APPLICATION_KIND, REPAID
from intendant.kernel import outcomes
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.bulk import BulkUpdate
from intendant.kit.database import Database, Row, Transaction

DEFAULT_DAYS = 90
"""So many days past due a loan counts as defaulted, as supervisors of banks define it."""
RECORDED_AT_ONCE_MAX = 2_000
ROUNDS_MAX = 1_000
BY = "system:end-of-day"
SOURCE = "lending.servicing"
REFINANCED = "refinance:%:in"
"""The references of payments that another loan of ours made: they say nothing about the borrower."""

# A default stands until the loan is paid off: arrears that were only caught up leave it. A loan that another one paid off teaches
# nothing new, and one that was reopened is unknown again. What is known to be repaid is not looked into while it stays closed. Who
# holds a loan's row just now has it looked at the next day.
_TURNED = """
select l.id, l.application_id, l.outcome, v.verdict
from loans l
cross join lateral (
  select exists (select from loan_transactions t where t.organization_id = l.organization_id and t.loan_id = l.id
      and t.type = 'charge_off' and not exists (select from loan_transactions r
        where r.organization_id = t.organization_id and r.reverses = t.id)) as charged_off,
    exists (select from loan_transactions t where t.organization_id = l.organization_id and t.loan_id = l.id
      and t.type = 'repayment' and t.reference like %(refinanced)s and not exists (select from loan_transactions r
        where r.organization_id = t.organization_id and r.reverses = t.id)) as refinanced
  where l.state in ('closed', 'overpaid') and l.outcome is distinct from 1
  union all select false, false where l.state not in ('closed', 'overpaid') or l.outcome = 1
) e
cross join lateral (
  select case
    when l.state in ('charged_off', 'written_off') or e.charged_off then 0
    when l.state in ('closed', 'overpaid') then case when e.refinanced then l.outcome else 1 end
    when l.state = 'active' and (l.days_past_due >= %(days)s or l.outcome = 0) then 0
  end as verdict
) v
where l.organization_id = %(organization)s and l.application_id is not null and v.verdict is distinct from l.outcome
order by l.id limit %(limit)s for update of l skip locked
"""
_TAUGHT = BulkUpdate("loans", {"organization_id": "uuid", "id": "uuid"}, {"outcome": "smallint"})


@dataclass(frozen=True, slots=True)
class Taught:
    """How many outcomes were recorded, and whether there may be more."""

    count: int
    capped: bool


def record_lessons(database: Database, organization_id: UUID, _to: date) -> int:
    """Record the outcome of every loan whose fate has turned; return how many. Again at once, there are none."""
    total = 0
    for _ in range(ROUNDS_MAX):
        with database.transaction(organization_id) as tx:
            taught = record_turned(tx)
        total += taught.count
        if not taught.capped:
            break
    return total


def record_turned(tx: Transaction, *, limit: int = RECORDED_AT_ONCE_MAX) -> Taught:
    """Record a batch of outcomes in one transaction."""
    wanted = {"organization": tx.organization_id, "days": DEFAULT_DAYS, "refinanced": REFINANCED, "limit": limit}
    rows = tx.all(_TURNED, wanted)
    if not rows:
        return Taught(0, False)
    now = clock.system_now()
    organization = get_organization(tx, tx.organization_id)
    moment = organization.clock.at(now)
    _TAUGHT.run(tx, [{"organization_id": organization.id, "id": row["id"], "outcome": row["verdict"]} for row in rows])

    def lesson(row: Row) -> outcomes.Outcome:
        is_known = row["verdict"] is not None
        return outcomes.Outcome(
            kind=APPLICATION_KIND,
            subject_id=row["application_id"],
            measure=REPAID,
            value=float(row["verdict"]) if is_known else None,
            observed_at=moment,
            # What is open again may still turn out either way.
            matured_at=moment if is_known else None,
            source=SOURCE,
            censored=not is_known,
        )

    outcomes.record(tx, organization, [lesson(row) for row in rows], by=BY, system_now=now)
    return Taught(len(rows), len(rows) >= limit)
