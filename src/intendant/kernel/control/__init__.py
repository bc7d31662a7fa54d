"""Control: the one switch and the controller's configuration."""

from intendant.kernel.control._configuration import (
    DEFAULTS,
    IN_FORCE,
    Configuration,
    ConfigurationChanged,
    ConfigurationInvalid,
    configuration_from,
    get_configuration,
    list_changes,
    parse_configuration,
    update_configuration,
)
from intendant.kernel.control._switch import State, get_switch, set_switch

__all__ = [
    "DEFAULTS",
    "IN_FORCE",
    "Configuration",
    "ConfigurationChanged",
    "ConfigurationInvalid",
    "State",
    "configuration_from",
    "get_configuration",
    "get_switch",
    "list_changes",
    "parse_configuration",
    "set_switch",
    "update_configuration",
]
