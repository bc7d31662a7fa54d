"""From a message that came in to the body of a proposal: which field takes which value of the message. Pure and bounded."""

import re
from collections.abc import Mapping
from typing import Any

from intendant.kit.errors import Invalid

RULES_MAX = 100
NAME_LENGTH_MAX = 200
STEPS_MAX = 20
INDEX_MAX = 10_000
_TARGET = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_STEP = re.compile(r"[^.\[\]$\x00-\x1f]{1,100}")


class MappingInvalid(Invalid):
    """A mapping that cannot be read."""

    code = "webhook_mapping_invalid"


class MappingFailed(Invalid):
    """A message lacks what the mapping takes from it."""

    code = "webhook_mapping_failed"


def parse_mapping(given: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Check a mapping: each target (`inputs.amount`) takes a `path` of the message (`data.loan.amount`) or a fixed `value`."""
    if len(given) > RULES_MAX:
        raise MappingInvalid(f"A mapping has at most {RULES_MAX} targets.", field="mapping")
    for target, rule in given.items():
        field = f"mapping.{target[:60]}"
        if len(target) > NAME_LENGTH_MAX or not _TARGET.fullmatch(target):
            raise MappingInvalid("The target is no field.", field=field, remedy="Write names with dots: inputs.amount.")
        if any(other != target and target.startswith(other + ".") for other in given):
            raise MappingInvalid("A target stands within another.", field=field, remedy="Map the field or its parts.")
        if ("path" in rule) == ("value" in rule):
            raise MappingInvalid("A target takes either a path or a value.", field=field, remedy="Leave one out.")
        if "path" in rule:
            steps_of(rule["path"], field)
    return {target: dict(rule) for target, rule in given.items()}


def steps_of(path: Any, field: str) -> list[str]:
    """Split a path into its steps: names and, for lists, places from 0."""
    steps = str(path).removeprefix("$.").split(".") if isinstance(path, str) and len(path) <= NAME_LENGTH_MAX else []
    if not 1 <= len(steps) <= STEPS_MAX or not all(_STEP.fullmatch(step) for step in steps):
        raise MappingInvalid("The path cannot be read.", field=field, remedy="Write names with dots: data.items.0.id.")
    return steps


def apply_mapping(mapping: Mapping[str, Mapping[str, Any]], message: Any) -> dict[str, Any]:
    """Build the body; without any rule the message itself is the body. What a path does not find is left out."""
    if not mapping:
        if not isinstance(message, dict):
            raise MappingFailed("The message is no object.", field="body", remedy="Send a JSON object.")
        return message
    body: dict[str, Any] = {}
    for target, rule in mapping.items():
        found, value = (True, rule["value"]) if "value" in rule else _find(message, steps_of(rule["path"], target))
        if not found:
            continue
        *parents, name = target.split(".")
        place = body
        for each in parents:
            place = place.setdefault(each, {})
        place[name] = value
    return body


def _find(message: Any, steps: list[str]) -> tuple[bool, Any]:
    here = message
    for step in steps:
        if isinstance(here, dict) and step in here:
            here = here[step]
        elif isinstance(here, list) and step.isascii() and step.isdigit() and int(step) < min(len(here), INDEX_MAX):
            here = here[int(step)]
        else:
            return False, None
    return True, here
