"""Idempotency keys: the same request sent twice does its work once and gets the same answer.

    with system.database.transaction(principal.organization_id) as tx:
        return once.run(tx, lambda: usecases.submit(tx, principal, form), status=201)

The answer is stored in the transaction of the work, so either both are kept or neither. A request that failed is not
stored: the same key may be tried again. Keys belong to one caller and one address.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Annotated

import orjson
from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel

from intendant.kernel.access import Principal
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.kit.errors import Bug, Conflict

KEY_LENGTH_MAX = 200
JSON_TYPE = "application/json"
REPLAYED_HEADER = "Idempotency-Replayed"


class IdempotencyKeyReused(Conflict):
    """The key was used before with another body."""

    code = "idempotency_key_reused"


class Once:
    """The idempotency of one request. Without a key, `run` just does the work."""

    __slots__ = ("_body", "_request", "key")

    def __init__(self, request: Request, key: str | None, body: bytes | None) -> None:
        self._request = request
        self._body = body
        self.key = key

    def run(
        self,
        tx: Transaction,
        make: Callable[[], BaseModel | Mapping[str, object]],
        *,
        status: int = 200,
        hidden: tuple[str, ...] = (),
        body_digest: bytes | None = None,
    ) -> Response:
        """Do the work and return its answer, or the answer of the first time. The `with` block commits before it is sent.

        `hidden` names fields of the answer that are shown once and not stored (secrets): a replay has null there.
        `body_digest` is for routes that read their body as a stream, and so must digest it themselves.
        """
        if self.key is None:
            return _response(_encode(make()), status)
        principal: Principal = self._request.state.principal
        organization_id = principal.organization_id
        scope = f"{principal.label} {self._request.method} {self._request.url.path}"
        digest = self._digest(body_digest)
        # Two requests with one key at the same moment: the second waits here for the first's commit, then finds its answer.
        tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{organization_id} {scope} {self.key}"])
        row = tx.find(
            "select body_digest, status, response from requests where organization_id = %s and scope = %s and key = %s",
            [organization_id, scope, self.key],
        )
        if row is not None:
            if bytes(row["body_digest"]) != digest:
                raise IdempotencyKeyReused(
                    "This Idempotency-Key was used before with another body.",
                    field="Idempotency-Key",
                    remedy="Use a new key for a new request.",
                )
            return _response(row["response"].encode(), row["status"], replayed=True)
        content = _encode(make())
        stored = content
        if hidden:
            answer = orjson.loads(content)
            stored = orjson.dumps(answer | dict.fromkeys(hidden, None))
        tx.execute(
            "insert into requests (organization_id, scope, key, body_digest, status, response, created_at)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            [organization_id, scope, self.key, digest, status, stored.decode(), clock.system_now()],
        )
        return _response(content, status)

    def _digest(self, body_digest: bytes | None) -> bytes:
        if body_digest is None and self._body is None:
            raise Bug("A route that reads its body as a stream gives `body_digest`.")
        digest = hashlib.sha256(self._request.url.query.encode("utf-8", "surrogatepass") + b"\0")
        digest.update(body_digest if body_digest is not None else self._body or b"")
        return digest.digest()


async def _once(
    request: Request,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=KEY_LENGTH_MAX,
            description="Any text of your choice: the same key gives the same answer, and the work is done once.",
        ),
    ] = None,
) -> Once:
    content_type = request.headers.get("content-type", "")
    # The framework has read a JSON body already and kept it; a form or an upload is read once and is gone.
    streamed = content_type.startswith(("multipart/", "application/x-www-form-urlencoded"))
    return Once(request, key, None if streamed or key is None else await request.body())


Idempotency = Annotated[Once, Depends(_once)]
"""The parameter of a POST route: `once: Idempotency`."""


def _encode(answer: BaseModel | Mapping[str, object]) -> bytes:
    if isinstance(answer, BaseModel):
        return answer.model_dump_json().encode()
    return orjson.dumps(answer, default=str, option=orjson.OPT_NON_STR_KEYS)


def _response(content: bytes, status: int, *, replayed: bool = False) -> Response:
    return Response(content, status, media_type=JSON_TYPE, headers={REPLAYED_HEADER: "true"} if replayed else {})
