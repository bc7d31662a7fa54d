"""`intendant mcp`: a server for assistants that speak MCP, over standard input and output or over HTTP on this machine."""

import asyncio
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intendant.kit.errors import Invalid

if TYPE_CHECKING:
    from intendant.client import AsyncIntendant

TOKEN_BYTES = 32
LOCAL_HOST = "127.0.0.1"


class AssistantKeyMissing(Invalid):
    """No API key was given to the server for assistants."""

    code = "assistant_key_missing"


@click.command()
@click.option(
    "--url", envvar="INTENDANT_URL", help="Where the installation answers; by default the one of this machine."
)
@click.option(
    "--key-file",
    envvar="INTENDANT_API_KEY_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file that holds the API key; by default INTENDANT_API_KEY, or assistant.key in the home folder.",
)
@click.option("--http", "port", type=click.IntRange(1, 65535), help="Serve HTTP on this port of this machine instead.")
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the token stands that HTTP callers need; made when it is missing, mcp.token in the home folder by default.",
)
def mcp(url: str | None, key_file: Path | None, port: int | None, token_file: Path | None) -> None:
    """Serve assistants that speak MCP. What they may do is what the API key's role may do."""
    from intendant.client import AsyncIntendant
    from intendant.kit.settings import load_settings

    settings = load_settings()
    address = url or settings.public_url or f"http://{LOCAL_HOST}:{settings.port}"
    key = _read_key(key_file, settings.home / "assistant.key")
    client = AsyncIntendant(address, key)
    if port is None:
        asyncio.run(_serve_stdio(client))
    else:
        token = _token(token_file or settings.home / "mcp.token")
        asyncio.run(_serve_http(client, port, token))


def _read_key(given: Path | None, usual: Path) -> str:
    from intendant.kit.settings import api_key

    if given is None and (key := api_key()):
        return key
    path = given or usual
    if not path.is_file():
        raise AssistantKeyMissing(
            f"There is no API key: neither INTENDANT_API_KEY nor the file {path}.",
            field="key_file",
            remedy="Create one, `intendant user key create assistant --role operator`, and keep it in that file.",
        )
    return path.read_text(encoding="utf-8").strip()


def _token(path: Path) -> str:
    """Return the token of a file that only its owner reads, and make it when it is missing."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(TOKEN_BYTES))
    return path.read_text(encoding="utf-8").strip()


async def _serve_stdio(client: "AsyncIntendant") -> None:
    from intendant.mcp import build_server

    async with client:
        await build_server(client).run_stdio_async()


async def _serve_http(client: "AsyncIntendant", port: int, token: str) -> None:
    import uvicorn

    from intendant.mcp import build_server, guarded

    async with client:
        application = guarded(build_server(client).streamable_http_app(host=LOCAL_HOST), token)
        config = uvicorn.Config(application, host=LOCAL_HOST, port=port, log_level="warning")
        click.echo(f"Serving MCP at http://{LOCAL_HOST}:{port}/mcp for callers with the token.", err=True)
        await uvicorn.Server(config).serve()
