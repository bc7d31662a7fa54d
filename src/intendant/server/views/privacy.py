"""How privacy is shown: candidates, requests, previews, consents, rules and holds."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from intendant.kernel import privacy
from intendant.kit.database import Row

Standing = Literal["erasable", "open", "kept", "held"]
RequestState = Literal["open", "queued", "running", "done", "refused", "expired", "failed"]
Category = Literal["identity", "contact", "financial", "decision", "correspondence", "technical"]
Erasing = Literal["blank", "delete", "redact", "record", "keep"]


class CandidateView(BaseModel):
    """Something that may be a person's: a case with what they wrote in it. `root` names it in requests and holds.

    `standing` says whether it could be erased now; if not, `why`, and `until` when the law keeps it (null: not foreseeable).
    """

    root: UUID
    data_class: str
    title: str
    label: str
    matched: list[str]
    words: list[str]
    ended_at: datetime | None
    standing: Standing
    until: datetime | None
    why: str


class PeopleFound(BaseModel):
    """Who may be meant; a human chooses. `more` says that there were too many to list."""

    items: list[CandidateView]
    more: bool


class TableShareView(BaseModel):
    """What one table holds of the person, and what erasure does with it."""

    table: str
    what: str
    category: Category
    erasing: Erasing
    rows: int
    why: str


class StayView(BaseModel):
    """Something that had to stay, and why."""

    root: UUID
    title: str
    standing: Standing
    until: datetime | None
    why: str


class ErasurePreview(BaseModel):
    """What an erasure would do now. `seen` is repeated to confirm it. `shared_words` others have too: they are left alone."""

    goes: list[CandidateView]
    stays: list[CandidateView]
    tables: list[TableShareView]
    shared_words: list[str]
    seen: str


class RequestView(BaseModel):
    """A person's request. `person` and `ground` are blank once all of it was erased. `overdue`: its month is over."""

    id: UUID
    kind: Literal["export", "erasure"]
    state: RequestState
    person: str
    roots: list[UUID]
    ground: str
    requested_at: datetime
    due_at: datetime
    overdue: bool
    days_left: int
    progress: float
    rows: dict[str, int] | None
    """How many rows of each table were touched, once it is done."""
    stays: list[StayView]
    reason: str | None
    task_id: UUID | None
    size: int | None
    sha256: str | None
    expires_at: datetime | None
    created_by: str
    created_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    ended_at: datetime | None
    revision: int


class ConsentView(BaseModel):
    """Something a person said about a purpose."""

    id: UUID
    person: str
    purpose: str
    state: Literal["given", "withdrawn"]
    text_version: str
    source: str
    at: datetime
    recorded_by: str
    recorded_at: datetime


class CurrentConsents(BaseModel):
    """Where a person stands on each purpose; what is not listed was never asked, and is no consent.

    `history` is everything they said, newest first, as far as fits; `more` says that there is older.
    """

    person: str
    items: list[ConsentView]
    history: list[ConsentView]
    more: bool


class RetentionRuleView(BaseModel):
    """How long a class of data is kept after its end. Revision 0: nobody set it, and nothing is deleted."""

    data_class: str
    title: str
    enabled: bool
    after_days: int
    legal_days: int
    default_legal_days: int
    legal_reason: str
    reason: str
    revision: int
    changed_by: str | None
    changed_at: datetime | None


class RulesView(BaseModel):
    """Every class of data with its rule."""

    items: list[RetentionRuleView]


class DryRunView(BaseModel):
    """What a rule would touch now: `due` ended before `before` and nothing keeps them."""

    data_class: str
    before: datetime
    due: int
    open: int
    kept: int
    held: int
    oldest_at: datetime | None


class RunView(BaseModel):
    """One run of a rule: how many cases and rows were erased; `counts` by table."""

    id: UUID
    data_class: str
    before: datetime
    erased: int
    rows: int
    held: int
    counts: dict[str, int]
    started_at: datetime
    ended_at: datetime | None


class HoldView(BaseModel):
    """What must be kept whatever else is asked: one case (`root`) or a class of data."""

    id: UUID
    root: UUID | None
    data_class: str | None
    reason: str
    placed_by: str
    placed_at: datetime
    released_by: str | None
    released_at: datetime | None
    release_reason: str | None


class DeclaredTable(BaseModel):
    """A table with personal data, as its owner declares it."""

    owner: str
    table: str
    what: str
    category: Category
    erasing: Erasing
    why: str


class FreeTable(BaseModel):
    """A table without personal data of customers, and why."""

    table: str
    why: str


class DataMap(BaseModel):
    """Where personal data lies: every table of the installation, sorted."""

    personal: list[DeclaredTable]
    free: list[FreeTable]


def show_candidate(each: privacy.Candidate) -> CandidateView:
    """Show a candidate."""
    return CandidateView.model_validate({name: getattr(each, name) for name in CandidateView.model_fields})


def show_request(row: Row, now: datetime) -> RequestView:
    """Show a request; `now` is business time."""
    result: dict[str, Any] = row["result"] or {}
    is_open = row["state"] in ("open", "queued", "running", "failed")
    return RequestView(
        **{name: row[name] for name in RequestView.model_fields if name in row},
        overdue=is_open and row["due_at"] < now,
        days_left=(row["due_at"] - now).days,
        rows=result.get("rows"),
        stays=[StayView.model_validate(each) for each in result.get("stays", ())],
        sha256=None if row["digest"] is None else bytes(row["digest"]).hex(),
    )


def show_row(model: type[BaseModel], row: Row) -> Any:
    """Show a row whose columns are the model's fields."""
    return model.model_validate({name: row[name] for name in model.model_fields})


def show_rule(rule: privacy.Rule) -> RetentionRuleView:
    """Show a rule."""
    return RetentionRuleView(
        data_class=rule.declared.name,
        title=rule.declared.title,
        enabled=rule.enabled,
        after_days=rule.after_days,
        legal_days=rule.legal_days,
        default_legal_days=rule.declared.legal_days,
        legal_reason=rule.declared.legal_reason,
        reason=rule.reason,
        revision=rule.revision,
        changed_by=rule.changed_by,
        changed_at=rule.changed_at,
    )
