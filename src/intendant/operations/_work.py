"""Checks of the work: processes alive and of one version, queues moving, audit sealed, keys at hand, messages delivered."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from intendant.kernel.audit import checkpoint_path
from intendant.kit import clock
from intendant.kit.database import Database, Transaction
from intendant.kit.settings import Settings
from intendant.operations._checks import Check, CheckState
from intendant.operations._processes import find_faults, list_processes

GROUP = "work"
LATE_SECONDS = 60.0
QUEUED_SECONDS = 900.0
OVERDUE_SECONDS = 300.0
UNSEALED_SECONDS = 300.0
FAILING_ROUNDS_MAX = 3
COUNTED_MAX = 10_000
ORGANIZATIONS_MAX = 1_000
LINE_BYTES_MAX = 131_072
_OF = "(%(organization)s::uuid is null or {0}.organization_id = %(organization)s)"


def look(settings: Settings, database: Database, organization_id: UUID | None) -> Sequence[Check]:
    """Return what was found, of the whole installation or of one organisation."""
    with database.system() as tx:
        tx.execute("set local statement_timeout = 5000")
        found: list[Check] = []
        parameters = {"organization": organization_id, "now": clock.system_now(), "counted": COUNTED_MAX}
        found += _processes(tx)
        found += _switches(tx, parameters)
        found += _effects(tx, parameters)
        found += _tasks(tx, parameters)
        found += _approvals(tx, parameters)
        found += _audit(tx, parameters)
        found += _outbox(tx, parameters, "channels", "deliveries", "'queued', 'sending'", "Messages over channels")
        found += _outbox(tx, parameters, "webhooks", "webhook_deliveries", "'waiting'", "Webhooks")
        if organization_id is None:
            found += _checkpoints(tx, settings.checkpoints)
            found += _vault(tx, settings.vault_ring)
            found += _faults(tx)
    return found


def _processes(tx: Transaction) -> Iterator[Check]:
    processes = list_processes(tx, clock.system_now())
    alive = [each for each in processes if each.alive]
    for role, needed in (
        ("worker", "Start one with `intendant worker`; without it nothing is paid, sealed or sent."),
        ("server", "Start one with `intendant server`."),
    ):
        count = sum(each.role == role for each in alive)
        state = CheckState.OK if count else CheckState.FAILED if role == "worker" else CheckState.WARNING
        summary = f"{count} {role}{'' if count == 1 else 's'} alive."
        yield Check(f"work.{role}s", GROUP, state, summary, None if count else needed, {"alive": count})
    versions = sorted({each.version for each in alive if each.version})
    if len(versions) > 1:
        yield Check(
            "work.versions",
            GROUP,
            CheckState.WARNING,
            f"Processes of several versions run: {', '.join(versions)}.",
            "Finish the upgrade: restart those of the older version.",
        )
    for each in alive:
        failing = {name: n for name, n in each.failing_rounds.items() if n >= FAILING_ROUNDS_MAX}
        if failing:
            names = ", ".join(f"{name} ({n})" for name, n in sorted(failing.items())[:5])
            yield Check(
                "work.rounds",
                GROUP,
                CheckState.WARNING,
                f"Rounds of a worker failed since it started: {names}.",
                "Its log has the error under `a round failed`; the fingerprint beside it finds all of its kind.",
                {"process": each.id},
            )


def _switches(tx: Transaction, parameters: dict[str, Any]) -> Iterator[Check]:
    rows = tx.all(
        "select o.slug, c.state from controls c join organizations o on o.id = c.organization_id"  # noqa: S608 - constants
        f" where c.state <> 'running' and o.removed_at is null and {_OF.format('c')} order by o.slug limit 20",
        parameters,
    )
    for row in rows:
        halted = row["state"] == "halted"
        yield Check(
            "work.switch",
            GROUP,
            CheckState.WARNING,
            f"{row['slug']} is {row['state']}: {'nothing happens at all' if halted else 'nothing new acts'}.",
            f"If that is not meant: intendant start --organization {row['slug']}",
        )


def _effects(tx: Transaction, parameters: dict[str, Any]) -> Iterator[Check]:
    row = tx.find(
        "select count(*) filter (where state = 'unknown') as unknown,"  # noqa: S608 - constants
        " count(*) filter (where state = 'failed' and updated_at > %(now)s - interval '1 day') as failed,"
        " count(*) filter (where late) as late, max(seconds) filter (where late) as oldest from ("
        " select e.state, e.updated_at, extract(epoch from %(now)s - e.due_at) as seconds,"
        " e.state in ('held', 'planned') and e.due_at < %(now)s::timestamptz - interval '60 seconds'"
        " and c.state <> 'halted' as late"
        " from effects e join controls c on c.organization_id = e.organization_id"
        f" where e.state in ('held', 'planned', 'failed', 'unknown') and {_OF.format('e')} limit %(counted)s) e",
        parameters,
    )
    assert row is not None  # noqa: S101 - a count gives a row
    detail = {"unknown": row["unknown"], "failed_last_day": row["failed"], "late": row["late"]}
    if row["unknown"]:
        yield Check(
            "work.effects_unknown",
            GROUP,
            CheckState.FAILED,
            f"Of {row['unknown']} effects nobody knows whether they happened.",
            "Ask the provider, then record what you found under Effects; they are not tried again by themselves.",
            detail,
        )
    if row["late"]:
        yield Check(
            "work.effects_late",
            GROUP,
            CheckState.FAILED,
            f"{row['late']} effects are late, the oldest by {float(row['oldest']):.0f} s.",
            "See that a worker runs whose connectors reach their providers; its log says what it waits for.",
            detail,
        )
    if row["failed"]:
        yield Check(
            "work.effects_failed",
            GROUP,
            CheckState.WARNING,
            f"{row['failed']} effects failed within a day.",
            "Effects, filtered by `failed`, show the provider's words; mend the cause and plan them again.",
            detail,
        )
    if not (row["unknown"] or row["late"] or row["failed"]):
        yield Check("work.effects", GROUP, CheckState.OK, "Effects are carried out in time.", None, detail)


def _tasks(tx: Transaction, parameters: dict[str, Any]) -> Iterator[Check]:
    row = tx.find(
        "select count(*) as waiting, coalesce(extract(epoch from %(now)s - min(created_at)), 0) as oldest from ("  # noqa: S608 - constants
        f" select created_at from tasks t where state = 'queued' and {_OF.format('t')} limit %(counted)s) t",
        parameters,
    )
    assert row is not None  # noqa: S101 - a count gives a row
    stuck = float(row["oldest"]) > QUEUED_SECONDS
    yield Check(
        "work.tasks",
        GROUP,
        CheckState.WARNING if stuck else CheckState.OK,
        f"{row['waiting']} tasks wait"
        + (f", the oldest for {float(row['oldest']) / 60:.0f} minutes." if stuck else "."),
        "See that a worker runs, and under Tasks what holds the places; max_concurrent_tasks bounds them."
        if stuck
        else None,
        {"waiting": row["waiting"]},
    )


def _approvals(tx: Transaction, parameters: dict[str, Any]) -> Iterator[Check]:
    count = tx.scalar(
        "select count(*) from (select 1 from approvals a join organizations o on o.id = a.organization_id"  # noqa: S608 - constants
        " join controls c on c.organization_id = a.organization_id and c.state = 'running'"
        " where a.state = 'open' and a.held_until is null and o.removed_at is null and o.speed > 0"
        " and a.due_at <= o.business_anchor"
        " + (%(now)s::timestamptz - make_interval(secs => %(overdue)s) - o.system_anchor) * o.speed"
        f" and {_OF.format('a')} limit %(counted)s) a",
        {**parameters, "overdue": OVERDUE_SECONDS},
    )
    yield Check(
        "work.approvals",
        GROUP,
        CheckState.WARNING if count else CheckState.OK,
        f"{count} approvals are past their deadline and were not closed."
        if count
        else "Deadlines of approvals are kept.",
        "A worker closes them every second: see that one runs, and its log for the round `deadlines`."
        if count
        else None,
        {"overdue": count},
    )


def _audit(tx: Transaction, parameters: dict[str, Any]) -> Iterator[Check]:
    rows = tx.all(
        "select o.slug, extract(epoch from %(now)s - to_timestamp(u.milliseconds / 1000.0)) as age from organizations o"
        " left join lateral (select epoch, xid, seq from checkpoints c where c.organization_id = o.id"
        " order by number desc limit 1) c on true cross join lateral ("
        " select ('x' || lpad(left(replace(a.id::text, '-', ''), 12), 16, '0'))::bit(64)::bigint as milliseconds"
        " from audit a where a.organization_id = o.id and (a.epoch, a.xid, a.seq)"
        " > (coalesce(c.epoch, 0), coalesce(c.xid, '0'), coalesce(c.seq, 0))"
        " order by a.epoch, a.xid, a.seq limit 1) u"
        " where o.removed_at is null and (%(organization)s::uuid is null or o.id = %(organization)s) limit 1000",
        parameters,
    )
    late = [row for row in rows if float(row["age"]) > UNSEALED_SECONDS]
    if late:
        worst = max(late, key=lambda row: float(row["age"]))
        yield Check(
            "work.audit",
            GROUP,
            CheckState.FAILED,
            f"The audit log of {worst['slug']} has not been sealed for {float(worst['age']) / 60:.0f} minutes.",
            "See that a worker runs. If it does, `intendant audit verify` says whether file, table and leaves disagree; a"
            " transaction that has been open for long also keeps what follows it from being sealed.",
            {"organizations": len(late)},
        )
    else:
        yield Check("work.audit", GROUP, CheckState.OK, "The audit log is sealed.")


def _outbox(
    tx: Transaction, parameters: dict[str, Any], name: str, table: str, waiting: str, what: str
) -> Iterator[Check]:
    if tx.scalar("select to_regclass(%s)::text", [table]) is None:
        return
    row = tx.find(
        f"select count(*) filter (where state = 'dead') as dead,"  # noqa: S608 - constants
        " count(*) filter (where state <> 'dead' and due_at < %(now)s::timestamptz - interval '5 minutes') as late"
        f" from (select state, due_at from {table} d where state in ({waiting}, 'dead') and {_OF.format('d')}"
        " limit %(counted)s) d",
        parameters,
    )
    assert row is not None  # noqa: S101 - a count gives a row
    if row["dead"] or row["late"]:
        yield Check(
            f"work.{name}",
            GROUP,
            CheckState.WARNING,
            f"{what}: {row['dead']} dead, {row['late']} late by more than five minutes.",
            "The delivery shows what the other side answered; mend that, send a test, then send the dead ones again.",
            dict(row),
        )
    else:
        yield Check(f"work.{name}", GROUP, CheckState.OK, f"{what} are delivered.")


def _checkpoints(tx: Transaction, folder: Path) -> Iterator[Check]:
    """Compare the newest checkpoint in each file with the table: a file behind it was lost or belongs to another machine."""
    rows = tx.all(
        "select o.id, o.slug, max(c.number) as number from checkpoints c join organizations o on o.id = c.organization_id"
        " where o.removed_at is null group by o.id, o.slug limit %s",
        [ORGANIZATIONS_MAX],
    )
    missing, ahead = [], []
    for row in rows:
        number = _newest_number(checkpoint_path(folder, row["id"]))
        if number is None or number < row["number"]:
            missing.append(row["slug"])
        elif number > row["number"] + 1:
            ahead.append(row["slug"])
    if ahead:
        yield Check(
            "work.checkpoints",
            GROUP,
            CheckState.FAILED,
            f"Checkpoint files of {', '.join(ahead[:5])} know more than the database: the log was cut short or restored.",
            "intendant audit verify; after a restore that you did yourself, `intendant db restore` signs what is missing.",
        )
    elif missing:
        yield Check(
            "work.checkpoints",
            GROUP,
            CheckState.WARNING,
            f"Checkpoint files of {', '.join(missing[:5])} on this machine are behind the database.",
            "On the machine whose worker seals this mends itself at the next sealing; elsewhere it is normal.",
        )
    else:
        yield Check("work.checkpoints", GROUP, CheckState.OK, "Checkpoint files and database agree.")


def _newest_number(path: Path) -> int | None:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - LINE_BYTES_MAX))
            lines = [line for line in file.read().splitlines() if line]
        return int(orjson.loads(orjson.loads(lines[-1])["body"])["number"]) if lines else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _vault(tx: Transaction, ring: Path) -> Iterator[Check]:
    if tx.scalar("select to_regclass('vault_data_keys')::text") is None:
        return
    wrapped = tx.scalar("select count(*) from vault_data_keys where wrapped is not null and backend = 'local' limit 1")
    if not wrapped:
        yield Check("work.vault", GROUP, CheckState.OK, "The vault needs no key-encryption key of this machine.")
    elif not ring.exists():
        yield Check(
            "work.vault",
            GROUP,
            CheckState.FAILED,
            f"The key-encryption keys {ring} are missing: no secret of the vault can be used.",
            "Restore that file from your backup of keys/; without it, enter every secret anew.",
        )
    else:
        yield Check("work.vault", GROUP, CheckState.OK, "The vault's key-encryption keys are at hand.")


def _faults(tx: Transaction) -> Iterator[Check]:
    faults = find_faults(tx, clock.system_now() - timedelta(hours=24))
    count = sum(int(each["count"]) for each in faults)
    yield Check(
        "work.faults",
        GROUP,
        CheckState.WARNING if count else CheckState.OK,
        f"{count} errors of {len(faults)} kinds were logged within a day."
        if count
        else "No errors were logged within a day.",
        "Search the logs for the fingerprint of the most frequent; GET /api/v1/system lists them." if count else None,
        {"kinds": [{"fingerprint": each["fingerprint"], "event": each["event"]} for each in faults[:5]]},
    )
