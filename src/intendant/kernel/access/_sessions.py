"""Sessions: opaque, revocable. What is stored is the digest of the token; the token itself is only with its holder.

A session ends when it was idle for `SESSION_IDLE`, after `SESSION_AGE_MAX` in any case, when it is revoked, when its user is
disabled and when the password changes. Functions take a system transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from intendant.kernel.access._revision import bump
from intendant.kernel.access._secrets import SESSION_PREFIX, new_token, token_digest
from intendant.kit import clock, ids
from intendant.kit.database import Transaction
from intendant.kit.errors import NotFound

SESSION_IDLE = timedelta(days=7)
SESSION_AGE_MAX = timedelta(days=30)
SESSIONS_PER_USER_MAX = 50
USER_AGENT_LENGTH_MAX = 300


class SessionUnknown(NotFound):
    """No such session of this user, or it has ended."""

    code = "session_unknown"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser or program, without its token."""

    id: UUID
    user_id: UUID
    created_at: datetime
    expires_at: datetime
    last_seen_at: datetime
    user_agent: str | None


def open_session(tx: Transaction, user_id: UUID, *, user_agent: str | None = None) -> tuple[str, Session]:
    """Open a session and return its token with it. Beyond `SESSIONS_PER_USER_MAX` the oldest is revoked."""
    now = clock.system_now()
    token = new_token(SESSION_PREFIX)
    agent = None if user_agent is None else "".join(c for c in user_agent if c.isprintable())[:USER_AGENT_LENGTH_MAX]
    session = Session(ids.new_id(), user_id, now, now + SESSION_IDLE, now, agent)
    tx.execute(
        "insert into sessions (digest, id, user_id, created_at, expires_at, last_seen_at, user_agent)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        [token_digest(token), session.id, user_id, now, session.expires_at, now, agent],
    )
    surplus = tx.execute(
        "update sessions set revoked_at = %s where id in (select id from sessions where user_id = %s and revoked_at is null"
        " and expires_at > %s order by id desc offset %s)",
        [now, user_id, now, SESSIONS_PER_USER_MAX],
    )
    if surplus:
        bump(tx)
    return token, session


def list_sessions(tx: Transaction, user_id: UUID, *, after: UUID | None = None, limit: int = 50) -> list[Session]:
    """List living sessions of a user, newest first, from behind `after`."""
    rows = tx.all(
        "select id, user_id, created_at, expires_at, last_seen_at, user_agent from sessions where user_id = %s"
        " and revoked_at is null and expires_at > %s and (%s::uuid is null or id < %s) order by id desc limit %s",
        [user_id, clock.system_now(), after, after, limit],
    )
    return [Session(**row) for row in rows]


def revoke_session(tx: Transaction, user_id: UUID, session_id: UUID) -> None:
    """End one session of a user; raises SessionUnknown where it is not theirs or has ended."""
    revoked = tx.execute(
        "update sessions set revoked_at = %s where id = %s and user_id = %s and revoked_at is null",
        [clock.system_now(), session_id, user_id],
    )
    if not revoked:
        raise SessionUnknown("There is no such session.", field="session", remedy="List your sessions.")
    bump(tx)


def revoke_token(tx: Transaction, token: str) -> bool:
    """End the session that a token opens; say whether one ended. For a browser that is about to get another."""
    revoked = tx.execute(
        "update sessions set revoked_at = %s where digest = %s and revoked_at is null",
        [clock.system_now(), token_digest(token)],
    )
    if revoked:
        bump(tx)
    return bool(revoked)


def revoke_sessions(tx: Transaction, user_id: UUID, *, but: UUID | None = None) -> int:
    """End all sessions of a user, or all but one; return how many."""
    revoked = tx.execute(
        "update sessions set revoked_at = %s where user_id = %s and revoked_at is null and (%s::uuid is null or id <> %s)",
        [clock.system_now(), user_id, but, but],
    )
    bump(tx)
    return revoked


def touch_sessions(tx: Transaction, session_ids: Iterable[UUID]) -> None:
    """Note that sessions were used, and so move the end of their idle time."""
    now = clock.system_now()
    tx.execute(
        "update sessions set last_seen_at = %s, expires_at = least(%s, created_at + %s)"
        " where id = any(%s) and revoked_at is null and expires_at > %s",
        [now, now + SESSION_IDLE, SESSION_AGE_MAX, list(session_ids), now],
    )


def forget_ended(tx: Transaction, *, before: datetime) -> int:
    """Delete sessions and links that ended before a moment; the audit log keeps what matters of them."""
    tx.execute("delete from sign_in_links where expires_at < %s", [before])
    return tx.execute("delete from sessions where expires_at < %s or revoked_at < %s", [before, before])
