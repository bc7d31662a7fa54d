"""The server's settings: durable, sized for two cores and a small machine, silent about personal data."""

from collections.abc import Mapping
from pathlib import Path

FILE_NAME = "intendant.conf"

_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "192MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "wal_level": "replica",
    "checkpoint_timeout": "10min",
    # A new table has no statistics, and lookups by key then go by the wrong index; it should get them within seconds.
    "autovacuum_naptime": "5s",
    "max_worker_processes": "8",
    "max_parallel_workers_per_gather": "1",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_min_duration_statement": "1000",
    "log_startup_progress_interval": "2s",
    # Parameters hold personal data; statements with placeholders do not.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}

_NOT_DURABLE: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def render(
    *, socket_folder: Path, log_folder: Path, port: int, durable: bool, extra: Mapping[str, str] | None = None
) -> str:
    """Return the text of the settings file; `extra` wins over ours, and `durable=False` is for tests."""
    settings = {
        **_SETTINGS,
        **({} if durable else _NOT_DURABLE),
        "port": str(port),
        "unix_socket_directories": quote_folder(socket_folder),
        "log_directory": str(log_folder),
        **(extra or {}),
    }
    lines = [f"{name} = '{_escape(value)}'" for name, value in sorted(settings.items())]
    return "\n".join(["# Written at every start; changes here are lost.", *lines, ""])


def quote_folder(folder: Path) -> str:
    """Return `folder` as one member of PostgreSQL's comma-separated list of folders."""
    return '"' + str(folder).replace('"', '""') + '"'


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
