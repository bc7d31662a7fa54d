"""The signing key of checkpoints: Ed25519, made once, kept outside the database in a file that only its owner reads."""

import os
import tempfile
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from intendant.kit.errors import Invalid

PRIVATE_KEY_FILE = "audit-signing.pem"
PUBLIC_KEY_FILE = "audit-signing.public.pem"
KEY_ID_BYTES = 8


class KeyInvalid(Invalid):
    """A file that holds no Ed25519 key."""

    code = "audit_key_invalid"


def open_signing_key(keys: Path) -> Ed25519PrivateKey:
    """Load the signing key from the folder `keys`, making it on first use; its public half lies beside it as PEM."""
    path = keys / PRIVATE_KEY_FILE
    if not path.exists():
        _make_key(keys, path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise _invalid(path)
    public = keys / PUBLIC_KEY_FILE
    if not public.exists():
        _write(public, public_pem(key.public_key()), mode=0o644)
    return key


def load_public_key(path: Path) -> Ed25519PublicKey:
    """Load a public key from a PEM file."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _invalid(path) from error
    if not isinstance(key, Ed25519PublicKey):
        raise _invalid(path)
    return key


def public_pem(key: Ed25519PublicKey) -> bytes:
    """Write a public key as PEM, to be given to whoever verifies."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def key_id(key: Ed25519PublicKey) -> str:
    """Name a key by the start of its SHA-256, so that a checkpoint says which key signed it."""
    return sha256(key.public_bytes_raw()).hexdigest()[: 2 * KEY_ID_BYTES]


def _make_key(keys: Path, path: Path) -> None:
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = Ed25519PrivateKey.generate()
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), mode=0o600)


def _write(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file whole or not at all; whoever comes second keeps what the first wrote."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
    finally:
        os.unlink(temporary)


def _invalid(path: Path) -> KeyInvalid:
    return KeyInvalid(
        f"{path} holds no Ed25519 key in PEM.", field="public_key", remedy=f"Give the file {PUBLIC_KEY_FILE}."
    )
