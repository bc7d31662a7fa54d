"""How the durable engine writes values: typed JSON and nothing else. Unpickling is refused wherever a row asks for it.

Whoever can write the database could else run code: the engine unpickles any row marked `py_pickle`, whatever serializer it was
given. Importing this module is light; the engine itself is imported only when it is launched.
"""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from intendant.kit.errors import Bug, IntendantError

NAME = "intendant_json"
MESSAGE_CHARACTERS_MAX = 2_000
_TYPE = "$type"


class PickleRefused(Bug):
    """A row asked to be unpickled. Nothing of this software writes such rows."""

    code = "pickle_refused"


class StepFailed(IntendantError):  # noqa: N818 - reads as a word, like the categories
    """A step failed and was not tried again, or not successfully. `data["cause"]` is the code of what it raised."""

    code = "step_failed"

    @property
    def told(self) -> str:
        """Return what people may read of it: the error's own sentence where it was foreseen, never a fault's inside."""
        cause = str(self.data["cause"])
        return (
            self.message if cause.islower() else f"A fault of ours ended it ({cause}); the log of the worker says more."
        )


class TypedJson:
    """A serializer of the engine's interface: `serialize`, `deserialize`, `name`."""

    def name(self) -> str:
        """Return the name that stands in each row."""
        return NAME

    def serialize(self, data: Any) -> str:
        """Write a value; raises TypeError for what has no place in it."""
        return json.dumps(_encode(data), separators=(",", ":"), allow_nan=False)

    def deserialize(self, serialized_data: str) -> Any:
        """Read a value."""
        return _decode(json.loads(serialized_data))


def _encode(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case UUID():
            return {_TYPE: "uuid", "value": str(value)}
        case datetime():
            return {_TYPE: "moment", "value": value.isoformat()}
        case Decimal():
            return {_TYPE: "decimal", "value": str(value)}
        case list() | tuple():
            return [_encode(one) for one in value]
        case dict():
            if not all(isinstance(key, str) and key != _TYPE for key in value):
                raise TypeError(f"A stored dictionary has text keys other than {_TYPE}.")
            return {key: _encode(one) for key, one in value.items()}
        case BaseException():
            failed = as_step_failed(value)
            return {_TYPE: "error", "message": failed.message, "cause": failed.data["cause"]}
        case _:
            raise TypeError(f"{type(value).__name__} cannot be stored; return ids and plain values.")


def as_step_failed(error: BaseException) -> StepFailed:
    """Turn whatever a step raised into what is read back after a crash, so that both runs of a task see the same."""
    if isinstance(error, StepFailed):
        return error
    tries: list[Exception] = getattr(error, "errors", None) or []
    last = tries[-1] if tries else error
    cause = getattr(last, "code", None)
    return StepFailed(
        str(last)[:MESSAGE_CHARACTERS_MAX], data={"cause": cause if isinstance(cause, str) else type(last).__name__}
    )


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return [_decode(one) for one in value]
    if not isinstance(value, dict):
        return value
    match value.get(_TYPE):
        case None:
            return {key: _decode(one) for key, one in value.items()}
        case "uuid":
            return UUID(value["value"])
        case "moment":
            return datetime.fromisoformat(value["value"])
        case "decimal":
            return Decimal(value["value"])
        case "error":
            return StepFailed(value["message"], data={"cause": value["cause"]})
        case unknown:
            raise Bug(f"A stored value of unknown type {unknown!r}.")


def refuse_pickle() -> None:
    """Replace the engine's pickling by a refusal, for the whole process. Safe to call again."""
    from dbos._serialization import DefaultSerializer

    def refuse(_: object, data: object) -> Any:
        raise PickleRefused("A stored value asks to be pickled or unpickled.", data={"type": type(data).__name__})

    DefaultSerializer.serialize = refuse  # type: ignore[method-assign,assignment]
    DefaultSerializer.deserialize = refuse  # type: ignore[method-assign,assignment]
