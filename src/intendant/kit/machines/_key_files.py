"""The files of the folder `keys` as one bundle: everything that a second machine needs, without what only the first may have."""

import base64
import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import orjson

from intendant.kit.database import APP_ROLE, OWNER_ROLE
from intendant.kit.errors import Conflict

FILE_COUNT_MAX = 200
FILE_BYTES_MAX = 64 * 1024
KEPT_BACK = frozenset({"lock", "database.url", f"{OWNER_ROLE}.password"})
"""What is this machine's own: its lock, where it finds the database, and the right to change the schema."""

RENEWED = "vault/"
"""Below this keys are added in time (a ring of key-encryption keys); joining again brings what has changed."""

_LAST = f"{APP_ROLE}.password"
"""Written last: a folder without it is no joined machine's yet."""


class KeysDiffer(Conflict):
    """This machine already has other keys than those of the installation that it is to join."""

    code = "keys_differ"


class KeysForeign(Conflict):
    """A folder of keys that holds what is no key."""

    code = "keys_foreign"


def read_keys(keys: Path) -> bytes:
    """Return the files below `keys` as one bundle, subfolders too; raises KeysForeign where there are too many or too large."""
    found: dict[str, str] = {}
    for path in sorted(keys.rglob("*")):
        name = path.relative_to(keys).as_posix()
        if name in KEPT_BACK or path.name.startswith(".") or not path.is_file():
            continue
        if path.is_symlink() or path.stat().st_size > FILE_BYTES_MAX or len(found) >= FILE_COUNT_MAX:
            raise KeysForeign(f"{path} is no key of ours.", remedy=f"Take it out of {keys}.")
        found[name] = base64.b64encode(path.read_bytes()).decode()
    return orjson.dumps(found)


def write_keys(bundle: bytes, keys: Path) -> list[str]:
    """Write a bundle's files below `keys` and return the names of those that were not there, or are renewed.

    Files with the same content stay; raises KeysDiffer, having written nothing, where one that is never renewed has another.
    """
    files = {_checked(name): base64.b64decode(text) for name, text in orjson.loads(bundle).items()}
    lacking = _lacking(files, keys)
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in sorted(lacking, key=lambda each: (each == _LAST, each)):
        path = keys / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f".{path.name}.new")
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644 if ".public." in name else 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(files[name])
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    return lacking


def _lacking(files: Mapping[str, bytes], keys: Path) -> list[str]:
    lacking = []
    for name, content in files.items():
        path = keys / name
        if not path.exists():
            lacking.append(name)
        elif path.read_bytes() == content:
            continue
        elif name.startswith(RENEWED):
            lacking.append(name)
        else:
            raise KeysDiffer(
                f"{path} is there already and is another one.",
                remedy="Join with an empty INTENDANT_HOME; a second invitation is needed, this one is used up.",
            )
    return lacking


def _checked(name: str) -> str:
    path = PurePosixPath(name)
    if (
        path.is_absolute()
        or ".." in path.parts
        or name in KEPT_BACK
        or any(part.startswith(".") for part in path.parts)
    ):
        raise KeysForeign(f"The bundle names a file {name!r}.", remedy="Do not use it.")
    return name
