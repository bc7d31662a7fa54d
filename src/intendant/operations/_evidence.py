"""Evidence of controls, computed from the record of one organisation at the moment somebody asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from intendant.kernel import events, organizations
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import NotFound
from intendant.kit.settings import Settings
from intendant.operations._checks import CheckState, diagnose
from intendant.operations._controls import CONTROLS, Control

REVIEWED_WITHIN = timedelta(days=90)
DRILLED_WITHIN = timedelta(days=365)
VERIFIED_WITHIN = timedelta(days=31)
IDLE_AFTER = timedelta(days=90)
KEY_AGE_MAX = timedelta(days=365)
COUNTED_SINCE = timedelta(days=365)
STATEMENTS_MAX = 1_000
RECORDED = "kernel.evidence.recorded"
_YEARLY = frozenset({"recovery", "restore-drill", "risk-review", "vendors"})


class ControlUnknown(NotFound):
    """No such control in the catalogue."""

    code = "control_unknown"


class ControlStatus(StrEnum):
    """Whether the record shows a control at work."""

    EVIDENCED = "evidenced"
    NOT_EVIDENCED = "not_evidenced"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was looked at. `shown` is None where there was nothing to look at yet."""

    name: str
    text: str
    shown: bool | None
    value: int | None = None
    at: datetime | None = None
    page: str | None = None
    """Where in the console it can be seen."""
    clock: Literal["system", "business"] = "system"
    """Which time `at` is: what happened to the machines, or a moment of the organisation's business."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody put on record about a control: a review, a drill, an audit."""

    control: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """A control with what the record shows of it."""

    control: Control
    status: ControlStatus
    facts: tuple[Fact, ...]
    statement: Statement | None
    due_at: datetime | None
    """When somebody has to confirm it again."""


def get_control(name: str) -> Control:
    """Get a control of the catalogue; raises ControlUnknown."""
    for control in CONTROLS:
        if control.id == name:
            return control
    raise ControlUnknown(f"There is no control '{name}'.", field="control", remedy="List the evidence to see them.")


def state_evidence(tx: Transaction, control: str, note: str, *, by: str, system_now: datetime) -> Statement:
    """Put on record that a control was seen to: a review, a drill, an audit. Raises ControlUnknown."""
    get_control(control)
    at = organizations.get_organization(tx, tx.organization_id).clock.at(system_now)
    body: dict[str, object] = {"control": control, "note": note, "by": by}
    event = events.Event(tx.organization_id, RECORDED, f"control:{control}", body, at, system_now, by)
    events.emit(tx, [event])
    return Statement(control, note, by, system_now)


def gather_evidence(
    settings: Settings, database: Database, organization_id: UUID, *, system_now: datetime
) -> list[Evidence]:
    """Compute what the record shows of every control now."""
    checks = diagnose(settings, database)
    with database.system() as tx:
        [counted] = tx.all(_COUNTS, _values(organization_id, system_now))
        statements = _statements(tx, organization_id, system_now)
    now = _business(database, organization_id, system_now)
    states = {check.name: check.state for check in checks}
    facts = _facts(counted, states, settings, now=now, system_now=system_now)
    return [_evidence(control, facts, statements, system_now) for control in CONTROLS]


def _business(database: Database, organization_id: UUID, system_now: datetime) -> datetime:
    with database.transaction(organization_id) as tx:
        return organizations.get_organization(tx, organization_id).clock.at(system_now)


def _evidence(
    control: Control, facts: Mapping[str, Fact], statements: Mapping[str, Statement], now: datetime
) -> Evidence:
    found = tuple(facts[name] for name in control.looks)
    statement = statements.get(control.id)
    within = DRILLED_WITHIN if control.id in _YEARLY else REVIEWED_WITHIN
    due_at = None
    if control.by_hand:
        due_at = now if statement is None else statement.at + within
    if any(fact.shown is False for fact in found) or (due_at is not None and due_at <= now):
        status = ControlStatus.NOT_EVIDENCED
    elif found and all(fact.shown is None for fact in found) and not control.by_hand:
        status = ControlStatus.NOT_APPLICABLE
    else:
        status = ControlStatus.EVIDENCED
    return Evidence(control, status, found, statement, due_at)


def _statements(tx: Transaction, organization_id: UUID, now: datetime) -> dict[str, Statement]:
    rows = tx.all(
        "select distinct on (body::json ->> 'control') body::json ->> 'control' as control, body::json ->> 'note' as note,"
        " body::json ->> 'by' as by, recorded_at as at from (select body, recorded_at, id from events"
        " where organization_id = %s and name = %s and recorded_at > %s order by id desc limit %s) e"
        " order by body::json ->> 'control', id desc",
        [organization_id, RECORDED, now - 2 * DRILLED_WITHIN, STATEMENTS_MAX],
    )
    return {row["control"]: Statement(**row) for row in rows}


