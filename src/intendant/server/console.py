"""Serves the built console: its one page at every address of its own, and the files that the page asks for.

hatch_build.py builds it from console/ into the folder beside this file. The page holds no data and is for everybody: what it
shows comes from the API, by whose permissions. Only files that are there are ever served, so no path leads elsewhere.
"""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from intendant.kit import ids
from intendant.kit.errors import NotFound
from intendant.server import pages
from intendant.server.frame import SECURITY_HEADERS

router = APIRouter(include_in_schema=False)

HOME = "/admin/autonomous-business"
PLACES = (
    HOME,
    "/alerts",
    "/analytics",
    "/anomalies",
    "/applications",
    "/approvals",
    "/audit",
    "/autonomy",
    "/collections",
    "/datasets",
    "/decisions",
    "/evidence",
    "/forecasts",
    "/ledger",
    "/letters",
    "/lists",
    "/loans",
    "/models",
    "/policy",
    "/portfolio",
    "/privacy",
    "/products",
    "/replays",
    "/settings",
    "/system",
    "/tasks",
    "/welcome",
)
"""Where the console's pages begin; what follows is for the console to understand."""
ROOT_FILES = (
    "apple-touch-icon.png",
    "icon-192.png",
    "icon-512.png",
    "icon-maskable-512.png",
    "icon.svg",
    "manifest.webmanifest",
    "sw.js",
    "theme.js",
)
"""Files with fixed names, beside the hashed ones in /assets."""
ADDRESSES = frozenset(
    {"/", "/assets/{name}"}
    | {f"/{name}" for name in ROOT_FILES}
    | {address for place in PLACES for address in (place, f"{place}/{{rest:path}}")}
)
"""The paths of all routes here. They are public."""

FOLDER = Path(str(files("intendant.server"))) / "console"
NONCE_PLACEHOLDER = b"__CSP_NONCE__"
FILES_MAX = 2_000
NAME_LENGTH_MAX = 200
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
"""Best first."""

