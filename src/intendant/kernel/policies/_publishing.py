"""Publishing by people: at once where one person suffices, else proposed to a second one; from now on, or from a date on.

The word of the version that holds binds: if it asks for a second person, so does every change to it. Whoever approves is a
signed-in person other than all who may stand behind the author, and names the digest of what they have read.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from intendant.kernel.access import Permission, Principal
from intendant.kernel.gate import Policy, dump_policy, parse_policy
from intendant.kernel.organizations import Organization
from intendant.kernel.policies._proposals import (
    EXPIRES_AFTER,
    OPEN_MAX,
    ask_second_person,
    digest_of,
    emit,
    end_proposal,
    get_proposal,
    insert_proposal,
    list_open,
    lock_kind,
    mark_scheduled,
)
from intendant.kernel.policies._reading import find_active
from intendant.kernel.policies._versions import (
    PolicyChanged,
    needs_second_person,
    put_in_force,
    require_active,
    require_reason,
    require_sound,
)
from intendant.kit import ids
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Forbidden, Invalid

AHEAD_MAX = timedelta(days=366)


class ProposalEnded(Conflict):
    """The proposal does not wait any more."""

    code = "policy_proposal_ended"


class ProposalAltered(Conflict):
    """What is to be approved is not what was read."""

    code = "policy_proposal_altered"


class ProposalsTooMany(Conflict):
    """As many proposals as may be wait already."""

    code = "policy_proposals_too_many"


class ScheduleOrder(Conflict):
    """Another version is scheduled that this one would have to follow."""

    code = "policy_schedule_order"


class SecondPersonRefused(Forbidden):
    """Whoever wants to answer a proposal may not."""

    code = "policy_second_person_refused"


@dataclass(frozen=True, slots=True)
class Author:
    """Who publishes: `label` goes on the record, `people` are all who may stand behind it (a key's makers among them)."""

    label: str
    people: tuple[str, ...] = ()


class Submitted(NamedTuple):
    """What became of it: a version that holds, or a proposal that waits or is scheduled."""

    version: Row | None
    proposal: Row | None


def submit(
    tx: Transaction,
    organization: Organization,
    policy: Policy,
    *,
    author: Author,
    reason: str,
    system_now: datetime,
    replaces: int | None = None,
    effective_from: datetime | None = None,
    follows: UUID | None = None,
    whatever_is_active: bool = False,
) -> Submitted:
    """Publish a policy as its organisation allows it.

    `effective_from` is business time to come; None is now. What is scheduled replaces the version that holds today
    (`replaces`, by default), the scheduled one it `follows`, or `whatever_is_active` then. Raises PolicyContradicts,
    PolicyChanged, ScheduleOrder and ProposalsTooMany.
    """
    why = require_reason(reason)
    require_sound(tx, organization.id, policy)
    now = organization.clock.at(system_now)
    _check_date(effective_from, now)
    if effective_from is None and (follows is not None or whatever_is_active):
        field = "follows" if follows is not None else "whatever_is_active"
        raise Invalid(f"'{field}' belongs to a date.", field=field, remedy="Give effective_from, or leave this out.")
    if sum((replaces is not None and effective_from is not None, follows is not None, whatever_is_active)) > 1:
        raise Invalid(
            "It can replace one thing only.",
            field="replaces",
            remedy="Keep one of replaces, follows, whatever_is_active.",
        )
    lock_kind(tx, organization, policy.kind)
    current = find_active(tx, policy.kind, organization.id)
    waiting = list_open(tx, organization, policy.kind)
    if follows is None and not whatever_is_active:
        require_active(current, replaces)
    needed = needs_second_person(current)
    if effective_from is None and not needed:
        label = author.label
        return Submitted(put_in_force(tx, organization, policy, author=label, reason=why, system_now=system_now), None)
    if len(waiting) >= OPEN_MAX:
        raise ProposalsTooMany(
            f"{OPEN_MAX} proposals wait or are scheduled for {policy.kind}.", remedy="Withdraw or cancel one of them."
        )
    base = None if current is None or follows is not None or whatever_is_active else current["version"]
    row: Row = {
        "organization_id": organization.id,
        "id": ids.new_id(),
        "kind": policy.kind,
        # As it will be read: the database writes some numbers in its own way.
        "body": tx.scalar("select %s::jsonb", [canonical_json(dump_policy(policy)).decode()]),
        "state": "proposed",
        "replaces": base,
        "follows": follows,
        "expects": base,
        "effective_from": effective_from,
        "author": author.label,
        "people": sorted({author.label, *author.people}),
        "reason": why,
        "created_at": system_now,
        "proposed_at": now,
        "expires_at": now + EXPIRES_AFTER,
    }
    row["digest"] = digest_of(row)
    if effective_from is not None:
        needed = _check_order(row, waiting) or needed
    if not needed:
        row |= {"state": "scheduled", "expires_at": None}
    insert_proposal(tx, row)
    emit(tx, organization, row["state"], row, actor=author.label, system_now=system_now, reason=why)
    if needed:
        ask_second_person(tx, organization, row, now=now)
    return Submitted(None, get_proposal(tx, row["id"]))


def approve(
    tx: Transaction,
    organization: Organization,
    proposal_id: UUID,
    *,
    by: Principal,
    digest: str,
    reason: str,
    system_now: datetime,
) -> Submitted:
    """Give a proposal the second person's word: it holds at once, or from its date on.

    Raises SecondPersonRefused, ProposalEnded, ProposalAltered where `digest` is not that of what stands there,
    PolicyChanged where another version holds by now, and PolicyContradicts.
    """
    why = require_reason(reason)
    row = _open_proposal(tx, organization, proposal_id, "proposed")
    _require_second_person(row, by)
    now = organization.clock.at(system_now)
    if row["expires_at"] <= now:
        raise ProposalEnded("The time to approve it is over.", remedy="Propose it anew.", data={"state": "expired"})
    if digest != row["digest"] or digest_of(row) != row["digest"]:
        raise ProposalAltered(
            "This is not the digest of what is proposed.", field="digest", remedy="Read the proposal again."
        )
    _require_base(tx, row)
    policy = parse_policy(row["body"])
    require_sound(tx, organization.id, policy)
    tx.execute(
        "update policy_proposals set approved_by = %s, approved_at = %s, approval_reason = %s"
        " where organization_id = %s and id = %s",
        [by.label, system_now, why, organization.id, proposal_id],
    )
    emit(tx, organization, "approved", row, actor=by.label, system_now=system_now, reason=why)
    if row["follows"] is not None or (row["effective_from"] is not None and row["effective_from"] > now):
        _check_order(row, [each for each in list_open(tx, organization, row["kind"]) if each["id"] != row["id"]])
        _schedule(tx, organization, row, system_now=system_now)
        return Submitted(None, get_proposal(tx, proposal_id))
    version = activate(tx, organization, {**row, "approved_by": by.label}, policy, system_now=system_now)
    return Submitted(version, get_proposal(tx, proposal_id))


def reject(
    tx: Transaction,
    organization: Organization,
    proposal_id: UUID,
    *,
    by: Principal,
    reason: str,
    system_now: datetime,
) -> Row:
    """Say no to a proposal as the second person."""
    why = require_reason(reason)
    row = _open_proposal(tx, organization, proposal_id, "proposed")
    _require_second_person(row, by)
    end_proposal(tx, organization, row, "rejected", by=by.label, reason=why, system_now=system_now)
    return get_proposal(tx, proposal_id)


def withdraw(
    tx: Transaction,
    organization: Organization,
    proposal_id: UUID,
    *,
    by: Author,
    reason: str,
    system_now: datetime,
) -> Row:
    """Take one's own proposal back."""
    why = require_reason(reason)
    row = _open_proposal(tx, organization, proposal_id, "proposed")
    if by.label not in row["people"]:
        raise SecondPersonRefused("Only its author withdraws a proposal.", remedy="Reject it instead.")
    end_proposal(tx, organization, row, "withdrawn", by=by.label, reason=why, system_now=system_now)
    return get_proposal(tx, proposal_id)


def cancel(
    tx: Transaction,
    organization: Organization,
    proposal_id: UUID,
    *,
    by: str,
    reason: str,
    system_now: datetime,
) -> Row:
    """Cancel what is scheduled, and with it what was to follow it. What holds goes on, so one person suffices."""
    why = require_reason(reason)
    row = _open_proposal(tx, organization, proposal_id, "scheduled")
    end_proposal(tx, organization, row, "cancelled", by=by, reason=why, system_now=system_now)
    return get_proposal(tx, proposal_id)


def activate(tx: Transaction, organization: Organization, row: Row, policy: Policy, *, system_now: datetime) -> Row:
    """Make a version of a proposal whose time has come. The caller holds the kind's lock and has checked."""
    version = put_in_force(
        tx,
        organization,
        policy,
        author=row["author"],
        reason=row["reason"],
        system_now=system_now,
        proposal_id=row["id"],
        approved_by=row["approved_by"],
    )
    end_proposal(
        tx,
        organization,
        row,
        "published",
        by=row["approved_by"] or row["author"],
        reason=f"It is version {version['version']}.",
        system_now=system_now,
        version=version["version"],
    )
    return version


def why_not_answer(row: Row, by: Principal) -> str | None:
    """Say why somebody may not approve or reject a proposal; None if they may."""
    if Permission.POLICY_PUBLISH not in by.permissions:
        return "This needs the permission to publish policies."
    if by.kind != "user":
        return "A second person is a person who is signed in, not an API key and not the command line."
    if by.label in row["people"]:
        return "You are its author, or a key of yours is: somebody else must answer."
    return None


def _require_second_person(row: Row, by: Principal) -> None:
    why_not = why_not_answer(row, by)
    if why_not is not None:
        raise SecondPersonRefused(why_not, remedy="Ask somebody else who may publish policies.")


def _open_proposal(tx: Transaction, organization: Organization, proposal_id: UUID, state: str) -> Row:
    """Lock a proposal's kind and return it as it is then; raises ProposalEnded unless it is in the state."""
    lock_kind(tx, organization, get_proposal(tx, proposal_id)["kind"])
    row = get_proposal(tx, proposal_id)
    if row["state"] != state:
        raise ProposalEnded(
            f"It is {row['state']}, not {state}.",
            remedy="Look at it again.",
            data={"state": row["state"], "ended_by": row["ended_by"], "end_reason": row["end_reason"]},
        )
    return row


def _require_base(tx: Transaction, row: Row) -> None:
    if row["follows"] is not None and row["expects"] is None:
        followed = get_proposal(tx, row["follows"])
        if followed["state"] != "scheduled":
            raise PolicyChanged(f"What it follows is {followed['state']}.", remedy="Propose it anew.")
        return
    require_active(find_active(tx, row["kind"], row["organization_id"]), row["expects"])


def _schedule(tx: Transaction, organization: Organization, row: Row, *, system_now: datetime) -> None:
    mark_scheduled(tx, organization, row, system_now=system_now)
    emit(tx, organization, "scheduled", row, actor=row["author"], system_now=system_now, reason=row["reason"])


def _check_date(effective_from: datetime | None, now: datetime) -> None:
    if effective_from is None:
        return
    if effective_from.tzinfo is None:
        raise Invalid("The date has no zone.", field="effective_from", remedy="Give it with its offset.")
    if not now < effective_from <= now + AHEAD_MAX:
        raise Invalid(
            "The date is not within the year to come.",
            field="effective_from",
            remedy=f"Give a moment of business time after {now.isoformat(timespec='seconds')}, or none for now.",
        )


def _check_order(row: Row, waiting: list[Row]) -> bool:
    """Raise ScheduleOrder if another scheduled version stands in the way; say whether the one it follows asks for two."""
    scheduled = {each["id"]: each for each in waiting if each["state"] == "scheduled"}
    asks = False
    if row["follows"] is not None:
        followed = scheduled.get(row["follows"])
        if followed is None or followed["effective_from"] >= row["effective_from"]:
            raise ScheduleOrder(
                "What it follows is not scheduled before it.", field="follows", remedy="List the proposals."
            )
        asks = needs_second_person(followed)
    for other in scheduled.values():
        bound = row["replaces"] is not None or row["follows"] is not None
        same = bound and (row["replaces"], row["follows"]) == (other["replaces"], other["follows"])
        before = row["replaces"] is not None and other["effective_from"] <= row["effective_from"]
        if same or before:
            raise ScheduleOrder(
                f"A version is scheduled for {other['effective_from'].isoformat(timespec='minutes')} already.",
                field="effective_from",
                remedy="Start from that one (follows), cancel it, or let this one replace whatever is active then.",
                data={"proposal_id": str(other["id"])},
            )
    return asks
