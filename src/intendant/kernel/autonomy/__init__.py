"""Autonomy: how much each component may do by itself, and who has taken control of it."""

from intendant.kernel.autonomy._components import (
    ComponentUnknown,
    ControlNotTaken,
    ControlTaken,
    LevelInvalid,
    get_component,
    hand_back,
    install_components,
    list_components,
    set_level,
    take_control,
)

__all__ = [
    "ComponentUnknown",
    "ControlNotTaken",
    "ControlTaken",
    "LevelInvalid",
    "get_component",
    "hand_back",
    "install_components",
    "list_components",
    "set_level",
    "take_control",
]
