"""Wrapping of data keys by the transit engine of a HashiCorp Vault: the key-encryption key never leaves it.

We sign in by a token from a file (as Vault's agent keeps one) or by AppRole, renew the token before it ends, and sign in anew
when it was revoked. The operator names the address, so it is called as it stands; redirects are not followed.
"""

import base64
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import hvac
import requests
from hvac import exceptions

from intendant.kit import clock
from intendant.ports.secrets import WrappedKey, WrappingHealth, WrappingRefused, WrappingUnavailable

HASHICORP = "hashicorp"
CONNECT_SECONDS_MAX = 3.0
ANSWER_SECONDS_MAX = 5.0
CREDENTIAL_BYTES_MAX = 16_384
RENEW_AT = 0.5
"""A token is renewed when this part of its life is over."""
_KEY_TYPE = "aes256-gcm96"
_KEY_ID = re.compile(r"(?P<mount>[^:]+)/(?P<key>[^/:]+):v(?P<version>[0-9]+)\Z")
_CIPHERTEXT = re.compile(r"vault:v(?P<version>[0-9]{1,9}):[A-Za-z0-9+/=]+\Z")

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class TransitAddress:
    """Where the Vault is, which key wraps, and how we sign in: by `token_file`, or by `role_id` with `secret_id_file`."""

    url: str
    mount: str = "transit"
    key: str = "intendant"
    namespace: str | None = None
    ca_file: str | None = None
    token_file: str | None = None
    role_id: str | None = None
    secret_id_file: str | None = None
    approle_mount: str = "approle"


@dataclass(slots=True, repr=False)
class _Token:
    """A token and when it is to be renewed or has ended (monotonic seconds; None: never)."""

    text: str
    renew_at: float | None
    ends_at: float | None
    renewable: bool


class Transit:
    """A Vault's transit engine. Safe for threads; one call at a time. `seconds` tells a time that only goes forward."""

    def __init__(self, address: TransitAddress, seconds: Callable[[], float] = clock.monotonic_seconds) -> None:
        self._address = address
        self._seconds = seconds
        self._lock = threading.RLock()
        self._token: _Token | None = None
        session = requests.Session()
        # Neither proxies nor authorities of this process's environment: what is not a setting has no effect.
        session.trust_env = False
        session.verify = address.ca_file or True
        self._client: Any = hvac.Client(
            url=address.url,
            token="",
            verify=address.ca_file or True,
            timeout=(CONNECT_SECONDS_MAX, ANSWER_SECONDS_MAX),
            allow_redirects=False,
            session=session,
            namespace=address.namespace,
        )

    @property
    def backend(self) -> str:
        """Name the back end as rows of the database do."""
        return HASHICORP

    def current_key_id(self) -> str:
        """Name the newest version of the key, making the key where there is none."""
        return self._key_id(self._call(self._newest_version))

    def wrap(self, key: bytes, context: bytes) -> WrappedKey:
        """Encrypt a data key by the newest version, with `context` as associated data."""
        address = self._address

        def encrypt() -> str:
            answer = self._client.secrets.transit.encrypt_data(
                name=address.key,
                plaintext=_encoded(key),
                associated_data=_encoded(context),
                mount_point=address.mount,
            )
            return str(answer["data"]["ciphertext"])

        ciphertext = self._call(encrypt)
        matched = _CIPHERTEXT.match(ciphertext)
        if matched is None:
            raise _unavailable("It answered with no ciphertext of the transit engine.", _CHECK_ADDRESS)
        return WrappedKey(HASHICORP, self._key_id(int(matched["version"])), ciphertext.encode())

    def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        """Decrypt a data key by the key that its row names."""
        named = _KEY_ID.match(wrapped.key_id)
        ciphertext = wrapped.wrapped.decode("ascii", "replace")
        if named is None or not _CIPHERTEXT.match(ciphertext):
            raise _refused()

        def decrypt() -> str:
            answer = self._client.secrets.transit.decrypt_data(
                name=named["key"],
                ciphertext=ciphertext,
                associated_data=_encoded(context),
                mount_point=named["mount"],
            )
            return str(answer["data"]["plaintext"])

        return base64.b64decode(self._call(decrypt))

    def rotate(self) -> str:
        """Make a new version of the key; older ones go on decrypting."""

        def turn() -> int:
            self._newest_version()
            self._client.secrets.transit.rotate_key(name=self._address.key, mount_point=self._address.mount)
            return self._newest_version()

        return self._key_id(self._call(turn))

    def check(self) -> WrappingHealth:
        """Say whether it is unsealed, lets us in, and has the key."""
        try:
            key_id = self.current_key_id()
        except WrappingUnavailable as error:
            return WrappingHealth(HASHICORP, False, None, error.message, error.remedy or "")
        return WrappingHealth(HASHICORP, True, key_id, f"{self._address.url} wraps by {key_id}.")

    def close(self) -> None:
        """Let go of connections and the token."""
        with self._lock:
            self._token = None
            self._client.token = ""
            self._client.adapter.close()

    def _newest_version(self) -> int:
        transit, address = self._client.secrets.transit, self._address
        try:
            answer = transit.read_key(name=address.key, mount_point=address.mount)
        except exceptions.InvalidPath:
            transit.create_key(name=address.key, key_type=_KEY_TYPE, exportable=False, mount_point=address.mount)
            answer = transit.read_key(name=address.key, mount_point=address.mount)
        return int(answer["data"]["latest_version"])

    def _key_id(self, version: int) -> str:
        return f"{self._address.mount}/{self._address.key}:v{version}"

    def _call(self, work: Callable[[], Answer]) -> Answer:
        """Do `work` signed in; once more with a new token if this one was revoked. Says plainly what went wrong."""
        with self._lock:
            try:
                fresh = self._sign_in()
                try:
                    return work()
                except exceptions.Forbidden:
                    if fresh:
                        raise
                    self._token = None
                    self._sign_in()
                    return work()
            except exceptions.VaultError as error:
                raise _translated(error) from error
            except requests.exceptions.SSLError as error:
                raise _unavailable(
                    "Its certificate is not trusted.",
                    "Give the authority that signed it by INTENDANT_VAULT_CA_FILE.",
                    field="INTENDANT_VAULT_CA_FILE",
                ) from error
            except requests.exceptions.Timeout as error:
                raise _unavailable(f"It did not answer within {ANSWER_SECONDS_MAX:g} s.", _CHECK_ADDRESS) from error
            except (requests.exceptions.RequestException, OSError) as error:
                raise _unavailable("It is not reached.", _CHECK_ADDRESS) from error
            except (KeyError, TypeError, ValueError) as error:
                raise _unavailable("It answered in a form that is not Vault's.", _CHECK_ADDRESS) from error

    def _sign_in(self) -> bool:
        """Have a token that lives; say whether it is a new one."""
        now = self._seconds()
        token = self._token
        if token is not None and (token.ends_at is None or token.ends_at > now):
            if token.renew_at is None or token.renew_at > now:
                return False
            # Whatever the reason, a token that cannot be renewed is replaced.
            with suppress(exceptions.VaultError):
                answer = self._client.auth.token.renew_self()["auth"]
                self._hold(str(answer["client_token"]), int(answer["lease_duration"]), bool(answer["renewable"]))
                return False
        address = self._address
        if address.role_id is not None and address.secret_id_file is not None:
            self._client.token = ""
            answer = self._client.auth.approle.login(
                role_id=address.role_id,
                secret_id=_credential(address.secret_id_file, "INTENDANT_VAULT_SECRET_ID_FILE"),
                use_token=False,
                mount_point=address.approle_mount,
            )["auth"]
            self._hold(str(answer["client_token"]), int(answer["lease_duration"]), bool(answer["renewable"]))
        elif address.token_file is not None:
            self._client.token = _credential(address.token_file, "INTENDANT_VAULT_TOKEN_FILE")
            told = self._client.auth.token.lookup_self()["data"]
            self._hold(self._client.token, int(told["ttl"]), bool(told.get("renewable", False)))
        else:
            raise _unavailable(
                "No way to sign in is set.",
                "Set INTENDANT_VAULT_TOKEN_FILE, or INTENDANT_VAULT_ROLE_ID with INTENDANT_VAULT_SECRET_ID_FILE.",
                field="INTENDANT_VAULT_TOKEN_FILE",
            )
        return True

    def _hold(self, text: str, seconds: int, renewable: bool) -> None:
        now = self._seconds()
        # A life of 0 is Vault's way to say that a token does not end.
        ends_at = now + seconds if seconds else None
        self._token = _Token(text, now + seconds * RENEW_AT if seconds else None, ends_at, renewable)
        self._client.token = text


