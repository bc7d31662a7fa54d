"""Retention: for how long each class of data is kept after its end. Nothing goes unless somebody switched that on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from intendant.kernel import events, organizations
from intendant.kernel.privacy._erasure import erase_person
from intendant.kernel.privacy._person import Candidate
from intendant.kernel.privacy._tables import classes_of
from intendant.kernel.registry import DataClass, Registry
from intendant.kit import clock, ids
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

ROOTS_PER_RUN = 20
COUNT_MAX = 100_000
LOCK_CLASS = 0x7E7E
ACTOR = "retention"
PAUSE = timedelta(hours=6)
"""Between two runs of a class that found nothing more to do."""


class DataClassUnknown(NotFound):
    """No domain declares this class of data."""

    code = "data_class_unknown"


class RetentionInvalid(Invalid):
    """A rule that cannot hold."""

    code = "retention_invalid"


class RetentionChanged(Conflict):
    """Somebody changed the rule since it was read."""

    code = "retention_changed"


@dataclass(frozen=True, slots=True)
class Rule:
    """A class of data with its rule; the defaults of the declaration where none was set. Revision 0: never set."""

    declared: DataClass
    enabled: bool
    after_days: int
    legal_days: int
    reason: str
    revision: int
    changed_by: str | None
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a rule would touch now; counts stop at `COUNT_MAX`. `before` is the business moment that divides."""

    data_class: str
    before: datetime
    due: int
    open: int
    kept: int
    held: int
    oldest_at: datetime | None


def list_rules(tx: Transaction, registry: Registry) -> list[Rule]:
    """List every class of data with its rule."""
    set_rules = {
        row["data_class"]: row
        for row in tx.all("select * from retention_rules where organization_id = %s limit 1000", [tx.organization_id])
    }
    return [_rule(each, set_rules.get(name)) for name, each in sorted(classes_of(registry).items())]


def _rule(declared: DataClass, row: Row | None) -> Rule:
    if row is None:
        return Rule(declared, False, declared.legal_days, declared.legal_days, "", 0, None, None)
    return Rule(
        declared, row["enabled"], row["after_days"], row["legal_days"], row["reason"], row["revision"],
        row["changed_by"], row["changed_at"],
    )  # fmt: skip


def get_rule(tx: Transaction, registry: Registry, data_class: str) -> Rule:
    """Get one class's rule; raises DataClassUnknown."""
    found = next((rule for rule in list_rules(tx, registry) if rule.declared.name == data_class), None)
    if found is None:
        known = ", ".join(sorted(classes_of(registry)))
        raise DataClassUnknown(
            f"There is no class of data '{data_class}'.", field="data_class", remedy=f"There are: {known}."
        )
    return found


def set_rule(
    tx: Transaction,
    registry: Registry,
    data_class: str,
    *,
    enabled: bool,
    after_days: int,
    legal_days: int,
    reason: str,
    revision: int,
    by: str,
    system_now: datetime,
) -> Rule:
    """Set how long a class is kept. Raises DataClassUnknown, RetentionInvalid or RetentionChanged."""
    old = get_rule(tx, registry, data_class)
    if old.revision != revision:
        raise RetentionChanged("Somebody changed the rule.", field="revision", remedy="Read it again.")
    if after_days < legal_days:
        raise RetentionInvalid(
            f"{after_days:,} days are less than the {legal_days:,} that the law wants.",
            field="after_days",
            remedy="Keep it at least as long as `legal_days`.",
        )
    changed = tx.execute(
        "insert into retention_rules as r (organization_id, data_class, enabled, after_days, legal_days, reason, revision,"
        " changed_by, changed_at) values (%(organization)s, %(name)s, %(enabled)s, %(after)s, %(legal)s, %(reason)s,"
        " %(next)s, %(by)s, %(now)s) on conflict (organization_id, data_class) do update set enabled = excluded.enabled,"
        " after_days = excluded.after_days, legal_days = excluded.legal_days, reason = excluded.reason,"
        " revision = excluded.revision, changed_by = excluded.changed_by, changed_at = excluded.changed_at"
        " where r.revision = %(revision)s",
        {
            "organization": tx.organization_id, "name": data_class, "enabled": enabled, "after": after_days,
            "legal": legal_days, "reason": reason, "next": revision + 1, "revision": revision, "by": by,
            "now": system_now,
        },
    )  # fmt: skip
    if not changed:
        raise RetentionChanged("Somebody changed the rule.", field="revision", remedy="Read it again.")
    body: dict[str, object] = {
        "data_class": data_class, "enabled": enabled, "after_days": after_days, "legal_days": legal_days,
        "default_legal_days": old.declared.legal_days, "reason": reason,
    }  # fmt: skip
    _tell(tx, "kernel.retention.changed", f"retention:{data_class}", body, by=by, system_now=system_now)
    return get_rule(tx, registry, data_class)


