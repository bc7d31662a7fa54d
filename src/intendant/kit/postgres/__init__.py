"""The embedded PostgreSQL: its supervisor, its address and its state."""

from intendant.kit.postgres._address import PostgresAddress, PostgresStatus
from intendant.kit.postgres._manifest import BackupManifest
from intendant.kit.postgres._server import EmbeddedPostgres

__all__ = ["BackupManifest", "EmbeddedPostgres", "PostgresAddress", "PostgresStatus"]
