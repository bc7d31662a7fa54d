"""The shapes of letters, notices and borrower links over the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from intendant.domains.lending.adverse_action import REASONS_MAX
from intendant.domains.lending.letters import settings
from intendant.domains.lending.letters.adverse_action import FACTORS_MAX
from intendant.domains.lending.letters.facts import LetterKind
from intendant.domains.lending.letters.repository import HowSent
from intendant.domains.lending.letters.usecases import SENT_AT_ONCE_MAX
from intendant.domains.lending.wire import Written

_PLAIN = r"^[^\x00-\x1f\x7f]*$"
Line = Annotated[str, StringConstraints(max_length=settings.LINE_LENGTH_MAX, pattern=_PLAIN, strip_whitespace=True)]
FilledLine = Annotated[
    str, StringConstraints(min_length=1, max_length=settings.LINE_LENGTH_MAX, pattern=_PLAIN, strip_whitespace=True)
]
Text = Annotated[str, StringConstraints(max_length=settings.TEXT_LENGTH_MAX, pattern=_PLAIN, strip_whitespace=True)]
Reason = Annotated[str, StringConstraints(min_length=3, max_length=300, pattern=_PLAIN, strip_whitespace=True)]
LoanLetterKind = Literal["schedule", "statement", "arrears", "settlement"]
ApplicationLetterKind = Literal["offer", "adverse_action"]
LINK_DAYS, LINK_DAYS_MAX = 90, 366


class LetterView(BaseModel):
    """A letter without its text. `due_at` is until when it must be sent, where the law says so."""

    id: UUID
    number: str
    kind: LetterKind
    application_id: UUID | None
    loan_id: UUID | None
    recipient: str
    template_version: int
    due_at: datetime | None
    issued_at: datetime
    issued_by: str
    sent_at: datetime | None
    sent_by: str | None
    sent_how: HowSent | None


class LetterDetail(LetterView):
    """A letter with what it states and every word of it, and the SHA-256 that binds them."""

    title: str
    facts: dict[str, Any]
    document: dict[str, Any]
    digest: str


class LoanLetterBody(Written):
    """Which letter is wanted. Without days a statement covers the last whole month and a settlement holds today."""

    kind: LoanLetterKind
    begins: date | None = None
    ends: date | None = None
    valid_on: date | None = None


class ApplicationLetterBody(Written):
    """Which letter is wanted. `reasons` are stated by a person, in place of those that were found."""

    kind: ApplicationLetterKind
    reasons: list[Reason] = Field(default_factory=list, max_length=REASONS_MAX)
    score_factors: list[Reason] = Field(default_factory=list, max_length=FACTORS_MAX)
    """What moved the credit score most, as the agency reported it."""


class SentBody(Written):
    """How a letter went out."""

    how: HowSent


class SentManyBody(SentBody):
    """How several letters went out."""

    letter_ids: list[UUID] = Field(min_length=1, max_length=SENT_AT_ONCE_MAX)


class SentMany(BaseModel):
    """The letters that are on record as sent now."""

    letters: list[LetterView]


class NoticeView(BaseModel):
    """A notice of adverse action that is owed and not sent. Without a letter, `problem` says what keeps it from being written."""

    application_id: UUID
    reference: str
    product: str
    decision_id: UUID
    rejected_at: datetime
    due_at: datetime
    days_left: int
    """Whole days of business time; negative where it is late."""
    is_late: bool
    letter_id: UUID | None
    letter_number: str | None
    problem: str | None


class AgencyPart(Written):
    """A body that letters name."""

    name: FilledLine
    address: list[FilledLine] = Field(default_factory=list, max_length=settings.ADDRESS_LINES_MAX)
    phone: Line = ""


class LetterSettingsPart(Written):
    """What letters say of the lender, and whom they name."""

    name: FilledLine
    address: list[FilledLine] = Field(default_factory=list, max_length=settings.ADDRESS_LINES_MAX)
    phone: Line = ""
    email: Line = ""
    website: Line = ""
    footer: Text = ""
    payment: Text = ""
    """How to pay."""
    help: Text = ""
    """Where those who cannot pay find help."""
    paper: Literal["a4", "us-letter"] = "a4"
    authority: AgencyPart
    """The federal agency that notices of adverse action name."""
    bureau: AgencyPart | None = None
    """The consumer reporting agency whose scores are used."""
    score_lowest: int = Field(default=300, ge=0, le=settings.SCORE_MAX)
    score_highest: int = Field(default=850, ge=1, le=settings.SCORE_MAX)
    write_offers: bool = True
    """Whether letters of offers are written by themselves."""
    write_schedules: bool = True
    """Whether the schedule is written by itself once a loan is paid out."""
    write_arrears: bool = True
    """Whether arrears notices are written by themselves for steps of collecting that are letters."""
    write_settlements: bool = True
    """Whether it is confirmed by itself that a loan is paid in full."""
    write_statements: bool = False
    """Whether each loan that runs gets a statement of every month."""


class LetterSettingsView(BaseModel):
    """The settings in force; version 0 are the defaults."""

    version: int
    settings: LetterSettingsPart


class LetterSettingsBody(Written):
    """Settings to be put in force in place of version `replaces`."""

    replaces: int = Field(ge=0)
    settings: LetterSettingsPart


class LinkBody(Written):
    """For how many days a borrower's link works."""

    days: int = Field(default=LINK_DAYS, ge=1, le=LINK_DAYS_MAX)


class LinkView(BaseModel):
    """A borrower's link, without what opens it."""

    id: UUID
    loan_id: UUID | None
    application_id: UUID | None
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by: str | None
    last_used_at: datetime | None
    is_usable: bool


class NewLink(LinkView):
    """A borrower's link that was just made. `url` opens it, and is shown this once."""

    url: str | None
