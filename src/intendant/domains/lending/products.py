"""Products as people edit them: versions with their authors, the check of a draft, what changed between two versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from intendant.domains.lending import drafts, queries
from intendant.domains.lending.catalogue import Catalogue, dump_product, parse_product, product_from_row
from intendant.domains.lending.champions import Champion, Champions
from intendant.domains.lending.model import Product, ProductInvalid
from intendant.kernel.access import Permission, Principal
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Bug, Conflict, NotFound

VERSION_MAX = 2**31 - 1
RESERVED_KEYS = frozenset({"vocabulary", "check"})
"""What stands beside the products in their address."""


class ProductVersionUnknown(NotFound):
    """The product has no such version."""

    code = "product_version_unknown"


class ProductChanged(Conflict):
    """Somebody published a newer version than the one that was edited; `data` says which, who and when."""

    code = "product_changed"


def show(row: Row) -> dict[str, Any]:
    """Return a version of a product as it is shown, with its author."""
    return dump_product(product_from_row(row)) | {"author": row["author"], "published_at": row["created_at"]}


def get_shown(tx: Transaction, catalogue: Catalogue, key: str) -> dict[str, Any]:
    """Get the latest version of a product as it is shown; raises ProductUnknown."""
    row = queries.find_latest_product(tx, tx.organization_id, key)
    if row is None:
        catalogue.latest(tx, key)
        raise Bug("A product in memory is not stored.")
    return show(row)


def parse_publication(body: Mapping[str, Any]) -> tuple[Product, int | None]:
    """Turn what is to be published into a product and the version it replaces, if it says so; raises ProductInvalid."""
    written = dict(body)
    replaces = written.pop("replaces", None)
    if replaces is not None and (
        isinstance(replaces, bool) or not isinstance(replaces, int) or not 0 <= replaces <= VERSION_MAX
    ):
        raise ProductInvalid(
            "replaces is no version.", field="replaces", remedy="Give the version you edited, 0 for a new product."
        )
    product = parse_product(written)
    if product.key in RESERVED_KEYS:
        raise ProductInvalid(
            f"'{product.key}' is a word of our addresses.", field="key", remedy="Give the product another key."
        )
    return product, replaces


def require_latest(tx: Transaction, key: str, version: int) -> None:
    """Raise ProductChanged unless `version` is a product's latest; 0 stands for none."""
    row = queries.find_latest_product(tx, tx.organization_id, key)
    latest = 0 if row is None else row["version"]
    if latest == version:
        return
    if row is None:
        raise ProductChanged(
            f"There is no product '{key}' of which version {version} could be replaced.",
            field="replaces",
            remedy="Send 0 to publish it as new.",
            data={"version": 0},
        )
    raise ProductChanged(
        f"Version {latest} of '{key}' was published by {row['author']} meanwhile.",
        field="replaces",
        remedy="Compare your changes with it, and publish them as replacing that version.",
        data={"version": latest, "author": row["author"], "published_at": row["created_at"].isoformat()},
    )


def list_versions(
    tx: Transaction, by: Principal, catalogue: Catalogue, key: str, *, after: int | None, limit: int
) -> list[dict[str, Any]]:
    """List the versions of a product newest first; raises ProductUnknown."""
    by.require(Permission.PRODUCT_READ)
    rows = queries.list_versions_of_product(tx, key, after=after, limit=limit)
    if not rows:
        get_shown(tx, catalogue, key)
    return [
        {
            "version": row["version"],
            "name": row["name"],
            "currency": row["currency"],
            "field_count": len(row["body"]["form"]),
            "author": row["author"],
            "published_at": row["created_at"],
        }
        for row in rows
    ]


def get_version(tx: Transaction, by: Principal, catalogue: Catalogue, key: str, version: int) -> dict[str, Any]:
    """Get a stated version of a product; raises ProductUnknown or ProductVersionUnknown."""
    by.require(Permission.PRODUCT_READ)
    return show(_get_rows(tx, catalogue, key, [version])[version])


def get_parsed(tx: Transaction, catalogue: Catalogue, key: str, version: int) -> Product:
    """Return a stated version as its typed value; raises ProductUnknown or ProductVersionUnknown."""
    return product_from_row(_get_rows(tx, catalogue, key, [version])[version])


def list_changes(
    tx: Transaction, by: Principal, catalogue: Catalogue, key: str, *, old: int, new: int
) -> list[drafts.Change]:
    """List what differs between two versions of a product; raises ProductUnknown or ProductVersionUnknown."""
    by.require(Permission.PRODUCT_READ)
    rows = _get_rows(tx, catalogue, key, [old, new])
    return drafts.list_changes(product_from_row(rows[old]), product_from_row(rows[new]))


def check(
    tx: Transaction, by: Principal, champions: Champions, draft: Mapping[str, Any], *, now: datetime
) -> list[drafts.Finding]:
    """List every error of a draft, or, where it has none, what publishing it would bring; writes nothing. `now` is business time."""
    by.require(Permission.PRODUCT_MANAGE)
    errors = drafts.check_draft(draft)
    if errors:
        return errors
    try:
        product, replaces = parse_publication(draft)
    except ProductInvalid as fault:
        return [drafts.Finding("error", str(fault.field), fault.code, fault.message, fault.remedy or "")]
    row = queries.find_latest_product(tx, tx.organization_id, product.key)
    _, rows = queries.find_taken_and_champions(tx, [], [tx.organization_id])
    standing = champions.standing(tx, rows, {tx.organization_id: now})[tx.organization_id]
    features = standing.scorer.feature_names if isinstance(standing, Champion) else None
    found = drafts.consequences(product, None if row is None else product_from_row(row), features)
    if replaces is not None:
        try:
            require_latest(tx, product.key, replaces)
        except ProductChanged as changed:
            found.append(drafts.Finding("error", "replaces", changed.code, changed.message, changed.remedy or ""))
    return found


def _get_rows(tx: Transaction, catalogue: Catalogue, key: str, versions: Sequence[int]) -> dict[int, Row]:
    rows = queries.list_product_versions(tx, [(tx.organization_id, key, version) for version in set(versions)])
    found = {row["version"]: row for row in rows}
    missing = [version for version in versions if version not in found]
    if missing:
        latest = get_shown(tx, catalogue, key)["version"]
        raise ProductVersionUnknown(
            f"'{key}' has no version {missing[0]}.", field="version", remedy=f"Give one from 1 to {latest}."
        )
    return found
