"""Where a PostgreSQL server is reached, and what can be said of its state. Values only."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

DATABASE = "intendant"
SUPERUSER = "postgres"
PORT = 5432
"""Names the socket file only: the embedded server listens on no TCP port."""


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """How to reach the embedded server: `host` is the folder of its Unix socket."""

    host: str
    port: int = PORT
    database: str = DATABASE
    superuser: str = SUPERUSER

    def url(self, user: str, password: str, database: str | None = None) -> str:
        """Return a `postgresql://` address for psycopg; SQLAlchemy takes it as `postgresql+psycopg://`."""
        name = quote(self.database if database is None else database, safe="")
        credentials = f"{quote(user, safe='')}:{quote(password, safe='')}"
        return f"postgresql://{credentials}@/{name}?host={quote(self.host, safe='')}&port={self.port}"


@dataclass(frozen=True, slots=True)
class PostgresStatus:
    """State of the embedded server at one moment; `uptime_seconds` and `address` are None unless it accepts connections."""

    running: bool
    state: str
    pid: int | None
    version: str
    data_size_bytes: int
    uptime_seconds: float | None
    lease_count: int
    folder: Path
    log_folder: Path
    address: PostgresAddress | None
