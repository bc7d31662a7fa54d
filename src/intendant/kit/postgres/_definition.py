"""Reads and remakes what `pg_dump` leaves out: roles with their verifiers, and the database's own owner and settings."""

from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from intendant.kit.postgres._address import SUPERUSER
from intendant.kit.postgres._manifest import (
    DatabaseDefinition,
    DatabasePrivilege,
    DatabaseSetting,
    RoleDefinition,
    RoleMembership,
)

Connection = psycopg.Connection[TupleRow]

_ROLES = r"""
SELECT rolname, rolcanlogin, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls, rolconnlimit,
       {verifier}, coalesce((SELECT setconfig FROM pg_db_role_setting WHERE setdatabase = 0 AND setrole = role.oid), '{{}}'), rolsuper
FROM {catalog} AS role
WHERE rolname NOT LIKE 'pg\_%%' AND rolname <> %(superuser)s
  AND (rolname LIKE 'intendant\_%%' OR oid IN (
       SELECT refobjid FROM pg_shdepend
       WHERE refclassid = 'pg_authid'::regclass
         AND (dbid = %(database)s OR (classid = 'pg_database'::regclass AND objid = %(database)s))))
ORDER BY rolname
"""
_MEMBERSHIPS = """
SELECT role.rolname, member.rolname, admin_option, {options}
FROM pg_auth_members
JOIN pg_roles AS role ON role.oid = roleid
JOIN pg_roles AS member ON member.oid = member
WHERE member.rolname = ANY(%(names)s) AND (role.rolname = ANY(%(names)s) OR role.rolname LIKE 'pg\\_%%')
ORDER BY 1, 2
"""
_PRIVILEGES = """
SELECT coalesce(role.rolname, ''), privilege_type, is_grantable
FROM pg_database CROSS JOIN aclexplode(coalesce(datacl, acldefault('d', datdba))) AS granted
LEFT JOIN pg_roles AS role ON role.oid = granted.grantee
WHERE pg_database.oid = %(database)s AND granted.grantee <> datdba
ORDER BY 1, 2
"""
_SETTINGS = """
SELECT coalesce(role.rolname, ''), setting
FROM pg_db_role_setting CROSS JOIN unnest(setconfig) AS setting
LEFT JOIN pg_roles AS role ON role.oid = setrole
WHERE setdatabase = %(database)s
ORDER BY 1, 2
"""
_TABLES = """
SELECT quote_ident(nspname) || '.' || quote_ident(relname)
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND relpersistence <> 't' AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
ORDER BY 1
"""
_PRIVILEGE_NAMES = {"CREATE", "CONNECT", "TEMPORARY"}


