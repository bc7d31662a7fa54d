"""Credentials in memory: from a token to its principal in about a microsecond, revocations effective within a second.

A hit is served from memory while the last look at the access revision is at most `FRESH_SECONDS` old. A background thread
looks every `POLL_SECONDS`; when it is late, the caller looks for itself, and when the database does not answer, nobody is
admitted. When the revision has grown, everything held is read again in one statement.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog

from intendant.kernel.access._permissions import Role
from intendant.kernel.access._principal import Principal, key_principal, user_principal
from intendant.kernel.access._rate_limit import RateLimit, rate_limited
from intendant.kernel.access._revision import read_revision
from intendant.kernel.access._secrets import KEY_PREFIX, SESSION_PREFIX, TOKEN_LENGTH_MAX, token_digest
from intendant.kernel.access._sessions import touch_sessions
from intendant.kit import clock
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Forbidden, IntendantError, Unauthenticated

POLL_SECONDS = 0.4
FRESH_SECONDS = 0.9
TOUCH_SECONDS = 60.0
CREDENTIALS_MAX = 20_000
UNKNOWN_PER_SECOND, UNKNOWN_BURST = 20.0, 200
"""How many unknown tokens one address may show: guessing must not load the database. Valid ones count nothing."""

PLACES_MAX = 200
"""How many organisations are kept for a super administrator's session beside those they joined."""

log = structlog.get_logger(__name__)


class CredentialInvalid(Unauthenticated):
    """The token is unknown, expired or revoked, or its user is disabled."""

    code = "credential_invalid"


class NotAMember(Forbidden):
    """The caller has no place in the organisation, or it does not exist: both read the same."""

    code = "not_a_member"


@dataclass(slots=True)
class _Credential:
    """What a token stands for. `places` are the organisations in the order of joining, by slug."""

    kind: str
    id: UUID
    owner_id: UUID
    name: str
    is_super_admin: bool
    expires_at: datetime | None
    places: dict[str, Principal] = field(default_factory=dict)


