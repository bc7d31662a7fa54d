"""What a letter says, apart from how it looks: a heading and blocks of text, as values that JSON can hold.

Both forms, HTML and PDF, are made from this, so they say the same. All text is plain: nothing in it is ever read as markup.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

TEXT_LENGTH_MAX = 2_000
NO_BREAK = "\u00a0"

Align = Literal["left", "right"]
Paper = Literal["a4", "us-letter"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `quiet` ones are small print."""

    text: str
    quiet: bool = False
    block: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a section."""

    text: str
    block: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Figures:
    """Key figures: each a label and a value. The first stands out if `lead`."""

    rows: tuple[tuple[str, str], ...]
    lead: bool = True
    block: Literal["figures"] = "figures"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header that is repeated on each page, and a last row of totals where there is one."""

    caption: str
    columns: tuple[str, ...]
    aligns: tuple[Align, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] | None = None
    block: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[str, ...]
    block: Literal["items"] = "items"


@dataclass(frozen=True, slots=True)
class Notice:
    """A text that the law asks for, set apart."""

    title: str
    paragraphs: tuple[str, ...]
    block: Literal["notice"] = "notice"


Block = Paragraph | Heading | Figures | Table | Items | Notice


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the letterhead."""

    name: str
    lines: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One letter, ready to be set."""

    title: str
    number: str
    issued_on: str
    dated: str
    sender: Sender
    recipient: tuple[str, ...]
    references: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    paper: Paper = "a4"
    language: str = field(default="en")


def dump_document(document: Document) -> dict[str, Any]:
    """Return a document as JSON holds it, with every text made plain."""
    dumped: dict[str, Any] = _plain(asdict(document))
    return dumped


def plain_text(text: str) -> str:
    """Return text on one line without control and direction characters, which could make it read otherwise than it is."""
    spaced = (each if each == NO_BREAK or not each.isspace() else " " for each in text)
    return "".join(each for each in spaced if not _is_control(each)).strip()[:TEXT_LENGTH_MAX]


def _is_control(character: str) -> bool:
    # Cf holds the marks that turn the direction of writing; a soft hyphen and joiners are in it and are no loss in a letter.
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn")


def _plain(value: Any) -> Any:
    match value:
        case str():
            return plain_text(value)
        case Mapping():
            return {name: _plain(each) for name, each in value.items()}
        case Sequence():
            return [_plain(each) for each in value]
        case _:
            return value


def read_lines(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield everything a dumped document says, line by line: for searching, and for comparing what the forms say."""
    sender = document["sender"]
    yield sender["name"]
    yield from sender["lines"]
    yield from sender["contact"]
    yield from document["recipient"]
    yield document["dated"]
    yield document["number"]
    for label, value in document["references"]:
        yield f"{label} {value}"
    yield document["title"]
    for block in document["blocks"]:
        yield from _lines_of(block)
    yield sender["footer"]


def _lines_of(block: Mapping[str, Any]) -> Iterator[str]:
    match block["block"]:
        case "paragraph" | "heading":
            yield block["text"]
        case "figures":
            yield from (f"{label} {value}" for label, value in block["rows"])
        case "table":
            yield " ".join(block["columns"])
            yield from (" ".join(row) for row in block["rows"])
            if block["total"]:
                yield " ".join(block["total"])
        case "items":
            yield from block["items"]
        case "notice":
            yield block["title"]
            yield from block["paragraphs"]
