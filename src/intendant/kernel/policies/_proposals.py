"""Proposals: policies that wait for a second person, for their date, or for both. Rows, and how they end.

A proposal is bound to its exact body, to its date and to what it replaces by one digest, which whoever approves it names. It
becomes a version only when it comes to hold, so that the numbers of versions are the order in which they held.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from intendant.kernel import alerts, events
from intendant.kernel.organizations import Organization
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import NotFound

EXPIRES_AFTER = timedelta(days=14)
"""Business time in which somebody may approve a proposal."""

OPEN_MAX = 20
"""Of one kind, waiting or scheduled."""

PAGE_MAX = 201

Ending = Literal["published", "rejected", "withdrawn", "cancelled", "expired", "displaced", "failed"]

_SYSTEM = "system:policies"


class ProposalUnknown(NotFound):
    """No such proposal."""

    code = "policy_proposal_unknown"


def digest_of(row: Mapping[str, Any]) -> str:
    """Return what binds a proposal: a digest of its kind, its body, its date and what it replaces."""
    at = row["effective_from"]
    bound = {
        "kind": row["kind"],
        "body": row["body"],
        "effective_from": None if at is None else at.timestamp(),
        "replaces": row["replaces"],
        "follows": None if row["follows"] is None else str(row["follows"]),
    }
    return digest(canonical_json(bound)).hex()


def lock_kind(tx: Transaction, organization: Organization, kind: str) -> None:
    """Wait until nobody else publishes, approves or activates a policy of this kind."""
    # A lock on the active row would not do: after waiting for another publisher it would find no active row at all.
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"policies:{organization.id}:{kind}"])


def insert_proposal(tx: Transaction, row: Row) -> None:
    """Write a new proposal."""
    tx.execute(
        "insert into policy_proposals (organization_id, id, kind, body, digest, state, replaces, follows, expects,"
        " effective_from, author, people, reason, created_at, proposed_at, expires_at) values (%(organization_id)s, %(id)s,"
        " %(kind)s, %(written)s::jsonb, %(digest)s, %(state)s, %(replaces)s, %(follows)s, %(expects)s, %(effective_from)s,"
        " %(author)s, %(people)s, %(reason)s, %(created_at)s, %(proposed_at)s, %(expires_at)s)",
        {**row, "written": canonical_json(row["body"]).decode()},
    )


def get_proposal(tx: Transaction, proposal_id: UUID) -> Row:
    """Get a proposal with its body; raises ProposalUnknown."""
    row = tx.find(
        "select * from policy_proposals where organization_id = %s and id = %s", [tx.organization_id, proposal_id]
    )
    if row is None:
        raise ProposalUnknown("There is no such proposal.", field="proposal_id", remedy="List the proposals.")
    return row


def list_proposals(
    tx: Transaction, kind: str | None = None, *, waiting: bool = False, before: UUID | None = None, limit: int = 100
) -> list[Row]:
    """List proposals newest first, without their bodies; with `waiting` only those that may still come to hold."""
    return tx.all(
        "select organization_id, id, kind, digest, state, replaces, follows, expects, effective_from, author, people,"
        " reason, created_at, proposed_at, expires_at, approved_by, approved_at, approval_reason, ended_by, ended_at,"
        " end_reason, version from policy_proposals where organization_id = %(organization)s"
        " and (%(kind)s::text is null or kind = %(kind)s)"
        " and (not %(waiting)s or state in ('proposed', 'scheduled'))"
        " and (%(before)s::uuid is null or id < %(before)s) order by id desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "kind": kind,
            "waiting": waiting,
            "before": before,
            "limit": min(limit, PAGE_MAX),
        },
    )


def list_open(tx: Transaction, organization: Organization, kind: str) -> list[Row]:
    """List what waits or is scheduled for a kind, by date; whoever calls holds the kind's lock."""
    return tx.all(
        "select * from policy_proposals where organization_id = %s and kind = %s and state in ('proposed', 'scheduled')"
        " order by effective_from nulls first, id limit %s",
        [organization.id, kind, OPEN_MAX * 2],
    )


def emit(
    tx: Transaction,
    organization: Organization,
    word: str,
    row: Row,
    *,
    actor: str,
    system_now: datetime,
    **more: object,
) -> None:
    """Tell of something that happened to a proposal; the event is its audit."""
    body = {
        "kind": row["kind"],
        "proposal_id": str(row["id"]),
        "digest": row["digest"],
        "effective_from": None if row["effective_from"] is None else row["effective_from"].isoformat(),
        **more,
    }
    event = events.Event(
        organization_id=organization.id,
        name=f"kernel.policy.{word}",
        subject=f"policy_proposal:{row['id']}",
        body=body,
        at=organization.clock.at(system_now),
        recorded_at=system_now,
        actor=actor,
    )
    events.emit(tx, [event])


