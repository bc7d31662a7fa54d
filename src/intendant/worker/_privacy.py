"""The worker's part in privacy: copies are thrown away when their time is over, retention runs where it was switched on."""

from typing import TYPE_CHECKING

from intendant.kernel import privacy

if TYPE_CHECKING:
    from intendant.bootstrap import System

COPIES_SECONDS = 300.0
RETENTION_SECONDS = 900.0


def expire_copies(system: "System") -> bool:
    """Throw away copies of people's data that nobody may take any more."""
    privacy.fail_abandoned(system.database)
    return privacy.expire_copies(system.database)


def run_retention(system: "System") -> bool:
    """Erase the next of what rules of retention say."""
    return privacy.run_retention(system.database, system.registry)
