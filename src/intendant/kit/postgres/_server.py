"""The supervisor of the embedded PostgreSQL: starts it for whoever needs it, shares it, stops it after the last one."""

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from intendant.kit.errors import Conflict, Unavailable
from intendant.kit.postgres import _postmaster as postmaster
from intendant.kit.postgres._address import PostgresAddress, PostgresStatus
from intendant.kit.postgres._binaries import Binaries, binaries_for, version_text
from intendant.kit.postgres._cluster import (
    adopt,
    create_cluster,
    remove_unused_clusters,
    renew_password,
    require_our_version,
)
from intendant.kit.postgres._configuration import FILE_NAME, render
from intendant.kit.postgres._layout import Layout, open_layout, write_private
from intendant.kit.postgres._leases import Lease, count_leases, exclusive, try_lock
from intendant.kit.postgres._manifest import BackupManifest
from intendant.kit.postgres._postmaster import Progress

if TYPE_CHECKING:
    from intendant.kit.postgres.backup import AfterRestore

LINGER_SECONDS = 3.0
"""How long a server without a live lease is kept before the watchdog stops it."""
_LOCK_TRIES_MAX = 100
_SUPERVISE_POLL_SECONDS = 0.2
_SUPERVISE_PAUSE_SECONDS_MAX = 10.0


class ServerInUse(Conflict):
    """What was asked needs the server for itself."""

    code = "postgres_in_use"


