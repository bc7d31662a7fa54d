"""Organisations: the tenants to which every row belongs."""

from intendant.kernel.organizations._organizations import (
    Organization,
    OrganizationExists,
    OrganizationInvalid,
    OrganizationKind,
    OrganizationReal,
    OrganizationUnknown,
    create_organization,
    find_organization,
    from_row,
    get_organization,
    list_organizations,
    remove_organization,
    set_clock,
)
from intendant.kernel.organizations._settings import (
    REMOVED_DEMO_FILE,
    CurrencyFixed,
    OrganizationChanged,
    OrganizationSettings,
    change_settings,
    get_settings,
    parse_time_zone,
)

__all__ = [
    "REMOVED_DEMO_FILE",
    "CurrencyFixed",
    "Organization",
    "OrganizationChanged",
    "OrganizationExists",
    "OrganizationInvalid",
    "OrganizationKind",
    "OrganizationReal",
    "OrganizationSettings",
    "OrganizationUnknown",
    "change_settings",
    "create_organization",
    "find_organization",
    "from_row",
    "get_organization",
    "get_settings",
    "list_organizations",
    "parse_time_zone",
    "remove_organization",
    "set_clock",
]
