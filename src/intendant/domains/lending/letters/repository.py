"""Letters as they are kept: numbered, frozen, with a digest that every reading compares."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from intendant.domains.lending import contract
from intendant.domains.lending.letters.document import dump_document
from intendant.domains.lending.letters.facts import Facts, LetterKind, dump_facts
from intendant.domains.lending.letters.wording import TEMPLATE_VERSION, compose
from intendant.kernel import events
from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Bug, Conflict, NotFound

HowSent = Literal["post", "email", "link", "handed"]
LETTERS_OF_ONE_MAX = 500

_SUMMARY = (
    "id, sequence, number, kind, application_id, loan_id, recipient, template_version, due_at, issued_at, issued_by,"
    " sent_at, sent_by, sent_how"
)


class LetterUnknown(NotFound):
    """No such letter in this organisation."""

    code = "letter_unknown"


class LetterSent(Conflict):
    """The letter is on record as sent."""

    code = "letter_sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a letter is about: a loan, an application, or both."""

    loan_id: UUID | None = None
    application_id: UUID | None = None


def issue(
    tx: Transaction,
    organization: Organization,
    kind: LetterKind,
    subject: Subject,
    make: Callable[[str], Facts],
    *,
    issued_on: date,
    by: str,
    now: datetime,
    due_at: datetime | None = None,
    occasion: str | None = None,
) -> Row:
    """Issue a letter whose facts `make` gives for its number; return its row without the text.

    `now` is system time. A letter whose `occasion` has come before is not issued again: the first one is returned.
    """
    # Numbers follow one another, so two letters of one organisation are issued one after the other.
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{organization.id} letters"])
    if occasion is not None:
        found = tx.find(
            f"select {_SUMMARY} from letters where organization_id = %s and occasion = %s",  # noqa: S608 - a constant
            [organization.id, occasion],
        )
        if found is not None:
            return found
    last = tx.scalar("select max(sequence) from letters where organization_id = %s", [organization.id])
    sequence = (last or 0) + 1
    number = f"L-{issued_on.year}-{sequence:06}"
    facts = make(number)
    at = organization.clock.at(now)
    row: Row = {
        "organization_id": organization.id,
        "id": ids.new_id(),
        "sequence": sequence,
        "number": number,
        "kind": kind.value,
        "application_id": subject.application_id,
        "loan_id": subject.loan_id,
        "recipient": facts.head.borrower,
        "occasion": occasion,
        "template_version": TEMPLATE_VERSION,
        "facts": dump_facts(facts),
        "document": dump_document(compose(facts)),
        "due_at": due_at,
        "issued_at": at,
        "issued_by": by,
    }
    stored = row | {
        "digest": letter_digest(row),
        "facts": canonical_json(row["facts"]).decode(),
        "document": canonical_json(row["document"]).decode(),
    }
    tx.execute(
        f"insert into letters ({', '.join(stored)}) values ({', '.join(f'%({name})s' for name in stored)})",  # noqa: S608 - constants
        stored,
    )
    body = {"letter_id": row["id"], "number": number, "kind": kind.value, **_ids(row)}
    events.emit(tx, [_event(organization, contract.LETTER_ISSUED, row["id"], body, by, now, stored["digest"])])
    return row | {"sent_at": None, "sent_by": None, "sent_how": None}


def letter_digest(row: Row) -> bytes:
    """Return the SHA-256 that binds a letter: its number, kind, template version, facts and every word."""
    bound = {name: row[name] for name in ("number", "kind", "template_version", "facts", "document")}
    return digest(canonical_json(bound))


def get_letter(tx: Transaction, letter_id: UUID) -> Row:
    """Get a letter with facts and document; raises LetterUnknown, or Bug where it is not what was issued."""
    row = tx.find(
        f"select {_SUMMARY}, facts, document, digest from letters where organization_id = %s and id = %s",  # noqa: S608
        [tx.organization_id, letter_id],
    )
    if row is None:
        raise LetterUnknown("There is no such letter.", field="letter", remedy="List the letters to find it.")
    if letter_digest(row) != bytes(row["digest"]):
        raise Bug(f"Letter {row['number']} is not what was issued: its digest differs.")
    return row


def list_letters_of(tx: Transaction, subject: Subject, *, limit: int = LETTERS_OF_ONE_MAX) -> list[Row]:
    """List the letters about a loan and its application, newest first."""
    return tx.all(
        f"select {_SUMMARY} from letters where organization_id = %s"  # noqa: S608 - a constant
        " and (loan_id = %s or application_id = %s) order by id desc limit %s",
        [tx.organization_id, subject.loan_id, subject.application_id, limit],
    )


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Which letters are wanted; None leaves it open. `due` are those with a deadline that are not sent."""

    kinds: Sequence[LetterKind] = ()
    sent: bool | None = None
    due: bool = False
    loan_id: UUID | None = None
    application_id: UUID | None = None


def list_letters(tx: Transaction, wanted: LetterFilter, *, after: int | None, limit: int) -> list[Row]:
    """List letters, newest first; `after` is the sequence of the last one seen."""
    where, parameters = ["organization_id = %(organization)s"], {"organization": tx.organization_id, "limit": limit}
    for text, value, name in (
        ("kind = any(%(kinds)s)", [each.value for each in wanted.kinds] or None, "kinds"),
        ("(sent_at is not null) = %(sent)s", wanted.sent, "sent"),
        ("due_at is not null and sent_at is null", wanted.due or None, "due"),
        ("loan_id = %(loan)s", wanted.loan_id, "loan"),
        ("application_id = %(application)s", wanted.application_id, "application"),
        ("sequence < %(after)s", after, "after"),
    ):
        if value is not None:
            where.append(text)
            parameters[name] = value
    return tx.all(
        f"select {_SUMMARY} from letters where {' and '.join(where)} order by sequence desc limit %(limit)s",  # noqa: S608
        parameters,
    )


def mark_sent(
    tx: Transaction, organization: Organization, letter_id: UUID, how: HowSent, *, by: str, now: datetime
) -> Row:
    """Put on record that a letter went out; raises LetterUnknown or LetterSent. `now` is system time."""
    at = organization.clock.at(now)
    row = tx.find(
        "update letters set sent_at = %s, sent_by = %s, sent_how = %s"  # noqa: S608 - a constant
        f" where organization_id = %s and id = %s and sent_at is null returning {_SUMMARY}",
        [at, by, how, organization.id, letter_id],
    )
    if row is None:
        found = get_letter(tx, letter_id)
        raise LetterSent(
            f"Letter {found['number']} is on record as sent.",
            field="letter",
            remedy="Issue it again if it must go out once more.",
        )
    tx.execute(
        "update adverse_action_notices set sent_at = %s"
        " where organization_id = %s and application_id = %s and %s and sent_at is null",
        [at, organization.id, row["application_id"], row["kind"] == LetterKind.ADVERSE_ACTION],
    )
    body = {"letter_id": letter_id, "number": row["number"], "kind": row["kind"], "how": how, **_ids(row)}
    events.emit(tx, [_event(organization, contract.LETTER_SENT, letter_id, body, by, now, None)])
    return row


def _ids(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("application_id", "loan_id") if row[name] is not None}


def _event(
    organization: Organization,
    name: str,
    letter_id: UUID,
    body: dict[str, Any],
    by: str,
    now: datetime,
    record: bytes | None,
) -> events.Event:
    return events.Event(
        organization_id=organization.id,
        name=name,
        subject=f"letter:{letter_id}",
        body=body,
        at=organization.clock.at(now),
        recorded_at=now,
        actor=by,
        record=record,
    )
