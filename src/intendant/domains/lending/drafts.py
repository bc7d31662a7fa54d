"""Drafts of products: every fault at once with the place an editor shows it at, what a change would do, what changed. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from intendant.domains.lending.catalogue import PRODUCT_KEYS, dump_product, parse_adjustable, parse_field
from intendant.domains.lending.credit_terms_json import credit_terms_faults
from intendant.domains.lending.model import (
    FIELDS_MAX,
    NUMBER_MAX,
    FieldRole,
    FieldType,
    Pricing,
    Product,
    ProductInvalid,
    product_faults,
)

FINDINGS_MAX = 200
CHANGES_MAX = 1_000
ENTRIES_MAX = 2 * FIELDS_MAX
"""So many entries of a list are looked at; a form with more is refused anyway."""

Severity = Literal["error", "warning"]
ChangeKind = Literal["added", "removed", "changed"]
_T = TypeVar("_T")
_ABOUT_FIELDS = frozenset({"form", "adjustable", "segment_by"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a draft, or worth knowing before it is published; an error keeps it from being published.

    `path` is where in the draft, such as `form[2].role`; empty for the whole.
    """

    severity: Severity
    path: str
    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions of a product, by its path; fields are told apart by their names."""

    path: str
    kind: ChangeKind
    old: Any
    new: Any


def check_draft(draft: Mapping[str, Any]) -> list[Finding]:
    """Return every error of a draft, at most `FINDINGS_MAX`; an empty list says that it can be published."""
    found: list[Finding] = []
    found += [
        _error(str(name)[:100], f"{str(name)[:60]} is not known.", "Leave it out.")
        for name in draft
        if name not in PRODUCT_KEYS | {"replaces"}
    ]
    fields = _sound(draft.get("form"), "form", parse_field, found, required=True)
    adjustable = _sound(draft.get("adjustable"), "adjustable", parse_adjustable, found, required=False)
    _check_pricing(draft.get("pricing"), found)
    texts = {name: _text(draft.get(name), name, found) for name in ("key", "name", "currency")}
    payout, segment_by = draft.get("payout", True), draft.get("segment_by")
    if not isinstance(payout, bool):
        found.append(_error("payout", "payout is not true or false.", "Write true or false."))
    if segment_by is not None and not isinstance(segment_by, str):
        found.append(_error("segment_by", "segment_by is not text.", "Name a field, or leave it out."))
    terms = draft.get("credit_terms")
    if terms is not None:
        found += [_finding(fault, str(fault.field)) for fault in credit_terms_faults(terms)]
    spoilt = {finding.path for finding in found}
    for fault in product_faults(
        texts["key"],
        texts["name"],
        texts["currency"],
        [each for each in fields if each is not None],
        [each for each in adjustable if each is not None],
        payout=payout if isinstance(payout, bool) else False,
        segment_by=segment_by if isinstance(segment_by, str) else None,
        offered=_is_offered(terms),
    ):
        path = str(fault.field)
        # What a broken part takes away from the whole is told at that part, once it is mended again.
        if path not in spoilt and not (None in fields and path in _ABOUT_FIELDS):
            found.append(_finding(fault, path))
    return found[:FINDINGS_MAX]


def _is_offered(terms: object) -> bool:
    offer = terms.get("offer") if isinstance(terms, Mapping) else None
    return isinstance(offer, Mapping) and offer.get("required") is True


def consequences(new: Product, old: Product | None, model_features: Sequence[str] | None) -> list[Finding]:
    """Return warnings about publishing a sound product over `old`, where `model_features` is what the model looks at."""
    found = []
    scored = {each.name for each in new.scored_fields}
    strange = [name for name in model_features or () if name not in scored]
    if strange:
        found.append(
            _warning(
                "form",
                "model_would_not_fit",
                f"The present model looks at {', '.join(strange[:5])}, which this form does not score.",
                "Until a model is trained on this form, no model decides and people are asked.",
            )
        )
    found += _form_beyond_terms(new)
    if old is None:
        return found
    if old.credit_terms is not None and old.credit_terms != new.credit_terms:
        found.append(
            _warning(
                "credit_terms",
                "terms_changed",
                "New applications get the new terms.",
                "Applications already made and loans already booked keep the version they came with.",
            )
        )
    before = {each.name: each for each in old.form}
    for place, each in enumerate(new.form):
        known = before.get(each.name)
        if each.required and (known is None or not known.required):
            found.append(
                _warning(
                    f"form[{place}].required",
                    "newly_required",
                    f"Applications must answer '{each.label}' from now on.",
                    "Those who send applications by program must send it, or theirs are refused.",
                )
            )
    found += [
        _warning(
            "form",
            "field_removed",
            f"The form no longer asks for '{name}'.",
            "An application that still sends it is refused.",
        )
        for name in before
        if name not in {each.name for each in new.form}
    ]
    if old.currency != new.currency:
        found.append(
            _warning(
                "currency",
                "currency_changed",
                f"Amounts were in {old.currency} and will be in {new.currency}.",
                "Check bounds, limits and the policy's amounts.",
            )
        )
    return found


def _form_beyond_terms(product: Product) -> list[Finding]:
    """Return warnings where the form takes what the terms do not lend: a person would have to settle it."""
    terms = product.credit_terms
    if terms is None:
        return []
    months = terms.terms
    lent = {
        FieldRole.AMOUNT: (float(terms.amounts.minimum), float(terms.amounts.maximum)),
        FieldRole.TERM: (float(months.minimum), float(months.maximum)),
    }
    found = []
    for place, each in enumerate(product.form):
        low, high = lent.get(each.role, (None, None))
        if low is None or high is None:
            continue
        if each.minimum is None or each.minimum < low or each.maximum is None or each.maximum > high:
            found.append(
                _warning(
                    f"form[{place}]",
                    "form_beyond_terms",
                    f"The form takes a '{each.label}' outside the {low:g} to {high:g} that is lent.",
                    "Give the field these bounds, or people must settle such applications.",
                )
            )
    if terms.terms.only is None and product.field_of(FieldRole.TERM) is None:
        found.append(
            _warning(
                "form",
                "form_without_term",
                "The form asks for no term, and the product grants several.",
                "Add a field with the role 'term', or grant one term only.",
            )
        )
    return found


def list_changes(old: Product, new: Product) -> list[Change]:
    """Return what differs between two versions, in the order of the product's parts, at most `CHANGES_MAX`."""
    return list(_changes(_by_name(dump_product(old)), _by_name(dump_product(new)), ""))[:CHANGES_MAX]