def dry_run(
    tx: Transaction, registry: Registry, data_class: str, *, now: datetime, after_days: int | None = None
) -> DryRun:
    """Count what a rule would touch, without touching it; `now` is business time."""
    rule = get_rule(tx, registry, data_class)
    before = now - timedelta(days=max(rule.after_days if after_days is None else after_days, rule.legal_days))
    each = rule.declared
    [row] = tx.all(
        "select count(*) filter (where ended < %(before)s and not held) as due, count(*) filter (where ended is null) as open,"  # noqa: S608
        " count(*) filter (where ended >= %(before)s and not held) as kept, count(*) filter (where held) as held,"
        " min(ended) filter (where ended < %(before)s and not held) as oldest from (select"
        f" {each.ended} as ended, {_HELD.format(table=each.table)} as held from {each.table}"
        f" where organization_id = %(organization)s and {_LEFT.format(table=each.table, label=each.label)}"
        " limit %(limit)s) t",
        {"before": before, "organization": tx.organization_id, "name": each.name, "limit": COUNT_MAX},
    )
    return DryRun(each.name, before, row["due"], row["open"], row["kept"], row["held"], row["oldest"])


_HELD = (
    "exists (select from legal_holds h where h.organization_id = %(organization)s and h.released_at is null"
    " and (h.data_class = %(name)s or h.root = {table}.id))"
)
_LEFT = "{table}.{label} not like 'erased-%%'"
"""What was erased already is there no more to be erased."""


def run_retention(database: Database, registry: Registry) -> bool:
    """Erase the next of what is due, in every organisation that switched that on; say whether there is more to do at once."""
    with database.system() as tx:
        rules = tx.all(
            "select r.organization_id, r.data_class from retention_rules r join organizations o on o.id = r.organization_id"
            " where r.enabled and o.removed_at is null and not exists (select from retention_runs u"
            " where u.organization_id = r.organization_id and u.data_class = r.data_class and u.started_at > %s"
            " and u.erased = 0 and u.ended_at is not null) order by 1, 2 limit 1000",
            [clock.system_now() - PAUSE],
        )
    more = False
    for row in rules:
        if row["data_class"] in classes_of(registry):
            more = _run(database, registry, row["organization_id"], row["data_class"]) or more
    return more


def _run(database: Database, registry: Registry, organization_id: UUID, data_class: str) -> bool:
    with database.system() as guard:
        key = f"{organization_id}:{data_class}"
        if not guard.scalar("select pg_try_advisory_xact_lock(%s, hashtext(%s))", [LOCK_CLASS, key]):
            return False
        run_id, started = ids.new_id(), clock.system_now()
        with database.transaction(organization_id) as tx:
            now = organizations.get_organization(tx, organization_id).clock.at(started)
            counted = dry_run(tx, registry, data_class, now=now)
            each = classes_of(registry)[data_class]
            due = tx.all(
                f"select id from (select id, {each.ended} as ended from {each.table} where organization_id ="  # noqa: S608
                f" %(organization)s and {_LEFT.format(table=each.table, label=each.label)}"
                f" and not {_HELD.format(table=each.table)}) t where ended < %(before)s order by ended limit %(limit)s",
                {"organization": organization_id, "name": data_class, "before": counted.before, "limit": ROOTS_PER_RUN},
            )
        kept: list[Candidate] = []
        counts: dict[str, int] = {}

        def finish(tx: Transaction, found: Any, staying: Sequence[Candidate]) -> None:
            counts.update(found)
            kept.extend(staying)
            erased = len(due) - len({candidate.root for candidate in staying} & {row["id"] for row in due})
            tx.execute(
                "insert into retention_runs (organization_id, id, data_class, before, erased, rows, held, counts, started_at,"
                " ended_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    organization_id, run_id, data_class, counted.before, erased, sum(counts.values()), counted.held,
                    Jsonb(counts), started, clock.system_now(),
                ],
            )  # fmt: skip
            if erased:
                body: dict[str, object] = {"data_class": data_class, "erased": erased, "rows": sum(counts.values())}
                _tell(tx, "kernel.retention.ran", f"retention_run:{run_id}", body, by=ACTOR, system_now=started)

        roots = [row["id"] for row in due]
        if roots:
            erase_person(database, registry, organization_id, roots, request=run_id, by=ACTOR, now=now, finish=finish)
        else:
            with database.transaction(organization_id) as tx:
                finish(tx, {}, ())
    return len(due) == ROOTS_PER_RUN and not kept


def list_runs(tx: Transaction, *, data_class: str | None, after: UUID | None, limit: int) -> list[Row]:
    """List runs, newest first."""
    return tx.all(
        "select * from retention_runs where organization_id = %(organization)s"
        " and (%(name)s::text is null or data_class = %(name)s) and (%(after)s::uuid is null or id < %(after)s)"
        " order by id desc limit %(limit)s",
        {"organization": tx.organization_id, "name": data_class, "after": after, "limit": min(limit, 201)},
    )


def _tell(tx: Transaction, name: str, subject: str, body: dict[str, object], *, by: str, system_now: datetime) -> None:
    at = organizations.get_organization(tx, tx.organization_id).clock.at(system_now)
    events.emit(tx, [events.Event(tx.organization_id, name, subject, body, at, system_now, by)])
