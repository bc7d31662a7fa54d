"""/api/v1/privacy: find a person, give them a copy, erase them, take down consents, keep and let go by rules and holds.

Who is looked for is sent in bodies, never in addresses, which end up in logs.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from intendant.kernel import organizations, privacy
from intendant.kernel.access import Permission, Principal
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.server.acts import record_by
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import system_of
from intendant.server.views.privacy import (
    ConsentView,
    CurrentConsents,
    DataMap,
    DeclaredTable,
    DryRunView,
    ErasurePreview,
    FreeTable,
    HoldView,
    PeopleFound,
    RequestState,
    RequestView,
    RetentionRuleView,
    RulesView,
    RunView,
    TableShareView,
    show_candidate,
    show_request,
    show_row,
    show_rule,
)

router = APIRouter(prefix="/api/v1/privacy", tags=["privacy"])
Reader = Annotated[Principal, requires(Permission.PERSON_READ)]
Eraser = Annotated[Principal, requires(Permission.PERSON_ERASE)]
Consenting = Annotated[Principal, requires(Permission.PERSON_CONSENT)]
Keeper = Annotated[Principal, requires(Permission.RETENTION_MANAGE)]

Word = Annotated[str, Field(min_length=3, max_length=200)]
Purpose = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
Reason = Annotated[str, Field(min_length=1, max_length=2000)]
Days = Annotated[int, Field(ge=0, le=36_500)]
ROOTS_MAX = 200
HISTORY_MAX = 100


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class SearchBody(_Body):
    """Who is looked for; at least one of them. `born` (as the form has it, such as 1980-02-29) narrows `name`."""

    email: Word | None = None
    phone: Word | None = None
    reference: Word | None = None
    name: Word | None = None
    born: Word | None = None


class RequestBody(_Body):
    """A request as it came: about whom, which of the found cases are theirs, why they may ask, and when they did."""

    kind: Literal["export", "erasure"]
    person: Word
    roots: Annotated[list[UUID], Field(min_length=1, max_length=ROOTS_MAX)]
    ground: Reason
    requested_at: AwareDatetime | None = None


class ConfirmBody(_Body):
    """The second step: `seen` and `revision` of what was looked at."""

    seen: Annotated[str, Field(max_length=64)]
    revision: int


class RefuseBody(_Body):
    """Why a request is refused: what the person is told."""

    reason: Reason
    revision: int


class ConsentBody(_Body):
    """What a person said. `person` is their e-mail, telephone or reference; `text_version` which words they agreed to."""

    person: Word
    purpose: Purpose
    state: Literal["given", "withdrawn"]
    text_version: Annotated[str, Field(min_length=1, max_length=100)]
    source: Annotated[str, Field(min_length=1, max_length=300)]
    at: AwareDatetime | None = None


class PersonBody(_Body):
    """A person by e-mail, telephone or reference."""

    person: Word


class RuleBody(_Body):
    """How long a class is kept. `legal_days` is the minimum that the law wants where you are; say why in `reason`."""

    enabled: bool
    after_days: Days
    legal_days: Days
    reason: Reason
    revision: int


class HoldBody(_Body):
    """What to keep: one case or a whole class, and why."""

    root: UUID | None = None
    data_class: Annotated[str, Field(max_length=100)] | None = None
    reason: Reason


class ReleaseBody(_Body):
    """Why a hold ends."""

    reason: Reason


@router.get("/data-map", summary="Show where personal data lies")
def get_data_map(request: Request, _: Reader) -> DataMap:
    """Return every table that holds data about people, with what becomes of it, and every other with the reason."""
    registry = system_of(request).registry
    owners = {table.table: name for name, each in registry.domains.items() for table in each.personal.tables}
    return DataMap(
        personal=[
            DeclaredTable(
                owner=owners.get(each.table, "kernel"),
                table=each.table,
                what=each.what,
                category=each.category,
                erasing=each.erasing,
                why=each.why,
            )
            for each in privacy.tables_of(registry)
        ],
        free=[FreeTable(table=table, why=why) for table, why in sorted(privacy.free_of(registry).items())],
    )


@router.post("/people/search", summary="Find a person")
def search_people(request: Request, principal: Reader, body: SearchBody) -> PeopleFound:
    """List what may be this person's, newest first in each class. The search is on record, its words are not."""
    system = system_of(request)
    with system.database.transaction(principal.organization_id) as tx:
        found = privacy.find_people(tx, system.registry, privacy.Wanted(**body.model_dump()), now=_now(tx))
        fields = sorted(name for name, value in body.model_dump().items() if value)
        detail: dict[str, object] = {"by": fields, "found": len(found)}
        record_by(tx, principal, "privacy.person.searched", f"organization:{principal.organization_id}", detail)
    return PeopleFound(items=[show_candidate(each) for each in found], more=len(found) >= privacy.CANDIDATES_MAX)


