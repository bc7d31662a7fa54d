"""Invitations: a token of 256 bits opens one account of the database, for minutes, which may do one thing, once.

From the token follow the account's name and password and the key under which the installation's keys lie sealed; the token itself
is kept nowhere. The database knows a name, a SCRAM verifier and a ciphertext. PostgreSQL itself forgets the account at its hour.
"""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from psycopg import sql

from intendant.kit.database import OWNER_ROLE, url_for_role
from intendant.kit.errors import Conflict, Forbidden, Invalid
from intendant.kit.machines._key_files import read_keys, write_keys
from intendant.kit.schema import owner_password

PREFIX = "im_"
TOKEN_BYTES = 32
TOKEN_LENGTH_MAX = 64
INVITED_MINUTES_MAX = 24 * 60
CONNECT_SECONDS_MAX = 10
LAPSED_COUNT_MAX = 100
_NONCE_BYTES = 12
_ROLE_STEM = "intendant_join_"


class InvitationInvalid(Forbidden):
    """The invitation was taken up before, has lapsed or never was."""

    code = "invitation_invalid"


class InvitationRefused(Conflict):
    """This machine can make no invitation, or take none up."""

    code = "invitation_refused"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is told to whoever invites; `token` is shown this once."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Opened:
    """What follows from a token in one database."""

    role: str
    password: str
    key: bytes


def invite(url: str, keys: Path, *, by: str, minutes: int) -> Invitation:
    """Seal this machine's keys to a new token and open the account that fetches them once, for `minutes`.

    `url` is the role that administers the database, which must be of the present schema.
    """
    owner = owner_password(keys)
    if owner is None:
        raise InvitationRefused(
            "This machine does not administer the database, so it can invite no other.",
            remedy="Run `intendant invite` where the database is administered.",
        )
    if not 1 <= minutes <= INVITED_MINUTES_MAX:
        raise Invalid(
            f"{minutes} minutes are out of bounds.", field="minutes", remedy=f"Use 1 to {INVITED_MINUTES_MAX} minutes."
        )
    token = PREFIX + base64.urlsafe_b64encode(secrets.token_bytes(TOKEN_BYTES)).rstrip(b"=").decode()
    with (
        psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_SECONDS_MAX) as admin,
        psycopg.connect(
            url_for_role(url, OWNER_ROLE, owner), autocommit=True, connect_timeout=CONNECT_SECONDS_MAX
        ) as own,
    ):
        database = admin.info.dbname
        _drop_lapsed(admin, own, database)
        opened = _open(token, database)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + AESGCM(opened.key).encrypt(nonce, read_keys(keys), opened.role.encode())
        row = own.execute(
            "insert into machine_invitations (role, invited_by, invited_at, expires_at, sealed)"
            " values (%s, %s, now(), now() + make_interval(mins => %s), %s) returning expires_at",
            [opened.role, by, minutes, sealed],
        ).fetchone()
        assert row is not None  # noqa: S101 - an insert that returns
        expires_at: datetime = row[0]
        _create_role(admin, opened, expires_at)
        own.execute(sql.SQL("grant execute on function redeem_invitation to {}").format(sql.Identifier(opened.role)))
    return Invitation(token, expires_at)


def take_up(url: str, token: str, keys: Path, *, machine: str) -> list[str]:
    """Fetch and open the keys that a token leads to, write them below `keys`, and return their names.

    `url` says where the database is; a user in it is not used. Raises InvitationInvalid, the same for every reason, and KeysDiffer.
    """
    if owner_password(keys) is not None:
        raise InvitationRefused("This machine has a database of its own.", remedy="Join with an empty INTENDANT_HOME.")
    database = str(psycopg.conninfo.conninfo_to_dict(url).get("dbname") or "")
    opened = _open(token, database)
    try:
        with psycopg.connect(
            url_for_role(url, opened.role, opened.password), autocommit=True, connect_timeout=CONNECT_SECONDS_MAX
        ) as connection:
            row = connection.execute("select redeem_invitation(%s)", [machine]).fetchone()
    except psycopg.OperationalError as error:
        # A server that does not know the account and one that does not answer are told apart by what they say alone.
        raise _invalid(str(error).strip().splitlines()[-1]) from error
    if row is None or row[0] is None:
        raise _invalid("it was taken up before")
    sealed = bytes(row[0])
    try:
        bundle = AESGCM(opened.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], opened.role.encode())
    except InvalidTag as error:
        raise _invalid("what lay in the database is not what was sealed") from error
    written = write_keys(bundle, keys)
    _remember_address(url, keys)
    return written


def _open(token: str, database: str) -> _Opened:
    """Derive the account and the sealing key from a token; raises InvitationInvalid for what is no token."""
    text = token.strip()
    try:
        body = text.removeprefix(PREFIX)
        secret = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _invalid("it is no token") from error
    if not text.startswith(PREFIX) or len(text) > TOKEN_LENGTH_MAX or len(secret) != TOKEN_BYTES:
        raise _invalid("it is no token")
    return _Opened(
        role=_stem(database) + _derive(secret, "role", 8).hex(),
        password=_derive(secret, "password", 32).hex(),
        key=_derive(secret, "key", 32),
    )


def _derive(secret: bytes, purpose: str, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=f"intendant invitation {purpose}".encode()).derive(secret)


def _stem(database: str) -> str:
    """Begin the name of every account for invitations into one database: a cluster has several databases, but one set of roles."""
    return f"{_ROLE_STEM}{hashlib.sha256(database.encode()).hexdigest()[:8]}_"


def _create_role(admin: "psycopg.Connection[Any]", opened: _Opened, expires_at: datetime) -> None:
    verifier = admin.pgconn.encrypt_password(opened.password.encode(), opened.role.encode(), b"scram-sha-256").decode()
    admin.execute(
        sql.SQL(
            "create role {} login nosuperuser nocreatedb nocreaterole nobypassrls noinherit connection limit 2"
            " valid until {} password {}"
        ).format(sql.Identifier(opened.role), sql.Literal(expires_at.isoformat()), sql.Literal(verifier))
    )
    admin.execute(
        sql.SQL("grant connect on database {} to {}").format(
            sql.Identifier(admin.info.dbname), sql.Identifier(opened.role)
        )
    )


def _drop_lapsed(admin: "psycopg.Connection[Any]", own: "psycopg.Connection[Any]", database: str) -> None:
    """Remove the accounts of invitations that were taken up or have lapsed, which nobody can use any more."""
    own.execute("delete from machine_invitations where expires_at <= now()")
    live = {row[0] for row in own.execute("select role from machine_invitations")}
    names = admin.execute(
        "select rolname from pg_roles where starts_with(rolname, %s) limit %s", [_stem(database), LAPSED_COUNT_MAX]
    ).fetchall()
    for (name,) in names:
        if name in live:
            continue
        role = sql.Identifier(name)
        own.execute(sql.SQL("revoke all on function redeem_invitation from {}").format(role))
        admin.execute(sql.SQL("revoke all on database {} from {}").format(sql.Identifier(database), role))
        admin.execute(sql.SQL("drop role {}").format(role))


def _remember_address(url: str, keys: Path) -> None:
    """Keep where the database is, without user or password, for starts that name no other."""
    parts = urlsplit(url)
    address = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    path = keys / "database.url"
    path.unlink(missing_ok=True)
    path.write_text(f"{address}\n")
    path.chmod(0o600)


def _invalid(why: str) -> InvitationInvalid:
    return InvitationInvalid(
        f"The invitation does not let this machine in: {why}.",
        field="token",
        remedy="It holds once and for minutes; have another made with `intendant invite`, and check the database's address.",
    )
