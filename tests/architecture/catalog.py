"""What the database says about itself: tables, columns, policies, grants; and a row that fits any table."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql

from intendant.kit.database import Database, Transaction

APP, SYSTEM, OWNER = "intendant_app", "intendant_system", "intendant_owner"
MONTHLY = re.compile(r"_\d{6}\b")
"""Partitions come and go with the months."""

NOT_OURS = {"alembic_version"}
"""The migration tool's own table; only the system role may look at it."""


@dataclass(frozen=True)
class Table:
    """A table of the schema `public`."""

    name: str
    is_partition: bool
    row_security: bool
    forced: bool
    owner: str
    policies: tuple[str, ...]
    app_rights: frozenset[str]
    system_rights: frozenset[str]
    columns: tuple[str, ...]

    @property
    def has_organization(self) -> bool:
        """Tell whether rows belong to an organisation."""
        return "organization_id" in self.columns or self.name == "organizations"

    @property
    def key(self) -> str:
        """Return the column that names the organisation."""
        return "id" if self.name == "organizations" else "organization_id"


def tables(database: Database) -> list[Table]:
    """Return every table of ours, partitions too."""
    with database.system() as tx:
        rows = tx.all(_TABLES, {"app": APP, "system": SYSTEM})
    return [
        Table(
            name=row["name"],
            is_partition=row["is_partition"],
            row_security=row["row_security"],
            forced=row["forced"],
            owner=row["owner"],
            policies=tuple(row["policies"]),
            app_rights=frozenset(row["app_rights"]),
            system_rights=frozenset(row["system_rights"]),
            columns=tuple(row["columns"]),
        )
        for row in rows
        if row["name"] not in NOT_OURS
    ]


_TABLES = """
select c.relname as name, c.relispartition as is_partition, c.relrowsecurity as row_security,
       c.relforcerowsecurity as forced, pg_get_userbyid(c.relowner) as owner,
       array(select p.polname::text from pg_policy p where p.polrelid = c.oid order by 1) as policies,
       array(select r from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) r
             where has_table_privilege(%(app)s, c.oid, r)
                or (r in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                    and has_any_column_privilege(%(app)s, c.oid, r))) as app_rights,
       array(select r from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) r
             where has_table_privilege(%(system)s, c.oid, r)) as system_rights,
       array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
             and not a.attisdropped order by a.attnum) as columns
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind in ('r', 'p') order by c.relname limit 1000
"""

_COLUMNS = """
select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attidentity <> '' as identity,
       array(select pg_get_constraintdef(k.oid) from pg_constraint k
             where k.conrelid = a.attrelid and k.contype = 'c' and k.conkey = array[a.attnum]) as checks
from pg_attribute a
where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum limit 1000
"""

_VALUES: dict[str, Any] = {
    "uuid[]": ["0192f000-0000-7000-8000-000000000001"],
    "uuid": UUID("0192f000-0000-7000-8000-000000000001"),
    "text": "a",
    "integer": 1,
    "bigint": 1,
    "smallint": 1,
    "boolean": True,
    "double precision": 0.5,
    "numeric": 1,
    "bytea": b"1",
    "jsonb": "{}",
    "json": "{}",
    "timestamp with time zone": "2026-01-01T00:00:00Z",
    "xid8": "7",
    "text[]": ["a"],
    "date": "2026-01-01",
}


_PAIRED: dict[tuple[str, str], Any] = {
    # A hold keeps one case or a class of data, never both.
    ("legal_holds", "data_class"): None,
    ("borrower_links", "loan_id"): None,
    ("ledger_postings", "credit"): "b",
    ("loan_transactions", "reverses"): None,
}
"""Values of columns whose check looks at another column too."""


def insert(tx: Transaction, table: Table, organization_id: UUID | None, slug: str = "a") -> None:
    """Insert a row that fits the table's types and checks, belonging to an organisation where rows do."""
    values: dict[str, Any] = {}
    for column in tx.all(_COLUMNS, [table.name]):
        if column["identity"]:
            continue
        allowed = [each for check in column["checks"] for each in re.findall(r"'([^']*)'::text", check)]
        if (table.name, column["name"]) in _PAIRED:
            values[column["name"]] = _PAIRED[table.name, column["name"]]
        elif allowed and any("ANY" in check for check in column["checks"]):
            values[column["name"]] = allowed[0]
        else:
            values[column["name"]] = _VALUES[column["type"].partition("(")[0]]
    if organization_id is not None:
        values[table.key] = organization_id
    if table.name == "organizations":
        values["slug"] = slug
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.SQL("%s") for _ in values),
    )
    tx.connection.execute(statement, list(values.values()))


def describe(database: Database) -> str:
    """Write the schema down, one fact a line, without the partitions of particular months."""
    with database.system() as tx:
        found = tables(database)
        parts: list[str] = []
        for table in found:
            if MONTHLY.search(table.name):
                continue
            kind = "partition" if table.is_partition else "table"
            parts.append(f"{kind} {table.name}")
            parts += [f"  column {r['line']}" for r in tx.all(_COLUMN_LINES, [table.name])]
            parts += [f"  {r['line']}" for r in tx.all(_CONSTRAINT_LINES, [table.name])]
            parts += [f"  index {r['line']}" for r in tx.all(_INDEX_LINES, [table.name])]
            parts.append(f"  row level security {table.row_security}, forced {table.forced}, owner {table.owner}")
            parts += [f"  policy {r['line']}" for r in tx.all(_POLICY_LINES, [table.name])]
            parts.append(f"  grant {APP}: {', '.join(sorted(table.app_rights)).lower() or 'nothing'}")
            parts.append(f"  grant {SYSTEM}: {', '.join(sorted(table.system_rights)).lower() or 'nothing'}")
            parts.append("")
        parts += [f"function {r['line']}" for r in tx.all(_FUNCTION_LINES)]
    return "\n".join(parts) + "\n"


_COLUMN_LINES = """
select a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
       || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
       || case when a.attidentity <> '' then ' identity' else '' end as line
from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum limit 1000
"""
_CONSTRAINT_LINES = """
select pg_get_constraintdef(oid) as line from pg_constraint
where conrelid = %s::regclass and contype in ('c', 'f', 'p', 'u') order by contype, 1 limit 1000
"""
_INDEX_LINES = """
select pg_get_indexdef(indexrelid) as line from pg_index i where indrelid = %s::regclass
  and not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by 1 limit 1000
"""
_POLICY_LINES = """
select policyname || ' for ' || lower(cmd) || ' to ' || array_to_string(roles, ', ') || ' using '
       || coalesce(qual, 'nothing') || ' with check ' || coalesce(with_check, 'nothing') as line
from pg_policies where schemaname = 'public' and tablename = %s order by 1 limit 1000
"""
_FUNCTION_LINES = """
select p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ') '
       || case when p.prosecdef then 'as its owner, ' else '' end || 'for '
       || array_to_string(array(select r from unnest(array['public', 'intendant_app', 'intendant_system']) r
            where case when r = 'public' then exists (
                    select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g
                    where g.grantee = 0 and g.privilege_type = 'EXECUTE')
                  else has_function_privilege(r, p.oid, 'EXECUTE') end), ', ') as line
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname = 'public' and p.prokind = 'f'
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
order by 1 limit 1000
"""
