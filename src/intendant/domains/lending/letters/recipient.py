"""To whom a letter goes: name and address out of the answers that an application's form holds as information."""

from collections.abc import Mapping
from dataclasses import dataclass

from intendant.domains.lending.model import Application, FieldRole

_NAMES = ("name", "full_name", "applicant", "applicant_name", "borrower", "borrower_name", "customer", "customer_name")
_PARTS = (("first_name", "last_name"), ("given_name", "family_name"), ("forename", "surname"))
_ADDRESS = ("address", "street", "address_line_1", "address_line_2")
_PLACE = ("postal_code", "postcode", "zip", "zip_code", "city", "town", "state", "region")
_COUNTRY = ("country",)
LINE_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Recipient:
    """A name, and the lines of an address as far as it is known."""

    name: str
    address: tuple[str, ...] = ()


def recipient_of(application: Application) -> Recipient:
    """Return who applied; where the form asks for no name, the applicant is called by the application's reference."""
    informative = {each.name for each in application.product.form if each.role is FieldRole.INFORMATION}
    given = {name: value for name, value in application.inputs.items() if name in informative}
    name = _first(given, _NAMES) or _joined(given) or f"Applicant {application.reference}"
    place = " ".join(text for text in (_text(given, each) for each in _PLACE) if text)
    lines = [*(_text(given, each) for each in _ADDRESS), place, *(_text(given, each) for each in _COUNTRY)]
    return Recipient(name, tuple(each for each in lines if each))


def _first(given: Mapping[str, object], names: tuple[str, ...]) -> str:
    return next((text for text in (_text(given, each) for each in names) if text), "")


def _joined(given: Mapping[str, object]) -> str:
    for names in _PARTS:
        parts = [_text(given, each) for each in names]
        if all(parts):
            return " ".join(parts)
    return ""


def _text(given: Mapping[str, object], name: str) -> str:
    value = given.get(name)
    return value.strip()[:LINE_LENGTH_MAX] if isinstance(value, str) else ""
