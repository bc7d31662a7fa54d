"""The Python client of the HTTP API: typed, for waiting and for asynchronous programs.

    from intendant.client import Intendant

    with Intendant("http://127.0.0.1:8321", key) as client:
        for decision in client.decisions.iterate(verdict=["ask"]):
            print(decision.id, decision.summary)

It needs httpx and pydantic and nothing else of this package. `_generated` is made from openapi.json.
"""

from intendant.client._client import AsyncIntendant, Intendant
from intendant.client._errors import (
    AnswerUnreadable,
    ApiError,
    ClientError,
    ConflictError,
    ConnectionFailed,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    TooManyRequestsError,
    UnauthenticatedError,
    UnavailableError,
    WaitEnded,
)
from intendant.client._generated import models
from intendant.client._groups import AsyncDownload, Download
from intendant.client._values import OMITTED, Omitted

__all__ = [
    "OMITTED",
    "AnswerUnreadable",
    "ApiError",
    "AsyncDownload",
    "AsyncIntendant",
    "ClientError",
    "ConflictError",
    "ConnectionFailed",
    "Download",
    "ForbiddenError",
    "Intendant",
    "InvalidError",
    "NotFoundError",
    "Omitted",
    "TooManyRequestsError",
    "UnauthenticatedError",
    "UnavailableError",
    "WaitEnded",
    "models",
]
