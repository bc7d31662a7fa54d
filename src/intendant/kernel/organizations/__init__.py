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

__all__ = [
    "Organization",
    "OrganizationExists",
    "OrganizationInvalid",
    "OrganizationKind",
    "OrganizationReal",
    "OrganizationUnknown",
    "create_organization",
    "find_organization",
    "from_row",
    "get_organization",
    "list_organizations",
    "remove_organization",
    "set_clock",
]
