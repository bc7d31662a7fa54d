"""Control: the one switch and the controller's configuration."""

from intendant.kernel.control._configuration import (
    Configuration,
    ConfigurationChanged,
    ConfigurationInvalid,
    get_configuration,
    list_configurations,
    parse_configuration,
    update_configuration,
)
from intendant.kernel.control._switch import State, get_switch, set_switch

__all__ = [
    "Configuration",
    "ConfigurationChanged",
    "ConfigurationInvalid",
    "State",
    "get_configuration",
    "get_switch",
    "list_configurations",
    "parse_configuration",
    "set_switch",
    "update_configuration",
]
