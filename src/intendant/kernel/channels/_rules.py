"""Rules of notification: which alerts go to which channels, in which order, and when people want their quiet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from intendant.kernel import events
from intendant.kernel.alerts import AlertKind, By, Severity
from intendant.kernel.channels._quiet import QuietHours
from intendant.kit import ids
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

RULES_MAX = 50
STEPS_MAX = 5
CHANNELS_PER_STEP_MAX = 10
STEP_MINUTES_MAX = 7 * 24 * 60
GROUP_SECONDS_DEFAULT, GROUP_SECONDS_MAX = 60, 3_600
FIRST_RULE = "High and critical alerts"


class RuleInvalid(Invalid):
    """A rule of notification that cannot be."""

    code = "notification_rule_invalid"


class RuleUnknown(NotFound):
    """No such rule of notification."""

    code = "notification_rule_unknown"


class RuleChanged(Conflict):
    """Somebody changed the rule meanwhile."""

    code = "notification_rule_changed"


class RuleNameTaken(Conflict):
    """Another rule has this name."""

    code = "notification_rule_name_taken"


class TooManyRules(Conflict):
    """The organisation has as many rules as it may have."""

    code = "too_many_notification_rules"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EscalationStep(_Part):
    """Who is told, so many minutes after the alert was raised if nobody has acknowledged, snoozed or ended it by then."""

    after_minutes: Annotated[int, Field(ge=0, le=STEP_MINUTES_MAX)] = 0
    channel_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=CHANNELS_PER_STEP_MAX)]


class Quiet(_Part):
    """Hours in which messages wait; all that waited goes in one digest at their end. `days` are those on which they begin."""

    start: time
    end: time
    days: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], Field(min_length=1, max_length=7)] = (
        0, 1, 2, 3, 4, 5, 6,
    )  # fmt: skip
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    hold_critical: bool = False


class RuleBody(_Part):
    """Which alerts (none named means all of them), to whom, and how. `causes` are how causes begin."""

    kinds: Annotated[tuple[AlertKind, ...], Field(max_length=4)] = ()
    severities: Annotated[tuple[Severity, ...], Field(max_length=4)] = ()
    components: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=50)] = ()
    causes: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=50)] = ()
    steps: Annotated[tuple[EscalationStep, ...], Field(max_length=STEPS_MAX)] = ()
    quiet: Quiet | None = None
    group_seconds: Annotated[int, Field(ge=0, le=GROUP_SECONDS_MAX)] = GROUP_SECONDS_DEFAULT
    tell_when_over: bool = True
    """Whether channels of people, too, are told that an alert was resolved or cleared."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of notification."""

    id: UUID
    name: str
    position: int
    enabled: bool
    body: RuleBody
    revision: int
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime

    def matches(self, *, kind: str, severity: str, cause: str, component: str | None) -> bool:
        """Say whether the rule is about such an alert."""
        body = self.body
        return (
            (not body.kinds or kind in body.kinds)
            and (not body.severities or severity in body.severities)
            and (not body.components or component in body.components)
            and (not body.causes or cause.startswith(body.causes))
        )

    def quiet_hours(self) -> QuietHours | None:
        """Return its quiet hours."""
        given = self.body.quiet
        if given is None:
            return None
        return QuietHours(given.start, given.end, given.days, given.time_zone, given.hold_critical)


