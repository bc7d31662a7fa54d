"""What came while everything was stopped: it was refused without being decided, and is decided when the business runs again."""

from uuid import UUID

import structlog

from intendant.kernel.decisions._decider import Decider
from intendant.kernel.decisions._record import Decision
from intendant.kernel.registry import DecisionKind, Proposal
from intendant.kit.errors import Unavailable

WAITING_AT_ONCE_MAX = 500
ORGANIZATIONS_MAX = 10_000
BY = "system:waiting"
_RUNNING = """
select c.organization_id
from controls c
join organizations o on o.id = c.organization_id and o.removed_at is null
join components k on k.organization_id = c.organization_id and k.name = %s and k.level <> 'stopped'
where c.state = 'running'
limit %s
"""

log = structlog.get_logger(__name__)


def decide_waiting(decider: Decider) -> int:
    """Decide what waits in organisations that run, at most `WAITING_AT_ONCE_MAX` of each kind; return how many were decided."""
    return sum(_decide_waiting(decider, kind) for kind in decider.registry.kinds.values())


def _decide_waiting(decider: Decider, kind: DecisionKind) -> int:
    with decider.database.system() as tx:
        running = [row["organization_id"] for row in tx.all(_RUNNING, [kind.component, ORGANIZATIONS_MAX])]
        waiting = kind.list_waiting(tx, running, limit=WAITING_AT_ONCE_MAX)
    by_organization: dict[UUID, list[UUID]] = {}
    for organization_id, subject_id in waiting:
        by_organization.setdefault(organization_id, []).append(subject_id)
    proposals = []
    for organization_id, subject_ids in by_organization.items():
        with decider.database.transaction(organization_id) as tx:
            subjects = kind.reconsider(tx, subject_ids)
        proposals += [
            Proposal(organization_id, kind.name, subject_id, subjects[subject_id][0], BY)
            for subject_id in subject_ids
            if subject_id in subjects
        ]
    decided = 0
    for proposal, result in zip(proposals, decider.decide_each(proposals), strict=True):
        if isinstance(result, Decision):
            decided += 1
        elif isinstance(result, Unavailable):
            raise result
        else:
            # Another worker was quicker, or its applicant withdrew it meanwhile.
            log.info("what waited was not decided", subject=str(proposal.subject_id), code=result.code)
    return decided
