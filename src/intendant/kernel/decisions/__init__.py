"""Decisions: propose and answer. Everything that is decided, by model, rule, agent or person, goes through here."""

from intendant.kernel.decisions._answering import GivenAnswer, ReasonMissing, answer, expire_due
from intendant.kernel.decisions._batch import ActionUnknown, Duplicate, Result, Stopped
from intendant.kernel.decisions._batcher import Batcher, TooBusy
from intendant.kernel.decisions._decider import BATCH_MAX, Decider, MemberFailed, ProposalRejected
from intendant.kernel.decisions._filters import (
    Count,
    CursorInvalid,
    DeciderKind,
    DecisionFilter,
    FilterInvalid,
    Sort,
    id_bounds,
)
from intendant.kernel.decisions._holding import CARRIED_OUT_MAX, carry_out_held, hold_answers
from intendant.kernel.decisions._keys import FORGOTTEN_AT_ONCE_MAX, IdempotencyKeyReused, find_decided, forget_requests
from intendant.kernel.decisions._queries import (
    DecisionErased,
    DecisionUnknown,
    count_by_verdict,
    get_decision,
    list_decisions,
    list_recent,
    trace,
)
from intendant.kernel.decisions._reconsidering import TurnedStale, decide_anew
from intendant.kernel.decisions._record import DECISIONS, Decision, draws
from intendant.kernel.decisions._rehearsal import Rehearsal, rehearse
from intendant.kernel.decisions._search import (
    EXPORT_ROWS_MAX,
    SEARCHED_MAX,
    TEXT_SEARCHED_MAX,
    Facets,
    Found,
    count_facets,
    export_decisions,
    search_decisions,
)
from intendant.kernel.decisions._settled import Settled, Standing, list_settled
from intendant.kernel.decisions._source import DECISIONS_SOURCE
from intendant.kernel.decisions._timeline import Entry, in_order, read_timeline
from intendant.kernel.decisions._waiting import WAITING_AT_ONCE_MAX, decide_waiting

__all__ = [
    "BATCH_MAX",
    "CARRIED_OUT_MAX",
    "DECISIONS",
    "DECISIONS_SOURCE",
    "EXPORT_ROWS_MAX",
    "FORGOTTEN_AT_ONCE_MAX",
    "SEARCHED_MAX",
    "TEXT_SEARCHED_MAX",
    "WAITING_AT_ONCE_MAX",
    "ActionUnknown",
    "Batcher",
    "Count",
    "CursorInvalid",
    "Decider",
    "DeciderKind",
    "Decision",
    "DecisionErased",
    "DecisionFilter",
    "DecisionUnknown",
    "Duplicate",
    "Entry",
    "Facets",
    "FilterInvalid",
    "Found",
    "GivenAnswer",
    "IdempotencyKeyReused",
    "MemberFailed",
    "ProposalRejected",
    "ReasonMissing",
    "Rehearsal",
    "Result",
    "Settled",
    "Sort",
    "Standing",
    "Stopped",
    "TooBusy",
    "TurnedStale",
    "answer",
    "carry_out_held",
    "count_by_verdict",
    "count_facets",
    "decide_anew",
    "decide_waiting",
    "draws",
    "expire_due",
    "export_decisions",
    "find_decided",
    "forget_requests",
    "get_decision",
    "hold_answers",
    "id_bounds",
    "in_order",
    "list_decisions",
    "list_recent",
    "list_settled",
    "read_timeline",
    "rehearse",
    "search_decisions",
    "trace",
]
