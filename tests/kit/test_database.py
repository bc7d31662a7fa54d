"""Transactions and bulk rows on a real database: all or nothing, one organisation, nothing carried over."""

from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest

from intendant.kernel.organizations import Organization
from intendant.kit import bulk, ids
from intendant.kit.bulk import BulkInsert, BulkUpdate, Writes
from intendant.kit.database import Database, DatabaseUnavailable, DatabaseUrls, url_for_role
from intendant.kit.errors import Bug

NOW = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
ROWS = BulkInsert(
    "quarantine",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "source": "text",
        "place": "text",
        "code": "text",
        "reason": "text",
        "raw": "text",
        "created_at": "timestamptz",
    },
)
COUNT = "select count(*) from quarantine"
ODD = "quote ' \" back\\slash %s {brace} \u2028 \U0001f600 'null'"


def row(organization: Organization, **changed: object) -> dict[str, object]:
    """Build a row of the quarantine."""
    return {
        "organization_id": organization.id,
        "id": ids.new_id(),
        "source": "file",
        "place": "1",
        "code": "bad",
        "reason": "bad",
        "raw": ODD,
        "created_at": NOW,
    } | changed


def test_a_transaction_keeps_all_or_nothing(database: Database, organization: Organization) -> None:
    with pytest.raises(RuntimeError), database.transaction(organization.id) as tx:  # noqa: PT012
        ROWS.run(tx, [row(organization)])
        raise RuntimeError("half-way")
    with database.transaction(organization.id) as tx:
        assert tx.scalar(COUNT) == 0
        ROWS.run(tx, [row(organization)])
    with database.transaction(organization.id) as tx:
        assert tx.scalar(COUNT) == 1


def test_an_error_that_was_swallowed_inside_is_not_taken_for_success(
    database: Database, organization: Organization
) -> None:
    with pytest.raises(Bug, match="swallowed"), database.transaction(organization.id) as tx:  # noqa: PT012
        ROWS.run(tx, [row(organization)])
        with pytest.raises(psycopg.errors.DivisionByZero):
            tx.scalar("select 1 / 0")
    with database.transaction(organization.id) as tx:
        assert tx.scalar(COUNT) == 0


def test_a_connection_carries_no_organization_over(
    database_urls: DatabaseUrls, organization: Organization, other_organization: Organization
) -> None:
    # One connection, so that the second transaction surely gets the first one's.
    database = Database(database_urls, pool_size_max=1)
    with database.transaction(organization.id) as tx:
        ROWS.run(tx, [row(organization)])
        backend = tx.scalar("select pg_backend_pid()")
    with database.transaction(other_organization.id) as tx:
        assert tx.scalar("select pg_backend_pid()") == backend
        assert tx.scalar(COUNT) == 0
    with database.snapshot() as tx:
        assert tx.scalar("select pg_backend_pid()") == backend
        assert tx.scalar("select current_organizations()") is None
        assert tx.scalar(COUNT) == 0
    database.close()


def test_a_transaction_of_the_serving_role_names_its_organization(database: Database) -> None:
    with pytest.raises(Bug, match="names its organisation"), database.transaction():
        pass


def test_a_transaction_of_several_organizations_has_no_single_one(
    database: Database, organization: Organization, other_organization: Organization
) -> None:
    with database.transaction(organization.id, other_organization.id) as tx:
        ROWS.run(tx, [row(organization), row(other_organization)])
        assert tx.scalar(COUNT) == 2
        with pytest.raises(Bug, match="one was expected"):
            _ = tx.organization_id


def test_a_snapshot_writes_nothing(database: Database, organization: Organization) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), database.snapshot(organization.id) as tx:
        ROWS.run(tx, [row(organization)])


def test_a_snapshot_sees_one_moment(database: Database, organization: Organization) -> None:
    with database.snapshot(organization.id) as tx:
        assert tx.scalar(COUNT) == 0
        with database.transaction(organization.id) as other:
            ROWS.run(other, [row(organization)])
        assert tx.scalar(COUNT) == 0


