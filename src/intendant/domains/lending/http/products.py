"""Routes of products: the catalogue and its editor."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from intendant.domains.lending import usecases, wire
from intendant.domains.lending.http import views
from intendant.domains.lending.http.parameters import PAGE_SIZE, PAGE_SIZE_MAX, Limit, json_body
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors


def product_routes(doors: Doors, kind: LendingApplicationKind) -> APIRouter:
    """Return the routes of products."""
    router = APIRouter(prefix="/api/v1/lending/products", tags=["lending"])
    database, catalogue = doors.system.database, kind.catalogue

    @router.get("", summary="List products")
    def list_products(
        after: str | None = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.PRODUCT_READ),
    ) -> views.Page[views.ProductView]:
        """List products by key, each in its latest version."""
        with database.transaction(principal.organization_id) as tx:
            found = usecases.list_products(tx, principal, after=after, limit=min(limit + 1, PAGE_SIZE_MAX + 1))
        items = [views.ProductView.model_validate(each) for each in found[:limit]]
        return views.Page(items=items, next=items[-1].key if len(found) > limit else None)

    @router.get("/{key}", summary="Show a product")
    def get_product(key: str, principal: Principal = doors.requires(Permission.PRODUCT_READ)) -> views.ProductView:
        """Return the latest version of a product with its application form."""
        with database.transaction(principal.organization_id) as tx:
            return views.ProductView.model_validate(usecases.get_product(tx, principal, catalogue, key))

    @router.post(
        "",
        summary="Publish a product",
        status_code=201,
        response_model=views.ProductView,
        openapi_extra=json_body(wire.ProductBody),
    )
    def create_product(
        body: dict[str, Any],
        principal: Principal = doors.requires(Permission.PRODUCT_MANAGE),
        once: Any = doors.once,
    ) -> Response:
        """Publish a product, or the next version of one; with `replaces`, only if that is still the latest version."""

        def work() -> views.ProductView:
            return views.ProductView.model_validate(usecases.create_product(tx, principal, catalogue, body))

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=201)
        return response

    return router
