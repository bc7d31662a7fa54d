"""Messages that came in: checked, kept as they came, told by an event, and proposed where their source says what they are."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import orjson

from intendant.kernel import organizations
from intendant.kernel.access import Permission, Principal
from intendant.kernel.decisions import Decider, Stopped
from intendant.kernel.registry import Proposal
from intendant.kernel.webhooks._endpoints import tell
from intendant.kernel.webhooks._mapping import MappingFailed, apply_mapping
from intendant.kit import clock, ids, signing
from intendant.kit.bulk import to_json
from intendant.kit.canonical import digest
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Bug, Conflict, IntendantError, NotFound, Unavailable

MessageState = Literal["kept", "waiting", "proposed", "quarantined"]
CONTENT_TYPE_LENGTH_MAX = 100
MESSAGES_AT_ONCE_MAX = 200
LEASE = timedelta(seconds=60)
AGAIN_AFTER = timedelta(seconds=30)
REASON_KEPT_MAX = 1_000
IDENTIFIER_LENGTH_MAX = 255


class MessageUnknown(NotFound):
    """There is no such message."""

    code = "webhook_message_unknown"


class MessageNotQuarantined(Conflict):
    """Only what was set aside is tried again."""

    code = "webhook_message_not_quarantined"


def verify(source: Row, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
    """Check a message by the scheme of its source and return what tells it apart; raises SignatureRefused.

    That is always something which the signature covers, so that nobody can send a message again under another name.
    """
    match source["scheme"]:
        case "standard":
            return signing.verify(secrets, headers, body, now=now)
        case "plain":
            signing.verify_plain(secrets, headers.get(source["header"], ""), body)
            return f"sha256:{hashlib.sha256(body).hexdigest()}"
        case "timed":
            signing.verify_timed(secrets, headers.get(source["header"], ""), body, now=now)
            return _own_id(body) or f"sha256:{hashlib.sha256(body).hexdigest()}"
        case other:
            raise Bug(f"There is no scheme '{other}'.")


def _own_id(body: bytes) -> str | None:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    own = found.get("id") if isinstance(found, dict) else None
    sound = isinstance(own, str) and 1 <= len(own) <= IDENTIFIER_LENGTH_MAX and own.isprintable()
    return own if sound else None


def count_refused(tx: Transaction, source: Row, why: str) -> None:
    """Count a message whose signature does not hold; its body is not kept."""
    tx.execute(
        "update webhook_sources set refused_count = refused_count + 1, refused_at = %s, refused_why = %s"
        " where organization_id = %s and id = %s",
        [clock.system_now(), why, source["organization_id"], source["id"]],
    )


def receive(tx: Transaction, source: Row, message_id: str, content_type: str, body: bytes) -> bool:
    """Keep a message that was checked, and tell of it; False where it came before, which changes nothing."""
    now = clock.system_now()
    row = tx.find(
        "insert into webhook_messages (organization_id, id, source_id, message_id, content_type, body, state, due_at,"
        " received_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (organization_id, source_id, message_id) do nothing returning id",
        [
            tx.organization_id,
            ids.new_id(),
            source["id"],
            message_id,
            content_type[:CONTENT_TYPE_LENGTH_MAX],
            body,
            "kept" if source["kind"] is None else "waiting",
            now,
            now,
        ],
    )
    tx.execute(
        "update webhook_sources set received_count = received_count + %(new)s, repeated_count = repeated_count + 1 - %(new)s,"
        " received_at = %(now)s where organization_id = %(organization)s and id = %(id)s",
        {"new": int(row is not None), "now": now, "organization": tx.organization_id, "id": source["id"]},
    )
    if row is None:
        return False
    detail = {"source_id": str(source["id"]), "source": source["name"], "message_id": message_id, "bytes": len(body)}
    tell(tx, "kernel.webhook.received", row["id"], proposer_of(source), detail)
    return True


def proposer_of(source: Row) -> str:
    """Name a source as the author of what it proposes."""
    return f"webhook:{source['name']}"


_TAKE = """
update webhook_messages m set due_at = %(until)s, tries = m.tries + 1
from (select organization_id, id from webhook_messages where state = 'waiting' and due_at <= %(now)s
      order by due_at, organization_id, id limit %(limit)s for update skip locked) due, webhook_sources s
