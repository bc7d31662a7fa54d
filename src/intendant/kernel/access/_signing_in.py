"""Signing in with a password: limited per address and per e-mail, and as slow for an unknown user as for a known one."""

from dataclasses import dataclass

from intendant.kernel.access._rate_limit import RateLimit
from intendant.kernel.access._secrets import verify_password
from intendant.kernel.access._sessions import Session, open_session
from intendant.kernel.access._users import User, find_user, get_user
from intendant.kit.database import Database, Transaction
from intendant.kit.errors import Unauthenticated

PER_EMAIL_SECONDS, PER_EMAIL_BURST = 30.0, 5
PER_ADDRESS_SECONDS, PER_ADDRESS_BURST = 3.0, 20


class SignInRefused(Unauthenticated):
    """E-mail or password is wrong, or the user is disabled: all read the same."""

    code = "sign_in_refused"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session with its token, which goes to the holder and nowhere else."""

    token: str
    session: Session
    user: User


class SignIn:
    """The door for passwords. One per process: it counts the attempts."""

    def __init__(self) -> None:
        self._emails = RateLimit(per_second=1 / PER_EMAIL_SECONDS, burst=PER_EMAIL_BURST)
        self._addresses = RateLimit(per_second=1 / PER_ADDRESS_SECONDS, burst=PER_ADDRESS_BURST)

    def take(self, *, address: str, email: str | None = None) -> None:
        """Count an attempt; raises RateLimited."""
        self._addresses.take(address)
        if email is not None:
            self._emails.take(email.strip().lower())

    def with_password(
        self, database: Database, *, email: str, password: str, address: str, user_agent: str | None
    ) -> SignedIn:
        """Open a session for the right password; raises SignInRefused or RateLimited."""
        self.take(address=address, email=email)
        with database.system() as tx:
            user = find_user(tx, email)
            password_hash = None if user is None else _password_hash(tx, user)
        # Outside the transaction: a hash takes 20 ms, and no connection should wait for it.
        fits = verify_password(password_hash, password)
        if user is None or not fits:
            raise _refused()
        with database.system() as tx:
            # The password may have been changed, or the user disabled, while it was being verified.
            if _password_hash(tx, user) != password_hash or get_user(tx, user.id).disabled_at is not None:
                raise _refused()
            token, session = open_session(tx, user.id, user_agent=user_agent)
        return SignedIn(token, session, user)

    def confirm_password(self, database: Database, user: User, *, password: str, address: str) -> None:
        """Check that a signed-in user knows their password, counted as an attempt; raises SignInRefused or RateLimited."""
        self.take(address=address, email=user.email)
        with database.system() as tx:
            password_hash = _password_hash(tx, user)
        if not verify_password(password_hash, password):
            raise _refused()


def _password_hash(tx: Transaction, user: User) -> str | None:
    row = tx.find("select password_hash from users where id = %s for share", [user.id])
    return None if row is None else row["password_hash"]


def _refused() -> SignInRefused:
    return SignInRefused(
        "The e-mail address or the password is wrong.",
        remedy="Try again, or ask an administrator for a link: intendant user reset EMAIL.",
    )
