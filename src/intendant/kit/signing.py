"""Signatures of webhooks: Standard Webhooks for what we send and receive, and the two other schemes that senders use.

A signature covers id, time and body, so a message can be neither altered nor sent again after five minutes. While a secret
is being replaced, a message carries one signature for each. https://github.com/standard-webhooks/standard-webhooks
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from intendant.kit.errors import Invalid, Unauthenticated

PREFIX = "whsec_"
SECRET_BYTES = 32
SECRET_BYTES_MIN = 24
SECRET_BYTES_MAX = 64
TOLERANCE = timedelta(minutes=5)
SIGNATURES_MAX = 10
HEADER_LENGTH_MAX = 2_000
IDENTIFIER_LENGTH_MAX = 255
_SECONDS = re.compile(r"[0-9]{1,12}")


class SignatureRefused(Unauthenticated):
    """A message whose signature, time or identifier does not hold. The reason is for our record, never for the caller."""

    code = "signature_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(
            "The signature of the message does not hold.", remedy="Sign it with the secret of this source."
        )
        self.reason = reason


class SecretMalformed(Invalid):
    """A signing secret that is none."""

    code = "signing_secret_malformed"


def new_secret() -> str:
    """Make a signing secret: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def parse_secret(secret: str) -> bytes:
    """Return the bytes of a secret with or without its prefix; raises SecretMalformed."""
    text = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not SECRET_BYTES_MIN <= len(key) <= SECRET_BYTES_MAX:
        raise SecretMalformed(
            "This is no signing secret.",
            field="secret",
            remedy=f"Give {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} random bytes in base64, after {PREFIX}.",
        )
    return key


def sign(signing_secrets: Sequence[str], *, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of Standard Webhooks, with one signature for each secret (the newest first)."""
    seconds = str(int(at.timestamp()))
    signatures = " ".join(
        "v1," + base64.b64encode(_digest(parse_secret(each), message_id, seconds, body)).decode()
        for each in signing_secrets[:SIGNATURES_MAX]
    )
    return {"webhook-id": message_id, "webhook-timestamp": seconds, "webhook-signature": signatures}


def verify(signing_secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
    """Check a message of Standard Webhooks and return its id; raises SignatureRefused. Header names are in lower case."""
    message_id = headers.get("webhook-id", "")
    seconds = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "")
    if not message_id or not given or len(message_id) > IDENTIFIER_LENGTH_MAX or not message_id.isprintable():
        raise SignatureRefused("headers are missing")
    _check_time(seconds, now)
    found = [
        part.removeprefix("v1,") for part in given[:HEADER_LENGTH_MAX].split()[:SIGNATURES_MAX] if part[:3] == "v1,"
    ]
    wanted = [
        base64.b64encode(_digest(parse_secret(each), message_id, seconds, body)).decode() for each in signing_secrets
    ]
    if not _any_equal(wanted, found):
        raise SignatureRefused("no signature holds")
    return message_id


def verify_plain(signing_secrets: Sequence[str], signature: str, body: bytes, *, prefix: str = "sha256=") -> None:
    """Check a hexadecimal HMAC-SHA256 of the body alone, as GitHub's X-Hub-Signature-256; the secret is its text."""
    if not signature.startswith(prefix):
        raise SignatureRefused("headers are missing")
    wanted = [hmac.new(each.encode(), body, hashlib.sha256).hexdigest() for each in signing_secrets]
    if not _any_equal(wanted, [signature[len(prefix) : HEADER_LENGTH_MAX].lower()]):
        raise SignatureRefused("no signature holds")


def verify_timed(signing_secrets: Sequence[str], signature: str, body: bytes, *, now: datetime) -> None:
    """Check `t=<seconds>,v1=<hexadecimal>` over "seconds.body", as Stripe-Signature; the secret is its text."""
    pairs = [part.strip().partition("=") for part in signature[:HEADER_LENGTH_MAX].split(",")[:SIGNATURES_MAX]]
    seconds = next((value for name, _, value in pairs if name == "t"), "")
    _check_time(seconds, now)
    message = seconds.encode() + b"." + body
    wanted = [hmac.new(each.encode(), message, hashlib.sha256).hexdigest() for each in signing_secrets]
    if not _any_equal(wanted, [value.lower() for name, _, value in pairs if name == "v1"]):
        raise SignatureRefused("no signature holds")


def _check_time(seconds: str, now: datetime) -> None:
    if not _SECONDS.fullmatch(seconds):
        raise SignatureRefused("the time is missing")
    try:
        at = datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError):
        raise SignatureRefused("the time is missing") from None
    if abs(now - at) > TOLERANCE:
        raise SignatureRefused("too old or too new")


def _digest(key: bytes, message_id: str, seconds: str, body: bytes) -> bytes:
    return hmac.new(key, f"{message_id}.{seconds}.".encode() + body, hashlib.sha256).digest()


def _any_equal(wanted: Sequence[str], found: Sequence[str]) -> bool:
    """Compare all with all, in a time that does not tell how far they are equal."""
    held = False
    for mine in wanted:
        for theirs in found:
            held |= hmac.compare_digest(mine.encode(), theirs.encode())
    return held
