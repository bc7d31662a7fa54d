"""Everything lending reads."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from intendant.domains.lending.contract import APPLICATION_KIND, MODEL_KIND
from intendant.kit.bulk import to_json
from intendant.kit.database import Row, Transaction

DISBURSED_SEEN_MAX = 50_000
PAGE_MAX = 201
"""A page of 200, and one more that says that there are more."""

_MODEL_COLUMNS = (
    "id, version, role, algorithm, encode(digest, 'hex') as digest, encode(data_digest, 'hex') as data_digest, validated,"
    " report, trained_at, stale_at, created_by, created_at"
)


def find_latest_product(tx: Transaction, organization_id: UUID, key: str) -> Row | None:
    """Find the latest version of a product."""
    return tx.find(
        "select * from lending_products where organization_id = %s and key = %s order by version desc limit 1",
        [organization_id, key],
    )


def list_product_versions(tx: Transaction, wanted: Iterable[tuple[UUID, str, int]]) -> list[Row]:
    """List stated versions of products."""
    rows = [{"organization_id": o, "key": k, "version": v} for o, k, v in wanted]
    return tx.all(
        "select p.* from json_to_recordset(%s::json) as q(organization_id uuid, key text, version integer)"
        " join lending_products p using (organization_id, key, version)",
        [to_json(rows)],
    )


def list_versions_of_product(tx: Transaction, key: str, *, after: int | None = None, limit: int = 50) -> list[Row]:
    """List the versions of a product newest first, from `after` (exclusive), at most `PAGE_MAX`."""
    return tx.all(
        "select * from lending_products where organization_id = %s and key = %s and (%s::integer is null or version < %s)"
        " order by version desc limit %s",
        [tx.organization_id, key, after, after, min(limit, PAGE_MAX)],
    )


def list_products(tx: Transaction, organization_id: UUID, *, after: str | None = None, limit: int = 50) -> list[Row]:
    """List the latest version of each product by key, from `after` (exclusive), at most `PAGE_MAX`."""
    return tx.all(
        "select distinct on (key) * from lending_products where organization_id = %s and (%s::text is null or key > %s)"
        " order by key, version desc limit %s",
        [organization_id, after, after, min(limit, PAGE_MAX)],
    )


def list_changed_organizations(tx: Transaction, since: datetime) -> set[UUID]:
    """Find which organisations have published a product or changed their clock since a moment of system time."""
    rows = tx.all(
        "select organization_id from lending_products where created_at > %s"
        " union select id from organizations where system_anchor > %s or removed_at > %s",
        [since, since, since],
    )
    return {row["organization_id"] for row in rows}


def find_taken_and_champions(
    tx: Transaction, references: Sequence[tuple[UUID, str]], organizations: Sequence[UUID]
) -> tuple[set[tuple[UUID, str]], dict[UUID, Row]]:
    """Find which references are taken and the champion of each organisation, in one round trip."""
    wanted = [{"organization_id": o, "reference": reference} for o, reference in references]
    rows = tx.all(
        "select organization_id, reference, null::uuid as id, null::integer as version, null::text as algorithm,"
        " null::bytea as digest, null::boolean as validated, null::timestamptz as stale_at"
        " from json_to_recordset(%s::json) as q(organization_id uuid, reference text)"
        " join lending_applications a using (organization_id, reference)"
        " union all"
        " select organization_id, null, id, version, algorithm, digest, validated, stale_at from models"
        " where organization_id = any(%s) and kind = %s and role = 'champion'",
        [to_json(wanted), list(organizations), MODEL_KIND],
    )
    taken = {(row["organization_id"], row["reference"]) for row in rows if row["reference"] is not None}
    return taken, {row["organization_id"]: row for row in rows if row["reference"] is None}


def list_artifacts(tx: Transaction, model_ids: Sequence[UUID]) -> list[Row]:
    """List the artifacts of models."""
    return tx.all("select id, digest, algorithm, artifact from models where id = any(%s)", [list(model_ids)])


def lock_applications(tx: Transaction, keys: Iterable[tuple[UUID, UUID]]) -> dict[UUID, Row]:
    """Lock applications in key order and return state and version of each."""
    rows = to_json([{"organization_id": o, "id": i} for o, i in keys])
    return {
        row["id"]: row
        for row in tx.all(
            "select a.organization_id, a.id, a.state, a.version"
            " from json_to_recordset(%s::json) as q(organization_id uuid, id uuid)"
            " join lending_applications a using (organization_id, id) order by a.organization_id, a.id for update of a",
            [rows],
        )
    }


def list_applications_by_id(tx: Transaction, ids: Sequence[UUID]) -> list[Row]:
    """List applications that the transaction may see, by id."""
    return tx.all(
        "select * from lending_applications where organization_id = any(%s) and id = any(%s)",
        [list(tx.organizations), list(ids)],
    )


def list_waiting(tx: Transaction, organizations: Sequence[UUID], *, limit: int) -> list[tuple[UUID, UUID]]:
    """List applications without a decision, as (organisation, application), oldest first. Takes a system transaction."""
    rows = tx.all(
        "select organization_id, id from lending_applications"
        " where state = 'submitted' and decision_id is null and organization_id = any(%s) order by id limit %s",
        [list(organizations), limit],
    )
    return [(row["organization_id"], row["id"]) for row in rows]


def list_application_ids(tx: Transaction, references: Sequence[str]) -> dict[str, UUID]:
    """Return the ids of applications by reference."""
    rows = tx.all(
        "select reference, id from lending_applications where organization_id = %s and reference = any(%s)",
        [tx.organization_id, list(references)],
    )
    return {row["reference"]: row["id"] for row in rows}


def list_models(tx: Transaction, *, limit: int = 50) -> list[Row]:
    """List model versions newest first, without their artifacts."""
    return tx.all(
        f"select {_MODEL_COLUMNS} from models where organization_id = %s and kind = %s"  # noqa: S608 - a constant
        " order by version desc limit %s",
        [tx.organization_id, MODEL_KIND, min(limit, PAGE_MAX)],
    )


def find_model(tx: Transaction, *, model_id: UUID | None = None, version: int | None = None) -> Row | None:
    """Find a model by id or by version, without its artifact."""
    return tx.find(
        f"select {_MODEL_COLUMNS} from models where organization_id = %s and kind = %s"  # noqa: S608 - a constant
        " and (%s::uuid is null or id = %s) and (%s::integer is null or version = %s)",
        [tx.organization_id, MODEL_KIND, model_id, model_id, version, version],
    )


def list_settled_cases(
    tx: Transaction, *, product: str, measure: str, apart_from: UUID, matured_limit: int, limit: int
) -> list[Row]:
    """List a product's settled applications with the decision that settled each and the latest word on its outcome.

    Those of the newest `matured_limit` outcomes and the newest `limit` applications, newest first. An application that was
    erased has no answers left and is not among them.
    """
    return tx.all(
        "with pool as materialized ("
        " select distinct subject_id as id from (select subject_id from outcomes where organization_id = %(organization)s"
        "   and kind = %(kind)s and measure = %(measure)s and matured_at is not null and not censored"
        "   order by id desc limit %(matured_limit)s) ended"
        " union select id from (select id from lending_applications where organization_id = %(organization)s"
        "   and product = %(product)s and state in ('approved', 'disbursed', 'rejected') and inputs <> '{}'"
        "   order by id desc limit %(limit)s) newest)"
        " select a.id, a.reference, a.inputs, a.amount, a.term_months, a.currency, a.state, d.id as decision_id, d.action,"
        " d.verdict, d.decided_by, d.decided_at, d.amount as decided_amount, d.confidence, o.value,"
        " coalesce(o.matured_at is not null and not o.censored and o.value is not null, false) as matured,"
        " coalesce(o.censored, false) as censored"
        " from pool join lending_applications a on a.organization_id = %(organization)s and a.id = pool.id"
        " join decisions d on d.organization_id = a.organization_id and d.id = a.decision_id"
        " left join lateral (select value, matured_at, censored from outcomes o where o.organization_id = a.organization_id"
        "   and o.subject_id = a.id and o.measure = %(measure)s order by o.id desc limit 1) o on true"
        " where a.product = %(product)s and a.state in ('approved', 'disbursed', 'rejected') and a.id <> %(apart_from)s"
        " and a.inputs <> '{}'"
        " order by a.id desc",
        {
            "organization": tx.organization_id,
            "kind": APPLICATION_KIND,
            "measure": measure,
            "product": product,
            "apart_from": apart_from,
            "matured_limit": matured_limit,
            "limit": limit,
        },
    )


def list_matured(tx: Transaction, *, product: str, measure: str, after: UUID | None, limit: int) -> list[Row]:
    """List a product's applications with the latest word on their outcome, where it has matured, by id from `after`.

    Erased ones are left out: nobody learns from blanks.
    """
    return tx.all(
        "select a.id, a.inputs, a.protected, a.submitted_at, o.value from lending_applications a"
        " join lateral (select value, matured_at, censored from outcomes o where o.organization_id = a.organization_id"
        "   and o.subject_id = a.id and o.measure = %(measure)s order by o.id desc limit 1) o on true"
        " where a.organization_id = %(organization)s and a.product = %(product)s and (%(after)s::uuid is null or a.id > %(after)s)"
        " and a.inputs <> '{}' and not o.censored and o.value is not null and o.matured_at is not null order by a.id limit %(limit)s",
        {"organization": tx.organization_id, "product": product, "measure": measure, "after": after, "limit": limit},
    )


def claim_upload(tx: Transaction, *, scope: str, key: str, digest: bytes, now: datetime) -> bytes:
    """Bind an idempotency key to an upload, or find the upload it is bound to; return that one's digest."""
    tx.execute(
        "insert into requests (organization_id, scope, key, body_digest, status, response, created_at)"
        " values (%s, %s, %s, %s, 200, '', %s) on conflict do nothing",
        [tx.organization_id, scope, key, digest, now],
    )
    found = tx.scalar(
        "select body_digest from requests where organization_id = %s and scope = %s and key = %s",
        [tx.organization_id, scope, key],
    )
    return bytes(found)


def find_quarantined(tx: Transaction, *, source: str, places: Sequence[str]) -> set[str]:
    """Find which rows of a source are in quarantine already."""
    rows = tx.all(
        "select place from quarantine where organization_id = %s and source = %s and place = any(%s)",
        [tx.organization_id, source, list(places)],
    )
    return {row["place"] for row in rows}


def count_disbursed(tx: Transaction, edges: Sequence[datetime]) -> dict[int, int]:
    """Count applications by the bucket between `edges` in which they were paid out, among the newest `DISBURSED_SEEN_MAX`."""
    rows = tx.all(
        "select width_bucket(updated_at, %s::timestamptz[]) as place, count(*) as n from (select state, updated_at"
        " from lending_applications where organization_id = %s order by id desc limit %s) as newest"
        " where state = 'disbursed' group by 1",
        [list(edges), tx.organization_id, DISBURSED_SEEN_MAX],
    )
    return {row["place"]: row["n"] for row in rows}
