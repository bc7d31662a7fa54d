"""Take away what lies in the file store and has no row: bytes let go of, and those of writers that died half-way."""

from datetime import datetime, timedelta

from intendant.kernel.files._files import DATABASE
from intendant.kernel.files._store import FileStore
from intendant.kit.database import Transaction

GRACE_SECONDS = 86_400
"""Younger bytes stay: their row may be in a transaction that has not ended. Each `put` without a row makes them young again."""
SWEPT_MAX = 10_000


def sweep(tx: Transaction, store: FileStore, *, now: datetime) -> int:
    """Remove at most `SWEPT_MAX` old files without a row; return how many went. Takes a transaction of the system role."""
    before = now - timedelta(seconds=GRACE_SECONDS)
    old = [path for path, written_at in store.paths() if written_at < before]
    if not old:
        return 0
    rows = tx.all("select place from files where place <> %s and place = any(%s::text[])", [DATABASE, old])
    known = {row["place"] for row in rows}
    lost = [path for path in old if path not in known][:SWEPT_MAX]
    for path in lost:
        store.remove(path)
    return len(lost)
