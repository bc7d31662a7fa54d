"""Routes of products: the catalogue and its editor."""

from dataclasses import asdict
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from intendant.domains.lending import drafts, model, products, usecases, wire
from intendant.domains.lending.credit_terms import CreditTerms
from intendant.domains.lending.http import product_views, views
from intendant.domains.lending.http.credit_words import CREDIT_VOCABULARY
from intendant.domains.lending.http.offer_views import ScheduleOfProductBody
from intendant.domains.lending.http.parameters import PAGE_SIZE, PAGE_SIZE_MAX, Limit, json_body
from intendant.domains.lending.http.schedule_views import SchedulePreview
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.model import FieldRole, FieldType, ProductInvalid
from intendant.domains.lending.offers import preview as offer_preview
from intendant.domains.lending.schedules.preview import dump_preview
from intendant.kernel.access import Permission, Principal, Role
from intendant.kernel.organizations import get_organization
from intendant.kernel.registry import Doors
from intendant.kit.database import Transaction

Version = Annotated[int, Path(ge=1, le=products.VERSION_MAX)]

# A draft may be wrong in every way, so its schema promises nothing.
_DRAFT = {"requestBody": {"description": "A product as POST /api/v1/lending/products takes it, finished or not."}}
_VOCABULARY = product_views.ProductVocabulary(
    types=[
        product_views.FieldTypeWord(
            type=each,
            help=drafts.TYPE_HELP[each],
            has_bounds=each in model.NUMERIC,
            has_choices=each is FieldType.CATEGORY,
        )
        for each in FieldType
    ],
    roles=[
        product_views.FieldRoleWord(
            role=each,
            help=drafts.ROLE_HELP[each],
            types=[kind for kind in FieldType if kind in model.TYPES_OF_ROLE.get(each, FieldType)],
            single=each in model.SINGLE_ROLES,
            scored=each not in model.NOT_SCORED,
        )
        for each in FieldRole
    ],
    key_pattern=model.KEY_PATTERN,
    fields_max=model.FIELDS_MAX,
    choices_max=model.CHOICES_MAX,
    name_length_max=model.NAME_LENGTH_MAX,
    number_max=model.NUMBER_MAX,
    share_max=model.SHARE_MAX,
    share_help="Shares of the amount: what is kept when the loan is repaid, and lost when it defaults.",
    credit_terms=CREDIT_VOCABULARY,
    protected_help="A field named after a protected attribute, such as age or sex, must have the role 'protected'.",
)


