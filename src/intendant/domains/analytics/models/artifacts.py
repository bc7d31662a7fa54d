"""Artifacts of versions: bytes in the file store, bound to their version by the installation's signature, checked at every load."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from intendant.kernel import files
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

    from intendant.kernel.files import FileStore
    from intendant.learning.estimators import Model

DIGEST_BYTES = 32
_DOMAIN = b"intendant model version 1\0"
"""Domain separation: this signature means nothing on a checkpoint, nor a checkpoint's here."""


class ArtifactTampered(Conflict):
    """A version whose artifact, number or model is not what this installation signed."""

    code = "ai_model_artifact_tampered"


def message(organization_id: UUID, model_id: UUID, number: int, digest: bytes) -> bytes:
    """Return what is signed: every part has a fixed length, so that no two versions share a message."""
    return _DOMAIN + organization_id.bytes + model_id.bytes + number.to_bytes(8, "big") + digest


def sign(key: "Ed25519PrivateKey", organization_id: UUID, model_id: UUID, number: int, digest: bytes) -> bytes:
    """Sign that these bytes are that version of that model."""
    return key.sign(message(organization_id, model_id, number, digest))


def verify(key: "Ed25519PublicKey", organization_id: UUID, row: Mapping[str, Any]) -> None:
    """Check a version's signature; raises ArtifactTampered."""
    from cryptography.exceptions import InvalidSignature

    digest = bytes(row["artifact"])
    try:
        if len(digest) != DIGEST_BYTES:
            raise InvalidSignature
        key.verify(bytes(row["signature"]), message(organization_id, row["model_id"], row["number"], digest))
    except InvalidSignature as error:
        raise ArtifactTampered(
            f"Version {row['number']} of the model is not what this installation signed; it is not loaded.",
            field="version",
            remedy="Deploy another version, or train the model again; whoever writes to the database may tell why.",
        ) from error


def read(tx: Transaction, key: "Ed25519PublicKey", row: Row, store: "FileStore | None") -> bytes:
    """Return a version's artifact; raises ArtifactTampered, or what `files.get` raises."""
    verify(key, tx.organization_id, row)
    return files.get(tx, tx.organization_id, bytes(row["artifact"]), store)


def load(tx: Transaction, key: "Ed25519PublicKey", row: Row, store: "FileStore | None") -> "Model":
    """Load a version's model, executing nothing of it; raises what `read` raises, and ArtifactInvalid."""
    from intendant.learning.estimators import load_model

    return load_model(read(tx, key, row, store))
