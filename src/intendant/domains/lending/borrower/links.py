"""Borrowers' links as they are kept: made and revoked by people, used by whoever holds one."""

from datetime import datetime, timedelta
from uuid import UUID

from intendant.domains.lending import contract
from intendant.domains.lending.borrower.tokens import LinkKey, LinkToken
from intendant.domains.lending.letters.repository import Subject
from intendant.domains.lending.loans.repository import LoanUnknown
from intendant.domains.lending.repository import ApplicationUnknown
from intendant.kernel import events
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock, ids
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, NotFound

LINKS_OF_ONE_MAX = 100
USABLE_MAX = 20
"""Links of one loan or application that work at a time."""
USE_KEPT = timedelta(minutes=1)
"""A use is written down at most so often."""

_COLUMNS = (
    "id, loan_id, application_id, created_by, created_at, expires_at, revoked_at, revoked_by, last_used_at,"
    " (revoked_at is null and expires_at > %s) as is_usable"
)


class LinkUnknown(NotFound):
    """No such link of this loan or application."""

    code = "borrower_link_unknown"


class LinksTooMany(Conflict):
    """Too many links work already."""

    code = "borrower_links_too_many"


def make_link(tx: Transaction, by: Principal, key: LinkKey, subject: Subject, *, days: int) -> tuple[Row, str]:
    """Make a link to a loan or an application; return its row and its token, which is kept nowhere.

    Raises LoanUnknown, ApplicationUnknown or LinksTooMany.
    """
    by.require(Permission.LOAN_SERVICE)
    _require_known(tx, subject)
    organization, now = get_organization(tx, tx.organization_id), clock.system_now()
    # To the second, as the token says it.
    expires_at = (now + timedelta(days=days)).replace(microsecond=0)
    if sum(each["is_usable"] for each in list_links(tx, subject)) >= USABLE_MAX:
        raise LinksTooMany(
            f"{USABLE_MAX} links work already.", field="links", remedy="Revoke those that nobody needs any more."
        )
    row = tx.find(
        "insert into borrower_links (organization_id, id, loan_id, application_id, created_by, created_at, expires_at)"  # noqa: S608
        f" values (%s, %s, %s, %s, %s, %s, %s) returning {_COLUMNS}",
        [organization.id, ids.new_id(), subject.loan_id, subject.application_id, by.label, now, expires_at, now],
    )
    assert row is not None  # noqa: S101 - it was inserted
    _tell(tx, organization, contract.BORROWER_LINK_MADE, row, by.label, now)
    return row, key.write(LinkToken(organization.id, row["id"], expires_at))


def list_links(tx: Transaction, subject: Subject) -> list[Row]:
    """List the links of a loan or an application, newest first."""
    return tx.all(
        f"select {_COLUMNS} from borrower_links"  # noqa: S608 - a constant
        " where organization_id = %s and (loan_id = %s or application_id = %s) order by id desc limit %s",
        [clock.system_now(), tx.organization_id, subject.loan_id, subject.application_id, LINKS_OF_ONE_MAX],
    )


def list_links_of(tx: Transaction, by: Principal, subject: Subject) -> list[Row]:
    """List links for people; raises LoanUnknown or ApplicationUnknown."""
    by.require(Permission.LOAN_READ)
    _require_known(tx, subject)
    return list_links(tx, subject)


def revoke_link(tx: Transaction, by: Principal, subject: Subject, link_id: UUID) -> Row:
    """Let a link work no more; twice is once. Raises LinkUnknown."""
    by.require(Permission.LOAN_SERVICE)
    organization, now = get_organization(tx, tx.organization_id), clock.system_now()
    key = [organization.id, link_id, subject.loan_id, subject.application_id]
    found = tx.find(
        f"select {_COLUMNS} from borrower_links"  # noqa: S608 - a constant
        " where organization_id = %s and id = %s and (loan_id = %s or application_id = %s) for update",
        [now, *key],
    )
    if found is None:
        raise LinkUnknown("There is no such link.", field="link", remedy="List the links to find it.")
    if found["revoked_at"] is not None:
        return found
    row = tx.find(
        f"update borrower_links set revoked_at = %s, revoked_by = %s where organization_id = %s and id = %s returning {_COLUMNS}",  # noqa: S608
        [now, by.label, organization.id, link_id, now],
    )
    assert row is not None  # noqa: S101 - it was locked
    _tell(tx, organization, contract.BORROWER_LINK_REVOKED, row, by.label, now)
    return row


def use_link(tx: Transaction, token: LinkToken, now: datetime) -> Subject | None:
    """Return what a link is about, or None where it was revoked, is over or is gone. `now` is system time."""
    row = tx.find(
        "select loan_id, application_id, last_used_at from borrower_links where organization_id = %s and id = %s"
        " and revoked_at is null and expires_at > %s",
        [token.organization_id, token.link_id, now],
    )
    if row is None:
        return None
    if row["last_used_at"] is None or row["last_used_at"] < now - USE_KEPT:
        tx.execute(
            "update borrower_links set last_used_at = %s where organization_id = %s and id = %s",
            [now, token.organization_id, token.link_id],
        )
    return Subject(loan_id=row["loan_id"], application_id=row["application_id"])


def _require_known(tx: Transaction, subject: Subject) -> None:
    if subject.loan_id is not None:
        if tx.find("select 1 from loans where organization_id = %s and id = %s", [tx.organization_id, subject.loan_id]):
            return
        raise LoanUnknown("There is no such loan.", field="loan", remedy="List the loans to find it.")
    if not tx.find(
        "select 1 from lending_applications where organization_id = %s and id = %s",
        [tx.organization_id, subject.application_id],
    ):
        raise ApplicationUnknown("There is no such application.", field="application", remedy="List them to find it.")


def _tell(tx: Transaction, organization: Organization, name: str, row: Row, by: str, now: datetime) -> None:
    body = {"link_id": row["id"], "expires_at": row["expires_at"]}
    body |= {each: row[each] for each in ("loan_id", "application_id") if row[each] is not None}
    event = events.Event(
        organization_id=organization.id,
        name=name,
        subject=f"borrower_link:{row['id']}",
        body=body,
        at=organization.clock.at(now),
        recorded_at=now,
        actor=by,
    )
    events.emit(tx, [event])
