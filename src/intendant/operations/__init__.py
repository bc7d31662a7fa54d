"""Operating the installation: which processes live, how long queues are, what is wrong and what to do about it.

Shared by `intendant doctor`, the server and the worker. Not for what one organisation decides; that is the kernel's.
"""

from intendant.operations._checks import Check, CheckState, diagnose, worst
from intendant.operations._controls import CONTROLS, DISCLAIMER, SOURCE, Control
from intendant.operations._evidence import (
    ControlStatus,
    ControlUnknown,
    Evidence,
    Fact,
    Statement,
    gather_evidence,
    state_evidence,
)
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
    "CONTROLS",
    "DISCLAIMER",
    "FIGURES",
    "SOURCE",
    "Check",
    "CheckState",
    "Control",
    "ControlStatus",
    "ControlUnknown",
    "Evidence",
    "Fact",
    "Figures",
    "Process",
    "Reporter",
    "ServerReports",
    "Statement",
    "diagnose",
    "find_faults",
    "forget_old",
    "gather_evidence",
    "list_processes",
    "list_slow_queries",
    "state_evidence",
    "worst",
]
