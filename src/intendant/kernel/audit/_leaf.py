"""A leaf of the audit log: what was done, by whom, to what, when; salted, so that its erasure leaves the tree verifiable."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intendant.kit import ids
from intendant.kit.bulk import BulkInsert
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Row, Transaction

LEAF_PREFIX = b"\x00"
"""Domain separation of leaves from inner nodes, as in RFC 6962 section 2.1."""

SALT_BYTES = 16

AUDIT = BulkInsert("audit", {"organization_id": "uuid", "id": "uuid", "leaf": "bytea", "salt": "bytea", "body": "text"})


@dataclass(frozen=True, slots=True)
class Act:
    """Something done. `subject` names what it was done to ("decision:<id>"); `digest` binds the object's full record."""

    organization_id: UUID
    actor: str
    act: str
    subject: str
    at: datetime
    detail: dict[str, object] | None = None
    digest: bytes | None = None


def leaf_hash(salt: bytes, body: bytes) -> bytes:
    """Hash a leaf: SHA-256 over prefix, salt and canonical body."""
    return hashlib.sha256(LEAF_PREFIX + salt + body).digest()


def leaf_row(act: Act) -> Row:
    """Turn an act into a row of `audit`."""
    body = canonical_json(
        {
            "actor": act.actor,
            "act": act.act,
            "subject": act.subject,
            "at": act.at,
            "detail": act.detail,
            "digest": act.digest,
        }
    )
    salt = ids.random_bytes_16()
    return {
        "organization_id": act.organization_id,
        "id": ids.new_id(),
        "leaf": leaf_hash(salt, body),
        "salt": salt,
        "body": body.decode(),
    }


def append(tx: Transaction, acts: Iterable[Act]) -> None:
    """Write leaves for `acts` in the caller's transaction."""
    AUDIT.run(tx, [leaf_row(act) for act in acts])
