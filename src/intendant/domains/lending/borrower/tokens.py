"""The token of a borrower's link: organisation, link and end of validity, signed. It opens nothing by itself: the link's row must stand.

The key is derived from the installation's signing key and kept nowhere, so no table holds anything by which a link could be made.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TOKEN_LENGTH = 96
"""Of exactly so many characters; others are refused unread."""
_PURPOSE = b"intendant borrower link, version 1"
_BODY = struct.Struct(">16s16sQ")
_SECONDS_MAX = 253_402_300_799
_FORM = b"form"


@dataclass(frozen=True, slots=True)
class LinkToken:
    """What a token says; `expires_at` is system time."""

    organization_id: UUID
    link_id: UUID
    expires_at: datetime


class LinkKey:
    """Signs tokens, and forms on the pages they open."""

    __slots__ = ("_key",)

    def __init__(self, signer: Ed25519PrivateKey) -> None:
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
        self._key = derive.derive(signer.private_bytes_raw())

    def write(self, token: LinkToken) -> str:
        """Return the token as it stands in an address."""
        seconds = int(token.expires_at.timestamp())
        body = _BODY.pack(token.organization_id.bytes, token.link_id.bytes, seconds)
        return base64.urlsafe_b64encode(body + self._sign(body)).decode()

    def read(self, text: str, now: datetime) -> LinkToken | None:
        """Return what a token says, or None for one that we did not write or whose time is over."""
        if len(text) != TOKEN_LENGTH or not text.isascii():
            return None
        try:
            raw = base64.b64decode(text, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        body, signature = raw[: _BODY.size], raw[_BODY.size :]
        if not hmac.compare_digest(signature, self._sign(body)):
            return None
        organization, link, seconds = _BODY.unpack(body)
        if seconds > _SECONDS_MAX or seconds <= now.timestamp():
            return None
        return LinkToken(UUID(bytes=organization), UUID(bytes=link), datetime.fromtimestamp(seconds, UTC))

    def proof(self, token: LinkToken, act: str, subject: UUID, version: int) -> str:
        """Return what a form carries to show that it is ours: for this link, this act, and the offer as it was shown."""
        text = f"{token.organization_id} {token.link_id} {act} {subject} {version}".encode()
        return hmac.new(self._key, _FORM + hashlib.sha256(text).digest(), hashlib.sha256).hexdigest()

    def _sign(self, body: bytes) -> bytes:
        return hmac.new(self._key, _PURPOSE + body, hashlib.sha256).digest()