def _by_name(written: dict[str, Any]) -> dict[str, Any]:
    del written["version"]
    for part in ("form", "adjustable"):
        written[f"{part}_order"] = [each["name"] for each in written[part]]
        written[part] = {each["name"]: each for each in written[part]}
    terms = written.get("credit_terms")
    if terms is not None:
        for holder, part, name in (
            (terms["rate"], "bands", "name"),
            (terms, "fees", "name"),
            (terms, "conditions", "key"),
        ):
            if part in holder:
                holder[part] = {each[name]: each for each in holder[part]}
    return written


def _changes(old: Any, new: Any, path: str) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*old, *(name for name in new if name not in old)]:
            place = f"{path}.{name}" if path else name
            if name not in new:
                yield Change(place, "removed", old[name], None)
            elif name not in old:
                yield Change(place, "added", None, new[name])
            else:
                yield from _changes(old[name], new[name], place)
    elif path.endswith("_order"):
        # Additions and removals are told by themselves; an order is news where what both have stands otherwise.
        if [name for name in old if name in new] != [name for name in new if name in old]:
            yield Change(path, "changed", old, new)
    elif old != new:
        yield Change(path, "changed", old, new)


def _sound(
    written: object, part: str, parse: Callable[[object, str], _T], found: list[Finding], *, required: bool
) -> list[_T | None]:
    """Parse the entries of a list; those with a fault are told and stand as None."""
    if written is None and not required:
        return []
    if not isinstance(written, list):
        found.append(_error(part, f"{part} is not a list.", "Give a list."))
        return [None]
    parsed: list[_T | None] = []
    for place, entry in enumerate(written[:ENTRIES_MAX]):
        path = f"{part}[{place}]"
        faults = list(_faults_of_keys(entry, path, parse))
        found += faults
        if faults:
            parsed.append(None)
            continue
        try:
            parsed.append(parse(entry, path))
        except ProductInvalid as fault:
            parsed.append(None)
            found.append(_finding(fault, _at(entry, fault, part, path)))
    return parsed


