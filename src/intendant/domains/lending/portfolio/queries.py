"""What the portfolio is counted from: few statements, each over all loans of an organisation at once.

Where an organisation lends in one currency and no product is asked for, the ends of months are added up without looking at the
loans.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from intendant.domains.lending.portfolio.model import Cohort, Every, Group, Loss, Measure, Move
from intendant.domains.lending.servicing.model import Account
from intendant.kit.database import Row, Transaction

GROUPS_MAX = 1_000
PRODUCTS_MAX = 1_000
MONTHS_MAX = 120
COHORTS_MAX = 240
VINTAGE_MONTHS_MAX = 120

_MINE = "organization_id = %(organization)s"
_LOANS = f"{_MINE} and currency = %(currency)s and (%(product)s::text is null or product = %(product)s)"
_NOW = f"""
select bucket, stage, state, count(*) as count, sum(principal) as principal, sum(outstanding) as outstanding, sum(owed) as owed,
  sum(arrears) as arrears, sum(provision) as provision, sum(outstanding * (terms ->> 'rate')::numeric) as weighted_rate
from loans where {_LOANS} and state in ('active', 'overpaid', 'charged_off') group by 1, 2, 3 limit {GROUPS_MAX}
"""  # noqa: S608 - constants of this file
_THEN = f"""
select m.bucket, null::integer as stage, m.state, count(*) as count, sum(l.principal) as principal,
  sum(m.outstanding) as outstanding, null::numeric as owed, sum(m.arrears) as arrears, sum(m.provision) as provision,
  sum(m.outstanding * (l.terms ->> 'rate')::numeric) as weighted_rate
from loan_month_ends m join loans l on l.organization_id = m.organization_id and l.id = m.loan_id
where m.organization_id = %(organization)s and m.month = %(month)s and m.state in ('active', 'overpaid', 'charged_off')
  and l.currency = %(currency)s and (%(product)s::text is null or l.product = %(product)s)
group by 1, 2, 3 limit {GROUPS_MAX}
"""  # noqa: S608 - constants of this file
# Grouped before it is told apart, so that each of very many rows is added once.
_MONTH_ENDS = """
with grouped as materialized (
  select m.month, case when m.days_past_due >= 90 then 90 when m.days_past_due >= 60 then 60 when m.days_past_due >= 30 then 30
    else 0 end as late, count(*) as count, sum(m.outstanding) as outstanding, sum(m.provision) as provision
  from loan_month_ends m {join}
  where m.organization_id = %(organization)s and m.month >= %(since)s and m.state in ('active', 'overpaid')
  group by 1, 2)
select month, sum(count)::bigint as count, sum(outstanding) as outstanding, sum(provision) as provision,
  coalesce(sum(outstanding) filter (where late >= 30), 0) as late30,
  coalesce(sum(outstanding) filter (where late >= 60), 0) as late60,
  coalesce(sum(outstanding) filter (where late >= 90), 0) as late90
from grouped group by 1 order by 1 limit %(limit)s
"""
_NEW = f"""
select date_trunc('month', disbursed_on)::date as month, count(*) as count, sum(principal) as amount
from loans where {_LOANS} and disbursed_on >= %(since)s group by 1 limit %(limit)s
"""  # noqa: S608 - constants of this file
# A payment that was reversed is taken off again: reversals are few, and looking for one for each payment is not.
_REPAID = """
select month, sum(amount) as amount, sum(count)::bigint as count from (
  select date_trunc('month', t.value_on)::date as month, sum(t.amount) as amount, count(*) as count
  from loan_transactions t {join}
  where t.organization_id = %(organization)s and t.type = 'repayment' and t.value_on >= %(since)s and t.currency = %(currency)s
  group by 1
  union all
  select date_trunc('month', t.value_on)::date, -sum(t.amount), -count(*)
  from loan_transactions r join loan_transactions t on t.organization_id = r.organization_id and t.id = r.reverses {join}
  where r.organization_id = %(organization)s and r.reverses is not null and t.type = 'repayment' and t.value_on >= %(since)s
    and t.currency = %(currency)s
  group by 1) parts
