"""GET /metrics: figures for Prometheus, for whoever has the token that lies in a file of this machine."""

import hmac
import os
import secrets
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from intendant.kit import clock, metrics
from intendant.kit.errors import Unauthenticated
from intendant.kit.settings import Settings
from intendant.operations import Figures
from intendant.server.auth import read_token
from intendant.server.system import system_of

router = APIRouter(include_in_schema=False)

TOKEN_FILE = "metrics.token"  # noqa: S105 - a file's name
TOKEN_BYTES = 32
TOKEN_LENGTH_MAX = 1_000


class MetricsTokenRefused(Unauthenticated):
    """The bearer token of /metrics is missing or wrong."""

    code = "metrics_token_refused"


@router.get("/metrics")
async def show_metrics(request: Request) -> Response:
    """Return this process's figures and those of the database, in the format that `Accept` asks for."""
    token, by_cookie = read_token(request)
    state = request.app.state
    if getattr(state, "metrics_token", None) is None:
        state.metrics_token = await run_in_threadpool(open_token, system_of(request).settings)
    expected: str = state.metrics_token
    if token is None or by_cookie or not hmac.compare_digest(token.encode(), expected.encode()):
        raise MetricsTokenRefused(
            "This needs the token of /metrics.",
            field="Authorization",
            remedy=f"Send `Authorization: Bearer` with what stands in keys/{TOKEN_FILE}, or INTENDANT_METRICS_TOKEN_FILE.",
        )
    if getattr(state, "figures", None) is None:
        system = system_of(request)
        state.figures = Figures(system.database, feed_lag=lambda: _feed_lag(system.feed.looked_at))
    accept = request.headers.get("accept", "")
    body, media_type = await run_in_threadpool(metrics.exposition, accept, state.figures)
    return Response(body, headers={"Content-Type": media_type})


def open_token(settings: Settings) -> str:
    """Return the token, made on first use where no file is named; an empty file opens nothing."""
    named = settings.metrics_token_file
    path = Path(named) if named is not None else settings.keys / TOKEN_FILE
    if named is None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(TOKEN_BYTES))
        except FileExistsError:
            pass
    found = path.read_text()[:TOKEN_LENGTH_MAX].strip()
    return found or secrets.token_urlsafe(TOKEN_BYTES)


def _feed_lag(looked_at: float | None) -> float | None:
    return None if looked_at is None else max(0.0, clock.monotonic_seconds() - looked_at)
