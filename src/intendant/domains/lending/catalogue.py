"""Products as written and as held: parsing and dumping their bodies, and a bounded memory of those in use.

A version of a product never changes, so it is remembered for good. Which version is the latest is remembered as long as somebody
looks every second at what has changed: one query for all organisations, where a query for each would cost more than deciding.
"""

import math
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import timedelta
from threading import Lock
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from intendant.domains.lending import queries
from intendant.domains.lending.credit_terms_json import dump_credit_terms, parse_credit_terms
from intendant.domains.lending.features import FeatureView
from intendant.domains.lending.form import ApplicationForm
from intendant.domains.lending.model import (
    Adjustable,
    FieldRole,
    FieldType,
    FormField,
    Pricing,
    Product,
    ProductInvalid,
)
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import NotFound, Unavailable

PRODUCTS_KEPT_MAX = 8_192
LATEST_KEPT_SECONDS = 1.0
"""After so long without a look at what has changed, nothing in memory counts as the latest."""
REFRESH_SECONDS = 0.4
OVERLAP = timedelta(seconds=10)
"""A change committed this much later than it was stamped is still seen."""
PRODUCT_KEYS = frozenset(
    {
        "key",
        "name",
        "currency",
        "form",
        "payout",
        "pricing",
        "adjustable",
        "segment_by",
        "credit_terms",
        "version",
        "author",
        "published_at",
    }
)
"""What may stand in a product as written; the last three are told and not taken, so that what was read can be sent back."""
_K = TypeVar("_K")
_V = TypeVar("_V")


class ProductUnknown(NotFound):
    """No such product in this organisation."""

    code = "product_unknown"


class Offer(NamedTuple):
    """A product as an organisation offers it now, with the organisation's business time."""

    product: Product
    clock: clock.BusinessClock


class Catalogue:
    """Products in memory, each with its compiled form and its view. Shared by threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._versions: OrderedDict[tuple[UUID, str, int], Product] = OrderedDict()
        self._latest: OrderedDict[tuple[UUID, str], Offer] = OrderedDict()
        self._looked_seconds = -LATEST_KEPT_SECONDS
        self._looked_at = clock.system_now()
        self._looking = Lock()
        self._compiled: OrderedDict[int, tuple[Product, ApplicationForm, FeatureView]] = OrderedDict()

    def peek(self, organization_id: UUID, key: str) -> Offer | None:
        """Return the latest version if memory has it and it is fresh; never waits for the database."""
        if clock.monotonic_seconds() - self._looked_seconds > LATEST_KEPT_SECONDS:
            return None
        return self._latest.get((organization_id, key))

    @property
    def is_due(self) -> bool:
        """Tell whether it is time to look at what has changed."""
        return clock.monotonic_seconds() - self._looked_seconds > REFRESH_SECONDS and not self._looking.locked()

    def refresh(self, database: Database) -> None:
        """Look at what has changed since the last look, and forget it; one at a time, the others go on."""
        if not self._looking.acquire(blocking=False):
            return
        try:
            began, seconds = clock.system_now(), clock.monotonic_seconds()
            # Not a reader of rows: the system role learns which organisations changed something, and nothing else.
            with database.system() as tx:
                changed = queries.list_changed_organizations(tx, self._looked_at - OVERLAP)
            with self._lock:
                for held in [held for held in self._latest if held[0] in changed]:
                    del self._latest[held]
                self._looked_at, self._looked_seconds = began, seconds
        except Unavailable:
            # Then nothing in memory counts as the latest before long, and whoever asks is told.
            return
        finally:
            self._looking.release()

    def offer(self, tx: Transaction, key: str) -> Offer:
        """Return the latest version of a product of the transaction's organisation; raises ProductUnknown."""
        organization_id = tx.organization_id
        held = self.peek(organization_id, key)
        if held is not None:
            return held
        row = queries.find_latest_product(tx, organization_id, key)
        if row is None:
            known = ", ".join(each["key"] for each in queries.list_products(tx, organization_id, limit=20))
            raise ProductUnknown(
                f"There is no product '{key[:60]}'.",
                field="product",
                remedy=f"Known products: {known}." if known else "Create one first.",
            )
        offer = Offer(self._remember(row), get_organization(tx, organization_id).clock)
        with self._lock:
            _keep(self._latest, (organization_id, key), offer)
        return offer

    def latest(self, tx: Transaction, key: str) -> Product:
        """Return the latest version of a product; raises ProductUnknown."""
        return self.offer(tx, key).product

    def versions(
        self, tx: Transaction, wanted: Iterable[tuple[UUID, str, int]]
    ) -> dict[tuple[UUID, str, int], Product]:
        """Return stated versions, loading all that memory lacks in one query."""
        keys = set(wanted)
        found = {key: self._versions[key] for key in keys if key in self._versions}
        missing = keys - found.keys()
        for row in queries.list_product_versions(tx, missing) if missing else []:
            found[row["organization_id"], row["key"], row["version"]] = self._remember(row)
        return found

    def forget_latest(self, organization_id: UUID, key: str) -> None:
        """Look the latest version up again: there is a new one."""
        with self._lock:
            self._latest.pop((organization_id, key), None)

    def form(self, product: Product) -> ApplicationForm:
        """Return the product's compiled form."""
        return self._compile(product)[1]

    def view(self, product: Product) -> FeatureView:
        """Return how the product's applications are looked at."""
        return self._compile(product)[2]

    def _compile(self, product: Product) -> tuple[Product, ApplicationForm, FeatureView]:
        # By identity: hashing a form of a hundred fields would cost more than parsing an application. Keeping the product
        # beside keeps its identity from being given to another.
        held = self._compiled.get(id(product))
        if held is None:
            held = (product, ApplicationForm(product), FeatureView(product))
            with self._lock:
                _keep(self._compiled, id(product), held)
        return held

    def _remember(self, row: Row) -> Product:
        key = (row["organization_id"], row["key"], row["version"])
        with self._lock:
            held = self._versions.get(key)
            if held is None:
                held = product_from_row(row)
                _keep(self._versions, key, held)
            return held


