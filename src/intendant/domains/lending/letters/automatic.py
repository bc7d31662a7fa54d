"""Letters that write themselves: of offers, of loans that were paid out or paid in full, and of steps of collecting.

What they are about is found in the log by a cursor that moves in the transaction which keeps it. Each letter has an occasion that
comes once, so every step may be killed at any moment and done twice, by any number of workers.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from intendant.domains.lending import contract
from intendant.domains.lending import repository as applications
from intendant.domains.lending.collections.model import Step
from intendant.domains.lending.collections.tables import STEP_OCCASION
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.letters import loan_facts
from intendant.domains.lending.letters.facts import Facts, LetterKind
from intendant.domains.lending.letters.loan_facts import SETTLED, LetterNotPossible
from intendant.domains.lending.letters.offer_facts import OfferNotMade, offer_facts
from intendant.domains.lending.letters.repository import Subject, issue
from intendant.domains.lending.letters.settings import LetterSettings, get_settings
from intendant.domains.lending.letters.usecases import load_about
from intendant.domains.lending.loans.model import business_day
from intendant.kernel import events, organizations
from intendant.kernel.alerts import Alert, raise_alerts
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.bulk import BulkInsert
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Unavailable

ORGANIZATIONS_MAX = 1_000
EVENTS_AT_ONCE_MAX = events.PAGE_MAX
LETTERS_AT_ONCE_MAX = 20
"""Of one organisation in one go, while others wait."""
LETTERS_IN_ALL_MAX = 500
LATE_DAYS_MAX = 31
"""What happened longer before it was recorded, such as the payout of a loan that was brought in, gets no letter."""
RETRY_SECONDS, RETRY_SECONDS_MAX, TRIES_MAX = 60, 3_600, 1_000
WRITER = "system:letters"
NO_ADDRESS = "The letterhead has no address of the lender."
OFFER_OCCASION, PAID_OUT_OCCASION, PAID_OFF_OCCASION = "offer:", "paid_out:", "paid_off:"
_CAUSE = "letters.unwritten"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What a letter is to be written about."""

    occasion: str
    kind: LetterKind
    subject_id: UUID


_CURSORS = """
select o.id, coalesce(c.cursor, %(start)s) as cursor
from organizations o left join letter_cursors c on c.organization_id = o.id
where o.removed_at is null and o.kind <> 'sandbox' order by o.id limit %(limit)s
"""
_FOUND = BulkInsert(
    "letters_to_write",
    {"organization_id": "uuid", "occasion": "text", "kind": "text", "subject_id": "uuid", "retry_at": "timestamptz"},
    suffix="on conflict (organization_id, occasion) do nothing",
)


def collect_occasions(database: Database) -> bool:
    """Keep what the log tells of that letters are written about; say whether there may be more to read."""
    with database.system() as tx:
        rows = tx.all(_CURSORS, {"start": str(events.START), "limit": ORGANIZATIONS_MAX})
        positions = {row["id"]: events.parse_cursor(row["cursor"]) for row in rows}
        news = events.read_many(tx, list(positions.items()), 1)
    more = False
    for organization_id, cursor in news:
        with database.transaction(organization_id) as tx:
            more |= _collect(tx, cursor)
    return more


def _collect(tx: Transaction, cursor: events.Cursor) -> bool:
    organization = organizations.get_organization(tx, tx.organization_id)
    settings, _ = get_settings(tx, organization)
    read, end = events.read(tx, cursor, EVENTS_AT_ONCE_MAX, prefix="lending.")
    zone = ZoneInfo(organization.time_zone)
    found = {
        each.occasion: each
        for event in read
        for each in occasions_of(event.name, event.body, event.at.astimezone(zone).date())
        if is_wanted(settings, each.kind)
    }
    now = clock.system_now()
    _FOUND.run(
        tx,
        [
            {
                "organization_id": tx.organization_id,
                "occasion": each.occasion,
                "kind": each.kind.value,
                "subject_id": each.subject_id,
                "retry_at": now,
            }
            for each in found.values()
        ],
    )
    tx.execute(
        "insert into letter_cursors (organization_id, cursor) values (%s, %s)"
        " on conflict (organization_id) do update set cursor = excluded.cursor",
        [tx.organization_id, str(end)],
    )
    return len(read) == EVENTS_AT_ONCE_MAX


