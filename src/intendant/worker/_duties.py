"""What every worker does again and again beside effects and tasks, for parts of the kernel that reach outside or keep time.

Any number of workers may do a duty at once and be killed at any moment: rows are claimed, and what is done twice changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intendant.worker._policies import keep_policy_times
from intendant.worker._vault import keep_vault, remind_of_secrets

if TYPE_CHECKING:
    from intendant.bootstrap import System


@dataclass(frozen=True, slots=True)
class Duty:
    """`work` gets the system and says whether there is more to do at once; `seconds` of system time lie between two."""

    name: str
    seconds: float
    work: Callable[["System"], bool | None]


DUTIES: Sequence[Duty] = (Duty("policies", 1.0, keep_policy_times),    Duty("vault", 30.0, keep_vault),
    Duty("secrets", 300.0, remind_of_secrets),
)
