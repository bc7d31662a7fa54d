"""Requests of people about their own data: a copy, or erasure; made, looked at, confirmed by a second act, carried out by a task."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from intendant.kernel import events, organizations, tasks
from intendant.kernel.privacy._erasure import Preview, erase_person, preview
from intendant.kernel.privacy._export import PART_BYTES, write_copy
from intendant.kernel.privacy._person import Candidate, gather
from intendant.kernel.registry import Registry
from intendant.kit import clock, ids
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from intendant.kernel.tasks import TaskContext

TASK = "kernel.person.request"
DUE = timedelta(days=30)
"""Within a month of the request (Regulation (EU) 2016/679, article 12(3))."""
COPY_KEPT = timedelta(days=7)
PAGE_MAX = 201
EXPIRED_PER_ROUND = 100
ERASED_PERSON = "Erased person"
Kind = Literal["export", "erasure"]


class RequestUnknown(NotFound):
    """No such request in this organisation."""

    code = "person_request_unknown"


class RequestOver(Conflict):
    """The request's state does not allow this."""

    code = "person_request_over"


class RequestChanged(Conflict):
    """Somebody changed the request, or what hangs on it, since it was read."""

    code = "person_request_changed"


class NothingToErase(Conflict):
    """All of it must stay."""

    code = "nothing_to_erase"


class CopyNotReady(Conflict):
    """The copy is not made yet, or was thrown away."""

    code = "person_copy_not_ready"


def make_request(
    tx: Transaction,
    registry: Registry,
    *,
    kind: Kind,
    person: str,
    roots: Sequence[UUID],
    ground: str,
    requested_at: datetime | None,
    by: str,
    system_now: datetime,
) -> Row:
    """Take down a request. A copy is made at once by a task; an erasure waits until it is confirmed. Raises RootUnknown."""
    now = organizations.get_organization(tx, tx.organization_id).clock.at(system_now)
    asked = requested_at or now
    if asked > now:
        raise Invalid("A request cannot lie ahead.", field="requested_at", remedy="Give the day on which it came.")
    gather(tx, registry, roots, now=now)
    request_id = ids.new_id()
    tx.execute(
        "insert into person_requests (organization_id, id, kind, state, person, roots, ground, requested_at, due_at,"
        " created_by, created_at) values (%s, %s, %s, 'open', %s, %s, %s, %s, %s, %s, %s)",
        [
            tx.organization_id, request_id, kind, person, list(dict.fromkeys(roots)), ground, asked, asked + DUE, by,
            system_now,
        ],
    )  # fmt: skip
    _tell(tx, request_id, "requested", {"kind": kind, "roots": len(roots)}, at=now, system_now=system_now, by=by)
    if kind == "export":
        _enqueue(tx, request_id, by=by, system_now=system_now)
    return get_request(tx, request_id)


def look(tx: Transaction, registry: Registry, request_id: UUID, *, now: datetime) -> tuple[Preview, str]:
    """Work out what an erasure would do now, and a digest of that, which confirming repeats."""
    row = get_request(tx, request_id)
    shown = preview(tx, registry, row["roots"], now=now)
    return shown, _digest(shown)


def _digest(shown: Preview) -> str:
    """Return what a human confirms: which roots go and which stay."""
    return digest(canonical_json([[each.root for each in shown.goes], [each.root for each in shown.stays]])).hex()[:32]


def confirm(
    tx: Transaction,
    registry: Registry,
    request_id: UUID,
    *,
    seen: str,
    revision: int,
    by: str,
    system_now: datetime,
) -> Row:
    """Confirm an erasure that was looked at; `seen` is the digest of that look. A task then carries it out.

    Raises RequestOver, RequestChanged or NothingToErase.
    """
    row = _locked(tx, request_id, revision)
    if row["kind"] != "erasure" or row["state"] not in ("open", "failed"):
        raise RequestOver(f"The request is {row['state']}.", field="state", remedy="Only an open erasure is confirmed.")
    now = organizations.get_organization(tx, tx.organization_id).clock.at(system_now)
    shown, held = look(tx, registry, request_id, now=now)
    if held != seen:
        raise RequestChanged(
            "What goes and what stays has changed since you looked.", field="seen", remedy="Look again, then confirm."
        )
    if not shown.goes:
        raise NothingToErase(
            "All of it must stay for now.",
            field="roots",
            remedy="Refuse the request with the reasons shown, and say from when on it can go.",
        )
    tx.execute(
        "update person_requests set confirmed_by = %s, confirmed_at = %s, preview = %s, revision = revision + 1"
        " where organization_id = %s and id = %s",
        [by, system_now, Jsonb(_counts_of(shown)), tx.organization_id, request_id],
    )
    _tell(tx, request_id, "confirmed", {"goes": len(shown.goes), "stays": len(shown.stays)}, at=now,
          system_now=system_now, by=by)  # fmt: skip
    _enqueue(tx, request_id, by=by, system_now=system_now)
    return get_request(tx, request_id)


def _counts_of(shown: Preview) -> dict[str, Any]:
    return {
        "goes": len(shown.goes),
        "stays": [_staying(each) for each in shown.stays],
        "tables": {each.table: each.rows for each in shown.tables},
    }


