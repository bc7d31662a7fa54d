"""Passwords and tokens: argon2id for what people choose, SHA-256 for what we draw at random."""

import hashlib
import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from intendant.kernel.access._weak_passwords import is_common
from intendant.kit.errors import Invalid

PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 200
PASSWORD_DISTINCT_MIN = 5
HASHES_AT_ONCE_MAX = 2
"""Each costs 19 MiB and a core for about 20 ms; a flood of sign-ins may not take the machine."""

SESSION_PREFIX, KEY_PREFIX, LINK_PREFIX = "is_", "ik_", "il_"
TOKEN_BYTES = 32
TOKEN_LENGTH_MAX = 64

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_slots = threading.BoundedSemaphore(HASHES_AT_ONCE_MAX)


class PasswordInvalid(Invalid):
    """A password that is too short, too long or too easily guessed."""

    code = "password_invalid"


def hash_password(password: str, *, email: str) -> str:
    """Check a new password against the rules and return its argon2id hash."""
    check_password(password, email=email)
    with _slots:
        return _hasher.hash(password)


def check_password(password: str, *, email: str) -> None:
    """Raise PasswordInvalid for a password that may not be used."""
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        raise PasswordInvalid(
            f"The password has {len(password)} characters.",
            field="password",
            remedy=f"Use {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX}; a few unrelated words do well.",
        )
    name = email.partition("@")[0].lower()
    if len(set(password)) < PASSWORD_DISTINCT_MIN or (len(name) > 3 and name in password.lower()):
        raise PasswordInvalid(
            "The password is too easily guessed.",
            field="password",
            remedy="Do not use your name or one character over and over.",
        )
    if is_common(password):
        raise PasswordInvalid(
            "The password is one of those that are tried first.",
            field="password",
            remedy="A common word with figures, or a row of keys, is known to everybody; use a few unrelated words.",
        )


def verify_password(password_hash: str | None, password: str) -> bool:
    """Say whether the password fits; takes the same time where there is no user or no password."""
    with _slots:
        try:
            fits = _hasher.verify(password_hash or _nobody(), password[: PASSWORD_LENGTH_MAX + 1])
        except (VerificationError, InvalidHashError):
            return False
    return fits and password_hash is not None


def prepare_passwords() -> None:
    """Compute the hash that unknown users are checked against, so that the first of them takes no longer."""
    _nobody()


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(TOKEN_BYTES))


def new_token(prefix: str) -> str:
    """Draw a token of 256 bits; the prefix says what it is, so that secret scanners find it."""
    return prefix + secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str) -> bytes:
    """Return what is stored of a token. 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
