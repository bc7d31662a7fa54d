"""Models of audit. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from intendant.client._model import Model


class ActView(Model):
    """What was done: by whom, what, to what, when. `digest` (hex) binds the whole record of the subject."""

    act: str
    actor: str
    at: datetime.datetime
    detail: dict[str, Any] | None
    digest: str | None
    subject: str


class CheckpointView(Model):
    """A signed checkpoint. `body` is the exact text whose UTF-8 bytes were signed with Ed25519; `signature` is
    hex.
    """

    body: str
    created_at: datetime.datetime
    number: int
    signature: str
    size: int


class CheckpointViewPage(Model):
    """Checkpoint view page."""

    items: list[CheckpointView]
    next: str | None = None


class DecisionProof(Model):
    """The proof of a decision's leaf. SHA-256 of `record` (UTF-8) is the `digest` in the leaf's body."""

    checkpoint: CheckpointView
    index: int
    leaf: LeafDetail
    path: list[str]
    public_key: SignedBy
    record: str
    root: str
    size: int


class LeafDetail(Model):
    """A leaf with all of it that is hashed: SHA-256 over a zero byte, `salt` (hex) and `body_text` (UTF-8) is
    `leaf`.

    `recorded_at` is when it was written; `checkpoint` is the number of the first checkpoint that covers it.
    """

    body: ActView | None
    body_text: str | None
    checkpoint: int | None
    epoch: int
    id: uuid.UUID
    leaf: str
    recorded_at: datetime.datetime
    salt: str | None
    seq: int
    xid: int


class LeafPage(Model):
    """Some of the log. Where `capped`, looking ended at its bound before the page was full: go on at `next`."""

    capped: bool
    items: list[LeafView]
    next: str | None = None


class LeafView(Model):
    """A leaf of the log. `leaf` is its hash (hex); `body` is null where it was erased by law, and the hash
    stays.
    """

    body: ActView | None
    id: uuid.UUID
    leaf: str


class ProofView(Model):
    """That a leaf stands at `index` (from 0) in the tree of `size` leaves whose root a signed checkpoint states.

    `path` are the siblings from the leaf up (hex), as in RFC 6962. How to check it by hand is described in
    "Verify the audit".
    """

    checkpoint: CheckpointView
    index: int
    leaf: LeafDetail
    path: list[str]
    public_key: SignedBy
    root: str
    size: int


class SignedBy(Model):
    """A public key: as PEM, as its 32 bytes (hex), and the short name by which checkpoints call it."""

    id: str
    pem: str
    raw: str


class VerifyAnswer(Model):
    """What verification saw. `first` names the first record that fails; `unsealed` leaves wait for their
    checkpoint.
    """

    checkpoints: int
    erased: int
    finding_count: int
    first: str | None
    leaves: int
    notices: list[str]
    ok: bool
    rows: dict[str, int]
    sealed: int
    unsealed: int