def occasions_of(name: str, body: Mapping[str, object], day: date) -> Iterable[Found]:
    """Yield what a letter may be written about, of an event on a business day."""
    match name:
        case contract.OFFER_MADE:
            offer_id = UUID(str(body["offer_id"]))
            yield Found(f"{OFFER_OCCASION}{offer_id}", LetterKind.OFFER, offer_id)
        case contract.COLLECTION_PLANNED if body["action"] == Step.LETTER:
            step_id = UUID(str(body["step_id"]))
            yield Found(f"{STEP_OCCASION}{step_id}", LetterKind.ARREARS, step_id)
        case contract.LOAN_DISBURSED if not _is_late(date.fromisoformat(str(body["value_on"])), day):
            loan_id = UUID(str(body["loan_id"]))
            yield Found(f"{PAID_OUT_OCCASION}{loan_id}", LetterKind.SCHEDULE, loan_id)
        case contract.LOAN_CLOSED:
            # Once for each time it was closed: it may have been opened again by a payment that came back.
            loan_id = UUID(str(body["loan_id"]))
            yield Found(f"{PAID_OFF_OCCASION}{loan_id}:{body['version']}", LetterKind.SETTLEMENT, loan_id)
        case _:
            return


def is_wanted(settings: LetterSettings, kind: LetterKind) -> bool:
    """Say whether a lender wants letters of a kind to be written by themselves."""
    switches = {
        LetterKind.OFFER: settings.write_offers,
        LetterKind.SCHEDULE: settings.write_schedules,
        LetterKind.ARREARS: settings.write_arrears,
        LetterKind.SETTLEMENT: settings.write_settlements,
        LetterKind.STATEMENT: settings.write_statements,
    }
    return switches.get(kind, False)


# Each organisation's first letters come before the second ones of any, so that none waits for another's.
_NEXT = """
select n.organization_id, n.occasion
from organizations o cross join lateral (
    select w.organization_id, w.occasion, w.retry_at, row_number() over (order by w.retry_at, w.occasion) as place
    from letters_to_write w where w.organization_id = o.id and w.retry_at <= %(now)s
    order by w.retry_at, w.occasion limit %(each)s
) n
where o.removed_at is null order by n.place, n.retry_at, n.occasion limit %(limit)s
"""


def write_letters(database: Database, kind: LendingApplicationKind) -> bool:
    """Write the letters whose turn it is; say whether there may be more."""
    with database.system() as tx:
        rows = tx.all(_NEXT, {"now": clock.system_now(), "each": LETTERS_AT_ONCE_MAX, "limit": LETTERS_IN_ALL_MAX})
    for row in rows:
        try:
            problem = _write(database, kind, row)
        except Unavailable:
            raise
        except Exception:
            # One letter that cannot be written must not keep the others from being written; it is tried again.
            log.exception("a letter could not be written", occasion=row["occasion"])
            problem = "The letter could not be written by itself; the log of the worker says why."
        if problem is not None:
            _put_off(database, row, problem)
    return len(rows) >= LETTERS_AT_ONCE_MAX


def _write(database: Database, kind: LendingApplicationKind, row: Row) -> str | None:
    """Write one letter; return what keeps it from being written, if anything does."""
    key = [row["organization_id"], row["occasion"]]
    with database.transaction(row["organization_id"]) as tx:
        found = tx.find(
            "select occasion, kind, subject_id from letters_to_write where organization_id = %s and occasion = %s"
            " for update skip locked",
            key,
        )
        if found is None:
            # Another worker is at it, or it is done.
            return None
        organization = organizations.get_organization(tx, row["organization_id"])
        settings, _ = get_settings(tx, organization)
        wanted = Found(found["occasion"], LetterKind(found["kind"]), found["subject_id"])
        if is_wanted(settings, wanted.kind):
            if not settings.address:
                return NO_ADDRESS
            _issue(tx, organization, kind, settings, wanted)
        tx.execute("delete from letters_to_write where organization_id = %s and occasion = %s", key)
    return None


def _issue(
    tx: Transaction,
    organization: Organization,
    kind: LendingApplicationKind,
    settings: LetterSettings,
    wanted: Found,
) -> None:
    """Issue the letter that is wanted, unless it has no object any more."""
    if wanted.kind is LetterKind.OFFER:
        _issue_offer(tx, organization, kind, settings, wanted)
        return
    loan_id = wanted.subject_id
    if wanted.kind is LetterKind.ARREARS:
        # Locked before the letter is numbered, as by whoever completes the step.
        step = tx.find(
            "select loan_id from collection_steps where organization_id = %s and id = %s and state = 'planned' for update",
            [organization.id, wanted.subject_id],
        )
        if step is None:
            return
        loan_id = step["loan_id"]
    now = clock.system_now()
    about = load_about(tx, organization, kind, loan_id, business_day(organization, now))
    facts = _facts_of_loan(tx, about, wanted.kind)
    if facts is None:
        return
    subject = Subject(loan_id=loan_id, application_id=about.loan.application_id)
    letter = _issue_facts(tx, organization, wanted, subject, facts)
    if wanted.kind is LetterKind.ARREARS:
        tx.execute(
            "update collection_steps set note = %s, version = version + 1 where organization_id = %s and id = %s",
            [step_note(letter["number"]), organization.id, wanted.subject_id],
        )


