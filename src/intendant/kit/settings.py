"""The only reader of the environment. Every setting has a name, a default and a check; an unknown name stops the start."""

import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from intendant.kit.addresses import parse_outbound
from intendant.kit.errors import Invalid

PREFIX = "INTENDANT_"
_FOREIGN = {
    "INTENDANT_CONSOLE",
    "INTENDANT_TEST_DATA",
    "INTENDANT_TEST_ACCEPT",
    "INTENDANT_URL",
    "INTENDANT_API_KEY",
    "INTENDANT_API_KEY_FILE",
}
"""Names that belong to the tests or to callers of an installation, not to the installation."""


class SettingInvalid(Invalid):
    """A setting that is unknown or out of bounds."""

    code = "setting_invalid"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment may say, as `INTENDANT_<NAME>`.

    home: folder of the embedded database, keys, checkpoints and logs.
    database_url: an external PostgreSQL, as a superuser or a role that may create roles; None means the embedded one.
    host, port: where the server listens. processes: worker threads for use cases.
    log_level: debug, info, warning or error.
    sandbox_payouts_url: where a sandbox payout provider answers; None means one inside the worker.
    files_url: a file store that fsspec speaks to (file://, s3://), for datasets and models; None means the database.
    mlflow_url: an MLflow server, or a store such as sqlite:///file, that is told of trained versions; None means none is.
    log_format: json or text; None means text on a terminal and JSON elsewhere.
    access_log_ratio: the share of ordinary requests that the log names; failed and slow ones it always names.
    metrics_port: where a worker shows its figures, on 127.0.0.1. metrics_token_file: the bearer token for the server's.
    otlp_url: where traces are sent (OTLP over HTTP); None means nothing is traced. trace_ratio: the share that is.
    tls_certificate, tls_key: PEM files to serve HTTPS with; http_redirect_port sends plain HTTP there.
    outbound_allow: host names and networks that may be called although they are private, separated by commas.
    vault_key_file: the ring of key-encryption keys of the vault; None means `keys/vault/ring.json` of the home folder.
    vault_url: a HashiCorp Vault that wraps data keys by its transit engine; vault_transit_mount and vault_transit_key name
    the key. vault_namespace, vault_ca_file: its namespace, and the authority that signed its certificate.
    vault_token_file, or vault_role_id with vault_secret_id_file (AppRole at vault_approle_mount): how we sign in there.
    """

    home: Path
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8321
    public_url: str | None = None
    log_level: str = "info"
    batch_wait_milliseconds: float = 2.0
    batch_size_max: int = 128
    requests_per_second: int = 20_000
    sandbox_payouts_url: str | None = None
    files_url: str | None = None
    mlflow_url: str | None = None
    log_format: str | None = None
    access_log_ratio: float = 0.01
    slow_query_milliseconds: int = 500
    metrics_port: int | None = None
    metrics_token_file: str | None = None
    otlp_url: str | None = None
    trace_ratio: float = 1.0
    tls_certificate: str | None = None
    tls_key: str | None = None
    http_redirect_port: int | None = None
    outbound_allow: str | None = None
    vault_key_file: str | None = None
    vault_url: str | None = None
    vault_namespace: str | None = None
    vault_ca_file: str | None = None
    vault_token_file: str | None = None
    vault_role_id: str | None = None
    vault_secret_id_file: str | None = None
    vault_approle_mount: str = "approle"
    vault_transit_mount: str = "transit"
    vault_transit_key: str = "intendant"

    @property
    def checkpoints(self) -> Path:
        """Folder of signed audit checkpoints, outside the database."""
        return self.home / "checkpoints"

    @property
    def keys(self) -> Path:
        """Folder of private keys and generated passwords (0700)."""
        return self.home / "keys"

    @property
    def joined_address(self) -> Path:
        """File that says where the database of the installation is that this machine joined."""
        return self.keys / "database.url"

    @property
    def vault_ring(self) -> Path:
        """File of the vault's key-encryption keys (0600)."""
        return Path(self.vault_key_file) if self.vault_key_file else self.keys / "vault" / "ring.json"


def child_environment(settings: Settings) -> dict[str, str]:
    """Return the environment for a child process that shall have the same settings."""
    ours = {PREFIX + name.upper(): str(value) for name, value in asdict(settings).items() if value is not None}
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)} | ours


def _default_home() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/intendant")
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "intendant"


_LOG_LEVELS = ("debug", "info", "warning", "error")
_LOG_FORMATS = ("json", "text")
_FRACTIONS = frozenset({"batch_wait_milliseconds", "access_log_ratio", "trace_ratio"})
_BOUNDS: dict[str, tuple[float, float]] = {
    "port": (1, 65535),
    "batch_wait_milliseconds": (0, 100),
    "batch_size_max": (1, 1000),
    "requests_per_second": (1, 1_000_000),
    "access_log_ratio": (0, 1),
    "slow_query_milliseconds": (1, 60_000),
    "metrics_port": (1, 65535),
    "trace_ratio": (0, 1),
    "http_redirect_port": (1, 65535),
}


def load_settings(environment: dict[str, str] | None = None) -> Settings:
    """Read settings from `environment` (by default the process's), refusing unknown names and values out of bounds."""
    source = dict(os.environ if environment is None else environment)
    given = {k.removeprefix(PREFIX).lower(): v for k, v in source.items() if k.startswith(PREFIX) and k not in _FOREIGN}
    known = {f.name for f in fields(Settings)}
    for name in sorted(given.keys() - known):
        raise SettingInvalid(
            f"{PREFIX}{name.upper()} is no setting.",
            field=f"{PREFIX}{name.upper()}",
            remedy="Known settings: " + ", ".join(f"{PREFIX}{k.upper()}" for k in sorted(known)) + ".",
        )
    values: dict[str, object] = {"home": Path(given.pop("home", "") or _default_home()).expanduser().absolute()}
    for name, text in given.items():
        values[name] = _parse(name, text)
    settings = Settings(**values)  # type: ignore[arg-type]
    if settings.database_url is None and settings.joined_address.is_file():
        return replace(settings, database_url=settings.joined_address.read_text().strip())
    return settings


def _parse(name: str, text: str) -> object:
    if name == "log_level" and text.lower() not in _LOG_LEVELS:
        raise SettingInvalid(
            f"{text!r} is no log level.", field="INTENDANT_LOG_LEVEL", remedy=f"Use one of {', '.join(_LOG_LEVELS)}."
        )
    if name == "log_format" and text not in _LOG_FORMATS:
        raise SettingInvalid(
            f"{text!r} is no log format.", field="INTENDANT_LOG_FORMAT", remedy=f"Use one of {', '.join(_LOG_FORMATS)}."
        )
    if name == "outbound_allow":
        parse_outbound(text)
    if name not in _BOUNDS:
        return text
    low, high = _BOUNDS[name]
    try:
        number = float(text) if name in _FRACTIONS else int(text)
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise SettingInvalid(
            f"{text!r} is out of bounds.",
            field=f"{PREFIX}{name.upper()}",
            remedy=f"Give a number from {low:g} to {high:g}.",
        )
    return number


def api_key() -> str | None:
    """Return the API key that a program of ours shall call an installation with, if the environment names one."""
    return os.environ.get("INTENDANT_API_KEY") or None
