"""Routes of collections: the queue, contacts and steps, promises, relief."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import StringConstraints

from intendant.domains.lending.collections import cases, contacts, marks, promises, queries, usecases, worklist
from intendant.domains.lending.collections.cures import COUNT_MIN, CURED_WITHIN_DAYS
from intendant.domains.lending.collections.model import Step
from intendant.domains.lending.collections.worklist import NextStep, QueueFilter, QueueSort
from intendant.domains.lending.http import collections_views as views
from intendant.domains.lending.http.parameters import PAGE_SIZE, Limit
from intendant.domains.lending.http.views import Page
from intendant.kernel.access import Permission, Principal, names_of
from intendant.kernel.registry import Doors
from intendant.kit.database import Database, Row, Transaction

VALUES_MAX = 50
_Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


def read_filter(
    bucket: Annotated[
        list[int],
        Query(max_length=VALUES_MAX, description="Lower bounds of days past due; any of these."),
    ] = [],  # noqa: B006
    next: Annotated[list[NextStep], Query(max_length=VALUES_MAX, description="Any of these.")] = [],  # noqa: A002, B006
    action: Annotated[list[Step], Query(max_length=VALUES_MAX, description="Planned or asked about.")] = [],  # noqa: B006
    product: Annotated[list[_Text], Query(max_length=VALUES_MAX, description="Keys; any of these.")] = [],  # noqa: B006
    currency: Annotated[str | None, Query(pattern=r"^[A-Z]{3}$")] = None,
    assignee: Annotated[Literal["me", "none"] | UUID | None, Query(description="me, none, or a user's id.")] = None,
    q: Annotated[_Text | None, Query(description="Part of a reference or of a borrower's name.")] = None,
    due_by: Annotated[date | None, Query(description="Only steps planned for a day until then.")] = None,
) -> tuple[QueueFilter, bool]:
    """Read the filters of the queue from the query, and whether `assignee` means the caller."""
    wanted = QueueFilter(
        buckets=bucket,
        next=next,
        actions=[each.value for each in action],
        products=product,
        currency=currency,
        assignee=assignee if isinstance(assignee, UUID) else None,
        unassigned=assignee == "none",
        q=q,
        due_by=due_by,
    )
    return wanted, assignee == "me"


Filter = Annotated[tuple[QueueFilter, bool], Depends(read_filter)]


def collection_routes(doors: Doors) -> APIRouter:
    """Return the routes of collections."""
    router = APIRouter(prefix="/api/v1/lending/collections", tags=["collections"])
    database: Database = doors.system.database
    _add_reading(router, doors, database)
    _add_contacts(router, doors, database)
    _add_promises(router, doors, database)
    _add_relief(router, doors, database)
    return router


def _add_reading(router: APIRouter, doors: Doors, database: Database) -> None:
    @router.get("/queue", summary="List loans in arrears")
    def list_queue(
        wanted: Filter,
        sort: QueueSort = QueueSort.PRIORITY,
        after: Annotated[str | None, Query(max_length=100, description="`next` of the page before.")] = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.LOAN_READ),
    ) -> Page[views.QueueRow]:
        """List loans in arrears, each with what is next about it, by priority: expected loss times days past due."""
        with database.transaction(principal.organization_id) as tx:
            rows = usecases.list_queue(tx, principal, *wanted, sort=sort, after=after, limit=limit + 1)
        names = _names(database, principal, rows)
        items = [show_row(row, names) for row in rows[:limit]]
        return Page(items=items, next=worklist.cursor(sort, rows[limit - 1]) if len(rows) > limit else None)

    @router.get("/queue/facets", summary="Count loans in arrears by facet")
    def count_queue(wanted: Filter, principal: Principal = doors.requires(Permission.LOAN_READ)) -> views.QueueFacets:
        """Count loans in arrears by bucket, by what is next, by step and by product, and add them up by currency."""
        with database.transaction(principal.organization_id) as tx:
            found, totals = usecases.count_queue(tx, principal, *wanted)
        return views.QueueFacets(
            buckets=_counts(found.by["bucket"]),
            next=_counts(found.by["next"]),
            actions=_counts(found.by["action"]),
            products=_counts(found.by["product"]),
            total=found.total,
            capped=found.capped,
            totals=[views.QueueTotal.model_validate(each, from_attributes=True) for each in totals],
        )

    @router.get("/cures", summary="Show how steps ended")
    def get_cures(principal: Principal = doors.requires(Permission.LOAN_READ)) -> views.CureTable:
        """Return the history that confidence rests on: how often a step in a bucket was followed by a cure."""
        with database.transaction(principal.organization_id) as tx:
            cures = queries.load_cures(tx)[principal.organization_id]
        return views.CureTable(
            within_days=CURED_WITHIN_DAYS,
            count_min=COUNT_MIN,
            cells=[
                views.CureCell(
                    bucket=bucket,
                    action=Step(step),
                    count=cell.count,
                    cured=cell.cured,
                    share=cures.share(bucket, step),
                )
                for (bucket, step), cell in sorted(cures.cells.items())
            ],
        )

    @router.get("/loans/{loan_id}", summary="Show a loan's case")
    def get_case(loan_id: UUID, principal: Principal = doors.requires(Permission.LOAN_READ)) -> views.CaseView:
        """Return everything collecting knows of a loan, with which steps the limits allow now."""
        with database.transaction(principal.organization_id) as tx:
            found = usecases.get_case_file(tx, principal, loan_id)
        return _show_case(found, _names(database, principal, [found.marks]))

    @router.post(
        "/loans/{loan_id}/marks",
        summary="Note something of a case",
        response_model=views.CaseMarks,
    )
    def mark(
        loan_id: UUID,
        body: views.MarksBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Say who works on it, whether and by which channels the borrower may be contacted, and where they live."""
        given = marks.Marks(names=frozenset(body.model_fields_set), **body.model_dump())

        def work(tx: Transaction) -> views.CaseMarks:
            row = marks.mark(tx, principal, loan_id, given)
            return _show_marks(row, _names(database, principal, [row]))

        return _once(database, principal, once, work)


