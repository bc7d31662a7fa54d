"""The vault: secrets encrypted at rest, bound to an organisation, a connection and destinations."""

from intendant.kernel.vault._keyring import DataKey, Keyring
from intendant.kernel.vault._model import (
    Secret,
    SecretChangedMeanwhile,
    SecretInvalid,
    SecretNameTaken,
    SecretState,
    SecretUnknown,
    TooManySecrets,
)
from intendant.kernel.vault._ring import LOCAL, RING_FILE, KeyRingInvalid, LocalRing
from intendant.kernel.vault._sealing import SecretTampered
from intendant.kernel.vault._secrets import KEEP, change, put, remove, rotate, set_enabled
from intendant.kernel.vault._use import Opened, SecretUseRefused, close_minutes, open_secret, use
from intendant.kernel.vault._vault import Vault
from intendant.ports.secrets import WrappingRefused, WrappingUnavailable

__all__ = [
    "KEEP",
    "LOCAL",
    "RING_FILE",
    "DataKey",
    "KeyRingInvalid",
    "Keyring",
    "LocalRing",
    "Opened",
    "Secret",
    "SecretChangedMeanwhile",
    "SecretInvalid",
    "SecretNameTaken",
    "SecretState",
    "SecretTampered",
    "SecretUnknown",
    "SecretUseRefused",
    "TooManySecrets",
    "Vault",
    "WrappingRefused",
    "WrappingUnavailable",
    "change",
    "close_minutes",
    "open_secret",
    "put",
    "remove",
    "rotate",
    "set_enabled",
    "use",
]
