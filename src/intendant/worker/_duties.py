"""What every worker does again and again beside effects and tasks, for parts of the kernel that reach outside or keep time.

Any number of workers may do a duty at once and be killed at any moment: rows are claimed, and what is done twice changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intendant.worker._machines import record_joined
from intendant.worker._notifications import (
    NOTIFY_SECONDS,
    SEND_SECONDS,
    WATCH_SECONDS,
    notify,
    send_messages,
    watch_channels,
)
from intendant.worker._observations import forget_observations
from intendant.worker._policies import keep_policy_times
from intendant.worker._privacy import COPIES_SECONDS, RETENTION_SECONDS, expire_copies, run_retention
from intendant.worker._vault import keep_vault, remind_of_secrets
from intendant.worker._webhooks import forget_old, propose_messages, tell_of_events

if TYPE_CHECKING:
    from intendant.bootstrap import System


@dataclass(frozen=True, slots=True)
class Duty:
    """`work` gets the system and says whether there is more to do at once; `seconds` of system time lie between two."""

    name: str
    seconds: float
    work: Callable[["System"], bool | None]


DUTIES: Sequence[Duty] = (
    Duty("machines", 60.0, record_joined),
    Duty("observations", 3_600.0, forget_observations),
    Duty("policies", 1.0, keep_policy_times),
    Duty("notifications", NOTIFY_SECONDS, notify),
    Duty("messages", SEND_SECONDS, send_messages),
    Duty("channels", WATCH_SECONDS, watch_channels),
    Duty("webhooks", 0.5, tell_of_events),
    Duty("webhook messages", 0.5, propose_messages),
    Duty("webhooks kept", 600.0, forget_old),
    Duty("vault", 30.0, keep_vault),
    Duty("secrets", 300.0, remind_of_secrets),
    Duty("copies for people", COPIES_SECONDS, expire_copies),
    Duty("retention", RETENTION_SECONDS, run_retention),
)
