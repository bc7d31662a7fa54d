"""Operating the installation: which processes live, how long queues are, what is wrong and what to do about it.

Shared by `intendant doctor`, the server and the worker. Not for what one organisation decides; that is the kernel's.
"""

from intendant.operations._checks import Check, CheckState, diagnose, worst
from intendant.operations._figures import FIGURES, Figures
from intendant.operations._processes import (
    Process,
    Reporter,
    ServerReports,
    find_faults,
    forget_old,
    list_processes,
    list_slow_queries,
)

__all__ = [
    "FIGURES",
    "Check",
    "CheckState",
    "Figures",
    "Process",
    "Reporter",
    "ServerReports",
    "diagnose",
    "find_faults",
    "forget_old",
    "list_processes",
    "list_slow_queries",
    "worst",
]
