"""The migrated database, looked at as a whole: who owns, who may, and that migrations and the written schema are in step."""

import pytest
from tests.architecture import catalog, golden
from tests.architecture.catalog import APP, OWNER, Table
from tests.architecture.source import ROOT

from intendant.kit.database import Database

INSERT_ONLY = {
    "ai_deployments",
    "prediction_results",
    "prediction_feedback",
    "decisions",
    "outcomes",
    "events",
    "audit",
    "consents",
    "configurations",
    "quarantine",
    "secret_changes",
    "lending_products",
    "loan_transactions",
    "index_rates",
    "ledger_postings",
    "ledger_periods",
    "ledger_income",
    "traces",
}
"""What has been recorded is not changed: answers and corrections are new rows."""

SYSTEM_ONLY = {
    "users",
    "sessions",
    "api_keys",
    "sign_in_links",
    "access_revision",
    "executors",
    "fault_counts",
    "machine_invitations",
    "machines",
}
"""Accounts and processes belong to no organisation; the serving role has no way to them."""

READ_ONLY = {"organizations", "memberships", "checkpoints", "installation", "usage"}


@pytest.fixture
def tables(database: Database) -> dict[str, Table]:
    """Return every table by name."""
    return {table.name: table for table in catalog.tables(database)}


def test_the_schema_is_the_one_written_down(database: Database) -> None:
    golden.check(ROOT / "tests" / "architecture" / "schema.txt", catalog.describe(database))


def test_row_level_security_is_enabled_and_forced_on_every_table(tables: dict[str, Table]) -> None:
    assert not [name for name, table in tables.items() if not (table.row_security and table.forced)]


def test_every_table_has_a_policy_and_partitions_are_reached_through_their_table_alone(
    tables: dict[str, Table],
) -> None:
    assert not [name for name, table in tables.items() if not table.policies and not table.is_partition]
    assert not [name for name, table in tables.items() if table.is_partition and (table.policies or table.app_rights)]


def test_every_business_table_begins_its_key_with_the_organization(database: Database) -> None:
    with database.system() as tx:
        rows = tx.all(
            """
            select i.indrelid::regclass::text as name, a.attname as first from pg_index i
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
            join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
            where i.indisprimary and n.nspname = 'public' and exists (
              select from pg_attribute o where o.attrelid = i.indrelid and o.attname = 'organization_id')
            limit 1000
            """
        )
    # A key is found by its digest before anybody knows whose it is.
    assert {row["name"] for row in rows if row["first"] != "organization_id"} == {"api_keys"}


def test_the_serving_role_owns_nothing(database: Database, tables: dict[str, Table]) -> None:
    assert {table.owner for table in tables.values()} == {OWNER}
    with database.system() as tx:
        owned = tx.scalar(
            "select count(*) from pg_shdepend where refobjid = (select oid from pg_roles where rolname = %s) and deptype = 'o'",
            [APP],
        )
        role = tx.find(
            "select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication from pg_roles where rolname = %s",
            [APP],
        )
        member = tx.scalar(
            "select count(*) from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = %s", [APP]
        )
        creates = tx.scalar("select has_schema_privilege(%s, 'public', 'CREATE')", [APP])
    assert owned == 0
    assert role is not None
    assert not any(role.values())
    assert member == 0
    assert not creates


def test_no_role_bypasses_row_level_security(database: Database) -> None:
    with database.system() as tx:
        roles = tx.all(
            "select rolname, rolsuper, rolbypassrls from pg_roles where rolname like 'intendant_%%' limit 10"
        )
    assert len(roles) >= 3
    assert not [role for role in roles if role["rolbypassrls"] or role["rolsuper"]]


def test_the_serving_role_has_no_way_to_accounts(tables: dict[str, Table]) -> None:
    assert not [name for name in SYSTEM_ONLY if tables[name].app_rights]


def test_what_is_recorded_cannot_be_changed(tables: dict[str, Table]) -> None:
    for name in INSERT_ONLY:
        assert tables[name].app_rights == {"SELECT", "INSERT"}, name
    for name in READ_ONLY:
        assert tables[name].app_rights == {"SELECT"}, name


def test_the_record_cannot_be_changed_by_the_system_role_either(tables: dict[str, Table]) -> None:
    """It may delete a removed demo's rows; it may not rewrite one."""
    for name in ("decisions", "outcomes", "events", "audit"):
        assert "UPDATE" not in tables[name].system_rights, name


def test_nobody_may_empty_a_table_at_once(tables: dict[str, Table]) -> None:
    assert not [name for name, table in tables.items() if "TRUNCATE" in table.app_rights | table.system_rights]


def test_every_table_is_listed_with_its_rights(tables: dict[str, Table]) -> None:
    """A table that is new here must be sorted into one of the lists, or be one that the serving role may change."""
    changeable = {
        name for name, table in tables.items() if "UPDATE" in table.app_rights or "DELETE" in table.app_rights
    }
    parents = {name for name, table in tables.items() if not table.is_partition}
    assert parents == INSERT_ONLY | SYSTEM_ONLY | READ_ONLY | changeable
