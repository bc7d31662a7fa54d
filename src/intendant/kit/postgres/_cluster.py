"""Makes a new cluster: SCRAM for everyone, checksums, UTF-8 with the built-in C.UTF-8 locale, and our database in it."""

import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from intendant.kit.errors import Unavailable
from intendant.kit.postgres import _postmaster as postmaster
from intendant.kit.postgres._address import DATABASE, SUPERUSER, PostgresAddress
from intendant.kit.postgres._binaries import ENVIRONMENT, MAJOR_VERSION, Binaries
from intendant.kit.postgres._configuration import FILE_NAME, quote_folder
from intendant.kit.postgres._layout import Layout

_INITIALISE_SECONDS_MAX = 300


class ClusterNotCreated(Unavailable):
    """`initdb` failed."""

    code = "postgres_cluster_not_created"


class ClusterVersionForeign(Unavailable):
    """The data were written by another major version of PostgreSQL."""

    code = "postgres_cluster_version_foreign"


_FILLING_SETTINGS = {
    # A crash while a cluster is filled costs nothing, it is made anew; it is forced to disk before it is put to use.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # A restore creates every table and partition in one transaction.
    "max_locks_per_transaction": "1024",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
}


def create_cluster(layout: Layout, binaries: Binaries, *, durable: bool) -> Path:
    """Create a complete cluster beside the one in use and return its folder; `adopt` puts it to use."""
    # The watchdog imports this package with the bare standard library.
    import psycopg

    target = layout.make_private(layout.folder / f"cluster-{secrets.token_hex(4)}")
    with _password_file(layout) as password_file:
        _run(
            layout,
            binaries.program("initdb"),
            *("-D", str(target), "-U", SUPERUSER, f"--pwfile={password_file}"),
            *("--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--data-checksums", "--no-instructions"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            "--no-sync",
        )
    # Not in single-user mode: its objects get numbers of the system's own range, which pg_dump leaves out.
    with (
        serving(layout, binaries, target) as address,
        psycopg.connect(
            address.url(SUPERUSER, layout.password(), "postgres"), autocommit=True, connect_timeout=10
        ) as connection,
    ):
        connection.execute(f"CREATE DATABASE {DATABASE}")
    if durable:
        write_to_disk(layout, binaries, target)
    with (target / "postgresql.conf").open("a") as file:
        file.write(f"\ninclude_if_exists = '{FILE_NAME}'\n")
    return target


@contextlib.contextmanager
def serving(layout: Layout, binaries: Binaries, cluster: Path) -> Iterator[PostgresAddress]:
    """Run a cluster that is not in use yet, on a socket of its own, so that nobody finds it before it is complete."""
    folder = layout.make_private(Path(tempfile.mkdtemp(prefix="r-", dir=layout.socket_folder().parent)))
    overrides = {**_FILLING_SETTINGS, "unix_socket_directories": quote_folder(folder)}
    try:
        pid = postmaster.start(cluster, binaries, layout.account, output=layout.output, overrides=overrides)
        try:
            postmaster.wait_until_ready(cluster, pid, output=layout.output, log_folder=layout.log_folder)
            yield PostgresAddress(host=str(folder))
        finally:
            postmaster.stop(cluster)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def renew_password(layout: Layout, binaries: Binaries) -> None:
    """Give the superuser of the stopped cluster a new password: the file that held it is gone."""
    password = layout.password()
    try:
        _run(
            layout,
            *(binaries.program("postgres"), "--single", "-D", str(layout.cluster), "postgres"),
            standard_input=f"ALTER ROLE {SUPERUSER} PASSWORD '{password}';\n",
        )
    except BaseException:
        layout.password_file.unlink()
        raise


def write_to_disk(layout: Layout, binaries: Binaries, cluster: Path) -> None:
    """Force a stopped cluster that was filled without fsync to disk."""
    _run(layout, binaries.program("initdb"), "--sync-only", "-D", str(cluster))


def adopt(layout: Layout, target: Path) -> None:
    """Make `target` the cluster in use, in one atomic step."""
    link = layout.folder / f".cluster.{secrets.token_hex(4)}"
    link.symlink_to(target.name)
    link.rename(layout.cluster)


def remove_unused_clusters(layout: Layout, *, keep: Path | None = None) -> None:
    """Remove clusters that are not in use: left by a crash while one was made, or replaced by a restore."""
    kept = {os.path.realpath(layout.cluster), *({os.path.realpath(keep)} if keep is not None else ())}
    for folder in layout.folder.glob("cluster-*"):
        if os.path.realpath(folder) not in kept:
            # Whoever filled it may have been killed and left its server running.
            postmaster.stop(folder, "immediate")
            shutil.rmtree(folder, ignore_errors=True)


def require_our_version(cluster: Path) -> None:
    """Refuse a cluster that these programs cannot read."""
    found = (cluster / "PG_VERSION").read_text().strip()
    if found != str(MAJOR_VERSION):
        raise ClusterVersionForeign(
            f"The database was written by PostgreSQL {found}; this release brings version {MAJOR_VERSION}.",
            remedy="Back it up with the release that wrote it (intendant db backup), then restore the backup here.",
        )


@contextlib.contextmanager
def _password_file(layout: Layout) -> Iterator[Path]:
    """Lend the superuser's password to `initdb` in a file that only the server's account can read."""
    private = layout.make_private(Path(tempfile.mkdtemp(prefix=".initialise-", dir=layout.folder)))
    try:
        path = private / "password"
        path.touch(mode=0o600)
        path.write_text(layout.password() + "\n")
        if layout.account is not None:
            os.chown(path, layout.account.uid, layout.account.gid)
        yield path
    finally:
        shutil.rmtree(private, ignore_errors=True)


def _run(layout: Layout, *command: str, standard_input: str = "") -> None:
    account = layout.account
    done = subprocess.run(
        command,
        input=standard_input,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=ENVIRONMENT,
        umask=0o077,
        timeout=_INITIALISE_SECONDS_MAX,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    # Single-user mode reports a failed statement on its error output and still exits with success.
    if done.returncode != 0 or "ERROR:" in done.stderr:
        raise ClusterNotCreated(
            f"A new database could not be made: {done.stderr.strip()[-1000:]}",
            remedy=f"See that {layout.folder} is writable and its disk not full.",
        )
