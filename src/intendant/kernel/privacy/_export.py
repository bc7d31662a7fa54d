"""The copy: everything held about a person as a zip file of JSON, with a page that a human can read. Nothing in it is markup."""

import contextlib
import html
import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from intendant.kernel.privacy._person import Person, conditions_of, gather
from intendant.kernel.privacy._tables import tables_of
from intendant.kernel.registry import PersonalTable, Registry
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Invalid

PART_BYTES = 1024 * 1024
COPY_BYTES_MAX = 200 * PART_BYTES
ROWS_MAX = 20_000
_UNREADABLE = (bytes, memoryview)
_MEMBERS_ONLY = {"person_requests", "person_export_parts", "legal_holds", "saved_views"}
"""Work of the organisation's members about the request itself, no data of the person's."""


class CopyTooLarge(Invalid):
    """More is held than fits into one copy."""

    code = "person_copy_too_large"


def write_copy(tx: Transaction, registry: Registry, request: Row, *, now: datetime) -> bytes:
    """Write the copy from one snapshot."""
    person = gather(tx, registry, request["roots"], now=now)
    shown: list[tuple[PersonalTable, list[dict[str, Any]], bool]] = []
    size = 0
    for table in tables_of(registry):
        if table.table in _MEMBERS_ONLY:
            continue
        rows = [_readable(row) for row in _rows(tx, table, person)]
        size += sum(len(canonical_json(row)) for row in rows)
        if size > COPY_BYTES_MAX:
            raise CopyTooLarge("The copy would be too large.", field="roots", remedy="Ask for it in parts.")
        if rows:
            shown.append((table, rows[:ROWS_MAX], len(rows) > ROWS_MAX))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        contents = [
            {
                "file": f"data/{table.table}.json",
                "what": table.what,
                "category": table.category,
                "rows": len(rows),
                "cut": cut,
            }
            for table, rows, cut in shown
        ]
        about = {"format": "intendant-person-1", "made_at": now, "request": request["id"], "contents": contents}
        _put(file, "index.json", orjson.dumps(orjson.loads(canonical_json(about)), option=orjson.OPT_INDENT_2), now)
        for table, rows, _ in shown:
            body = orjson.dumps(orjson.loads(canonical_json(rows)), option=orjson.OPT_INDENT_2)
            _put(file, f"data/{table.table}.json", body, now)
        _put(file, "index.html", _page(shown, now).encode(), now)
    return buffer.getvalue()


def _put(file: zipfile.ZipFile, name: str, content: bytes, now: datetime) -> None:
    entry = zipfile.ZipInfo(name, date_time=(max(now.year, 1980), now.month, now.day, now.hour, now.minute, now.second))
    entry.compress_type = zipfile.ZIP_DEFLATED
    file.writestr(entry, content)


def _rows(tx: Transaction, table: PersonalTable, person: Person) -> Sequence[Row]:
    conditions, values = conditions_of(table, person)
    if table.table == "events":
        # What happened to them is told by the ids of what is theirs, more often than by name.
        conditions.append("body like any(%(named)s)")
        values = {**values, "named": [f'%"{each.root}"%' for each in person.candidates]}
    if not conditions:
        return []
    return tx.all(
        f"select * from {table.table} where organization_id = %(organization)s and ({' or '.join(conditions)})"  # noqa: S608
        f" order by {table.id} limit %(limit)s",
        {**values, "organization": tx.organization_id, "limit": ROWS_MAX + 1},
    )


def _readable(row: Row) -> dict[str, Any]:
    """Leave out what is no data of theirs: bytes of proofs, and the tenant's own id."""
    result = {}
    for name, value in row.items():
        if name == "organization_id" or isinstance(value, _UNREADABLE):
            continue
        if isinstance(value, str) and value[:1] in "{[":
            # Text that holds JSON is shown as what it holds.
            with contextlib.suppress(ValueError):
                value = orjson.loads(value)  # noqa: PLW2901 - what it holds
        result[name] = value
    return result


def _page(shown: Sequence[tuple[PersonalTable, list[dict[str, Any]], bool]], now: datetime) -> str:
    sections = []
    for table, rows, cut in shown:
        listed = "\n".join(
            "<table>" + "".join(f"<tr><th>{_text(name)}</th><td>{_text(value)}</td></tr>" for name, value in row.items())
            + "</table>"
            for row in rows
        )  # fmt: skip
        more = "<p>There is more than a copy holds; ask for the rest.</p>" if cut else ""
        sections.append(f"<section><h2>{_text(table.what)}</h2><p>{len(rows):,} rows</p>{listed}{more}</section>")
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        "<title>What is held about you</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem"
        " auto;padding:0 1rem}table{border-collapse:collapse;margin:1rem 0;width:100%}th,td{border:1px solid #ccc;"
        "padding:.3rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{width:14rem;font-weight:600}"
        f"</style><h1>What is held about you</h1><p>As of {now:%d %B %Y}. The folder <code>data</code> holds the same for"
        f" programs.</p>{''.join(sections)}</html>"
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return html.escape(canonical_json(value).decode())
    return html.escape(str(value))
