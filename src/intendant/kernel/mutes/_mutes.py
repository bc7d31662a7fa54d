"""Mutes: a rule that does not ask about one customer for a while. A rule that refuses is never muted.

The customer is named by a value of the case that tells customers apart, such as an address or an account.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

from intendant.kernel import events
from intendant.kernel.gate import is_mutable, parse_policy
from intendant.kernel.lists import normalized
from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.bulk import to_json
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

MUTED_FOR_MAX = timedelta(days=366)
REASON_LENGTH_MAX = 2_000
PAGE_MAX = 201

Standing = Literal["open", "expired", "ended"]
_ASKED = """
select q.place, m.rule, m.id
from json_to_recordset(%(asked)s::json) as q(place int, organization_id uuid, kind text, field text, value text, at timestamptz)
join mutes m on m.organization_id = q.organization_id and m.kind = q.kind and m.field = q.field and m.value = q.value
    and m.ended_at is null and m.made_at <= q.at and m.until > q.at
order by q.place, m.id
"""


class MuteUnknown(NotFound):
    """No such mute."""

    code = "mute_unknown"


class MuteEnded(Conflict):
    """The mute has ended."""

    code = "mute_ended"


class MuteExists(Conflict):
    """The rule is muted for this customer already."""

    code = "mute_exists"


class RuleNotMutable(Conflict):
    """The rule refuses, or says that it may not be muted."""

    code = "rule_not_mutable"


class MuteInvalid(Invalid):
    """A mute cannot be so."""

    code = "mute_invalid"


class Asked(NamedTuple):
    """Which rules are muted for a customer at a business moment. `place` tells whose question it is."""

    place: int
    organization_id: UUID
    kind: str
    field: str
    value: object
    at: datetime


def mute(
    tx: Transaction,
    organization: Organization,
    *,
    kind: str,
    rule: str,
    field: str,
    value: str,
    until: datetime,
    reason: str,
    by: str,
    system_now: datetime,
) -> Row:
    """Keep a rule of the policy in force from asking about one customer until a business moment.

    Raises MuteInvalid, RuleNotMutable, and MuteExists where it is muted already.
    """
    now, customer, why = organization.clock.at(system_now), normalized(value), reason.strip()
    if customer is None:
        raise MuteInvalid("A mute needs its customer.", field="value", remedy="Give the value that names the customer.")
    if not 1 <= len(why) <= REASON_LENGTH_MAX:
        raise MuteInvalid(
            "A reason is needed.", field="reason", remedy=f"Say why, in at most {REASON_LENGTH_MAX} characters."
        )
    if not now < until <= now + MUTED_FOR_MAX:
        raise MuteInvalid(
            "A mute ends in the future.", field="until", remedy=f"Give a time within {MUTED_FOR_MAX.days} days."
        )
    _require_mutable(tx, kind, rule)
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"mutes:{organization.id}"])
    there = tx.find(
        "select id, until from mutes where organization_id = %s and kind = %s and field = %s and value = %s and rule = %s"
        " and ended_at is null and until > %s",
        [organization.id, kind, field, customer, rule, now],
    )
    if there is not None:
        raise MuteExists(
            f"'{rule}' is muted for this customer until {there['until'].isoformat()}.",
            field="rule",
            remedy="End that mute first.",
            data={"mute_id": str(there["id"])},
        )
    row: Row = {
        "organization_id": organization.id,
        "id": ids.new_id(),
        "kind": kind,
        "rule": rule,
        "field": field,
        "value": customer,
        "shown": value.strip(),
        "reason": why,
        "made_at": now,
        "made_by": by,
        "until": until,
        "ended_at": None,
        "ended_by": None,
        "ended_reason": None,
    }
    tx.execute(
        "insert into mutes (organization_id, id, kind, rule, field, value, shown, reason, made_at, made_by, until)"
        " values (%(organization_id)s, %(id)s, %(kind)s, %(rule)s, %(field)s, %(value)s, %(shown)s, %(reason)s, %(made_at)s,"
        " %(made_by)s, %(until)s)",
        row,
    )
    tx.execute(
        "insert into mute_fields (organization_id, kind, field, until) values (%s, %s, %s, %s)"
        " on conflict (organization_id, kind, field) do update set until = greatest(mute_fields.until, excluded.until)",
        [organization.id, kind, field, until],
    )
    body = {"mute_id": row["id"], "kind": kind, "rule": rule, "field": field, "until": until, "reason": why}
    _tell(tx, organization, "made", row, body, by, system_now)
    return row


def end_mute(
    tx: Transaction, organization: Organization, mute_id: UUID, *, reason: str, by: str, system_now: datetime
) -> Row:
    """End a mute before its time; raises MuteUnknown and MuteEnded."""
    row = get_mute(tx, mute_id)
    now, why = organization.clock.at(system_now), reason.strip()
    if len(why) > REASON_LENGTH_MAX:
        raise MuteInvalid(
            "The reason is too long.", field="reason", remedy=f"Keep it under {REASON_LENGTH_MAX} characters."
        )
    ended = tx.execute(
        "update mutes set ended_at = %s, ended_by = %s, ended_reason = %s"
        " where organization_id = %s and id = %s and ended_at is null and until > %s",
        [now, by, why, organization.id, mute_id, now],
    )
    if not ended:
        raise MuteEnded("The mute has ended already.", field="mute", remedy="Nothing is left to end.")
    body = {"mute_id": mute_id, "kind": row["kind"], "rule": row["rule"], "reason": why}
    _tell(tx, organization, "ended", row, body, by, system_now)
    return get_mute(tx, mute_id)


def get_mute(tx: Transaction, mute_id: UUID) -> Row:
    """Get one mute; raises MuteUnknown."""
    row = tx.find("select * from mutes where organization_id = %s and id = %s", [tx.organization_id, mute_id])
    if row is None:
        raise MuteUnknown("There is no such mute.", field="mute", remedy="List the mutes.")
    return row


def list_mutes(
    tx: Transaction,
    *,
    now: datetime,
    kind: str | None = None,
    rule: str | None = None,
    value: str | None = None,
    standing: Standing | None = "open",
    after: UUID | None = None,
    limit: int = 50,
) -> list[Row]:
    """List mutes newest first."""
    return tx.all(
        "select * from mutes where organization_id = %(organization)s and (%(after)s::uuid is null or id < %(after)s)"
        " and (%(kind)s::text is null or kind = %(kind)s) and (%(rule)s::text is null or rule = %(rule)s)"
        " and (%(value)s::text is null or value = %(value)s)"
        " and case %(standing)s when 'open' then ended_at is null and until > %(now)s"
        "  when 'expired' then ended_at is null and until <= %(now)s when 'ended' then ended_at is not null else true end"
        " order by id desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "now": now,
            "kind": kind,
            "rule": rule,
            "value": None if value is None else normalized(value) or "",
            "standing": standing or "any",
            "after": after,
            "limit": min(limit, PAGE_MAX),
        },
    )


def standing_of(row: Row, now: datetime) -> Standing:
    """Say whether a mute holds, ran out, or was ended."""
    if row["ended_at"] is not None:
        return "ended"
    return "open" if row["until"] > now else "expired"


def muted_query(asked: Sequence[Asked]) -> tuple[str, Mapping[str, object]]:
    """Return the query for the mutes that hold for each customer."""
    rows = [{**each._asdict(), "value": value} for each in asked if (value := normalized(each.value)) is not None]
    return _ASKED, {"asked": to_json(rows)}


def read_muted(rows: Sequence[Row]) -> dict[int, dict[str, str]]:
    """Return by place which rules are muted, each with the id of its mute."""
    found: dict[int, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["place"], {}).setdefault(row["rule"], str(row["id"]))
    return found


def _require_mutable(tx: Transaction, kind: str, rule: str) -> None:
    active = tx.find(
        "select body from policies where organization_id = %s and kind = %s and state = 'active'",
        [tx.organization_id, kind],
    )
    rules = {} if active is None else {each.name: each for each in parse_policy(active["body"]).rules}
    if rule not in rules:
        raise MuteInvalid(
            f"The policy in force has no rule '{rule[:60]}'.",
            field="rule",
            remedy="Take a name from the policy in force.",
        )
    if not is_mutable(rules[rule]):
        raise RuleNotMutable(
            f"The rule '{rule}' may not be muted.",
            field="rule",
            remedy="Only rules that ask a person, and do not say `mutable: false`, may be. Change the policy instead.",
        )


def _tell(
    tx: Transaction,
    organization: Organization,
    what: str,
    row: Row,
    body: Mapping[str, object],
    by: str,
    system_now: datetime,
) -> None:
    # The customer's value stays out of the log, which cannot forget.
    event = events.Event(
        organization_id=organization.id,
        name=f"kernel.mute.{what}",
        subject=f"mute:{row['id']}",
        body=body,
        at=organization.clock.at(system_now),
        recorded_at=system_now,
        actor=by,
    )
    events.emit(tx, [event])
