"""Every table, walked as the wrong organisation: it shows nothing, takes nothing and changes nothing."""

from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from tests.architecture import catalog
from tests.architecture.catalog import Table

from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.database import Database, Transaction
from intendant.kit.postgres import EmbeddedPostgres


@pytest.fixture
def superuser_url(database: Database, postgres_server: EmbeddedPostgres) -> str:
    """Return how the superuser reaches this database."""
    return postgres_server.superuser_url(urlsplit(database.urls.app).path.lstrip("/"))


@pytest.fixture
def walked(database: Database, organization: Organization, superuser_url: str) -> list[Table]:
    """Put a row of the right organisation into every table and return the tables that the serving role may read."""
    found = [table for table in catalog.tables(database) if table.has_organization and table.app_rights]
    assert len(found) >= 22
    with psycopg.connect(superuser_url, row_factory=dict_row) as connection:
        # What a row refers to does not matter here; only whose it is.
        connection.execute("set session_replication_role = replica")
        tx = Transaction(connection, (organization.id,))
        for table in found:
            if _count(tx, table, organization) == 0:
                catalog.insert(tx, table, organization.id)
    return found


def _count(tx: Transaction, table: Table, organization: Organization) -> int:
    statement = sql.SQL("select count(*) from {} where {} = %s")
    cursor = tx.connection.execute(
        statement.format(sql.Identifier(table.name), sql.Identifier(table.key)), [organization.id]
    )
    found = cursor.fetchone()
    assert found is not None
    return int(found["count"])


def test_the_right_organization_sees_its_rows(
    database: Database, organization: Organization, walked: list[Table]
) -> None:
    """The control: without it, an empty answer below would prove nothing."""
    with database.transaction(organization.id) as tx:
        assert not [table.name for table in walked if _count(tx, table, organization) == 0]


def test_the_wrong_organization_sees_no_row(
    database: Database, organization: Organization, other_organization: Organization, walked: list[Table]
) -> None:
    with database.transaction(other_organization.id) as tx:
        assert not [table.name for table in walked if _count(tx, table, organization)]


def test_without_an_organization_there_is_no_row(
    database: Database, organization: Organization, walked: list[Table]
) -> None:
    with psycopg.connect(database.urls.app, row_factory=dict_row) as connection:
        for setting in (None, ""):
            if setting is not None:
                connection.execute("select set_config('intendant.organizations', %s, true)", [setting])
            tx = Transaction(connection, ())
            assert not [table.name for table in walked if _count(tx, table, organization)]


def test_the_wrong_organization_puts_no_row_in(
    database: Database, organization: Organization, other_organization: Organization, walked: list[Table]
) -> None:
    for table in walked:
        if "INSERT" not in table.app_rights:
            continue
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
            database.transaction(other_organization.id) as tx,
        ):
            catalog.insert(tx, table, organization.id)


def test_the_wrong_organization_changes_and_deletes_no_row(
    database: Database, organization: Organization, other_organization: Organization, walked: list[Table]
) -> None:
    changed = 0
    for table in walked:
        key, name = sql.Identifier(table.key), sql.Identifier(table.name)
        theirs = sql.SQL(" where {} = {}").format(key, sql.Literal(organization.id))
        with database.transaction(other_organization.id) as tx:
            if "UPDATE" in table.app_rights:
                assert (
                    tx.connection.execute(sql.SQL("update {} set {} = {}").format(name, key, key) + theirs).rowcount
                    == 0
                )
                changed += 1
            if "DELETE" in table.app_rights:
                assert tx.connection.execute(sql.SQL("delete from {}").format(name) + theirs).rowcount == 0
                changed += 1
    assert changed >= 10
    with database.transaction(organization.id) as tx:
        assert not [table.name for table in walked if _count(tx, table, organization) == 0]


def test_a_row_cannot_be_given_away(
    database: Database, organization: Organization, other_organization: Organization, walked: list[Table]
) -> None:
    for table in walked:
        if "UPDATE" not in table.app_rights:
            continue
        statement = sql.SQL("update {} set {} = %s").format(sql.Identifier(table.name), sql.Identifier(table.key))
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.transaction(organization.id) as tx:
            tx.connection.execute(statement, [other_organization.id])


def test_a_partition_shows_nothing_even_to_the_right_organization(
    database: Database, organization: Organization, walked: list[Table]
) -> None:
    for table in catalog.tables(database):
        if not table.is_partition:
            continue
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.transaction(organization.id) as tx:
            _count(tx, table, organization)


def test_an_organization_that_does_not_exist_sees_nothing(
    database: Database, organization: Organization, walked: list[Table]
) -> None:
    with database.transaction(ids.new_id()) as tx:
        assert not [table.name for table in walked if _count(tx, table, organization)]
