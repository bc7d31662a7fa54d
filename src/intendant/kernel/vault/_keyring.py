"""The keys at hand: which back ends can unwrap, and the data keys unwrapped lately, in memory for minutes.

A data key stays in memory so that the use of a secret asks nobody outside; it is looked up by the row that wraps it, so that
a row which was changed is never served from memory.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from intendant.kernel.vault._ring import LOCAL
from intendant.kit import clock
from intendant.kit.canonical import canonical_json
from intendant.ports.secrets import KeyWrapping, WrappedKey, WrappingHealth, WrappingUnavailable

KEPT_SECONDS = 300.0
"""So long a data key stays in memory: after it, a sealed or withdrawn key service stops its use."""
KEPT_MAX = 4_096


@dataclass(frozen=True, slots=True, repr=False)
class DataKey:
    """An organisation's data key, unwrapped."""

    organization_id: UUID
    version: int
    key: bytes


class Keyring:
    """Back ends by name. `preferred` wraps data keys of organisations that have none yet. Safe for threads."""

    def __init__(self, backends: Sequence[KeyWrapping], *, preferred: str = LOCAL) -> None:
        self._backends: Mapping[str, KeyWrapping] = {each.backend: each for each in backends}
        self.preferred = preferred
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[UUID, int, WrappedKey], tuple[float, bytes]] = OrderedDict()

    @property
    def names(self) -> list[str]:
        """Name the back ends there are."""
        return sorted(self._backends)

    def backend(self, name: str) -> KeyWrapping:
        """Return a back end; raises WrappingUnavailable where it is not connected."""
        try:
            return self._backends[name]
        except KeyError:
            raise WrappingUnavailable(
                f"Secrets are kept by the back end '{name}', which is not connected here.",
                field="INTENDANT_VAULT_URL",
                remedy="Give this process the same INTENDANT_VAULT_* settings as the others.",
                data={"backend": name},
            ) from None

    def wrap(self, organization_id: UUID, version: int, key: bytes, *, backend: str) -> WrappedKey:
        """Wrap a data key where it belongs."""
        return self.backend(backend).wrap(key, _context(organization_id, version))

    def unwrap(self, organization_id: UUID, version: int, wrapped: WrappedKey) -> bytes:
        """Return a data key, from memory where it was unwrapped less than five minutes ago."""
        name = (organization_id, version, wrapped)
        now = clock.monotonic_seconds()
        with self._lock:
            kept = self._kept.get(name)
        if kept is not None and kept[0] > now:
            return kept[1]
        key = self.backend(wrapped.backend).unwrap(wrapped, _context(organization_id, version))
        with self._lock:
            self._kept[name] = (now + KEPT_SECONDS, key)
            self._kept.move_to_end(name)
            while len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        return key

    def forget(self) -> None:
        """Drop all data keys from memory."""
        with self._lock:
            self._kept.clear()

    def check(self) -> list[WrappingHealth]:
        """Say how each back end is."""
        return [self._backends[name].check() for name in self.names]

    def close(self) -> None:
        """Let go of connections and keys."""
        self.forget()
        for each in self._backends.values():
            each.close()


def _context(organization_id: UUID, version: int) -> bytes:
    return canonical_json({"organization": organization_id, "data_key": version})