class CredentialCache:
    """Turns tokens into principals. One per process; `start` and `close` its background thread around serving."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: OrderedDict[bytes, _Credential] = OrderedDict()
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._revision = -1
        self._looked_at = float("-inf")
        self._seen: set[UUID] = set()
        self._touched_at = clock.monotonic_seconds()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._unknown = RateLimit(per_second=UNKNOWN_PER_SECOND, burst=UNKNOWN_BURST)

    def start(self) -> None:
        """Look at the revision in the background from now on."""
        if self._thread is not None:
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._poll, name="credentials", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the background thread, if there is one."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=5.0)
            self._thread = None

    def find(self, token: str, organization: str | None = None) -> Principal | None:
        """Return the principal from memory alone, or None where it has to be looked up. Touches no database.

        `organization` is a slug; without one a user acts in the organisation they joined first.
        """
        if clock.monotonic_seconds() - self._looked_at > FRESH_SECONDS:
            return None
        with self._lock:
            digest = token_digest(token)
            credential = self._held.get(digest)
            if credential is None:
                return None
            self._held.move_to_end(digest)
        if credential.expires_at is not None and credential.expires_at <= clock.system_now():
            return None
        if credential.kind == "user":
            self._seen.add(credential.id)
        if organization is None:
            return next(iter(credential.places.values()), None)
        return credential.places.get(organization)

    def authenticate(self, token: str, organization: str | None = None, *, address: str = "") -> Principal:
        """Return the principal of a token; raises CredentialInvalid, NotAMember, RateLimited or DatabaseUnavailable.

        May read the database, so it is not for the event loop; `find` is.
        """
        if not token.startswith((SESSION_PREFIX, KEY_PREFIX)) or len(token) > TOKEN_LENGTH_MAX:
            raise _invalid()
        if clock.monotonic_seconds() - self._looked_at > FRESH_SECONDS:
            self.refresh()
        principal = self.find(token, organization)
        if principal is not None:
            return principal
        wait = self._unknown.wait_for_one(address)
        if wait:
            raise rate_limited(wait)
        digest = token_digest(token)
        with self._database.system() as tx:
            # The revision first: what is read after it can only be newer.
            revision = read_revision(tx)
            credential = _load(tx, [digest]).get(digest)
            if credential is None:
                self._unknown.wait_seconds(address)
                with self._lock:
                    self._held.pop(digest, None)
                raise _invalid()
            if credential.is_super_admin and organization is not None and organization not in credential.places:
                _add_place(tx, credential, organization)
        place = next(iter(credential.places), None) if organization is None else organization
        if place is None or place not in credential.places:
            raise NotAMember(
                "You have no place in this organisation.",
                field="X-Organization",
                remedy="Name an organisation you belong to; GET /api/v1/access/me lists them.",
            )
        self._hold(digest, credential, revision)
        if credential.kind == "user":
            self._seen.add(credential.id)
        return credential.places[place]

    def refresh(self) -> None:
        """Look at the revision now and read everything held again if it has grown. Call it after revoking something."""
        with self._refreshing:
            started_at = clock.monotonic_seconds()
            with self._database.system() as tx:
                revision = read_revision(tx)
                if revision != self._revision:
                    with self._lock:
                        digests = list(self._held)
                    loaded = _load(tx, digests)
                    with self._lock:
                        self._held = OrderedDict((d, loaded[d]) for d in digests if d in loaded)
                        self._revision = revision
            self._looked_at = started_at

    def touch(self) -> None:
        """Write down which sessions were used since the last time, and move their expiry in memory too."""
        seen, self._seen = self._seen, set()
        self._touched_at = clock.monotonic_seconds()
        if not seen:
            return
        with self._database.system() as tx:
            touch_sessions(tx, seen)
        with self._lock:
            for digest in [d for d, c in self._held.items() if c.id in seen]:
                del self._held[digest]

    def _hold(self, digest: bytes, credential: _Credential, revision: int) -> None:
        with self._lock:
            # A revocation that was seen while this one was read makes it doubtful: it serves this request and is not kept.
            if revision < self._revision:
                return
            held = self._held.get(digest)
            if held is not None and credential.is_super_admin and revision == self._revision:
                for slug, place in list(held.places.items())[-PLACES_MAX:]:
                    credential.places.setdefault(slug, place)
            self._held[digest] = credential
            self._held.move_to_end(digest)
            if len(self._held) > CREDENTIALS_MAX:
                self._held.popitem(last=False)

    def _poll(self) -> None:
        while not self._stopping.wait(POLL_SECONDS):
            try:
                self.refresh()
                if clock.monotonic_seconds() - self._touched_at > TOUCH_SECONDS:
                    self.touch()
            except IntendantError as error:
                # Nobody is admitted from memory meanwhile; the next look may succeed.
                log.warning("credentials.poll_failed", code=error.code)


def _invalid() -> CredentialInvalid:
    return CredentialInvalid(
        "The session or API key is not valid, or not any more.", remedy="Sign in again, or use another API key."
    )


def _load(tx: Transaction, digests: Iterable[bytes]) -> dict[bytes, _Credential]:
    wanted = list(digests)
    now = clock.system_now()
    loaded: dict[bytes, _Credential] = {}
    users: dict[UUID, list[_Credential]] = {}
    for row in tx.all(
        "select s.digest, s.id, s.user_id, s.expires_at, u.email, u.is_super_admin from sessions s join users u on u.id = s.user_id"
        " where s.digest = any(%s) and s.revoked_at is null and s.expires_at > %s and u.disabled_at is null",
        [wanted, now],
    ):
        credential = _Credential(
            "user", row["id"], row["user_id"], row["email"], row["is_super_admin"], row["expires_at"]
        )
        loaded[bytes(row["digest"])] = credential
        users.setdefault(row["user_id"], []).append(credential)
    for row in tx.all(
        "select m.user_id, m.role, o.id, o.slug from memberships m join organizations o on o.id = m.organization_id"
        " where m.user_id = any(%s) and o.removed_at is null order by m.created_at, o.id",
        [list(users)],
    ):
        for credential in users[row["user_id"]]:
            credential.places[row["slug"]] = _place(credential, row["id"], Role(row["role"]))
    _load_keys(tx, wanted, now, loaded)
    _give_super_admins_a_place(tx, loaded)
    return loaded


def _load_keys(tx: Transaction, digests: list[bytes], now: datetime, loaded: dict[bytes, _Credential]) -> None:
    for row in tx.all(
        "select k.digest, k.id, k.organization_id, k.name, k.role, k.expires_at, o.slug from api_keys k"
        " join organizations o on o.id = k.organization_id where k.digest = any(%s) and k.revoked_at is null"
        " and (k.expires_at is null or k.expires_at > %s) and o.removed_at is null",
        [digests, now],
    ):
        principal = key_principal(row["id"], row["name"], row["organization_id"], Role(row["role"]))
        loaded[bytes(row["digest"])] = _Credential(
            "key", row["id"], row["id"], row["name"], False, row["expires_at"], {row["slug"]: principal}
        )


def _give_super_admins_a_place(tx: Transaction, loaded: dict[bytes, _Credential]) -> None:
    homeless: list[Row] | None = None
    for credential in loaded.values():
        if credential.is_super_admin and not credential.places:
            if homeless is None:
                homeless = tx.all("select id, slug from organizations where removed_at is null order by id limit 1")
            for row in homeless:
                credential.places[row["slug"]] = _place(credential, row["id"], Role.OWNER)


def _add_place(tx: Transaction, credential: _Credential, slug: str) -> None:
    row = tx.find("select id, slug from organizations where slug = %s and removed_at is null", [slug])
    if row is not None:
        credential.places[slug] = _place(credential, row["id"], Role.OWNER)


def _place(credential: _Credential, organization_id: UUID, role: Role) -> Principal:
    return user_principal(
        credential.owner_id,
        credential.name,
        organization_id,
        Role.OWNER if credential.is_super_admin else role,
        session_id=credential.id,
        is_super_admin=credential.is_super_admin,
    )
