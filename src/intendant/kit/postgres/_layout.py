"""The folders of one embedded server, and where they lie when root's own folder is closed to the server's account.

cluster -> cluster-<token>   a link, so that a restore swaps clusters in one atomic step
log/  leases/  lock  watchdog.lock  superuser-password (0600)  socket/ (0700, or a short folder named in socket-folder)
"""

import contextlib
import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from intendant.kit.errors import Forbidden
from intendant.kit.postgres._account import ServerAccount, account_for, make_folders, system_folder
from intendant.kit.postgres._address import PORT

SOCKET_PATH_BYTES_MAX = 103
"""The shortest limit of a Unix socket's path among the systems we run on (Linux 107, macOS 103)."""

_PASSWORD_BYTES = 32


class SocketFolderNotPrivate(Forbidden):
    """The folder for the socket can be entered by other users, or belongs to one."""

    code = "postgres_socket_folder_not_private"


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths below the folder that holds one embedded server, and the account that runs it."""

    folder: Path
    account: ServerAccount | None

    @property
    def cluster(self) -> Path:
        """The link to the cluster in use."""
        return self.folder / "cluster"

    @property
    def log_folder(self) -> Path:
        """The folder of the server's logs, a file for each day of the week."""
        return self.folder / "log"

    @property
    def output(self) -> Path:
        """What the server says before its log is open."""
        return self.log_folder / "startup.log"

    @property
    def lock_file(self) -> Path:
        """Held while the server is started, stopped or replaced."""
        return self.folder / "lock"

    @property
    def watchdog_file(self) -> Path:
        """Held by the one watchdog."""
        return self.folder / "watchdog.lock"

    @property
    def leases(self) -> Path:
        """One locked file for each user of the server."""
        return self.folder / "leases"

    def make_private(self, folder: Path) -> Path:
        """Create a folder of the server's own, closed to everyone else, and return it."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.account is not None and folder.stat().st_uid != self.account.uid:
            os.chown(folder, self.account.uid, self.account.gid)
        return folder

    @property
    def password_file(self) -> Path:
        """The superuser's password, 0600."""
        return self.folder / "superuser-password"

    def password(self) -> str:
        """Return the superuser's password, generated at first use."""
        try:
            return self.password_file.read_text().strip()
        except FileNotFoundError:
            password = secrets.token_urlsafe(_PASSWORD_BYTES)
            write_private(self.password_file, password + "\n")
            return password

    def socket_folder(self) -> Path:
        """Return the private folder of the socket; a short one elsewhere where the path would be too long."""
        own = self.folder / "socket"
        if _fits(own):
            return self._checked(self.make_private(own))
        note = self.folder / "socket-folder"
        if note.exists():
            noted = Path(note.read_text().strip())
            if noted.is_dir():
                return self._checked(noted)
        parent = next(base for base in (Path("/run"), Path(tempfile.gettempdir()), Path("/tmp")) if _is_usable(base))  # noqa: S108
        short = self.make_private(Path(tempfile.mkdtemp(prefix="intendant-", dir=parent)))
        write_private(note, f"{short}\n")
        return self._checked(short)

    def remove_short_socket_folder(self) -> None:
        """Remove the socket folder that lies outside ours, if there is one."""
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree((self.folder / "socket-folder").read_text().strip())

    def _checked(self, folder: Path) -> Path:
        found = folder.lstat()
        owner = os.geteuid() if self.account is None else self.account.uid
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) != 0o700:
            raise SocketFolderNotPrivate(
                f"The socket folder {folder} is not private to the user that runs PostgreSQL.",
                remedy="Stop the server and remove that folder; it is made anew.",
            )
        return folder


def open_layout(data_directory: Path) -> Layout:
    """Return the layout for `data_directory`, creating its folders; the place once chosen stays."""
    folder, account = _place(data_directory.absolute())
    make_folders(folder, 0o700 if account is None else 0o711)
    layout = Layout(folder, account)
    layout.leases.mkdir(mode=0o700, exist_ok=True)
    layout.make_private(layout.log_folder)
    return layout


def _place(data_directory: Path) -> tuple[Path, ServerAccount | None]:
    """Return the folder to use and the server's account: `data_directory` itself, unless root's account cannot enter it."""
    note = data_directory / "location"
    folder = Path(note.read_text().strip()) if note.exists() else data_directory
    account = account_for(folder / "cluster")
    if account is None or note.exists() or (folder / "cluster").exists():
        return folder, account
    make_folders(data_directory, 0o711)
    if account.can_reach(data_directory):
        return data_directory, account
    name = hashlib.sha256(os.fsencode(data_directory)).hexdigest()[:16]
    folder = system_folder(account) / "clusters" / name
    write_private(note, f"{folder}\n")
    make_folders(folder.parent, 0o711)
    return folder, account_for(folder / "cluster")


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read, whole or not at all."""
    staging = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    staging.rename(path)


def _fits(folder: Path) -> bool:
    # A restore has a second socket folder beside this one, with a longer name. Clients take a comma for a second host.
    longest = os.fsencode(folder.with_name("r-12345678") / f".s.PGSQL.{PORT}")
    return len(longest) <= SOCKET_PATH_BYTES_MAX and "," not in str(folder)


def _is_usable(base: Path) -> bool:
    return base.is_dir() and os.access(base, os.W_OK | os.X_OK) and len(os.fsencode(base)) <= SOCKET_PATH_BYTES_MAX // 2