def _staying(each: Candidate) -> dict[str, Any]:
    until = None if each.until is None else each.until.isoformat()
    return {"root": str(each.root), "title": each.title, "standing": each.standing, "until": until, "why": each.why}


def refuse(tx: Transaction, request_id: UUID, *, reason: str, revision: int, by: str, system_now: datetime) -> Row:
    """Refuse a request that is open, with the reason that the person is told. Raises RequestOver or RequestChanged."""
    row = _locked(tx, request_id, revision)
    if row["state"] not in ("open", "failed"):
        raise RequestOver(f"The request is {row['state']}.", field="state", remedy="Only an open request is refused.")
    now = organizations.get_organization(tx, tx.organization_id).clock.at(system_now)
    tx.execute(
        "update person_requests set state = 'refused', reason = %s, ended_at = %s, revision = revision + 1"
        " where organization_id = %s and id = %s",
        [reason, now, tx.organization_id, request_id],
    )
    _tell(tx, request_id, "refused", {}, at=now, system_now=system_now, by=by)
    return get_request(tx, request_id)


def get_request(tx: Transaction, request_id: UUID) -> Row:
    """Get one request; raises RequestUnknown."""
    row = tx.find(
        "select * from person_requests where organization_id = %s and id = %s", [tx.organization_id, request_id]
    )
    if row is None:
        raise RequestUnknown("There is no such request.", field="request", remedy="List them to find it.")
    return row


def list_requests(
    tx: Transaction, *, kind: str | None, states: Sequence[str], after: UUID | None, limit: int
) -> list[Row]:
    """List requests, newest first."""
    return tx.all(
        "select * from person_requests where organization_id = %s and (%s::text is null or kind = %s)"
        " and (cardinality(%s::text[]) = 0 or state = any(%s)) and (%s::uuid is null or id < %s) order by id desc limit %s",
        [tx.organization_id, kind, kind, list(states), list(states), after, after, min(limit, PAGE_MAX)],
    )


def read_copy(tx: Transaction, request_id: UUID, *, by: str, system_now: datetime) -> bytes:
    """Return the copy as a zip file, and record that it was taken; raises CopyNotReady."""
    row = get_request(tx, request_id)
    if row["kind"] != "export" or row["state"] != "done" or row["expires_at"] <= system_now:
        raise CopyNotReady(
            "There is no copy to take.", field="request", remedy="Wait for its task, or ask for a new one."
        )
    parts = tx.all(
        "select body from person_export_parts where organization_id = %s and request_id = %s order by number limit 1000",
        [tx.organization_id, request_id],
    )
    now = organizations.get_organization(tx, tx.organization_id).clock.at(system_now)
    _tell(tx, request_id, "downloaded", {}, at=now, system_now=system_now, by=by)
    return b"".join(bytes(part["body"]) for part in parts)


def carry_out(
    database: Database, registry: Registry, organization_id: UUID, request_id: UUID, progress: Any = None
) -> dict[str, Any]:
    """Do what a confirmed request asks, from wherever it was left; what is done already is left alone."""

    def told(fraction: float) -> None:
        with database.transaction(organization_id) as tx:
            tx.execute(
                "update person_requests set state = 'running', progress = %s where organization_id = %s and id = %s"
                " and state in ('queued', 'running')",
                [fraction, organization_id, request_id],
            )
        if progress is not None:
            progress(fraction)

    with database.transaction(organization_id) as tx:
        row = get_request(tx, request_id)
        now = organizations.get_organization(tx, organization_id).clock.at(clock.system_now())
    if row["state"] not in ("queued", "running"):
        return {"state": row["state"]}
    told(0.0)
    if row["kind"] == "export":
        return _copy(database, registry, row, now)

    def finish(tx: Transaction, counts: Mapping[str, int], staying: Sequence[Candidate]) -> None:
        tx.execute(
            "update person_requests set state = 'done', progress = 1, result = %s, ended_at = %s, revision = revision + 1,"
            " person = case when %s then %s else person end, ground = case when %s then 'Erased.' else ground end"
            " where organization_id = %s and id = %s",
            [
                Jsonb({"rows": dict(counts), "stays": [_staying(each) for each in staying]}), now, not staying,
                ERASED_PERSON, not staying, organization_id, request_id,
            ],
        )  # fmt: skip
        # Answers kept for repeated requests say in their own words who asked.
        tx.execute(
            "delete from requests where organization_id = %s and response like %s",
            [organization_id, f"%{request_id}%"],
        )
        body = {"rows": sum(counts.values()), "stays": len(staying)}
        _tell(tx, request_id, "erased", body, at=now, system_now=clock.system_now(), by=row["confirmed_by"])

    counts = erase_person(
        database, registry, organization_id, row["roots"], request=request_id, by=row["confirmed_by"], now=now,
        finish=finish, progress=told,
    )  # fmt: skip
    return {"state": "done", "rows": counts}


