"""Statements of the month that ended, for every loan that runs, where a lender wants them: what follows the end of day.

Each loan's statement of a month is an occasion that comes once, so a run that was killed is simply done again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import structlog

from intendant.domains.lending import repository as applications
from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.letters import loan_facts
from intendant.domains.lending.letters.automatic import WRITER
from intendant.domains.lending.letters.facts import LetterKind, StatementFacts
from intendant.domains.lending.letters.loan_facts import About
from intendant.domains.lending.letters.recipient import recipient_of
from intendant.domains.lending.letters.repository import Draft, Subject, issue_many
from intendant.domains.lending.letters.settings import get_settings
from intendant.domains.lending.loans.model import Loan, business_day
from intendant.domains.lending.loans.repository import list_transactions_of, loan_from_row
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Database, Row, Transaction

STATEMENTS_AT_ONCE_MAX = 200
BATCHES_MAX = 50_000
FIRST_ID = UUID(int=0)

log = structlog.get_logger(__name__)

_WITHOUT = """
select l.* from loans l where l.organization_id = %(organization)s and l.state = 'active' and l.disbursed_on <= %(ends)s
  and l.id > %(after)s and not exists (select from letters n where n.organization_id = l.organization_id
    and n.occasion = 'statement:' || l.id || %(month)s) order by l.id limit %(limit)s
"""


def issue_statements(database: Database, organization_id: UUID, to: date) -> int:
    """Issue the statements of the last month that ended before `to`, and return how many; none where they are not wanted."""
    ends = to.replace(day=1) - timedelta(days=1)
    after: UUID | None = FIRST_ID
    count = 0
    for _ in range(BATCHES_MAX):
        if after is None:
            break
        with database.transaction(organization_id) as tx:
            issued, after = _issue_batch(tx, ends, after)
        count += issued
    return count


def _issue_batch(tx: Transaction, ends: date, after: UUID) -> tuple[int, UUID | None]:
    organization = get_organization(tx, tx.organization_id)
    settings, _ = get_settings(tx, organization)
    # A letter stays as it was issued, so none goes out under half a letterhead.
    if not settings.write_statements or not settings.address:
        return 0, None
    rows = tx.all(
        _WITHOUT,
        {
            "organization": organization.id,
            "ends": ends,
            "month": f":{ends:%Y-%m}",
            "after": after,
            "limit": STATEMENTS_AT_ONCE_MAX,
        },
    )
    now = clock.system_now()
    today = business_day(organization, now)
    loans = [loan_from_row(row) for row in rows]
    products, addresses = _product_names(tx, loans), _addresses(tx, loans)
    recorded = list_transactions_of(tx, [loan.id for loan in loans])
    drafts = []
    for loan in loans:
        address = () if loan.application_id is None else addresses.get(loan.application_id, ())
        product = products.get((loan.product, loan.product_version), loan.product)
        about = About(organization, settings, loan, product, address, today)
        draft = _draft(about, recorded.get(loan.id, []), ends)
        if draft is not None:
            drafts.append(draft)
    issue_many(tx, organization, drafts, issued_on=today, by=WRITER, now=now)
    return len(drafts), rows[-1]["id"] if len(rows) == STATEMENTS_AT_ONCE_MAX else None


def _draft(about: About, rows: Sequence[Row], ends: date) -> Draft | None:
    loan = about.loan
    begins = max(ends.replace(day=1), loan.terms.start)
    try:
        facts = loan_facts.statement_facts(about, rows, begins, ends)
    except Exception:
        # One loan's fault must not keep the others from their statements; it is tried again after the next end of day.
        log.exception("a statement could not be written", loan=str(loan.id))
        return None

    def make(number: str) -> StatementFacts:
        return replace(facts, head=replace(facts.head, number=number))

    subject = Subject(loan_id=loan.id, application_id=loan.application_id)
    return Draft(LetterKind.STATEMENT, subject, make, occasion=f"statement:{loan.id}:{ends:%Y-%m}")


def _product_names(tx: Transaction, loans: Sequence[Loan]) -> dict[tuple[str, int], str]:
    wanted = {(loan.product, loan.product_version) for loan in loans}
    rows = tx.all(
        "select key, version, name from lending_products where organization_id = %s"
        " and (key, version) in (select * from unnest(%s::text[], %s::int[])) limit %s",
        [tx.organization_id, [key for key, _ in wanted], [version for _, version in wanted], len(wanted) or 1],
    )
    return {(row["key"], row["version"]): row["name"] for row in rows}


def _addresses(tx: Transaction, loans: Sequence[Loan]) -> dict[UUID, tuple[str, ...]]:
    wanted = [loan.application_id for loan in loans if loan.application_id is not None]
    if not wanted:
        return {}
    found = applications.load_applications(tx, Catalogue(), wanted)
    return {each.id: recipient_of(each).address for each in found.values()}