def ask_second_person(tx: Transaction, organization: Organization, row: Row, *, now: datetime) -> None:
    """Raise the alert by which somebody learns that a proposal waits for them."""
    alert = alerts.Alert(
        organization_id=organization.id,
        kind="intervention",
        severity="medium",
        cause=_cause(row),
        title=f"A policy of {row['kind']} waits for a second person",
        at=now,
        detail={"proposal_id": str(row["id"]), "kind": row["kind"], "author": row["author"], "reason": row["reason"]},
    )
    alerts.raise_alerts(tx, [alert])


def mark_scheduled(tx: Transaction, organization: Organization, row: Row, *, system_now: datetime) -> None:
    """Let an approved proposal wait for its date; nobody has to answer it any more."""
    tx.execute(
        "update policy_proposals set state = 'scheduled', expires_at = null where organization_id = %s and id = %s",
        [organization.id, row["id"]],
    )
    by = alerts.By(_SYSTEM, organization.clock.at(system_now), system_now)
    alerts.resolve_causes(tx, [_cause(row)], note="It is approved.", by=by)


def end_proposal(
    tx: Transaction,
    organization: Organization,
    row: Row,
    state: Ending,
    *,
    by: str,
    reason: str,
    system_now: datetime,
    version: int | None = None,
) -> None:
    """End a proposal, and with it those that were to follow it and now cannot."""
    pending: list[tuple[Row, Ending, str, str, int | None]] = [(row, state, by, reason, version)]
    # A chain is no longer than what is open at once.
    for _ in range(OPEN_MAX * 2):
        if not pending:
            return
        current, word, actor, why, number = pending.pop()
        _end_one(tx, organization, current, word, by=actor, reason=why, system_now=system_now, version=number)
        if word != "published":
            text = "The version that this one was to follow did not come to hold."
            pending += [(each, "displaced", _SYSTEM, text, None) for each in _followers(tx, current)]


def displace(tx: Transaction, organization: Organization, version: Row, *, system_now: datetime) -> None:
    """End what was to replace another version than the one that holds now, but not the proposal it came from."""
    number = version["version"]
    for row in list_open(tx, organization, version["kind"]):
        if row["id"] == version["proposal_id"] or row["expects"] in {None, number}:
            continue
        # One that followed another of these has ended with it.
        if get_proposal(tx, row["id"])["state"] in {"proposed", "scheduled"}:
            text = f"Version {number} came to hold meanwhile; this was to replace version {row['expects']}."
            end_proposal(tx, organization, row, "displaced", by=_SYSTEM, reason=text, system_now=system_now)


def let_follow(tx: Transaction, row: Row, version: int) -> None:
    """Tell those that follow a proposal which version it has become."""
    tx.execute(
        "update policy_proposals set expects = %s where organization_id = %s and follows = %s and state in ('proposed', 'scheduled')",
        [version, row["organization_id"], row["id"]],
    )


def _followers(tx: Transaction, row: Row) -> Sequence[Row]:
    return tx.all(
        "select * from policy_proposals where organization_id = %s and follows = %s and state in ('proposed', 'scheduled')"
        " order by id limit %s",
        [row["organization_id"], row["id"], OPEN_MAX * 2],
    )


def _end_one(
    tx: Transaction,
    organization: Organization,
    row: Row,
    state: Ending,
    *,
    by: str,
    reason: str,
    system_now: datetime,
    version: int | None,
) -> None:
    now = organization.clock.at(system_now)
    tx.execute(
        "update policy_proposals set state = %s, ended_by = %s, ended_at = %s, end_reason = %s, version = %s"
        " where organization_id = %s and id = %s",
        [state, by, system_now, reason, version, organization.id, row["id"]],
    )
    person = alerts.By(by, now, system_now)
    alerts.resolve_causes(tx, [_cause(row)], note=reason, by=person)
    if state != "published":
        emit(tx, organization, state, row, actor=by, system_now=system_now, reason=reason)
    if row["state"] == "scheduled" and state in {"displaced", "failed"}:
        alerts.raise_alerts(tx, [_alert_of_scheduled(organization, row, reason, now)])


def _alert_of_scheduled(organization: Organization, row: Row, why: str, now: datetime) -> alerts.Alert:
    return alerts.Alert(
        organization_id=organization.id,
        kind="intervention",
        severity="high",
        cause=f"policy.scheduled.{row['id']}",
        title=f"A scheduled policy of {row['kind']} does not come to hold",
        at=now,
        detail={
            "proposal_id": str(row["id"]),
            "kind": row["kind"],
            "effective_from": None if row["effective_from"] is None else row["effective_from"].isoformat(),
            "why": why,
        },
    )


def _cause(row: Row) -> str:
    return f"policy.proposed.{row['id']}"
