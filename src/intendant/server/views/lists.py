"""What the routes about lists and mutes take and answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from intendant.kernel import lists, mutes
from intendant.kit.database import Row

TEXT_BYTES_MAX = 4 * 1024 * 1024
ENTRIES_MAX = 1_000
IDS_MAX = 1_000

Label = Annotated[str, Field(min_length=1, max_length=200)]
Description = Annotated[str, Field(max_length=2000)]
Reason = Annotated[str, Field(min_length=1, max_length=2000)]
OptionalReason = Annotated[str, Field(max_length=2000)]
Value = Annotated[str, Field(min_length=1, max_length=lists.VALUE_LENGTH_MAX)]


class ListBody(BaseModel):
    """A list to be kept. `name` is the word that rules say; it stays as it is."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    label: Label
    holds: lists.Holds = "text"
    description: Description = ""


class ListChangeBody(BaseModel):
    """A list described otherwise; null leaves as it is. `revision` is the one that was looked at."""

    model_config = ConfigDict(extra="forbid")
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]
    label: Label | None = None
    description: Description | None = None


class EntryBody(BaseModel):
    """A value that shall stand on a list, until a business moment where it says one."""

    model_config = ConfigDict(extra="forbid")
    value: Value
    expires_at: AwareDatetime | None = None
    reason: OptionalReason = ""


class EntriesBody(BaseModel):
    """What shall stand on a list: `entries`, or `text` with one value a line or CSV with a header (value, expires_at, reason).

    `reason` and `expires_at` stand where a line brings none.
    """

    model_config = ConfigDict(extra="forbid")
    entries: Annotated[list[EntryBody], Field(max_length=ENTRIES_MAX)] = []
    text: Annotated[str, Field(max_length=TEXT_BYTES_MAX)] = ""
    reason: OptionalReason = ""
    expires_at: AwareDatetime | None = None


class EntryIdsBody(BaseModel):
    """Which entries shall stand on a list no longer."""

    model_config = ConfigDict(extra="forbid")
    entry_ids: Annotated[list[UUID], Field(min_length=1, max_length=IDS_MAX)]
    reason: OptionalReason = ""


class ListUse(BaseModel):
    """A policy in force that asks a list, and the rules that do."""

    kind: str
    version: int
    rules: list[str]


class ListView(BaseModel):
    """A list. `open_count` entries count now; `total_count` is with those that ran out or were taken off (at most 100,000)."""

    id: UUID
    name: str
    label: str
    holds: lists.Holds
    description: str
    revision: int
    created_at: datetime
    created_by: str
    open_count: int
    total_count: int
    used_by: list[ListUse]


class EntryView(BaseModel):
    """A value on a list. `value` is the form that is compared, `shown` as it was written; times are business time."""

    id: UUID
    value: str
    shown: str
    standing: lists.Standing
    reason: str
    expires_at: datetime | None
    added_at: datetime
    added_by: str
    ended_at: datetime | None
    ended_by: str | None


class RejectedLine(BaseModel):
    """A line that could not become an entry, and why."""

    line: int
    value: str
    why: str


class EntriesAdded(BaseModel):
    """What became of what was sent: `present` stood there already. `examples` are the first of the rejected lines."""

    added: int
    present: int
    rejected: int
    examples: list[RejectedLine]


class EntriesRemoved(BaseModel):
    """How many entries were taken off."""

    removed: int


class MuteBody(BaseModel):
    """A rule that shall not ask about one customer until a business moment. `field` and `value` name the customer."""

    model_config = ConfigDict(extra="forbid")
    kind: Annotated[str, Field(max_length=200)]
    rule: Annotated[str, Field(max_length=200)]
    field: Annotated[str, Field(max_length=200)]
    value: Value
    until: AwareDatetime
    reason: Reason


class EndMuteBody(BaseModel):
    """Why a mute ends before its time."""

    model_config = ConfigDict(extra="forbid")
    reason: OptionalReason = ""


class MuteView(BaseModel):
    """A muted rule. Times are business time."""

    id: UUID
    kind: str
    rule: str
    field: str
    value: str
    shown: str
    standing: mutes.Standing
    reason: str
    made_at: datetime
    made_by: str
    until: datetime
    ended_at: datetime | None
    ended_by: str | None
    ended_reason: str | None


def show_list(row: Row, users: Mapping[str, Sequence[Row]]) -> ListView:
    """Return a list with its counts and users."""
    used = [ListUse(**user) for user in users.get(row["name"], ())]
    return ListView(**{**row, "open_count": row["open"], "total_count": row["total"], "used_by": used})


def show_entry(row: Row, now: datetime) -> EntryView:
    """Return an entry with how it stands."""
    return EntryView(**row, standing=lists.standing_of(row, now))


def show_mute(row: Row, now: datetime) -> MuteView:
    """Return a mute with how it stands."""
    return MuteView(**row, standing=mutes.standing_of(row, now))


def show_added(added: lists.Added, unread: Sequence[lists.Rejected]) -> EntriesAdded:
    """Return what became of entries, with the lines that could not be read."""
    examples = sorted((*unread, *added.examples))[:100]
    return EntriesAdded(
        added=added.added,
        present=added.present,
        rejected=added.rejected + len(unread),
        examples=[RejectedLine(**each._asdict()) for each in examples],
    )
