"""Decisions: propose and answer. Everything that is decided, by model, rule, agent or person, goes through here."""

from intendant.kernel.decisions._answering import GivenAnswer, ReasonMissing, answer, expire_due
from intendant.kernel.decisions._batch import ActionUnknown, Duplicate, Result, Stopped
from intendant.kernel.decisions._batcher import Batcher, TooBusy
from intendant.kernel.decisions._decider import BATCH_MAX, Decider, MemberFailed, ProposalRejected
from intendant.kernel.decisions._keys import FORGOTTEN_AT_ONCE_MAX, IdempotencyKeyReused, find_decided, forget_requests
from intendant.kernel.decisions._queries import (
    DecisionUnknown,
    count_by_verdict,
    get_decision,
    list_decisions,
    list_recent,
    trace,
)
from intendant.kernel.decisions._record import DECISIONS, Decision, draws
from intendant.kernel.decisions._waiting import WAITING_AT_ONCE_MAX, decide_waiting

__all__ = [
    "BATCH_MAX",
    "DECISIONS",
    "FORGOTTEN_AT_ONCE_MAX",
    "WAITING_AT_ONCE_MAX",
    "ActionUnknown",
    "Batcher",
    "Decider",
    "Decision",
    "DecisionUnknown",
    "Duplicate",
    "GivenAnswer",
    "IdempotencyKeyReused",
    "MemberFailed",
    "ProposalRejected",
    "ReasonMissing",
    "Result",
    "Stopped",
    "TooBusy",
    "answer",
    "count_by_verdict",
    "decide_waiting",
    "draws",
    "expire_due",
    "find_decided",
    "forget_requests",
    "get_decision",
    "list_decisions",
    "list_recent",
    "trace",
]