def product_routes(doors: Doors, kind: LendingApplicationKind) -> APIRouter:
    """Return the routes of products."""
    router = APIRouter(prefix="/api/v1/lending/products", tags=["lending"])
    database, catalogue = doors.system.database, kind.catalogue

    @router.get("", summary="List products")
    def list_products(
        after: str | None = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.PRODUCT_READ),
    ) -> views.Page[product_views.ProductView]:
        """List products by key, each in its latest version."""
        with database.transaction(principal.organization_id) as tx:
            found = usecases.list_products(tx, principal, after=after, limit=min(limit + 1, PAGE_SIZE_MAX + 1))
        items = [_shown(each, principal) for each in found[:limit]]
        return views.Page(items=items, next=items[-1].key if len(found) > limit else None)

    @router.get("/vocabulary", summary="List what a form may be made of")
    def get_vocabulary(
        _principal: Principal = doors.requires(Permission.PRODUCT_READ),
    ) -> product_views.ProductVocabulary:
        """Return the types, roles and bounds that an editor of products needs."""
        return _VOCABULARY

    @router.post("/check", summary="Check a draft of a product", openapi_extra=_DRAFT)
    def check_product(
        body: dict[str, Any], principal: Principal = doors.requires(Permission.PRODUCT_MANAGE)
    ) -> product_views.ProductCheck:
        """Return every error of a draft at once, each with its place; of a sound one, what publishing would bring."""
        with database.transaction(principal.organization_id) as tx:
            now = get_organization(tx, principal.organization_id).clock.now()
            found = products.check(tx, principal, kind.champions, body, now=now)
        findings = [product_views.ProductFinding(**asdict(each)) for each in found]
        return product_views.ProductCheck(
            publishable=all(each.severity != "error" for each in findings), findings=findings
        )

    def _terms_of(tx: Transaction, body: ScheduleOfProductBody) -> CreditTerms:
        if (body.product is None) == (body.credit_terms is None):
            raise ProductInvalid(
                "There is nothing to preview, or two things.",
                field="product",
                remedy="Name a product, or send the credit_terms of a draft.",
            )
        if body.product is not None:
            return offer_preview.published_terms(tx, catalogue, body.product, body.version)
        return offer_preview.drafted_terms(body.credit_terms, currency=body.currency, loss_share=body.loss_share)

    @router.post("/preview-schedule", summary="Preview a product's schedule")
    def preview_schedule(
        body: ScheduleOfProductBody, principal: Principal = doors.requires(Permission.PRODUCT_READ)
    ) -> SchedulePreview:
        """Return what a borrower would get on a draft's terms or a product's: schedule, costs and annual rates."""
        with database.snapshot(principal.organization_id) as tx:
            organization = get_organization(tx, principal.organization_id)
            today = organization.clock.now().astimezone(ZoneInfo(organization.time_zone)).date()
            found = offer_preview.preview_on_terms(
                tx,
                _terms_of(tx, body),
                start=body.start or today,
                **body.model_dump(include={"amount", "term_months", "rate", "band", "index_rate"}),
            )
        return SchedulePreview.model_validate(dump_preview(found))

    @router.get("/{key}", summary="Show a product")
    def get_product(
        key: str, principal: Principal = doors.requires(Permission.PRODUCT_READ)
    ) -> product_views.ProductView:
        """Return the latest version of a product with its application form."""
        with database.transaction(principal.organization_id) as tx:
            return _shown(usecases.get_product(tx, principal, catalogue, key), principal)

    @router.get("/{key}/versions", summary="List a product's versions")
    def list_versions(
        key: str,
        after: Annotated[int | None, Query(ge=1, le=products.VERSION_MAX)] = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.PRODUCT_READ),
    ) -> views.Page[product_views.ProductVersionRow]:
        """List the versions of a product, newest first, each with who published it and when."""
        with database.transaction(principal.organization_id) as tx:
            found = products.list_versions(tx, principal, catalogue, key, after=after, limit=limit + 1)
        hidden = {"author": None} if principal.role is Role.CLIENT else {}
        items = [product_views.ProductVersionRow.model_validate(each | hidden) for each in found[:limit]]
        return views.Page(items=items, next=str(items[-1].version) if len(found) > limit else None)

    @router.get("/{key}/versions/{version}", summary="Show a version of a product")
    def get_version(
        key: str, version: Version, principal: Principal = doors.requires(Permission.PRODUCT_READ)
    ) -> product_views.ProductView:
        """Return a stated version of a product."""
        with database.transaction(principal.organization_id) as tx:
            return _shown(products.get_version(tx, principal, catalogue, key, version), principal)

    @router.get("/{key}/diff", summary="Compare two versions of a product")
    def compare_versions(
        key: str,
        old: Annotated[int, Query(ge=1, le=products.VERSION_MAX)],
        new: Annotated[int, Query(ge=1, le=products.VERSION_MAX)],
        principal: Principal = doors.requires(Permission.PRODUCT_READ),
    ) -> product_views.ProductDifference:
        """Return what differs between two versions, fields told apart by their names."""
        with database.transaction(principal.organization_id) as tx:
            found = products.list_changes(tx, principal, catalogue, key, old=old, new=new)
        changes = [product_views.ProductChange(**asdict(each)) for each in found]
        return product_views.ProductDifference(key=key, old=old, new=new, changes=changes)

    @router.post(
        "",
        summary="Publish a product",
        status_code=201,
        response_model=product_views.ProductView,
        openapi_extra=json_body(wire.ProductBody),
    )
    def create_product(
        body: dict[str, Any],
        principal: Principal = doors.requires(Permission.PRODUCT_MANAGE),
        once: Any = doors.once,
    ) -> Response:
        """Publish a product, or the next version of one; with `replaces`, only if that is still the latest version."""

        def work() -> product_views.ProductView:
            return product_views.ProductView.model_validate(usecases.create_product(tx, principal, catalogue, body))

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=201)
        return response

    return router


def _shown(product: dict[str, Any], principal: Principal) -> product_views.ProductView:
    # Applicants may read what they can apply for, and need not know who works here.
    hidden = {"author": None} if principal.role is Role.CLIENT else {}
    return product_views.ProductView.model_validate(product | hidden)
