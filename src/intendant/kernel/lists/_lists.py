"""Named lists that rules ask: made, described otherwise, and removed when no policy that holds asks them any more."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from intendant.kernel import events
from intendant.kernel.gate import Policy, Rule, lists_of, parse_policy
from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

LISTS_MAX = 500
LABEL_LENGTH_MAX = 200
DESCRIPTION_LENGTH_MAX = 2_000
KINDS_MAX = 1_000
PAGE_MAX = 201

Holds = Literal["text", "email", "phone", "account", "device", "address"]
_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_COUNTED = """
select l.*, coalesce(e.open, 0) as open, coalesce(e.total, 0) as total from ({lists}) l
left join lateral (
    select count(*) filter (where ended_at is null and (expires_at is null or expires_at > %(now)s)) as open, count(*) as total
    from (select ended_at, expires_at from list_entries where organization_id = l.organization_id and list_id = l.id
          limit %(counted)s) as entry) e on true
order by l.name
"""
COUNTED_MAX = 100_000


class ListUnknown(NotFound):
    """No such list, or it was removed."""

    code = "list_unknown"


class ListExists(Conflict):
    """The name is taken by another list."""

    code = "list_exists"


class ListChanged(Conflict):
    """Someone else changed the list meanwhile."""

    code = "list_changed"


class ListInUse(Conflict):
    """A policy that holds asks the list."""

    code = "list_in_use"


class ListInvalid(Invalid):
    """A list cannot be described so."""

    code = "list_invalid"


def create_list(
    tx: Transaction,
    organization: Organization,
    *,
    name: str,
    label: str,
    holds: Holds,
    description: str,
    by: str,
    system_now: datetime,
) -> Row:
    """Begin an empty list; raises ListInvalid and ListExists."""
    if not _WORD.match(name):
        raise ListInvalid(
            f"'{name[:60]}' is no name of a list.",
            field="name",
            remedy="Use small letters, digits and _, beginning with a letter, at most 64.",
        )
    _check_texts(label, description)
    _lock(tx, "lists")
    count = tx.scalar("select count(*) from lists where organization_id = %s and removed_at is null", [organization.id])
    if count >= LISTS_MAX:
        raise ListInvalid(f"There are {LISTS_MAX} lists already.", field="name", remedy="Remove one that no rule asks.")
    now = organization.clock.at(system_now)
    row: Row = {
        "organization_id": organization.id,
        "id": ids.new_id(),
        "name": name,
        "label": label.strip(),
        "holds": holds,
        "description": description.strip(),
        "revision": 1,
        "created_at": now,
        "created_by": by,
        "removed_at": None,
    }
    made = tx.execute(
        "insert into lists (organization_id, id, name, label, holds, description, revision, created_at, created_by)"
        " values (%(organization_id)s, %(id)s, %(name)s, %(label)s, %(holds)s, %(description)s, 1, %(created_at)s, %(created_by)s)"
        " on conflict (organization_id, name) where removed_at is null do nothing",
        row,
    )
    if not made:
        raise ListExists(f"There is a list '{name}' already.", field="name", remedy="Choose another name.")
    tell(tx, organization, row, "created", {"name": name, "label": row["label"], "holds": holds}, by, system_now)
    return {**row, "open": 0, "total": 0}


def change_list(
    tx: Transaction,
    organization: Organization,
    list_id: UUID,
    *,
    revision: int,
    label: str | None = None,
    description: str | None = None,
    by: str,
    system_now: datetime,
) -> Row:
    """Describe a list otherwise; its name stays, since rules say it. Raises ListChanged if `revision` is not the present one."""
    row = lock_list(tx, list_id)
    if row["revision"] != revision:
        raise ListChanged(
            f"Revision {row['revision']} is present by now, not {revision}.",
            field="revision",
            remedy="Look at the list and change it again.",
        )
    changed = {
        "label": row["label"] if label is None else label.strip(),
        "description": row["description"] if description is None else description.strip(),
    }
    _check_texts(changed["label"], changed["description"])
    tx.execute(
        "update lists set label = %s, description = %s, revision = revision + 1 where organization_id = %s and id = %s",
        [changed["label"], changed["description"], organization.id, list_id],
    )
    tell(tx, organization, row, "changed", {"name": row["name"], **changed}, by, system_now)
    return get_list(tx, list_id, now=organization.clock.at(system_now))


def remove_list(tx: Transaction, organization: Organization, list_id: UUID, *, by: str, system_now: datetime) -> None:
    """Remove a list that no policy in force asks; its entries stay on record. Raises ListInUse."""
    row = lock_list(tx, list_id)
    users = find_users(tx, [row["name"]])[row["name"]]
    if users:
        raise ListInUse(
            f"The list '{row['name']}' is asked by {users[0]['kind']}.",
            field="list",
            remedy="Publish policies whose rules do not ask it, then remove it.",
            data={"used_by": [dict(user) for user in users]},
        )
    tx.execute(
        "update lists set removed_at = %s, revision = revision + 1 where organization_id = %s and id = %s",
        [organization.clock.at(system_now), organization.id, list_id],
    )
    tell(tx, organization, row, "removed", {"name": row["name"]}, by, system_now)


def get_list(tx: Transaction, list_id: UUID, *, now: datetime) -> Row:
    """Get a list with how many entries it has open and in all; raises ListUnknown."""
    query = _COUNTED.format(
        lists="select * from lists where organization_id = %(organization)s and id = %(id)s and removed_at is null"
    )
    row = tx.find(query, {"organization": tx.organization_id, "id": list_id, "now": now, "counted": COUNTED_MAX})
    if row is None:
        raise _unknown()
    return row


def list_lists(
    tx: Transaction, *, now: datetime, after: str | None = None, text: str | None = None, limit: int = 50
) -> list[Row]:
    """List lists by name, from `after` (exclusive), with how many entries each has."""
    query = _COUNTED.format(
        lists="select * from lists where organization_id = %(organization)s and removed_at is null"
        " and (%(after)s::text is null or name > %(after)s)"
        " and (%(text)s::text is null or position(lower(%(text)s) in lower(name || ' ' || label)) > 0)"
        " order by name limit %(limit)s"
    )
    return tx.all(
        query,
        {
            "organization": tx.organization_id,
            "now": now,
            "after": after,
            "text": text,
            "limit": min(limit, PAGE_MAX),
            "counted": COUNTED_MAX,
        },
    )


def list_names(tx: Transaction, organization_id: UUID | None = None) -> list[Row]:
    """Return name, label and what is held of every list: what an editor of rules offers."""
    return tx.all(
        "select name, label, holds from lists where organization_id = %s and removed_at is null order by name limit %s",
        [organization_id or tx.organization_id, LISTS_MAX],
    )


def find_users(tx: Transaction, names: Sequence[str]) -> Mapping[str, list[Row]]:
    """Return by list which policies in force ask it: kind, version, and the rules that do."""
    wanted: dict[str, list[Row]] = {name: [] for name in names}
    rows = tx.all(
        "select kind, version, body from policies where organization_id = %s and state = 'active'"
        " and body::text ~ 'in_list' order by kind limit %s",
        [tx.organization_id, KINDS_MAX],
    )
    for row in rows:
        policy = parse_policy(row["body"])
        asked: dict[str, list[str]] = {}
        for rule in policy.rules:
            for name in {name for _, name in lists_of(_alone(policy, rule))}:
                asked.setdefault(name, []).append(rule.name)
        for name, rules in asked.items():
            if name in wanted:
                wanted[name].append({"kind": row["kind"], "version": row["version"], "rules": rules})
    return wanted


def lock_list(tx: Transaction, list_id: UUID) -> Row:
    """Get a list and keep others from changing it until the end; raises ListUnknown."""
    row = tx.find(
        "select * from lists where organization_id = %s and id = %s and removed_at is null for update",
        [tx.organization_id, list_id],
    )
    if row is None:
        raise _unknown()
    return row


def tell(
    tx: Transaction,
    organization: Organization,
    row: Row,
    what: str,
    body: Mapping[str, object],
    by: str,
    system_now: datetime,
) -> None:
    """Record what happened to a list. Values of entries are never in it: the log cannot forget."""
    event = events.Event(
        organization_id=organization.id,
        name=f"kernel.list.{what}",
        subject=f"list:{row['id']}",
        body=body,
        at=organization.clock.at(system_now),
        recorded_at=system_now,
        actor=by,
    )
    events.emit(tx, [event])


def _alone(policy: Policy, rule: Rule) -> Policy:
    return replace(policy, rules=(rule,))


def _lock(tx: Transaction, what: str) -> None:
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{what}:{tx.organization_id}"])


def _check_texts(label: str, description: str) -> None:
    if not 1 <= len(label.strip()) <= LABEL_LENGTH_MAX:
        raise ListInvalid("A list needs a label.", field="label", remedy=f"Give 1 to {LABEL_LENGTH_MAX} characters.")
    if len(description) > DESCRIPTION_LENGTH_MAX:
        raise ListInvalid(
            "The description is too long.",
            field="description",
            remedy=f"Keep it under {DESCRIPTION_LENGTH_MAX} characters.",
        )


def _unknown() -> ListUnknown:
    return ListUnknown("There is no such list.", field="list", remedy="List the lists.")
