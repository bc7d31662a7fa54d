"""Audit remembers: a Merkle log of every human and automatic act, sealed into signed checkpoints outside the database."""

from intendant.kernel.audit._leaf import AUDIT, Act, append, leaf_hash, leaf_row

__all__ = ["AUDIT", "Act", "append", "leaf_hash", "leaf_row"]
