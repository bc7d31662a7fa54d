"""/api/v1/vault: secrets of an organisation. Values go in; no route gives one out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from intendant.kernel import vault
from intendant.kernel.access import Permission, Principal
from intendant.kernel.vault import Secret, SecretState
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.kit.secret_text import SecretText
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency, Once
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.secret_bodies import find_digest
from intendant.server.system import system_of
from intendant.server.views.secrets import (
    DataKeyAnswer,
    DataKeyView,
    RevisionBody,
    RotationBody,
    SecretAccessView,
    SecretBody,
    SecretChange,
    SecretHistoryView,
    SecretView,
    VaultHealthView,
    show_secret,
)

router = APIRouter(prefix="/api/v1/vault", tags=["vault"])
Reader = Annotated[Principal, requires(Permission.SECRET_READ)]
Keeper = Annotated[Principal, requires(Permission.SECRET_MANAGE)]


@router.get("/health", summary="Return how the vault is")
def get_health(request: Request, principal: Reader) -> VaultHealthView:
    """Say which back end keeps the keys and whether it can, which data keys there are, and what is to be renewed."""
    system = system_of(request)
    with system.database.transaction(principal.organization_id) as tx:
        found = vault.check_vault(tx, system.vault.keyring, system_now=clock.system_now())
    wrapping = system.vault.check(found.backend)
    newest = found.data_keys[0].version if found.data_keys else 0
    return VaultHealthView(
        ok=wrapping.ok,
        backend=found.backend,
        key_id=wrapping.key_id,
        detail=wrapping.detail,
        remedy=wrapping.remedy,
        data_keys=[DataKeyView.model_validate(each, from_attributes=True) for each in found.data_keys],
        active=found.active,
        disabled=found.disabled,
        overdue=found.overdue,
        reencrypting=sum(each.secrets for each in found.data_keys if each.version < newest),
        oldest_rotated_at=found.oldest_rotated_at,
        next_due_at=found.next_due_at,
    )


@router.post("/data-key/rotate", status_code=202, summary="Renew the data key", response_model=DataKeyAnswer)
def rotate_data_key(request: Request, principal: Keeper, once: Idempotency) -> Response:
    """Make a new data key for the organisation. Secrets are brought under it by and by; all stay usable meanwhile."""
    system = system_of(request)
    made = system.vault.make_data_key(principal.organization_id)
    with system.database.transaction(principal.organization_id) as tx:
        return once.run(
            tx,
            lambda: DataKeyAnswer(version=vault.add_data_key(tx, made, by=principal, system_now=clock.system_now())),
            status=202,
        )


@router.get("/secrets", summary="List secrets")
def list_secrets(
    request: Request,
    principal: Reader,
    state: SecretState | None = None,
    connection: Annotated[str | None, Query(max_length=vault.CONNECTION_LENGTH_MAX)] = None,
    destination: Annotated[str | None, Query(max_length=260)] = None,
    words: Annotated[str | None, Query(max_length=vault.NAME_LENGTH_MAX, description="Part of the name.")] = None,
    due_days: Annotated[
        int | None, Query(ge=0, le=3660, description="Only those that expire or are to be renewed within so many days.")
    ] = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[SecretView]:
    """List secrets, newest first; removed ones only where `state` asks for them."""
    now = clock.system_now()
    wanted = vault.SecretFilter(
        state=state,
        connection=connection,
        destination=destination,
        words=words,
        due_before=None if due_days is None else now + timedelta(days=due_days),
    )
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = vault.list_secrets(tx, wanted, before=after, limit=limit + 1)
        used = vault.list_last_uses(tx, [each.id for each in rows])
    return page(rows, limit, show=lambda each: show_secret(each, now, used.get(each.id)), key=lambda each: each.id)


@router.post("/secrets", status_code=201, summary="Keep a secret", response_model=SecretView)
def create_secret(request: Request, principal: Keeper, body: SecretBody, once: Idempotency) -> Response:
    """Keep a secret for a connection. From now on nobody reads its value back; the connection uses it."""

    def work(tx: Transaction, now: datetime) -> Secret:
        return vault.put(
            tx,
            system_of(request).vault.keyring,
            name=body.name,
            connection=body.connection,
            destinations=body.destinations,
            value=SecretText(body.value.get_secret_value()),
            by=principal,
            system_now=now,
            expires_at=_moment(body.expires_at),
            rotate_after=_moment(body.rotate_after),
        )

    return _run(request, principal, once, body, work, status=201)


@router.get("/secrets/{secret_id}", summary="Return a secret")
def get_secret(request: Request, principal: Reader, secret_id: UUID) -> SecretView:
    """Return a secret without its value."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        secret = vault.get_secret(tx, secret_id)
        used = vault.list_last_uses(tx, [secret_id])
    return show_secret(secret, clock.system_now(), used.get(secret_id))


