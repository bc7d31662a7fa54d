"""Connections and transactions: the only place that commits.

A transaction is opened for a set of organisations (nearly always one); row-level security shows it their rows and no others.
The setting is transaction-local, so a connection that goes back to the pool carries nothing over. `system()` opens a
transaction of the system role, which sees every organisation: for sealing, claiming, scheduling and access alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import UUID

import psycopg
import structlog
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from intendant.kit.errors import Bug, Unavailable
from intendant.kit.slow_queries import TimedCursor

Row = dict[str, Any]
CONNECT_TIMEOUT_SECONDS = 10.0
POOL_SIZE_MAX = 16
STATEMENT_TIMEOUT_MILLISECONDS = 60_000
APP_ROLE, SYSTEM_ROLE, OWNER_ROLE = "intendant_app", "intendant_system", "intendant_owner"

log = structlog.get_logger(__name__)


class DatabaseUnavailable(Unavailable):
    """The database does not answer, or went away during the transaction; nothing of it was kept."""

    code = "database_unavailable"


class CommitUncertain(Unavailable):
    """The connection broke while committing, so it is not known whether the transaction was kept."""

    code = "commit_uncertain"


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """Where each role connects; all three name the same database. A machine that joined has no owner."""

    app: str
    system: str
    owner: str | None


def url_for_role(url: str, role: str, password: str) -> str:
    """Replace user and password in a `postgresql://` URL, keeping host, port, database and query."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(role)}:{quote(password, safe='')}@{place}"))


