"""/api/v1/lists: named lists that rules ask, and what stands on them."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from intendant.kernel import lists, organizations
from intendant.kernel.access import Permission, Principal
from intendant.kit import clock
from intendant.kit.spreadsheet import CSV_TYPE, encode_lines
from intendant.server.acts import record_by
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import system_of
from intendant.server.views.lists import (
    TEXT_BYTES_MAX,
    EntriesAdded,
    EntriesBody,
    EntriesRemoved,
    EntryIdsBody,
    EntryView,
    ListBody,
    ListChangeBody,
    ListView,
    show_added,
    show_entry,
    show_list,
)

router = APIRouter(prefix="/api/v1/lists", tags=["lists"])
Reader = Annotated[Principal, requires(Permission.LIST_READ)]
Keeper = Annotated[Principal, requires(Permission.LIST_MANAGE)]
Text = Annotated[str | None, Query(max_length=200)]
JSON_GROWTH = 2
"""Text as JSON is at most so many times as long, with room for the rest of the body."""
COLUMNS = ("value", "expires_at", "reason", "standing", "added_at", "added_by", "ended_at", "ended_by")


@router.get("", summary="List lists")
def list_lists(
    request: Request,
    principal: Reader,
    q: Annotated[str | None, Query(max_length=200, description="Part of a name or label.")] = None,
    after: Annotated[str | None, Query(max_length=64, description="The `next` of the page before.")] = None,
    limit: Limit = PAGE_SIZE,
) -> Page[ListView]:
    """List lists by name, with how much stands on each and which policies in force ask it."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        now = organizations.get_organization(tx, principal.organization_id).clock.now()
        rows = lists.list_lists(tx, now=now, after=after, text=(q or "").strip() or None, limit=limit + 1)
        users = lists.find_users(tx, [row["name"] for row in rows])
    return page(rows, limit, show=lambda row: show_list(row, users), key=lambda row: row["name"])


@router.post("", status_code=201, summary="Begin a list", response_model=ListView)
def create_list(request: Request, principal: Keeper, body: ListBody, once: Idempotency) -> Response:
    """Begin an empty list; rules may ask it from then on."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        organization = organizations.get_organization(tx, principal.organization_id)
        answer = once.run(
            tx,
            lambda: show_list(
                lists.create_list(
                    tx, organization, **body.model_dump(), by=principal.label, system_now=clock.system_now()
                ),
                {},
            ),
            status=201,
        )
    return answer


@router.get("/{list_id}", summary="Return a list")
def get_list(request: Request, principal: Reader, list_id: UUID) -> ListView:
    """Return a list, with how much stands on it and which policies in force ask it."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        now = organizations.get_organization(tx, principal.organization_id).clock.now()
        row = lists.get_list(tx, list_id, now=now)
        return show_list(row, lists.find_users(tx, [row["name"]]))


@router.patch("/{list_id}", summary="Describe a list otherwise")
def change_list(request: Request, principal: Keeper, list_id: UUID, body: ListChangeBody) -> ListView:
    """Change a list's label or description; 409 if another revision is present by now."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        organization = organizations.get_organization(tx, principal.organization_id)
        row = lists.change_list(
            tx, organization, list_id, **body.model_dump(), by=principal.label, system_now=clock.system_now()
        )
        return show_list(row, lists.find_users(tx, [row["name"]]))


@router.delete("/{list_id}", status_code=204, summary="Remove a list")
def remove_list(request: Request, principal: Keeper, list_id: UUID) -> Response:
    """Remove a list that no policy in force asks; what stood on it stays on record."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        organization = organizations.get_organization(tx, principal.organization_id)
        lists.remove_list(tx, organization, list_id, by=principal.label, system_now=clock.system_now())
    return Response(status_code=204)