group by 1 limit %(limit)s
"""
_INCOME = """
select date_trunc('month', booked_on)::date as month, sum(amount) as amount from ledger_income
where organization_id = %(organization)s and booked_on >= %(since)s and currency = %(currency)s group by 1 limit %(limit)s
"""
_LOSSES = """
select date_trunc('month', p.value_on)::date as month, p.kind,
  sum(case when p.credit = any(%(credited)s) then p.amount else -p.amount end) as amount
from ledger_postings p {join}
where p.organization_id = %(organization)s and p.kind in ('charge_off', 'write_off', 'recovery') and p.value_on >= %(since)s
  and p.currency = %(currency)s and (p.credit = any(%(credited)s) or p.debit = any(%(credited)s))
group by 1, 2 limit %(limit)s
"""
_MOVES = """
select b.bucket::text as before,
  case when a.state is null or a.state = 'closed' then 'closed' when a.state in ('charged_off', 'written_off') then a.state
    else a.bucket::text end as after,
  count(*) as count, sum(b.outstanding) as outstanding
from loan_month_ends b
left join loan_month_ends a on a.organization_id = b.organization_id and a.month = %(after)s and a.loan_id = b.loan_id {join}
where b.organization_id = %(organization)s and b.month = %(before)s and b.state in ('active', 'overpaid')
group by 1, 2 order by 1, 2 limit %(limit)s
"""
_COHORTS = f"""
select date_trunc(%(every)s, disbursed_on)::date as begins, count(*) as count, sum(principal) as amount
from loans where {_LOANS} and disbursed_on >= %(since)s and disbursed_on <= %(last)s and state <> 'cancelled'
group by 1 order by 1 limit {COHORTS_MAX}
"""  # noqa: S608 - constants of this file
_AGE = (
    "((extract(year from {of}) - extract(year from l.disbursed_on)) * 12"
    " + extract(month from {of}) - extract(month from l.disbursed_on))::integer"
)
_LATE = f"""
select date_trunc(%(every)s, l.disbursed_on)::date as begins, {_AGE.format(of="m.month")} as months, sum(m.outstanding) as amount
from loan_month_ends m join loans l on l.organization_id = m.organization_id and l.id = m.loan_id
where m.organization_id = %(organization)s and m.days_past_due >= 30 and m.days_past_due >= %(days)s
  and m.state in ('active', 'overpaid') and m.month <= %(last)s
  and l.currency = %(currency)s and (%(product)s::text is null or l.product = %(product)s) and l.disbursed_on >= %(since)s
group by 1, 2 limit {COHORTS_MAX * VINTAGE_MONTHS_MAX}
"""  # noqa: S608 - constants of this file
_LOST = f"""
select date_trunc(%(every)s, l.disbursed_on)::date as begins, {_AGE.format(of="p.value_on")} as months,
  sum(case when p.credit = any(%(credited)s) then p.amount else -p.amount end) as amount
from ledger_postings p join loans l on l.organization_id = p.organization_id and l.id = p.loan_id
where p.organization_id = %(organization)s and p.kind in ('charge_off', 'write_off')
  and (p.credit = any(%(credited)s) or p.debit = any(%(credited)s))
  and p.value_on <= %(last)s and l.currency = %(currency)s and (%(product)s::text is null or l.product = %(product)s)
  and l.disbursed_on >= %(since)s
group by 1, 2 limit {COHORTS_MAX * VINTAGE_MONTHS_MAX}
"""  # noqa: S608 - constants of this file


@dataclass(frozen=True, slots=True)
class Scope:
    """Which loans are meant: those of a currency, and of a product where one is given."""

    currency: str
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """What loans there are to look at."""

    currency: str
    product: str
    count: int


def list_offered(tx: Transaction) -> list[Offered]:
    """List currencies and products of loans, with how many there are."""
    rows = tx.all(
        "select currency, product, count(*) as count from loans where organization_id = %s group by 1, 2"
        " order by 3 desc, 1, 2 limit %s",
        [tx.organization_id, PRODUCTS_MAX],
    )
    return [Offered(**row) for row in rows]


def find_month_end(tx: Transaction, *, until: date | None = None) -> date | None:
    """Find the last month's end that is recorded, until a day (included)."""
    found: date | None = tx.scalar(
        "select max(month) from loan_month_ends where organization_id = %(organization)s"
        " and (%(until)s::date is null or month <= %(until)s)",
        {"organization": tx.organization_id, "until": until},
    )
    return found


