"""Audit remembers: a Merkle log of every human and automatic act, sealed into signed checkpoints outside the database."""

from intendant.kernel.audit._checkpoint import (
    Checkpoint,
    CheckpointInvalid,
    Position,
    Statement,
    parse_checkpoint,
    sign,
)
from intendant.kernel.audit._erasure import ERASED, ERASURE, erase
from intendant.kernel.audit._export import export
from intendant.kernel.audit._file import checkpoint_path
from intendant.kernel.audit._key import (
    PUBLIC_KEY_FILE,
    KeyInvalid,
    key_id,
    load_public_key,
    open_signing_key,
    public_pem,
)
from intendant.kernel.audit._leaf import AUDIT, Act, append, leaf_hash, leaf_row
from intendant.kernel.audit._listing import LeafFilter, LeafPage, list_leaves
from intendant.kernel.audit._merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    merkle_root,
    verify_consistency,
    verify_inclusion,
)
from intendant.kernel.audit._proof import (
    LeafNotSealed,
    LeafUnknown,
    LogIncomplete,
    Proof,
    StoredLeaf,
    Tree,
    find_covering_number,
    get_leaf,
    get_leaf_of_decision,
    prove,
)
from intendant.kernel.audit._records import DECISION, EVENT, OUTCOME, POLICY, RECORD_CHECKS, RecordCheck, bound_rows
from intendant.kernel.audit._sealer import (
    CheckpointsDiverge,
    acknowledge_restore,
    acknowledge_restores,
    seal,
    unsealed_organizations,
)
from intendant.kernel.audit._sources import ExportInvalid, verify_database, verify_export
from intendant.kernel.audit._verify import Finding, VerifyReport

__all__ = [
    "AUDIT",
    "DECISION",
    "EMPTY_ROOT",
    "ERASED",
    "ERASURE",
    "EVENT",
    "OUTCOME",
    "POLICY",
    "PUBLIC_KEY_FILE",
    "RECORD_CHECKS",
    "Act",
    "Checkpoint",
    "CheckpointInvalid",
    "CheckpointsDiverge",
    "ExportInvalid",
    "Finding",
    "Frontier",
    "KeyInvalid",
    "LeafFilter",
    "LeafNotSealed",
    "LeafPage",
    "LeafUnknown",
    "LogIncomplete",
    "Position",
    "Proof",
    "RecordCheck",
    "Statement",
    "StoredLeaf",
    "Tree",
    "VerifyReport",
    "acknowledge_restore",
    "acknowledge_restores",
    "append",
    "bound_rows",
    "checkpoint_path",
    "consistency_proof",
    "erase",
    "export",
    "find_covering_number",
    "get_leaf",
    "get_leaf_of_decision",
    "inclusion_proof",
    "key_id",
    "leaf_hash",
    "leaf_row",
    "list_leaves",
    "load_public_key",
    "merkle_root",
    "open_signing_key",
    "parse_checkpoint",
    "prove",
    "public_pem",
    "seal",
    "sign",
    "unsealed_organizations",
    "verify_consistency",
    "verify_database",
    "verify_export",
    "verify_inclusion",
]
