"""One-time links: the way in for somebody without a password, and the way to a new one. No mail server is needed.

A link works once and for `LINK_LIFETIME`; the database holds the digest of its token. Functions take a system transaction.
"""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from intendant.kernel.access._secrets import LINK_PREFIX, TOKEN_LENGTH_MAX, hash_password, new_token, token_digest
from intendant.kernel.access._sessions import revoke_sessions
from intendant.kernel.access._users import User, get_user
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.kit.errors import Forbidden

LINK_LIFETIME = timedelta(minutes=15)


class LinkPurpose(StrEnum):
    """What a link is for. One is never taken for the other."""

    SIGN_IN = "sign-in"
    PASSWORD_RESET = "password-reset"  # noqa: S105 - a purpose


class LinkInvalid(Forbidden):
    """The link was used, has expired or never was."""

    code = "link_invalid"


def make_link(tx: Transaction, user_id: UUID, purpose: LinkPurpose) -> str:
    """Make a link's token for a user. `link_path` gives the path to print behind the server's address."""
    now = clock.system_now()
    token = new_token(LINK_PREFIX)
    tx.execute(
        "insert into sign_in_links (digest, user_id, purpose, created_at, expires_at) values (%s, %s, %s, %s, %s)",
        [token_digest(token), user_id, purpose, now, now + LINK_LIFETIME],
    )
    return token


def link_path(token: str, purpose: LinkPurpose) -> str:
    """Return the path of the page where a link is used."""
    return f"/sign-in/{token}" if purpose is LinkPurpose.SIGN_IN else f"/reset/{token}"


def use_link(tx: Transaction, token: str, purpose: LinkPurpose) -> User:
    """Use a link up and return its user; raises LinkInvalid, the same for every reason."""
    now = clock.system_now()
    row = tx.find(
        "update sign_in_links set used_at = %s where digest = %s and purpose = %s and used_at is null and expires_at > %s"
        " returning user_id",
        [now, token_digest(token[: TOKEN_LENGTH_MAX + 1]), purpose, now],
    )
    user = None if row is None else get_user(tx, row["user_id"])
    if user is None or user.disabled_at is not None:
        raise LinkInvalid(
            "This link was used before, has expired or never was.",
            remedy="Ask for a new one: intendant user reset EMAIL.",
        )
    return user


def set_password(tx: Transaction, user: User, password: str, *, keep_session: UUID | None = None) -> int:
    """Give a user a new password, ending all sessions (but one) and all open links; return how many sessions ended."""
    tx.execute(
        "update users set password_hash = %s where id = %s", [hash_password(password, email=user.email), user.id]
    )
    tx.execute("delete from sign_in_links where user_id = %s and used_at is null", [user.id])
    return revoke_sessions(tx, user.id, but=keep_session)
