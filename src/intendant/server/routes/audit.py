"""/api/v1/audit: what was done, by whom, to what; its export, its verification and the key that verifies it."""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import AwareDatetime, BaseModel
from starlette.background import BackgroundTask

from intendant.kernel import approvals, audit, decisions
from intendant.kernel.access import Permission, Principal
from intendant.kit import ids
from intendant.kit.database import Row
from intendant.kit.errors import Bug, TooManyRequests
from intendant.server.acts import record_by
from intendant.server.auth import requires
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import ServedSystem, system_of

router = APIRouter(tags=["audit"])
log = APIRouter(prefix="/api/v1/audit")

WORD_LENGTH_MAX = 300

Reader = Annotated[Principal, requires(Permission.AUDIT_READ)]

LONG_READ_RETRY_SECONDS = 10
_long_read = threading.Lock()
"""Exports and verifications read a whole log; one at a time leaves the machine to the decisions."""


class AnotherLongRead(TooManyRequests):
    """An export or a verification is under way in this process."""

    code = "another_long_read"


class PemResponse(Response):
    """A key as text."""

    media_type = "application/x-pem-file"


class ActView(BaseModel):
    """What was done: by whom, what, to what, when. `digest` (hex) binds the whole record of the subject."""

    actor: str
    act: str
    subject: str
    at: datetime
    detail: dict[str, Any] | None
    digest: str | None


class LeafView(BaseModel):
    """A leaf of the log. `leaf` is its hash (hex); `body` is null where it was erased by law, and the hash stays."""

    id: UUID
    leaf: str
    body: ActView | None


class VerifyAnswer(BaseModel):
    """What verification saw. `first` names the first record that fails; `unsealed` leaves wait for their checkpoint."""

    ok: bool
    first: str | None
    leaves: int
    sealed: int
    unsealed: int
    checkpoints: int
    rows: dict[str, int]
    erased: int
    finding_count: int
    notices: list[str]


class LeafPage(Page[LeafView]):
    """Some of the log. Where `capped`, looking ended at its bound before the page was full: go on at `next`."""

    capped: bool


class LeafDetail(LeafView):
    """A leaf with all of it that is hashed: SHA-256 over a zero byte, `salt` (hex) and `body_text` (UTF-8) is `leaf`.

    `recorded_at` is when it was written; `checkpoint` is the number of the first checkpoint that covers it.
    """

    salt: str | None
    body_text: str | None
    epoch: int
    xid: int
    seq: int
    recorded_at: datetime
    checkpoint: int | None


class CheckpointView(BaseModel):
    """A signed checkpoint. `body` is the exact text whose UTF-8 bytes were signed with Ed25519; `signature` is hex."""

    number: int
    size: int
    body: str
    signature: str
    created_at: datetime


class SignedBy(BaseModel):
    """A public key: as PEM, as its 32 bytes (hex), and the short name by which checkpoints call it."""

    pem: str
    raw: str
    id: str


class ProofView(BaseModel):
    """That a leaf stands at `index` (from 0) in the tree of `size` leaves whose root a signed checkpoint states.

    `path` are the siblings from the leaf up (hex), as in RFC 6962. How to check it by hand is described in "Verify the audit".
    """

    leaf: LeafDetail
    index: int
    size: int
    path: list[str]
    root: str
    checkpoint: CheckpointView
    public_key: SignedBy


class DecisionProof(ProofView):
    """The proof of a decision's leaf. SHA-256 of `record` (UTF-8) is the `digest` in the leaf's body."""

    record: str


Moment = AwareDatetime | None
Word = Annotated[str | None, Query(min_length=1, max_length=WORD_LENGTH_MAX)]


@log.get("", summary="List what was done")
def list_leaves(
    request: Request,
    principal: Reader,
    after: Annotated[UUID | None, Query(description="The id of the last leaf of the page before.")] = None,
    limit: Limit = PAGE_SIZE,
    actor: Annotated[Word, Query(description="Exactly this actor, such as user:ada@example.com.")] = None,
    act: Annotated[Word, Query(description="Acts that begin so, such as kernel.policy.")] = None,
    subject: Annotated[Word, Query(description="This subject, or with a colon at its end all of its type.")] = None,
    since: Annotated[Moment, Query(description="Written then or later (system time).")] = None,
    until: Annotated[Moment, Query(description="Written before (system time).")] = None,
    q: Annotated[Word, Query(description="Any text in the act, whatever its case.")] = None,
) -> LeafPage:
    """List leaves of this organisation's audit log, newest first. A page looks at 20,000 leaves at most."""
    wanted = audit.LeafFilter(actor=actor, act=act, subject=subject, since=since, until=until, words=q)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        found = audit.list_leaves(tx, wanted, before=after, limit=limit + 1)
    shown = page(found.rows, limit, show=_leaf_view, key=lambda row: row["id"])
    resume = str(found.resume) if found.resume is not None else shown.next
    return LeafPage(items=shown.items, next=resume, capped=found.resume is not None)