class EmbeddedPostgres:
    """One PostgreSQL server below `data_directory`, shared by every process that opens the same folder.

    `settings` are further server settings that win over ours; `durable=False` gives up crash safety and is for tests.
    As root the server runs under an unprivileged account; where that account cannot enter `data_directory`, the files
    lie below /var/lib/intendant and `data_directory/location` says where.
    """

    def __init__(
        self,
        data_directory: Path,
        *,
        settings: Mapping[str, str] | None = None,
        durable: bool = True,
        linger_seconds: float = LINGER_SECONDS,
    ) -> None:
        self.data_directory = data_directory.absolute()
        self._settings = dict(settings or {})
        self._durable = durable
        self._linger_seconds = linger_seconds
        self._guard = threading.RLock()
        self._lease: Lease | None = None
        self._lease_users = 0
        self._keeps = False

    def ensure_started(self, *, on_progress: Progress | None = None) -> PostgresAddress:
        """Make the cluster if there is none, start the server if it does not run, wait for its recovery.

        This process then keeps the server until `release`, `stop` or its end; see `lease` for a shorter claim.
        """
        with self._locked() as layout:
            self._claim(layout)
            self._keeps = True
            return self._start(layout, on_progress)

    @contextlib.contextmanager
    def lease(self, *, on_progress: Progress | None = None) -> Iterator[PostgresAddress]:
        """Use the server for a while; the last one to leave, over all processes, stops it."""
        with self._locked() as layout:
            self._claim(layout)
            self._lease_users += 1
            try:
                address = self._start(layout, on_progress)
            except BaseException:
                self._lease_users -= 1
                self._unclaim()
                raise
        try:
            yield address
        finally:
            self._leave(1)

    def release(self) -> None:
        """Give up what `ensure_started` claimed; the server stops if nobody else uses it."""
        self._keeps = False
        self._leave(0)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server for everyone and give up our claim. Modes: smart, fast, immediate (as after a crash)."""
        with self._locked() as layout:
            self._keeps = False
            self._unclaim()
            postmaster.stop(layout.cluster, mode)

    def superuser_url(self, database: str = "intendant") -> str:
        """Return the superuser's address; it holds the password, so never log it."""
        layout = open_layout(self.data_directory)
        return self._address(layout).url("postgres", layout.password(), database)

    def status(self) -> PostgresStatus:
        """Say how the server is, without starting it."""
        layout = open_layout(self.data_directory)
        found = postmaster.find_postmaster(layout.cluster)
        ready = found is not None and found.is_ready
        return PostgresStatus(
            running=ready,
            state="stopped" if found is None else found.state,
            pid=None if found is None else found.pid,
            version=version_text(),
            data_size_bytes=_size_bytes(layout.cluster),
            uptime_seconds=_uptime_seconds(self.superuser_url("postgres")) if ready else None,
            lease_count=count_leases(layout.leases),
            folder=layout.folder,
            log_folder=layout.log_folder,
            address=self._address(layout) if ready else None,
        )

    def backup(self, target: Path, *, created_at: datetime) -> BackupManifest:
        """Write a backup of our database to the new file `target`, starting the server for it if need be."""
        from intendant.kit.postgres.backup import back_up

        with self.lease():
            return back_up(self.superuser_url(), target, created_at=created_at)

    def restore(
        self, source: Path, *, after_restore: "AfterRestore | None" = None, on_progress: Progress | None = None
    ) -> BackupManifest:
        """Replace everything by the backup `source`, or change nothing.

        It is loaded and checked in a new cluster, which then takes the place of the old one in one step. Refused while
        another process uses the server. `after_restore` runs in the new database before it is put to use.
        """
        from intendant.kit.postgres._restore import replace_cluster
        from intendant.kit.postgres.backup import verify

        manifest = verify(source)
        with self._locked() as layout:
            self._require_alone(layout)
            replace_cluster(
                layout,
                source,
                manifest,
                start=lambda: self._start(layout, on_progress),
                durable=self._durable,
                after_restore=after_restore,
                on_progress=on_progress,
            )
            if self._lease is None:
                postmaster.stop(layout.cluster)
        return manifest

    def remove(self) -> None:
        """Stop the server and remove it with all its data; refused while another process uses it."""
        with self._locked() as layout:
            self._require_alone(layout)
            self._keeps = False
            self._unclaim()
            postmaster.stop(layout.cluster, "immediate")
            layout.remove_short_socket_folder()
            # Renamed first, so that whoever waits for our lock starts afresh and not in a folder half gone.
            removed = layout.folder.with_name(f".{layout.folder.name}.removed-{secrets.token_hex(4)}")
            layout.folder.rename(removed)
            shutil.rmtree(removed)
            if self.data_directory != layout.folder:
                shutil.rmtree(self.data_directory)

    def supervise(self, ended: threading.Event, *, on_event: Callable[[str], None] | None = None) -> None:
        """Restart the server promptly whenever it dies, until `ended` is set; failures are told and tried again later."""
        pause = _SUPERVISE_POLL_SECONDS
        while not ended.wait(pause):
            try:
                self._restart_if_dead(ended, on_event)
                pause = _SUPERVISE_POLL_SECONDS
            except Unavailable as error:
                pause = min(2 * pause, _SUPERVISE_PAUSE_SECONDS_MAX)
                if on_event is not None:
                    on_event(str(error))

    @contextlib.contextmanager
    def supervised(self, *, on_event: Callable[[str], None] | None = None) -> Iterator[None]:
        """Run `supervise` in a thread of its own for as long as the block lasts."""
        ended = threading.Event()
        thread = threading.Thread(target=self.supervise, args=(ended,), kwargs={"on_event": on_event}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    @contextlib.contextmanager
    def _locked(self) -> Iterator[Layout]:
        """Hold the folder's lock against other processes and our other threads."""
        with self._guard:
            for _ in range(_LOCK_TRIES_MAX):
                layout = open_layout(self.data_directory)
                with exclusive(layout.lock_file) as is_current:
                    # While we waited the holder may have removed everything, this lock file too.
                    if is_current():
                        yield layout
                        return
            raise ServerInUse(f"{self.data_directory} is removed again and again.", remedy="Try again later.")

    def _start(self, layout: Layout, on_progress: Progress | None) -> PostgresAddress:
        """Bring the server up; the folder's lock is held."""
        # Before any server, so that none is ever without one, even if we are killed during a long recovery.
        if not _has_watchdog(layout):
            _start_watchdog(layout, self._linger_seconds)
        binaries = binaries_for(layout.account)
        self._ensure_cluster(layout, binaries, on_progress)
        found = postmaster.find_postmaster(layout.cluster)
        if found is not None and found.state == "stopping":
            postmaster.stop(layout.cluster)
            found = None
        if found is None:
            postmaster.clear_remains(layout.cluster, layout.socket_folder())
            self._configure(layout)
            pid = postmaster.start(layout.cluster, binaries, layout.account, output=layout.output)
        else:
            pid = found.pid
        if found is None or not found.is_ready:
            postmaster.wait_until_ready(
                layout.cluster, pid, output=layout.output, log_folder=layout.log_folder, on_progress=on_progress
            )
        return self._address(layout)

    def _ensure_cluster(self, layout: Layout, binaries: Binaries, on_progress: Progress | None) -> None:
        if layout.cluster.exists():
            require_our_version(layout.cluster)
            if not layout.password_file.exists():
                postmaster.stop(layout.cluster)
                postmaster.clear_remains(layout.cluster, layout.socket_folder())
                renew_password(layout, binaries)
            return
        if on_progress is not None:
            on_progress("Making a new database")
        remove_unused_clusters(layout)
        adopt(layout, create_cluster(layout, binaries, durable=self._durable))

    def _configure(self, layout: Layout) -> None:
        """Write the settings file of the cluster in use."""
        text = render(
            socket_folder=layout.socket_folder(),
            log_folder=layout.log_folder,
            port=PostgresAddress("").port,
            durable=self._durable,
            extra=self._settings,
        )
        path = layout.cluster / FILE_NAME
        write_private(path, text)
        if layout.account is not None:
            os.chown(path, layout.account.uid, layout.account.gid)

    def _address(self, layout: Layout) -> PostgresAddress:
        found = postmaster.find_postmaster(layout.cluster)
        known = found is not None and found.socket_folder.is_absolute()
        return PostgresAddress(host=str(found.socket_folder if found and known else layout.socket_folder()))

    def _restart_if_dead(self, ended: threading.Event, on_event: Callable[[str], None] | None) -> None:
        layout = open_layout(self.data_directory)
        if postmaster.find_postmaster(layout.cluster) is not None and _has_watchdog(layout):
            return
        with self._locked() as layout:
            if ended.is_set() or self._lease is None:
                return
            was_down = postmaster.find_postmaster(layout.cluster) is None
            self._start(layout, on_event)
        if was_down and on_event is not None:
            on_event("PostgreSQL had ended and was started again")

    def _require_alone(self, layout: Layout) -> None:
        others = count_leases(layout.leases, remove_dead=True) - (self._lease is not None)
        if others > 0:
            raise ServerInUse(
                f"The database is in use elsewhere ({others} times).", remedy="Stop the product first, then try again."
            )

    def _claim(self, layout: Layout) -> None:
        count_leases(layout.leases, remove_dead=True)
        if self._lease is None:
            self._lease = Lease(layout.leases)

    def _unclaim(self) -> None:
        if self._lease is not None and not self._keeps and self._lease_users == 0:
            self._lease.release()
            self._lease = None

    def _leave(self, users: int) -> None:
        with self._locked() as layout:
            self._lease_users -= users
            self._unclaim()
            if count_leases(layout.leases, remove_dead=True) == 0:
                postmaster.stop(layout.cluster)


def _has_watchdog(layout: Layout) -> bool:
    descriptor = try_lock(layout.watchdog_file)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def _start_watchdog(layout: Layout, linger_seconds: float) -> None:
    """Start the process that stops a server nobody uses any more; it detaches itself and outlives us."""
    program = Path(__file__).with_name("_watchdog.py")
    subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(layout.folder), str(linger_seconds)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
        cwd="/",
        start_new_session=True,
        timeout=60,
    )


def _size_bytes(cluster: Path) -> int:
    total = 0
    for folder, _, names in os.walk(os.path.realpath(cluster)):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += os.lstat(os.path.join(folder, name)).st_size
    return total


def _uptime_seconds(url: str) -> float | None:
    import psycopg

    question = "SELECT extract(epoch FROM now() - pg_postmaster_start_time())::float8"
    try:
        with psycopg.connect(url, connect_timeout=5, autocommit=True) as connection:
            row = connection.execute(question).fetchone()
    except psycopg.OperationalError:
        return None
    return None if row is None else float(row[0])