_NOTICED = {
    "tcp_keepalives_idle": 5,
    "tcp_keepalives_interval": 2,
    "tcp_keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""By these (in seconds, tries and milliseconds) the server notices that a machine is gone, and lets go of what it held."""


def with_liveness(url: str) -> str:
    """Let both ends of a connection over TCP notice within about ten seconds that the other is gone, and not after hours.

    A machine that is cut off says no goodbye: the server would keep its locks, and the client would wait for an answer.
    """
    parts = urlsplit(url)
    if not parts.netloc.rpartition("@")[2]:
        return url
    client = {name.removeprefix("tcp_") if "keepalives" in name else name: value for name, value in _NOTICED.items()}
    given = {name.partition("=")[0] for name in parts.query.split("&")}
    added = [f"{name}={value}" for name, value in client.items() if name not in given]
    if "options" not in given:
        added.append("options=" + quote(_noticing_options()))
    return urlunsplit(parts._replace(query="&".join([*filter(None, [parts.query]), *added])))


def _noticing_options() -> str:
    return " ".join(f"-c {name}={value}" for name, value in _NOTICED.items())


class Transaction:
    """An open transaction. SQL uses `%(name)s` or `%s` parameters, never string formatting of values."""

    __slots__ = ("_last_statements", "connection", "organizations")

    def __init__(self, connection: psycopg.Connection[Row], organizations: tuple[UUID, ...]) -> None:
        self.connection = connection
        self.organizations = organizations
        self._last_statements: list[tuple[str, Sequence[object]]] = []

    @property
    def organization_id(self) -> UUID:
        """Return the one organisation of this transaction; a bug where it has none or several."""
        if len(self.organizations) != 1:
            raise Bug(f"This transaction has {len(self.organizations)} organisations; one was expected.")
        return self.organizations[0]

    def execute(self, query: str, parameters: Mapping[str, object] | Sequence[object] | None = None) -> int:
        """Run a statement; return the number of rows it touched."""
        return self.connection.execute(query, parameters).rowcount

    def execute_many(self, query: str, parameters: Iterable[Mapping[str, object] | Sequence[object]]) -> None:
        """Run a statement once for each set of parameters, pipelined."""
        with self.connection.cursor() as cursor:
            cursor.executemany(query, parameters)

    def all(self, query: str, parameters: Mapping[str, object] | Sequence[object] | None = None) -> list[Row]:
        """Return all rows as dictionaries. The query bounds itself with LIMIT."""
        return self.connection.execute(query, parameters).fetchall()

    def stream(
        self, query: str, parameters: Mapping[str, object] | Sequence[object] | None = None, *, size: int = 2_000
    ) -> Iterator[Row]:
        """Give the rows of a query one by one, `size` of them in memory at a time, while the transaction is open."""
        with self.connection.cursor(name="stream") as cursor:
            cursor.itersize = size
            yield from cursor.execute(query, parameters)

    def find(self, query: str, parameters: Mapping[str, object] | Sequence[object] | None = None) -> Row | None:
        """Return the first row, or None."""
        return self.connection.execute(query, parameters).fetchone()

    def all_of(self, *queries: tuple[str, Mapping[str, object] | Sequence[object]]) -> list[list[Row]]:
        """Return the rows of several queries that do not depend on each other, sent together in one round trip."""
        with self.connection.pipeline():
            cursors = [self.connection.execute(query, parameters) for query, parameters in queries]
        return [cursor.fetchall() for cursor in cursors]

    def execute_last(self, query: str, parameters: Sequence[object]) -> None:
        """Send a statement together with the commit, in one round trip; nothing may be read after it in this transaction."""
        self._last_statements.append((query, parameters))

    def commit(self) -> str | None:
        """Send what was kept for the end, and commit; return what the server says it did. Called by `Database` alone."""
        if not self._last_statements:
            return self.connection.execute("commit").statusmessage
        with self.connection.pipeline():
            for query, parameters in self._last_statements:
                self.connection.execute(query, parameters)
            committed = self.connection.execute("commit")
        return committed.statusmessage

    def scalar(self, query: str, parameters: Mapping[str, object] | Sequence[object] | None = None) -> Any:
        """Return the first column of the first row, or None."""
        row = self.find(query, parameters)
        return None if row is None else next(iter(row.values()))


class Database:
    """Pools of connections for the serving and the system role. Nothing connects before it is used."""

    def __init__(self, urls: DatabaseUrls, *, pool_size_max: int = POOL_SIZE_MAX) -> None:
        self.urls = urls
        self._pools = {
            role: ConnectionPool(
                url,
                min_size=0,
                max_size=pool_size_max,
                open=False,
                timeout=CONNECT_TIMEOUT_SECONDS,
                connection_class=psycopg.Connection[Row],
                kwargs={
                    "autocommit": True,
                    "row_factory": dict_row,
                    "cursor_factory": TimedCursor,
                    "prepare_threshold": 3,
                    "connect_timeout": int(CONNECT_TIMEOUT_SECONDS),
                    "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MILLISECONDS} -c timezone=UTC {_noticing_options()}",
                },
                name=role,
            )
            for role, url in ((APP_ROLE, urls.app), (SYSTEM_ROLE, urls.system))
        }

    def figures(self) -> dict[str, dict[str, int]]:
        """Return how each pool is used: connections open, in use, and callers that wait for one."""
        found = {}
        for role, pool in self._pools.items():
            stats = pool.get_stats()
            size, free = stats.get("pool_size", 0), stats.get("pool_available", 0)
            found[role] = {"open": size, "in_use": size - free, "waiting": stats.get("requests_waiting", 0)}
        return found

    def close(self) -> None:
        """Close all connections; a transaction under way is rolled back by the server."""
        for pool in self._pools.values():
            pool.close()

    @contextmanager
    def transaction(self, *organizations: UUID) -> Iterator[Transaction]:
        """Open a transaction of the serving role that sees `organizations`; commit at the end, roll back on any error."""
        if not organizations:
            raise Bug("A transaction of the serving role names its organisation.")
        names = ",".join(str(o) for o in organizations)
        with self._begin(APP_ROLE, f"begin; set local intendant.organizations = '{names}'", organizations) as tx:
            yield tx

    @contextmanager
    def system(self) -> Iterator[Transaction]:
        """Open a transaction of the system role, which sees every organisation."""
        with self._begin(SYSTEM_ROLE, "begin", ()) as tx:
            yield tx

    @contextmanager
    def snapshot(self, *organizations: UUID) -> Iterator[Transaction]:
        """Open a read-only transaction that sees one moment throughout (repeatable read)."""
        names = ",".join(str(o) for o in organizations)
        opening = f"begin isolation level repeatable read read only; set local intendant.organizations = '{names}'"
        with self._begin(APP_ROLE, opening, organizations) as tx:
            yield tx

    @contextmanager
    def _begin(self, role: str, opening: str, organizations: tuple[UUID, ...]) -> Iterator[Transaction]:
        pool = self._pools[role]
        if pool.closed:
            pool.open()
        connection = _opened(pool, opening)
        try:
            tx = Transaction(connection, organizations)
            yield tx
            _commit(tx)
        except psycopg.OperationalError as error:
            _roll_back(connection)
            if isinstance(
                error,
                psycopg.errors.QueryCanceled | psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure,
            ):
                raise DatabaseUnavailable("The database was too busy.", remedy="Try again.") from error
            raise DatabaseUnavailable("The database went away.", remedy="Try again in a moment.") from error
        except BaseException:
            _roll_back(connection)
            raise
        finally:
            pool.putconn(connection)


def _opened(pool: "ConnectionPool[psycopg.Connection[Row]]", opening: str) -> psycopg.Connection[Row]:
    """Take a connection and open a transaction on it; one that died while it lay idle gets one fresh successor."""
    try:
        connection = pool.getconn()
        try:
            connection.execute(opening)
        except psycopg.OperationalError:
            # Nothing was done yet. The others have probably died with it.
            pool.putconn(connection)
            pool.check()
            connection = pool.getconn()
            try:
                connection.execute(opening)
            except BaseException:
                pool.putconn(connection)
                raise
        return connection
    except (PoolTimeout, psycopg.OperationalError) as error:
        raise DatabaseUnavailable("The database does not answer.", remedy="Try again in a moment.") from error


def _commit(tx: Transaction) -> None:
    try:
        outcome = tx.commit()
    except psycopg.OperationalError as error:
        if tx.connection.closed or tx.connection.broken:
            raise CommitUncertain(
                "The connection broke while committing.",
                remedy="Send the same request again with the same Idempotency-Key.",
            ) from error
        raise
    if outcome != "COMMIT":
        # PostgreSQL answers the commit of a transaction in which a statement failed by rolling it back, without an error.
        raise Bug("An error inside the transaction was swallowed, so nothing of it was kept.")


def _roll_back(connection: psycopg.Connection[Row]) -> None:
    if not connection.closed and not connection.broken:
        try:
            connection.execute("rollback")
        except psycopg.Error:
            log.warning("rollback failed; the connection is dropped")
            connection.close()
