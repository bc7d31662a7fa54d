"""Cases that have changed since a person was asked: they are decided anew, and whoever answered is told so."""

from collections.abc import Sequence

from intendant.kernel import approvals
from intendant.kernel.approvals import ApprovalStale
from intendant.kernel.decisions._decider import Decider
from intendant.kernel.decisions._record import Decision
from intendant.kernel.registry import Proposal
from intendant.kit.database import Row
from intendant.kit.errors import IntendantError


class TurnedStale(ApprovalStale):
    """The case or the policy has changed since this was proposed; whoever catches this has the case decided anew."""

    code = "approval_stale"

    def __init__(self, row: Row, subject: object) -> None:
        super().__init__(
            "The case or the policy has changed since this was proposed, so the answer was not taken; it is decided anew.",
            remedy="Open the case again.",
        )
        self.row = row
        self.subject = subject


def decide_anew(decider: Decider, stale: Sequence[TurnedStale], by: str) -> list[ApprovalStale]:
    """Decide the subjects of stale approvals anew and close the approvals; return what is to be told of each.

    In this order, so that a crash between the two leaves questions open and not cases that nobody is asked about.
    """
    if not stale:
        return []
    proposals = [
        Proposal(each.row["organization_id"], each.row["kind"], each.row["subject_id"], each.subject, by)
        for each in stale
        if each.subject is not None
    ]
    decided = iter(decider.decide_many(proposals))
    results = [next(decided) if each.subject is not None else None for each in stale]
    with decider.database.transaction(*sorted({each.row["organization_id"] for each in stale})) as tx:
        approvals.mark_stale(tx, [each.row["id"] for each in stale])
    return [_told(result) for result in results]


def _told(result: Decision | IntendantError | None) -> ApprovalStale:
    if result is None:
        return ApprovalStale("What this case was about is gone.", remedy="Nothing is left to do.")
    if isinstance(result, IntendantError):
        return ApprovalStale(
            f"The case has changed since this was proposed, so the answer was not taken. {result.message}",
            remedy=result.remedy or "Look at the case.",
            data={"why": result.code},
        )
    return ApprovalStale(
        "The case or the policy has changed since this was proposed, so the answer was not taken; it has been decided anew.",
        remedy="Open the new decision.",
        data={"decision_id": str(result.id), "verdict": result.as_dict()["verdict"]},
    )
