"""A letter as PDF, set by typst: offline, by fonts that come with it, and the same bytes each time.

The text goes in as data beside the template, never into it, so nothing a borrower writes can become an instruction; what the
compiler may read is one folder with the template and nothing else.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import as_file, files
from threading import BoundedSemaphore
from typing import Any

import orjson

PDF_TYPE = "application/pdf"
SET_AT_ONCE_MAX = 2
"""Setting a letter keeps a core busy for some milliseconds; many at once shall not take the machine."""

_slots = BoundedSemaphore(SET_AT_ONCE_MAX)


def render_pdf(document: Mapping[str, Any]) -> bytes:
    """Set a dumped document as PDF/UA-1: tagged, so that it can be read aloud."""
    at = datetime.fromisoformat(document["issued_on"]).replace(tzinfo=UTC)
    pdf: bytes = _compile(document, format="pdf", pdf_standards=["ua-1"], timestamp=at)
    return pdf


def render_images(document: Mapping[str, Any], *, pixels_per_inch: float = 100) -> list[bytes]:
    """Set a dumped document as pictures, one PNG for each page: for looking at."""
    found = _compile(document, format="png", ppi=pixels_per_inch)
    return [found] if isinstance(found, bytes) else list(found)


def _compile(document: Mapping[str, Any], **options: Any) -> Any:
    # Imported when the first letter is set: the compiler is large, and most processes set none.
    import typst

    with as_file(files("intendant.domains.lending.letters") / "templates") as folder, _slots:
        return typst.compile(
            folder / "letter.typ",
            root=folder,
            font_paths=_fonts(),
            sys_inputs={"letter": orjson.dumps(document).decode()},
            **options,
        )


@cache
def _fonts() -> Any:
    """Return the fonts that come with the compiler; those of the machine are left out, so that every machine sets alike."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
