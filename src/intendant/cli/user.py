"""`intendant user`: who may sign in, their links and passwords, and API keys for programs. No mail server is needed."""

import sys
from typing import TYPE_CHECKING, Any

import click

from intendant.cli.console import json_option, moment, opened, organization_option, print_json, print_table, whoami

if TYPE_CHECKING:
    from uuid import UUID

    from intendant.bootstrap import System
    from intendant.kernel.access import LinkPurpose, User
    from intendant.kit.database import Transaction

ROLES = ("owner", "organization_admin", "manager", "operator", "client", "read_only")
_role = click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")


@click.group()
def user() -> None:
    """Add users and keys, reset passwords."""


@user.command()
@click.argument("email")
@_role
@click.option("--name", default="", help="Their name.")
@click.option("--super-admin", is_flag=True, help="Owner of every organisation.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input instead of printing a link.")
@organization_option
def add(email: str, role: str, name: str, super_admin: bool, password_stdin: bool, organization: str | None) -> None:
    """Add a user to an organisation; print the one-time link by which they choose a password."""
    from intendant.kernel import access
    from intendant.kernel.access import LinkPurpose, Role

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    if password is not None:
        access.check_password(password, email=access.parse_email(email))
    with opened(organization) as (system, found), system.database.system() as tx:
        member = access.add_user(
            tx, email=email, name=name, organization_id=found.id, role=Role(role), is_super_admin=super_admin
        )
        detail: dict[str, object] = {"role": role, "super_admin": member.user.is_super_admin}
        _record(tx, found.id, "access.user.added", member.user, detail)
        further = "They have a password already."
        if password is not None and not member.user.has_password:
            access.set_password(tx, member.user, password)
            further = "Their password is set."
        elif not member.user.has_password:
            further = _link(system, tx, member.user, LinkPurpose.PASSWORD_RESET)
    click.echo(f"{member.user.email}: {role} of {found.slug}.")
    click.echo(further)


@user.command("list")
@organization_option
@json_option
def list_(organization: str | None, as_json: bool) -> None:
    """List the users of an organisation."""
    from intendant.kernel.access import list_members

    rows: list[dict[str, Any]] = []
    with opened(organization) as (system, found), system.database.system() as tx:
        after = None
        while page := list_members(tx, found.id, after=after, limit=200):
            after = page[-1].user.id
            rows += [
                {
                    "email": member.user.email,
                    "name": member.user.name,
                    "role": str(member.role),
                    "super_admin": member.user.is_super_admin,
                    "password": member.user.has_password,
                    "disabled_at": member.user.disabled_at,
                    "id": member.user.id,
                }
                for member in page
            ]
    if as_json:
        print_json(rows)
        return
    columns = {
        "e-mail": lambda row: row["email"],
        "name": lambda row: row["name"],
        "role": lambda row: "super admin" if row["super_admin"] else row["role"],
        "password": lambda row: "set" if row["password"] else "not yet",
        "disabled": lambda row: row["disabled_at"] and moment(row["disabled_at"]),
    }
    print_table(rows, columns, empty="There is none yet. Add one: `intendant user add EMAIL --role owner`.")


@user.command()
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the new password from standard input.")
@organization_option
def reset(email: str, password_stdin: bool, organization: str | None) -> None:
    """Print a one-time link to a new password, or set one from standard input; then all their sessions end."""
    from intendant.kernel import access
    from intendant.kernel.access import LinkPurpose

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with opened(organization) as (system, found), system.database.system() as tx:
        account = _account(tx, found.id, email)
        if password is None:
            _record(tx, found.id, "access.reset_link.made", account)
            answer = _link(system, tx, account, LinkPurpose.PASSWORD_RESET)
        else:
            ended = access.set_password(tx, account, password)
            _record(tx, found.id, "access.password.changed", account, {"by": "console", "sessions_ended": ended})
            answer = f"{account.email}: password set, {ended} sessions ended."
    click.echo(answer)


@user.command()
@click.argument("email")
@organization_option
def link(email: str, organization: str | None) -> None:
    """Print a one-time link that signs a user in without a password."""
    from intendant.kernel.access import LinkPurpose

    with opened(organization) as (system, found), system.database.system() as tx:
        account = _account(tx, found.id, email)
        _record(tx, found.id, "access.sign_in_link.made", account)
        answer = _link(system, tx, account, LinkPurpose.SIGN_IN)
    click.echo(answer)


