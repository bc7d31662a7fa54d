"""Overview: the state of the whole at a glance, read from what every other package wrote."""

from intendant.kernel.overview._status import count_effects, read_status

__all__ = ["count_effects", "read_status"]
