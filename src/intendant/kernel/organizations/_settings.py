"""An organisation's settings: name, time zone and currency, changed by its owner. Takes system transactions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from intendant.kernel.organizations._organizations import (
    OrganizationInvalid,
    OrganizationKind,
    OrganizationUnknown,
)
from intendant.kit.database import Transaction
from intendant.kit.errors import Conflict

NAME_LENGTH_MAX = 200
REMOVED_DEMO_FILE = "demo-removed"
"""In the installation's home: whoever starts it again does not bring the demo back."""


class OrganizationChanged(Conflict):
    """Somebody else changed the settings meanwhile."""

    code = "organization_changed"


class CurrencyFixed(Conflict):
    """Decisions were made in the present currency."""

    code = "currency_fixed"


@dataclass(frozen=True, slots=True)
class OrganizationSettings:
    """What an organisation is called and counts in. `has_decisions` fixes the currency; `version` grows by each change."""

    id: UUID
    slug: str
    name: str
    kind: OrganizationKind
    time_zone: str
    currency: str
    version: int
    created_at: datetime
    has_decisions: bool


def get_settings(tx: Transaction, organization_id: UUID) -> OrganizationSettings:
    """Get an organisation's settings; raises OrganizationUnknown."""
    return _read(tx, organization_id, lock="")


def change_settings(
    tx: Transaction,
    organization_id: UUID,
    *,
    name: str | None = None,
    time_zone: str | None = None,
    currency: str | None = None,
    replaces: int,
) -> tuple[OrganizationSettings, dict[str, Any]]:
    """Change what is given; return the settings and what changed, each as (before, after).

    `replaces` is the version that was looked at. Raises OrganizationChanged, CurrencyFixed or OrganizationInvalid.
    """
    before = _read(tx, organization_id, lock=" for update")
    if before.version != replaces:
        raise OrganizationChanged(
            f"The settings are at version {before.version} by now, not {replaces}.",
            field="replaces",
            remedy="Look at them again.",
            data={"version": before.version},
        )
    wanted = {
        "name": before.name if name is None else _parse_name(name),
        "time_zone": before.time_zone if time_zone is None else parse_time_zone(time_zone),
        "currency": before.currency if currency is None else _parse_currency(currency),
    }
    changes = {key: (getattr(before, key), value) for key, value in wanted.items() if getattr(before, key) != value}
    if "currency" in changes and before.has_decisions:
        raise CurrencyFixed(
            f"Decisions were made in {before.currency}.",
            field="currency",
            remedy="Found another organisation for another currency.",
        )
    if changes:
        tx.execute(
            "update organizations set name = %s, time_zone = %s, currency = %s, version = version + 1 where id = %s",
            [*wanted.values(), organization_id],
        )
    return _read(tx, organization_id, lock=""), changes


def parse_time_zone(text: str) -> str:
    """Return a time zone's name; raises OrganizationInvalid."""
    if text not in available_timezones():
        raise OrganizationInvalid(
            f"{text[:60]!r} is no time zone.", field="time_zone", remedy="Use a name such as Europe/Berlin."
        )
    return text


def _parse_name(text: str) -> str:
    name = text.strip()
    if not 1 <= len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise OrganizationInvalid(
            "This is no name.", field="name", remedy=f"Use 1 to {NAME_LENGTH_MAX} printable characters."
        )
    return name


def _parse_currency(text: str) -> str:
    if not (len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()):
        raise OrganizationInvalid(
            f"{text[:10]!r} is no currency.", field="currency", remedy="Give three letters of ISO 4217, such as USD."
        )
    return text


def _read(tx: Transaction, organization_id: UUID, *, lock: str) -> OrganizationSettings:
    row = tx.find(
        "select id, slug, name, kind, time_zone, currency, version, created_at,"  # noqa: S608 - a constant
        " exists (select from decisions d where d.organization_id = o.id) as has_decisions"
        f" from organizations o where id = %s and removed_at is null{lock}",
        [organization_id],
    )
    if row is None:
        raise OrganizationUnknown("There is no such organisation.", field="organization", remedy="Check its name.")
    return OrganizationSettings(**row)
