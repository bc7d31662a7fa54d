"""What comes by itself: scheduled versions come to hold on their date, proposals that nobody answered expire.

Any number of workers may do this at once. Each proposal is taken up under its kind's lock and looked at afresh, so it is
activated once.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from intendant.kernel import organizations
from intendant.kernel.gate import parse_policy
from intendant.kernel.organizations import Organization
from intendant.kernel.policies._proposals import digest_of, end_proposal, get_proposal, lock_kind
from intendant.kernel.policies._publishing import activate
from intendant.kernel.policies._reading import find_active
from intendant.kernel.policies._versions import needs_second_person, require_sound
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import IntendantError

DUE_MAX = 200

_SYSTEM = "system:policies"
_DUE = """
select p.organization_id, p.id from policy_proposals p
join organizations o on o.id = p.organization_id and o.removed_at is null
where (p.state = 'scheduled' and p.effective_from <= o.business_anchor + (%(now)s::timestamptz - o.system_anchor) * o.speed)
   or (p.state = 'proposed' and p.expires_at <= o.business_anchor + (%(now)s::timestamptz - o.system_anchor) * o.speed)
order by p.effective_from nulls first, p.id limit %(limit)s
"""


class Due(NamedTuple):
    """A proposal whose time has come."""

    organization_id: UUID
    proposal_id: UUID


def list_due(tx: Transaction, *, system_now: datetime) -> list[Due]:
    """List proposals of all organisations whose date has come or whose time is over. Takes a system transaction."""
    rows = tx.all(_DUE, {"now": system_now, "limit": DUE_MAX})
    return [Due(row["organization_id"], row["id"]) for row in rows]


def keep_times(database: Database, *, system_now: datetime) -> bool:
    """Activate what is due and expire what nobody answered; say whether there may be more."""
    with database.system() as tx:
        due = list_due(tx, system_now=system_now)
    for each in due:
        with database.transaction(each.organization_id) as tx:
            organization = organizations.get_organization(tx, each.organization_id)
            keep_time(tx, organization, each.proposal_id, system_now=system_now)
    return len(due) >= DUE_MAX


def keep_time(tx: Transaction, organization: Organization, proposal_id: UUID, *, system_now: datetime) -> Row | None:
    """Do what a proposal's time asks for; return the version that came to hold, if one did.

    What cannot come to hold any more ends as failed, with an alert that says why.
    """
    lock_kind(tx, organization, get_proposal(tx, proposal_id)["kind"])
    row = get_proposal(tx, proposal_id)
    now = organization.clock.at(system_now)
    if row["state"] == "proposed" and row["expires_at"] <= now:
        text = "Nobody answered in time."
        end_proposal(tx, organization, row, "expired", by=_SYSTEM, reason=text, system_now=system_now)
        return None
    if row["state"] != "scheduled" or row["effective_from"] > now:
        return None
    if row["follows"] is not None and row["expects"] is None:
        # The one before it is due as well, and comes first.
        return None
    why_not = _why_not_activate(tx, row)
    if why_not is not None:
        end_proposal(tx, organization, row, "failed", by=_SYSTEM, reason=why_not, system_now=system_now)
        return None
    return activate(tx, organization, row, parse_policy(row["body"]), system_now=system_now)


def _why_not_activate(tx: Transaction, row: Row) -> str | None:
    current = find_active(tx, row["kind"], row["organization_id"])
    active = None if current is None else current["version"]
    if row["expects"] is not None and active != row["expects"]:
        return f"Version {active} holds by now; this was to replace version {row['expects']}."
    if needs_second_person(current) and row["approved_by"] is None:
        return f"Version {active} asks for a second person, and nobody has approved this."
    if digest_of(row) != row["digest"]:
        return "It is not what was scheduled: its digest differs."
    try:
        require_sound(tx, row["organization_id"], parse_policy(row["body"]))
    except IntendantError as error:
        return f"It may not hold as things are now: {error.message}"
    return None
