"""What a data key does: encrypt a value where it belongs and nowhere else, seal a secret's facts, tell values apart. Pure.

Everything is AES-256-GCM with a random nonce; associated data is canonical JSON, so that no two facts run into each other.
One data key seals far fewer than the 2^32 messages that random nonces allow (NIST SP 800-38D, section 8.3).
"""

import hmac
import secrets
from collections.abc import Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from intendant.kit.canonical import canonical_json
from intendant.kit.errors import Invalid

NONCE_BYTES = 12
FINGERPRINT_BYTES = 8


class SecretTampered(Invalid):
    """What is stored of a secret is not what was stored: a row was changed, moved or put back."""

    code = "secret_tampered"


def seal(key: bytes, value: bytes, facts: Mapping[str, object]) -> bytes:
    """Encrypt `value`, bound to `facts`; returns nonce and ciphertext with tag."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, value, canonical_json(facts))


def unseal(key: bytes, sealed: bytes, facts: Mapping[str, object]) -> bytes:
    """Decrypt; raises SecretTampered where anything differs."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], canonical_json(facts))
    except (InvalidTag, ValueError) as error:
        raise tampered("it does not open with the facts that stand beside it") from error


def fingerprint(key: bytes, value: bytes) -> str:
    """Name a value without giving it away: a keyed digest, since a plain one lets short values be guessed."""
    return hmac.digest(key, b"fingerprint|" + value, sha256)[:FINGERPRINT_BYTES].hex()


def tampered(what: str) -> SecretTampered:
    """Return the error for a stored secret that is not what it was."""
    return SecretTampered(
        f"The stored secret was changed from outside: {what}.",
        field="secret_id",
        remedy="Treat it as stolen: renew it at the provider and enter it again; then ask who changed the database.",
    )
