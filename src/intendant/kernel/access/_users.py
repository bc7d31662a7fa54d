"""Users and their memberships. Users are global; what they may do is a membership in an organisation.

All functions take a system transaction: the serving role cannot reach users at all.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intendant.kernel.access._permissions import Role
from intendant.kernel.access._revision import bump
from intendant.kernel.organizations import OrganizationKind
from intendant.kit import clock, ids
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

EMAIL_LENGTH_MAX = 254
NAME_LENGTH_MAX = 200
PLACES_MAX = 1_000
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\Z")


class EmailInvalid(Invalid):
    """Not an e-mail address."""

    code = "email_invalid"


class MembershipExists(Conflict):
    """The user is in the organisation already."""

    code = "membership_exists"


class UserUnknown(NotFound):
    """No such user in this organisation."""

    code = "user_unknown"


class LastOwner(Conflict):
    """The organisation would be left without an owner."""

    code = "last_owner"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in."""

    id: UUID
    email: str
    name: str
    has_password: bool
    is_super_admin: bool
    disabled_at: datetime | None
    created_at: datetime
    time_zone: str | None = None
    """In which times are shown; None for the organisation's."""
    last_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation that a user may act in."""

    slug: str
    name: str
    kind: OrganizationKind
    role: Role


@dataclass(frozen=True, slots=True)
class Member:
    """A user as an organisation sees them."""

    user: User
    organization_id: UUID
    role: Role


_COLUMNS = (
    "u.id, u.email, u.name, u.password_hash is not null as has_password, u.is_super_admin, u.disabled_at, u.created_at,"
    " u.time_zone, (select max(s.last_seen_at) from sessions s where s.user_id = u.id) as last_seen_at"
)


def parse_email(text: str) -> str:
    """Return an address in the form it is stored in (lower case, trimmed); raises EmailInvalid."""
    email = text.strip().lower()
    if len(email) > EMAIL_LENGTH_MAX or not _EMAIL.match(email):
        raise EmailInvalid("This is no e-mail address.", field="email", remedy="Give one such as ada@example.com.")
    return email


def add_user(
    tx: Transaction, *, email: str, name: str, organization_id: UUID, role: Role, is_super_admin: bool = False
) -> Member:
    """Put a user into an organisation, creating the user where the address is new. They have no password yet."""
    email = parse_email(email)
    name = name.strip() or email.partition("@")[0]
    if len(name) > NAME_LENGTH_MAX:
        raise Invalid("The name is too long.", field="name", remedy=f"Use at most {NAME_LENGTH_MAX} characters.")
    now = clock.system_now()
    tx.execute(
        "insert into users (id, email, name, is_super_admin, created_at) values (%s, %s, %s, %s, %s)"
        " on conflict (email) do nothing",
        [ids.new_id(), email, name, is_super_admin, now],
    )
    user = find_user(tx, email)
    if user is None:
        raise UserUnknown("The user was removed at the same moment.", remedy="Try again.")
    added = tx.execute(
        "insert into memberships (organization_id, user_id, role, created_at) values (%s, %s, %s, %s)"
        " on conflict do nothing",
        [organization_id, user.id, role, now],
    )
    if not added:
        raise MembershipExists(
            "This user is in the organisation already.", field="email", remedy="Change their role instead."
        )
    bump(tx)
    return Member(user, organization_id, role)


def find_user(tx: Transaction, email: str) -> User | None:
    """Find a user by e-mail address."""
    row = tx.find(f"select {_COLUMNS} from users u where email = %s", [email.strip().lower()])  # noqa: S608
    return None if row is None else _user(row)


def get_user(tx: Transaction, user_id: UUID) -> User:
    """Get a user by id; raises UserUnknown."""
    row = tx.find(f"select {_COLUMNS} from users u where id = %s", [user_id])  # noqa: S608
    if row is None:
        raise UserUnknown("There is no such user.", field="user", remedy="List the users.")
    return _user(row)


def get_member(tx: Transaction, organization_id: UUID, user_id: UUID) -> Member:
    """Get a user of an organisation; a user of another one is unknown here."""
    row = tx.find(
        f"select {_COLUMNS}, m.organization_id, m.role from memberships m join users u on u.id = m.user_id"  # noqa: S608
        " where m.organization_id = %s and m.user_id = %s",
        [organization_id, user_id],
    )
    if row is None:
        raise UserUnknown("There is no such user in this organisation.", field="user", remedy="List the users.")
    return _member(row)


def list_members(tx: Transaction, organization_id: UUID, *, after: UUID | None = None, limit: int = 50) -> list[Member]:
    """List users of an organisation in the order of their ids, from behind `after`."""
    rows = tx.all(
        f"select {_COLUMNS}, m.organization_id, m.role from memberships m join users u on u.id = m.user_id"  # noqa: S608
        " where m.organization_id = %s and m.user_id > coalesce(%s, '00000000-0000-0000-0000-000000000000'::uuid)"
        " order by m.user_id limit %s",
        [organization_id, after, limit],
    )
    return [_member(row) for row in rows]


def list_memberships(tx: Transaction, user_id: UUID) -> list[tuple[UUID, str, Role]]:
    """List the living organisations of a user as (id, slug, role), oldest membership first."""
    rows = tx.all(
        "select o.id, o.slug, m.role from memberships m join organizations o on o.id = m.organization_id"
        " where m.user_id = %s and o.removed_at is null order by m.created_at, o.id limit 1000",
        [user_id],
    )
    return [(row["id"], row["slug"], Role(row["role"])) for row in rows]


def list_places(tx: Transaction, user: User) -> list[Place]:
    """List the organisations a user may act in, those they joined first; a super administrator's are all."""
    rows = tx.all(
        "select o.slug, o.name, o.kind, m.role from organizations o left join memberships m"
        " on m.organization_id = o.id and m.user_id = %s where o.removed_at is null and (m.user_id is not null or %s)"
        " order by m.created_at nulls last, o.id limit %s",
        [user.id, user.is_super_admin, PLACES_MAX],
    )
    owner = Role.OWNER if user.is_super_admin else None
    return [Place(row["slug"], row["name"], row["kind"], owner or Role(row["role"])) for row in rows]


