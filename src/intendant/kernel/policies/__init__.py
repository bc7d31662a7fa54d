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
    list_without_policies,
    parse_body,
    publish,
    roll_back,
)
from intendant.kernel.policies._trial import EXAMPLES_MAX, TRIED_MAX, Change, Example, Trial, try_policy

__all__ = [
    "EXAMPLES_MAX",
    "TRIED_MAX",
    "Change",
    "Example",
    "PolicyChanged",
    "PolicyContradicts",
    "PolicyVersionUnknown",
    "Trial",
    "describe_finding",
    "get_active",
    "get_version",
    "install_policies",
    "is_blocking",
    "list_versions",
    "list_without_policies",
    "parse_body",
    "publish",
    "roll_back",
    "try_policy",
]