def test_a_database_that_went_away_is_unavailable_and_the_next_transaction_has_a_new_connection(
    database: Database, organization: Organization
) -> None:
    with pytest.raises(DatabaseUnavailable) as refused, database.transaction(organization.id) as tx:  # noqa: PT012
        ROWS.run(tx, [row(organization)])
        backend = tx.scalar("select pg_backend_pid()")
        with database.transaction(organization.id) as other:
            other.scalar("select pg_terminate_backend(%s)", [backend])
        tx.scalar(COUNT)
    assert refused.value.remedy
    with database.transaction(organization.id) as tx:
        assert tx.scalar(COUNT) == 0


def test_values_of_every_type_come_back_as_they_went_in(database: Database, organization: Organization) -> None:
    table = BulkInsert(
        "things", {"t": "text", "n": "numeric", "b": "bytea", "m": "timestamptz", "f": "double precision", "j": "jsonb"}
    )
    given = {"t": ODD, "n": Decimal("12345678901234.56"), "b": b"\x00\xff\\", "m": NOW, "f": 0.1 + 0.2, "j": {"a": [1]}}
    nothing = dict.fromkeys(given)
    with database.transaction(organization.id) as tx:
        tx.execute("create temporary table things (t text, n numeric, b bytea, m timestamptz, f float8, j jsonb)")
        table.run(tx, [given, nothing])
        assert tx.all("select * from things order by t nulls last") == [given, nothing]


def test_more_rows_than_a_statement_takes_are_all_written(
    database: Database,
    organization: Organization,
) -> None:
    rows = [row(organization, raw="") for _ in range(bulk.ROWS_PER_STATEMENT_MAX + 7)]
    with database.transaction(organization.id) as tx:
        ROWS.run(tx, rows)
        assert tx.scalar(COUNT) == len(rows)


def test_updates_touch_the_rows_of_their_keys_alone(database: Database, organization: Organization) -> None:
    update = BulkUpdate("things", {"id": "integer"}, {"value": "text"}, where="t.value <> 'kept'")
    with database.transaction(organization.id) as tx:
        tx.execute("create temporary table things (id integer, value text)")
        tx.execute("insert into things values (1, 'old'), (2, 'old'), (3, 'kept')")
        update.run(tx, [{"id": 1, "value": "new"}, {"id": 3, "value": "new"}, {"id": 9, "value": "new"}])
        found = tx.all("select id, value from things order by id")
    assert [(each["id"], each["value"]) for each in found] == [(1, "new"), (2, "old"), (3, "kept")]


def test_gathered_writes_are_flushed_once(database: Database, organization: Organization) -> None:
    writes = Writes()
    writes.add(ROWS, row(organization))
    writes.extend(ROWS, [row(organization), row(organization)])
    with database.transaction(organization.id) as tx:
        writes.flush(tx)
        writes.flush(tx)
        assert tx.scalar(COUNT) == 3


def test_one_bad_row_fails_its_whole_statement(database: Database, organization: Organization) -> None:
    same = ids.new_id()
    rows = [row(organization), row(organization, id=same), row(organization, id=same)]
    with pytest.raises(psycopg.errors.UniqueViolation), database.transaction(organization.id) as tx:
        ROWS.run(tx, rows)
    with database.transaction(organization.id) as tx:
        assert tx.scalar(COUNT) == 0


@pytest.mark.parametrize(
    "url", ["postgresql://admin:pw@db.example:5433/x?sslmode=require", "postgresql:///x?host=/run/pg"]
)
def test_a_role_gets_its_own_name_and_password_and_the_same_place(url: str) -> None:
    made = url_for_role(url, "intendant_app", "p@ss/w:rd")
    assert made.startswith("postgresql://intendant_app:p%40ss%2Fw%3Ard@")
    assert made.endswith(url.rpartition("@")[2].removeprefix("postgresql://"))
