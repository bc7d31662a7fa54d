"""Checks of this machine: home folder, keys, disk, certificate, backups."""

import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from intendant.kit import clock, tls
from intendant.kit.errors import IntendantError
from intendant.kit.settings import Settings
from intendant.operations._checks import Check, CheckState

GROUP = "machine"
FREE_BYTES_LOW, FREE_BYTES_LEAST = 5 << 30, 1 << 30
EXPIRES_SOON = timedelta(days=30)
BACKUP_OLD = timedelta(days=2)
FILES_MAX = 1_000
_GIGABYTE = 1 << 30


def look(settings: Settings) -> Sequence[Check]:
    """Return what was found."""
    return [
        *_home(settings),
        *_keys(settings.keys),
        *_disk(settings.home),
        *_certificate(settings),
        *_backups(settings),
    ]


def _home(settings: Settings) -> Iterator[Check]:
    if not settings.home.exists():
        yield Check(
            "machine.home",
            GROUP,
            CheckState.FAILED,
            f"The home folder {settings.home} does not exist.",
            "Start with `intendant up`, or set INTENDANT_HOME to the folder of your installation.",
        )
    elif not os.access(settings.home, os.W_OK | os.X_OK):
        yield Check(
            "machine.home",
            GROUP,
            CheckState.FAILED,
            f"This account may not write to {settings.home}.",
            "Run as the account that owns it, or give it to that account with chown.",
        )
    else:
        yield Check("machine.home", GROUP, CheckState.OK, f"The home folder is {settings.home}.")


def _keys(folder: Path) -> Iterator[Check]:
    if not folder.exists():
        yield Check("machine.keys", GROUP, CheckState.OK, "There are no keys yet; the first start makes them.")
        return
    paths = [folder, *sorted(folder.rglob("*"))[:FILES_MAX]]
    # Public keys and the lock file hold nothing secret.
    secret = [path for path in paths if path.name != "lock" and ".public" not in path.name]
    loose = [path for path in secret if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        names = ", ".join(str(path.relative_to(folder.parent)) for path in loose[:5])
        yield Check(
            "machine.keys",
            GROUP,
            CheckState.FAILED,
            f"Other accounts may read private keys: {names}.",
            f"chmod -R go= {folder}",
            {"count": len(loose)},
        )
    else:
        yield Check(
            "machine.keys", GROUP, CheckState.OK, f"{len(secret) - 1} key files are readable by their owner alone."
        )
    if not (folder / "audit-signing.pem").exists() and not list(folder.glob("audit*")):
        yield Check(
            "machine.audit_key",
            GROUP,
            CheckState.WARNING,
            "The key that signs audit checkpoints is not on this machine.",
            "If this installation has sealed before, restore keys/ from your backup of it before starting a worker here.",
        )


def _disk(home: Path) -> Iterator[Check]:
    place = home if home.exists() else home.parent
    if not place.exists():
        return
    usage = shutil.disk_usage(place)
    summary = f"{usage.free / _GIGABYTE:.1f} GB of {usage.total / _GIGABYTE:.0f} GB are free."
    detail = {"free_bytes": usage.free, "total_bytes": usage.total}
    remedy = "Make room: old backups and logs first. PostgreSQL stops when the disk is full."
    if usage.free < FREE_BYTES_LEAST:
        yield Check("machine.disk", GROUP, CheckState.FAILED, summary, remedy, detail)
    elif usage.free < FREE_BYTES_LOW:
        yield Check("machine.disk", GROUP, CheckState.WARNING, summary, remedy, detail)
    else:
        yield Check("machine.disk", GROUP, CheckState.OK, summary, None, detail)


def _certificate(settings: Settings) -> Iterator[Check]:
    if settings.tls_certificate is None and settings.tls_key is None:
        return
    try:
        found = tls.read_certificate(settings)
    except IntendantError as error:
        yield Check("machine.certificate", GROUP, CheckState.FAILED, error.message, error.remedy)
        return
    left = found.expires_at - clock.system_now()
    detail = {"names": list(found.names), "expires_at": found.expires_at.isoformat()}
    summary = f"The certificate for {', '.join(found.names[:3]) or 'no name'} expires in {left.days} days."
    if left < EXPIRES_SOON:
        yield Check(
            "machine.certificate",
            GROUP,
            CheckState.WARNING,
            summary,
            "Put the new certificate and key in the same places; the server takes them within seconds, without a restart.",
            detail,
        )
    else:
        yield Check("machine.certificate", GROUP, CheckState.OK, summary, None, detail)


def _backups(settings: Settings) -> Iterator[Check]:
    folder = settings.home / "backups"
    files = [path for path in folder.glob("*") if path.is_file()][:FILES_MAX] if folder.is_dir() else []
    if not files:
        yield Check(
            "machine.backups",
            GROUP,
            CheckState.OK,
            f"No backups lie in {folder}; those kept elsewhere cannot be seen from here.",
        )
        return
    newest = max(files, key=lambda path: path.stat().st_mtime)
    age = timedelta(seconds=clock.system_time_ns() / 1e9 - newest.stat().st_mtime)
    old = age > BACKUP_OLD
    yield Check(
        "machine.backups",
        GROUP,
        CheckState.WARNING if old else CheckState.OK,
        f"The newest backup, {newest.name}, is {age.days} days old.",
        f"intendant db backup {folder}/$(date +%F).zip" if old else None,
    )
