"""What a backup says of itself: where it comes from, what it must hold, and the roles its objects belong to."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from intendant.kit.errors import Invalid

FORMAT = "intendant-backup-1"


class BackupForeign(Invalid):
    """The file is no backup of this product, or of a version we do not read."""

    code = "backup_foreign"


@dataclass(frozen=True, slots=True)
class RoleDefinition:
    """A role with its SCRAM verifier, never a password; superusers are not made again."""

    name: str
    login: bool
    inherit: bool
    create_role: bool
    create_database: bool
    bypass_row_security: bool
    connection_limit: int
    verifier: str | None
    settings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleMembership:
    """A role granted to another."""

    role: str
    member: str
    admin: bool
    inherit: bool
    set: bool


@dataclass(frozen=True, slots=True)
class DatabasePrivilege:
    """A privilege on the database itself; an empty grantee is everyone."""

    grantee: str
    privilege: str
    grantable: bool


@dataclass(frozen=True, slots=True)
class DatabaseSetting:
    """A setting of the database, for one role or (empty) for all."""

    role: str
    setting: str


@dataclass(frozen=True, slots=True)
class DatabaseDefinition:
    """What a dump of the contents leaves out: the database's own owner, privileges and settings, and the roles."""

    owner: str
    privileges: tuple[DatabasePrivilege, ...]
    settings: tuple[DatabaseSetting, ...]
    roles: tuple[RoleDefinition, ...]
    memberships: tuple[RoleMembership, ...]


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """The backup's description; `row_counts` are by "schema"."table" in the same snapshot as the dump."""

    format: str
    created_at: datetime
    server_version: str
    database: str
    sha256: str
    size_bytes: int
    row_counts: Mapping[str, int]
    definition: DatabaseDefinition

    @property
    def server_major_version(self) -> int:
        """Return the major version of the server that was backed up."""
        return int(self.server_version.partition(".")[0])

    def to_json(self) -> str:
        """Return the manifest as it stands in the file."""
        return json.dumps(dataclasses.asdict(self), default=_plain, indent=2, sort_keys=True)


def parse_manifest(text: bytes) -> BackupManifest:
    """Read a manifest, refusing what is foreign or incomplete."""
    from pydantic import TypeAdapter, ValidationError

    try:
        manifest = TypeAdapter(BackupManifest).validate_json(text)
    except ValidationError as error:
        raise BackupForeign(
            f"The manifest of the backup cannot be read ({error.error_count()} faults).",
            field="manifest.json",
            remedy="Use a file written by `intendant db backup`.",
        ) from error
    if manifest.format != FORMAT:
        raise BackupForeign(
            f"The backup has the format {manifest.format!r}; this release reads {FORMAT!r}.",
            field="manifest.json",
            remedy="Restore it with the release that wrote it.",
        )
    return manifest


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
