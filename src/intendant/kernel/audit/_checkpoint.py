"""A checkpoint: a signed statement of how many leaves an organisation's log holds and what the root over them is.

Each names the digest of the one before, so the checkpoints are a chain; the frontier in it lets sealing go on without reading
a leaf again. Positions are bound as well, because a leaf's place in the order is not part of its hash.
"""

import struct
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from intendant.kernel.audit._key import key_id
from intendant.kernel.audit._merkle import Frontier
from intendant.kit.canonical import canonical_json
from intendant.kit.errors import Conflict

_PLACE = struct.Struct(">16sIQQ")


class CheckpointInvalid(Conflict):
    """A checkpoint that was not signed by this key, cannot be read or does not follow the one before."""

    code = "audit_checkpoint_invalid"


class Position(NamedTuple):
    """A place in a log's order: epoch, transaction, sequence."""

    epoch: int
    xid: int
    seq: int


ORIGIN = Position(0, 0, 0)
NO_PLACES = sha256(b"").digest()


def place_bytes(identifier: UUID, position: Position) -> bytes:
    """Write which row stands where, for the digests `leaf_places` and `event_places`."""
    return _PLACE.pack(identifier.bytes, position.epoch, position.xid, position.seq)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a checkpoint says.

    `position` is that of the last leaf covered; `leaf_places` and `event_places` are SHA-256 over id and position of every
    leaf and event since the checkpoint before. `restored` is the number of the checkpoint up to which a restored database
    still held the log: what the checkpoints between said is superseded.
    """

    organization_id: UUID
    number: int
    size: int
    root: bytes
    previous: bytes | None
    position: Position
    leaf_places: bytes
    event_places: bytes
    at: datetime
    peaks: tuple[bytes, ...]
    restored: int | None = None

    def frontier(self) -> Frontier:
        """Return the frontier of the tree as it then stood."""
        return Frontier(self.size, list(self.peaks))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement. `body` is the exact text that was signed."""

    statement: Statement
    body: str
    signature: bytes

    @property
    def digest(self) -> bytes:
        """Return SHA-256 of the body: what the next checkpoint names as its previous."""
        return sha256(self.body.encode()).digest()

    def follows(self, previous: "Checkpoint | None") -> bool:
        """Say whether this is the checkpoint right after `previous`."""
        if previous is None:
            return self.statement.number == 1 and self.statement.previous is None
        return self.statement.number == previous.statement.number + 1 and self.statement.previous == previous.digest


def sign(statement: Statement, key: Ed25519PrivateKey) -> Checkpoint:
    """Write `statement` canonically and sign it."""
    body = canonical_json(
        {
            "format": 1,
            "organization": statement.organization_id,
            "number": statement.number,
            "size": statement.size,
            "root": statement.root,
            "previous": statement.previous,
            "epoch": statement.position.epoch,
            "xid": statement.position.xid,
            "seq": statement.position.seq,
            "leaf_places": statement.leaf_places,
            "event_places": statement.event_places,
            "at": statement.at,
            "key": key_id(key.public_key()),
            "frontier": statement.peaks,
            "restored": statement.restored,
        }
    )
    return Checkpoint(statement, body.decode(), key.sign(body))


def parse_checkpoint(body: str, signature: bytes, key: Ed25519PublicKey) -> Checkpoint:
    """Check the signature, then read the statement; raises CheckpointInvalid."""
    try:
        key.verify(signature, body.encode())
    except (InvalidSignature, ValueError) as error:
        raise CheckpointInvalid("The checkpoint is not signed by this key.") from error
    try:
        return Checkpoint(parse_statement(orjson.loads(body)), body, signature)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointInvalid(f"The checkpoint cannot be read: {error}.") from error


def parse_statement(value: dict[str, Any]) -> Statement:
    """Read a statement; raises KeyError, TypeError or ValueError."""
    if value["format"] != 1:
        raise ValueError(f"unknown format {value['format']}")
    statement = Statement(
        organization_id=UUID(value["organization"]),
        number=int(value["number"]),
        size=int(value["size"]),
        root=bytes.fromhex(value["root"]),
        previous=None if value["previous"] is None else bytes.fromhex(value["previous"]),
        position=Position(int(value["epoch"]), int(value["xid"]), int(value["seq"])),
        leaf_places=bytes.fromhex(value["leaf_places"]),
        event_places=bytes.fromhex(value["event_places"]),
        at=datetime.fromisoformat(value["at"]),
        peaks=tuple(bytes.fromhex(peak) for peak in value["frontier"]),
        restored=value["restored"],
    )
    if statement.frontier().root() != statement.root:
        raise ValueError("root and frontier differ")
    return statement