def _values(organization_id: UUID, now: datetime) -> dict[str, Any]:
    return {
        "o": organization_id,
        "idle": now - IDLE_AFTER,
        "old": now - KEY_AGE_MAX,
        "since": now - COUNTED_SINCE,
        "now": now,
    }


_COUNTS = """
select
  (select count(*) from memberships where organization_id = %(o)s) as members,
  (select count(*) from memberships m join users u on u.id = m.user_id where m.organization_id = %(o)s
     and u.created_at < %(idle)s and not exists (select from sessions s where s.user_id = u.id and s.last_seen_at > %(idle)s))
     as idle_members,
  (select max(s.last_seen_at) from sessions s join memberships m on m.user_id = s.user_id where m.organization_id = %(o)s)
     as signed_in_at,
  (select count(*) from api_keys where organization_id = %(o)s and revoked_at is null
     and coalesce(expires_at > %(now)s, true)) as keys,
  (select count(*) from api_keys where organization_id = %(o)s and revoked_at is null and created_at < %(old)s
     and coalesce(expires_at > %(now)s, true)) as old_keys,
  (select count(*) from audit where organization_id = %(o)s and id >= first_id_at(%(since)s)
     and body like '{"act":"access.user.%%') as role_changes,
  (select count(*) from (select from decisions where organization_id = %(o)s limit 100000) d) as decisions,
  (select count(*) from policies where organization_id = %(o)s) as policies,
  (select count(*) from policies where organization_id = %(o)s and author <> 'system' and reason <> '') as authored_policies,
  (select max(created_at) from policies where organization_id = %(o)s) as policy_at,
  (select count(*) from policy_proposals where organization_id = %(o)s) as proposals,
  (select count(*) from components where organization_id = %(o)s) as components,
  (select count(*) from channels where organization_id = %(o)s and removed_at is null and enabled) as channels,
  (select count(*) from alerts where organization_id = %(o)s and raised_at > %(since)s) as alerts,
  (select count(*) from alerts where organization_id = %(o)s and kind = 'security') as security_alerts,
  (select count(*) from alerts where organization_id = %(o)s and kind = 'security' and state = 'open'
     and severity in ('high', 'critical')) as open_security_alerts,
  (select count(*) from secrets where organization_id = %(o)s) as secrets,
  (select count(*) from effects where organization_id = %(o)s and state = 'unknown') as unknown_effects,
  (select count(*) from (select from effects where organization_id = %(o)s limit 100000) e) as effects,
  (select max(created_at) from checkpoints where organization_id = %(o)s) as sealed_at,
  (select count(*) from checkpoints where organization_id = %(o)s) as checkpoints,
  (select substring(body from '"ok":(true|false)') || ' ' || id::text from audit where organization_id = %(o)s
     and id >= first_id_at(%(since)s) and body like '{"act":"audit.log.verified"%%' order by id desc limit 1) as verified,
  (select max(first_time) from (select to_timestamp(('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint
     / 1000.0) as first_time from audit where organization_id = %(o)s and id >= first_id_at(%(since)s)
     and body like '{"act":"audit.log.verified"%%') t) as verified_at,
  (select count(*) from retention_rules where organization_id = %(o)s) as retention_rules,
  (select count(*) from retention_runs where organization_id = %(o)s) as retention_runs,
  (select max(ended_at) from retention_runs where organization_id = %(o)s) as retention_at,
  (select count(*) from person_requests where organization_id = %(o)s and kind = 'erasure' and state = 'done') as erasures,
  (select count(*) from person_requests where organization_id = %(o)s and kind = 'export'
     and state in ('done', 'expired')) as copies,
  (select min(due_at) from person_requests where organization_id = %(o)s
     and state in ('open', 'queued', 'running', 'failed')) as next_due_at,
  (select count(*) from person_requests where organization_id = %(o)s) as person_requests,
  (select count(*) from consents where organization_id = %(o)s) as consents
"""


def _counted(value: int, text: str) -> str:
    """Fill `value` into the words for one or, after the bar, for any other count."""
    one, _, many = text.partition("|")
    return (one if value == 1 else many).format(f"{value:,}")


