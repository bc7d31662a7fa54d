"""Everything lending writes, but for the batch of a decision, which `kind` hands to the kernel's writes."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from intendant.domains.lending import queries
from intendant.domains.lending.catalogue import Catalogue, dump_product
from intendant.domains.lending.contract import MODEL_KIND
from intendant.domains.lending.model import Application, ApplicationState, Product, moved
from intendant.kit import ids
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Bug, Conflict, NotFound


class ApplicationUnknown(NotFound):
    """No such application in this organisation."""

    code = "application_unknown"


class ApplicationChanged(Conflict):
    """The application has moved on since it was read."""

    code = "application_changed"


class PayoutOnTheWay(Conflict):
    """Money may be moving; it is taken back first."""

    code = "payout_on_the_way"


class ModelUnknown(NotFound):
    """No such model version in this organisation."""

    code = "model_unknown"


def application_row(application: Application, organization_id: UUID, now: datetime) -> Row:
    """Return the row of `lending_applications` that stores an application."""
    return {
        "organization_id": organization_id,
        "id": application.id,
        "reference": application.reference,
        "product": application.product.key,
        "product_version": application.product.version,
        "state": application.state.value,
        "version": application.version,
        "amount": application.amount,
        "term_months": application.term_months,
        "currency": application.currency,
        "inputs": canonical_json(application.inputs).decode(),
        "protected": canonical_json(application.protected).decode() if application.protected else None,
        "decision_id": application.decision_id,
        "submitted_at": application.submitted_at,
        "updated_at": now,
    }


def application_from_row(row: Row, product: Product) -> Application:
    """Build an application from its row."""
    return Application(
        id=row["id"],
        reference=row["reference"],
        product=product,
        amount=row["amount"],
        term_months=row["term_months"],
        inputs=orjson.loads(row["inputs"]),
        protected=orjson.loads(row["protected"]) if row["protected"] else {},
        submitted_at=row["submitted_at"],
        state=ApplicationState(row["state"]),
        version=row["version"],
        decision_id=row["decision_id"],
    )


def load_applications(tx: Transaction, catalogue: Catalogue, application_ids: list[UUID]) -> dict[UUID, Application]:
    """Load applications with their products, in two queries at most."""
    rows = queries.list_applications_by_id(tx, application_ids)
    products = catalogue.versions(tx, {(r["organization_id"], r["product"], r["product_version"]) for r in rows})
    return {
        row["id"]: application_from_row(row, products[row["organization_id"], row["product"], row["product_version"]])
        for row in rows
    }


def get_application(tx: Transaction, catalogue: Catalogue, application_id: UUID) -> Application:
    """Get one application; raises ApplicationUnknown."""
    found = load_applications(tx, catalogue, [application_id])
    if application_id not in found:
        raise ApplicationUnknown("There is no such application.", field="application", remedy="List them to find it.")
    return found[application_id]


def move(tx: Transaction, application_id: UUID, to: ApplicationState, now: datetime) -> Row | None:
    """Move an application along the state machine outside a decision; return its id, version and reference.

    None where it is in that state already. Raises ApplicationUnknown or MoveNotAllowed.
    """
    row = tx.find(
        "select state, payout from (select a.*, (p.body ->> 'payout')::boolean and not"
        " coalesce((p.body #>> '{credit_terms,offer,required}')::boolean, false) as payout from lending_applications a"
        " join lending_products p on p.organization_id = a.organization_id and p.key = a.product"
        " and p.version = a.product_version where a.organization_id = %s and a.id = %s for update of a) a",
        [tx.organization_id, application_id],
    )
    if row is None:
        raise ApplicationUnknown("There is no such application.", field="application", remedy="List them to find it.")
    present = ApplicationState(row["state"])
    if present is to:
        return None
    if present is ApplicationState.APPROVED and to is ApplicationState.WITHDRAWN and row["payout"]:
        raise PayoutOnTheWay(
            "The application is approved and its payout is on the way.",
            field="state",
            remedy="Take the payout back first, while it is held.",
        )
    moved(present, to)
    return tx.find(
        "update lending_applications set state = %s, version = version + 1, updated_at = %s"
        " where organization_id = %s and id = %s returning id, version, reference",
        [to.value, now, tx.organization_id, application_id],
    )


def insert_product(tx: Transaction, product: Product, *, author: str, now: datetime) -> Product:
    """Store a product as the next version of its key and return it as stored."""
    latest = queries.find_latest_product(tx, tx.organization_id, product.key)
    version = 1 if latest is None else latest["version"] + 1
    body = dump_product(product)
    for name in ("key", "version", "name", "currency"):
        del body[name]
    inserted = tx.execute(
        "insert into lending_products (organization_id, key, version, id, name, currency, body, author, created_at)"
        " values (%s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s) on conflict do nothing",
        [tx.organization_id, product.key, version, ids.new_id(), product.name, product.currency,
         canonical_json(body).decode(), author, now],
    )  # fmt: skip
    if inserted != 1:
        raise Conflict("Somebody published this product meanwhile.", field="key", remedy="Look at it and try again.")
    stored = queries.find_latest_product(tx, tx.organization_id, product.key)
    if stored is None:
        raise Bug("A product that was just stored is not there.")
    from intendant.domains.lending.catalogue import product_from_row

    return product_from_row(stored)


def insert_model(
    tx: Transaction,
    *,
    role: str,
    algorithm: str,
    artifact: bytes,
    digest: bytes,
    data_digest: bytes,
    validated: bool,
    report: dict[str, Any],
    trained_at: datetime,
    stale_at: datetime | None,
    by: str,
    now: datetime,
) -> Row:
    """Store a model as the next version of its kind and return its row without the artifact."""
    model_id = ids.new_id()
    # The advisory lock orders two trainings that end together; the unique constraint holds anyway.
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"models:{tx.organization_id}"])
    tx.execute(
        "insert into models (organization_id, id, kind, version, role, algorithm, artifact, digest, data_digest, validated,"
        " report, trained_at, stale_at, created_by, created_at) select %(organization)s, %(id)s, %(kind)s,"
        " coalesce(max(version), 0) + 1, %(role)s, %(algorithm)s, %(artifact)s, %(digest)s, %(data_digest)s, %(validated)s,"
        " %(report)s::jsonb, %(trained_at)s, %(stale_at)s, %(by)s, %(now)s from models"
        " where organization_id = %(organization)s and kind = %(kind)s",
        {
            "organization": tx.organization_id,
            "id": model_id,
            "kind": MODEL_KIND,
            "role": role,
            "algorithm": algorithm,
            "artifact": artifact,
            "digest": digest,
            "data_digest": data_digest,
            "validated": validated,
            "report": canonical_json(report).decode(),
            "trained_at": trained_at,
            "stale_at": stale_at,
            "by": by,
            "now": now,
        },
    )
    return get_model(tx, model_id)


def get_model(tx: Transaction, model_id: UUID) -> Row:
    """Get a model by id; raises ModelUnknown."""
    row = queries.find_model(tx, model_id=model_id)
    if row is None:
        raise ModelUnknown("There is no such model version.", field="model", remedy="List them to find it.")
    return row


def make_champion(tx: Transaction, model_id: UUID) -> None:
    """Retire the present champion and put another in its place."""
    tx.execute(
        "update models set role = 'retired' where organization_id = %s and kind = %s and role = 'champion' and id <> %s",
        [tx.organization_id, MODEL_KIND, model_id],
    )
    tx.execute(
        "update models set role = 'champion' where organization_id = %s and kind = %s and id = %s",
        [tx.organization_id, MODEL_KIND, model_id],
    )
