"""The HTTP reference at /docs, written from the OpenAPI document on the server: no script, no network, nothing to load."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from intendant.server import pages

router = APIRouter(include_in_schema=False)

FIELDS_DEPTH_MAX = 4


@router.get("/openapi.json")
async def openapi_document(request: Request) -> Response:
    """Return the OpenAPI document."""
    return Response(orjson.dumps(request.app.openapi()), media_type="application/json")


@router.get("/docs")
async def reference(request: Request) -> HTMLResponse:
    """Show every operation with its permission, parameters, body and answers."""
    state = request.app.state
    if not hasattr(state, "reference_page"):
        state.reference_page = render(request.app.openapi())
    return pages.html(state.reference_page)


def render(document: Mapping[str, Any]) -> str:
    """Write an OpenAPI document as a page."""
    groups: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = {}
    for path, methods in document.get("paths", {}).items():
        for method, operation in methods.items():
            groups.setdefault((operation.get("tags") or ["other"])[0], []).append((path, method, operation))
    contents = "".join(f'<li><a href="#{escape(tag)}">{escape(tag)}</a></li>' for tag in sorted(groups))
    sections = "".join(
        f'<section id="{escape(tag)}"><h2>{escape(tag)}</h2>'
        + "".join(_operation(document, path, method, operation) for path, method, operation in groups[tag])
        + "</section>"
        for tag in sorted(groups)
    )
    info = document.get("info", {})
    intro = (
        f'<h1>HTTP reference</h1><p class="lead">Version {escape(str(info.get("version", "")))} ·'
        ' <a href="/openapi.json">openapi.json</a> for generators and test tools</p>'
        "<p>Send a session's token or an API key as <code>Authorization: Bearer …</code>; users of several organisations choose"
        " one with <code>X-Organization: slug</code>. Every POST takes an <code>Idempotency-Key</code>. Errors are"
        " <code>application/problem+json</code> with a stable <code>code</code>, the <code>field</code> at fault and a"
        " <code>remedy</code>.</p><pre><code>curl -H 'Authorization: Bearer ik_…' $URL/api/v1/access/me"
        "</code></pre>"
    )
    return pages.layout(
        "HTTP reference",
        f'<div class="reference"><nav aria-label="Groups"><ul>{contents}</ul></nav><div>{intro}{sections}</div></div>',
        header='<a href="/">Home</a>',
    )


def _operation(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> str:
    permission = operation.get("x-permission")
    parts = [f"<p>{escape(operation.get('description', ''))}</p>"]
    parts.append(
        f"<p>Needs the permission <code>{escape(permission)}</code>.</p>" if permission else "<p>Open to everybody.</p>"
    )
    parameters = [
        (
            f"<code>{escape(p['name'])}</code>",
            escape(p["in"]),
            _type(p.get("schema", {})) + ("" if p.get("required") else ", optional"),
            escape(p.get("description", "")),
        )
        for p in operation.get("parameters", [])
    ]
    if parameters:
        parts.append("<h3>Parameters</h3>" + _table(("Name", "In", "Type", ""), parameters))
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        rows = list(_fields(document, content.get("schema", {})))
        parts.append(f"<h3>Body <code>{escape(media_type)}</code></h3>" + _table(("Field", "Type", ""), rows))
    for status, response in operation.get("responses", {}).items():
        parts.append(f"<h3>{escape(str(status))} {escape(response.get('description', ''))}</h3>")
        if not status.startswith("2"):
            continue
        for content in response.get("content", {}).values():
            rows = list(_fields(document, content.get("schema", {})))
            if rows:
                parts.append(_table(("Field", "Type", ""), rows))
    return (
        f'<details class="operation"><summary><span class="method {escape(method)}">{escape(method.upper())}</span>'
        f'<span class="path">{escape(path)}</span><span class="what">{escape(operation.get("summary", ""))}</span></summary>'
        f"<div>{''.join(parts)}</div></details>"
    )


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table class="fields"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _fields(
    document: Mapping[str, Any], schema: Mapping[str, Any], prefix: str = "", depth: int = 0
) -> Iterator[tuple[str, ...]]:
    schema = _resolve(document, schema)
    if schema.get("type") == "array":
        schema, prefix = _resolve(document, schema.get("items", {})), f"{prefix}[]."
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        resolved = _resolve(document, field)
        optional = "" if name in required else ", optional"
        description = field.get("description") or resolved.get("description", "")
        yield (f"<code>{escape(prefix + name)}</code>", _type(resolved) + optional, escape(description))
        if depth < FIELDS_DEPTH_MAX:
            inner = f"{prefix}{name}" if resolved.get("type") == "array" else f"{prefix}{name}."
            yield from _fields(document, resolved, inner, depth + 1)


def _resolve(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference_to = schema.get("$ref")
    if reference_to is None:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][reference_to.rpartition("/")[2]]
    return found


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return escape(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return escape(" | ".join(str(value) for value in schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    kind = str(schema.get("format") or schema.get("type", "any"))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    bounds = [
        f"{words} {schema[key]}"
        for key, words in (
            ("minimum", "at least"),
            ("maximum", "at most"),
            ("minLength", "length at least"),
            ("maxLength", "length at most"),
        )
        if key in schema
    ]
    return escape(", ".join([kind, *bounds]))