@router.put("/secrets/{secret_id}", summary="Change a secret", response_model=SecretView)
def change_secret(
    request: Request, principal: Keeper, secret_id: UUID, body: SecretChange, once: Idempotency
) -> Response:
    """Change its name, where it may go, when it expires or is to be renewed. What is not named stays."""
    given = body.model_fields_set

    def work(tx: Transaction, now: datetime) -> Secret:
        return vault.change(
            tx,
            system_of(request).vault.keyring,
            secret_id,
            by=principal,
            system_now=now,
            name=vault.KEEP if body.name is None else body.name,
            destinations=vault.KEEP if body.destinations is None else body.destinations,
            expires_at=_moment(body.expires_at) if "expires_at" in given else vault.KEEP,
            rotate_after=_moment(body.rotate_after) if "rotate_after" in given else vault.KEEP,
            revision=body.revision,
        )

    return _run(request, principal, once, body, work)


@router.post("/secrets/{secret_id}/rotate", summary="Rotate a secret", response_model=SecretView)
def rotate_secret(
    request: Request, principal: Keeper, secret_id: UUID, body: RotationBody, once: Idempotency
) -> Response:
    """Give a secret a new value; the one before is still given beside it for a time, so that nothing stands still."""
    given = body.model_fields_set

    def work(tx: Transaction, now: datetime) -> Secret:
        return vault.rotate(
            tx,
            system_of(request).vault.keyring,
            secret_id,
            value=SecretText(body.value.get_secret_value()),
            by=principal,
            system_now=now,
            grace=timedelta(seconds=body.grace_seconds),
            expires_at=_moment(body.expires_at) if "expires_at" in given else vault.KEEP,
            rotate_after=_moment(body.rotate_after) if "rotate_after" in given else vault.KEEP,
            revision=body.revision,
        )

    return _run(request, principal, once, body, work)


@router.post("/secrets/{secret_id}/disable", summary="Disable a secret", response_model=SecretView)
def disable_secret(
    request: Request, principal: Keeper, secret_id: UUID, once: Idempotency, body: RevisionBody | None = None
) -> Response:
    """Stop every use of a secret from now on; it can be enabled again."""
    return _set_enabled(request, principal, secret_id, once, body, enabled=False)


@router.post("/secrets/{secret_id}/enable", summary="Enable a secret", response_model=SecretView)
def enable_secret(
    request: Request, principal: Keeper, secret_id: UUID, once: Idempotency, body: RevisionBody | None = None
) -> Response:
    """Allow a disabled secret to be used again."""
    return _set_enabled(request, principal, secret_id, once, body, enabled=True)


@router.delete("/secrets/{secret_id}", summary="Remove a secret", status_code=204)
def remove_secret(request: Request, principal: Keeper, secret_id: UUID) -> Response:
    """Destroy the values of a secret. Its name, history and accesses stay; there is no way back."""
    system = system_of(request)
    system.vault.prepare(principal.organization_id)
    with system.database.transaction(principal.organization_id) as tx:
        vault.remove(tx, system.vault.keyring, secret_id, by=principal, system_now=clock.system_now())
    return Response(status_code=204)


@router.get("/secrets/{secret_id}/accesses", summary="List accesses of a secret")
def list_accesses(
    request: Request, principal: Reader, secret_id: UUID, after: UUID | None = None, limit: Limit = PAGE_SIZE
) -> Page[SecretAccessView]:
    """List the minutes in which a secret was asked for, newest first, given or refused; the audit log proves each."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = vault.list_accesses(tx, secret_id, before=after, limit=limit + 1)
    return page(rows, limit, show=SecretAccessView.model_validate, key=lambda row: row["id"])


@router.get("/secrets/{secret_id}/history", summary="List what was done to a secret")
def list_history(
    request: Request,
    principal: Reader,
    secret_id: UUID,
    after: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Limit = PAGE_SIZE,
) -> Page[SecretHistoryView]:
    """List what was done to a secret, newest first: made, rotated, changed, disabled, removed, and by whom."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = vault.list_changes(tx, secret_id, before=after, limit=limit + 1)

    def show(row: Row) -> SecretHistoryView:
        return SecretHistoryView.model_validate(row)

    return page(rows, limit, show=show, key=lambda row: row["revision"])


def _set_enabled(
    request: Request, principal: Principal, secret_id: UUID, once: Once, body: RevisionBody | None, *, enabled: bool
) -> Response:
    def work(tx: Transaction, now: datetime) -> Secret:
        return vault.set_enabled(
            tx,
            system_of(request).vault.keyring,
            secret_id,
            enabled,
            by=principal,
            system_now=now,
            revision=body.revision if body else None,
        )

    return _run(request, principal, once, body or RevisionBody(), work)


def _run(
    request: Request,
    principal: Principal,
    once: Once,
    body: BaseModel,
    work: Callable[[Transaction, datetime], Secret],
    *,
    status: int = 200,
) -> Response:
    system = system_of(request)
    # Whoever keeps the key of keys is asked here, not while the transaction is open.
    system.vault.prepare(principal.organization_id)
    now = clock.system_now()
    with system.database.transaction(principal.organization_id) as tx:
        return once.run(
            tx,
            lambda: show_secret(work(tx, now), now, None),
            status=status,
            body_digest=find_digest(system, tx, once, body),
        )


def _moment(moment: datetime | None) -> datetime | None:
    """Take a moment without a zone for UTC."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