def group_now(tx: Transaction, scope: Scope) -> list[Group]:
    """Group loans as they stand."""
    return [Group(**row) for row in tx.all(_NOW, _parameters(tx, scope))]


def group_then(tx: Transaction, scope: Scope, month: date) -> list[Group]:
    """Group loans as they stood at the end of a month; what was owed then is not kept, and counts as nothing."""
    rows = tx.all(_THEN, {**_parameters(tx, scope), "month": month})
    return [Group(**(row | {"owed": row["outstanding"]})) for row in rows]


def list_months(tx: Transaction, scope: Scope, since: date, *, whole: bool) -> list[list[Row]]:
    """List by month: ends of months, new loans, repayments, what was charged off, written off and recovered, and income."""
    wanted = {
        **_parameters(tx, scope),
        "since": since,
        "limit": MONTHS_MAX * 3,
        "credited": _codes(tx, Account.PRINCIPAL, Account.RECOVERY_INCOME),
    }
    by_product = scope.product is not None
    return tx.all_of(
        (_MONTH_ENDS.format(join="" if whole else _joined("m")), wanted),
        (_NEW, wanted),
        (_REPAID.format(join=_joined("t") if by_product else ""), wanted),
        (_LOSSES.format(join=_joined("p") if by_product else ""), wanted),
        (_INCOME, wanted),
    )


def list_moves(tx: Transaction, scope: Scope, before: date, after: date, *, whole: bool) -> list[Move]:
    """List what became of loans between the ends of two months."""
    wanted = {**_parameters(tx, scope), "before": before, "after": after, "limit": GROUPS_MAX}
    return [Move(**row) for row in tx.all(_MOVES.format(join="" if whole else _joined("b")), wanted)]


def list_cohorts(tx: Transaction, scope: Scope, every: Every, since: date, last: date) -> list[Cohort]:
    """List cohorts by the day they were disbursed, oldest first."""
    wanted = {**_parameters(tx, scope), "every": every.value, "since": since, "last": last}
    return [Cohort(**row) for row in tx.all(_COHORTS, wanted)]


def list_losses(tx: Transaction, scope: Scope, measure: Measure, every: Every, since: date, last: date) -> list[Loss]:
    """List what each cohort had in a measure by months on the books; of charge-offs what came in each month alone."""
    wanted: dict[str, object] = {**_parameters(tx, scope), "every": every.value, "since": since, "last": last}
    if measure is Measure.CHARGED_OFF:
        return [Loss(**row) for row in tx.all(_LOST, wanted | {"credited": _codes(tx, Account.PRINCIPAL)})]
    days = 30 if measure is Measure.PAR30 else 90
    return [Loss(**row) for row in tx.all(_LATE, wanted | {"days": days})]


def _codes(tx: Transaction, *purposes: Account) -> list[str]:
    rows = tx.all(
        "select code from ledger_accounts where organization_id = %s and purpose = any(%s) limit 100",
        [tx.organization_id, [purpose.value for purpose in purposes]],
    )
    return [row["code"] for row in rows]


def _joined(alias: str) -> str:
    return (
        f"join loans l on l.organization_id = %(organization)s and l.id = {alias}.loan_id and l.currency = %(currency)s"
        " and (%(product)s::text is null or l.product = %(product)s)"
    )


def _parameters(tx: Transaction, scope: Scope) -> dict[str, object]:
    return {"organization": tx.organization_id, "currency": scope.currency, "product": scope.product}


def is_whole(offered: Sequence[Offered], scope: Scope) -> bool:
    """Say whether a scope means every loan there is."""
    return all(
        each.currency == scope.currency and (scope.product is None or each.product == scope.product) for each in offered
    )
