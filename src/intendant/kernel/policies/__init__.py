"""Policies: versions of typed rules and thresholds, published, compared and rolled back."""

from intendant.kernel.policies._policies import (
    PolicyChanged,
    PolicyContradicts,
    PolicyVersionUnknown,
    describe_finding,
    get_active,
    get_version,
    install_policies,
    is_blocking,
    list_versions,
    parse_body,
    publish,
    roll_back,
)

__all__ = [
    "PolicyChanged",
    "PolicyContradicts",
    "PolicyVersionUnknown",
    "describe_finding",
    "get_active",
    "get_version",
    "install_policies",
    "is_blocking",
    "list_versions",
    "parse_body",
    "publish",
    "roll_back",
]