def step_note(number: str) -> str:
    """Say what is left to do of a step whose letter is written."""
    return f"Letter {number} is written. No channel is connected: print it, send it, and record it as sent."


def _facts_of_loan(tx: Transaction, about: loan_facts.About, kind: LetterKind) -> Facts | None:
    loan = about.loan
    try:
        if kind is LetterKind.ARREARS:
            return loan_facts.arrears_facts(tx, about)
        if kind is LetterKind.SCHEDULE:
            # With part of it paid out there is more to come, and its last part brings the letter.
            return loan_facts.schedule_facts(tx, about) if loan.principal >= loan.terms.amount else None
        if loan.state not in SETTLED or (loan.closed_on is not None and _is_late(loan.closed_on, about.today)):
            return None
        return loan_facts.settlement_facts(tx, about, about.today)
    except LetterNotPossible:
        return None


def _issue_offer(
    tx: Transaction,
    organization: Organization,
    kind: LendingApplicationKind,
    settings: LetterSettings,
    wanted: Found,
) -> None:
    offer = tx.find("select * from offers where organization_id = %s and id = %s", [organization.id, wanted.subject_id])
    if offer is None:
        return
    application = applications.get_application(tx, kind.catalogue, offer["application_id"])
    try:
        facts = offer_facts(organization, settings, application, offer, now=organization.clock.now())
    except OfferNotMade:
        return
    _issue_facts(tx, organization, wanted, Subject(application_id=application.id), facts)


def _issue_facts(tx: Transaction, organization: Organization, wanted: Found, subject: Subject, facts: Facts) -> Row:
    make: Callable[[str], Facts] = lambda number: replace(facts, head=replace(facts.head, number=number))  # noqa: E731
    return issue(
        tx,
        organization,
        wanted.kind,
        subject,
        make,
        issued_on=facts.head.issued_on,
        by=WRITER,
        now=clock.system_now(),
        occasion=wanted.occasion,
    )


def _put_off(database: Database, row: Row, problem: str) -> None:
    with database.transaction(row["organization_id"]) as tx:
        tx.execute(
            "update letters_to_write set problem = %(problem)s, tries = least(tries + 1, %(most)s), retry_at = %(now)s::timestamptz"
            " + make_interval(secs => least(%(first)s * power(2, least(tries, 20)), %(longest)s))"
            " where organization_id = %(organization)s and occasion = %(occasion)s",
            {
                "problem": problem,
                "most": TRIES_MAX,
                "now": clock.system_now(),
                "first": RETRY_SECONDS,
                "longest": RETRY_SECONDS_MAX,
                "organization": row["organization_id"],
                "occasion": row["occasion"],
            },
        )


_UNWRITTEN = """
select w.organization_id, count(*) as count, min(w.problem) as problem from letters_to_write w
join organizations o on o.id = w.organization_id and o.removed_at is null
where w.problem is not null group by w.organization_id order by w.organization_id limit %(limit)s
"""


def watch_unwritten(database: Database) -> None:
    """Raise an alert for each organisation with letters that could not be written, unless one is open that says it."""
    with database.system() as tx:
        rows = tx.all(_UNWRITTEN, {"limit": ORGANIZATIONS_MAX})
    for row in rows:
        with database.transaction(row["organization_id"]) as tx:
            if tx.find("select 1 from alerts where state = 'open' and cause = %s limit 1", [_CAUSE]):
                continue
            at = organizations.get_organization(tx, row["organization_id"]).clock.now()
            detail: dict[str, object] = {"count": row["count"], "problem": row["problem"]}
            title = "Letters to borrowers wait because they could not be written"
            alert = Alert(row["organization_id"], "intervention", "medium", _CAUSE, title, at, detail=detail)
            raise_alerts(tx, [alert])


def _is_late(happened: date, recorded: date) -> bool:
    return recorded - happened > timedelta(days=LATE_DAYS_MAX)
