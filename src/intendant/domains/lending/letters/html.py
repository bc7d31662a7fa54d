"""A letter as HTML: one complete page that needs nothing else, can be read aloud, printed, kept and sent.

Every text is escaped; there is no script, and the one style is named in the policy that the page is served with, by its digest.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

HTML_TYPE = "text/html; charset=utf-8"


@cache
def letter_style() -> str:
    """Return the style that every letter carries."""
    return (files("intendant.domains.lending.letters") / "templates" / "letter.css").read_text(encoding="utf-8")


def style_source(style: str) -> str:
    """Return what names an inline style in a Content-Security-Policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


@cache
def letter_headers() -> dict[str, str]:
    """Return the headers a letter is served with: it may load nothing, do nothing and stand in no frame."""
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src {style_source(letter_style())}; form-action 'none';"
        " frame-ancestors 'none'; base-uri 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }


def render_html(document: Mapping[str, Any]) -> str:
    """Write a dumped document as a page."""
    sender = document["sender"]
    title = f"{document['title']}, {document['number']}"
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="{escape(document["language"])}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="robots" content="noindex">',
            f"<title>{escape(title)}</title>",
            f"<style>{letter_style()}</style></head>",
            f'<body class="{escape(document["paper"])}"><article>',
            f'<header class="letterhead"><p class="name">{escape(sender["name"])}</p>',
            f"<address>{_lines([*sender['lines'], *sender['contact']])}</address></header>",
            f'<div class="top"><p class="recipient">{_lines(document["recipient"])}</p>',
            f'<dl class="references">{_references(document)}</dl></div>',
            f"<h1>{escape(document['title'])}</h1>",
            *(_block(each) for each in document["blocks"]),
            f"<footer><p>{escape(sender['footer'])}</p><p>{escape(document['number'])}</p></footer>",
            "</article></body></html>\n",
        )
    )


def _references(document: Mapping[str, Any]) -> str:
    pairs = [("Date", document["dated"]), ("Letter", document["number"]), *document["references"]]
    return "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in pairs)


def _block(block: Mapping[str, Any]) -> str:
    match block["block"]:
        case "paragraph":
            return f"<p{' class=quiet' if block['quiet'] else ''}>{escape(block['text'])}</p>"
        case "heading":
            return f"<h2>{escape(block['text'])}</h2>"
        case "figures":
            rows = "".join(
                f"<div{' class=lead' if block['lead'] and number == 0 else ''}><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>"
                for number, (label, value) in enumerate(block["rows"])
            )
            return f'<dl class="figures">{rows}</dl>'
        case "table":
            return _table(block)
        case "items":
            return f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in block['items'])}</ul>"
        case "notice":
            text = "".join(f"<p>{escape(each)}</p>" for each in block["paragraphs"])
            return f'<section class="notice"><h2>{escape(block["title"])}</h2>{text}</section>'
        case other:
            raise ValueError(f"A letter has no block '{other}'.")


def _table(block: Mapping[str, Any]) -> str:
    aligns = block["aligns"]
    columns = "".join(
        f'<th scope="col"{_side(side)}>{escape(name)}</th>' for name, side in zip(block["columns"], aligns, strict=True)
    )
    body = "\n".join(f"<tr>{_cells(row, aligns)}</tr>" for row in block["rows"])
    total = f"<tfoot><tr>{_cells(block['total'], aligns)}</tr></tfoot>" if block["total"] else ""
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(block["caption"])}"><table>'
        f"<caption>{escape(block['caption'])}</caption><thead><tr>{columns}</tr></thead>\n<tbody>{body}</tbody>{total}</table></div>"
    )


def _cells(row: Iterable[str], aligns: Iterable[str]) -> str:
    return "".join(f"<td{_side(side)}>{escape(value)}</td>" for value, side in zip(row, aligns, strict=True))


def _side(side: str) -> str:
    return " class=right" if side == "right" else ""


def _lines(lines: Iterable[str]) -> str:
    return "<br>".join(escape(each) for each in lines)