@log.get("/checkpoints", summary="List checkpoints")
def list_checkpoints(
    request: Request,
    principal: Reader,
    after: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="The number of the last one seen.")] = None,
    limit: Limit = PAGE_SIZE,
) -> Page[CheckpointView]:
    """List the signed checkpoints of this organisation's log, newest first."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = tx.all(
            "select number, size, body, signature, created_at from checkpoints where organization_id = %s"
            " and (%s::int is null or number < %s) order by number desc limit %s",
            [principal.organization_id, after, after, limit + 1],
        )
    return page(rows, limit, show=_checkpoint_view, key=lambda row: row["number"])


@log.get("/public-key", summary="Return the public key", response_class=PemResponse)
def public_key(request: Request, principal: Reader) -> PemResponse:  # noqa: ARG001
    """Return the public key (PEM) with which anybody can verify an export."""
    return PemResponse(audit.public_pem(system_of(request).signer.public_key()))


@log.post("/verify", summary="Verify the log")
def verify(request: Request, principal: Reader) -> VerifyAnswer:
    """Check every leaf, every record it binds and every signed checkpoint; name the first that fails.

    What counts is the checkpoint file outside the database. It changes nothing but the record that it was done, so it takes
    no Idempotency-Key.
    """
    system = system_of(request)
    with _one_long_read():
        report = audit.verify_database(
            system.database, principal.organization_id, system.settings.checkpoints, system.signer.public_key()
        )
    with system.database.transaction(principal.organization_id) as tx:
        seen: dict[str, object] = {"ok": report.ok, "leaves": report.leaves}
        record_by(tx, principal, "audit.log.verified", f"organization:{principal.organization_id}", seen)
    return VerifyAnswer.model_validate(
        report.as_dict() | {"first": None if report.first is None else str(report.first)}
    )


@log.get("/export", summary="Export the log", response_class=FileResponse)
def export(request: Request, principal: Annotated[Principal, requires(Permission.AUDIT_EXPORT)]) -> Response:
    """Return the whole log of this organisation (NDJSON, compressed); `intendant audit verify FILE` needs no more than it
    and the public key. The export is itself on the record."""
    database = system_of(request).database
    folder = Path(tempfile.mkdtemp(prefix="intendant-export-"))
    try:
        with database.transaction(principal.organization_id) as tx:
            record_by(tx, principal, "audit.log.exported", f"organization:{principal.organization_id}")
        path = folder / "audit.ndjson.gz"
        with _one_long_read(), database.snapshot(principal.organization_id) as tx:
            audit.export(tx, principal.organization_id, path)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return FileResponse(
        path,
        media_type="application/gzip",
        filename=f"audit-{principal.organization_id}.ndjson.gz",
        background=BackgroundTask(shutil.rmtree, folder),
    )


@log.get("/{leaf_id}", summary="Return a leaf")
def get_leaf(request: Request, principal: Reader, leaf_id: UUID) -> LeafDetail:
    """Return one leaf of the log with everything that its hash is made of."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        leaf = audit.get_leaf(tx, leaf_id)
        number = audit.find_covering_number(tx, leaf.position)
    return _leaf_detail(leaf, number)


@log.get("/{leaf_id}/proof", summary="Prove that a leaf is in the log")
def prove_leaf(request: Request, principal: Reader, leaf_id: UUID) -> ProofView:
    """Prove with a few hashes and one signature that a leaf is in the log."""
    system = system_of(request)
    with system.database.snapshot(principal.organization_id) as tx:
        proof = audit.prove(tx, audit.get_leaf(tx, leaf_id))
    return ProofView(**_proof(proof, system))


@router.get("/api/v1/decisions/{decision_id}/proof", summary="Prove that a decision is in the log")
def prove_decision(
    request: Request, principal: Annotated[Principal, requires(Permission.DECISION_READ)], decision_id: UUID
) -> DecisionProof:
    """Prove that a decision's record is in the log as it was written; not while a blind case about it waits."""
    system = system_of(request)
    with system.database.snapshot(principal.organization_id) as tx:
        row = tx.find(
            "select record from decisions where organization_id = %s and id = %s",
            [principal.organization_id, decision_id],
        )
        if row is None:
            decisions.get_decision(tx, decision_id)
            raise Bug("A decision has no record.")
        approvals.require_shown(tx, decision_id)
        proof = audit.prove(tx, audit.get_leaf_of_decision(tx, decision_id))
    return DecisionProof(**_proof(proof, system), record=row["record"])


router.include_router(log)


@contextmanager
def _one_long_read() -> Iterator[None]:
    if not _long_read.acquire(blocking=False):
        raise AnotherLongRead(
            "Another export or verification is under way.",
            remedy="Try again in a moment.",
            data={"retry_after_seconds": LONG_READ_RETRY_SECONDS},
        )
    try:
        yield
    finally:
        _long_read.release()


def _leaf_view(row: Row) -> LeafView:
    return LeafView(id=row["id"], leaf=bytes(row["leaf"]).hex(), body=_act(row["body"]))


def _act(body: str | None) -> ActView | None:
    return None if body is None else ActView.model_validate_json(body)


def _leaf_detail(leaf: audit.StoredLeaf, checkpoint: int | None) -> LeafDetail:
    return LeafDetail(
        id=leaf.id,
        leaf=leaf.hash.hex(),
        body=_act(leaf.body),
        salt=None if leaf.salt is None else leaf.salt.hex(),
        body_text=leaf.body,
        epoch=leaf.position.epoch,
        xid=leaf.position.xid,
        seq=leaf.position.seq,
        recorded_at=ids.id_time(leaf.id),
        checkpoint=checkpoint,
    )


def _checkpoint_view(row: Row) -> CheckpointView:
    return CheckpointView(**{**row, "signature": bytes(row["signature"]).hex()})


def _proof(proof: audit.Proof, system: ServedSystem) -> dict[str, Any]:
    public = system.signer.public_key()
    return {
        "leaf": _leaf_detail(proof.leaf, proof.number),
        "index": proof.index,
        "size": proof.size,
        "path": [sibling.hex() for sibling in proof.path],
        "root": proof.root.hex(),
        "checkpoint": CheckpointView(
            number=proof.number,
            size=proof.size,
            body=proof.body,
            signature=proof.signature.hex(),
            created_at=proof.at,
        ),
        "public_key": SignedBy(
            pem=audit.public_pem(public).decode(), raw=public.public_bytes_raw().hex(), id=audit.key_id(public)
        ),
    }
