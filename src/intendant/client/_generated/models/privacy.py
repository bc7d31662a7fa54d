"""Models of privacy. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Literal

from intendant.client._model import Model


class CandidateView(Model):
    """Something that may be a person's: a case with what they wrote in it. `root` names it in requests and
    holds.

    `standing` says whether it could be erased now; if not, `why`, and `until` when the law keeps it (null:
    not foreseeable).
    """

    data_class: str
    ended_at: datetime.datetime | None
    label: str
    matched: list[str]
    root: uuid.UUID
    standing: Literal["erasable", "open", "kept", "held"]
    title: str
    until: datetime.datetime | None
    why: str
    words: list[str]


class ConfirmBody(Model):
    """The second step: `seen` and `revision` of what was looked at."""

    revision: int
    seen: str


class ConsentBody(Model):
    """What a person said. `person` is their e-mail, telephone or reference; `text_version` which words they
    agreed to.
    """

    at: datetime.datetime | None = None
    person: str
    purpose: str
    source: str
    state: Literal["given", "withdrawn"]
    text_version: str


class ConsentView(Model):
    """Something a person said about a purpose."""

    at: datetime.datetime
    id: uuid.UUID
    person: str
    purpose: str
    recorded_at: datetime.datetime
    recorded_by: str
    source: str
    state: Literal["given", "withdrawn"]
    text_version: str


class ConsentViewPage(Model):
    """Consent view page."""

    items: list[ConsentView]
    next: str | None = None


class CurrentConsents(Model):
    """Where a person stands on each purpose; what is not listed was never asked, and is no consent.

    `history` is everything they said, newest first, as far as fits; `more` says that there is older.
    """

    history: list[ConsentView]
    items: list[ConsentView]
    more: bool
    person: str


class DataMap(Model):
    """Where personal data lies: every table of the installation, sorted."""

    free: list[FreeTable]
    personal: list[DeclaredTable]


class DeclaredTable(Model):
    """A table with personal data, as its owner declares it."""

    category: Literal["identity", "contact", "financial", "decision", "correspondence", "technical"]
    erasing: Literal["blank", "delete", "redact", "record", "keep"]
    owner: str
    table: str
    what: str
    why: str


class DryRunView(Model):
    """What a rule would touch now: `due` ended before `before` and nothing keeps them."""

    before: datetime.datetime
    data_class: str
    due: int
    held: int
    kept: int
    oldest_at: datetime.datetime | None
    open: int


class ErasurePreview(Model):
    """What an erasure would do now. `seen` is repeated to confirm it. `shared_words` others have too: they are
    left alone.
    """

    goes: list[CandidateView]
    seen: str
    shared_words: list[str]
    stays: list[CandidateView]
    tables: list[TableShareView]


class FreeTable(Model):
    """A table without personal data of customers, and why."""

    table: str
    why: str


class HoldBody(Model):
    """What to keep: one case or a whole class, and why."""

    data_class: str | None = None
    reason: str
    root: uuid.UUID | None = None


class HoldView(Model):
    """What must be kept whatever else is asked: one case (`root`) or a class of data."""

    data_class: str | None
    id: uuid.UUID
    placed_at: datetime.datetime
    placed_by: str
    reason: str
    release_reason: str | None
    released_at: datetime.datetime | None
    released_by: str | None
    root: uuid.UUID | None


class HoldViewPage(Model):
    """Hold view page."""

    items: list[HoldView]
    next: str | None = None


class PeopleFound(Model):
    """Who may be meant; a human chooses. `more` says that there were too many to list."""

    items: list[CandidateView]
    more: bool


class PersonBody(Model):
    """A person by e-mail, telephone or reference."""

    person: str


class RefuseBody(Model):
    """Why a request is refused: what the person is told."""

    reason: str
    revision: int


class ReleaseBody(Model):
    """Why a hold ends."""

    reason: str


class RequestBody(Model):
    """A request as it came: about whom, which of the found cases are theirs, why they may ask, and when they
    did.
    """

    ground: str
    kind: Literal["export", "erasure"]
    person: str
    requested_at: datetime.datetime | None = None
    roots: list[uuid.UUID]


class RequestView(Model):
    """A person's request. `person` and `ground` are blank once all of it was erased. `overdue`: its month is
    over.
    """

    confirmed_at: datetime.datetime | None
    confirmed_by: str | None
    created_at: datetime.datetime
    created_by: str
    days_left: int
    due_at: datetime.datetime
    ended_at: datetime.datetime | None
    expires_at: datetime.datetime | None
    ground: str
    id: uuid.UUID
    kind: Literal["export", "erasure"]
    overdue: bool
    person: str
    progress: float
    reason: str | None
    requested_at: datetime.datetime
    revision: int
    roots: list[uuid.UUID]
    rows: dict[str, int] | None
    sha256: str | None
    size: int | None
    state: Literal["open", "queued", "running", "done", "refused", "expired", "failed"]
    stays: list[StayView]
    task_id: uuid.UUID | None


class RequestViewPage(Model):
    """Request view page."""

    items: list[RequestView]
    next: str | None = None


class RetentionRuleView(Model):
    """How long a class of data is kept after its end. Revision 0: nobody set it, and nothing is deleted."""

    after_days: int
    changed_at: datetime.datetime | None
    changed_by: str | None
    data_class: str
    default_legal_days: int
    enabled: bool
    legal_days: int
    legal_reason: str
    reason: str
    revision: int
    title: str


class RuleBody(Model):
    """How long a class is kept. `legal_days` is the minimum that the law wants where you are; say why in
    `reason`.
    """

    after_days: int
    enabled: bool
    legal_days: int
    reason: str
    revision: int


class RulesView(Model):
    """Every class of data with its rule."""

    items: list[RetentionRuleView]


class RunView(Model):
    """One run of a rule: how many cases and rows were erased; `counts` by table."""

    before: datetime.datetime
    counts: dict[str, int]
    data_class: str
    ended_at: datetime.datetime | None
    erased: int
    held: int
    id: uuid.UUID
    rows: int
    started_at: datetime.datetime


class RunViewPage(Model):
    """Run view page."""

    items: list[RunView]
    next: str | None = None


class SearchBody(Model):
    """Who is looked for; at least one of them. `born` (as the form has it, such as 1980-02-29) narrows `name`."""

    born: str | None = None
    email: str | None = None
    name: str | None = None
    phone: str | None = None
    reference: str | None = None


class StayView(Model):
    """Something that had to stay, and why."""

    root: uuid.UUID
    standing: Literal["erasable", "open", "kept", "held"]
    title: str
    until: datetime.datetime | None
    why: str


class TableShareView(Model):
    """What one table holds of the person, and what erasure does with it."""

    category: Literal["identity", "contact", "financial", "decision", "correspondence", "technical"]
    erasing: Literal["blank", "delete", "redact", "record", "keep"]
    rows: int
    table: str
    what: str
    why: str