_FILE_HEADERS = {
    # A page of thirty files would carry the page's own headers thirty times, and they mean nothing there. The service worker
    # is one of them and asks us for the others.
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATED = "no-cache"
_METHODS = ["GET", "HEAD"]
_MEDIA_TYPES = {
    # The machine's own table may say otherwise, and a script of the wrong type does not run.
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


class ConsoleFileUnknown(NotFound):
    """The console has no such file."""

    code = "console_file_unknown"


@dataclass(frozen=True, slots=True)
class File:
    """One file of the console, as it is and as it was compressed when the console was built."""

    content: bytes
    media_type: str
    tag: str
    compressed: Mapping[str, bytes]

    def encode(self, accepted: str) -> tuple[str, bytes]:
        """Return the encoding that a client likes best, and the content in it."""
        encoding = choose_encoding(accepted, tuple(self.compressed))
        return encoding, self.compressed.get(encoding, self.content)


@router.get("/")
async def start() -> Response:
    """Lead to the overview."""
    return RedirectResponse(HOME, 303)


async def page(request: Request) -> Response:
    """Send the one page, with a nonce of its own: only what carries it may bring styles along."""
    found = _files_of(request).get("index.html")
    if found is None:
        return HTMLResponse(pages.not_built_page(), 503)
    nonce = ids.random_bytes_16().hex()
    headers = SECURITY_HEADERS | {
        "Cache-Control": _REVALIDATED,
        "Content-Security-Policy": content_security_policy(nonce),
    }
    content = found.content.replace(NONCE_PLACEHOLDER, nonce.encode())
    return _answer(request, content, found.media_type, headers)


async def asset(request: Request, name: Annotated[str, PathParameter(max_length=NAME_LENGTH_MAX)]) -> Response:
    """Send a file whose name changes with its content, to be kept for ever."""
    return _send(request, f"assets/{name}", _IMMUTABLE)


async def root_file(request: Request) -> Response:
    """Send a file with a fixed name, to be asked for again each time."""
    return _send(request, request.url.path.removeprefix("/"), _REVALIDATED)


router.add_api_route("/assets/{name}", asset, methods=_METHODS)
for _name in ROOT_FILES:
    router.add_api_route(f"/{_name}", root_file, methods=_METHODS)
for _place in PLACES:
    router.add_api_route(_place, page, methods=_METHODS)
    router.add_api_route(f"{_place}/{{rest:path}}", page, methods=_METHODS)


def content_security_policy(nonce: str) -> str:
    """Return what the page may load: its own origin, no inline script, and styles with this nonce."""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; font-src 'self';"
        " connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def find_asset(request: Request, beginning: str, ending: str) -> str | None:
    """Return the path of the asset whose name begins and ends so, for pages of ours that share it."""
    for name in _files_of(request):
        if name.startswith(f"assets/{beginning}") and name.endswith(ending):
            return f"/{name}"
    return None


def choose_encoding(accepted: str, offered: tuple[str, ...]) -> str:
    """Choose by `Accept-Encoding` (RFC 9110, 12.5.3) among what is `offered`, best first; "identity" where nothing else fits."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameters = part.partition(";")
        key, _, value = parameters.strip().partition("=")
        weights[name.strip()] = _weight(value) if key.strip() == "q" else 1.0
    best, best_weight = "identity", weights.get("identity", 0.0)
    for name in offered:
        weight = weights.get(name, weights.get("*", 0.0))
        # Of equally liked ones the smaller is taken: those offered come best first, and identity last.
        if weight > 0 and (weight > best_weight or (best == "identity" and weight == best_weight)):
            best, best_weight = name, weight
    return best


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _send(request: Request, name: str, cache_control: str) -> Response:
    found = _files_of(request).get(name)
    if found is None:
        raise ConsoleFileUnknown(
            "The console has no such file.", remedy="Load the page again; a new version may have been installed."
        )
    encoding, content = found.encode(request.headers.get("accept-encoding", ""))
    tag = f'"{found.tag}"' if encoding == "identity" else f'"{found.tag}-{encoding}"'
    headers = _FILE_HEADERS | {"Cache-Control": cache_control, "ETag": tag}
    if found.compressed:
        headers["Vary"] = "Accept-Encoding"
    if _has_tag(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    return _answer(request, content, found.media_type, headers)


def _has_tag(given: str, tag: str) -> bool:
    return given.strip() == "*" or tag in {each.strip().removeprefix("W/") for each in given.split(",")}


def _answer(request: Request, content: bytes, media_type: str, headers: Mapping[str, str]) -> Response:
    if request.method == "HEAD":
        return Response(media_type=media_type, headers={**headers, "Content-Length": str(len(content))})
    return Response(content, media_type=media_type, headers=dict(headers))


def _files_of(request: Request) -> Mapping[str, File]:
    """Return the files by name, read anew where the console was built anew while we serve; none where it is not built."""
    folder: Path = request.app.state.console
    try:
        built_at = (folder / "index.html").stat().st_mtime_ns
    except OSError:
        return {}
    return _read_all(folder, built_at)


@lru_cache(maxsize=2)
def _read_all(folder: Path, built_at: int) -> Mapping[str, File]:  # noqa: ARG001 - a new build is another entry
    """Read the whole console, a few megabytes."""
    endings = tuple(ending for _, ending in ENCODINGS)
    found: dict[str, File] = {}
    for path in sorted(folder.rglob("*"))[:FILES_MAX]:
        if path.is_file() and not path.name.startswith(".") and path.suffix not in endings:
            found[path.relative_to(folder).as_posix()] = _read(path)
    return found


def _read(path: Path) -> File:
    content = path.read_bytes()
    media_type = _MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    compressed = {
        encoding: packed.read_bytes()
        for encoding, ending in ENCODINGS
        if (packed := path.with_name(path.name + ending)).is_file()
    }
    if path.suffix == ".html":
        media_type, compressed = "text/html; charset=utf-8", {}
    return File(content, media_type, hashlib.sha256(content).hexdigest()[:32], compressed)