def _keep(memory: "OrderedDict[_K, _V]", key: _K, value: _V) -> None:
    memory[key] = value
    while len(memory) > PRODUCTS_KEPT_MAX:
        memory.popitem(last=False)


def product_from_row(row: Row) -> Product:
    """Build a product from a row of `lending_products`."""
    return parse_product(
        {**row["body"], "key": row["key"], "name": row["name"], "currency": row["currency"]}, row["version"]
    )


def parse_product(body: Mapping[str, Any], version: int = 1) -> Product:
    """Turn a product as written into a `Product`; raises ProductInvalid naming the place."""
    _known(body, "", PRODUCT_KEYS)
    form, adjustable = body.get("form"), [] if body.get("adjustable") is None else body["adjustable"]
    if not isinstance(form, list) or not isinstance(adjustable, list):
        raise ProductInvalid("The form is not a list of fields.", field="form", remedy="Give a list of fields.")
    pricing = {} if body.get("pricing") is None else body["pricing"]
    _known(pricing, "pricing", {"gain_share", "loss_share"})
    payout, segment_by = body.get("payout", True), body.get("segment_by")
    if not isinstance(payout, bool):
        raise ProductInvalid("payout is not true or false.", field="payout", remedy="Write true or false.")
    currency, priced = (
        _text(body, "currency", "currency"),
        Pricing(**{name: _number(pricing, name, f"pricing.{name}") for name in pricing}),
    )
    written = body.get("credit_terms")
    return Product(
        key=_text(body, "key", "key"),
        version=version,
        name=_text(body, "name", "name"),
        currency=currency,
        form=tuple(parse_field(each, f"form[{place}]") for place, each in enumerate(form)),
        payout=payout,
        pricing=priced,
        adjustable=tuple(parse_adjustable(each, f"adjustable[{place}]") for place, each in enumerate(adjustable)),
        segment_by=None if segment_by is None else _text(body, "segment_by", "segment_by"),
        credit_terms=None
        if written is None
        else parse_credit_terms(written, currency=currency, loss_share=priced.loss_share),
    )