_CHECK_ADDRESS = "Check INTENDANT_VAULT_URL and that the Vault runs; secrets are given again as soon as it answers."


def _translated(error: exceptions.VaultError) -> WrappingUnavailable | WrappingRefused:
    said = ", ".join(str(each) for each in error.errors or ())[:300]
    match error:
        case exceptions.VaultDown() | exceptions.VaultNotInitialized():
            return _unavailable("It is sealed or not initialised.", "Unseal it: `vault operator unseal`.")
        case exceptions.Forbidden() | exceptions.Unauthorized():
            return _unavailable(
                "It denies us what we ask (permission denied).",
                "Let our policy read, update and create on transit/keys/<key>, transit/encrypt/<key> and"
                " transit/decrypt/<key>, and check that the token or AppRole still exists.",
                field="INTENDANT_VAULT_TOKEN_FILE",
            )
        case exceptions.InvalidRequest() if "not found" in said or "too old" in said or "disallowed" in said:
            return _unavailable(
                f"It has no such version of the key any more ({said}).",
                "Restore the transit key, or lower its min_decryption_version.",
            )
        case exceptions.InvalidRequest() if "secret_id" in said or "role_id" in said:
            return _unavailable(
                "It does not take our AppRole.",
                "Give a new secret id in the file that INTENDANT_VAULT_SECRET_ID_FILE names.",
                field="INTENDANT_VAULT_SECRET_ID_FILE",
            )
        case exceptions.InvalidRequest():
            return _refused()
        case exceptions.InvalidPath():
            return _unavailable(
                "It has nothing at this address.", "Enable the engine: `vault secrets enable transit`.", field=_MOUNT
            )
        case _:
            return _unavailable(f"It failed ({type(error).__name__}).", _CHECK_ADDRESS)


_MOUNT = "INTENDANT_VAULT_TRANSIT_MOUNT"


def _unavailable(sentence: str, remedy: str, *, field: str = "INTENDANT_VAULT_URL") -> WrappingUnavailable:
    return WrappingUnavailable(
        f"The HashiCorp Vault that keeps our keys cannot be used. {sentence}", field=field, remedy=remedy
    )


def _refused() -> WrappingRefused:
    return WrappingRefused(
        "A data key does not open: its row was changed or moved.",
        field="vault_data_keys",
        remedy="Restore the row from a backup, and ask who changed the database.",
    )


def _credential(path: str, setting: str) -> str:
    """Read a token or secret id, each time anew: an agent may have replaced it."""
    try:
        with Path(path).open("rb") as file:
            text = file.read(CREDENTIAL_BYTES_MAX).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _unavailable(f"{path} cannot be read.", f"Check {setting}.", field=setting) from error
    if not text:
        raise _unavailable(f"{path} is empty.", f"Check {setting}.", field=setting)
    return text


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()