def change_profile(tx: Transaction, user_id: UUID, *, name: str, time_zone: str | None) -> User:
    """Give a user another name, and the time zone in which they want to read times."""
    wanted = name.strip()
    if not 1 <= len(wanted) <= NAME_LENGTH_MAX or not wanted.isprintable():
        raise Invalid("This is no name.", field="name", remedy=f"Use 1 to {NAME_LENGTH_MAX} printable characters.")
    tx.execute("update users set name = %s, time_zone = %s where id = %s", [wanted, time_zone, user_id])
    return get_user(tx, user_id)


def count_users(tx: Transaction) -> int:
    """Count users; none means a fresh installation that needs its first owner."""
    return int(tx.scalar("select count(*) from users"))


def set_role(tx: Transaction, organization_id: UUID, user_id: UUID, role: Role) -> Member:
    """Give a user of an organisation another role, effective within a second."""
    member = get_member(tx, organization_id, user_id)
    if role is not Role.OWNER:
        _keep_an_owner(tx, member)
    tx.execute(
        "update memberships set role = %s where organization_id = %s and user_id = %s", [role, organization_id, user_id]
    )
    bump(tx)
    return get_member(tx, organization_id, user_id)


def remove_member(tx: Transaction, organization_id: UUID, user_id: UUID) -> None:
    """Take a user out of an organisation; the user stays for the others."""
    _keep_an_owner(tx, get_member(tx, organization_id, user_id))
    tx.execute("delete from memberships where organization_id = %s and user_id = %s", [organization_id, user_id])
    bump(tx)


def set_disabled(tx: Transaction, user_id: UUID, *, disabled: bool) -> User:
    """Shut a user out everywhere, or let them in again. Sessions end for good; open links are void."""
    user = get_user(tx, user_id)
    now = clock.system_now()
    if disabled:
        for organization_id, _, _ in list_memberships(tx, user_id):
            _keep_an_owner(tx, get_member(tx, organization_id, user_id))
        tx.execute("update sessions set revoked_at = %s where user_id = %s and revoked_at is null", [now, user_id])
        tx.execute("delete from sign_in_links where user_id = %s", [user_id])
    tx.execute("update users set disabled_at = %s where id = %s", [now if disabled else None, user_id])
    bump(tx)
    return get_user(tx, user.id)


def _keep_an_owner(tx: Transaction, member: Member) -> None:
    if member.role is not Role.OWNER:
        return
    # The organisation's owners are locked, so that two of them cannot take each other's role at the same moment.
    owners = tx.all(
        "select m.user_id from memberships m join users u on u.id = m.user_id"
        " where m.organization_id = %s and m.role = 'owner' and u.disabled_at is null order by m.user_id for update of m",
        [member.organization_id],
    )
    if {row["user_id"] for row in owners} <= {member.user.id}:
        raise LastOwner(
            "This is the last owner of the organisation.", field="user", remedy="Make somebody else owner first."
        )


def _user(row: Row) -> User:
    return User(
        row["id"],
        row["email"],
        row["name"],
        row["has_password"],
        row["is_super_admin"],
        row["disabled_at"],
        row["created_at"],
        row["time_zone"],
        row["last_seen_at"],
    )


def _member(row: Row) -> Member:
    return Member(_user(row), row["organization_id"], Role(row["role"]))