def parse_rule(given: Mapping[str, Any]) -> RuleBody:
    """Parse a rule's body; raises RuleInvalid naming the field."""
    try:
        body = TypeAdapter(RuleBody).validate_python(dict(given))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RuleInvalid(
            f"The rule cannot be: {first['msg']}.", field=place or "body", remedy="Mend this field."
        ) from error
    minutes = [step.after_minutes for step in body.steps]
    if minutes != sorted(set(minutes)):
        raise RuleInvalid(
            "Each step comes later than the one before.", field="steps", remedy="Order the steps by their minutes."
        )
    if body.quiet is not None:
        if body.quiet.start.tzinfo is not None or body.quiet.end.tzinfo is not None:
            raise RuleInvalid(
                "The hours are those of a wall clock.", field="quiet.start", remedy="Give hours such as 22:00."
            )
        try:
            ZoneInfo(body.quiet.time_zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise RuleInvalid(
                "There is no such time zone.", field="quiet.time_zone", remedy="Use a name such as Europe/Berlin."
            ) from error
    return body


def list_rules(tx: Transaction, *, after: UUID | None = None, limit: int = RULES_MAX) -> list[Rule]:
    """List rules by id, which is the order of their making; `position` is the order in which people see them."""
    rows = tx.all(
        "select * from notification_rules where organization_id = %s and removed_at is null"
        " and (%s::uuid is null or id > %s) order by id limit %s",
        [tx.organization_id, after, after, min(limit, 201)],
    )
    return [rule_of(row) for row in rows]


def get_rule(tx: Transaction, rule_id: UUID) -> Rule:
    """Get a rule; raises RuleUnknown."""
    row = tx.find(
        "select * from notification_rules where organization_id = %s and id = %s and removed_at is null",
        [tx.organization_id, rule_id],
    )
    if row is None:
        raise RuleUnknown("There is no such rule.", field="rule_id", remedy="List the rules.")
    return rule_of(row)


def create_rule(tx: Transaction, *, name: str, body: RuleBody, enabled: bool = True, by: By) -> Rule:
    """Create a rule; raises RuleInvalid, RuleNameTaken or TooManyRules."""
    _lock(tx)
    known = list_rules(tx)
    if len(known) >= RULES_MAX:
        raise TooManyRules(f"There are {len(known)} rules.", remedy="Remove one that you do not need any more.")
    _check(tx, name, body, known, enabled=enabled)
    rule_id = _insert(
        tx, name, body, position=max((rule.position for rule in known), default=0) + 1, enabled=enabled, by=by
    )
    _tell(tx, rule_id, "created", by, {"name": name.strip()})
    begin_reading(tx)
    return get_rule(tx, rule_id)


def change_rule(
    tx: Transaction,
    rule_id: UUID,
    *,
    revision: int,
    name: str | None = None,
    body: RuleBody | None = None,
    enabled: bool | None = None,
    position: int | None = None,
    by: By,
) -> Rule:
    """Change what is given of a rule; what it has planned already stays planned. Raises RuleUnknown, RuleChanged and others."""
    _lock(tx)
    before = get_rule(tx, rule_id)
    if before.revision != revision:
        raise RuleChanged(
            f"The rule was changed by {before.updated_by} meanwhile.", field="revision", remedy="Load it again."
        )
    wanted = body or before.body
    lives = before.enabled if enabled is None else enabled
    others = [rule for rule in list_rules(tx) if rule.id != rule_id]
    _check(tx, name or before.name, wanted, others, enabled=lives)
    tx.execute(
        "update notification_rules set name = %s, body = %s::jsonb, enabled = %s, position = %s, revision = revision + 1,"
        " updated_by = %s, updated_at = %s where organization_id = %s and id = %s",
        [(name or before.name).strip(), _written(wanted), lives, position or before.position, by.label, by.system_now,
         tx.organization_id, rule_id],
    )  # fmt: skip
    _tell(tx, rule_id, "changed", by, {"enabled": lives})
    return get_rule(tx, rule_id)


def remove_rule(tx: Transaction, rule_id: UUID, *, by: By) -> None:
    """Remove a rule; what it has not sent yet is not sent any more. Raises RuleUnknown."""
    before = get_rule(tx, rule_id)
    tx.execute(
        "update notification_rules set removed_at = %s, enabled = false where organization_id = %s and id = %s",
        [by.system_now, tx.organization_id, rule_id],
    )
    tx.execute(
        "update notifications set state = 'stopped', why = 'The rule was removed.'"
        " where organization_id = %s and rule_id = %s and state in ('planned', 'held')",
        [tx.organization_id, rule_id],
    )
    _tell(tx, rule_id, "removed", by, {"name": before.name})


def begin_reading(tx: Transaction) -> None:
    """Read the log from now on, if it is not read already: what was raised before anybody wanted to know is not told."""
    tx.execute(
        "insert into notification_cursors (organization_id, cursor) values (%s, %s) on conflict do nothing",
        [tx.organization_id, str(events.horizon(tx))],
    )


def make_first_rule(tx: Transaction, channel_id: UUID, by: By) -> None:
    """Give an organisation that never had a rule its first: high and critical alerts go to its first channel."""
    if tx.scalar("select 1 from notification_rules where organization_id = %s limit 1", [tx.organization_id]):
        return
    body = RuleBody(severities=("high", "critical"), steps=(EscalationStep(channel_ids=(channel_id,)),))
    rule_id = _insert(tx, FIRST_RULE, body, position=1, enabled=True, by=by)
    _tell(tx, rule_id, "created", by, {"name": FIRST_RULE})


def take_out_of_rules(tx: Transaction, channel_id: UUID, by: By) -> None:
    """Take a channel that goes out of all rules; a rule that is left without any is paused."""
    for rule in list_rules(tx):
        kept = tuple(
            EscalationStep(after_minutes=step.after_minutes, channel_ids=left)
            for step in rule.body.steps
            if (left := tuple(each for each in step.channel_ids if each != channel_id))
        )
        if kept == rule.body.steps:
            continue
        body = rule.body.model_copy(update={"steps": kept})
        tx.execute(
            "update notification_rules set body = %s::jsonb, enabled = enabled and %s, revision = revision + 1,"
            " updated_by = %s, updated_at = %s where organization_id = %s and id = %s",
            [_written(body), bool(kept), by.label, by.system_now, tx.organization_id, rule.id],
        )
        _tell(tx, rule.id, "changed", by, {"enabled": rule.enabled and bool(kept)})


def rule_of(row: Row) -> Rule:
    """Build a rule from its row."""
    fields = {name: row[name] for name in Rule.__dataclass_fields__ if name != "body"}
    return Rule(**fields, body=TypeAdapter(RuleBody).validate_python(row["body"]))


def _insert(tx: Transaction, name: str, body: RuleBody, *, position: int, enabled: bool, by: By) -> UUID:
    rule_id = ids.new_id()
    tx.execute(
        "insert into notification_rules (organization_id, id, name, position, enabled, body, created_by, created_at,"
        " updated_by, updated_at) values (%s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s)",
        [tx.organization_id, rule_id, name.strip(), position, enabled, _written(body), by.label, by.system_now, by.label,
         by.system_now],
    )  # fmt: skip
    return rule_id


def _check(tx: Transaction, name: str, body: RuleBody, others: Sequence[Rule], *, enabled: bool) -> None:
    if not name.strip() or len(name.strip()) > 100 or not name.isprintable():
        raise RuleInvalid("A rule's name has 1 to 100 printable characters.", field="name", remedy="Give such a name.")
    if any(rule.name.lower() == name.strip().lower() for rule in others):
        raise RuleNameTaken(f"There is a rule '{name.strip()}' already.", field="name", remedy="Choose another name.")
    if enabled and not body.steps:
        raise RuleInvalid("The rule tells nobody.", field="steps", remedy="Name a channel, or pause the rule.")
    named = {channel for step in body.steps for channel in step.channel_ids}
    known = tx.all(
        "select id from channels where organization_id = %s and removed_at is null and id = any(%s)",
        [tx.organization_id, list(named)],
    )
    if len(known) < len(named):
        raise RuleInvalid("The rule names a channel that does not exist.", field="steps", remedy="List the channels.")


def _written(body: RuleBody) -> str:
    return canonical_json(body.model_dump(mode="json")).decode()


def _tell(tx: Transaction, rule_id: UUID, verb: str, by: By, detail: dict[str, object]) -> None:
    events.emit(
        tx,
        [
            events.Event(
                tx.organization_id,
                f"kernel.notification_rule.{verb}",
                f"notification_rule:{rule_id}",
                {"rule_id": rule_id, **detail},
                by.now,
                by.system_now,
                actor=by.label,
            )
        ],
    )


def _lock(tx: Transaction) -> None:
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"channels:{tx.organization_id}"])