def read_definition(connection: Connection) -> DatabaseDefinition:
    """Return the roles concerned and the database's own properties; verifiers need a superuser and are left out else."""
    row = connection.execute(
        "SELECT oid, pg_get_userbyid(datdba), (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
        " FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    assert row is not None  # noqa: S101 - we are connected to it
    database, owner, is_superuser = row
    catalog, verifier = ("pg_authid", "rolpassword") if is_superuser else ("pg_roles", "NULL")
    parameters: dict[str, Any] = {"database": database, "superuser": SUPERUSER}
    roles = connection.execute(
        sql.SQL(_ROLES).format(catalog=sql.SQL(catalog), verifier=sql.SQL(verifier)), parameters
    ).fetchall()
    parameters["names"] = [row[0] for row in roles]
    # Before version 16 a membership had no options of its own.
    options = "inherit_option, set_option" if connection.info.server_version >= 160000 else "true, true"
    memberships = connection.execute(sql.SQL(_MEMBERSHIPS).format(options=sql.SQL(options)), parameters).fetchall()
    return DatabaseDefinition(
        owner=owner,
        privileges=tuple(DatabasePrivilege(*row) for row in connection.execute(_PRIVILEGES, parameters)),
        settings=tuple(DatabaseSetting(*row) for row in connection.execute(_SETTINGS, parameters)),
        roles=tuple(_role(row) for row in roles),
        memberships=tuple(RoleMembership(*row) for row in memberships),
    )


def create_roles(connection: Connection, definition: DatabaseDefinition) -> None:
    """Create the roles that do not exist yet, with their verifiers, settings and memberships."""
    existing = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role in definition.roles:
        if role.name not in existing:
            _create_role(connection, role)
    known = existing | {role.name for role in definition.roles}
    for membership in definition.memberships:
        if {membership.role, membership.member} <= known:
            options = sql.SQL("ADMIN {}, INHERIT {}, SET {}").format(
                *(sql.SQL(str(on).upper()) for on in (membership.admin, membership.inherit, membership.set))
            )
            connection.execute(
                sql.SQL("GRANT {} TO {} WITH {}").format(
                    sql.Identifier(membership.role), sql.Identifier(membership.member), options
                )
            )


def apply_definition(connection: Connection, definition: DatabaseDefinition) -> None:
    """Give the database we are connected to its owner, privileges and settings."""
    database = sql.Identifier(connection.info.dbname)
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    if definition.owner in known:
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, sql.Identifier(definition.owner)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    for privilege in definition.privileges:
        if privilege.privilege in _PRIVILEGE_NAMES and privilege.grantee in known | {""}:
            connection.execute(
                sql.SQL("GRANT {} ON DATABASE {} TO {}{}").format(
                    sql.SQL(privilege.privilege),
                    database,
                    sql.Identifier(privilege.grantee) if privilege.grantee else sql.SQL("PUBLIC"),
                    sql.SQL(" WITH GRANT OPTION" if privilege.grantable else ""),
                )
            )
    for entry in definition.settings:
        target = sql.SQL("DATABASE {}").format(database)
        if entry.role:
            target = sql.SQL("ROLE {} IN DATABASE {}").format(sql.Identifier(entry.role), database)
        _keep_setting(connection, target, entry.setting)


def count_rows(connection: Connection) -> dict[str, int]:
    """Return the number of rows of every table, as this transaction sees them."""
    names = [row[0] for row in connection.execute(_TABLES)]
    counts: dict[str, int] = {}
    for name in names:
        # The name comes quoted from the catalogue.
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.SQL(name))).fetchone()
        counts[name] = 0 if row is None else row[0]
    return counts


def _role(row: TupleRow) -> RoleDefinition:
    name, login, inherit, create_role, create_database, bypass, connection_limit, verifier, settings, is_superuser = row
    if is_superuser:
        # Objects of an external server's superuser get an owner of that name that may do nothing.
        return RoleDefinition(name, False, True, False, False, False, -1, None, ())
    return RoleDefinition(
        name=name,
        login=login,
        inherit=inherit,
        create_role=create_role,
        create_database=create_database,
        bypass_row_security=bypass,
        connection_limit=connection_limit,
        verifier=verifier,
        settings=tuple(settings),
    )


def _create_role(connection: Connection, role: RoleDefinition) -> None:
    flags = {
        "LOGIN": role.login,
        "INHERIT": role.inherit,
        "CREATEROLE": role.create_role,
        "CREATEDB": role.create_database,
        "BYPASSRLS": role.bypass_row_security,
    }
    words = " ".join(word if on else f"NO{word}" for word, on in flags.items())
    connection.execute(
        sql.SQL("CREATE ROLE {} WITH NOSUPERUSER NOREPLICATION {} CONNECTION LIMIT {} PASSWORD {}").format(
            sql.Identifier(role.name), sql.SQL(words), sql.Literal(role.connection_limit), sql.Literal(role.verifier)
        )
    )
    for setting in role.settings:
        _keep_setting(connection, sql.SQL("ROLE {}").format(sql.Identifier(role.name)), setting)


def _keep_setting(connection: Connection, target: sql.Composed, setting: str) -> None:
    """Set `name=value` for a role or database; through the session, so that lists keep their quotes."""
    name, _, value = setting.partition("=")
    with connection.transaction():
        connection.execute("SELECT set_config(%s, %s, true)", (name, value))
        identifier = sql.SQL(".").join(sql.Identifier(part) for part in name.split("."))
        connection.execute(sql.SQL("ALTER {} SET {} FROM CURRENT").format(target, identifier))