def dump_product(product: Product) -> dict[str, Any]:
    """Return a product as written; `parse_product` gives back an equal one."""
    terms = {} if product.credit_terms is None else {"credit_terms": dump_credit_terms(product.credit_terms)}
    return {
        "key": product.key,
        "version": product.version,
        "name": product.name,
        "currency": product.currency,
        "payout": product.payout,
        "pricing": {"gain_share": product.pricing.gain_share, "loss_share": product.pricing.loss_share},
        "adjustable": [
            {"name": each.name, "minimum": each.minimum, "maximum": each.maximum, "step": each.step}
            for each in product.adjustable
        ],
        "segment_by": product.segment_by,
        "form": [_dump_field(each) for each in product.form],
        **terms,
    }


def _dump_field(each: FormField) -> dict[str, Any]:
    written: dict[str, Any] = {
        "name": each.name,
        "label": each.label,
        "type": each.type.value,
        "role": each.role.value,
        "required": each.required,
    }
    if each.minimum is not None:
        written["minimum"] = each.minimum
    if each.maximum is not None:
        written["maximum"] = each.maximum
    if each.choices:
        written["choices"] = list(each.choices)
    return written


def parse_field(written: object, path: str) -> FormField:
    """Turn a field as written into a `FormField`; raises ProductInvalid naming the place."""
    _known(written, path, {"name", "label", "type", "role", "required", "minimum", "maximum", "choices"})
    assert isinstance(written, Mapping)  # noqa: S101 - checked by _known
    choices, required = written.get("choices") or [], written.get("required", True)
    if not isinstance(choices, list) or not all(isinstance(each, str) and each for each in choices):
        raise ProductInvalid(f"{path}.choices is no list of texts.", field=f"{path}.choices", remedy="Give texts.")
    if not isinstance(required, bool):
        raise ProductInvalid(
            f"{path}.required is not true or false.", field=f"{path}.required", remedy="Write true or false."
        )
    return FormField(
        name=_text(written, "name", f"{path}.name"),
        type=_word(written.get("type"), f"{path}.type", FieldType),
        role=_word(written.get("role", "feature"), f"{path}.role", FieldRole),
        label=_text(written, "label", f"{path}.label") if written.get("label") else "",
        required=required,
        minimum=_number(written, "minimum", f"{path}.minimum") if written.get("minimum") is not None else None,
        maximum=_number(written, "maximum", f"{path}.maximum") if written.get("maximum") is not None else None,
        choices=tuple(choices),
    )


def parse_adjustable(written: object, path: str) -> Adjustable:
    """Turn an adjustable as written into an `Adjustable`; raises ProductInvalid naming the place."""
    _known(written, path, {"name", "minimum", "maximum", "step"})
    assert isinstance(written, Mapping)  # noqa: S101 - checked by _known
    numbers = {name: _number(written, name, f"{path}.{name}") for name in ("minimum", "maximum", "step")}
    return Adjustable(_text(written, "name", f"{path}.name"), **numbers)


def _known(written: object, path: str, known: AbstractSet[str]) -> None:
    if not isinstance(written, Mapping):
        raise ProductInvalid(
            f"{path or 'The product'} is not an object.", field=path or None, remedy="Give names and values."
        )
    for name in written:
        if name not in known:
            place = f"{path}.{name}" if path else str(name)
            raise ProductInvalid(f"{place} is not known.", field=place, remedy=f"Known: {', '.join(sorted(known))}.")


def _text(written: Mapping[str, Any], name: str, path: str) -> str:
    value = written.get(name)
    if not isinstance(value, str):
        raise ProductInvalid(f"{path} is missing or not text.", field=path, remedy="Give a text.")
    return value


def _number(written: Mapping[str, Any], name: str, path: str) -> float:
    value = written.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ProductInvalid(f"{path} is missing or no finite number.", field=path, remedy="Give a number.")
    return value


_E = TypeVar("_E", FieldType, FieldRole)


def _word(value: object, path: str, words: type[_E]) -> _E:
    try:
        return words(str(value))
    except ValueError:
        listed = ", ".join(each.value for each in words)
        raise ProductInvalid(f"{path} is {str(value)[:40]!r}.", field=path, remedy=f"Write one of: {listed}.") from None