@user.command()
@click.argument("email")
@_role
@organization_option
def role(email: str, role: str, organization: str | None) -> None:
    """Give a user another role."""
    from intendant.kernel.access import Role, set_role

    with opened(organization) as (system, found), system.database.system() as tx:
        account = _account(tx, found.id, email)
        set_role(tx, found.id, account.id, Role(role))
        _record(tx, found.id, "access.user.role_changed", account, {"role": role})
    click.echo(f"{account.email}: {role} of {found.slug}.")


@user.command()
@click.argument("email")
@organization_option
def disable(email: str, organization: str | None) -> None:
    """Shut a user out everywhere, within a second."""
    _set_disabled(email, organization, disabled=True)


@user.command()
@click.argument("email")
@organization_option
def enable(email: str, organization: str | None) -> None:
    """Let a user in again."""
    _set_disabled(email, organization, disabled=False)


@user.group()
def key() -> None:
    """Create, list and revoke API keys."""


@key.command("create")
@click.argument("name")
@_role
@click.option("--days", type=click.IntRange(1, 3650), help="After how many days it expires; never by default.")
@organization_option
def create_key(name: str, role: str, days: int | None, organization: str | None) -> None:
    """Create the API key NAME and print its secret, which cannot be shown again."""
    from datetime import timedelta

    from intendant.kernel import access
    from intendant.kernel.access import Role
    from intendant.kit import clock

    expires_at = None if days is None else clock.system_now() + timedelta(days=days)
    with opened(organization) as (system, found), system.database.system() as tx:
        secret, created = access.create_key(
            tx, organization_id=found.id, name=name, role=Role(role), by=whoami(), expires_at=expires_at
        )
        detail: dict[str, object] = {"name": created.name, "role": role}
        _record_on(tx, found.id, "access.key.created", f"key:{created.id}", detail)
    click.echo(secret)


@key.command("list")
@organization_option
@json_option
def list_keys(organization: str | None, as_json: bool) -> None:
    """List the newest 200 API keys of an organisation."""
    from dataclasses import asdict

    from intendant.kernel import access

    with opened(organization) as (system, found), system.database.system() as tx:
        rows = [asdict(each) for each in access.list_keys(tx, found.id, limit=200)]
    if as_json:
        print_json(rows)
        return
    columns = {
        "id": lambda row: row["id"],
        "name": lambda row: row["name"],
        "role": lambda row: str(row["role"]),
        "by": lambda row: row["created_by"],
        "expires": lambda row: row["expires_at"] and moment(row["expires_at"]),
        "revoked": lambda row: row["revoked_at"] and moment(row["revoked_at"]),
    }
    print_table(rows, columns, empty="There is none yet. Create one: `intendant user key create NAME --role operator`.")


@key.command("revoke")
@click.argument("key_id", type=click.UUID)
@organization_option
def revoke_key(key_id: "UUID", organization: str | None) -> None:
    """Revoke the API key KEY_ID, within a second."""
    from intendant.kernel import access

    with opened(organization) as (system, found), system.database.system() as tx:
        access.revoke_key(tx, found.id, key_id)
        _record_on(tx, found.id, "access.key.revoked", f"key:{key_id}")
    click.echo(f"{key_id}: revoked.")


def _set_disabled(email: str, organization: str | None, *, disabled: bool) -> None:
    from intendant.kernel import access

    word = "disabled" if disabled else "enabled"
    with opened(organization) as (system, found), system.database.system() as tx:
        account = _account(tx, found.id, email)
        access.set_disabled(tx, account.id, disabled=disabled)
        _record(tx, found.id, f"access.user.{word}", account)
    click.echo(f"{account.email}: {word}.")


def _account(tx: "Transaction", organization_id: "UUID", email: str) -> "User":
    from intendant.kernel import access

    account = access.find_user(tx, email)
    if account is None:
        raise access.UserUnknown(
            f"There is no user {email}.", field="EMAIL", remedy="`intendant user list` shows those there are."
        )
    return access.get_member(tx, organization_id, account.id).user


def _link(system: "System", tx: "Transaction", account: "User", purpose: "LinkPurpose") -> str:
    from intendant.kernel.access import link_path, make_link

    settings = system.settings
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    return base.rstrip("/") + link_path(make_link(tx, account.id, purpose), purpose)


def _record(
    tx: "Transaction", organization_id: "UUID", act: str, account: "User", detail: dict[str, object] | None = None
) -> None:
    _record_on(tx, organization_id, act, f"user:{account.id}", detail)


def _record_on(
    tx: "Transaction", organization_id: "UUID", act: str, subject: str, detail: dict[str, object] | None = None
) -> None:
    from intendant.kernel import audit
    from intendant.kit import clock

    audit.append(tx, [audit.Act(organization_id, whoami(), act, subject, clock.system_now(), detail)])
