"""The unprivileged account under which the server runs when we are root: PostgreSQL refuses root, and rightly."""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from intendant.kit.errors import Unavailable

ACCOUNT_NAME = "intendant-postgres"
_SYSTEM_FOLDERS = (Path("/var/lib/intendant"), Path("/var/lib/intendant-postgres"))


class ServerAccountMissing(Unavailable):
    """No unprivileged account can run the server for root."""

    code = "postgres_account_missing"


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """User and group that own the cluster, the socket and the log, and nothing else."""

    uid: int
    gid: int

    def can_reach(self, folder: Path) -> bool:
        """Tell whether every folder down to `folder` lets this account through."""
        path = folder.resolve()
        return all(self._may_enter(step) for step in (path, *path.parents))

    def _may_enter(self, folder: Path) -> bool:
        found = folder.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def account_for(cluster: Path) -> ServerAccount | None:
    """Return the account that runs the server, or None when it runs as the present (ordinary) user.

    An existing cluster belongs to whom it belongs; for a new one root gets a system account of its own, or `nobody`
    where none can be made.
    """
    if os.geteuid() != 0:
        return None
    if cluster.exists():
        owner = cluster.stat()
        if owner.st_uid == 0:
            raise ServerAccountMissing(
                f"The database folder {cluster} belongs to root, for whom PostgreSQL will not run.",
                remedy="Give it to an unprivileged user with chown -R.",
            )
        return ServerAccount(owner.st_uid, owner.st_gid)
    found = _find_account(ACCOUNT_NAME) or _create_account() or _find_account("nobody")
    if found is None:
        raise ServerAccountMissing(
            "PostgreSQL does not run as root and no unprivileged account could be made for it.",
            remedy=f"Create a system user named {ACCOUNT_NAME}, or start as an ordinary user.",
        )
    return found


def system_folder(account: ServerAccount) -> Path:
    """Return root's folder for what the server's account must reach: programs, and data whose own folder is closed."""
    for folder in _SYSTEM_FOLDERS:
        if not folder.exists():
            make_folders(folder, 0o711)
        if folder.stat().st_uid == 0 and account.can_reach(folder):
            return folder
    raise ServerAccountMissing(
        f"The account that runs PostgreSQL can enter neither {_SYSTEM_FOLDERS[0]} nor {_SYSTEM_FOLDERS[1]}.",
        remedy=f"Allow it with chmod o+x {_SYSTEM_FOLDERS[1]}.",
    )


def make_folders(folder: Path, mode: int) -> None:
    """Create `folder` with `mode` and missing parents with 0755, whatever the umask; what exists stays as it is."""
    missing = [step for step in (folder, *folder.parents) if not step.exists()]
    for step in reversed(missing):
        step.mkdir(exist_ok=True)
        step.chmod(mode if step == folder else 0o755)


def _find_account(name: str) -> ServerAccount | None:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    return ServerAccount(found.pw_uid, found.pw_gid)


def _create_account() -> ServerAccount | None:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run(
            [*command, "--shell", "/usr/sbin/nologin", ACCOUNT_NAME],
            capture_output=True,
            check=False,
            timeout=60,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )
    except OSError:
        return None
    return _find_account(ACCOUNT_NAME)
