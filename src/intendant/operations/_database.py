"""Checks of the database: reachable, of the right version, closed by row-level security, its clock and its room."""

from collections.abc import Iterator, Sequence

from intendant.kit import clock
from intendant.kit.database import APP_ROLE, SYSTEM_ROLE, Database, Row, Transaction
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.schema import newest_revision
from intendant.kit.settings import Settings
from intendant.operations._checks import Check, CheckState

GROUP = "database"
VERSION_LEAST = 180_000
SKEW_SECONDS_MAX = 2.0
SLOW_SECONDS = 0.5
CONNECTIONS_SHARE_MAX = 0.85
TRANSACTION_SECONDS_MAX = 600
XID_AGE_MAX = 1_500_000_000
TABLES_MAX = 2_000


def look(settings: Settings, database: Database) -> Sequence[Check]:
    """Return what was found; raises where the database cannot be reached."""
    began = clock.monotonic_seconds()
    with database.system() as tx:
        tx.execute("set local statement_timeout = 5000")
        now_there = tx.scalar("select extract(epoch from statement_timestamp())")
        seconds = clock.monotonic_seconds() - began
        skew = abs(float(now_there) - clock.system_now().timestamp())
        facts = tx.find(
            "select current_setting('server_version') as version, current_setting('server_version_num')::integer as number,"
            " pg_database_size(current_database()) as size, pg_is_in_recovery() as in_recovery,"
            " current_setting('max_connections')::integer as connections_max,"
            " (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,"
            " (select age(datfrozenxid) from pg_database where datname = current_database()) as xid_age,"
            " (select coalesce(max(extract(epoch from statement_timestamp() - xact_start)), 0) from pg_stat_activity"
            "  where datname = current_database() and xact_start is not null) as oldest"
        )
        assert facts is not None  # noqa: S101 - a count gives a row
        return [
            *_reachable(facts, seconds),
            *_embedded(settings),
            *_migrations(tx),
            *_roles(tx),
            *_row_security(tx),
            *_clock(skew),
            *_room(facts),
        ]


def _reachable(facts: Row, seconds: float) -> Iterator[Check]:
    detail = {"version": facts["version"], "size_bytes": facts["size"], "milliseconds": round(seconds * 1000, 1)}
    summary = f"PostgreSQL {facts['version']} answers in {seconds * 1000:.0f} ms."
    if facts["in_recovery"]:
        yield Check(
            "database.reachable",
            GROUP,
            CheckState.FAILED,
            "The database is in recovery, or is a replica, and takes no writes.",
            "Wait for the end of recovery, or point INTENDANT_DATABASE_URL at the primary.",
            detail,
        )
    elif facts["number"] < VERSION_LEAST:
        yield Check("database.reachable", GROUP, CheckState.FAILED, summary, "Use PostgreSQL 18 or newer.", detail)
    elif seconds > SLOW_SECONDS:
        remedy = "Look at its load and at the network between; every decision waits for it several times."
        yield Check("database.reachable", GROUP, CheckState.WARNING, summary, remedy, detail)
    else:
        yield Check("database.reachable", GROUP, CheckState.OK, summary, None, detail)


def _embedded(settings: Settings) -> Iterator[Check]:
    if settings.database_url is not None:
        return
    status = EmbeddedPostgres(settings.home / "postgres").status()
    yield Check(
        "database.embedded",
        GROUP,
        CheckState.OK if status.running else CheckState.WARNING,
        f"The embedded database is {status.state}.",
        None if status.running else f"Its own log says why: {status.log_folder}",
        {"pid": status.pid, "leases": status.lease_count},
    )


def _migrations(tx: Transaction) -> Iterator[Check]:
    revision, newest = tx.scalar("select version_num from alembic_version"), newest_revision()
    if revision == newest:
        yield Check("database.migrations", GROUP, CheckState.OK, f"The schema is at revision {revision}.")
    else:
        yield Check(
            "database.migrations",
            GROUP,
            CheckState.FAILED,
            f"The schema is at revision {revision}, this program at {newest}.",
            "Run the same version everywhere; a start of the newer one brings the schema up to date.",
        )


def _roles(tx: Transaction) -> Iterator[Check]:
    rows = tx.all(
        "select rolname, rolsuper or rolbypassrls or rolcreaterole as mighty from pg_roles where rolname = any(%s) limit 10",
        [[APP_ROLE, SYSTEM_ROLE]],
    )
    mighty = [row["rolname"] for row in rows if row["mighty"]]
    if mighty or len(rows) < 2:
        yield Check(
            "database.roles",
            GROUP,
            CheckState.FAILED,
            f"The role {', '.join(mighty)} may do more than it should." if mighty else "A role is missing.",
            "alter role ... nosuperuser nobypassrls nocreaterole; a missing one is made at the next start.",
        )
    else:
        yield Check("database.roles", GROUP, CheckState.OK, "The serving roles have no more rights than they need.")


def _row_security(tx: Transaction) -> Iterator[Check]:
    rows = tx.all(
        "select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname <> 'alembic_version'"
        " and not (c.relrowsecurity and c.relforcerowsecurity)"
        " and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id') limit %s",
        [TABLES_MAX],
    )
    if rows:
        names = ", ".join(row["name"] for row in rows[:5])
        yield Check(
            "database.row_security",
            GROUP,
            CheckState.FAILED,
            f"Row-level security is not in force on {names}: organisations may see each other's rows.",
            "Stop the servers; alter table ... enable row level security, force row level security.",
            {"count": len(rows)},
        )
    else:
        yield Check("database.row_security", GROUP, CheckState.OK, "Row-level security is in force on every table.")


def _clock(skew: float) -> Iterator[Check]:
    wrong = skew > SKEW_SECONDS_MAX
    yield Check(
        "database.clock",
        GROUP,
        CheckState.WARNING if wrong else CheckState.OK,
        f"The clocks of this machine and of the database are {skew:.1f} s apart.",
        "Set both by the same time service (chrony, systemd-timesyncd)." if wrong else None,
        {"seconds": round(skew, 3)},
    )


def _room(facts: Row) -> Iterator[Check]:
    used, most = facts["connections"], facts["connections_max"]
    tight = used > most * CONNECTIONS_SHARE_MAX
    yield Check(
        "database.connections",
        GROUP,
        CheckState.WARNING if tight else CheckState.OK,
        f"{used} of {most} connections are taken.",
        "Raise max_connections, or run fewer servers and workers (each takes up to 32)." if tight else None,
        {"used": used, "max": most},
    )
    if facts["oldest"] > TRANSACTION_SECONDS_MAX:
        yield Check(
            "database.transactions",
            GROUP,
            CheckState.WARNING,
            f"A transaction has been open for {float(facts['oldest']) / 60:.0f} minutes; audit leaves behind it cannot be sealed.",
            "Find it in pg_stat_activity (order by xact_start) and end it with pg_terminate_backend.",
        )
    if facts["xid_age"] > XID_AGE_MAX:
        yield Check(
            "database.vacuum",
            GROUP,
            CheckState.FAILED,
            "Transaction ids are running out: autovacuum does not keep up.",
            "vacuum (freeze) the database in a quiet hour, and look why autovacuum is held up.",
            {"age": facts["xid_age"]},
        )