@router.get("/{list_id}/entries", summary="List what stands on a list")
def list_entries(
    request: Request,
    principal: Reader,
    list_id: UUID,
    standing: lists.Standing | None = "open",
    q: Annotated[str | None, Query(max_length=lists.VALUE_LENGTH_MAX, description="How a value begins.")] = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[EntryView]:
    """List entries, newest first: those that count now, unless `standing` asks for what ran out or was removed."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        now = organizations.get_organization(tx, principal.organization_id).clock.now()
        lists.get_list(tx, list_id, now=now)
        rows = lists.list_entries(
            tx, list_id, now=now, standing=standing, text=(q or "").strip() or None, after=after, limit=limit + 1
        )
    return page(rows, limit, show=lambda row: show_entry(row, now), key=lambda row: row["id"])


@router.get(
    "/{list_id}/entries/export.csv",
    summary="Export what stands on a list",
    response_class=StreamingResponse,
    responses={200: {"content": {CSV_TYPE: {"schema": {"type": "string"}}}, "description": "One line for each."}},
)
def export_entries(
    request: Request, principal: Reader, list_id: UUID, standing: lists.Standing | None = "open"
) -> StreamingResponse:
    """Export a list as CSV that can be uploaded again. That it was done is recorded."""
    database = system_of(request).database
    with database.transaction(principal.organization_id) as tx:
        now = organizations.get_organization(tx, principal.organization_id).clock.now()
        row = lists.get_list(tx, list_id, now=now)
        record_by(tx, principal, "kernel.list.exported", f"list:{list_id}")

    def lines() -> Iterator[bytes]:
        yield encode_lines([COLUMNS])
        with database.snapshot(principal.organization_id) as tx:
            for rows in lists.export_entries(tx, list_id, now=now, standing=standing):
                shown = ({**each, "value": each["shown"], "standing": lists.standing_of(each, now)} for each in rows)
                yield encode_lines([each[name] for name in COLUMNS] for each in shown)

    return StreamingResponse(
        lines(), media_type=CSV_TYPE, headers={"Content-Disposition": f'attachment; filename="{row["name"]}.csv"'}
    )


@router.post(
    "/{list_id}/entries",
    status_code=201,
    summary="Put values on a list",
    response_model=EntriesAdded,
    max_body_size=TEXT_BYTES_MAX * JSON_GROWTH,
)
def add_entries(request: Request, principal: Keeper, list_id: UUID, body: EntriesBody, once: Idempotency) -> Response:
    """Put values on a list, some or a whole file; bad lines are reported and keep no good ones out."""
    read, unread = lists.parse_entries(body.text, expires_at=body.expires_at) if body.text else ([], [])
    given = [
        lists.Given(each.value, each.expires_at or body.expires_at, each.reason, line)
        for line, each in enumerate(body.entries, start=1)
    ]
    with system_of(request).database.transaction(principal.organization_id) as tx:
        organization = organizations.get_organization(tx, principal.organization_id)
        answer = once.run(
            tx,
            lambda: show_added(
                lists.add_entries(
                    tx,
                    organization,
                    list_id,
                    [*given, *read],
                    reason=body.reason,
                    by=principal.label,
                    system_now=clock.system_now(),
                ),
                unread,
            ),
            status=201,
        )
    return answer


@router.post("/{list_id}/entries/remove", summary="Take values off a list", response_model=EntriesRemoved)
def remove_entries(
    request: Request, principal: Keeper, list_id: UUID, body: EntryIdsBody, once: Idempotency
) -> Response:
    """Take entries off a list from now on; adding a value again undoes it."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        organization = organizations.get_organization(tx, principal.organization_id)
        answer = once.run(
            tx,
            lambda: EntriesRemoved(
                removed=lists.end_entries(
                    tx,
                    organization,
                    list_id,
                    body.entry_ids,
                    reason=body.reason,
                    by=principal.label,
                    system_now=clock.system_now(),
                )
            ),
        )
    return answer


@router.delete("/{list_id}/entries/{entry_id}", status_code=204, summary="Take a value off a list")
def remove_entry(request: Request, principal: Keeper, list_id: UUID, entry_id: UUID) -> Response:
    """Take one entry off a list from now on; adding its value again undoes it."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        organization = organizations.get_organization(tx, principal.organization_id)
        lists.get_entry(tx, list_id, entry_id)
        lists.end_entries(tx, organization, list_id, [entry_id], by=principal.label, system_now=clock.system_now())
    return Response(status_code=204)
