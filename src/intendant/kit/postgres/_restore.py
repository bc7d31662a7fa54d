"""Puts a backup in the place of the cluster in use: loaded and checked beside it first, then swapped in one step."""

import shutil
from collections.abc import Callable
from pathlib import Path

from intendant.kit.postgres import _postmaster as postmaster
from intendant.kit.postgres._address import SUPERUSER, PostgresAddress
from intendant.kit.postgres._binaries import binaries_for
from intendant.kit.postgres._cluster import adopt, create_cluster, remove_unused_clusters, serving, write_to_disk
from intendant.kit.postgres._layout import Layout
from intendant.kit.postgres._manifest import BackupManifest
from intendant.kit.postgres._postmaster import Progress
from intendant.kit.postgres.backup import AfterRestore, load


def replace_cluster(
    layout: Layout,
    source: Path,
    manifest: BackupManifest,
    *,
    start: Callable[[], PostgresAddress],
    durable: bool,
    after_restore: AfterRestore | None,
    on_progress: Progress | None,
) -> None:
    """Load `source` into a new cluster, swap it in and start it; on any failure the old cluster stays in use.

    The folder's lock is held. `start` starts the cluster in use.
    """
    tell = on_progress or (lambda _: None)
    binaries = binaries_for(layout.account)
    tell("Making a new database")
    remove_unused_clusters(layout)
    cluster = create_cluster(layout, binaries, durable=False)
    try:
        tell("Loading the backup")
        with serving(layout, binaries, cluster) as address:
            load(address.url(SUPERUSER, layout.password()), source, manifest, after_restore=after_restore)
        if durable:
            write_to_disk(layout, binaries, cluster)
    except BaseException:
        shutil.rmtree(cluster, ignore_errors=True)
        raise
    tell("Putting it to use")
    _swap(layout, cluster, start)


def _swap(layout: Layout, cluster: Path, start: Callable[[], PostgresAddress]) -> None:
    """Put `cluster` in the place of the one in use; the old one is removed only when the new one has started."""
    previous = layout.cluster.resolve() if layout.cluster.exists() else None
    postmaster.stop(layout.cluster)
    adopt(layout, cluster)
    try:
        start()
    except BaseException:
        if previous is not None:
            adopt(layout, previous)
            start()
        raise
    remove_unused_clusters(layout)
