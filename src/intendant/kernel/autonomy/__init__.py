"""Autonomy: how much each component may do by itself, and who has taken control of it."""

from intendant.kernel.autonomy._components import (
    ComponentUnknown,
    ControlNotTaken,
    ControlTaken,
    LevelInvalid,
    get_component,
    hand_back,
    install_components,
    list_changes,
    list_components,
    set_level,
    take_control,
)
from intendant.kernel.autonomy._record import LOOKED_BACK, ComponentRecord, read_component_records

__all__ = [
    "LOOKED_BACK",
    "ComponentRecord",
    "ComponentUnknown",
    "ControlNotTaken",
    "ControlTaken",
    "LevelInvalid",
    "get_component",
    "hand_back",
    "install_components",
    "list_changes",
    "list_components",
    "read_component_records",
    "set_level",
    "take_control",
]