def _copy(database: Database, registry: Registry, row: Row, now: datetime) -> dict[str, Any]:
    organization_id, request_id = row["organization_id"], row["id"]
    with database.snapshot(organization_id) as tx:
        content = write_copy(tx, registry, row, now=now)
    system_now = clock.system_now()
    with database.transaction(organization_id) as tx:
        tx.execute(
            "delete from person_export_parts where organization_id = %s and request_id = %s",
            [organization_id, request_id],
        )
        tx.execute_many(
            "insert into person_export_parts (organization_id, request_id, number, body) values (%s, %s, %s, %s)",
            [
                [organization_id, request_id, number, content[start : start + PART_BYTES]]
                for number, start in enumerate(range(0, len(content), PART_BYTES))
            ],
        )
        tx.execute(
            "update person_requests set state = 'done', progress = 1, size = %s, digest = %s, expires_at = %s, ended_at = %s,"
            " revision = revision + 1 where organization_id = %s and id = %s",
            [len(content), digest(content), system_now + COPY_KEPT, now, organization_id, request_id],
        )
        body: dict[str, object] = {"size": len(content), "digest": digest(content).hex()}
        _tell(tx, request_id, "exported", body, at=now, system_now=system_now, by=row["created_by"])
    return {"state": "done", "size": len(content)}


def run_request(context: "TaskContext") -> Any:
    """Carry out a request as a durable task; parameter `request`."""
    request_id = UUID(str(context.parameters["request"]))

    def work() -> dict[str, Any]:
        with context.database.transaction(context.organization_id) as tx:
            # A failed task that a person queues again means the request too, if that is its last task.
            tx.execute(
                "update person_requests set state = 'queued' where organization_id = %s and id = %s and task_id = %s"
                " and state = 'failed'",
                [context.organization_id, request_id, context.task.id],
            )
        try:
            return carry_out(
                context.database, context.system.registry, context.organization_id, request_id, context.progress
            )
        except Exception:
            # A request must not look as if it were under way when nothing is: it can then be confirmed again.
            with context.database.transaction(context.organization_id) as tx:
                tx.execute(
                    "update person_requests set state = 'failed' where organization_id = %s and id = %s"
                    " and task_id = %s and state in ('queued', 'running')",
                    [context.organization_id, request_id, context.task.id],
                )
            raise

    return context.step("carry out", work, retry_count_max=0)


def fail_abandoned(database: Database) -> None:
    """Call requests failed whose task was cancelled or given up from outside: they can then be confirmed again or refused."""
    with database.system() as tx:
        tx.execute(
            "update person_requests r set state = 'failed' from tasks t where r.state in ('queued', 'running')"
            " and t.organization_id = r.organization_id and t.id = r.task_id and t.state in ('failed', 'cancelled')"
        )


def expire_copies(database: Database) -> bool:
    """Throw away copies whose time is over; say whether there may be more."""
    now = clock.system_now()
    with database.system() as tx:
        rows = tx.all(
            "update person_requests set state = 'expired' where (organization_id, id) in (select organization_id, id"
            " from person_requests where kind = 'export' and state = 'done' and expires_at <= %s limit %s"
            " for update skip locked) returning organization_id, id",
            [now, EXPIRED_PER_ROUND],
        )
        for row in rows:
            tx.execute(
                "delete from person_export_parts where organization_id = %s and request_id = %s",
                [row["organization_id"], row["id"]],
            )
    return len(rows) == EXPIRED_PER_ROUND


def _locked(tx: Transaction, request_id: UUID, revision: int) -> Row:
    row = tx.find(
        "select * from person_requests where organization_id = %s and id = %s for update",
        [tx.organization_id, request_id],
    )
    if row is None:
        raise RequestUnknown("There is no such request.", field="request", remedy="List them to find it.")
    if row["revision"] != revision:
        raise RequestChanged("Somebody changed the request.", field="revision", remedy="Read it again.")
    return row


def _enqueue(tx: Transaction, request_id: UUID, *, by: str, system_now: datetime) -> None:
    # Not deduplicated: the request is locked and in a state that nothing works on, while its last task, which has failed it,
    # may not have ended yet; to be given that one would leave the request queued for ever.
    task_id = tasks.enqueue(
        tx, TASK, parameters={"request": str(request_id)}, created_by=by, now=system_now,
        subject=f"person_request:{request_id}",
    )  # fmt: skip
    tx.execute(
        "update person_requests set state = 'queued', task_id = %s, progress = 0 where organization_id = %s and id = %s",
        [task_id, tx.organization_id, request_id],
    )


def _tell(
    tx: Transaction,
    request_id: UUID,
    what: str,
    body: Mapping[str, object],
    *,
    at: datetime,
    system_now: datetime,
    by: str,
) -> None:
    """Emit `kernel.person.<what>`. The body names nobody."""
    event = events.Event(
        organization_id=tx.organization_id,
        name=f"kernel.person.{what}",
        subject=f"person_request:{request_id}",
        body={"request_id": request_id, **body},
        at=at,
        recorded_at=system_now,
        actor=by,
    )
    events.emit(tx, [event])


def show_preview(shown: Preview) -> dict[str, Any]:
    """Return a preview for programs."""
    return asdict(shown)
