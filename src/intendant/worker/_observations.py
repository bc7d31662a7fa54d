"""Forgetting what was observed and has served: errors and traces of long ago."""

from typing import TYPE_CHECKING

from intendant.operations import forget_old

if TYPE_CHECKING:
    from intendant.bootstrap import System


def forget_observations(system: "System") -> bool:
    """Forget errors and traces that are long over; say whether there is more to forget."""
    return forget_old(system.database)
