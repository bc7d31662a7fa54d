"""The duty that keeps the times of policies: scheduled ones come to hold, those that nobody approved expire."""

from typing import TYPE_CHECKING

from intendant.kernel import policies
from intendant.kit import clock

if TYPE_CHECKING:
    from intendant.bootstrap import System


def keep_policy_times(system: "System") -> bool:
    """Activate and expire what is due in every organisation; say whether there may be more."""
    return policies.keep_times(system.database, system_now=clock.system_now())
