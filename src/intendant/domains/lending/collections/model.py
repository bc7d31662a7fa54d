"""The values of collecting: steps, contacts and what is known of a loan in arrears. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal
from uuid import UUID


class Step(StrEnum):
    """What can be done next about a loan in arrears."""

    REMIND = "remind"
    """A message."""
    CALL = "call"
    """A call, by a person."""
    LETTER = "letter"
    """An arrears notice."""
    OFFER_HARDSHIP = "offer_hardship"
    """A person offers relief."""
    CHARGE_OFF_PROPOSAL = "charge_off_proposal"
    """A person charges the loan off; always asked."""
    WAIT = "wait"
    """Nothing for now."""


CONTACTS = frozenset({Step.REMIND, Step.CALL, Step.LETTER, Step.OFFER_HARDSHIP})


class Channel(StrEnum):
    """How a borrower is reached."""

    EMAIL = "email"
    SMS = "sms"
    APP = "app"
    PHONE = "phone"
    LETTER = "letter"
    VISIT = "visit"


MESSAGE_CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.APP)
"""Channels of messages, in the order in which they are preferred; each needs the borrower's consent."""


class ContactOutcome(StrEnum):
    """How a contact went."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    PROMISED = "promised"
    DISPUTES = "disputes"
    HARDSHIP = "hardship"
    WRONG_NUMBER = "wrong_number"
    SENT = "sent"
    """A message or letter went out."""
    DONE = "done"
    """A step that is no contact was carried out."""


CONVERSATIONS = frozenset(
    {ContactOutcome.REACHED, ContactOutcome.PROMISED, ContactOutcome.DISPUTES, ContactOutcome.HARDSHIP}
)
"""Outcomes of a call that mean that somebody was spoken to."""

StepState = Literal["planned", "done", "cancelled"]
Hardship = Literal["asked", "granted"]


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact that took place, `at` in business time."""

    step: str
    channel: str | None
    outcome: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Arrears:
    """A loan in arrears with all that deciding about it may look at: the subject of the decision kind."""

    loan_id: UUID
    organization_id: UUID
    reference: str
    borrower: str
    product: str
    currency: str
    state: str
    outstanding: Decimal
    owed: Decimal
    arrears: Decimal
    provision: Decimal
    days_past_due: int
    bucket: int
    disbursed_on: date | None
    zone: str
    """The borrower's time zone where it is known, else the lender's."""
    probability_of_default: float | None
    """As the model saw it at approval."""
    contacts: tuple[Contact, ...]
    """Of the last `CONTACTS_DAYS` days, oldest first."""
    promise_due_on: date | None
    promises_broken: int
    hardship: str | None
    hardship_until: date | None
    no_contact: bool
    disputed: bool
    channels: tuple[str, ...] | None
    """The channels that the borrower agreed to; None where nobody has asked."""
    has_planned: bool
    version: int
    """Of its case; 0 where there is none yet."""

    @property
    def standing(self) -> int:
        """Return the version of what a proposal is about: it changes with the case and with the bucket."""
        return standing(self.version, self.bucket)


_BUCKETS = 1_000


def standing(version: int, bucket: int) -> int:
    """Join a case's version and its loan's bucket to one number, so that an answer is stale when either has changed."""
    return version * _BUCKETS + bucket


CONTACTS_DAYS = 45
"""Contacts older than this are no longer looked at."""


def months_between(begin: date, end: date) -> int:
    """Count the turns of the month between two days."""
    return (end.year - begin.year) * 12 + end.month - begin.month
