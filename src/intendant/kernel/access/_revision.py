"""The revision of access: a counter that grows in the same transaction as every change that takes something away.

A counter in a locked row, not the newest `revoked_at`: of two revocations the earlier may commit later, and a reader that
goes by the maximum would never see it.
"""

from intendant.kit.database import Transaction


def bump(tx: Transaction) -> None:
    """Say that something was revoked, disabled, expired early or given another role. Takes a system transaction."""
    tx.execute("update access_revision set revision = revision + 1")


def read_revision(tx: Transaction) -> int:
    """Return the present revision. Takes a system transaction."""
    return int(tx.scalar("select revision from access_revision"))