def _faults_of_keys(entry: object, path: str, parse: Callable[[object, str], _T]) -> Iterator[Finding]:
    """Yield what is wrong with single keys of an entry: each is mended in turn, so that all are told at once."""
    if not isinstance(entry, Mapping):
        yield _error(path, f"{path} is not an object.", "Give names and values.")
        return
    rest, seen = dict(entry), set[str]()
    for _ in range(len(entry) + 2):
        try:
            parse(rest, path)
        except ProductInvalid as fault:
            place = str(fault.field)
            key = place.removeprefix(f"{path}.")
            if not place.startswith(f"{path}.") or key in seen:
                return
            seen.add(key)
            yield _finding(fault, place)
            if key in _STAND_INS:
                rest[key] = _STAND_INS[key]
            else:
                rest.pop(key, None)
        else:
            return


_STAND_INS: dict[str, Any] = {"name": "field", "type": "number", "minimum": 0, "maximum": NUMBER_MAX, "step": 1}
"""What stands in for a key at fault while the others are looked at."""


def _at(entry: Mapping[str, Any], fault: ProductInvalid, part: str, path: str) -> str:
    """Return the place in the draft of a fault that names its field by name: `form.age.role` is `form[3].role`."""
    named = f"{part}.{entry.get('name')}"
    place = str(fault.field)
    if place == "form":
        return f"{path}.name"
    return path + place.removeprefix(named) if place.startswith(named) else path


def _text(value: object, name: str, found: list[Finding]) -> str:
    if isinstance(value, str):
        return value
    found.append(_error(name, f"The product has no {name}.", "Give a text."))
    return ""


def _check_pricing(written: object, found: list[Finding]) -> None:
    if written is None:
        return
    if not isinstance(written, Mapping):
        found.append(_error("pricing", "pricing is not an object.", "Give gain_share and loss_share."))
        return
    for name, value in written.items():
        path = f"pricing.{str(name)[:60]}"
        if name not in ("gain_share", "loss_share"):
            found.append(_error(path, f"{path} is not known.", "Known: gain_share, loss_share."))
        elif isinstance(value, bool) or not isinstance(value, int | float):
            found.append(_error(path, f"{path} is no number.", "Give a share of the amount."))
        else:
            try:
                Pricing(**{name: value})
            except ProductInvalid as fault:
                found.append(_finding(fault, path))


def _error(path: str, message: str, remedy: str) -> Finding:
    return Finding("error", path, ProductInvalid.code, message, remedy)


def _warning(path: str, code: str, message: str, remedy: str) -> Finding:
    return Finding("warning", path, code, message, remedy)


def _finding(fault: ProductInvalid, path: str) -> Finding:
    return Finding("error", path, fault.code, fault.message, fault.remedy or "")


TYPE_HELP: dict[FieldType, str] = {
    FieldType.NUMBER: "A number, with or without decimals.",
    FieldType.INTEGER: "A whole number.",
    FieldType.CATEGORY: "One word of several; with choices, one of those.",
    FieldType.BOOLEAN: "Yes or no.",
    FieldType.DATE: "A day, such as 2026-01-31.",
    FieldType.TEXT: "Free text, for people to read.",
}
ROLE_HELP: dict[FieldRole, str] = {
    FieldRole.FEATURE: "The model looks at it.",
    FieldRole.PROTECTED: "Kept apart for fairness monitoring; never scored and never shown to who decides.",
    FieldRole.INFORMATION: "Shown to people; never scored.",
    FieldRole.AMOUNT: "The amount that is asked for. A product that pays out requires it.",
    FieldRole.TERM: "The term in months.",
    FieldRole.PURPOSE: "What the loan is for; it makes the segments, unless another field does.",
    FieldRole.CREDIT_SCORE: "The applicant's credit score; a higher one never counts against an applicant.",
    FieldRole.INCOME: "The applicant's income; a higher one never counts against an applicant.",
    FieldRole.DESTINATION: "Where an approved loan is paid to; never scored.",
}