def _add_contacts(router: APIRouter, doors: Doors, database: Database) -> None:
    @router.post(
        "/loans/{loan_id}/contacts",
        summary="Log a contact",
        status_code=201,
        response_model=views.ContactLogged,
    )
    def log_contact(
        loan_id: UUID,
        body: views.ContactBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Log a contact that took place; a planned step of the same sort is thereby done. Limits that it broke are named."""
        given = contacts.GivenContact(
            outcome=body.outcome,
            step=body.action,
            channel=body.channel,
            note=body.note,
            at=body.at,
            promise=_given(body.promise),
        )

        def work(tx: Transaction) -> views.ContactLogged:
            return _show_logged(tx, contacts.log_contact(tx, principal, loan_id, given))

        return _once(database, principal, once, work, status=201)

    @router.post("/steps/{step_id}/done", summary="Carry out a step", response_model=views.ContactLogged)
    def complete_step(
        step_id: UUID,
        body: views.DoneBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Say what came of a planned step."""

        def work(tx: Transaction) -> views.ContactLogged:
            logged = contacts.complete_step(
                tx,
                principal,
                step_id,
                outcome=body.outcome,
                note=body.note,
                at=body.at,
                promise=_given(body.promise),
            )
            return _show_logged(tx, logged)

        return _once(database, principal, once, work)

    @router.post("/steps/{step_id}/cancel", summary="Cancel a step", response_model=views.StepView)
    def cancel_step(
        step_id: UUID,
        body: views.ReasonBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Cancel a planned step; the loan is looked at again after a while."""

        def work(tx: Transaction) -> views.StepView:
            return views.StepView.model_validate(contacts.cancel_step(tx, principal, step_id, reason=body.reason))

        return _once(database, principal, once, work)


def _add_promises(router: APIRouter, doors: Doors, database: Database) -> None:
    @router.get("/promises", summary="List promises to pay")
    def list_promises(
        state: views.PromiseState | None = None,
        loan_id: UUID | None = None,
        after: UUID | None = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.LOAN_READ),
    ) -> Page[views.PromiseView]:
        """List promises, newest first."""
        with database.transaction(principal.organization_id) as tx:
            rows = promises.list_promises(tx, principal, state=state, loan_id=loan_id, after=after, limit=limit + 1)
        items = [views.PromiseView.model_validate(row) for row in rows[:limit]]
        return Page(items=items, next=str(items[-1].id) if len(rows) > limit else None)

    @router.post(
        "/loans/{loan_id}/promises",
        summary="Record a promise to pay",
        status_code=201,
        response_model=views.PromiseView,
    )
    def record_promise(
        loan_id: UUID,
        body: views.PromiseBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Record what the borrower promises. It is kept or broken by what is then paid; until its day nothing is collected."""

        def work(tx: Transaction) -> views.PromiseView:
            given = promises.GivenPromise(body.amount, body.due_on, body.note)
            return _show_promise(tx, promises.record_promise(tx, principal, loan_id, given))

        return _once(database, principal, once, work, status=201)

    @router.post("/promises/{promise_id}/cancel", summary="Cancel a promise", response_model=views.PromiseView)
    def cancel_promise(
        promise_id: UUID,
        body: views.ReasonBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Cancel an open promise, such as one recorded by mistake."""

        def work(tx: Transaction) -> views.PromiseView:
            return _show_promise(tx, promises.cancel_promise(tx, principal, promise_id, reason=body.reason))

        return _once(database, principal, once, work)


def _add_relief(router: APIRouter, doors: Doors, database: Database) -> None:
    @router.post("/loans/{loan_id}/hardship", summary="Note a request for relief", response_model=views.CaseMarks)
    def ask_hardship(
        loan_id: UUID,
        body: views.ReasonBody,
        principal: Principal = doors.requires(Permission.LOAN_SERVICE),
        once: Any = doors.once,
    ) -> Response:
        """Note that the borrower asks for relief. Until it is granted or refused, nothing is collected."""

        def work(tx: Transaction) -> views.CaseMarks:
            row = marks.ask_hardship(tx, principal, loan_id, reason=body.reason)
            return _show_marks(row, _names(database, principal, [row]))

        return _once(database, principal, once, work)

    @router.post("/loans/{loan_id}/hardship/grant", summary="Grant relief", response_model=views.CaseMarks)
    def grant_hardship(
        loan_id: UUID,
        body: views.GrantBody,
        principal: Principal = doors.requires(Permission.LOAN_RELIEVE),
        once: Any = doors.once,
    ) -> Response:
        """Pause the loan until a day; meanwhile nothing is collected. A restructure is recorded with the loan itself."""

        def work(tx: Transaction) -> views.CaseMarks:
            row = marks.grant_hardship(tx, principal, loan_id, until=body.until, reason=body.reason)
            return _show_marks(row, _names(database, principal, [row]))

        return _once(database, principal, once, work)

    @router.post("/loans/{loan_id}/hardship/refuse", summary="Refuse relief", response_model=views.CaseMarks)
    def refuse_hardship(
        loan_id: UUID,
        body: views.ReasonBody,
        principal: Principal = doors.requires(Permission.LOAN_RELIEVE),
        once: Any = doors.once,
    ) -> Response:
        """Refuse relief; collecting goes on."""

        def work(tx: Transaction) -> views.CaseMarks:
            row = marks.refuse_hardship(tx, principal, loan_id, reason=body.reason)
            return _show_marks(row, _names(database, principal, [row]))

        return _once(database, principal, once, work)


def show_row(row: Row, names: Mapping[UUID, str]) -> views.QueueRow:
    """Return a row of the queue as it is shown."""
    step = question = promise = last = None
    if row["step_id"] is not None:
        step = {"id": row["step_id"], **{name: row[name] for name in ("action", "channel", "planned_for")}}
    if row["approval_id"] is not None:
        action = None if step is not None else row["action"]
        question = {"id": row["approval_id"], "action": action, "due_at": row["due_at"]}
    if row["promise_id"] is not None:
        promise = {"id": row["promise_id"], "amount": row["promise_amount"], "due_on": row["promise_due_on"]}
    if row["last_at"] is not None:
        last = {name: row[f"last_{name}"] for name in ("action", "channel", "outcome", "at", "by")}
    return views.QueueRow.model_validate(
        {
            **row,
            "loan_id": row["id"],
            "expected_loss": row["provision"],
            "step": step,
            "question": question,
            "promise": promise,
            "last_contact": last,
            "assignee_name": names.get(row["assignee"]),
        }
    )


def _show_case(found: usecases.CaseFile, names: Mapping[UUID, str]) -> views.CaseView:
    loan = found.loan
    return views.CaseView.model_validate(
        {
            **loan,
            "loan_id": loan["id"],
            "time_zone": found.zone,
            "local_time": found.now.astimezone(ZoneInfo(found.zone)),
            "marks": _show_marks(found.marks, names),
            "question": found.question,
            "steps": found.steps,
            "promises": found.promises,
            "allowed": [
                views.Allowed(
                    action=each.step,
                    allowed=not each.reasons,
                    reasons=each.reasons,
                    channel=each.channel,
                    cure_share=each.cure_share,
                    cure_count=each.cure_count,
                )
                for each in found.allowed
            ],
            "limits": [views.ContactLimit.model_validate(each, from_attributes=True) for each in found.limits],
        }
    )


def _show_marks(row: Row, names: Mapping[UUID, str]) -> views.CaseMarks:
    return views.CaseMarks.model_validate({**row, "reason": row["why"], "assignee_name": names.get(row["assignee"])})


def _show_logged(tx: Transaction, logged: contacts.Logged) -> views.ContactLogged:
    promise = None if logged.promise is None else _show_promise(tx, logged.promise)
    return views.ContactLogged(
        step=views.StepView.model_validate(logged.step), breaches=logged.breaches, promise=promise
    )


def _show_promise(tx: Transaction, row: Row) -> views.PromiseView:
    loan = cases.get_loan_row(tx, row["loan_id"])
    named = {name: loan[name] for name in ("reference", "borrower", "currency")}
    return views.PromiseView.model_validate({**row, **named})


def _given(body: views.PromiseBody | None) -> promises.GivenPromise | None:
    return None if body is None else promises.GivenPromise(body.amount, body.due_on, body.note)


def _counts(counts: Mapping[str, int]) -> list[views.FacetCount]:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [views.FacetCount(value=value, count=count) for value, count in ordered]


def _names(database: Database, principal: Principal, rows: Sequence[Row]) -> dict[UUID, str]:
    wanted = {row["assignee"] for row in rows if row["assignee"] is not None}
    if not wanted:
        return {}
    # Users are out of the serving role's reach.
    with database.system() as tx:
        return names_of(tx, principal.organization_id, wanted)


def _once(database: Database, principal: Principal, once: Any, work: Any, *, status: int = 200) -> Response:
    with database.transaction(principal.organization_id) as tx:
        response: Response = once.run(tx, lambda: work(tx), status=status)
    return response
