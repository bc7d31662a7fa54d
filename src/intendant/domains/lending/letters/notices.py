"""Notices that are owed to whom was turned down: found in the log, written by themselves, and watched until they are sent.

Each step may be killed at any moment and done twice: rejections are read by a cursor that moves in the transaction which keeps
them, and the letter of a decision is issued once, whoever tries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from intendant.domains.lending.contract import APPLICATION_KIND
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.letters import adverse_action
from intendant.domains.lending.letters.facts import LetterKind
from intendant.domains.lending.letters.repository import Subject, issue
from intendant.domains.lending.letters.settings import get_settings
from intendant.kernel import events, organizations
from intendant.kernel.alerts import Alert, raise_alerts
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Unavailable

ORGANIZATIONS_MAX = 1_000
EVENTS_AT_ONCE_MAX = events.PAGE_MAX
LETTERS_AT_ONCE_MAX = 20
"""Of one organisation in one go: explaining a decision takes some milliseconds, and others wait."""
WARNED_DAYS = 7
"""With so many days left, and the notice not sent, people are told."""
WRITER = "system:letters"
_MADE = "kernel.decision.made"
_WARNING, _LATE = "notices.due", "notices.late"

log = structlog.get_logger(__name__)

_CURSORS = """
select o.id, coalesce(c.cursor, %(start)s) as cursor
from organizations o left join notice_cursors c on c.organization_id = o.id
where o.removed_at is null and o.kind <> 'sandbox' order by o.id limit %(limit)s
"""
# Bodies of the log are text; a cast that may fail must not be reached before row-level security has chosen the rows, so ids are
# read in Python and asked for here.
_REJECTED = """
insert into adverse_action_notices (organization_id, application_id, decision_id, rejected_at, due_at)
select a.organization_id, a.id, a.decision_id, r.at, a.submitted_at + %(days)s::interval
from unnest(%(ids)s::uuid[], %(at)s::timestamptz[]) as r (id, at)
join lending_applications a on a.organization_id = %(organization)s and a.id = r.id
where a.state = 'rejected' and a.decision_id is not null
on conflict (organization_id, application_id) do update set decision_id = excluded.decision_id,
    rejected_at = excluded.rejected_at, letter_id = null, sent_at = null, problem = null, tried_at = null
    where adverse_action_notices.decision_id <> excluded.decision_id
"""


def collect_rejections(database: Database) -> bool:
    """Keep what the log tells of new rejections; say whether there may be more to read."""
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
    found, end = events.read(tx, cursor, EVENTS_AT_ONCE_MAX, prefix=_MADE)
    rejected = {
        UUID(body["subject_id"]): each.at
        for each in found
        if (body := each.body)["kind"] == APPLICATION_KIND and body["verdict"] in ("act", "refuse")
    }
    if rejected:
        tx.execute(
            _REJECTED,
            {
                "organization": tx.organization_id,
                "ids": list(rejected),
                "at": list(rejected.values()),
                "days": timedelta(days=adverse_action.NOTICE_DAYS),
            },
        )
    tx.execute(
        "insert into notice_cursors (organization_id, cursor) values (%s, %s)"
        " on conflict (organization_id) do update set cursor = excluded.cursor",
        [tx.organization_id, str(end)],
    )
    return len(found) == EVENTS_AT_ONCE_MAX


_UNWRITTEN = """
select n.organization_id, n.application_id, n.decision_id
from organizations o cross join lateral (
    select * from adverse_action_notices n where n.organization_id = o.id and n.letter_id is null and n.sent_at is null
    and n.problem is null order by n.due_at, n.application_id limit %(each)s
) n
where o.removed_at is null limit %(limit)s
"""


def write_notices(database: Database, kind: LendingApplicationKind) -> bool:
    """Issue the letters of rejections that have none; say whether there may be more to write."""
    with database.system() as tx:
        rows = tx.all(_UNWRITTEN, {"each": LETTERS_AT_ONCE_MAX, "limit": ORGANIZATIONS_MAX})
    for row in rows:
        try:
            problem = _write(database, kind, row)
        except Unavailable:
            raise
        except Exception:
            # One notice that cannot be written must not keep the others from being written in time; it is shown to people.
            log.exception("a notice could not be written", application=str(row["application_id"]))
            problem = "The notice could not be written by itself; the log of the worker says why."
        if problem is not None:
            with database.transaction(row["organization_id"]) as tx:
                tx.execute(
                    "update adverse_action_notices set problem = %s, tried_at = %s"
                    " where organization_id = %s and application_id = %s and letter_id is null",
                    [problem, clock.system_now(), row["organization_id"], row["application_id"]],
                )
    return len(rows) >= LETTERS_AT_ONCE_MAX


def _write(database: Database, kind: LendingApplicationKind, row: Row) -> str | None:
    """Issue one notice; return what keeps it from being written, if anything does."""
    with database.transaction(row["organization_id"]) as tx:
        if not tx.find(
            "select 1 from adverse_action_notices where organization_id = %s and application_id = %s and decision_id = %s"
            " and letter_id is null for update skip locked",
            [row["organization_id"], row["application_id"], row["decision_id"]],
        ):
            # Another worker is at it, or it is done.
            return None
        organization = organizations.get_organization(tx, row["organization_id"])
        try:
            issue_notice(
                tx,
                organization,
                kind,
                row["application_id"],
                by=WRITER,
                occasion=f"adverse_action:{row['decision_id']}",
            )
        except adverse_action.NoticeNotOwed:
            # The application has moved on since.
            tx.execute(
                "delete from adverse_action_notices where organization_id = %s and application_id = %s",
                [row["organization_id"], row["application_id"]],
            )
        except adverse_action.NoticeIncomplete as error:
            return str(error)
    return None


def issue_notice(
    tx: Transaction,
    organization: Organization,
    kind: LendingApplicationKind,
    application_id: UUID,
    *,
    by: str,
    reasons: Sequence[str] = (),
    score_factors: Sequence[str] = (),
    occasion: str | None = None,
) -> Row:
    """Issue a notice of adverse action and put it on the record of what is owed; return the letter's row."""
    now = clock.system_now()
    # Before the lock under which letters are numbered, as the worker does.
    tx.execute(
        "select 1 from adverse_action_notices where organization_id = %s and application_id = %s for update",
        [organization.id, application_id],
    )
    settings, _ = get_settings(tx, organization)
    facts, application = adverse_action.adverse_action_facts(
        tx,
        organization,
        kind.catalogue,
        kind.champions,
        settings,
        application_id,
        now=organization.clock.at(now),
        reasons=reasons,
        score_factors=score_factors,
    )
    due_at = adverse_action.due_at(application.submitted_at)
    letter = issue(
        tx,
        organization,
        LetterKind.ADVERSE_ACTION,
        Subject(application_id=application_id),
        lambda number: replace(facts, head=replace(facts.head, number=number)),
        issued_on=facts.head.issued_on,
        by=by,
        now=now,
        due_at=due_at,
        occasion=occasion,
    )
    tx.execute(
        "insert into adverse_action_notices as n (organization_id, application_id, decision_id, rejected_at, due_at, letter_id)"
        " values (%s, %s, %s, %s, %s, %s) on conflict (organization_id, application_id) do update"
        " set letter_id = excluded.letter_id, problem = null where n.decision_id = excluded.decision_id",
        [organization.id, application_id, application.decision_id, organization.clock.at(now), due_at, letter["id"]],
    )
    return letter


