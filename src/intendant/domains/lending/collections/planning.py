"""Considering all loans of an organisation that are in arrears, in batches; what was considered today is left alone.

The worker's round of what waits does the same in small portions, so that nothing is left out where this is never called.
"""

from dataclasses import dataclass
from uuid import UUID

import structlog

from intendant.domains.lending.collections import queries
from intendant.domains.lending.contract import COLLECTION_KIND
from intendant.kernel.decisions import Decider, Decision
from intendant.kernel.registry import Proposal
from intendant.kit import clock
from intendant.kit.errors import Unavailable

BATCH_SIZE = 500
BATCHES_MAX = 2_000
BY = "system:collections"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Planned:
    """How many loans were considered, and how many of them were not, because something happened about them meanwhile."""

    considered: int
    passed_over: int


def plan_collections(decider: Decider, organization_id: UUID) -> Planned:
    """Consider every loan in arrears whose turn it is on this business day; again at once, it finds nothing left to do.

    Raises Unavailable when the database went away; what was decided until then stands.
    """
    considered = passed_over = 0
    kind = decider.registry.kind(COLLECTION_KIND)
    seen: set[UUID] = set()
    for _ in range(BATCHES_MAX):
        with decider.database.transaction(organization_id) as tx:
            due = queries.list_due(tx, [organization_id], clock.system_now(), limit=BATCH_SIZE)
            fresh = [row["id"] for row in due if row["id"] not in seen]
            subjects = kind.reconsider(tx, fresh) if fresh else {}
        proposals = [
            Proposal(organization_id, COLLECTION_KIND, loan_id, subject, BY)
            for loan_id, (subject, _) in subjects.items()
        ]
        if not proposals:
            break
        # Where all is stopped a loan stays due; within one run it is proposed once.
        seen.update(subjects)
        for proposal, result in zip(proposals, decider.decide_each(proposals), strict=True):
            match result:
                case Decision():
                    considered += 1
                case Unavailable():
                    raise result
                case _:
                    passed_over += 1
                    log.info("a loan was passed over", loan=str(proposal.subject_id), code=result.code)
    return Planned(considered, passed_over)
