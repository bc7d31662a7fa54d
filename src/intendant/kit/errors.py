"""The six categories of error, each with a stable code, the field concerned and the remedy.

A concrete error is a subclass defined beside the function that raises it. Only `server/errors.py` and the command line
translate categories into status codes and exit codes.
"""

from typing import ClassVar


class IntendantError(Exception):
    """An error that was foreseen and says what to do next.

    `message` is a plain sentence; `field` names the input at fault as a path ("inputs.amount"); `remedy` is what to do;
    `data` carries further values for programs (JSON-compatible).
    """

    code: ClassVar[str] = "error"

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        remedy: str | None = None,
        data: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.remedy = remedy
        self.data = data or {}

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}" if self.remedy else self.message


class NotFound(IntendantError):  # noqa: N818 - categories read as words
    """What was named does not exist, or not for this organisation."""

    code = "not_found"


class Conflict(IntendantError):  # noqa: N818
    """The request is sound but does not fit the present state."""

    code = "conflict"


class Forbidden(IntendantError):  # noqa: N818
    """The caller may not do this."""

    code = "forbidden"


class Unauthenticated(Forbidden):
    """Nobody is signed in, or the credential is not valid (any more)."""

    code = "unauthenticated"


class Invalid(IntendantError):  # noqa: N818
    """The input is wrong; `field` and `remedy` say where and how to mend it."""

    code = "invalid"


class Unavailable(IntendantError):  # noqa: N818
    """A part we need does not answer now; trying again later may help."""

    code = "unavailable"


class TooManyRequests(Unavailable):
    """A rate limit is used up; `data["retry_after_seconds"]` says when to try again."""

    code = "too_many_requests"


class Bug(IntendantError):  # noqa: N818
    """A state that should be impossible; crash loudly."""

    code = "bug"