_SOON = """
select n.organization_id, count(*) filter (where n.due_at < b.now) as late, count(*) as soon, min(n.due_at) as first
from (select id, business_anchor + (%(now)s::timestamptz - system_anchor) * speed as now from organizations
      where removed_at is null) b
join adverse_action_notices n on n.organization_id = b.id and n.sent_at is null and n.due_at < b.now + %(warned)s::interval
group by n.organization_id order by n.organization_id limit %(limit)s
"""


def watch_deadlines(database: Database) -> None:
    """Raise an alert for each organisation with notices that are late or nearly so, unless one is open that says it."""
    now = clock.system_now()
    with database.system() as tx:
        rows = tx.all(_SOON, {"now": now, "warned": timedelta(days=WARNED_DAYS), "limit": ORGANIZATIONS_MAX})
    for row in rows:
        with database.transaction(row["organization_id"]) as tx:
            at = organizations.get_organization(tx, row["organization_id"]).clock.at(now)
            told = {each["cause"] for each in tx.all("select cause from alerts where state = 'open' limit 10000")}
            raise_alerts(tx, [each for each in _alerts(row, at) if each.cause not in told])


def _alerts(row: Row, at: datetime) -> Iterable[Alert]:
    detail: dict[str, object] = {"count": row["soon"], "late": row["late"], "first_due_at": row["first"].isoformat()}
    if row["late"]:
        title = "Notices of adverse action are late: the law gives 30 days from the application"
        yield Alert(row["organization_id"], "intervention", "critical", _LATE, title, at, detail=detail)
    if row["soon"] > row["late"]:
        title = f"Notices of adverse action are due within {WARNED_DAYS} days and not sent"
        yield Alert(row["organization_id"], "intervention", "high", _WARNING, title, at, detail=detail)


@dataclass(frozen=True, slots=True)
class NoticeCursor:
    """The last notice of a page."""

    due_at: datetime
    application_id: UUID


def list_notices(tx: Transaction, *, after: NoticeCursor | None, limit: int) -> list[Row]:
    """List notices that are owed and not sent, the most urgent first."""
    return tx.all(
        "select n.application_id, a.reference, a.product, n.decision_id, n.rejected_at, n.due_at, n.letter_id, l.number,"
        " n.problem from adverse_action_notices n"
        " join lending_applications a on a.organization_id = n.organization_id and a.id = n.application_id"
        " left join letters l on l.organization_id = n.organization_id and l.id = n.letter_id"
        " where n.organization_id = %(organization)s and n.sent_at is null and a.state = 'rejected'"
        " and (%(due)s::timestamptz is null or (n.due_at, n.application_id) > (%(due)s, %(id)s::uuid))"
        " order by n.due_at, n.application_id limit %(limit)s",
        {
            "organization": tx.organization_id,
            "due": None if after is None else after.due_at,
            "id": None if after is None else after.application_id,
            "limit": limit,
        },
    )