@router.get("/requests", summary="List requests of people")
def list_requests(
    request: Request,
    principal: Reader,
    kind: Literal["export", "erasure"] | None = None,
    state: Annotated[list[RequestState] | None, Query(max_length=7, description="Any of these; repeatable.")] = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[RequestView]:
    """List requests for copies and erasure, newest first."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = privacy.list_requests(tx, kind=kind, states=state or (), after=after, limit=limit + 1)
        now = _now(tx)
    return page(rows, limit, show=lambda row: show_request(row, now), key=lambda row: row["id"])


@router.post("/requests", summary="Take down a request", response_model=RequestView, status_code=201)
def make_request(request: Request, principal: Reader, body: RequestBody, once: Idempotency) -> Response:
    """Take down what a person asks. A copy is made at once; an erasure waits to be looked at and confirmed."""
    system = system_of(request)

    def work(tx: Transaction) -> RequestView:
        row = privacy.make_request(
            tx,
            system.registry,
            **body.model_dump(),
            by=principal.label,
            system_now=clock.system_now(),
        )
        return show_request(row, _now(tx))

    with system.database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx), status=201)
    return answer


@router.get("/requests/{request_id}", summary="Return a request")
def get_request(request: Request, principal: Reader, request_id: UUID) -> RequestView:
    """Return one request with its progress."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return show_request(privacy.get_request(tx, request_id), _now(tx))


@router.get("/requests/{request_id}/preview", summary="Show what an erasure would do")
def preview_request(request: Request, principal: Reader, request_id: UUID) -> ErasurePreview:
    """Work out what would go, what must stay and why, and how many rows of each table are concerned; nothing is changed."""
    system = system_of(request)
    with system.database.snapshot(principal.organization_id) as tx:
        shown, seen = privacy.look(tx, system.registry, request_id, now=_now(tx))
    return ErasurePreview(
        goes=[show_candidate(each) for each in shown.goes],
        stays=[show_candidate(each) for each in shown.stays],
        tables=[
            TableShareView.model_validate({name: getattr(each, name) for name in TableShareView.model_fields})
            for each in shown.tables
        ],
        shared_words=list(shown.shared_words),
        seen=seen,
    )


@router.post("/requests/{request_id}/confirm", summary="Confirm an erasure", response_model=RequestView)
def confirm_request(
    request: Request, principal: Eraser, request_id: UUID, body: ConfirmBody, once: Idempotency
) -> Response:
    """Confirm an erasure that was looked at: a task carries it out. It cannot be taken back."""
    system = system_of(request)

    def work(tx: Transaction) -> RequestView:
        row = privacy.confirm(
            tx,
            system.registry,
            request_id,
            seen=body.seen,
            revision=body.revision,
            by=principal.label,
            system_now=clock.system_now(),
        )
        return show_request(row, _now(tx))

    with system.database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer


@router.post("/requests/{request_id}/refuse", summary="Refuse a request", response_model=RequestView)
def refuse_request(
    request: Request, principal: Eraser, request_id: UUID, body: RefuseBody, once: Idempotency
) -> Response:
    """Refuse an open request with the reason that the person is told."""

    def work(tx: Transaction) -> RequestView:
        row = privacy.refuse(
            tx,
            request_id,
            reason=body.reason,
            revision=body.revision,
            by=principal.label,
            system_now=clock.system_now(),
        )
        return show_request(row, _now(tx))

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer


@router.get("/requests/{request_id}/file", summary="Take a copy", response_class=Response)
def take_copy(request: Request, principal: Reader, request_id: UUID) -> Response:
    """Return the copy as a zip file (`index.html`, `index.json`, `data/*.json`); that it was taken is on record."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        content = privacy.read_copy(tx, request_id, by=principal.label, system_now=clock.system_now())
    headers = {"Content-Disposition": f'attachment; filename="copy-{request_id}.zip"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/zip", headers=headers)


@router.post("/consents", summary="Take down a consent", response_model=ConsentView, status_code=201)
def record_consent(request: Request, principal: Consenting, body: ConsentBody, once: Idempotency) -> Response:
    """Take down that a person consented to a purpose, or withdrew that. What was said before stays on record."""

    def work(tx: Transaction) -> ConsentView:
        new = privacy.NewConsent(**body.model_dump())
        row = privacy.record_consent(tx, new, by=principal.label, system_now=clock.system_now())
        view: ConsentView = show_row(ConsentView, row)
        return view

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx), status=201)
    return answer


@router.get("/consents", summary="List consents")
def list_consents(
    request: Request,
    principal: Reader,
    purpose: Annotated[str | None, Query(max_length=100)] = None,
    state: Annotated[list[Literal["given", "withdrawn"]] | None, Query(max_length=2)] = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[ConsentView]:
    """List what people said, newest first."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = privacy.list_consents(tx, person=None, purpose=purpose, states=state or (), after=after, limit=limit + 1)
    return page(rows, limit, show=_consent, key=lambda row: row["id"])


@router.post("/consents/current", summary="Return where a person stands")
def current_consents(request: Request, principal: Reader, body: PersonBody) -> CurrentConsents:
    """Return the last thing that a person said about each purpose, and what they said before."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = privacy.current_consents(tx, body.person)
        said = privacy.list_consents(tx, person=body.person, purpose=None, after=None, limit=HISTORY_MAX + 1)
    return CurrentConsents(
        person=body.person,
        items=[_consent(row) for row in rows],
        history=[_consent(row) for row in said[:HISTORY_MAX]],
        more=len(said) > HISTORY_MAX,
    )


@router.get("/retention", summary="List rules of retention")
def list_rules(request: Request, principal: Reader) -> RulesView:
    """List every class of data with its rule. Nothing is deleted unless `enabled`."""
    system = system_of(request)
    with system.database.transaction(principal.organization_id) as tx:
        rules = privacy.list_rules(tx, system.registry)
    return RulesView(items=[show_rule(rule) for rule in rules])


@router.put("/retention/{data_class}", summary="Set a rule of retention")
def set_rule(request: Request, principal: Keeper, data_class: str, body: RuleBody) -> RetentionRuleView:
    """Set for how long a class of data is kept after its end, and whether it then goes."""
    system = system_of(request)
    with system.database.transaction(principal.organization_id) as tx:
        rule = privacy.set_rule(
            tx,
            system.registry,
            data_class,
            **body.model_dump(),
            by=principal.label,
            system_now=clock.system_now(),
        )
    return show_rule(rule)


@router.get("/retention/{data_class}/dry-run", summary="Count what a rule would touch")
def dry_run(
    request: Request,
    principal: Reader,
    data_class: str,
    after_days: Annotated[int | None, Query(ge=0, le=36_500, description="Another age than the rule's.")] = None,
) -> DryRunView:
    """Count what a rule would touch now, without touching it."""
    system = system_of(request)
    with system.database.snapshot(principal.organization_id) as tx:
        found = privacy.dry_run(tx, system.registry, data_class, now=_now(tx), after_days=after_days)
    return DryRunView.model_validate({name: getattr(found, name) for name in DryRunView.model_fields})


@router.get("/retention-runs", summary="List runs of retention")
def list_runs(
    request: Request,
    principal: Reader,
    data_class: Annotated[str | None, Query(max_length=100)] = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[RunView]:
    """List what rules of retention erased, newest first."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = privacy.list_runs(tx, data_class=data_class, after=after, limit=limit + 1)
    return page(rows, limit, show=_run, key=lambda row: row["id"])


@router.get("/holds", summary="List legal holds")
def list_holds(
    request: Request,
    principal: Reader,
    is_open: Annotated[
        bool | None, Query(alias="open", description="Only those in force, or only released ones.")
    ] = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[HoldView]:
    """List legal holds, newest first."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = privacy.list_holds(tx, is_open=is_open, after=after, limit=limit + 1)
    return page(rows, limit, show=_hold, key=lambda row: row["id"])


@router.post("/holds", summary="Place a legal hold", response_model=HoldView, status_code=201)
def place_hold(request: Request, principal: Keeper, body: HoldBody, once: Idempotency) -> Response:
    """Keep one case or a class of data, whatever a rule says or a person asks, until the hold is released."""
    system = system_of(request)

    def work(tx: Transaction) -> HoldView:
        return _hold(
            privacy.place_hold(
                tx, system.registry, **body.model_dump(), by=principal.label, system_now=clock.system_now()
            )
        )

    with system.database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx), status=201)
    return answer


@router.post("/holds/{hold_id}/release", summary="Release a legal hold", response_model=HoldView)
def release_hold(request: Request, principal: Keeper, hold_id: UUID, body: ReleaseBody, once: Idempotency) -> Response:
    """Release a hold; rules and requests apply again."""

    def work(tx: Transaction) -> HoldView:
        return _hold(
            privacy.release_hold(tx, hold_id, reason=body.reason, by=principal.label, system_now=clock.system_now())
        )

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer


def _now(tx: Transaction) -> datetime:
    return organizations.get_organization(tx, tx.organization_id).clock.at(clock.system_now())


def _consent(row: Row) -> ConsentView:
    view: ConsentView = show_row(ConsentView, row)
    return view


def _run(row: Row) -> RunView:
    view: RunView = show_row(RunView, row)
    return view


def _hold(row: Row) -> HoldView:
    view: HoldView = show_row(HoldView, row)
    return view