where m.organization_id = due.organization_id and m.id = due.id
and s.organization_id = m.organization_id and s.id = m.source_id
returning m.organization_id, m.id, m.source_id, m.message_id, m.body, s.name, s.kind, s.mapping
"""


def propose_messages(decider: Decider) -> bool:
    """Propose what came in through the gate, and set aside what cannot be read; say whether there may be more.

    The key of a proposal is its message, so one that is decided and not yet marked when a worker dies is found decided.
    """
    now = clock.system_now()
    with decider.database.system() as tx:
        rows = tx.all(_TAKE, {"now": now, "until": now + LEASE, "limit": MESSAGES_AT_ONCE_MAX})
    rows.sort(key=lambda row: row["id"])
    results: dict[UUID, Any] = {}
    proposals: list[tuple[Row, Proposal]] = []
    for organization_id in dict.fromkeys(row["organization_id"] for row in rows):
        with decider.database.transaction(organization_id) as tx:
            for row in rows:
                if row["organization_id"] == organization_id:
                    try:
                        proposals.append((row, _proposal(tx, decider, row)))
                    except IntendantError as error:
                        results[row["id"]] = error
    decided = decider.decide_each([each for _, each in proposals])
    results |= {row["id"]: result for (row, _), result in zip(proposals, decided, strict=True)}
    for organization_id in dict.fromkeys(row["organization_id"] for row in rows):
        with decider.database.transaction(organization_id) as tx:
            _mark(tx, [(row, results[row["id"]]) for row in rows if row["organization_id"] == organization_id])
    return len(rows) >= MESSAGES_AT_ONCE_MAX


def _proposal(tx: Transaction, decider: Decider, row: Row) -> Proposal:
    intake = decider.registry.intakes.get(row["kind"] or "")
    if intake is None:
        raise MappingFailed("The source says no kind that may come in.", field="kind", remedy="Set the source's kind.")
    content = bytes(row["body"])
    try:
        message = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise MappingFailed("The message is no JSON.", field="body", remedy="Send a JSON object.") from error
    body = apply_mapping(row["mapping"], message)
    organization = organizations.get_organization(tx, tx.organization_id)
    key = digest(f"webhook:{row['source_id']}:{row['message_id']}".encode()).hex()
    return intake(
        tx, organization, body, proposed_by=proposer_of(row), idempotency_key=key, body_digest=digest(content)
    )


def _mark(tx: Transaction, ended: Sequence[tuple[Row, Any]]) -> None:
    now = clock.system_now()
    rows = []
    for row, result in ended:
        change: Row = {"id": row["id"], "state": "proposed", "code": None, "reason": None, "errors": None}
        if isinstance(result, Unavailable | Stopped):
            change |= {"state": "waiting", "code": result.code, "reason": result.message}
        elif isinstance(result, IntendantError):
            change |= {"state": "quarantined", "code": result.code, "reason": str(result)[:REASON_KEPT_MAX]}
            change["errors"] = result.data.get("errors")
            tell(tx, "kernel.webhook.quarantined", row["id"], proposer_of(row), {"code": result.code})
        change["decision_id"] = None if isinstance(result, IntendantError) else result.id
        rows.append(change)
    tx.execute(
        "update webhook_messages m set state = g.state, code = g.code, reason = g.reason, errors = g.errors,"
        " decision_id = g.decision_id, due_at = %s"
        " from json_to_recordset(%s::json) as g(id uuid, state text, code text, reason text, errors jsonb, decision_id uuid)"
        " where m.organization_id = %s and m.id = g.id and m.state = 'waiting'",
        [now + AGAIN_AFTER, to_json(rows), tx.organization_id],
    )


def list_messages(
    tx: Transaction, source_id: UUID, *, state: MessageState | None, after: UUID | None, limit: int
) -> list[Row]:
    """List a source's messages without their bodies, newest first."""
    return tx.all(
        "select id, source_id, message_id, content_type, octet_length(body) as bytes, state, code, reason, decision_id, tries,"
        " received_at from webhook_messages where organization_id = %(organization)s and source_id = %(source)s"
        " and (%(state)s::text is null or state = %(state)s) and (%(after)s::uuid is null or id < %(after)s)"
        " order by id desc limit %(limit)s",
        {"organization": tx.organization_id, "source": source_id, "state": state, "after": after, "limit": limit},
    )


def get_message(tx: Transaction, message_id: UUID) -> Row:
    """Return a message as it came, with what became of it."""
    row = tx.find(
        "select *, octet_length(body) as bytes from webhook_messages where organization_id = %s and id = %s",
        [tx.organization_id, message_id],
    )
    if row is None:
        raise MessageUnknown("There is no such message.", field="message_id", remedy="List the source's messages.")
    return row


def retry_message(tx: Transaction, by: Principal, message_id: UUID) -> Row:
    """Try what was set aside once more, as the source is now."""
    by.require(Permission.WEBHOOK_MANAGE)
    if get_message(tx, message_id)["state"] != "quarantined":
        raise MessageNotQuarantined(
            "The message was not set aside.", field="message_id", remedy="Only quarantined messages are tried again."
        )
    tx.execute(
        "update webhook_messages set state = 'waiting', due_at = %s where organization_id = %s and id = %s",
        [clock.system_now(), tx.organization_id, message_id],
    )
    tell(tx, "kernel.webhook.retried", message_id, by.label, {"message": True, "count": 1})
    return get_message(tx, message_id)
