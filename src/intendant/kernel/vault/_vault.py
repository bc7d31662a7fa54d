"""The vault of a process: database and keys together, for callers that hold no transaction."""

from contextlib import suppress
from uuid import UUID

from intendant.kernel import audit
from intendant.kernel.access import Principal
from intendant.kernel.vault._data_keys import current_data_key, get_data_key
from intendant.kernel.vault._keyring import Keyring
from intendant.kernel.vault._model import SecretUnknown
from intendant.kernel.vault._sealing import SecretTampered
from intendant.kernel.vault._use import Opened, SecretUseRefused, open_secret
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.kit.secret_text import SecretText

REFUSED = "kernel.secret.refused"


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
            current_data_key(tx, self.keyring, organization_id)

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
            detail: dict[str, object] = {
                "connection": connection,
                "destination": destination,
                "purpose": purpose,
                "why": error.data.get("why", error.code),
            }
            with self.database.transaction(organization_id) as tx:
                subject = f"secret:{secret_id}"
                act = audit.Act(organization_id, by.label, REFUSED, subject, clock.system_now(), detail)
                audit.append(tx, [act])
            raise

    def _warm(self, organization_id: UUID, secret_id: UUID) -> None:
        with suppress(SecretUnknown, SecretTampered), self.database.transaction(organization_id) as tx:
            version = tx.scalar(
                "select data_key_version from secrets where organization_id = %s and id = %s",
                [organization_id, secret_id],
            )
            if version is not None:
                get_data_key(tx, self.keyring, organization_id, version)

    def close(self) -> None:
        """Let go of keys and connections."""
        self.keyring.close()
