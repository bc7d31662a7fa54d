"""What an organisation says of itself in its letters, and whom it names there: set once, frozen into each letter when issued."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from intendant.domains.lending import contract
from intendant.domains.lending.letters.document import Paper
from intendant.domains.lending.letters.facts import Agency, Lender
from intendant.kernel import events
from intendant.kernel.organizations import Organization
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.database import Transaction
from intendant.kit.errors import Conflict

ADDRESS_LINES_MAX = 6
LINE_LENGTH_MAX = 120
TEXT_LENGTH_MAX = 1_000
SCORE_MAX = 10_000
FEDERAL_AGENCY = Agency("Federal Trade Commission", ("Equal Credit Opportunity", "Washington, DC 20580"))
"""12 CFR 1002, appendix A: the agency of finance companies and of all creditors not named before. Banks have others."""


class LetterSettingsChanged(Conflict):
    """Somebody else changed the settings meanwhile."""

    code = "letter_settings_changed"


@dataclass(frozen=True, slots=True)
class LetterSettings:
    """The letterhead, whom notices name, the paper, and which letters are written by themselves.

    Without `bureau` no letter can tell of a consumer report. Notices of adverse action are owed by law and always written.
    """

    name: str
    address: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    website: str = ""
    footer: str = ""
    payment: str = ""
    help: str = ""
    paper: Paper = "a4"
    authority: Agency = FEDERAL_AGENCY
    bureau: Agency | None = None
    score_lowest: int = 300
    score_highest: int = 850
    write_offers: bool = True
    write_schedules: bool = True
    """Once a loan is paid out."""
    write_arrears: bool = True
    """For each step of collecting that is a letter."""
    write_settlements: bool = True
    """Once a loan is paid in full."""
    write_statements: bool = False
    """Of each month, for every loan that runs."""

    @property
    def lender(self) -> Lender:
        """Return the part that stands in every letter."""
        return Lender(
            self.name,
            self.address,
            self.phone,
            self.email,
            self.website,
            self.footer,
            self.payment,
            self.help,
            self.paper,
        )


def sample_settings(name: str) -> LetterSettings:
    """Return settings for a demonstration: complete, and naming nobody there is."""
    return LetterSettings(
        name,
        address=("1 Sample Street", "Springfield, IL 62701"),
        phone="(555) 555-0100",
        email="help@lender.example",
        footer=f"{name}. Part of a demonstration.",
        payment="By bank transfer to account 000000000, routing 000000000.",
        help="If a payment is hard for you, call us on (555) 555-0101.",
        bureau=Agency("Sample Credit Bureau", ("2 Sample Street", "Springfield, IL 62701"), "(555) 555-0102"),
    )


def get_settings(tx: Transaction, organization: Organization) -> tuple[LetterSettings, int]:
    """Return the settings with their version; version 0 are the defaults, with the organisation's name and no address."""
    row = tx.find("select body, version from letter_settings where organization_id = %s", [organization.id])
    return (LetterSettings(organization.name), 0) if row is None else (_from_body(row["body"]), row["version"])


def change_settings(
    tx: Transaction, organization: Organization, wanted: LetterSettings, *, replaces: int, by: str, now: datetime
) -> int:
    """Put settings in force and return their version; raises LetterSettingsChanged where `replaces` is not the present one.

    `now` is system time. Letters that could not be written are tried again at once.
    """
    body = canonical_json(asdict(wanted))
    written = tx.find(
        "insert into letter_settings as s (organization_id, version, body, changed_by, updated_at)"
        " select %(organization)s, 1, %(body)s::jsonb, %(by)s, %(at)s where %(replaces)s = 0 or exists"
        " (select from letter_settings where organization_id = %(organization)s)"
        " on conflict (organization_id) do update set version = s.version + 1, body = excluded.body,"
        " changed_by = excluded.changed_by, updated_at = excluded.updated_at where s.version = %(replaces)s"
        " returning version",
        {
            "organization": organization.id,
            "body": body.decode(),
            "by": by,
            "at": now,
            "replaces": replaces,
        },
    )
    if written is None:
        raise LetterSettingsChanged(
            "The settings were changed meanwhile.", field="replaces", remedy="Load them and apply your change again."
        )
    tx.execute(
        "update adverse_action_notices set problem = null, tried_at = null"
        " where organization_id = %s and letter_id is null and sent_at is null and problem is not null",
        [organization.id],
    )
    tx.execute(
        "update letters_to_write set retry_at = %s where organization_id = %s and retry_at > %s",
        [now, organization.id, now],
    )
    version: int = written["version"]
    event = events.Event(
        organization_id=organization.id,
        name=contract.LETTER_SETTINGS_CHANGED,
        subject=f"letter_settings:{version}",
        body={"version": version},
        at=organization.clock.at(now),
        recorded_at=now,
        actor=by,
        record=digest(body),
    )
    events.emit(tx, [event])
    return version


def _from_body(body: Mapping[str, Any]) -> LetterSettings:
    bureau = body["bureau"]
    return LetterSettings(
        **{
            **body,
            "address": tuple(body["address"]),
            "paper": cast(Paper, body["paper"]),
            "authority": _agency(body["authority"]),
            "bureau": None if bureau is None else _agency(bureau),
        }
    )


def _agency(body: Mapping[str, Any]) -> Agency:
    return Agency(body["name"], tuple(body["address"]), body["phone"])
