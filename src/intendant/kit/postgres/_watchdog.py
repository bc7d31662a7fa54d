"""A small process beside the server: stops it when no live lease remains, however its users ended.

Started by path with the bare standard library, so that it stays small; it detaches itself at once.
"""

import os
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from intendant.kit.postgres import _postmaster as postmaster
from intendant.kit.postgres._leases import count_leases, exclusive, try_lock

_POLL_SECONDS = 0.5


def watch(folder: Path, linger_seconds: float) -> None:
    """Wait until nobody has used the server for `linger_seconds`, then stop it and return; returns at once if watched."""
    descriptor = try_lock(folder / "watchdog.lock")
    if descriptor is None:
        return
    # The lock is inherited by the child below, so there is a watchdog from now on without a gap.
    if os.fork() != 0:
        os._exit(0)
    unused_polls = 0
    while True:
        time.sleep(_POLL_SECONDS)
        unused_polls = 0 if count_leases(folder / "leases") else unused_polls + 1
        if unused_polls * _POLL_SECONDS < linger_seconds:
            continue
        if not (folder / "lock").exists():
            # The server was removed with all its data.
            return
        with exclusive(folder / "lock", create=False):
            if count_leases(folder / "leases", remove_dead=True) == 0:
                # All clusters: a process killed while it filled a new one left a server there too.
                for cluster in (folder / "cluster", *folder.glob("cluster-*")):
                    postmaster.stop(cluster)
                os.close(descriptor)
                return
            unused_polls = 0


if __name__ == "__main__":
    watch(Path(sys.argv[1]), float(sys.argv[2]))
