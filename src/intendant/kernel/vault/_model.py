"""What a secret is: a name, the connection it serves, where it may go, how long; and what its seal and its values are bound to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any, Literal
from uuid import UUID

from intendant.kit.database import Row
from intendant.kit.errors import Conflict, Invalid, NotFound

SecretState = Literal["active", "disabled", "removed"]

NAME_LENGTH_MAX = 100
CONNECTION_LENGTH_MAX = 200
DESTINATIONS_MAX = 20
VALUE_BYTES_MAX = 16_384
SECRETS_MAX = 10_000
"""So many secrets an organisation may have."""
GRACE = timedelta(hours=24)
"""For so long after a rotation the version before is still given, unless another time is asked for."""
GRACE_MAX = timedelta(days=30)

_CONNECTION = re.compile(r"[a-z][a-z0-9_]{0,39}:[A-Za-z0-9][A-Za-z0-9._-]{0,159}\Z")
_NAME = re.compile(r"[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*\Z")
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\Z")


class SecretUnknown(NotFound):
    """There is no such secret, or it was removed."""

    code = "secret_unknown"


class SecretInvalid(Invalid):
    """A secret's name, connection, destination, value or time is not acceptable."""

    code = "secret_invalid"


class SecretNameTaken(Conflict):
    """The organisation has a secret of this name."""

    code = "secret_name_taken"


class TooManySecrets(Conflict):
    """The organisation has as many secrets as any may have."""

    code = "too_many_secrets"


class SecretChangedMeanwhile(Conflict):
    """Somebody else changed the secret since it was read."""

    code = "secret_changed_meanwhile"


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret without its value. Times are system time. `fingerprint` tells values apart and gives nothing away."""

    id: UUID
    name: str
    connection: str
    destinations: tuple[str, ...]
    state: SecretState
    version: int
    revision: int
    fingerprint: str
    expires_at: datetime | None
    rotate_after: datetime | None
    grace_until: datetime | None
    created_by: str
    created_at: datetime
    rotated_by: str
    rotated_at: datetime
    changed_by: str
    changed_at: datetime


COLUMNS = (
    "id, name, connection, destinations, state, version, revision, fingerprint, expires_at, rotate_after, grace_until,"
    " created_by, created_at, rotated_by, rotated_at, changed_by, changed_at"
)


def secret_from_row(row: Row) -> Secret:
    """Read a row."""
    values: dict[str, Any] = {name: row[name] for name in Secret.__slots__}
    return Secret(**{**values, "destinations": tuple(row["destinations"])})


def sealed_facts(organization_id: UUID, secret: Secret, data_key_version: int) -> dict[str, object]:
    """Name what the seal of a secret binds: all that decides about its use."""
    return {
        "what": "secret",
        "organization": organization_id,
        "secret": secret.id,
        "name": secret.name,
        "connection": secret.connection,
        "destinations": list(secret.destinations),
        "state": secret.state,
        "version": secret.version,
        "revision": secret.revision,
        "expires_at": _moment(secret.expires_at),
        "grace_until": _moment(secret.grace_until),
        "data_key": data_key_version,
    }


def value_facts(
    organization_id: UUID, secret_id: UUID, connection: str, version: int, data_key_version: int
) -> dict[str, object]:
    """Name what a value is bound to: moved anywhere else, it does not open."""
    return {
        "what": "value",
        "organization": organization_id,
        "secret": secret_id,
        "connection": connection,
        "version": version,
        "data_key": data_key_version,
    }


def parse_name(name: str) -> str:
    """Return a secret's name, trimmed."""
    trimmed = name.strip()
    if len(trimmed) > NAME_LENGTH_MAX or not _NAME.match(trimmed):
        raise SecretInvalid(
            f"The name has 1 to {NAME_LENGTH_MAX} characters and no control characters.",
            field="name",
            remedy="Give a short name, such as 'Slack of the night shift'.",
        )
    return trimmed


def name_of(label: str, of: UUID) -> str:
    """Return a name for a secret that the product keeps for something: what people call that, and the end of its id."""
    printable = "".join(each if each.isprintable() else " " for each in label).strip()
    return f"{printable[: NAME_LENGTH_MAX - 10]} ({of.hex[-6:]})"


def parse_connection(connection: str) -> str:
    """Check a connection: what the secret serves, as kind and id."""
    if not _CONNECTION.match(connection):
        raise SecretInvalid(
            "A connection is a kind and an id with a colon between them.",
            field="connection",
            remedy="Such as channel:0192f0c4-7c1e-7d2a-8f57-2f6a7b3c9d10 or payouts:main.",
        )
    return connection


def parse_destinations(destinations: Sequence[str]) -> tuple[str, ...]:
    """Return host names in lower case, sorted, each once. None at all means that the value leaves this system nowhere."""
    if len(destinations) > DESTINATIONS_MAX:
        raise SecretInvalid(
            f"A secret goes to at most {DESTINATIONS_MAX} hosts.", field="destinations", remedy="Make another secret."
        )
    return tuple(sorted({parse_destination(each) for each in destinations}))


def parse_destination(destination: str) -> str:
    """Return one host name or address in its plain form; no scheme, port, path or wildcard."""
    plain = destination.strip().rstrip(".").lower()
    if ":" in plain:
        try:
            return str(ip_address(plain.strip("[]")))
        except ValueError:
            plain = ""
    if not _HOST.match(plain):
        raise SecretInvalid(
            "A destination is the name of one host.",
            field="destinations",
            remedy="Such as hooks.slack.com: no scheme, port, path or star.",
        )
    return plain


def parse_value(value: str) -> bytes:
    """Return a value as bytes; never shown in the error."""
    written = value.encode("utf-8", "surrogatepass")
    if not 1 <= len(written) <= VALUE_BYTES_MAX or b"\x00" in written or b"\xed\xa0" in written:
        raise SecretInvalid(
            f"A value has 1 to {VALUE_BYTES_MAX:,} bytes of text without null characters.",
            field="value",
            remedy="Give the credential itself, not a file around it.",
        )
    return written


def parse_time(name: str, moment: datetime | None, system_now: datetime) -> datetime | None:
    """Check that a moment has a zone and lies ahead."""
    if moment is None:
        return None
    if moment.tzinfo is None or moment <= system_now:
        raise SecretInvalid("The moment lies ahead and has a time zone.", field=name, remedy="Give a later one.")
    return moment.astimezone(UTC)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()