def _facts(
    row: Row,
    states: Mapping[str, CheckState],
    settings: Settings,
    *,
    now: datetime,
    system_now: datetime,
) -> dict[str, Fact]:
    def check(name: str, of: str, what: str) -> Fact:
        # In our own words: those of a check may name folders, which concern the machine's owner alone.
        state = states.get(of)
        words = {CheckState.OK: "is well", CheckState.WARNING: "needs a look", CheckState.FAILED: "fails"}
        said = "cannot be checked here" if state is None else words[state]
        return Fact(name, f"{what} {said}.", None if state is None else state is CheckState.OK, page="/system")

    def count(name: str, text: str, value: int, page: str, *, shown: bool | None = True) -> Fact:
        return Fact(name, _counted(value, text), shown, value=value, page=page)

    failed = [name for name, state in states.items() if state is CheckState.FAILED]
    verified = (row["verified"] or "").partition(" ")[0]
    is_fresh = row["verified_at"] is not None and row["verified_at"] > system_now - VERIFIED_WITHIN
    overdue = row["next_due_at"] is not None and row["next_due_at"] < now
    all_facts: Sequence[Fact] = (
        count("members", "{} member, with one role.|{} members, each with one role.", row["members"], "/settings/people", shown=row["members"] > 0),
        count("role_changes", "{} change of members on the audit record within a year.|{} changes of members on the audit record within a year.", row["role_changes"], "/audit"),
        count("idle_members", "{} member has not signed in for 90 days.|{} members have not signed in for 90 days.", row["idle_members"], "/settings/people",
              shown=row["idle_members"] == 0),
        count("keys", "{} API key works.|{} API keys work.", row["keys"], "/settings/keys"),
        count("old_keys", "{} API key is older than a year.|{} API keys are older than a year.", row["old_keys"], "/settings/keys", shown=row["old_keys"] == 0),
        count("decisions", "{} decision on record.|{} decisions on record (counted up to 100,000).", row["decisions"], "/decisions",
              shown=row["decisions"] > 0 or None),
        count("channels", "{} channel tells people of alerts.|{} channels tell people of alerts.", row["channels"], "/settings/channels", shown=row["channels"] > 0),
        count("alerts", "{} alert within a year.|{} alerts within a year.", row["alerts"], "/alerts"),
        count("checks", "{} check of the installation fails: " + ", ".join(failed) + ".|{} checks of the installation fail: " + (", ".join(failed) or "none") + ".", len(failed), "/system",
              shown=not failed),
        count("policies", "{} policy version, with author and reason.|{} policy versions, each with author and reason.", row["policies"], "/policy",
              shown=row["policies"] > 0),
        count("approved_policies", "{} policy change went through a proposal with a second person.|{} policy changes went through a proposal with a second person.", row["proposals"],
              "/policy", shown=row["proposals"] > 0 or None),
        count("components", "{} component has a level of autonomy.|{} components have a level of autonomy.", row["components"], "/autonomy",
              shown=row["components"] > 0),
        check("row_security", "database.row_security", "Row-level security of every table"),
        Fact("tls", "HTTPS ends in this server." if settings.tls_certificate is not None else
             "This server has no certificate of its own: say on record where HTTPS ends.",
             settings.tls_certificate is not None and states.get("machine.certificate") is not CheckState.FAILED,
             page="/system"),
        check("vault", "work.vault", "The vault"),
        count("secrets", "{} secret is sealed in the vault.|{} secrets are sealed in the vault.", row["secrets"], "/settings/secrets", shown=row["secrets"] > 0 or None),
        count("security_alerts", "{} alert of kind security so far.|{} alerts of kind security so far.", row["security_alerts"], "/alerts"),
        count("open_security_alerts", "{} grave security alert is open.|{} grave security alerts are open.", row["open_security_alerts"], "/alerts",
              shown=row["open_security_alerts"] == 0),
        check("backups", "machine.backups", "The newest backup"),
        count("retention", "{} rule of retention was set.|{} rules of retention were set.", row["retention_rules"], "/privacy",
              shown=row["retention_rules"] > 0),
        Fact("retention_runs", _counted(row["retention_runs"], "{} run of retention.|{} runs of retention."), True if row["retention_runs"] else None,
             value=row["retention_runs"], at=row["retention_at"], page="/privacy"),
        count("erasures", "{} person was erased on request.|{} people were erased on request.", row["erasures"], "/privacy", shown=row["erasures"] > 0 or None),
        count("copies", "{} copy was made on request.|{} copies were made on request.", row["copies"], "/privacy", shown=row["copies"] > 0 or None),
        Fact("overdue_requests", "A request of a person is overdue." if overdue else "No request of a person is overdue.",
             not overdue if row["person_requests"] else None, at=row["next_due_at"], page="/privacy",
             clock="business"),
        count("consents", "{} consent or withdrawal on record.|{} consents and withdrawals on record.", row["consents"], "/privacy",
              shown=row["consents"] > 0 or None),
        count("effects", "{} effect has an unknown fate and waits for a person.|{} effects have an unknown fate and wait for a person.", row["unknown_effects"], "/decisions",
              shown=row["unknown_effects"] == 0 if row["effects"] else None),
        Fact("audit_sealed", _counted(row["checkpoints"], "{} signed checkpoint.|{} signed checkpoints."), row["checkpoints"] > 0,
             value=row["checkpoints"], at=row["sealed_at"], page="/audit"),
        Fact("audit_verified", "The log was verified and is whole." if verified == "true" else
             "A verification found something." if verified else "Nobody has verified the log within a year.",
             verified == "true" and is_fresh, at=row["verified_at"], page="/audit"),
    )  # fmt: skip
    return {fact.name: fact for fact in all_facts}
