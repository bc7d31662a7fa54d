"""The vault of a process: database and keys together, for callers that hold no transaction."""

from uuid import UUID

from intendant.kernel.access import Principal
from intendant.kernel.vault._data_keys import find_wrapping, insert_data_key, new_data_key, wrapped_key
from intendant.kernel.vault._keyring import Keyring
from intendant.kernel.vault._sealing import SecretTampered
from intendant.kernel.vault._use import Access, Opened, SecretUseRefused, open_secret, record_access
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.kit.secret_text import SecretText
from intendant.ports.secrets import WrappedKey, WrappingHealth, WrappingUnavailable


class Vault:
    """Secrets of every organisation, as one process sees them."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self.database = database
        self.keyring = keyring

    def prepare(self, organization_id: UUID) -> None:
        """Have the organisation's data key in memory, so that no transaction waits for a key service outside.

        Call it before `put`, `rotate` and the like; `use` of this class does.
        """
        with self.database.transaction(organization_id) as tx:
            row = find_wrapping(tx, organization_id)
        if row is not None:
            self.keyring.unwrap(organization_id, row["version"], wrapped_key(row))
            return
        made = new_data_key(self.keyring, organization_id, 1, self.keyring.preferred)
        with self.database.transaction(organization_id) as tx:
            insert_data_key(tx, organization_id, 1, made)

    def make_data_key(self, organization_id: UUID) -> tuple[int, WrappedKey]:
        """Make the next data key of an organisation, at the back end of the one before, for `add_data_key` to store."""
        with self.database.transaction(organization_id) as tx:
            row = find_wrapping(tx, organization_id)
        version = 1 if row is None else row["version"] + 1
        backend = self.keyring.preferred if row is None else row["backend"]
        return version, new_data_key(self.keyring, organization_id, version, backend)

    def check(self, backend: str) -> WrappingHealth:
        """Ask a back end how it is; raises nothing that was foreseen."""
        try:
            return self.keyring.backend(backend).check()
        except WrappingUnavailable as error:
            return WrappingHealth(backend, False, None, error.message, error.remedy or "")

    def use(
        self,
        organization_id: UUID,
        secret_id: UUID,
        *,
        connection: str,
        destination: str | None,
        by: Principal,
        purpose: str,
    ) -> SecretText:
        """Return a secret's value in a transaction of its own; a refusal is on the record before it is raised."""
        return self.open(
            organization_id, secret_id, connection=connection, destination=destination, by=by, purpose=purpose
        ).value

    def open(
        self,
        organization_id: UUID,
        secret_id: UUID,
        *,
        connection: str,
        destination: str | None,
        by: Principal,
        purpose: str,
    ) -> Opened:
        """Do what `use` does, and give the version before as well while its grace lasts."""
        self._warm(organization_id, secret_id)
        try:
            with self.database.transaction(organization_id) as tx:
                return open_secret(
                    tx,
                    self.keyring,
                    secret_id,
                    connection=connection,
                    destination=destination,
                    by=by,
                    purpose=purpose,
                )
        except (SecretUseRefused, SecretTampered) as error:
            outcome = str(error.data.get("why", "tampered"))
            access = Access(secret_id, connection, destination or "", purpose, by.label, outcome)
            with self.database.transaction(organization_id) as tx:
                record_access(tx, access, now=clock.system_now())
            raise

    def _warm(self, organization_id: UUID, secret_id: UUID) -> None:
        with self.database.transaction(organization_id) as tx:
            row = find_wrapping(tx, organization_id, secret_id)
        if row is not None:
            self.keyring.unwrap(organization_id, row["version"], wrapped_key(row))

    def close(self) -> None:
        """Let go of keys and connections."""
        self.keyring.close()
