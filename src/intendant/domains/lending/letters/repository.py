"""Letters as they are kept: numbered, frozen, with a digest that every reading compares."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import orjson

from intendant.domains.lending import contract
from intendant.domains.lending.letters.document import dump_document
from intendant.domains.lending.letters.facts import Facts, LetterKind, dump_facts
from intendant.domains.lending.letters.wording import TEMPLATE_VERSION, compose
from intendant.kernel import events
from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.bulk import BulkInsert
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


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that is to be issued: `make` gives its facts for its number. Its `occasion`, if it has one, comes once."""

    kind: LetterKind
    subject: Subject
    make: Callable[[str], Facts]
    due_at: datetime | None = None
    occasion: str | None = None


_LETTERS = BulkInsert(
    "letters",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "sequence": "bigint",
        "number": "text",
        "kind": "text",
        "application_id": "uuid",
        "loan_id": "uuid",
        "recipient": "text",
        "occasion": "text",
        "template_version": "integer",
        "facts": "jsonb",
        "document": "jsonb",
        "digest": "bytea",
        "due_at": "timestamptz",
        "issued_at": "timestamptz",
        "issued_by": "text",
    },
)


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
    draft = Draft(kind, subject, make, due_at, occasion)
    return issue_many(tx, organization, [draft], issued_on=issued_on, by=by, now=now)[0]


def issue_many(
    tx: Transaction, organization: Organization, drafts: Sequence[Draft], *, issued_on: date, by: str, now: datetime
) -> list[Row]:
    """Issue letters in a few statements, as `issue` does one; their occasions differ."""
    # Numbers follow one another, so two letters of one organisation are issued one after the other.
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{organization.id} letters"])
    occasions = [draft.occasion for draft in drafts if draft.occasion is not None]
    known = {}
    if occasions:
        found = tx.all(
            f"select occasion, {_SUMMARY} from letters where organization_id = %s and occasion = any(%s) limit %s",  # noqa: S608
            [organization.id, occasions, len(occasions)],
        )
        known = {row.pop("occasion"): row for row in found}
    last = tx.scalar("select max(sequence) from letters where organization_id = %s", [organization.id]) or 0
    at = organization.clock.at(now)
    answers: list[Row] = []
    stored: list[Row] = []
    told: list[events.Event] = []
    for draft in drafts:
        if draft.occasion is not None and draft.occasion in known:
            answers.append(known[draft.occasion])
            continue
        row = _row(organization, draft, last + len(stored) + 1, issued_on, at, by)
        bound = letter_digest(row)
        stored.append(
            row
            | {
                "digest": bound,
                "facts": orjson.Fragment(canonical_json(row["facts"])),
                "document": orjson.Fragment(canonical_json(row["document"])),
            }
        )
        body = {"letter_id": row["id"], "number": row["number"], "kind": row["kind"], **_ids(row)}
        told.append(_event(organization, contract.LETTER_ISSUED, row["id"], body, by, now, bound))
        answers.append(row | {"sent_at": None, "sent_by": None, "sent_how": None})
    _LETTERS.run(tx, stored)
    events.emit(tx, told)
    return answers


def _row(organization: Organization, draft: Draft, sequence: int, issued_on: date, at: datetime, by: str) -> Row:
    number = f"L-{issued_on.year}-{sequence:06}"
    facts = draft.make(number)
    return {
        "organization_id": organization.id,
        "id": ids.new_id(),
        "sequence": sequence,
        "number": number,
        "kind": draft.kind.value,
        "application_id": draft.subject.application_id,
        "loan_id": draft.subject.loan_id,
        "recipient": facts.head.borrower,
        "occasion": draft.occasion,
        "template_version": TEMPLATE_VERSION,
        "facts": dump_facts(facts),
        "document": dump_document(compose(facts)),
        "due_at": draft.due_at,
        "issued_at": at,
        "issued_by": by,
    }


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


def find_unsent(tx: Transaction, occasion: str) -> UUID | None:
    """Find the letter of an occasion, where it is not on record as sent."""
    found: UUID | None = tx.scalar(
        "select id from letters where organization_id = %s and occasion = %s and sent_at is null",
        [tx.organization_id, occasion],
    )
    return found


def list_occasions(tx: Transaction, letter_ids: Sequence[UUID]) -> dict[UUID, str]:
    """List what letters were written about by themselves."""
    rows = tx.all(
        "select id, occasion from letters where organization_id = %s and id = any(%s) and occasion is not null limit %s",
        [tx.organization_id, list(letter_ids), len(letter_ids)],
    )
    return {row["id"]: row["occasion"] for row in rows}


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
