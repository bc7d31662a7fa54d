"""Products as people edit them: versions with their authors, the check of a draft, what changed between two versions."""

from collections.abc import Mapping
from typing import Any

from intendant.domains.lending import queries
from intendant.domains.lending.catalogue import Catalogue, dump_product, parse_product, product_from_row
from intendant.domains.lending.model import Product, ProductInvalid
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Bug, Conflict

VERSION_MAX = 2**31 - 1


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
    return parse_product(written), replaces


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
